"""``jianguan ledger``: the ledger and its proofs."""

import argparse
import datetime as dt
import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.ledger.queries import Row, UnknownProvision, ledger
from jianguan.backbone.ledger.rules import State
from jianguan.backbone.rules.rules import AmbiguousRule
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.periods import BeforeInForce
from jianguan.kit import clock

DONE, FAILED, MISUSED = 0, 1, 2
HEADINGS = ("条款", "履职身份", "期间", "应", "实", "状态", "说明")


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    verb = verbs.add_parser("ledger", help="台账：谁该做什么、做了没有、为什么 / the ledger and its proofs")
    verb.add_argument("--date", type=_day, help="某一日，默认今天 / a day, today by default")
    verb.add_argument("--from", dest="first", type=_day, help="起始日 / first day")
    verb.add_argument("--to", dest="last", type=_day, help="截止日（含）/ last day, included")
    verb.add_argument("--capacity", metavar="KEY", help="履职身份，如 meihekou@COUNTY / a capacity")
    verb.add_argument("--provision", metavar="ITEM", help="条款，如 6.6 / a provision")
    verb.add_argument("--state", choices=[state.value for state in State], help="只列某一状态 / one state only")
    verb.add_argument("--known-at", type=_day, help="按该日所知的规则 / under the rules as known on that day")
    verb.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / print one JSON document")
    verb.set_defaults(run=run_ledger)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期应写成 YYYY-MM-DD：{text}") from None


def run_ledger(arguments: argparse.Namespace) -> int:
    """Print the rows of a day or a span."""
    first = arguments.first or arguments.date or clock.today()
    last = arguments.last or arguments.date or first
    if last < first:
        sys.stderr.write(f"截止日 {last} 早于起始日 {first}\n")
        return MISUSED
    known_at = start_of(arguments.known_at + dt.timedelta(days=1)) if arguments.known_at else None
    try:
        with scopes.within(scopes.everything()) as scope:
            rows = [
                row
                for row in ledger(
                    scope,
                    first=first,
                    last=last,
                    as_of=clock.now(),
                    capacity=arguments.capacity,
                    provision=arguments.provision,
                    known_at=known_at,
                )
                if arguments.state is None or row.state == arguments.state
            ]
    except BeforeInForce as problem:
        sys.stderr.write(f"{problem}\n")
        return MISUSED
    except Capacity.DoesNotExist:
        sys.stderr.write(f"没有履职身份 {arguments.capacity}\n")
        return MISUSED
    except UnknownProvision as problem:
        sys.stderr.write(f"{problem}\n")
        return MISUSED
    except AmbiguousRule as problem:
        sys.stderr.write(f"{problem}\n")
        return FAILED
    rows.sort(key=lambda row: (_item_order(row.provision), row.norm, row.capacity, row.first))
    if arguments.json:
        json.dump([row.as_json() for row in rows], sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(table(rows))
    return DONE


def _item_order(item: str) -> list[int]:
    return [int(part) for part in item.split(".")]


def width(text: str) -> int:
    """How many columns a terminal gives the text; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def table(rows: Sequence[Row]) -> str:
    """The rows as an aligned table in Chinese, with a count of states below."""
    if not rows:
        return "没有符合条件的台账行。\n"
    lines = [HEADINGS] + [
        (
            row.provision,
            row.capacity_title,
            row.period,
            "—" if row.required is None else str(row.required),
            str(row.done),
            row.state.value + ("（已过期限）" if row.overdue else ""),
            row.reason,
        )
        for row in rows
    ]
    widths = [max(width(line[column]) for line in lines) for column in range(len(HEADINGS) - 1)] + [0]
    text = "\n".join(
        "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    counts = {state: sum(row.state is state for row in rows) for state in State}
    summary = "，".join(f"{state.value} {number}" for state, number in counts.items() if number)
    return f"{text}\n共 {len(rows)} 行：{summary}\n"
