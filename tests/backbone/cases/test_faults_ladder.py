"""Faults around the ladder: kills at any moment, two runs at once, a clock that is set, units that are gone."""

import datetime as dt
import multiprocessing
import random
import threading
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.db import connection, connections, transaction

from builders import CITY, OFFICE, at, leader, officer, on_the_clock
from jianguan.backbone.agencies import actions as agency_actions
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.cases import ladder, routing
from jianguan.backbone.cases.actions import CaseRefused, open_case, take
from jianguan.backbone.cases.models import Case, Notice
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes

MONDAY = dt.date(2026, 3, 9)
LATE = at(dt.date(2026, 4, 10), 9)
RUNGS = ["bulletin", "chase", "red", "superior"]
CASES, KILLS = 240, 40

MORE = """
INSERT INTO cases_case (kind, flow, number, title, text, provision, severity, issuer_id, handler_id, origin, data,
    locked, state, supervision, version, opened_at, synthetic)
SELECT kind, flow, number || '-' || n, title, text, provision, severity, issuer_id, handler_id, origin, data,
    locked, 'opened', supervision, 1, opened_at, synthetic
FROM cases_case, generate_series(2, %(count)s) n WHERE id = %(case)s;
INSERT INTO cases_step (case_id, version, verb, from_state, to_state, side, capacity_id, text, data, state_digest, at)
SELECT c.id, 1, 'open', '', 'opened', 'issuer', c.issuer_id, '', '{}', repeat('0', 64), c.opened_at
FROM cases_case c WHERE c.id <> %(case)s;
INSERT INTO cases_deadline (case_id, term, due_at, amount, unit, pinned, step_id, set_at)
SELECT s.case_id, d.term, d.due_at, d.amount, d.unit, d.pinned, s.id, d.set_at
FROM cases_step s, cases_deadline d WHERE s.case_id <> %(case)s AND d.case_id = %(case)s AND d.term = 'finish'
"""


def assigned(city: Actor, handler: str = OFFICE) -> Case:
    """Assigned on a Monday, to be finished by Friday 20 March."""
    with on_the_clock(at(MONDAY, 9)):
        scopes.apply(city.scope)
        case = open_case(
            by=city, kind="rectification", title="遮挡", text="三号通道", provision="5.7", origin="抽查复核"
        )
        to, last = agencies.capacity(handler), dt.date(2026, 3, 20)
        routing.assign(by=city, case=case, version=1, handler=to, calendar=working_calendar(), last_day=last)
    return case


def climb_page_by_page(ready: Connection) -> None:
    """What the job does, in a process of its own: every page of three deadlines is a transaction."""
    connection.ensure_connection()
    ready.send_bytes(b"!")
    ladder.climb(LATE, limit=3)


def written() -> dict[int, list[str]]:
    with scopes.within(scopes.everything()):
        found: dict[int, list[str]] = {}
        for deadline, rung in Notice.objects.filter(deadline__term="finish").values_list("deadline_id", "rung"):
            found.setdefault(deadline, []).append(rung)
        return found


def told_in_the_log() -> int:
    with scopes.within(scopes.everything()):
        return sum(
            one["notices"] for one in Event.objects.filter(kind="case.noticed").values_list("details", flat=True)
        )


def notices() -> int:
    with scopes.within(scopes.everything()):
        return Notice.objects.count()


def many(city: Actor, count: int) -> None:
    with transaction.atomic():
        case = assigned(city)
        scopes.apply(scopes.everything())
        with connection.cursor() as cursor:
            cursor.execute(MORE, {"case": case.pk, "count": count})


@pytest.mark.usefixtures("fresh_database")
def test_kills_at_random_moments_of_the_ladder_write_no_notice_twice_and_leave_none_out() -> None:
    many(officer(CITY), CASES)
    chance = random.Random(5)  # noqa: S311 - moments, not secrets
    fork = multiprocessing.get_context("fork")
    killed, seen, span = 0, [0], 0.1
    while killed < KILLS and seen[-1] < CASES:
        connections.close_all()
        here, there = fork.Pipe(duplex=False)
        process = fork.Process(target=climb_page_by_page, args=(there,))
        process.start()
        here.recv_bytes()
        process.join(chance.uniform(0, span))
        if process.is_alive():
            process.kill()
            killed += 1
        process.join()
        found = written()
        assert all(sorted(rungs) == RUNGS for rungs in found.values()), "a deadline has been climbed in part"
        assert told_in_the_log() == notices()
        seen.append(len(found))
        done = seen[-1] - seen[-2]
        span *= 1.5 if done == 0 else 0.7 if done > CASES // KILLS else 1  # as fast as the machine is just now
    assert killed >= KILLS // 4, "the run was over before it could be killed"
    assert any(0 < count < CASES for count in seen), "no kill fell into the middle"
    ladder.climb(LATE)
    assert ladder.climb(LATE) == 0
    found = written()
    assert len(found) == CASES
    assert all(sorted(rungs) == RUNGS for rungs in found.values())
    assert told_in_the_log() == notices()


@pytest.mark.usefixtures("fresh_database")
def test_two_runs_at_once_share_the_work_and_count_it_once() -> None:
    many(officer(CITY), 60)
    done: list[int] = []

    def run() -> None:
        done.append(ladder.climb(LATE, limit=5))
        connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(done) == 2
    assert sum(done) == notices() == told_in_the_log()
    assert all(sorted(rungs) == RUNGS for rungs in written().values())


@pytest.fixture
def city(db: Any) -> Actor:
    return officer(CITY)


def test_a_clock_set_back_writes_nothing_twice_and_takes_nothing_away(city: Actor) -> None:
    assigned(city)
    assert ladder.climb(at(dt.date(2026, 3, 24))) > 0
    before = notices()
    assert ladder.climb(at(dt.date(2026, 3, 12))) == 0
    assert ladder.climb(at(dt.date(2026, 3, 24))) == 0
    assert notices() == before


