"""``jianguan day DATE``: the supervision day. Rooms above add what they do on it by ``on_day``."""

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from typing import Any

from jianguan.backbone.rules.rules import AmbiguousRule
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.actions import AHEAD, open_tasks
from jianguan.engines.calendar.periods import BeforeInForce

DONE, FAILED, MISUSED = 0, 1, 2

Step = Callable[[dt.date], str]
_steps: dict[int, Step] = {}


def on_day(order: int, step: Step) -> None:
    """Add a step of the supervision day: safe to run again, returns one Chinese line; ascending by ``order``.

    It runs in the scope of the system, in a transaction of its own. A second one of the same order raises ValueError.
    """
    if _steps.get(order, step) is not step:
        raise ValueError(f"two steps of the day at {order}")
    _steps[order] = step


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    day = verbs.add_parser(
        "day", help="监管日：开立任务、封存总体、抽取，可重复执行 / the supervision day; safe to run again"
    )
    day.add_argument("date", metavar="DATE", help="日期，如 2026-03-10 / a day")
    day.set_defaults(run=run_day)


def run_day(arguments: argparse.Namespace) -> int:
    """Open the tasks of a day and of the days after it, then what the rooms above do on a day, in order."""
    try:
        date = dt.date.fromisoformat(arguments.date)
    except ValueError:
        sys.stderr.write(f"日期应写成 YYYY-MM-DD：{arguments.date}\n")
        return MISUSED
    try:
        with scopes.within(scopes.everything()):
            opened = open_tasks(first=date, last=date + dt.timedelta(days=AHEAD))
        sys.stdout.write(f"{date} 起 {AHEAD + 1} 天：新开立履职任务 {opened} 项\n")
        for order in sorted(_steps):
            with scopes.within(scopes.everything()):
                sys.stdout.write(f"{_steps[order](date)}\n")
    except BeforeInForce as problem:
        sys.stderr.write(f"{problem}\n")
        return MISUSED
    except AmbiguousRule as problem:
        sys.stderr.write(f"{problem}\n")
        return FAILED
    return DONE
