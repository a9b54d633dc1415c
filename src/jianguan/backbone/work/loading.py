"""Opens the tasks owed from the last opened day on, so that days on which the machine was down are not lost."""

import datetime as dt
from collections.abc import Callable

from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work import actions
from jianguan.backbone.work.models import Task
from jianguan.kit import clock

ORDER = 80
DEMO_DAYS = 45


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Open what is owed up to the coming week; a new demo also owes the weeks before today."""
    with scopes.within(scopes.everything()):
        today = clock.today()
        begin = today - dt.timedelta(days=DEMO_DAYS)
        since = begin if demo and not Task.objects.filter(period__startswith__lte=begin).exists() else None
        opened = actions.open_coming(today=today, since=since)
    report(f"新开立履职任务 {opened} 项")
