"""Journey: a city applies to change data; six others sign, execute and verify in the browser; the form is printed."""

import io
from typing import Any

from PIL import Image

from approving import DEPARTMENT
from builders import CITY, PROVINCE, leader, officer
from jianguan.backbone.approvals.models import Application, PrintedForm
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from staff import PASSWORD, account_of

ROWS = [("发证日期", "2026-02-30", "2026-02-28"), ("身份证明号码", "220102199001011234", "220102199001011235")]


def picture() -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "PNG")
    return {"name": "档案页.png", "mimeType": "image/png", "buffer": out.getvalue()}


def seated(server: str, browser: Any, actor: Actor, width: int = 1440) -> Any:
    """A page signed in as a new account of the actor."""
    with scopes.within(scopes.everything()):
        username = account_of(actor.person_id).username
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": 900}
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{server}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.wait_for_url(f"{server}/")
    return page


def opened(server: str, browser: Any, actor: Actor, width: int = 1440) -> Any:
    """The application as it waits for the actor in his list."""
    page = seated(server, browser, actor, width)
    page.goto(f"{server}/approvals/")
    page.locator("td a").first.click()
    page.locator("#turn").wait_for()
    return page


def signed(page: Any, button: str) -> None:
    """Press the button of one's turn; the page then says that it went on."""
    page.locator("#turn").get_by_role("button", name=button, exact=True).click()
    page.get_by_text("已签署，转入下一环节").wait_for()
    page.context.close()


def applied(server: str, browser: Any, actor: Actor) -> None:
    page = seated(server, browser, actor)
    page.goto(f"{server}/approvals/")
    page.get_by_text("没有等待本人办理的审批").wait_for()
    page.get_by_role("link", name="申请", exact=True).click()
    page.get_by_text("交管数据修改审批表").click()
    page.get_by_label("事由").fill("更正发证日期")
    page.get_by_label("信息系统").select_option("公安交通管理综合应用平台")
    page.get_by_label("所涉记录").fill("驾驶证 220102199001011234")
    page.get_by_label("佐证材料").set_input_files(picture())
    page.get_by_label("理由").fill("录入错误，影响补换证业务办理")
    page.get_by_text("首接责任：").click()
    fields = page.get_by_label("字段")
    fields.first.focus()
    for line in ROWS:
        for cell in line:
            page.keyboard.type(cell)
            page.keyboard.press("Enter")
    count = fields.count()
    page.get_by_role("button", name="增加一行").click()
    assert fields.count() == count + 1
    page.get_by_role("button", name="提交").click()
    page.get_by_text("已提交").wait_for()
    assert "220102199001011234" not in page.content()
    page.context.close()


def revealed(page: Any) -> None:
    """The analyst must know the number: he says why, and sees it once."""
    page.get_by_role("button", name="显示敏感内容").click()
    page.locator("#reveal textarea").fill("核对证件号码与档案")
    page.locator("#reveal").get_by_role("button", name="显示").click()
    page.get_by_text("敏感内容已显示").wait_for()
    assert "220102199001011234" in page.content()
    page.go_back()


def test_a_change_of_data_goes_through_seven_people_to_its_printed_form(server: str, browser: Any) -> None:
    with scopes.within(scopes.everything()):
        applicant, city = officer(CITY), leader(CITY)
        analyst, chief, verifier = officer(PROVINCE), leader(PROVINCE), officer(PROVINCE)
        first, second = officer(DEPARTMENT), officer(DEPARTMENT)
    applied(server, browser, applicant)

    phone = opened(server, browser, city, width=390)
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    signed(phone, "签署同意")

    page = opened(server, browser, analyst)
    assert "待签：业务处室经办人" in page.locator(".jg-route").inner_text()
    revealed(page)
    page.locator("#turn").get_by_text("送科技部门处理").click()
    signed(page, "签署同意")
    signed(opened(server, browser, chief), "签署同意")

    page = opened(server, browser, first)
    statement = {"name": "change.sql", "mimeType": "text/plain", "buffer": b"UPDATE licence SET issued = '2026-02-28'"}
    page.get_by_label("执行语句文件").set_input_files(statement)
    page.get_by_label("影响记录数").fill("1")
    page.get_by_label("回退办法").fill("按备份表恢复两个字段")
    signed(page, "执行")

    page = opened(server, browser, second)
    page.get_by_label("复核的执行语句文件").set_input_files(statement)
    page.get_by_label("复核情况").fill("语句、条件和影响行数一致")
    signed(page, "执行")

    page = opened(server, browser, verifier)
    page.get_by_label("验证情况").fill("补换证已能办理")
    page.get_by_text("验证通过").click()
    page.locator("#turn").get_by_role("button", name="验证", exact=True).click()
    page.get_by_role("button", name="出具审批表").click()
    page.get_by_text("审批表已出具").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="-").last.click()
    page.get_by_text("交管数据修改审批表").first.wait_for()

    with scopes.within(scopes.everything()):
        one = Application.objects.get()
        assert (one.state, one.locked) == ("done", True)
        assert PrintedForm.objects.filter(application=one).count() == 1
        assert one.steps.values("person_id").distinct().count() == 7
