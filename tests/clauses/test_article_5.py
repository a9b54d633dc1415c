"""Article 5: what a city owes for vehicles and drivers."""

import datetime as dt

import pytest

import campaigning
from builders import (
    ACTING_CITY,
    CITY,
    DAY,
    OFFICE,
    PROVINCE,
    at,
    bearers,
    check,
    freeze,
    judged,
    officer,
    on_the_clock,
    register,
    review,
    states,
)
from casework import accepted, answered, complained, ended, ordered, record, returned, submitted
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.campaigns.inspections import take_up
from jianguan.backbone.cases.actions import take
from jianguan.backbone.cases.routing import split
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.rosters import enter_roster
from jianguan.backbone.registrations.models import RegistrationKind
from jianguan.backbone.rules.queries import working_calendar

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-5")]

ADOPTED = {"5.2-office": "monthly", "5.6-archive": "monthly"}
CITIES = 12


@pytest.mark.clause("5.1")
def test_clause_5_1_the_city_centre_stands_and_the_province_acting_as_city_owes_none() -> None:
    register(CITY, RegistrationKind.ESTABLISHMENT)
    assert states("5.1", CITY) == {"5.1-establishment": "已履行", "5.1-full-time-post": "未履行"}
    assert judged("5.1-establishment", "siping@CITY").state == "未履行"
    assert len(bearers("5.1-establishment")) == CITIES
    assert ACTING_CITY not in bearers("5.1-establishment")


@pytest.mark.clause("5.2")
def test_clause_5_2_a_check_of_the_vehicle_office_meets_the_adopted_month() -> None:
    check(CITY, "vehicle-office")
    assert states("5.2", CITY) == {"5.2-office": "已履行", "5.2-venues": "未定期限"}
    assert judged("5.2-office", "siping@CITY").state == "未履行"


@pytest.mark.clause("5.3")
def test_clause_5_3_a_day_with_a_roster_is_a_day_with_a_mechanism() -> None:
    register(CITY, RegistrationKind.DUTY_CHART)
    with on_the_clock(at(DAY, 7)):
        by = officer(CITY)
        enter_roster(by=by, appointment=Appointment.objects.get(pk=by.appointment_id), day=DAY)
    assert states("5.3", CITY) == {"5.3-duty-chart": "已履行", "5.3-work-rule": "未履行", "5.3-roster": "已履行"}


@pytest.mark.clause("5.4")
def test_clause_5_4_the_link_is_registered_while_coverage_waits_for_the_camera_register() -> None:
    register(CITY, RegistrationKind.FEED_LINK)
    assert states("5.4", CITY) == {"5.4-network": "不可证", "5.4-feed": "已履行"}


@pytest.mark.clause("5.5")
def test_clause_5_5_an_anomaly_is_judged_and_ended_in_three_working_days_and_notices_have_no_cadence() -> None:
    assert states("5.5", CITY) == {"5.5-anomaly": "不可证", "5.5-notify": "未定期限"}
    case = ordered(CITY, OFFICE, "anomaly", "5.5")
    submitted(case, DAY + dt.timedelta(days=2))
    assert judged("5.5-anomaly", CITY).state == "未履行"
    ended(case, DAY + dt.timedelta(days=3))
    row = judged("5.5-anomaly", CITY)
    assert (row.state, row.done, row.proof["records"]) == ("已履行", 1, record(case, Verb.CLOSE))
    slow = ordered(CITY, OFFICE, "anomaly", "5.5")
    ended(submitted(slow, DAY + dt.timedelta(days=2)), DAY + dt.timedelta(days=6))
    assert judged("5.5-anomaly", CITY).state == "逾期履行"


@pytest.mark.clause("5.6")
def test_clause_5_6_without_an_adopted_percentage_no_number_of_archives_is_enough() -> None:
    review(freeze(CITY, "archive", 100), 3)
    row = judged("5.6-archive", CITY)
    assert (row.state, row.required) == ("不可证", None)
    assert "5.6.ratio" in row.reason
    assert judged("5.6-focus", CITY).state == "未定期限"


