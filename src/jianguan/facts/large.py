"""Large files in bounded memory: persons counted in parts, rows written day by day.

With all days open at once, or all persons of a file in one hash table, DuckDB's memory grows with the file.
"""

import datetime as dt
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from jianguan.facts.validate import literal

TOGETHER = 2_000_000
"""Rows of a file whose days are written side by side; those of a larger one are written one after the other."""

AT_ONCE = 10_000_000
"""Values of a file that are made distinct together."""

DAYS = 32
"""Days that are picked out of the same rows, each by one look at all of them; more are picked in two steps."""

BETWEEN = "FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 20480"
"""Of rows that are read again day by day: each thread holds a group whole, with all of its columns."""


def parts(
    connection: duckdb.DuckDBPyConnection, values: str, scratch: Path, *, lines: int, width: int
) -> Iterator[str]:
    """Yield SQL of the column ``value`` of the SQL ``values`` in parts that share no value; a large file is read once.

    ``lines``: at most so many rows are read, each with ``width`` values.
    """
    if lines <= TOGETHER:
        yield values
        return
    whole = scratch / "values.parquet"
    connection.execute(f"COPY ({values}) TO {literal(whole)} (FORMAT parquet, COMPRESSION lz4)")
    count = 1 + lines * width // AT_ONCE
    for part in range(count):
        yield f"SELECT value FROM read_parquet({literal(whole)}) WHERE hash(value) % {count} = {part}"
    whole.unlink()


def write_days(
    connection: duckdb.DuckDBPyConnection, rows: str, scratch: Path, target: Path, form: str
) -> list[tuple[Any, ...]]:
    """Write what the SQL ``rows`` yields below ``target``, which is emptied, a folder a day, as COPY's ``form`` says.

    In one stream into ``scratch`` first, then every day out of that. Returns path, rows and bytes of each file first in
    a row, as DuckDB's RETURN_STATS does.
    """
    whole = scratch / "whole.parquet"
    connection.execute(f"COPY ({rows}) TO {literal(whole)} ({BETWEEN})")
    shutil.rmtree(target)
    days = _days(connection, whole)
    some = max(DAYS, math.isqrt(len(days)))
    files = []
    for first in range(0, len(days), some):
        group = days[first : first + some]
        part = whole
        if len(group) < len(days):
            part = scratch / "part.parquet"
            between = f"day BETWEEN DATE '{group[0]}' AND DATE '{group[-1]}'"
            connection.execute(
                f"COPY (FROM read_parquet({literal(whole)}) WHERE {between}) TO {literal(part)} ({BETWEEN})"
            )
        for day in group:
            path = target / f"day={day}" / "data_0.parquet"
            path.parent.mkdir(parents=True)
            one = f"SELECT * EXCLUDE (day) FROM read_parquet({literal(part)}) WHERE day = DATE '{day}'"
            files += connection.execute(f"COPY ({one}) TO {literal(path)} ({form}, RETURN_STATS)").fetchall()
        part.unlink()
    whole.unlink(missing_ok=True)
    return files


def _days(connection: duckdb.DuckDBPyConnection, whole: Path) -> list[dt.date]:
    found = connection.execute(f"SELECT DISTINCT day FROM read_parquet({literal(whole)}) ORDER BY day").fetchall()
    return [day for (day,) in found]
