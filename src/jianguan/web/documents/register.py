"""The register of documents (文书登记), what waits for signature, what is owed, objections, and the check of a code."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.documents import queries
from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.documents.models import Document, DocumentKind
from jianguan.backbone.documents.rules import Standing, read_code
from jianguan.backbone.people.permissions import Permission
from jianguan.kit import clock
from jianguan.kit.digests import Algorithm, hexdigest
from jianguan.web.asked import day_of, number_of
from jianguan.web.page import StaffRequest, page
from jianguan.web.spreadsheet import csv_response

PAGE, MOST_EXPORTED = 50, 5_000
LARGEST_FILE = 32 * 1024 * 1024
STATES = {
    "valid": "有效",
    "unsigned": "有未签收",
    "refused": "有拒收",
    "objected": "有异议",
    "replaced": "已被替代",
    "withdrawn": "已撤回",
}


def tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    """The tabs of the room, with what waits."""
    scope, own = request.actor.scope, request.actor.capacity_id
    return [
        {"label": "文书登记", "url": reverse("document-register"), "active": active == "register"},
        {
            "label": "拟稿待签",
            "url": reverse("document-drafts"),
            "active": active == "drafts",
            "count": queries.drafts(scope, own)[:100].count(),
        },
        {
            "label": "待我签收",
            "url": reverse("documents-unsigned"),
            "active": False,
            "count": queries.unsigned(scope, [own])[:100].count(),
        },
        {
            "label": "异议",
            "url": reverse("document-objections"),
            "active": active == "objections",
            "count": queries.objections(scope, open_only=True)[:100].count(),
        },
        {"label": "文书验证", "url": reverse("document-verify"), "active": active == "verify"},
    ]


TONES = {Standing.OBJECTED: "warn", Standing.REPLACED: "neutral", Standing.VALID: "info", Standing.WITHDRAWN: "bad"}


def standings(documents: Sequence[Document]) -> dict[int, tuple[str, str]]:
    """How documents stand, each as a word and a tone."""
    return {pk: (one.value, TONES[one]) for pk, one in queries.standings([one.pk for one in documents]).items()}


def _asked(request: StaffRequest) -> dict[str, Any]:
    asked = request.GET
    last = day_of(asked.get("last"))
    return {
        "kind": asked.get("kind", "") if asked.get("kind", "") in kinds() else "",
        "state": asked.get("state", "") if asked.get("state", "") in STATES else "",
        "words": asked.get("q", "").strip(),
        "recipient": number_of(asked.get("recipient")),
        "first": day_of(asked.get("first")),
        "last": last + dt.timedelta(days=1) if last else None,
        "own": request.actor.capacity_id if asked.get("own") == "1" else None,
    }


@require_safe
@page(Permission.DOCUMENT_READ)
def listed(request: StaffRequest) -> HttpResponse:
    """The register, newest first, with filters."""
    asked = _asked(request)
    found = queries.register(request.actor.scope, **asked)
    if (before := number_of(request.GET.get("before"))) is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-id")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    progress = queries.progress(request.actor.scope, [one.pk for one in rows], clock.now())
    standing = standings(rows)
    kept = request.GET.copy()
    export = f"{reverse('document-export')}?{kept.urlencode()}"
    if more:
        kept["before"] = str(rows[-1].pk)
    units = Capacity.objects.filter(pk__in=request.actor.scope.capacity_ids, valid__contains=clock.today())
    return render(
        request,
        "documents/register.html",
        {
            "rows": [
                {"one": one, "standing": standing[one.pk], "progress": progress.get(one.pk, {"served": 0, "signed": 0})}
                for one in rows
            ],
            "columns": [{"label": label} for label in ("文号", "标题", "种类", "制发单位", "印发", "状态", "签收")],
            "kinds": [
                {"value": one, "label": DocumentKind(one).label, "selected": asked["kind"] == one} for one in kinds()
            ],
            "states": [
                {"value": key, "label": word, "selected": asked["state"] == key} for key, word in STATES.items()
            ],
            "recipients": [
                {"value": one.pk, "label": one.title, "selected": asked["recipient"] == one.pk}
                for one in units.select_related("agency")
            ],
            "own": [{"value": "1", "label": "本单位制发", "selected": asked["own"] is not None}],
            "first": request.GET.get("first", ""),
            "last": request.GET.get("last", ""),
            "words": asked["words"],
            "next_url": f"?{kept.urlencode()}" if more else "",
            "export_url": export,
            "may_draft": request.actor.may(Permission.DOCUMENT_DRAFT),
            "duties": list(queries.duties(request.actor.scope, request.actor.capacity_id)[:20]),
            "duty_columns": [{"label": label} for label in ("应发文书", "事由", "依据", "期限", "办理")],
            "now": clock.now(),
            "tabs": tabs(request, "register"),
            "breadcrumbs": [{"label": "文书登记"}],
        },
    )


@require_safe
@page(Permission.DOCUMENT_READ)
def export(request: StaffRequest) -> HttpResponse:
    """What the register shows, as a table."""
    found = list(queries.register(request.actor.scope, **_asked(request)).order_by("-id")[:MOST_EXPORTED])
    progress = queries.progress(request.actor.scope, [one.pk for one in found], clock.now())
    standing = standings(found)
    nothing = {"served": 0, "signed": 0}
    return csv_response(
        "文书登记",
        ["文号", "标题", "种类", "制发单位", "印发时间", "依据条款", "状态", "送达", "已签收", "SHA-256"],
        (
            [
                one.number,
                one.title,
                one.get_kind_display(),
                one.capacity.title,
                one.issued_at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M"),
                one.provision,
                standing[one.pk][0],
                progress.get(one.pk, nothing)["served"],
                progress.get(one.pk, nothing)["signed"],
                one.sha256,
            ]
            for one in found
        ),
    )


@require_safe
@page(Permission.DOCUMENT_READ)
def drafts(request: StaffRequest) -> HttpResponse:
    """Drafts of the capacity acted in: those to be signed first."""
    return render(
        request,
        "documents/drafts.html",
        {
            "rows": list(queries.drafts(request.actor.scope, request.actor.capacity_id)[:200]),
            "columns": [{"label": label} for label in ("标题", "种类", "拟稿人", "更新", "状态", "办理")],
            "may_sign": request.actor.may(Permission.DOCUMENT_ISSUE),
            "may_draft": request.actor.may(Permission.DOCUMENT_DRAFT),
            "tabs": tabs(request, "drafts"),
            "breadcrumbs": [{"label": "文书登记", "url": reverse("document-register")}, {"label": "拟稿待签"}],
        },
    )


@require_safe
@page(Permission.DOCUMENT_READ)
def objections(request: StaffRequest) -> HttpResponse:
    """Objections to documents of the scope, the undecided first."""
    found = sorted(
        queries.objections(request.actor.scope)[:200], key=lambda one: getattr(one, "ruling", None) is not None
    )
    return render(
        request,
        "documents/objections.html",
        {
            "rows": [{"one": one, "ruling": getattr(one, "ruling", None)} for one in found],
            "columns": [{"label": label} for label in ("文书", "提出单位", "提出时间", "内容", "处理")],
            "tabs": tabs(request, "objections"),
            "breadcrumbs": [{"label": "文书登记", "url": reverse("document-register")}, {"label": "异议"}],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page()
def verify(request: StaffRequest) -> HttpResponse:
    """Check a document by the code on its last page, or by the digest of a file; tells no content."""
    typed, problem, digests = request.GET.get("code", "").strip(), "", {}
    found: list[queries.Verified] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > LARGEST_FILE:
            problem = "请选择不超过 32 MB 的文件"
        else:
            content = file.read()
            digests = {"sha256": hexdigest(content), "sm3": hexdigest(content, Algorithm.SM3)}
            found = queries.verify(sha256=digests["sha256"])
            problem = "" if found else "平台没有与该文件摘要一致的文书：文件不是本平台印发的原件，或者已被改动"
    elif typed:
        code = read_code(typed)
        found = queries.verify(code=code) if code else []
        problem = "" if found else "没有这个验证码，请核对文书末页的十二位字母和数字"
    return render(
        request,
        "documents/verify.html",
        {
            "typed": typed,
            "problem": problem,
            "digests": digests,
            "found": [{"one": one, "kind": DocumentKind(one.kind).label, "tone": TONES[one.standing]} for one in found],
            "tabs": tabs(request, "verify") if request.actor.may(Permission.DOCUMENT_READ) else [],
            "breadcrumbs": [{"label": "文书验证"}],
        },
        status=422 if request.method == "POST" and problem else 200,
    )
