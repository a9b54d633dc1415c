"""Which value and cadence holds: two clocks, the nearest superior, and never a silent pick."""

import datetime as dt

import pytest

from jianguan.backbone.rules import rules
from jianguan.backbone.rules.rules import Adoption, AmbiguousRule, Value
from jianguan.kit.clock import CHINA

JULY = dt.date(2026, 7, 1)


def moment(month: int, day: int) -> dt.datetime:
    return dt.datetime(2026, month, day, tzinfo=CHINA)


def value(
    number: str | None, since: dt.date, recorded: dt.datetime, scope: int | None = None, name: str = "决定"
) -> Value:
    return Value(1, "6.6.ratio", scope, number, since, recorded, name, "floor", "percent")


FIVE = value("5", dt.date(2020, 3, 19), moment(1, 1))


def in_force(rows: list[Value], on: dt.date, known_at: dt.datetime | None = None, chain: tuple[int, ...] = ()) -> str:
    found = rules.value_in_force(rows, chain, on, known_at)
    assert found is not None
    assert found.value is not None
    return found.value


def test_a_value_recorded_later_with_an_earlier_effect_is_seen_only_by_who_knows_it() -> None:
    rows = [FIVE, value("8", JULY, moment(7, 10))]
    assert in_force(rows, JULY, moment(7, 5)) == "5"
    assert in_force(rows, JULY, moment(7, 11)) == "8"
    assert in_force(rows, JULY - dt.timedelta(days=1), moment(7, 11)) == "5"


def test_the_nearest_scope_holds_unless_a_superior_has_overtaken_it() -> None:
    rows = [FIVE, value("6", JULY, moment(6, 1), scope=7)]
    assert in_force(rows, JULY, chain=(9, 7)) == "6"
    assert in_force(rows, JULY, chain=(9,)) == "5"
    assert in_force([*rows, value("8", JULY, moment(6, 2))], JULY, chain=(9, 7)) == "8"


def test_two_rules_for_one_case_are_an_error_that_names_both() -> None:
    rows = [value("6", JULY, moment(6, 1), name="甲"), value("7", JULY, moment(6, 1), name="乙")]
    with pytest.raises(AmbiguousRule, match=r"甲.*乙"):
        rules.value_in_force(rows, (), JULY)
    with pytest.raises(AmbiguousRule, match=r"a.*b"):
        rules.overridden([rules.Holder("a", "x"), rules.Holder("b", "x")])


def test_a_withdrawn_cadence_gives_way_to_the_superiors() -> None:
    rows = [
        Adoption(1, "n", 1, "monthly", 1, JULY, moment(6, 1)),
        Adoption(2, "n", 7, "weekly", 1, JULY, moment(6, 2)),
        Adoption(3, "n", 7, "", 1, JULY + dt.timedelta(days=31), moment(7, 2)),
    ]
    first = rules.cadence_in_force(rows, (7, 1), JULY)
    later = rules.cadence_in_force(rows, (7, 1), JULY + dt.timedelta(days=31))
    assert first is not None
    assert later is not None
    assert (first.cadence, later.cadence) == ("weekly", "monthly")


@pytest.mark.parametrize(("unit", "text"), [("percent", "0"), ("percent", "101"), ("days", "-1"), ("time_of_day", "9")])
def test_a_value_that_its_unit_cannot_have_is_refused(unit: str, text: str) -> None:
    with pytest.raises(rules.NotDecidable):
        rules.check_value(unit, text)
