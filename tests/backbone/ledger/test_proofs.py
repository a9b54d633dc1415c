"""What a cell opens into, the heat map as the sum of the ledger, and how many statements both need."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import builders
from builders import AFTER, CITY, COUNTY, DAY, OFFICE, PROVINCE, at, judged, open_day
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.evidence.models import RetentionDrill
from jianguan.backbone.ledger.proof import NothingToProve, explain
from jianguan.backbone.ledger.queries import UnknownProvision, heat, ledger
from jianguan.backbone.ledger.rules import WORST_FIRST, State
from jianguan.backbone.registrations import actions as registrations
from jianguan.backbone.registrations.models import RegistrationKind
from jianguan.backbone.rules.actions import change_parameter
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.actions import rejudge

MOST_STATEMENTS = 80
SCOPE = scopes.everything


@pytest.fixture(autouse=True)
def day(db: Any) -> None:
    builders.see_everything()
    open_day()


def test_a_cell_opens_into_readings_values_and_events() -> None:
    population = builders.freeze(OFFICE, "exam-av", 100)
    builders.review(population, 5)
    by = builders.leader(PROVINCE)
    change_parameter(by=by, key="6.6.ratio", value=8, valid_from=DAY, reason="合成的决定")
    rejudge(by=by, first=DAY, last=DAY, reason="合成的复核", norm_keys=["6.6-exam"])
    proof = explain(SCOPE(), norm="6.6-exam", capacity=OFFICE, day=DAY, as_of=AFTER)
    assert [(row.required, row.state) for row in proof.readings] == [(5, State.MET), (8, State.SHORT)]
    assert proof.row == proof.readings[-1]
    assert {value.value for value in proof.values if value.parameter.key == "6.6.ratio"} == {"5", "8"}
    assert "population.frozen" in {event.kind for event in proof.events}
    assert len(proof.tasks) == 2


def test_what_nobody_owes_cannot_be_explained() -> None:
    with pytest.raises(NothingToProve):
        explain(SCOPE(), norm="6.6-exam", capacity=COUNTY, day=DAY, as_of=AFTER)
    with pytest.raises(UnknownProvision):
        explain(SCOPE(), norm="9.9-nothing", capacity=COUNTY, day=DAY, as_of=AFTER)


def test_the_heat_map_is_the_sum_of_the_ledger_and_shows_the_worst() -> None:
    builders.place(OFFICE)
    builders.freeze(OFFICE, "exam-av", 0)
    asked: dict[str, Any] = {"as_of": AFTER, "capacity": OFFICE}
    last = DAY + dt.timedelta(days=2)
    counted: dict[str, Counter[State]] = {}
    for row in ledger(SCOPE(), first=DAY, last=last, **asked):
        counted.setdefault(row.provision, Counter())[row.state] += 1
    cells = {cell.provision: cell for cell in heat(SCOPE(), DAY, last, **asked)}
    assert {item: cell.counts for item, cell in cells.items()} == counted
    assert all(cell.state == min(cell.counts, key=WORST_FIRST.index) for cell in cells.values())


def test_the_map_of_the_province_and_its_ledger_need_the_same_few_statements_for_one_day_and_for_a_month() -> None:
    for days in (0, 27):
        last = DAY + dt.timedelta(days=days)
        with CaptureQueriesContext(connection) as taken:
            assert heat(SCOPE(), DAY, last, as_of=AFTER)
        assert len(taken) <= MOST_STATEMENTS
    with CaptureQueriesContext(connection) as taken:
        assert sum(1 for _ in ledger(SCOPE(), first=DAY, last=DAY, as_of=AFTER)) > 1000
    assert len(taken) <= MOST_STATEMENTS


def test_drills_of_the_month_are_added_up_and_one_lost_file_breaks_it() -> None:
    norm = "6.9-av"
    assert judged(norm, OFFICE, at(DAY, 12)).state is State.OPEN
    assert judged(norm, OFFICE).state is State.UNPROVABLE
    for retrieved, state in ((10, State.MET), (9, State.MISSED)):
        RetentionDrill.objects.create(
            capacity=agencies.capacity(OFFICE), kind="av-retention", drilled_at=at(DAY, 9), oldest=dt.date(2023, 3, 10),
            sampled=10, retrieved=retrieved, recorded_at=at(DAY, 10),
        )  # fmt: skip
        assert judged(norm, OFFICE).state is state


def test_a_filing_is_owed_when_something_must_be_filed_and_met_when_the_superior_signed_for_it() -> None:
    norm = "15.1-filing"
    assert judged(norm, CITY).state is State.EXCUSED
    filing = builders.register(CITY, RegistrationKind.STAFF_FILING)
    row = judged(norm, CITY)
    assert (row.state, row.required, row.done) == (State.MISSED, 1, 0)
    with builders.on_the_clock(at(DAY, 11)):
        registrations.file_with_superior(by=builders.officer(CITY), registration=filing)
        filing.refresh_from_db()
        registrations.receive_filing(by=builders.leader(PROVINCE), registration=filing)
    row = judged(norm, CITY)
    assert (row.state, row.required, row.done) == (State.MET, 1, 1)
