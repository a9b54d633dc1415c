"""Campaigns for tests: a seed from two offices, a plan, an inspection filled in."""

import datetime as dt
import uuid
from typing import Any

import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange

import builders
import patrolling
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.campaigns import actions, drawing, inspections
from jianguan.backbone.campaigns.inspections import Form
from jianguan.backbone.campaigns.models import Campaign, Inspection, SitePhoto, Submission
from jianguan.backbone.campaigns.rules import Plan
from jianguan.backbone.draws.models import Commitment, Party
from jianguan.backbone.draws.models import Reveal as RevealRow
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.checks import items_of
from jianguan.engines.draw import Role, commitment
from jianguan.kit import clock
from jianguan.kit.digests import hexdigest

NONCE = "0c" * 32
PARTIES = {Party.CHECKING: "1a" * 32, Party.DISCIPLINE: "2b" * 32}


def places(count: int, *, kind: str = "inspection_agency", capacity: str = builders.OFFICE) -> list[Subject]:
    """So many places of a kind."""
    seat = agencies.capacity(capacity)
    return [
        Subject.objects.create(
            kind=kind,
            code=f"合成-{kind}-{number:03}",
            name=f"合成对象{number}",
            capacity=seat,
            address=f"合成路{number}号",
            valid=DateRange(dt.date(2020, 3, 19), None),
            synthetic=True,
        )
        for number in range(count)
    ]


def commit(day: dt.date, capacity: str = builders.PROVINCE) -> None:
    """Two parties commit to their shares of the seed of a day."""
    for party, number in PARTIES.items():
        Commitment.objects.create(
            capacity=agencies.capacity(capacity),
            party=party,
            day=day,
            digest=commitment(Role(party.value), day, number, NONCE),
            committed_at=clock.now(),
        )


def reveal(day: dt.date) -> None:
    """Both open what they committed to."""
    for one in Commitment.objects.filter(day=day):
        RevealRow.objects.create(
            commitment=one,
            capacity_id=one.capacity_id,
            value=PARTIES[Party(one.party)],
            nonce=NONCE,
            matches=True,
            revealed_at=clock.now(),
        )


def plan(**given: Any) -> Plan:
    """A plan of an open campaign for clause 10.3."""
    today = clock.today()
    return Plan(
        **{
            "title": "检验机构专项检查",
            "purpose": "核查检验机构按标准检验情况",
            "kind": "open-visit",
            "provision": "10.3",
            "first": today,
            "last": today + dt.timedelta(days=10),
            "percent": None,
            "count": 2,
            "inspectors": 2,
            "embargo_until": None,
        }
        | given
    )


def covert(**given: Any) -> Plan:
    """A plan of an undercover campaign; row security goes by the real clock, so the embargo ends in its far future."""
    return plan(**{"kind": "covert", "title": "暗访行动", "embargo_until": builders.at(dt.date(2099, 1, 1))} | given)


def opened(by: Actor, asked: Plan | None = None, *, kind: str = "inspection_agency") -> Campaign:
    """A campaign of the actor's unit over all that is below it."""
    return actions.open_campaign(by=by, plan=asked or plan(), target_kind=kind, area=agencies.capacity(by.capacity_key))


def drawn(by: Actor, asked: Plan | None = None, *, kind: str = "inspection_agency") -> list[Inspection]:
    """The inspections of a campaign that was frozen and drawn, the seed revealed a minute after the freeze."""
    day, now = clock.today(), clock.now()
    commit(day)
    with time_machine.travel(now + dt.timedelta(minutes=1), tick=False):
        campaign = opened(by, asked, kind=kind)
        actions.freeze_campaign(by=by, campaign=campaign)
    with time_machine.travel(now + dt.timedelta(minutes=2), tick=False):
        reveal(day)
    with time_machine.travel(now + dt.timedelta(minutes=3), tick=False):
        return drawing.draw_campaign(campaign=campaign)


def lead(inspection: Inspection) -> Actor:
    """The first inspector drawn, as actor."""
    held = inspection.inspectors.select_related("appointment__post__capacity__agency", "appointment__person")
    return people.actor_of(held.get(position=1).appointment, clock.today())


def sign(by: Actor, inspection: Inspection, form: uuid.UUID, role: str = "inspector", shade: int = 1) -> SitePhoto:
    """A signature or photo that has arrived."""
    data = patrolling.picture(shade)
    return inspections.take_photo(by=by, inspection=inspection, form=form, role=role, data=data, sha256=hexdigest(data))


def handed_in(
    by: Actor, inspection: Inspection, outcome: str = "done", form: uuid.UUID | None = None, **abnormal: str
) -> Submission:
    """A form filled in and signed by both sides."""
    number = form or uuid.uuid4()
    sign(by, inspection, number)
    sign(by, inspection, number, "checked", 2)
    answers = {
        item.id: Answer("fail", abnormal[item.id.replace("-", "_")])
        if item.id.replace("-", "_") in abnormal
        else Answer(patrolling.VALUES[item.answer])
        for item in items_of(inspection.checklist)
    }
    return inspections.submit(
        by=by, inspection=inspection, form=Form(number, outcome, answers, raw={"form": str(number), "outcome": outcome})
    )
