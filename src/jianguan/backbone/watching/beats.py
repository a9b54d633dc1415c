"""Take the beats of a player, ask the checks it played past, and judge the answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from jianguan.backbone.people.acting import Actor
from jianguan.backbone.watching import queries, rules
from jianguan.backbone.watching.actions import WatchingRefused, note_refusal, session_of
from jianguan.backbone.watching.models import Beat, Challenge, WatchSession
from jianguan.engines import watching as engine
from jianguan.engines.watching.checks import LIMIT_MS
from jianguan.kit import clock


class BeatsRefused(WatchingRefused):
    """The beats do not follow those taken before; ``next_seq`` is the number wanted."""

    def __init__(self, message: str, next_seq: int) -> None:
        super().__init__(message)
        self.next_seq = next_seq


@dataclass(frozen=True, slots=True)
class Question:
    """A check to be answered now: which digits stood in the picture; ``left_ms`` until the time is up."""

    number: int
    session: int
    left_ms: int


def take(*, by: Actor, login: str, token: str, said: Sequence[rules.Said]) -> tuple[WatchSession, int]:
    """Append beats to the chain of a session in one statement; returns the session and the next number wanted.

    Beats that were taken already are passed over, so that the same batch may come twice. Raises SessionOver, and
    BeatsRefused – which is logged – for beats that are altered, out of order or too many.
    """
    session = session_of(by=by, login=login, token=token)
    last = Beat.objects.filter(session=session).order_by("-seq").first()
    last_seq = last.seq if last else 0
    reason = _altered(session, [one for one in said if one.seq <= last_seq])
    new = [one for one in said if one.seq > last_seq]
    reason = reason or rules.disorder(new, last_seq=last_seq, last_client_ms=last.elapsed_ms if last else 0)
    if len(said) > rules.LONGEST_BATCH:
        reason = f"一次最多上报 {rules.LONGEST_BATCH} 条心跳"
    if reason:
        note_refusal(by=by, session=session, reason=reason)
        raise BeatsRefused(reason, last_seq + 1)
    if new:
        with transaction.atomic(savepoint=False):
            rows = _append(session, last, new)
            _ask(session, [*([last] if last else []), *rows])
    return session, last_seq + len(new) + 1


def _altered(session: WatchSession, said: Sequence[rules.Said]) -> str:
    """Why beats told a second time differ from what was taken, in Chinese; empty when they do not."""
    if not said:
        return ""
    known = {
        beat.seq: rules.Said(
            beat.seq,
            beat.elapsed_ms,
            beat.position_ms,
            beat.rate_percent,
            beat.visible,
            beat.playing,
            beat.frames,
        )
        for beat in Beat.objects.filter(session=session, seq__gte=min(one.seq for one in said))
    }
    return "" if all(known.get(one.seq) == one for one in said) else "与已收心跳内容不一致"


def _append(session: WatchSession, last: Beat | None, said: Sequence[rules.Said]) -> list[Beat]:
    now = clock.now()
    chain = last.digest if last else engine.GENESIS
    rows = []
    for one in said:
        row = Beat(
            session=session,
            capacity_id=session.capacity_id,
            seq=one.seq,
            at=now,
            position_ms=one.position_ms,
            rate_percent=one.rate_percent,
            visible=one.visible,
            playing=one.playing,
            frames=one.frames,
            elapsed_ms=one.client_ms,
            previous=chain,
        )
        row.digest = chain = engine.chain(chain, queries.beat_of(row))
        rows.append(row)
    return Beat.objects.bulk_create(rows)


def _ask(session: WatchSession, rows: Sequence[Beat]) -> None:
    """Begin the time of every check whose picture was handed out and that these beats play past."""
    told = [queries.beat_of(row) for row in rows]
    passed = [check.n for check in queries.planned(session) if engine.asked_at(check, told) is not None]
    if passed:
        waiting = Challenge.objects.filter(session=session, shown_at__isnull=False, asked_at__isnull=True)
        waiting.filter(segment__n__in=passed).update(asked_at=rows[-1].at)


def _check_of(session: WatchSession, challenge: Challenge) -> engine.Check:
    return next(check for check in queries.planned(session) if check.n == challenge.segment.n)


def questions(sessions: Sequence[WatchSession]) -> list[Question]:
    """Return the checks of these sessions that were asked and may still be answered."""
    now = clock.now()
    found = []
    open_ = Challenge.objects.filter(session__in=sessions, asked_at__isnull=False, answered_at__isnull=True)
    for challenge in open_:
        assert challenge.asked_at is not None  # noqa: S101 - filtered above
        left = LIMIT_MS - queries.milliseconds(now) + queries.milliseconds(challenge.asked_at)
        if left > 0:
            found.append(Question(challenge.pk, challenge.session_id, left))
    return found


def answer(*, by: Actor, login: str, token: str, number: int, text: str) -> bool:
    """Judge the one answer to a check; returns whether it is right and in time.

    Raises SessionOver, and WatchingRefused when nothing was asked or it was answered already.
    """
    session = session_of(by=by, login=login, token=token)
    challenge = (
        Challenge.objects.select_for_update(of=("self",))
        .select_related("segment")
        .filter(session=session, pk=number, asked_at__isnull=False, answered_at__isnull=True)
        .first()
    )
    if challenge is None or challenge.asked_at is None:
        raise WatchingRefused("没有等待回答的核对")
    now = clock.now()
    judged = engine.judge(
        _check_of(session, challenge),
        text,
        asked=queries.milliseconds(challenge.asked_at),
        answered=queries.milliseconds(now),
    )
    challenge.answer, challenge.answered_at = text[:12], now
    challenge.right = judged is engine.Answer.RIGHT
    challenge.save(update_fields=["answer", "answered_at", "right"])
    return challenge.right
