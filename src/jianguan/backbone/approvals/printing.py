"""The printed form (审批表): what was applied for, who signed when on what basis, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from jianguan.backbone.approvals import queries, rules
from jianguan.backbone.approvals.flows import Blank, Flow
from jianguan.backbone.approvals.models import Application, PrintedForm, Step
from jianguan.backbone.approvals.planning import definition
from jianguan.backbone.approvals.rules import ENDED, State, Verb
from jianguan.backbone.approvals.stepping import ApprovalRefused
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.documents import drafting
from jianguan.backbone.documents import rules as document_rules
from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.documents.models import Document, DocumentKind
from jianguan.backbone.documents.rules import clause_words
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules import queries as rulebook
from jianguan.kit import clock

NAMED = ["项目", "内容"]
NONE = "—"


def print_form(*, by: Actor, application: Application) -> Document:
    """Issue the form of an application that has ended, once; a second time returns the first.

    Raises NotAllowed without the permissions to read approvals and to draft, ApprovalRefused before the end or where
    the flow has no form.
    """
    by.require(Permission.APPROVAL_READ)
    by.require(Permission.DOCUMENT_DRAFT)
    with transaction.atomic():
        held = Application.objects.select_for_update(of=("self",)).select_related("flow", "capacity__agency")
        one = held.get(pk=application.pk)
        flow = definition(one.flow)
        if (known := queries.form_of(one)) is not None:
            return known
        if State(one.state) not in ENDED or not flow.document:
            raise ApprovalRefused("办结以后才能出具审批表")
        draft = drafting.draft(
            by=by,
            kind=DocumentKind(flow.document),
            data={},
            tables=tables(one, flow),
            refs=[f"approval/{one.pk}"],
            provision=flow.provision,
        )
        document = drafting.issue(
            by=by, draft=draft, version=draft.version, calendar=rulebook.working_calendar()
        )  # fmt: skip
        PrintedForm.objects.create(application=one, document=document, printed_at=clock.now())
        audit.record(
            kind=EventKind.APPROVAL_PRINTED,
            by=by,
            object_type="approval",
            object_id=one.pk,
            norm=flow.provision,
            details={"number": one.number, "document": document.number},
        )
    return document


def preview(one: Application) -> dict[str, Any]:
    """What would be printed now, marked as not issued. Raises ApprovalRefused where the flow has no form."""
    flow = definition(one.flow)
    if not flow.document:
        raise ApprovalRefused("这类审批没有印制的表")
    form, agency = kinds()[flow.document], one.capacity.agency.name
    basis = {"basis": clause_words(flow.provision)}
    return {
        "layout": form.layout,
        "head": agency,
        "number": "（待出具）",
        "signer": "",
        "title": form.title,
        "addressees": [],
        "blocks": document_rules.blocks(document_rules.filled(form.body, basis), tables(one, flow)),
        "attachments": [],
        "agency": agency,
        "date": "",
        "note": "",
        "copies": [],
        "printed_by": "",
        "printed_on": "",
        "code": "",
        "draft": True,
        "synthetic": settings.DEMO,
    }


def tables(one: Application, flow: Flow) -> list[dict[str, Any]]:
    """The tables of the form; sensitive values are masked."""
    content = queries.content_of(one)
    rows = [
        ["申请编号", one.number],
        ["申请单位", one.capacity.agency.name],
        ["事由", rules.concealed(one.title)],
        ["受理日期", one.received_on.isoformat()],
        ["申请时间", _moment(one.opened_at)],
        *([["首接责任", "首接单位负责到底（第十五条（二））"]] if one.locked else []),
        *([["办理方式", flow.branches[one.branch]]] if one.branch else []),
        *([blank.label, shown(blank, content.data.get(blank.name))] for blank in flow.fields),
        ["理由", rules.concealed(content.reason)],
        ["内容摘要", f"SHA-256 {content.digest}"],
    ]
    found = [{"caption": "一、申请", "columns": NAMED, "widths": [2, 8], "rows": rows}]
    if content.changes:
        found.append(
            {
                "caption": "二、修改内容",
                "columns": ["字段", "修改前", "修改后"],
                "widths": [2, 4, 4],
                "rows": [
                    [rules.concealed(row["field"]), *(_side(row, name) for name in ("before", "after"))]
                    for row in content.changes
                ],
            }
        )
    steps = queries.steps_of(one)
    found.append(
        {
            "caption": f"{'三' if content.changes else '二'}、审批、执行与验证",
            "columns": ["环节", "依据", "签署人", "意见和记录", "时间"],
            "widths": [3, 3, 4, 8, 3],
            "rows": [_row(step, flow) for step in steps],
        }
    )
    return found


def _row(step: Step, flow: Flow) -> list[str]:
    verb = Verb(step.verb)
    stage = flow.stage(step.seat.stage) if step.seat else None
    seat = flow.seat(step.seat.stage, step.seat.seat) if step.seat else None
    title = f"{stage.title}（{seat.word}）" if stage and seat else "申请" if step.version == 1 else verb.word
    if verb is Verb.SUBMIT and step.version > 1:
        title = "补正"
    basis = clause_words(stage.provision if stage else flow.provision)
    said = [SIGNED.get(verb, "")] if verb in SIGNED else []
    if verb is Verb.SIGN and stage is not None:
        said.append(outcome(step) or rules.SIGN_WORDS[stage.phase])
    if verb is not Verb.SUBMIT and step.text:
        said.append(rules.concealed(step.text))
    if seat is not None and step.branch and step.seat and step.seat.chooses:
        said.append(f"办理方式：{flow.branches.get(step.branch, step.branch)}")
    said += [f"{label}：{value}" for label, value in noted(seat.fields if seat else (), step.data.get("values", {}))]
    who = f"{step.capacity.title} {step.post_title}\n{step.person_name}"
    return [title, basis, who, "\n".join(one for one in said if one) or NONE, _moment(step.at)]


SIGNED: Mapping[Verb, str] = {
    Verb.REFUSE: "不予同意",
    Verb.RETURN: "退回补正",
    Verb.ROLL_BACK: "已回退",
    Verb.SUBMIT: "提出申请",
    Verb.WITHDRAW: "撤回申请",
}


def outcome(step: Step) -> str:
    """What a verification came to; '' for any other step."""
    return {"passed": "验证通过", "failed": "验证不符"}.get(step.data.get("outcome", ""), "")


def noted(blanks: Sequence[Blank], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a seat filled in, as label and words; sensitive values masked."""
    return [(blank.label, shown(blank, values.get(blank.name))) for blank in blanks if values.get(blank.name)]


def shown(blank: Blank, value: Any, *, clear: bool = False) -> str:
    """One value in words; ``clear`` shows what is sensitive, and numbers of persons in the rest, as they are."""
    if not value:
        return NONE
    if blank.kind == "person":
        return str(value["name"])
    if blank.kind in {"digest", "file"}:
        name = value["name"] if clear else rules.concealed(value["name"])
        if blank.kind == "file":
            return f"{name}（SHA-256 {value['sha256'][:16]}…）"
        return f"{name}，{value['size']}字节，SHA-256 {value['sha256']}，SM3 {value['sm3']}"
    if clear:
        return str(value)
    return rules.masked(str(value)) if blank.sensitive else rules.concealed(str(value))


def _side(row: Mapping[str, Any], name: str) -> str:
    value = str(row[name])
    return (rules.masked(value) if row["sensitive"] else value) or "（空）"


def _moment(at: Any) -> str:
    return str(at.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M"))
