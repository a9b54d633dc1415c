"""Documents on the page: drafted, looked at, signed by another, served, objected to, sent outside, verified."""

import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import builders
from builders import CITY, COUNTY, PROVINCE, leader, officer
from casework import ordered
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.documents.models import Dispatch, Document, Draft
from jianguan.backbone.documents.objections import Objection, Ruling
from jianguan.kit import clock
from pages import plain, text
from staff import visit

OTHER_COUNTY = "changchun-chaoyang@COUNTY"
SAID = {
    "matter": "检验监管问题",
    "facts": "抽查二百件。",
    "problems": "三件照片不清。<script>alert(1)</script>",
    "requirement": "限期整改。",
    "provision": "4.7",
}


@pytest.fixture(autouse=True)
def everything(db: object) -> None:
    builders.see_everything()


class Two:
    """An officer and a leader of the province, each with a browser."""

    def __init__(self) -> None:
        self.officer, self.leader = visit(officer(PROVINCE)), visit(leader(PROVINCE))
        self.city = visit(leader(CITY))

    def drafted(self, about: int = 17, **given: object) -> Draft:
        units = [agencies.capacity(CITY).pk]
        answer = self.officer.post(f"/documents/new/?kind=bulletin&ref=case/{about}", SAID | {"units": units} | given)
        assert answer.status_code == 302, plain(answer, answer.status_code)
        builders.see_everything()
        return Draft.objects.get(kind="bulletin")

    def issued(self, **given: Any) -> Document:
        draft = self.drafted(**given)
        self.officer.post(f"/documents/drafts/{draft.pk}/send/", {"version": 1})
        self.leader.post(f"/documents/drafts/{draft.pk}/issue/", {"version": 2})
        builders.see_everything()
        return Document.objects.get(kind="bulletin")


@pytest.fixture
def two(everything: None) -> Two:
    return Two()


def test_a_draft_goes_from_the_form_over_its_pages_to_a_signed_document_on_the_register(two: Two) -> None:
    assert "督办单" in plain(two.officer.get("/documents/new/"))
    draft = two.drafted(outside_education="长春市教育局")
    page = plain(two.officer.get(f"/documents/drafts/{draft.pk}/"))
    assert "关于检验监管问题的通报" in page
    sheet = two.officer.get(f"/documents/drafts/{draft.pk}/pages/1.png")
    assert sheet.content.startswith(b"\x89PNG")
    assert two.officer.get(f"/documents/drafts/{draft.pk}/pages/99.png").status_code == 404
    refused = two.officer.post(f"/documents/drafts/{draft.pk}/issue/", {"version": 1}, follow=True)
    assert "权限" in plain(refused)
    early = two.leader.post(f"/documents/drafts/{draft.pk}/issue/", {"version": 1}, follow=True)
    assert "尚未送签" in plain(early)
    assert "已送签" in plain(two.officer.post(f"/documents/drafts/{draft.pk}/send/", {"version": 1}, follow=True))
    assert "审阅签发" in plain(two.leader.get("/documents/drafts/"))
    unsaid = two.leader.post(f"/documents/drafts/{draft.pk}/issue/", {}, follow=True)
    assert "哪一稿，请刷新后再办" in plain(unsaid)
    done = plain(two.leader.post(f"/documents/drafts/{draft.pk}/issue/", {"version": 2}, follow=True))
    assert "已签发" in done
    assert "所涉事项 事项 17" in done
    assert "长春市教育局" in done
    builders.see_everything()
    document = Document.objects.get()
    assert document.number in plain(two.leader.get("/documents/"))
    assert document.number in two.leader.get("/documents/export.csv").content.decode()
    assert document.number in plain(two.city.get("/documents/?state=unsigned&q=检验&first=2020-01-01&last=2099-01-01"))
    assert document.number not in plain(two.city.get("/documents/?kind=guidance"))


def test_a_document_names_the_case_it_is_about_for_whoever_sees_the_case(two: Two) -> None:
    case = ordered(PROVINCE, CITY, "supervised", "4.6")
    builders.see_everything()
    document = two.issued(about=case.pk)
    for reader in (two.leader, two.city):
        page = reader.get(f"/documents/{document.pk}/")
        assert f"所涉事项 {case.number} {case.title}" in plain(page)
        assert f'href="/cases/{case.pk}/"' in text(page)


