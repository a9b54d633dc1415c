"""Read sessions back as logs of the engine, and the credit recomputed from them."""

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from jianguan.backbone.evidence.models import ReviewCopy, ReviewSegment
from jianguan.backbone.scope.scope import Scope
from jianguan.backbone.watching import rules
from jianguan.backbone.watching.models import Beat, Challenge, SegmentGrant, WatchSession
from jianguan.engines import watching as engine
from jianguan.kit.digests import digest_of


@dataclass(frozen=True, slots=True)
class Credited:
    """What a person earned for a matter. ``ranges``: review copy → credited ranges of it, milliseconds.

    ``proof`` is the digest of the last beats of all sessions; ``checkable`` says that one of the copies is long enough
    to hold a check.
    """

    total_ms: int
    credited_ms: int
    asked: int
    right: int
    proof: str
    checkable: bool = False
    ranges: dict[int, rules.Ranges] = field(default_factory=dict)

    @property
    def percent(self) -> int:
        """Credited share in whole percent, rounded down."""
        return self.credited_ms * 100 // self.total_ms if self.total_ms else 0

    def covers(self, percent: int) -> bool:
        """Whether at least ``percent`` of all counts; where there is nothing to watch nothing is covered."""
        return self.total_ms > 0 and self.credited_ms * 100 >= percent * self.total_ms


def milliseconds(moment: dt.datetime) -> int:
    """Return whole milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


def copy_of(copy: ReviewCopy) -> engine.Copy:
    """Return the facts of a review copy for the engine; they never change, so they are read once a process."""
    return _copy(copy.pk, copy.made_at, copy.duration_ms, copy.frames_per_1000s)[0]


def segment_ids(copy: ReviewCopy) -> tuple[int, ...]:
    """Return the keys of the segments of a review copy by their number; read once a process as well."""
    return _copy(copy.pk, copy.made_at, copy.duration_ms, copy.frames_per_1000s)[1]


@functools.lru_cache(maxsize=512)
def _copy(number: int, made_at: dt.datetime, duration_ms: int, millifps: int) -> tuple[engine.Copy, tuple[int, ...]]:
    found = ReviewSegment.objects.filter(copy=number).order_by("n")
    pieces = list(found.values_list("n", "start_ms", "duration_ms", "pk"))
    copy = engine.Copy(duration_ms, millifps, tuple(engine.Segment(*piece[:3]) for piece in pieces))
    return copy, tuple(piece[3] for piece in pieces)


def secret() -> bytes:
    """The secret of the server under which checks are planned."""
    return salted_hmac("watching", "checks").digest()


def planned(session: WatchSession) -> tuple[engine.Check, ...]:
    """Return the checks of a session, which were planned when it was opened."""
    pieces = copy_of(session.copy).segments
    return tuple(
        engine.check_in(secret(), str(session.pk), pieces[n]) for n in _checked(session.pk, session.token_sha256)
    )


@functools.lru_cache(maxsize=4096)
def _checked(number: int, token_sha256: str) -> tuple[int, ...]:
    """The segments with a check of a session, which never change once it is open, so they are read once a process."""
    found = Challenge.objects.filter(session=number, session__token_sha256=token_sha256)
    return tuple(found.order_by("segment__n").values_list("segment__n", flat=True))


def gives_nothing_away(session: WatchSession, n: int) -> bool:
    """Whether segment ``n`` may go out with the answer to beats: it has no check, nor is it held back as if it had."""
    return all(check.n != n for check in planned(session)) and not engine.held_back(secret(), str(session.pk), n)


def beat_of(row: Beat) -> engine.Beat:
    """Return a stored beat as the engine knows it."""
    return engine.Beat(
        row.seq,
        milliseconds(row.at),
        row.elapsed_ms,
        row.position_ms,
        row.rate_percent,
        row.visible,
        row.playing,
        row.frames,
    )


def sessions_of(scope: Scope, *, person_id: int, ref: str) -> list[WatchSession]:
    """Return the sessions of a person for a matter, oldest first."""
    return list(
        WatchSession.objects.filter(capacity_id__in=scope.capacity_ids, person_id=person_id, ref=ref)
        .select_related("copy")
        .order_by("opened_at", "pk")
    )


def credit_of(scope: Scope, *, person_id: int, ref: str, copies: Sequence[ReviewCopy], verify: bool = True) -> Credited:
    """Recompute what a person earned for a matter from the logs of all sessions, over the ``copies`` it consists of.

    Raises engines.watching.BrokenChain when a stored beat was altered; ``verify`` False skips that (a live figure).
    """
    sessions = sessions_of(scope, person_id=person_id, ref=ref)
    numbers = [one.pk for one in sessions]
    beats: dict[int, list[Beat]] = defaultdict(list)
    for beat in Beat.objects.filter(session__in=numbers).order_by("session", "seq"):
        beats[beat.session_id].append(beat)
    served = _served(numbers)
    if verify:
        for rows in beats.values():
            _verify(rows)
    earned = engine.credit_of_person(
        engine.Session(
            engine.Opened(str(one.pk), one.screen.hex, milliseconds(one.opened_at)),
            copy_of(one.copy),
            tuple(beat_of(row) for row in beats[one.pk]),
            served[one.pk],
        )
        for one in sessions
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in sessions:
        found[one.copy_id] += earned[str(one.pk)].ranges
    ranges = {copy.pk: rules.joined(found[copy.pk]) for copy in copies}
    asked = list(Challenge.objects.filter(session__in=numbers, asked_at__isnull=False).values_list("right", flat=True))
    return Credited(
        total_ms=sum(copy.duration_ms for copy in copies),
        credited_ms=sum(rules.length(one) for one in ranges.values()),
        asked=len(asked),
        right=sum(right is True for right in asked),
        proof=digest_of([[one.pk, beats[one.pk][-1].digest] for one in sessions if beats[one.pk]]) if beats else "",
        checkable=any(engine.holds_check(copy_of(copy)) for copy in copies),
        ranges=ranges,
    )


def credit_of_late(sessions: Sequence[WatchSession]) -> dict[int, rules.Ranges]:
    """Return what the last beats of open sessions earn, review copy → ranges: for show while the recording plays.

    Costs the same however long the recording is. It is no part of any proof: what counts is ``credit_of``.
    """
    served = _served([one.pk for one in sessions])
    found: dict[int, rules.Ranges] = {}
    for one in sessions:
        rows = Beat.objects.filter(session=one).order_by("-seq")[: rules.LATE_BEATS]
        told = engine.Session(
            engine.Opened(str(one.pk), one.screen.hex, milliseconds(one.opened_at)),
            copy_of(one.copy),
            tuple(beat_of(row) for row in reversed(rows)),
            served[one.pk],
        )
        found[one.copy_id] = engine.credit(told).ranges
    return found


def _served(sessions: Sequence[int]) -> dict[int, dict[int, int]]:
    """Session → segment → when it was first handed out, milliseconds."""
    served: dict[int, dict[int, int]] = defaultdict(dict)
    given = SegmentGrant.objects.filter(session__in=sessions, skim=False, served_at__isnull=False)
    for number, n, at in given.order_by("-served_at").values_list("session", "segment__n", "served_at"):
        if at is not None:
            served[number][n] = milliseconds(at)
    return served


def _verify(rows: list[Beat]) -> None:
    for _ in engine.verified(engine.Line(beat_of(row), row.digest) for row in rows):
        pass
