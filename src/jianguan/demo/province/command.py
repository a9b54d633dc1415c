"""``jianguan demo build``: the synthetic province as fact files."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from jianguan.demo import province
from jianguan.demo.province import misconduct
from jianguan.demo.province.build import CORES, LAST

DONE, MISUSED = 0, 2


def register(verbs: Any) -> None:
    """Add ``demo build`` to the parser; needs no database."""
    demo = verbs.add_parser("demo", help="合成省份 / the synthetic province")
    kinds = demo.add_subparsers(metavar="", dest="kind", required=True)
    make = kinds.add_parser("build", help="生成合成省份的事实文件 / write the fact files of a synthetic province")
    make.add_argument("--days", type=int, required=True, help="天数 / days")
    make.add_argument("--seed", type=int, default=1, help="种子，默认 1 / seed, 1 by default")
    make.add_argument("--scale", type=float, default=1.0, help="规模，1 为吉林省的量级 / scale, 1 is the size of Jilin")
    make.add_argument("--out", type=Path, required=True, metavar="DIR", help="输出目录 / folder to write to")
    make.add_argument("--last", type=dt.date.fromisoformat, default=LAST, help="最后一日 / last day, YYYY-MM-DD")
    make.add_argument(
        "--kinds", help="只预置这些违规，逗号分隔 / plant these kinds of misconduct only, comma-separated"
    )
    make.add_argument("--honest", action="store_true", help="不预置违规 / plant none")
    make.add_argument("--strength", type=float, default=1.0, help="违规力度倍数 / factor on the strength of misconduct")
    make.add_argument("--workers", type=int, default=CORES, help="进程数，默认 2 / processes, 2 by default")
    make.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / one JSON document only")
    make.set_defaults(run=run_build, database=False)
    media = kinds.add_parser("media", help="生成带已知故障的小样本音像 / draw small clips and photos with known faults")
    media.add_argument("--out", type=Path, required=True, metavar="DIR", help="输出目录 / folder to write to")
    media.set_defaults(run=run_media, database=False)


def run_media(arguments: argparse.Namespace) -> int:
    """Draw the media and say how many files there are."""
    from jianguan.demo.province import media  # noqa: PLC0415 - FFmpeg is loaded by this command alone

    told = media.write(arguments.out)
    sys.stdout.write(f"已生成 {len(told)} 个合成音像文件，说明见 {arguments.out / 'media.json'}\n")
    return DONE


def run_build(arguments: argparse.Namespace) -> int:
    """Build with progress on standard error; exit code 2 when the arguments make no sense."""
    named = tuple(arguments.kinds.split(",")) if arguments.kinds else tuple(misconduct.kinds())
    bar = Progress(
        TextColumn("合成省份"), BarColumn(), MofNCompleteColumn(), TextColumn("日"), TimeRemainingColumn(),
        console=Console(stderr=True),
    )  # fmt: skip
    try:
        with bar:
            task = bar.add_task("", total=max(arguments.days, 1))
            summary = province.build(
                arguments.days,
                arguments.seed,
                arguments.scale,
                arguments.out,
                lambda done, _all, _day: bar.update(task, completed=done),
                last=arguments.last,
                kinds=() if arguments.honest else named,
                strength=arguments.strength,
                workers=arguments.workers,
            )
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return MISUSED
    if arguments.json:
        sys.stdout.write(json.dumps(summary._asdict() | {"total": summary.total}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(
            f"已生成 {summary.days} 日、{summary.total} 行合成数据，用时 {summary.seconds:.1f} 秒；"
            f"预置违规 {len(summary.planted)} 种，见 {arguments.out / 'truth.json'}\n"
        )
    return DONE
