"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.complaints import counting, waiting
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="complaints.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Forget old counts of the rate limits, once a night."""
    with scopes.within(scopes.everything()):
        counting.sweep()


@app.periodic(cron="5-59/10 * * * *")
@app.task(queueing_lock="complaints.waiting", pass_context=False)
def tell_of_waiting(timestamp: int) -> None:
    """Alert superiors to complaints that nobody took up in time, every ten minutes."""
    with scopes.within(scopes.everything()):
        waiting.tell(clock.now())