def test_the_texts_of_a_form_are_shown_as_text_and_an_empty_body_is_refused(two: Two) -> None:
    draft = two.drafted()
    html = two.officer.get(f"/documents/drafts/{draft.pk}/").content.decode()
    assert "<script>alert" not in html
    kept = {"version": "1", "title": "关于检验的通报", "body": " ", "units": []}
    assert "正文" in plain(two.officer.post(f"/documents/drafts/{draft.pk}/", kept), 422)
    table = "地区\t件数\n长春\t=1+1\n四平\t2\t3"
    wrong = kept | {"body": "正文。", "table": table}
    assert "列数" in plain(two.officer.post(f"/documents/drafts/{draft.pk}/", wrong), 422)
    good = wrong | {"table": "地区\t件数\n长春\t=1+1"}
    assert "已保存" in plain(two.officer.post(f"/documents/drafts/{draft.pk}/", good, follow=True))
    again = two.officer.post(f"/documents/drafts/{draft.pk}/", good)
    assert "他人已修改" in plain(again, 422)


def test_a_document_is_downloaded_as_pdf_and_word_and_verified_by_code_and_by_file(two: Two) -> None:
    document = two.issued()
    pdf = two.city.get(f"/documents/{document.pk}/document.pdf")
    assert bytes(document.content or b"") == pdf.content
    word = two.city.get(f"/documents/{document.pk}/document.docx")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(word.content)).namelist()
    assert two.city.get(f"/documents/{document.pk}/pages/1.png").status_code == 200
    stranger = visit(leader("siping@CITY"))
    assert stranger.get(f"/documents/{document.pk}/").status_code == 404
    page = plain(stranger.get(f"/documents/verify/?code={(document.code or '').lower()}"))
    assert document.number in page
    assert "签名有效" in page
    assert document.title not in page
    assert "没有这个验证码" in plain(stranger.get("/documents/verify/?code=0000-0000-0000"))
    assert "与原件一致" in upload(stranger, pdf.content, 200)
    assert "已被改动" in upload(stranger, pdf.content + b" ", 422)


def upload(client: Client, content: bytes, status: int) -> str:
    file = SimpleUploadedFile("文书.pdf", content, content_type="application/pdf")
    return plain(client.post("/documents/verify/", {"file": file}), status)


def test_a_recipient_refuses_signs_reads_and_objects_and_another_leader_decides(two: Two) -> None:
    document = two.issued()
    service = document.services.get()
    path = f"/documents/services/{service.pk}"
    assert "拒收" in plain(two.city.post(f"{path}/refuse/", {"reason": "主送单位有误"}, follow=True))
    two.city.post(f"/norms/services/{service.pk}/acknowledge/", follow=True)
    assert "已确认阅知" in plain(two.city.post(f"{path}/read/", follow=True))
    assert "异议已提出" in plain(two.city.post(f"{path}/object/", {"reason": "第三项与事实不符"}, follow=True))
    builders.see_everything()
    objection = Objection.objects.get()
    assert "待处理" in plain(two.leader.get("/documents/objections/"))
    decide = f"/documents/objections/{objection.pk}/decide/"
    decision = {"outcome": "revoked", "reason": "照片确已补拍"}
    assert "未参与" in plain(two.leader.post(decide, decision, follow=True))
    builders.see_everything()
    other = visit(leader(PROVINCE))
    assert "请选择" in plain(other.post(decide, {"reason": "无"}, follow=True))
    assert "异议已处理" in plain(other.post(decide, decision, follow=True))
    assert "已撤回" in plain(other.get(f"/documents/verify/?code={document.code}"))


