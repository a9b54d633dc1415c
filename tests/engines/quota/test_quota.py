import pytest

from jianguan.engines.quota import BadQuota, required, stricter


@pytest.mark.parametrize("percent", range(1, 101))
def test_a_quota_is_the_least_whole_number_not_below_the_percentage(percent):
    for population in range(5001):
        quota = required(percent, population)
        assert quota * 100 >= percent * population
        assert (quota - 1) * 100 < percent * population


def test_seven_percent_of_a_hundred_is_seven():
    assert required(7, 100) == 7


def test_five_percent_of_one_is_one_and_of_nothing_is_nothing():
    assert (required(5, 1), required(5, 0)) == (1, 0)


@pytest.mark.parametrize(("percent", "population"), [(-1, 5), (101, 5), (5, -1), (5.0, 10), (True, 10), (5, "10")])
def test_impossible_quotas_are_refused_in_chinese(percent, population):
    with pytest.raises(BadQuota, match=r"比例|总体"):
        required(percent, population)


@pytest.mark.parametrize(
    ("direction", "own", "superior", "allowed"),
    [
        ("floor", 8, 5, True),
        ("floor", 5, 5, True),
        ("floor", 4, 5, False),
        ("ceiling", 3, 5, True),
        ("ceiling", 6, 5, False),
        ("exact", 5, 5, True),
        ("exact", 6, 5, False),
    ],
)
def test_a_lower_level_may_only_be_stricter(direction, own, superior, allowed):
    assert stricter(direction, own, superior) is allowed
