"""Journey: a recording is really played in Chromium, and only what was watched counts."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

import builders
import recordings
import staff
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.watching import queries
from jianguan.backbone.watching.models import Challenge

SECONDS = 12
WAIT_MS = 60_000
BEYOND_3_SECONDS = re.compile(r"^([3-9]|1\d)\d{3}$")
BEYOND_6_SECONDS = re.compile(r"^([6-9]|1\d)\d{3}$")
SAID_EVERY_MS = 1000
AT_LEAST_90 = re.compile(r"^(9\d|100)$")
AT_LEAST_30 = re.compile(r"^([3-9]\d|100)$")


def beyond(second: int) -> "re.Pattern[str]":
    """Milliseconds from a second of the recording on."""
    return re.compile(rf"^({'|'.join(map(str, range(second, SECONDS + 1)))})\d{{3}}$")


@dataclass
class Desk:
    """A reviewer signed in, a recording to watch, and the page it is played on."""

    server: str
    page: Any
    actor: Actor
    recording: Recording

    @property
    def address(self) -> str:
        return f"{self.server}/watching/{self.recording.pk}/"

    @property
    def player(self) -> Any:
        return self.page.locator("[data-player]")

    def wait(self, name: str, value: "str | re.Pattern[str]") -> None:
        """Wait until the player says so of itself: state, at, percent."""
        expect(self.player).to_have_attribute(f"data-{name}", value, timeout=WAIT_MS)

    @property
    def at(self) -> int:
        """Milliseconds of the recording that the player stands at."""
        return int(self.player.get_attribute("data-at"))

    def press(self) -> None:
        self.page.locator("[data-do=toggle]").click()

    def to_the_end(self) -> None:
        """Play to the end, answering what is asked on the way or there."""
        ended, asked = self.page.locator("[data-player][data-state=ended]"), self.page.locator("[data-ask]")
        ended.or_(asked.filter(visible=True)).first.wait_for(timeout=WAIT_MS)
        if asked.is_visible():
            with scopes.within(scopes.everything()):
                code = Challenge.objects.get(asked_at__isnull=False, answered_at__isnull=True).code
            self.page.locator("[data-ask-code]").fill(code)
        ended.wait_for(timeout=WAIT_MS)

    def credit(self) -> queries.Credited:
        with scopes.within(scopes.everything()) as everything:
            return queries.credit_of(
                everything,
                person_id=self.actor.person_id,
                ref=f"recording/{self.recording.pk}",
                copies=[self.recording.review_copy],
            )


@pytest.fixture
def desk(server: str, page: Any, tmp_path: Path) -> Desk:
    with transaction.atomic():
        builders.see_everything()
        actor = builders.officer(builders.CITY)
        account = staff.account_of(actor.person_id)
        copy = recordings.review_copy(tmp_path, "a.mp4", capacity=builders.CITY, seconds=SECONDS)
        recording = Recording.objects.select_related("review_copy").get(pk=copy.recording_id)
    found = Desk(server, page, actor, recording)
    page.goto(found.address)
    page.fill("input[name=username]", account.username)
    page.fill("input[name=password]", staff.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(found.address)
    found.wait("state", "paused")
    return found


@pytest.mark.clause("6.6")
def test_clause_6_6_honest_watching_is_credited_and_a_lost_network_loses_nothing(desk: Desk) -> None:
    said: list[str] = []
    desk.page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    desk.press()
    desk.wait("at", BEYOND_3_SECONDS)
    desk.page.context.set_offline(True)
    expect(desk.page.locator("[data-say]")).to_contain_text("网络中断", timeout=WAIT_MS)
    desk.page.context.set_offline(False)
    desk.to_the_end()
    desk.wait("percent", AT_LEAST_90)
    found = desk.credit()
    assert found.percent >= 90
    assert (found.asked, found.right) == (1, 1)
    assert [one for one in said if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_double_speed_is_credited_and_a_page_loaded_again_goes_on(desk: Desk) -> None:
    desk.page.locator("[data-speed]").select_option("200")
    desk.press()
    desk.wait("at", BEYOND_6_SECONDS)
    desk.page.keyboard.press("Space")
    desk.wait("percent", AT_LEAST_30)
    desk.page.goto(desk.address)
    desk.wait("state", "paused")
    desk.wait("at", BEYOND_3_SECONDS)
    desk.page.locator("[data-speed]").select_option("200")
    desk.press()
    desk.to_the_end()
    desk.wait("percent", AT_LEAST_90)
    assert desk.credit().percent >= 90


def test_what_a_page_closed_without_network_still_held_is_sent_when_it_is_opened_again(desk: Desk) -> None:
    desk.press()
    desk.wait("at", BEYOND_3_SECONDS)
    desk.page.context.set_offline(True)
    desk.wait("at", beyond(desk.at // 1000 + 2))
    closed = desk.at
    desk.page.goto("about:blank")  # what is said on leaving gets out or is held: nothing may be lost
    desk.page.context.set_offline(False)
    desk.page.goto(desk.address)
    desk.wait("state", "paused")
    assert desk.credit().credited_ms >= closed - SAID_EVERY_MS - 500


SIXTEEN = "document.querySelectorAll('video').forEach((v) => setInterval(() => { v.playbackRate = 16; }, 20))"
JUMPING = """(() => {
  let at = 0;
  const frame = document.querySelector('[data-player]');
  setInterval(() => {
    at = (at + 3000) % 12000;
    frame.dispatchEvent(new CustomEvent('jianguan:seek', { detail: { atMs: at } }));
  }, 400);
})()"""
HIDDEN = "Object.defineProperty(document, 'hidden', { get: () => true })"


@pytest.mark.parametrize("cheat", [SIXTEEN, JUMPING, HIDDEN], ids=["sixteen times", "jumping", "hidden"])
def test_cheats_in_the_browser_earn_next_to_nothing(desk: Desk, cheat: str) -> None:
    desk.page.evaluate(cheat)
    desk.press()
    for _ in range(2):
        with desk.page.expect_response("**/watching/beats/", timeout=WAIT_MS):
            pass
    assert desk.credit().credited_ms <= SECONDS * 1000 // 20
