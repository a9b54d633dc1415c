"""What a share buys (抽查能发现什么): exact chances that at least one bad record is caught."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb


@dataclass(frozen=True, slots=True)
class Chance:
    """With ``bad`` bad records on a day: the chance to catch at least one on the last day, and on any of the days."""

    bad: int
    day: Fraction
    month: Fraction


def chance(count: int, bad: int, drawn: int) -> Fraction:
    """Return the chance that ``drawn`` of ``count`` hold at least one of ``bad``: 1 - C(N-m, n) / C(N, n).

    Raises ValueError unless 0 ≤ bad, drawn ≤ count.
    """
    if not 0 <= bad <= count or not 0 <= drawn <= count:
        msg = f"cannot draw {drawn} of {count} with {bad} bad"
        raise ValueError(msg)
    return 1 - Fraction(comb(count - bad, drawn), comb(count, drawn))


def of_days(days: Iterable[tuple[int, int]], bad: int) -> Fraction:
    """Return the chance to catch at least one over independent days of (members, drawn), ``bad`` on each of them.

    A day with fewer members than ``bad`` has all of them bad.
    """
    missed = Fraction(1)
    for count, drawn in days:
        missed *= 1 - chance(count, min(bad, count), drawn)
    return 1 - missed


def bought(days: Sequence[tuple[int, int]], cases: Iterable[int] = (1, 5, 10)) -> tuple[Chance, ...]:
    """Return what the page shows for the last of ``days`` and for all of them; no days: no chance."""
    return tuple(Chance(bad, of_days(days[-1:], bad), of_days(days, bad)) for bad in cases)
