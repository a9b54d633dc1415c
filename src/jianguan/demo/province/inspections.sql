-- Vehicle inspections of a day: first ones, repeats of today's and earlier failures, then items and photos.

-- table: inspected
-- First inspections of today and of the three days before (for those that come back), without a schedule.
WITH days AS (
    SELECT d, getvariable('day_no') - d AS day_no, getvariable('n_inspections')[d + 1] AS n,
        getvariable('winters')[d + 1] AS cold
    FROM range(4) r(d)
), presented AS (
    SELECT d, day_no, cold, i, (day_no * getvariable('yearly') + i) % (365 * getvariable('yearly')) AS v
    FROM (SELECT *, unnest(range(n)) AS i FROM days)
), described AS (
    SELECT p.*, hash(xor(hash(v), hash('vehicle'))) AS hv, hash(xor(hash(day_no * 1000000 + i), hash('inspection'))) AS k
    FROM presented p
), vehicles AS (
    SELECT d.*, c.city, c.letter, c.divisions[1 + pick(hv, 'division', len(c.divisions))] AS division,
        t.vehicle_type, t.usage, t.plate_kind, t.family, t.mass, t.effect AS kind_effect,
        least(19.0, 1 + CASE WHEN t.family IN ('car', 'motorcycle') THEN 7 ELSE 4.5 END * -ln(1 - u(hv, 'age'))) AS age
    FROM described d JOIN city_slot c ON c.n = pick(hv, 'city', 1000) JOIN kind_slot t ON t.n = pick(hv, 'kind', 1000)
), sent AS (
    SELECT v.*, CASE WHEN u(k, 'outside') < 0.07 AND family NOT IN ('bus')
        THEN pick(k, 'other city', (SELECT max(city) + 1 FROM office)) ELSE city END AS to_city
    FROM vehicles v
), placed AS (
    SELECT s.*, a.agency, a.code AS agency_code, a.office, a.capacity, a.effect AS agency_effect, a.lines, a.city AS agency_city,
        1 + pick(k, 'line', a.lines) AS line
    FROM sent s
    JOIN agency_slot l ON l.city = s.to_city AND l.n = pick(k, 'agency', 400)
    JOIN agency a ON a.agency = l.agency
)
SELECT *, sigmoid(2.55 - 0.13 * age + kind_effect + agency_effect - 0.15 * cold
    + 0.2 * gauss(key2(day_no, agency), 'agency day') + 0.35 * gauss(k, 'condition')) AS chance,
    u(k, 'pass') AS fate
FROM placed;

