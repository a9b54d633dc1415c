-- One row an inspection agency (检验机构) or exam site (考试场); drawn by area and kind, at least one of each.
SELECT p.capacity, p.code AS id, p.code AS site, a.area || '/' || p.kind AS stratum, NULL::TIMESTAMP AS happened_at,
    1000000 AS weight, false AS mandatory, NULL AS doers, {'名称': p.name, '地区': a.area_name} AS said,
    NULL AS persons, NULL AS recordings, NULL AS photos
FROM place p LEFT JOIN area a ON a.capacity = p.capacity
WHERE p.kind IN ('exam_site', 'inspection_agency')
