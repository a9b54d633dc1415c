"""Large files in bounded memory: persons counted in parts, rows written day by day.

With all days open at once, or all persons of a file in one hash table, DuckDB's memory grows with the file.
"""

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
    connection.execute(f"COPY ({rows}) TO {literal(whole)} (FORMAT parquet, COMPRESSION lz4)")
    shutil.rmtree(target)
    days = connection.execute(f"SELECT DISTINCT day FROM read_parquet({literal(whole)}) ORDER BY day").fetchall()
    files = []
    for (day,) in days:
        path = target / f"day={day}" / "data_0.parquet"
        path.parent.mkdir(parents=True)
        one = f"SELECT * EXCLUDE (day) FROM read_parquet({literal(whole)}) WHERE day = DATE '{day}'"
        files += connection.execute(f"COPY ({one}) TO {literal(path)} ({form}, RETURN_STATS)").fetchall()
    whole.unlink()
    return files
