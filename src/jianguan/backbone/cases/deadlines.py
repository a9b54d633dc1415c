"""Deadlines of cases (期限): when they fall due, pinned to the parameter value they came from."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from jianguan.backbone.cases.models import Case, Deadline, Step
from jianguan.backbone.cases.rules import Severity, State, Term, kind_of
from jianguan.backbone.rules import queries as rulebook
from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.periods import ONE_DAY
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline to be: the first instant too late, and where its length comes from."""

    term: Term
    due_at: dt.datetime
    amount: int
    unit: str
    pinned: dict[str, Any]


def due_after(since: dt.datetime, amount: int, unit: str, calendar: Calendar) -> dt.datetime:
    """The first instant too late, ``amount`` ``unit`` after a moment: whole days end at midnight, hours run.

    Raises ValueError for a unit that is none of working_days, days and hours.
    """
    if unit == "hours":
        return since + dt.timedelta(hours=amount)
    if unit == "working_days":
        return start_of(calendar.add_working_days(since.date(), amount) + ONE_DAY)
    if unit == "days":
        return start_of(since.date() + ONE_DAY * (amount + 1))
    raise ValueError(f"a deadline has no unit {unit}")


def set_day(last_day: dt.date, pinned: dict[str, Any]) -> Due:
    """An end that somebody set: the whole of that day is in time."""
    return Due(Term.FINISH, start_of(last_day + ONE_DAY), 0, "date", pinned)


def last_day_of(due_at: dt.datetime) -> dt.date:
    """The last day in time."""
    return (due_at - dt.timedelta(microseconds=1)).astimezone(clock.CHINA).date()


def dues(case: Case, since: dt.datetime, *, last_day: dt.date | None, calendar: Calendar) -> list[Due]:
    """The deadlines of a case that is assigned now: sign, first answer and finish, as its kind has them.

    ``last_day``: a day set by whoever assigned it (the ministry's own deadline); it takes the place of the parameter.
    A term whose parameter has no number sets no deadline.
    """
    kind = kind_of(case.kind, case.flow)
    finish = kind.serious if kind.serious and case.severity == Severity.SERIOUS else kind.finish
    found = []
    for term, key in ((Term.SIGN, kind.sign), (Term.ANSWER, kind.answer), (Term.FINISH, finish)):
        if term is Term.FINISH and last_day is not None:
            found.append(set_day(last_day, {"last_day": last_day.isoformat()}))
            continue
        value = rulebook.parameter_value(key, case.handler_id, since.date()) if key else None
        if value is None or value.value is None:
            continue
        amount = int(value.value)
        pinned = {key: {"id": value.id, "value": value.value, "reference": value.reference}}
        found.append(Due(term, due_after(since, amount, value.unit, calendar), amount, value.unit, pinned))
    return found


def under_parent(case: Case, due: Due) -> Due:
    """A deadline that does not end after the case this one is a part of, while that is open."""
    above = standing(case.parent, Term.FINISH) if case.parent and case.parent.state != State.CLOSED else None
    return due if above is None or due.due_at <= above.due_at else replace(due, due_at=above.due_at)


def set_dues(case: Case, step: Step, found: list[Due]) -> list[Deadline]:
    """Write deadlines, as set by a step; each takes the place of the one of its term that stood.

    A trigger refuses an end or answer that is put off without a decision.
    """
    return Deadline.objects.bulk_create(
        Deadline(
            case=case,
            term=one.term.value,
            due_at=one.due_at,
            amount=one.amount,
            unit=one.unit,
            pinned=one.pinned,
            step=step,
            replaces=standing(case, one.term),
            set_at=step.at,
        )
        for one in found
    )


def standing(case: Case, term: Term) -> Deadline | None:
    """The deadline of a term that no later one replaces, None without one."""
    return case.deadlines.filter(term=term.value, replaced_by=None).order_by("-pk").first()
