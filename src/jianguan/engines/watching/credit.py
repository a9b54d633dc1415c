"""Which milliseconds of a review copy a session earns (计入观看), with a reason for every beat that earned nothing."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from jianguan.engines.watching.log import Beat, Copy, Entry, Line, Opened, Released, Served, verified

SPEED = 2
"""Fastest play that counts, in milliseconds of copy a millisecond of the server's clock."""
SLACK_MS = 600
"""What a session may be ahead of twice real time, once and not per beat: players report positions unevenly."""
CLOCK_SLACK_MS = 1_000
"""What a client's clock may run ahead of the server's."""
LATEST_MS = 300_000
"""How late a beat may arrive: the network was away, the player kept its beats."""
GAP_MS = 6_000
"""Longest silence between two beats that still says something about the time between them."""
SCRAP_MS = 2_000
"""A run of play shorter than this is no watching; a copy shorter than twice this needs half of itself."""
PICTURES_A_SECOND = 5
"""Pictures that must be shown for a second of copy, or half of what the copy has when it has fewer than ten."""
PICTURES_CARRIED = 2
"""Pictures shown beyond that may be carried to the next beat: slow clips show one in two seconds."""
SIDE_BY_SIDE = 4
"""Sessions that may play on one screen at the same time."""


class Why(StrEnum):
    """What became of the stretch that ends with a beat."""

    COUNTED = "counted"
    FIRST = "first"
    REPEATED = "repeated"
    AHEAD = "ahead_of_clock"
    STALE = "stale"
    GAP = "gap"
    OUTSIDE = "outside"
    HIDDEN = "hidden"
    PAUSED = "paused"
    FAST = "fast"
    BACKWARD = "backward"
    JUMP = "jump"
    NOT_SERVED = "not_served"
    NOT_SHOWN = "not_shown"
    ELSEWHERE = "elsewhere"
    SCRAP = "scrap"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one beat earned: the stretch of the copy since the beat before and the time it took, milliseconds."""

    seq: int
    why: Why
    from_ms: int = 0
    to_ms: int = 0
    wall_from: int = 0
    wall_to: int = 0


@dataclass(frozen=True, slots=True)
class Credit:
    """The union of counted stretches, in order and disjoint, and the verdict on every beat in order of arrival."""

    duration_ms: int
    ranges: tuple[tuple[int, int], ...]
    verdicts: tuple[Verdict, ...]

    @property
    def credited_ms(self) -> int:
        """Milliseconds of the copy that count."""
        return sum(to - start for start, to in self.ranges)

    def covers(self, percent: int) -> bool:
        """Whether at least ``percent`` of the copy counts; a copy of no length is never covered."""
        return self.duration_ms > 0 and self.credited_ms * 100 >= percent * self.duration_ms


@dataclass(frozen=True, slots=True)
class Session:
    """All that is known of one session; ``served``: segment → first server time at which it had been sent."""

    opened: Opened
    copy: Copy
    beats: tuple[Beat, ...] = ()
    served: Mapping[int, int] = field(default_factory=dict)
    released: tuple[Released, ...] = ()

    @classmethod
    def of(cls, copy: Copy, entries: Iterable[Entry]) -> "Session":
        """Put the entries of a log together; raise ValueError when it does not begin with exactly one ``Opened``."""
        told = list(entries)
        opened, rest = (told[0], told[1:]) if told else (None, [])
        if not isinstance(opened, Opened) or any(isinstance(one, Opened) for one in rest):
            msg = "a session is opened once, before all else"
            raise ValueError(msg)
        served: dict[int, int] = {}
        for one in rest:
            if isinstance(one, Served):
                served[one.n] = min(one.at, served.get(one.n, one.at))
        beats = tuple(one for one in rest if isinstance(one, Beat))
        return cls(opened, copy, beats, served, tuple(one for one in rest if isinstance(one, Released)))


def credit(session: Session) -> Credit:
    """Return what the session earns by itself; two sessions of one person go through ``credit_of_person``."""
    return _sum(session.copy, _verdicts(session))


def credit_of_person(sessions: Iterable[Session]) -> dict[str, Credit]:
    """Return the credit of each session of one person: of two screens at once only the one opened first earns.

    Up to ``SIDE_BY_SIDE`` sessions of one screen (fixed camera and body camera in step) earn together.
    """
    found: dict[str, Credit] = {}
    earlier: dict[str, _Busy] = {}
    on_screen: dict[str, int] = {}
    for session in sorted(sessions, key=lambda one: (one.opened.at, one.opened.session)):
        screen = session.opened.screen
        on_screen[screen] = on_screen.get(screen, 0) + 1
        crowded = on_screen[screen] > SIDE_BY_SIDE
        others = [busy for name, busy in earlier.items() if name != screen or crowded]
        verdicts = [
            replace(one, why=Why.ELSEWHERE)
            if one.why is Why.COUNTED and any(busy.during(one.wall_from, one.wall_to) for busy in others)
            else one
            for one in _verdicts(session)
        ]
        result = _sum(session.copy, verdicts)
        mine = earlier.setdefault(screen, _Busy())
        for one in result.verdicts:
            if one.why is Why.COUNTED:
                mine.add(one.wall_from, one.wall_to)
        found[session.opened.session] = result
    return found


def recompute(copy: Copy, log: Iterable[Line]) -> Credit:
    """Return the credit from the stored log alone; raise BrokenChain where the log was altered, ValueError unopened."""
    return credit(Session.of(copy, verified(log)))


class _Busy:
    """Stretches of time, asked for overlaps."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []
        self._longest = 0

    def add(self, start: int, end: int) -> None:
        insort(self._spans, (start, end))
        self._longest = max(self._longest, end - start)

    def during(self, start: int, end: int) -> bool:
        first = bisect_left(self._spans, (start - self._longest, start - self._longest))
        last = bisect_left(self._spans, (end, end))
        return any(to > start for _, to in self._spans[first:last])


