import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.engines.calendar.deadlines import SHANGHAI, Allowance, deadline, start_of
from jianguan.engines.calendar.periods import Adopted, BeforeInForce, Cadence, Period, period_of, periods
from jianguan.engines.calendar.workdays import Calendar, seed_rows

CHINA = Calendar(seed_rows(range(2020, 2027)))
cadences = st.sampled_from(list(Cadence))
days = st.dates(dt.date(2020, 3, 19), dt.date(2030, 12, 31))


@given(cadences, days, st.integers(0, 900))
def test_periods_partition_time(cadence, first, length):
    last = first + dt.timedelta(days=length)
    found = list(periods(cadence, first, last))
    assert first in found[0]
    assert last in found[-1]
    for before, after in pairwise(found):
        assert before.end == after.start
    for period in found:
        assert period.start < period.end
        assert period.end not in period
        assert period.last_day in period


@given(cadences, days)
def test_every_day_lies_in_exactly_the_period_named_for_it(cadence, day):
    period = period_of(cadence, day)
    assert day in period
    assert period_of(cadence, period.start) == period == period_of(cadence, period.last_day)
    assert period_of(cadence, period.end) != period


@pytest.mark.parametrize(
    ("cadence", "start", "end", "label"),
    [
        ("daily", "2026-11-23", "2026-11-24", "2026-11-23（周一）"),
        ("weekly", "2026-11-23", "2026-11-30", "2026年第48周"),
        ("monthly", "2026-11-01", "2026-12-01", "2026年11月"),
        ("quarterly", "2026-10-01", "2027-01-01", "2026年第4季度"),
        ("yearly", "2026-01-01", "2027-01-01", "2026年"),
    ],
)
def test_periods_of_a_monday_in_november(cadence, start, end, label):
    period = period_of(Cadence(cadence), dt.date(2026, 11, 23))
    assert period == Period(dt.date.fromisoformat(start), dt.date.fromisoformat(end), Cadence(cadence))
    assert period.label == label


def test_the_week_over_new_year_bears_its_iso_year():
    assert period_of(Cadence.WEEKLY, dt.date(2027, 1, 1)).label == "2026年第53周"


@pytest.mark.parametrize(("month", "quarter"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3), (10, 4), (12, 4)])
def test_quarters_are_named_by_their_number(month, quarter):
    assert period_of(Cadence.QUARTERLY, dt.date(2026, month, 15)).label == f"2026年第{quarter}季度"


def test_no_period_when_the_end_lies_before_the_beginning():
    assert list(periods(Cadence.DAILY, dt.date(2026, 2, 2), dt.date(2026, 2, 1))) == []


def test_a_day_before_the_regulation_is_refused_in_chinese():
    with pytest.raises(BeforeInForce, match="2020-03-18 早于规定施行日期 2020-03-19"):
        periods(Cadence.DAILY, dt.date(2020, 3, 18), dt.date(2020, 3, 20))
    assert len(list(periods(Cadence.DAILY, dt.date(2020, 3, 19), dt.date(2020, 3, 20)))) == 2


def test_another_version_of_the_rules_has_another_first_day():
    with pytest.raises(BeforeInForce, match="2027-01-01"):
        periods(Cadence.DAILY, dt.date(2026, 12, 31), dt.date(2027, 1, 2), since=dt.date(2027, 1, 1))


def test_an_adopted_cadence_reads_as_a_sentence():
    assert Adopted(2, Cadence.QUARTERLY).label == "每季度不少于2次"
    with pytest.raises(ValueError, match="至少为一次"):
        Adopted(0, Cadence.MONTHLY)


def test_without_an_allowance_a_duty_is_missed_when_it_is_due():
    result = deadline(period_of(Cadence.DAILY, dt.date(2026, 11, 23)), CHINA)
    assert result.due == result.miss == dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
    assert result.due.tzinfo is SHANGHAI


def test_calendar_days_of_allowance_end_with_the_last_of_them():
    result = deadline(period_of(Cadence.DAILY, dt.date(2026, 11, 23)), CHINA, Allowance(2))
    assert result.miss == start_of(dt.date(2026, 11, 26))


def test_working_days_of_allowance_jump_over_the_national_holiday():
    result = deadline(period_of(Cadence.MONTHLY, dt.date(2026, 9, 1)), CHINA, Allowance(3, working=True))
    assert result.due == start_of(dt.date(2026, 10, 1))
    # 8, 9 and the make-up Saturday 10 October
    assert result.miss == start_of(dt.date(2026, 10, 11))


@given(cadences, st.dates(dt.date(2020, 3, 19), dt.date(2026, 9, 1)), st.integers(0, 15), st.booleans())
def test_nothing_is_missed_before_it_is_due_and_more_time_never_ends_sooner(cadence, day, allowed, working):
    period = period_of(cadence, day)
    result = deadline(period, CHINA, Allowance(allowed, working))
    longer = deadline(period, CHINA, Allowance(allowed + 1, working))
    assert result.due == start_of(period.end) <= result.miss < longer.miss


def test_a_negative_allowance_is_refused():
    with pytest.raises(ValueError, match="不能为负数"):
        Allowance(-1)
