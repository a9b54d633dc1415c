"""Objections: one that is upheld leads somewhere at once, and whoever reviewed before does not review again."""

import datetime as dt
from typing import Any

import pytest

from builders import CITY, DAY, OFFICE, at, leader, officer, on_the_clock, see_everything
from casework import ended, ordered, submitted
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseRefused, submit, take
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.acting import Actor

AGAIN = DAY + dt.timedelta(days=30)


@pytest.fixture(autouse=True)
def _see(db: Any) -> None:
    see_everything()


def opened(**given: Any) -> Case:
    return ordered(CITY, OFFICE, given.pop("kind", "rectification"), "5.7", **given)


def objected(case: Case) -> Case:
    with on_the_clock(at(DAY, 18)):
        by = officer(case.handler.key)
        case.refresh_from_db()
        take(by=by, case=case, verb=Verb.OBJECT, version=case.version, text="合成：结论与事实不符")
    return case


def decided(case: Case, *, upheld: bool = True, last_day: dt.date | None = None) -> None:
    with on_the_clock(at(DAY, 19)):
        routing.decide_objection(
            by=leader(CITY), case=case, version=case.version, upheld=upheld, reason="合成：查明", last_day=last_day
        )


def passed(case: Case, by: Actor) -> None:
    with on_the_clock(at(DAY, 20)):
        take(by=by, case=case, verb=Verb.PASS, version=case.version, text="合成：属实")


def test_upheld_on_a_closed_case_reopens_it_with_a_new_day_in_the_same_act() -> None:
    case = objected(ended(submitted(opened())))
    with pytest.raises(CaseRefused, match="须写明重新办理的期限"):
        decided(case)
    with pytest.raises(CaseRefused, match="不能早于今天"):
        decided(case, last_day=DAY - dt.timedelta(days=1))
    assert case.steps.filter(verb="decide-objection").count() == 0
    decided(case, last_day=AGAIN)
    assert (case.state, case.closed_at) == ("working", None)
    assert case.deadlines.get(term="finish", replaced_by=None).due_at == at(AGAIN + dt.timedelta(days=1))
    assert list(case.steps.values_list("verb", flat=True))[-2:] == ["decide-objection", "reopen"]


def test_not_upheld_a_closed_case_stays_closed() -> None:
    case = objected(ended(submitted(opened())))
    decided(case, upheld=False)
    assert case.state == "closed"


def test_upheld_without_a_result_the_case_goes_back_to_whoever_ordered_it() -> None:
    case = objected(opened())
    decided(case)
    assert case.state == "opened"


def test_upheld_against_a_return_the_result_is_submitted_again_and_reviewed_by_others() -> None:
    reviewer = officer(CITY)
    case = submitted(opened())
    with on_the_clock(at(DAY, 16)):
        take(by=reviewer, case=case, verb=Verb.RETURN, version=case.version, text="合成：佐证不清")
    decided(objected(case))
    assert case.state == "working"
    with on_the_clock(at(DAY, 20)):
        submit(by=officer(OFFICE), case=case, version=case.version, outcome="done", text="合成：原结果")
    with pytest.raises(CaseRefused, match="由其他人员重新复核"):
        passed(case, reviewer)
    passed(case, officer(CITY))
    assert case.state == "reviewed"


def test_upheld_against_a_review_it_is_taken_back() -> None:
    reviewer = officer(CITY)
    case = submitted(opened())
    passed(case, reviewer)
    decided(objected(case))
    assert case.state == "working"


def test_upheld_while_the_result_waits_it_waits_for_others() -> None:
    case = objected(submitted(opened()))
    decided(case)
    assert case.state == "submitted"


def test_what_the_first_receiver_must_keep_does_not_go_back_by_an_objection() -> None:
    case = objected(opened(kind="maintenance"))
    with pytest.raises(CaseRefused, match="首接责任制"):
        decided(case)
    assert case.state == "assigned"
