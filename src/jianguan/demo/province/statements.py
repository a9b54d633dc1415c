"""SQL files in sections: ``-- table: NAME`` makes a table of the query below it, ``-- finish: NAME`` ends its facts."""

import functools
from importlib import resources
from typing import NamedTuple

FOLDER = resources.files("jianguan.demo.province")
MARKS = ("-- table: ", "-- finish: ")


class Section(NamedTuple):
    """One section of a file: the table it makes or finishes and its SQL."""

    table: str
    sql: str
    finishes: bool


@functools.cache
def text(name: str) -> str:
    """Return a file of the package."""
    return (FOLDER / name).read_text(encoding="utf-8")


@functools.cache
def sections(name: str) -> tuple[Section, ...]:
    """Return the sections of a file in order."""
    found: list[tuple[str, bool, list[str]]] = []
    for line in text(name).splitlines():
        mark = next((mark for mark in MARKS if line.startswith(mark)), None)
        if mark:
            found.append((line.removeprefix(mark).strip(), mark == MARKS[1], []))
        elif found:
            found[-1][2].append(line)
    return tuple(Section(table, "\n".join(lines).strip().rstrip(";"), finishes) for table, finishes, lines in found)
