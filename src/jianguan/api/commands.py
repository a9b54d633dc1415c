"""``jianguan token``: tokens of the HTTP door given and taken, each deed an event that names the operator."""

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


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def run_token(arguments: argparse.Namespace) -> int:
    """Print a new token once, or revoke it; 2 when there is no such contract or source."""
    from jianguan.api import tokens  # noqa: PLC0415 - after Django is set up
    from jianguan.facts import sources  # noqa: PLC0415

    try:
        origin = sources.registered(arguments.source or arguments.contract, arguments.contract)
    except (LookupError, ValueError) as wrong:
        _say(str(wrong.args[0]))
        return MISUSED
    operator = getpass.getuser()
    if arguments.deed == "revoke":
        tokens.revoke_as(operator=operator, source=origin)
        _say(f"已撤销“{origin.name}”的令牌")
        return DONE
    sys.stdout.write(f"{tokens.issue_as(operator=operator, source=origin)}\n")
    _say(f"“{origin.name}”的令牌只显示这一次；原令牌已失效")
    return DONE
