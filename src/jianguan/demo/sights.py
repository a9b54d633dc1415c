"""Last pictures of the places that are patrolled (合成数据), drawn by code, so that a wall shows something and its age.

A recorder of the demonstration has no live stream. One place in eight has no picture at all, as where a camera failed.
"""

import datetime as dt
import io

from jianguan.backbone.draws.keeping import keep_all
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.sources import VENUES
from jianguan.demo.marks import mark
from jianguan.demo.province import scenes

CHANNELS = ("合成通道1", "合成通道2")
REFERENCE = "synthetic/patrol"
AGES = [dt.timedelta(minutes=4 + 13 * step * step) for step in range(14)]
"""From minutes to a day and a half; a picture that old no longer counts as seen."""
DARK = 12
AGAIN = dt.timedelta(hours=6)


def add_sights(moment: dt.datetime) -> int:
    """Give the places on file their last pictures as they stand at a moment; returns how many. Safe to run again."""
    known = Recording.objects.filter(source_ref__startswith=REFERENCE)
    if known.filter(starts_at__gt=moment - AGAIN).exists():
        return 0
    pictures = [_picture(number, moment - age) for number, age in enumerate(AGES)]
    stored = keep_all(pictures, "image/jpeg")
    rows = []
    places = Subject.objects.filter(kind__in=VENUES, synthetic=True, valid__contains=moment.date())
    for place in places.order_by("pk"):
        if mark("dark", place.code) < DARK:
            continue
        for channel in CHANNELS:
            number = mark("sight", place.code, channel) % len(AGES)
            rows.append(
                Recording(
                    capacity_id=place.capacity_id,
                    subject=place,
                    kind=Recording.Kind.PHOTO,
                    camera=channel,
                    source_ref=f"{REFERENCE}/{place.code}/{channel}",
                    starts_at=moment - AGES[number],
                    state=Recording.State.FETCHED,
                    stored=stored[pictures[number]],
                    fetched_at=moment,
                )
            )
    Recording.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _picture(number: int, taken: dt.datetime) -> bytes:
    """A yard with the clock of the moment drawn into it."""
    buffer = io.BytesIO()
    scenes.yard(2 * number, taken.replace(tzinfo=None)).resize((640, 480)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
