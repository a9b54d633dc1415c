"""Article 15: what a city and its technology department owe for information systems."""

import datetime as dt

import pytest

import approving
import builders
from builders import CITY, DAY, PROVINCE, at, check, judged, leader, officer, on_the_clock, register, states
from jianguan.backbone.approvals.actions import ApprovalRefused, give_back, resubmit, withdraw
from jianguan.backbone.registrations.actions import file_with_superior, receive_filing
from jianguan.backbone.registrations.models import RegistrationKind

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-15")]

ADOPTED = {"15.2-maintenance": "weekly"}


@pytest.mark.clause("15.1")
def test_clause_15_1_staff_is_filed_when_the_province_has_signed_for_it() -> None:
    registration = register(CITY, RegistrationKind.STAFF_FILING)
    with on_the_clock(at(DAY, 9)):
        file_with_superior(by=officer(CITY), registration=registration)
    assert judged("15.1-filing", CITY).state == "未履行"
    with on_the_clock(at(DAY + dt.timedelta(days=2), 9)):
        registration.refresh_from_db()
        receive_filing(by=leader(PROVINCE), registration=registration)
    row = judged("15.1-filing", CITY)
    assert (row.state, row.required, row.done) == ("已履行", 1, 1)


@pytest.mark.clause("15.1")
def test_clause_15_1_without_staff_to_file_the_month_is_excused_and_letters_are_still_owed() -> None:
    found = states("15.1", CITY)
    assert found["15.1-filing"] == "免除"
    assert found["15.1-police"] == found["15.1-responsibility-letter"] == "未履行"


@pytest.mark.clause("15.2")
def test_clause_15_2_maintenance_meets_the_adopted_week_and_first_contact_waits_for_its_records() -> None:
    check(CITY, "database-maintenance")
    assert states("15.2", CITY) == {
        "15.2-maintenance": "已履行",
        "15.2-security": "未定期限",
        "15.2-first-contact": "不可证",
        "15.2-request": "免除",
    }


@pytest.mark.clause("15.2")
def test_clause_15_2_the_form_reaches_the_province_under_first_receipt_which_nobody_passes_on() -> None:
    people = approving.crew()
    with on_the_clock(at(DAY, 9)):
        one = approving.applied(people.applicant, locked=True, received_on=DAY)
        with pytest.raises(ApprovalRefused, match="首接责任制"):
            withdraw(by=people.applicant, application=one, version=1, reason="请别的单位办理")
        approving.sign(one, people.city_leader)
    builders.see_everything()
    row = judged("15.2-request", CITY)
    assert (row.state, row.required, row.done) == ("已履行", 1, 1)


@pytest.mark.clause("15.3")
def test_clause_15_3_the_city_fills_in_reports_and_corrects_in_time() -> None:
    people = approving.crew()
    with on_the_clock(at(DAY, 9)):
        one = approving.applied(people.applicant, received_on=DAY)
        approving.sign(one, people.city_leader)
        seat = approving.seat(one, people.analyst)
        give_back(by=people.analyst, application=one, version=one.version, seat=seat, reason="请补充档案页")
    builders.see_everything()
    row = judged("15.3-form", CITY)
    assert (row.state, row.required, row.done) == ("不足", 3, 2)
    with on_the_clock(at(DAY + dt.timedelta(days=2), 9)):
        resubmit(
            by=approving.acting(people.applicant),
            application=one,
            version=one.version,
            reason="已补充档案页",
            data=approving.DATA,
            changes=approving.CHANGES,
        )
        approving.sign(one, people.city_leader)
    builders.see_everything()
    row = judged("15.3-form", CITY)
    assert (row.state, row.required, row.done) == ("已履行", 4, 4)


@pytest.mark.clause("15.3")
def test_clause_15_3_a_form_filled_in_weeks_after_the_need_came_in_is_late() -> None:
    people = approving.crew()
    with on_the_clock(at(DAY + dt.timedelta(days=10), 9)):
        approving.sign(approving.applied(people.applicant, received_on=DAY), people.city_leader)
    builders.see_everything()
    row = judged("15.3-form", CITY)
    assert (row.state, row.required) == ("逾期履行", 2)
    assert row.reason.startswith("条款15.3 ")
