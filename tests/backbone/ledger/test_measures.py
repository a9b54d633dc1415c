"""Every measure in its states, through the public actions and the ledger."""

import datetime as dt
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

import builders
from builders import AFTER, CITY, DAY, OFFICE, PROVINCE, at, check, judged, open_day
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.documents.models import Document, Service
from jianguan.backbone.ledger.queries import ledger
from jianguan.backbone.ledger.rules import State
from jianguan.backbone.registrations.models import RegistrationKind
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work import actions as work
from jianguan.backbone.work.models import Check, Task

PRE_EXAM, RATIO = "6.4-pre-exam", "6.6-exam"
REVIEW = "6.2-access"  # once adopted as daily, it may be made up on the next day; a pre-exam check may not
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def system(db: Any) -> None:
    builders.see_everything()


@pytest.fixture
def site(system: None) -> Subject:
    """The only exam site of the office."""
    return builders.place(OFFICE)


def sign(site: Subject | None, happened_at: dt.datetime, signed_at: dt.datetime, kind: str = "pre-exam") -> None:
    """A check of the office as it lies in the table, happened and signed at two moments."""
    Check.objects.create(
        kind=kind,
        method=Check.Method.ON_SITE,
        capacity=agencies.capacity(OFFICE),
        subject=site,
        happened_at=happened_at,
        signed_at=signed_at,
    )


def test_an_act_in_time_meets_the_duty_and_says_so(site: Subject) -> None:
    open_day()
    sign(site, at(DAY, 7), at(DAY, 7, 30))
    row = judged(PRE_EXAM, OFFICE)
    assert (row.state, row.required, row.done) == (State.MET, 1, 1)
    assert row.reason.startswith("条款6.4 要求每日")
    assert row.reason.endswith("当日应有1个考场，已做1个，已按期履行。")
    assert row.proof["records"][0].startswith("check/")


def test_a_duty_is_not_due_then_open_then_overdue_then_missed(site: Subject) -> None:
    open_day()
    states = [
        (judged(PRE_EXAM, OFFICE, moment).state, judged(PRE_EXAM, OFFICE, moment).overdue)
        for moment in (
            at(DAY) - dt.timedelta(hours=1),
            at(DAY, 7),
            at(DAY, 9),
            at(DAY + 2 * ONE_DAY),
        )
    ]
    assert states == [(State.NOT_DUE, False), (State.OPEN, False), (State.OPEN, True), (State.MISSED, False)]


def test_an_act_signed_the_next_day_is_late_for_ever() -> None:
    builders.adopt(PROVINCE, REVIEW, "daily")
    open_day()
    sign(None, at(DAY, 7), at(DAY + ONE_DAY, 9), "access-review")
    assert judged(REVIEW, OFFICE, at(DAY + ONE_DAY, 10)).state is State.LATE
    assert judged(REVIEW, OFFICE).state is State.LATE


def test_an_act_entered_after_the_last_moment_with_an_old_date_leaves_the_duty_missed(site: Subject) -> None:
    open_day()
    assert judged(PRE_EXAM, OFFICE).state is State.MISSED
    sign(site, at(DAY, 7), at(DAY + 2 * ONE_DAY))
    row = judged(PRE_EXAM, OFFICE)
    assert (row.state, row.done) == (State.MISSED, 0)


def test_the_act_of_the_next_day_counts_for_the_next_day_and_only_a_second_one_makes_up() -> None:
    builders.adopt(PROVINCE, REVIEW, "daily")
    open_day()
    open_day(DAY + ONE_DAY)
    sign(None, at(DAY + ONE_DAY, 7), at(DAY + ONE_DAY, 8), "access-review")
    assert judged(REVIEW, OFFICE).state is State.MISSED
    assert judged(REVIEW, OFFICE, day=DAY + ONE_DAY).state is State.MET
    check(OFFICE, "access-review", DAY + ONE_DAY)
    assert judged(REVIEW, OFFICE).state is State.LATE