def test_a_clock_set_forward_by_mistake_does_not_touch_deadlines_set_afterwards(city: Actor) -> None:
    early = assigned(city)
    ladder.climb(at(dt.date(2027, 1, 5)))
    late = assigned(city)
    ladder.climb(at(dt.date(2026, 3, 10)))
    assert not Notice.objects.filter(case=late, deadline__term="finish").exists()
    ladder.climb(at(dt.date(2026, 4, 10)))
    finish = Notice.objects.filter(deadline__term="finish")
    assert sorted(finish.filter(case=early).values_list("rung", flat=True)) == RUNGS
    assert sorted(finish.filter(case=late).values_list("rung", flat=True)) == RUNGS


def test_steps_keep_their_order_when_the_clock_is_set_back_between_them(city: Actor) -> None:
    case, office = assigned(city), officer(OFFICE)
    scopes.apply(office.scope)
    with on_the_clock(at(dt.date(2026, 3, 2), 9)):
        take(by=office, case=case, verb=Verb.RECEIVE, version=2)
    with on_the_clock(at(dt.date(2025, 12, 31), 9)):
        take(by=office, case=case, verb=Verb.WORK, version=3, text="清理")
    assert list(case.steps.values_list("verb", flat=True)) == ["open", "assign", "receive", "work"]
    assert case.version == 4


def test_a_case_sent_back_and_assigned_again_is_chased_on_the_end_it_had_only(city: Actor) -> None:
    case, office = assigned(city), officer(OFFICE)
    with on_the_clock(at(MONDAY, 10)):
        scopes.apply(office.scope)
        take(by=office, case=case, verb=Verb.REFUSE, version=2, text="不属本单位管辖")
        scopes.apply(city.scope)
        to = agencies.capacity("changchun-nanguan@COUNTY")
        routing.assign(by=city, case=case, version=3, handler=to, calendar=working_calendar())
    scopes.apply(scopes.everything())
    ladder.climb(at(dt.date(2026, 3, 18)))
    assert not Notice.objects.filter(case=case, deadline__term="finish").exists()
    ladder.climb(at(dt.date(2026, 5, 1)))
    new = case.deadlines.get(term="finish", replaced_by=None)
    told = Notice.objects.filter(case=case, deadline__term="finish")
    assert list(told.values_list("deadline_id", flat=True)) == [new.pk] * 4


def test_what_a_dissolved_unit_had_is_told_to_its_superior_and_handed_over_by_decision(city: Actor) -> None:
    case = assigned(city, "changchun-nanguan@COUNTY")
    scopes.apply(scopes.everything())
    province, county = leader("jilin@PROVINCE"), agencies.capacity("changchun-nanguan@COUNTY")
    with on_the_clock(at(dt.date(2026, 3, 16), 9)):
        agency_actions.end_capacity(by=province, capacity=county, on=dt.date(2026, 3, 17), basis="合成的撤销决定")
    with on_the_clock(at(dt.date(2026, 4, 10), 9)):
        ladder.climb(at(dt.date(2026, 4, 10), 9))
        told = Notice.objects.filter(case=case, deadline__term="finish").values_list("capacity__key", flat=True)
        assert set(told) == {CITY}
        chief = leader(CITY)
        scopes.apply(chief.scope)
        with pytest.raises(CaseRefused, match="已撤销"):
            routing.hand_over(by=chief, case=case, version=2, reason="南关撤销", handler=county)
        new = agencies.capacity("changchun-chaoyang@COUNTY")
        step = routing.hand_over(by=chief, case=case, version=2, reason="南关撤销，由朝阳接办", handler=new)
    assert step.decision is not None
    assert case.handler.key == "changchun-chaoyang@COUNTY"
    assert case.state == "assigned"


def test_what_a_dissolved_unit_had_ordered_is_seen_and_taken_over_by_the_one_above(city: Actor) -> None:
    county = officer("meihekou@COUNTY")
    with on_the_clock(at(MONDAY, 9)):
        scopes.apply(county.scope)
        case = open_case(by=county, kind="interview", title="约谈", text="约谈运输企业", provision="5.7", origin="检查")
        to = agencies.capacity("meihekou@COUNTY")
        routing.assign(by=county, case=case, version=1, handler=to, calendar=working_calendar())
    scopes.apply(scopes.everything())
    gone, above = agencies.capacity("meihekou@COUNTY"), agencies.superior(case.issuer_id, MONDAY)
    with on_the_clock(at(dt.date(2026, 3, 16), 9)):
        agency_actions.end_capacity(by=leader("jilin@PROVINCE"), capacity=gone, on=dt.date(2026, 3, 17), basis="合成")
    with on_the_clock(at(dt.date(2026, 5, 10), 9)):
        ladder.climb(at(dt.date(2026, 5, 10), 9))
        told = set(Notice.objects.filter(case=case).values_list("capacity__key", flat=True))
        assert told == {above.key}
        chief = leader(above.key)
        scopes.apply(chief.scope)
        assert Case.objects.filter(pk=case.pk).exists()
        routing.hand_over(by=chief, case=case, version=2, reason="单位撤销", handler=above, issuer=above)
    assert (case.handler_id, case.issuer_id) == (above.pk, above.pk)


def test_the_top_of_the_tree_has_no_superior_and_tells_itself(db: Any) -> None:
    province = officer("jilin@PROVINCE")
    case = assigned(province, "jilin@PROVINCE")
    scopes.apply(scopes.everything())
    ladder.climb(LATE)
    told = set(Notice.objects.filter(case=case).values_list("capacity__key", flat=True))
    assert told == {"jilin@PROVINCE"}
