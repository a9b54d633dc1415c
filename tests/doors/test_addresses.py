"""Every address, as every role: never an error, nobody in without a log-in, without permission, or out of scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from doors.samples import PUBLIC, SAMPLES, UNGUARDED
from doors.world import HERE, World
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.people.acting import Actor

OUTSIDER = "sen:brigade-officer:forest@REFERENCE"
METHODS = ("get", "post")
OTHER_DOORS = {"api-v1", "open311"}
"""Doors without sessions; they have tests of their own."""


@dataclass(frozen=True)
class Door:
    """One address of the site."""

    name: str
    view: Any
    arguments: frozenset[str]

    @property
    def permission(self) -> Any:
        """The permission that ``page`` asks for; None for any post."""
        return getattr(self.view, "permission", None)


def doors() -> list[Door]:
    return sorted(_walk(get_resolver().url_patterns), key=lambda door: door.name)


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[Door]:
    for one in patterns:
        if isinstance(one, URLResolver):
            if one.namespace in OTHER_DOORS:
                continue
            yield from _walk(one.url_patterns)
        else:
            yield Door(str(one.name), one.callback, frozenset(one.pattern.converters))


def address(door: Door, world: World) -> str:
    return reverse(door.name, kwargs=SAMPLES[door.name].arguments(world) if door.arguments else {})


def knock(client: Client, method: str, url: str) -> int:
    """Open an address and undo whatever it did, a log-out included; returns the status."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = getattr(client, method)(url)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    return int(response.status_code)


def test_every_address_has_a_name_sample_arguments_and_a_guard() -> None:
    found = doors()
    assert [door for door in found if door.name == "None"] == []
    assert sorted(door.name for door in found if door.arguments and door.name not in SAMPLES) == []
    unguarded = {door.name for door in found if not hasattr(door.view, "permission")}
    assert unguarded <= UNGUARDED | gallery(), "open every staff page with web.page.page"
    names = {door.name for door in found}
    assert {"people", "rosters", "login"} <= names


def gallery() -> set[str]:
    """The component gallery exists in demo mode only and shows no data."""
    return {door.name for door in doors() if door.name.startswith("gallery")} if settings.DEMO else set()


def test_nobody_gets_in_without_signing_in(world: World) -> None:
    client = world.browser(None)
    wrong = []
    for door in doors():
        if door.name in PUBLIC | gallery():
            continue
        for method in METHODS:
            url = address(door, world)
            with transaction.atomic():
                response = getattr(client, method)(url)
                transaction.set_rollback(True)
            to_login = response.status_code == 302 and response["Location"].startswith(settings_login())
            if not to_login and response.status_code != 405:
                wrong.append(f"{method} {url} → {response.status_code}")
    assert wrong == []


def settings_login() -> str:
    return reverse(settings.LOGIN_URL)


def test_every_role_at_every_door(world: World) -> None:
    here = agencies.capacity(HERE).pk
    wrong = []
    for name, actor in one_of_each_role(world).items():
        client = world.browser(actor)
        for door in doors():
            for method in METHODS:
                status = knock(client, method, address(door, world))
                if why := fault(door, actor, here, status):
                    wrong.append(f"{name}: {method} {door.name} → {status}: {why}")
    assert wrong == [], "\n".join(wrong)


def one_of_each_role(world: World) -> dict[str, Actor]:
    """The first actor of every role, and the outsider whom 长春 must never meet."""
    chosen = {actor.role: name for name, actor in reversed(world.actors.items())}
    return {name: world.actors[name] for name in [*chosen.values(), OUTSIDER]}


def fault(door: Door, actor: Actor, here: int, status: int) -> str:
    """What is wrong with an answer, or an empty text."""
    if status >= 500:
        return "an error"
    if status == 405:
        return ""
    if door.permission is not None and not actor.may(door.permission):
        return "" if status == 403 else "not permitted, must be 403"
    if door.arguments and SAMPLES[door.name].owned and here not in actor.scope:
        return "" if status in {403, 404} else "an object out of scope, must be 404"
    return ""
