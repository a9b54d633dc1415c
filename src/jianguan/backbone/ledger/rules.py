"""The ten states of the ledger (台账状态) as one decision on plain values; ``states.py`` says the same in SQL."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from jianguan.engines.regulation.schema import Measure


class State(StrEnum):
    """What became of a duty in a period. Only 已履行 is green."""

    NOT_DUE = "未到期"
    OPEN = "待履行"
    MET = "已履行"
    LATE = "逾期履行"
    SHORT = "不足"
    MISSED = "未履行"
    EXCUSED = "免除"
    UNPROVABLE = "不可证"
    DISPUTED = "存疑"
    NO_CADENCE = "未定期限"


WORST_FIRST = (
    State.MISSED,
    State.SHORT,
    State.UNPROVABLE,
    State.DISPUTED,
    State.LATE,
    State.OPEN,
    State.NO_CADENCE,
    State.NOT_DUE,
    State.EXCUSED,
    State.MET,
)
"""For a cell that stands for many periods: it shows the first of these that occurs."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one norm, capacity and period at a moment.

    ``required`` None: unknown (no frozen population, no known point, no drill). ``on_time`` acts before ``due_at``,
    ``late`` acts between ``due_at`` and ``miss_at``; later acts are not among the facts. ``size`` is that of the
    population, where there is one; 0 is proven.
    """

    measure: Measure
    as_of: dt.datetime
    begins: dt.datetime
    has_task: bool = True
    source_known: bool = True
    excused: bool = False
    disputed: bool = False
    opens_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    miss_at: dt.datetime | None = None
    required: int | None = None
    size: int | None = None
    on_time: int = 0
    late: int = 0


def decide(facts: Facts) -> State:  # noqa: PLR0911 - ten states, one after the other
    """The state of one duty. Unknown is never green, missed is terminal, late stays late."""
    if facts.excused:
        return State.EXCUSED
    if facts.disputed:
        return State.DISPUTED
    if not facts.has_task or facts.opens_at is None or facts.due_at is None or facts.miss_at is None:
        return State.NOT_DUE if facts.as_of < facts.begins else State.UNPROVABLE
    if facts.as_of < facts.opens_at:
        return State.NOT_DUE
    if not facts.source_known:
        return State.UNPROVABLE
    required, done = facts.required, facts.on_time + facts.late
    if required is None:
        return State.OPEN if facts.as_of < facts.due_at else State.UNPROVABLE
    if required == 0:
        proven = facts.size == 0 or facts.as_of >= facts.due_at
        return State.EXCUSED if proven else State.NOT_DUE
    if facts.on_time >= required:
        return State.MET
    if facts.measure is Measure.RETENTION:
        return State.MISSED
    if done >= required:
        return State.LATE
    if facts.as_of < facts.miss_at:
        return State.OPEN
    return State.MISSED if done == 0 else State.SHORT


def worst(states: list[State]) -> State:
    """The state that a cell of many periods shows."""
    return min(states, key=WORST_FIRST.index)
