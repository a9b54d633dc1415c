"""The synthetic province: days of facts at the scale of a province, made and written as Parquet.

Reference: reading the same rows back and writing them again with DuckDB on the same number of processes, one process
a share of the files, with the same compression – what remains when nothing is made up. A second figure is what the
demonstration loads: 90 days at a small scale. Bounds are on processor time shared by two cores, which is wall time on
a machine that does nothing else; wall time is printed beside it.
"""

import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from jianguan.demo import province

DAYS, SCALE = 6, 1.0
DEMO_DAYS, DEMO_SCALE = 90, 0.05
WORKERS = 2
SEED = 1


def worked() -> float:
    """Processor seconds of this process and of its workers that have ended."""
    own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def rewrite(files: list[str]) -> int:
    """Read each file and write its rows again."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET enable_progress_bar = false")
    rows = 0
    for file in files:
        written = connection.execute(
            f"COPY (FROM '{file}') TO '{file}.again' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        ).fetchone()
        rows += written[0] if written else 0
    return rows


def main(home: Path) -> dict[str, Any]:
    """Measure in ``home`` and return the figures, their reference and the bounds."""
    start = worked()
    made = province.build(DAYS, SEED, SCALE, home / "full", workers=WORKERS)
    made_share = (worked() - start) / WORKERS
    files = sorted(str(file) for file in (home / "full").glob("*/20*.parquet") if file.parent.name != "truth")
    start, began = worked(), time.perf_counter()
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        rows = sum(pool.map(rewrite, [files[share::WORKERS] for share in range(WORKERS)]))
    rewrite_seconds = time.perf_counter() - began
    rewrite_share = (worked() - start) / WORKERS
    assert rows == made.total, f"{rows} rows read back, {made.total} made"
    size = sum(Path(file).stat().st_size for file in files)
    start = worked()
    demo = province.build(DEMO_DAYS, SEED, DEMO_SCALE, home / "demo", workers=WORKERS)
    demo_share = (worked() - start) / WORKERS
    return {
        "name": "demo_build",
        "figures": {
            "days": DAYS,
            "rows": made.total,
            "seconds": round(made.seconds, 2),
            "wall_rows_per_second": round(made.total / made.seconds),
            "cpu_seconds_a_core": round(made_share, 2),
            "bytes_per_row": round(size / made.total, 1),
            "demo_days": DEMO_DAYS,
            "demo_scale": DEMO_SCALE,
            "demo_rows": demo.total,
            "demo_seconds": round(demo.seconds, 2),
            "demo_cpu_seconds_a_core": round(demo_share, 2),
        },
        "references": {
            "rewrite_seconds": round(rewrite_seconds, 2),
            "rewrite_cpu_seconds_a_core": round(rewrite_share, 2),
            "rewrite_rows_per_second": round(rows / rewrite_seconds),
        },
        "ratios": {
            "rows_per_second": {"value": round(made.total / made_share), "at_least": 200_000},
            "build_over_rewrite": {"value": round(made_share / rewrite_share, 2), "at_most": 6},
            "demo_seconds": {"value": round(demo_share, 2), "at_most": 180},
        },
    }


def run() -> int:
    """Measure in a throw-away folder; 1 when a bound is broken."""
    home = Path(tempfile.mkdtemp(prefix="jianguan-bench-"))
    try:
        found = main(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=None if "--json" in sys.argv else 2))
    kept = all(
        ratio["value"] <= ratio.get("at_most", ratio["value"]) and ratio["value"] >= ratio.get("at_least", 0)
        for ratio in found["ratios"].values()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(run())
