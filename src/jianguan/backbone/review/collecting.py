"""Fetch the recordings and photos of drawn records (调取), as the business records name them, and link them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from jianguan.backbone.draws.models import DrawItem, ItemRecording
from jianguan.backbone.evidence import fetching
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.review import media
from jianguan.backbone.review.models import Assignment
from jianguan.kit.clock import CHINA

ROLE_LENGTH = 40


def waiting(on: dt.date) -> list[int]:
    """Records of the last month still to be looked at that name recordings or photos of which none is linked yet."""
    assigned = Assignment.objects.filter(item=OuterRef("pk"), reviews=None)
    found = DrawItem.objects.filter(
        Exists(assigned), recordings=None, population__day__gt=on - dt.timedelta(days=31)
    ).order_by("pk")
    return [item.pk for item in found if media.names_media(item)]


def collect(item_id: int) -> int:
    """Fetch everything a drawn record names and link it to the record; returns how much. Safe to run again.

    What is not to be found becomes a recording in the state missing: it is never replaced. Runs as the system. Raises
    recorders.Unreachable when a recorder does not answer, because then nothing is known.
    """
    item = DrawItem.objects.get(pk=item_id)
    named = [(_film(item, one), str(one.get("role", ""))) for one in item.about.get("recordings", ())]
    named += [(_photo(item, one), str(one.get("label", ""))) for one in item.about.get("photos", ())]
    fetched = [(fetching.fetch(wanted), role) for wanted, role in named if wanted.reference]
    with transaction.atomic():
        for recording, role in fetched:
            ItemRecording.objects.get_or_create(
                item=item, recording=recording, defaults={"capacity_id": item.capacity_id, "role": role[:ROLE_LENGTH]}
            )
    return len(fetched)


def _film(item: DrawItem, named: Mapping[str, Any]) -> fetching.Wanted:
    return fetching.Wanted(
        capacity_id=item.capacity_id,
        kind=Recording.Kind(named.get("kind", Recording.Kind.FIXED)),
        reference=str(named.get("ref", "")),
        subject_id=item.subject_id,
        camera=str(named.get("camera", "")),
        starts_at=_moment(named.get("file_starts_at") or named.get("starts_at")),
        ends_at=_moment(named.get("ends_at")),
    )


def _photo(item: DrawItem, named: Mapping[str, Any]) -> fetching.Wanted:
    return fetching.Wanted(
        capacity_id=item.capacity_id,
        kind=Recording.Kind.PHOTO,
        reference=str(named.get("ref", "")),
        subject_id=item.subject_id,
        starts_at=_moment(named.get("taken_at")),
    )


def _moment(text: str | None) -> dt.datetime | None:
    """A time of the facts, which is local."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA) if text else None
