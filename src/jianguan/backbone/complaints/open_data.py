"""What of complaints may be told to everybody (公开数据): state and dates.

Words, place and photo only where the complainant opened them and the receiving unit, having read them, released them.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Greatest

from jianguan.backbone.complaints.models import Acceptance, Photo
from jianguan.backbone.complaints.queries import staged
from jianguan.backbone.complaints.rules import MATTERS, Stage
from jianguan.backbone.scope import scope as scopes

OPEN, CLOSED = "open", "closed"
STATES = frozenset({OPEN, CLOSED})
OVER = {Stage.ANSWERED.value, Stage.DECLINED.value}


@dataclass(frozen=True, slots=True)
class Published:
    """One complaint as everybody may see it. ``status``: open or closed; ``photo``: its public name."""

    number: str
    status: str
    notes: str
    matter: str
    text: str
    agency: str
    received_at: dt.datetime
    updated_at: dt.datetime | None
    expected_at: dt.datetime | None
    place: str
    latitude: Decimal | None
    longitude: Decimal | None
    photo: str


def received(
    since: dt.datetime,
    until: dt.datetime,
    *,
    matters: Iterable[str] = (),
    states: Iterable[str] = (),
    limit: int = 1000,
    page: int = 1,
) -> list[Published]:
    """Complaints received in a span, newest first; a word that names no matter finds nothing.

    ``states``: ``open``, ``closed`` or both; none is both. Raises ValueError for any other word.
    """
    asked = set(states)
    if not asked <= STATES:
        raise ValueError(f"not a status: {sorted(asked - STATES)}")
    with scopes.within(scopes.everything()):
        found = _dated().filter(received_at__gte=since, received_at__lt=until)
        if wanted := list(matters):
            found = found.filter(matter__in=[one for one in wanted if one in MATTERS])
        if len(asked) == 1:
            found = found.filter(stage__in=OVER) if asked == {CLOSED} else found.exclude(stage__in=OVER)
        start = (page - 1) * limit
        return _published(found.order_by("-pk")[start : start + limit])


def by_number(numbers: Sequence[str]) -> list[Published]:
    """Complaints by their numbers, newest first; unknown ones are left out."""
    with scopes.within(scopes.everything()):
        return _published(_dated().filter(number__in=numbers).order_by("-pk"))


def photo(name: str) -> Photo | None:
    """A photo by its public name, where its complaint is public and was released."""
    with scopes.within(scopes.everything()):
        found = Photo.objects.select_related("stored", "complaint").filter(_released("complaint_id"))
        return found.filter(name=name, complaint__public=True, entry=None).first()


def _released(complaint: str) -> Exists:
    return Exists(Acceptance.objects.filter(complaint=OuterRef(complaint), released=True))


def _dated() -> QuerySet[Any]:
    found = staged().annotate(released=_released("pk")).select_related("receiver__agency").prefetch_related("photos")
    return found.annotate(
        changed_at=Greatest(Max("acceptances__at"), Max("entries__at"), Max("acceptances__case__steps__at"))
    )


def _published(found: QuerySet[Any]) -> list[Published]:
    return [_one(one) for one in found]


def _one(one: Any) -> Published:
    shown = one.public and one.released
    pictures = [photo.name for photo in one.photos.all() if photo.entry_id is None] if shown else []
    return Published(
        number=one.number,
        status=CLOSED if one.stage in OVER else OPEN,
        notes=Stage(one.stage).word,
        matter=one.matter,
        text=one.text if shown else "",
        agency=one.receiver.agency.name,
        received_at=one.received_at,
        updated_at=one.changed_at or one.received_at,
        expected_at=one.finish_by or one.accept_by,
        place=one.place if shown else "",
        latitude=one.latitude if shown else None,
        longitude=one.longitude if shown else None,
        photo=pictures[0] if pictures else "",
    )
