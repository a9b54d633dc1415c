"""What is fixed together with the members before the seed is known: terms, sources to come, reviewers, recusals."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from jianguan.engines.draw import lines
from jianguan.engines.draw.lines import BadLine

FORMAT = "jianguan-manifest/1"
MILLION = 1_000_000
T = TypeVar("T")


class Role(StrEnum):
    """Who may hold a share of the seed: the checking office, the superior, the discipline office (纪检监察)."""

    CHECKING = "checking"
    DISCIPLINE = "discipline"
    SUPERIOR = "superior"


class Rounding(StrEnum):
    """Where a share is rounded up: once for the population, or in every stratum (only where a decision adopts it)."""

    POPULATION = "population"
    STRATUM = "stratum"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier part of the same day's population: its root, its size, how many were drawn at random and by risk."""

    root: str
    count: int
    floor: int
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The head of a manifest. Shares ``floor`` and ``priority`` are parts per million (50,000 = 5 %).

    ``previous``: root of the manifest before this one (the day before), 64 hex digits, or None for the first.
    ``commitments``: role → commitment made the day before. ``publics``: (name, issue) of public numbers still to come.
    ``beacons``: (chain, round) still to come. ``earlier``: the parts before this one; ``part`` counts from 1.
    ``overdue``: strata that must come up now. ``reviewers``: who may review. ``recusals``: (record id, person who did
    the business). ``interests``: (site, person with a declared interest there).
    """

    population: str
    capacity: str
    day: dt.date
    frozen_at: dt.datetime
    source: str
    floor: int
    priority: int = 0
    rounding: Rounding = Rounding.POPULATION
    part: int = 1
    previous: str | None = None
    commitments: Mapping[Role, str] = field(default_factory=lambda: MappingProxyType({}))
    publics: tuple[tuple[str, str], ...] = ()
    beacons: tuple[tuple[str, int], ...] = ()
    earlier: tuple[Earlier, ...] = ()
    overdue: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    recusals: tuple[tuple[str, str], ...] = ()
    interests: tuple[tuple[str, str], ...] = ()


def write(header: Header, count: int) -> list[bytes]:
    """Return the lines of the head, the line ``records`` last; raise BadLine. Lists are sorted, doubles refused."""
    single = [
        FORMAT,
        f"population\t{lines.field(header.population, 'population')}",
        f"capacity\t{lines.field(header.capacity, 'capacity')}",
        f"day\t{header.day.isoformat()}",
        f"part\t{header.part}",
        f"frozen-at\t{lines.moment(header.frozen_at)}",
        f"source\t{lines.field(header.source, 'source')}",
        f"previous\t{header.previous or '-'}",
        f"floor\t{header.floor}",
        f"priority\t{header.priority}",
        f"rounding\t{header.rounding.value}",
        *(f"earlier\t{one.root}\t{one.count}\t{one.floor}\t{one.priority}" for one in header.earlier),
    ]
    groups: list[Iterable[str]] = [
        (f"commitment\t{role.value}\t{digest}" for role, digest in header.commitments.items()),
        (f"public\t{lines.field(name, 'public')}\t{lines.field(issue, 'public')}" for name, issue in header.publics),
        (f"beacon\t{lines.field(chain, 'beacon')}\t{number}" for chain, number in header.beacons),
        (f"overdue\t{lines.field(stratum, 'overdue')}" for stratum in header.overdue),
        (f"reviewer\t{lines.field(person, 'reviewer')}" for person in header.reviewers),
        (f"recusal\t{lines.field(item, 'recusal')}\t{lines.field(who, 'recusal')}" for item, who in header.recusals),
        (
            f"interest\t{lines.field(site, 'interest')}\t{lines.field(who, 'interest')}"
            for site, who in header.interests
        ),
    ]
    encoded = [text.encode() for text in single]
    for group in groups:
        encoded += sorted(text.encode() for text in group)
    encoded.append(f"records\t{count}".encode())
    read(encoded)
    return encoded


_SINGLE = ("population", "capacity", "day", "part", "frozen-at", "source", "previous", "floor", "priority", "rounding")
_LISTS = ("earlier", "commitment", "public", "beacon", "overdue", "reviewer", "recusal", "interest", "records")
_WIDTH = {"earlier": 4, "commitment": 2, "public": 2, "beacon": 2, "recusal": 2, "interest": 2}


def read(head: list[bytes]) -> tuple[Header, int]:
    """Parse the lines of a head and return it with the number of records; raise BadLine with line and rule."""
    rows: list[list[str]] = []
    for number, line in enumerate(head, start=1):
        try:
            parts = line.decode().split("\t")
        except UnicodeDecodeError:
            raise BadLine(number, "utf-8", "不是 UTF-8 文本") from None
        rows.append([lines.field(part, "field", number) for part in parts])
    if not rows or rows[0] != [FORMAT]:
        raise BadLine(1, "format", f"第一行应为 {FORMAT}")
    for number, name in enumerate(_SINGLE, start=2):
        if len(rows) < number or rows[number - 1][0] != name or len(rows[number - 1]) != 2:
            raise BadLine(number, name, f"此处应为一行 {name}")
    listed: dict[str, list[list[str]]] = {name: [] for name in _LISTS}
    last = 0
    for number, row in enumerate(rows[len(_SINGLE) + 1 :], start=len(_SINGLE) + 2):
        name = row[0]
        if name not in listed or len(row) != 1 + _WIDTH.get(name, 1):
            raise BadLine(number, "head", f"无法识别：{row[0]}")
        if _LISTS.index(name) < last:
            raise BadLine(number, "order", f"{name} 的位置有误")
        last = _LISTS.index(name)
        if name != "earlier" and listed[name] and head[number - 1] <= head[number - 2]:
            raise BadLine(number, "order", f"{name} 未按次序排列或有重复")
        listed[name].append(row[1:])
    if len(listed["records"]) != 1 or rows[-1][0] != "records":
        raise BadLine(len(rows), "records", "清单头部应以一行 records 结束")
    return _header({row[0]: row[1] for row in rows[1 : len(_SINGLE) + 1]}, listed)


def _checked(name: str, text: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(text)
    except ValueError:
        raise BadLine(_SINGLE.index(name) + 2 if name in _SINGLE else 0, name, f"写法有误：{text}") from None


def _whole(text: str) -> int:
    if re.fullmatch(lines.WHOLE, text) is None:
        raise ValueError(text)
    return int(text)


def _share(text: str) -> int:
    value = _whole(text)
    if value > MILLION:
        raise ValueError(text)
    return value


def _hex64(text: str) -> str:
    if re.fullmatch("[0-9a-f]{64}", text) is None:
        raise ValueError(text)
    return text


def _day(text: str) -> dt.date:
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def _moment(text: str) -> dt.datetime:
    if re.fullmatch(lines.MOMENT, text) is None:
        raise ValueError(text)
    return dt.datetime.fromisoformat(text)


def _header(single: dict[str, str], listed: dict[str, list[list[str]]]) -> tuple[Header, int]:
    part = _checked("part", single["part"], _whole)
    earlier = tuple(
        Earlier(_checked("earlier", root, _hex64), *(_checked("earlier", number, _whole) for number in numbers))
        for root, *numbers in listed["earlier"]
    )
    if part != len(earlier) + 1:
        raise BadLine(5, "part", f"第 {part} 部分之前应有 {part - 1} 个部分，实有 {len(earlier)} 个")
    for one in earlier:
        if one.floor > one.count or one.priority > one.count:
            raise BadLine(0, "earlier", "已抽数量超过该部分总数")
    head = Header(
        population=single["population"],
        capacity=single["capacity"],
        day=_checked("day", single["day"], _day),
        part=part,
        frozen_at=_checked("frozen-at", single["frozen-at"], _moment),
        source=single["source"],
        previous=None if single["previous"] == "-" else _checked("previous", single["previous"], _hex64),
        floor=_checked("floor", single["floor"], _share),
        priority=_checked("priority", single["priority"], _share),
        rounding=_checked("rounding", single["rounding"], Rounding),
        earlier=earlier,
        commitments={
            _checked("commitment", role, Role): _checked("commitment", digest, _hex64)
            for role, digest in listed["commitment"]
        },
        publics=tuple((name, issue) for name, issue in listed["public"]),
        beacons=tuple((chain, _checked("beacon", number, _whole)) for chain, number in listed["beacon"]),
        overdue=tuple(row[0] for row in listed["overdue"]),
        reviewers=tuple(row[0] for row in listed["reviewer"]),
        recusals=tuple((item, who) for item, who in listed["recusal"]),
        interests=tuple((site, who) for site, who in listed["interest"]),
    )
    if len(head.commitments) != len(listed["commitment"]):
        raise BadLine(0, "commitment", "同一角色有两个承诺")
    return head, _checked("records", listed["records"][0][0], _whole)
