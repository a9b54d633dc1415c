"""A leader gives a soft word a number; what the ledger could not judge becomes a duty with a deadline."""

from typing import Any

from playwright.sync_api import Page

import builders
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work import actions as work
from jianguan.kit import clock
from staff import PASSWORD, account_of


def sign_in(page: Page, server: str, username: str) -> None:
    page.goto(f"{server}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit], form button[type=submit]")
    page.wait_for_url(f"{server}/")


def state_of_cell(page: Page, server: str, item: str) -> str:
    page.goto(f"{server}/provisions/?q={item}")
    return str(page.locator(f"td a[href*='/proof/{item}/{builders.PROVINCE}/'] .visually-hidden").inner_text())


def test_a_soft_word_gets_a_number_in_the_browser_and_the_cell_becomes_a_duty(page: Any, server: str) -> None:
    with scopes.within(scopes.everything()):
        leader = builders.leader(builders.PROVINCE)
        username = account_of(leader.person_id).username
        work.open_tasks(first=clock.today(), last=clock.today())
    sign_in(page, server, username)
    assert state_of_cell(page, server, "4.4") == "未定期限"
    page.goto(f"{server}/rules/cadences/?state=open&level=PROVINCE")
    page.locator("tr", has_text="4.4").first.get_by_role("link", name="确定周期").click()
    norm = page.url.rstrip("/").rpartition("/")[2]
    page.select_option("[name=cadence]", "daily")
    page.fill("[name=times]", "1")
    page.fill("[name=number]", "吉公交〔2026〕1号")
    page.fill("[name=reason]", "每日检查指导（合成的决定）")
    page.check("[name=confirm]")
    page.get_by_role("button", name="作出决定").click()
    page.locator(".jg-toast-success").wait_for()
    assert "每日不少于1次" in page.locator("main").inner_text()
    with scopes.within(scopes.everything()):
        work.open_tasks(first=clock.today(), last=clock.today())  # as the nightly job does
    page.goto(f"{server}/proof/{norm}/{builders.PROVINCE}/{clock.today()}/")
    assert "待履行" in page.locator(".jg-proof-sum").inner_text()
    assert "不少于1次" in page.locator(".jg-proof-sum").inner_text()
