"""What a dissolved unit had received, or whose case was handed over, is still taken up, answered and reviewed."""

import datetime as dt
from typing import Any

import pytest

from builders import DAY, PROVINCE, at, leader, officer, on_the_clock, see_everything
from casework import accepted, complained, submitted
from jianguan.backbone.agencies import actions as agency_actions
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import take
from jianguan.backbone.cases.rules import State, Verb
from jianguan.backbone.complaints import actions, handling, queries, waiting
from jianguan.backbone.complaints.models import Complaint, Entry
from jianguan.backbone.complaints.rules import Satisfaction
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from pages import text
from staff import visit

CITY, COUNTY, OTHER = "changchun@CITY", "changchun-nanguan@COUNTY", "changchun-chaoyang@COUNTY"
GONE = DAY + dt.timedelta(days=7)
LATER = DAY + dt.timedelta(days=20)


@pytest.fixture(autouse=True)
def seen(db: Any) -> None:
    see_everything()


def seeing(by: Actor) -> Actor:
    scopes.apply(by.scope)
    return by


def dissolved() -> None:
    see_everything()
    with on_the_clock(at(GONE - dt.timedelta(days=1), 9)):
        county = agencies.capacity(COUNTY)
        agency_actions.end_capacity(by=leader(PROVINCE), capacity=county, on=GONE, basis="合成的撤销决定")


def declined(complaint: Complaint) -> Entry:
    with on_the_clock(at(DAY, 9)):
        handling.decline(by=officer(COUNTY), complaint=complaint, text="合成：不属于受理范围，请向教育部门反映。")
    return complaint.entries.get(kind="answer")


def test_what_a_dissolved_unit_had_not_taken_up_is_taken_up_by_whoever_it_left_it_to() -> None:
    complaint = complained(COUNTY, "education")
    assert complaint.receiver.key == COUNTY
    dissolved()
    with on_the_clock(at(LATER, 9)):
        assert waiting.tell(at(LATER, 9)) == 1
        assert Alert.objects.get(kind="complaint-waiting").capacity.key == PROVINCE
        city, other = officer(CITY), officer(OTHER)
        scopes.apply(city.scope)
        assert queries.waiting(city.scope, city.capacity_id)["received"] == 1
        assert f"/complaints/{complaint.number}/accept/" in text(visit(city).get(f"/complaints/{complaint.number}/"))
        scopes.apply(city.scope)
        with pytest.raises(NotAllowed):
            handling.decline(by=other, complaint=complaint, text="合成：不属于受理范围")
        made = handling.accept(
            by=city, complaint=complaint, handler=agencies.capacity(OTHER), text="已受理", calendar=working_calendar()
        )
        assert made.case is not None
        assert made.case.issuer.key == CITY
        assert queries.waiting(city.scope, city.capacity_id)["received"] == 0


def test_a_complainant_whom_a_dissolved_unit_turned_away_is_heard_by_the_superior_of_its_heir() -> None:
    complaint = complained(COUNTY, "education")
    answer = declined(complaint)
    dissolved()
    with on_the_clock(at(LATER, 9)):
        rating = actions.rate(
            complaint=complaint,
            answer=answer,
            satisfaction=Satisfaction.DISSATISFIED,
            text="合成：没有人核查过反映的情况",
        )
        province = leader(PROVINCE)
        scopes.apply(province.scope)
        assert queries.waiting(province.scope, province.capacity_id)["disputed"] == 1
        handling.decide_dispute(by=province, rating=rating, again=True, text="应当受理")
        city = seeing(officer(CITY))
        handling.accept(
            by=city, complaint=complaint, handler=agencies.capacity(OTHER), text="已受理", calendar=working_calendar()
        )


def test_whoever_a_case_was_handed_over_to_answers_the_complainant_and_closes_it() -> None:
    complaint = complained(COUNTY, "education")
    case = submitted(accepted(complaint, COUNTY))
    dissolved()
    with on_the_clock(at(LATER, 9)):
        chief, city = leader(CITY), officer(CITY)
        scopes.apply(chief.scope)
        case.refresh_from_db()
        routing.hand_over(
            by=chief, case=case, version=case.version, reason="南关撤销", issuer=agencies.capacity(CITY),
            handler=agencies.capacity(OTHER),
        )  # fmt: skip
        scopes.apply(city.scope)
        take(by=city, case=case, verb=Verb.PASS, version=case.version, text="合成：属实")
        assert queries.waiting(city.scope, city.capacity_id)["answer"] == 1
        assert f"/complaints/{complaint.number}/answer/" in text(visit(city).get(f"/complaints/{complaint.number}/"))
        scopes.apply(city.scope)
        handling.answer(by=city, complaint=complaint, text="合成：您反映的情况属实，已责令整改。")
    case.refresh_from_db()
    assert case.state == State.CLOSED