-- table: inspection
WITH presented AS (
    SELECT *, 0 AS wait, 1 AS attempt, fate < chance AS passed FROM inspected WHERE d = 0
    UNION ALL
    -- Back after a failure: 55 % the same day, 35 % within three days, usually to the same agency.
    SELECT * REPLACE (hash(xor(k, hash('again'))) AS k), 1 + d AS wait, 2 AS attempt, u(k, 'again pass') < 0.93 AS passed
    FROM inspected WHERE fate >= chance
        AND d = CASE WHEN u(k, 'back') < 0.55 THEN 0 WHEN u(k, 'back') < 0.68 THEN 1 WHEN u(k, 'back') < 0.80 THEN 2
                     WHEN u(k, 'back') < 0.90 THEN 3 ELSE 9 END
), faulted AS (
    SELECT p.*, f1.item AS fault_1, CASE WHEN u(k, 'two') < 0.3 THEN f2.item END AS fault_2
    FROM presented p
    LEFT JOIN fault_slot f1 ON NOT passed AND f1.n = pick(k, 'fault 1', 100)
    LEFT JOIN fault_slot f2 ON NOT passed AND f2.n = pick(k, 'fault 2', 100)
), timed AS (
    SELECT f.*, y.items, y.codes, y.minutes * 60 * exp(0.22 * gauss(k, 'pace')) AS length
    FROM faulted f JOIN family y USING (family)
), staffed AS (
    SELECT t.*, i.code AS inspector, i.staff AS inspector_staff, c.code AS driver_inspector, i.pace
    FROM timed t JOIN staff i ON i.role = 'WJ' AND i.agency = t.agency AND i.number = t.line - 1
    JOIN staff c ON c.role = 'YC' AND c.agency = t.agency AND c.number = t.line - 1
), queued AS (
    SELECT *, sum(length * pace + 60) OVER lane_so_far - length * pace - 60 AS before, sum(length * pace + 60) OVER lane AS total,
        row_number() OVER (ORDER BY agency, line, wait = 1 AND attempt = 2, v, attempt) AS number
    FROM staffed
    WINDOW lane AS (PARTITION BY agency, line),
        lane_so_far AS (PARTITION BY agency, line ORDER BY wait = 1 AND attempt = 2, v, attempt)
), scheduled AS (
    SELECT *, getvariable('day') + to_minutes(480) + seconds(before * least(1, 34200 / total)) AS started_at,
        getvariable('day') + to_minutes(480) + seconds((before + length * pace) * least(1, 34200 / total)) AS ended_at
    FROM queued
)
SELECT format('JY{}{:06d}', strftime(getvariable('day'), '%Y%m%d'), s.number) AS inspection_no,
    plate(v, plate_kind, s.letter) AS plate, plate_kind, vin(v) AS vin, vehicle_type, usage, division,
    getvariable('day') - to_days(CAST(floor(age * 365) AS INTEGER)) AS first_registered,
    getvariable('day') + to_days(pick(k, 'due', 80)) AS valid_until,
    agency_code AS agency, format('{:02d}', line) AS line, '01' AS kind, attempt, inspector, driver_inspector,
    ric(300000000 + v) AS presenter, phone(300000000 + v) AS presenter_phone, started_at, ended_at,
    CASE WHEN passed THEN '1' ELSE '2' END AS verdict,
    CAST(fault_1 IS NOT NULL AS INTEGER) + CAST(fault_2 IS NOT NULL AND fault_2 <> fault_1 AS INTEGER) AS failed_items,
    len(codes) AS photos,
    CASE WHEN passed THEN r.code END AS reviewer,
    CASE WHEN passed THEN ended_at + seconds(120 + 1500 * u(k, 'wait')) END AS review_started_at,
    CASE WHEN passed THEN ended_at + seconds(120 + 1500 * u(k, 'wait') + 30 + 75 * r.pace * exp(0.45 * gauss(k, 'review'))) END AS reviewed_at,
    CASE WHEN passed THEN CASE WHEN u(k, 'decision') < 0.965 + 0.06 * r.effect THEN '1' ELSE '2' END END AS decision,
    u(k, 'withdrawn') < 0.004 AS withdrawn,
    CASE WHEN family = 'trailer' THEN plate(pick(hv, 'tractor', 1000000), '01', s.letter) END AS tractor_plate,
    s.capacity, k, v, s.agency AS agency_id, s.office, family, mass, age, city, s.agency_city, items, codes, fault_1, fault_2, s.letter, passed
FROM scheduled s
JOIN (SELECT DISTINCT office, peers FROM staff WHERE role = 'SH') n USING (office)
JOIN staff r ON r.role = 'SH' AND r.office = s.office AND r.number = pick(k, 'reviewer', n.peers)
ORDER BY agency_code, started_at, inspection_no;

