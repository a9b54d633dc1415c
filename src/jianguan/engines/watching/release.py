"""Which segment of a review copy may go out now, so that nobody has it faster than he could look at it."""

from collections.abc import Iterable
from dataclasses import dataclass

from jianguan.engines.watching.log import Copy, Released

SPEED = 2
"""Milliseconds of copy released a millisecond: the fastest play that counts."""
HEAD_SEGMENTS = 2
"""Segments released at once when play begins, so that it begins without a wait."""
BANK_MS = 20_000
"""Most of the budget that a pause saves up: a session left open does not become a download."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the segment may go out now, and if not, after how many milliseconds; None: there is no such segment."""

    allowed: bool
    wait_ms: int | None


def may_release(copy: Copy, released: Iterable[Released], n: int, now: int) -> Decision:
    """Decide on segment ``n`` at server time ``now``, in any order of segments: seeking spends the same budget.

    The budget begins with the head start, grows by ``SPEED`` and never above ``BANK_MS`` (or the head start where that
    is longer). A segment that went out before may go out again free of charge: the client has it already.
    """
    if not 0 <= n < len(copy.segments):
        return Decision(False, None)
    given = sorted(released, key=lambda one: one.at)
    if any(one.n == n for one in given):
        return Decision(True, 0)
    missing = copy.segments[n].duration_ms - _budget(copy, given, now)
    if missing <= 0:
        return Decision(True, 0)
    return Decision(False, -(-missing // SPEED))


def releasable(copy: Copy, released: Iterable[Released], now: int) -> tuple[int, ...]:
    """Return the segments that may go out now one after another, in order of the copy, without those already out."""
    given = list(released)
    gone = {one.n for one in given}
    numbers = []
    for piece in copy.segments:
        if piece.n in gone:
            continue
        if not may_release(copy, given, piece.n, now).allowed:
            break
        given.append(Released(piece.n, now))
        numbers.append(piece.n)
    return tuple(numbers)


def _budget(copy: Copy, given: list[Released], now: int) -> int:
    """Milliseconds of copy that may go out at ``now``; the first release starts the clock."""
    lengths = sorted((piece.duration_ms for piece in copy.segments), reverse=True)
    head = sum(lengths[:HEAD_SEGMENTS])
    most = max(head, BANK_MS)
    level, clock, seen = head, given[0].at if given else now, set[int]()
    for one in given:
        level = min(most, level + SPEED * max(0, one.at - clock))
        clock = max(clock, one.at)
        if one.n not in seen:
            seen.add(one.n)
            level -= copy.segments[one.n].duration_ms
    return min(most, level + SPEED * max(0, now - clock))
