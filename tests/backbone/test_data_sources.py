"""Sources of facts: registered with all that is expected of them, closed with a reason, never by a slip of the pen."""

import datetime as dt
import json
from typing import Any

import pytest

import builders
from jianguan.backbone.audit.models import Event
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.registrations.data_sources import SourceRefused, Wanted, close_source, open_source
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import arrivals
from jianguan.facts.models import Source
from jianguan.kit.clock import today
from jianguan.site.cli import build
from staff import employ

DAY = dt.date(2020, 3, 2)


@pytest.fixture(autouse=True)
def everything(db: Any) -> None:
    scopes.apply(scopes.everything())


def ran(*words: str) -> int:
    arguments = build().parse_args(["source", *words])
    return int(arguments.run(arguments))


def days(last: dt.date) -> list[dt.date]:
    return [one.day for one in arrivals.board(DAY, last, fact="exam")]


def test_a_source_is_expected_from_its_first_day_to_the_day_it_was_closed(capsys: pytest.CaptureFixture[str]) -> None:
    about = ["--name", "长春考试系统", "--capacity", builders.CITY, "--first-day", f"{DAY}", "--due-hour", "9"]
    assert ran("add", "exam", "city-exams", *about) == 0
    week = DAY + dt.timedelta(days=6)
    assert len(days(week)) == 7
    assert ran("close", "city-exams", "--last-day", "2020-03-04", "--reason", "系统合并") == 0
    assert len(days(week)) == 3
    assert ran("close", "city-exams", "--last-day", "2020-03-08", "--reason", "系统合并") == 2
    capsys.readouterr()
    assert ran("list", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["key"], listed["name"], listed["due_hour"]) == ("city-exams", "长春考试系统", 9)
    assert (listed["first_day"], listed["last_day"]) == ("2020-03-02", "2020-03-04")
    closed = Event.objects.get(kind="facts.source-closed")
    assert (closed.reason, closed.details["last_day"]) == ("系统合并", "2020-03-04")


def test_a_slip_of_the_pen_is_closed_before_it_began_and_nothing_was_ever_expected() -> None:
    assert ran("add", "exam", "exma", "--first-day", f"{DAY}") == 0
    assert ran("close", "exma", "--last-day", "2020-03-01", "--reason", "标识写错") == 0
    assert days(DAY + dt.timedelta(days=6)) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["exam", "长春"], "标识须为"),
        (["exam", "A"], "标识须为"),
        (["exam", "x" * 61], "标识须为"),
        (["exam", "city", "--name", "长" * 61], "名称须为"),
        (["exam", "city", "--name", " "], "名称须为"),
        (["exam", "city", "--capacity", "nobody@CITY"], "没有履职身份"),
        (["exam", "city", "--first-day", "2020-03-02", "--last-day", "2020-03-01"], "早于起始日"),
        (["exam", "city", "--due-hour", "999"], "报送时限"),
        (["nothing", "city"], "nothing"),
    ],
)
def test_what_is_no_source_is_refused_in_words(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("add", *words) == 2
    assert says in capsys.readouterr().err
    assert Source.objects.count() == 0


def test_a_key_is_registered_once() -> None:
    assert ran("add", "exam", "city") == 0
    assert ran("add", "inspection", "city") == 2
    assert Source.objects.get().first_day == today()


def test_a_post_registers_and_closes_sources_of_its_own_units_only() -> None:
    by = employ(builders.CITY, "centre-supervisor")
    found = open_source(by=by, wanted=Wanted("exam", "city", "长春考试系统", builders.CITY))
    with pytest.raises(NotAllowed):
        open_source(by=by, wanted=Wanted("exam", "whole", "全省"))
    with pytest.raises(NotAllowed):
        open_source(by=by, wanted=Wanted("exam", "other", "吉林市", "jilin-city@CITY"))
    with pytest.raises(SourceRefused, match="理由"):
        close_source(by=by, source=found, last_day=today(), reason="完")
    close_source(by=by, source=found, last_day=today(), reason="系统合并")
    assert {event.person_id for event in Event.objects.filter(object_type="facts.source")} == {by.person_id}
