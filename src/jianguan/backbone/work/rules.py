"""Which period a duty runs in and when it opens, falls due and is missed: pure decisions."""

import datetime as dt
from dataclasses import dataclass

from jianguan.engines.calendar.deadlines import Allowance, deadline, start_of
from jianguan.engines.calendar.periods import Cadence, Period
from jianguan.engines.calendar.workdays import Calendar
from jianguan.engines.regulation.schema import Measure

FIXED = frozenset(cadence.value for cadence in Cadence)
NEVER_LATE = frozenset({Measure.COVERAGE, Measure.PRESENCE, Measure.RETENTION})
"""What did not stand, was not covered or is lost on its day cannot be made up for on another."""


@dataclass(frozen=True, slots=True)
class Term:
    """Time allowed by a parameter: so many of a unit, or a time of day."""

    unit: str
    value: str


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open: acts count from ``opens``; from ``due`` on they are late, from ``miss`` on they no longer count."""

    opens: dt.datetime
    due: dt.datetime
    miss: dt.datetime


def period_kind(cadence: str, measure: str) -> Cadence | None:
    """The period in which a norm is judged; None while a soft word has no number.

    What must stand is judged day by day, what is owed when something happens month by month, and the proof that
    nothing was lost month by month.
    """
    if cadence in FIXED:
        return Cadence(cadence)
    if cadence == "event" or (cadence == "standing" and measure == Measure.RETENTION):
        return Cadence.MONTHLY
    return Cadence.DAILY if cadence == "standing" else None


def late_key(of: str) -> str:
    """The parameter that says how long after the due instant a duty can be made up for.

    ``of`` is the key of a norm, whose own parameter comes first, or the period of the duty.
    """
    return f"late.{of}"


def window(period: Period, measure: str, term: Term | None, late_days: int, calendar: Calendar) -> Window:
    """When the duty of a period opens, falls due and is missed.

    ``term`` moves the due instant of acts and ratios: a time of day on the last day, or days, working days or hours
    after the period. Things to finish and to file carry their own deadlines; their period closes at its end.
    ``late_days`` are calendar days in which the act still counts, as late.
    """
    allowance = Allowance(0 if measure in NEVER_LATE else late_days)
    plain = deadline(period, calendar, allowance)
    opens = start_of(period.start)
    if term is None or measure not in {Measure.ACTIVITY, Measure.RATIO}:
        return Window(opens, plain.due, plain.miss)
    due = _moved(period, term, calendar)
    return Window(opens, due, max(due, plain.miss + max(due - plain.due, dt.timedelta())))


def _moved(period: Period, term: Term, calendar: Calendar) -> dt.datetime:
    if term.unit == "time_of_day":
        hours, minutes = term.value.split(":")
        return start_of(period.last_day) + dt.timedelta(hours=int(hours), minutes=int(minutes))
    number = int(term.value)
    if term.unit == "hours":
        return start_of(period.end) + dt.timedelta(hours=number)
    if term.unit == "working_days":
        return start_of(calendar.add_working_days(period.last_day, number) + dt.timedelta(days=1))
    return start_of(period.end + dt.timedelta(days=number))
