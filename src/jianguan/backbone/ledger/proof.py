"""The proof of one cell: numbers → sentence → rows → evidence → events (design rule 7)."""

import datetime as dt
from dataclasses import dataclass

from jianguan.backbone.audit.models import Event
from jianguan.backbone.ledger.queries import Row, ledger
from jianguan.backbone.rules.models import ParameterValue
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.work.models import Task, TaskDispute, TaskExcuse


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything behind one cell. ``readings`` are all readings of its task, the latest last."""

    row: Row
    readings: list[Row]
    tasks: list[Task]
    values: list[ParameterValue]
    excuses: list[TaskExcuse]
    disputes: list[TaskDispute]
    events: list[Event]


class NothingToProve(LookupError):
    """The norm is not owed by that capacity on that day. The message is Chinese."""


def explain(scope: Scope, *, norm: str, capacity: str, day: dt.date, as_of: dt.datetime) -> Proof:
    """The proof of the cell of a norm and a capacity whose period holds a day.

    Raises NothingToProve, and what ``ledger`` raises.
    """
    asked = {"first": day, "last": day, "as_of": as_of, "capacity": capacity, "norm": norm}
    readings = list(ledger(scope, **asked, every_reading=True))  # type: ignore[arg-type]
    if not readings:
        raise NothingToProve(f"{capacity} 在 {day} 不承担 {norm}")
    readings.sort(key=lambda row: row.proof.get("reading") or 0)
    ids = [int(row.proof["task"].split("/")[1]) for row in readings if row.proof]
    pins = {pin["id"] for row in readings for key, pin in row.proof.get("parameters", {}).items() if key != "cadence"}
    values = ParameterValue.objects.filter(pk__in=pins).select_related("parameter", "decision")
    return Proof(
        row=readings[-1],
        readings=readings,
        tasks=list(Task.objects.filter(pk__in=ids).select_related("norm__provision", "post", "decision")),
        values=list(values),
        excuses=list(TaskExcuse.objects.filter(task__in=ids).select_related("decision")),
        disputes=list(TaskDispute.objects.filter(task__in=ids).order_by("raised_at")),
        events=_events([f"task/{number}" for number in ids] + [ref for row in readings for ref in _records(row)]),
    )


def _records(row: Row) -> list[str]:
    return list(row.proof.get("records", []))


def _events(refs: list[str]) -> list[Event]:
    """The events of the records in order of time; the scope of the request limits them."""
    wanted: dict[str, set[str]] = {}
    for ref in refs:
        kind, _, number = ref.partition("/")
        wanted.setdefault(kind, set()).add(number)
    found = [
        event
        for kind, numbers in wanted.items()
        for event in Event.objects.filter(object_type=kind, object_id__in=numbers)
    ]
    return sorted(found, key=lambda event: (event.at, event.pk))
