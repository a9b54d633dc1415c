"""Article 14: what the province and its technology department owe for information systems."""

import datetime as dt

import pytest

import approving
import builders
from builders import DAY, PROVINCE, at, check, judged, on_the_clock, register, states
from jianguan.backbone.approvals.actions import ApprovalRefused, sign
from jianguan.backbone.registrations.models import RegistrationKind

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-14")]

ADOPTED = {"14.1-access-review": "monthly", "14.2-maintenance": "weekly"}
DEPARTMENT = "jilin-technology@TECHNOLOGY"


@pytest.mark.clause("14.1")
def test_clause_14_1_what_the_technology_department_registers_proves_the_duty_of_the_province() -> None:
    register(DEPARTMENT, RegistrationKind.RESPONSIBILITY_LETTER)
    register(DEPARTMENT, RegistrationKind.CONFIDENTIALITY_AGREEMENT, partner="合成的合作公司")
    check(PROVINCE, "access-review")
    found = states("14.1", PROVINCE)
    assert found["14.1-responsibility-letter"] == "已履行"
    assert found["14.1-confidentiality"] == "已履行"
    assert found["14.1-access-review"] == "已履行"


@pytest.mark.clause("14.1")
def test_clause_14_1_a_letter_that_nobody_signed_is_missed() -> None:
    assert judged("14.1-responsibility-letter", PROVINCE).state == "未履行"


@pytest.mark.clause("14.2")
def test_clause_14_2_maintenance_meets_the_adopted_week_and_requests_wait_for_their_records() -> None:
    check(PROVINCE, "database-maintenance")
    assert states("14.2", PROVINCE) == {
        "14.2-maintenance": "已履行",
        "14.2-guidance": "未定期限",
        "14.2-request": "不可证",
    }


@pytest.mark.clause("14.3")
def test_clause_14_3_a_change_analysed_signed_executed_and_verified_in_time_is_met_stage_by_stage() -> None:
    changed(DAY)
    handled, signed = judged("14.3-handle", PROVINCE), judged("14.3-approval", PROVINCE)
    assert (handled.state, handled.required, handled.done) == ("已履行", 5, 5)
    assert (signed.state, signed.required, signed.done) == ("已履行", 1, 1)
    assert handled.proof["records"][0].startswith("approval/")


@pytest.mark.clause("14.3")
def test_clause_14_3_silence_approves_nothing_and_the_leader_who_waits_is_late_or_missing() -> None:
    people = approving.crew()
    with on_the_clock(at(DAY, 9)):
        one = approving.applied(people.applicant)
        approving.sign(one, people.city_leader)
        approving.sign(one, people.analyst, branch="technology")
    builders.see_everything()
    assert judged("14.3-approval", PROVINCE).state == "未履行"
    with on_the_clock(at(DAY + dt.timedelta(days=9), 9)):
        assert one.state == "signing"
        approving.sign(one, people.leader)
    builders.see_everything()
    assert judged("14.3-approval", PROVINCE).state == "逾期履行"


@pytest.mark.clause("14.3")
def test_clause_14_3_a_month_without_a_form_owes_nothing() -> None:
    assert states("14.3", PROVINCE) == {"14.3-handle": "免除", "14.3-approval": "免除"}


@pytest.mark.clause("14.4")
def test_clause_14_4_a_query_is_signed_run_by_the_named_operator_and_handed_over_on_record() -> None:
    people = approving.crew()
    with on_the_clock(at(DAY, 9)):
        one = approving.handed_over(approving.asked(people.applicant), people)
    builders.see_everything()
    assert one.state == "done"
    assert states("14.4", PROVINCE) == {
        "14.4-approval": "已履行",
        "14.4-execute": "未定期限",
        "14.4-handover": "已履行",
    }


@pytest.mark.clause("14.4")
def test_clause_14_4_what_no_leader_signed_is_not_run_and_what_is_not_handed_over_is_missed() -> None:
    people = approving.crew()
    with on_the_clock(at(DAY, 9)):
        unsigned, open_end = approving.asked(people.applicant), approving.asked(people.applicant)
        seat, operator = unsigned.seats.get(stage="query"), approving.acting(people.executor)
        with pytest.raises(ApprovalRefused, match="还没有轮到"):
            sign(by=operator, application=unsigned, version=1, seat=seat)
        approving.queried(open_end, people)
        approving.sign(open_end, people.principal)
    builders.see_everything()
    found = states("14.4", PROVINCE)
    assert found["14.4-approval"] == "不足"
    assert found["14.4-handover"] == "未履行"


def changed(day: dt.date) -> None:
    """A change of data of the city, taken to its end on one day."""
    people = approving.crew()
    with on_the_clock(at(day, 9)):
        one = approving.executed(approving.applied(people.applicant, received_on=day), people)
        approving.sign(one, people.verifier, data={"seen": "已核对"}, passed=True)
    builders.see_everything()
