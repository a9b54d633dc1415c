"""Opens the tasks owed from the last opened day on, so that days on which the machine was down are not lost."""

import datetime as dt
from collections.abc import Callable

from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work import actions
from jianguan.kit import clock

ORDER = 80
DEMO_DAYS = 45


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Open what is owed up to the coming week; in the demo also for the weeks before today."""
    with scopes.within(scopes.everything()):
        today = clock.today()
        since = today - dt.timedelta(days=DEMO_DAYS) if demo else None
        opened = actions.open_coming(today=today, since=since)
    report(f"新开立履职任务 {opened} 项")
