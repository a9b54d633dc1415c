"""The arrival board: what came, what is late, and that nothing is unknown rather than none."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from facts.conftest import as_csv, exam
from jianguan.backbone.agencies import queries as agencies
from jianguan.facts import arrivals, authority, sources
from jianguan.facts.arrivals import Feed, Standing
from jianguan.kit.clock import CHINA

Take = Callable[..., Any]
DAY = dt.date(2020, 3, 2)
NEXT = DAY + dt.timedelta(days=1)
LATER = dt.date(2020, 3, 25)


def test_a_day_without_rows_is_unknown_until_somebody_says_it_was_empty(take: Take) -> None:
    city = sources.register("city-exams", "exam", capacity_key="changchun@CITY", capacity_id=7, first_day=DAY)
    assert arrivals.feed_state("exam", "changchun@CITY", DAY) is Feed.UNKNOWN
    take(as_csv([exam(1)]), source=city)
    assert arrivals.feed_state("exam", "changchun@CITY", DAY) is Feed.ARRIVED
    assert arrivals.feed_state("exam", "changchun@CITY", NEXT) is Feed.UNKNOWN
    assert arrivals.feed_state("exam", "jilin@CITY", DAY) is Feed.UNKNOWN
    header = as_csv([exam(1)]).splitlines()[0] + "\n"
    assert take(header, source=city, day=NEXT).accepted == 0
    assert arrivals.feed_state("exam", "changchun@CITY", NEXT) is Feed.ARRIVED


def test_refused_rows_make_the_day_partial(take: Take) -> None:
    take(as_csv([exam(1), exam(2, kskm="9")]))
    assert arrivals.feed_state("exam", "anybody", DAY) is Feed.PARTIAL


def test_the_board_shows_what_was_expected_when_it_was_due_and_how_late_it_is(take: Take) -> None:
    city = sources.register("city-exams", "exam", first_day=DAY, due_hour=9)
    take(as_csv([exam(1)]), source=city)
    came, missing = arrivals.board(DAY, NEXT, fact="exam", at=dt.datetime(2020, 3, 4, 10, tzinfo=CHINA))
    assert (came.feed, came.rows, came.due) == (Feed.ARRIVED, 1, dt.datetime(2020, 3, 3, 9, tzinfo=CHINA))
    assert came.late, "it came years after it was due"
    assert (missing.feed, missing.overdue, missing.late) == (Feed.UNKNOWN, True, dt.timedelta(hours=1))


def test_rows_take_the_capacity_of_their_source(take: Take, rows: Callable[..., list[dict[str, Any]]]) -> None:
    take(as_csv([exam(1)]), source=sources.register("city-exams", "exam", capacity_key="changchun@CITY"))
    assert rows()[0]["capacity"] == "changchun@CITY"


def test_a_superior_that_declared_its_subordinates_reports_for_them(take: Take) -> None:
    seat = agencies.capacity("changchun@CITY")
    (county, *_) = sorted(authority.below(seat.key, LATER))
    about = {"capacity_id": seat.pk, "capacity_key": seat.key, "first_day": LATER}
    city = sources.register("city-exams", "exam", reports_for="subordinates", **about)
    take(as_csv([exam(1, capacity=county, kssj="2020-03-25 08:00:00", jssj="2020-03-25 08:20:00")]), source=city)
    assert arrivals.feed_state("exam", county, LATER) is Feed.ARRIVED
    assert arrivals.feed_state("exam", "jilin-city@CITY", LATER) is Feed.UNKNOWN
    authority.declare(city, "own", [], LATER)
    assert arrivals.feed_state("exam", county, LATER) is Feed.UNKNOWN


def board_of(day: dt.date) -> arrivals.Arrival:
    (found,) = arrivals.board(day, day, fact="exam", at=dt.datetime(2020, 5, 1, tzinfo=CHINA))
    return found


def test_refused_rows_count_to_their_own_day_and_a_day_of_nothing_else_reads_all_refused(take: Take) -> None:
    started = {"kssj": "2020-03-03 08:00:00", "jssj": "2020-03-03 08:20:00"}
    take(as_csv([exam(1), exam(2, **started, kskm="9"), exam(3, **started, kskm="9")]))
    first, second = board_of(DAY), board_of(NEXT)
    assert (first.standing, first.rows, first.refused) == (Standing.ARRIVED, 1, 0)
    assert (second.standing, second.rows, second.refused) == (Standing.REFUSED, 0, 2)
    assert arrivals.feed_state("exam", "anybody", NEXT) is Feed.UNKNOWN


def test_a_refused_row_whose_day_cannot_be_read_counts_to_the_day_it_came(take: Take) -> None:
    came = dt.datetime(2020, 3, 4, 9, tzinfo=CHINA)
    take(as_csv([exam(1, kssj="昨天"), exam(2, kssj="2020-03-09 08:00:00")]), received=came)
    assert board_of(came.date()).refused == 2
    assert not arrivals.board(DAY, DAY, fact="exam")[0].refused


def test_far_fewer_records_than_usual_are_scarce_and_a_second_delivery_makes_them_no_more(take: Take) -> None:
    for week in (3, 2, 1, 0):
        day = DAY - dt.timedelta(weeks=week)
        started = {"kssj": f"{day} 08:00:00", "jssj": f"{day} 08:20:00"}
        most = 9 if week == 0 else 20
        take(as_csv([exam(100 * week + number, **started) for number in range(most)]))
    take(as_csv([exam(number, kcdd="K2") for number in range(9)]))
    found = board_of(DAY)
    assert (found.rows, found.usual, found.feed, found.standing) == (9, 20, Feed.ARRIVED, Standing.SCARCE)
    (early,) = arrivals.board(DAY, DAY, fact="exam", at=dt.datetime(2020, 3, 2, 20, tzinfo=CHINA))
    assert early.standing is Standing.ARRIVED, "the day is not over"


def test_records_that_another_source_had_reported_are_conflicts_of_their_day(take: Take) -> None:
    take(as_csv([exam(1)]), source=sources.register("one", "exam", first_day=DAY))
    take(as_csv([exam(1, kcdd="K2"), exam(2)]), source=sources.register("two", "exam", first_day=DAY))
    found = arrivals.board(DAY, DAY, fact="exam")
    assert [(one.rows, one.conflicting) for one in found] == [(1, 0), (2, 1)]


def test_no_day_to_come_and_none_before_the_first_can_be_said_to_be_empty(take: Take) -> None:
    header = as_csv([exam(1)]).splitlines()[0] + "\n"
    city = sources.register("city-exams", "exam", first_day=DAY)
    for day, says in ((DAY - dt.timedelta(days=1), "应到期间"), (dt.date(2199, 1, 1), "尚未到来")):
        with pytest.raises(sources.WrongSource, match=says):
            take(header, source=city, day=day)


def test_the_same_file_proves_every_day_it_is_said_to_be_about(take: Take) -> None:
    header = as_csv([exam(1)]).splitlines()[0] + "\n"
    for day in (DAY, NEXT):
        take(header, day=day)
        assert arrivals.feed_state("exam", "anybody", day) is Feed.ARRIVED


def test_days_of_a_history_taken_over_came_when_they_had_come_with_rows_or_without(take: Take) -> None:
    city = sources.register("city-exams", "exam", first_day=DAY, due_hour=9)
    on_time, late = dt.datetime(2020, 3, 3, 8, tzinfo=CHINA), dt.datetime(2020, 3, 4, 11, tzinfo=CHINA)
    take(as_csv([exam(1)]), source=city, arrived={DAY: on_time, NEXT: late})
    came, empty = arrivals.board(DAY, NEXT, fact="exam", at=dt.datetime(2020, 3, 5, tzinfo=CHINA))
    assert (came.feed, came.rows, came.first_at, came.late) == (Feed.ARRIVED, 1, on_time, None)
    assert (empty.feed, empty.rows, empty.first_at, empty.late) == (Feed.ARRIVED, 0, late, dt.timedelta(hours=2))
