"""Any case is found by any word in it, by those alone who see it, and the newest come first."""

from typing import Any

import pytest
from django.db import connection

import builders
import staff
from builders import CITY, COUNTY, OFFICE, PROVINCE, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import open_case, take
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.cases.search import search
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes


@pytest.fixture
def city(db: Any) -> Actor:
    found = officer(CITY)
    scopes.apply(found.scope)
    return found


def opened(by: Actor, title: str = "考场监控遮挡", text: str = "第一考场三号通道被遮挡", **given: Any) -> Case:
    scopes.apply(by.scope)
    given = {"kind": "rectification", "provision": "5.7", "origin": "抽查复核"} | given
    return open_case(by=by, title=title, text=text, **given)


def found(by: Actor, words: str, **given: Any) -> list[str]:
    scopes.apply(by.scope)
    return [one.title for one in search(by.scope, words, **given)]


@pytest.mark.parametrize(
    "words",
    [
        "考场",
        "三号通道",
        "遮",
        "通道 监控",
        "吉A12345",
        "吉ａ１２３４５",
        "监控，通道！",
        "王小明",
        "abc-7",
        "抽查复核",
        "长春",
        "김철수",
        "2026-0317",
    ],
)
def test_a_case_is_found_by_any_word_in_it(city: Actor, words: str) -> None:
    text = "第一考场三号通道被遮挡，车牌吉A12345，流水2026-0317，设备ABC-7，김철수"
    opened(city, text=text, data={"persons": [{"name": "王小明"}]})
    assert found(city, words) == ["考场监控遮挡"]


@pytest.mark.parametrize("words", ["考生", "吉A1234", "监控 校车", "道通", "2345", "", "，。！", "' OR 1=1 --", "\0"])
def test_a_case_is_not_found_by_words_that_do_not_stand_in_it(city: Actor, words: str) -> None:
    opened(city, text="第一考场三号通道被遮挡，车牌吉A12345")
    assert found(city, words) == []


def test_nobody_finds_a_case_by_what_its_page_hides_from_some_who_see_it(city: Actor) -> None:
    colleague = staff.employ(CITY, "centre-supervisor", name="欧阳合成")
    place = builders.place(CITY)
    case = opened(colleague, subject=place, data={"learner": "0" * 32})
    for words in ("欧阳", "合成场所", "0" * 32):
        assert found(city, words) == []
    assert found(city, "遮挡") == [case.title]


def test_a_case_is_found_by_its_number_and_by_what_was_written_later(city: Actor) -> None:
    case = opened(city)
    routing.assign(by=city, case=case, version=1, handler=agencies.capacity(OFFICE), calendar=working_calendar())
    office = officer(OFFICE)
    scopes.apply(office.scope)
    take(by=office, case=case, verb=Verb.RECEIVE, version=2)
    take(by=office, case=case, verb=Verb.WORK, version=3, text="已联系厂家更换镜头")
    assert found(office, "更换镜头") == [case.title]
    assert found(city, case.number) == [case.title]


def test_all_words_must_stand_in_it_and_the_newest_come_first(city: Actor) -> None:
    for number in range(1, 6):
        opened(city, title=f"第{number}件", text="查验区补光灯损坏" if number % 2 else "查验区地面积水")
    assert found(city, "查验区 补光灯") == ["第5件", "第3件", "第1件"]
    assert found(city, "查验区", limit=2) == ["第5件", "第4件"]
    scopes.apply(city.scope)
    last = search(city.scope, "查验区", limit=2)[-1]
    assert found(city, "查验区", below=last.pk) == ["第3件", "第2件", "第1件"]


def test_whoever_does_not_see_a_case_does_not_find_it(city: Actor) -> None:
    case = opened(city)
    county, province = officer(COUNTY), officer(PROVINCE)
    assert found(county, "遮挡") == []
    assert found(province, "遮挡") == [case.title]
    scopes.apply(city.scope)
    take_in = agencies.capacity(COUNTY)
    routing.join(by=city, case=case, version=1, verb=Verb.COPY, capacities=[take_in])
    assert found(county, "遮挡") == [case.title]


def test_without_a_scope_nothing_is_found_and_nobody_writes_the_words(city: Actor) -> None:
    opened(city)
    scopes.apply(scopes.NOTHING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_found('遮挡', 1000000, 10)")
        assert cursor.fetchall() == []
    scopes.apply(city.scope)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_casewords SET seen_by = '{}'")
        assert cursor.rowcount == 0


def test_a_unit_that_lost_a_case_no_longer_finds_it(city: Actor) -> None:
    case = opened(city)
    calendar = working_calendar()
    office, county = agencies.capacity(OFFICE), agencies.capacity(COUNTY)
    routing.assign(by=city, case=case, version=1, handler=office, calendar=calendar)
    worker = officer(OFFICE)
    assert found(worker, "遮挡") == [case.title]
    chief = builders.leader(CITY)
    scopes.apply(chief.scope)
    routing.hand_over(by=chief, case=case, version=2, reason="合成：改由大队办理", handler=county)
    assert found(worker, "遮挡") == []
    assert found(officer(COUNTY), "遮挡") == [case.title]


def test_the_longest_text_of_all_different_letters_is_kept_and_found(city: Actor) -> None:
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 19_000)))
    case = opened(city, text=letters)
    for version in range(1, 8):
        take(by=city, case=case, verb=Verb.NOTE, version=version, text=letters[::-1])
    assert found(city, letters[18_000:18_050]) == [case.title]
