-- One row a person who may be sent as an inspector (检查人员).
SELECT s.capacity, s.number AS id, s.capacity AS site, NULL AS stratum, NULL::TIMESTAMP AS happened_at,
    1000000 AS weight, false AS mandatory, NULL AS doers, {'警号或工号': s.number} AS said, NULL AS persons,
    NULL AS recordings, NULL AS photos
FROM staff s
