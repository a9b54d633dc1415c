-- Driving tests of a day: bookings, retries, schedule, then items, deductions, photos and parameters.

-- table: code_slot_today
SELECT * FROM code_slot;

-- table: exam_slot
-- What is open today, in proportion to size.
WITH open AS (
    SELECT s.*, sum(weight) OVER (ORDER BY site, subject) - weight AS before, sum(weight) OVER () AS total,
        0.15 * gauss(key2(getvariable('day_no'), site * 8 + ascii(subject)), 'site day') AS today
    FROM exam_subject s WHERE list_contains(weekdays, isodow(getvariable('day')))
)
SELECT * EXCLUDE (before, total), share(before, weight, total, 2000) AS n FROM open ORDER BY n;

-- table: exam
WITH booked AS (
    SELECT i, getvariable('day_no') * 50000 + i AS p, hash(xor(hash(getvariable('day_no') * 1000000 + i), hash('exam'))) AS k
    FROM range(getvariable('n_exam')) r(i)
), placed AS (
    SELECT b.*, s.site, s.code AS site_code, s.office, s.capacity, s.division, s.subject, s.devices, s.digest,
        s.effect + s.today AS site_effect,
        CASE WHEN s.subject IN ('2', '3') AND s.tier = 'county' AND c.licence_class IN ('A1', 'A2', 'A3', 'B1', 'B2')
             THEN 'C1' ELSE c.licence_class END AS licence_class
    FROM booked b
    JOIN exam_slot s ON s.n = pick(k, 'site', 2000)
    JOIN class_slot c ON c.n = pick(k, 'class', 200)
), staffed AS (
    SELECT p.*, pick(k, 'device', devices) AS device,
        CASE WHEN licence_class IN ('A1', 'A2', 'A3', 'B1', 'B2') THEN 'large' WHEN licence_class IN ('D', 'E', 'F') THEN 'moto'
             WHEN licence_class IN ('C2', 'C5') THEN 'auto' ELSE 'car' END AS class_group,
        sc.school, sc.code AS school_code, sc.effect AS school_effect
    FROM placed p JOIN (SELECT DISTINCT office, schools FROM school) n USING (office)
    JOIN school sc ON sc.office = p.office AND sc.number = pick(k, 'school', n.schools)
), examined AS (
    SELECT s.*, e.staff AS examiner_staff, e.code AS examiner, e.effect AS examiner_effect
    FROM staffed s
    JOIN (SELECT DISTINCT office, peers FROM staff WHERE role = 'KS') n USING (office)
    JOIN staff e ON e.role = 'KS' AND e.office = s.office AND e.number = (getvariable('day_no') * 7
        + s.site * 3 + ascii(s.subject) * 5 + device) % n.peers
), judged AS (
    SELECT e.*, t AS try, xor(k, hash(t * 7919)) AS kt, 1 + 2 * least(2, pick(k, 'round', 20) // 9) + t AS attempt,
        sigmoid(CASE subject WHEN '1' THEN 1.55 WHEN '2' THEN 0.42 WHEN '3' THEN 0.38 ELSE 2.0 END
            + site_effect + school_effect + examiner_effect - 0.2 * t
            - CASE WHEN subject IN ('2', '3') THEN getvariable('winter') * 0.25 ELSE 0 END
            - CASE WHEN class_group = 'large' THEN 0.25 ELSE 0 END + 0.5 * gauss(k, 'ability')) AS chance
    FROM examined e, range(2) tries(t)
), decided AS (
    SELECT *, u(kt, 'pass') < chance AS passed FROM judged
), kept AS (
    SELECT d.* FROM decided d
    WHERE try = 0 OR (u(k, 'retry') < 0.8 AND NOT (u(xor(k, hash(0)), 'pass') < chance + 0.04))
), scored AS (
    SELECT k.*, c.items, len(c.items) AS n_items,
        CASE WHEN k.subject = '3' OR k.class_group = 'large' THEN 1 ELSE 2 END AS allowed,
        NOT passed AND k.subject IN ('2', '3') AND u(kt, 'big') < 0.72 AS failed_outright
    FROM kept k JOIN class_items c ON c.subject = k.subject
        AND c.class_group = CASE WHEN k.subject IN ('1', '4') THEN 'any' ELSE k.class_group END
), counted AS (
    SELECT s.*, CASE WHEN subject IN ('1', '4') THEN 0
        WHEN passed THEN CAST(u(kt, 'tens?') < 0.35 AS INTEGER) * (1 + pick(kt, 'tens', allowed))
        WHEN failed_outright THEN pick(kt, 'tens', 2)
        ELSE allowed + 1 + pick(kt, 'tens', 2) END AS tens,
        CASE WHEN subject IN ('1', '4') THEN
            CASE WHEN passed THEN pick(kt, 'wrong', 11) ELSE 11 + CAST(floor(u(kt, 'wrong') ** 2 * 40) AS INTEGER) END
            ELSE 0 END AS wrong,
        CASE WHEN subject IN ('1', '4') THEN 14 + 26 * u(kt, 'length')
             WHEN subject = '2' THEN 9 + 7 * u(kt, 'length') ELSE 12 + 9 * u(kt, 'length') END * 60 AS length
    FROM scored s
), fallen AS (
    SELECT c.*, b.item AS big_item, b.code AS big_code,
        CASE WHEN failed_outright THEN coalesce(nullif(list_position(items, b.item), 0), n_items) ELSE n_items END AS stop
    FROM counted c LEFT JOIN code_slot_today b ON failed_outright AND b.site = c.site AND b.subject = c.subject
        AND b.points = 100 AND b.n = pick(kt, 'big code', 200)
), timed AS (
    SELECT *, CASE WHEN failed_outright AND subject <> '1' THEN length * greatest(0.25, stop / n_items) ELSE length END AS seconds
    FROM fallen
), queued AS (
    SELECT *, sum(seconds + 90) OVER (PARTITION BY site, subject, device ORDER BY i, try) - seconds - 90 AS before,
        sum(seconds + 90) OVER (PARTITION BY site, subject, device) AS total,
        row_number() OVER (ORDER BY site, subject, device, i, try) AS number
    FROM timed
)
SELECT format('KS{}{:06d}', strftime(getvariable('day'), '%Y%m%d'), number) AS exam_no,
    ric(p) AS person, person_name(p) AS person_name, subject, licence_class, attempt, school_code AS school,
    site_code AS site, division,
    CASE WHEN subject IN ('1', '4') THEN format('{}-T{:02d}', site_code, device + 1) END AS desk,
    CASE WHEN subject IN ('2', '3') THEN format('{}-C{}{:02d}', site_code, subject, device + 1) END AS car,
    h.channel, examiner, examiner AS assigned_examiner,
    format('{}-{}{}{:02d}', site_code, CASE WHEN subject IN ('1', '4') THEN 'T' ELSE 'C' END,
        CASE WHEN subject IN ('1', '4') THEN '' ELSE subject END, device + 1) AS assigned_car,
    format('{}-{}', strftime(getvariable('day'), '%m%d'), 1 + CAST(before / 5400 AS INTEGER)) AS group_no,
    getvariable('day') + to_minutes(450) + seconds(u(k, 'drawn') * 600) AS drawn_at,
    getvariable('day') - to_days(3 + pick(k, 'booked', 12)) + to_minutes(480 + pick(k, 'booked minute', 700)) AS booked_at,
    getvariable('day') - to_days(CASE WHEN subject = '1' THEN 12 ELSE 45 END + pick(k, 'permit', 300)) AS permit_date,
    getvariable('day') + to_minutes(510) + seconds(before * least(1, 30600 / total) + 60 * u(k, 'start')) AS started_at,
    getvariable('day') + to_minutes(510) + seconds((before + seconds) * least(1, 30600 / total) + 60 * u(k, 'start')) AS ended_at,
    3 + CASE WHEN subject IN ('1', '4') THEN 0 ELSE stop * CASE subject WHEN '2' THEN 2 ELSE 1 END END AS photos,
    greatest(0, 100 - wrong - 10 * tens - CASE WHEN failed_outright THEN 100 ELSE 0 END) AS score,
    wrong + 10 * tens + CASE WHEN failed_outright THEN 100 ELSE 0 END AS deducted,
    CASE WHEN passed THEN '1' ELSE '2' END AS result, attempt = 1 AS first_pass,
    NOT passed AND u(kt, 'appeal') < 0.012 AS appealed, CAST(u(kt, 'suspended') < 0.004 AS INTEGER) AS suspended,
    CASE WHEN subject = '3' THEN 3.0 + 1.2 * u(kt, 'distance') + CASE WHEN class_group = 'large' THEN 7.2 ELSE 0 END END AS distance,
    CASE WHEN subject IN ('2', '3') THEN digest END AS parameters_digest, capacity,
    kt, site AS site_id, office, school AS school_id, device, items, items[:stop] AS taken, tens, big_item, big_code, passed,
    failed_outright, class_group
FROM queued JOIN (SELECT code, number AS view, channel FROM channel_list) h
    ON h.code = site_code AND h.view = CASE WHEN subject IN ('1', '4') THEN 1 ELSE 2 END
ORDER BY site_code, started_at, exam_no;

-- table: exam_item
SELECT e.exam_no, j AS seq, e.site, taken[j] AS item,
    started_at + seconds((j - 1) * length / len(taken) + 2) AS started_at,
    started_at + seconds(j * length / len(taken) - 2 - 0.3 * length / len(taken) * u(xor(kt, hash(j)), 'item')) AS ended_at,
    coalesce(car, desk) AS device, CASE subject WHEN '2' THEN 2 WHEN '3' THEN 1 ELSE 0 END AS photos,
    u(xor(kt, hash(j)), 'revoked') < 0.001 AS revoked, capacity
FROM (SELECT *, greatest(20, date_diff('second', started_at, ended_at)) AS length, unnest(range(1, len(taken) + 1)) AS j FROM exam) e;

-- table: exam_deduction
WITH small AS (
    SELECT e.exam_no, e.site, j AS seq, coalesce(nullif(list_position(taken, c.item), 0), len(taken)) AS place,
        CASE WHEN list_contains(taken, c.item) THEN c.item ELSE taken[-1] END AS item,
        CASE WHEN list_contains(taken, c.item) THEN c.code ELSE '10210' END AS code, 10 AS points, e.started_at, e.ended_at,
        len(taken) AS n_items, kt, capacity
    FROM (SELECT *, unnest(range(1, tens + 1)) AS j FROM exam WHERE tens > 0) e
    JOIN code_slot_today c ON c.site = e.site_id AND c.subject = e.subject AND c.points = 10
        AND c.n = pick(xor(kt, hash(j)), 'small code', 200)
), outright AS (
    SELECT exam_no, site, tens + 1 AS seq, len(taken) AS place, taken[-1] AS item,
        CASE WHEN list_contains(taken, big_item) THEN big_code ELSE '10101' END AS code, 100 AS points, started_at, ended_at,
        len(taken) AS n_items, kt, capacity
    FROM exam WHERE failed_outright
)
SELECT exam_no, seq, site, item, code, points, '1' AS mode,
    started_at + seconds((place - 0.95 + 0.5 * u(xor(kt, hash(seq)), 'deducted')) * greatest(20,
        date_diff('second', started_at, ended_at)) / n_items) AS deducted_at, capacity
FROM (FROM small UNION ALL FROM outright) ORDER BY site, exam_no, seq;

-- table: exam_photo
SELECT exam_no, seq, site, taken[CAST(least(len(taken), ceil(seq * len(taken) / photos)) AS INTEGER)] AS item,
    started_at + seconds((seq - 0.6) * greatest(20, date_diff('second', started_at, ended_at)) / photos) AS taken_at,
    CASE WHEN subject IN ('2', '3') THEN round(CASE subject WHEN '2' THEN 6 ELSE 42 END * u(h, 'speed'), 1) END AS speed,
    sha(exam_no || seq) AS digest, hex64(h) AS perceptual, 28000 + pick(h, 'bytes', 40000) AS bytes,
    CAST(NULL AS VARCHAR) AS software, 'photo/exam/' || exam_no || '/' || seq || '.jpg' AS object, capacity
FROM (SELECT *, hash(xor(kt, hash(seq))) AS h FROM (SELECT *, unnest(range(1, photos + 1)) AS seq FROM exam));

-- table: pre_exam_parameter
SELECT code AS site, subject, format('{}-C{}{:02d}', code, subject, device + 1) AS device, parameter,
    CASE parameter WHEN '评判参数摘要' THEN digest WHEN '定位精度' THEN CAST(round(0.8 + 1.2 * u(k, parameter), 2) AS VARCHAR)
         ELSE CAST(80 + 10 * pick(k, 'level', 2) AS VARCHAR) END AS value,
    CASE parameter WHEN '评判参数摘要' THEN digest WHEN '定位精度' THEN '≤2' ELSE '80；90' END AS approved,
    getvariable('day') + to_minutes(430) + seconds(1200 * u(k, 'read')) AS read_at, capacity
FROM (
    SELECT *, key2(getvariable('day_no'), site * 4096 + device * 8 + ascii(subject)) AS k
    FROM (SELECT DISTINCT site, code, subject, digest, capacity, devices FROM exam_slot WHERE subject IN ('2', '3')),
        LATERAL (SELECT unnest(range(devices)) AS device), (VALUES ('评判参数摘要'), ('定位精度'), ('合格标准')) q(parameter)
) ORDER BY code, subject, device, parameter;
