"""The draw itself (抽取): a pure function of frozen manifest, seed and shares.

Part A, the random floor: of each stratum the n_h smallest tickets. Part B, by risk: of the rest the k largest w/u, u a
ticket of another domain (priority sampling: Duffield, Lund & Thorup, J. ACM 54(6), 2007). Part C: all flagged ones.
A member is in one part only; A comes first, because A alone meets the floor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import NamedTuple

from jianguan.engines.draw.allocation import MILLION, at_least, per_stratum, spread
from jianguan.engines.draw.header import Rounding
from jianguan.engines.draw.manifest import Manifest
from jianguan.engines.draw.seed import Label, Seed
from jianguan.engines.draw.selection import Smallest
from jianguan.engines.draw.tickets import Domain, states

Chance = Callable[[str, int], Fraction]
SPAN = 1 << 256
HIGHEST = b"\xff" * 33  # above every ticket
FLAGGED = ord("1")
CERTAIN = Fraction(1)


class LoweredShare(ValueError):
    """A share is below the frozen one: after the freeze it may only be raised."""


class Part(StrEnum):
    """A random floor 随机底数, B by risk 风险加抽, C mandatory 必查."""

    FLOOR = "A"
    PRIORITY = "B"
    MANDATORY = "C"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Shares in parts per million; not below those of the manifest."""

    floor: int
    priority: int = 0


class Pick(NamedTuple):
    """A member drawn. ``ticket``: 32 bytes of the part's own domain (empty in C). ``weight``: the clipped weight (ppm).

    ``probability``: in A n_h/N_h of its stratum, in B min(1, weight/threshold) among the rest, in C 1.
    """

    id: str
    part: Part
    ticket: bytes
    probability: Fraction
    stratum: str
    site: str
    weight: int
    mandatory: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What was drawn from ``root`` with ``seed``; ``picks`` in order A, B, C and within by rank.

    ``floor_quota``: owed at random in this part after earlier parts. ``strata``: name → (members, drawn at random).
    ``even``: every member had the same chance to be in A. ``threshold``: the priority of the first not drawn by risk,
    in units of weight; None when none was left out.
    """

    label: Label
    seed: bytes
    root: bytes
    count: int
    parameters: Parameters
    floor_quota: int
    priority_quota: int
    strata: Mapping[str, tuple[int, int]]
    even: bool
    threshold: Fraction | None
    picks: tuple[Pick, ...]

    def of(self, part: Part) -> tuple[Pick, ...]:
        """The picks of one part."""
        return tuple(pick for pick in self.picks if pick.part is part)


def quotas(manifest: Manifest, parameters: Parameters) -> tuple[int, int]:
    """Return how many are owed in this part at random and by risk: the share of all parts less what is drawn."""
    earlier = manifest.header.earlier
    size = manifest.count + sum(one.count for one in earlier)
    floor = at_least(parameters.floor, size) - sum(one.floor for one in earlier)
    priority = at_least(parameters.priority, size) - sum(one.priority for one in earlier)
    return min(max(floor, 0), manifest.count), min(max(priority, 0), manifest.count)


def bounds(manifest: Manifest) -> tuple[int, int]:
    """Return least and greatest weight used: .2 and 20 times the mean of all members, whole ppm, at least 1."""
    if not manifest.count:
        return 1, 1
    least = max(1, manifest.weights // (5 * manifest.count))
    return least, max(least, 20 * manifest.weights // manifest.count)


def draw(manifest: Manifest, seed: Seed, parameters: Parameters | None = None) -> Result:
    """Draw from a frozen manifest; ``parameters`` default to the shares frozen in it.

    With raised shares every earlier pick stays drawn (one of B may move to A). Raises LoweredShare, and NotFrozen when
    the manifest's text changed since the freeze.
    """
    head = manifest.header
    shares = parameters or Parameters(head.floor, head.priority)
    if not head.floor <= shares.floor <= MILLION or not head.priority <= shares.priority <= MILLION:
        msg = "冻结后比例只能提高，且不超过 100%"
        raise LoweredShare(msg)
    floor_quota, priority_quota = quotas(manifest, shares)
    if head.rounding is Rounding.STRATUM:
        given = per_stratum(manifest.strata, shares.floor)
        floor_quota = sum(given.values())
    else:
        given = spread(manifest.strata, floor_quota, seed.value, head.overdue)
    floor = _floor(manifest, seed.value, given)
    taken = {pick.id.encode() for pick in floor}
    rest, threshold = _rest(manifest, seed.value, priority_quota, taken)
    return Result(
        seed.label,
        seed.value,
        manifest.root,
        manifest.count,
        shares,
        floor_quota,
        priority_quota,
        {name: (size, given[name]) for name, size in manifest.strata.items()},
        head.rounding is Rounding.POPULATION and not manifest.strata.keys() & set(head.overdue),
        threshold,
        (*floor, *rest),
    )


def _floor(manifest: Manifest, seed: bytes, given: Mapping[str, int]) -> list[Pick]:
    numbers = {name: number for name, number in given.items() if number}
    ranked = sorted(_smallest(manifest, seed, numbers))
    limits = bounds(manifest)
    chance = {name: Fraction(number, manifest.strata[name]) for name, number in numbers.items()}
    return [_pick(line, Part.FLOOR, rank, limits, lambda stratum, _: chance[stratum]) for rank, line in ranked]


def _smallest(manifest: Manifest, seed: bytes, numbers: Mapping[str, int]) -> list[tuple[bytes, bytes]]:
    """Return ticket and line of so many smallest tickets of each stratum, in no order.

    Only tickets below a limit are kept, which leaves out none that counts but for odds of about 1 in 10⁹; then the
    pass is made again with a wider one.
    """
    slack = 1
    while True:
        kept = {name.encode(): list[tuple[bytes, bytes]]() for name in numbers}
        limits = {name.encode(): _reach(number, manifest.strata[name], slack) for name, number in numbers.items()}
        _below(manifest, seed, limits, kept)
        if all(len(kept[name.encode()]) >= number for name, number in numbers.items()):
            return [row for name, number in numbers.items() for row in sorted(kept[name.encode()])[:number]]
        slack *= 16


def _reach(number: int, size: int, slack: int) -> bytes:
    """Return the limit below which 6 standard deviations more than ``number`` of ``size`` tickets are expected."""
    expected = number + slack * (6 * (isqrt(number) + 1) + 12)
    return HIGHEST if expected >= size else (expected * SPAN // size).to_bytes(32)


def _below(
    manifest: Manifest, seed: bytes, limits: Mapping[bytes, bytes], kept: Mapping[bytes, list[tuple[bytes, bytes]]]
) -> None:
    """Put ticket and line of every member below its stratum's limit into ``kept``; the HMAC is written out here."""
    inner, outer = states(seed, Domain.FLOOR)
    limit_of = limits.get
    for line in manifest.members():
        _, stratum, tail = line.split(b"\t", 2)
        limit = limit_of(stratum)
        if limit is None:
            continue
        first = inner()
        first.update(line[: -len(tail) - 1])
        second = outer()
        second.update(first.digest())
        rank = second.digest()
        if rank < limit:
            kept[stratum].append((rank, line))


