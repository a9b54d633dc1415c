"""What holds for every sequence of beats, honest or not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianguan.engines.watching import (
    GENESIS,
    Beat,
    BrokenChain,
    Copy,
    Opened,
    Session,
    Why,
    chain,
    credit,
    lines,
    recompute,
    verified,
)
from viewers import OPENED, Viewer, film

SLACK = 600
moments = st.integers(0, 90_000)
beats = st.builds(
    Beat,
    seq=st.integers(0, 60),
    received_at=moments.map(lambda at: OPENED + at),
    client_ms=st.none() | st.integers(-1_000, 100_000),
    media_ms=st.integers(-500, 70_000),
    rate_percent=st.sampled_from([0, 50, 100, 200, 201, 1_600]),
    visible=st.booleans() | st.just(True),
    playing=st.booleans() | st.just(True),
    presented=st.integers(0, 5_000),
)


def session(told: list[Beat], copy: Copy | None = None, served: dict[int, int] | None = None) -> Session:
    whole = copy or film(60)
    given_out = dict.fromkeys(range(len(whole.segments)), OPENED) if served is None else served
    return Session(Opened("s", "p", OPENED), whole, tuple(told), given_out)


@settings(max_examples=300)
@given(st.lists(beats, max_size=40), st.booleans())
def test_credit_never_exceeds_twice_the_time_of_the_server(told: list[Beat], ordered: bool) -> None:
    if ordered:
        told.sort(key=lambda one: one.received_at)
        told = [replace(one, seq=n) for n, one in enumerate(told)]
    found = credit(session(told))
    passed = max((one.received_at for one in told), default=OPENED) - OPENED
    assert found.credited_ms <= 2 * passed + SLACK
    assert len(found.verdicts) == len(told)
    assert all(0 <= start < end <= 60_000 for start, end in found.ranges)
    assert all(before[1] < after[0] for before, after in zip(found.ranges, found.ranges[1:], strict=False))


@settings(max_examples=100)
@given(st.lists(beats, max_size=40), st.lists(st.integers(0, 14), unique=True))
def test_credit_lies_in_served_segments_only(told: list[Beat], numbers: list[int]) -> None:
    told = [replace(one, seq=n) for n, one in enumerate(sorted(told, key=lambda one: one.received_at))]
    copy = film(60)
    found = credit(session(told, copy, dict.fromkeys(numbers, OPENED)))
    assert all(piece.n in numbers for start, end in found.ranges for piece in copy.between(start, end))


@settings(max_examples=50)
@given(st.integers(1, 60), st.sampled_from([0.5, 1, 1.7, 2]), st.integers(0, 59))
def test_a_beat_less_never_earns_more(length: int, rate: float, gone: int) -> None:
    viewer = Viewer(film(length)).play(rate).run(round(length * 1000 / rate) + 1_000)
    whole = viewer.credit()
    left = [one for n, one in enumerate(viewer.beats) if n != gone]
    assert credit(replace(viewer.as_session(), beats=tuple(left))).credited_ms <= whole.credited_ms


@settings(max_examples=50)
@given(st.integers(3, 60), st.data())
def test_a_beat_twice_changes_nothing(length: int, data: st.DataObject) -> None:
    viewer = Viewer(film(length)).play().run(length * 1000 + 1_000)
    place = data.draw(st.integers(0, len(viewer.beats) - 1))
    twice = [*viewer.beats[: place + 1], viewer.beats[place], *viewer.beats[place + 1 :]]
    assert credit(replace(viewer.as_session(), beats=tuple(twice))).ranges == viewer.credit().ranges


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"visible": False}, Why.HIDDEN),
        ({"rate_percent": 300}, Why.FAST),
        ({"media_ms": 9_000}, Why.JUMP),
        ({"media_ms": 1_000}, Why.BACKWARD),
        ({"media_ms": 61_000}, Why.OUTSIDE),
        ({"presented": 75}, Why.NOT_SHOWN),
        ({"client_ms": 9_000}, Why.AHEAD),
        ({"client_ms": 1_000}, Why.REPEATED),
        ({"seq": 3}, Why.REPEATED),
        ({"received_at": OPENED + 20_000, "client_ms": 19_000}, Why.GAP),
        ({"received_at": OPENED + 400_000}, Why.STALE),
        ({}, Why.COUNTED),
    ],
)
def test_every_beat_says_why_it_earned_nothing(changed: dict[str, int], why: Why) -> None:
    told = [Beat(n, OPENED + n * 1_000, n * 1_000, n * 1_000, 100, True, True, n * 25) for n in range(1, 5)]
    told[-1] = replace(told[-1], **changed)
    assert credit(session(told)).verdicts[-1].why is why


def test_a_pause_and_a_scrap_say_so() -> None:
    told = [Beat(n, OPENED + n * 1_000, n * 1_000, n * 1_000, 100, True, n != 3, n * 25) for n in range(1, 6)]
    assert [one.why for one in credit(session(told)).verdicts] == [
        Why.FIRST,
        Why.COUNTED,
        Why.COUNTED,
        Why.PAUSED,
        Why.SCRAP,
    ]


def test_coverage_is_compared_in_whole_numbers() -> None:
    found = Viewer(film(60)).play().run(30_000).credit()
    percent = found.credited_ms * 100 // 60_000
    assert found.covers(percent)
    assert not found.covers(percent + 1)
    assert not credit(session([], film(0))).covers(0)


def test_the_log_breaks_where_it_was_altered() -> None:
    viewer = Viewer(film(20)).play().run(22_000)
    log = list(lines(viewer.entries()))
    assert [one.entry for one in log] == list(verified(log))
    for place in range(len(log)):
        entry = log[place].entry
        altered = (
            replace(entry, at=entry.at + 1) if hasattr(entry, "at") else replace(entry, media_ms=entry.media_ms + 1)
        )
        with pytest.raises(BrokenChain) as broken:
            recompute(viewer.copy, [*log[:place], replace(log[place], entry=altered), *log[place + 1 :]])
        assert broken.value.position == place
        if place + 1 < len(log):
            with pytest.raises(BrokenChain):
                recompute(viewer.copy, log[:place] + log[place + 1 :])


def test_the_chain_goes_on_from_where_it_was() -> None:
    viewer = Viewer(film(20)).play().run(22_000)
    entries = viewer.entries()
    whole = [one.chain for one in lines(entries)]
    value = GENESIS
    for entry, expected in zip(entries, whole, strict=True):
        value = chain(value, entry)
        assert value == expected
    assert [one.chain for one in lines(entries[3:], whole[2])] == whole[3:]


def test_a_log_is_of_one_session() -> None:
    opened = Opened("s", "p", OPENED)
    for entries in ([], [opened, opened], [Viewer(film(20)).play().run(2_000).beats[0]]):
        with pytest.raises(ValueError, match="opened once"):
            recompute(film(20), lines(entries))
