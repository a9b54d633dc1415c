-- One row a file of a body camera (执法记录仪).
SELECT coalesce(nullif(b.capacity, ''), p.capacity) AS capacity, b.file_no AS id, b.unit AS site, NULL AS stratum,
    b.started_at AS happened_at, 1000000 AS weight, false AS mandatory, [b.officer] AS doers,
    {'camera': b.camera, 'officer': b.officer, 'unit': coalesce(p.name, b.unit), 'purpose': b.purpose,
     'business_no': b.business_no, 'started_at': b.started_at, 'ended_at': b.ended_at, 'uploaded_at': b.uploaded_at,
     'station': b.station, 'bytes': b.bytes} AS said,
    NULL AS persons,
    [{'ref': coalesce(b.media_ref, b.file_no), 'kind': 'body', 'camera': b.camera, 'role': '执法记录仪',
      'starts_at': b.started_at, 'ends_at': b.ended_at, 'file_starts_at': b.started_at}] AS recordings,
    NULL AS photos
FROM body_camera_file b LEFT JOIN place p ON p.code = b.unit
