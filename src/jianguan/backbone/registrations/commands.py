"""``jianguan source``: register, change, close and list sources of facts; each deed an event."""

import argparse
import datetime as dt
import getpass
import json
import sys
from typing import Any

DONE, MISUSED = 0, 2


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    source = verbs.add_parser("source", help="数据源：登记、代报范围、终止、列出 / sources of facts")
    kinds = source.add_subparsers(dest="source_verb", metavar="", required=True)

    add = kinds.add_parser("add", help="登记 / register")
    add.add_argument("contract", metavar="CONTRACT", help="数据约定，例如 exam / contract, such as exam")
    _key(add)
    add.add_argument("--name", help="名称，默认与标识同名 / name, the key by default")
    add.add_argument("--capacity", default="", help="履职身份标识，默认全省 / capacity, the whole province by default")
    add.add_argument("--reports-for", default="own", help=REPORTS_FOR)
    add.add_argument("--first-day", type=dt.date.fromisoformat, help="报送起始日，默认今天 / first day, today")
    add.add_argument("--last-day", type=dt.date.fromisoformat, help="报送终止日 / last day")
    add.add_argument("--due-hour", type=int, help="报送时限，次日 0 时起的小时数 / hours after the day until it is due")
    add.set_defaults(run=run_add)

    declare = kinds.add_parser("declare", help="更改代报范围 / change whom it reports for")
    _key(declare)
    declare.add_argument("--reports-for", required=True, help=REPORTS_FOR)
    declare.set_defaults(run=run_declare)

    close = kinds.add_parser("close", help="终止报送，此后不再应到 / close; nothing is expected after its last day")
    _key(close)
    close.add_argument("--last-day", type=dt.date.fromisoformat, help="报送终止日，默认今天 / the last day, today")
    close.add_argument("--reason", required=True, help="理由 / why")
    close.set_defaults(run=run_close)

    listing = kinds.add_parser("list", help="列出 / list")
    listing.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / one JSON document only")
    listing.set_defaults(run=run_list)


REPORTS_FOR = "own（默认）、subordinates 或以逗号分隔的履职身份 / own, subordinates, or capacities, commas between"


def _key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="数据源标识 / key of the source")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _declared(text: str) -> tuple[str, tuple[str, ...]]:
    """Whom it reports for, and the capacities listed."""
    from jianguan.facts.models import ReportsFor  # noqa: PLC0415 - after Django is set up

    if text in {ReportsFor.OWN, ReportsFor.SUBORDINATES}:
        return text, ()
    return ReportsFor.LISTED, tuple(one for one in text.split(",") if one)


def run_add(arguments: argparse.Namespace) -> int:
    """Register a source; 2 when it cannot be so."""
    from jianguan.backbone.registrations import data_sources  # noqa: PLC0415 - after Django is set up

    reports_for, listed = _declared(arguments.reports_for)
    wanted = data_sources.Wanted(
        fact=arguments.contract,
        key=arguments.key,
        name=arguments.name or arguments.key,
        capacity=arguments.capacity,
        reports_for=reports_for,
        listed=listed,
        first_day=arguments.first_day,
        last_day=arguments.last_day,
        due_hour=arguments.due_hour,
    )
    try:
        found = data_sources.open_source(by=None, wanted=wanted, operator=getpass.getuser())
    except data_sources.SourceRefused as refused:
        _say(str(refused))
        return MISUSED
    _say(
        f"已登记数据源“{found.name}”：{found.capacity_key or '全省'}，代报范围为{found.get_reports_for_display()}，"
        f"自 {found.first_day} 起应到"
    )
    return DONE


def _known(key: str) -> Any:
    from jianguan.facts.models import Source  # noqa: PLC0415 - after Django is set up

    if (found := Source.objects.filter(key=key).first()) is None:
        _say(f"没有登记数据源“{key}”")
    return found


def run_declare(arguments: argparse.Namespace) -> int:
    """Change whom a source reports for; 2 when its capacity does not supervise them."""
    from jianguan.backbone.registrations import data_sources  # noqa: PLC0415 - after Django is set up

    if (found := _known(arguments.key)) is None:
        return MISUSED
    reports_for, listed = _declared(arguments.reports_for)
    try:
        data_sources.redeclare(
            by=None, source=found, reports_for=reports_for, listed=listed, operator=getpass.getuser()
        )
    except data_sources.SourceRefused as refused:
        _say(str(refused))
        return MISUSED
    _say(f"数据源“{found.name}”的代报范围改为{found.get_reports_for_display()}")
    return DONE


def run_close(arguments: argparse.Namespace) -> int:
    """Close a source; 2 when it cannot be so."""
    from jianguan.backbone.registrations import data_sources  # noqa: PLC0415 - after Django is set up
    from jianguan.kit.clock import today  # noqa: PLC0415

    if (found := _known(arguments.key)) is None:
        return MISUSED
    try:
        data_sources.close_source(
            by=None,
            source=found,
            last_day=arguments.last_day or today(),
            reason=arguments.reason,
            operator=getpass.getuser(),
        )
    except data_sources.SourceRefused as refused:
        _say(str(refused))
        return MISUSED
    _say(f"数据源“{found.name}”于 {found.last_day} 终止报送，此后不再应到")
    return DONE


def run_list(arguments: argparse.Namespace) -> int:
    """List all sources."""
    from jianguan.facts.models import Source  # noqa: PLC0415 - after Django is set up

    found = list(Source.objects.all())
    if arguments.json:
        rows = [
            {
                "key": one.key,
                "name": one.name,
                "contract": one.contract,
                "capacity": one.capacity_key,
                "reports_for": one.reports_for,
                "listed": one.listed,
                "first_day": one.first_day and one.first_day.isoformat(),
                "last_day": one.last_day and one.last_day.isoformat(),
                "due_hour": one.due_hour,
            }
            for one in found
        ]
        sys.stdout.write(f"{json.dumps(rows, ensure_ascii=False, indent=1)}\n")
        return DONE
    for one in found:
        span = f"{one.first_day or '—'} 至 {one.last_day or '长期'}"
        sys.stdout.write(f"{one.key}\t{one.contract}\t{one.capacity_key or '全省'}\t{span}\t{one.name}\n")
    return DONE
