"""On which terms a day's populations are frozen and drawn (抽查条件): shares, timetable, as adopted for that day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.draws import rules
from jianguan.backbone.draws.frames import Frame
from jianguan.backbone.draws.rules import Timetable
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.rules.rules import Value, value_in_force
from jianguan.backbone.work.owed import owed
from jianguan.engines.draw import Rounding
from jianguan.kit.clock import CHINA

POPULATION = "population:"
FREEZE, REVEAL_FROM, REVEAL_UNTIL = "draw.freeze-at", "draw.reveal-from", "draw.reveal-until"
PRIORITY, BY_SITE, ROTATION, BEACON = "draw.priority", "draw.by-site", "draw.rotation", "draw.beacon"
SMALLEST = 1
"""Parts per million: rounded up by stratum it draws one of each."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one capacity draws of one kind: parts per million at random and by risk, and where it is rounded up.

    ``rotation``: days within which every site with business must come up; None while none is adopted.
    """

    floor: int
    priority: int = 0
    rounding: Rounding = Rounding.POPULATION
    rotation: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds on a day: by kind the capacities that owe it with their percentage, the chain of each, all values."""

    day: dt.date
    percents: Mapping[str, Mapping[int, int | None]]
    chains: Mapping[int, tuple[int, ...]]
    superiors: Mapping[int, int]
    province_id: int
    values: Mapping[str, Sequence[Value]] = field(repr=False)

    def share(self, frame: Frame, capacity_id: int) -> Share:
        """The share that a capacity draws of a kind on this day."""
        percent = self.percents.get(frame.kind, {}).get(capacity_id)
        chain = self.chains.get(capacity_id, ())
        priority, rotation = self.number(PRIORITY, chain), self.number(ROTATION, chain)
        if frame.each_stratum:
            floor = max(SMALLEST, (percent or 0) * rules.PERCENT)
            return Share(floor, 0, Rounding.STRATUM, None)
        by_site = Rounding.STRATUM if self.number(BY_SITE, chain) else Rounding.POPULATION
        return Share((percent or 0) * rules.PERCENT, (priority or 0) * rules.PERCENT, by_site, rotation)

    def number(self, key: str, chain: tuple[int, ...]) -> int | None:
        """The whole number a parameter has for a chain of capacities; None while nobody adopted one."""
        value = value_in_force(self.values.get(key, []), chain, self.day, None)
        return int(value.value) if value is not None and value.value is not None else None

    def beacon(self) -> bool:
        """Whether a randomness beacon (随机信标) is a source: only where a one-way feed was adopted."""
        return bool(self.number(BEACON, (self.province_id,)))


def terms(day: dt.date) -> Terms:
    """The terms of a day as known now. Raises BeforeInForce and AmbiguousRule."""
    percents: dict[str, dict[int, int | None]] = defaultdict(dict)
    for row in owed(day, day):
        if row.norm.source.startswith(POPULATION) and row.since <= day < row.until:
            known = percents[row.norm.source.removeprefix(POPULATION)]
            known[row.capacity_id] = max(filter(None, (known.get(row.capacity_id), row.percent)), default=None)
    chains = dict(rulebook.chains(day))
    above = {one: path[1] for one, path in chains.items() if len(path) > 1}
    return Terms(day, percents, chains, above, agencies.province(day).pk, rulebook.values())


def timetable(day: dt.date) -> Timetable:
    """When a day's populations are frozen and the shares of its seed are opened; one for the whole province."""
    values, chain = rulebook.values(), (agencies.province(day).pk,)

    def moment(key: str, default: str) -> dt.datetime:
        value = value_in_force(values.get(key, []), chain, day, None)
        return rules.clock_time(day, value.value if value is not None and value.value else default, CHINA)

    return Timetable(moment(FREEZE, "18:00"), moment(REVEAL_FROM, "18:30"), moment(REVEAL_UNTIL, "19:30"))
