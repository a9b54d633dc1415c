"""Open and close a screen, release segments under single-use addresses, hand them out once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.evidence.models import ReviewCopy, StoredObject
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.watching import queries, rules
from jianguan.backbone.watching.models import Challenge, SegmentGrant, WatchSession
from jianguan.engines import watching as engine
from jianguan.engines.media import overlay
from jianguan.kit import clock
from jianguan.kit.digests import hexdigest
from jianguan.kit.ids import uuid7


class WatchingRefused(ValueError):
    """This cannot be watched so. The message is Chinese and shown to the user."""


class WatchingElsewhere(WatchingRefused):
    """The person has another matter open; he may take over from there."""


class SessionOver(WatchingRefused):
    """The token is of no open session of this person and log-in."""


class AddressUsed(WatchingRefused):
    """The address was used already, is too old, or belongs to another session."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session and its token, which is shown once and kept as a digest."""

    session: WatchSession
    token: str


@dataclass(frozen=True, slots=True)
class Release:
    """A single-use address, or how many milliseconds to wait for it."""

    address: str
    wait_ms: int


def open_screen(
    *, by: Actor, copies: Sequence[ReviewCopy], ref: str, login: str, station: str, takeover: bool = False
) -> list[OpenSession]:
    """Open one to four review copies side by side; sessions of the same matter that were open end.

    ``login`` names the log-in, whose cookie must come with every token. Raises NotAllowed without the permission,
    WatchingElsewhere when the person has another matter open and does not take over, WatchingRefused for nonsense.
    """
    by.require(Permission.RECORDING_READ)
    if not 1 <= len({copy.pk for copy in copies}) == len(copies) <= rules.SIDE_BY_SIDE:
        raise WatchingRefused(f"一组画面须有一至{rules.SIDE_BY_SIDE}份不同的录像")
    if rules.REF.fullmatch(ref) is None:
        raise WatchingRefused("观看事由不合规")
    now = clock.now()
    with transaction.atomic():
        _end_open(by, ref, takeover=takeover)
        known = queries.credit_of(by.scope, person_id=by.person_id, ref=ref, copies=copies, verify=False)
        screen = uuid7()
        found = []
        for copy in copies:
            token = secrets.token_urlsafe(32)
            session = WatchSession.objects.create(
                token_sha256=hexdigest(token.encode()),
                screen=screen,
                login_sha256=hexdigest(login.encode()),
                copy=copy,
                capacity_id=by.capacity_id,
                person_id=by.person_id,
                appointment_id=by.appointment_id,
                ref=ref,
                station=station[:60],
                opened_at=now,
            )
            found.append(OpenSession(session, token))
        _plan_checks(found, known)
        audit.record(
            kind=EventKind.WATCHING_OPENED,
            by=by,
            object_type="watching",
            object_id=ref,
            details={"screen": screen.hex, "recordings": [copy.recording_id for copy in copies], "station": station},
        )
    return found


def _end_open(by: Actor, ref: str, *, takeover: bool) -> None:
    """End what the person has open, in whatever post; a lock keeps two tabs from opening at once."""
    one_at_a_time(f"watching {by.person_id}")
    with scopes.within(scopes.everything()):
        theirs = WatchSession.objects.filter(person_id=by.person_id, closed_at__isnull=True)
        if not takeover and theirs.exclude(ref=ref).exists():
            raise WatchingElsewhere(
                "您正在观看另一件，一人同时只能观看一件。继续则另一件的观看结束，已认可的时间保留。"
            )
        theirs.update(closed_at=clock.now())


def _plan_checks(found: Sequence[OpenSession], known: queries.Credited) -> None:
    """Plan the checks on one of the copies, the longest that is not yet watched and long enough to hold one.

    What is watched asks no more, but where too few were answered rightly: else nobody could make up for that.
    """
    owing = not rules.answered(known.asked, known.right)

    def left(session: WatchSession) -> tuple[bool, int, int]:
        room = engine.holds_check(queries.copy_of(session.copy))
        return room, session.copy.duration_ms - rules.length(known.ranges[session.copy_id]), -session.pk

    session = max((one.session for one in found), key=left)
    numbers = queries.segment_ids(session.copy)
    ranges = known.ranges[session.copy_id]
    Challenge.objects.bulk_create(
        Challenge(
            session=session,
            capacity_id=session.capacity_id,
            segment_id=numbers[check.n],
            at_ms=check.from_ms,
            code=check.code,
        )
        for check in engine.plan_checks(queries.secret(), str(session.pk), queries.copy_of(session.copy), ranges)
        if owing or not rules.inside(ranges, check.from_ms, check.until_ms)
    )


def close(*, by: Actor, ref: str) -> int:
    """End the person's open sessions of a matter; returns how many ended."""
    with transaction.atomic():
        ended = WatchSession.objects.filter(person_id=by.person_id, ref=ref, closed_at__isnull=True).update(
            closed_at=clock.now()
        )
        if ended:
            audit.record(kind=EventKind.WATCHING_CLOSED, by=by, object_type="watching", object_id=ref)
    return ended


