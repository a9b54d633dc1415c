"""《交管数据查询统计申请表》: a leader signs, an operator runs it, the result has digests, its receiver signs."""

from typing import Any

import pytest

from approving import HANDED, Crew, acting, asked, crew, handed_over, picture, queried, sign
from jianguan.backbone.approvals import actions, queries
from jianguan.backbone.approvals.actions import ApprovalRefused
from jianguan.backbone.approvals.filling import Upload
from jianguan.backbone.approvals.printing import print_form
from jianguan.backbone.approvals.rules import State
from jianguan.backbone.documents import printing
from jianguan.backbone.evidence.models import StoredObject


@pytest.fixture
def people(db: Any) -> Crew:
    return crew()


def test_it_goes_from_the_leader_to_the_operator_to_the_receiver(people: Crew) -> None:
    one = handed_over(asked(people.applicant), people)
    assert one.state == State.DONE
    steps = {step.seat.stage: step for step in queries.steps_of(one) if step.seat}
    assert list(steps) == ["leader", "arrange", "query", "consent", "handover"]
    assert steps["arrange"].data["values"]["operator"]["name"] == people.executor.person_name
    result, handed = steps["query"].data["values"]["result"], steps["handover"].data["values"]["handed"]
    assert result["sha256"] == handed["sha256"]
    assert result["sm3"] == handed["sm3"]


def test_the_result_itself_is_not_kept(people: Crew) -> None:
    one = queried(asked(people.applicant), people)
    result = queries.steps_of(one)[-1].data["values"]["result"]
    assert not StoredObject.objects.filter(sha256=result["sha256"]).exists()
    assert queries.kept_file(one, result["sha256"]) is None
    letter = queries.content_of(one).data["letter"]
    assert queries.kept_file(one, letter["sha256"]) is not None


def test_another_file_than_the_result_is_not_handed_over(people: Crew) -> None:
    one = queried(asked(people.applicant), people)
    sign(one, people.principal)
    with pytest.raises(ApprovalRefused, match="不是同一文件"):
        sign(one, people.second, data=HANDED, files={"handed": Upload("r.csv", b"other"), "receipt": picture()})
    with pytest.raises(ApprovalRefused, match="移交单"):
        sign(one, people.second, data=HANDED, files={"handed": Upload("r.csv", b"id,count\n1,212\n")})


def test_the_operator_is_chosen_among_those_who_may_execute_and_have_not_signed(people: Crew) -> None:
    one = asked(people.applicant)
    sign(one, people.leader)
    for number in (people.head.person_id, people.applicant.person_id, 0):
        with pytest.raises(ApprovalRefused, match="操作人员"):
            sign(one, people.head, data={"operator": str(number)})
    assert set(queries.executors(people.head.capacity_id, [])) >= {people.executor.person_id, people.third.person_id}


def test_the_principal_leader_may_refuse_the_handing_over(people: Crew) -> None:
    one = queried(asked(people.applicant), people)
    assert one.state == State.DELIVERING
    at = one.seats.get(stage="consent")
    actions.refuse(
        by=acting(people.principal), application=one, version=one.version, seat=at, reason="含个人信息，不得移交"
    )
    assert one.state == State.REFUSED


def test_a_query_waits_in_the_list_of_the_named_operator_alone(people: Crew) -> None:
    one = asked(people.applicant)
    sign(one, people.leader)
    sign(one, people.head, data={"operator": str(people.executor.person_id)})
    waits = [
        queries.waiting(acting(by), queries.Asked()).filter(pk=one.pk).exists()
        for by in (people.executor, people.third, people.head)
    ]
    assert waits == [True, False, False]


def test_fed_back_to_the_unit_alone_it_ends_with_the_operator(people: Crew) -> None:
    one = queried(asked(people.applicant, branch="feedback"), people)
    assert one.state == State.DONE
    with pytest.raises(ApprovalRefused, match="办理方式"):
        asked(people.applicant, branch="")


def test_the_form_names_the_receiver_masked_and_both_digests(people: Crew) -> None:
    one = handed_over(asked(people.applicant), people)
    document = print_form(by=acting(people.applicant), application=one)
    text = str(printing.data_of(document))
    assert document.title == "交管数据查询统计申请表"
    assert "SM3" in text
    assert "某市统计局" in text
    assert HANDED["receiver_card"] not in text
