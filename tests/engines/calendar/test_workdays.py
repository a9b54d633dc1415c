import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.engines.calendar.workdays import (
    AmbiguousDate,
    Calendar,
    CalendarException,
    ConflictingExceptions,
    add_months,
    add_years,
    seed_rows,
)

CHINA = Calendar(seed_rows(range(2020, 2027)))
days = st.dates(dt.date(2020, 3, 19), dt.date(2026, 11, 1))

# Typed from the notices of the State Council's general office; not taken from any library.
OFF = [
    *("2026-01-01", "2026-01-02", "2026-01-03"),
    *(f"2026-02-{day}" for day in range(15, 24)),
    *("2026-04-04", "2026-04-05", "2026-04-06"),
    *(f"2026-05-0{day}" for day in range(1, 6)),
    *("2026-06-19", "2026-06-20", "2026-06-21", "2026-09-25", "2026-09-26", "2026-09-27"),
    *(f"2026-10-0{day}" for day in range(1, 8)),
    *("2020-01-24", "2020-10-08", "2023-06-23", "2024-02-16", "2025-10-08"),
]
ON = [
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
    *("2026-02-24", "2026-05-06", "2026-10-08", "2020-04-26", "2020-06-28", "2024-02-04", "2025-01-26", "2025-10-11"),
]


@pytest.mark.parametrize("day", OFF)
def test_days_off_by_notice_are_no_working_days(day):
    assert not CHINA.is_workday(dt.date.fromisoformat(day))


@pytest.mark.parametrize("day", ON)
def test_make_up_days_by_notice_are_working_days(day):
    assert CHINA.is_workday(dt.date.fromisoformat(day))


def test_every_seeded_row_says_on_which_notice_it_rests():
    rows = {row.date: row for row in seed_rows([2026])}
    assert rows[dt.date(2026, 2, 14)].source == "国务院办公厅关于2026年部分节假日安排的通知"
    assert rows[dt.date(2026, 2, 17)].name == "春节"
    assert all(row.confirmed and row.date.year == 2026 for row in rows.values())


def test_a_make_up_day_rests_on_the_notice_of_the_year_of_its_holiday():
    (row,) = [row for row in seed_rows([2011]) if row.date == dt.date(2011, 12, 31)]
    assert (row.is_workday, row.source) == (True, "国务院办公厅关于2012年部分节假日安排的通知")


def test_years_without_a_notice_are_not_confirmed_and_have_no_make_up_days():
    rows = seed_rows([2090])
    assert rows
    assert not any(row.confirmed or row.is_workday for row in rows)
    assert "推算" in rows[0].source


def test_the_extended_spring_festival_of_2020_rests_on_its_own_notice():
    (row,) = [row for row in seed_rows([2020]) if row.date == dt.date(2020, 1, 31)]
    assert row.source == "国务院办公厅关于延长2020年春节假期的通知"


def test_two_rows_for_one_day_are_refused_naming_both():
    day = dt.date(2026, 11, 23)
    rows = [CalendarException(day, True, "甲", "通知一"), CalendarException(day, False, "乙", "通知二")]
    with pytest.raises(ConflictingExceptions, match=r"2026-11-23.*甲.*通知一.*乙.*通知二"):
        Calendar(rows)


def test_the_row_behind_a_day_can_be_shown():
    assert CHINA.exception(dt.date(2026, 2, 14)).name == "调休上班"
    assert CHINA.exception(dt.date(2026, 11, 23)) is None


def test_five_working_days_jump_over_the_spring_festival_of_2026():
    # 13 (Fri); 14 make-up (1); 15-23 off; 24 25 26 27 (2-5)
    assert CHINA.add_working_days(dt.date(2026, 2, 13), 5) == dt.date(2026, 2, 27)


def test_no_working_days_later_is_the_same_day_even_on_a_holiday():
    assert CHINA.add_working_days(dt.date(2026, 10, 1), 0) == dt.date(2026, 10, 1)


def test_working_days_do_not_run_backwards():
    with pytest.raises(ValueError, match="不能为负数"):
        CHINA.add_working_days(dt.date(2026, 10, 1), -1)


@given(days, st.integers(1, 40))
def test_adding_and_counting_working_days_agree(start, count):
    end = CHINA.add_working_days(start, count)
    after = start + dt.timedelta(days=1)
    assert CHINA.is_workday(end)
    assert CHINA.working_days_between(after, end + dt.timedelta(days=1)) == count


@given(days, st.integers(0, 20), st.integers(0, 20))
def test_working_days_add_up(start, one, two):
    assert CHINA.add_working_days(CHINA.add_working_days(start, one), two) == CHINA.add_working_days(start, one + two)


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_counts_of_adjoining_ranges_add_up(start, one, two):
    middle, end = start + dt.timedelta(days=one), start + dt.timedelta(days=one + two)
    both = CHINA.working_days_between(start, middle) + CHINA.working_days_between(middle, end)
    assert both == CHINA.working_days_between(start, end)


@pytest.mark.parametrize(
    ("start", "months", "rounding", "expected"),
    [
        ("2026-01-31", 1, "down", "2026-02-28"),
        ("2026-01-31", 1, "up", "2026-03-01"),
        ("2024-01-31", 1, "down", "2024-02-29"),
        ("2026-11-30", 3, "up", "2027-03-01"),
        ("2026-03-31", -1, "down", "2026-02-28"),
        ("2026-11-23", 3, None, "2027-02-23"),
        ("2026-12-31", 12, None, "2027-12-31"),
    ],
)
def test_months_round_as_declared(start, months, rounding, expected):
    assert add_months(dt.date.fromisoformat(start), months, rounding).isoformat() == expected


def test_an_undeclared_rounding_is_refused_only_where_it_matters():
    with pytest.raises(AmbiguousDate, match="未声明"):
        add_months(dt.date(2026, 1, 31), 1)
    with pytest.raises(AmbiguousDate):
        add_years(dt.date(2024, 2, 29), 3)
    assert add_years(dt.date(2024, 2, 29), 3, "up") == dt.date(2027, 3, 1)
    assert add_years(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


@given(days, st.integers(-36, 36))
def test_rounding_up_never_ends_before_rounding_down(start, months):
    down, up = add_months(start, months, "down"), add_months(start, months, "up")
    assert down == up or (up - down == dt.timedelta(days=1) and up.day == 1)
