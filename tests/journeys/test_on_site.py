"""Journey: an inspection filled in on a phone without a network, handed in when there is one again."""

import io
from typing import Any

import pytest
from django.db import transaction
from PIL import Image

import builders
import patrolling
import staff
from jianguan.backbone.campaigns import inspections
from jianguan.backbone.campaigns.models import Inspection, SitePhoto, Submission
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.work.models import Check, Finding

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(server: str, page: Any) -> tuple[Any, Actor]:
    """A phone with the page open, one inspection on it."""
    with transaction.atomic():
        builders.see_everything()
        officer = builders.officer(builders.OFFICE)
        inspections.take_up(
            by=officer, kind="patrol-on-site", subject=patrolling.seat(builders.OFFICE, "合成-1", name="合成考场")
        )
        account = staff.account_of(officer.person_id)
    page.set_viewport_size(PHONE)
    page.goto(f"{server}/onsite/")
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", staff.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/onsite/")
    page.locator("html[data-ready]").wait_for(state="attached")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    return page, officer


def signed(page: Any, role: str) -> None:
    """Draw on a canvas and wait until the signature is kept."""
    canvas = page.locator(f"[data-sign-{role}]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
    page.mouse.up()
    page.locator(f"[data-signed-{role}]", has_text="已签名").wait_for()


def fill(page: Any) -> None:
    """Everything normal but one item, with its note."""
    page.locator("[data-items] button").first.click()
    page.click("[data-do=normal]")
    page.fill("input[name=people-count]", "4")
    item = page.locator("#item-exam-log")
    item.locator("label", has_text="异常").click()
    item.locator("textarea").fill("当日日志缺失")


def large_photo() -> bytes:
    """A picture larger than what is sent."""
    made = io.BytesIO()
    Image.effect_noise((2400, 1600), 80).convert("RGB").save(made, "JPEG", quality=95)
    return made.getvalue()


@pytest.mark.clause("6.10")
def test_clause_6_10_an_inspection_is_filled_in_without_a_network_and_handed_in_later(phone: tuple[Any, Actor]) -> None:
    page, _ = phone
    page.context.set_offline(True)
    page.reload()
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator("[data-net]", has_text="未联网").wait_for()
    fill(page)
    page.set_input_files("[data-camera]", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": large_photo()})
    page.locator("[data-photos] img").wait_for()
    page.click("[data-do=finish]")
    page.locator("[data-say]", has_text="检查人须签名").wait_for()
    signed(page, "inspector")
    page.fill("[data-reason]", "负责人拒绝签名")
    page.click("[data-do=finish]")
    page.locator("[data-items]", has_text="已填完，待同步").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.context.set_offline(False)
    page.click("[data-do=sync]")
    page.locator("[data-say]", has_text="服务器已收到").wait_for()
    page.locator("[data-none]").wait_for()
    with transaction.atomic():
        builders.see_everything()
        form = Submission.objects.get()
        check = Check.objects.get(kind="patrol-on-site")
        assert (form.check_record, check.passed) == (check, False)
        assert Finding.objects.get(check_record=check).item == "exam-log"
        assert form.payload["unsigned_reason"] == "负责人拒绝签名"
        photo = SitePhoto.objects.get(role="photo")
        assert photo.stored.size < 1_500_000 < (photo.shrunk_from_size or 0)
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 1
    count = "import('/static/onsite/depot.js').then((depot) => depot.all('pictures')).then((all) => all.length)"
    left = page.evaluate(count)
    assert left == 0


def test_a_session_that_ended_meanwhile_loses_nothing(phone: tuple[Any, Actor]) -> None:
    page, officer = phone
    page.context.set_offline(True)
    fill(page)
    signed(page, "inspector")
    signed(page, "checked")
    page.click("[data-do=finish]")
    page.locator("[data-items]", has_text="已填完，待同步").wait_for()
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.click("[data-do=sync]")
    page.locator("[data-say] a", has_text="重新登录").click()
    page.fill("input[name=username]", f"user{officer.person_id}")
    page.fill("input[name=password]", staff.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/onsite/")
    page.locator("[data-say]", has_text="服务器已收到").wait_for()
    with transaction.atomic():
        builders.see_everything()
        assert Submission.objects.get().check_record is not None


def test_somebody_elses_form_that_came_first_is_said_plainly_and_both_are_kept(phone: tuple[Any, Actor]) -> None:
    page, officer = phone
    page.context.set_offline(True)
    fill(page)
    signed(page, "inspector")
    signed(page, "checked")
    with transaction.atomic():
        builders.see_everything()
        import campaigning

        campaigning.handed_in(officer, Inspection.objects.get())
    page.context.set_offline(False)
    page.click("[data-do=finish]")
    page.locator("[data-say]", has_text="作为另一份保留").wait_for()
    with transaction.atomic():
        builders.see_everything()
        assert [one.in_conflict for one in Submission.objects.all()] == [False, True]


def test_logging_out_clears_the_phone_but_never_what_was_not_handed_in(phone: tuple[Any, Actor]) -> None:
    page, _ = phone
    page.context.set_offline(True)
    fill(page)
    page.click("[data-do=back]")
    page.click("[data-do=leave]")
    page.locator("[data-say]", has_text="还有 1 份没有同步").wait_for()
    page.locator("[data-items] button").first.click()
    signed(page, "inspector")
    signed(page, "checked")
    page.context.set_offline(False)
    page.click("[data-do=finish]")
    page.locator("[data-say]", has_text="服务器已收到").wait_for()
    page.click("[data-do=leave]")
    page.wait_for_url("**/login**")
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys().then((found) => found.length)") == 0
