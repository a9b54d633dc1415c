-- Vehicle and licence business of a day with its steps and corrections, vehicle checks (查验) and body cameras.

-- table: office_slot
SELECT office, slug, capacity, division, city, letter, tier, share(before, weight, total, 1000) AS n
FROM (SELECT *, sum(weight) OVER (ORDER BY office) - weight AS before, sum(weight) OVER () AS total FROM office) ORDER BY n;

-- table: licensing_business
WITH kinds(kind, least_u, most_u, checked) AS (VALUES
    ('V01', 0.0, 0.20, 'A'), ('V02', 0.20, 0.26, 'C'), ('V03', 0.26, 0.50, 'B'), ('V09', 0.50, 0.545, 'D'),
    ('V10', 0.545, 0.55, 'E'), ('V06', 0.55, 0.63, NULL), ('V07', 0.63, 0.66, NULL), ('V05', 0.66, 0.70, NULL),
    ('V04', 0.70, 0.74, NULL), ('V08', 0.74, 0.747, NULL), ('D01', 0.747, 0.82, NULL), ('D02', 0.82, 0.83, NULL),
    ('D03', 0.83, 0.92, NULL), ('D04', 0.92, 0.95, NULL), ('D05', 0.95, 0.96, NULL), ('D06', 0.96, 0.965, NULL),
    ('D07', 0.965, 0.995, NULL), ('D08', 0.995, 0.998, NULL), ('D09', 0.998, 1.0, NULL)
), applied AS (
    SELECT i, getvariable('day_no') * 20000 + i AS b, hash(xor(hash(getvariable('day_no') * 1000000 + i), hash('business'))) AS k
    FROM range(getvariable('n_business')) r(i)
), placed AS (
    SELECT a.*, s.office, s.slug, s.capacity, s.division, s.letter, s.tier, q.kind, q.checked,
        100000000 + b % 100000000 AS v,
        u(k, 'agent?') < 0.35 AS by_agent
    FROM applied a JOIN office_slot s ON s.n = pick(k, 'office', 1000)
    JOIN kinds q ON u(k, 'kind') >= least_u AND u(k, 'kind') < most_u
), described AS (
    SELECT p.*, t.vehicle_type, t.usage, t.plate_kind, kind[1] = 'V' AS of_vehicle
    FROM placed p
    -- County offices do not register what Order 164, art. 2 keeps from them.
    JOIN kind_slot t ON t.n = CASE WHEN kind = 'V10' THEN (SELECT min(n) FROM kind_slot WHERE usage = 'S') ELSE pick(k, 'vehicle', 1000) END
), lawful AS (
    SELECT * REPLACE (
        CASE WHEN tier = 'county' AND (usage IN ('R', 'P', 'S') OR vehicle_type[:2] IN ('K1', 'K2')) THEN 'K33' ELSE vehicle_type END AS vehicle_type,
        CASE WHEN tier = 'county' AND (usage IN ('R', 'P', 'S') OR vehicle_type[:2] IN ('K1', 'K2')) THEN 'A' ELSE usage END AS usage,
        CASE WHEN tier = 'county' AND (usage IN ('R', 'P', 'S') OR vehicle_type[:2] IN ('K1', 'K2')) THEN '02' ELSE plate_kind END AS plate_kind,
        CASE WHEN tier = 'county' AND kind = 'V10' THEN 'V06' ELSE kind END AS kind)
    FROM described
)
SELECT format('YW{}{:06d}', strftime(getvariable('day'), '%Y%m%d'), i + 1) AS business_no, l.kind, NULL AS reason,
    'YS-' || slug || '-DT' AS office, division, format('{:02d}', 1 + o.number % 30) AS window, o.code AS operator,
    format('10.{}.{}.{}', 20 + l.office // 200, l.office % 200, 10 + o.number % 200) AS terminal,
    ric(420000000 + b % 50000000) AS person,
    CASE WHEN by_agent THEN ric(480000000 + l.office * 400 + CAST(floor(400 * u(k, 'agent')) AS INTEGER)) END AS agent,
    CASE WHEN by_agent THEN phone(480000000 + l.office * 400 + CAST(floor(400 * u(k, 'agent')) AS INTEGER)) ELSE phone(420000000 + b % 50000000) END AS phone,
    CASE WHEN of_vehicle THEN plate(v, plate_kind, letter) END AS plate, CASE WHEN of_vehicle THEN plate_kind END AS plate_kind,
    CASE WHEN of_vehicle THEN vin(v) END AS vin, CASE WHEN NOT of_vehicle THEN CASE WHEN u(k, 'class') < 0.8 THEN 'C1' ELSE 'C2' END END AS licence_class,
    CASE WHEN of_vehicle THEN vehicle_type END AS vehicle_type, CASE WHEN of_vehicle THEN usage END AS usage,
    accepted_at, accepted_at + seconds(1200 + 5400 * u(k, 'closed')) AS closed_at,
    CASE WHEN u(k, 'archived') < 0.97 THEN getvariable('day') + to_hours(20) + seconds(1800 * u(k, 'archive at')) END AS archived_at,
    CASE WHEN u(k, 'archived') < 0.97 THEN '1' ELSE '0' END AS archive_state, u(k, 'withdrawn') < 0.006 AS withdrawn, l.capacity,
    k, l.office AS office_id, slug, tier, checked, v, letter, o.staff AS operator_staff, of_vehicle
FROM (SELECT *, getvariable('day') + to_minutes(490) + seconds(27000 * u(k, 'accepted')) AS accepted_at FROM lawful) l
JOIN (SELECT DISTINCT office, peers FROM staff WHERE role = 'YW') n USING (office)
JOIN staff o ON o.role = 'YW' AND o.office = l.office AND o.number = pick(k, 'operator', n.peers)
ORDER BY 4, accepted_at, business_no;

-- table: business_step
SELECT business_no, j AS seq, step, b.office, o.code AS operator, terminal,
    accepted_at + seconds((j - 1) * length / len(steps)) AS started_at,
    accepted_at + seconds((j - 0.4 * u(xor(k, hash(j)), 'step')) * length / len(steps)) AS done_at, '通过' AS result, b.capacity
FROM (
    SELECT *, date_diff('second', accepted_at, closed_at) AS length, unnest(steps) AS step, unnest(range(1, len(steps) + 1)) AS j
    FROM (SELECT *, CASE WHEN checked IS NOT NULL THEN ['1', '3', '2', '4', '5'] WHEN kind IN ('V08', 'D08') THEN ['1', '2', '7']
        ELSE ['1', '2', '5'] END AS steps FROM licensing_business)
) b
-- Accepting and reviewing are never the same person's.
JOIN staff first ON first.staff = b.operator_staff
JOIN staff o ON o.role = 'YW' AND o.office = b.office_id AND o.number = CASE WHEN step = '1' THEN first.number
    ELSE (first.number + 1 + pick(k, 'other operator', first.peers - 1)) % first.peers END;

-- table: business_correction
WITH corrected AS (
    SELECT *, ['住所', '联系电话', '身份证明名称', '车辆品牌', '车身颜色', '档案编号', '整备质量', '车辆识别代号', '初次登记日期'][
        1 + CASE WHEN u(k, 'field') < 0.985 THEN pick(k, 'plain field', 7) ELSE 7 + pick(k, 'sensitive field', 2) END] AS field
    FROM licensing_business WHERE kind IN ('V08', 'D08')
)
SELECT business_no, 1 AS seq, office, operator, 'GL' || substr(operator, 3) AS approver, field,
    '合成原值' || pick(k, 'before', 1000) AS before, '合成新值' || pick(k, 'after', 1000) AS after, '录入错误' AS reason,
    accepted_at + seconds(600) AS corrected_at, capacity, k, operator_staff, office_id
FROM corrected;

-- table: vehicle_check
SELECT format('CY{}{:06d}', strftime(getvariable('day'), '%Y%m%d'), row_number() OVER (ORDER BY business_no)) AS check_no,
    business_no, checked AS kind, plate, plate_kind, vin, vehicle_type, usage, 'YS-' || slug || '-CY' AS area, division,
    c.code AS checker, 'PDA-' || substr(c.code, 3) AS pda, true AS pda_recorded, 'BWC-' || c.code AS body_camera, h.channel,
    accepted_at + seconds(120) AS started_at, accepted_at + seconds(120 + 240 + 420 * u(k, 'check length')) AS ended_at,
    CASE WHEN u(k, 'check') < 0.965 THEN '1' ELSE '2' END AS verdict, 8 + pick(k, 'check photos', 6) AS photos, b.capacity,
    k, b.office_id, slug
FROM licensing_business b
JOIN (SELECT DISTINCT office, peers FROM staff WHERE role = 'CY') n ON n.office = b.office_id
JOIN staff c ON c.role = 'CY' AND c.office = b.office_id AND c.number = pick(k, 'checker', n.peers)
JOIN (SELECT code, min(channel) AS channel FROM channel_list GROUP BY code) h ON h.code = 'YS-' || slug || '-CY'
WHERE checked IS NOT NULL ORDER BY area, started_at, check_no;

-- table: body_camera_file
-- One file for each officer and half day of practical tests or vehicle checks.
WITH worked AS (
    SELECT examiner AS officer, site AS unit, '考试' AS purpose, started_at, ended_at, capacity, exam_no AS business_no
    FROM exam WHERE subject IN ('2', '3')
    UNION ALL SELECT checker, area, '查验', started_at, ended_at, capacity, check_no FROM vehicle_check
), filed AS (
    SELECT officer, unit, purpose, capacity, hour(started_at) < 12 AS morning, min(started_at) AS first_start, max(ended_at) AS last_end,
        min(business_no) AS business_no
    FROM worked GROUP BY officer, unit, purpose, capacity, hour(started_at) < 12
), keyed AS (
    SELECT *, key2(getvariable('day_no'), hash(officer || unit || morning)) AS k FROM filed
)
SELECT format('ZF{}-{}-{}', strftime(getvariable('day'), '%Y%m%d'), officer || substr(unit, 4), CASE WHEN morning THEN 'AM' ELSE 'PM' END) AS file_no,
    'BWC-' || officer AS camera, officer, unit, purpose, business_no, first_start - seconds(60 + 240 * u(k, 'early')) AS started_at,
    last_end + seconds(30 + 200 * u(k, 'late')) AS ended_at,
    greatest(last_end + seconds(900), getvariable('day') + to_minutes(1050)) + seconds(9000 * u(k, 'upload')) AS uploaded_at,
    CAST(date_diff('second', first_start, last_end) AS BIGINT) * 250000 + pick(k, 'bytes', 9000000) AS bytes,
    coalesce(c.digest, sha(officer || unit || morning || getvariable('day_no'))) AS digest, c.path AS media_ref, 'CJZ-' || substr(unit, 4) AS station, capacity, k
FROM keyed LEFT JOIN clip_slot c ON c.n = pick(k, 'clip', 100) AND c.scene = 'body'
ORDER BY unit, started_at, file_no;
