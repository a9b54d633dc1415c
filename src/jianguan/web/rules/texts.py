"""The text of the regulation in its versions, its defects, and what the province has yet to clear."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries
from jianguan.backbone.rules.models import Provision, Version
from jianguan.engines.regulation.report import DEFECT_NAMES, PROBLEM_NAMES, SEVERITY_NAMES
from jianguan.kit import clock
from jianguan.web.page import StaffRequest, page
from jianguan.web.rules import book
from jianguan.web.rules.tabs import columns, crumbs, tabs

GAP_NAMES = {"bearer": "缺责任主体", "population": "缺抽查总体", "number": "缺数值", "superior": "缺监管上级"}


@require_safe
@page(Permission.RULE_READ)
def versions(request: StaffRequest) -> HttpResponse:
    """Every version known, and the defects of the text in force, which is never altered."""
    kind = request.GET.get("kind", "")
    pages = set(Provision.objects.values_list("item", flat=True))
    defects = [
        {"defect": defect, "kind": DEFECT_NAMES[defect.kind], "linked": defect.item in pages}
        for defect in book.book().text.defects
        if not kind or defect.kind == kind
    ]
    return render(
        request,
        "rules/versions.html",
        {
            "versions": list(Version.objects.select_related("repealed_by").order_by("-valid")),
            "today": clock.today(),
            "defects": defects,
            "kinds": [
                {"value": value.value, "label": label, "selected": kind == value}
                for value, label in DEFECT_NAMES.items()
            ],
            "version_columns": columns("名称", "文号", "施行", "止", "状态", "废止于", "全文"),
            "defect_columns": columns("条款", "种类", "原文", "说明"),
            "tabs": tabs("rules-versions"),
            "breadcrumbs": crumbs("版本与文本"),
        },
    )


@require_safe
@page(Permission.RULE_READ)
def gaps(request: StaffRequest) -> HttpResponse:
    """What the rule book leaves open today, and what the linter says of text and norms."""
    severity = request.GET.get("severity", "")
    return render(
        request,
        "rules/gaps.html",
        {
            "gaps": [
                {"name": GAP_NAMES.get(gap.kind, gap.kind), "key": gap.key, "text": gap.text, "kind": gap.kind}
                for gap in queries.gaps(clock.today())
            ],
            "problems": [
                {
                    "item": problem.item,
                    "kind": PROBLEM_NAMES.get(problem.kind, problem.kind),
                    "severity": SEVERITY_NAMES[problem.severity],
                    "tone": {"error": "bad", "warning": "warn", "info": "info"}[problem.severity],
                    "message": problem.message,
                }
                for problem in book.problems()
                if not severity or problem.severity == severity
            ],
            "severities": [
                {"value": value, "label": label, "selected": severity == value}
                for value, label in SEVERITY_NAMES.items()
            ],
            "gap_columns": columns("缺什么", "对象", "情况"),
            "problem_columns": columns("条款", "程度", "种类", "情况"),
            "tabs": tabs("rules-gaps"),
            "breadcrumbs": crumbs("待清理"),
        },
    )
