"""Article 6: what a vehicle office owes."""

import datetime as dt

import pytest

import patrolling
from builders import (
    AFTER,
    CITY,
    DAY,
    OFFICE,
    at,
    check,
    freeze,
    judged,
    leader,
    officer,
    on_the_clock,
    open_day,
    place,
    register,
    review,
    states,
)
from casework import ended, ordered, record, submitted
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases.routing import reopen
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.evidence.actions import DrillRefused, record_drill
from jianguan.backbone.patrol.actions import open_round
from jianguan.backbone.patrol.queries import stops
from jianguan.backbone.registrations.models import RegistrationKind
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.checks import items_of
from jianguan.backbone.work.models import Check
from jianguan.domains.licensing import queries, rules
from jianguan.domains.licensing.actions import sign_pre_exam
from jianguan.domains.licensing.rules import SiteState

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-6")]

ADOPTED = {"6.2-access": "monthly", "6.10-patrol-video": "weekly"}
APPROVED = "a" * 64
NORMAL = {"pass_fail": "pass", "number": "1", "text": "", "digest": APPROVED}
NEXT_DAY = DAY + dt.timedelta(days=1)


@pytest.mark.clause("6.1")
def test_clause_6_1_each_of_unit_post_and_duty_chart_must_stand() -> None:
    register(OFFICE, RegistrationKind.ESTABLISHMENT)
    register(OFFICE, RegistrationKind.FULL_TIME_POST)
    assert states("6.1", OFFICE) == {
        "6.1-establishment": "已履行",
        "6.1-full-time-post": "已履行",
        "6.1-duty-chart": "未履行",
    }


@pytest.mark.clause("6.2")
def test_clause_6_2_an_access_review_meets_the_adopted_month_and_the_rest_have_no_cadence() -> None:
    check(OFFICE, "access-review")
    found = states("6.2", OFFICE)
    assert found.pop("6.2-access") == "已履行"
    assert len(found) == 5
    assert set(found.values()) == {"未定期限"}


@pytest.mark.clause("6.3")
def test_clause_6_3_coverage_by_cameras_cannot_be_proven_without_a_camera_register() -> None:
    assert states("6.3", OFFICE) == {"6.3-coverage": "不可证", "6.3-clear": "不可证", "6.3-live": "不可证"}


@pytest.mark.clause("6.4")
def test_clause_6_4_a_signed_check_and_its_log_prove_the_day() -> None:
    assert judged("6.4-pre-exam", OFFICE, as_of=at(DAY, 7)).state == "待履行"
    site = place(OFFICE, subjects=["科目一"], desks=20, first_exam="09:00")
    with on_the_clock(at(DAY, 7, 30)):
        items = rules.applicable(items_of(queries.checklist(DAY)), frozenset({"科目一"}))
        answers = {item.id: Answer(NORMAL[item.answer]) for item in items} | {"s1-desk-count": Answer("20")}
        signed, log = sign_pre_exam(by=officer(OFFICE), site=site, answers=answers)
    assert states("6.4", OFFICE) == {"6.4-pre-exam": "已履行", "6.4-log": "已履行"}
    assert judged("6.4-pre-exam", OFFICE).proof["records"] == [f"check/{signed.pk}"]
    assert judged("6.4-log", OFFICE).proof["records"] == [f"document/{log.pk}"]


@pytest.mark.clause("6.4")
def test_clause_6_4_three_sites_owe_three_checks_and_two_of_one_site_are_one() -> None:
    sites = [place(OFFICE, code=f"合成-{number}") for number in range(3)]
    check(OFFICE, "pre-exam", subject=sites[0])
    check(OFFICE, "pre-exam", subject=sites[0])
    check(OFFICE, "pre-exam")
    row = judged("6.4-pre-exam", OFFICE, as_of=at(DAY, 12))
    assert (row.state, row.required, row.done) == ("待履行", 3, 1)
    row = judged("6.4-pre-exam", OFFICE)
    assert (row.state, row.required, row.done) == ("不足", 3, 1)
    assert row.reason == "条款6.4 要求每日每个考场“每日考前检查”，当日应有3个考场，已做1个，缺2个考场。"
    assert len(row.proof["records"]) == 2


@pytest.mark.clause("6.4")
def test_clause_6_4_a_check_after_opening_is_late_and_one_of_the_next_day_makes_up_for_nothing() -> None:
    first, second = place(OFFICE, code="合成-1"), place(OFFICE, code="合成-2")
    early(first)
    for site in (first, second, second):
        early(site, NEXT_DAY)
    assert judged("6.4-pre-exam", OFFICE, as_of=at(DAY, 23, 59)).state == "待履行"
    assert judged("6.4-pre-exam", OFFICE, as_of=at(NEXT_DAY)).state == "不足"
    assert judged("6.4-pre-exam", OFFICE).state == "不足"
    early(second, hour=15)
    assert judged("6.4-pre-exam", OFFICE).state == "逾期履行"


