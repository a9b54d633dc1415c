-- The register and the roads: vehicles and drivers that had business, enterprises, school buses, violations,
-- accidents, positions of key vehicles, notices of the ministry.

-- table: vehicle
-- Weekly, those inspected in the last four days.
SELECT vin(v) AS vin, getvariable('day') AS day, plate(v, plate_kind, letter) AS plate, plate_kind, ric(300000000 + v) AS owner, '1' AS owner_kind,
    vehicle_type, usage, substr('ABCEGHJ', 1 + pick(hv, 'colour', 7), 1) AS colour, division, '合成牌' || vehicle_type AS brand,
    CASE family WHEN 'car' THEN 5 WHEN 'bus' THEN 45 WHEN 'motorcycle' THEN 2 WHEN 'trailer' THEN 0 ELSE 3 END AS seats, mass,
    getvariable('day') - to_days(d + CAST(floor(age * 365) AS INTEGER)) AS first_registered, getvariable('day') + to_days(365) AS valid_until,
    NULL AS scrap_date, 'A' AS status, NULL AS enterprise, capacity
FROM inspected WHERE isodow(getvariable('day')) = 1 ORDER BY division, vin;

-- table: driver
-- Weekly, those in education.
SELECT ric(p) AS person, getvariable('day') AS day, person_name(p) AS person_name, lpad(CAST(p % 1000000000 AS VARCHAR), 12, '2') AS file_no, division,
    CASE WHEN u(kp, 'class') < 0.7 THEN 'C1' WHEN u(kp, 'class') < 0.85 THEN 'C2' WHEN u(kp, 'class') < 0.93 THEN 'B2' ELSE 'A2' END AS licence_class,
    DATE '2005-01-01' + pick(kp, 'issued', 6500) AS first_issued, getvariable('day') + to_days(200 + pick(kp, 'until', 1800)) AS valid_until,
    getvariable('day') + to_days(pick(kp, 'audit', 365)) AS audit_due, CASE kind WHEN '1' THEN 12 ELSE pick(kp, 'points', 12) END AS points,
    CASE kind WHEN '1' THEN 'B' ELSE 'A' END AS state, NULL AS school, phone(p) AS phone, 1956 + pick(kp, 'birth', 50) AS birth_year,
    NULL AS enterprise, capacity
FROM (SELECT *, row_number() OVER (PARTITION BY p ORDER BY session_no) AS r FROM learning_session)
WHERE r = 1 AND isodow(getvariable('day')) = 1 ORDER BY division, person;

-- table: enterprise
-- Monthly, and on the first day built.
WITH usc AS (
    SELECT e, c.*, hash(xor(hash(e), hash('enterprise'))) AS k, '91' || c.division || 'SYN' || lpad(CAST(e AS VARCHAR), 5, '0') || '0' AS body
    FROM range(greatest(20, CAST(400 * getvariable('scale') AS INTEGER))) r(e) JOIN county_slot c ON c.n = pick(hash(e), 'enterprise at', 1000)
    WHERE day(getvariable('day')) = 1 OR getvariable('day') = getvariable('first')
)
SELECT 'QY' || lpad(CAST(e AS VARCHAR), 6, '0') AS enterprise, getvariable('day') AS day, NULL AS uscc, '合成运输企业' || e AS name, division,
    CAST(1 + pick(k, 'transport', 5) AS VARCHAR) AS transport, 3 + pick(k, 'vehicles', 80) AS vehicles, 4 + pick(k, 'drivers', 110) AS drivers,
    person_name(460000000 + e) AS safety_officer, phone(460000000 + e) AS phone, capacity
FROM usc ORDER BY division, enterprise;

-- table: school_bus
SELECT 'XC' || lpad(CAST(e AS VARCHAR), 6, '0') AS mark_no, getvariable('day') AS day, plate(90000000 + e, '01', letter) AS plate, '01' AS plate_kind,
    '合成学校' || e % 300 AS school, '合成校车服务' || e % 60 AS provider, ric(470000000 + e) AS driver, c.division,
    format('合成路线{}：{}站', e % 40, 5 + e % 9) AS route, 19 + pick(k, 'seats', 37) AS seats, getvariable('first') - to_days(20 + pick(k, 'issued', 140)) AS issued_on,
    getvariable('first') + to_days(30 + pick(k, 'until', 150)) AS valid_until, NULL AS returned_on, c.capacity
FROM (SELECT e, hash(xor(hash(e), hash('bus'))) AS k FROM range(greatest(10, CAST(1500 * getvariable('scale') AS INTEGER))) r(e)) b
JOIN county_slot n ON n.n = pick(k, 'bus at', 1000) JOIN county c USING (county)
JOIN (SELECT city, any_value(letter) AS letter FROM office GROUP BY city) l USING (city)
WHERE day(getvariable('day')) = 1 OR getvariable('day') = getvariable('first') ORDER BY c.division, mark_no;

