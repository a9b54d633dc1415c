"""How much happens on a day: weekday, season, holidays. Nominal figures are those of a province of Jilin's size."""

import datetime as dt
import functools
import math
from collections.abc import Iterable
from typing import NamedTuple

from jianguan.engines.calendar.workdays import Calendar, seed_rows

NOMINAL = {
    "accident": 90,
    "business": 5800,  # of which 4,000 with a vehicle check (查验)
    "exam": 6500,  # bookings; with retries about 8,000 sittings
    "inspection": 7600,  # first inspections; with repeats about 8,000
    "learning": 5000,  # sessions, with 30 snapshots each 150,000
    "violation": 6000,
}
"""Rows of a nominal day at scale 1, first tries only."""

WEEK = {
    "accident": (1.0, 1.0, 1.0, 1.0, 1.15, 1.1, 0.95),
    "business": (1.2, 1.1, 1.05, 1.0, 1.0, 0.35, 0.0),
    "exam": (0.95, 1.15, 0.95, 1.15, 0.95, 0.45, 0.0),
    "inspection": (1.1, 1.0, 1.0, 1.0, 1.05, 1.15, 0.7),
    "learning": (0.95, 0.95, 0.95, 0.95, 1.0, 1.1, 1.15),
    "violation": (1.0, 1.0, 1.0, 1.0, 1.1, 1.05, 0.9),
}
"""Monday to Sunday."""

HOLIDAY = {"accident": 1.1, "business": 0.0, "exam": 0.0, "inspection": 0.25, "learning": 0.7, "violation": 1.0}
"""On a public holiday, instead of the weekday's factor."""

SEASON = {"accident": 0.1, "business": 0.08, "exam": 0.3, "inspection": 0.12, "learning": 0.05, "violation": 0.15}
"""Half the swing between midsummer and midwinter: tests and inspections wait for warm weather."""


class Volume(NamedTuple):
    """What a day brings."""

    workday: bool
    winter: float  # 0 in midsummer, 1 in midwinter
    rows: dict[str, int]


def calendar(days: Iterable[dt.date]) -> Calendar:
    """Return the working days of the years the days fall in."""
    return _calendar(frozenset(day.year for day in days))


@functools.cache
def _calendar(years: frozenset[int]) -> Calendar:
    return Calendar(seed_rows(years))


def volume(day: dt.date, scale: float, workdays: Calendar) -> Volume:
    """Return the rows of a day by stem of fact; a make-up working day (调休上班) is a Wednesday."""
    warmth = -math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365)  # warmest in mid-July
    row = workdays.exception(day)
    rows = {}
    for stem, nominal in NOMINAL.items():
        share = WEEK[stem][day.weekday()]
        if row is not None:
            share = WEEK[stem][2] if row.is_workday else HOLIDAY[stem]
        rows[stem] = round(nominal * scale * share * (1 + SEASON[stem] * warmth))
    return Volume(workdays.is_workday(day), (1 - warmth) / 2, rows)