-- table: inspection_item
WITH items AS (
    SELECT *, unnest(items) AS item, unnest(range(1, len(items) + 1)) AS j,
        greatest(60, date_diff('second', started_at, ended_at)) AS length
    FROM inspection
), drawn AS (
    SELECT *, hash(xor(k, hash(j))) AS h, coalesce(item IN (fault_1, fault_2), false) AS bad FROM items
), measured AS (
    SELECT *, mass * (0.155 + 0.05 * u(h, 'left')) * CASE WHEN bad THEN 0.55 ELSE 1 END AS force,
        CASE WHEN bad THEN 0.70 + 0.1 * u(h, 'right') ELSE 0.90 + 0.099 * u(h, 'right') END AS balance
    FROM drawn
)
SELECT inspection_no, attempt, item, 1 AS seq, agency, line, format('{}-{}-{}', agency, line, item) AS device,
    CASE WHEN item IN ('UC', 'F1', 'C1') THEN inspector ELSE driver_inspector END AS inspector,
    started_at + seconds((j - 1) * length / len(items)) AS started_at,
    started_at + seconds((j - 0.25 + 0.2 * u(h, 'end')) * length / len(items)) AS ended_at,
    CASE WHEN item[1] IN ('B', 'L') THEN round(force / 10, 1) WHEN item[1] = 'H' THEN round((CASE WHEN bad THEN 7 ELSE 17 END + 14 * u(h, 'light')) * 1000, 0)
         WHEN item = 'S1' THEN round(33 + 6 * u(h, 'speed'), 1) WHEN item = 'A1' THEN round(-4 + 8 * u(h, 'slip'), 2)
         WHEN item = 'Z1' THEN round(mass * (0.33 + 0.03 * u(h, 'mass')), 0) WHEN item = 'M1' THEN round(4000 + mass * 0.2 + 200 * u(h, 'long'), 0) END AS value_1,
    CASE WHEN item[1] IN ('B', 'L') THEN round(force * balance / 10, 1) WHEN item[1] = 'H' THEN round(-180 + 300 * u(h, 'dip'), 0)
         WHEN item = 'M1' THEN round(1700 + 800 * u(h, 'wide'), 0) END AS value_2,
    CASE WHEN item[1] IN ('B', 'L') THEN round(100 * force * (1 + balance) / (mass * 0.5), 1)
         WHEN item = 'M1' THEN round(1450 + 1500 * u(h, 'high'), 0) END AS value_3,
    CASE WHEN item[1] IN ('B', 'L') THEN round(100 * (1 - balance), 1) END AS value_4,
    CASE WHEN item[1] IN ('B', 'L') THEN 'daN' WHEN item[1] = 'H' THEN 'cd' WHEN item = 'S1' THEN 'km/h' WHEN item = 'A1' THEN 'm/km'
         WHEN item = 'Z1' THEN 'kg' WHEN item = 'M1' THEN 'mm' END AS unit,
    CASE WHEN bad THEN '2' ELSE '1' END AS verdict, capacity
FROM measured;

-- table: inspection_photo
SELECT inspection_no, attempt, code, 1 AS seq, agency, line,
    started_at + seconds((j - 0.6) * greatest(60, date_diff('second', started_at, ended_at)) / len(codes)) AS taken_at,
    sha(inspection_no || code) AS digest, hex64(h) AS perceptual, 180000 + pick(h, 'bytes', 160000) AS bytes,
    CAST(NULL AS VARCHAR) AS software, 'photo/inspection/' || inspection_no || '/' || code || '.jpg' AS object, capacity
FROM (SELECT *, hash(xor(k, hash(code))) AS h FROM (SELECT *, unnest(codes) AS code, unnest(range(1, len(codes) + 1)) AS j FROM inspection));

-- finish: inspection
-- The digest of what was measured, brakes and lamps only (a fingerprint of the measuring, not of the vehicle).
ALTER TABLE inspection ADD COLUMN measured VARCHAR;
UPDATE inspection SET measured = m.measured FROM (
    SELECT inspection_no, sha256(string_agg(concat_ws('/', item, value_1, value_2, value_3, value_4), ';' ORDER BY item)) AS measured
    FROM inspection_item WHERE item[1] IN ('B', 'H') GROUP BY inspection_no
) m WHERE m.inspection_no = inspection.inspection_no;
