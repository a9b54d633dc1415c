"""Where rooms say what monthly and weekly bulletins are made of; they register in their ``sources.py``.

A section is a heading and a function that composes it from the records of a period: paragraphs, at most one table, and
refs (TYPE/ID) of the records it rests on. This room knows none of them.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jianguan.backbone.scope.scope import Scope


@dataclass(frozen=True, slots=True)
class Composed:
    """What a section says of a period. ``table``: ``caption``, ``columns``, ``rows``, ``widths``."""

    paragraphs: Sequence[str]
    table: Mapping[str, Any] | None = None
    refs: Sequence[str] = field(default_factory=tuple)


Compose = Callable[[Scope, int, dt.date, dt.date], Composed]
"""From scope, capacity id, first day and the day after the last."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section that may be chosen; ``order`` is its place among the others."""

    key: str
    title: str
    order: int
    compose: Compose


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section; another one under the same key raises ValueError."""
    if _sections.get(section.key, section) != section:
        raise ValueError(f"two sections {section.key}")
    _sections[section.key] = section


def known() -> list[Section]:
    """All sections in their order."""
    return sorted(_sections.values(), key=lambda one: (one.order, one.key))
