"""Journey 1: morning at an office, from the log-in to the first signed pre-exam checklist, and its log."""

from typing import Any

import pytest
from django.db import transaction

import builders
import staff


@pytest.mark.clause("6.4")
@pytest.mark.parametrize("width", [1440, 390])
def test_clause_6_4_the_first_checklist_is_signed_in_six_clicks_and_its_log_prints(
    server: str, page: Any, width: int
) -> None:
    with transaction.atomic():
        builders.see_everything()
        builders.place(builders.OFFICE, "exam_site", subjects=["科目一"], desks=20, first_exam="23:59")
        officer = builders.officer(builders.OFFICE)
        account = staff.account_of(officer.person_id)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{server}/checks/")
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", staff.PASSWORD)
    clicks = (
        "button[type=submit]",
        "tbody a.btn-primary",
        "button[name=fill]",
        "input[name=confirmed]",
        "form.jg-stack button.btn-primary",
    )
    assert len(clicks) <= 6
    for target in clicks:
        if target == "input[name=confirmed]":
            page.fill("input[name=equipment-clock]", "1")
            page.fill("input[name=s1-desk-count]", "20")
        page.locator(f"main {target}").first.click()
    page.wait_for_url("**/checks/*/")
    assert "已履行" in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    log = page.request.get(page.url + "log.pdf")
    assert log.headers["content-type"] == "application/pdf"
    assert log.body().startswith(b"%PDF")
