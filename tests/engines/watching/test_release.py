"""Segments go out no faster than somebody could look at them; checks are foreseen by nobody."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianguan.engines.watching import (
    Answer,
    Released,
    asked_at,
    held_back,
    judge,
    may_release,
    plan_checks,
    releasable,
)
from viewers import OPENED, Viewer, film

SECRET = b"a secret of the server"


def test_two_segments_go_out_at_once_and_the_third_after_two_seconds() -> None:
    copy = film(60)
    assert releasable(copy, [], OPENED) == (0, 1)
    out = [Released(0, OPENED), Released(1, OPENED)]
    assert not may_release(copy, out, 2, OPENED).allowed
    assert may_release(copy, out, 2, OPENED).wait_ms == 2_000
    assert may_release(copy, out, 2, OPENED + 2_000).allowed


def test_a_later_segment_spends_the_same_budget() -> None:
    copy = film(60)
    out = [Released(0, OPENED), Released(9, OPENED)]
    assert not may_release(copy, out, 12, OPENED + 1_999).allowed
    assert may_release(copy, out, 12, OPENED + 2_000).allowed


def test_a_segment_that_went_out_goes_out_again() -> None:
    out = [Released(0, OPENED), Released(1, OPENED)]
    assert may_release(film(60), out, 1, OPENED).allowed


def test_there_is_nothing_beyond_the_copy() -> None:
    for number in (-1, 15, 10**9):
        decision = may_release(film(60), [], number, OPENED)
        assert (decision.allowed, decision.wait_ms) == (False, None)


def test_a_session_left_open_is_no_download() -> None:
    copy = film(600)
    out = [Released(0, OPENED), Released(1, OPENED)]
    assert releasable(copy, out, OPENED + 3_600_000) == (2, 3, 4, 5, 6)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 149)), max_size=120),
    st.integers(2_000, 6_000),
)
def test_never_more_goes_out_than_twice_the_time_and_the_head_start(tries: list[tuple[int, int]], piece: int) -> None:
    copy = film(600, piece=piece)
    out: list[Released] = []
    now = OPENED
    for wait, number in tries:
        now += wait
        decision = may_release(copy, out, number, now)
        if decision.allowed:
            out.append(Released(number, now))
        elif decision.wait_ms is not None:
            assert may_release(copy, out, number, now + decision.wait_ms).allowed
            assert not may_release(copy, out, number, now + decision.wait_ms - 1).allowed
    given_out = sum(copy.segments[n].duration_ms for n in {one.n for one in out})
    begun = out[0].at if out else now
    assert given_out <= 2 * (now - begun) + 2 * piece


def test_checks_follow_from_the_secret_and_from_nothing_else() -> None:
    copy = film(120)
    assert plan_checks(SECRET, "s1", copy) == plan_checks(SECRET, "s1", copy)
    assert plan_checks(SECRET, "s1", copy) != plan_checks(SECRET, "s2", copy)
    assert plan_checks(SECRET, "s1", copy) != plan_checks(b"another secret", "s1", copy)


@pytest.mark.parametrize(("seconds", "number"), [(0, 0), (3, 1), (8, 1), (30, 1), (59, 1), (60, 2), (3_600, 2)])
def test_a_short_copy_has_one_check_and_a_long_one_two(seconds: int, number: int) -> None:
    assert len(plan_checks(SECRET, "s", film(seconds))) == number


def test_checks_lie_inside_and_are_spread_over_the_copy() -> None:
    copy = film(120)
    drawn = [check for number in range(600) for check in plan_checks(SECRET, f"s{number}", copy)]
    counts = {n: sum(check.n == n for check in drawn) for n in range(len(copy.segments))}
    assert counts[0] == counts[len(copy.segments) - 1] == 0
    inner = list(counts.values())[1:-1]
    assert min(inner) > 15
    for check in drawn:
        piece = copy.segments[check.n]
        assert (check.from_ms, check.until_ms) == (piece.start_ms, piece.end_ms)
    places = [check.place for check in drawn]
    assert min(places.count(place) for place in range(4)) > 200


def test_a_blind_guess_is_right_once_in_two_thousand_times() -> None:
    codes = [check.code for number in range(600) for check in plan_checks(SECRET, f"s{number}", film(120))]
    assert {len(code) for code in codes} == {4}
    assert set("".join(codes)) == set("2345679")
    most = max(codes.count(code) for code in set(codes))
    assert most <= 6
    assert 7**4 == 2401


def test_what_is_watched_is_spared_where_other_segments_will_do() -> None:
    copy = film(120)
    late = [check for n in range(50) for check in plan_checks(SECRET, f"s{n}", copy, watched=[(0, 60_000)])]
    assert min(check.from_ms for check in late) >= 60_000
    assert len(plan_checks(SECRET, "s", copy, watched=[(0, 120_000)])) == 2


def test_about_a_third_of_the_segments_is_held_back_with_those_that_have_a_check() -> None:
    held = [held_back(SECRET, f"s{number}", n) for number in range(60) for n in range(30)]
    assert 0.28 <= sum(held) / len(held) <= 0.39
    assert held != [held_back(b"another secret", f"s{number}", n) for number in range(60) for n in range(30)]


def test_the_question_is_put_when_play_goes_past_the_code_and_not_when_it_is_sought_past() -> None:
    copy = film(60)
    check = plan_checks(SECRET, "s", copy)[0]
    viewer = Viewer(copy).play().run(63_000)
    asked = asked_at(check, viewer.beats)
    assert asked is not None
    assert 0 <= asked - OPENED - check.until_ms <= 7_000
    jumper = Viewer(copy).play()
    jumper.seek(59_000)
    assert asked_at(check, jumper.run(3_000).beats) is None


def test_an_answer_counts_when_it_is_right_and_in_time() -> None:
    check = plan_checks(SECRET, "s", film(60))[0]
    wrong = check.code[::-1] if check.code != check.code[::-1] else "2345"
    assert judge(check, f" {check.code} ", asked=OPENED, answered=OPENED + 9_000) is Answer.RIGHT
    assert judge(check, wrong, asked=OPENED, answered=OPENED + 9_000) is Answer.WRONG
    assert judge(check, "验证码", asked=OPENED, answered=OPENED + 9_000) is Answer.WRONG
    assert judge(check, check.code, asked=OPENED, answered=OPENED + 30_001) is Answer.LATE
    assert judge(check, check.code, asked=OPENED, answered=OPENED - 1) is Answer.EARLY
    assert judge(check, check.code, asked=None, answered=OPENED) is Answer.EARLY
    assert judge(replace(check, code="3479"), "", asked=OPENED, answered=OPENED) is Answer.WRONG
