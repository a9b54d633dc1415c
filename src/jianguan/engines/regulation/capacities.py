"""Checks of the agencies (机构) and capacities (履职身份) of a rule book: known ids, no gap, no overlap, no circle."""

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from jianguan.engines.regulation.book import RuleBook, holds, overlap
from jianguan.engines.regulation.loading import LoadProblem
from jianguan.engines.regulation.schema import CapacitySeed, Dated, InForce, Level

_FILE = "agencies.yaml"


def check_agencies(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    """Known parents, one code and one parent at a time, no code shared."""
    agencies = book.agencies.agencies
    ids = {agency.id for agency in agencies}
    for agency in agencies:
        for parent in agency.parents:
            if parent.to not in ids:
                yield LoadProblem(_FILE, agency.id, "机构须存在", f"行政隶属所指的机构 {parent.to} 不存在")
        yield from _overlaps(agency.id, "行政隶属", agency.parents)
        for a, b in combinations(agency.codes, 2):
            if overlap(a.in_force, b.in_force):
                yield LoadProblem(_FILE, agency.id, "有效期不重叠", f"代码 {a.code} 与 {b.code} 的有效期重叠")
    codes = [(code, agency.id) for agency in agencies for code in agency.codes]
    by_code: dict[str, list[tuple[InForce, str]]] = {}
    for code, id_ in codes:
        for in_force, other in by_code.setdefault(code.code, []):
            if other != id_ and overlap(in_force, code.in_force):
                message = f"代码 {code.code} 同时属于 {other} 和 {id_}"
                yield LoadProblem(_FILE, f"{other} 与 {id_}", "代码唯一", message)
        by_code[code.code].append((code.in_force, id_))


def check_capacities(book: RuleBook, files: dict[str, str]) -> Iterator[LoadProblem]:
    """Known ids, and exactly one superior on every day of a capacity's validity."""
    capacities = {capacity.id: capacity for capacity in book.agencies.capacities}
    agencies = {agency.id for agency in book.agencies.agencies}
    for capacity in capacities.values():
        if capacity.agency not in agencies:
            yield LoadProblem(_FILE, capacity.id, "机构须存在", f"机构 {capacity.agency} 不存在")
        if capacity.id != f"{capacity.agency}@{capacity.level}":
            yield LoadProblem(_FILE, capacity.id, "标识写法", f"标识应为 {capacity.agency}@{capacity.level}")
        if capacity.basis not in book.text.provision_ids:
            yield LoadProblem(_FILE, capacity.id, "条款须存在", f"依据的条款 {capacity.basis} 不在法规文本中")
        yield from _overlaps(capacity.id, "监管上级", capacity.superiors)
        for superior in capacity.superiors:
            target = capacities.get(superior.to)
            if target is None:
                yield LoadProblem(_FILE, capacity.id, "履职身份须存在", f"监管上级 {superior.to} 不存在")
            elif not _covers(target.in_force, superior.in_force):
                message = f"监管上级 {superior.to} 的有效期没有覆盖这段监管关系"
                yield LoadProblem(_FILE, capacity.id, "监管关系有效期", message)
        for begin, end in _gaps(capacity):
            message = f"{begin} 至 {'今' if end == dt.date.max else end} 没有监管上级"
            yield LoadProblem(_FILE, capacity.id, "监管上级不间断", message)
    yield from _circles(capacities)


def _overlaps(id_: str, label: str, links: list[Dated]) -> Iterator[LoadProblem]:
    for a, b in combinations(links, 2):
        if overlap(a.in_force, b.in_force):
            yield LoadProblem(_FILE, id_, "有效期不重叠", f"{label} {a.to} 与 {b.to} 的有效期重叠")


def _covers(outer: InForce, inner: InForce) -> bool:
    return outer.since <= inner.since and (inner.until or dt.date.max) <= (outer.until or dt.date.max)


def _gaps(capacity: CapacitySeed) -> Iterator[tuple[dt.date, dt.date]]:
    """Stretches of the validity without a superior; the top and reference bearers need none."""
    if capacity.mode == "reference" or capacity.level is Level.REFERENCE:
        return
    if capacity.level is Level.PROVINCE and not capacity.superiors:
        return
    reached, end = capacity.in_force.since, capacity.in_force.until or dt.date.max
    for superior in sorted(capacity.superiors, key=lambda link: link.in_force.since):
        if superior.in_force.since > reached:
            yield reached, min(superior.in_force.since, end)
        reached = max(reached, superior.in_force.until or dt.date.max)
    if reached < end:
        yield reached, end


def _circles(capacities: dict[str, CapacitySeed]) -> Iterator[LoadProblem]:
    """Capacities that are, on some day, their own superior at some distance."""
    reported: set[frozenset[str]] = set()
    for day in sorted({link.in_force.since for capacity in capacities.values() for link in capacity.superiors}):
        above = {
            capacity.id: link.to
            for capacity in capacities.values()
            for link in capacity.superiors
            if holds(link.in_force, day)
        }
        for start in above:
            path, here = [start], above.get(start)
            while here is not None and here not in path:
                path.append(here)
                here = above.get(here)
            if here == start and frozenset(path) not in reported:
                reported.add(frozenset(path))
                message = f"{day} 监管关系成环：{' → '.join([*path, start])}"
                yield LoadProblem(_FILE, start, "监管关系不成环", message)
