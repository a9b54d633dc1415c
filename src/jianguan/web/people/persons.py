"""Persons: the list, one person, his telephone with a reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people import actions, queries
from jianguan.backbone.people.models import Account, Person
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import roles
from jianguan.backbone.people.rules import Refusal, masked_phone
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import AccountForm, AppointmentForm, PersonForm, seats

PAGE = 50
COLUMNS = [{"label": label} for label in ("警号或工号", "姓名", "所属", "现任岗位", "账号")]
APPOINTMENT_COLUMNS = [{"label": label} for label in ("岗位", "履职身份", "起", "止", "")]


@require_safe
@page(Permission.PERSON_READ)
def persons(request: StaffRequest) -> HttpResponse:
    """Persons in scope by number, filtered by text, capacity and role."""
    asked = request.GET.copy()
    found = queries.persons(
        request.actor.scope,
        text=asked.get("q", "").strip()[:60],
        capacity_id=number_of(asked.get("capacity", "")),
        role=asked.get("role", ""),
        after=asked.get("after", "")[:20],
        limit=PAGE,
    )
    more, shown = len(found) > PAGE, found[:PAGE]
    first_url = "?" + _without(asked, "after") if asked.get("after") else ""
    if more:
        asked["after"] = shown[-1].number
    next_url = f"?{asked.urlencode()}" if more else ""
    return render(
        request,
        "people/persons.html",
        {
            "rows": shown,
            "columns": COLUMNS,
            "first_url": first_url,
            "next_url": next_url,
            "capacities": [
                {"value": pk, "label": title, "selected": str(pk) == asked.get("capacity")}
                for pk, title in seats(request.actor.scope.capacity_ids)
            ],
            "roles": [
                {"value": role.id, "label": role.title, "selected": role.id == asked.get("role")}
                for role in roles().values()
            ],
        },
    )


def _without(asked: Any, name: str) -> str:
    kept = asked.copy()
    kept.pop(name, None)
    return str(kept.urlencode())


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.ACCOUNT_MANAGE)
def add(request: StaffRequest) -> HttpResponse:
    """Add a person."""
    form = PersonForm(request.POST or None, choices=seats(request.actor.scope.capacity_ids))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        home = Capacity.objects.get(pk=given.pop("home"))
        try:
            person = actions.add_person(by=request.actor, home=home, **given)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已登记 {person.name}")
            return redirect("person", person.pk)
    crumbs = [{"label": "人员与岗位", "url": reverse("people")}, {"label": "登记人员"}]
    return render(request, "people/form.html", {"form": form, "title": "登记人员", "breadcrumbs": crumbs})


def person_or_404(request: StaffRequest, person_id: int) -> Person:
    """A person in scope; nobody else exists."""
    try:
        return queries.person(request.actor.scope, person_id)
    except Person.DoesNotExist as absent:
        raise Http404 from absent


@require_safe
@page(Permission.PERSON_READ)
def person(request: StaffRequest, person_id: int) -> HttpResponse:
    """One person: what he is, which posts he held and holds, his account."""
    return show(request, person_or_404(request, person_id))


@require_POST
@page(Permission.PERSON_REVEAL)
def reveal(request: StaffRequest, person_id: int) -> HttpResponse:
    """Show the telephone in full on this one answer, which nothing may keep."""
    someone = person_or_404(request, person_id)
    try:
        phone = actions.reveal(by=request.actor, person=someone, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("person", person_id)
    response = show(request, someone, phone=phone)
    add_never_cache_headers(response)
    return response


def show(
    request: StaffRequest,
    someone: Person,
    *,
    phone: str = "",
    appointment_form: AppointmentForm | None = None,
    account_form: AccountForm | None = None,
) -> HttpResponse:
    """The page of a person, with the forms of whoever may change something."""
    actor, today = request.actor, clock.today()
    may_appoint = actor.may(Permission.POST_MANAGE) and someone.pk != actor.person_id
    account = Account.objects.filter(person=someone).first()
    if may_appoint and appointment_form is None:
        appointment_form = AppointmentForm(posts=queries.posts(actor.scope, on=today), initial={"since": today})
    if actor.may(Permission.ACCOUNT_MANAGE) and account is None and account_form is None:
        account_form = AccountForm()
    return render(
        request,
        "people/person.html",
        {
            "person": someone,
            "phone": phone or masked_phone(someone.phone),
            "revealed": bool(phone),
            "appointments": queries.appointments(actor.scope, someone.pk),
            "columns": APPOINTMENT_COLUMNS,
            "account": account,
            "appointment_form": appointment_form,
            "account_form": account_form,
            "may_appoint": may_appoint,
            "may_reveal": actor.may(Permission.PERSON_REVEAL) and bool(someone.phone),
            "may_manage_account": actor.may(Permission.ACCOUNT_MANAGE),
            "today": today,
            "breadcrumbs": [{"label": "人员与岗位", "url": reverse("people")}, {"label": someone.name}],
        },
    )


def refused(request: HttpRequest, refusal: Refusal) -> None:
    """Tell what was not possible on the next page."""
    messages.error(request, f"没有保存：{refusal}")
