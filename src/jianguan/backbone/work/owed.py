"""Who owes what when (应履职责): norms × bearers × the days on which their terms hold, resolved from the rule book."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jianguan.backbone.agencies.models import Capacity, Oversight
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.rules import rules
from jianguan.backbone.rules.models import CadenceKind, Norm
from jianguan.backbone.work.rules import NEVER_LATE, Term, late_key, period_kind
from jianguan.engines.calendar.periods import ONE_DAY, Cadence, Period, period_of, periods

Known = Mapping[str, Sequence[rules.Value]]


@dataclass(frozen=True, slots=True)
class Owed:
    """A norm owed by a capacity in every period that begins in ``[since, until)``, and its terms there.

    ``kind`` None: a soft word without an adopted number; nothing is opened, the ledger says 未定期限.
    """

    norm: Norm
    capacity_id: int
    kind: Cadence | None
    cadence: str
    since: dt.date
    until: dt.date
    required: int | None = None
    percent: int | None = None
    term: Term | None = None
    late_days: int = 0
    pinned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Days ``[since, until)`` of a duty whose first period begins only on ``begins``: nothing is owed there yet."""

    norm: Norm
    capacity_id: int
    since: dt.date
    until: dt.date
    begins: dt.date


def waiting(rows: Iterable[Owed], first: dt.date, last: dt.date) -> list[Waiting]:
    """The days from ``first`` to ``last`` that lie between a change of terms and the first period under them.

    A quarter adopted from 1 March begins on 1 April; days that a period under the terms before still holds are not
    waiting.
    """
    groups: dict[tuple[str, int], list[Owed]] = {}
    for row in rows:
        if row.kind is not None:
            groups.setdefault((row.norm.key, row.capacity_id), []).append(row)
    found = []
    for group in groups.values():
        for row in group:
            period = period_of(row.kind, row.since) if row.kind is not None else None
            if period is None or period.start == row.since or any(_holds(other, row.since) for other in group):
                continue
            since, until = max(row.since, first), min(period.end, row.until, last + ONE_DAY)
            if since < until:
                found.append(Waiting(row.norm, row.capacity_id, since, until, period.end))
    return found


def _holds(row: Owed, day: dt.date) -> bool:
    """Whether the day lies in a period that is owed under these terms."""
    return row.kind is not None and row.since <= period_of(row.kind, day).start < row.until


def periods_over(first: dt.date, last: dt.date) -> list[Period]:
    """The periods of every cadence that hold any day from ``first`` to ``last``, both included.

    Raises BeforeInForce when ``first`` lies before 2020-03-19.
    """
    return [period for cadence in Cadence for period in periods(cadence, first, last)]


def owed(
    first: dt.date,
    last: dt.date,
    *,
    known_at: dt.datetime | None = None,
    capacity_ids: frozenset[int] | None = None,
    norms: frozenset[str] | None = None,
) -> list[Owed]:
    """What is owed in the periods that hold any day from ``first`` to ``last``, as known at a moment.

    One row for each norm, bearer and stretch of days with the same terms. Raises AmbiguousRule when two rules hold
    for one case and BeforeInForce when ``first`` lies before the rules.
    """
    begin = max(rules.IN_FORCE_SINCE, min(period.start for period in periods_over(first, first)))
    found: list[Owed] = []
    values, adoptions = rulebook.values(), rulebook.adoptions()
    for since, until in _stretches(begin, last + dt.timedelta(days=1), values, adoptions):
        chains = rulebook.chains(since)
        in_force = rulebook.norms_in_force(since)
        bearers = rulebook.bearers_of(in_force, since)
        terms = _Terms(values, since, known_at)
        for norm in in_force:
            if not norm.measure or (norms is not None and norm.key not in norms):
                continue
            for capacity in bearers[norm.key]:
                if capacity_ids is not None and capacity.pk not in capacity_ids:
                    continue
                chain = chains.get(capacity.pk, (capacity.pk,))
                adoption = None
                if norm.cadence == CadenceKind.SOFT:
                    adoption = rules.cadence_in_force(adoptions.get(norm.key, []), chain, since, known_at)
                if norm.modality != "duty" and adoption is None:
                    continue
                found.append(
                    _one(
                        norm=norm,
                        capacity_id=capacity.pk,
                        chain=chain,
                        adoption=adoption,
                        terms=terms,
                        since=since,
                        until=until,
                    )
                )
    return _joined(found)


