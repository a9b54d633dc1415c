"""The facts of the synthetic province (合成数据), come in the way real ones do: as files of sources, under contracts.

Ninety days up to this moment, latest first; a later start adds what happened since. Every batch bears the days it is
about and the moment up to which it tells as its key (幂等键): nothing comes twice, a start that was cut off goes on.
"""

import datetime as dt
import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import django
import duckdb

from jianguan.demo import daily
from jianguan.demo.province import misconduct, recorders, reports, world
from jianguan.demo.province.build import make, write_truth
from jianguan.demo.province.reports import ONE_DAY, Window
from jianguan.demo.province.world import Spec
from jianguan.facts import ingest, places, sources
from jianguan.facts.contract import contract
from jianguan.facts.models import Batch, BatchState, Source
from jianguan.kit import clock

DAYS, SCALE, SEED = 90, 0.03, 1
WORKERS = 2
GROUPS = (3, 25, 62)
"""Days that come together, the latest first: what a page shows first is there first."""
LEAST = dt.timedelta(minutes=15)
"""A start sooner after another brings nothing."""
PREFIX = "demo-"
TOLD = "progress.json"
"""In the folder of the demonstration while it loads: the share done and in words, for the pages."""
TAKE_IN = 0.3
"""What taking one file in costs, measured in days made."""

Progress = Callable[[float, str], None]


class Loaded(NamedTuple):
    """What one start brought."""

    rows: int
    refused: int
    batches: int


class Asked(NamedTuple):
    """One file of one source."""

    fact: str
    window: Window
    today: dt.date
    folder: Path


def load(
    progress: Progress,
    *,
    days: int = DAYS,
    scale: float = SCALE,
    workers: int = WORKERS,
    media: bool = True,
    until: dt.datetime | None = None,
) -> Loaded:
    """Bring the facts up to a moment, by default the present; ``progress`` gets the share done and Chinese words.

    ``media``: draw the export of recorders first. Does nothing when another process is at it. A day of the province
    costs about 1.1 processor seconds at scale 0.05 and 0.8 at 0.03.
    """
    folder, moment = places.home() / "demo", until or clock.now()
    with _alone(folder) as free:
        if not free:
            return Loaded(0, 0, 0)
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=django.setup) as pool:
            try:
                progress = _told(folder, progress)
                told = recorders.write(places.home() / "recorders", pool) if media else []
                progress(0.0, f"录像机导出：{len(told)} 个合成音像文件")
                return _load(pool, progress, _spec(folder, moment.date(), days, scale, told), moment)
            except SystemExit:  # told to stop: what runs is finished, the rest waits for the next start
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            finally:
                (folder / TOLD).unlink(missing_ok=True)


def _told(folder: Path, progress: Progress) -> Progress:
    """Tell the pages as well."""

    def tell(share: float, words: str) -> None:
        (folder / TOLD).write_text(json.dumps({"percent": int(share * 100), "words": words}), encoding="utf-8")
        progress(share, words)

    return tell


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Hold the folder; yields whether nobody else does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _spec(folder: Path, today: dt.date, days: int, scale: float, told: list[dict[str, object]]) -> Spec:
    first = _sources(today - ONE_DAY * (days - 1))
    kinds = tuple(sorted(misconduct.kinds()))
    return Spec(first, first + ONE_DAY * (days - 1), SEED, scale, folder, kinds, clips=recorders.clips(told))


def _load(pool: ProcessPoolExecutor, progress: Progress, spec: Spec, moment: dt.datetime) -> Loaded:
    groups = list(_groups(spec.first, moment, spec.out))
    costs = [len({day for one in group for day in one.window.days}) + TAKE_IN * len(group) for group in groups]
    total, spent, loaded = sum(costs), 0.0, Loaded(0, 0, 0)
    living: list[Future[int]] = []
    for group in groups:
        for made in as_completed([pool.submit(make, spec, day) for day in _days_of(group)]):
            made.result()
            spent += 1
            progress(spent / total, f"{_span(_days_of(group))}：生成中")
        for taken in as_completed([pool.submit(_take_in, one) for one in group]):
            loaded = Loaded(*(left + right for left, right in zip(loaded, taken.result(), strict=True)))
            spent += TAKE_IN
            progress(spent / total, f"已收录 {loaded.rows} 行")
        living.append(pool.submit(daily.live, _days_of(group), moment))
    if groups:
        _clear(spec)
    else:
        living.append(pool.submit(daily.live, [moment.date() - ONE_DAY, moment.date()], moment))
    for lived in living:
        lived.result()
    return loaded


def _span(days: list[dt.date]) -> str:
    return f"{days[0]:%m-%d} 至 {days[-1]:%m-%d}"


def _days_of(group: list[Asked]) -> list[dt.date]:
    return sorted({day for one in group for day in one.window.days})


