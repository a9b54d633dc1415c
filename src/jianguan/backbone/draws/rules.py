"""The timetable of a draw, its public sources, and what stands beside a record: pure decisions."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jianguan.kit.digests import digest_of

PUBLIC_NUMBERS = {"中国福利彩票3D": "21:15", "中国体育彩票排列3": "21:25"}
"""Published every evening at this time by two bodies nobody here belongs to; fixed in advance, the draw of the day."""

BEACON = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
"""Chain of the randomness beacon drand quicknet; a round every 3 seconds since ``BEACON_GENESIS`` (Unix seconds)."""
BEACON_NAME = "随机信标 drand quicknet"
BEACON_GENESIS, BEACON_PERIOD = 1_692_803_367, 3

VARIANT_ALL, WITHOUT, INSTEAD = "all", "without:", "instead:"
MILLION = 1_000_000
PERCENT = MILLION // 100


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a day's populations are frozen, when the shares of the seed are opened, when that ends; aware moments."""

    freeze: dt.datetime
    reveal_from: dt.datetime
    reveal_until: dt.datetime


def clock_time(day: dt.date, text: str, zone: dt.tzinfo) -> dt.datetime:
    """The moment of a time of day such as '18:00'; '24:00' is the end of the day."""
    hours, minutes = text.split(":")
    return dt.datetime.combine(day, dt.time(), zone) + dt.timedelta(hours=int(hours), minutes=int(minutes))


def seed_day(frozen_at: dt.datetime, reveal_from: dt.datetime) -> dt.date:
    """The day whose sources make the seed: that of the freeze, or the next once shares of this day may be open.

    ``reveal_from`` is that of the day of the freeze. A top-up takes the sources of the day on which it was frozen and
    not those of its records: these are known by then, and who adds members could choose what they do.
    """
    day = frozen_at.astimezone(reveal_from.tzinfo).date()
    return day if frozen_at < reveal_from else day + dt.timedelta(days=1)


def issue_of(day: dt.date) -> str:
    """The issue of a public number announced for a day: the one drawn on that day, so that nobody picks one."""
    return day.isoformat()


def beacon_round(moment: dt.datetime) -> int:
    """The first round of the beacon published at or after a moment (round 1 at its genesis)."""
    passed = int(moment.timestamp()) - BEACON_GENESIS
    return max(1, -(-passed // BEACON_PERIOD) + 1)


def owed_of_part(share: int, counts: Sequence[int]) -> list[int]:
    """How many each part owes so that the share (parts per million) of all of them is met: integers, cumulative."""
    owed: list[int] = []
    for number, count in enumerate(counts, 1):
        owed.append(min(max(-(-share * sum(counts[:number]) // MILLION) - sum(owed), 0), count))
    return owed


def variant_without(parties: Sequence[str]) -> str:
    """The name of a draw made without those who withheld their share."""
    return f"{WITHOUT}{'+'.join(sorted(parties))}"


def variant_instead(parties: Sequence[str]) -> str:
    """The name of the draw beside it, in which the commitments of those who withheld stand for their shares."""
    return f"{INSTEAD}{'+'.join(sorted(parties))}"


def about_digest(about: Mapping[str, Any]) -> str:
    """The digest by which the manifest commits to what stands beside a record, as the field ``media`` writes it."""
    return f"sha256:{digest_of(about)}"
