"""Bulletins say which cases are overdue and how the duties of the period stand, in figures that can be counted."""

import datetime as dt
from typing import Any

import pytest

from builders import CITY, DAY, OFFICE, PROVINCE, at, check, officer, on_the_clock, open_day, see_everything
from casework import ended, ordered, submitted
from jianguan.backbone.documents import bulletins, sections
from jianguan.backbone.documents.models import DocumentKind
from jianguan.backbone.documents.sections import Composed

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
MORNING = at(LAST, 9)


@pytest.fixture(autouse=True)
def seen(db: Any) -> None:
    see_everything()


def composed(key: str, unit: str = CITY, moment: dt.datetime = MORNING) -> Composed:
    (section,) = [one for one in sections.known() if one.key == key]
    with on_the_clock(moment):
        by = officer(unit)
        return section.compose(by.scope, by.capacity_id, FIRST, LAST)


def test_overdue_cases_are_named_and_those_submitted_in_time_are_not() -> None:
    late = ordered(CITY, OFFICE, "rectification", "5.7", title="补光灯损坏")
    ended(submitted(ordered(CITY, OFFICE, "rectification", "5.7")))
    ordered(CITY, OFFICE, "rectification", "5.7", day=dt.date(2026, 3, 30))
    found = composed("cases-overdue")
    assert found.paragraphs == ["本期立项3件，办结1件。期末超期未办1件。"]
    assert found.table is not None
    assert [row[1] for row in found.table["rows"]] == ["补光灯损坏"]
    assert found.table["rows"][0][4] == "03-24"
    assert found.refs == [f"case/{late.pk}"]


def test_what_was_submitted_after_the_period_was_still_overdue_at_its_end() -> None:
    submitted(ordered(CITY, OFFICE, "rectification", "5.7"), dt.date(2026, 4, 2))
    assert "期末超期未办1件" in composed("cases-overdue", moment=at(dt.date(2026, 4, 5))).paragraphs[0]


def test_a_period_without_cases_says_so() -> None:
    assert composed("cases-overdue").paragraphs == ["本期立项0件，办结0件。期末没有超期未办的事项。"]


def test_the_ledger_section_counts_states_of_the_units_in_scope() -> None:
    open_day()
    check(CITY, "vehicle-office")
    found = composed("ledger-figures")
    assert found.table is not None
    units = {row[0]: [int(cell) for cell in row[1:]] for row in found.table["rows"]}
    total = sum(sum(row) for row in units.values())
    assert f"应判断的履职事项{total}项" in found.paragraphs[0]
    assert not [unit for unit in units if "四平" in unit]


def test_a_monthly_bulletin_is_drafted_from_both() -> None:
    ordered(CITY, OFFICE, "rectification", "5.7", title="补光灯损坏")
    with on_the_clock(at(LAST, 9)):
        draft = bulletins.compose(
            by=officer(PROVINCE),
            kind=DocumentKind.MONTHLY_BULLETIN,
            day=DAY,
            chosen=["cases-overdue", "ledger-figures"],
            units=[],
            today=LAST,
        )
    assert "一、履职台账" in draft.body
    assert "二、事项办理和超期" in draft.body
    assert draft.tables[-1]["rows"][0][1] == "补光灯损坏"
