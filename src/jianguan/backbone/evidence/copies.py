"""Make the review copy (复核副本) of a recording: short segments that Chromium plays, in the object store."""

import logging
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.evidence.models import CopyWork, Recording, ReviewCopy, ReviewSegment
from jianguan.backbone.evidence.store import store
from jianguan.backbone.scope import scope as scopes
from jianguan.engines import media
from jianguan.kit import clock

SEGMENT_TYPE = "video/mp4"
SEGMENT_MS = 8_000
SHORT_MS, SHORT_SEGMENT_MS = 60_000, 4_000
"""A recording shorter than a minute is cut finer, so that a check has a segment in the middle."""
TELL_SECONDS = 1.0
"""How often progress is written."""
log = logging.getLogger(__name__)


def make(recording_id: int) -> ReviewCopy | None:
    """Make the review copy of a fetched recording, with progress in ``CopyWork``; returns None when none can be made.

    Works in steps with transactions of their own, so call it outside one. The rows come last and all together: a killed
    run leaves objects without rows, and the next one begins again. Two runs at once leave one copy.
    """
    with scopes.within(scopes.everything()):
        recording = Recording.objects.select_related("stored").get(pk=recording_id)
        ready = ReviewCopy.objects.filter(recording=recording).first()
        if ready is not None or recording.state != Recording.State.FETCHED or recording.stored is None:
            return ready
        work, _ = CopyWork.objects.get_or_create(
            recording=recording, defaults={"capacity_id": recording.capacity_id, "changed_at": clock.now()}
        )
        work.attempts += 1
        _tell(work, CopyWork.State.RUNNING, done_ms=0, total_ms=recording.duration_ms, message="")
    try:
        return _make(recording, work)
    except media.Unplayable as refusal:
        log.warning("no review copy of recording %s: %s", recording.pk, refusal)
        with scopes.within(scopes.everything()):
            _tell(work, CopyWork.State.FAILED, message="画面无法解码，不能制作复核副本")
        return None


def _make(recording: Recording, work: CopyWork) -> ReviewCopy | None:
    told = time.monotonic()

    def progress(done_ms: int, total_ms: int) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            with scopes.within(scopes.everything()):
                _tell(work, CopyWork.State.RUNNING, done_ms=min(done_ms, total_ms), total_ms=total_ms)

    assert recording.stored is not None  # noqa: S101 - a constraint of the table
    scratch = Path(settings.JIANGUAN_HOME) / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=scratch, prefix="copy-") as name,
        store().local(recording.stored.sha256) as path,
    ):
        target_ms = SEGMENT_MS if recording.duration_ms >= SHORT_MS else SHORT_SEGMENT_MS
        made = media.segment(path, Path(name), target_ms, progress=progress)
        try:
            with scopes.within(scopes.everything()):
                return _record(recording, work, made)
        except IntegrityError:  # another run was faster
            with scopes.within(scopes.everything()):
                return ReviewCopy.objects.filter(recording=recording).first()


def _record(recording: Recording, work: CopyWork, made: media.ReviewCopy) -> ReviewCopy:
    first = keep(made.segments[0].path, SEGMENT_TYPE)
    copy = ReviewCopy.objects.create(
        recording=recording,
        capacity_id=recording.capacity_id,
        init=first,  # every segment begins with its own initialisation
        mime=made.mime,
        duration_ms=made.duration_ms,
        frames_per_1000s=made.millifps,
        transcoded=made.transcoded,
        made_at=clock.now(),
    )
    ReviewSegment.objects.bulk_create(
        ReviewSegment(
            copy=copy,
            capacity_id=recording.capacity_id,
            n=piece.n,
            start_ms=piece.start_ms,
            duration_ms=piece.duration_ms,
            stored=keep(piece.path, SEGMENT_TYPE),
        )
        for piece in made.segments
    )
    _tell(work, CopyWork.State.DONE, done_ms=made.duration_ms, total_ms=made.duration_ms)
    return copy


def _tell(work: CopyWork, state: CopyWork.State, **values: object) -> None:
    for name, value in values.items():
        setattr(work, name, value)
    work.state, work.changed_at = state, clock.now()
    with transaction.atomic():
        work.save()
