"""What the findings say about the whole population (推断): unbiased, in exact fractions."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from jianguan.engines.draw.draw import Part, Result


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimated number of bad members and their rate. ``unbiased``: False when a stratum had no chance to be seen."""

    total: Fraction
    rate: Fraction
    unbiased: bool


def estimate(result: Result, bad: Collection[str]) -> Estimate:
    """Estimate from all parts; ``bad`` are ids of picks with a problem, records that could not be found among them.

    With a part by risk: the bad of A and C count once, those of B 1/probability (Horvitz & Thompson 1952 with the
    threshold of priority sampling), unbiased given A. Without one: flagged members count once, the others of A by N/n,
    or by N_h/n_h where chances were not even. Raises ValueError for a bad id that was not drawn, or when too little
    was drawn to say anything.
    """
    found = {pick for pick in result.picks if pick.id in set(bad)}
    if len(found) != len(set(bad)):
        msg = f"not drawn: {min(set(bad) - {pick.id for pick in found})}"
        raise ValueError(msg)
    if not result.count:
        return Estimate(Fraction(0), Fraction(0), True)
    if len(result.picks) == result.count or any(pick.part is Part.PRIORITY for pick in result.picks):
        total = sum(
            (1 / pick.probability if pick.part is Part.PRIORITY else Fraction(1) for pick in found), Fraction(0)
        )
        return Estimate(total, total / result.count, True)
    drawn = sum(number for _, number in result.strata.values())
    if not drawn:
        msg = "nothing was drawn at random"
        raise ValueError(msg)
    covered = sum(size for size, number in result.strata.values() if number)
    certain = sum(1 for pick in found if pick.mandatory)
    sampled = [pick for pick in found if not pick.mandatory]
    if result.even:
        total = certain + Fraction(result.count * len(sampled), drawn)
    else:
        total = certain + sum((1 / pick.probability for pick in sampled), Fraction(0)) * Fraction(result.count, covered)
    return Estimate(total, total / result.count, result.even or covered == result.count)
