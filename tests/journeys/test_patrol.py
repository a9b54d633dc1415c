"""Journey: a round of patrol on the wall, a snapshot that becomes a finding, the place covered."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

import builders
import patrolling
import staff
from jianguan.backbone.patrol.models import PatrolResult, PatrolSnapshot
from jianguan.backbone.work.models import Check, Finding
from jianguan.kit import clock

DWELL = 3


@pytest.mark.clause("4.5", "6.10")
def test_clauses_4_5_6_10_a_stop_is_looked_at_for_its_time_and_a_snapshot_becomes_a_finding(
    server: str, page: Any
) -> None:
    with transaction.atomic():
        builders.see_everything()
        place = patrolling.seat(builders.OFFICE, "合成-1", "service_hall", "合成大厅")
        patrolling.photograph(place, clock.now() - dt.timedelta(hours=3))
        patrolling.short_dwell(DWELL)
        officer = builders.officer(builders.OFFICE)
        account = staff.account_of(officer.person_id)
    page.goto(f"{server}/patrol/")
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", staff.PASSWORD)
    page.click("button[type=submit]")
    page.click("text=开始一轮")
    page.click("text=巡下一个")
    page.wait_for_url("**/patrol/visits/*/")
    wall = page.locator(".jg-wall")
    assert "无实时画面，最近画面 3小时前" in wall.inner_text()
    assert "无实时画面，也没有最近画面" in wall.inner_text()
    assert page.locator("[data-sign]").is_disabled()

    page.click("[data-shoot]")
    page.select_option("#shoot select[name=about]", "duty-present")
    page.fill("#shoot textarea[name=text]", "值班台无人")
    page.click("text=留存截图")
    page.locator("[data-shots] img").wait_for()
    assert page.locator("input[name=duty-present][value=fail]").is_checked()

    page.locator("[data-sign]:enabled").wait_for(timeout=20_000)
    page.click("button[name=fill]")
    page.wait_for_load_state()
    # What was marked abnormal by the snapshot stays so after the rest is filled in.
    assert page.locator("input[name=duty-present][value=fail]").is_checked()
    page.locator("[data-sign]:enabled").click()
    page.wait_for_url("**/patrol/rounds/*/")
    with transaction.atomic():
        builders.see_everything()
        result = PatrolResult.objects.get()
        check = Check.objects.get(kind="patrol-video")
        assert (check.subject, check.passed, result.seen) == (place, False, True)
        assert result.watched_ms >= DWELL * 1000
        assert Finding.objects.get(check_record=check).text.endswith("值班台无人")
        assert PatrolSnapshot.objects.get().item == "duty-present"


def test_a_hidden_page_earns_nothing(server: str, page: Any) -> None:
    with transaction.atomic():
        builders.see_everything()
        patrolling.photograph(patrolling.seat(builders.OFFICE, "合成-1"), clock.now())
        patrolling.short_dwell(2)
        account = staff.account_of(builders.officer(builders.OFFICE).person_id)
    page.add_init_script(
        "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'});"
        "Object.defineProperty(document, 'hidden', {get: () => true});"
    )
    page.goto(f"{server}/patrol/")
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", staff.PASSWORD)
    page.click("button[type=submit]")
    page.click("text=开始一轮")
    page.click("text=巡下一个")
    page.wait_for_url("**/patrol/visits/*/")
    for _ in range(3):
        with page.expect_response("**/beat/") as told:
            pass
        assert told.value.json()["watched"] == 0
    assert page.locator("[data-sign]").is_disabled()
