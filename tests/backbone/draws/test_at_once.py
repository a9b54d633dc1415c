"""Who acts on the same draw or review at the same moment: one is first, the others are told so."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

import campaigning
import drawing
from builders import DAY, OFFICE, PROVINCE, at, freeze, officer, on_the_clock
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.campaigns import actions as campaigns
from jianguan.backbone.campaigns.models import Campaign
from jianguan.backbone.draws import actions as recusals
from jianguan.backbone.draws import seeds
from jianguan.backbone.draws.models import Commitment, PublicNumberConfirmation, Recusal
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.review import actions
from jianguan.backbone.review.assigning import ReviewRefused
from jianguan.backbone.review.models import Review
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.models import Population
from staff import employ

pytestmark = pytest.mark.usefixtures("fresh_database")
MORNING, EVENING, NIGHT = at(DAY, 9), at(DAY, 19), at(DAY, 22)
AT_ONCE = 4
"""People at one moment."""


def at_once(moment: dt.datetime, act: Callable[[int, Actor], object], *actors: Actor) -> list[Any]:
    """What the act comes to for each of these, begun at the same time, each on a connection of its own."""
    gate, outcomes = threading.Barrier(len(actors)), [None] * len(actors)

    def run(number: int, by: Actor) -> None:
        try:
            gate.wait()
            with on_the_clock(moment), scopes.within(by.scope):
                outcomes[number] = told(act, number, by)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(actors)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return outcomes


def told(act: Callable[[int, Actor], object], number: int, by: Actor) -> object:
    try:
        return act(number, by)
    except Exception as refusal:
        return refusal


def one_came_through(outcomes: list[Any], refusal: type[Exception]) -> None:
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert len(refused) == len(outcomes) - 1
    assert {type(one) for one in refused} == {refusal}


def test_a_verdict_sent_twice_at_once_is_signed_once_and_the_second_is_told_so() -> None:
    with on_the_clock(EVENING), scopes.within(scopes.everything()):
        by = officer(OFFICE)
        item = drawing.item_of(drawing.draw_of(freeze(OFFICE, "exam-av", 20)), "合成-1", [by])
        assignment = drawing.assigned(item, by)

    def submit(_: int, by: Actor) -> Review:
        return actions.submit_review(
            by=by, assignment=assignment, verdict="uncheckable", answers={}, remark="音视频缺失"
        )

    one_came_through(at_once(EVENING, submit, *[by] * AT_ONCE), ReviewRefused)
    with scopes.within(scopes.everything()):
        assert Review.objects.count() == 1


def test_of_two_shares_given_at_once_one_stands_and_the_other_is_an_alert() -> None:
    with on_the_clock(MORNING), scopes.within(scopes.everything()):
        people = [officer(OFFICE) for _ in range(AT_ONCE)]

    def commit(number: int, by: Actor) -> Commitment:
        return seeds.commit(by=by, party="checking", day=DAY, digest=f"{number:064x}")

    one_came_through(at_once(MORNING, commit, *people), seeds.SeedRefused)
    with scopes.within(scopes.everything()):
        assert Commitment.objects.count() == 1
        assert Alert.objects.filter(kind="draw-second-seed").count() == 1


def test_of_two_numbers_of_one_issue_confirmed_at_once_one_counts() -> None:
    issue = {"day": DAY, "name": "中国福利彩票3D", "issue": str(DAY)}
    with on_the_clock(NIGHT), scopes.within(scopes.everything()):
        first = employ(PROVINCE, "discipline-officer")
        others = [employ(PROVINCE, "centre-supervisor") for _ in range(AT_ONCE)]
        typed = [seeds.enter_number(by=first, value=str(100 + number), **issue) for number in range(AT_ONCE)]

    def confirm(number: int, by: Actor) -> PublicNumberConfirmation:
        one = typed[number]
        return seeds.confirm_number(by=by, number=one, issue=one.issue, value=one.value)

    one_came_through(at_once(NIGHT, confirm, *others), seeds.SeedRefused)
    assert PublicNumberConfirmation.objects.count() == 1


def test_a_recusal_ended_twice_at_once_is_ended_once() -> None:
    with on_the_clock(MORNING), scopes.within(scopes.everything()):
        people = [officer(OFFICE) for _ in range(AT_ONCE)]
        kept = recusals.declare_recusal(
            by=people[0],
            appointment=Appointment.objects.get(pk=officer(OFFICE).appointment_id),
            subject=None,
            doer="KS-1",
            reason="亲属关系",
        )

    def end(_: int, by: Actor) -> Recusal:
        return recusals.end_recusal(by=by, recusal=Recusal.objects.get(pk=kept.pk), reason="关系解除")

    one_came_through(at_once(MORNING, end, *people), recusals.RecusalRefused)


def test_a_campaign_frozen_twice_at_once_is_frozen_once() -> None:
    with on_the_clock(MORNING), scopes.within(scopes.everything()):
        campaigning.places(4)
        people = [officer(PROVINCE) for _ in range(AT_ONCE)]
        campaign = campaigning.opened(people[0])

    def freeze_it(_: int, by: Actor) -> Population:
        return campaigns.freeze_campaign(by=by, campaign=Campaign.objects.get(pk=campaign.pk))

    one_came_through(at_once(MORNING, freeze_it, *people), campaigns.CampaignRefused)
