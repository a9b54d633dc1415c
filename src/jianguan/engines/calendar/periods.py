"""Periods in which duties are owed (履职周期): half-open ranges of days that partition time."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

ONE_DAY = dt.timedelta(days=1)
WEEKDAYS = "一二三四五六日"
IN_FORCE_SINCE = dt.date(2020, 3, 19)  # article 19


class Cadence(StrEnum):
    """How often a duty is owed."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


WORDS = {
    Cadence.DAILY: "日",
    Cadence.WEEKLY: "周",
    Cadence.MONTHLY: "月",
    Cadence.QUARTERLY: "季度",
    Cadence.YEARLY: "年",
}


class BeforeInForce(ValueError):
    """The day lies before the rules came into force; the message is Chinese."""


@dataclass(frozen=True, order=True)
class Period:
    """The days ``[start, end)`` of one cadence."""

    start: dt.date
    end: dt.date
    kind: Cadence

    @property
    def last_day(self) -> dt.date:
        """The last day inside."""
        return self.end - ONE_DAY

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day < self.end

    @property
    def label(self) -> str:
        """The Chinese name: 2026-11-23（周一）, 2026年第48周, 2026年11月, 2026年第4季度, 2026年."""
        match self.kind:
            case Cadence.DAILY:
                return f"{self.start}（周{WEEKDAYS[self.start.weekday()]}）"
            case Cadence.WEEKLY:
                week = self.start.isocalendar()
                return f"{week.year}年第{week.week}周"
            case Cadence.MONTHLY:
                return f"{self.start.year}年{self.start.month}月"
            case Cadence.QUARTERLY:
                return f"{self.start.year}年第{self.start.month // 3 + 1}季度"
            case Cadence.YEARLY:
                return f"{self.start.year}年"


def _first_of_month(months: int) -> dt.date:
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, 1)


def period_of(cadence: Cadence, day: dt.date) -> Period:
    """Return the period of ``cadence`` that holds ``day``. Weeks run Monday to Sunday (ISO 8601)."""
    if cadence is Cadence.DAILY:
        return Period(day, day + ONE_DAY, cadence)
    if cadence is Cadence.WEEKLY:
        monday = day - ONE_DAY * day.weekday()
        return Period(monday, monday + 7 * ONE_DAY, cadence)
    length = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.YEARLY: 12}[cadence]
    months = (day.year * 12 + day.month - 1) // length * length
    return Period(_first_of_month(months), _first_of_month(months + length), cadence)


def periods(cadence: Cadence, first: dt.date, last: dt.date, *, since: dt.date = IN_FORCE_SINCE) -> Iterator[Period]:
    """Return the periods of ``cadence`` that hold any day from ``first`` to ``last``, both included, in order.

    None when ``last`` lies before ``first``. Raises BeforeInForce when ``first`` lies before ``since``, the day the
    rules came into force (article 19); the period that holds ``since`` itself is returned whole.
    """
    if first < since:
        msg = f"{first} 早于规定施行日期 {since}，不能据此计算履职任务；请检查系统时间"
        raise BeforeInForce(msg)
    return _walk(cadence, first, last)


def _walk(cadence: Cadence, first: dt.date, last: dt.date) -> Iterator[Period]:
    while first <= last:
        period = period_of(cadence, first)
        yield period
        first = period.end


@dataclass(frozen=True)
class Adopted:
    """A cadence adopted by a decision for a soft word of the law (定期, 不定期): so many times in each period.

    Raises ValueError unless ``times`` is at least 1.
    """

    times: int
    per: Cadence

    def __post_init__(self) -> None:
        if self.times < 1:
            msg = f"采纳的频次至少为一次：{self.times}"
            raise ValueError(msg)

    @property
    def label(self) -> str:
        """The Chinese reading: 每季度不少于2次."""
        return f"每{WORDS[self.per]}不少于{self.times}次"
