"""What a source reports at a moment (合成数据): rows known by then; a few days late, lost or with rows in disorder.

Pure: what goes wrong follows from a checksum of the fact and the day, never from chance.
"""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import duckdb

from jianguan.demo.marks import mark
from jianguan.facts.contract import Contract, Kind, contract
from jianguan.facts.validate import literal, name

ONE_DAY = dt.timedelta(days=1)
NIGHTLY = dt.time(1, 30)
"""When the systems begin to send what the day before brought."""
GAPS, LATE, DISORDER = 1, 2, 3
"""Days in a hundred that never came, came late, came with rows in disorder."""
BROKEN = 9
"""Rows in disorder of such a day."""
KNOWN_LATELY = 3
"""Of what the review works on, the latest days have come."""
REVIEWED = frozenset({
    "body_camera_file", "business_step", "channel", "exam", "exam_item", "inspection", "learning_session",
    "licensing_business", "recording_segment", "vehicle_check",
})  # fmt: skip
IN_DISORDER = frozenset({
    "body_camera_file", "exam", "exam_photo", "inspection", "inspection_item", "learning_session", "licensing_business",
    "vehicle_check", "violation",
})  # fmt: skip
LATER = {
    "inspection": ("reviewed_at", ("review_started_at", "reviewed_at", "decision", "reject_reason")),
    "licensing_business": ("archived_at", ("archived_at", "archive_state")),
}
"""What is added to a record later: when, and the columns that are empty before."""
NOT_YET = {"archive_state": "'0'"}


class Window(NamedTuple):
    """Days asked for, and the moments between which their rows became known; naive, local time."""

    days: tuple[dt.date, ...]
    since: dt.datetime | None
    until: dt.datetime


def lost(fact: str, day: dt.date, today: dt.date) -> bool:
    """Return whether the day never comes."""
    lately = fact in REVIEWED and (today - day).days <= KNOWN_LATELY
    return contract(fact).cadence == "daily" and day < today and mark(fact, day, "gap") < GAPS and not lately


def in_disorder(folder: Path, fact: str, day: dt.date, today: dt.date) -> bool:
    """Return whether some rows of the day are wrong; a day without rows has none."""
    chosen = fact in IN_DISORDER and day < today and mark(fact, day, "disorder") < DISORDER
    return chosen and bool(_files(folder, fact, (day,)))


def arrived(fact: str, day: dt.date) -> dt.datetime:
    """Return when the day comes: in the night after it, some hours past the time limit when late; naive."""
    night = dt.datetime.combine(day + ONE_DAY, NIGHTLY) + dt.timedelta(minutes=mark(fact, day, "minute") * 2)
    late = mark(fact, day, "late")
    return night + dt.timedelta(hours=14 + late * 9) if late < LATE else night


def write(folder: Path, fact: str, window: Window, target: Path) -> list[dt.date]:
    """Write what a source reports of a window as one Parquet file; return the days that have rows."""
    found = contract(fact)
    files = _files(folder, fact, window.days)
    with duckdb.connect(config={"threads": 1, "memory_limit": "400MB"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        sql = _select(folder, found, files, window) if files else _nothing(found)
        connection.execute(f"COPY ({sql}) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
        days = connection.execute(f"SELECT DISTINCT CAST({name(found.day)} AS DATE) FROM {literal(target)}").fetchall()
    return sorted(day for (day,) in days)


def write_disorder(folder: Path, fact: str, day: dt.date, target: Path) -> None:
    """Write a day as CSV with Chinese headers; nine more rows have an impossible date, no key, or stand there twice."""
    found = contract(fact)
    key, when = found.key[0], found.day
    texts = ", ".join(f"CAST({name(one)} AS VARCHAR) AS {name(one)}" for one in found.columns)
    labels = ", ".join(f"{name(one)} AS {name(column.label)}" for one, column in found.columns.items())
    source = f"(SELECT {texts} FROM {literal(folder / fact / f'{day}.parquet')} ORDER BY {name(key)})"
    third = BROKEN // 3
    impossible = literal(f"{day:%Y}-02-30 08:00:00")
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(
            f"COPY (SELECT {labels} FROM (FROM {source} UNION ALL"
            f" (SELECT * REPLACE ({impossible} AS {name(when)}) FROM {source} LIMIT {third}) UNION ALL"
            f" (SELECT * REPLACE ('' AS {name(key)}) FROM {source} LIMIT {third}) UNION ALL"
            f" (FROM {source} LIMIT {third}))) TO {literal(target)} (HEADER)"
        )


def _files(folder: Path, fact: str, days: tuple[dt.date, ...]) -> list[Path]:
    named = [folder / fact / f"{day}.parquet" for day in days]
    return [path for path in named if path.exists()]


def _read(files: list[Path]) -> str:
    return f"read_parquet([{', '.join(map(literal, files))}])"


def _nothing(found: Contract) -> str:
    columns = ", ".join(f"CAST(NULL AS {column.sql_type}) AS {name(key)}" for key, column in found.columns.items())
    return f"SELECT {columns} WHERE false"


def _select(folder: Path, found: Contract, files: list[Path], window: Window) -> str:
    """SQL of the rows that became known within the window."""
    parent = contract(found.parent) if found.parent else None
    if parent and parent.columns[parent.day].kind is Kind.TIMESTAMP:
        if not (elders := _files(folder, parent.name, window.days)):
            return _nothing(found)
        same = ", ".join(name(key) for key in parent.key if key in found.columns)
        known = f"SELECT {same} FROM {_read(elders)} WHERE {_within(_known_at(parent), window)}"
        return f"SELECT * FROM {_read(files)} SEMI JOIN ({known}) USING ({same})"
    rows = f"SELECT * FROM {_read(files)} WHERE {_within(_known_at(found), window)}"
    if found.name not in LATER:
        return rows
    moment, columns = LATER[found.name]
    ahead = f"{name(moment)} > {literal(window.until)}"
    hidden = ", ".join(
        f"CASE WHEN {ahead} THEN {NOT_YET.get(key, 'NULL')} ELSE {name(key)} END AS {name(key)}" for key in columns
    )
    added = f" OR {_within(name(moment), window)}" if window.since else ""
    return f"SELECT * REPLACE ({hidden}) FROM {_read(files)} WHERE {_within(_known_at(found), window)}{added}"


def _within(moment: str, window: Window) -> str:
    after = f"{moment} > {literal(window.since)} AND " if window.since else ""
    return f"({after}{moment} <= {literal(window.until)})"


def _known_at(found: Contract) -> str:
    """SQL of the moment from which a record is known: uploaded, closed or ended; a recording from its start."""
    if found.name == "recording_segment":
        return name(found.day)
    ends = [key for key in ("uploaded_at", "closed_at", "ended_at") if key in found.columns]
    moment = name(found.day)
    if ends:
        moment = f"coalesce({', '.join(map(name, ends))}, {moment})"
    return f"CAST({moment} AS TIMESTAMP)"
