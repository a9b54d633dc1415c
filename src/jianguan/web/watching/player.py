"""What a page gives to ``<c-player>``: tracks on one time axis, and a ticket that says what may be opened."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from csp.decorators import csp_update
from django.core import signing
from django.urls import reverse

from jianguan.backbone.evidence.models import CopyWork, Recording, ReviewCopy
from jianguan.backbone.evidence.problems import in_words
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Person
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.watching import queries
from jianguan.backbone.watching.rules import SIDE_BY_SIDE

SALT = "watching"
CALLS = ("open", "release", "segment", "beats", "answer", "clip")
TICKET_SECONDS = 12 * 3600
SPEEDS = (50, 75, 100, 125, 150, 200)
"""Percent of normal speed that count."""

with_player: Callable[[Callable[..., Any]], Callable[..., Any]] = csp_update({"media-src": ["blob:"]})
"""Decorator of a page that shows the player: Media Source Extensions play from a ``blob:`` address of the page."""


class BadTicket(ValueError):
    """The ticket was not made by this server, is of another person or too old."""


def player(
    actor: Actor, *, ref: str, tracks: Sequence[tuple[Recording, str]], start_ms: int | None = None
) -> dict[str, Any]:
    """Return the context of ``<c-player>``: up to four films of the actor's scope, each with a word for its view.

    ``ref`` is what they are watched for; recordings should come with ``review_copy`` and ``copy_work`` selected. A film
    without a playable copy becomes a tile that says why; photos make a strip below. It opens at ``start_ms`` of the
    first film, or where the credited time ends. Raises ValueError for more than four films.
    """
    films = [(recording, role) for recording, role in tracks if recording.kind != Recording.Kind.PHOTO]
    if len(films) > SIDE_BY_SIDE:
        raise ValueError(f"a screen shows {SIDE_BY_SIDE} films, not {len(films)}")
    zero = min((start for recording, _ in films if (start := _start_ms(recording)) is not None), default=0)
    shown = [_track(recording, role, zero) for recording, role in films]
    playable = [one["copy"] for one in shown if one["copy"]]
    mark = watermark(actor)
    config = {
        "ref": ref,
        "ticket": signing.dumps([actor.appointment_id, ref, playable], salt=SALT),
        "urls": {name: reverse(f"watching-{name}") for name in CALLS},
        "zeroMs": zero,
        "startMs": None if start_ms is None or not shown else shown[0]["from_ms"] + start_ms,
        "watermark": mark,
        "mayClip": actor.may(Permission.CLIP_MAKE),
        "tracks": [
            {
                "recording": one["recording"].pk,
                "copy": one["copy"],
                "role": one["role"],
                "fromMs": one["from_ms"],
                "durationMs": one["duration_ms"],
            }
            for one in shown
        ],
    }
    return {
        "config": msgspec.json.encode(config).decode(),
        "tracks": shown,
        "photos": [
            {
                "url": reverse("watching-photo", args=[recording.pk]),
                "role": role,
                "ok": recording.state == Recording.State.FETCHED,
                "state": recording.get_state_display(),
            }
            for recording, role in tracks
            if recording.kind == Recording.Kind.PHOTO
        ],
        "watermark": mark,
        "may_clip": config["mayClip"],
        "speeds": [{"percent": speed, "word": f"{speed / 100:g} 倍"} for speed in SPEEDS],
        "playable": bool(playable),
    }


def watermark(actor: Actor) -> str:
    """Who looks, as it stands across every picture: name and police number."""
    number = Person.objects.filter(pk=actor.person_id).values_list("number", flat=True).first()
    return f"{actor.person_name} {number or ''}".strip()


def opened_by(ticket: object, actor: Actor) -> tuple[str, list[int]]:
    """Return matter and review copies of a ticket; raises BadTicket."""
    try:
        appointment, ref, copies = signing.loads(str(ticket), salt=SALT, max_age=TICKET_SECONDS)
    except (signing.BadSignature, ValueError) as refusal:
        raise BadTicket("页面停留过久，请刷新后再播放") from refusal
    if appointment != actor.appointment_id:
        raise BadTicket("岗位已切换，请刷新页面后再播放")
    return ref, copies


def _start_ms(recording: Recording) -> int | None:
    """When a recording really began: its device's clock may be off."""
    if recording.starts_at is None:
        return None
    return queries.milliseconds(recording.starts_at) - recording.clock_offset_ms


def _track(recording: Recording, role: str, zero: int) -> dict[str, Any]:
    copy: ReviewCopy | None = getattr(recording, "review_copy", None)
    work: CopyWork | None = getattr(recording, "copy_work", None)
    start = _start_ms(recording)
    making = copy is None and recording.state == Recording.State.FETCHED
    failed = making and work is not None and work.state == CopyWork.State.FAILED
    return {
        "recording": recording,
        "role": role or recording.get_kind_display(),
        "camera": recording.camera,
        "copy": copy.pk if copy else 0,
        "from_ms": start - zero if start is not None else 0,
        "duration_ms": copy.duration_ms if copy else recording.duration_ms,
        "offset_seconds": recording.clock_offset_ms / 1000,
        "problems": in_words(recording.problems),
        "making": making and not failed,
        "failed": failed,
        "work": work,
        "state": recording.get_state_display(),
        "work_url": reverse("watching-work", args=[recording.pk]),
    }
