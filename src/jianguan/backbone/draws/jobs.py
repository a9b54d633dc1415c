"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.draws import drawing, freezing
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="draws.freeze_and_draw", pass_context=False)
def freeze_and_draw(timestamp: int) -> None:
    """Freeze from the hour on, draw whatever has its seed; what a stopped machine missed is made up for."""
    with scopes.within(scopes.everything()):
        freezing.freeze_due(clock.now())
    with scopes.within(scopes.everything()):
        drawing.draw_due(clock.now())
