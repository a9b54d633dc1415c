"""A year of one norm of one capacity as a calendar: each day shows the state of the period that holds it."""

import calendar
import datetime as dt
from typing import Any

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.scope.scope import Scope
from jianguan.engines.calendar.periods import IN_FORCE_SINCE
from jianguan.web import duties
from jianguan.web.duties import Duty
from jianguan.web.period import Shown


def year_of(scope: Scope, capacity: Capacity, norm_key: str, year: int, today: dt.date) -> dict[str, Any]:
    """Twelve months of weeks of days; a day is {day, duty}, None outside the month."""
    first = max(dt.date(year, 1, 1), IN_FORCE_SINCE)
    last = dt.date(year, 12, 31)
    found = duties.rows(
        scope,
        Shown("span", first, min(last, max(today, first))),
        capacity_ids=frozenset({capacity.pk}),
        norm_key=norm_key,
    )
    by_day = {day: row for row in found for day in _days(row, first, last)}
    weeks = calendar.Calendar(firstweekday=0)
    months = [
        {
            "number": month,
            "weeks": [
                [{"day": day, "duty": by_day.get(day)} if day.month == month else None for day in week]
                for week in weeks.monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]
    return {
        "number": year,
        "title": found[0].title if found else norm_key,
        "norm": norm_key,
        "months": months,
        "rows": found,
    }


def _days(row: Duty, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days of a duty's period inside a year."""
    begin, end = max(row.first, first), min(row.last, last)
    return [begin + dt.timedelta(days=step) for step in range((end - begin).days + 1)]
