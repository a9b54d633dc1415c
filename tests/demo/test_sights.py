"""The wall of the demonstration shows last pictures with their age."""

import datetime as dt

import pytest

from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.patrol import actions, queries, rules
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.queries import actor_of
from jianguan.backbone.scope import scope as scopes
from jianguan.demo import people, places, sights
from jianguan.kit import clock


@pytest.mark.usefixtures("db")
def test_nearly_every_place_has_a_last_picture_with_its_age_and_some_have_none() -> None:
    now = clock.now()
    with scopes.within(scopes.everything()):
        people.add_people()
        places.add_places()
        made = sights.add_sights(now)
        assert sights.add_sights(now + dt.timedelta(hours=1)) == 0
    scopes.apply(scopes.everything())
    assert made == Recording.objects.filter(subject__isnull=False).count() > 0
    by = actor_of(Appointment.objects.get(person__account__username="lin", post__role="centre-supervisor"), now.date())
    begun = actions.open_round(by=by, size=rules.MOST_STOPS)
    tiles = [one.tile for stop in queries.stops(by.scope, begun.pk) for one in queries.cameras(stop.subject)]
    said = [rules.sight(one, now) for one in tiles]
    assert any("最近画面" in one and "没有" not in one for one in said)
    assert {rules.is_fresh(one, now, begun.picture_hours) for one in tiles} == {True, False}
