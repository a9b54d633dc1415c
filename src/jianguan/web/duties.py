"""Ledger rows as the pages show them: with their address, their next action and an order of urgency."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from jianguan.backbone.ledger import queries as ledgers
from jianguan.backbone.ledger.queries import Row, UnknownProvision
from jianguan.backbone.ledger.rules import WORST_FIRST, State
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.models import Norm
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.models import Task
from jianguan.kit import clock
from jianguan.web.next_action import Step, step_for
from jianguan.web.period import Shown
from jianguan.web.templatetags.jianguan_format import NOTHING, cn_date, cn_datetime, cn_period

WORDS = tuple(state.value for state in State)
_WORST = {state.value: place for place, state in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Duty:
    """One ledger row: what a capacity owes in a period. ``due_at`` and ``step`` only after ``with_steps``."""

    provision: str
    norm_key: str
    title: str
    capacity_id: int
    capacity_key: str
    capacity_title: str
    first: dt.date
    last: dt.date
    required: int | None
    done: int | None
    state: str
    overdue: bool
    reason: str
    proof: Mapping[str, Any]
    due_at: dt.datetime | None = None
    step: Step | None = None

    @property
    def label(self) -> str:
        """What the period is called."""
        return cn_period(self.first, self.last)

    @property
    def due_label(self) -> str:
        """The due instant; midnight belongs to the day that ends with it."""
        if self.due_at is None:
            return NOTHING
        due = self.due_at.astimezone(clock.CHINA)
        if due.time() == dt.time():
            return f"{cn_date(due.date() - dt.timedelta(days=1))} 24:00"
        return cn_datetime(due)

    @property
    def proof_url(self) -> str:
        """Where this row is proven."""
        return reverse("proof", args=[self.norm_key, self.capacity_key, self.first.isoformat()])

    @property
    def task_id(self) -> int | None:
        """The task behind the row, None where none was opened."""
        _, _, number = str(self.proof.get("task", "")).partition("/")
        return int(number) if number else None


@dataclass(frozen=True, slots=True)
class Face:
    """What one cell of the heat map shows."""

    state: str
    counts: Mapping[str, int]


def day(on: dt.date) -> Shown:
    """The period of one day."""
    return Shown("day", on, on)


def _duty(row: Row) -> Duty:
    unknown = row.state is State.NO_CADENCE
    return Duty(
        row.provision,
        row.norm,
        row.title,
        row.capacity_id,
        row.capacity,
        row.capacity_title,
        row.first,
        row.last,
        row.required,
        None if unknown else row.done,
        row.state.value,
        row.overdue,
        row.reason,
        row.proof,
    )


def rows(
    scope: Scope,
    period: Shown,
    *,
    capacity_ids: frozenset[int] | None = None,
    provision: str | None = None,
    norm_key: str | None = None,
) -> list[Duty]:
    """The rows of a period as of now; of some capacities, one provision or one norm when asked."""
    seen = scope if capacity_ids is None else dataclasses.replace(scope, capacity_ids=scope.capacity_ids & capacity_ids)
    try:
        found = ledgers.ledger(
            seen, first=period.first, last=period.last, as_of=clock.now(), provision=provision, norm=norm_key
        )
        return [_duty(row) for row in found if provision is None or row.provision == provision]
    except UnknownProvision:
        return []


def heat(scope: Scope, period: Shown) -> dict[tuple[str, int], Face]:
    """The worst state and the number of each state, by provision and capacity."""
    return {
        (cell.provision, cell.capacity_id): Face(
            cell.state.value, Counter({state.value: number for state, number in cell.counts.items()})
        )
        for cell in ledgers.heat(scope, period.first, period.last, as_of=clock.now())
    }


def counts_by_capacity(scope: Scope, period: Shown) -> dict[int, Counter[str]]:
    """How many rows of each state every capacity has."""
    found: dict[int, Counter[str]] = {}
    for (_, capacity_id), face in heat(scope, period).items():
        found.setdefault(capacity_id, Counter()).update(face.counts)
    return found


def worst_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """States that occur, the worst first, with their numbers."""
    return sorted(((word, count) for word, count in counts.items() if count), key=lambda pair: _WORST[pair[0]])


def item_order(item: str) -> tuple[int, ...]:
    """The place of a provision in the text."""
    return tuple(int(part) for part in item.split("."))


def by_urgency(found: Iterable[Duty]) -> list[Duty]:
    """The rows, what can still be mended late first, then the worst, then in the order of the text."""
    return sorted(
        found,
        key=lambda row: (not row.overdue, _WORST[row.state], row.last, item_order(row.provision), row.capacity_id),
    )


def with_steps(found: Iterable[Duty], by: Actor) -> list[Duty]:
    """The rows with their due instants and the one next action of each for a post, by two queries."""
    listed = list(found)
    due = dict(Task.objects.filter(pk__in=[row.task_id for row in listed if row.task_id]).values_list("pk", "due_at"))
    sources = dict(Norm.objects.filter(key__in={row.norm_key for row in listed}).values_list("key", "source"))
    return [
        dataclasses.replace(row, due_at=due.get(row.task_id or 0), step=step_for(sources.get(row.norm_key, ""), by))
        for row in listed
    ]
