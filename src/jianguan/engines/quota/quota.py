"""Integer quotas: how many of a population must be reviewed."""

from typing import Literal

Direction = Literal["floor", "ceiling", "exact"]


class BadQuota(ValueError):
    """A number that no quota can have; the message is shown to people and is Chinese."""


def _whole(value: int, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        msg = f"{name}必须是整数：{value!r}"
        raise BadQuota(msg)
    if value < 0:
        msg = f"{name}不能为负数：{value}"
        raise BadQuota(msg)


def required(percent: int, population: int) -> int:
    """Return the least number of items that is not less than ``percent`` percent of ``population``.

    Clauses 6.6, 6.7, 13.1 say 不少于. An empty population asks for nothing. Raises BadQuota on values that are no whole
    number, negative, or above 100 percent.
    """
    _whole(percent, "比例")
    _whole(population, "总体数量")
    if percent > 100:
        msg = f"比例不能超过 100%：{percent}"
        raise BadQuota(msg)
    return -(-percent * population // 100)


def stricter(direction: Direction, own: int, superior: int) -> bool:
    """Tell whether a level may use ``own`` where its superior set ``superior``: equal or stricter only.

    ``floor``: at least as high. ``ceiling``: at most as high. ``exact``: the same. Raises BadQuota on negative values.
    """
    _whole(own, "本级数值")
    _whole(superior, "上级数值")
    if direction == "floor":
        return own >= superior
    if direction == "ceiling":
        return own <= superior
    return own == superior
