"""``jianguan bench NAME``: a benchmark with its reference measured in the same run; ``jianguan demo build``."""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

from jianguan.demo.province import command

BENCH = Path(__file__).resolve().parents[3] / "bench"
MISUSED = 2


def register(verbs: Any) -> None:
    """Add the command to the parser; every script in ``bench/`` is a benchmark."""
    bench = verbs.add_parser("bench", help="性能测试及其参照 / a benchmark with its reference")
    bench.add_argument("name", metavar="NAME", help=f"名称：all、{'、'.join(names()) or '无'} / its name")
    bench.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / print one JSON document")
    bench.set_defaults(run=run_bench, database=False)
    command.register(verbs)


def names() -> list[str]:
    """The benchmarks of this checkout."""
    return sorted(file.stem for file in BENCH.glob("*.py") if not file.stem.startswith("_"))


def run_bench(arguments: argparse.Namespace) -> int:
    """Run the script in a process of its own, with a database of its own; ``all`` runs one after the other."""
    if arguments.name == "all" and names():
        return max(run_bench(argparse.Namespace(name=name, json=arguments.json)) for name in names())
    if arguments.name not in names():
        sys.stderr.write(f"没有性能测试 {arguments.name}，可用：{'、'.join(names()) or '无（只在源码目录中提供）'}\n")
        return MISUSED
    script = [sys.executable, str(BENCH / f"{arguments.name}.py"), *(["--json"] if arguments.json else [])]
    return subprocess.run(script, check=False).returncode  # noqa: S603 - one of our own files