def test_a_pre_exam_check_is_never_made_up_after_its_day(site: Subject) -> None:
    open_day()
    sign(site, at(DAY, 7), at(DAY + ONE_DAY, 9))
    assert judged(PRE_EXAM, OFFICE).state is State.MISSED


def test_half_of_an_adopted_number_is_short() -> None:
    builders.adopt(PROVINCE, "4.4-open-visit", "monthly", times=2)
    open_day()
    check(PROVINCE, "open-visit")
    row = judged("4.4-open-visit", PROVINCE)
    assert (row.period, row.state, row.required, row.done) == ("2026-03", State.SHORT, 2, 1)


def test_a_ratio_over_a_counted_population_is_met_short_or_missed_by_the_integer_quota() -> None:
    open_day()
    population = builders.freeze(OFFICE, "exam-av", 212)
    assert judged(RATIO, OFFICE).state is State.MISSED
    builders.review(population, 9)
    row = judged(RATIO, OFFICE)
    assert (row.state, row.required, row.done) == (State.SHORT, 11, 9)
    assert row.reason == "条款6.6 要求每日不少于5%，当日考试档案212件，应抽11件，已审9件，缺2件。"
    builders.review(population, 2)
    assert judged(RATIO, OFFICE).state is State.MET


def test_reviews_after_the_next_working_day_meet_a_ratio_late() -> None:
    open_day()
    population = builders.freeze(OFFICE, "exam-av", 20)
    builders.review(population, 1, at(DAY + 2 * ONE_DAY, 9))
    assert judged(RATIO, OFFICE).state is State.LATE


def test_proven_empty_is_excused_and_unknown_or_absent_is_unprovable_never_green() -> None:
    open_day()
    assert judged(RATIO, OFFICE, at(DAY, 20)).state is State.OPEN
    assert judged(RATIO, OFFICE).state is State.UNPROVABLE
    builders.freeze(OFFICE, "exam-av", 0)
    empty = judged(RATIO, OFFICE)
    assert (empty.state, empty.required) == (State.EXCUSED, 0)
    unknown = builders.freeze(OFFICE, "body-camera", None)
    builders.review(unknown, 3)
    row = judged("6.6-body-camera", OFFICE)
    assert (row.state, row.required, row.done) == (State.UNPROVABLE, None, 3)


def test_what_must_stand_is_met_on_its_days_and_missed_on_the_others() -> None:
    open_day()
    open_day(DAY - ONE_DAY)
    builders.register(CITY, RegistrationKind.ESTABLISHMENT)
    assert judged("5.1-establishment", CITY).state is State.MET
    assert judged("5.1-establishment", CITY, day=DAY - ONE_DAY).state is State.MISSED


def serve(due: dt.datetime, acknowledged: dt.datetime | None) -> None:
    """Serve a norm of the province on a city with a deadline; acknowledged at a moment or not yet."""
    province, city = agencies.capacity(PROVINCE), agencies.capacity(CITY)
    document = Document.objects.create(
        kind="norm", capacity=province, number=f"合成-{due}", title="合成", sha256="0" * 64, sm3="0" * 64,
        in_force_from=DAY, issued_at=at(DAY),
    )  # fmt: skip
    service = Service.objects.create(document=document, issuer=province, recipient=city, served_at=at(DAY), due_at=due)
    if acknowledged:
        service_ack = type(service).acknowledgement.related.related_model
        service_ack.objects.create(service=service, recipient=city, issuer=province, acknowledged_at=acknowledged)


def test_things_due_in_a_month_are_judged_by_their_own_deadlines() -> None:
    open_day()
    norm = "4.2-acknowledge"
    assert judged(norm, PROVINCE, at(DAY)).state is State.NOT_DUE
    assert judged(norm, PROVINCE).state is State.EXCUSED
    serve(at(DAY + 5 * ONE_DAY), at(DAY + ONE_DAY))
    assert judged(norm, PROVINCE).state is State.MET
    serve(at(DAY + 5 * ONE_DAY, 1), at(DAY + 7 * ONE_DAY))
    assert judged(norm, PROVINCE).state is State.LATE
    serve(at(DAY + 5 * ONE_DAY, 2), None)
    row = judged(norm, PROVINCE)
    assert (row.state, row.required, row.done) == (State.SHORT, 3, 2)
    running = judged(norm, PROVINCE, at(DAY + 6 * ONE_DAY))
    assert (running.state, running.overdue) == (State.OPEN, True)


