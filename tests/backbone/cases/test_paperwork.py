"""Acts of a case make the documents they call for, as drafts; what is owed stays owed until it is served."""

import datetime as dt
from typing import Any

import pytest

from builders import CITY, COUNTY, DAY, OFFICE, PROVINCE, at, leader, officer, on_the_clock, see_everything
from casework import accepted, answered, complained, ended, ordered, submitted
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import paperwork, routing
from jianguan.backbone.cases.models import Case
from jianguan.backbone.documents import drafting, serving
from jianguan.backbone.documents.kinds import OutsideKind
from jianguan.backbone.documents.models import Dispatch, Document, Draft
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes


@pytest.fixture(autouse=True)
def seen(db: Any) -> None:
    see_everything()


def papers(case: Case) -> list[tuple[str, str]]:
    """Kind and unit of every draft about a case."""
    found = Draft.objects.filter(refs__contains=[f"case/{case.pk}"]).order_by("pk")
    return list(found.values_list("kind", "capacity__key"))


def issued(case: Case, kind: str) -> Document:
    """The draft of a kind about a case, completed and signed."""
    draft = Draft.objects.filter(refs__contains=[f"case/{case.pk}"], kind=kind).latest("pk")
    body = draft.body.replace(drafting.NOT_FILLED, "2026年4月1日")
    with on_the_clock(at(DAY + dt.timedelta(days=5), 10)):
        drafting.change(
            by=officer(draft.capacity.key), draft=draft, version=draft.version, title=draft.title, body=body,
            units=agencies.Capacity.objects.filter(pk__in=draft.units), externals=draft.externals,
        )  # fmt: skip
        draft.refresh_from_db()
        sent = drafting.send(by=officer(draft.capacity.key), draft=draft, version=draft.version)
        chief = leader(draft.capacity.key)
        return drafting.issue(by=chief, draft=sent, version=sent.version, calendar=working_calendar())


def test_an_order_to_rectify_becomes_a_document_with_the_deadline_and_the_report_answers_it() -> None:
    case = ordered(CITY, OFFICE, "rectification", "5.7", title="考场监控遮挡", text="三号通道被遮挡")
    (draft,) = paperwork.drafts(scopes.everything(), case)
    assert (draft.kind, draft.units) == ("assignment", [case.handler_id])
    assert draft.title == "关于交办“考场监控遮挡”的通知"
    assert "三号通道被遮挡" in draft.body
    assert "请于2026年3月24日前办结" in draft.body
    submitted(case)
    assert papers(case) == [("assignment", CITY), ("rectification-report", OFFICE)]
    report = issued(case, "rectification-report")
    assert report.refs.get().ref == f"case/{case.pk}"
    assert list(report.services.values_list("recipient__key", flat=True)) == [CITY]


@pytest.mark.parametrize(
    ("kind", "paper"),
    [
        ("anomaly", "assignment"),
        ("exposure", "exposure"),
        ("interview", "interview-notice"),
        ("supervised", "supervision-order"),
    ],
)
def test_each_kind_has_its_papers(kind: str, paper: str) -> None:
    case = ordered(CITY, OFFICE, kind, "5.7")
    assert papers(case) == [(paper, CITY)]


def test_what_was_verified_becomes_a_report_to_whoever_ordered_it() -> None:
    case = submitted(ordered(CITY, OFFICE, "anomaly", "5.5"), outcome="partly")
    report = Draft.objects.get(kind="verification-report")
    assert report.units == [case.issuer_id]
    assert "部分属实。" in report.body


def test_supervision_makes_an_order_and_a_draft_that_is_open_is_not_made_again() -> None:
    case = ordered(CITY, OFFICE, "rectification", "5.7")
    by = officer(CITY)
    for _ in range(2):
        routing.supervise(by=by, case=case, version=case.version, text="合成：逾期未办，予以督办")
    assert papers(case) == [("assignment", CITY), ("supervision-order", CITY)]
    order = Draft.objects.get(kind="supervision-order")
    assert "合成：逾期未办，予以督办" in order.body


def test_a_case_of_ones_own_needs_no_paper() -> None:
    assert papers(ordered(CITY, CITY, "rectification", "5.7")) == []


def test_an_answer_to_a_complaint_is_drafted_when_its_result_was_passed() -> None:
    complaint = complained(OFFICE, "exam")
    case = accepted(complaint, OFFICE)
    answered(complaint, submitted(case))
    assert papers(case)[-1] == ("answer", CITY)
    assert Draft.objects.get(kind="answer").externals == [{"name": "投诉人", "kind": "other"}]


def test_a_violation_established_under_10_2_owes_a_notice_under_10_4_until_it_is_issued() -> None:
    case = ordered(PROVINCE, CITY, "anomaly", "10.2")
    ended(submitted(case))
    province = agencies.capacity(PROVINCE).pk
    (duty,) = paperwork.duties(scopes.everything(), case, province)
    assert (duty.kind, duty.provision) == ("violation-notice", "10.4")
    issued(case, "violation-notice")
    assert not paperwork.duties(scopes.everything(), case, province)


def test_what_was_excluded_owes_nothing() -> None:
    case = ordered(PROVINCE, CITY, "anomaly", "10.2")
    ended(submitted(case, outcome="excluded"))
    assert not paperwork.duties(scopes.everything(), case, agencies.capacity(PROVINCE).pk)
    assert papers(case) == [("assignment", PROVINCE), ("verification-report", CITY)]


def test_a_copy_letter_is_owed_until_it_was_sent_to_the_education_department() -> None:
    case = ordered(CITY, COUNTY, "rectification", "9.1")
    ended(submitted(case))
    city = agencies.capacity(CITY).pk
    (duty,) = paperwork.duties(scopes.everything(), case, city)
    assert duty.kind == "copy-letter"
    letter = issued(case, "copy-letter")
    assert paperwork.duties(scopes.everything(), case, city).get() == duty
    with on_the_clock(at(DAY + dt.timedelta(days=6), 10)):
        serving.dispatch(
            by=officer(CITY), document=letter, body="教育行政部门", kind=OutsideKind.EDUCATION, way=Dispatch.Way.HAND,
            sent_on=DAY + dt.timedelta(days=6),
        )  # fmt: skip
    assert not paperwork.duties(scopes.everything(), case, city)
