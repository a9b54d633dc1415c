"""Builds the province: days fanned out over workers, each day a pure function of seed, scale and date."""

import datetime as dt
import functools
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import duckdb

from jianguan.demo.province import misconduct, world
from jianguan.demo.province.world import Made, Spec

LAST = dt.date(2026, 6, 30)
"""The last day built unless another is named."""
CORES = 2


class Summary(NamedTuple):
    """What was built."""

    days: int
    rows: dict[str, int]
    planted: dict[str, int]
    seconds: float

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def build(
    days: int,
    seed: int,
    scale: float,
    out: Path,
    progress: Callable[[int, int, dt.date], None] | None = None,
    *,
    last: dt.date = LAST,
    kinds: tuple[str, ...] | None = None,
    strength: float = 1.0,
    workers: int = CORES,
) -> Summary:
    """Write the facts of ``days`` days up to ``last`` to ``out/<fact>/<day>.parquet``, ``truth.json`` beside them.

    ``kinds`` are the kinds of misconduct planted, all of them when None. ``progress`` is called after every day with
    the days done, all days and the day. The same seed, scale, days, kinds and version give byte-identical files,
    whatever the number of workers. Memory: at most ``world.MEMORY`` of tables a worker.

    Raises ValueError with a Chinese message when an argument makes no sense.
    """
    planted = tuple(sorted(misconduct.kinds() if kinds is None else kinds))
    if unknown := set(planted) - set(misconduct.kinds()):
        raise ValueError(f"没有这种预置违规：{'、'.join(sorted(unknown))}")
    if days < 1 or not 0 < scale <= 10 or workers < 1:
        raise ValueError("天数至少为 1，规模须大于 0 且不超过 10，进程数至少为 1")
    began = time.perf_counter()
    spec = Spec(last - dt.timedelta(days=days - 1), last, seed, scale, Path(out), planted, strength)
    spec.out.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    counts: dict[str, int] = {}
    for done, made in enumerate(_days(spec, workers), 1):
        for fact, count in made.rows.items():
            rows[fact] = rows.get(fact, 0) + count
        for kind, count in made.planted.items():
            counts[kind] = counts.get(kind, 0) + count
        if progress:
            progress(done, days, made.day)
    write_truth(spec, rows, counts)
    return Summary(days, dict(sorted(rows.items())), dict(sorted(counts.items())), time.perf_counter() - began)


def _days(spec: Spec, workers: int) -> Iterator[Made]:
    if workers == 1 or len(spec.days) == 1:
        connection = world.open_world(spec)
        for day in spec.days:
            yield world.make_day(connection, spec, day)
        return
    # DuckDB starts threads when imported and does not survive a fork.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(functools.partial(make, spec), spec.days)


@functools.cache
def _connection(spec: Spec) -> duckdb.DuckDBPyConnection:
    """The world of this worker process."""
    return world.open_world(spec)


def make(spec: Spec, day: dt.date) -> Made:
    """Make one day in this process, which keeps its world for the next."""
    return world.make_day(_connection(spec), spec, day)


def write_truth(spec: Spec, rows: dict[str, int], counts: dict[str, int]) -> None:
    """Write ``truth.json``: what was built, what was planted and who did it."""
    connection = world.open_world(spec)
    document = {
        "synthetic": True,
        "note": "合成数据：人员、号牌、证件号码均为虚构，不对应任何真实的人、车或单位。",
        "version": world.VERSION,
        "seed": spec.seed,
        "scale": spec.scale,
        "first": spec.first.isoformat(),
        "last": spec.last.isoformat(),
        "rows": dict(sorted(rows.items())),
        "misconduct": misconduct.truth(
            connection, spec.kinds, spec.first, spec.last, strength=spec.strength, counts=counts
        ),
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (spec.out / "truth.json").write_text(text, encoding="utf-8")
