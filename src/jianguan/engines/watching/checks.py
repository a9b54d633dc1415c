"""Random checks (随机核验): moments nobody can foresee, a code word burnt into the picture there, and its answer."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from jianguan.engines.watching.credit import GAP_MS, SLACK_MS, SPEED
from jianguan.engines.watching.log import Beat, Copy, Segment

LETTERS = "ACEHKMNPRTUVWXY34679"
"""No letter or digit that looks like another."""
CODE_LENGTH, OPTIONS, PLACES = 4, 4, 4
LONG_COPY_MS = 60_000
"""From this length on a copy has two checks."""
READABLE_MS = 1_500
"""A segment shorter than this shows its code too briefly at twice the speed, unless there is no other."""
APART = 3
"""Segments between two checks of one session."""
LIMIT_MS = 30_000
"""Time to answer, by the server's clock."""
CROSSING_MS = SPEED * GAP_MS + SLACK_MS
"""Longest step of a beat that is playing past a moment and not seeking past it: the longest that can earn credit."""


@dataclass(frozen=True, slots=True)
class Check:
    """A code word in segment ``n`` between two moments of the copy; ``place``: corner 0–3 from top left, clockwise."""

    n: int
    from_ms: int
    until_ms: int
    code: str
    options: tuple[str, ...]
    place: int


class Answer(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    EARLY = "early"


def plan_checks(secret: bytes, session: str, copy: Copy) -> tuple[Check, ...]:
    """Return one check of a short copy, two of a long one, none of a copy without segments; in order of the copy.

    All follows from HMAC-SHA-256 of the session's name under the server's secret: it can be repeated by whoever holds
    the secret and foreseen by nobody else. The first and the last segment are spared where others will do.
    """
    if not copy.segments:
        return ()
    numbers = _numbers(secret, session)
    inner = copy.segments[1:-1]
    eligible = [piece for piece in inner if piece.duration_ms >= READABLE_MS] or list(inner) or list(copy.segments)
    wanted = 2 if copy.duration_ms >= LONG_COPY_MS else 1
    chosen: list[Segment] = []
    while eligible and len(chosen) < wanted:
        chosen.append(eligible[next(numbers) % len(eligible)])
        eligible = [piece for piece in eligible if abs(piece.n - chosen[-1].n) > APART]
    return tuple(_check(piece, numbers) for piece in sorted(chosen, key=lambda piece: piece.n))


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
    same = hmac.compare_digest(answer.strip().upper().encode(), check.code.encode())
    return Answer.RIGHT if same else Answer.WRONG


def _check(piece: Segment, numbers: Iterator[int]) -> Check:
    code = _word(numbers)
    options = {code}
    while len(options) < OPTIONS:
        options.add(_word(numbers))
    order = {option: next(numbers) for option in sorted(options)}
    shuffled = tuple(sorted(options, key=order.__getitem__))
    return Check(piece.n, piece.start_ms, piece.end_ms, code, shuffled, next(numbers) % PLACES)


def _word(numbers: Iterator[int]) -> str:
    return "".join(LETTERS[next(numbers) % len(LETTERS)] for _ in range(CODE_LENGTH))


def _numbers(secret: bytes, session: str) -> Iterator[int]:
    """Numbers of 64 bits from HMAC in counter mode."""
    counter = 0
    while True:
        yield int.from_bytes(hmac.digest(secret, f"check\n{session}\n{counter}".encode(), hashlib.sha256)[:8])
        counter += 1
