"""Patrols for tests: places with pictures, a short dwell time, a wall looked at for so long."""

import datetime as dt
import io

import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange
from PIL import Image

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.patrol import actions
from jianguan.backbone.patrol.models import PatrolStop, PatrolVisit
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.models import Parameter, ParameterValue
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.checks import items_of
from jianguan.backbone.work.models import Check
from jianguan.kit import clock

SINCE = dt.date(2020, 3, 19)
VALUES = {"pass_fail": "pass", "number": "1", "text": ""}


def picture(shade: int = 90) -> bytes:
    """A small synthetic picture (合成数据)."""
    made = io.BytesIO()
    Image.new("RGB", (320, 180), (shade, shade, 120)).save(made, "JPEG")
    return made.getvalue()


def seat(capacity: str, code: str, kind: str = "exam_site", name: str = "") -> Subject:
    """A place of a capacity with two channels on file."""
    return Subject.objects.create(
        kind=kind,
        code=code,
        name=name or f"合成场所{code}",
        capacity=agencies.capacity(capacity),
        attributes={"channels": [{"channel": "合成通道1", "name": "全景"}, {"channel": "合成通道2", "name": "近景"}]},
        valid=DateRange(SINCE, None),
        synthetic=True,
    )


def photograph(subject: Subject, at: dt.datetime, camera: str = "合成通道1") -> Recording:
    """A picture fetched from a channel of a place."""
    return Recording.objects.create(
        capacity=subject.capacity,
        subject=subject,
        kind=Recording.Kind.PHOTO,
        camera=camera,
        source_ref=f"合成/{subject.code}/{camera}/{at.isoformat()}",
        starts_at=at,
        state=Recording.State.FETCHED,
        stored=keep(picture(60 + at.minute), "image/jpeg"),
        fetched_at=at,
    )


def short_dwell(seconds: int) -> None:
    """Adopt for the whole province a dwell time that a test can wait for."""
    ParameterValue.objects.create(
        parameter=Parameter.objects.get(key="limit.patrol-dwell"),
        value=str(seconds),
        valid_from=SINCE,
        recorded_at=clock.now(),
        reference="合成的决定",
    )


def answers(stop: PatrolStop, **abnormal: str) -> dict[str, Answer]:
    """Everything normal but the named items, with what was seen."""
    return {
        item.id: Answer("fail", abnormal[item.id.replace("-", "_")])
        if item.id.replace("-", "_") in abnormal
        else Answer(VALUES[item.answer])
        for item in items_of(stop.checklist)
    }


def look(by: Actor, visit: PatrolVisit, seconds: int, *, step: int = 2, visible: bool = True) -> int:
    """Beat every ``step`` seconds on the clock of the server; returns the milliseconds credited."""
    begun, credited = clock.now(), 0
    for number, passed in enumerate(range(step, seconds + 1, step), 1):
        with time_machine.travel(begun + dt.timedelta(seconds=passed), tick=False):
            credited = actions.beat(by=by, visit=visit, seq=number, visible=visible, elapsed_ms=passed * 1000)
    return credited


def patrol(by: Actor, stop: PatrolStop, seconds: int = 30, **abnormal: str) -> Check:
    """Look at a stop for so long and sign it."""
    begun = clock.now()
    visit = actions.begin_visit(by=by, stop=stop)
    look(by, visit, seconds)
    with time_machine.travel(begun + dt.timedelta(seconds=seconds), tick=False):
        return actions.sign_stop(by=by, visit=visit, answers=answers(stop, **abnormal))
