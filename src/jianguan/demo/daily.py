"""What people did with the days whose facts have come (合成数据): drawn, reviewed, alerted, patrolled."""

import datetime as dt
from collections.abc import Collection

from jianguan.backbone.alerts.models import Alert, AlertReceipt
from jianguan.backbone.draws import seeds
from jianguan.backbone.people.models import Person
from jianguan.backbone.review import assigning, quota
from jianguan.backbone.scope import scope as scopes
from jianguan.demo import campaigns, cases, draws, films, patrols, reviews, sights
from jianguan.demo.marks import mark
from jianguan.demo.people import officers
from jianguan.kit import clock

HISTORY = 14
"""Days before today whose populations are frozen and drawn."""
ALERTED = 3
"""Days before today whose unfinished quotas are told."""
RECEIVED = 55
"""Of a hundred alerts so many were received."""
ONE_DAY = dt.timedelta(days=1)


def live(days: Collection[dt.date], moment: dt.datetime) -> int:
    """Go through days of which the facts have come, in order, as they stood at a moment; returns the reviews added.

    Nothing happens where the people of the demonstration have not been loaded.
    """
    today, made = moment.date(), 0
    with scopes.within(scopes.everything()):
        if not Person.objects.filter(synthetic=True).exists():
            return 0
    for day in sorted(days):
        if not today - ONE_DAY * HISTORY <= day <= today:
            continue
        with scopes.within(scopes.everything()) as scope:
            draws.add_draws(day, moment)
            made += reviews.add_reviews(day, today)
            patrols.add_patrols(day, moment)
            if today - ONE_DAY * ALERTED <= day < today:
                quota.look_at_quotas(scope, day)
                seeds.look_at_reveals(day)
    with scopes.within(scopes.everything()):
        campaigns.add_campaigns(moment)
        cases.add_cases(moment)
        _receive()
        films.draw_photos(today)
        assigning.assign_drawn()
    if max(days, default=dt.date.min) >= today - ONE_DAY:
        films.fetch_open(today)
        with scopes.within(scopes.everything()):
            sights.add_sights(moment)
    return made


def _receive() -> None:
    """Somebody of the capacity took notice of some alerts."""
    people = officers()
    AlertReceipt.objects.bulk_create(
        AlertReceipt(
            alert=one,
            capacity_id=one.capacity_id,
            received_by=people[one.capacity_id],
            received_at=clock.now(),
            note="合成数据：已通知责任单位说明情况，限期补审。",
        )
        for one in Alert.objects.filter(receipt=None)
        if mark(one.key) < RECEIVED and one.capacity_id in people
    )
