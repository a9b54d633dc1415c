"""Posts and appointments: who holds what, given and ended by the security administrator."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.people import actions, queries
from jianguan.backbone.people.models import Appointment, Post
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.people.roles import roles
from jianguan.backbone.people.rules import Refusal
from jianguan.kit import clock
from jianguan.web.asked import number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.people.forms import AppointmentForm, EndForm, PostForm, seats
from jianguan.web.people.persons import person_or_404, refused, show

PAGE = 50
COLUMNS = [{"label": label} for label in ("履职身份", "岗位", "类型", "专职", "任职人员", "")]


@require_safe
@page(Permission.PERSON_READ)
def posts(request: StaffRequest) -> HttpResponse:
    """Posts of today in scope with their holders, by key pages."""
    asked = request.GET
    capacity = number_of(asked.get("capacity"))
    after = number_of(asked.get("after")) or 0
    found = queries.posts(request.actor.scope, on=clock.today(), capacity_id=capacity, after_id=after, limit=PAGE)
    kept = asked.copy()
    kept.pop("after", None)
    more, shown = len(found) > PAGE, found[:PAGE]
    return render(
        request,
        "people/posts.html",
        {
            "rows": [
                {"post": one, "role": roles()[one.role].title if one.role in roles() else one.role} for one in shown
            ],
            "columns": COLUMNS,
            "prev_url": f"?{kept.urlencode()}" if after else "",
            "next_url": f"?{kept.urlencode()}&after={shown[-1].pk}" if more else "",
            "capacities": [
                {"value": pk, "label": title, "selected": pk == capacity}
                for pk, title in seats(request.actor.scope.capacity_ids)
            ],
            "breadcrumbs": [{"label": "人员与岗位", "url": reverse("people")}, {"label": "岗位"}],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.POST_MANAGE)
def add(request: StaffRequest) -> HttpResponse:
    """Add a post."""
    form = PostForm(
        request.POST or None, choices=seats(request.actor.scope.capacity_ids), initial={"since": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        capacity = Capacity.objects.select_related("agency").get(pk=given.pop("capacity"))
        try:
            post = actions.add_post(by=request.actor, capacity=capacity, **given)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已设立“{post.title}”")
            return redirect("post-list")
    crumbs = [{"label": "岗位", "url": reverse("post-list")}, {"label": "设立岗位"}]
    return render(request, "people/form.html", {"form": form, "title": "设立岗位", "breadcrumbs": crumbs})


@require_POST
@page(Permission.POST_MANAGE)
def end(request: StaffRequest, post_id: int) -> HttpResponse:
    """Close a post from today on."""
    try:
        post = queries.post(request.actor.scope, post_id)
    except Post.DoesNotExist as absent:
        raise Http404 from absent
    try:
        actions.end_post(by=request.actor, post=post, on=clock.today(), reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        refused(request, refusal)
    else:
        messages.success(request, f"已撤销“{post.title}”")
    return redirect("post-list")


@require_POST
@page(Permission.POST_MANAGE)
def appoint(request: StaffRequest, person_id: int) -> HttpResponse:
    """Give a person a post."""
    someone = person_or_404(request, person_id)
    form = AppointmentForm(request.POST, posts=queries.posts(request.actor.scope, on=clock.today()))
    if form.is_valid():
        post = queries.post(request.actor.scope, form.cleaned_data["post"])
        try:
            actions.appoint(by=request.actor, post=post, person=someone, since=form.cleaned_data["since"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{someone.name} 已任“{post.title}”")
            return redirect("person", person_id)
    return show(request, someone, appointment_form=form)


@require_POST
@page(Permission.POST_MANAGE)
def end_appointment(request: StaffRequest, appointment_id: int) -> HttpResponse:
    """End an appointment on a day."""
    try:
        appointment = queries.appointment(request.actor.scope, appointment_id)
    except Appointment.DoesNotExist as absent:
        raise Http404 from absent
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有保存：请填写结束日和理由")
        return redirect("person", appointment.person_id)
    try:
        actions.end_appointment(by=request.actor, appointment=appointment, **form.cleaned_data)
    except Refusal as refusal:
        refused(request, refusal)
    else:
        messages.success(request, f"{appointment.person.name} 不再任“{appointment.post.title}”")
    return redirect("person", appointment.person_id)
