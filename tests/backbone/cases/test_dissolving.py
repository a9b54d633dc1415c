"""A unit is ended by a decision of the province, which names the open cases that must be handed over."""

import datetime as dt
import json

import pytest

from builders import DAY, at, leader, on_the_clock
from casework import ordered
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases.models import Case
from jianguan.backbone.decisions.models import Decision
from jianguan.backbone.people.models import Person
from jianguan.backbone.scope import scope as scopes
from jianguan.site.cli import build

CITY, COUNTY = "changchun@CITY", "changchun-nanguan@COUNTY"
AFTER = DAY + dt.timedelta(days=7)


def run(*given: str) -> int:
    arguments = build().parse_args(["cases", "end-unit", *given])
    return int(arguments.run(arguments))


@pytest.mark.usefixtures("fresh_database")
def test_the_command_ends_a_unit_and_lists_what_it_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    with scopes.within(scopes.everything()):
        number = Case.objects.get(pk=ordered(CITY, COUNTY, "rectification", "5.7").pk).number
        chief = Person.objects.get(pk=leader("jilin@PROVINCE").person_id).number
    given = ("--on", str(AFTER), "--reason", "合成的撤销决定", "--person", chief)
    as_province = ("--capacity", "jilin@PROVINCE")
    with on_the_clock(at(DAY, 10)):
        assert run(COUNTY, *given, "--capacity", CITY) == 2
        assert "没有以" in capsys.readouterr().err
        assert run(CITY, *given, *as_province) == 2
        assert "仍有下级" in capsys.readouterr().err
        assert run("nobody@COUNTY", *given, *as_province) == 2
        assert run(COUNTY, "--on", str(DAY - dt.timedelta(days=1)), *given[2:], *as_province) == 2
        assert run(COUNTY, *given, *as_province, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["unit"], said["cases"]) == (COUNTY, [number])
    with scopes.within(scopes.everything()):
        made = Decision.objects.get(pk=said["decision"])
        assert (made.kind, made.reason) == ("end_capacity", "合成的撤销决定")
        assert agencies.capacity(COUNTY).valid.upper == AFTER
