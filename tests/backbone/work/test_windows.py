"""When a duty opens, falls due and is missed, and what a task pins when it is opened."""

import datetime as dt
from typing import Any

import pytest

import builders
from builders import CITY, DAY, OFFICE, at, open_day
from jianguan.backbone.work import loading
from jianguan.backbone.work.models import Task
from jianguan.backbone.work.rules import Term, Window, window
from jianguan.engines.calendar.periods import Cadence, period_of
from jianguan.engines.calendar.workdays import Calendar
from jianguan.engines.regulation.schema import Measure

ONE_DAY = dt.timedelta(days=1)


def of(cadence: Cadence, day: dt.date, term: Term | None = None, late: int = 0) -> Window:
    return window(period_of(cadence, day), Measure.ACTIVITY, term, late, Calendar())


@pytest.mark.parametrize(
    ("cadence", "day", "opens", "due"),
    [
        (Cadence.MONTHLY, dt.date(2024, 2, 29), dt.date(2024, 2, 1), dt.date(2024, 3, 1)),
        (Cadence.MONTHLY, dt.date(2026, 12, 31), dt.date(2026, 12, 1), dt.date(2027, 1, 1)),
        (Cadence.WEEKLY, dt.date(2027, 1, 1), dt.date(2026, 12, 28), dt.date(2027, 1, 4)),
        (Cadence.QUARTERLY, dt.date(2026, 3, 31), dt.date(2026, 1, 1), dt.date(2026, 4, 1)),
        (Cadence.DAILY, dt.date(2026, 12, 31), dt.date(2026, 12, 31), dt.date(2027, 1, 1)),
    ],
)
def test_a_window_is_the_whole_period_over_ends_of_months_and_years(
    cadence: Cadence, day: dt.date, opens: dt.date, due: dt.date
) -> None:
    found = of(cadence, day)
    assert (found.opens, found.due, found.miss) == (at(opens), at(due), at(due))


@pytest.mark.parametrize("day", [dt.date(1990 + 36, 4, 15), dt.date(2026, 9, 13), dt.date(2026, 3, 29)])
def test_every_day_has_24_hours_in_china(day: dt.date) -> None:
    found = of(Cadence.DAILY, day)
    assert found.due.astimezone(dt.UTC) - found.opens.astimezone(dt.UTC) == ONE_DAY


@pytest.mark.parametrize(
    ("term", "due"),
    [
        (Term("time_of_day", "08:30"), at(dt.date(2026, 3, 31), 8, 30)),
        (Term("time_of_day", "24:00"), at(dt.date(2026, 4, 1))),
        (Term("days", "10"), at(dt.date(2026, 4, 11))),
        (Term("hours", "6"), at(dt.date(2026, 4, 1), 6)),
        (Term("working_days", "2"), at(dt.date(2026, 4, 3))),
    ],
)
def test_a_term_moves_the_due_instant_and_what_follows_it(term: Term, due: dt.datetime) -> None:
    found = of(Cadence.MONTHLY, dt.date(2026, 3, 10), term, late=1)
    assert found.due == due
    assert found.miss >= max(due, at(dt.date(2026, 4, 2)))


def test_what_must_stand_is_never_late() -> None:
    found = window(period_of(Cadence.DAILY, DAY), Measure.PRESENCE, None, 5, Calendar())
    assert found.due == found.miss == at(DAY + ONE_DAY)


def test_a_task_pins_its_norm_its_values_and_its_window_and_is_opened_once(db: Any) -> None:
    builders.see_everything()
    assert open_day() > 0
    task = Task.objects.select_related("norm").get(
        norm__key="6.4-pre-exam", capacity__key=OFFICE, period__startswith=DAY
    )
    assert (task.opens_at, task.due_at, task.miss_at) == (at(DAY), at(DAY, 8, 30), at(DAY + ONE_DAY))
    assert (task.required, task.percent, task.reading) == (1, None, 1)
    assert task.pinned["deadline.pre-exam"]["value"] == "08:30"
    ratio = Task.objects.get(norm__key="6.6-exam", capacity__key=OFFICE, period__startswith=DAY)
    assert (ratio.required, ratio.percent, ratio.pinned["6.6.ratio"]["value"]) == (None, 5, "5")
    assert open_day() == 0
    assert Task.objects.filter(capacity__key=CITY, norm__measure="presence", period__startswith=DAY).exists()


def test_a_second_start_of_the_demo_opens_from_the_newest_day_on_and_never_leaves_a_day_out(db: Any) -> None:
    builders.see_everything()
    later, weeks = DAY + 3 * ONE_DAY, loading.DEMO_DAYS
    open_day(later - weeks * ONE_DAY)
    open_day()
    with builders.on_the_clock(at(later, 9)):
        loading.load(demo=True, report=lambda line: None)
    opened = Task.objects.filter(
        norm__key="6.6-exam", capacity__key=OFFICE, period__startswith__lt=later + weeks * ONE_DAY
    )
    days = sorted(task.period.lower for task in opened)
    assert days == [later - weeks * ONE_DAY, *(DAY + number * ONE_DAY for number in range(11))]
