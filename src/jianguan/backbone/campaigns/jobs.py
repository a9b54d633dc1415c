"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.campaigns import drawing
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="campaigns.draw", pass_context=False)
def draw(timestamp: int) -> None:
    """Draw every frozen campaign whose seed is there, every five minutes."""
    with scopes.within(scopes.everything()):
        drawing.draw_due(clock.now())
