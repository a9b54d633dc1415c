"""What is done to a case: one address for all acts, each through the room's own actions."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseChanged, CaseRefused, opine, submit, take
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.decisions.actions import ReasonMissing
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.web.cases.attachments import lay
from jianguan.web.cases.forms import FILED, LOOKS, form_of
from jianguan.web.cases.show import found, shown
from jianguan.web.page import StaffRequest, page

CONFLICT, UNPROCESSABLE = 409, 422
Given = Mapping[str, Any]


def _unit(pk: int) -> Capacity:
    return Capacity.objects.select_related("agency").get(pk=pk)


def _units(pks: Iterable[int]) -> list[Capacity]:
    return list(Capacity.objects.select_related("agency").filter(pk__in=pks))


def _assign(by: Actor, case: Case, version: int, given: Given) -> object:
    return routing.assign(
        by=by, case=case, version=version, handler=_unit(given["handler"]), calendar=working_calendar(),
        last_day=given["last_day"],
    )  # fmt: skip


def _split(by: Actor, case: Case, version: int, given: Given) -> object:
    return routing.split(
        by=by, case=case, version=version, handlers=_units(given["units"]), text=given["text"],
        calendar=working_calendar(),
    )  # fmt: skip


def _extension(by: Actor, case: Case, version: int, given: Given) -> object:
    return routing.decide_extension(
        by=by, case=case, version=version, granted=given["granted"] == "1", reason=given["text"],
        last_day=given["last_day"],
    )  # fmt: skip


def _objection(by: Actor, case: Case, version: int, given: Given) -> object:
    upheld = given["upheld"] == "1"
    return routing.decide_objection(
        by=by, case=case, version=version, upheld=upheld, reason=given["text"], last_day=given.get("again_day")
    )


def _hand_over(by: Actor, case: Case, version: int, given: Given) -> object:
    handler, issuer = (_unit(given[name]) if given[name] else None for name in ("new_handler", "new_issuer"))
    return routing.hand_over(by=by, case=case, version=version, reason=given["text"], handler=handler, issuer=issuer)


def _joining(verb: Verb) -> "Doer":
    def do(by: Actor, case: Case, version: int, given: Given) -> object:
        units = _units(given["units"])
        return routing.join(by=by, case=case, version=version, verb=verb, capacities=units, text=given["text"])

    return do


def _plain(verb: Verb) -> "Doer":
    def do(by: Actor, case: Case, version: int, given: Given) -> object:
        data = {"last_day": given["wished"].isoformat()} if given.get("wished") else None
        return take(by=by, case=case, verb=verb, version=version, text=given.get("text", ""), data=data)

    return do


def _supervising(verb: Verb) -> "Doer":
    return lambda by, case, version, given: routing.supervise(
        by=by, case=case, version=version, text=given["text"], verb=verb
    )


Doer = Callable[[Actor, Case, int, Given], object]
DOERS: Mapping[Verb, Doer] = {verb: _plain(verb) for verb in LOOKS} | {
    Verb.ASSIGN: _assign,
    Verb.COPY: _joining(Verb.COPY),
    Verb.COUNTERSIGN: _joining(Verb.COUNTERSIGN),
    Verb.DECIDE_EXTENSION: _extension,
    Verb.DECIDE_OBJECTION: _objection,
    Verb.HAND_OVER: _hand_over,
    Verb.HELP: _joining(Verb.HELP),
    Verb.LIST: _supervising(Verb.LIST),
    Verb.OPINE: lambda by, case, version, given: opine(
        by=by, case=case, version=version, agreed=given["agreed"] == "1", text=given["text"]
    ),
    Verb.REOPEN: lambda by, case, version, given: routing.reopen(
        by=by, case=case, version=version, reason=given["text"], last_day=given["new_day"]
    ),
    Verb.SPLIT: _split,
    Verb.SUBMIT: lambda by, case, version, given: submit(
        by=by, case=case, version=version, outcome=given.get("outcome", ""), text=given["text"], data=given
    ),
    Verb.SUPERVISE: _supervising(Verb.SUPERVISE),
    Verb.TRANSFER: lambda by, case, version, given: routing.transfer(
        by=by, case=case, version=version, handler=_unit(given["other"]), text=given["text"]
    ),
}


@require_POST
@page(Permission.CASE_READ)
def act(request: StaffRequest, pk: int, verb: str) -> HttpResponse:
    """Act on a case; what was refused comes back with what was typed, 409 when somebody acted first."""
    try:
        wanted = Verb(verb)
        doer = DOERS[wanted]
    except (KeyError, ValueError):
        raise Http404("没有这项操作") from None
    case = found(request, pk)
    form = form_of(wanted, case, request.actor, request.POST)
    if not form.is_valid():
        return shown(request, case, problem="请更正后再提交", bound=(wanted, form), status=UNPROCESSABLE)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            step = doer(request.actor, case, given["version"], given)
            if isinstance(step, Step) and wanted in FILED:
                lay(request.actor, case, step, request)
    except CaseChanged as changed:
        return shown(request, found(request, pk), problem=str(changed), bound=(wanted, form), status=CONFLICT)
    except (CaseRefused, ReasonMissing) as refused:
        return shown(request, found(request, pk), problem=str(refused), bound=(wanted, form), status=UNPROCESSABLE)
    messages.success(request, f"已记入经过：{wanted.word}。")
    return redirect("case", pk)
