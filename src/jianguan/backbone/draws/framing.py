"""Read a frame from the lake: one DuckDB query a kind for all capacities, streamed by capacity."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.agencies.models import AgencyCode, Capacity, CapacityLevel
from jianguan.backbone.draws.frames import Frame
from jianguan.backbone.draws.rules import about_digest
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import permissions_of, roles
from jianguan.backbone.rules import queries as rulebook
from jianguan.backbone.subjects.models import Subject
from jianguan.engines.draw import Record
from jianguan.facts import catalogue, ingest, lake, places
from jianguan.facts.contract import codes, contract
from jianguan.kit.clock import CHINA

BLOCK = 2000
UNKNOWN_PLACE = "未登记场所"
Versions = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Member:
    """A record of a population: its line in the manifest, who did it, and what is shown beside it."""

    record: Record
    doers: tuple[str, ...]
    about: Mapping[str, Any]


def versions(facts: Iterable[str]) -> dict[str, int]:
    """The present version of the table of each fact; facts that never came are left out."""
    tables = {fact: lake.Table(places.lake(), contract(fact)) for fact in facts}
    return {fact: table.open().version() for fact, table in tables.items() if table.exists}


@contextmanager
def opened(day: dt.date) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection that knows places, areas, staff and the chain of superiors of a day."""
    with ingest.scratch_folder() as scratch, lake.engine(scratch) as duck:
        _fill(
            duck,
            "place",
            ("code", "name", "kind", "capacity"),
            Subject.objects.filter(valid__contains=day).values_list("code", "name", "kind", "capacity__key"),
        )
        keys = dict(Capacity.objects.values_list("pk", "key"))
        chains = {keys[pk]: [keys[one] for one in path] for pk, path in rulebook.chains(day).items()}
        _fill(duck, "chain", ("capacity", "unit"), ((one, above) for one, path in chains.items() for above in path))
        names = {one.key: one.agency.short for one in agencies_of(day)}
        _fill(duck, "area", ("capacity", "area", "area_name"), _areas(chains, names))
        _fill(duck, "division", ("code", "capacity"), _divisions(day))
        _fill(duck, "staff", ("number", "capacity"), ((one[0], one[1]) for one in reviewers(day)))
        yield duck


def agencies_of(day: dt.date) -> list[Capacity]:
    """The capacities of a day with their agencies."""
    return [branch.capacity for branch in agencies.tree(day)]


def reviewers(day: dt.date) -> list[tuple[str, str, int]]:
    """Who may look at drawn records on a day: number (警号), key of the capacity, appointment."""
    looking = [role for role in roles() if Permission.CHECK_RECORD in permissions_of(role)]
    return list(
        Appointment.objects.filter(valid__contains=day, post__role__in=looking)
        .order_by("person__number", "pk")
        .values_list("person__number", "capacity__key", "pk")
    )


def members(
    duck: duckdb.DuckDBPyConnection,
    frame: Frame,
    day: dt.date,
    *,
    units: Iterable[str],
    at: Versions | None = None,
    only: Iterable[tuple[str, str]] | None = None,
    without: Iterable[tuple[str, str]] = (),
) -> Iterator[tuple[str, Iterator[Member]]]:
    """Yield the members of each of the ``units`` (keys of capacities) that has any, by capacity.

    ``at``: versions of the lake; ``only`` and ``without``: pairs of capacity and member to keep or to leave out.
    Each group must be used up before the next is asked for.
    """
    _view(duck, frame, day, at)
    _fill(duck, "wanted", ("unit",), ((one,) for one in units))
    _fill(duck, "known", ("unit", "id"), without)
    picked = ""
    if only is not None:
        _fill(duck, "picked", ("unit", "id"), only)
        picked = "SEMI JOIN picked USING (unit, id)"
    cursor = duck.execute(
        f"""
        WITH frame AS ({frame.sql.read_text(encoding="utf-8")}), placed AS (
            SELECT c.unit, f.* EXCLUDE (capacity) FROM frame f
            JOIN chain c ON c.capacity = f.capacity SEMI JOIN wanted w ON w.unit = c.unit
        )
        SELECT * FROM placed {picked} ANTI JOIN known USING (unit, id)
        QUALIFY row_number() OVER (PARTITION BY unit, id ORDER BY happened_at) = 1
        ORDER BY unit, id
        """  # noqa: S608 - registered by domains, no words of users
    )
    names = [column[0] for column in cursor.description or ()]
    for unit, rows in itertools.groupby(_rows(cursor, names), key=lambda row: str(row["unit"])):
        yield unit, (_member(frame, day, row) for row in rows)