-- table: violation
WITH caught AS (
    SELECT i, hash(xor(hash(getvariable('day_no') * 1000000 + i), hash('violation'))) AS k FROM range(getvariable('n_violation')) r(i)
)
SELECT format('WF{}{:06d}', strftime(getvariable('day'), '%Y%m%d'), i + 1) AS violation_no, plate(v, t.plate_kind, s.letter) AS plate, t.plate_kind,
    ric(300000000 + v) AS person, ['1352A', '1344', '1625', '1345', '1208', '6050'][1 + pick(k, 'code', 6)] AS code, '合成路口' || pick(k, 'place', 900) AS place,
    c.division, happened_at, CASE WHEN u(k, 'how') < 0.8 THEN '非现场' ELSE '现场' END AS recorded_by, NULL AS officer,
    [0, 3, 6, 3, 1, 0][1 + pick(k, 'code', 6)] AS points, [100, 200, 200, 150, 50, 20][1 + pick(k, 'code', 6)] AS fine,
    CASE WHEN u(k, 'handled') < 0.5 THEN happened_at + to_hours(6 + pick(k, 'after', 400)) END AS handled_at, c.capacity AS unit,
    CAST(124.2 + 6 * u(k, 'lon') AS DECIMAL(18, 6)) AS longitude, CAST(41.2 + 4.6 * u(k, 'lat') AS DECIMAL(18, 6)) AS latitude, c.capacity
FROM (SELECT *, pick(k, 'vehicle', 4000000) AS v, getvariable('day') + seconds(86399 * u(k, 'at')) AS happened_at FROM caught) w
JOIN city_slot s ON s.n = pick(hash(xor(hash(v), hash('vehicle'))), 'city', 1000)
JOIN kind_slot t ON t.n = pick(hash(xor(hash(v), hash('vehicle'))), 'kind', 1000)
JOIN county_slot c ON c.n = pick(k, 'county', 1000) ORDER BY c.division, happened_at, violation_no;

-- table: accident
SELECT format('SG{}{:05d}', strftime(getvariable('day'), '%Y%m%d'), i + 1) AS accident_no, getvariable('day') + seconds(86399 * u(k, 'at')) AS happened_at,
    c.division, c.capacity AS unit, '合成路段' || pick(k, 'place', 900) AS place, NULL AS road,
    CASE WHEN u(k, 'severity') < 0.78 THEN '1' WHEN u(k, 'severity') < 0.985 THEN '2' ELSE '3' END AS severity,
    CASE WHEN u(k, 'severity') >= 0.985 THEN 1 ELSE 0 END AS dead, CASE WHEN u(k, 'severity') >= 0.78 THEN 1 + pick(k, 'injured', 2) ELSE 0 END AS injured,
    1 + pick(k, 'vehicles', 2) AS vehicles, plate(pick(k, 'vehicle', 4000000), '02', 'A') AS plate, '02' AS plate_kind,
    ric(410000000 + pick(k, 'person', 4000000)) AS person, ['全部', '主要', '同等', '次要'][1 + pick(k, 'liability', 4)] AS liability,
    CAST(124.2 + 6 * u(k, 'lon') AS DECIMAL(18, 6)) AS longitude, CAST(41.2 + 4.6 * u(k, 'lat') AS DECIMAL(18, 6)) AS latitude, c.capacity
FROM (SELECT i, hash(xor(hash(getvariable('day_no') * 1000000 + i), hash('accident'))) AS k FROM range(getvariable('n_accident')) r(i)) a
JOIN county_slot c ON c.n = pick(k, 'county', 1000) ORDER BY c.division, accident_no;

-- table: position
-- Key vehicles every ten minutes of a ten-hour day, straight legs out and back.
SELECT plate(80000000 + e, '01', l.letter) AS plate, '01' AS plate_kind, getvariable('day') + to_minutes(420) + to_minutes(10 * j) AS "at", c.division,
    CAST(124.5 + 5 * u(k, 'lon') + 0.9 * cos(6.283 * u(k, 'heading')) * least(j, 60 - j) / 30 AS DECIMAL(18, 6)) AS longitude,
    CAST(41.6 + 4 * u(k, 'lat') + 0.7 * sin(6.283 * u(k, 'heading')) * least(j, 60 - j) / 30 AS DECIMAL(18, 6)) AS latitude,
    CAST(45 + 30 * u(xor(k, hash(j)), 'speed') AS DECIMAL(18, 1)) AS speed, pick(k, 'heading', 360) AS direction, 0 AS alarm, 3 AS state, c.capacity
FROM (SELECT *, unnest(range(60)) AS j FROM (SELECT e, hash(xor(hash(e), hash('key vehicle'))) AS k
      FROM range(greatest(10, CAST(300 * getvariable('scale') AS INTEGER))) r(e))) b
JOIN county_slot n ON n.n = pick(k, 'from', 1000) JOIN county c USING (county)
JOIN (SELECT city, any_value(letter) AS letter FROM office GROUP BY city) l USING (city) ORDER BY c.division, 1, 3;

-- table: ministry_notice
SELECT format('合成通报〔{}〕{}号', year(getvariable('day')), getvariable('day_no')) AS notice_no, CAST(1 + pick(k, 'kind', 3) AS VARCHAR) AS kind,
    '关于核查异常业务的通报（合成数据）' AS title, getvariable('day') + to_minutes(570) AS issued_at, getvariable('day') + to_days(10) AS due_on,
    'jilin@PROVINCE' AS addressee, a.code AS site, NULL AS business_no, '合成数据，仅供演示。' AS body, 'jilin@PROVINCE' AS capacity
FROM (SELECT hash(getvariable('day_no')) AS k) d JOIN agency a ON a.agency = 1 + pick(k, 'agency', (SELECT count(*) FROM agency))
WHERE u(k, 'today') < 0.33;
