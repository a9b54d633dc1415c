-- One row a sitting of an exam (考试): cameras of the site while it lasted, the examiner's body camera, the photos.
WITH fixed AS (
    SELECT e.exam_no, list({'ref': coalesce(r.media_ref, r.file), 'kind': 'fixed', 'camera': r.channel,
        'role': coalesce(c.view, '现场'), 'starts_at': greatest(r.started_at, e.started_at),
        'ends_at': least(r.ended_at, e.ended_at), 'file_starts_at': r.started_at} ORDER BY r.channel, r.started_at) AS recordings
    FROM exam e JOIN recording_segment r ON r.place = e.site AND (e.channel IS NULL OR r.channel = e.channel)
        AND r.started_at < e.ended_at AND r.ended_at > e.started_at
    LEFT JOIN channel c ON c.channel = r.channel
    GROUP BY e.exam_no
), worn AS (
    SELECT e.exam_no, list({'ref': coalesce(b.media_ref, b.file_no), 'kind': 'body', 'camera': b.camera,
        'role': '执法记录仪', 'starts_at': greatest(b.started_at, e.started_at), 'ends_at': least(b.ended_at, e.ended_at),
        'file_starts_at': b.started_at} ORDER BY b.started_at) AS recordings
    FROM exam e JOIN body_camera_file b ON b.officer = e.examiner AND b.unit = e.site
        AND b.started_at < e.ended_at AND b.ended_at > e.started_at
    GROUP BY e.exam_no
), pictures AS (
    SELECT exam_no, list({'ref': object, 'sha256': digest, 'taken_at': taken_at, 'label': item} ORDER BY seq) AS photos
    FROM exam_photo GROUP BY exam_no
)
SELECT coalesce(nullif(e.capacity, ''), p.capacity) AS capacity, e.exam_no AS id, e.site, NULL AS stratum,
    e.started_at AS happened_at, 1000000 AS weight, false AS mandatory, [e.examiner] AS doers,
    {'subject': e.subject, 'licence_class': e.licence_class, 'attempt': e.attempt, 'site': coalesce(p.name, e.site),
     'school': e.school, 'desk': e.desk, 'car': e.car, 'examiner': e.examiner, 'assigned_examiner': e.assigned_examiner,
     'assigned_car': e.assigned_car, 'started_at': e.started_at, 'ended_at': e.ended_at, 'score': e.score,
     'deducted': e.deducted, 'result': e.result, 'suspended': e.suspended} AS said,
    {'person': e.person} AS persons,
    list_concat(coalesce(f.recordings, []), coalesce(w.recordings, [])) AS recordings, i.photos
FROM exam e LEFT JOIN place p ON p.code = e.site LEFT JOIN fixed f USING (exam_no) LEFT JOIN worn w USING (exam_no)
LEFT JOIN pictures i USING (exam_no)
