"""The ledger (台账): derived from tasks and records whenever it is asked for, never stored."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.ledger.measures import FACTS
from jianguan.backbone.ledger.measures.base import BASE
from jianguan.backbone.ledger.relations import relation, source_span
from jianguan.backbone.ledger.rows import Cell, Row, Said, judged, period_text, unjudged
from jianguan.backbone.ledger.rules import WORST_FIRST, State
from jianguan.backbone.ledger.states import STATE
from jianguan.backbone.rules import sources
from jianguan.backbone.rules.models import Norm
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.owed import Owed, owed, periods_over, waiting
from jianguan.backbone.work.planning import planned
from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.regulation.schema import Measure

__all__ = ["Cell", "Row", "UnknownProvision", "heat", "ledger", "period_text"]

ONE_DAY = dt.timedelta(days=1)
BATCH = 5000

ROWS = f"""
SELECT b.norm_id, b.capacity_id, b.lower, b.upper, b.task_id, b.reading,
    CASE WHEN b.known THEN f.required ELSE b.required END AS required, COALESCE(f.on_time + f.late, 0) AS done,
    f.size, b.percent, {STATE} AS state, COALESCE(%(as_of)s >= b.due_at OR f.behind > 0, false) AS past, b.known,
    array_to_string(f.refs, ' '), b.pinned::text