@pytest.mark.clause("5.7")
def test_clause_5_7_what_the_superior_notified_is_verified_and_rectified_by_the_city_in_time() -> None:
    assert states("5.7", CITY) == {"5.7-verify": "免除", "5.7-rectify": "免除"}
    notified = ordered(PROVINCE, CITY, "supervised", "4.6")
    problem = ordered(PROVINCE, CITY, "rectification", "10.4")
    assert states("5.7", CITY) == {"5.7-verify": "未履行", "5.7-rectify": "未履行"}
    submitted(notified, DAY + dt.timedelta(days=7))
    submitted(problem, DAY + dt.timedelta(days=15))
    assert states("5.7", CITY) == {"5.7-verify": "已履行", "5.7-rectify": "逾期履行"}
    assert judged("5.7-verify", CITY).proof["records"] == record(notified, Verb.SUBMIT)
    assert judged("5.7-verify", "siping@CITY").state == "免除"


@pytest.mark.clause("5.7")
def test_clause_5_7_a_submission_that_was_returned_does_not_count() -> None:
    case = ordered(PROVINCE, CITY, "supervised", "4.6")
    returned(submitted(case, DAY + dt.timedelta(days=2)), DAY + dt.timedelta(days=3))
    assert judged("5.7-verify", CITY).state == "未履行"
    submitted(case, DAY + dt.timedelta(days=9))
    row = judged("5.7-verify", CITY)
    assert (row.state, row.required) == ("已履行", 1)
    assert row.proof["records"] == record(case, Verb.SUBMIT)


@pytest.mark.clause("5.7")
def test_clause_5_7_a_case_split_among_offices_is_owed_by_each_of_them_and_once_by_the_city() -> None:
    case = ordered(PROVINCE, CITY, "supervised", "4.6")
    with on_the_clock(at(DAY, 11)):
        by = officer(CITY)
        take(by=by, case=case, verb=Verb.RECEIVE, version=case.version)
        offices = [agencies.capacity(OFFICE)]
        (child,) = split(
            by=by, case=case, version=case.version, handlers=offices, text="分办", calendar=working_calendar()
        )
    ended(submitted(child, DAY + dt.timedelta(days=3)), DAY + dt.timedelta(days=4))
    assert judged("6.11-verify", OFFICE).state == "已履行"
    assert judged("5.7-verify", CITY).state == "未履行"
    submitted(case, DAY + dt.timedelta(days=5), by=officer(CITY))
    row = judged("5.7-verify", CITY)
    assert (row.state, row.required) == ("已履行", 1)


@pytest.mark.clause("5.8")
def test_clause_5_8_a_complaint_is_investigated_and_what_proved_true_rectified() -> None:
    assert states("5.8", CITY) == {"5.8-investigate": "免除", "5.8-rectify": "免除"}
    one = complained(OFFICE, "exam")
    case = accepted(one, OFFICE)
    problem = ordered(PROVINCE, CITY, "rectification", "5.8")
    answered(one, submitted(case, DAY + dt.timedelta(days=3)), DAY + dt.timedelta(days=6))
    submitted(problem, DAY + dt.timedelta(days=7))
    assert states("5.8", CITY) == {"5.8-investigate": "已履行", "5.8-rectify": "已履行"}
    assert judged("5.8-rectify", CITY).proof["records"] == record(problem, Verb.SUBMIT)
    assert states("5.7", CITY)["5.7-rectify"] == "免除"


@pytest.mark.clause("5.2")
def test_clause_5_2_an_inspection_of_the_office_handed_in_from_the_phone_meets_the_month_with_proof() -> None:
    with on_the_clock(at(DAY, 9)):
        by = officer(CITY)
        inspection = take_up(by=by, kind="vehicle-office", checked=agencies.capacity(OFFICE))
        form = campaigning.handed_in(by, inspection, ratio="查验区当日只抽了一成")
    row = judged("5.2-office", CITY)
    assert (row.state, row.done) == ("已履行", 1)
    assert row.proof["records"] == [f"check/{form.check_record_id}"]
