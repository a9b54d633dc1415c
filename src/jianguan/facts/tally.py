"""What a batch did to each day (逐日计数): rows taken, records corrected, conflicts, rows refused."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from jianguan.facts.validate import EARLIEST

Counts = dict[str, Any]


def day_of_refusal(read: dt.date | None, arrived: dt.date) -> str:
    """Return the day a refused row counts to: its own where it can be, else the day it came."""
    return f"{read if read and EARLIEST <= read <= arrived else arrived}"


def by_day(
    rows: Iterable[tuple[str, str, int]],
    held: Iterable[tuple[str, str, int]],
    refused: Counter[str],
    about: Iterable[str],
    capacity: str,
) -> list[Counts]:
    """Return one entry a day and capacity, for ``BatchDay``.

    ``rows``: day, capacity, rows taken. ``held``: what is counted (superseding, conflicting), day, how many.
    ``refused``: rows by day. ``about``: days the file tells of although it may hold no row. ``capacity``: of the
    source, to which all that bears none is counted.
    """
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for day, of, count in rows:
        found[day, of]["rows"] += count
    for what, day, count in held:
        found[day, capacity][what] += count
    for day, count in refused.items():
        found[day, capacity]["refused"] += count
    for day in set(about) - {day for day, _ in found}:
        found[day, capacity]["rows"] = 0
    return [{"day": day, "capacity_key": of, "rows": 0, **counts} for (day, of), counts in sorted(found.items())]
