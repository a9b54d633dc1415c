"""The synthetic province: days of facts at the scale of a province, made and written as Parquet.

Reference: reading the same rows back and writing them again with DuckDB on the same number of processes, one process
a share of the files, with the same compression – what remains when nothing is made up. A second figure is what the
demonstration loads: 90 days at a small scale.
"""

import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from jianguan.demo import province

DAYS, SCALE = 8, 1.0
DEMO_DAYS, DEMO_SCALE = 90, 0.05
WORKERS = 2
SEED = 1


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
    made = province.build(DAYS, SEED, SCALE, home / "full", workers=WORKERS)
    files = sorted(str(file) for file in (home / "full").glob("*/20*.parquet") if file.parent.name != "truth")
    began = time.perf_counter()
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        rows = sum(pool.map(rewrite, [files[share::WORKERS] for share in range(WORKERS)]))
    rewrite_seconds = time.perf_counter() - began
    assert rows == made.total, f"{rows} rows read back, {made.total} made"
    size = sum(Path(file).stat().st_size for file in files)
    demo = province.build(DEMO_DAYS, SEED, DEMO_SCALE, home / "demo", workers=WORKERS)
    return {
        "name": "demo_build",
        "figures": {
            "days": DAYS,
            "rows": made.total,
            "seconds": round(made.seconds, 2),
            "rows_per_second": round(made.total / made.seconds),
            "bytes_per_row": round(size / made.total, 1),
            "demo_days": DEMO_DAYS,
            "demo_scale": DEMO_SCALE,
            "demo_rows": demo.total,
            "demo_seconds": round(demo.seconds, 2),
        },
        "references": {
            "rewrite_seconds": round(rewrite_seconds, 2),
            "rewrite_rows_per_second": round(rows / rewrite_seconds),
        },
        "ratios": {
            "rows_per_second": {"value": round(made.total / made.seconds), "at_least": 200_000},
            "build_over_rewrite": {"value": round(made.seconds / rewrite_seconds, 2), "at_most": 6},
            "demo_seconds": {"value": round(demo.seconds, 2), "at_most": 180},
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
