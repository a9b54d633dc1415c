"""What the player's script calls: open, release, segment, beats, answer, clip. JSON in, JSON out.

Every call needs the log-in's cookie and the forgery guard; most need a session's token as well. Nonsense is 400.
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import msgspec
from axes.helpers import get_client_ip_address
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from jianguan.backbone.evidence import clips
from jianguan.backbone.evidence.models import Recording, ReviewCopy, ReviewSegment
from jianguan.backbone.evidence.store import NoSuchObject, content
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.watching import actions, beats, queries, rules
from jianguan.backbone.watching.models import WatchSession
from jianguan.web.page import StaffRequest, page
from jianguan.web.watching.player import BadTicket, opened_by

LARGEST = 256 << 10
"""Bytes of the largest body: 600 beats of four recordings."""
NUL = rb"\u0000"
"""The one character that PostgreSQL cannot store, as JSON writes it."""
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
Token = Annotated[str, msgspec.Meta(min_length=20, max_length=80)]
Said = TypeVar("Said", bound=msgspec.Struct)


class Open(msgspec.Struct, forbid_unknown_fields=True):
    """Open what the ticket names; ``takeover`` ends what is open elsewhere."""

    ticket: Annotated[str, msgspec.Meta(max_length=2000)]
    takeover: bool = False


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """One segment."""

    token: Token
    n: Annotated[int, msgspec.Meta(ge=0, le=1 << 20)]
    skim: bool = False


class Beat(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """One beat: number, the client's milliseconds, position, percent of speed, visible, playing, pictures."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=1 << 30)]
    client_ms: Milliseconds
    position_ms: Milliseconds
    rate_percent: Annotated[int, msgspec.Meta(ge=0, le=30_000)]
    visible: bool
    playing: bool
    frames: Milliseconds


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """The beats of one session; ``want``: the segment that will be played next, whose address comes with the answer."""

    token: Token
    beats: Annotated[list[Beat], msgspec.Meta(max_length=rules.LONGEST_BATCH)]
    want: Annotated[int, msgspec.Meta(ge=0, le=1 << 20)] | None = None


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """The beats of a screen; ``credit``: answer with the whole credit, or with that of the last beats (``late``)."""

    sessions: Annotated[list[Told], msgspec.Meta(min_length=1, max_length=rules.SIDE_BY_SIDE)]
    credit: bool = False
    late: bool = False


class Answered(msgspec.Struct, forbid_unknown_fields=True):
    """The answer to a check."""

    token: Token
    number: Annotated[int, msgspec.Meta(ge=1, le=1 << 60)]
    text: Annotated[str, msgspec.Meta(max_length=12)]


class Clip(msgspec.Struct, forbid_unknown_fields=True):
    """A clip, or a still where both ends are one."""

    recording: Annotated[int, msgspec.Meta(ge=1, le=1 << 60)]
    from_ms: Milliseconds
    to_ms: Milliseconds
    reason: Annotated[str, msgspec.Meta(max_length=300)]


