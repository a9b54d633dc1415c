"""``jianguan draw export`` and ``jianguan draw verify``; two steps of ``jianguan day``: freeze, draw."""

import argparse
import datetime as dt
import shutil
import sys
from pathlib import Path
from typing import Any

from jianguan.backbone.draws import queries
from jianguan.backbone.draws.drawing import draw_day
from jianguan.backbone.draws.freezing import freeze_day
from jianguan.backbone.draws.models import Draw
from jianguan.backbone.draws.terms import timetable
from jianguan.backbone.evidence.store import store
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.commands import on_day
from jianguan.engines.draw import verify_draw
from jianguan.kit import clock

DONE, FAILED, MISUSED = 0, 1, 2
FREEZING, DRAWING = 10, 20


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    draw = verbs.add_parser("draw", help="抽取：导出、核验 / draws: export, verify")
    actions = draw.add_subparsers(title="动作 / actions", metavar="", dest="action", required=True)
    out = actions.add_parser("export", help="导出一次抽取和核验程序 / export a draw and its verifier")
    which = out.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", type=int, metavar="ID", help="抽取编号 / number of the draw")
    which.add_argument("--latest", action="store_true", help="最近一次抽取 / the latest draw")
    out.add_argument("--out", type=Path, required=True, metavar="FILE", help="文件 / a file")
    out.set_defaults(run=run_export)
    verify = actions.add_parser("verify", help="不用数据库核验导出的抽取 / verify an export without the database")
    verify.add_argument("file", type=Path, metavar="FILE", help="导出文件 / the exported file")
    verify.add_argument("--root", help="封存时公布的根摘要 / root published at the freeze")
    verify.add_argument(
        "--seed",
        action="append",
        help="事件日志所记的种子，抽取两次的各给一次 / seed named by the event log, each of a day drawn twice",
    )
    verify.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / print one JSON document")
    verify.set_defaults(run=run_verify, database=False)


def run_export(arguments: argparse.Namespace) -> int:
    """Write the export of a draw as stored, byte for byte, and ``verify_draw.py`` beside it."""
    with scopes.within(scopes.everything()):
        found = Draw.objects.select_related("export", "population").order_by("-pk")
        draw = found.first() if arguments.latest else found.filter(pk=arguments.id).first()
        logged = queries.logged(draw) if draw is not None else None
    if draw is None or logged is None:
        sys.stderr.write("没有这次抽取 / no such draw\n")
        return MISUSED
    with arguments.out.open("wb") as file:
        file.writelines(store().open(draw.export.sha256))
    shutil.copyfile(verify_draw.__file__, arguments.out.resolve().with_name("verify_draw.py"))
    sys.stdout.write(f"已导出抽取 {draw.pk} 到 {arguments.out}\nSHA-256 {draw.export.sha256}\n")
    event = logged.event
    sys.stdout.write(f"种子记在事件日志第 {event.pk} 条，请在日志中核对\n" if event else "事件日志中没有该种子\n")
    options = "".join(f" --seed {one}" for one in logged.seeds)
    sys.stdout.write(f"核验：verify_draw.py {arguments.out} --root {draw.population.digest}{options}\n")
    return DONE


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify an export with the same program that is handed out with it."""
    given = [str(arguments.file)]
    if arguments.root is not None:
        given += ["--root", arguments.root]
    for one in arguments.seed or ():
        given += ["--seed", one]
    if arguments.json:
        given.append("--json")
    return verify_draw.main(given)


def _freeze(day: dt.date) -> str:
    table = timetable(day)
    if clock.now() < table.freeze:
        return f"抽查总体：{table.freeze:%H:%M} 封存"
    done = freeze_day(day)
    return (
        f"抽查总体：新封存 {done.populations} 个，共 {done.members} 条"
        f"（已清点 {done.states['counted']}、证实为空 {done.states['empty']}、未知 {done.states['unknown']}）"
    )


def _draw(day: dt.date) -> str:
    done = draw_day(day)
    return f"抽取：新抽取 {done.draws} 次，抽中 {done.items} 件；等待种子来源 {done.waiting} 个"


on_day(FREEZING, _freeze)
on_day(DRAWING, _draw)
