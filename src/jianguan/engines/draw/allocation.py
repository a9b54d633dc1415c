"""How many a stratum gives (各层名额): in proportion, in total exact, and growing only when the total grows.

The largest remainder takes seats back when the total grows (Balinski & Young 1975, the Alabama paradox), so an enlarged
draw would drop earlier picks. Here stratum h has N_h teeth, evenly spaced around a circle with a phase drawn by the
seed. From one tooth, drawn evenly among all N, the next n teeth in turn are taken: a stratum gives as many as it
has teeth among them. The start is even over the teeth, so every member has the same chance, exactly n/N, and small
strata are neither forgotten nor favoured; the n+1-th tooth only adds.
"""

from collections.abc import Collection, Mapping
from heapq import heapify, heapreplace

from jianguan.engines.draw.tickets import Domain, tickets

MILLION = 1_000_000
CIRCLE = 256


def at_least(share: int, count: int) -> int:
    """Return the least number that is not less than ``share`` parts per million of ``count``: integers only."""
    return -(-share * count // MILLION)


def per_stratum(strata: Mapping[str, int], share: int) -> dict[str, int]:
    """Return the share of each stratum rounded up by itself: where a decision adopts it."""
    return {name: at_least(share, size) for name, size in strata.items()}


def spread(strata: Mapping[str, int], total: int, seed: bytes, overdue: Collection[str] = ()) -> dict[str, int]:
    """Spread ``total`` over the strata; the sum is exact and no stratum gives more than it has.

    ``overdue`` strata with members come first, one each, in the order of their tickets; it counts as their first.
    Raises ValueError when there are fewer members than ``total``.
    """
    count = sum(strata.values())
    if not 0 <= total <= count:
        msg = f"cannot take {total} of {count}"
        raise ValueError(msg)
    given = dict.fromkeys(strata, 0)
    ticket = tickets(seed, Domain.STRATUM)
    phases = {name: int.from_bytes(ticket(name.encode())) for name in strata}
    first = sorted((name for name in set(overdue) & strata.keys()), key=lambda name: (phases[name], name))[:total]
    for name in first:
        given[name] = 1
    left = total - len(first)
    if not left:
        return given
    begun = set(first)
    heap = _from_start(strata, phases, int.from_bytes(tickets(seed, Domain.START)(b"")) % count)
    while left:
        _, name, tooth = heap[0]
        if name in begun:
            begun.remove(name)
        else:
            given[name] += 1
            left -= 1
        heapreplace(heap, (_place(tooth + 1, strata[name], phases[name]), name, tooth + 1))
    return given


def _place(tooth: int, size: int, phase: int) -> int:
    """Where tooth number ``tooth`` (from 0; after ``size`` the next lap) stands: whole units of 2⁻²⁵⁶ of the circle."""
    lap, within = divmod(tooth, size)
    return (lap << CIRCLE) + ((within << CIRCLE) + phase) // size


def _from_start(strata: Mapping[str, int], phases: Mapping[str, int], index: int) -> list[tuple[int, str, int]]:
    """Return the heap of each stratum's first tooth at or after tooth ``index`` of all, strata in order of name."""
    names = sorted(name for name, size in strata.items() if size)
    for start in names:
        if index < strata[start]:
            break
        index -= strata[start]
    begin = (_place(index, strata[start], phases[start]), start)
    heap = []
    for name in names:
        size, phase = strata[name], phases[name]
        tooth = max(0, -((phase - begin[0] * size) >> CIRCLE))
        if (_place(tooth, size, phase), name) < begin:
            tooth += 1
        heap.append((_place(tooth, size, phase), name, tooth))
    heapify(heap)
    return heap
