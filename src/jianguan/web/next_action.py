"""From a duty to the one next action: the page on which it is done. Rooms register the sources that they prove.

A norm says which records prove it ('ROOM:KIND', for example ``check:pre-exam``). A page room registers, in its urls
module, where such a record is made; a duty without one leads to its proof.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next and where."""

    verb: str
    url: str


_BUILDERS: dict[str, tuple[str, Callable[[str], str]]] = {}


def register(source: str, verb: str, url: Callable[[str], str] | str) -> None:
    """Say that ``source`` ('ROOM:KIND', or 'ROOM:' for every kind of a room) is done at ``url``.

    ``url`` is the name of an address without arguments, or a function from the KIND to the address.
    """
    _BUILDERS[source] = (verb, url if callable(url) else lambda _kind: reverse(url))


def step_for(source: str) -> Step | None:
    """The next action for a norm of this source; None when no page of this installation makes such records."""
    room, _, kind = source.partition(":")
    for name in (source, f"{room}:"):
        if name in _BUILDERS:
            verb, build = _BUILDERS[name]
            try:
                return Step(verb, build(kind))
            except NoReverseMatch:
                return None
    return None
