"""Checks: nobody checks his own work, undercover checks stay hidden, findings and corrections keep what was."""

import datetime as dt
from typing import Any

import pytest

import staff
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.rules import Act
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.checklists import Answer, failures, problems
from jianguan.backbone.work.checks import CheckRefused, sign_check
from jianguan.backbone.work.models import Check
from jianguan.engines.regulation.schema import ChecklistItem
from jianguan.kit import clock

OFFICE = "changchun-office@VEHICLE_OFFICE"


@pytest.fixture
def city(db: Any) -> Actor:
    actor = staff.employ("changchun@CITY", "centre-supervisor")
    scopes.apply(actor.scope)
    return actor


def sign(by: Actor, **given: Any) -> Check:
    given = {"method": "open", "happened_at": clock.now()} | given
    return sign_check(by=by, kind="vehicle-office", subject=None, checklist=None, answers={}, **given)


def test_an_undercover_check_is_hidden_from_the_checked_side_until_the_embargo_ends(city: Actor) -> None:
    office = staff.employ(OFFICE, "office-supervisor")
    checked, now = agencies.capacity(OFFICE), clock.now()
    hidden = sign(city, method="covert", checked=checked, embargo_until=now + dt.timedelta(days=7))
    told = sign(city, method="covert", checked=checked, embargo_until=now - dt.timedelta(seconds=1))
    assert set(Check.objects.all()) == {hidden, told}
    scopes.apply(office.scope)
    assert list(Check.objects.all()) == [told]


def test_only_an_undercover_check_has_an_embargo(city: Actor) -> None:
    with pytest.raises(CheckRefused, match="只有暗访"):
        sign(city, embargo_until=clock.now() + dt.timedelta(days=1))


@pytest.mark.clause("17")
def test_nobody_checks_a_capacity_in_which_he_acts_himself(city: Actor) -> None:
    staff.employ(OFFICE, "office-supervisor", person_id=city.person_id)
    with pytest.raises(CheckRefused, match="另一履职身份"):
        sign(city, checked=agencies.capacity(OFFICE))


def test_nobody_reviews_what_he_did_himself(city: Actor) -> None:
    with pytest.raises(CheckRefused, match="本人"):
        sign(city, reviewed=[Act(city.person_id, city.capacity_id)])


def test_a_check_needs_the_permission_a_past_moment_and_a_unit_below(city: Actor) -> None:
    with pytest.raises(NotAllowed):
        sign(staff.employ("changchun@CITY", "leader"))
    with pytest.raises(CheckRefused, match="不能晚于现在"):
        sign(city, happened_at=clock.now() + dt.timedelta(hours=1))
    with pytest.raises(CheckRefused, match="监管范围"):
        sign(city, checked=agencies.capacity("siping-office@VEHICLE_OFFICE"))


ITEMS = [
    ChecklistItem(id="a", group="甲", text="设备正常"),
    ChecklistItem(id="n", group="甲", text="数量", answer="number"),
    ChecklistItem(id="d", group="甲", text="摘要", answer="digest", required=False),
]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, ["“设备正常”为必查项，尚未填写", "“数量”为必查项，尚未填写"]),
        ({"a": Answer("fail"), "n": Answer("3")}, ["“设备正常”结果异常的，必须写明情况"]),
        ({"a": Answer("na"), "n": Answer("3")}, ["“设备正常”选为不适用的，必须写明原因"]),
        ({"a": Answer("好"), "n": Answer("-1")}, ["“设备正常”只能填正常、异常或不适用", "“数量”须填不小于零的数"]),
        ({"a": Answer("pass"), "n": Answer("3"), "d": Answer("xyz")}, ["“摘要”须填64位十六进制摘要"]),
        ({"a": Answer("pass"), "n": Answer("3"), "x": Answer("pass")}, ["检查表中没有“x”这一项"]),
        ({"a": Answer("pass"), "n": Answer("3")}, []),
    ],
)
def test_every_item_that_cannot_be_signed_is_named(answers: dict[str, Answer], words: list[str]) -> None:
    assert [problem.text for problem in problems(ITEMS, answers)] == words


def test_deviations_fail_an_item_even_when_a_value_was_given() -> None:
    found = failures(ITEMS, {"a": Answer("fail", "坏了"), "n": Answer("3")}, {"n": "备案 4"})
    assert found == {"a": "设备正常：坏了", "n": "数量：备案 4"}
