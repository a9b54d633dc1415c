"""The one way a staff page opens: signed in, acting in a post, permission checked, scope applied."""

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request that passed :func:`page`: ``actor`` is set by the middleware and is never None."""

    actor: Actor


def to_login(request: Any) -> HttpResponse:
    """The log-in page, which then leads back here; it says so when the session has timed out."""
    login_url = reverse("login")
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        login_url += "?timeout=1"
    if request.htmx:
        return HttpResponseClientRedirect(login_url)
    return redirect_to_login(request.get_full_path(), login_url)


def page(permission: Permission | None = None) -> Callable[[View], View]:
    """Let a view run only for somebody acting in a post that grants ``permission`` (None: any post).

    Not signed in → log-in page; no post chosen → page to choose one; not permitted → 403 with the reason.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request)
            if request.actor is None:
                return redirect("posts")
            try:
                if permission is not None:
                    request.actor.require(permission)
                return view(request, *args, **kwargs)
            except NotAllowed as refusal:
                return render(request, "web/refused.html", {"reason": str(refusal)}, status=403)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the test of all doors
        return guarded

    return decorate
