"""Upkeep of the lake (养护): small files merged, plate-bucketed copies rebuilt, what no version needs removed."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jianguan.facts import lake, places
from jianguan.facts.catalogue import select
from jianguan.facts.contract import Contract, contract, contracts
from jianguan.facts.scratch import scratch_folder
from jianguan.facts.validate import literal, name
from jianguan.kit.clock import today
from jianguan.kit.ids import uuid7

BUCKETS = 16
KEPT = dt.timedelta(days=7)
"""Files that compaction replaced stay so long, for readers that opened the table before, and for time travel."""
CURRENT = "current"


def compact(table: lake.Table) -> dict[str, int]:
    """Merge the files of each day into one, rows sorted by site; superseded records stay, readable as before.

    Returns how many files there were and are.
    """
    with (
        table.locked(),
        scratch_folder() as scratch,
        lake.engine(scratch) as duck,
    ):
        before = table.files(None, None)
        days: dict[str, list[str]] = {}
        for path in before:
            days.setdefault(Path(path).parent.name.partition("=")[2], []).append(path)
        crowded = {
            day: files
            for day, files in days.items()
            if len(files) > 1 or Path(files[0]).parent.parent.name == lake.UNSORTED
        }
        for day, files in sorted(crowded.items()):
            target = table.folder / f"compact-{uuid7().hex}" / f"day={day}" / "data_0.parquet"
            target.parent.mkdir(parents=True)
            rows = duck.execute(
                f"COPY (SELECT * EXCLUDE (day) FROM {lake.read(files)} ORDER BY {name(table.contract.site)})"
                f" TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
            added = lake.Added(
                str(target.relative_to(table.folder)), day, int(rows[0] if rows else 0), target.stat().st_size
            )
            table.replace(files, added)
    return {"before": len(before), "after": len(before) - sum(len(files) - 1 for files in crowded.values())}


def rebuild_windows(folder: Path, found: Contract, scratch: Path) -> Path | None:
    """Write the copy of the columns that long windows need, in buckets by the hash of the key, sorted by key and time.

    Current records only, written whole: one night's rows fall into every bucket, so a part could not be cheaper, and a
    correction may reach back into any year. A copy of the same version of the table is left as it is. A new copy is
    complete before it takes the place of the old one. Returns its folder, None when the contract asks for none.
    """
    if not found.window_key:
        return None
    home = folder / "_windows" / found.name
    home.mkdir(parents=True, exist_ok=True)
    version = lake.Table(folder, found).open().version()
    target = home / f"v{version}"
    if not target.exists():
        draft = Path(tempfile.mkdtemp(dir=home))
        columns = ", ".join(map(name, found.window_columns))
        bucket = f"CAST(hash({name(found.window_key)}) % {BUCKETS} AS INTEGER)"
        with lake.engine(scratch) as duck:
            duck.execute(
                f"COPY (SELECT {columns}, {bucket} AS bucket FROM ({select(folder, found.name, None, None)})"
                f" ORDER BY bucket, {name(found.window_key)}, {name(found.day)})"
                f" TO {literal(draft)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (bucket), OVERWRITE true)"
            )
        draft.rename(target)
    link = home / "next"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(home / CURRENT)
    for old in home.iterdir():
        if old.is_dir() and not old.is_symlink() and old != target:
            shutil.rmtree(old)
    return target


def window(folder: Path, fact: str, bucket: int) -> str:
    """Return SQL of one bucket of the window copy of a fact: one bucket at a time keeps memory small.

    Raises LookupError when the copy was never built.
    """
    home = folder / "_windows" / contract(fact).name / CURRENT
    if not home.exists():
        raise LookupError(f"{fact} 尚无窗口副本，请先运行 jianguan facts compact")
    files = home.resolve() / "bucket=*" / "*.parquet"
    scanned = f"read_parquet({literal(files)}, hive_partitioning = true, hive_types = {{'bucket': INTEGER}})"
    return f"SELECT * EXCLUDE (bucket) FROM {scanned} WHERE bucket = {int(bucket)}"


def vacuum(table: lake.Table, *, first_kept: dt.date | None = None) -> int:
    """Remove files that no version of the last week needs; with ``first_kept`` also forget the days before it.

    ``first_kept`` may not cut into the contract's retention (保存年限). Returns how many files went.
    Raises ValueError when it would.
    """
    if first_kept:
        floor = today().replace(day=1)
        floor = floor.replace(year=floor.year - table.contract.retention_years)
        if first_kept > floor:
            raise ValueError(
                f"{table.contract.label}须保存 {table.contract.retention_years} 年，不得清除 {floor} 以后的数据"
            )
    with table.locked():
        opened = table.open()
        if first_kept:
            opened.delete(f"day < '{first_kept.isoformat()}'")
        return len(opened.vacuum(int(KEPT.total_seconds() // 3600), dry_run=False, enforce_retention_duration=True))


def all_(only: str = "") -> Iterator[tuple[str, str]]:
    """Look after every table, or one; yield what was done, in Chinese.

    Only files that a merge replaced are removed: no record and no day, however old.
    """
    for found in [contract(only)] if only else contracts().values():
        table = lake.Table(places.lake(), found)
        if not table.exists:
            continue
        counts = compact(table)
        with scratch_folder() as folder:
            rebuild_windows(places.lake(), found, folder)
        gone = vacuum(table)
        words = f"{counts['before']} 个文件合并为 {counts['after']} 个"
        yield found.label, f"{words}，清除一周前已被合并的 {gone} 个" if gone else words
