"""From a duty to the one next action: the page on which it is done. Rooms register the sources that they prove.

A norm says which records prove it ('ROOM:KIND', for example ``check:pre-exam``). A page room registers, in its urls
module, where such a record is made; a duty without one leads to its proof.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next and where."""

    verb: str
    url: str


_BUILDERS: dict[str, tuple[str, Callable[[str], str], Permission | None]] = {}


def register(source: str, verb: str, url: Callable[[str], str] | str, permission: Permission | None = None) -> None:
    """Say that ``source`` ('ROOM:KIND', or 'ROOM:' for every kind of a room) is done at ``url``.

    ``url`` is the name of an address without arguments, or a function from the KIND to the address. Posts without
    ``permission`` are not led there.
    """
    _BUILDERS[source] = (verb, url if callable(url) else lambda _kind: reverse(url), permission)


def step_for(source: str, by: Actor) -> Step | None:
    """The next action of a post for a norm of this source; None when no page, or not this post, makes such records."""
    room, _, kind = source.partition(":")
    for name in (source, f"{room}:"):
        if name in _BUILDERS:
            verb, build, permission = _BUILDERS[name]
            if permission is not None and not by.may(permission):
                return None
            try:
                return Step(verb, build(kind))
            except NoReverseMatch:
                return None
    return None
