"""Planted misconduct: each kind is a few lines of a file in ``kinds/``, laid over the honest day.

A kind names its actors (a query over the standing world), the table after which it acts, which records it touches and
what it does to them. Everything it touches is noted in the table ``planted`` and written beside the facts.
"""

import datetime as dt
import functools
import json
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from jianguan.demo.province import statements


class Kind(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One kind of misconduct."""

    kind: str
    label: str
    basis: list[str]
    """Rules of the catalogue it is a case of (E01 … S03)."""
    fact: str
    """The fact whose records are named in the truth."""
    find: str
    """How a reader recognises it, in one Chinese sentence."""
    start: float = 0.2
    """Share of the built period that stays honest first."""
    strength: float = 1.0
    """Chance that an occasion is used."""
    after: str
    """The table of the day after whose making it acts."""
    actors: str
    """Query over the standing world; its rows are the table ``actor_<kind>``."""
    records: str
    """Query of the day's records touched, one column; may use ``$strength``; its rows are the table ``touched``."""
    acts: list[str] = []
    """Statements that change the day's tables, in order; may use ``touched``."""


@functools.cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by name."""
    files = sorted((statements.FOLDER / "kinds").iterdir(), key=lambda file: file.name)
    groups = [msgspec.yaml.decode(file.read_bytes(), type=list[Kind]) for file in files]
    return {one.kind: one for group in groups for one in group}


def start_of(kind: Kind, first: dt.date, last: dt.date) -> dt.date:
    """Return the first day on which a kind acts when ``first`` to ``last`` are built."""
    return first + dt.timedelta(days=int(kind.start * ((last - first).days + 1)))


def due(names: tuple[str, ...], first: dt.date, last: dt.date, day: dt.date) -> list[Kind]:
    """Return the kinds that act on a day."""
    return [kinds()[name] for name in names if start_of(kinds()[name], first, last) <= day]


def cast(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Choose the actors of every kind; the same for a seed and scale whatever else is planted."""
    connection.execute("CREATE TABLE planted (kind VARCHAR, fact VARCHAR, record VARCHAR)")
    for name in names:
        connection.execute(f"CREATE TABLE actor_{name} AS {kinds()[name].actors}")


def actors(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """Return the chosen actors of a kind, a row each."""
    result = connection.execute(f"SELECT * FROM actor_{name}")
    columns = [column[0] for column in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what was planted on the day before."""
    connection.execute("DELETE FROM planted")


def plant(connection: duckdb.DuckDBPyConnection, acting: list[Kind], table: str, factor: float) -> None:
    """Let the kinds that act after ``table`` do so."""
    for kind in acting:
        if kind.after != table:
            continue
        strength = min(1.0, kind.strength * factor)
        records = kind.records.replace("$strength", str(strength))
        connection.execute(f"CREATE OR REPLACE TABLE touched AS SELECT DISTINCT record FROM ({records}) q(record)")
        for act in kind.acts:
            connection.execute(act)
        connection.execute(
            "INSERT INTO planted SELECT ?, ?, record FROM touched ORDER BY record", [kind.kind, kind.fact]
        )


def write_records(connection: duckdb.DuckDBPyConnection, folder: Path, day: dt.date) -> dict[str, int]:
    """Write the records planted today as Parquet and return how many there are of each kind."""
    counts = dict(connection.execute("SELECT kind, count(*) FROM planted GROUP BY kind ORDER BY kind").fetchall())
    if counts:
        folder.mkdir(parents=True, exist_ok=True)
        connection.execute(
            f"COPY (SELECT * FROM planted ORDER BY ALL) TO '{folder / f'{day}.parquet'}' (FORMAT parquet)"
        )
    return counts


def truth(
    connection: duckdb.DuckDBPyConnection,
    names: tuple[str, ...],
    first: dt.date,
    last: dt.date,
    *,
    strength: float,
    counts: dict[str, int],
) -> list[dict[str, object]]:
    """Return what ``truth.json`` says of every planted kind."""
    return [
        {
            "kind": name,
            "label": kinds()[name].label,
            "basis": kinds()[name].basis,
            "fact": kinds()[name].fact,
            "start": start_of(kinds()[name], first, last).isoformat(),
            "strength": min(1.0, kinds()[name].strength * strength),
            "size": counts.get(name, 0),
            "actors": json.loads(json.dumps(actors(connection, name), ensure_ascii=False, default=str)),
            "find": kinds()[name].find,
            "records": f"truth/*.parquet WHERE kind = '{name}'",
        }
        for name in names
    ]
