"""What is put on record later turns no day before it green; asked for what was known then, it shows what it says."""

import datetime as dt
from typing import Any

import pytest

import builders
from builders import AFTER, CITY, DAY, PROVINCE, at, judged, on_the_clock, open_day
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.documents.models import Document
from jianguan.backbone.ledger.queries import ledger
from jianguan.backbone.ledger.rules import State
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.rosters import enter_roster
from jianguan.backbone.registrations import actions as registrations
from jianguan.backbone.registrations.models import RegistrationKind
from jianguan.backbone.scope import scope as scopes

ONE_DAY = dt.timedelta(days=1)
NEXT_DAY = DAY + ONE_DAY


@pytest.fixture(autouse=True)
def two_days(db: Any) -> None:
    builders.see_everything()
    open_day()
    open_day(NEXT_DAY)


def known(norm: str, capacity: str, known_at: dt.datetime) -> State:
    (row,) = ledger(
        scopes.everything(), first=DAY, last=DAY, as_of=AFTER, capacity=capacity, norm=norm, known_at=known_at
    )
    return row.state


def test_a_registration_dated_back_leaves_the_days_before_its_record_missed() -> None:
    norm = "5.1-establishment"
    with on_the_clock(at(NEXT_DAY, 8)):
        registrations.register(
            by=builders.officer(CITY), kind=RegistrationKind.ESTABLISHMENT, title="合成的机构", valid_from=DAY
        )
    assert judged(norm, CITY).state is State.MISSED
    assert judged(norm, CITY, day=NEXT_DAY).state is State.MET
    assert known(norm, CITY, at(NEXT_DAY)) is State.MISSED
    assert known(norm, CITY, at(NEXT_DAY, 9)) is State.MET


def issue(number: str, issued: dt.date, in_force_from: dt.date, replaces: Document | None = None) -> Document:
    """A document as it could come from another system: the action itself refuses to date one back."""
    return Document.objects.create(
        kind="norm", capacity=agencies.capacity(PROVINCE), number=number, title="合成的工作规范", sha256="0" * 64,
        sm3="0" * 64, in_force_from=in_force_from, issued_at=at(issued, 8), replaces=replaces,
    )  # fmt: skip


def test_a_document_dated_back_stands_from_its_issue() -> None:
    issue("合成1号", NEXT_DAY, DAY)
    assert judged("4.2-norm", PROVINCE).state is State.MISSED
    assert judged("4.2-norm", PROVINCE, day=NEXT_DAY).state is State.MET


def test_a_document_that_replaces_another_back_in_time_leaves_no_day_without_one() -> None:
    old = issue("合成1号", DAY - ONE_DAY, DAY - ONE_DAY)
    issue("合成2号", NEXT_DAY, DAY, replaces=old)
    assert judged("4.2-norm", PROVINCE).state is State.MET
    assert judged("4.2-norm", PROVINCE, day=NEXT_DAY).state is State.MET


def test_a_roster_drawn_up_after_the_day_proves_nothing_and_the_one_before_does() -> None:
    holder = Appointment.objects.get(pk=builders.officer(CITY).appointment_id)
    with on_the_clock(at(NEXT_DAY, 8)):
        enter_roster(by=None, appointment=holder, day=DAY)
        assert judged("5.3-roster", CITY).state is State.MISSED
        enter_roster(by=None, appointment=holder, day=DAY, shift="night", recorded_at=at(DAY - ONE_DAY))
    assert judged("5.3-roster", CITY).state is State.MET
