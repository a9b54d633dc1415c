"""One complaint joins another only where its complainant gets an answer to what he reported."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from builders import CITY, COUNTY, OFFICE, PROVINCE, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.complaints import actions, handling, queries
from jianguan.backbone.complaints.actions import ComplaintRefused, Report
from jianguan.backbone.complaints.models import Acceptance, Complaint, Entry, Merger, Reading
from jianguan.backbone.complaints.rules import Channel, Satisfaction, Stage
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

TEXT = "合成：业务大厅三号窗口说材料不全，让我跑了三次。"
DECLINED = "合成：不属于交管部门职责，请另行反映。"

pytestmark = pytest.mark.usefixtures("db")


def told(text: str = TEXT, unit: str = OFFICE, matter: str = "window", **more: Any) -> Complaint:
    given = Report(channel=Channel.ONLINE, matter=matter, unit=agencies.capacity(unit), text=text, **more)
    return actions.receive(report=given).complaint


def as_actor(actor: Actor) -> Actor:
    scopes.apply(actor.scope)
    return actor


def merge(complaint: Complaint, into: Complaint) -> Merger:
    return handling.merge(by=as_actor(officer(CITY)), complaint=complaint, into=into, reason="重复")


def accept(complaint: Complaint) -> Acceptance:
    return handling.accept(
        by=as_actor(officer(CITY)),
        complaint=complaint,
        handler=agencies.capacity(OFFICE),
        text="由车管所核对业务记录",
        calendar=working_calendar(),
    )


def past_the_actions(complaint: Complaint, into: Complaint) -> Merger:
    by = as_actor(officer(CITY))
    return Merger.objects.create(
        complaint_id=complaint.pk, into_id=into.pk, reason="绕过", by_id=by.appointment_id, at=clock.now()
    )


def dissatisfied(complaint: Complaint, answer: Entry) -> Entry:
    return actions.rate(
        complaint=complaint, answer=answer, satisfaction=Satisfaction.DISSATISFIED, text="这就是车管所的事情，请受理"
    )


def declined(complaint: Complaint) -> Entry:
    handling.decline(by=as_actor(officer(CITY)), complaint=complaint, text=DECLINED)
    return complaint.entries.get(kind="answer")


def test_a_complaint_does_not_end_by_joining_one_that_was_answered_before_it_came() -> None:
    root = told()
    declined(root)
    late = told(TEXT + "又来一次。")
    with pytest.raises(ComplaintRefused, match="须单独受理"):
        merge(late, root)
    with pytest.raises(IntegrityError, match="须单独受理"), transaction.atomic():
        past_the_actions(late, root)
    assert queries.story(late.pk).stage is Stage.RECEIVED


@pytest.mark.parametrize(
    ("unit", "matter", "words"), [(COUNTY, "window", "单位不同"), (OFFICE, "exam", "事由不同")], ids=["unit", "matter"]
)
def test_only_what_is_about_the_same_unit_and_matter_is_joined(unit: str, matter: str, words: str) -> None:
    root, other = told(), told(unit=unit, matter=matter)
    with pytest.raises(ComplaintRefused, match=words):
        merge(other, root)
    with pytest.raises(IntegrityError, match="同一单位、同一事由"), transaction.atomic():
        past_the_actions(other, root)


def test_who_did_not_know_the_unit_or_the_matter_is_found_and_joined() -> None:
    root = told(place="业务大厅")
    for unit, matter in ((CITY, "window"), (OFFICE, "other"), (CITY, "other")):
        other = told(unit=unit, matter=matter, place="业务大厅")
        likely = queries.similar(as_actor(officer(CITY)).scope, other)
        assert root.pk in {one.complaint.pk for one in likely if not one.refused}
        assert merge(other, root).into_id == root.pk


def test_a_merged_complaint_takes_no_other_in_and_nothing_joins_itself() -> None:
    first, second, third = told(), told(), told()
    merge(second, first)
    for complaint, into in ((third, second), (first, third), (third, third)):
        with pytest.raises(IntegrityError, match="另一件投诉"), transaction.atomic():
            past_the_actions(complaint, into)


def test_what_was_added_and_joined_before_acceptance_is_handed_on_with_the_rest() -> None:
    root, joined = told(), told("合成：我在同一个窗口也跑了两次。")
    merge(joined, root)
    actions.add(complaint=root, text="合成：窗口号是三号。")
    actions.add(complaint=joined, text="合成：还有录音。")
    case = accept(root).case
    assert case is not None
    for words in ("跑了三次", "窗口号是三号", f"并入投诉 {joined.number}", "也跑了两次", "还有录音"):
        assert words in case.text


def test_only_the_receiving_unit_reads_an_addition_for_the_record() -> None:
    one = told()
    accept(one)
    entry = actions.add(complaint=one, text="合成：窗口号是三号。")
    office = as_actor(officer(OFFICE))
    with pytest.raises(NotAllowed):
        handling.read_addition(by=office, entry=entry)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Reading.objects.create(entry_id=entry.pk, by_id=office.appointment_id, at=clock.now())
    assert handling.read_addition(by=as_actor(officer(CITY)), entry=entry).told == ""


def test_a_decline_that_the_superior_overruled_for_a_merged_complainant_is_taken_up_again() -> None:
    root, joined = told(), told(TEXT + "我也在场。")
    merge(joined, root)
    rating = dissatisfied(joined, declined(root))
    head = as_actor(leader(PROVINCE))
    handling.decide_dispute(by=head, rating=rating, again=True, text="应当受理")
    late = told(TEXT + "第三位。")
    merge(late, root)
    assert accept(root).case is not None
    assert {queries.story(one.pk).stage for one in (root, joined, late)} == {Stage.ASSIGNED}
