-- One row a person who learned on line (网上学习) on the day, all sessions together.
WITH pictures AS (
    SELECT session_no, list({'ref': object, 'sha256': digest, 'taken_at': taken_at, 'label': '与证件照相似度 ' || score} ORDER BY seq) AS photos
    FROM learning_snapshot GROUP BY session_no
)
SELECT coalesce(nullif(s.capacity, ''), d.capacity) AS capacity, s.person AS id, arg_min(s.platform, s.started_at) AS site,
    NULL AS stratum, min(s.started_at) AS happened_at, 1000000 AS weight, false AS mandatory, NULL AS doers,
    {'session_no': string_agg(s.session_no, '、' ORDER BY s.started_at), 'kind': arg_min(s.kind, s.started_at),
     'platform': arg_min(s.platform, s.started_at), 'course': string_agg(DISTINCT s.course, '、'),
     'device': string_agg(DISTINCT s.device, '、'), 'network': string_agg(DISTINCT s.network, '、'),
     'started_at': min(s.started_at), 'ended_at': max(s.ended_at), 'credited': sum(s.credited)::BIGINT,
     'snapshots': sum(s.snapshots)::BIGINT, 'left_page': sum(s.left_page)::BIGINT} AS said,
    {'person': s.person} AS persons, NULL AS recordings,
    flatten(list(coalesce(i.photos, []) ORDER BY s.started_at)) AS photos
FROM learning_session s LEFT JOIN pictures i USING (session_no) LEFT JOIN division d ON d.code = s.division
WHERE s.mode = '1'
GROUP BY coalesce(nullif(s.capacity, ''), d.capacity), s.person