def _verdicts(session: Session) -> list[Verdict]:
    """Judge beat by beat, in order of arrival. A beat that is repeated or ill-timed is as if it had not come."""
    found: list[Verdict] = []
    before: Beat | None = None
    before_wall = speed_left = 0
    picture_need = min(PICTURES_A_SECOND * 1000, session.copy.millifps // 2)
    pictures_left = 0  # in millionths: thousandths of a picture a second times milliseconds
    speed_left = SLACK_MS
    for beat in session.beats:
        wall = beat.received_at if beat.client_ms is None else session.opened.at + beat.client_ms
        refused = _ill_timed(beat, wall, before, before_wall, session.opened.at)
        if refused is not None:
            found.append(Verdict(beat.seq, refused))
            continue
        wall = min(wall, beat.received_at)
        if before is None:
            found.append(Verdict(beat.seq, Why.FIRST))
            before, before_wall = beat, wall
            continue
        step = min(beat.media_ms, session.copy.duration_ms) - before.media_ms
        allowed = min(SLACK_MS, speed_left) + SPEED * (wall - before_wall)
        shown = max(0, beat.presented - before.presented) * 1_000_000
        needed = max(0, step) * picture_need
        pictures = min(PICTURES_CARRIED * 1_000_000, pictures_left) + shown
        why = _why(session, before, beat, wall - before_wall)
        if why is Why.COUNTED and step > allowed:
            why = Why.JUMP
        if why is Why.COUNTED and pictures - needed < -1_000_000:
            why = Why.NOT_SHOWN
        counted = why is Why.COUNTED
        speed_left = allowed - step if counted else allowed
        pictures_left = pictures - needed if counted else min(pictures, pictures_left)
        to_ms = before.media_ms + step
        found.append(Verdict(beat.seq, why, before.media_ms, to_ms, before_wall, wall))
        before, before_wall = beat, wall
    return found


def _ill_timed(beat: Beat, wall: int, before: Beat | None, before_wall: int, opened: int) -> Why | None:
    if before is not None and (beat.seq <= before.seq or min(wall, beat.received_at) < before_wall):
        return Why.REPEATED
    if wall > beat.received_at + CLOCK_SLACK_MS or wall < opened:
        return Why.AHEAD
    if wall < beat.received_at - LATEST_MS:
        return Why.STALE
    return None


def _why(session: Session, before: Beat, beat: Beat, wall: int) -> Why:  # noqa: PLR0911 - one line a rule
    """The rules that need no memory; between two beats the state is the one the earlier beat told."""
    copy = session.copy
    if not (0 <= before.media_ms <= copy.duration_ms and 0 <= beat.media_ms <= copy.duration_ms + SLACK_MS):
        return Why.OUTSIDE
    if wall > GAP_MS:
        return Why.GAP
    if not (before.visible and beat.visible):
        return Why.HIDDEN
    if not before.playing:
        return Why.PAUSED
    if max(before.rate_percent, beat.rate_percent) > SPEED * 100 or before.rate_percent <= 0:
        return Why.FAST
    if beat.media_ms <= before.media_ms or before.media_ms == copy.duration_ms:
        return Why.BACKWARD
    served = session.served
    pieces = copy.between(before.media_ms, beat.media_ms)
    if not all(piece.n in served and served[piece.n] <= beat.received_at for piece in pieces):
        return Why.NOT_SERVED
    return Why.COUNTED


def _sum(copy: Copy, verdicts: Sequence[Verdict]) -> Credit:
    """Drop runs that are too short, and unite the rest."""
    shortest = min(SCRAP_MS, copy.duration_ms // 2)
    kept = list(verdicts)
    run: list[int] = []

    def close() -> None:
        if run and kept[run[-1]].to_ms - kept[run[0]].from_ms < shortest:
            for position in run:
                kept[position] = replace(kept[position], why=Why.SCRAP)
        run.clear()

    for position, one in enumerate(verdicts):
        if one.why is Why.COUNTED and (not run or verdicts[run[-1]].to_ms == one.from_ms):
            run.append(position)
        elif one.why not in (Why.REPEATED, Why.AHEAD, Why.STALE):
            close()
            if one.why is Why.COUNTED:
                run.append(position)
    close()
    ranges: list[tuple[int, int]] = []
    for start, end in sorted((one.from_ms, one.to_ms) for one in kept if one.why is Why.COUNTED):
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return Credit(copy.duration_ms, tuple(ranges), tuple(kept))
