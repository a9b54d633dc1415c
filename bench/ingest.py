"""Taking in a million inspections with full checks, against DuckDB's bare read and rewrite of the same file.

Measured from opening the file to the committed Delta table: digest, every check, pseudonyms, Parquet by day,
repeated keys, counts by day, settled on disk. Not measured: PostgreSQL. Every run is a process of its own; the figures
are CPU seconds of all its threads, because the machine may be shared; wall seconds stand beside. All rows are
synthetic (合成数据). ``--large 1 2 4`` measures the memory of growing inputs instead, ``--large 20`` that of 20 GB.
"""

import argparse
import datetime as dt
import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from jianguan.engines.validators.forms import RIC_DIGITS, RIC_WEIGHTS
from jianguan.facts import lake, readers, staging
from jianguan.facts.contract import contract
from jianguan.facts.pseudonyms import keys

ROWS, DAYS, REPEATS = 1_000_000, 7, 2
PEOPLE = 200_000
"""Different presenters; a larger input has more in proportion."""
NOW = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)
GROWING = (1.0, 2.0, 4.0)
"""Sizes of the inputs of ``--large``, in GB of CSV."""
BYTES_PER_ROW = 279
MOST_MEMORY, MOST_GROWTH = 1.0, 1.25
"""GB at most, and how much more the largest input may need than the smallest."""
CHECK = " + ".join(f"{w} * (CAST(b AS BIGINT) // {10 ** (16 - i)} % 10)" for i, w in enumerate(RIC_WEIGHTS))


