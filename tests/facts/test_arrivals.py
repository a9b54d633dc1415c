"""The arrival board: what came, what is late, and that nothing is unknown rather than none."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from facts.conftest import as_csv, exam
from jianguan.backbone.agencies import queries as agencies
from jianguan.facts import arrivals, authority, sources
from jianguan.facts.arrivals import Feed
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


def test_days_of_a_history_taken_over_came_when_they_had_come_with_rows_or_without(take: Take) -> None:
    city = sources.register("city-exams", "exam", first_day=DAY, due_hour=9)
    on_time, late = dt.datetime(2020, 3, 3, 8, tzinfo=CHINA), dt.datetime(2020, 3, 4, 11, tzinfo=CHINA)
    take(as_csv([exam(1)]), source=city, arrived={DAY: on_time, NEXT: late})
    came, empty = arrivals.board(DAY, NEXT, fact="exam", at=dt.datetime(2020, 3, 5, tzinfo=CHINA))
    assert (came.feed, came.rows, came.first_at, came.late) == (Feed.ARRIVED, 1, on_time, None)
    assert (empty.feed, empty.rows, empty.first_at, empty.late) == (Feed.ARRIVED, 0, late, dt.timedelta(hours=2))
