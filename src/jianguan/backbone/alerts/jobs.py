"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.alerts import feeds
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="alerts.feeds", pass_context=False)
def look_at_feeds(timestamp: int) -> None:
    """Raise 迟报 and 缺报 of feeds, settle what has arrived, every hour."""
    with scopes.within(scopes.everything()):
        feeds.look_at_feeds(clock.now())
