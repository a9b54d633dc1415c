"""Pages of approvals: lists, the form, one application; what is masked, what is refused, what leaves as a table."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approving import CHANGES, DATA, Crew, applied, asked, crew, executed, handed_over, picture, seat, sign
from builders import CITY, officer
from jianguan.backbone.approvals import loading, printing
from jianguan.backbone.approvals.flows import read
from jianguan.backbone.approvals.models import Application
from jianguan.backbone.audit.models import Event
from jianguan.backbone.scope import scope as scopes
from jianguan.rulebook import RULEBOOK
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


def opened() -> list[Event]:
    """The events of files that were opened."""
    scopes.apply(scopes.everything())
    return list(Event.objects.filter(kind="approval.file-opened"))


def test_a_receiver_s_signature_is_closed_and_a_file_that_is_not_sensitive_opens_and_is_logged(people: Crew) -> None:
    one = handed_over(asked(people.applicant), people)
    receipt = one.steps.get(seat__stage="handover").data["values"]["receipt"]["sha256"]
    client = visit(people.verifier)
    assert client.get(reverse("approval-file", args=[one.pk, receipt])).status_code == 422
    text_of = (RULEBOOK / "flows" / "data-query.yaml").read_text(encoding="utf-8")
    loading.write(
        read(text_of.replace("version: 2", "version: 3").replace("kind: file, sensitive: true", "kind: file"))
    )
    free = asked(people.applicant)
    letter = free.contents.get().data["letter"]["sha256"]
    assert client.get(reverse("approval-file", args=[free.pk, letter]))["Content-Type"] == "image/jpeg"
    assert len(opened()) == 1


CARD = "22010219900101123X"


def test_numbers_of_persons_in_free_text_are_masked_wherever_it_is_read(people: Crew) -> None:
    spaced = "220102 1990 0101 123X"
    one = applied(
        people.applicant, title=f"更正{CARD}的证件", reason=f"本人证件{spaced}录入错误", data=DATA | {"business": CARD}
    )
    sign(one, people.city_leader, text=f"已与１３９１２３４５６７８核实，{CARD}属实")
    client = visit(people.analyst)
    printed = str(printing.preview(one))
    scopes.apply(scopes.everything())
    logged = "".join(Event.objects.filter(object_type="approval").values_list("reason", flat=True))
    pages = [text(client.get(at(one))), text(client.get(reverse("approvals"))), printed, logged]
    pages.append(text(client.get(reverse("approvals-export"))))
    for page in pages:
        assert not any(number in page for number in (CARD, spaced, "１３９１２３４５６７８")), page
    assert "22**" in pages[0]
    shown = text(client.post(at(one, "approval-reveal"), {"reason": "核对证件号码"}))
    assert all(number in shown for number in (CARD, spaced, "１３９１２３４５６７８"))


def test_after_a_correction_the_page_shows_the_present_title_and_what_was_changed(people: Crew) -> None:
    one = applied(people.applicant)
    place = {"version": "1", "seat": str(one.seats.get(stage="report").pk)}
    visit(people.city_leader).post(at(one, "approval-return"), place | {"reason": "事由与内容不符"})
    own = visit(people.applicant)
    changed = {"change-field": ["号牌", "身份证明号码", ""], "change-after": ["吉A00002", "220102199001011236", ""]}
    changed["change-before"] = ["吉A00001", CHANGES[1]["before"], ""]
    again = sent(version="2", title="更正号牌", **changed)
    del again["f-proof"]
    assert own.post(at(one, "approval-correct"), again)["Location"] == at(one)
    page = plain(own.get(at(one)))
    assert "更正号牌" in page
    assert "第 1 次提交的内容" in page
    assert "更正发证日期 更正号牌" in page
    assert "修改内容：发证日期 2026-02-30 → 2026-02-28 （没有）" in page
    assert "修改内容：号牌 （没有） 吉A00001 → 吉A00002" in page
    assert page.count("修改内容：身份证明号码") == 1
    assert CHANGES[1]["after"] not in text(own.get(at(one)))
    assert "更正号牌" in plain(own.get(reverse("approvals"), {"tab": "mine"}))


def test_the_second_who_corrects_is_told_who_was_first_and_keeps_what_he_typed(people: Crew) -> None:
    one = applied(people.applicant)
    place = {"version": "1", "seat": str(one.seats.get(stage="report").pk)}
    visit(people.city_leader).post(at(one, "approval-return"), place | {"reason": "请补充档案页"})
    first, second = visit(people.applicant), visit(officer(CITY))
    assert second.get(at(one, "approval-correct")).status_code == 200
    first.post(at(one, "approval-correct"), sent(version="2"))
    late = second.post(at(one, "approval-correct"), sent(version="2", reason="另一人写的补正说明"))
    words = text(late, 422)
    assert "对该申请“补正”，您的内容没有提交" in words
    assert "另一人写的补正说明" in words
    assert "不能补正" in plain(second.post(at(one, "approval-correct"), sent(version="3")), 422)
    assert "不能补正" in plain(second.get(at(one, "approval-correct"), follow=True))
    assert one.contents.count() == 2


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


def test_a_sensitive_file_opens_with_a_reason_to_whoever_sees_the_application_and_is_logged(people: Crew) -> None:
    one = applied(people.applicant)
    digest = one.contents.get().data["proof"]["sha256"]
    address = reverse("approval-file", args=[one.pk, digest])
    client = visit(people.third)
    assert address not in text(client.get(at(one)))
    assert "请先“显示敏感内容”" in plain(client.get(address), 422)
    assert "请先“显示敏感内容”" in plain(client.post(address, {"reason": "看"}), 422)
    assert not opened()
    shown = text(client.post(at(one, "approval-reveal"), {"reason": "核对档案页"}))
    assert f'action="{address}"' in shown
    assert 'name="reason" value="核对档案页"' in shown
    file = client.post(address, {"reason": "核对档案页"})
    assert (file["Content-Type"], file["Cache-Control"]) == ("image/jpeg", "no-store")
    assert [(one.person_id, one.reason, one.details["sha256"]) for one in opened()] == [
        (people.third.person_id, "核对档案页", digest)
    ]
    stranger = visit(employ("yanbian@CITY", "centre-supervisor"))
    assert stranger.post(address, {"reason": "核对档案页"}).status_code == 404
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
