"""Which records a batch supersedes, and with which it conflicts: written down beside the lake, key by key."""

from collections.abc import Collection
from pathlib import Path

import duckdb

from jianguan.facts.lake import CONFLICTS, SUPERSEDED, Table, read
from jianguan.facts.validate import literal, name


def remember(connection: duckdb.DuckDBPyConnection, mine: Collection[int]) -> None:
    """Put ids of batches into the table ``mine``."""
    connection.execute("CREATE OR REPLACE TEMP TABLE mine AS SELECT unnest(?::BIGINT[]) AS _batch", [list(mine)])


def outdated(connection: duckdb.DuckDBPyConnection, table: Table, batch: int, mine: Collection[int]) -> bool:
    """Return whether one of the batches ``mine`` has superseded a record of a batch."""
    files, marks = table.files(None, None), table.marks()
    if not files or not marks:
        return False
    remember(connection, mine)
    same = " AND ".join(f"mark.{name(key)} = fact.{name(key)}" for key in table.contract.key)
    found = connection.execute(
        f"SELECT 1 FROM {read(files)} AS fact SEMI JOIN (SELECT * FROM read_parquet([{', '.join(map(literal, marks))}])"
        f" SEMI JOIN mine USING (_batch) WHERE _batch > {batch}) AS mark ON {same}"
        f" WHERE fact._batch = {batch} LIMIT 1"
    )
    return found.fetchone() is not None


def mark_held(  # noqa: PLR0917 - one caller
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    files: list[str],
    batch: int,
    batch_name: str,
    mine: Collection[int],
    own: Collection[int],
) -> tuple[int, int, list[tuple[str, str, int]]]:
    """Write down the keys of a batch that older batches hold already; return how many it supersedes and conflicts with.

    Records of the batches ``mine`` are superseded; ``own`` are those of the same source. Where another batch's record
    stands, the new one is a conflict: it is kept, and the record that stands stays current. Both marks count for
    readers only once the batch is committed. Returned by day as well: conflicts, and records of its own source that it
    supersedes, on the day of the older one.
    """
    if not (older := table.files(None, None)):
        return 0, 0, []
    remember(connection, mine)
    connection.execute("CREATE OR REPLACE TEMP TABLE own AS SELECT unnest(?::BIGINT[]) AS _batch", [list(own)])
    keys = ", ".join(f"old.{name(key)}" for key in table.contract.key)
    same = " AND ".join(f"new.{name(key)} = old.{name(key)}" for key in table.contract.key)
    aside = ""
    if conflicts := table.marks(kind=CONFLICTS):
        listed = ", ".join(map(literal, conflicts))
        its = " AND ".join(f"c.{name(key)} = old.{name(key)}" for key in table.contract.key)
        aside = f" ANTI JOIN read_parquet([{listed}]) AS c ON {its} AND c._batch = old._batch"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE held AS SELECT {keys}, bool_and(mine._batch IS NOT NULL) AS ours,"
        " max_by(old.day, old._batch) FILTER (own._batch IS NOT NULL) AS _day"
        f" FROM {read(older)} AS old SEMI JOIN {read(files)} AS new ON {same}{aside}"
        f" LEFT JOIN mine ON mine._batch = old._batch"
        f" LEFT JOIN own ON own._batch = old._batch GROUP BY {keys}"
    )
    ours = _write_marks(connection, table.folder / SUPERSEDED / f"{batch_name}.parquet", batch, "ours")
    theirs = _write_marks(connection, table.folder / CONFLICTS / f"{batch_name}.parquet", batch, "NOT ours")
    listed = ", ".join(map(name, table.contract.key))
    by_day = connection.execute(
        "SELECT 'superseding', CAST(_day AS VARCHAR), count(*) FROM held WHERE ours AND _day IS NOT NULL GROUP BY ALL"
        " UNION ALL SELECT 'conflicting', CAST(day AS VARCHAR), count(*)"
        f" FROM {read(files)} SEMI JOIN (SELECT {listed} FROM held WHERE NOT ours) USING ({listed}) GROUP BY ALL"
    ).fetchall()
    return ours, theirs, by_day


def _write_marks(connection: duckdb.DuckDBPyConnection, target: Path, batch: int, which: str) -> int:
    """Write the keys of the table ``held`` that are ``which`` to a file, unless there is none; return how many."""
    row = connection.execute(f"SELECT count(*) FROM held WHERE {which}").fetchone()
    if not row or not row[0]:
        return 0
    target.parent.mkdir(exist_ok=True)
    marks = f"SELECT * EXCLUDE (ours, _day), CAST({batch} AS BIGINT) AS _batch FROM held WHERE {which}"
    connection.execute(f"COPY ({marks}) TO {literal(target)} (FORMAT parquet, COMPRESSION zstd)")
    return int(row[0])
