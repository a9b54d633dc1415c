"""From an alert to the rows behind it: each kind registers the page that shows them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from jianguan.backbone.alerts.models import Alert, AlertKind
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the rows behind an alert are."""

    verb: str
    url: str


_LEADS: dict[str, tuple[str, Callable[[Alert], str], Permission]] = {}


def register(kind: AlertKind, verb: str, url: Callable[[Alert], str], permission: Permission) -> None:
    """Say where the rows behind alerts of a kind are shown; posts without ``permission`` are not led there."""
    _LEADS[kind] = (verb, url, permission)


def lead_of(alert: Alert, by: Actor) -> Lead | None:
    """The way to the rows behind an alert; None when no page shows them, or not to this post."""
    verb, url, permission = _LEADS.get(alert.kind, ("", None, None))
    if url is None or permission is None or not by.may(permission):
        return None
    return Lead(verb, url(alert))


def arrivals_of(alert: Alert) -> str:
    """The arrival board on the day of an alert about a feed."""
    return f"{reverse('facts')}?period=day&date={alert.day}" if alert.day else reverse("facts")
