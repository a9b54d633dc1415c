"""``jianguan open311-key``: who may report over Open311, each issue and revocation an event."""

import argparse
import getpass
import sys
from typing import Any

DONE, MISUSED = 0, 2


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    key = verbs.add_parser("open311-key", help="Open311 接口钥：发放、撤销 / keys of the Open311 door")
    kinds = key.add_subparsers(dest="deed", metavar="", required=True)
    for verb, words in (("issue", "发放，只显示一次 / issue, shown once"), ("revoke", "撤销 / revoke")):
        one = kinds.add_parser(verb, help=words)
        one.add_argument("name", metavar="NAME", help="系统名称 / name of the system")
        one.set_defaults(run=run_key)


def run_key(arguments: argparse.Namespace) -> int:
    """Print a new key once, or revoke one; 2 when the name is taken or unknown."""
    from jianguan.backbone.complaints import interface_keys  # noqa: PLC0415 - after Django is set up

    try:
        if arguments.deed == "revoke":
            interface_keys.revoke(operator=getpass.getuser(), name=arguments.name)
            sys.stderr.write(f"已撤销“{arguments.name}”的接口钥\n")
        else:
            key = interface_keys.issue(operator=getpass.getuser(), name=arguments.name)
            sys.stdout.write(f"{key}\n")
            sys.stderr.write(f"“{arguments.name}”的接口钥只显示这一次\n")
    except interface_keys.KeyRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return MISUSED
    return DONE
