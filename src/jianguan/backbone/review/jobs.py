"""Scheduled entry points of this room."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jianguan.backbone.evidence.recorders import Unreachable
from jianguan.backbone.review import assigning, collecting, quota
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="review.assign", pass_context=False)
def assign(timestamp: int) -> None:
    """Give what was drawn to those who look at it and have it fetched, every five minutes."""
    with scopes.within(scopes.everything()):
        assigning.assign_drawn()
        assigning.assign_seconds()
        items = collecting.waiting(clock.today())
    for item_id in items:
        try:
            fetch_item.configure(queueing_lock=f"review.fetch.{item_id}").defer(item_id=item_id)
        except AlreadyEnqueued:
            continue


@app.task(retry=RetryStrategy(max_attempts=8, exponential_wait=5, retry_exceptions={Unreachable}))
def fetch_item(item_id: int) -> None:
    """Fetch the recordings of a drawn record; a recorder that does not answer is asked again later."""
    with scopes.within(scopes.everything()):
        collecting.collect(item_id)


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="review.quotas", pass_context=False)
def look_at_quotas(timestamp: int) -> None:
    """Tell superiors whose quota fell due and is unfinished, ten minutes after midnight."""
    with scopes.within(scopes.everything()) as scope:
        for day in quota.days_due(clock.now()):
            quota.look_at_quotas(scope, day)
