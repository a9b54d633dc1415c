"""Whose turn it is, how long somebody looked: the pure rules of patrols."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from jianguan.backbone.patrol import rules
from jianguan.backbone.patrol.rules import Beat, Place, Tile
from jianguan.kit.clock import CHINA

START = dt.datetime(2026, 3, 10, 9, tzinfo=CHINA)
SEED = "ab" * 32
days = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1))
places = st.dictionaries(st.text("abcdef0123", min_size=1, max_size=6), days, max_size=30).map(
    lambda found: [Place(code, last) for code, last in found.items()]
)
seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)


def at(milliseconds: int) -> dt.datetime:
    return START + dt.timedelta(milliseconds=milliseconds)


@given(seeds, places, st.integers(0, 40))
def test_nobody_is_passed_over_for_a_place_visited_later(seed: str, waiting: list[Place], size: int) -> None:
    chosen = rules.rotation(seed, waiting, size)
    last = {one.code: one.last or dt.date.min for one in waiting}
    assert len(chosen) == min(size, len(waiting))
    left = set(last) - set(chosen)
    assert all(last[code] <= last[other] for code in chosen for other in left)
    assert [last[code] for code in chosen] == sorted(last[code] for code in chosen)


@given(seeds, places, st.integers(0, 20))
def test_a_longer_round_keeps_the_stops_and_the_listing_order_is_nothing(
    seed: str, waiting: list[Place], size: int
) -> None:
    chosen = rules.rotation(seed, waiting, size)
    assert rules.rotation(seed, list(reversed(waiting)), size + 5)[:size] == chosen


def test_the_first_of_equal_places_is_a_matter_of_the_seed() -> None:
    waiting = [Place(str(number)) for number in range(5)]
    counts = dict.fromkeys((one.code for one in waiting), 0)
    for number in range(1000):
        counts[rules.rotation(f"{number:064x}", waiting, 1)[0]] += 1
    expected = 1000 / len(waiting)
    assert sum((one - expected) ** 2 / expected for one in counts.values()) < 18.47  # chi-square, 4 df, 0.1 %


def test_an_hour_of_honest_beats_is_credited_in_full() -> None:
    beats = [Beat(at(ms), visible=True, elapsed_ms=ms) for ms in range(2000, 60_001, 2000)]
    assert rules.watched_ms(START, beats) == 60_000


def test_a_hidden_page_a_long_silence_and_a_fast_clock_earn_nothing_or_no_more_than_the_servers_clock() -> None:
    hidden = [Beat(at(ms), visible=False, elapsed_ms=ms) for ms in range(2000, 20_001, 2000)]
    assert rules.watched_ms(START, hidden) == 0
    assert rules.watched_ms(START, [Beat(at(600_000), visible=True, elapsed_ms=600_000)]) == 0
    racing = [Beat(at(ms), visible=True, elapsed_ms=ms * 100) for ms in range(1000, 5001, 1000)]
    assert rules.watched_ms(START, racing) == 5000
    stopped = [Beat(at(ms), visible=True, elapsed_ms=100) for ms in range(1000, 5001, 1000)]
    assert rules.watched_ms(START, stopped) == 100


@given(
    st.lists(
        st.tuples(st.integers(0, 20_000), st.booleans(), st.integers(0, 2**40)),
        max_size=40,
    )
)
def test_whatever_a_page_claims_the_credit_never_exceeds_the_time_that_passed(
    steps: list[tuple[int, bool, int]],
) -> None:
    passed, beats = 0, []
    for gap, visible, claimed in steps:
        passed += gap
        beats.append(Beat(at(passed), visible=visible, elapsed_ms=claimed))
    assert 0 <= rules.watched_ms(START, beats) <= passed


def test_a_tile_says_how_old_its_picture_is_and_unknown_is_not_fresh() -> None:
    old, none = Tile("a", START - dt.timedelta(hours=3)), Tile("b")
    assert rules.sight(old, START) == "无实时画面，最近画面 3小时前"
    assert rules.sight(none, START) == "无实时画面，也没有最近画面"
    assert rules.was_seen([old, none], START, 24)
    assert not rules.was_seen([old, none], START, 2)
    assert not rules.was_seen([none], START, 24)
    assert not rules.was_seen([], START, 24)
    assert rules.was_seen([Tile("c", live=True)], START, 24)