@pytest.mark.clause("6.4")
def test_clause_6_4_a_day_proven_without_exams_is_excused_on_the_page_and_in_the_ledger() -> None:
    place(OFFICE)
    page = {"免除": SiteState.NO_EXAM, "未履行": SiteState.MISSED}
    for size, day in ((0, DAY), (None, NEXT_DAY)):
        open_day(day)
        freeze(OFFICE, "exam-av", size, day)
        row = judged("6.4-pre-exam", OFFICE, day=day)
        (site,) = queries.day(scopes.of([agencies.capacity(OFFICE).pk]), day, AFTER)
        assert site.state is page[row.state]
    assert judged("6.4-pre-exam", OFFICE).reason == "条款6.4 当日无考试，已证实，免除“每日考前检查”。"
    assert judged("6.4-log", OFFICE).state == "免除"


@pytest.mark.clause("6.4")
def test_clause_6_4_an_office_without_a_known_site_cannot_be_proven() -> None:
    check(OFFICE, "pre-exam")
    row = judged("6.4-pre-exam", OFFICE)
    assert (row.state, row.required) == ("不可证", None)
    assert "没有登记在用的考场" in row.reason


def early(site: Subject, day: dt.date = DAY, hour: int = 7) -> None:
    """A check, signed ten minutes later; at seven it is in time."""
    Check.objects.create(
        kind="pre-exam", method=Check.Method.ON_SITE, capacity=site.capacity, subject=site,
        happened_at=at(day, hour), signed_at=at(day, hour, 10),
    )  # fmt: skip


@pytest.mark.clause("6.4")
def test_clause_6_4_a_day_without_a_check_is_missed_for_good() -> None:
    place(OFFICE)
    assert states("6.4", OFFICE) == {"6.4-pre-exam": "未履行", "6.4-log": "未履行"}


@pytest.mark.clause("6.5")
def test_clause_6_5_examiners_recorders_and_uploads_cannot_be_proven_without_their_feeds() -> None:
    found = states("6.5", OFFICE)
    assert len(found) == 4
    assert set(found.values()) == {"不可证"}


@pytest.mark.clause("6.6")
def test_clause_6_6_of_212_files_11_are_owed_and_met_when_reviewed_on_the_day() -> None:
    population = freeze(OFFICE, "exam-av", 212)
    review(population, 9)
    row = judged("6.6-exam", OFFICE, as_of=at(DAY, 23))
    assert (row.state, row.required, row.done) == ("待履行", 11, 9)
    assert row.reason == "条款6.6 要求每日不少于5%，当日考试档案212件，应抽11件，已审9件，期限未到，尚缺2件。"
    assert judged("6.6-exam", OFFICE).state == "不足"
    review(population, 2)
    row = judged("6.6-exam", OFFICE)
    assert (row.state, row.required, row.done) == ("已履行", 11, 11)
    assert row.proof["records"] == [f"population/{population.pk}", f"draw/{population.draws.get().pk}"]


@pytest.mark.clause("6.6")
def test_clause_6_6_the_day_is_looked_at_by_the_end_of_the_next_working_day_and_later_stays_late() -> None:
    review(freeze(OFFICE, "exam-av", 212), 11, at(NEXT_DAY, 9))
    assert judged("6.6-exam", OFFICE).state == "已履行"
    review(freeze(OFFICE, "body-camera", 20), 1, at(NEXT_DAY + dt.timedelta(days=1), 9))
    assert judged("6.6-body-camera", OFFICE).state == "逾期履行"


@pytest.mark.clause("6.6")
def test_clause_6_6_none_unknown_and_unlisted_are_three_different_days() -> None:
    assert judged("6.6-exam", OFFICE).state == "不可证"
    freeze(OFFICE, "exam-av", 0)
    freeze(OFFICE, "body-camera", None)
    assert states("6.6", OFFICE) == {"6.6-exam": "免除", "6.6-body-camera": "不可证"}
    assert "证实为0件" in judged("6.6-exam", OFFICE).reason


@pytest.mark.clause("6.6")
def test_clause_6_6_exam_files_and_body_camera_files_each_owe_their_own_share() -> None:
    review(freeze(OFFICE, "exam-av", 20), 1)
    freeze(OFFICE, "body-camera", 21)
    assert states("6.6", OFFICE) == {"6.6-exam": "已履行", "6.6-body-camera": "未履行"}
    assert judged("6.6-body-camera", OFFICE).required == 2


@pytest.mark.clause("6.7")
def test_clause_6_7_a_fifth_of_the_inspection_area_is_reviewed() -> None:
    population = freeze(OFFICE, "inspection-area", 31)
    review(population, 6)
    assert judged("6.7-area", OFFICE).state == "不足"
    review(population, 1)
    row = judged("6.7-area", OFFICE)
    assert (row.state, row.required, row.done) == ("已履行", 7, 7)
    found = states("6.7", OFFICE)
    del found["6.7-area"]
    assert found.pop("6.7-anomaly") == "不可证"
    assert set(found.values()) == {"不可证"}