def _sources(first: dt.date) -> dt.date:
    """Register the sources with their first day; return the first day of those registered before, if any."""
    known = Source.objects.filter(key__startswith=PREFIX, first_day__isnull=False).order_by("first_day").first()
    start = known.first_day if known and known.first_day else first
    for fact in world.facts():
        found = contract(fact)
        sources.register(PREFIX + fact, fact, name=f"{found.source}·{found.label}（合成）", first_day=start)
    return start


def _groups(first: dt.date, moment: dt.datetime, folder: Path) -> Iterator[list[Asked]]:
    """What has to come, in groups of days, the latest first."""
    today, until = moment.date(), moment.replace(tzinfo=None, microsecond=0)
    held = {fact: _held(fact) for fact in world.facts()}
    last = today
    for size in (*GROUPS, (today - first).days + 1):
        days = [last - ONE_DAY * back for back in range(size) if last - ONE_DAY * back >= first]
        group = [
            Asked(fact, window, today, folder)
            for fact in world.facts()
            for window in _windows(fact, days, held[fact], until)
        ]
        if group:
            yield group
        last -= ONE_DAY * size
        if last < first:
            return


class Held(NamedTuple):
    """What a source has brought."""

    days: frozenset[dt.date]
    until: dt.datetime | None


def _held(fact: str) -> Held:
    """Read the days and moments from the keys of the source's batches."""
    keys = Batch.objects.filter(source__key=PREFIX + fact, state=BatchState.COMMITTED).exclude(request_key="")
    days: set[dt.date] = set()
    moments: list[dt.datetime] = []
    for key in keys.values_list("request_key", flat=True):
        first, last, until = key.split("/")
        start = dt.date.fromisoformat(first)
        days.update(start + ONE_DAY * on for on in range((dt.date.fromisoformat(last) - start).days + 1))
        moments.append(dt.datetime.fromisoformat(until))
    return Held(frozenset(days), max(moments, default=None))


def _windows(fact: str, days: list[dt.date], held: Held, until: dt.datetime) -> Iterator[Window]:
    """What of these days a source has still to report: days never told of, and the rest of the last one told of."""
    missing = sorted(day for day in days if day not in held.days)
    last = held.until.date() if held.until else None
    goes_on = held.until and until - held.until >= LEAST and last in held.days and last in days
    if goes_on and last:
        yield Window((last, *(day for day in missing if day > last)), held.until, until)
        missing = [day for day in missing if day < last]
    if missing:
        yield Window(tuple(missing), None, until)


def _take_in(asked: Asked) -> Loaded:
    """Write and take in what a source reports of a window; days in disorder are files of their own."""
    fact, window, folder = asked.fact, asked.window, asked.folder
    source = Source.objects.get(key=PREFIX + fact)
    inbox = folder / "inbox" / fact
    inbox.mkdir(parents=True, exist_ok=True)
    whole = [day for day in window.days if not window.since or day > window.since.date()]
    here = [day for day in whole if reports.in_disorder(folder, fact, day, asked.today)]
    batches = []
    for day in here:
        target = inbox / f"{fact}-{day}.csv"
        reports.write_disorder(folder, fact, day, target)
        batches.append(_carry(source, target, Window((day,), None, window.until), (day,)))
    gone = {*here, *(day for day in whole if reports.lost(fact, day, asked.today))}
    kept = tuple(day for day in window.days if day not in gone)
    target = inbox / f"{fact}-{window.days[0]}-{window.days[-1]}.parquet"
    with_rows = reports.write(folder, fact, window._replace(days=kept), target)
    daily = contract(fact).cadence == "daily"
    batches.append(_carry(source, target, window, kept if daily else with_rows))
    return Loaded(sum(one.accepted for one in batches), sum(one.refused for one in batches), len(batches))


def _carry(source: Source, path: Path, window: Window, days: Sequence[dt.date]) -> Batch:
    """Take one file in as if each of these days had come when it usually does, or at this moment."""
    moment = window.until.replace(tzinfo=clock.CHINA)
    batch = ingest.take_in(
        source.contract,
        path,
        source=source,
        received=moment,
        key=f"{window.days[0]}/{window.days[-1]}/{window.until.isoformat()}",
        arrived={day: _came(source.contract, day, moment) for day in days},
    )
    path.unlink()
    return batch


def _came(fact: str, day: dt.date, moment: dt.datetime) -> dt.datetime:
    return min(reports.arrived(fact, day).replace(tzinfo=clock.CHINA), moment)


def _clear(spec: Spec) -> None:
    """Remove the files of facts, keep what was planted."""
    folder = spec.out
    for fact in (*world.facts(), "inbox"):
        shutil.rmtree(folder / fact, ignore_errors=True)
    counted = duckdb.read_parquet(f"{folder}/truth/*.parquet").aggregate("kind, count(*)").order("kind")
    write_truth(spec, {}, dict(counted.fetchall()))