def unowned(
    duck: duckdb.DuckDBPyConnection, frame: Frame, day: dt.date, *, units: Iterable[str], at: Versions | None = None
) -> dict[str, int]:
    """How many records of a frame none of the ``units`` answers for, by place: their place or unit is not known."""
    _view(duck, frame, day, at)
    _fill(duck, "wanted", ("unit",), ((one,) for one in units))
    return dict(
        duck.execute(
            f"""
            WITH frame AS ({frame.sql.read_text(encoding="utf-8")}), answered AS (
                SELECT DISTINCT c.capacity FROM chain c SEMI JOIN wanted w ON w.unit = c.unit
            )
            SELECT coalesce(f.site, ?), count(DISTINCT f.id) FROM frame f ANTI JOIN answered a USING (capacity)
            GROUP BY 1 ORDER BY 2 DESC, 1
            """,  # noqa: S608 - registered by domains, no words of users
            [UNKNOWN_PLACE],
        ).fetchall()
    )


def _view(duck: duckdb.DuckDBPyConnection, frame: Frame, day: dt.date, at: Versions | None) -> None:
    for fact in (*frame.facts, *frame.beside):
        sql = catalogue.select(places.lake(), fact, day, day, (at or {}).get(fact))
        duck.execute(f"CREATE OR REPLACE TEMP VIEW {fact} AS {sql}")


def _rows(cursor: duckdb.DuckDBPyConnection, names: list[str]) -> Iterator[dict[str, Any]]:
    while block := cursor.fetchmany(BLOCK):
        for row in block:
            yield dict(zip(names, row, strict=True))


def _member(frame: Frame, day: dt.date, row: dict[str, Any]) -> Member:
    site = row["site"] or UNKNOWN_PLACE
    happened = row["happened_at"] or dt.datetime.combine(day, dt.time())
    about: dict[str, Any] = {"summary": _said(frame.fact, row["said"] or {})}
    about["persons"] = _labelled(frame.fact, row["persons"] or {})
    about["recordings"] = [_plain(one) for one in row["recordings"] or ()]
    labels = codes()[frame.photo_code].entries if frame.photo_code else {}
    about["photos"] = [_plain(one) for one in row["photos"] or ()]
    for photo in about["photos"]:
        if (label := photo.get("label")) in labels:
            photo["label"] = labels[label].label
    missing = frame.recorded and not about["recordings"]
    record = Record(
        id=row["id"],
        stratum=row["stratum"] or site,
        site=site,
        unit=row["unit"],
        happened_at=happened.replace(tzinfo=CHINA),
        media="-" if missing else about_digest(about),
        weight=row["weight"],
        mandatory=bool(row["mandatory"]),
    )
    return Member(record, tuple(one for one in row["doers"] or () if one), about)


def _said(fact: str, values: Mapping[str, Any]) -> list[list[str]]:
    """Columns as [label, words], in the order of the frame: labels of the contract, codes by their table, no gaps."""
    if not fact:
        return [[label, _text(value)] for label, value in values.items() if value is not None]
    found, columns = [], contract(fact).columns
    for name, value in values.items():
        if value is None:
            continue
        column = columns.get(name)
        entries = codes()[column.code].entries if column and column.code else {}
        text = entries[str(value)].label if str(value) in entries else _text(value)
        said = f"{text} {column.unit}" if column and column.unit else text
        found.append([column.label if column else name, said])
    return found


def _labelled(fact: str, values: Mapping[str, Any]) -> dict[str, str]:
    columns = contract(fact).columns if fact else {}
    return {columns[name].label if name in columns else name: value for name, value in values.items() if value}


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(one) if isinstance(one, dt.datetime) else one for name, one in value.items() if one is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _areas(chains: Mapping[str, list[str]], names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for one, path in chains.items():
        city = next((above for above in path if above.endswith("@CITY")), one)
        yield one, city, names.get(city, city)


def _divisions(day: dt.date) -> Iterator[tuple[str, str]]:
    counties = Capacity.objects.filter(level=CapacityLevel.COUNTY, valid__contains=day)
    agency = dict(counties.values_list("agency_id", "key"))
    known = AgencyCode.objects.filter(valid__contains=day, agency__in=agency)
    for agency_id, code in known.values_list("agency_id", "code"):
        yield code, agency[agency_id]


def _fill(
    duck: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    listed = list(rows)
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({', '.join(f'{one} VARCHAR' for one in columns)})")
    if listed:
        lists = [list(column) for column in zip(*listed, strict=True)]
        duck.execute(f"INSERT INTO {table} SELECT {', '.join('unnest(?)' for _ in columns)}", lists)