FROM base b JOIN rules_norm n ON n.id = b.norm_id LEFT JOIN fact f ON f.n = b.n
ORDER BY b.lower, n."order", b.capacity_id, b.upper, b.reading
"""  # noqa: S608 - put together from constants

CELLS = f"""
SELECT b.norm_id, b.capacity_id, {STATE} AS state, count(*)
FROM base b LEFT JOIN fact f ON f.n = b.n
GROUP BY 1, 2, 3
"""  # noqa: S608 - put together from constants


class UnknownProvision(LookupError):
    """No norm of that provision or key. The message is Chinese."""


@dataclass(frozen=True)
class _Ask:
    """One question to the ledger, resolved once for all measures."""

    scope: Scope
    first: dt.date
    last: dt.date
    as_of: dt.datetime
    known_at: dt.datetime | None
    owed: list[Owed]
    keys: list[str] | None
    capacities: list[int]
    every_reading: bool


def ledger(
    scope: Scope,
    *,
    first: dt.date,
    last: dt.date,
    as_of: dt.datetime,
    capacity: str | None = None,
    provision: str | None = None,
    norm: str | None = None,
    known_at: dt.datetime | None = None,
    every_reading: bool = False,
) -> Iterator[Row]:
    """The rows of every period that holds a day from ``first`` to ``last`` (both included), judged at ``as_of``.

    ``known_at``: under the readings and rules recorded until then; by default the latest. ``every_reading``: each
    reading of a task as a row of its own. ``provision`` is an item ('6.6') or an article ('6'). Needs the scope set
    for row security. Raises BeforeInForce, AmbiguousRule, Capacity.DoesNotExist and UnknownProvision.
    """
    ask = _ask(
        scope=scope,
        first=first,
        last=last,
        as_of=as_of,
        capacity=capacity,
        provision=provision,
        norm=norm,
        known_at=known_at,
        every_reading=every_reading,
    )
    names = _capacity_names()
    norms = _norms()
    for measure in FACTS:
        yield from _judged(ask, measure, norms, names)
    for one in waiting(ask.owed, first, last):
        yield from unjudged(one.norm, names[one.capacity_id], one.capacity_id, (one.since, one.until), one.begins)
    for row in ask.owed:
        if row.kind is None:
            days = max(row.since, first), min(row.until, last + ONE_DAY)
            yield from unjudged(row.norm, names[row.capacity_id], row.capacity_id, days)


def heat(
    scope: Scope,
    first: dt.date,
    last: dt.date,
    *,
    as_of: dt.datetime,
    capacity: str | None = None,
    provision: str | None = None,
) -> list[Cell]:
    """Provision × capacity over a span (both days included): the worst state and how often each occurs.

    Raises as ``ledger`` does.
    """
    ask = _ask(scope=scope, first=first, last=last, as_of=as_of, capacity=capacity, provision=provision)
    norms = _norms()
    counts: dict[tuple[str, int], dict[State, int]] = {}

    def add(item: str, capacity_id: int, state: State, number: int) -> None:
        cell = counts.setdefault((item, capacity_id), {})
        cell[state] = cell.get(state, 0) + number

    for measure in FACTS:
        with connection.cursor() as cursor:
            with planned():
                cursor.execute(_statement(measure, CELLS), _parameters(ask, measure))
            for norm_id, capacity_id, state, number in cursor.fetchall():
                add(norms[norm_id].provision.item, capacity_id, State(state), number)
    for one in waiting(ask.owed, first, last):
        add(one.norm.provision.item, one.capacity_id, State.NOT_DUE, (one.until - one.since).days)
    for row in ask.owed:
        if row.kind is None:
            begin, end = max(row.since, first), min(row.until, last + ONE_DAY)
            if begin < end:
                add(row.norm.provision.item, row.capacity_id, State.NO_CADENCE, (end - begin).days)
    names = _capacity_names()
    return [
        Cell(item, names[capacity_id][0], capacity_id, min(cell, key=WORST_FIRST.index), cell)
        for (item, capacity_id), cell in counts.items()
    ]


def _ask(
    *,
    scope: Scope,
    first: dt.date,
    last: dt.date,
    as_of: dt.datetime,
    capacity: str | None = None,
    provision: str | None = None,
    norm: str | None = None,
    known_at: dt.datetime | None = None,
    every_reading: bool = False,
) -> _Ask:
    keys = _keys(provision, norm)
    seen = scope.capacity_ids
    if capacity is not None:
        seen &= {Capacity.objects.get(key=capacity).pk}
    rows = owed(first, last, known_at=known_at, capacity_ids=seen, norms=frozenset(keys) if keys is not None else None)
    return _Ask(scope, first, last, as_of, known_at, rows, keys, sorted(seen), every_reading)


def _keys(provision: str | None, norm: str | None) -> list[str] | None:
    if provision is None and norm is None:
        return None
    found = Norm.objects.all()
    if norm is not None:
        found = found.filter(key=norm)
    if provision is not None:
        found = found.filter(provision__item=provision) | found.filter(provision__item__startswith=f"{provision}.")
    keys = sorted(set(found.values_list("key", flat=True)))
    if not keys:
        raise UnknownProvision(f"没有条款或规范要素 {norm or provision}")
    return keys


def _norms() -> dict[int, Norm]:
    return {norm.pk: norm for norm in Norm.objects.select_related("provision")}


def _capacity_names() -> dict[int, tuple[str, str]]:
    return {one.pk: (one.key, one.title) for one in Capacity.objects.select_related("agency")}


def _statement(measure: Measure, ending: str) -> str:
    frames = f"frame AS ({relation(Measure.RATIO)}), " if measure is Measure.ACTIVITY else ""
    return "".join((BASE, "source AS (", relation(measure), "), ", frames, FACTS[measure].strip(), ending))


def _parameters(ask: _Ask, measure: Measure) -> dict[str, Any]:
    spans = periods_over(ask.first, ask.last)
    due = [row for row in ask.owed if row.kind is not None and row.norm.measure == measure]
    starts = [start_of(period.start) for period in spans]
    return {
        **source_span(measure, spans, due),
        "measure": measure.value,
        "as_of": ask.as_of,
        "known_at": ask.known_at,
        "every": ask.every_reading,
        "keys": ask.keys,
        "capacities": ask.capacities,
        "known": sorted(sources.known(measure)),
        "silent": sorted(sources.silent(measure)),
        "norm": [row.norm.pk for row in due],
        "key": [row.norm.key for row in due],
        "capacity": [row.capacity_id for row in due],
        "kind": [row.kind for row in due],
        "since": [row.since for row in due],
        "until": [row.until for row in due],
        "pkind": [period.kind.value for period in spans],
        "plower": [period.start for period in spans],
        "pupper": [period.end for period in spans],
        "pbegins": starts,
        "starts": starts,
        "from": min(starts),
        "to": max(starts),
        "asked": ask.first,
    }


def _judged(ask: _Ask, measure: Measure, norms: dict[int, Norm], names: dict[int, tuple[str, str]]) -> Iterator[Row]:
    parameters, said = _parameters(ask, measure), Said()
    with connection.chunked_cursor() as cursor:
        with planned():  # the last step is a sort: all is computed when the first row arrives
            cursor.execute(_statement(measure, ROWS), parameters)
            found = cursor.fetchmany(BATCH)
        while found:
            for record in found:
                yield judged(measure, norms[record[0]], names[record[1]], record, said)
            found = cursor.fetchmany(BATCH)
