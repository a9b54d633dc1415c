"""Cases for tests, taken through their life by two units on given days."""

import datetime as dt
from typing import Any

from builders import DAY, at, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import open_case, submit, take
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import KINDS, Verb
from jianguan.backbone.complaints import actions as complaints
from jianguan.backbone.complaints import handling
from jianguan.backbone.complaints.actions import Report
from jianguan.backbone.complaints.models import Complaint
from jianguan.backbone.complaints.rules import Channel
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar


def ordered(issuer: str, handler: str, kind: str, provision: str, day: dt.date = DAY, **given: Any) -> Case:
    """Opened and assigned on a day by the officer of a unit; ``last_day`` where he sets one."""
    last_day = given.pop("last_day", None)
    given = {"title": "合成的事项", "text": "合成数据，仅供测试。", "origin": "合成来源"} | given
    with on_the_clock(at(day, 9)):
        by = officer(issuer)
        case = open_case(by=by, kind=kind, provision=provision, **given)
        unit = agencies.capacity(handler)
        routing.assign(by=by, case=case, version=1, handler=unit, calendar=working_calendar(), last_day=last_day)
    return case


def submitted(case: Case, day: dt.date = DAY, by: Actor | None = None, outcome: str | None = None) -> Case:
    """Signed for, where it was not, and submitted on a day by an officer of the unit that works on it."""
    with on_the_clock(at(day, 15)):
        by = by or officer(case.handler.key)
        case.refresh_from_db()
        if case.state == "assigned":
            take(by=by, case=case, verb=Verb.RECEIVE, version=case.version)
        known = KINDS[case.kind].outcomes
        outcome = outcome or ("true" if "true" in known else next(iter(known), ""))
        submit(by=by, case=case, version=case.version, outcome=outcome, text="合成：已按要求办理")
    return case


def returned(case: Case, day: dt.date = DAY) -> Case:
    """Returned by the unit that ordered it."""
    with on_the_clock(at(day, 16)):
        by = officer(case.issuer.key)
        take(by=by, case=case, verb=Verb.RETURN, version=case.version, text="合成：佐证不清")
    return case


def ended(case: Case, day: dt.date = DAY) -> Case:
    """Passed and closed by the unit that ordered it."""
    with on_the_clock(at(day, 17)):
        by = officer(case.issuer.key)
        take(by=by, case=case, verb=Verb.PASS, version=case.version, text="合成：属实，同意办结")
        take(by=by, case=case, verb=Verb.CLOSE, version=case.version)
    return case


def complained(unit: str, matter: str, day: dt.date = DAY) -> Complaint:
    """A complaint about a unit that came over the net."""
    with on_the_clock(at(day, 8)):
        text = "合成：三月九日下午在办事窗口排队两小时无人受理，没有说明原因。"
        report = Report(channel=Channel.ONLINE, matter=matter, unit=agencies.capacity(unit), text=text)
        return complaints.receive(report=report).complaint


def accepted(complaint: Complaint, handler: str, day: dt.date = DAY) -> Case:
    """Taken up by the unit that received it and given to a unit."""
    with on_the_clock(at(day, 9)):
        made = handling.accept(
            by=officer(complaint.receiver.key),
            complaint=complaint,
            handler=agencies.capacity(handler),
            text="已受理",
            calendar=working_calendar(),
        )
    assert made.case is not None
    return made.case


def answered(complaint: Complaint, case: Case, day: dt.date = DAY) -> None:
    """Passed, answered to the complainant and closed by the unit that received it."""
    with on_the_clock(at(day, 17)):
        by = officer(complaint.receiver.key)
        case.refresh_from_db()
        take(by=by, case=case, verb=Verb.PASS, version=case.version, text="合成：属实")
        handling.answer(by=by, complaint=complaint, text="合成：您反映的情况属实，已责令整改。")


def record(case: Case, verb: Verb) -> list[str]:
    """What the ledger names as proof: the case and the last step of a verb."""
    step = case.steps.filter(verb=verb.value).order_by("-version").first()
    return [f"case/{case.pk}", *([f"case-step/{step.pk}"] if step else [])]
