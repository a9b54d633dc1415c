"""The campaigns of the demonstration: one published, one under its embargo, one whose draw is still to come."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from jianguan.backbone.campaigns.models import Campaign
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.scope import scope as scopes
from jianguan.demo import campaigns, draws, people, places
from jianguan.kit import clock
from staff import employ


def test_they_are_opened_though_the_province_has_two_leaders(
    db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path)
    now = dt.datetime.combine(clock.today(), dt.time(9), clock.CHINA)
    with scopes.within(scopes.everything()):
        people.add_people()
        places.add_places()
        employ(campaigns.PROVINCE, "leader")
        assert Appointment.objects.filter(capacity__key=campaigns.PROVINCE, post__role="leader").count() > 1
        assert campaigns.add_campaigns(now) == 0, "no day has its seed yet"
        for ago in (campaigns.PUBLISHED, campaigns.EMBARGOED):
            day = now.date() - dt.timedelta(days=ago)
            draws.add_draws(day - dt.timedelta(days=max(0, day.isoweekday() - 5)), now)
        assert campaigns.add_campaigns(now) == 3
        assert campaigns.add_campaigns(now) == 0
        assert Campaign.objects.count() == 3
