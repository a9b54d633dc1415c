"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.complaints import counting
from jianguan.backbone.scope import scope as scopes


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="complaints.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Forget old counts of the rate limits, once a night."""
    with scopes.within(scopes.everything()):
        counting.sweep()
