"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.approvals import chasing
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@app.periodic(cron="7-59/10 * * * *")
@app.task(queueing_lock="approvals.chase", pass_context=False)
def chase(timestamp: int) -> None:
    """Remind of stages that are due and tell of late ones, every ten minutes."""
    with scopes.within(scopes.everything()):
        chasing.chase(clock.now())
