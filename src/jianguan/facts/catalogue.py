"""The catalogue (目录): facts as DuckDB relations of current records, for detectors, populations and pages."""

import datetime as dt
from pathlib import Path

import duckdb

from jianguan.facts import lake
from jianguan.facts.contract import contract
from jianguan.facts.validate import literal, name


def select(
    folder: Path,
    fact: str,
    first: dt.date | None,
    last: dt.date | None,
    version: int | None = None,
    *,
    all_: bool = False,
) -> str:
    """Return SQL of the current records of a fact on days ``first`` to ``last``.

    Columns: those of the contract (personal identifiers as pseudonyms), ``day``, ``_batch``. With ``all_`` the
    superseded records too.
    """
    found = contract(fact)
    table = lake.Table(folder, found)
    files = table.files(first, last, version)
    if not files:
        return f"SELECT * FROM {lake.empty(found)}"
    marks = [] if all_ else table.marks(version)
    if not marks:
        return f"SELECT * FROM {lake.read(files)}"
    listed = ", ".join(map(literal, marks))
    same = " AND ".join(f"mark.{name(key)} = fact.{name(key)}" for key in found.key)
    return (
        f"SELECT * FROM {lake.read(files)} AS fact WHERE NOT EXISTS"
        f" (SELECT 1 FROM read_parquet([{listed}]) AS mark WHERE {same} AND fact._batch < mark._batch)"
    )


def relation(  # noqa: PLR0917 - the order every caller writes
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    fact: str,
    first: dt.date | None = None,
    last: dt.date | None = None,
    as_of_version: int | None = None,
) -> duckdb.DuckDBPyRelation:
    """Return the current records of a fact on days ``first`` to ``last``, or as they stood at a version of its table.

    Raises LookupError when there is no such fact.
    """
    return connection.sql(select(folder, fact, first, last, as_of_version))
