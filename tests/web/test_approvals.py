"""Pages of approvals: lists, the form, one application; what is masked, what is refused, what leaves as a table."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approving import CHANGES, DATA, Crew, applied, crew, executed, picture, seat, sign
from builders import CITY
from jianguan.backbone.approvals.models import Application
from pages import plain, statements, text
from staff import employ, visit

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def people() -> Crew:
    return crew()


def at(one: Application, name: str = "approval") -> str:
    return reverse(name, args=[one.pk])


def sent(**given: Any) -> dict[str, Any]:
    """What the browser sends for a change of data."""
    return {
        "title": "更正发证日期",
        "reason": "录入错误，影响业务",
        "received_on": "2026-03-10",
        "f-system": DATA["system"],
        "f-record": DATA["record"],
        "f-proof": SimpleUploadedFile("材料.png", picture().content, "image/png"),
        "change-field": ["号牌", "", ""],
        "change-before": ["吉A00001", "", ""],
        "change-after": ["吉A00002", "", ""],
        "change-sensitive": ["0", "0", "0"],
    } | given


def test_lists_say_what_is_empty_and_whose_turn_it_is(people: Crew) -> None:
    client = visit(people.city_leader)
    assert "没有等待本人办理的审批" in plain(client.get(reverse("approvals")))
    assert "本人没有办过审批" in plain(client.get(reverse("approvals"), {"tab": "mine"}))
    one = applied(people.applicant)
    assert one.number in plain(client.get(reverse("approvals")))
    assert "没有符合条件的申请" in plain(client.get(reverse("approvals"), {"tab": "all", "q": "别的"}))
    assert one.number in plain(client.get(reverse("approvals"), {"tab": "all", "state": "signing", "q": "发证"}))


def test_a_list_needs_as_many_statements_for_many_as_for_few(people: Crew) -> None:
    client = visit(people.applicant)
    applied(people.applicant)
    few = statements(client, reverse("approvals") + "?tab=all")
    for _ in range(5):
        applied(people.applicant)
    assert statements(client, reverse("approvals") + "?tab=all") == few


def test_an_application_is_sent_and_what_is_refused_keeps_what_was_typed(people: Crew) -> None:
    client = visit(people.applicant)
    assert "交管数据查询统计申请表" in plain(client.get(reverse("approval-choose")))
    address = reverse("approval-new", args=["data-change"])
    refused = text(client.post(address, sent(**{"change-after": ["吉A00001", "", ""]})), 422)
    assert "修改前后的内容相同" in refused
    assert 'value="吉A00001"' in refused
    made = client.post(address, sent(locked="1"))
    one = Application.objects.get()
    assert made["Location"] == at(one)
    assert one.locked
    page = plain(client.get(at(one)))
    assert "首接责任" in page
    assert "待签：市级单位领导（长春 市级）" in page


def test_sensitive_values_are_masked_until_a_reason_is_given(people: Crew) -> None:
    one = applied(people.applicant)
    client = visit(people.city_leader)
    assert "220102199001011234" not in text(client.get(at(one)))
    assert "请写明理由" in plain(client.post(at(one, "approval-reveal"), {"reason": "看"}), 422)
    shown = client.post(at(one, "approval-reveal"), {"reason": "核对证件号码"})
    assert "220102199001011234" in text(shown)
    assert shown["Cache-Control"] == "no-store"


def test_the_seat_is_shown_to_whom_it_belongs_and_says_why_not_to_others(people: Crew) -> None:
    one = applied(people.applicant)
    assert "轮到你：单位审核上报" in plain(visit(people.city_leader).get(at(one)))
    assert "轮到你" not in plain(visit(people.analyst).get(at(one)))
    twin = employ(CITY, "leader", person_id=people.applicant.person_id)
    assert "申请人不得审批" in plain(visit(twin).get(at(one)))


def test_signing_returning_and_correcting_go_through_the_pages(people: Crew) -> None:
    one = applied(people.applicant)
    place = {"version": "1", "seat": str(one.seats.get(stage="report").pk)}
    client = visit(people.city_leader)
    assert "须写明理由" in plain(client.post(at(one, "approval-return"), place | {"reason": "改"}), 422)
    assert client.post(at(one, "approval-return"), place | {"reason": "请补充档案页"})["Location"] == at(one)
    own = visit(people.applicant)
    form = text(own.get(at(one, "approval-correct")))
    assert CHANGES[0]["before"] in form
    assert "已有 材料.png" in form
    again = sent(version="2")
    del again["f-proof"]
    assert own.post(at(one, "approval-correct"), again)["Location"] == at(one)
    one.refresh_from_db()
    assert (one.round, one.state) == (2, "signing")
    stale = client.post(at(one, "approval-sign"), place | {"text": "同意"})
    assert "您的内容没有提交" in plain(stale, 422)


def test_a_file_is_given_to_whoever_sees_the_application_only(people: Crew) -> None:
    one = applied(people.applicant)
    digest = one.contents.get().data["proof"]["sha256"]
    address = reverse("approval-file", args=[one.pk, digest])
    client = visit(people.third)
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert visit(employ("yanbian@CITY", "centre-supervisor")).get(address).status_code == 404
    assert client.get(reverse("approval-file", args=[one.pk, "0" * 64])).status_code == 404


def test_markup_and_formulas_are_shown_as_text_in_pages_tables_and_forms(people: Crew) -> None:
    evil = '=HYPERLINK(1)<script>alert(1)</script>{{ 7*7 }}#read("x")'
    one = applied(
        people.applicant, title=evil, reason=evil, changes=[{"field": evil, "before": evil, "after": "吉A00002"}]
    )
    client = visit(people.applicant)
    page = text(client.get(at(one)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    table = text(client.get(reverse("approvals-export"), {"tab": "all"}))
    assert "'=HYPERLINK" in table
    assert client.get(at(one, "approval-pdf")).content.startswith(b"%PDF-")
    assert client.get(at(one, "approval-word")).content.startswith(b"PK")


def test_the_form_before_the_end_is_a_preview_and_afterwards_the_document(people: Crew) -> None:
    one = executed(applied(people.applicant), people)
    client = visit(people.verifier)
    before = client.get(at(one, "approval-pdf")).content
    assert "办结以后" in plain(client.post(at(one, "approval-print")), 422)
    sign(one, people.verifier, data={"seen": "已核对"}, passed=True)
    assert client.post(at(one, "approval-print"))["Location"] == at(one)
    after = client.get(at(one, "approval-pdf")).content
    assert after != before
    assert visit(people.applicant).get(at(one, "approval-pdf")).content == after
    assert "验证码" in plain(client.get(at(one)))


def test_a_unit_without_a_seat_gets_a_404(people: Crew) -> None:
    one = applied(people.applicant)
    assert visit(employ("yanbian@CITY", "centre-supervisor")).get(at(one)).status_code == 404
    forest = visit(employ("forest@REFERENCE", "brigade-officer"))
    assert forest.get(reverse("approval-new", args=["data-change"])).status_code == 404
    assert seat(one, people.city_leader).stage == "report"
