"""A complaint is not closed unanswered, and one that nobody takes up in time is told to the superior, once."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from builders import CITY, DAY, OFFICE, at, leader, officer, on_the_clock, see_everything
from casework import accepted, answered, complained, submitted
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseRefused, take
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import State, Verb
from jianguan.backbone.complaints import handling, queries, waiting
from jianguan.backbone.complaints.rules import Stage
from jianguan.kit import clock
from pages import text
from staff import employ, visit

LATER = DAY + dt.timedelta(days=20)


@pytest.fixture(autouse=True)
def seen(db: Any) -> None:
    see_everything()


def passed() -> Case:
    case = submitted(accepted(complained(OFFICE, "exam"), OFFICE))
    with on_the_clock(at(DAY, 16)):
        take(by=officer(CITY), case=case, verb=Verb.PASS, version=case.version, text="合成：属实")
    return case


def test_the_case_of_a_complaint_is_not_closed_before_the_complainant_was_answered() -> None:
    case = passed()
    with pytest.raises(CaseRefused, match="答复投诉人以后才能办结"):
        take(by=officer(CITY), case=case, verb=Verb.CLOSE, version=case.version)
    case.refresh_from_db()
    assert case.state == State.REVIEWED


def test_the_database_itself_refuses_it() -> None:
    case, by = passed(), officer(CITY)
    with pytest.raises(IntegrityError, match="答复投诉人以后才能办结"), transaction.atomic():
        Step.objects.create(
            case=case, version=case.version + 1, verb="close", from_state="reviewed", to_state="closed", side="issuer",
            capacity_id=by.capacity_id, person_id=by.person_id, appointment_id=by.appointment_id,
            state_digest="0" * 64, at=clock.now(),
        )  # fmt: skip


def test_with_the_answer_it_closes() -> None:
    complaint = complained(OFFICE, "exam")
    case = submitted(accepted(complaint, OFFICE))
    answered(complaint, case)
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_a_case_reopened_after_the_answer_is_at_work_again_and_answered_anew() -> None:
    complaint = complained(OFFICE, "exam")
    case = submitted(accepted(complaint, OFFICE))
    answered(complaint, case)
    case.refresh_from_db()
    assert queries.story(complaint.pk).to_rate is not None
    with on_the_clock(at(DAY, 18)):
        day = DAY + dt.timedelta(days=9)
        routing.reopen(by=leader(CITY), case=case, version=case.version, reason="合成：另有录像", last_day=day)
        told = queries.story(complaint.pk)
        assert (told.stage, told.to_rate) == (Stage.WORKING, None)
    submitted(case, DAY + dt.timedelta(days=1))
    with on_the_clock(at(DAY + dt.timedelta(days=1), 16)):
        other = employ(CITY, "centre-supervisor")
        take(by=other, case=case, verb=Verb.PASS, version=case.version, text="合成：属实")
        assert queries.waiting(other.scope, other.capacity_id)["answer"] == 1
        page = visit(other).get(f"/complaints/{complaint.number}/")
        assert f"/complaints/{complaint.number}/answer/" in text(page)
        see_everything()
        handling.answer(by=other, complaint=complaint, text="合成：重新核查属实，已另行处理。")
        assert queries.story(complaint.pk).stage is Stage.ANSWERED
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_the_superior_is_told_once_of_a_complaint_that_nobody_takes_up() -> None:
    complaint = complained(OFFICE, "exam")
    assert complaint.accept_by is not None
    assert waiting.tell(complaint.accept_by - dt.timedelta(seconds=1)) == 0
    assert waiting.tell(complaint.accept_by) == 1
    assert waiting.tell(at(LATER)) == 0
    alert = Alert.objects.get(kind="complaint-waiting")
    assert alert.capacity.key == "jilin@PROVINCE"
    assert complaint.number in alert.text
    assert not hasattr(alert, "settlement")
    accepted(complaint, OFFICE, LATER)
    assert waiting.tell(at(LATER, 12)) == 0
    alert.refresh_from_db()
    assert "已作出受理决定" in alert.settlement.text


def test_of_a_complaint_taken_up_in_time_nobody_is_told() -> None:
    accepted(complained(OFFICE, "exam"), OFFICE)
    assert waiting.tell(at(LATER)) == 0
