"""Who had a case and by when: nothing done afterwards takes an overdue duty out of the past or lays it on others."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from builders import CITY, DAY, OFFICE, PROVINCE, at, judged, leader, officer, on_the_clock, open_day, see_everything
from casework import ended, ordered, returned, submitted
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import ladder, routing
from jianguan.backbone.cases.actions import CaseRefused, take
from jianguan.backbone.cases.models import Case, Notice
from jianguan.backbone.cases.queries import Asked, board, statistics
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.ledger.queries import Row
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes

pytestmark = pytest.mark.usefixtures("months")

END = DAY + dt.timedelta(days=3)
LATER = dt.date(2026, 5, 12)
NOW = dt.datetime.combine(dt.date(2026, 5, 20), dt.time(), at(DAY).tzinfo)
COUNTY = "changchun-nanguan@COUNTY"


@pytest.fixture
def months(db: Any) -> None:
    """The tasks of the two months in which something falls due."""
    see_everything()
    open_day()
    open_day(LATER)


def overdue(handler: str = CITY, issuer: str = PROVINCE) -> Case:
    """Ordered on the day, signed for, due on the third day after and never submitted."""
    case = ordered(issuer, handler, "rectification", "10.4", last_day=END)
    with on_the_clock(at(DAY, 10)):
        take(by=officer(handler), case=case, verb=Verb.RECEIVE, version=case.version)
    return case


def extended(case: Case, day: dt.date, last_day: dt.date) -> None:
    """More time asked for by the unit and granted by a leader of whoever ordered, on a day."""
    with on_the_clock(at(day, 10)):
        text = "合成：设备未到货"
        take(by=officer(case.handler.key), case=case, verb=Verb.REQUEST_EXTENSION, version=case.version, text=text)
        routing.decide_extension(
            by=leader(case.issuer.key), case=case, version=case.version, granted=True, reason="同意", last_day=last_day
        )


def owed(capacity: str, norm: str = "5.7-rectify", day: dt.date = DAY) -> Row:
    return judged(norm, capacity, as_of=NOW, day=day)


@pytest.mark.parametrize(("asked_on", "on_time"), [(END - dt.timedelta(days=1), 1), (END + dt.timedelta(days=9), 0)])
def test_statistics_take_nothing_for_in_time_that_lapsed_before_it_was_put_off(asked_on: dt.date, on_time: int) -> None:
    case = overdue()
    extended(case, asked_on, LATER)
    case.refresh_from_db()
    ended(submitted(case, END + dt.timedelta(days=12)), END + dt.timedelta(days=12))
    scope = scopes.everything()
    (row,) = statistics(scope, DAY, DAY, "kind")
    assert (row["closed"], row["on_time"], row["late"]) == (1, on_time, 1 - on_time)
    assert board(scope, Asked(mark="on-time")).count() == on_time
    assert board(scope, Asked(mark="late")).count() == 1 - on_time


def test_more_time_granted_after_the_end_leaves_the_lapse_in_its_month() -> None:
    case = overdue()
    before = owed(CITY)
    extended(case, LATER, dt.date(2026, 5, 29))
    after = owed(CITY)
    assert (before.state, before.required, before.done) == ("未履行", 1, 0)
    assert (after.state, after.required, after.done) == ("未履行", 1, 0)
    assert owed(CITY, day=LATER).required == 1


def test_more_time_granted_before_the_end_takes_its_place() -> None:
    case = overdue()
    extended(case, END, dt.date(2026, 5, 29))
    assert owed(CITY).required == 0
    submitted(case, dt.date(2026, 5, 14))
    row = owed(CITY, day=LATER)
    assert (row.state, row.required, row.done) == ("已履行", 1, 1)


def test_an_overdue_case_stays_with_the_unit_that_let_it_lapse_when_it_is_transferred() -> None:
    case = overdue()
    with on_the_clock(at(LATER, 10)):
        by = officer(CITY)
        to = agencies.capacity(OFFICE)
        routing.transfer(by=by, case=case, version=case.version, handler=to, text="合成：转车管所")
    row = owed(CITY)
    assert (row.state, row.required, row.done) == ("未履行", 1, 0)
    assert owed(OFFICE, "6.11-rectify").required == 0
    submitted(case, LATER)
    assert (owed(CITY).required, owed(CITY).state) == (1, row.state)


def test_a_case_transferred_in_time_is_owed_by_the_unit_that_has_it_at_the_end() -> None:
    case = overdue()
    with on_the_clock(at(DAY, 16)):
        by = officer(CITY)
        to = agencies.capacity(OFFICE)
        routing.transfer(by=by, case=case, version=case.version, handler=to, text="合成：转车管所")
    assert owed(CITY).required == 0
    assert owed(OFFICE, "6.11-rectify").required == 1


def test_a_case_sent_back_keeps_its_end_when_it_is_assigned_again() -> None:
    case = ordered(PROVINCE, CITY, "rectification", "10.4", last_day=END)
    with on_the_clock(at(LATER, 9)):
        take(by=officer(CITY), case=case, verb=Verb.REFUSE, version=case.version, text="合成：不属本单位")
        by, to, calendar = officer(PROVINCE), agencies.capacity(CITY), working_calendar()
        given: dict[str, Any] = {"by": by, "case": case, "version": case.version, "handler": to, "calendar": calendar}
        with pytest.raises(CaseRefused, match="重新交办不能推后"):
            routing.assign(**given, last_day=dt.date(2026, 12, 31))
        routing.assign(**given)
    (end,) = case.deadlines.filter(term="finish")
    assert end.due_at == at(END + dt.timedelta(days=1))
    row = owed(CITY)
    assert (row.state, row.required, row.done) == ("未履行", 1, 0)


def test_a_case_refused_in_time_was_not_owed_by_the_unit_that_refused_it() -> None:
    case = ordered(PROVINCE, CITY, "rectification", "10.4", last_day=END)
    with on_the_clock(at(DAY, 15)):
        take(by=officer(CITY), case=case, verb=Verb.REFUSE, version=case.version, text="合成：不属本单位")
    assert owed(CITY).required == 0


def test_more_time_does_not_end_in_the_past() -> None:
    case = overdue()
    with pytest.raises(CaseRefused, match="不能早于今天"):
        extended(case, LATER, END + dt.timedelta(days=2))


def test_a_unit_that_takes_over_signs_by_its_own_day_and_is_told_what_is_overdue() -> None:
    case = ordered(PROVINCE, CITY, "rectification", "10.4", last_day=END)
    climbed_at = at(LATER, 8)
    with on_the_clock(climbed_at):
        ladder.climb(climbed_at)
    with on_the_clock(at(LATER, 10)):
        by, to = officer(CITY), agencies.capacity(OFFICE)
        routing.transfer(by=by, case=case, version=case.version, handler=to, text="合成：转车管所")
        sign = case.deadlines.get(term="sign", replaced_by=None)
        assert sign.due_at > at(LATER + dt.timedelta(days=1))
        told = Notice.objects.filter(case=case, capacity__key=OFFICE)
        assert list(told.values_list("rung", "deadline__term")) == [("taken-over", "finish")]
        assert "在接办前已过" in told.get().text
        ladder.climb(at(LATER, 11))
    assert set(Notice.objects.filter(deadline=sign).values_list("rung", flat=True)) <= {"warn"}
    assert told.filter(deadline__term="finish").count() == 1


def test_a_handed_over_case_is_signed_for_by_a_day_of_its_own_too() -> None:
    case = ordered(PROVINCE, CITY, "rectification", "10.4", last_day=END)
    with on_the_clock(at(LATER, 10)):
        to = agencies.capacity("siping@CITY")
        routing.hand_over(by=leader(PROVINCE), case=case, version=case.version, reason="合成：改由四平", handler=to)
    assert case.deadlines.get(term="sign", replaced_by=None).due_at > at(LATER + dt.timedelta(days=1))
    assert owed(CITY).required == 1
    assert owed("siping@CITY").required == 0


def test_nobody_becomes_issuer_and_handler_of_what_was_ordered_of_another() -> None:
    case = overdue(OFFICE, CITY)
    with on_the_clock(at(LATER, 10)):
        chief, office, city = leader(CITY), agencies.capacity(OFFICE), agencies.capacity(CITY)
        given: dict[str, Any] = {"by": chief, "case": case, "version": case.version, "reason": "合成"}
        for change in ({"issuer": office}, {"handler": city}):
            with pytest.raises(CaseRefused, match="不能成为同一单位"):
                routing.hand_over(**given, **change)
        about: dict[str, Any] = {"subject": case.number, "outcome": {}, "state": {}, "basis": "5.7"}
        decision = make_decision(by=chief, kind=DecisionKind.HAND_OVER_CASE, reason="合成", **about)
        past: dict[str, Any] = {"by": chief, "case": case, "version": case.version, "verb": Verb.HAND_OVER}
        for said, why in (({"issuer": office.pk}, "不能成为同一单位"), ({}, "须写入步骤")):
            with pytest.raises(IntegrityError, match=why), transaction.atomic():
                take(**past, text="合成", decision=decision, changes={"issuer": office}, data=said)


def test_an_issuer_below_the_unit_that_works_on_it_is_refused() -> None:
    case = overdue()
    with on_the_clock(at(LATER, 10)), pytest.raises(CaseRefused, match="不能受承办单位监管"):
        routing.hand_over(
            by=leader(PROVINCE), case=case, version=case.version, reason="合成", issuer=agencies.capacity(COUNTY)
        )


def test_a_case_sent_back_is_not_taken_over_by_whoever_ordered_it() -> None:
    case = ordered(CITY, OFFICE, "rectification", "5.7", last_day=END)
    with on_the_clock(at(DAY, 15)):
        take(by=officer(OFFICE), case=case, verb=Verb.REFUSE, version=case.version, text="合成：不属本单位")
        to, calendar = agencies.capacity(CITY), working_calendar()
        with pytest.raises(CaseRefused, match="不能成为同一单位"):
            routing.assign(by=officer(CITY), case=case, version=case.version, handler=to, calendar=calendar)


def test_while_a_case_waits_to_be_given_out_whoever_must_do_that_is_reminded() -> None:
    case = ordered(PROVINCE, CITY, "rectification", "10.4", last_day=END)
    with on_the_clock(at(DAY, 15)):
        take(by=officer(CITY), case=case, verb=Verb.REFUSE, version=case.version, text="合成：不属本单位")
    scopes.apply(scopes.everything())
    ladder.climb(at(END + dt.timedelta(days=1), 8))
    assert set(Notice.objects.filter(case=case).values_list("capacity__key", flat=True)) == {PROVINCE}


def test_a_return_that_fell_by_an_objection_leaves_the_submission_in_time() -> None:
    case = submitted(overdue(), END)
    returned(case, END)
    assert owed(CITY).state == "未履行"
    with on_the_clock(at(LATER, 10)):
        take(by=officer(CITY), case=case, verb=Verb.OBJECT, version=case.version, text="合成：佐证齐全")
        routing.decide_objection(by=leader(PROVINCE), case=case, version=case.version, upheld=True, reason="合成")
    row = owed(CITY)
    assert (row.state, row.required, row.done) == ("已履行", 1, 1)
