-- One row a place that must be patrolled (六类场所, clauses 4.5, 5.2, 6.10).
SELECT p.capacity, p.code AS id, p.code AS site, p.kind AS stratum, NULL::TIMESTAMP AS happened_at, 1000000 AS weight,
    false AS mandatory, NULL AS doers, {'名称': p.name} AS said, NULL AS persons, NULL AS recordings, NULL AS photos
FROM place p
WHERE p.kind IN ('education_site', 'exam_site', 'inspection_agency', 'inspection_area', 'registration_station', 'service_hall')
