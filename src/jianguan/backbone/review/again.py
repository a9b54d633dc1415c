"""Further looks from above (上级重抽): a sample of what a unit reviewed, in an order that its own seed fixes."""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review.assigning import ReviewRefused, draw_again, why_not_from_above
from jianguan.backbone.review.models import Assignment
from jianguan.backbone.review.queries import titles
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.models import Population

DOMAIN = b"jianguan review superior/1\n"


@dataclass(frozen=True, slots=True)
class Below:
    """A drawn population of a unit below: records drawn, reviewed, looked at again from above, and contradicted."""

    population_id: int
    capacity_id: int
    capacity: str
    kind: str
    drawn: int
    reviewed: int
    taken: int
    contradicted: int


BELOW = """
SELECT p.id, p.capacity_id, p.kind, count(DISTINCT i.member) AS drawn,
    count(DISTINCT i.member) FILTER (WHERE f.id IS NOT NULL) AS reviewed,
    count(DISTINCT i.member) FILTER (WHERE s.id IS NOT NULL) AS taken,
    count(DISTINCT i.member) FILTER (WHERE r.verdict <> f.verdict) AS contradicted
FROM work_population p
JOIN draws_drawitem i ON i.population_id = p.id
LEFT JOIN review_assignment a ON a.item_id = i.id AND a.kind = 'first'
LEFT JOIN review_review f ON f.assignment_id = a.id
    AND NOT EXISTS (SELECT 1 FROM review_review n WHERE n.corrects_id = f.id)
LEFT JOIN review_assignment s ON s.item_id = i.id AND s.kind = 'superior'
LEFT JOIN review_review r ON r.assignment_id = s.id
    AND NOT EXISTS (SELECT 1 FROM review_review n WHERE n.corrects_id = r.id)
WHERE p.day = %(day)s AND p.capacity_id = ANY(%(capacities)s)
GROUP BY 1, 2, 3 ORDER BY 2, 3
"""


def populations(scope: Scope, own_capacity_id: int, day: dt.date) -> list[Below]:
    """The drawn populations of a day of the units below a capacity."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"day": day, "capacities": sorted(scope.capacity_ids - {own_capacity_id})})
        rows = cursor.fetchall()
    names = titles({row[1] for row in rows})
    return [
        Below(one, unit, names[unit], kind, drawn, reviewed, taken, contradicted)
        for one, unit, kind, drawn, reviewed, taken, contradicted in rows
    ]


def take(*, by: Actor, population: Population, count: int) -> list[Assignment]:
    """Take the next ``count`` reviewed records of a population for looks of one's own; which ones nobody chooses.

    The order is that of HMAC-SHA-256 under the seed of the draw, in a domain of its own; more go on where it stopped.
    What he is recused from is passed over and stays for others. Raises ReviewRefused where nothing is left, and as
    ``draw_again`` does.
    """
    reviewed = (
        DrawItem.objects.filter(population=population, assignments__kind=Assignment.Kind.FIRST)
        .exclude(assignments__reviews=None)
        .exclude(assignments__kind=Assignment.Kind.SUPERIOR)
        .select_related("draw", "population")
        .distinct()
    )
    ordered = sorted(reviewed, key=lambda item: _ticket(item.draw.seed, item.member))
    free = (item for item in ordered if not why_not_from_above(by, item))
    items = list(islice(free, count))
    if not items:
        raise ReviewRefused("没有可重抽的：已复核的都已重抽、须由您回避，或尚无复核")
    with transaction.atomic():
        return [draw_again(by=by, item=item) for item in items]


def _ticket(seed: str, member: str) -> bytes:
    return hmac.digest(bytes.fromhex(seed), DOMAIN + member.encode(), hashlib.sha256)
