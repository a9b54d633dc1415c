"""Which registrations prove norms: facts that stand, and filings that the superior received.

What a technology department (科技部门) registers proves the duty of the police agency it belongs to: the norm binds the
bearer, the department carries it out.
"""

from jianguan.backbone.registrations.models import RegistrationKind
from jianguan.backbone.rules.sources import Source, register
from jianguan.engines.regulation.schema import Measure

BEARER = """
    CROSS JOIN LATERAL (
        SELECT r.capacity_id AS id
        UNION
        SELECT o.superior_id FROM agencies_oversight o JOIN agencies_capacity c ON c.id = o.capacity_id
        WHERE o.capacity_id = r.capacity_id AND c.level = 'TECHNOLOGY' AND o.valid && daterange(%(first)s, %(last)s)
    ) bearer
"""

STANDS = f"""
SELECT 'registration:' || r.kind AS source, bearer.id AS capacity_id, r.valid, r.recorded_at,
       'registration/' || r.id AS ref
FROM registrations_registration r {BEARER}
WHERE r.valid && daterange(%(first)s, %(last)s)
"""  # noqa: S608 - put together from constants

FILED = f"""
SELECT 'filing:operations-staff' AS source, bearer.id AS capacity_id,
       (r.filing_due + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due_at, r.received_at AS done_at,
       'registration/' || r.id AS ref
FROM registrations_registration r {BEARER}
WHERE r.kind = 'staff-filing' AND r.filing_due >= %(first)s::date AND r.filing_due < %(last)s::date
"""  # noqa: S608 - put together from constants

# Staff of the province is on file when registered; staff of a city when the province signed for it (clause 14.1).
ON_FILE = f"""
SELECT 'registration:staff-filing' AS source, bearer.id AS capacity_id, r.recorded_at AS due_at,
       r.recorded_at AS done_at, 'registration/' || r.id AS ref
FROM registrations_registration r {BEARER}
WHERE r.kind = 'staff-filing' AND r.filed_with_id IS NULL
  AND r.recorded_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND r.recorded_at < %(last)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
UNION ALL
SELECT 'registration:staff-filing', r.filed_with_id, (r.filing_due + 1)::timestamp AT TIME ZONE 'Asia/Shanghai',
       r.received_at, 'registration/' || r.id
FROM registrations_registration r
WHERE r.kind = 'staff-filing' AND r.filed_with_id IS NOT NULL
  AND r.filing_due >= %(first)s::date AND r.filing_due < %(last)s::date
"""  # noqa: S608 - put together from constants

register(Source(Measure.PRESENCE, "registration", frozenset(kind.value for kind in RegistrationKind), STANDS))
register(Source(Measure.FILING, "registration", frozenset({RegistrationKind.STAFF_FILING.value}), ON_FILE))
register(Source(Measure.FILING, "filing", frozenset({"operations-staff"}), FILED))

# The duty roster (值班排班, clause 5.3) lies in ``people``, below the registry: a day with somebody on duty stands.
ON_DUTY = """
SELECT 'roster:day'::text AS source, capacity_id, daterange(day, day + 1) AS valid, min(recorded_at) AS recorded_at,
       'roster/' || (array_agg(id ORDER BY recorded_at, id))[1] AS ref
FROM people_rosterentry
WHERE NOT withdrawn AND day >= %(first)s AND day < %(last)s
GROUP BY capacity_id, day
"""
register(Source(Measure.PRESENCE, "roster", frozenset({"day"}), ON_DUTY))
