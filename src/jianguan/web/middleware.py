"""Who is acting: reads the post chosen in the session and applies its scope to the request's transaction.

Placed last, so that session and account are known. ``request.actor`` is None until a post is chosen. The scope is a
setting of the transaction, therefore the whole request is one; an error page rolls it back.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jianguan.backbone.people import queries
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

SESSION_KEY = "appointment"
View = Callable[..., HttpResponse]


def before_second_factor(view: View) -> View:
    """Mark a view that somebody may open who has given his password but not yet his second factor."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def lacks_second_factor(request: Any) -> bool:
    """Whether the account signed in must still pass its second factor."""
    user = request.user
    return bool(user.is_authenticated and user.second_factor_required and not user.is_verified())


class ActingMiddleware:
    """Set ``request.actor`` and the row security scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the whole request in one transaction that carries the scope, so that templates see it too."""
        with transaction.atomic():
            request.actor = self.actor(request)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    @staticmethod
    def process_view(request: Any, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """Send whoever still owes his second factor to it, whatever page of whatever door he asked for."""
        if lacks_second_factor(request) and not getattr(view, "before_second_factor", False):
            return redirect("second-factor")
        return None

    @staticmethod
    def actor(request: Any) -> Actor | None:
        """The actor of the session, or None; a post that has ended since is forgotten."""
        request.appointments = []
        if not request.user.is_authenticated or lacks_second_factor(request):
            return None
        scopes.apply(scopes.Scope(person_id=request.user.person_id))
        today = clock.today()
        held = queries.appointments_of(request.user.person_id, today)
        request.appointments = held
        chosen = request.session.get(SESSION_KEY)
        appointment = next((one for one in held if one.pk == chosen), held[0] if len(held) == 1 else None)
        if appointment is None:
            return None
        actor = queries.actor_of(appointment, today)
        scopes.apply(actor.scope)
        return actor
