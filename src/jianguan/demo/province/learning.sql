-- Network education of a day: learners who come back on five days, and the snapshots of their sessions.

-- table: county_slot
SELECT county, capacity, division, share(before, weight, total, 1000) AS n
FROM (SELECT *, sum(weight) OVER (ORDER BY county) - weight AS before, sum(weight) OVER () AS total FROM county) ORDER BY n;

-- table: learning_session
WITH learners AS (
    -- A fifth of the learners began on each of the last five days.
    SELECT i, 200000000 + (getvariable('day_no') - i % 5) * 8000 % 80000000 + i // 5 AS p FROM range(getvariable('n_learning')) r(i)
), keyed AS (
    SELECT *, hash(xor(hash(p), hash('learner'))) AS kp, hash(xor(hash(getvariable('day_no') * 1000000 + i), hash('learning'))) AS k
    FROM learners
), placed AS (
    SELECT l.*, c.county, c.capacity, c.division,
        getvariable('day') + to_minutes(390) + seconds(52000 * (0.25 * u(k, 'hour') + 0.75 * u(k, 'hour b'))) AS started_at,
        least(10000, 60 * (28 + 50 * exp(0.5 * gauss(k, 'length')))) AS length
    FROM keyed l JOIN county_slot c ON c.n = pick(kp, 'county', 1000)
)
SELECT format('XX{}{:06d}', strftime(getvariable('day'), '%Y%m%d'), i + 1) AS session_no, ric(p) AS person, person_name(p) AS person_name,
    'JYPT-' || division AS platform, division, CASE WHEN u(kp, 'kind') < 0.25 THEN '1' WHEN u(kp, 'kind') < 0.55 THEN '2' ELSE '3' END AS kind,
    '1' AS mode, '道路交通安全法律法规（合成）' AS course, format('{:016x}', hash(kp)) AS device,
    -- One learner in thirty shares the address of a household or a firm.
    CASE WHEN u(kp, 'shared') < 0.03 THEN format('172.20.{}.{}', county % 250, pick(kp, 'nat', 6))
         ELSE format('172.{}.{}.{}', 21 + pick(kp, 'n1', 9), pick(kp, 'n2', 250), 1 + pick(kp, 'n3', 250)) END AS network,
    started_at, started_at + seconds(length) AS ended_at, CAST(floor(length * (0.85 + 0.15 * u(k, 'credit')) - 1) AS BIGINT) AS credited,
    greatest(1, CAST(floor(length / 160) AS INTEGER)) AS snapshots, pick(k, 'left', 3) AS left_page, capacity, p, kp, k, county
FROM placed ORDER BY platform, started_at, session_no;

-- table: learning_snapshot
SELECT session_no, seq, platform, started_at + seconds((seq - 0.8 + 0.6 * u(h, 'at')) * date_diff('second', started_at, ended_at) / snapshots) AS taken_at,
    CASE WHEN u(h, 'faces') < 0.018 THEN 0 WHEN u(h, 'faces') < 0.025 THEN 2 ELSE 1 END AS faces,
    CASE WHEN u(h, 'faces') >= 0.018 THEN round(0.985 - 0.22 * u(h, 'score') * u(kp, 'face'), 4) END AS score,
    CASE WHEN u(h, 'faces') >= 0.018 THEN hex64(hash(xor(kp, hash('face')))) END AS face_group,
    sha(session_no || seq) AS digest, hex64(h) AS perceptual, 'photo/learning/' || session_no || '/' || seq || '.jpg' AS object,
    capacity
FROM (SELECT *, hash(xor(k, hash(seq))) AS h FROM (SELECT *, unnest(range(1, snapshots + 1)) AS seq FROM learning_session));
