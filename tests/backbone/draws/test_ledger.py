"""From the feed to the ledger: what arrived is owed, what proves empty excuses, what is missing cannot be proven."""

import datetime as dt
from collections.abc import Callable

import pytest

from builders import DAY, OFFICE, at, judged, open_day
from draws_world import frozen

Exams = Callable[..., None]
ONE_DAY = dt.timedelta(days=1)
EVENING = at(DAY, 20)


@pytest.mark.clause("6.6")
def test_arrived_owes_a_share_empty_excuses_missing_cannot_be_proven(exams: Exams) -> None:
    elsewhere = "yanbian-office@VEHICLE_OFFICE"
    open_day()
    assert judged("6.6-exam", OFFICE).state == "不可证", "nothing frozen"
    exams(212)
    frozen()
    frozen(kind="body-camera")
    row = judged("6.6-exam", OFFICE, as_of=EVENING)
    assert (row.state, row.required, row.done) == ("待履行", 11, 0)
    assert judged("6.6-exam", elsewhere, as_of=EVENING).state == "免除"
    assert judged("6.6-body-camera", OFFICE).state == "不可证"


@pytest.mark.clause("6.6")
def test_a_feed_that_was_missing_at_the_freeze_makes_the_day_known_when_it_comes(exams: Exams) -> None:
    open_day()
    assert frozen().state == "unknown"
    assert judged("6.6-exam", OFFICE).state == "不可证"
    exams(40, arrived=at(DAY + ONE_DAY, 9))
    assert frozen(moment=at(DAY + ONE_DAY, 18)).state == "counted"
    row = judged("6.6-exam", OFFICE, as_of=at(DAY + ONE_DAY, 20))
    assert (row.required, row.done, row.state) == (2, 0, "待履行")
    exams(60, first=41, arrived=at(DAY + 2 * ONE_DAY, 9))
    frozen(moment=at(DAY + 2 * ONE_DAY, 18))
    assert judged("6.6-exam", OFFICE).required == 5, "5 % of 100"


@pytest.mark.clause("6.4")
def test_a_day_thought_empty_is_owed_again_once_late_records_show_that_it_was_not(exams: Exams) -> None:
    open_day()
    exams(0)
    assert frozen().state == "empty"
    assert judged("6.6-exam", OFFICE, as_of=EVENING).state == "免除"
    exams(21, arrived=at(DAY + ONE_DAY, 9))
    assert frozen(moment=at(DAY + ONE_DAY, 18)).part == 1
    assert judged("6.6-exam", OFFICE, as_of=at(DAY + ONE_DAY, 20)).required == 2
