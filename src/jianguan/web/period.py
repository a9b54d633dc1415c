"""The period a page stands for: a day, week, month or any span, read from the address and written back to it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from jianguan.engines.calendar.periods import IN_FORCE_SINCE, ONE_DAY, Cadence, period_of
from jianguan.web.asked import day_of
from jianguan.web.templatetags.jianguan_format import cn_period

KINDS = {"day": "日", "week": "周", "month": "月", "span": "起止"}
_CADENCES = {"day": Cadence.DAILY, "week": Cadence.WEEKLY, "month": Cadence.MONTHLY}
LONGEST = 366
"""Days; a longer span is cut, because nobody reads it and everybody waits for it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The days ``first`` to ``last``, both included."""

    kind: str
    first: dt.date
    last: dt.date

    @property
    def after(self) -> dt.date:
        """The first day that is no longer shown."""
        return self.last + ONE_DAY

    @property
    def label(self) -> str:
        """What the period is called."""
        return cn_period(self.first, self.last)

    def query(self) -> dict[str, str]:
        """The query parameters that bring this period back."""
        asked = {"period": self.kind, "date": self.first.isoformat()}
        return asked | ({"to": self.last.isoformat()} if self.kind == "span" else {})

    def moved(self, steps: int) -> "Shown":
        """The period as long as this one, before (-1) or after (1) it."""
        if self.kind == "span":
            length = (self.last - self.first + ONE_DAY) * steps
            return Shown("span", self.first + length, self.last + length)
        day = self.first - ONE_DAY if steps < 0 else self.after
        return _of(self.kind, day)

    def picker(self, others: Mapping[str, str], today: dt.date) -> dict[str, Any]:
        """What the period picker shows; ``others`` are the query parameters that must stay."""
        back, on = self.moved(-1), self.moved(1)
        return {
            "value": self.first.isoformat(),
            "until": self.last.isoformat() if self.kind == "span" else "",
            "label": self.label,
            "prev_url": "" if self.first <= IN_FORCE_SINCE else f"?{urlencode(back.query() | dict(others))}",
            "next_url": "" if on.first > today else f"?{urlencode(on.query() | dict(others))}",
            "kinds": [{"value": kind, "label": word, "selected": kind == self.kind} for kind, word in KINDS.items()],
        }


def _of(kind: str, day: dt.date) -> Shown:
    period = period_of(_CADENCES[kind], max(day, IN_FORCE_SINCE))
    return Shown(kind, period.start, period.last_day)


def shown(asked: Mapping[str, str], today: dt.date, *, kind: str = "day") -> Shown:
    """The period that an address asks for; what makes no sense falls back to the ``kind`` that holds today.

    Days before the regulation came into force (article 19) become its first day.
    """
    wanted = asked.get("period", kind)
    wanted = wanted if wanted in KINDS else kind
    first = max(day_of(asked.get("date")) or today, IN_FORCE_SINCE)
    if wanted != "span":
        return _of(wanted, first)
    last = day_of(asked.get("to")) or first
    first, last = min(first, last), max(first, last)
    first = max(first, IN_FORCE_SINCE)
    return Shown("span", first, min(max(last, first), first + ONE_DAY * (LONGEST - 1)))