@pytest.mark.clause("6.8")
def test_clause_6_8_key_vehicles_are_checked_each_month_while_the_analysis_waits_for_its_records() -> None:
    check(OFFICE, "key-vehicle-inspection")
    row = judged("6.8-key-vehicle", OFFICE)
    assert (row.state, row.period) == ("已履行", "2026-03")
    assert judged("6.8-analysis", OFFICE).state == "不可证"


@pytest.mark.clause("6.9")
def test_clause_6_9_a_drill_that_finds_everything_proves_the_month_and_one_lost_recording_breaks_it() -> None:
    assert states("6.9", OFFICE) == {"6.9-standard": "不可证", "6.9-av": "不可证", "6.9-body-camera": "不可证"}
    drill("av-retention", sampled=20, retrieved=20)
    drill("body-camera-retention", sampled=20, retrieved=19)
    row = judged("6.9-av", OFFICE)
    assert (row.state, row.period, row.required, row.done) == ("已履行", "2026-03", 20, 20)
    assert judged("6.9-body-camera", OFFICE).state == "未履行"


def drill(kind: str, *, sampled: int, retrieved: int) -> None:
    with on_the_clock(at(DAY, 14)):
        record_drill(
            by=officer(OFFICE),
            kind=kind,
            drilled_at=at(DAY, 13),
            oldest=dt.date(2023, 3, 10),
            sampled=sampled,
            retrieved=retrieved,
        )


@pytest.mark.clause("6.9")
def test_clause_6_9_a_drill_that_cannot_be_is_refused() -> None:
    with pytest.raises(DrillRefused, match="不能多于"):
        drill("av-retention", sampled=20, retrieved=21)


@pytest.mark.clause("6.9")
def test_clause_6_9_six_months_of_the_ministry_bind_nobody_before_they_are_switched_on() -> None:
    assert "6.9-body-camera-ministry" not in states("6.9", OFFICE)


@pytest.mark.clause("6.10")
def test_clause_6_10_a_patrol_meets_the_adopted_week() -> None:
    check(OFFICE, "patrol-video")
    row = judged("6.10-patrol-video", OFFICE)
    assert (row.state, row.period) == ("已履行", "2026-W11")
    assert judged("6.10-patrol-on-site", OFFICE).state == "未定期限"


@pytest.mark.clause("6.11")
def test_clause_6_11_what_was_notified_from_above_is_verified_and_rectified_by_the_office_in_time() -> None:
    assert states("6.11", OFFICE) == {"6.11-verify": "免除", "6.11-rectify": "免除"}
    notified = ordered(CITY, OFFICE, "supervised", "5.7")
    problem = ordered(CITY, OFFICE, "rectification", "6.6")
    submitted(notified, DAY + dt.timedelta(days=7))
    assert states("6.11", OFFICE) == {"6.11-verify": "已履行", "6.11-rectify": "未履行"}
    submitted(problem, DAY + dt.timedelta(days=20))
    assert judged("6.11-rectify", OFFICE).state == "逾期履行"
    assert judged("6.11-rectify", OFFICE).proof["records"] == record(problem, Verb.SUBMIT)


@pytest.mark.clause("6.11")
def test_clause_6_11_a_case_that_is_reopened_is_owed_anew_and_the_first_end_still_stands() -> None:
    case = ordered(CITY, OFFICE, "supervised", "5.7")
    ended(submitted(case, DAY + dt.timedelta(days=2)), DAY + dt.timedelta(days=3))
    with on_the_clock(at(DAY + dt.timedelta(days=6), 9)):
        last = DAY + dt.timedelta(days=13)
        reopen(by=leader(CITY), case=case, version=case.version, reason="合成：回查发现反弹", last_day=last)
    row = judged("6.11-verify", OFFICE)
    assert (row.state, row.required, row.done) == ("不足", 2, 1)
    submitted(case, DAY + dt.timedelta(days=9))
    row = judged("6.11-verify", OFFICE)
    assert (row.state, row.required, row.done) == ("已履行", 2, 2)


@pytest.mark.clause("6.10")
def test_clause_6_10_a_stop_looked_at_for_its_time_meets_the_week_with_proof() -> None:
    patrolling.photograph(patrolling.seat(OFFICE, "合成-1"), at(DAY, 8))
    with on_the_clock(at(DAY, 9)):
        by = officer(OFFICE)
        (stop,) = stops(by.scope, open_round(by=by, size=1).pk)
        checked = patrolling.patrol(by, stop, discipline_phone="窗口人员玩手机")
    row = judged("6.10-patrol-video", OFFICE)
    assert (row.state, row.done) == ("已履行", 1)
    assert row.proof["records"] == [f"check/{checked.pk}"]
