"""The cases of the demonstration: every state is there, every rule of the database held, a second time adds nothing."""

import datetime as dt
from typing import Any

import pytest

from jianguan.backbone.cases import ladder
from jianguan.backbone.cases.models import Case, Deadline, Notice, Step
from jianguan.backbone.cases.rules import State
from jianguan.backbone.scope import scope as scopes
from jianguan.demo import cases, people, places
from jianguan.kit import clock

pytestmark = [pytest.mark.usefixtures("told", "db", "seen"), pytest.mark.xdist_group("demo-cases")]
MORNING = dt.datetime.combine(clock.today(), dt.time(9), clock.CHINA)


@pytest.fixture(scope="module")
def told(module_db: Any) -> int:
    with scopes.within(scopes.everything()):
        people.add_people()
        places.add_places()
        return cases.add_cases(MORNING)


@pytest.fixture
def seen(db: Any) -> None:
    scopes.apply(scopes.everything())


def test_every_state_can_be_seen_and_everything_is_marked_synthetic(told: int) -> None:
    assert told == Case.objects.count() >= 60
    assert set(Case.objects.values_list("state", flat=True)) >= {one.value for one in State} - {"opened"}
    assert not Case.objects.filter(synthetic=False).exists()
    assert not Step.objects.filter(at__gt=MORNING).exists()


def test_what_is_late_climbs_the_ladder_and_a_second_time_adds_nothing() -> None:
    assert Deadline.objects.filter(due_at__lt=MORNING, case__closed_at=None).exists()
    ladder.climb(MORNING)
    scopes.apply(scopes.everything())
    assert {"red", "superior"} <= set(Notice.objects.values_list("rung", flat=True))
    assert cases.add_cases(MORNING) == 0
