"""The catalogue (目录): facts as DuckDB relations of current records, for detectors, populations and pages."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import duckdb

from jianguan.facts import lake, places
from jianguan.facts.contract import Contract, contract
from jianguan.facts.validate import CONFLICT, MARKS, literal, name

NONE = "false"


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

    Columns: those of the contract (personal identifiers as pseudonyms), ``day``, ``_marks`` (names of the rules that
    mark the row, or NULL), ``_batch``. A column that is younger than a row is empty there. With ``all_`` the superseded
    records too, and those that conflict with another source's, which carry the mark CONFLICT.
    """
    found = contract(fact)
    table = lake.Table(folder, found)
    files = table.files(first, last, version)
    if not files:
        return f"SELECT * FROM {lake.empty(found)}"
    rows = f"(SELECT * FROM {lake.empty(found)} UNION ALL BY NAME SELECT * FROM {lake.read(files)})"
    superseded = _marked(table, lake.SUPERSEDED, version, "fact._batch < mark._batch")
    conflict = _marked(table, lake.CONFLICTS, version, "fact._batch = mark._batch")
    if not all_:
        return f"SELECT * FROM {rows} AS fact WHERE NOT {superseded} AND NOT {conflict}"
    if conflict == NONE:
        return f"SELECT * FROM {rows}"
    marks = (
        f"CASE WHEN {conflict} THEN concat_ws(',', fact.{name(MARKS)}, {literal(CONFLICT)}) ELSE fact.{name(MARKS)} END"
    )
    return f"SELECT fact.* REPLACE ({marks} AS {name(MARKS)}) FROM {rows} AS fact"


def _marked(table: lake.Table, kind: str, version: int | None, when: str) -> str:
    """SQL condition that a file of marks of one kind names the record of ``fact``."""
    if not (files := table.marks(version, kind)):
        return NONE
    same = " AND ".join(f"mark.{name(key)} = fact.{name(key)}" for key in table.contract.key)
    return f"EXISTS (SELECT 1 FROM read_parquet([{', '.join(map(literal, files))}]) AS mark WHERE {same} AND {when})"


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


Version = dict[str, object]


def versions(connection: duckdb.DuckDBPyConnection, folder: Path, about: Contract, key: Sequence[str]) -> list[Version]:
    """Return every version of a record, the latest first: its columns, ``day``, ``_marks`` and ``_batch``.

    ``key``: its values in the clear, in the order of the contract's key. Personal values come as pseudonyms.
    Raises ValueError when their number is another.
    """
    if len(key) != len(about.key):
        labels = "、".join(about.columns[one].label for one in about.key)
        raise ValueError(f"{about.label}的主键为 {labels}，须逐项写出")
    keys = places.secret()
    given = zip(about.key, key, strict=True)
    values = [literal(keys.of(one) if about.columns[of].pseudonymous else one) for of, one in given]
    same = " AND ".join(f"CAST({name(of)} AS VARCHAR) = {value}" for of, value in zip(about.key, values, strict=True))
    everything = select(folder, about.name, None, None, all_=True)
    cursor = connection.execute(f"SELECT * FROM ({everything}) WHERE {same} ORDER BY _batch DESC")
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


Marked = tuple[dt.date, tuple[object, ...], object, list[str]]


def marked_rows(
    connection: duckdb.DuckDBPyConnection, folder: Path, about: Contract, batch: int, *, start: int, most: int
) -> list[Marked]:
    """Return rows of a batch that carry marks, superseded ones too: day, key, site, names of the rules."""
    everything = select(folder, about.name, None, None, all_=True)
    keys = ", ".join(map(name, about.key))
    found = connection.execute(
        f"SELECT day, {name(about.site)}, {name(MARKS)}, {keys} FROM ({everything})"
        f" WHERE _batch = {int(batch)} AND {name(MARKS)} IS NOT NULL ORDER BY day, {keys}"
        f" LIMIT {int(most)} OFFSET {int(start)}"
    ).fetchall()
    return [(day, tuple(key), site, marks.split(",")) for day, site, marks, *key in found]
