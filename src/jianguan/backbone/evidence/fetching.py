"""Fetch a recording from where it lies into the object store (调取录像), or keep the proof that it could not be had.

What is drawn is never replaced: a recording that vanished becomes a row of state ``missing`` (无法核查).
"""

import datetime as dt
import logging
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from PIL import Image, UnidentifiedImageError
from procrastinate.contrib.django import app

from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.evidence import problems
from jianguan.backbone.evidence.actions import row_of
from jianguan.backbone.evidence.models import Recording, StoredObject
from jianguan.backbone.evidence.recorders import BadReference, NotThere, Recorder, recorder
from jianguan.backbone.evidence.store import Stored, store
from jianguan.engines.media import Probe, clock_shift_ms, probe_apart
from jianguan.kit import clock

CLOCK_TOLERANCE_MS = 60_000
"""A device whose clock is off by more is named; GA/T practice wants a minute at most."""
COPY_TASK = "jianguan.backbone.evidence.jobs.make_copy"
PICTURE_PIXELS = 40_000_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be fetched. ``reference``: as the recorder knows it; moments as the business record has them."""

    capacity_id: int
    kind: Recording.Kind
    reference: str
    subject_id: int | None = None
    camera: str = ""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    clock_offset_ms: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of asking the recorder."""

    state: Recording.State
    stored: Stored | None = None
    media_type: str = ""
    problems: tuple[str, ...] = ()
    probe: Probe | None = None


def fetch(wanted: Wanted, *, source: Recorder | None = None, again: bool = False) -> Recording:
    """Fetch a recording; run in the scope of the system. Returns what is known already unless asked ``again``.

    The bytes go into the store first and the row comes last, so a killed run leaves no half and may simply run again.
    A fetched recording is never asked for again: its bytes are here. Raises recorders.Unreachable when the recorder
    does not answer, because then nothing is known.
    """
    last = _known(wanted).first()
    if last is not None and (last.state == Recording.State.FETCHED or not again):
        return last
    found = _ask(source or recorder(), wanted)
    try:
        with transaction.atomic():
            return _record(wanted, found, attempt=(last.attempt if last else 0) + 1)
    except IntegrityError:  # somebody else fetched it meanwhile
        log.info("recording %s was fetched twice at once", wanted.reference)
        return _known(wanted)[0]


def _known(wanted: Wanted) -> QuerySet[Recording]:
    """What was fetched of this before, latest attempt first: one place of one unit, from one moment on."""
    same = Recording.objects.filter(capacity_id=wanted.capacity_id, source_ref=wanted.reference)
    return same.filter(starts_at=wanted.starts_at).order_by("-attempt")


def _ask(source: Recorder, wanted: Wanted) -> _Found:
    try:
        with source.local(wanted.reference) as path:
            stored = store().put(path)
    except NotThere:
        return _Found(Recording.State.MISSING, problems=(problems.GONE,))
    except BadReference:
        return _Found(Recording.State.MISSING, problems=(problems.BAD_REFERENCE,))
    with store().local(stored.sha256) as path:
        return _picture(path, stored) if wanted.kind == Recording.Kind.PHOTO else _film(path, stored)


def _film(path: Path, stored: Stored) -> _Found:
    probed = probe_apart(path)
    state = Recording.State.FETCHED if probed.playable else Recording.State.UNREADABLE
    # Objects are named by their digest alone, so what the extension promised cannot be wrong here.
    told = tuple(one.value for one in probed.problems if one.value != "wrong_extension")
    return _Found(state, stored, "video/mp4" if "mp4" in probed.container else "application/octet-stream", told, probed)


def _picture(path: Path, stored: Stored) -> _Found:
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > PICTURE_PIXELS:
                return _Found(Recording.State.UNREADABLE, stored, "application/octet-stream", ("too_large",))
            kind = Image.MIME.get(picture.format or "", "application/octet-stream")
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        code = "empty" if stored.size == 0 else "unreadable"
        return _Found(Recording.State.UNREADABLE, stored, "application/octet-stream", (code,))
    return _Found(Recording.State.FETCHED, stored, kind)


def _record(wanted: Wanted, found: _Found, *, attempt: int) -> Recording:
    """Write the row, its event, and the job of the review copy, in one transaction."""
    probed, told, offset = found.probe, list(found.problems), wanted.clock_offset_ms
    if probed is not None and wanted.starts_at is not None:
        shift = clock_shift_ms(probed, round(wanted.starts_at.timestamp() * 1000))
        if shift is not None and abs(shift - offset) > CLOCK_TOLERANCE_MS:
            told.append(problems.CLOCK_SHIFTED)
    duration = probed.duration_ms if probed else 0
    ends = wanted.starts_at + dt.timedelta(milliseconds=duration) if wanted.starts_at and duration else wanted.ends_at
    stored: StoredObject | None = row_of(found.stored, found.media_type) if found.stored else None
    recording = Recording.objects.create(
        capacity_id=wanted.capacity_id,
        subject_id=wanted.subject_id,
        kind=wanted.kind,
        camera=wanted.camera[:80],
        source_ref=wanted.reference,
        attempt=attempt,
        starts_at=wanted.starts_at,
        ends_at=ends,
        clock_offset_ms=offset,
        state=found.state,
        stored=stored,
        duration_ms=duration,
        claimed_ms=_claimed_ms(wanted),
        problems=told,
        probe=_plain(probed),
        fetched_at=clock.now(),
    )
    audit.record(
        kind=EventKind.RECORDING_FETCHED,
        by=None,
        object_type="recording",
        object_id=recording.pk,
        after={"state": recording.state, "sha256": stored.sha256 if stored else "", "attempt": attempt},
        details={"state": recording.state, "problems": told, "attempt": attempt},
    )
    if recording.state == Recording.State.FETCHED and recording.kind != Recording.Kind.PHOTO:
        app.configure_task(COPY_TASK, queueing_lock=f"evidence.copy.{recording.pk}").defer(recording_id=recording.pk)
    return recording


def _claimed_ms(wanted: Wanted) -> int | None:
    """How long the recording is by the business record; None where that does not say."""
    if wanted.starts_at is None or wanted.ends_at is None or wanted.ends_at <= wanted.starts_at:
        return None
    return (wanted.ends_at - wanted.starts_at) // dt.timedelta(milliseconds=1)


def _plain(probed: Probe | None) -> dict[str, Any]:
    """The probe as JSON, without the long list of key frames."""
    return {} if probed is None else {name: value for name, value in asdict(probed).items() if name != "key_frames_ms"}


def to_job(wanted: Wanted) -> dict[str, Any]:
    """Return a ``Wanted`` as plain values, the arguments of the job ``evidence.jobs.fetch``."""
    given = {one.name: getattr(wanted, one.name) for one in fields(wanted)}
    return {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in given.items()}


def from_job(given: dict[str, Any]) -> Wanted:
    """Return the ``Wanted`` of a job's arguments."""
    moments = {name: dt.datetime.fromisoformat(given[name]) for name in ("starts_at", "ends_at") if given.get(name)}
    return Wanted(**given | moments | {"kind": Recording.Kind(given["kind"])})
