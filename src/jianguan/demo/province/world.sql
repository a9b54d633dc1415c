-- The standing world: what is there every day. `office`, `county` and `exam_site` are filled from the rule book.

-- table: agency
WITH numbered AS (
    SELECT office, slug, capacity, division, city, letter, weight AS office_weight, unnest(range(greatest(1, CAST(round(
        280 * getvariable('scale') * weight / (SELECT sum(weight) FROM office)) AS INTEGER)))) + 1 AS number
    FROM office
), keyed AS (
    SELECT *, row_number() OVER (ORDER BY office, number) AS agency FROM numbered
), sized AS (
    SELECT *, exp(0.7 * gauss(hash(agency), 'agency size')) AS weight FROM keyed
), expected AS (
    SELECT *, 9000 * getvariable('scale') * sum(office_weight / n) OVER (PARTITION BY city) / (SELECT sum(weight) FROM office)
        * weight * office_weight / sum(weight * office_weight) OVER (PARTITION BY city) AS vehicles
    FROM sized JOIN (SELECT office, count(*) AS n FROM numbered GROUP BY office) USING (office)
)
SELECT CAST(agency AS INTEGER) AS agency, format('YS-{}-JY{:02d}', slug, number) AS code, office, capacity, division,
    city, letter, weight,
    0.45 * gauss(hash(agency), 'agency effect') AS effect,
    -- As many lines as its usual day needs, and up to two more.
    CAST(ceil(vehicles / 14) AS INTEGER) + pick(hash(agency), 'agency lines', 3) AS lines
FROM expected ORDER BY agency;

-- table: agency_slot
SELECT city, agency, share(before, weight, total, 400) AS n
FROM (
    SELECT a.city, a.agency, a.weight * o.weight AS weight,
        sum(a.weight * o.weight) OVER (PARTITION BY a.city ORDER BY a.agency) - a.weight * o.weight AS before,
        sum(a.weight * o.weight) OVER (PARTITION BY a.city) AS total
    FROM agency a JOIN office o USING (office)
) ORDER BY city, n;

-- table: city_slot
SELECT city, letter, divisions, share(before, weight, total, 1000) AS n
FROM (
    SELECT city, letter, weight, sum(weight) OVER (ORDER BY city) - weight AS before, sum(weight) OVER () AS total,
        (SELECT list(division ORDER BY division) FROM county c WHERE c.city = o.city) AS divisions
    FROM (SELECT city, any_value(letter) AS letter, sum(weight) AS weight FROM office GROUP BY city) o
) ORDER BY n;

-- table: kind_slot
-- Kinds of vehicles in a thousand: type, use, plate kind, family, usual gross mass in kg, effect on failing.
WITH kinds(vehicle_type, usage, plate_kind, family, mass, slots, effect) AS (VALUES
    ('K33', 'A', '02', 'car', 1900, 560, 0.0), ('K31', 'A', '02', 'car', 2300, 70, -0.1),
    ('K33', 'A', '52', 'car', 2100, 60, 0.3), ('K33', 'D', '02', 'car', 1850, 25, -0.2),
    ('K33', 'T', '52', 'car', 2100, 15, 0.1), ('K39', 'A', '02', 'car', 1700, 25, -0.5),
    ('H31', 'F', '02', 'light', 4200, 80, -0.4), ('H32', 'F', '02', 'light', 4400, 15, -0.4),
    ('H21', 'F', '01', 'heavy', 12000, 12, -0.5), ('H11', 'F', '01', 'heavy', 25000, 22, -0.6),
    ('H17', 'F', '01', 'heavy', 31000, 14, -0.8), ('H14', 'R', '01', 'heavy', 25000, 4, 0.2),
    ('Q11', 'F', '01', 'heavy', 40000, 22, -0.5), ('B11', 'F', '15', 'trailer', 40000, 26, -0.7),
    ('B13', 'R', '15', 'trailer', 40000, 4, -0.1), ('K11', 'B', '01', 'bus', 18000, 5, 0.1),
    ('K11', 'E', '01', 'bus', 18000, 4, 0.1), ('K11', 'C', '01', 'bus', 18000, 5, -0.1),
    ('K21', 'B', '01', 'bus', 8000, 4, -0.1), ('K18', 'P', '01', 'bus', 12000, 4, 0.2),
    ('K28', 'S', '01', 'bus', 7000, 4, 0.2), ('M21', 'A', '07', 'motorcycle', 300, 20, 0.4)
), expanded AS (SELECT *, unnest(range(slots)) AS slot FROM kinds)
SELECT vehicle_type, usage, plate_kind, family, mass, effect,
    CAST(row_number() OVER (ORDER BY vehicle_type, usage, plate_kind, slot) - 1 AS INTEGER) AS n
