"""Journey 3, as far as it goes: the province sees a red cell, why it is red, and the evidence; all by keyboard too."""

from pathlib import Path
from typing import Any

import pytest

import builders
from jianguan.backbone.scope import scope as scopes
from staff import PASSWORD, account_of

AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe-core" / "4.14.1" / "axe.min.js"
SERIOUS = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
    .filter(one => ['serious', 'critical'].includes(one.impact)).map(one => [one.id, one.nodes[0].html]))"""
PAGES = (
    "/",
    f"/provisions/?date={builders.DAY}&level=all",
    f"/provisions/rows/?date={builders.DAY}",
    "/provisions/text/",
    "/provisions/6.7/",
    "/agencies/?depth=all",
    "/agencies/gongzhuling/",
    f"/capacities/{builders.OFFICE}/?date={builders.DAY}&norm=6.4-pre-exam",
    f"/proof/6.6-exam/{builders.OFFICE}/{builders.DAY}/",
    "/rules/",
    "/rules/parameters/6.6.ratio/",
    "/rules/cadences/",
    "/rules/versions/",
    "/rules/gaps/",
    "/rules/calendar/",
    "/rules/compare/",
)


@pytest.fixture
def province(server: str, browser: Any) -> Any:
    """The supervisor of the province signed in, on the day after an office missed its check; yields (page, server)."""
    with scopes.within(scopes.everything()):
        builders.see_everything()
        builders.place(builders.OFFICE, "exam_site", subjects=["科目一"], first_exam="08:30")
        builders.open_day()
        builders.review(builders.freeze(builders.OFFICE, "exam-av", 212), 9)
        username = account_of(builders.leader(builders.PROVINCE).person_id).username
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{server}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.wait_for_url(f"{server}/")
    yield page, server
    context.close()


def test_a_red_cell_says_why_and_leads_to_its_evidence_in_four_clicks(province: Any) -> None:
    page, server = province
    page.goto(f"{server}/provisions/?date={builders.DAY}&level=VEHICLE_OFFICE")
    red = page.locator(f"td.jg-cell-missed a[href*='/proof/6.4/{builders.OFFICE}/']")
    assert red.inner_text().strip().endswith("未履行")
    red.click()
    drawer = page.locator("#jg-drawer")
    drawer.locator(".jg-proof").wait_for()
    assert "缺1个考场" in drawer.inner_text()
    page.keyboard.press("Escape")
    page.locator(f"td a[href*='/proof/6.6/{builders.OFFICE}/']").focus()
    page.keyboard.press("Enter")
    drawer.get_by_role("link", name="不足").first.click()
    drawer.get_by_text("应抽11件，已审9件，缺2件").wait_for()
    assert "212 件" in drawer.inner_text()
    assert "提交复核结论" in drawer.inner_text()
    drawer.get_by_role("link", name="整页打开").click()
    page.wait_for_url(f"{server}/proof/6.6-exam/{builders.OFFICE}/{builders.DAY}/")


def test_the_pages_hold_nothing_serious_for_axe_and_fit_a_phone(province: Any) -> None:
    page, server = province
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in PAGES:
            page.goto(server + path)
            page.add_script_tag(path=str(AXE))
            assert page.evaluate(SERIOUS) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
