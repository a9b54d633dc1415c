"""Recordings for tests: a film is drawn, exported by a recorder, fetched and cut into a review copy."""

import datetime as dt
from pathlib import Path
from typing import Any

import films
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.evidence import copies, fetching
from jianguan.backbone.evidence.models import Recording, ReviewCopy
from jianguan.backbone.evidence.recorders import FolderExport
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

BEGAN = dt.datetime(2026, 3, 10, 9, 0, tzinfo=clock.CHINA)


def wanted(reference: str, *, capacity: str, **facts: Any) -> fetching.Wanted:
    """What is to be fetched for a capacity: a fixed camera's film unless said otherwise."""
    given = {"kind": Recording.Kind.FIXED, "camera": "合成通道一", "starts_at": BEGAN} | facts
    return fetching.Wanted(capacity_id=agencies.capacity(capacity).pk, reference=reference, **given)


def fetched(folder: Path, reference: str, *, capacity: str, again: bool = False, **facts: object) -> Recording:
    """Fetch from a folder, as the job does."""
    with scopes.within(scopes.everything()):
        return fetching.fetch(wanted(reference, capacity=capacity, **facts), source=FolderExport(folder), again=again)


def review_copy(folder: Path, name: str, *, capacity: str, seconds: float = 12, **facts: object) -> ReviewCopy:
    """A drawn film of so many seconds, fetched and ready to be watched."""
    films.film(folder / name, seconds=seconds)
    recording = fetched(folder, name, capacity=capacity, **facts)
    copy = copies.make(recording.pk)
    assert copy is not None, recording.problems
    return copy
