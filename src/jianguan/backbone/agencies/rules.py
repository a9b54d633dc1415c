"""Who is bound, who may review, who needs a superior: pure decisions of articles 17 and 18."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Bearing:
    """What the choice of bearers (义务主体) has to know of one capacity on one day."""

    key: str
    level: str
    mode: str = "own"
    oversees: frozenset[str] = field(default_factory=frozenset)
    """Levels of the capacities directly below it."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did, in a capacity."""

    person_id: int
    capacity_id: int


def needs_superior(level: str, mode: str) -> bool:
    """Whether a capacity must have a supervising superior on every day it exists.

    Only the province's own capacity (top of the tree) and reference bearers (article 18) have none.
    """
    return not (level == "REFERENCE" or (level == "PROVINCE" and mode == "own"))


def bearers(norm_bearer: str, counterpart: str | None, capacities: Iterable[Bearing]) -> frozenset[str]:
    """Keys of the capacities a norm binds (article 17).

    Own capacities of the level are always bound. One that acts for the level is bound only by what is owed toward
    those it oversees: 吉林省@CITY bears a city's duties toward 梅河口@COUNTY, not a city's other work, which 梅河口
    does itself. Reference bearers are bound by norms of their own level alone.
    """
    return frozenset(
        one.key
        for one in capacities
        if one.level == norm_bearer and (one.mode != "acting" or counterpart in one.oversees)
    )


def may_review(person_id: int, capacity_id: int, acts: Iterable[Act]) -> str | None:
    """Why a person acting in a capacity may not review these acts (a Chinese sentence), or None when he may.

    Nobody reviews what he did himself – also not in a superior capacity what he did in a lower one.
    """
    for act in acts:
        if act.person_id == person_id:
            if act.capacity_id == capacity_id:
                return "不得复核本人办理的事项"
            return "不得以另一履职身份复核本人办理的事项"
    return None


def may_decide_on_agencies(level: str, mode: str) -> bool:
    """Whether decisions on agencies and oversight may be taken in this capacity: the province's own only."""
    return level == "PROVINCE" and mode == "own"
