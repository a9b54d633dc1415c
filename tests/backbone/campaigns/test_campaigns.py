"""Campaigns: frozen before the seed, targets and inspectors drawn, undercover unseen, the worst outcome kept."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine

import builders
import campaigning
import staff
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.campaigns import actions, drawing, queries, rules
from jianguan.backbone.campaigns.actions import CampaignRefused
from jianguan.backbone.campaigns.models import Campaign, Inspection, Publication, SitePhoto, Submission
from jianguan.backbone.cases.actions import CaseRefused, open_case
from jianguan.backbone.cases.models import Case
from jianguan.backbone.draws.drawing import draw_day
from jianguan.backbone.draws.models import Draw, DrawItem
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.review.assigning import assign_drawn
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.models import Check, Finding, Population
from jianguan.engines.draw.export import verify
from jianguan.kit import clock
from pages import plain

NINE = builders.at(builders.DAY, 9)


@pytest.fixture(autouse=True)
def morning(db: object) -> Iterator[None]:
    builders.see_everything()
    with time_machine.travel(NINE, tick=False):
        yield


@pytest.fixture
def organiser() -> Actor:
    """An officer of the province, with two colleagues who may inspect."""
    for _ in range(2):
        builders.officer(builders.PROVINCE)
    return builders.officer(builders.PROVINCE)


def test_targets_and_inspectors_are_drawn_from_one_frozen_manifest_and_anybody_repeats_it(
    organiser: Actor, tmp_path: Path
) -> None:
    campaigning.places(9)
    made = campaigning.drawn(organiser)
    draw = Draw.objects.get()
    assert (len(made), draw.floor, draw.population.size) == (2, 2, 9)
    assert all(one.inspectors.count() == 2 and one.item.subject == one.subject for one in made)
    assert {one.checklist.key for one in made} == {"on-site-inspection_agency"}
    copy = tmp_path / "draw.txt"
    copy.write_bytes(b"".join(store().open(draw.export.sha256)))
    assert verify(copy, draw.population.digest).ok


def test_nothing_is_drawn_before_the_freeze_nor_before_the_seed_nor_twice(organiser: Actor) -> None:
    campaigning.places(3)
    campaigning.commit(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=1), tick=False):
        campaign = campaigning.opened(organiser)
        with pytest.raises(CampaignRefused, match="先封存"):
            drawing.draw_campaign(campaign=campaign)
        actions.freeze_campaign(by=organiser, campaign=campaign)
        with pytest.raises(CampaignRefused, match="还没有齐备"):
            drawing.draw_campaign(campaign=campaign)
        with pytest.raises(CampaignRefused, match="不能重新清点"):
            actions.freeze_campaign(by=organiser, campaign=campaign)
    with time_machine.travel(NINE + dt.timedelta(minutes=2), tick=False):
        campaigning.reveal(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=3), tick=False):
        drawing.draw_campaign(campaign=campaign)
        with pytest.raises(CampaignRefused, match="不能重来"):
            drawing.draw_campaign(campaign=campaign)


def test_every_campaign_frozen_on_a_day_is_drawn_as_soon_as_the_seed_is_there_whether_or_not_it_pleases(
    organiser: Actor,
) -> None:
    campaigning.places(9)
    campaigning.commit(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=1), tick=False):
        for _ in range(3):
            actions.freeze_campaign(by=organiser, campaign=campaigning.opened(organiser))
        assert drawing.draw_due(clock.now()) == 0
    with time_machine.travel(NINE + dt.timedelta(minutes=2), tick=False):
        campaigning.reveal(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=3), tick=False):
        assert drawing.draw_due(clock.now()) == 3
        assert drawing.draw_due(clock.now()) == 0
    assert {one.inspections.count() for one in Campaign.objects.all()} == {2}
    assert {one.drawn_by_id for one in Draw.objects.all()} == {None}
    assert not Alert.objects.filter(kind="campaign-undrawn").exists()


def test_a_campaign_that_stays_undrawn_past_its_seed_is_an_alert_to_the_superior_until_it_is_drawn() -> None:
    by, other = builders.officer(builders.CITY), builders.officer(builders.CITY)
    campaigning.places(1)
    staff.employ(builders.OFFICE, "leader", person_id=other.person_id)
    campaigning.commit(builders.DAY, builders.CITY)
    with time_machine.travel(NINE + dt.timedelta(minutes=1), tick=False):
        barred = campaigning.opened(by, campaigning.plan(kind="guidance", provision="5.2", count=1))
        actions.freeze_campaign(by=by, campaign=barred)
    with time_machine.travel(NINE + dt.timedelta(days=1), tick=False):
        assert drawing.draw_due(clock.now()) == 0
        assert not Alert.objects.exists(), "the seed may still come"
    with time_machine.travel(NINE + dt.timedelta(days=3), tick=False):
        drawing.draw_due(clock.now())
        drawing.draw_due(clock.now())
    alert = Alert.objects.get(kind="campaign-undrawn")
    assert (alert.capacity.key, alert.severity) == (builders.PROVINCE, "severe")
    assert "种子来源还没有齐备" in alert.text
    assert queries.undrawn([barred.pk]) == {barred.pk: alert}


def test_a_draw_that_recusals_stop_once_the_seed_is_known_is_an_alert_at_once() -> None:
    by, other = builders.officer(builders.PROVINCE), builders.officer(builders.PROVINCE)
    campaigning.places(1)
    staff.employ(builders.OFFICE, "leader", person_id=other.person_id)
    with pytest.raises(CampaignRefused, match="回避后检查人不足"):
        campaigning.drawn(by, campaigning.plan(count=1))
    with time_machine.travel(NINE + dt.timedelta(minutes=4), tick=False):
        assert drawing.draw_due(clock.now()) == 0
    assert "回避后检查人不足" in Alert.objects.get(kind="campaign-undrawn").text


def test_nobody_is_sent_where_he_holds_a_post(organiser: Actor) -> None:
    campaigning.places(4)
    others = [builders.officer(builders.PROVINCE) for _ in range(2)]
    staff.employ(builders.OFFICE, "leader", person_id=others[0].person_id)
    made = campaigning.drawn(organiser, campaigning.plan(count=4))
    sent = set(Appointment.objects.filter(inspections__inspection__in=made).values_list("person_id", flat=True))
    assert others[0].person_id not in sent


def test_recusals_that_leave_too_few_inspectors_stop_the_draw() -> None:
    by, other = builders.officer(builders.PROVINCE), builders.officer(builders.PROVINCE)
    campaigning.places(1)
    staff.employ(builders.OFFICE, "leader", person_id=other.person_id)
    with pytest.raises(CampaignRefused, match="回避后检查人不足"):
        campaigning.drawn(by, campaigning.plan(count=1))
    assert not Inspection.objects.exists()


def test_a_population_of_none_or_too_few_inspectors_is_refused_at_the_freeze() -> None:
    by = builders.officer(builders.PROVINCE)
    with pytest.raises(CampaignRefused, match="证实为空"):
        actions.freeze_campaign(by=by, campaign=campaigning.opened(by))
    campaigning.places(1)
    with pytest.raises(CampaignRefused, match="只有1名"):
        actions.freeze_campaign(by=by, campaign=campaigning.opened(by))
    with pytest.raises(NotAllowed):
        actions.freeze_campaign(by=builders.officer(builders.CITY), campaign=campaigning.opened(by))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"purpose": "查"}, "目的"),
        ({"provision": "6.6"}, "条款"),
        ({"percent": 5}, "只填一项"),
        ({"count": None}, "只填一项"),
        ({"inspectors": 1}, "2到5名"),
        ({"last": builders.DAY - dt.timedelta(days=1)}, "截止日"),
        ({"kind": "covert"}, "保密期"),
    ],
)
def test_a_plan_that_does_not_hold_is_refused_with_the_reason(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(CampaignRefused, match=why):
        campaigning.opened(builders.officer(builders.PROVINCE), campaigning.plan(**wrong))


def test_a_target_that_is_not_there_is_the_worst_outcome_and_is_not_replaced(organiser: Actor) -> None:
    campaigning.places(5)
    gone, _ = campaigning.drawn(organiser)
    with time_machine.travel(NINE + dt.timedelta(hours=2), tick=False):
        form = campaigning.handed_in(campaigning.lead(gone), gone, "not-found")
    assert form.check_record is not None
    assert (form.check_record.kind, form.check_record.passed) == ("open-visit", False)
    finding = Finding.objects.get(check_record=form.check_record)
    assert "查无此处" in finding.text
    assert finding.severity == Finding.Severity.SERIOUS
    assert Inspection.objects.count() == 2


def test_results_are_published_when_every_target_has_one_with_date_and_name(organiser: Actor) -> None:
    campaigning.places(5)
    one, other = campaigning.drawn(organiser)
    leader, campaign = builders.leader(builders.PROVINCE), one.campaign
    assert campaign is not None
    with time_machine.travel(NINE + dt.timedelta(hours=2), tick=False):
        campaigning.handed_in(campaigning.lead(one), one, agency_items="照片与车辆不符")
        with pytest.raises(CampaignRefused, match="还有1个"):
            actions.publish(by=leader, campaign=campaign)
        campaigning.handed_in(campaigning.lead(other), other, "closed")
        with pytest.raises(NotAllowed):
            actions.publish(by=organiser, campaign=campaign)
        published = actions.publish(by=leader, campaign=campaign)
        with pytest.raises(CampaignRefused, match="已经公布"):
            actions.publish(by=leader, campaign=campaign)
    assert published.results["summary"] == {"drawn": 2, "normal": 0, "problems": 1, "unavailable": 1}
    assert leader.person_name in published.publisher


def test_an_undercover_campaign_leaves_the_checked_side_nothing_to_find_until_the_embargo_ends(
    organiser: Actor, in_scope: Callable[..., None]
) -> None:
    campaigning.places(3)
    one, other = campaigning.drawn(organiser, campaigning.covert())
    with time_machine.travel(NINE + dt.timedelta(hours=2), tick=False):
        campaigning.handed_in(campaigning.lead(one), one, fees="搭车收费")
        campaigning.handed_in(campaigning.lead(other), other)
        with pytest.raises(CampaignRefused, match="保密期未满"):
            actions.publish(by=builders.leader(builders.PROVINCE), campaign=one.campaign)
    hidden = (Campaign, Inspection, SitePhoto, Submission, Population, Draw, DrawItem, Check, Finding)
    below = agencies.subtree(agencies.capacity(builders.CITY).pk, builders.DAY)
    assert all(model.objects.exists() for model in hidden)
    in_scope(*below)
    assert [model.__name__ for model in hidden if model.objects.exists()] == []
    assert not Publication.objects.exists()


def test_no_case_tells_the_checked_side_of_an_undercover_finding_before_the_embargo_ends(organiser: Actor) -> None:
    campaigning.places(1)
    (one,) = campaigning.drawn(organiser, campaigning.covert(count=1))
    with time_machine.travel(NINE + dt.timedelta(hours=2), tick=False):
        campaigning.handed_in(campaigning.lead(one), one, fees="搭车收费")
        told = {"kind": "rectification", "title": "搭车收费", "text": "请整改", "provision": "10.3", "origin": "暗访"}
        with pytest.raises(CaseRefused, match="暗访保密至2099-01-01"):
            open_case(by=organiser, finding=Finding.objects.get(), handler=one.checked, **told)
        page = plain(staff.visit(organiser).get(f"/inspections/{one.pk}/"))
    assert "搭车收费" in page
    assert "立案整改" not in page
    assert not Case.objects.exists()


def test_after_the_embargo_the_checked_side_sees_the_check_and_its_finding(
    organiser: Actor, in_scope: Callable[..., None]
) -> None:
    campaigning.places(1)
    past = clock.now() - dt.timedelta(days=60)
    with time_machine.travel(past, tick=False):
        embargo = past + dt.timedelta(days=20)
        (one,) = campaigning.drawn(organiser, campaigning.covert(count=1, embargo_until=embargo))
        with time_machine.travel(past + dt.timedelta(hours=2), tick=False):
            campaigning.handed_in(campaigning.lead(one), one, fees="搭车收费")
    in_scope(agencies.capacity(builders.OFFICE).pk)
    assert Check.objects.get().kind == "covert"
    assert Finding.objects.get().item == "fees"
    assert not Campaign.objects.exists()


def test_a_quota_is_a_whole_number_of_targets() -> None:
    assert [rules.quota(percent=5, count=None, size=size) for size in (0, 1, 20, 21)] == [0, 1, 1, 2]
    for size in range(1, 300):
        for count in (1, 2, size - 1, size, size + 5):
            assert rules.quota(percent=None, count=count, size=size) == min(count, size)


def test_inspectors_are_those_who_record_checks_in_the_capacity_itself(organiser: Actor) -> None:
    builders.leader(builders.PROVINCE)
    builders.officer(builders.CITY)
    with scopes.within(scopes.everything()):
        able = {one.pk for one in queries.inspectors(organiser.capacity_id, builders.DAY)}
    assert organiser.appointment_id in able
    assert len(able) == 3


def test_the_draws_of_the_day_leave_campaigns_alone(organiser: Actor) -> None:
    campaigning.places(9)
    campaigning.commit(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=1), tick=False):
        campaign = campaigning.opened(organiser)
        actions.freeze_campaign(by=organiser, campaign=campaign)
    with time_machine.travel(NINE + dt.timedelta(minutes=2), tick=False):
        campaigning.reveal(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=3), tick=False):
        assert draw_day(builders.DAY).draws == 0
        assert len(drawing.draw_campaign(campaign=campaign)) == 2


def test_drawn_targets_do_not_wait_at_the_review_desk(organiser: Actor) -> None:
    campaigning.places(9)
    assert len(campaigning.drawn(organiser)) == 2
    assert assign_drawn() == 0
