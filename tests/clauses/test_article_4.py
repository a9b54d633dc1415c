"""Article 4: what the province owes for vehicles and drivers."""

import datetime as dt

import pytest

import campaigning
import patrolling
from builders import (
    CITY,
    DAY,
    PROVINCE,
    acknowledge,
    at,
    bearers,
    check,
    issue,
    judged,
    leader,
    officer,
    on_the_clock,
    place,
    register,
    states,
)
from casework import accepted, answered, complained, ended, ordered, record, submitted
from jianguan.backbone.campaigns.inspections import take_up
from jianguan.backbone.cases.actions import take
from jianguan.backbone.cases.routing import decide_extension
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.documents.models import DocumentKind
from jianguan.backbone.patrol.actions import PatrolRefused, open_round
from jianguan.backbone.patrol.queries import stops
from jianguan.backbone.registrations.models import RegistrationKind

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-4")]

ADOPTED = {"4.4-open-visit": "monthly", "4.5-on-site": "weekly", "4.5-patrol-video": "monthly"}


@pytest.mark.clause("4.1")
def test_clause_4_1_the_supervision_centre_stands_when_it_is_registered() -> None:
    assert states("4.1", PROVINCE) == {"4.1-establishment": "未履行", "4.1-staffing": "未履行"}
    establishment = register(PROVINCE, RegistrationKind.ESTABLISHMENT)
    row = judged("4.1-establishment", PROVINCE)
    assert (row.state, row.required, row.done) == ("已履行", 1, 1)
    assert row.proof["records"] == [f"registration/{establishment.pk}"]
    assert judged("4.1-staffing", PROVINCE).state == "未履行"


@pytest.mark.clause("4.2")
def test_clause_4_2_norms_are_in_force_and_acknowledged_in_time() -> None:
    norm = issue(PROVINCE, DocumentKind.NORM, "4.2", CITY)
    assert judged("4.2-norm", PROVINCE).state == "已履行"
    assert judged("4.2-assessment", PROVINCE).state == "未履行"
    assert judged("4.2-acknowledge", PROVINCE).state == "未履行"
    acknowledge(norm, DAY + dt.timedelta(days=1))
    row = judged("4.2-acknowledge", PROVINCE)
    assert (row.state, row.required, row.done) == ("已履行", 1, 1)


@pytest.mark.clause("4.2")
def test_clause_4_2_an_acknowledgement_after_five_working_days_stays_late() -> None:
    norm = issue(PROVINCE, DocumentKind.NORM, "4.2", CITY)
    acknowledge(norm, DAY + dt.timedelta(days=10))
    assert judged("4.2-acknowledge", PROVINCE).state == "逾期履行"


@pytest.mark.clause("4.2")
def test_clause_4_2_the_assessment_system_is_acknowledged_too() -> None:
    rule = issue(PROVINCE, DocumentKind.ASSESSMENT_RULE, "4.2", CITY)
    waiting = judged("4.2-acknowledge", PROVINCE, as_of=at(DAY, 12))
    assert (waiting.state, waiting.required, waiting.done) == ("待履行", 1, 0)
    acknowledge(rule, DAY + dt.timedelta(days=1))
    assert judged("4.2-acknowledge", PROVINCE).state == "已履行"


@pytest.mark.clause("4.3")
def test_clause_4_3_a_plan_of_test_sites_stands_and_acceptance_waits_for_its_records() -> None:
    issue(PROVINCE, DocumentKind.SITE_PLAN, "4.3")
    assert states("4.3", PROVINCE) == {"4.3-plan": "已履行", "4.3-acceptance": "不可证"}


@pytest.mark.clause("4.4")
def test_clause_4_4_a_soft_word_owes_nothing_until_adopted_then_a_task_a_period() -> None:
    covert = judged("4.4-covert", PROVINCE)
    assert (covert.state, covert.required) == ("未定期限", None)
    assert "“定期”" in covert.reason
    visit = judged("4.4-open-visit", PROVINCE, as_of=at(DAY, 12))
    assert (visit.state, visit.period, visit.required, visit.done) == ("待履行", "2026-03", 1, 0)
    check(PROVINCE, "open-visit")
    assert judged("4.4-open-visit", PROVINCE).state == "已履行"
    assert judged("4.4-covert", PROVINCE).state == "未定期限"


@pytest.mark.clause("4.5")
def test_clause_4_5_a_patrol_covers_every_venue_of_the_province() -> None:
    seen, unseen = place(CITY, code="合成-1"), place(CITY, "service_hall", code="合成-2")
    check(PROVINCE, "patrol-video", subject=seen)
    row = judged("4.5-patrol-video", PROVINCE)
    assert (row.state, row.required, row.done) == ("不足", 2, 1)
    check(PROVINCE, "patrol-video", subject=unseen)
    assert judged("4.5-patrol-video", PROVINCE).state == "已履行"


@pytest.mark.clause("4.5")
def test_clause_4_5_a_place_without_a_known_venue_proves_no_coverage() -> None:
    assert judged("4.5-patrol-video", PROVINCE).state == "不可证"
    assert judged("4.5-spot-check", PROVINCE).state == "未定期限"
    assert judged("4.5-on-site", PROVINCE).state == "未履行"


