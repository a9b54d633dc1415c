"""Article 13: what cities and counties owe for education."""

import datetime as dt

import pytest

from builders import (
    CITY,
    COUNTY,
    DAY,
    PROVINCE,
    at,
    bearers,
    check,
    freeze,
    judged,
    leader,
    on_the_clock,
    register,
    review,
    states,
)
from casework import accepted, answered, complained, ended, ordered, record, submitted
from jianguan.backbone.cases import restrictions
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.registrations.models import RegistrationKind

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-13")]

ADOPTED = {"13.1c-city": "event", "13.2-visit-county": "monthly"}


@pytest.mark.clause("13.1")
@pytest.mark.parametrize(("norm", "capacity"), [("13.1a-city", CITY), ("13.1a-county", COUNTY)])
def test_clause_13_1_a_twentieth_of_the_days_online_learners_is_reviewed_rounded_up(norm: str, capacity: str) -> None:
    population = freeze(capacity, "online-learner", 101)
    review(population, 5)
    row = judged(norm, capacity)
    assert (row.state, row.required, row.done) == ("不足", 6, 5)
    review(population, 1)
    assert judged(norm, capacity).state == "已履行"


@pytest.mark.clause("13.1")
def test_clause_13_1_a_day_without_learners_is_excused_and_an_unknown_one_is_not() -> None:
    freeze(COUNTY, "online-learner", 0)
    freeze(CITY, "online-learner", None)
    assert judged("13.1a-county", COUNTY).state == "免除"
    assert judged("13.1a-city", CITY).state == "不可证"


@pytest.mark.clause("13.1")
def test_clause_13_1_the_rules_for_spot_checks_and_for_complaints_are_two_and_no_other_rule_proves_them() -> None:
    register(COUNTY, RegistrationKind.WORK_RULE)
    register(COUNTY, RegistrationKind.EDUCATION_CHECK_RULE)
    found = states("13.1", COUNTY)
    assert (found["13.1a-system-county"], found["13.1c-system-county"]) == ("已履行", "未履行")
    register(COUNTY, RegistrationKind.COMPLAINT_RULE)
    register(CITY, RegistrationKind.COMPLAINT_RULE)
    assert states("13.1", COUNTY)["13.1c-system-county"] == "已履行"
    city = states("13.1", CITY)
    assert (city["13.1a-system-city"], city["13.1c-system-city"]) == ("未履行", "已履行")


@pytest.mark.clause("13.1")
def test_clause_13_1_substitutes_and_complaints_wait_for_their_records_and_privacy_is_not_counted() -> None:
    found = states("13.1", COUNTY)
    assert (found["13.1b-county"], found["13.1b-restriction-county"]) == ("免除", "免除")
    assert found["13.1c-county"] == "未定期限"
    assert "13.1d-county" not in found


@pytest.mark.clause("13.1")
@pytest.mark.parametrize(("norm", "unit"), [("13.1b-city", CITY), ("13.1b-county", COUNTY)])
def test_clause_13_1b_a_substitute_learner_is_investigated_in_three_working_days(norm: str, unit: str) -> None:
    superior = PROVINCE if unit == CITY else CITY
    case = ordered(superior, unit, "substitute-learner", "13.1", data={"learner": "ab" * 16})
    assert judged(norm, unit).state == "未履行"
    submitted(case, DAY + dt.timedelta(days=3))
    row = judged(norm, unit)
    assert (row.state, row.proof["records"]) == ("已履行", record(case, Verb.SUBMIT))


@pytest.mark.clause("13.1")
@pytest.mark.parametrize(("norm", "unit"), [("13.1b-restriction-city", CITY), ("13.1b-restriction-county", COUNTY)])
def test_clause_13_1b_a_learner_found_true_is_restricted_for_three_years_by_decision(norm: str, unit: str) -> None:
    superior = PROVINCE if unit == CITY else CITY
    excluded = ordered(superior, unit, "substitute-learner", "13.1", data={"learner": "ab" * 16})
    ended(submitted(excluded, outcome="excluded"))
    assert judged(norm, unit).state == "免除"
    case = ended(submitted(ordered(superior, unit, "substitute-learner", "13.1", data={"learner": "cd" * 16})))
    assert judged(norm, unit).state == "未履行"
    with on_the_clock(at(DAY + dt.timedelta(days=1), 9)):
        made = restrictions.impose(by=leader(unit), case=case, reason="合成：替学属实")
    row = judged(norm, unit)
    assert (row.state, row.required, row.proof["records"]) == ("已履行", 1, [f"restriction/{made.pk}"])
    assert made.until == DAY.replace(year=DAY.year + 3) + dt.timedelta(days=1)


@pytest.mark.clause("13.1")
def test_clause_13_1c_a_complaint_about_education_is_verified_and_answered_in_the_adopted_time() -> None:
    assert judged("13.1c-city", CITY).state == "免除"
    one = complained(CITY, "education")
    case = accepted(one, COUNTY)
    answered(one, submitted(case, DAY + dt.timedelta(days=3)), DAY + dt.timedelta(days=6))
    row = judged("13.1c-city", CITY)
    assert (row.state, row.required, row.proof["records"]) == ("已履行", 1, record(case, Verb.CLOSE))


@pytest.mark.clause("13.2")
def test_clause_13_2_visits_meet_the_adopted_month_and_a_signed_pledge_stands() -> None:
    assert COUNTY in bearers("13.2-visit-county")
    check(COUNTY, "enterprise-visit")
    register(COUNTY, RegistrationKind.PLEDGE)
    assert states("13.2", COUNTY) == {
        "13.2-visit-county": "已履行",
        "13.2-pledge-county": "已履行",
        "13.2-face-county": "未定期限",
    }
    assert judged("13.2-pledge-city", CITY).state == "未履行"
