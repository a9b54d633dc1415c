"""Documents that acts of a case call for (随办文书): drafts made with the act, notices owed once it is established.

An act makes a draft of the unit that acted, to be completed, signed and served there; nothing is issued by itself. What
is owed stays owed until a document that names the case is issued.
"""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.cases.deadlines import standing
from jianguan.backbone.cases.models import Case, Step
from jianguan.backbone.cases.rules import Term, Verb, kind_of
from jianguan.backbone.documents import drafting, owing
from jianguan.backbone.documents import queries as documents
from jianguan.backbone.documents.kinds import OutsideKind
from jianguan.backbone.documents.models import DocumentKind, Draft, NoticeDuty
from jianguan.backbone.documents.rules import LONGEST_TITLE, day_words
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope.scope import Scope
from jianguan.engines.calendar.periods import ONE_DAY
from jianguan.kit import clock

LONGEST = 3000
"""Letters that one blank of a draft takes from a case."""
REQUIREMENT = "请查明情况、落实责任，属实的立即整改，并附佐证材料。"
BY_ASSIGNMENT = {
    "exposure": DocumentKind.EXPOSURE,
    "interview": DocumentKind.INTERVIEW_NOTICE,
    "supervised": DocumentKind.SUPERVISION_ORDER,
}
NO_PAPER = frozenset({"maintenance"})
"""Kinds whose papers are the forms of approvals."""
OWED: Mapping[str, tuple[DocumentKind, str]] = {
    "5.5": (DocumentKind.PROBLEM_NOTICE, "5.5"),
    "9.1": (DocumentKind.COPY_LETTER, "9.1"),
    "10.2": (DocumentKind.VIOLATION_NOTICE, "10.4"),
    "10.4": (DocumentKind.VIOLATION_NOTICE, "10.4"),
    "10.5": (DocumentKind.VIOLATION_NOTICE, "10.4"),
}
"""Provision of a case found true: the notice that the unit which established it owes, and under which provision."""
COPIED_TO = [{"name": "教育行政部门", "kind": OutsideKind.EDUCATION.value}]
COMPLAINANT = [{"name": "投诉人", "kind": OutsideKind.OTHER.value}]
FALSE = "excluded"


def follow(*, by: Actor, case: Case, step: Step) -> Draft | None:
    """Make the draft that a step calls for and owe what it establishes; None where it calls for no paper.

    Called inside the transaction of the step. Whoever may not draft makes none; one that is open is not made again.
    """
    verb = Verb(step.verb)
    if case.kind in NO_PAPER:
        return None
    if verb is Verb.PASS and (duty := OWED.get(case.provision)) and outcome_of(case) != FALSE:
        kind, provision = duty
        owing.owe(
            capacity_id=by.capacity_id,
            kind=kind,
            ref=f"case/{case.pk}",
            title=case.title,
            provision=provision,
            since=step.at,
            calendar=working_calendar(),
        )
    chosen = _kind(case, verb)
    if chosen is None or not by.may(Permission.DOCUMENT_DRAFT) or _open(case, chosen, by):
        return None
    return draft(by=by, case=case, kind=chosen)


def draft(*, by: Actor, case: Case, kind: DocumentKind) -> Draft:
    """Draft a document about a case, filled from it; blanks it cannot know are left to be filled in.

    Raises as ``drafting.draft``.
    """
    units, externals = _addressees(by, case, kind)
    title = case.title[: LONGEST_TITLE - 20]
    return drafting.draft(
        by=by,
        kind=kind,
        data={"matter": f"“{title}”"} | {name: value[:LONGEST] for name, value in FILLED[kind](case).items()},
        units=units,
        externals=externals,
        refs=[f"case/{case.pk}"],
        provision=OWED[case.provision][1] if _owed(case) is kind else case.provision,
        note=f"随{case.number}拟制",
    )


def drafts(scope: Scope, case: Case) -> QuerySet[Draft]:
    """Drafts about a case that are not issued or dropped, of the units in scope."""
    found = Draft.objects.filter(capacity_id__in=scope.capacity_ids, refs__contains=[f"case/{case.pk}"])
    return found.filter(state__in=drafting.OPEN).select_related("capacity__agency", "drafted_by__person").order_by("pk")


def duties(scope: Scope, case: Case, capacity_id: int) -> QuerySet[NoticeDuty]:
    """Notices about a case that a capacity owes and has not issued, or not sent to the body outside they are for."""
    return documents.duties(scope, capacity_id).filter(ref=f"case/{case.pk}")