def _stretches(
    begin: dt.date, end: dt.date, values: Known, adoptions: Mapping[str, Sequence[rules.Adoption]]
) -> Iterator[tuple[dt.date, dt.date]]:
    """Stretches of days on which no norm, capacity, superior, value or cadence begins or ends."""
    changes = {row.valid_from for rows in values.values() for row in rows}
    changes |= {row.valid_from for rows in adoptions.values() for row in rows}
    for model in (Norm, Capacity, Oversight):
        for valid in model._default_manager.values_list("valid", flat=True):
            changes |= {day for day in (valid.lower, valid.upper) if day is not None}
    marks = [begin, *sorted(day for day in changes if begin < day < end), end]
    yield from itertools.pairwise(marks)


class _Terms:
    """Values of parameters in one stretch, each resolved once for each chain that matters."""

    def __init__(self, values: Known, on: dt.date, known_at: dt.datetime | None) -> None:
        self._values, self._on, self._known_at = values, on, known_at
        self._scoped = {key for key, rows in values.items() if any(row.capacity_id for row in rows)}
        self._found: dict[tuple[str, tuple[int, ...]], rules.Value | None] = {}

    def get(self, key: str, chain: tuple[int, ...]) -> rules.Value | None:
        case = (key, chain if key in self._scoped else ())
        if case not in self._found:
            rows = self._values.get(key, [])
            self._found[case] = rules.value_in_force(rows, case[1], self._on, self._known_at)
        return self._found[case]


def _one(
    *,
    norm: Norm,
    capacity_id: int,
    chain: tuple[int, ...],
    adoption: rules.Adoption | None,
    terms: _Terms,
    since: dt.date,
    until: dt.date,
) -> Owed:
    cadence = adoption.cadence if adoption else norm.cadence
    kind = period_kind(cadence, norm.measure)
    if kind is None:
        return Owed(norm, capacity_id, None, cadence, since, until)
    quota = terms.get(norm.quota_parameter, chain) if norm.quota_parameter else None
    term = terms.get(norm.deadline_parameter, chain) if norm.deadline_parameter else None
    late = None
    if norm.measure not in NEVER_LATE:
        late = terms.get(late_key(norm.key), chain) or terms.get(late_key(kind), chain)
    times = adoption.times if adoption else None
    pinned = {
        value.key: {"id": value.id, "value": value.value, "reference": value.reference}
        for value in (quota, term, late)
        if value is not None
    }
    if adoption is not None:
        pinned["cadence"] = {"id": adoption.id, "value": f"{cadence}×{adoption.times}", "reference": "周期确定"}
    return Owed(
        norm,
        capacity_id,
        kind,
        cadence,
        since,
        until,
        required=None if norm.measure == "ratio" else times or norm.at_least or 1,
        percent=int(quota.value) if quota is not None and quota.value is not None else None,
        term=Term(term.unit, term.value) if term is not None and term.value is not None else None,
        late_days=int(late.value) if late is not None and late.value is not None else 0,
        pinned=pinned,
    )


def _joined(rows: Iterable[Owed]) -> list[Owed]:
    """Neighbouring stretches with the same terms as one row."""
    joined: dict[tuple[Any, ...], list[Owed]] = {}
    for row in rows:
        pins = tuple(sorted((key, pin["id"]) for key, pin in row.pinned.items()))
        case = (row.norm.pk, row.capacity_id, row.kind, row.cadence, row.required, pins)
        held = joined.setdefault(case, [])
        if held and held[-1].until == row.since:
            row = dataclasses.replace(row, since=held.pop().since)  # noqa: PLW2901 - grown by its neighbour
        held.append(row)
    return [row for held in joined.values() for row in held]