def session_of(*, by: Actor, login: str, token: str) -> WatchSession:
    """Return the open session of a token, locked for the transaction; raises SessionOver.

    The token alone is worth nothing: it must come with the log-in and the person it was given to.
    """
    found = (
        WatchSession.objects.select_for_update(of=("self",))
        .select_related("copy")
        .filter(token_sha256=hexdigest(token.encode()), login_sha256=hexdigest(login.encode()), person_id=by.person_id)
        .first()
    )
    if found is None:
        raise SessionOver("观看会话不存在，或不属于本次登录")
    if found.closed_at is not None:
        raise SessionOver("观看会话已结束：已在另一处打开，或已提交结论")
    return found


def release(*, by: Actor, login: str, token: str, n: int, skim: bool = False) -> Release:
    """Release segment ``n`` under a single-use address, never faster than twice real time (a skim: four times).

    Raises SessionOver, and WatchingRefused when the copy has no such segment. A check planned in the segment is drawn
    into the picture here, for this session alone.
    """
    with transaction.atomic():
        return give(session_of(by=by, login=login, token=token), n, skim=skim)


def give(session: WatchSession, n: int, *, skim: bool = False, draw: bool = True) -> Release:
    """Release segment ``n`` to a session that ``session_of`` locked; see ``release``.

    Without ``draw`` a segment with a check is not given: to draw it takes time that beats do not have. Others are held
    back with it, so that nobody learns from this where the checks are.
    """
    now = clock.now()
    decision = _may_release(session, n, queries.milliseconds(now), skim=skim)
    if decision.wait_ms is None:
        raise WatchingRefused("录像没有这个片段")
    if not decision.allowed:
        return Release("", decision.wait_ms)
    if not draw and not queries.gives_nothing_away(session, n):
        return Release("", 0)
    if not skim:
        _draw_check(session, n)
    address = secrets.token_urlsafe(32)
    SegmentGrant.objects.create(
        session=session,
        capacity_id=session.capacity_id,
        segment_id=queries.segment_ids(session.copy)[n],
        address_sha256=hexdigest(address.encode()),
        released_at=now,
        skim=skim,
    )
    return Release(address, 0)


def _may_release(session: WatchSession, n: int, now: int, *, skim: bool) -> engine.Decision:
    """For a skim the clock runs twice as fast: four times real time is twice twice."""
    given = SegmentGrant.objects.filter(session=session, skim=skim).values_list("segment__n", "released_at")
    pace = 2 if skim else 1
    released = [engine.Released(number, queries.milliseconds(at) * pace) for number, at in given]
    decision = engine.may_release(queries.copy_of(session.copy), released, n, now * pace)
    wait = decision.wait_ms
    return engine.Decision(decision.allowed, None if wait is None else -(-wait // pace))


def _draw_check(session: WatchSession, n: int) -> None:
    """Draw the check planned in a segment, if there is one still to be drawn."""
    check = next((check for check in queries.planned(session) if check.n == n), None)
    if check is None:
        return
    undrawn = Challenge.objects.select_related("segment__stored").filter(session=session, stored__isnull=True)
    challenge = undrawn.filter(segment__n=n).first()
    if challenge is None:
        return
    with store().local(challenge.segment.stored.sha256) as path:
        drawn = overlay(path, challenge.code, check.place)
    challenge.stored = keep(drawn, challenge.segment.stored.media_type)
    challenge.save(update_fields=["stored"])


def claim(*, by: Actor, login: str, token: str, address: str) -> StoredObject:
    """Use an address up and return what lies there; two requests at once cannot both succeed.

    Raises SessionOver, and AddressUsed for an address that was used, is too old or is another session's; the misuse of
    a real address is logged.
    """
    session = session_of(by=by, login=login, token=token)
    now = clock.now()
    digest = hexdigest(address.encode())
    fresh = SegmentGrant.objects.filter(address_sha256=digest, session=session, served_at__isnull=True)
    if not fresh.filter(released_at__gt=now - rules.ADDRESS_LIFE).update(served_at=now):
        if SegmentGrant.objects.filter(address_sha256=digest).exists():
            note_refusal(by=by, session=session, reason="地址已使用、过期或属于其他会话")
        raise AddressUsed("地址已使用、已过期或不属于本会话")
    grant = SegmentGrant.objects.select_related("segment__stored").get(address_sha256=digest)
    if grant.skim or all(check.n != grant.segment.n for check in queries.planned(session)):
        return grant.segment.stored
    challenge = Challenge.objects.select_related("stored").filter(session=session, segment=grant.segment_id).first()
    if challenge is None or challenge.stored is None:
        return grant.segment.stored
    if challenge.shown_at is None:
        challenge.shown_at = now
        challenge.save(update_fields=["shown_at"])
    return challenge.stored


def note_refusal(*, by: Actor, session: WatchSession, reason: str) -> None:
    """Log that something sent in for a session was refused."""
    audit.record(
        kind=EventKind.WATCHING_REFUSED,
        by=by,
        object_type="watching",
        object_id=session.ref,
        reason=reason,
        details={"screen": session.screen.hex, "session": session.pk, "station": session.station},
    )