def _kind(case: Case, verb: Verb) -> DocumentKind | None:
    if verb is Verb.ASSIGN and case.issuer_id != case.handler_id:
        return BY_ASSIGNMENT.get(case.kind, DocumentKind.ASSIGNMENT)
    if verb in {Verb.LIST, Verb.SUPERVISE}:
        return DocumentKind.SUPERVISION_ORDER
    if verb is Verb.SUBMIT and case.issuer_id != case.handler_id:
        done = case.kind == "rectification"
        return DocumentKind.RECTIFICATION_REPORT if done else DocumentKind.VERIFICATION_REPORT
    if verb is Verb.PASS:
        if case.kind == "complaint":
            return DocumentKind.ANSWER
        return _owed(case) if outcome_of(case) != FALSE else None
    return None


def _owed(case: Case) -> DocumentKind | None:
    return OWED[case.provision][0] if case.provision in OWED else None


def _open(case: Case, kind: DocumentKind, by: Actor) -> bool:
    return drafts(by.scope, case).filter(kind=kind, capacity_id=by.capacity_id).exists()


def _addressees(by: Actor, case: Case, kind: DocumentKind) -> tuple[list[Capacity], list[dict[str, str]]]:
    if kind is DocumentKind.ANSWER:
        return [], COMPLAINANT
    if kind is DocumentKind.COPY_LETTER:
        return [], COPIED_TO
    unit = case.handler if by.capacity_id != case.handler_id else case.issuer
    return ([unit] if unit.pk != by.capacity_id else []), []


def outcome_of(case: Case) -> str:
    """What the last submission concluded, '' without one."""
    step = _last(case, Verb.SUBMIT)
    return str(step.data.get("outcome", "")) if step else ""


def _last(case: Case, verb: Verb) -> Step | None:
    return case.steps.filter(verb=verb.value).order_by("-version").first()


def _said(case: Case, *verbs: Verb) -> str:
    said = case.steps.filter(verb__in=verbs).exclude(text="").order_by("version")
    return "\n".join(said.values_list("text", flat=True))


def _last_day(case: Case) -> str:
    finish = standing(case, Term.FINISH)
    return day_words((finish.due_at.astimezone(clock.CHINA) - ONE_DAY).date()) if finish else ""


def _submitted(case: Case) -> str:
    step = _last(case, Verb.SUBMIT)
    return step.text if step else ""


def _ordered(case: Case) -> Mapping[str, str]:
    return {"problem": case.text, "requirement": REQUIREMENT, "last_day": _last_day(case)}


def _supervised(case: Case) -> Mapping[str, str]:
    pushed = _last(case, Verb.LIST) or _last(case, Verb.SUPERVISE)
    asked = pushed.text if pushed else REQUIREMENT
    return {"facts": case.text, "requirement": asked, "last_day": _last_day(case)}


def _verified(case: Case) -> Mapping[str, str]:
    conclusion = kind_of(case.kind, case.flow).outcomes.get(outcome_of(case), "")
    done = _said(case, Verb.ANSWER, Verb.WORK) or _submitted(case)
    return {"process": done, "finding": _submitted(case), "conclusion": f"{conclusion}。" if conclusion else ""}


def _notified(case: Case) -> Mapping[str, str]:
    return {"problems": f"{case.text}\n{_submitted(case)}", "requirement": REQUIREMENT}


FILLED: Mapping[DocumentKind, Callable[[Case], Mapping[str, str]]] = {
    DocumentKind.ANSWER: lambda case: {"finding": _submitted(case)},
    DocumentKind.ASSIGNMENT: _ordered,
    DocumentKind.COPY_LETTER: lambda case: {"facts": f"{case.text}\n{_submitted(case)}"},
    DocumentKind.EXPOSURE: lambda case: {"facts": case.text},
    DocumentKind.INTERVIEW_NOTICE: lambda case: {"unit": case.handler.agency.name, "reason": case.text},
    DocumentKind.PROBLEM_NOTICE: _notified,
    DocumentKind.RECTIFICATION_REPORT: lambda case: {"problem": case.text, "measures": _submitted(case)},
    DocumentKind.SUPERVISION_ORDER: _supervised,
    DocumentKind.VERIFICATION_REPORT: _verified,
    DocumentKind.VIOLATION_NOTICE: _notified,
}
"""What a draft of each kind takes from the case; the rest of its blanks is written by hand."""
