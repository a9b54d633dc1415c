"""Working days (工作日) over a table of exceptions, and calendar months and years with declared rounding."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import holidays
from holidays.countries.china import ChinaStaticHolidays

Rounding = Literal["down", "up"]
SATURDAY = 5
ONE_DAY = dt.timedelta(days=1)
EXTENDED_2020 = "国务院办公厅关于延长2020年春节假期的通知"


class AmbiguousDate(ValueError):
    """A month or year ends on a day that does not exist and no rounding was declared; the message is Chinese."""


class ConflictingExceptions(ValueError):
    """Two rows of the table speak of the same day; the message is Chinese and names both."""


@dataclass(frozen=True)
class CalendarException:
    """One row of the table: a day that differs from, or is named within, the ordinary week.

    ``source`` is the notice it rests on; ``confirmed`` is False for days that are only computed from the law.
    """

    date: dt.date
    is_workday: bool
    name: str
    source: str
    confirmed: bool = True


class Calendar:
    """Monday to Friday are working days, except as the table says. Raises ConflictingExceptions on a double row."""

    def __init__(self, exceptions: Iterable[CalendarException] = ()) -> None:
        self._exceptions: dict[dt.date, CalendarException] = {}
        for row in exceptions:
            earlier = self._exceptions.setdefault(row.date, row)
            if earlier is not row:
                both = "与".join(f"“{one.name}”（{one.source}）" for one in (earlier, row))
                msg = f"{row.date} 在工作日历中有两条记录：{both}"
                raise ConflictingExceptions(msg)

    def exception(self, day: dt.date) -> CalendarException | None:
        """Return the row of the table for ``day``, if any."""
        return self._exceptions.get(day)

    def is_workday(self, day: dt.date) -> bool:
        """Tell whether ``day`` is a working day."""
        row = self._exceptions.get(day)
        return day.weekday() < SATURDAY if row is None else row.is_workday

    def add_working_days(self, start: dt.date, days: int) -> dt.date:
        """Return the ``days``-th working day after ``start``; ``start`` itself never counts, 0 returns it.

        Raises ValueError on a negative number.
        """
        if days < 0:
            msg = f"工作日数不能为负数：{days}"
            raise ValueError(msg)
        day = start
        while days:
            day += ONE_DAY
            days -= self.is_workday(day)
        return day

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """Count the working days in ``[start, end)``; 0 when the range is empty."""
        return sum(self.is_workday(start + ONE_DAY * number) for number in range((end - start).days))


def add_months(start: dt.date, months: int, rounding: Rounding | None = None) -> dt.date:
    """Return the same day of the month ``months`` later (or earlier, when negative).

    Where that month has no such day, ``down`` gives its last day and ``up`` the first day of the next one; with neither
    declared AmbiguousDate is raised. Retention terms round ``up``, in favour of keeping.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if start.day <= last:
        return dt.date(year, month + 1, start.day)
    if rounding is None:
        msg = f"{start} 起 {months} 个月没有对应日，且未声明向前还是向后取整"
        raise AmbiguousDate(msg)
    end = dt.date(year, month + 1, last)
    return end if rounding == "down" else end + ONE_DAY


def add_years(start: dt.date, years: int, rounding: Rounding | None = None) -> dt.date:
    """Return the same day ``years`` later; only 29 February can be ambiguous. See ``add_months``."""
    return add_months(start, 12 * years, rounding)


def seed_rows(years: Iterable[int]) -> list[CalendarException]:
    """Return the rows of China's holidays and make-up working days (调休上班) in ``years``, by date.

    Years for which the library knows the State Council's notice are confirmed; others are computed from the law on
    public holidays, hold no make-up days and are not confirmed until somebody enters the notice.
    """
    wanted = set(years)
    # A notice may make a day of the year before a working day (31 December 2011): look one year ahead.
    noticed = {year for year in wanted | {year + 1 for year in wanted} if year in _noticed_years()}
    china = holidays.China(years=sorted(wanted | noticed), language="zh_CN", categories=("public",))
    rows = []
    for day, name in china.items():
        if day.year in wanted:
            known = day.year in noticed
            source = EXTENDED_2020 if "延长" in name else _source(day.year, known)
            rows.append(CalendarException(day, False, name, source, known))
    for day in china.weekend_workdays:
        following = _notice_of(day, china)
        if day.year in wanted and following in noticed:
            rows.append(CalendarException(day, True, "调休上班", _source(following, True)))
    return sorted(rows, key=lambda row: row.date)


def _noticed_years() -> frozenset[int]:
    return frozenset(ChinaStaticHolidays.special_public_holidays)


def _notice_of(workday: dt.date, china: holidays.China) -> int:
    """Return the year whose notice made ``workday`` one: that of the day off it stands for."""
    mark = workday.isoformat()
    return next((day.year for day, name in china.items() if mark in name), workday.year)


def _source(year: int, known: bool) -> str:
    if known:
        return f"国务院办公厅关于{year}年部分节假日安排的通知"
    return f"按《全国年节及纪念日放假办法》推算，{year}年放假安排的通知尚未录入"
