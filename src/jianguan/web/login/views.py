"""Signing in: password, second factor, then the post to act in."""

import base64
import functools
import math
from collections.abc import Callable
from typing import Any

import qrcode
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as pass_second_factor
from django_otp import match_token, user_has_device
from qrcode.image.svg import SvgPathImage

from jianguan.backbone.people import accounts
from jianguan.backbone.people import queries as people
from jianguan.backbone.people.rules import Refusal
from jianguan.kit import clock
from jianguan.web.login.forms import NewPassword, SignIn, Token
from jianguan.web.middleware import SESSION_KEY, before_second_factor

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def next_url(request: HttpRequest) -> str:
    """Where to go afterwards: ``next`` when it leads into this site, else the desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"


def onward(name: str, request: HttpRequest) -> HttpResponse:
    """Redirect to another step of signing in, keeping where to go afterwards."""
    response = redirect(name)
    response["Location"] += "?" + urlencode({"next": next_url(request)})
    return response


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view run for whoever gave a right password, whatever post he has; the answer is never cached."""

    @functools.wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


@sensitive_post_parameters("password")
@GET_OR_POST
@before_second_factor
def sign_in(request: HttpRequest) -> HttpResponse:
    """Check name and password; five failures lock the name for this address for 15 minutes."""
    form = SignIn(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        username = form.cleaned_data["username"]
        account = authenticate(request, username=username, password=form.cleaned_data["password"])
        address = get_client_ip_address(request) or ""
        if account is not None:
            login(request, account)
            accounts.record_login(account=account, address=address)
            return onward("posts", request)
        locked = bool(getattr(request, "axes_locked_out", False))
        accounts.record_login_failure(username=username, address=address, locked=locked)
        refused = "用户名或密码不正确，或账号已停用。连续 5 次错误将锁定 15 分钟。"
    return render(
        request,
        "login/sign_in.html",
        {"form": form, "refused": refused, "timed_out": "timeout" in request.GET, "next": next_url(request)},
    )


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """Say that the log-in is locked and for how long; called by django-axes."""
    attempt = AccessAttempt.objects.filter(username=credentials.get("username")).order_by("-attempt_time").first()
    since = attempt.attempt_time if attempt else clock.now()
    left = (since + settings.AXES_COOLOFF_TIME - clock.now()).total_seconds()
    return render(request, "login/locked.html", {"minutes": max(math.ceil(left / 60), 1)}, status=429)


@require_POST
@before_second_factor
@signed_in
def sign_out(request: Any) -> HttpResponse:
    """End the session."""
    accounts.record_logout(by=request.actor, account=request.user)
    logout(request)
    messages.success(request, "已退出登录")
    return redirect("login")


@GET_OR_POST
@before_second_factor
@signed_in
def second_factor(request: Any) -> HttpResponse:
    """Ask for the code of the authenticator; whoever has none yet is sent to enrol one."""
    if request.user.is_verified():
        return redirect(next_url(request))
    if not user_has_device(request.user):
        return onward("second-factor-enrol", request)
    form = Token(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = match_token(request.user, form.cleaned_data["token"].strip())
        if device is not None:
            pass_second_factor(request, device)
            return onward("posts", request)
        accounts.record_second_factor_failure(account=request.user, address=get_client_ip_address(request) or "")
        form.add_error("token", "不正确或已用过。请等下一个验证码；连续输错需等待片刻再试。")
    return render(request, "login/second_factor.html", {"form": form, "next": next_url(request)})


@GET_OR_POST
@before_second_factor
@signed_in
def enrol(request: Any) -> HttpResponse:
    """Bind an authenticator: show its secret as a QR code, confirm it with a code, hand out backup codes once."""
    if user_has_device(request.user):
        return onward("second-factor", request)
    form = Token(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = accounts.enrol_second_factor(account=request.user, token=form.cleaned_data["token"].strip())
        except Refusal as refusal:
            form.add_error("token", str(refusal))
        else:
            pass_second_factor(request, device)
            return render(request, "login/backup_codes.html", {"codes": codes, "next": next_url(request)})
    device = accounts.begin_second_factor(account=request.user)
    picture = qrcode.make(device.config_url, image_factory=SvgPathImage).to_string()
    return render(
        request,
        "login/enrol.html",
        {
            "form": form,
            "picture": base64.b64encode(picture).decode(),
            "secret": base64.b32encode(device.bin_key).decode(),
            "next": next_url(request),
        },
    )


@GET_OR_POST
@signed_in
def posts(request: Any) -> HttpResponse:
    """Choose the post to act in, at log-in and at any later time; every choice is an event."""
    held = request.appointments
    if request.method == "POST":
        chosen = next((one for one in held if str(one.pk) == request.POST.get("appointment")), None)
        if chosen is None:
            raise Http404
        actor = people.actor_of(chosen, clock.today())
        accounts.record_switch(by=actor, before=request.actor)
        request.session[SESSION_KEY] = chosen.pk
        return redirect(next_url(request))
    if len(held) == 1 and "next" in request.GET:
        return redirect(next_url(request))
    return render(request, "login/posts.html", {"held": held, "next": next_url(request)})


@sensitive_post_parameters("present", "new", "again")
@GET_OR_POST
@signed_in
def password(request: Any) -> HttpResponse:
    """Change one's own password; other sessions of the account end."""
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_password(
                account=request.user, present=form.cleaned_data["present"], new=form.cleaned_data["new"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, "密码已更改，其他设备上的登录已失效")
            return redirect("posts")
    return render(request, "login/password.html", {"form": form})
