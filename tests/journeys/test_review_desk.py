"""Journey 2: from the desk to the first drawn exam reviewed, a problem found with its picture, all by keyboard."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

import builders
import drawing
import recordings
import staff
from jianguan.backbone.draws.models import DrawItem, ItemRecording
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review.models import Draft, Review
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.watching.models import Challenge
from jianguan.backbone.work.models import Finding
from jianguan.kit import clock

WAIT_MS = 60_000
SECONDS = 12
MOST_ACTIONS = 8
BEYOND_3_SECONDS = re.compile(r"^([3-9]|1\d)\d{3}$")
AT_LEAST_80 = re.compile(r"^([89]\d|100)$")


@dataclass
class Desk:
    """A reviewer at the keyboard; ``actions`` are those he took."""

    server: str
    page: Any
    actor: Actor
    actions: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        self.actions.append(key)
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.actions.append(words)
        self.page.keyboard.type(words)

    def watch(self) -> None:
        """Play to the end, keep a picture on the way; what is asked is answered by typing it."""
        self.press("Space")
        expect(self.page.locator("[data-player]")).to_have_attribute("data-at", BEYOND_3_SECONDS, timeout=WAIT_MS)
        self.press("s")
        end = self.page.locator("[data-say]").filter(has_text="末尾")
        asked = self.page.locator("[data-ask]")
        end.or_(asked.filter(visible=True)).first.wait_for(timeout=WAIT_MS)
        if asked.is_visible():
            with scopes.within(scopes.everything()):
                code = Challenge.objects.get(asked_at__isnull=False, answered_at__isnull=True).code
            self.type(code)
            asked.wait_for(state="hidden")
            end.wait_for(timeout=WAIT_MS)
        expect(self.page.locator("[data-player]")).to_have_attribute("data-percent", AT_LEAST_80, timeout=WAIT_MS)


@pytest.fixture
def desk(server: str, page: Any, tmp_path: Path) -> Desk:
    with transaction.atomic():
        builders.see_everything()
        actor = builders.officer(builders.OFFICE)
        account = staff.account_of(actor.person_id)
        population = builders.work.freeze_population(
            by=None,
            capacity_id=actor.capacity_id,
            kind="exam-av",
            day=clock.today(),
            members=[f"合成-{n}" for n in range(40)],
            source="合成的业务系统",
        )
        for number in range(2):
            item = drawing.item_of(
                drawing.draw_of(population),
                f"合成-{number}",
                [actor],
                media=True,
                about={"summary": [["考试科目", "科目三"], ["考场", "合成考场"], ["成绩", "100"]], "persons": {}},
            )
            film(item, tmp_path, f"{number}.mp4")
            drawing.assigned(item, actor)
    page.goto(f"{server}/review/")
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", staff.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{server}/review/")
    expect(page.get_by_role("link", name="开始复核")).to_be_focused()
    return Desk(server, page, actor)


def film(item: DrawItem, folder: Path, name: str) -> None:
    """A film of the car's cabin, ready to be watched."""
    copy = recordings.review_copy(folder, name, capacity=builders.OFFICE, seconds=SECONDS)
    ItemRecording.objects.create(
        item=item, capacity_id=item.capacity_id, recording_id=copy.recording_id, role="考试车内"
    )


@pytest.mark.clause("6.6")
def test_clause_6_6_the_first_drawn_exam_is_watched_and_a_problem_found_in_eight_actions(desk: Desk) -> None:
    page = desk.page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    desk.press("Enter")
    page.wait_for_url("**/review/items/*/")
    expect(page.locator("[data-player]")).to_have_attribute("data-state", "paused", timeout=WAIT_MS)
    desk.watch()
    expect(page.locator("[data-review-marks] li")).to_have_count(1, timeout=WAIT_MS)
    desk.press("3")
    desk.press("x")
    desk.type("画面中换了人")
    desk.press("Control+Enter")
    page.wait_for_function("() => document.querySelector('#review-item h1').innerText.includes('合成-1')")
    assert len(desk.actions) <= MOST_ACTIONS, desk.actions
    with scopes.within(scopes.everything()):
        review = Review.objects.get()
        assert (review.verdict, review.counted, review.why_not) == ("serious", True, "")
        assert review.credited_ms * 100 >= 80 * review.total_ms
        assert [mark["clip"] for mark in review.marks] != [None]
        finding = Finding.objects.get(check_record=review.check_record)
        assert (finding.severity, finding.item) == ("serious", "record-complete")
        assert "画面中换了人" in finding.text
    assert "严重问题" in page.locator("[data-saved]").inner_text()
    page.goto(f"{desk.server}/review/records/{review.pk}/")
    assert "重新计算一致" in page.locator("main").inner_text()
    assert said == []


def test_what_is_put_down_survives_a_lost_network_and_the_keys_are_explained(desk: Desk) -> None:
    page = desk.page
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/items/*/")
    first = page.url
    expect(page.locator("#review-item .jg-check[data-current]")).to_have_count(1)
    page.keyboard.press("?")
    assert "提交结论，进入下一件" in page.locator("#review-keys").inner_text()
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    page.keyboard.press("2")
    page.keyboard.press("r")
    page.keyboard.type("看到一半")
    page.keyboard.press("Escape")
    expect(page.locator("[data-saved]")).to_contain_text("网络中断", timeout=WAIT_MS)
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("草稿已保存", timeout=WAIT_MS)
    with scopes.within(scopes.everything()):
        assert Draft.objects.get().content["remark"] == "看到一半"
    page.keyboard.press("j")
    page.wait_for_function("() => document.querySelector('#review-item h1').innerText.includes('合成-1')")
    page.keyboard.press("k")
    page.wait_for_url(first)
    assert page.locator("[name=remark]").input_value() == "看到一半"
    assert page.locator("[name=verdict][value=general]").is_checked()


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_of_the_desk_is_wider_than_the_screen(desk: Desk, width: int) -> None:
    page = desk.page
    page.set_viewport_size({"width": width, "height": 844})
    for address in ("/review/", "/review/next/", "/review/progress/", "/review/records/", "/review/agreement/"):
        page.goto(desk.server + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
