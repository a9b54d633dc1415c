"""Random checks (随机核对): moments nobody can foresee, four digits burnt into the picture there, and their answer."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from jianguan.engines.watching.credit import GAP_MS, SLACK_MS, SPEED
from jianguan.engines.watching.log import Beat, Copy, Segment

DIGITS = "2345679"
"""No digit that looks like another in a poor picture. Typed, not chosen: a blind guess is right once in 2,401 times."""
CODE_LENGTH, PLACES = 4, 4
LONG_COPY_MS = 60_000
"""From this length on a copy has two checks."""
READABLE_MS = 1_500
"""A segment shorter than this shows its code too briefly at twice the speed, unless there is no other."""
ROOM = 3
"""Segments from which on a copy has a check in its middle, so that whoever watches it is asked."""
HELD_BACK = 3
"""Of so many segments without a check one is held back as if it had one."""
APART = 3
"""Segments between two checks of one session."""
LIMIT_MS = 30_000
"""Time to answer, by the server's clock."""
CROSSING_MS = SPEED * GAP_MS + SLACK_MS
"""Longest step of a beat that is playing past a moment and not seeking past it: the longest that can earn credit."""


@dataclass(frozen=True, slots=True)
class Check:
    """Digits in segment ``n`` between two moments of the copy; ``place``: corner 0–3 from top left, clockwise."""

    n: int
    from_ms: int
    until_ms: int
    code: str
    place: int


class Answer(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    EARLY = "early"


def holds_check(copy: Copy) -> bool:
    """Whether a copy is long enough that whoever watches it is asked."""
    return len(copy.segments) >= ROOM


def plan_checks(secret: bytes, session: str, copy: Copy, watched: Iterable[tuple[int, int]] = ()) -> tuple[Check, ...]:
    """Return one check of a short copy, two of a long one, none of a copy without segments; in order of the copy.

    All follows from HMAC-SHA-256 of the session's name under the server's secret: it can be repeated by whoever holds
    the secret and foreseen by nobody else. The first and the last segment, and what lies in the ``watched`` ranges
    (milliseconds), are spared where others will do.
    """
    if not copy.segments:
        return ()
    numbers = _numbers(secret, f"plan\n{session}")
    inner = copy.segments[1:-1]
    eligible = [piece for piece in inner if piece.duration_ms >= READABLE_MS] or list(inner) or list(copy.segments)
    ranges = list(watched)
    fresh = [
        piece for piece in eligible if not any(start <= piece.start_ms and piece.end_ms <= end for start, end in ranges)
    ]
    eligible = fresh or eligible
    wanted = 2 if copy.duration_ms >= LONG_COPY_MS else 1
    chosen: list[Segment] = []
    while eligible and len(chosen) < wanted:
        chosen.append(eligible[next(numbers) % len(eligible)])
        eligible = [piece for piece in eligible if abs(piece.n - chosen[-1].n) > APART]
    return tuple(check_in(secret, session, piece) for piece in sorted(chosen, key=lambda piece: piece.n))


def check_in(secret: bytes, session: str, piece: Segment) -> Check:
    """Return the check that a session has in a segment, when one is planned there."""
    numbers = _numbers(secret, f"check\n{session}\n{piece.n}")
    code = "".join(DIGITS[next(numbers) % len(DIGITS)] for _ in range(CODE_LENGTH))
    return Check(piece.n, piece.start_ms, piece.end_ms, code, next(numbers) % PLACES)


def held_back(secret: bytes, session: str, n: int) -> bool:
    """Whether a segment without a check is treated as one that has one, so that the treatment gives no check away."""
    return next(_numbers(secret, f"held\n{session}\n{n}")) % HELD_BACK == 0


def asked_at(check: Check, beats: Iterable[Beat]) -> int | None:
    """Return the server time at which play first went past the end of the check; None when it was only sought past."""
    for before, beat in pairwise(sorted(beats, key=lambda one: one.seq)):
        if before.media_ms < check.until_ms <= beat.media_ms and beat.media_ms - before.media_ms <= CROSSING_MS:
            return beat.received_at
    return None


def judge(check: Check, answer: str, *, asked: int | None, answered: int) -> Answer:
    """Judge an answer given at server time ``answered`` to the question of time ``asked`` (None: never asked)."""
    if asked is None or answered < asked:
        return Answer.EARLY
    if answered - asked > LIMIT_MS:
        return Answer.LATE
    same = hmac.compare_digest(answer.strip().encode(), check.code.encode())
    return Answer.RIGHT if same else Answer.WRONG


def _numbers(secret: bytes, name: str) -> Iterator[int]:
    """Numbers of 64 bits from HMAC in counter mode."""
    counter = 0
    while True:
        yield int.from_bytes(hmac.digest(secret, f"{name}\n{counter}".encode(), hashlib.sha256)[:8])
        counter += 1
