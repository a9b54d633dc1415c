"""``jianguan token`` and ``jianguan source``: tokens of the HTTP door and sources, each deed an event."""

import argparse
import getpass
import sys
from typing import Any

DONE, MISUSED = 0, 2


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    token = verbs.add_parser("token", help="接口令牌：发放、撤销 / tokens of the HTTP door")
    kinds = token.add_subparsers(dest="deed", metavar="", required=True)
    for verb, words in (("issue", "发放，只显示一次 / issue, shown once"), ("revoke", "撤销 / revoke")):
        one = kinds.add_parser(verb, help=words)
        one.add_argument("contract", metavar="CONTRACT", help="数据约定，例如 exam / contract, such as exam")
        one.add_argument("--source", help="数据源标识，默认与约定同名 / key of the source")
        one.set_defaults(run=run_token)
    source = verbs.add_parser("source", help="数据源：登记、代报范围 / sources and whom they report for")
    source.add_argument("contract", metavar="CONTRACT", help="数据约定，例如 exam / contract, such as exam")
    source.add_argument("key", metavar="KEY", help="数据源标识 / key of the source")
    source.add_argument(
        "--capacity", default="", help="履职身份标识，默认全省 / capacity, the whole province by default"
    )
    source.add_argument(
        "--reports-for",
        default="own",
        help="own（默认）、subordinates 或以逗号分隔的履职身份 / own, subordinates, or capacities, commas between",
    )
    source.set_defaults(run=run_source)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def run_token(arguments: argparse.Namespace) -> int:
    """Print a new token once, or revoke it; 2 when there is no such contract or source."""
    from jianguan.api import tokens  # noqa: PLC0415 - after Django is set up
    from jianguan.facts import ingest  # noqa: PLC0415

    try:
        ingest.contract(arguments.contract)
    except LookupError as wrong:
        _say(str(wrong.args[0]))
        return MISUSED
    origin = ingest.source(arguments.source or arguments.contract, arguments.contract)
    if origin.contract != arguments.contract:
        _say(f"数据源“{origin.name}”报送的是 {origin.contract}，不是 {arguments.contract}")
        return MISUSED
    operator = getpass.getuser()
    if arguments.deed == "revoke":
        tokens.revoke_as(operator=operator, source=origin)
        _say(f"已撤销“{origin.name}”的令牌")
        return DONE
    sys.stdout.write(f"{tokens.issue_as(operator=operator, source=origin)}\n")
    _say(f"“{origin.name}”的令牌只显示这一次；原令牌已失效")
    return DONE


def run_source(arguments: argparse.Namespace) -> int:
    """Register a source or change whom it reports for; 2 when its capacity does not supervise them."""
    from jianguan.api import sources  # noqa: PLC0415 - after Django is set up
    from jianguan.backbone.agencies.models import Capacity  # noqa: PLC0415
    from jianguan.facts import ingest  # noqa: PLC0415
    from jianguan.facts.models import ReportsFor  # noqa: PLC0415

    plain = arguments.reports_for in {ReportsFor.OWN, ReportsFor.SUBORDINATES}
    listed = [] if plain else [one for one in arguments.reports_for.split(",") if one]
    try:
        ingest.contract(arguments.contract)
        found = sources.declare_as(
            operator=getpass.getuser(),
            key=arguments.key,
            fact=arguments.contract,
            capacity=arguments.capacity,
            reports_for=arguments.reports_for if plain else ReportsFor.LISTED,
            listed=listed,
        )
    except Capacity.DoesNotExist:
        _say(f"没有履职身份 {arguments.capacity}")
        return MISUSED
    except (LookupError, ValueError) as wrong:
        _say(str(wrong.args[0]))
        return MISUSED
    _say(f"数据源“{found.name}”：{found.capacity_key or '全省'}，代报范围为{found.get_reports_for_display()}")
    return DONE
