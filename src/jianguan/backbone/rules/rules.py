"""Which value, which cadence, which norm holds: pure decisions over two clocks and the chain of superiors."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

IN_FORCE_SINCE = dt.date(2020, 3, 19)
"""Article 19: nothing was owed before."""

PER_YEAR: Mapping[str, int] = {"daily": 365, "weekly": 52, "monthly": 12, "quarterly": 4, "yearly": 1, "event": 1}
"""Acts a year that one act a period makes; ``event`` compares with itself alone."""

WHOLE = re.compile(r"[0-9]{1,9}")
TIME_OF_DAY = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
"""Two digits each, so that times compare as text."""


class AmbiguousRule(ValueError):
    """Two rules hold for one case; nothing is picked silently. The message is Chinese and names both."""


class NotCompetent(PermissionError):
    """The capacity may not decide this. The message is Chinese."""


class TooLoose(ValueError):
    """A lower level may only be stricter, and nobody may loosen the text. The message is Chinese."""


class NotDecidable(ValueError):
    """The change does not fit the rule it is about. The message is Chinese."""


class Dated(Protocol):
    """A row with two clocks and a scope."""

    @property
    def capacity_id(self) -> int | None: ...  # noqa: D102
    @property
    def valid_from(self) -> dt.date: ...  # noqa: D102
    @property
    def recorded_at(self) -> dt.datetime: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Value:
    """One dated value of a parameter; ``value`` None ends it, ``capacity_id`` None is the general scope."""

    id: int
    key: str
    capacity_id: int | None
    value: str | None
    valid_from: dt.date
    recorded_at: dt.datetime
    reference: str
    direction: str
    unit: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """One adopted cadence; an empty ``cadence`` withdraws what the same capacity adopted before."""

    id: int
    norm_key: str
    capacity_id: int
    cadence: str
    times: int
    valid_from: dt.date
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """A norm in force on a day, as far as conflicts matter."""

    key: str
    overrides: str


Row = TypeVar("Row", bound=Dated)


def latest(
    rows: Iterable[Row],
    scope: int | None,
    on: dt.date,
    known_at: dt.datetime | None,
    name: Callable[[Row], str],
) -> Row | None:
    """The row of one scope in force on a day as known at a moment: the latest effect, then the latest record.

    Raises AmbiguousRule when two rows have the same effect and record.
    """
    held = [
        row
        for row in rows
        if row.capacity_id == scope and row.valid_from <= on and (known_at is None or row.recorded_at <= known_at)
    ]
    if not held:
        return None
    top = max((row.valid_from, row.recorded_at) for row in held)
    best = [row for row in held if (row.valid_from, row.recorded_at) == top]
    if len(best) > 1:
        raise AmbiguousRule(f"{on} 同时有两条规则适用：{'；'.join(name(row) for row in best)}。请撤销其中一条")
    return best[0]


def stricter_or_equal(direction: str, own: str, other: str) -> bool:
    """Whether ``own`` is at least as strict as ``other``; values that are no integers must be equal or, as times of
    day under a ceiling, not later."""
    if own == other:
        return True
    if own.isdigit() and other.isdigit():
        if direction == "floor":
            return int(own) >= int(other)
        return direction == "ceiling" and int(own) <= int(other)
    return direction == "ceiling" and ":" in own and ":" in other and own <= other


def value_in_force(
    values: Sequence[Value], chain: Sequence[int], on: dt.date, known_at: dt.datetime | None = None
) -> Value | None:
    """The value of one parameter for a capacity: its own, then its nearest superior's, then the general one.

    ``chain`` is the capacity and its superiors, nearest first. A lower level may only be stricter: a value that a
    superior has since overtaken gives way to the superior's. Raises AmbiguousRule.
    """
    found: Value | None = None
    for scope in (*chain, None):
        row = latest(values, scope, on, known_at, lambda one: f"{one.key} = {one.value}（{one.reference}）")
        if row is None or row.value is None:
            continue
        if found is None or found.value is None or not stricter_or_equal(row.direction, found.value, row.value):
            found = row
    return found


def acts_a_year(adoption: Adoption) -> int:
    """How strict an adopted cadence is."""
    return adoption.times * PER_YEAR[adoption.cadence]


def cadence_in_force(
    adoptions: Sequence[Adoption], chain: Sequence[int], on: dt.date, known_at: dt.datetime | None = None
) -> Adoption | None:
    """The cadence of one soft norm for a capacity: the nearest of the chain that no superior has overtaken."""
    found: Adoption | None = None
    for scope in chain:
        row = latest(adoptions, scope, on, known_at, lambda one: f"{one.norm_key} {one.cadence} {one.times}次")
        if row is None or not row.cadence:
            continue
        if found is None or acts_a_year(row) > acts_a_year(found):
            found = row
    return found


def overridden(norms: Iterable[Holder]) -> frozenset[str]:
    """Keys of the norms that another norm in force replaces. Raises AmbiguousRule when two replace the same one."""
    by: dict[str, str] = {}
    for norm in norms:
        if not norm.overrides:
            continue
        other = by.setdefault(norm.overrides, norm.key)
        if other != norm.key:
            raise AmbiguousRule(f"{other} 与 {norm.key} 同时优先于 {norm.overrides}，请确定其中一条")
    return frozenset(by)


def check_value(unit: str, value: str) -> None:
    """Raise NotDecidable unless a value can be one of its unit."""
    if unit == "time_of_day":
        if not TIME_OF_DAY.fullmatch(value):
            raise NotDecidable(f"时刻应写成 HH:MM：{value}")
        return
    if unit == "digest":
        return
    if not WHOLE.fullmatch(value):
        raise NotDecidable(f"参数值应是不小于零的整数：{value}")
    if unit == "percent" and not 1 <= int(value) <= 100:
        raise NotDecidable(f"比例应在 1 到 100 之间：{value}")


def check_cadence(measure: str, cadence: str, times: int) -> None:
    """Raise NotDecidable unless a cadence can be adopted for a norm of this measure."""
    if cadence not in PER_YEAR:
        raise NotDecidable(f"不能采纳的周期：{cadence}")
    by_item = measure in {"timely", "filing"}
    if by_item != (cadence == "event"):
        raise NotDecidable("按事项计时的条款只能采纳“逢事”，其他条款须采纳每日、每周、每月、每季或每年")
    if times < 1:
        raise NotDecidable(f"采纳的频次至少为一次：{times}")
