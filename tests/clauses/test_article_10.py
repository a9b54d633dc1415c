"""Article 10: what the province owes for its audio and video network."""

import datetime as dt

import pytest

import campaigning
import drawing
from builders import CITY, DAY, PROVINCE, at, bearers, check, freeze, judged, officer, on_the_clock, place, states
from casework import ended, ordered, record, submitted
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.documents.models import DocumentKind
from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import actions, queries
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.checks import items_of
from noticing import notify, owe_notice

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-10")]

ADOPTED = {"10.3-open-visit": "quarterly"}


@pytest.mark.clause("10.1")
def test_clause_10_1_analysis_has_no_cadence_and_warnings_wait_for_their_records() -> None:
    assert states("10.1", PROVINCE) == {
        "10.1-analysis": "未定期限",
        "10.1-warning": "不可证",
        "10.1-key-target": "不可证",
    }


@pytest.mark.clause("10.2")
def test_clause_10_2_every_area_with_an_agency_is_looked_at_every_day() -> None:
    assert set(states("10.2", PROVINCE).values()) == {"不可证"}
    agencies_ = [place(city, "inspection_agency", f"合成-{city}") for city in (CITY, "jilin-city@CITY")]
    site = place(CITY, "exam_site", "合成-考场")
    assert states("10.2", PROVINCE) == {
        "10.2-inspection-agency": "未履行",
        "10.2-exam-site": "未履行",
        "10.2-determine": "不可证",
    }
    population = freeze(PROVINCE, "site-by-area", 3)
    with on_the_clock(at(DAY, 19)):
        by = officer(PROVINCE)
        draw = drawing.draw_of(population)
        for subject in (agencies_[0], site):
            look(by, drawing.item_of(draw, subject.code, [by], subject=subject))
        unlooked = drawing.item_of(draw, agencies_[1].code, [by], subject=agencies_[1])
    row = judged("10.2-inspection-agency", PROVINCE)
    assert (row.state, row.required, row.done) == ("不足", 2, 1)
    assert judged("10.2-exam-site", PROVINCE).state == "已履行"
    with on_the_clock(at(DAY, 20)):
        look(by, unlooked)
    assert judged("10.2-inspection-agency", PROVINCE).state == "已履行"


def look(by: Actor, item: DrawItem) -> None:
    """Review a place as normal and write down what was seen."""
    checklist = queries.checklist("site-spot-check", DAY)
    answers = {one.id: Answer("pass") for one in items_of(checklist) if one.answer == "pass_fail"}
    actions.submit_review(
        by=by,
        assignment=drawing.assigned(item, by),
        verdict="normal",
        answers=answers,
        remark="合成：监控画面正常，公示与备案一致",
    )


@pytest.mark.clause("10.3")
def test_clause_10_3_an_open_visit_meets_the_adopted_quarter() -> None:
    assert judged("10.3-open-visit", PROVINCE, as_of=at(DAY, 12)).state == "待履行"
    check(PROVINCE, "open-visit")
    row = judged("10.3-open-visit", PROVINCE)
    assert (row.state, row.period) == ("已履行", "2026-Q1")
    assert judged("10.3-covert", PROVINCE).state == "未定期限"


@pytest.mark.clause("10.4")
def test_clause_10_4_an_established_violation_is_notified_by_a_document_that_names_it() -> None:
    assert bearers("10.4-notify") == {PROVINCE}
    data = {"matter": "检验", "problems": "照片不清。", "requirement": "查处。", "last_day": "4月1日"}
    owe_notice(PROVINCE, DocumentKind.VIOLATION_NOTICE, "10.4", "finding/1")
    assert judged("10.4-notify", PROVINCE).state == "未履行"
    notify(PROVINCE, DocumentKind.VIOLATION_NOTICE, data, "finding/1")
    assert judged("10.4-notify", PROVINCE).state == "已履行"


@pytest.mark.clause("10.5")
def test_clause_10_5_the_handling_of_a_violation_is_supervised_across_levels_to_its_end() -> None:
    assert judged("10.5-supervise", PROVINCE).state == "免除"
    case = ordered(PROVINCE, CITY, "supervised", "10.5")
    submitted(case, DAY + dt.timedelta(days=7))
    assert judged("10.5-supervise", PROVINCE).state == "未履行"
    ended(case, DAY + dt.timedelta(days=8))
    row = judged("10.5-supervise", PROVINCE)
    assert (row.state, row.period, row.proof["records"]) == ("已履行", "2026-03", record(case, Verb.CLOSE))
    assert judged("4.6-supervise", PROVINCE).state == "免除"
    assert judged("5.7-verify", CITY).state == "已履行"


@pytest.mark.clause("10.3")
def test_clause_10_3_a_campaign_is_counted_with_proof_and_a_target_that_is_gone_is_the_worst_outcome() -> None:
    campaigning.places(4)
    with on_the_clock(at(DAY, 9)):
        by, _ = officer(PROVINCE), officer(PROVINCE)
        one, other = campaigning.drawn(by)
    with on_the_clock(at(DAY, 15)):
        found = campaigning.handed_in(campaigning.lead(one), one).check_record
        gone = campaigning.handed_in(campaigning.lead(other), other, "not-found").check_record
    assert found is not None
    assert gone is not None
    assert (found.passed, gone.passed) == (True, False)
    row = judged("10.3-open-visit", PROVINCE)
    assert (row.state, row.done) == ("已履行", 2)
    assert set(row.proof["records"]) == {f"check/{found.pk}", f"check/{gone.pk}"}
