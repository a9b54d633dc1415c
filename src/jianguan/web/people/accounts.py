"""Accounts: made, closed, opened, unlocked and given a new second factor by the system administrator."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jianguan.backbone.people import accounts
from jianguan.backbone.people.models import Account
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.rules import Refusal
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import AccountForm
from jianguan.web.people.persons import person_or_404, refused, show

VERBS = {
    "disable": (accounts.disable_account, "账号已停用"),
    "enable": (accounts.enable_account, "账号已启用"),
    "reset-second-factor": (accounts.reset_second_factor, "二次验证已重置，本人下次登录时重新绑定"),
    "unlock": (accounts.unlock_account, "账号已解锁"),
}


@sensitive_post_parameters("password")
@require_POST
@page(Permission.ACCOUNT_MANAGE)
def create(request: StaffRequest, person_id: int) -> HttpResponse:
    """Make the account of a person."""
    someone = person_or_404(request, person_id)
    form = AccountForm(request.POST)
    if form.is_valid():
        try:
            account = accounts.create_account(by=request.actor, person=someone, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已创建账号 {account.username}")
            return redirect("person", person_id)
    return show(request, someone, account_form=form)


@require_POST
@page(Permission.ACCOUNT_MANAGE)
def change(request: StaffRequest, person_id: int, verb: str) -> HttpResponse:
    """Close, open or unlock an account, or reset its second factor."""
    someone = person_or_404(request, person_id)
    account = Account.objects.filter(person=someone).first()
    if account is None or verb not in VERBS:
        raise Http404
    action, done = VERBS[verb]
    try:
        action(by=request.actor, account=account, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        refused(request, refusal)
    else:
        messages.success(request, done)
    return redirect("person", person_id)