def _certain(_stratum: str, _weight: int) -> Fraction:
    return CERTAIN


def _pick(line: bytes, part: Part, ticket: bytes, limits: tuple[int, int], chance: Chance = _certain) -> Pick:
    identity, stratum, site, *_, weight, flag = line.decode().split("\t")
    clipped = min(max(int(weight), limits[0]), limits[1])
    return Pick(identity, part, ticket, chance(stratum, clipped), stratum, site, clipped, flag == "1")


def _rest(manifest: Manifest, seed: bytes, quota: int, taken: set[bytes]) -> tuple[list[Pick], Fraction | None]:
    """Return the picks of B and C and the threshold of B."""
    if not quota and not manifest.mandatory:
        return [], None
    limits = least, most = bounds(manifest)
    (inner, outer), whole = states(seed, Domain.PRIORITY), int.from_bytes
    flagged: list[bytes] = []
    kept = Smallest[int, tuple[int, bytes, bytes]](quota + 1, SPAN << 64)
    for line in manifest.members():
        identity, _, tail = line.split(b"\t", 2)
        if identity in taken:
            continue
        if line[-1] == FLAGGED:
            flagged.append(line)
            continue
        if not quota:
            continue
        weight = int(tail.rsplit(b"\t", 2)[1])
        if weight < least:
            weight = least
        elif weight > most:
            weight = most
        first = inner()
        first.update(line[: -len(tail) - 1])
        second = outer()
        second.update(first.digest())
        rank = second.digest()
        # Weights are below 2**32, so that this whole number orders u/w exactly.
        key = ((whole(rank) + 1) << 64) // weight
        if key < kept.limit:
            kept.offer((key, line, rank))
    ranked = kept.ordered()
    threshold = None
    if quota and len(ranked) > quota:
        _, line, rank = ranked.pop()
        threshold = Fraction(_pick(line, Part.PRIORITY, rank, limits).weight * SPAN, whole(rank) + 1)
    chance = _chances(threshold)
    picks = [_pick(line, Part.PRIORITY, rank, limits, chance) for _, line, rank in ranked]
    return picks + [_pick(line, Part.MANDATORY, b"", limits) for line in flagged], threshold


def _chances(threshold: Fraction | None) -> Chance:
    """Return the chance min(1, weight/threshold); each weight is divided once."""
    if threshold is None:
        return _certain
    bottom, top = threshold.denominator, threshold.numerator

    @cache
    def divided(weight: int) -> Fraction:
        return Fraction(weight * bottom, top) if weight * bottom < top else CERTAIN

    return lambda _, weight: divided(weight)
