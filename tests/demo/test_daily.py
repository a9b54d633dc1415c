"""The days of the demonstration are drawn by the rooms themselves, and what came of them is marked as synthetic."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.draws.models import Draw, DrawItem, PublicNumberConfirmation
from jianguan.backbone.patrol.models import PatrolRound
from jianguan.backbone.review.models import Assignment, Review
from jianguan.backbone.review.rules import SYNTHETIC_PROOF
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.watching.models import Beat
from jianguan.backbone.work.models import Population
from jianguan.demo import daily, people, places
from jianguan.kit import clock

pytestmark = [pytest.mark.usefixtures("lived", "db", "seen"), pytest.mark.xdist_group("demo-daily")]
DAY = clock.today() - dt.timedelta(days=1)
MORNING = dt.datetime.combine(clock.today(), dt.time(9), clock.CHINA)


@pytest.fixture(scope="module")
def lived(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "JIANGUAN_HOME", home)
        patch.setattr(settings, "RECORDERS", home)
        with scopes.within(scopes.everything()):
            people.add_people()
            places.add_places()
        daily.live([DAY], MORNING)
        yield


@pytest.fixture
def seen(db: Any) -> None:
    scopes.apply(scopes.everything())


def test_a_day_without_facts_is_unknown_and_only_places_on_file_are_drawn() -> None:
    states = set(Population.objects.exclude(kind="site-by-area").values_list("state", flat=True))
    assert states == {"unknown"}
    assert set(Draw.objects.values_list("population__kind", flat=True)) == {"site-by-area"}
    assert PublicNumberConfirmation.objects.filter(number__day=DAY).count() == 2
    assert Alert.objects.filter(kind="quota-unfinished", receipt=None).exists()
    assert Alert.objects.filter(kind="quota-unfinished", receipt__isnull=False).exists()


def test_the_days_that_users_have_still_to_look_at_are_left_to_them() -> None:
    assert DrawItem.objects.filter(capacity__key="jilin@PROVINCE").exists()
    waiting = Assignment.objects.filter(capacity__key="jilin@PROVINCE", reviews=None)
    assert waiting.count() == DrawItem.objects.filter(capacity__key="jilin@PROVINCE").count()


def test_what_nobody_watched_says_so_and_a_second_run_adds_nothing() -> None:
    later = MORNING + dt.timedelta(days=5)
    added = daily.live([DAY], later)
    scopes.apply(scopes.everything())
    before = (Review.objects.count(), Draw.objects.count(), PatrolRound.objects.count(), Alert.objects.count())
    assert daily.live([DAY], later) == 0
    scopes.apply(scopes.everything())
    after = (Review.objects.count(), Draw.objects.count(), PatrolRound.objects.count(), Alert.objects.count())
    assert (after, before[0]) == (before, added)
    assert set(Review.objects.values_list("proof", flat=True)) <= {SYNTHETIC_PROOF}
    assert not Beat.objects.exists()
