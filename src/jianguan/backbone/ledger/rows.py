"""The lines of the ledger as plain values: a record of the database in words, and days on which nothing is judged."""

import datetime as dt
import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from jianguan.backbone.ledger.reasons import Known, sentence
from jianguan.backbone.ledger.rules import State
from jianguan.backbone.rules.models import Norm
from jianguan.engines.regulation.schema import Measure

ONE_DAY = dt.timedelta(days=1)
MOST_SAID = 65536
Said = dict[tuple[Any, ...], str]
"""Sentences by the numbers they are made of, so that a year does not say the same a thousand times anew."""

STATES = {state.value: state for state in State}


class Row(NamedTuple):
    """One line of the ledger: who owed what in which period, what was done, and why it is judged so.

    ``first`` and ``last`` are the period's days, both included. ``proof`` names the task, its reading, the values of
    parameters it is pinned to and the records counted (``TYPE/ID``).
    """

    provision: str
    norm: str
    title: str
    measure: str
    capacity: str
    capacity_title: str
    capacity_id: int
    period: str
    first: dt.date
    last: dt.date
    required: int | None
    done: int
    state: State
    overdue: bool
    reason: str
    proof: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The row as other tools read it."""
        return {
            "provision": self.provision,
            "norm": self.norm,
            "capacity": self.capacity,
            "period": self.period,
            "required": self.required,
            "done": self.done,
            "state": self.state.value,
            "reason": self.reason,
            "proof": self.proof,
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the heat map (条款履职): a provision of a capacity over a span; ``state`` is the worst in it."""

    provision: str
    capacity: str
    capacity_id: int
    state: State
    counts: dict[State, int]


def judged(measure: Measure, norm: Norm, name: tuple[str, str], record: tuple[Any, ...], said: Said) -> Row:
    """One record of the ledger's query as a row; ``name`` is the capacity's key and title, ``said`` what was said."""
    _, capacity_id, lower, upper, task_id, reading, required, done = record[:8]
    size, percent, word, past, known, refs, pinned = record[8:]
    state = STATES[word]
    overdue = past and state is State.OPEN
    days = (upper - lower).days
    drawn = "draw/" in (refs or "")
    case = (record[0], days, word, task_id is None, known, required, done, size, percent, overdue, drawn)
    reason = said.get(case)
    if reason is None:
        if len(said) >= MOST_SAID:
            said.clear()
        reason = said[case] = sentence(
            Known(
                provision=norm.provision.item,
                title=norm.title,
                measure=measure,
                per_kind=norm.object_kind if norm.per_subject else "",
                population=norm.population,
                cadence_word=norm.cadence_word,
                quota_parameter=norm.quota_parameter,
                days=days,
                state=state,
                has_task=task_id is not None,
                source_known=known,
                required=required,
                done=done,
                size=size,
                percent=percent,
                overdue=overdue,
                drawn=drawn,
            )
        )
    return Row(
        norm.provision.item,
        norm.key,
        norm.title,
        measure.value,
        name[0],
        name[1],
        capacity_id,
        period_text(lower, upper),
        lower,
        upper - ONE_DAY,
        required,
        done,
        state,
        overdue,
        reason,
        _proof(task_id, reading, pinned, refs),
    )


def _proof(task_id: int | None, reading: int | None, pinned: str | None, refs: str | None) -> dict[str, Any]:
    if task_id is None:
        return {}
    return {
        "task": f"task/{task_id}",
        "reading": reading,
        "parameters": _pinned(pinned or "{}"),
        "records": refs.split(" ") if refs else [],
    }


@functools.lru_cache(maxsize=1024)
def _pinned(text: str) -> dict[str, Any]:
    return dict(json.loads(text))


@functools.lru_cache(maxsize=4096)
def period_text(lower: dt.date, upper: dt.date) -> str:
    """A period as other tools read it: 2026-03-10, 2026-W11, 2026-03, 2026-Q1, 2026."""
    days = (upper - lower).days
    if days == 1:
        return lower.isoformat()
    if days == 7:
        week = lower.isocalendar()
        return f"{week.year}-W{week.week:02d}"
    if days <= 31:
        return f"{lower:%Y-%m}"
    return f"{lower.year}-Q{lower.month // 3 + 1}" if days <= 92 else f"{lower.year}"


def unjudged(
    norm: Norm, name: tuple[str, str], capacity_id: int, days: tuple[dt.date, dt.date], begins: dt.date | None = None
) -> Iterator[Row]:
    """One row a day of the half-open ``days``: 未定期限, or 未到期 where the first period ``begins`` later."""
    state = State.NO_CADENCE if begins is None else State.NOT_DUE
    reason = sentence(
        Known(
            provision=norm.provision.item,
            title=norm.title,
            measure=Measure(norm.measure),
            per_kind="",
            population=norm.population,
            cadence_word=norm.cadence_word,
            quota_parameter=norm.quota_parameter,
            days=1,
            state=state,
            has_task=False,
            source_known=True,
            required=None,
            done=0,
            size=None,
            percent=None,
            overdue=False,
            begins=begins,
        )
    )
    day, end = days
    while day < end:
        yield Row(
            provision=norm.provision.item,
            norm=norm.key,
            title=norm.title,
            measure=norm.measure,
            capacity=name[0],
            capacity_title=name[1],
            capacity_id=capacity_id,
            period=day.isoformat(),
            first=day,
            last=day,
            required=None,
            done=0,
            state=state,
            overdue=False,
            reason=reason,
            proof={},
        )
        day += ONE_DAY
