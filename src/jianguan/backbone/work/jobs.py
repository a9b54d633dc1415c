"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work import actions
from jianguan.kit import clock


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="work.open_tasks", pass_context=False)
def open_tasks(timestamp: int) -> None:
    """Open the tasks of the coming days, every hour; what a stopped machine missed is opened late, never skipped."""
    with scopes.within(scopes.everything()):
        actions.open_coming(today=clock.today())
