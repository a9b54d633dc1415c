-- One row a business and its archive (业务档案), withdrawn ones left out. Everybody who took a step of it did it.
WITH handled AS (
    SELECT business_no, list(DISTINCT operator ORDER BY operator) AS doers FROM business_step GROUP BY business_no
)
SELECT coalesce(nullif(b.capacity, ''), p.capacity) AS capacity, b.business_no AS id, b.office AS site, NULL AS stratum,
    b.accepted_at AS happened_at, 1000000 AS weight, false AS mandatory,
    list_distinct(list_append(coalesce(h.doers, []), b.operator)) AS doers,
    {'kind': b.kind, 'reason': b.reason, 'office': coalesce(p.name, b.office), 'window': b.window,
     'operator': b.operator, 'plate': b.plate, 'vin': b.vin, 'licence_class': b.licence_class,
     'vehicle_type': b.vehicle_type, 'usage': b.usage, 'accepted_at': b.accepted_at, 'closed_at': b.closed_at,
     'archived_at': b.archived_at, 'archive_state': b.archive_state} AS said,
    {'person': b.person, 'agent': b.agent} AS persons, NULL AS recordings, NULL AS photos
FROM licensing_business b LEFT JOIN place p ON p.code = b.office LEFT JOIN handled h USING (business_no)
WHERE NOT coalesce(b.withdrawn, false)