FROM expanded ORDER BY n;

-- table: family
-- What a vehicle of each family undergoes and is photographed for.
SELECT * FROM (VALUES
    ('car', ['NQ', 'UC', 'F1', 'C1', 'DC', 'B1', 'B2', 'B0', 'H1', 'H4', 'S1', 'A1'],
     ['0111', '0112', '0113', '0201', '0202', '0203', '0204', '0205', '0321', '0352', '0322', '0348', '0351', '0323',
      '0344', '0342', '0157', '0158', '0136', '0154'], 26.0),
    ('light', ['NQ', 'UC', 'F1', 'C1', 'DC', 'B1', 'B2', 'B0', 'H1', 'H4', 'S1', 'A1', 'Z1', 'M1'],
     ['0111', '0112', '0113', '0201', '0202', '0203', '0204', '0205', '0321', '0352', '0322', '0348', '0351', '0323',
      '0344', '0342', '0158', '0136', '0154', '0360', '0362'], 31.0),
    ('heavy', ['NQ', 'UC', 'F1', 'C1', 'DC', 'B1', 'B2', 'B3', 'B0', 'L1', 'L2', 'H1', 'H2', 'H3', 'H4', 'Z1', 'M1'],
     ['0111', '0112', '0113', '0116', '0118', '0201', '0202', '0203', '0204', '0205', '0321', '0352', '0322', '0348',
      '0349', '0351', '0323', '0344', '0342', '0134', '0136', '0154', '0155', '0156', '0158', '0356', '0357', '0360',
      '0361', '0362'], 38.0),
    ('trailer', ['NQ', 'UC', 'F1', 'C1', 'B1', 'B2', 'B3', 'L1', 'L2', 'Z1', 'M1'],
     ['0111', '0112', '0113', '0201', '0202', '0203', '0204', '0205', '0322', '0348', '0349', '0323', '0155', '0156',
      '0158', '0360', '0361', '0362'], 30.0),
    ('bus', ['NQ', 'UC', 'F1', 'C1', 'DC', 'B1', 'B2', 'B0', 'H1', 'H2', 'H3', 'H4', 'S1', 'Z1'],
     ['0111', '0112', '0113', '0115', '0116', '0117', '0118', '0127', '0138', '0201', '0202', '0203', '0204', '0205',
      '0321', '0352', '0322', '0348', '0351', '0323', '0344', '0342', '0132', '0133', '0134', '0157', '0158'], 36.0),
    ('motorcycle', ['NQ', 'UC', 'F1', 'B1', 'B2', 'H1'],
     ['0111', '0112', '0113', '0201', '0202', '0203', '0204', '0205', '0321', '0322', '0348'], 14.0)
) f(family, items, codes, minutes);

-- table: fault_slot
-- Where a failed inspection failed, in a hundred, and of how many measured vehicles.
WITH faults(item, slots) AS (VALUES ('B1', 18), ('B2', 14), ('H1', 16), ('H4', 14), ('F1', 22), ('C1', 9), ('UC', 3),
    ('B0', 4))
SELECT item, CAST(row_number() OVER (ORDER BY item, slot) - 1 AS INTEGER) AS n
FROM (SELECT item, unnest(range(slots)) AS slot FROM faults) ORDER BY n;

-- table: school
SELECT CAST(row_number() OVER (ORDER BY office, number) AS INTEGER) AS school,
    format('JX-{}-{:02d}', slug, number + 1) AS code, office,
    0.22 * gauss(key2(office, number), 'school effect') AS effect,
    CAST(number AS INTEGER) AS number, CAST(count(*) OVER (PARTITION BY office) AS INTEGER) AS schools
FROM (SELECT office, slug, unnest(range(greatest(4, CAST(round(
    600 * least(getvariable('scale'), 1) * weight / (SELECT sum(weight) FROM office)) AS INTEGER)))) AS number FROM office)
ORDER BY school;

