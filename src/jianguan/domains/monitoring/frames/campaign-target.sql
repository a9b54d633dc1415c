-- One row a place or firm that a campaign (专项检查) may look at, by area and kind.
SELECT p.capacity, p.code AS id, p.code AS site, a.area || '/' || p.kind AS stratum, NULL::TIMESTAMP AS happened_at,
    1000000 AS weight, false AS mandatory, NULL AS doers, {'名称': p.name, '地区': a.area_name} AS said,
    NULL AS persons, NULL AS recordings, NULL AS photos
FROM place p LEFT JOIN area a ON a.capacity = p.capacity
WHERE p.kind IN ('education_site', 'exam_site', 'inspection_agency', 'inspection_area', 'registration_station',
    'school_bus_operation', 'service_hall', 'transport_firm')
