"""Journey 5: on a phone, report with two photos → code → 'in work' → answer → dissatisfied → superior."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from builders import CITY, OFFICE, PROVINCE, leader, officer
from jianguan.backbone.cases.actions import submit, take
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.complaints import handling
from jianguan.backbone.complaints.models import Complaint, Photo
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from staff import PASSWORD, account_of

AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe-core" / "4.14.1" / "axe.min.js"
SERIOUS = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
    .filter(one => ['serious', 'critical'].includes(one.impact)).map(one => [one.id, one.nodes[0].html]))"""
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Any) -> Any:
    """A phone's browser, with touch."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE, has_touch=True)
    yield context.new_page()
    context.close()


def photo(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), colour).save(out, "JPEG")
    return out.getvalue()


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def report(page: Any, server: str) -> str:
    """Report in three steps; returns the code."""
    page.goto(f"{server}/portal/")
    page.get_by_role("link", name="我要反映").last.click()
    page.get_by_text("驾驶人考试").click()
    page.get_by_label("发生了什么").fill("三月八日下午，考试员让学员重考了一次，没有录像。")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("涉及哪个单位").select_option(OFFICE)
    page.get_by_label("具体地点").fill("第一考场")
    page.get_by_role("button", name="下一步").last.click()
    files = [{"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": photo(colour)} for colour in ("red", "blue")]
    page.locator("input[type=file]").set_input_files(files)
    assert page.locator("[data-thumbs] img").count() == 2
    assert fits(page)
    page.get_by_role("button", name="提交").click()
    page.locator("#code").wait_for()
    assert fits(page)
    return str(page.locator("#code").inner_text())


def taken_up(server: str, browser: Any) -> None:
    """The city's officer takes it up in the browser and hands it to the office."""
    with scopes.within(scopes.everything()):
        username = account_of(officer(CITY).person_id).username
    page = signed_in(server, browser, username)
    page.goto(f"{server}/complaints/?stage=received")
    page.locator("td a").first.click()
    page.get_by_role("button", name="受理", exact=True).click()
    assert "车管所" in page.locator("#accept select option:checked").inner_text(), "the unit concerned is proposed"
    page.locator("#accept textarea[name=text]").fill("已受理，转车管所核查")
    page.get_by_role("button", name="受理并交办").click()
    page.get_by_text("已交承办单位").first.wait_for()
    page.context.close()


def signed_in(server: str, browser: Any, username: str) -> Any:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto(f"{server}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.wait_for_url(f"{server}/")
    return page


def acting(actor: Actor) -> Actor:
    scopes.apply(actor.scope)
    return actor


def worked_on() -> None:
    """The office receives, answers first and submits; a second officer of the city passes it."""
    with scopes.within(scopes.everything()):
        office = acting(officer(OFFICE))
        complaint = Complaint.objects.get()
        case = handling.case_of(complaint)
        assert case is not None
        take(by=office, case=case, verb=Verb.RECEIVE, version=case.version)
        handling.answer_first(by=office, complaint=complaint, text="已调取当日录像，正在核对")
        case.refresh_from_db()
        submit(by=office, case=case, version=case.version, outcome="true", text="属实")
        take(by=acting(officer(CITY)), case=case, verb=Verb.PASS, version=case.version, text="同意")


def answered() -> None:
    with scopes.within(scopes.everything()):
        by = acting(officer(CITY))
        handling.answer(by=by, complaint=Complaint.objects.get(), text="情况属实，已责令整改。")


def reopened(server: str, browser: Any) -> None:
    """The province's leader has it done again, in the browser."""
    with scopes.within(scopes.everything()):
        username = account_of(leader(PROVINCE).person_id).username
    page = signed_in(server, browser, username)
    page.goto(f"{server}/complaints/?stage=disputed")
    page.locator("td a").first.click()
    page.get_by_role("button", name="复核决定").click()
    page.locator("#dispute input[value='1']").check()
    page.locator("#dispute input[type=date]").fill("2099-01-05")
    page.locator("#dispute textarea").fill("请补充核查后重新答复")
    page.get_by_role("button", name="作出决定").click()
    page.get_by_text("上级复核：重新办理").wait_for()
    page.context.close()


def test_a_complainant_on_a_phone_reports_follows_rates_and_reaches_the_superior(
    server: str, phone: Any, browser: Any
) -> None:
    code = report(phone, server)
    assert code.replace("-", "") not in phone.url
    with scopes.within(scopes.everything()):
        assert Photo.objects.count() == 2

    phone.context.clear_cookies()
    phone.goto(f"{server}/portal/follow/")
    phone.get_by_label("查询码").fill(code.lower())
    phone.get_by_role("button", name="查询").click()
    phone.get_by_role("heading", name="已收到，等待受理").wait_for()
    assert code not in phone.url
    assert phone.locator(".thumbs img").count() == 2
    assert fits(phone)

    taken_up(server, browser)
    phone.reload()
    phone.get_by_role("heading", name="已受理，已交承办单位").wait_for()
    assert "办结并答复" in phone.locator(".clocks").inner_text()

    worked_on()
    phone.reload()
    assert "已调取当日录像" in phone.locator(".story").inner_text()
    answered()
    phone.reload()
    phone.get_by_role("heading", name="已答复").wait_for()
    phone.get_by_text("不满意", exact=True).click()
    phone.get_by_label("意见（不满意的必填）").fill("没有说明怎么处理考试员")
    phone.get_by_role("button", name="提交评价").click()
    phone.get_by_role("heading", name="不满意，上级复核中").wait_for()

    reopened(server, browser)
    phone.reload()
    phone.get_by_role("heading", name="正在办理").wait_for()
    assert "请补充核查后重新答复" in phone.locator(".story").inner_text()
    assert fits(phone)


def test_without_script_the_whole_form_is_there_and_a_sum_stands_for_the_work(server: str, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{server}/portal/report/")
    page.get_by_text("驾驶人考试").click()
    page.get_by_label("发生了什么").fill("三月八日下午，考试员让学员重考了一次，没有录像。")
    page.get_by_label("涉及哪个单位").select_option(OFFICE)
    question = page.locator("[data-question] span").inner_text()
    numbers = ["零一二三四五六七八九".index(one) for one in question[:1] + question[2:3]]
    page.locator("[name=answer]").fill(str(sum(numbers)))
    page.get_by_role("button", name="提交").click()
    assert len(page.locator("#code").inner_text()) == 24
    context.close()


def test_the_public_pages_hold_nothing_serious_for_axe(server: str, browser: Any) -> None:
    context = browser.new_context(locale="zh-CN", viewport=PHONE, bypass_csp=True)
    page = context.new_page()
    found: dict[str, Any] = {}
    report(page, server)
    page.add_script_tag(path=AXE)
    found["receipt"] = page.evaluate(SERIOUS)
    for path in ("/portal/", "/portal/report/", "/portal/follow/", "/portal/mine/"):
        page.goto(server + path)
        page.add_script_tag(path=AXE)
        found[path] = page.evaluate(SERIOUS)
    context.close()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
