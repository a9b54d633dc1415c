"""``jianguan log export --out DIR`` and ``jianguan log verify DIR``."""

import argparse
import sys
from pathlib import Path
from typing import Any

from jianguan.backbone.audit import sealing
from jianguan.backbone.scope import scope as scopes
from jianguan.engines.hashlog import export as exports
from jianguan.engines.hashlog.checkpoint import BadNote, Verifier

DONE, FAILED, MISUSED = 0, 1, 2


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    log = verbs.add_parser("log", help="事件日志：导出、核验 / the event log: export, verify")
    actions = log.add_subparsers(title="动作 / actions", metavar="", dest="action", required=True)
    out = actions.add_parser("export", help="导出全部事件与签名检查点 / export all events and signed checkpoints")
    out.add_argument("--out", type=Path, required=True, help="空目录 / an empty directory")
    out.set_defaults(run=run_export)
    verify = actions.add_parser("verify", help="不用数据库核验导出的日志 / verify an export without the database")
    verify.add_argument("directory", type=Path, metavar="DIR", help="导出目录 / the exported directory")
    verify.add_argument("--key", action="append", default=[], help="可信公钥 / a trusted key: name+id+base64")
    verify.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / print one JSON document")
    verify.set_defaults(run=run_verify, database=False)


def _say(text: str) -> None:
    sys.stdout.write(text)


def run_export(arguments: argparse.Namespace) -> int:
    """``jianguan log export``."""
    try:
        with scopes.within(scopes.everything()):
            count = sealing.export(arguments.out)
    except (FileExistsError, NotADirectoryError) as problem:
        sys.stderr.write(f"{problem}\n")
        return MISUSED
    _say(f"已导出 {count} 条事件到 {arguments.out}\n日志公钥：{sealing.signer().verifier}\n")
    return DONE


def run_verify(arguments: argparse.Namespace) -> int:
    """``jianguan log verify``."""
    try:
        keys = [Verifier.parse(text) for text in arguments.key]
    except BadNote as problem:
        sys.stderr.write(f"公钥无法读取 / bad key: {problem}\n")
        return MISUSED
    if not arguments.directory.is_dir():
        sys.stderr.write(f"没有这个目录 / no such directory: {arguments.directory}\n")
        return MISUSED
    outcome = exports.verify(arguments.directory, keys=keys)
    _say(outcome.as_json() if arguments.json else outcome.report())
    return DONE if outcome.ok else FAILED
