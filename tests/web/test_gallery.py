"""The gallery in a browser, under the site's own content security policy and without a database."""

import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from csp.utils import build_policy
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from jianguan.web.gallery import views

AXE = next((Path(__file__).parent / "vendor" / "axe-core").glob("*/axe.min.js"))
VIEWS = {"/gallery/": views.show, "/gallery/proof/": views.proof, "/gallery/print/": views.paper}


def unguarded(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view without log-in: the gallery shows synthetic content alone."""
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


def serve(route: Any) -> None:
    url = urlsplit(route.request.url)
    if url.path.startswith("/static/"):
        found = Path(finders.find(url.path.removeprefix("/static/")))
        body, kind = found.read_bytes(), mimetypes.guess_type(found)[0]
    else:
        headers = {"HX-Request": "true"} if route.request.headers.get("hx-request") else {}
        request = RequestFactory().get(f"{url.path}?{url.query}", headers=headers)
        body, kind = unguarded(VIEWS[url.path])(request).content, "text/html; charset=utf-8"
    route.fulfill(body=body, content_type=kind, headers={"Content-Security-Policy": build_policy()})


@pytest.fixture
def gallery(page: Any) -> Any:
    """A page on which anything the browser complains about is collected in `page.complaints`."""
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.route("**/*", serve)
    return page


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/gallery/", "/gallery/?wall=1", "/gallery/proof/", "/gallery/print/"])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(gallery: Any, path: str, width: int) -> None:
    gallery.set_viewport_size({"width": width, "height": 900})
    gallery.goto(f"http://gallery.test{path}")
    gallery.wait_for_load_state("networkidle")
    assert gallery.evaluate("document.documentElement.scrollWidth") <= width
    gallery.evaluate(AXE.read_text())
    found = gallery.evaluate("axe.run()")["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["impact"] in {"serious", "critical"}] == []
    assert gallery.complaints == []


def test_the_proof_drawer_opens_takes_the_focus_and_gives_it_back_on_escape(gallery: Any) -> None:
    gallery.goto("http://gallery.test/gallery/")
    gallery.locator(".jg-stat-bad").click()
    drawer = gallery.locator("#jg-drawer")
    drawer.get_by_text("应抽11件，已审9件，缺2件").wait_for()
    assert drawer.evaluate("node => node.contains(document.activeElement)")
    assert [heading.inner_text() for heading in drawer.locator("h3").all()] == ["明细", "佐证材料", "事件"]
    gallery.keyboard.press("Escape")
    assert not drawer.is_visible()
    assert gallery.evaluate("document.activeElement.classList.contains('jg-stat-bad')")
    assert gallery.complaints == []


def test_arrows_move_through_the_heat_grid_across_bands_and_enter_opens_the_proof(gallery: Any) -> None:
    gallery.goto("http://gallery.test/gallery/")
    gallery.locator("table[data-heat] td a").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        gallery.keyboard.press(key)
    assert gallery.evaluate("document.activeElement.closest('td').cellIndex") == 2
    assert gallery.evaluate("document.activeElement.closest('tr').innerText").startswith("5.1")
    assert gallery.locator('table[data-heat] td a[tabindex="0"]').count() == 1
    gallery.keyboard.press("Enter")
    gallery.locator("#jg-drawer .jg-proof").wait_for()


def test_a_confirm_dialog_opens_and_does_not_send_without_a_reason(gallery: Any) -> None:
    gallery.goto("http://gallery.test/gallery/")
    gallery.locator('[data-dialog="close-case"]').click()
    dialog = gallery.locator("#close-case")
    dialog.get_by_role("button", name="办结").click()
    assert dialog.is_visible()
    assert dialog.locator("textarea:invalid").count() == 1


def test_a_filter_sends_itself_when_it_changes(gallery: Any) -> None:
    gallery.goto("http://gallery.test/gallery/")
    gallery.locator('select[name="level"]').select_option("county")
    gallery.wait_for_url("**level=county**")
    assert gallery.locator("h1").inner_text() == "组件总览"
