"""Entry points of background work of this room."""

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jianguan.backbone.evidence import copies, fetching
from jianguan.backbone.evidence.recorders import Unreachable
from jianguan.backbone.scope import scope as scopes


@app.task(retry=RetryStrategy(max_attempts=8, exponential_wait=5, retry_exceptions={Unreachable}))
def fetch(**wanted: Any) -> None:
    """Fetch a recording into the store; a recorder that does not answer is asked again later."""
    with scopes.within(scopes.everything()):
        fetching.fetch(fetching.from_job(wanted))


@app.task(retry=RetryStrategy(max_attempts=3, exponential_wait=5))
def make_copy(recording_id: int) -> None:
    """Make the review copy of a recording."""
    copies.make(recording_id)
