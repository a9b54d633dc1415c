"""When a duty falls due (到期) and when it is missed (逾期不再受理): instants in Asia/Shanghai."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jianguan.engines.calendar.periods import ONE_DAY, Period
from jianguan.engines.calendar.workdays import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Allowance:
    """How long after the due instant an act still counts as late (逾期履行): calendar days, or working days."""

    days: int = 0
    working: bool = False

    def __post_init__(self) -> None:
        if self.days < 0:
            msg = f"补办期限不能为负数：{self.days}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Deadline:
    """``due``: first instant that is too late to be in time. ``miss``: first instant that is too late at all."""

    due: dt.datetime
    miss: dt.datetime


def start_of(day: dt.date) -> dt.datetime:
    """Return midnight at the beginning of ``day`` in Asia/Shanghai."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def deadline(period: Period, calendar: Calendar, late: Allowance = Allowance()) -> Deadline:
    """Return when the duty of ``period`` falls due and when it is missed.

    Due is the end of the period. The allowance runs from its last day: days of it, or working days of ``calendar``, and
    ends with the last of them; without an allowance the duty is missed as soon as it is due.
    """
    if late.working:
        last = calendar.add_working_days(period.last_day, late.days)
    else:
        last = period.last_day + ONE_DAY * late.days
    return Deadline(start_of(period.end), start_of(last + ONE_DAY))
