"""The lake (数据湖): one Delta table a fact, Parquet files partitioned by day, written by DuckDB, read by DuckDB.

A batch is staged as files in a folder of its own and becomes visible by one Delta commit that carries the batch's
name as an application transaction; without that commit its files do not exist for any reader.
"""

import datetime as dt
import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from deltalake import CommitProperties, DeltaTable, Field, Schema, Transaction
from deltalake.transaction import AddAction, RemoveAction

from jianguan.facts.contract import Contract, Kind
from jianguan.facts.validate import MARKS, literal, name
from jianguan.kit.clock import now

THREADS, MEMORY = 2, "500MB"
BATCH, DAY = "_batch", "day"
DELTA_TYPES = {
    Kind.BOOL: "boolean",
    Kind.DATE: "date",
    Kind.INT: "long",
    Kind.TEXT: "string",
    Kind.TIMESTAMP: "timestamp_ntz",
}
SUPERSEDED = "_superseded"
CONFLICTS = "_conflicts"
UNSORTED = "unsorted"
"""Folder, within a batch, of files too large to be sorted while they are taken in; compaction sorts them."""


@dataclass(frozen=True, slots=True)
class Added:
    """One file of a batch."""

    path: str
    """Relative to the table."""
    day: str
    rows: int
    bytes: int


@contextmanager
def engine(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB with threads and memory limited; what does not fit spills into ``scratch``."""
    scratch.mkdir(parents=True, exist_ok=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS,
        "memory_limit": MEMORY,
        "temp_directory": str(scratch),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'; SET enable_progress_bar = false")
        yield connection


class Table:
    """The Delta table of one contract, below the lake's folder."""

    def __init__(self, lake: Path, contract: Contract) -> None:
        self.contract = contract
        self.folder = lake / contract.name

    @property
    def exists(self) -> bool:
        """Whether anything was ever committed."""
        return (self.folder / "_delta_log").is_dir()

    def open(self, version: int | None = None) -> DeltaTable:
        """Open the table as it is, or as it was at a version."""
        return DeltaTable(self.folder, version=version)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the table alone: one writer at a time; a killed writer's lock falls with it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def schema(self) -> Schema:
        """Return the table's schema: the contract's columns as the lake keeps them, then day, marks and batch."""
        fields = []
        for key, column in self.contract.columns.items():
            decimal = f"decimal(18,{column.size})"
            fields.append(Field(key, _primitive(decimal if column.kind is Kind.DECIMAL else DELTA_TYPES[column.kind])))
        if "day" not in self.contract.columns:
            fields.append(Field(DAY, _primitive("date")))
        return Schema([*fields, Field(MARKS, _primitive("string")), Field(BATCH, _primitive("long"))])

    def committed(self, batch: str, table: DeltaTable | None = None) -> bool:
        """Return whether a batch's commit stands."""
        if not self.exists:
            return False
        return (table or self.open()).transaction_version(batch) is not None

    def commit(self, batch: str, files: list[Added], about: dict[str, str]) -> int:
        """Make the files of a batch visible at once; return the table's version.

        New columns of a newer contract are added to the table; rows of before read as empty there.
        """
        if not self.exists:
            DeltaTable.create(self.folder, self.schema(), partition_by=[DAY], mode="ignore", name=self.contract.name)
        table = self.open()
        known = {field.name for field in table.schema().fields}
        if new := [field for field in self.schema().fields if field.name not in known]:
            table.alter.add_columns(new)
        moment = int(now().timestamp() * 1000)
        actions: list[AddAction | RemoveAction] = [
            AddAction(file.path, file.bytes, {DAY: file.day}, moment, True, json.dumps({"numRecords": file.rows}))
            for file in files
        ]
        properties = CommitProperties(
            custom_metadata={"batch": batch, **about}, app_transactions=[Transaction(batch, 1)], max_commit_retries=5
        )
        table.create_write_transaction(actions, "append", self.schema(), [DAY], commit_properties=properties)
        return self.open().version()

    def replace(self, old: list[str], new: Added) -> None:
        """Put one file in the place of several that hold the same rows of one day, in one commit."""
        moment = int(now().timestamp() * 1000)
        stats = json.dumps({"numRecords": new.rows})
        actions: list[AddAction | RemoveAction] = [AddAction(new.path, new.bytes, {DAY: new.day}, moment, False, stats)]
        for path in old:
            below = str(Path(path).relative_to(self.folder))
            actions.append(RemoveAction(below, False, moment, partition_values={DAY: new.day}))
        self.open().create_write_transaction(actions, "append", self.schema(), [DAY])

    def discard(self, batch: str) -> None:
        """Remove what a batch staged that was never committed."""
        shutil.rmtree(self.folder / batch, ignore_errors=True)
        for kind in (SUPERSEDED, CONFLICTS):
            (self.folder / kind / f"{batch}.parquet").unlink(missing_ok=True)

    def files(self, first: dt.date | None, last: dt.date | None, version: int | None = None) -> list[str]:
        """Return the paths of the files that hold days ``first`` to ``last``, both included."""
        if not self.exists:
            return []
        filters = []
        if first:
            filters.append((DAY, ">=", first.isoformat()))
        if last:
            filters.append((DAY, "<=", last.isoformat()))
        return sorted(self.open(version).file_uris(file_pruning_predicate=filters or None))

    def marks(self, version: int | None = None, kind: str = SUPERSEDED) -> list[str]:
        """Return the files that name the keys newer batches have superseded, of batches that are committed.

        With ``kind`` CONFLICTS those that name the keys a batch brought although another source's record stands.
        """
        if not (folder := self.folder / kind).is_dir():
            return []
        table = self.open(version)
        return sorted(str(path) for path in folder.glob("*.parquet") if self.committed(path.stem, table))


def _primitive(kind: str) -> Any:
    from deltalake.schema import PrimitiveType  # noqa: PLC0415 - typed loosely by the library

    return PrimitiveType(kind)


def read(files: list[str]) -> str:
    """Return SQL that reads data files of a table, the day from their path."""
    listed = ", ".join(map(literal, files))
    return f"read_parquet([{listed}], hive_partitioning = true, hive_types = {{'day': DATE}}, union_by_name = true)"


def empty(contract: Contract) -> str:
    """Return SQL of a relation without rows and with the columns of a fact."""
    columns = [f"CAST(NULL AS {column.sql_type}) AS {name(key)}" for key, column in contract.columns.items()]
    if "day" not in contract.columns:
        columns.append("CAST(NULL AS DATE) AS day")
    columns.append(f"CAST(NULL AS VARCHAR) AS {name(MARKS)}")
    return f"(SELECT {', '.join(columns)}, CAST(NULL AS BIGINT) AS _batch WHERE false)"
