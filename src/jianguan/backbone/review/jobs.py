"""Scheduled entry points of this room."""

import datetime as dt

from procrastinate.contrib.django import app

from jianguan.backbone.review import assigning, quota
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="review.assign", pass_context=False)
def assign(timestamp: int) -> None:
    """Give what was drawn to those who look at it, every five minutes."""
    with scopes.within(scopes.everything()):
        assigning.assign_drawn()
        assigning.assign_seconds()


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="review.quotas", pass_context=False)
def look_at_quotas(timestamp: int) -> None:
    """Tell superiors whose quota of yesterday is unfinished, ten minutes after midnight."""
    with scopes.within(scopes.everything()) as scope:
        quota.look_at_quotas(scope, clock.today() - dt.timedelta(days=1))
