"""Bad input and haste: two at once, ten megabytes, hidden signs, words that would be run where they are exported."""

import csv
import io
import re
import threading
from typing import Any

import pytest
from django.db import connection

import staff
from builders import CITY, OFFICE, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseChanged, CaseRefused, open_case, submit, take
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import LONGEST_TEXT, Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes

HUGE = "长" * (10 * 1024 * 1024 // 3)
EVIL = '=cmd|\'/C calc\'!A0 {{ 7*7 }} {% include "/etc/passwd" %} #read("x") <script>alert(1)</script> ../../x'
HAMMER = 12


def opened(city: Actor, title: str = "遮挡", text: str = "三号通道") -> Case:
    return open_case(by=city, kind="rectification", title=title, text=text, provision="5.7", origin="抽查复核")


def assigned(city: Actor) -> Case:
    case = opened(city)
    to = agencies.capacity(OFFICE)
    routing.assign(by=city, case=case, version=1, handler=to, calendar=working_calendar())
    return case


def at_once(*acts: Any) -> list[Any]:
    """Run acts at the same time, each on a connection of its own; returns what each came to."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, by: Actor, act: Any) -> None:
        try:
            gate.wait()
            with scopes.within(by.scope):
                outcomes[number] = act(by)
        except CaseRefused as refused:
            outcomes[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, *one)) for number, one in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return outcomes


@pytest.mark.usefixtures("fresh_database")
def test_of_two_who_act_at_once_one_is_first_and_the_other_is_told_by_whom() -> None:
    city, one, other = officer(CITY), officer(OFFICE), officer(OFFICE)
    for _ in range(HAMMER):
        with scopes.within(city.scope):
            case = assigned(city)

        def receive(by: Actor, pk: int = case.pk) -> Step:
            return take(by=by, case=Case.objects.get(pk=pk), verb=Verb.RECEIVE, version=2, text="签收")

        outcomes = at_once((one, receive), (other, receive))
        won = [found for found in outcomes if isinstance(found, Step)]
        lost = [found for found in outcomes if isinstance(found, CaseChanged)]
        assert (len(won), len(lost)) == (1, 1)
        assert re.fullmatch(r"测试员已于.+“签收”，您的内容没有提交，请刷新后再办", str(lost[0]))
        with scopes.within(city.scope):
            assert list(case.steps.values_list("verb", flat=True)) == ["open", "assign", "receive"]


@pytest.mark.usefixtures("fresh_database")
def test_a_submission_and_a_note_at_once_never_lose_either_silently() -> None:
    city, office = officer(CITY), officer(OFFICE)
    for _ in range(HAMMER):
        with scopes.within(city.scope):
            case = assigned(city)
        with scopes.within(office.scope):
            take(by=office, case=case, verb=Verb.RECEIVE, version=2)

        def hand_in(by: Actor, pk: int = case.pk) -> Step:
            return submit(by=by, case=Case.objects.get(pk=pk), version=3, outcome="done", text="已整改")

        def chase(by: Actor, pk: int = case.pk) -> Step:
            return take(by=by, case=Case.objects.get(pk=pk), verb=Verb.CHASE, version=3, text="请尽快")

        outcomes = at_once((office, hand_in), (city, chase))
        kept = {found.text for found in outcomes if isinstance(found, Step)}
        with scopes.within(city.scope):
            assert set(case.steps.filter(version__gt=3).values_list("text", flat=True)) == kept
        assert sum(isinstance(found, CaseChanged) for found in outcomes) == 1


@pytest.fixture
def city(db: Any) -> Actor:
    actor = officer(CITY)
    scopes.apply(actor.scope)
    return actor


def test_ten_megabytes_are_refused_in_one_sentence_and_leave_nothing(city: Actor) -> None:
    with pytest.raises(CaseRefused, match=f"内容不能超过{LONGEST_TEXT}个字"):
        opened(city, text=HUGE)
    with pytest.raises(CaseRefused, match="标题不能超过200个字"):
        opened(city, title=HUGE)
    case = assigned(city)
    with pytest.raises(CaseRefused, match="请把明细放进附件"):
        take(by=city, case=case, verb=Verb.NOTE, version=2, text=HUGE)
    with pytest.raises(CaseRefused, match="专项内容过长"):
        take(by=city, case=case, verb=Verb.NOTE, version=2, text="补充", data={"x": HUGE})
    assert Case.objects.count() == 1
    assert case.steps.count() == 2


def test_the_longest_text_is_kept_whole_and_found_again(city: Actor) -> None:
    text = "甲" * (LONGEST_TEXT - 4) + "末尾四字"
    case = opened(city, text=text)
    assert Case.objects.get(pk=case.pk).text == text


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u200b", "\ud800", "\ufeff"])
def test_signs_nobody_sees_are_left_out_and_never_an_error(city: Actor, sign: str) -> None:
    case = opened(city, title=f"遮{sign}挡", text=f"三号{sign}\n通道")
    assert (case.title, case.text) == ("遮挡", "三号\n通道")
    with pytest.raises(CaseRefused, match="都须填写"):
        opened(city, title=sign, text=sign)
    with pytest.raises(CaseRefused, match="须写明"):
        take(by=city, case=case, verb=Verb.NOTE, version=1, text=sign)


def test_an_exported_table_holds_no_formula_and_the_page_no_script(city: Actor) -> None:
    case = opened(city, title=EVIL, text=EVIL)
    client = staff.visit(city)
    table = client.get("/cases/export.csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert f"'{EVIL}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    for address in (f"/cases/{case.pk}/", "/cases/all/"):
        page = client.get(address).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