@pytest.mark.clause("4.6")
def test_clause_4_6_what_the_ministry_notified_is_supervised_to_its_end_in_time() -> None:
    assert judged("4.6-supervise", PROVINCE).state == "免除"
    case = ordered(PROVINCE, CITY, "supervised", "4.6", last_day=DAY + dt.timedelta(days=10))
    waiting = judged("4.6-supervise", PROVINCE, as_of=at(DAY, 12))
    assert (waiting.state, waiting.required, waiting.done) == ("待履行", 1, 0)
    submitted(case, DAY + dt.timedelta(days=6))
    assert judged("4.6-supervise", PROVINCE).state == "未履行"
    ended(case, DAY + dt.timedelta(days=9))
    row = judged("4.6-supervise", PROVINCE)
    assert (row.state, row.required, row.done) == ("已履行", 1, 1)
    assert row.proof["records"] == record(case, Verb.CLOSE)
    assert judged("10.5-supervise", PROVINCE).required == 0


@pytest.mark.clause("4.6")
def test_clause_4_6_ended_after_the_ministrys_day_stays_late_unless_a_leader_granted_more_time() -> None:
    short = DAY + dt.timedelta(days=3)
    case = ordered(PROVINCE, CITY, "supervised", "4.6", last_day=short)
    with on_the_clock(at(DAY, 10)):
        by = officer(CITY)
        take(by=by, case=case, verb=Verb.RECEIVE, version=case.version)
        take(by=by, case=case, verb=Verb.REQUEST_EXTENSION, version=case.version, text="合成：需调取外省录像")
    late = ordered(PROVINCE, CITY, "supervised", "4.6", last_day=short)
    for one in (case, late):
        submitted(one, short)
    with on_the_clock(at(short, 16)):
        longer = DAY + dt.timedelta(days=10)
        decide_extension(
            by=leader(PROVINCE), case=case, version=case.version, granted=True, reason="同意", last_day=longer
        )
    ended(case, DAY + dt.timedelta(days=6))
    row = judged("4.6-supervise", PROVINCE)
    assert (row.state, row.required, row.done) == ("不足", 2, 1)
    ended(late, DAY + dt.timedelta(days=6))
    row = judged("4.6-supervise", PROVINCE)
    assert (row.state, row.required, row.done) == ("逾期履行", 2, 2)


@pytest.mark.clause("4.7")
def test_clause_4_7_assessment_rules_stand_while_ranking_and_notices_wait_for_a_cadence() -> None:
    issue(PROVINCE, DocumentKind.ASSESSMENT_RULE, "4.7")
    assert states("4.7", PROVINCE) == {"4.7-rule": "已履行", "4.7-ranking": "未定期限", "4.7-bulletin": "未定期限"}


@pytest.mark.clause("4.8")
def test_clause_4_8_a_complaint_to_the_province_is_met_when_the_complainant_was_answered_in_time() -> None:
    assert bearers("4.8-complaint") == {PROVINCE}
    assert states("4.8", PROVINCE) == {"4.8-complaint": "免除"}
    one = complained(CITY, "conduct")
    case = accepted(one, PROVINCE)
    submitted(case, DAY + dt.timedelta(days=7))
    assert judged("4.8-complaint", PROVINCE).state == "未履行"
    answered(one, case, DAY + dt.timedelta(days=8))
    row = judged("4.8-complaint", PROVINCE)
    assert (row.state, row.proof["records"]) == ("已履行", record(case, Verb.CLOSE))


@pytest.mark.clause("4.4")
def test_clause_4_4_a_campaign_drawn_and_carried_out_is_the_open_visit_of_the_month() -> None:
    campaigning.places(5)
    with on_the_clock(at(DAY, 9)):
        by, _ = officer(PROVINCE), officer(PROVINCE)
        visits = campaigning.drawn(by, campaigning.plan(provision="4.4", count=1))
    assert judged("4.4-open-visit", PROVINCE).state == "未履行"
    with on_the_clock(at(DAY, 15)):
        form = campaigning.handed_in(campaigning.lead(visits[0]), visits[0])
    row = judged("4.4-open-visit", PROVINCE)
    assert (row.state, row.done) == ("已履行", 1)
    assert row.proof["records"] == [f"check/{form.check_record_id}"]


@pytest.mark.clause("4.5")
def test_clause_4_5_a_round_of_patrol_covers_the_places_that_were_really_looked_at() -> None:
    for number in range(2):
        patrolling.photograph(patrolling.seat(CITY, f"合成-{number}"), at(DAY, 8))
    with on_the_clock(at(DAY, 9)):
        by = officer(PROVINCE)
        one, other = stops(by.scope, open_round(by=by, size=2).pk)
        patrolling.patrol(by, one)
        with pytest.raises(PatrolRefused):
            patrolling.patrol(by, other, seconds=10)
    row = judged("4.5-patrol-video", PROVINCE)
    assert (row.state, row.required, row.done) == ("不足", 2, 1)
    with on_the_clock(at(DAY, 10)):
        patrolling.patrol(by, other)
    assert judged("4.5-patrol-video", PROVINCE).state == "已履行"


@pytest.mark.clause("4.5")
def test_clause_4_5_a_place_of_which_nothing_could_be_seen_is_not_covered() -> None:
    patrolling.seat(CITY, "合成-1")
    with on_the_clock(at(DAY, 9)):
        by = officer(PROVINCE)
        (stop,) = stops(by.scope, open_round(by=by, size=1).pk)
        assert not patrolling.patrol(by, stop).passed
    row = judged("4.5-patrol-video", PROVINCE)
    assert (row.state, row.required, row.done) == ("未履行", 1, 0)


@pytest.mark.clause("4.5")
def test_clause_4_5_an_on_site_inspection_handed_in_from_the_phone_is_the_visit_of_the_week() -> None:
    with on_the_clock(at(DAY, 9)):
        by = officer(PROVINCE)
        inspection = take_up(by=by, kind="patrol-on-site", subject=patrolling.seat(CITY, "合成-1"))
        campaigning.handed_in(by, inspection)
    assert judged("4.5-on-site", PROVINCE).state == "已履行"
