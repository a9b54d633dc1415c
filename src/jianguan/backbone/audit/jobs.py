"""Scheduled entry points of this room."""

from procrastinate.contrib.django import app

from jianguan.backbone.audit import sealing
from jianguan.backbone.scope import scope as scopes


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="audit.seal", pass_context=False)
def seal(timestamp: int) -> None:
    """Place new events in the tree and sign its head, every five minutes."""
    with scopes.within(scopes.everything()):
        sealing.seal()
