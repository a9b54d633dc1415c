"""The list of what was found: filters, whom it is shown, what stays hidden, export."""

import datetime as dt
from typing import Any

import pytest

import builders
import drawing
from builders import CITY, COUNTY, DAY, OFFICE, at, freeze, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import actions
from jianguan.backbone.review.models import Assignment
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work import checks
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.models import Check
from pages import plain
from staff import visit

EVIL = "=1+1<script>alert(1)</script>合成"


@pytest.fixture(autouse=True)
def evening(db: Any) -> Any:
    """Seven in the evening of the day."""
    builders.see_everything()
    with on_the_clock(at(DAY, 19)):
        yield


def found_by(by: Actor, other: Actor) -> None:
    """A first look that finds something in the remark; the second look is still to come."""
    item = drawing.item_of(drawing.draw_of(freeze(OFFICE, "archive", 20)), "合成-1", [by, other])
    drawing.page_of(item)
    items = checks.items_of(actions.queries.checklist("archive-review", DAY))
    answers = {one.id: Answer("pass") for one in items if one.answer == "pass_fail"}
    actions.submit_review(by=by, assignment=drawing.assigned(item, by), verdict="serious", answers=answers, remark=EVIL)


def test_a_finding_is_listed_escaped_filtered_exported_and_hidden_from_who_is_to_look_blindly() -> None:
    by, other = officer(OFFICE), officer(OFFICE)
    found_by(by, other)
    with scopes.within(scopes.everything()):
        assert Assignment.objects.get(kind="second").appointment_id == other.appointment_id
    client = visit(by)
    page = client.get("/review/findings/").content.decode()
    assert "严重问题" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "没有符合条件" in plain(client.get("/review/findings/?severity=general"))
    assert "没有符合条件" in plain(client.get("/review/findings/?provision=6.6"))
    assert "合成" in plain(client.get(f"/review/findings/?provision=5.6&method=file&day={DAY}&q=alert"))
    assert "：=1+1<script>" in client.get("/review/findings/export.csv?severity=serious").content.decode()
    assert "alert(1)" not in visit(other).get("/review/findings/").content.decode()
    assert "alert(1)" in visit(officer(CITY)).get("/review/findings/").content.decode()
    assert "alert(1)" not in visit(officer(COUNTY)).get("/review/findings/").content.decode()


def test_what_an_undercover_check_found_is_hidden_from_the_checked_unit_until_the_embargo_ends() -> None:
    above, below = officer(CITY), officer(OFFICE)
    until = at(DAY, 20)
    checklist = actions.queries.checklist("archive-review", DAY)
    checks.sign_check(
        by=above,
        kind="undercover",
        method=Check.Method.COVERT,
        subject=None,
        checklist=checklist,
        answers={one.id: Answer("pass") for one in checks.items_of(checklist) if one.answer == "pass_fail"},
        happened_at=at(DAY, 10),
        checked=agencies.capacity(OFFICE),
        embargo_until=until,
        deviations={"other": "合成的暗访情况"},
    )
    assert "合成的暗访情况" in plain(visit(above).get("/review/findings/"))
    client = visit(below)
    assert "合成的暗访情况" not in plain(client.get("/review/findings/"))
    assert "合成的暗访情况" not in client.get("/review/findings/export.csv").content.decode()
    with on_the_clock(until + dt.timedelta(minutes=1)):
        assert "合成的暗访情况" in plain(visit(officer(OFFICE)).get("/review/findings/"))
