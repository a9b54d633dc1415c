"""One connection that holds the standing world and can make any day of it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from jianguan.demo.province import misconduct, statements, volumes
from jianguan.demo.province.sites import Sites, sites
from jianguan.facts import contract as contracts

VERSION = 2
"""Raised whenever the same seed no longer gives the same files."""

FILES = ("exams.sql", "inspections.sql", "businesses.sql", "learning.sql", "video.sql", "accounts.sql", "roads.sql")
EPOCH = dt.date(2000, 1, 1)
MEMORY = "700MB"
ONE_DAY = dt.timedelta(days=1)
YEARLY = 12000
"""Vehicles presented for the first time on a day at scale 1, at most: a vehicle comes once in 365 of these blocks."""
MARK = "synthetic"
NOTE = "合成数据"
FIXED = {
    "office": ("office INTEGER, slug VARCHAR, capacity VARCHAR, division VARCHAR, city INTEGER, letter VARCHAR,"
               " tier VARCHAR, weight DOUBLE"),
    "county": "county INTEGER, capacity VARCHAR, division VARCHAR, city INTEGER, weight DOUBLE",
    "exam_site": ("site INTEGER, code VARCHAR, office INTEGER, subjects VARCHAR[], weekdays INTEGER[], digest VARCHAR,"
                  " weight DOUBLE"),
    "clip_slot": "scene VARCHAR, n INTEGER, path VARCHAR, digest VARCHAR",
}  # fmt: skip


class Clip(NamedTuple):
    """A clip that recordings of a kind of scene refer to."""

    scene: str
    path: str
    digest: str
    faulty: bool


class Spec(NamedTuple):
    """What is to be built."""

    first: dt.date
    last: dt.date
    seed: int
    scale: float
    out: Path
    kinds: tuple[str, ...]
    """Kinds of misconduct planted; none of them gives an honest province."""
    strength: float = 1.0
    """Factor on the strength of every kind."""
    clips: tuple[Clip, ...] = ()
    """What recordings and body-camera files show; without any, they name no media."""

    @property
    def days(self) -> list[dt.date]:
        """The days, in order."""
        return [self.first + ONE_DAY * number for number in range((self.last - self.first).days + 1)]


class Made(NamedTuple):
    """What one day came to."""

    day: dt.date
    rows: dict[str, int]
    planted: dict[str, int]


def facts() -> list[str]:
    """Return the facts the province reports, alphabetical: every contract that a statement makes a table for."""
    made = {section.table for name in FILES for section in statements.sections(name)}
    return sorted(made & set(contracts.contracts()))


def open_world(spec: Spec) -> duckdb.DuckDBPyConnection:
    """Return a connection with the macros, the standing tables and the actors of the misconduct."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "preserve_insertion_order": True})
    connection.execute("SET enable_progress_bar = false")  # it would be drawn on standard output
    fixed: Sites = sites(spec.first)
    _set(connection, "seed", spec.seed)
    _set(connection, "scale", spec.scale)
    _set(connection, "first", spec.first)
    _set(connection, "yearly", round(YEARLY * max(spec.scale, 0.01)))
    _set(
        connection,
        "divisions",
        sorted({*(one.division for one in fixed.offices), *(one.division for one in fixed.counties)})[:60],
    )
    connection.execute(statements.text("numbers.sql"))
    for table, rows in (("office", fixed.offices), ("county", fixed.counties), ("exam_site", fixed.exam_sites)):
        _fill(connection, table, rows)
    _fill(connection, "clip_slot", clip_slots(spec.clips))
    for section in statements.sections("world.sql"):
        connection.execute(f"CREATE TABLE {section.table} AS {section.sql}")
    misconduct.cast(connection, spec.kinds)
    return connection


def inspection_agencies(spec: Spec) -> list[tuple[str, str, int, int]]:
    """Return code, capacity key, number within its office and lines of every inspection agency (检验机构)."""
    with open_world(spec) as connection:
        return connection.execute(
            "SELECT code, capacity, CAST(right(code, 2) AS INTEGER), lines FROM agency ORDER BY code"
        ).fetchall()


def clip_slots(clips: tuple[Clip, ...]) -> list[tuple[str, int, str, str]]:
    """Return which clip each of a hundred recordings of a scene shows: every faulty one once, sound ones the rest."""
    rows = []
    for scene in sorted({clip.scene for clip in clips}):
        faulty = [clip for clip in clips if clip.scene == scene and clip.faulty]
        sound = [clip for clip in clips if clip.scene == scene and not clip.faulty]
        for slot in range(100):
            clip = faulty[slot] if slot < len(faulty) else sound[slot % len(sound)]
            rows.append((scene, slot, clip.path, clip.digest))
    return rows


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    connection.execute(f"CREATE TABLE {table} ({FIXED[table]})")
    if rows:
        places = ", ".join("?" for _ in rows[0])
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def _set(connection: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    cast = "$value::BIGINT" if isinstance(value, int) and not isinstance(value, bool) else "$value"
    connection.execute(f"SET VARIABLE {name} = {cast}", {"value": value})


def make_day(connection: duckdb.DuckDBPyConnection, spec: Spec, day: dt.date) -> Made:
    """Make all facts of a day, plant what is due, write one Parquet file a fact; files appear whole or not at all."""
    workdays = volumes.calendar([day, day - 3 * ONE_DAY])
    today = volumes.volume(day, spec.scale, workdays)
    before = [volumes.volume(day - number * ONE_DAY, spec.scale, workdays) for number in range(4)]
    _set(connection, "day", day)
    _set(connection, "day_no", (day - EPOCH).days)
    _set(connection, "workday", today.workday)
    _set(connection, "winter", today.winter)
    _set(connection, "winters", [one.winter for one in before])
    _set(connection, "n_inspections", [one.rows["inspection"] for one in before])
    for stem, number in today.rows.items():
        _set(connection, f"n_{stem}", number)
    misconduct.clear(connection)
    due = misconduct.due(spec.kinds, spec.first, spec.last, day)
    for name in FILES:
        for section in statements.sections(name):
            if section.finishes:
                connection.execute(section.sql)
            else:
                connection.execute(f"CREATE OR REPLACE TABLE {section.table} AS {section.sql}")
                misconduct.plant(connection, due, section.table, spec.strength)
    rows = {fact: _write(connection, spec.out / fact, fact, day) for fact in facts()}
    planted = misconduct.write_records(connection, spec.out / "truth", day)
    return Made(day, {fact: count for fact, count in rows.items() if count}, planted)


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, fact: str, day: dt.date) -> int:
    """Write the rows of a fact under its contract's names and types; nothing when there are none."""
    has = {row[0] for row in connection.execute(f"DESCRIBE {fact}").fetchall()}
    columns = ", ".join(
        f'CAST({f"{chr(34)}{name}{chr(34)}" if name in has else "NULL"} AS {column.sql_type}) AS "{name}"'
        for name, column in contracts.contract(fact).columns.items()
    )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{day}.parquet"
    partial = target.with_suffix(".partial")
    written = connection.execute(
        f"COPY (SELECT {columns} FROM {fact}) TO '{partial}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1,"
        f" KV_METADATA {{{MARK}: '{NOTE}', fact: '{fact}', version: '{VERSION}'}})"
    ).fetchone()
    count = int(written[0]) if written else 0
    if count:
        partial.replace(target)
    else:
        partial.unlink()
    return count
