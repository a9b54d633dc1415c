"""What happens to tasks when a number is adopted in the middle of a period, withdrawn, or the calendar is edited."""

import datetime as dt
from typing import Any

import pytest

import builders
from builders import AFTER, OFFICE, PROVINCE, at, judged, leader, on_the_clock
from jianguan.backbone.ledger.queries import heat, ledger
from jianguan.backbone.ledger.rules import State
from jianguan.backbone.rules.actions import adopt_cadence, change_calendar_day, withdraw_cadence
from jianguan.backbone.rules.models import Parameter
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.actions import open_tasks
from jianguan.backbone.work.models import Task, TaskExcuse
from jianguan.kit import clock
from staff import employ

VISIT = "4.4-open-visit"
MARCH, APRIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def system(db: Any) -> None:
    builders.see_everything()


def adopt(cadence: str, since: dt.date, moment: dt.datetime) -> None:
    with on_the_clock(moment):
        adopt_cadence(by=leader(PROVINCE), norm_key=VISIT, cadence=cadence, valid_from=since, reason="合成的决定")


def withdraw(since: dt.date, moment: dt.datetime) -> None:
    with on_the_clock(moment):
        withdraw_cadence(by=leader(PROVINCE), norm_key=VISIT, valid_from=since, reason="合成的决定")


def opened(moment: dt.datetime) -> None:
    """Open the week that follows a moment, as the hourly job does."""
    with on_the_clock(moment):
        open_tasks(first=clock.today(), last=clock.today() + dt.timedelta(days=7))


def rows(first: dt.date, last: dt.date) -> list[Any]:
    found = ledger(scopes.everything(), first=first, last=last, as_of=AFTER, capacity=PROVINCE, norm=VISIT)
    return sorted(found, key=lambda row: row.first)


def test_a_quarter_adopted_in_march_waits_for_april_and_says_so() -> None:
    adopt("quarterly", MARCH, at(dt.date(2026, 2, 20)))
    found = rows(dt.date(2026, 2, 27), APRIL)
    assert [row.state for row in found[:2]] == [State.NO_CADENCE] * 2
    assert [row.state for row in found[2:-1]] == [State.NOT_DUE] * 31
    assert {row.reason.split("”")[1] for row in found[2:-1]} == {"首个完整的履职期间自2026-04-01开始，此前未到期。"}
    assert found[-1].period == "2026-Q2"
    (cell,) = heat(scopes.everything(), MARCH, dt.date(2026, 3, 31), as_of=AFTER, capacity=PROVINCE, provision="4.4")
    assert cell.counts[State.NOT_DUE] == 31


def test_a_change_to_a_month_in_the_middle_of_a_quarter_waits_for_nothing_as_the_quarter_still_holds() -> None:
    adopt("quarterly", dt.date(2026, 1, 1), at(dt.date(2025, 12, 20)))
    adopt("monthly", dt.date(2026, 2, 15), at(dt.date(2026, 1, 20)))
    assert [row.period for row in rows(dt.date(2026, 2, 20), dt.date(2026, 3, 5))] == ["2026-Q1", "2026-03"]


def test_a_withdrawal_closes_what_has_not_begun_with_a_row_and_leaves_what_has_begun() -> None:
    adopt("monthly", MARCH, at(dt.date(2026, 2, 20)))
    opened(at(dt.date(2026, 2, 27)))
    opened(at(dt.date(2026, 3, 27)))
    before = list(Task.objects.order_by("pk").values())
    withdraw(APRIL, at(dt.date(2026, 3, 30)))
    opened(at(dt.date(2026, 3, 30), 1))
    excuse = TaskExcuse.objects.get()
    assert (excuse.task.period.lower, excuse.decision.kind) == (APRIL, "adopt_cadence")
    assert [row for row in Task.objects.order_by("pk").values() if row["id"] <= before[-1]["id"]] == before
    assert judged(VISIT, PROVINCE, day=dt.date(2026, 3, 20)).state is State.MISSED
    assert [row.state for row in rows(APRIL, APRIL)] == [State.EXCUSED, State.NO_CADENCE]
    opened(at(dt.date(2026, 3, 30), 2))
    assert TaskExcuse.objects.count() == 1


def test_a_withdrawal_after_the_period_began_leaves_it_owed() -> None:
    adopt("monthly", MARCH, at(dt.date(2026, 2, 20)))
    opened(at(dt.date(2026, 3, 27)))
    withdraw(APRIL, at(dt.date(2026, 4, 2)))
    opened(at(dt.date(2026, 4, 2), 1))
    assert not TaskExcuse.objects.exists()


def test_what_is_adopted_again_before_it_began_is_owed_again() -> None:
    adopt("monthly", MARCH, at(dt.date(2026, 2, 20)))
    opened(at(dt.date(2026, 3, 27)))
    withdraw(APRIL, at(dt.date(2026, 3, 28)))
    opened(at(dt.date(2026, 3, 28), 1))
    adopt("monthly", APRIL, at(dt.date(2026, 3, 29)))
    opened(at(dt.date(2026, 3, 29), 1))
    assert judged(VISIT, PROVINCE, day=APRIL).state is State.MISSED


def test_an_edit_of_the_calendar_reads_tasks_again_that_have_not_begun_and_no_others() -> None:
    Parameter.objects.filter(key="deadline.monthly").update(unit="working_days")
    norm = "6.8-key-vehicle"
    tasks = Task.objects.filter(norm__key=norm, capacity__key=OFFICE, period__startswith__in=[MARCH, APRIL]).order_by(
        "opens_at", "reading"
    )
    opened(at(dt.date(2026, 2, 27)))
    opened(at(dt.date(2026, 3, 27)))
    due = [task.due_at for task in tasks.all()]
    with on_the_clock(at(dt.date(2026, 3, 28))):
        manager = employ(PROVINCE, "legal-officer")
        for day in (dt.date(2026, 4, 1), dt.date(2026, 5, 12)):
            change_calendar_day(
                by=manager, day=day, is_workday=False, name="合成的假日", source="合成的通知", reason="合成的通知"
            )
    opened(at(dt.date(2026, 3, 28), 1))
    assert [task.due_at for task in tasks.all()][: len(due)] == due
    assert [(task.opens_at.astimezone(clock.CHINA).month, task.reading) for task in tasks.all()] == [
        (3, 1),
        (4, 1),
        (4, 2),
    ]
