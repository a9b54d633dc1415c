"""One transaction for a request – public addresses excepted – and who is acting in it.

``TransactionMiddleware`` stands outside the session's, so that an act and the session are saved together or not at all.
``ActingMiddleware`` stands inside, where session and account are known: it reads the post chosen in the session and
applies its scope, which is a setting of the transaction. ``request.actor`` is None until a post is chosen.
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
BAD_REQUEST, TOO_LARGE, SERVER_ERROR = 400, 413, 500
PUBLIC = ("/open311/", "/portal/", "/verify/")
"""Where everybody may go. Views there open transactions of their own: what is counted against a flood is counted at
once and whatever comes after, and no lock is held while a stranger's photos are drawn. Nobody acts in a post there."""
View = Callable[..., HttpResponse]


def before_second_factor(view: View) -> View:
    """Mark a view that somebody may open who has given his password but not yet his second factor."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def lacks_second_factor(request: Any) -> bool:
    """Whether the account signed in must still pass its second factor."""
    user = request.user
    return bool(user.is_authenticated and user.second_factor_required and not user.is_verified())


class TransactionMiddleware:
    """Run the whole request in one transaction; what an error page or a bad request left behind is undone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Commit unless the answer says that nothing was saved."""
        if request.path.startswith(PUBLIC):
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code in {BAD_REQUEST, TOO_LARGE} or response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
            return response


class ActingMiddleware:
    """Set ``request.actor`` and the row security scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Apply the scope to the request's transaction, so that templates see it too."""
        request.actor = self.actor(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")  # nothing of a post stays on a shared machine
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
        if request.path.startswith(PUBLIC) or not request.user.is_authenticated or lacks_second_factor(request):
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
