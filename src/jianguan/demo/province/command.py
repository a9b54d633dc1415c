"""``jianguan demo build``: the synthetic province as fact files."""

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from jianguan.demo import province
from jianguan.demo.province import misconduct
from jianguan.demo.province.build import CORES, LAST
from jianguan.kit.clock import CHINA

DONE, MISUSED = 0, 2
NICE = 10
"""Pages go before loading."""
FOLLOW_SECONDS = 3600


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
    load = kinds.add_parser("load", help="载入合成省份的事实，直到此刻 / take in the province's facts up to now")
    load.add_argument("--days", type=int, default=90, help="首次载入的天数，默认 90 / days of a first load")
    load.add_argument("--scale", type=float, default=0.03, help="规模，默认 0.03 / scale")
    load.add_argument("--until", type=_moment, help="直到何时，默认此刻 / up to this moment, by default now")
    load.add_argument("--no-media", action="store_true", help="不绘制录像 / draw no clips")
    load.add_argument("--follow", action="store_true", help="此后每小时补充 / add what happened, every hour")
    load.set_defaults(run=run_load)
    media = kinds.add_parser("media", help="生成带已知故障的小样本音像 / draw small clips and photos with known faults")
    media.add_argument("--out", type=Path, required=True, metavar="DIR", help="输出目录 / folder to write to")
    media.set_defaults(run=run_media, database=False)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def run_media(arguments: argparse.Namespace) -> int:
    """Draw the media and say how many files there are."""
    from jianguan.demo.province import media  # noqa: PLC0415 - FFmpeg is loaded by this command alone

    told = media.write(arguments.out)
    sys.stdout.write(f"已生成 {len(told)} 个合成音像文件，说明见 {arguments.out / 'media.json'}\n")
    return DONE


def run_load(arguments: argparse.Namespace) -> int:
    """Take the facts in, with a bar on a terminal and with lines elsewhere; 2 when the arguments make no sense."""
    from jianguan.demo import intake  # noqa: PLC0415 - after Django is set up

    if arguments.days < 1 or not 0 < arguments.scale <= 1:
        say("天数至少为 1，规模须大于 0 且不超过 1")
        return MISUSED
    os.nice(NICE)
    while True:
        with shown("合成事实") as progress:
            loaded = intake.load(
                progress,
                days=arguments.days,
                scale=arguments.scale,
                media=not arguments.no_media,
                until=arguments.until,
            )
        if loaded.batches:
            say(f"合成事实已载入：{loaded.batches} 批、{loaded.rows} 行，退回 {loaded.refused} 行")
        if not arguments.follow:
            return DONE
        time.sleep(FOLLOW_SECONDS)


def say(line: str) -> None:
    """Print one line on standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def shown(title: str) -> Iterator[Callable[[float, str], None]]:
    """Show the progress of something: a bar with an estimate on a terminal, elsewhere a line every tenth."""
    if sys.stderr.isatty():
        with Progress(
            TextColumn(title), BarColumn(), TextColumn("{task.percentage:.0f}% {task.description}"),
            TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        ) as bar:  # fmt: skip
            task = bar.add_task("", total=1.0)
            yield lambda share, words: bar.update(task, completed=share, description=words)
        return
    tenths = -1

    def line(share: float, words: str) -> None:
        nonlocal tenths
        if int(share * 10) > tenths:
            tenths = int(share * 10)
            say(f"{title} {share:.0%} {words}")

    yield line


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