def test_coverage_counts_places_and_no_known_place_is_unprovable() -> None:
    builders.adopt(CITY, "5.2-venues", "monthly")
    open_day()
    assert judged("5.2-venues", CITY).state is State.UNPROVABLE
    first = builders.place(OFFICE, code="合成-1")
    builders.place(OFFICE, code="合成-2")
    check(CITY, "patrol-on-site", subject=first)
    check(CITY, "patrol-on-site", subject=first)
    row = judged("5.2-venues", CITY)
    assert (row.state, row.required, row.done) == (State.SHORT, 2, 1)


def test_a_source_that_no_room_has_registered_is_unprovable_and_says_so() -> None:
    open_day()
    row = judged("6.5-upload", OFFICE)
    assert row.state is State.UNPROVABLE
    assert "数据来源尚未接入" in row.reason


def test_a_past_period_without_a_task_is_unprovable_and_a_coming_one_is_not_due() -> None:
    past = judged(PRE_EXAM, OFFICE)
    assert (past.state, past.proof) == (State.UNPROVABLE, {})
    assert "未开立任务" in past.reason
    assert judged(PRE_EXAM, OFFICE, at(DAY - ONE_DAY)).state is State.NOT_DUE


def test_a_soft_word_without_a_number_has_no_cadence_until_one_is_adopted() -> None:
    open_day()
    row = judged("4.4-open-visit", PROVINCE)
    assert row.state is State.NO_CADENCE
    assert "定期" in row.reason
    builders.adopt(PROVINCE, "4.4-open-visit", "weekly")
    open_day()
    assert judged("4.4-open-visit", PROVINCE).state is State.MISSED


def test_prohibitions_and_powers_are_not_in_the_ledger() -> None:
    open_day()
    rows = ledger(scopes.everything(), first=DAY, last=DAY, as_of=AFTER)
    assert {"13.1d-city", "13.1d-county", "6.10-covert"}.isdisjoint({row.norm for row in rows})


def test_an_excuse_by_the_superior_and_an_open_doubt_show_as_such(site: Subject) -> None:
    open_day()
    task = Task.objects.get(norm__key=PRE_EXAM, capacity__key=OFFICE, period=DateRange(DAY, DAY + ONE_DAY))
    doubt = work.dispute_task(by=builders.officer(OFFICE), task=task, reason="当日停电")
    assert judged(PRE_EXAM, OFFICE, dt.datetime.now(dt.UTC)).state is State.DISPUTED
    work.settle_dispute(by=builders.leader(CITY), dispute=doubt, reason="维持原认定")
    assert judged(PRE_EXAM, OFFICE, dt.datetime.now(dt.UTC)).state is State.MISSED
    work.excuse_task(by=builders.leader(CITY), task=task, reason="当日停电，考试取消")
    assert judged(PRE_EXAM, OFFICE, dt.datetime.now(dt.UTC)).state is State.EXCUSED


def test_the_acting_city_owes_only_what_is_owed_toward_a_county() -> None:
    open_day()
    rows = ledger(scopes.everything(), first=DAY, last=DAY, as_of=AFTER, capacity="jilin@CITY")
    assert {row.norm for row in rows} == {"8.1-notify", "9.2-approve", "9.2-filing-received"}


def test_a_scope_sees_only_its_own_capacities() -> None:
    open_day()
    office = agencies.capacity(OFFICE).pk
    with scopes.within(scopes.of([office])) as scope:
        rows = list(ledger(scope, first=DAY, last=DAY, as_of=AFTER))
    assert {row.capacity for row in rows} == {OFFICE}