def test_after_the_superiors_ruling_everybody_below_reads_who_decided_and_that_it_is_replaced(everything: None) -> None:
    drafter, signer = visit(officer(CITY)), visit(leader(CITY))
    objector, neighbour, superior = visit(leader(COUNTY)), visit(leader(OTHER_COUNTY)), visit(leader(PROVINCE))
    units = [agencies.capacity(COUNTY).pk, agencies.capacity(OTHER_COUNTY).pk]
    assert drafter.post("/documents/new/?kind=bulletin", SAID | {"units": units}).status_code == 302
    builders.see_everything()
    draft = Draft.objects.get()
    drafter.post(f"/documents/drafts/{draft.pk}/send/", {"version": 1})
    signer.post(f"/documents/drafts/{draft.pk}/issue/", {"version": 2})
    builders.see_everything()
    document = Document.objects.get()
    service = document.services.get(recipient__key=COUNTY)
    objector.post(f"/norms/services/{service.pk}/acknowledge/")
    objector.post(f"/documents/services/{service.pk}/object/", {"reason": "第三项与事实不符"})
    assert "有效，异议处理中" in plain(neighbour.get(f"/documents/{document.pk}/"))
    builders.see_everything()
    decide = f"/documents/objections/{Objection.objects.get().pk}/decide/"
    assert "异议已处理" in plain(superior.post(decide, {"outcome": "changed", "reason": "删去第三项"}, follow=True))
    builders.see_everything()
    ruling = Ruling.objects.get()
    for browser in (drafter, signer, objector, neighbour):
        page = plain(browser.get(f"/documents/{document.pk}/"))
        assert "已被替代" in page
        assert ruling.document.number in page
        assert "已被替代" in plain(browser.get("/documents/?state=replaced"))
    for browser in (drafter, signer, objector):
        page = plain(browser.get(f"/documents/{document.pk}/"))
        assert f"{ruling.decided_by_name}（{ruling.decided_by_post}）" in page
        assert ruling.decided_by_name


def test_a_leader_who_changes_a_draft_sent_to_him_is_told_that_he_can_no_longer_sign_it(two: Two) -> None:
    draft = two.drafted()
    two.officer.post(f"/documents/drafts/{draft.pk}/send/", {"version": 1})
    path = f"/documents/drafts/{draft.pk}/"
    assert "不能再签发这份文书" in plain(two.leader.get(path))
    changed = {"version": "2", "title": "另一题", "body": "另一文。", "units": []}
    assert "须重新送签" in plain(two.leader.post(path, changed, follow=True))
    two.officer.post(f"{path}send/", {"version": 3})
    assert "修改人" in plain(two.leader.get(path))
    assert "修改过内容的也算拟稿人" in plain(two.leader.post(f"{path}issue/", {"version": 4}, follow=True))


def test_a_document_is_sent_outside_and_its_receipt_recorded(two: Two) -> None:
    document = two.issued(outside_education="长春市教育局")
    today = clock.today().isoformat()
    sent = {"body": "长春市教育局", "kind": "education", "way": "post", "postal_number": "", "sent_on": today}
    path = f"/documents/{document.pk}/dispatch/"
    assert "邮件号" in plain(two.officer.post(path, sent, follow=True))
    assert "已登记外送" in plain(two.officer.post(path, sent | {"postal_number": "XA1"}, follow=True))
    builders.see_everything()
    dispatch = Dispatch.objects.get()
    slip = SimpleUploadedFile("回证.pdf", b"%PDF-1.7\nx", content_type="application/pdf")
    receipt = {"received": "yes", "name": "王某", "received_on": today, "slip": slip}
    path = f"/documents/dispatches/{dispatch.pk}/receipt/"
    assert "JPEG" in plain(
        two.officer.post(path, receipt | {"slip": SimpleUploadedFile("a.jpg", b"GIF89a")}, follow=True)
    )
    assert "回证已登记" in plain(two.officer.post(path, receipt | {"slip": slip}, follow=True))
    builders.see_everything()
    assert two.leader.get(f"/documents/receipts/{dispatch.receipt.pk}/").content == b"%PDF-1.7\nx"


def test_a_bulletin_is_composed_for_a_month_and_can_be_edited(two: Two) -> None:
    two.issued()
    form = {
        "kind": "monthly-bulletin",
        "day": clock.today().isoformat(),
        "chosen": ["document-service"],
        "levels": ["CITY"],
    }
    page = plain(two.officer.post("/documents/bulletin/", form, follow=True))
    assert "监管工作月报" in page
    assert "文书送达签收" in page
    assert two.officer.post("/documents/bulletin/", form | {"chosen": ["没有"]}).status_code == 422


@pytest.mark.parametrize(("unit", "clause"), [(PROVINCE, "4.7"), (CITY, "5.5"), (COUNTY, None)])
def test_the_form_offers_the_clause_of_the_level_that_issues(everything: None, unit: str, clause: str | None) -> None:
    page = text(visit(officer(unit)).get("/documents/new/?kind=bulletin"))
    found = re.search(r'name="provision"(?: value="([^"]*)")?', page)
    assert found is not None
    assert found[1] == clause
