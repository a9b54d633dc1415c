"""Fetch what belongs to the drawn records that the users of the demonstration look at (合成数据).

The clips of the recorders' export are few, and a recording belongs to one unit: every drawn record gets its own place
in the export, a link to its clip, as a recorder would file it.
"""

import datetime as dt
import zlib
from pathlib import Path

from django.conf import settings

from jianguan.backbone.draws.models import DrawItem, ItemRecording
from jianguan.backbone.evidence import fetching
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.review.models import Assignment
from jianguan.backbone.scope import scope as scopes
from jianguan.demo.people import CHARACTERS
from jianguan.demo.province import scenes
from jianguan.demo.province.media import QUALITY
from jianguan.demo.province.recorders import SECONDS
from jianguan.kit.clock import CHINA

DAYS = dt.timedelta(days=2)
MOST_ITEMS, MOST_FILMS = 5, 2
"""Of one unit and start; of one record. Each film is a processor second of copying."""
LENGTH = dt.timedelta(seconds=SECONDS)
"""What the record of a prepared film claims in place of its hours: what the film is long when it is whole."""
FACES = 50
"""Drawn faces for the learners."""


def fetch_open(today: dt.date) -> int:
    """Fetch the films of the first open assignments of units with log-ins, as desks list them; returns how many."""
    with scopes.within(scopes.everything()):
        found = 0
        for unit in sorted({key for one in CHARACTERS for key, _, _ in one.posts}):
            open_ones = Assignment.objects.filter(
                capacity__key=unit, item__population__day__gte=today - DAYS, item__recordings=None, reviews=None
            )
            queue = open_ones.order_by("item__population__day", "item__population__kind", "item__position", "pk")
            listed = queue.select_related("item__population")
            with_films = [one.item for one in listed if one.item.about.get("recordings")]
            found += sum(_fetch(item) for item in with_films[:MOST_ITEMS])
        return found


def draw_photos(today: dt.date) -> int:
    """Draw the snapshots of the learners that units with log-ins have still to look at; returns of how many learners.

    They lie in the export where the records say, and are fetched from there like any other.
    """
    units = {key for one in CHARACTERS for key, _, _ in one.posts}
    learners = DrawItem.objects.filter(
        capacity__key__in=units, population__kind="online-learner", population__day__gte=today - DAYS
    )
    for item in learners:
        _draw_photos(item)
    return len(learners)


def _draw_photos(item: DrawItem) -> None:
    root = Path(settings.RECORDERS).resolve()
    person = zlib.crc32(item.member.encode()) % FACES
    for shot, one in enumerate(item.about.get("photos", ())):
        place = (root / str(one["ref"])).resolve()
        if place.is_relative_to(root) and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            scenes.face(person, shot).save(place, "JPEG", quality=QUALITY)


def _fetch(item: DrawItem) -> int:
    """Fetch the first films of a record that its business system names."""
    told = item.about["recordings"][:MOST_FILMS]
    for number, one in enumerate(told):
        starts_at = _moment(one.get("starts_at"))
        recording = fetching.fetch(
            fetching.Wanted(
                capacity_id=item.capacity_id,
                kind=Recording.Kind(one["kind"]),
                reference=_filed(item, number, str(one["ref"])),
                subject_id=item.subject_id,
                camera=str(one.get("camera", "")),
                starts_at=starts_at,
                ends_at=starts_at and starts_at + LENGTH,
            )
        )
        ItemRecording.objects.get_or_create(
            item=item,
            recording=recording,
            defaults={"capacity_id": item.capacity_id, "role": str(one.get("role", ""))[:40]},
        )
    return len(told)


def _filed(item: DrawItem, number: int, clip: str) -> str:
    """File a clip under the record it belongs to; what the export does not hold stays missing."""
    reference = f"filed/{item.population.day:%Y%m%d}/{item.pk}-{number}.mp4"
    root = Path(settings.RECORDERS)
    place = root / reference
    if (root / clip).is_file() and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to((root / clip).resolve())
    return reference


def _moment(text: object) -> dt.datetime | None:
    return dt.datetime.fromisoformat(str(text)).replace(tzinfo=CHINA) if text else None
