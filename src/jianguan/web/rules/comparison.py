"""Compare a new text of the regulation with the one in force (文本比对), before anything is changed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jianguan.backbone.people.permissions import Permission
from jianguan.engines.regulation.diff import diff
from jianguan.engines.regulation.parse import NotARegulation, decode, parse
from jianguan.engines.regulation.report import CHANGE_NAMES, LARGEST
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules import book
from jianguan.web.rules.tabs import columns, crumbs, tabs


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.RULE_READ)
def compare(request: StaffRequest) -> HttpResponse:
    """GET: the form. POST ``file``: the differences; nothing is stored."""
    context: dict[str, Any] = {
        "tabs": tabs("rules-compare"),
        "breadcrumbs": crumbs("文本比对"),
        "limit": LARGEST // 1024 // 1024,
    }
    if request.method != "POST":
        return render(request, "rules/compare.html", context)
    upload = request.FILES.get("file")
    if upload is None:
        context["problem"] = "没有选择文件。请选择新文本（.md 或 .txt）。"
    elif (size := upload.size or 0) > LARGEST:
        context["problem"] = f"文件有 {size / 1024 / 1024:.1f} MB，超过 {context['limit']} MB。请只上传法规文本。"
    else:
        try:
            context |= _difference(upload.read()) | {"name": upload.name}
        except NotARegulation as refusal:
            context["problem"] = str(refusal)
    return render(request, "rules/compare.html", context, status=422 if "problem" in context else 200)


def _difference(content: bytes) -> dict[str, Any]:
    """What the template shows of the comparison. Raises NotARegulation."""
    new = parse(decode(content))
    found = diff(book.regulation(), new, book.book())
    return {
        "compared": True,
        "head_columns": columns("项目", "现行", "新文本"),
        "columns": columns("变动", "条款", "文字", "触及"),
        "head": found.head,
        "counts": [
            {"label": label, "count": sum(change.kind is kind for change in found.changes)}
            for kind, label in CHANGE_NAMES.items()
        ],
        "changes": [
            {
                "change": change,
                "kind": CHANGE_NAMES[change.kind],
                "place": " → ".join(dict.fromkeys(filter(None, (change.old_id, change.new_id)))),
            }
            for change in found.changes
        ],
    }
