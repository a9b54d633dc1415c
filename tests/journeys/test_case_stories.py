"""One story for each kind of case, driven through the browser by several people and ended by its document."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect

import builders
import staff
from builders import CITY, OFFICE, PROVINCE, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import ministry
from jianguan.backbone.cases.models import Case
from jianguan.backbone.complaints import actions as complaints
from jianguan.backbone.complaints.actions import Report
from jianguan.backbone.complaints.rules import Channel
from jianguan.backbone.documents.drafting import NOT_FILLED
from jianguan.backbone.documents.models import Document
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.calendar.workdays import add_years
from jianguan.kit import clock

pytestmark = pytest.mark.xdist_group("case-stories")
WAIT_MS = 60_000
A_CASE, A_DOCUMENT = re.compile(r"/cases/\d+/$"), re.compile(r"/documents/\d+/$")


@dataclass
class Stage:
    """The server, and everybody who sits before it, each with a browser of his own."""

    server: str
    browser: Any
    seats: list[Any] = field(default_factory=list)
    case: str = ""

    def sit(self, actor: Actor) -> Any:
        """A page of somebody who is signed in and acts in his post."""
        with scopes.within(scopes.everything()):
            client = staff.visit(actor)
        context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(WAIT_MS)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.server}])
        page = context.new_page()
        self.seats.append(page)
        return page

    def opened(self, page: Any, kind: str, title: str, handler: str, **more: str) -> None:
        """Open a case in the form and hand it to a unit."""
        page.goto(f"{self.server}/cases/new/?kind={kind}")
        given = {"title": title, "text": f"{title}：请查明情况并报告。", "provision": "5.7"} | more
        for name, value in given.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=handler]").select_option(str(agencies.capacity(handler).pk))
        page.get_by_role("button", name="立项").click()
        page.wait_for_url(A_CASE)
        self.case = page.url

    def act(self, page: Any, verb: str, text: str = "", *, file: bytes = b"", **chosen: str) -> None:
        """Press the button of an act, fill its form in and send it."""
        page.goto(self.case)
        page.locator(f"main [data-dialog=act-{verb}]").first.click()
        box = page.locator(f"#act-{verb}")
        if text:
            box.locator("textarea[name=text]").fill(text)
        if file:
            box.locator("input[type=file]").set_input_files(
                [{"name": "记录.jpg", "mimeType": "image/jpeg", "buffer": file}]
            )
        for name, value in chosen.items():
            control = box.locator(f"[name={name}]").first
            if control.get_attribute("type") == "radio":
                box.locator(f"[name={name}][value='{value}']").check()
            elif control.evaluate("one => one.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        box.locator("button[type=submit]").click()
        expect(page.locator(".jg-toast-success")).to_contain_text("已记入经过")

    def ended(self, page: Any) -> None:
        """The case is closed for whoever looks."""
        page.goto(self.case)
        expect(page.locator(".jg-case-turn")).to_contain_text("已办结")

    def issued(self, drafts: Any, word: str, signs: Any = None) -> Document:
        """Complete the draft that came with an act; whoever drafted it signs, or sends it to his leader, who does.

        Its number then stands on the case.
        """
        drafts.goto(self.case)
        drafts.get_by_role("link", name=word).first.click()
        drafts.wait_for_url("**/documents/drafts/*/")
        body = drafts.locator("[name=body]")
        if NOT_FILLED in body.input_value():
            body.fill(body.input_value().replace(NOT_FILLED, "合成内容"))
            drafts.get_by_role("button", name="保存").click()
            expect(drafts.locator(".jg-toast-success")).to_contain_text("已保存")
        if signs is not None:
            drafts.locator("[data-dialog=send]").click()
            drafts.locator("#send button[type=submit]").click()
            expect(drafts.locator(".jg-toast-success")).to_contain_text("已送签")
            signs.goto(drafts.url)
        page = signs or drafts
        page.locator("[data-dialog=issue]").first.click()
        page.locator("#issue button[type=submit]").click()
        page.wait_for_url(A_DOCUMENT)
        with scopes.within(scopes.everything()):
            document = Document.objects.latest("pk")
        page.goto(self.case)
        expect(page.get_by_text(document.number).first).to_be_visible()
        return document


@pytest.fixture
def stage(server: str, browser: Any) -> Iterator[Stage]:
    made = Stage(server, browser)
    yield made
    for page in made.seats:
        page.context.close()


def people(*actors: tuple[str, str]) -> list[Actor]:
    """Officers and leaders of units, each somebody else."""
    with scopes.within(scopes.everything()):
        return [leader(unit) if role == "leader" else officer(unit) for unit, role in actors]


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "JPEG")
    return out.getvalue()


def pdf_of(page: Any, document: Document, server: str) -> bytes:
    answer = page.request.get(f"{server}/documents/{document.pk}/document.pdf")
    return bytes(answer.body())


@pytest.mark.clause("6.11")
def test_rectification_from_a_finding_returned_once_with_a_photo_and_its_report(stage: Stage) -> None:
    city, reviewer, office, head = people((CITY, "o"), (CITY, "o"), (OFFICE, "o"), (OFFICE, "leader"))
    with scopes.within(scopes.everything()):
        found = builders.check(OFFICE, "synthetic", clock.today()).findings.create(
            capacity=agencies.capacity(OFFICE), provision="6.6", text="合成：三号通道画面被遮挡", found_at=clock.now()
        )
    orders, works, reviews, signs = (stage.sit(one) for one in (city, office, reviewer, head))
    orders.goto(f"{stage.server}/review/findings/")
    orders.get_by_role("link", name="立案整改").first.click()
    assert str(found.pk) in orders.url
    orders.get_by_role("button", name="立项").click()
    orders.wait_for_url(A_CASE)
    stage.case = orders.url
    works.goto(f"{stage.server}/cases/")
    works.get_by_role("link", name="三号通道").first.click()
    stage.act(works, "receive")
    stage.act(works, "work", "已清理遮挡物", file=photo())
    stage.act(works, "submit", "已清理，见照片", outcome="done")
    stage.act(reviews, "return", "照片看不清编号，请重拍")
    stage.act(works, "submit", "已重拍", outcome="done")
    stage.act(reviews, "pass", "现场核实，画面正常")
    stage.act(reviews, "close")
    stage.ended(orders)
    expect(orders.locator("main")).to_contain_text("记录.jpg")
    document = stage.issued(works, "整改报告", signs)
    assert pdf_of(orders, document, stage.server).startswith(b"%PDF")


@pytest.mark.clause("4.6")
def test_a_list_of_the_ministry_is_followed_from_province_to_city_to_office(stage: Stage, tmp_path: Path) -> None:
    province, city, office, reviewer, second = people(
        (PROVINCE, "o"), (CITY, "o"), (OFFICE, "o"), (CITY, "o"), (PROVINCE, "o")
    )
    uploads, receives, works, reviews, closes = (stage.sit(one) for one in (province, city, office, reviewer, second))
    (tmp_path / "list.xlsx").write_bytes(ministry.template())
    uploads.goto(f"{stage.server}/cases/orders/")
    uploads.locator("input[type=file]").set_input_files(tmp_path / "list.xlsx")
    uploads.get_by_role("button", name="导入并立项").click()
    uploads.wait_for_url("**/cases/orders/*/")
    with scopes.within(scopes.everything()):
        child = Case.objects.get(parent__isnull=False)
        parent = child.parent
    assert parent is not None
    stage.case = f"{stage.server}/cases/{child.pk}/"
    stage.act(receives, "receive")
    stage.act(receives, "transfer", "由车管所核查", other=str(agencies.capacity(OFFICE).pk))
    stage.act(works, "receive")
    stage.act(works, "submit", "已核查，通过率异常属实，已停用该考场", outcome="true")
    assert reviews.request.get(stage.case).ok
    stage.act(closes, "pass", "同意")
    stage.act(closes, "close")
    stage.case = f"{stage.server}/cases/{parent.pk}/"
    uploads.goto(stage.case)
    expect(uploads.locator("#family")).to_contain_text("办结")


def to_the_end(stage: Stage, works: Any, reviews: Any, outcome: str, text: str, **said: str) -> None:
    """Sign for it, submit, review by another, close."""
    stage.act(works, "receive")
    stage.act(works, "submit", text, outcome=outcome, **said)
    stage.act(reviews, "pass", "已核实")
    stage.act(reviews, "close")
    stage.ended(works)


@pytest.mark.clause("5.7")
def test_an_anomaly_is_verified_and_reported(stage: Stage) -> None:
    orders, reviews, works = (stage.sit(one) for one in people((CITY, "o"), (CITY, "o"), (OFFICE, "o")))
    stage.opened(orders, "anomaly", "科目二通过率异常", OFFICE)
    to_the_end(stage, works, reviews, "excluded", "逐件核对录像，系当日考生集中，排除异常")
    document = stage.issued(works, "核查报告")
    assert pdf_of(works, document, stage.server).startswith(b"%PDF")


@pytest.mark.clause("4.8")
@pytest.mark.clause("5.8")
def test_a_complaint_is_taken_up_verified_and_answered(stage: Stage) -> None:
    with scopes.within(scopes.everything()):
        complaints.receive(
            report=Report(
                channel=Channel.ONLINE,
                matter="exam",
                unit=agencies.capacity(OFFICE),
                text="考试员让学员重考，没有录像",
            )
        )
    takes, reviews, works = (stage.sit(one) for one in people((CITY, "o"), (CITY, "o"), (OFFICE, "o")))
    takes.goto(f"{stage.server}/complaints/?stage=received")
    takes.locator("td a").first.click()
    takes.get_by_role("button", name="受理", exact=True).click()
    takes.locator("#accept textarea[name=text]").fill("已受理，转车管所核查")
    takes.get_by_role("button", name="受理并交办").click()
    complaint = takes.url
    with scopes.within(scopes.everything()):
        stage.case = f"{stage.server}/cases/{Case.objects.get().pk}/"
    stage.act(works, "receive")
    works.goto(complaint)
    works.get_by_role("button", name="首次答复").click()
    works.locator("#first-answer textarea").fill("已调取当日录像，正在核对")
    works.get_by_role("button", name="发出").click()
    stage.act(works, "submit", "属实，已对考试员停岗", outcome="true")
    stage.act(reviews, "pass", "已核实")
    reviews.get_by_role("link", name="答复投诉人并办结").click()
    reviews.get_by_role("button", name="答复并办结").first.click()
    reviews.locator("#answer textarea").fill("您反映的情况属实，考试员已停岗，考试已重新组织。")
    reviews.locator("#answer button[type=submit]").click()
    stage.ended(reviews)


@pytest.mark.clause("12.2")
def test_an_interview_is_ordered_held_with_its_record_and_its_notice_served(stage: Stage) -> None:
    orders, reviews, works, signs = (
        stage.sit(one) for one in people((CITY, "o"), (CITY, "o"), (OFFICE, "o"), (CITY, "leader"))
    )
    stage.opened(orders, "interview", "约谈某教育机构", OFFICE, provision="12.2")
    stage.act(works, "receive")
    stage.act(works, "work", "已约谈，见记录", file=photo())
    stage.act(works, "submit", "机构负责人到场，承诺整改", outcome="held")
    stage.act(reviews, "pass", "记录齐全")
    stage.act(reviews, "close")
    stage.ended(works)
    stage.issued(orders, "约谈通知", signs)


@pytest.mark.clause("12.2")
def test_an_exposure_waits_for_its_legal_opinion(stage: Stage) -> None:
    orders, reviews, works, checks = (
        stage.sit(one) for one in people((CITY, "o"), (CITY, "o"), (OFFICE, "o"), (PROVINCE, "o"))
    )
    stage.opened(orders, "exposure", "曝光三起典型问题", OFFICE, provision="12.2")
    stage.act(works, "receive")
    stage.act(works, "countersign", "请审核曝光内容", units=str(agencies.capacity(PROVINCE).pk))
    stage.act(checks, "opine", "已隐去个人信息，同意", agreed="1")
    stage.act(works, "submit", "已在公众号曝光", outcome="published")
    stage.act(reviews, "pass", "已核实")
    stage.act(reviews, "close")
    stage.ended(works)
    orders.goto(stage.case)
    expect(orders.locator("main")).to_contain_text("曝光通告")


@pytest.mark.clause("10.5")
def test_back_tracing_names_who_answers_for_it(stage: Stage) -> None:
    orders, reviews, works = (stage.sit(one) for one in people((PROVINCE, "o"), (PROVINCE, "o"), (CITY, "o")))
    stage.opened(orders, "back-tracing", "某考场作弊案责任倒查", CITY, provision="10.5")
    to_the_end(
        stage, works, reviews, "found", "调阅监控和值班记录，查明责任",
        who="车管所监管岗", breach="6.6", measure="suspend",
    )  # fmt: skip
    expect(works.locator("main")).to_contain_text("处理措施：停岗")
    stage.issued(works, "核查报告")


@pytest.mark.clause("13.1")
def test_a_substitute_learner_is_restricted_by_a_leader_until_a_day(stage: Stage) -> None:
    orders, reviews, works, decides = (
        stage.sit(one) for one in people((CITY, "o"), (CITY, "o"), (OFFICE, "o"), (CITY, "leader"))
    )
    stage.opened(
        orders, "substitute-learner", "网络教育人脸比对不符", OFFICE, provision="13.1", learner_name="王小明",
        learner_number="11010519491231002X", session="合成平台 三月五日",
    )  # fmt: skip
    to_the_end(stage, works, reviews, "true", "人脸比对不符，本人承认由他人代学")
    decides.goto(stage.case)
    decides.get_by_role("button", name="作出限制决定").click()
    decides.locator("#restrict textarea").fill("查实替学，依第十三条")
    decides.locator("#restrict button[type=submit]").click()
    decides.goto(f"{stage.server}/cases/restrictions/")
    row = decides.locator("tbody tr").first
    expect(row).to_contain_text("王**（尾号 002X）")
    expect(row).to_contain_text(add_years(clock.today(), 3, "up").isoformat())
    expect(row).to_contain_text("只限现场")
