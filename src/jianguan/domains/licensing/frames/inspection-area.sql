-- One row a vehicle inspected (查验): cameras of the area while it lasted, the checker's body camera.
-- Mandatory: passenger transport, tourism, school buses and dangerous goods (使用性质 B C E O P Q R S, 重点车辆).
WITH timed AS (
    SELECT *, coalesce(ended_at, started_at + INTERVAL 30 MINUTE) AS until FROM vehicle_check
), fixed AS (
    SELECT v.check_no, list({'ref': coalesce(r.media_ref, r.file), 'kind': 'fixed', 'camera': r.channel,
        'role': coalesce(c.view, '现场'), 'starts_at': greatest(r.started_at, v.started_at),
        'ends_at': least(r.ended_at, v.until), 'file_starts_at': r.started_at} ORDER BY r.channel, r.started_at) AS recordings
    FROM timed v JOIN recording_segment r ON r.place = v.area AND (v.channel IS NULL OR r.channel = v.channel)
        AND r.started_at < v.until AND r.ended_at > v.started_at
    LEFT JOIN channel c ON c.channel = r.channel
    GROUP BY v.check_no
), worn AS (
    SELECT v.check_no, list({'ref': coalesce(b.media_ref, b.file_no), 'kind': 'body', 'camera': b.camera,
        'role': '执法记录仪', 'starts_at': greatest(b.started_at, v.started_at), 'ends_at': least(b.ended_at, v.until),
        'file_starts_at': b.started_at} ORDER BY b.started_at) AS recordings
    FROM timed v JOIN body_camera_file b ON b.officer = v.checker AND b.unit = v.area
        AND b.started_at < v.until AND b.ended_at > v.started_at
    GROUP BY v.check_no
)
SELECT coalesce(nullif(v.capacity, ''), p.capacity) AS capacity, v.check_no AS id, v.area AS site, NULL AS stratum,
    v.started_at AS happened_at, 1000000 AS weight,
    coalesce(v.usage IN ('B', 'C', 'E', 'O', 'P', 'Q', 'R', 'S'), false) AS mandatory, [v.checker] AS doers,
    {'kind': v.kind, 'plate': v.plate, 'plate_kind': v.plate_kind, 'vin': v.vin, 'vehicle_type': v.vehicle_type,
     'usage': v.usage, 'area': coalesce(p.name, v.area), 'checker': v.checker, 'pda': v.pda,
     'pda_recorded': v.pda_recorded, 'body_camera': v.body_camera, 'started_at': v.started_at, 'ended_at': v.ended_at,
     'verdict': v.verdict, 'photos': v.photos, 'business_no': v.business_no} AS said,
    NULL AS persons, list_concat(coalesce(f.recordings, []), coalesce(w.recordings, [])) AS recordings, NULL AS photos
FROM timed v LEFT JOIN place p ON p.code = v.area LEFT JOIN fixed f USING (check_no) LEFT JOIN worn w USING (check_no)