-- table: staff
-- Police and agency staff: KS examiners, CY checkers of vehicles, YW counter clerks, SH reviewers of inspections,
-- GL administrators; WJ inspectors and YC drivers of agencies, one pair a line.
WITH of_offices AS (
    SELECT office, 0 AS agency, capacity, role, unnest(range(greatest(least, CAST(round(
        total * getvariable('scale') * weight / (SELECT sum(weight) FROM office)) AS INTEGER)))) AS number
    FROM office, (VALUES ('KS', 300, 4), ('CY', 260, 2), ('YW', 700, 5), ('SH', 160, 2), ('GL', 60, 1))
        roles(role, total, least)
), of_agencies AS (
    SELECT office, agency, capacity, role, unnest(range(lines)) AS number FROM agency, (VALUES ('WJ'), ('YC')) r(role)
), everybody AS (
    SELECT *, row_number() OVER (ORDER BY role, office, agency, number) AS staff
    FROM (FROM of_offices UNION ALL FROM of_agencies)
)
SELECT CAST(staff AS INTEGER) AS staff, format('{}{:06d}', role, staff) AS code, role, office, agency, capacity,
    CAST(number AS INTEGER) AS number,
    CAST(count(*) OVER (PARTITION BY role, office, agency) AS INTEGER) AS peers,
    0.18 * gauss(hash(staff), 'staff effect') AS effect,
    exp(0.25 * gauss(hash(staff), 'staff pace')) AS pace
FROM everybody ORDER BY staff;

-- table: exam_subject
-- Each subject a site offers with its devices (cars or desks).
SELECT e.site, e.code, e.office, o.capacity, o.division, o.tier, subject, e.digest, e.weekdays,
    e.weight * CASE subject WHEN '1' THEN 0.28 WHEN '2' THEN 0.30 WHEN '3' THEN 0.27 ELSE 0.15 END AS weight,
    0.32 * gauss(key2(e.site, ascii(subject)), 'site effect') AS effect,
    2 + CAST(ceil(8000 * getvariable('scale') * e.weight / (SELECT sum(weight) FROM exam_site) * 0.3
        / CASE WHEN subject IN ('1', '4') THEN 8 ELSE 14 END) AS INTEGER) AS devices
FROM (SELECT *, unnest(subjects) AS subject FROM exam_site) e JOIN office o USING (office) ORDER BY site, subject;

-- table: code_slot
-- Where deductions fall at each site: by code, two hundred slots, each site with difficulties of its own.
WITH codes(subject, item, code, points, share) AS (VALUES
    ('2', '201', '20102', 100, 26), ('2', '201', '20103', 100, 18), ('2', '201', '20104', 100, 9),
    ('2', '202', '20301', 100, 7), ('2', '202', '20302', 100, 4), ('2', '202', '10105', 100, 5),
    ('2', '203', '20401', 100, 13), ('2', '204', '20601', 100, 9), ('2', '205', '20701', 100, 9),
    ('2', '202', '20303', 10, 18), ('2', '202', '20304', 10, 14), ('2', '202', '10202', 10, 14),
    ('2', '203', '20403', 10, 30), ('2', '201', '10210', 10, 24),
    ('3', '301', '10101', 100, 20), ('3', '302', '10105', 100, 14), ('3', '305', '10105', 100, 18),
    ('3', '306', '10105', 100, 20), ('3', '308', '10105', 100, 14), ('3', '315', '10105', 100, 14),
    ('3', '302', '10210', 10, 30), ('3', '304', '10210', 10, 24), ('3', '306', '10202', 10, 22),
    ('3', '307', '10210', 10, 12), ('3', '310', '10210', 10, 12)
), weighed AS (
    SELECT s.site, subject, item, codes.code, points,
        share * exp(0.35 * gauss(key2(s.site, hash(item || codes.code)), 'item difficulty')) AS weight
    FROM exam_subject s JOIN codes USING (subject)
)
SELECT site, subject, item, code, points, share(before, weight, total, 200) AS n
FROM (
    SELECT *, sum(weight) OVER (PARTITION BY site, subject, points ORDER BY item, code) - weight AS before,
        sum(weight) OVER (PARTITION BY site, subject, points) AS total
    FROM weighed
) ORDER BY site, subject, points, n;

