-- Channels, their recordings and their states.

-- table: channel
SELECT channel, getvariable('day') AS day, code || '-' || number AS name, code AS place, place_type,
    ['全景', '近景', '车内', '前方'][1 + number % 4] AS view, NULL AS room, recorder, 1096 AS retention_days, DATE '2024-01-01' AS valid_from,
    NULL AS valid_until, capacity
FROM channel_list ORDER BY place, channel;

-- table: recording_segment
WITH kept AS (
    SELECT *, unnest(range(5)) AS j FROM channel_list
), keyed AS (
    SELECT *, key2(getvariable('day_no'), id * 8 + j) AS k FROM kept
)
SELECT channel, code AS place, getvariable('day') + to_minutes(420 + 150 * j) AS started_at,
    -- One segment in four hundred ends early: disks fail honestly too.
    getvariable('day') + to_minutes(420 + 150 * (j + 1)) - seconds(CASE WHEN u(k, 'hole?') < 0.0025 THEN 60 + 2400 * u(k, 'hole') ELSE 1 END) AS ended_at,
    '1' AS kind, 2250000000 + pick(k, 'bytes', 100000000) AS bytes,
    format('{}/{}-{}.mp4', channel, strftime(getvariable('day'), '%Y%m%d'), j) AS file, c.path AS media_ref, recorder,
    round(1.4 * gauss(key2(id, 3), 'drift') / 2 + 0.3 * gauss(k, 'drift today'), 1) AS clock_drift, place_type IN ('1', '3') AS audio, capacity,
    id, j
FROM keyed LEFT JOIN clip_slot c ON c.n = pick(k, 'clip', 100) AND c.scene = CASE place_type
    WHEN '1' THEN ['yard', 'desk', 'car', 'yard'][1 + number % 4] WHEN '2' THEN 'line' WHEN '3' THEN 'check' ELSE 'hall' END
ORDER BY place, channel, started_at;

-- table: device_state
SELECT channel AS device, code AS place, since, since + seconds(60 + 5400 * u(k, 'outage') ** 3) AS until,
    CASE WHEN u(k, 'state') < 0.8 THEN '0' WHEN u(k, 'state') < 0.9 THEN '2' ELSE '4' END AS state, NULL AS clock_drift, '心跳与截图' AS evidence, capacity
FROM (
    SELECT *, getvariable('day') + to_minutes(360) + seconds(50000 * u(k, 'since')) AS since
    FROM (SELECT *, key2(getvariable('day_no'), id * 8 + 7) AS k FROM channel_list) WHERE u(k, 'trouble') < 0.015
) ORDER BY place, device;