def rows_sql(rows: int) -> str:
    """SQL of that many inspections, spread evenly over a week, in order of time."""
    people = PEOPLE * max(1, rows // ROWS)
    return f"""
WITH row AS (SELECT n, hash(n) AS h, hash(n) % {people} AS i,
  TIMESTAMP '2020-03-02' + to_seconds(CAST(n * {DAYS} * 86400 // {rows} AS BIGINT)) AS began
  FROM range({rows}) r(n)),
born AS (SELECT *, '220102' || strftime(DATE '1960-01-01' + CAST(i % 15000 AS INT), '%Y%m%d')
  || lpad(CAST(i // 15000 % 1000 AS VARCHAR), 3, '0') AS b FROM row)
SELECT 'J' || lpad(CAST(n AS VARCHAR), 12, '0') AS inspection_no,
  '吉A' || lpad(CAST(h % 99999 AS VARCHAR), 5, '0') AS plate, '02' AS plate_kind,
  'LSGPC54U5AF' || lpad(CAST(h % 999999 AS VARCHAR), 6, '0') AS vin, ['K33', 'H11', 'Q11', 'K31', 'B11'][n % 5 + 1]
  AS vehicle_type, ['A', 'F', 'B'][n % 3 + 1] AS usage, '220102' AS division,
  DATE '2010-01-01' + CAST(n % 3000 AS INT) AS first_registered, DATE '2021-01-01' AS valid_until,
  'A' || (h % 280)::VARCHAR AS agency, (n % 4)::VARCHAR AS line, '01' AS kind, 1 + n % 2 AS attempt,
  'I' || (h % 2000)::VARCHAR AS inspector, 'D' || (h % 1999)::VARCHAR AS driver_inspector,
  b || substr('{RIC_DIGITS}', (({CHECK}) % 11 + 1)::INT, 1) AS presenter,
  began AS started_at, began + to_seconds(CAST(1200 + h % 600 AS BIGINT)) AS ended_at,
  CASE WHEN h % 10 = 0 THEN '2' ELSE '1' END AS verdict, CAST(h % 3 AS BIGINT) AS failed_items,
  CAST(20 + h % 10 AS BIGINT) AS photos, 'R' || (h % 300)::VARCHAR AS reviewer,
  began + to_seconds(1800) AS review_started_at, began + to_seconds(CAST(1800 + h % 100 AS BIGINT)) AS reviewed_at,
  '1' AS decision, sha256(n::VARCHAR) AS measured
FROM born
"""


def make(folder: Path, rows: int = ROWS) -> None:
    """Write the input as Parquet and as CSV."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"COPY ({rows_sql(rows)}) TO '{folder}/in.parquet' (FORMAT parquet)")
        connection.execute(f"COPY (FROM '{folder}/in.parquet') TO '{folder}/in.csv' (HEADER)")


def bare(folder: Path, kind: str) -> None:
    """The reference: DuckDB reads the file and writes it as Parquet, nothing else."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        source = f"read_{kind}('{folder}/in.{kind}')"
        connection.execute(
            f"COPY (SELECT * FROM {source}) TO '{folder}/bare.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )


def taken_in(folder: Path, kind: str) -> None:
    """The product: check, pseudonymise, write, count, commit."""
    target = folder / f"lake-{kind}"
    shutil.rmtree(target, ignore_errors=True)
    table = lake.Table(target, contract("inspection"))
    with lake.engine(folder / "scratch") as connection, table.locked():
        opened = readers.open_file(connection, folder / f"in.{kind}", folder, None)
        stage = staging.Stage(connection, opened, table.contract, None, keys(folder / "key"), now=NOW)
        pairs = sum(1 for _ in stage.identities())
        rows = opened.lines - opened.header_lines
        files = stage.write(table.folder / "batch", 1)
        stage.keep_broken()
        paths = [str(table.folder / file.path) for file in files]
        assert not stage.repeated(paths)
        stage.count(paths)
        assert sum(file.rows for file in files) == rows, next(stage.refusals())
        assert pairs
        staging.settle(table.folder / "batch")
        table.commit("batch", files, {})


def _run(
    work: Callable[[Path, str], None], folder: Path, kind: str, answer: "multiprocessing.SimpleQueue[object]"
) -> None:
    begun, spent = time.perf_counter(), time.process_time()
    work(folder, kind)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.put((time.perf_counter() - begun, time.process_time() - spent, peak))


def measured(
    work: Callable[[Path, str], None], folder: Path, kind: str, repeats: int = REPEATS
) -> tuple[float, float, float]:
    """Run in a process of its own, more than once; return least wall and CPU seconds and the highest peak in MB."""
    spawn = multiprocessing.get_context("spawn")
    runs = []
    for _ in range(repeats):
        answer = spawn.SimpleQueue()
        process = spawn.Process(target=_run, args=(work, folder, kind, answer))
        process.start()
        process.join()
        assert process.exitcode == 0
        runs.append(answer.get())
    return min(run[0] for run in runs), min(run[1] for run in runs), max(run[2] for run in runs)


def run() -> dict[str, object]:
    """Return the figures, their references and ratios."""
    figures, references, ratios = {"rows": ROWS, "days": DAYS}, {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        for kind in ("parquet", "csv"):
            print(f"{kind} …", file=sys.stderr, flush=True)
            wall, cpu, peak = measured(taken_in, folder, kind)
            figures |= {
                f"{kind}_wall_s": round(wall, 2),
                f"{kind}_cpu_s": round(cpu, 2),
                f"{kind}_peak_mb": round(peak),
            }
            figures[f"{kind}_rows_per_s"] = round(ROWS / wall)
            wall, bare_cpu, _ = measured(bare, folder, kind)
            references |= {f"{kind}_bare_wall_s": round(wall, 2), f"{kind}_bare_cpu_s": round(bare_cpu, 2)}
            ratios[f"{kind}_speed"] = {"value": round(bare_cpu / cpu, 3), "at_least": 0.3}
            ratios[f"{kind}_memory_of_1_gb"] = {"value": round(peak / 1024, 3), "at_most": 1.0}
    return {"name": "ingest", "figures": figures, "references": references, "ratios": ratios}


def run_large(sizes: Sequence[float]) -> dict[str, object]:
    """Return wall, CPU and peak memory of ever larger CSV files: memory must not grow with the input.

    Needs about twice the largest size of free disk and, on two cores, about 40 s a GB.
    """
    figures: dict[str, float] = {}
    peaks = []
    for size in sizes:
        print(f"{size:g} GB …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as name:
            folder, rows = Path(name), round(size * 1e9 / BYTES_PER_ROW)
            with duckdb.connect(config={"threads": 2}) as connection:
                connection.execute("SET enable_progress_bar = false")
                connection.execute(f"COPY ({rows_sql(rows)}) TO '{folder}/in.csv' (HEADER)")
            written = (folder / "in.csv").stat().st_size / 1e9
            wall, cpu, peak = measured(taken_in, folder, "csv", repeats=1)
        peaks.append(peak)
        figures |= {
            f"gb_{size:g}_input_gb": round(written, 2),
            f"gb_{size:g}_wall_s": round(wall, 1),
            f"gb_{size:g}_cpu_s": round(cpu, 1),
            f"gb_{size:g}_rows_per_s": round(rows / wall),
            f"gb_{size:g}_peak_mb": round(peak),
        }
    ratios = {
        "memory_of_1_gb": {"value": round(max(peaks) / 1024, 3), "at_most": MOST_MEMORY},
        "memory_of_largest_over_smallest": {"value": round(peaks[-1] / peaks[0], 3), "at_most": MOST_GROWTH},
    }
    return {"name": "ingest", "figures": figures, "references": {}, "ratios": ratios}


def main() -> int:
    """Print the figures; 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--large", nargs="*", type=float, metavar="GB", help="memory of ever larger inputs instead")
    asked = parser.parse_args()
    found = run() if asked.large is None else run_large(asked.large or GROWING)
    print(json.dumps(found, ensure_ascii=False, indent=None if asked.json else 2))
    kept = all(
        ratio["value"] <= ratio.get("at_most", ratio["value"]) and ratio["value"] >= ratio.get("at_least", 0)
        for ratio in found["ratios"].values()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