-- table: class_slot
-- Licence classes in two hundred candidates.
SELECT licence_class, CAST(row_number() OVER (ORDER BY licence_class, slot) - 1 AS INTEGER) AS n
FROM (SELECT licence_class, unnest(range(slots)) AS slot FROM (VALUES ('C1', 120), ('C2', 46), ('E', 12), ('D', 4),
    ('B2', 7), ('A2', 5), ('A1', 2), ('C5', 1), ('A3', 2), ('B1', 1)) c(licence_class, slots)) ORDER BY n;

-- table: class_items
-- What is examined, by licence class (Order 162, arts. 30-34) and subject.
SELECT * FROM (VALUES
    ('1', 'any', ['101']), ('4', 'any', ['401']),
    ('2', 'car', ['201', '202', '203', '204', '205']), ('2', 'auto', ['201', '203', '204', '205']),
    ('2', 'large', ['206', '202', '203', '207', '204', '205', '208', '209']), ('2', 'moto', ['206', '202', '207']),
    ('3', 'car', ['301', '302', '303', '304', '305', '306', '307', '308', '310', '311', '312', '313', '314', '315']),
    ('3', 'auto', ['301', '302', '303', '305', '306', '307', '308', '310', '311', '312', '313', '314', '315']),
    ('3', 'large', ['301', '302', '303', '304', '305', '306', '307', '308', '309', '310', '311', '312', '313', '314',
                    '315', '316']),
    ('3', 'moto', ['301', '302', '305', '306', '308'])
) c(subject, class_group, items);

-- table: place
-- Every place with cameras: exam sites, inspection areas, halls and agencies.
SELECT CAST(row_number() OVER (ORDER BY code) AS INTEGER) AS place, * FROM (
    SELECT e.code, '1' AS place_type, o.capacity, o.division, 60 AS full_channels FROM exam_site e JOIN office o USING (office)
    UNION ALL SELECT 'YS-' || slug || '-CY', '3', capacity, division, 12 FROM office
    UNION ALL SELECT 'YS-' || slug || '-DT', '4', capacity, division, 8 FROM office
    UNION ALL SELECT code, '2', capacity, division, 25 FROM agency
) ORDER BY code;

-- table: channel_list
SELECT CAST(row_number() OVER (ORDER BY place, number) AS INTEGER) AS id, p.*, CAST(number AS INTEGER) AS number,
    p.division || '0000132' || lpad(CAST(place * 100 + number AS VARCHAR), 7, '0') AS channel,
    p.division || '0000118' || lpad(CAST(place AS VARCHAR), 7, '0') AS recorder
FROM (SELECT *, unnest(range(greatest(3, CAST(round(full_channels * least(1, getvariable('scale'))) AS INTEGER)))) AS number
      FROM place) p ORDER BY id;

-- Those of some size, in an order that depends on the seed alone: the cast of the misconduct.

-- table: big_agency
SELECT *, CAST(row_number() OVER (ORDER BY u(hash(agency), 'cast')) AS INTEGER) AS rank
FROM (SELECT a.*, o.slug FROM agency a JOIN office o USING (office) ORDER BY a.weight * o.weight DESC, agency LIMIT 12) ORDER BY rank;

-- table: big_site
SELECT *, CAST(row_number() OVER (ORDER BY u(hash(site), 'cast')) AS INTEGER) AS rank
FROM (SELECT e.*, o.slug FROM exam_site e JOIN office o USING (office) WHERE list_contains(subjects, '1')
    ORDER BY e.weight DESC, site LIMIT 8) ORDER BY rank;

-- table: road_site
SELECT *, CAST(row_number() OVER (ORDER BY u(hash(site), 'cast')) AS INTEGER) AS rank
FROM (SELECT e.*, o.slug FROM exam_site e JOIN office o USING (office) WHERE list_contains(subjects, '3')
    ORDER BY e.weight DESC, site LIMIT 6) ORDER BY rank;

-- table: big_office
SELECT *, CAST(row_number() OVER (ORDER BY u(hash(office), 'cast')) AS INTEGER) AS rank
FROM (FROM office ORDER BY weight DESC, office LIMIT 6) ORDER BY rank;

-- table: county_office
SELECT *, CAST(row_number() OVER (ORDER BY u(hash(office), 'cast')) AS INTEGER) AS rank
FROM office WHERE tier = 'county' ORDER BY rank;

-- table: some_county
SELECT *, CAST(row_number() OVER (ORDER BY u(hash(county), 'cast')) AS INTEGER) AS rank FROM county ORDER BY rank;