def answer(status: int = 200, **values: Any) -> HttpResponse:
    """A JSON answer that nobody keeps."""
    response = HttpResponse(msgspec.json.encode(values), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response


def told(shape: type[Said]) -> Callable[[Callable[[StaffRequest, Said], HttpResponse]], Callable[..., HttpResponse]]:
    """Read the body as ``shape``; too large is 413, nonsense or no JSON 400."""

    def decorate(view: Callable[[StaffRequest, Said], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def reading(request: Any) -> HttpResponse:  # noqa: PLR0911 - one line a refusal
            if request.content_type != "application/json":
                return answer(400, reason="请求内容不合规")
            if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
                return answer(413, reason="请求体过大")
            try:
                said = msgspec.json.decode(request.body, type=shape)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return answer(400, reason="请求内容不合规")
            if NUL in request.body:
                return answer(400, reason="请求内容不合规")
            try:
                return view(request, said)
            except actions.WatchingElsewhere as refusal:
                return answer(409, reason=str(refusal), elsewhere=True)
            except actions.SessionOver as refusal:
                return answer(409, reason=str(refusal), closed=True)
            except beats.BeatsRefused as refusal:
                return answer(409, reason=str(refusal), next=refusal.next_seq)
            except (actions.WatchingRefused, clips.ClipRefused) as refusal:
                return answer(422, reason=str(refusal))

        return reading

    return decorate


def login_of(request: HttpRequest) -> str:
    """What names the log-in: the key of its session."""
    return request.session.session_key or ""


@require_POST
@page(Permission.RECORDING_READ)
@told(Open)
def open_screen(request: StaffRequest, said: Open) -> HttpResponse:
    """Open the recordings of a ticket and describe them to the player."""
    try:
        ref, numbers = opened_by(said.ticket, request.actor)
    except BadTicket as refusal:
        return answer(403, reason=str(refusal))
    copies = list(ReviewCopy.objects.filter(pk__in=numbers, capacity_id__in=request.actor.scope.capacity_ids))
    if len(copies) != len(numbers):
        return answer(403, reason="录像不在当前履职身份的范围内")
    opened = actions.open_screen(
        by=request.actor,
        copies=sorted(copies, key=lambda copy: numbers.index(copy.pk)),
        ref=ref,
        login=login_of(request),
        station=get_client_ip_address(request) or "",
        takeover=said.takeover,
    )
    pieces = (
        ReviewSegment.objects.filter(copy__in=copies).order_by("n").values_list("copy_id", "start_ms", "duration_ms")
    )
    segments: dict[int, list[tuple[int, int]]] = {copy.pk: [] for copy in copies}
    for copy_id, start, duration in pieces:
        segments[copy_id].append((start, duration))
    return answer(
        sessions=[
            {
                "copy": one.session.copy_id,
                "recording": one.session.copy.recording_id,
                "token": one.token,
                "mime": one.session.copy.mime,
                "durationMs": one.session.copy.duration_ms,
                "millifps": one.session.copy.frames_per_1000s,
                "segments": segments[one.session.copy_id],
            }
            for one in opened
        ],
        credit=_credit(request, ref, copies),
    )


@transaction.non_atomic_requests  # the request's own transaction is enough: a refusal leaves what was taken before it
@require_POST
@page(Permission.RECORDING_READ)
@told(Wanted)
def release(request: StaffRequest, said: Wanted) -> HttpResponse:
    """A single-use address of a segment, or how long to wait for it."""
    given = actions.release(by=request.actor, login=login_of(request), token=said.token, n=said.n, skim=said.skim)
    return answer(address=given.address, waitMs=given.wait_ms)


@transaction.non_atomic_requests
@require_safe
@page(Permission.RECORDING_READ)
def segment(request: StaffRequest) -> HttpResponse:
    """The bytes of a released segment, once. Address and token are headers: no log keeps them."""
    address, token = (request.headers.get(name, "")[:100] for name in ("X-Watch-Address", "X-Watch-Token"))
    try:
        stored = actions.claim(by=request.actor, login=login_of(request), token=token, address=address)
        data = content(stored.sha256)
    except (actions.SessionOver, actions.AddressUsed) as refusal:
        return answer(403, reason=str(refusal))
    except NoSuchObject:
        return answer(410, reason="片段文件已丢失，请联系系统管理员")
    response = HttpResponse(data, content_type=stored.media_type)
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = "inline"
    return response


@transaction.non_atomic_requests
@require_POST
@page(Permission.RECORDING_READ)
@told(Batch)
def take_beats(request: StaffRequest, said: Batch) -> HttpResponse:
    """Take the beats of a screen; asks the checks that are due and, when wanted, tells credit and addresses."""
    sessions: list[WatchSession] = []
    following, given = [], []
    for one in said.sessions:
        beats_ = [rules.Said(*msgspec.structs.astuple(beat)) for beat in one.beats]
        session, next_seq = beats.take(by=request.actor, login=login_of(request), token=one.token, said=beats_)
        sessions.append(session)
        following.append(next_seq)
        given.append("" if one.want is None else actions.give(session, one.want, draw=False).address)
    token_of = {session.pk: one.token for one, session in zip(said.sessions, sessions, strict=True)}
    due = [
        {"number": one.number, "leftMs": one.left_ms, "token": token_of[one.session]}
        for one in beats.questions(sessions)
    ]
    credit = _credit(request, sessions[0].ref, [one.copy for one in sessions]) if said.credit else None
    late = queries.credit_of_late(sessions) if said.late and not said.credit else None
    return answer(next=following, questions=due, addresses=given, credit=credit, late=late)


@require_POST
@page(Permission.RECORDING_READ)
@told(Answered)
def take_answer(request: StaffRequest, said: Answered) -> HttpResponse:
    """Judge the answer to a check."""
    right = beats.answer(
        by=request.actor, login=login_of(request), token=said.token, number=said.number, text=said.text
    )
    return answer(right=right)


@require_POST
@page(Permission.CLIP_MAKE)
@told(Clip)
def clip(request: StaffRequest, said: Clip) -> HttpResponse:
    """Keep a clip or a still as evidence."""
    recording = (
        Recording.objects.select_related("stored")
        .filter(pk=said.recording, capacity_id__in=request.actor.scope.capacity_ids)
        .first()
    )
    if recording is None:
        return answer(404, reason="录像不在当前履职身份的范围内")
    if said.from_ms == said.to_ms:
        made = clips.take_snapshot(by=request.actor, recording=recording, at_ms=said.from_ms, reason=said.reason)
    else:
        made = clips.cut_clip(
            by=request.actor, recording=recording, from_ms=said.from_ms, to_ms=said.to_ms, reason=said.reason
        )
    return answer(clip=made.pk, recording=recording.pk, fromMs=made.from_ms, toMs=made.to_ms, still=made.still)


def _credit(request: StaffRequest, ref: str, copies: list[ReviewCopy]) -> dict[str, Any]:
    found = queries.credit_of(
        request.actor.scope, person_id=request.actor.person_id, ref=ref, copies=copies, verify=False
    )
    return {
        "ref": ref,
        "creditedMs": found.credited_ms,
        "totalMs": found.total_ms,
        "percent": found.percent,
        "asked": found.asked,
        "right": found.right,
        "ranges": {str(copy): ranges for copy, ranges in found.ranges.items()},
    }
