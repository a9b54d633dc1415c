from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.engines.draw.detection import bought, chance, of_days


@pytest.mark.parametrize(
    ("bad", "drawn", "day"), [(2, 10, "0.098"), (2, 40, "0.361"), (10, 10, "0.409"), (10, 40, "0.899")]
)
def test_a_day_of_200_records_catches_what_was_computed(bad, drawn, day):
    assert f"{float(chance(200, bad, drawn)):.3f}" == day


def test_a_month_of_22_days_catches_what_was_computed():
    assert f"{float(of_days([(200, 10)] * 22, 2)):.3f}" == "0.896"
    assert f"{float(of_days([(200, 40)] * 22, 2)):.4f}" == "0.9999"


@given(st.integers(0, 9), st.data())
def test_the_chance_is_the_share_of_samples_that_hold_a_bad_one(count, data):
    bad, drawn = data.draw(st.integers(0, count)), data.draw(st.integers(0, count))
    samples = list(combinations(range(count), drawn))
    assert chance(count, bad, drawn) == Fraction(
        sum(any(one < bad for one in sample) for sample in samples), len(samples)
    )


def test_five_percent_of_sixty_finds_the_single_bad_one_with_five_percent_and_in_twenty_days_with_sixty_four():
    assert chance(60, 1, 3) == Fraction(1, 20)
    assert round(100 * of_days([(60, 3)] * 20, 1)) == 64


def test_what_a_share_buys_is_told_for_one_five_and_ten_cases_today_and_this_month():
    one, five, ten = bought([(200, 10), (3, 1), (0, 0), (200, 10)])
    assert (one.bad, one.day) == (1, Fraction(1, 20))
    assert one.month == 1 - Fraction(19, 20) ** 2 * Fraction(2, 3)
    assert one.day < five.day < ten.day < ten.month == 1
    assert [found.month for found in bought([])] == [0, 0, 0]


def test_impossible_numbers_are_refused():
    for numbers in ((5, 6, 1), (5, 1, 6), (-1, 0, 0), (5, -1, 1)):
        with pytest.raises(ValueError, match="cannot draw"):
            chance(*numbers)
