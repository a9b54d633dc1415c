"""The public checks a document by its code: genuine or not, number, day, digest, state, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

import builders
from builders import CITY, PROVINCE, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.complaints.rules import LIMITS
from jianguan.backbone.documents import drafting, objecting
from jianguan.backbone.documents.models import Document, DocumentKind
from jianguan.backbone.rules.queries import working_calendar
from pages import plain, text

pytestmark = pytest.mark.usefixtures("db")


def issued() -> Document:
    builders.see_everything()
    draft = drafting.draft(
        by=officer(PROVINCE),
        kind=DocumentKind.BULLETIN,
        data={"matter": "检验监管问题", "facts": "抽查二百件。", "problems": "三件不清。", "requirement": "限期整改。"},
        provision="4.7",
        units=[agencies.capacity(CITY)],
    )
    draft = drafting.send(by=officer(PROVINCE), draft=draft, version=draft.version)
    return drafting.issue(by=leader(PROVINCE), draft=draft, version=draft.version, calendar=working_calendar())


def asked(code: str) -> str:
    return f"{reverse('portal-verify')}?code={code}"


def test_a_document_is_found_by_its_code_and_tells_neither_title_nor_addressee() -> None:
    document, visitor = issued(), Client()
    assert "文书末页" in plain(visitor.get("/verify/"))
    page = plain(visitor.get(asked((document.code or "").lower().replace("-", " "))))
    agency = agencies.capacity(PROVINCE).agency.name
    for told in ("是本平台印发的文书", agency, document.number, document.sha256, "有效"):
        assert told in page
    for kept in (document.title, "抽查二百件", agencies.capacity(CITY).title):
        assert kept not in page


def test_an_objection_and_a_withdrawal_are_said() -> None:
    document, visitor = issued(), Client()
    service = document.services.get()
    objecting.object_to(by=leader(CITY), service=service, text="数字有误", calendar=working_calendar())
    assert "异议处理中" in plain(visitor.get(asked(document.code or "")))
    drafting.withdraw(by=leader(PROVINCE), document=document, reason="数字有误，撤回重发")
    assert "已撤回" in plain(visitor.get(asked(document.code or "")))


@pytest.mark.parametrize("code", ["0000-0000-0000", "x", "<script>alert(1)</script>"])
def test_what_is_no_code_of_ours_is_said_plainly(code: str) -> None:
    page = text(Client().get(asked(code)), 422)
    assert "没有核对上" in page
    assert "<script>alert" not in page


def test_whoever_tries_too_often_has_to_wait() -> None:
    visitor = Client()
    for _ in range(LIMITS["verify"].times):
        assert visitor.get(asked("0000-0000-0000")).status_code == 422
    answer = visitor.get(asked("0000-0000-0000"))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
