"""Drawn records for tests, laid down row by row: a draw of a population, its reviewers, its recordings and pictures."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer, ItemRecording
from jianguan.backbone.evidence.models import Recording, ReviewCopy, ReviewSegment, StoredObject
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review.models import Assignment
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.models import Population
from jianguan.kit import clock

SEED = "5e" * 32


def stored(text: str) -> StoredObject:
    """A row that names bytes nobody asks for."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    found, _ = StoredObject.objects.get_or_create(
        sha256=digest, defaults={"sm3": digest, "size": 1, "media_type": "text/plain", "stored_at": clock.now()}
    )
    return found


def draw_of(population: Population, variant: str = "all", generation: int = 0) -> Draw:
    """The draw of a population; made when it is not there yet."""
    found, _ = Draw.objects.get_or_create(
        population=population,
        variant=variant,
        generation=generation,
        defaults={
            "capacity_id": population.capacity_id,
            "algorithm": "合成/1",
            "seed": SEED,
            "sources": {},
            "parameters": {},
            "floor": population.size or 0,
            "export": stored(f"{population.pk} {variant} {generation}"),
            "drawn_at": clock.now(),
        },
    )
    return found


def item_of(
    draw: Draw,
    member: str,
    reviewers: Iterable[Actor] = (),
    *,
    part: str = DrawItem.Part.FLOOR,
    media: bool = False,
    subject: Subject | None = None,
    about: dict[str, object] | None = None,
) -> DrawItem:
    """A drawn record with its drawn order of persons; ``media`` says whether its line names any."""
    digest = f"sha256:{'0' * 64}" if media else "-"
    item = DrawItem.objects.create(
        draw=draw,
        population=draw.population,
        capacity_id=draw.capacity_id,
        subject=subject,
        about=about or {},
        member=member,
        stratum="合成场所",
        line="\t".join((member, "合成场所", "合成场所", "合成", "2026-03-10T09:00:00+08:00", digest, "1000000", "0")),
        part=part,
        position=DrawItem.objects.filter(draw=draw).count() + 1,
        ticket="0" * 64,
        probability="1/20",
        happened_at=dt.datetime.combine(draw.population.day, dt.time(9), clock.CHINA),
    )
    for position, one in enumerate(reviewers, 1):
        DrawnReviewer.objects.create(
            item=item, capacity_id=draw.capacity_id, position=position, appointment_id=one.appointment_id
        )
    return item


def recording_of(
    item: DrawItem,
    *,
    kind: str = Recording.Kind.FIXED,
    state: str = Recording.State.FETCHED,
    role: str = "考试车内",
    claimed_ms: int | None = None,
) -> Recording:
    """A recording or picture of a drawn record; it has no review copy yet."""
    number = Recording.objects.count()
    fetched = state == Recording.State.FETCHED
    recording = Recording.objects.create(
        capacity_id=item.capacity_id,
        kind=kind,
        camera=f"合成-{number}",
        source_ref=f"synthetic/{item.pk}/{number}",
        starts_at=item.happened_at,
        state=state,
        stored=stored(f"recording {item.pk} {number}") if fetched else None,
        duration_ms=60_000 if fetched else 0,
        claimed_ms=claimed_ms,
        fetched_at=clock.now(),
    )
    ItemRecording.objects.create(item=item, capacity_id=item.capacity_id, recording=recording, role=role)
    return recording


def page_of(item: DrawItem) -> Recording:
    """The scanned page of an archive."""
    return recording_of(item, kind=Recording.Kind.PHOTO, role="档案第1页")


def copy_of(recording: Recording, seconds: int = 60, piece: int = 4) -> ReviewCopy:
    """The review copy of a recording in segments of four seconds."""
    copy = ReviewCopy.objects.create(
        recording=recording,
        capacity_id=recording.capacity_id,
        init=stored("init"),
        mime='video/mp4; codecs="avc1.42E01E"',
        duration_ms=seconds * 1000,
        frames_per_1000s=25_000,
        made_at=clock.now(),
    )
    ReviewSegment.objects.bulk_create(
        ReviewSegment(
            copy=copy,
            capacity_id=copy.capacity_id,
            n=n,
            start_ms=n * piece * 1000,
            duration_ms=piece * 1000,
            stored=stored(f"segment {n}"),
        )
        for n in range(seconds // piece)
    )
    return copy


def assigned(item: DrawItem, to: Actor, kind: str = Assignment.Kind.FIRST) -> Assignment:
    """An assignment of a drawn record to somebody."""
    return Assignment.objects.create(
        item=item,
        kind=kind,
        capacity_id=item.capacity_id,
        appointment_id=to.appointment_id,
        assigned_at=clock.now(),
    )
