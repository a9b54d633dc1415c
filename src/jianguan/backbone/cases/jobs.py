"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.cases import ladder, rechecks
from jianguan.kit import clock


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="cases.climb", pass_context=False)
def climb(timestamp: int) -> None:
    """Write the notices that deadlines have reached, every ten minutes."""
    ladder.climb(clock.now())


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="cases.recheck", pass_context=False)
def recheck(timestamp: int) -> None:
    """Freeze and draw the rechecks of last month's closed cases, every hour."""
    rechecks.run(clock.now())
