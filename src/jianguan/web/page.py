"""The one way a staff page opens: signed in, acting in a post, permission checked, scope applied."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request that passed :func:`page`: ``actor`` is set by the middleware and is never None."""

    actor: Actor


def page(permission: Permission | None = None) -> Callable[[View], View]:
    """Let a view run only for somebody acting in a post that grants ``permission`` (None: any post).

    Not signed in → log-in page; no post chosen → page to choose one; not permitted → 403 with the reason.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
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
