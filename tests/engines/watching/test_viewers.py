"""Honest viewing earns at least 90 percent, every cheat at most 5 percent of what it claims."""

from dataclasses import replace

import pytest

from jianguan.engines.watching import Beat, Why, credit, credit_of_person, lines, recompute
from viewers import OPENED, Viewer, film, share

HONEST, CHEATED = 0.90, 0.05
LENGTHS = (12, 60, 600)


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("rate", [0.5, 1, 1.5, 2])
@pytest.mark.parametrize("batch", [1_000, 5_000])
def test_honest_viewing_counts(seconds: int, rate: float, batch: int) -> None:
    viewer = Viewer(film(seconds), batch=batch).play(rate).run(round(seconds * 1000 / rate) + 3_000)
    assert share(viewer.credit()) >= HONEST


def test_honest_viewing_counts_without_a_clock_of_the_client() -> None:
    viewer = Viewer(film(60), batch=1_000, batched=False).play().run(63_000)
    assert share(viewer.credit()) >= HONEST


@pytest.mark.parametrize("fps", [1, 2, 5, 12, 25, 60])
def test_honest_viewing_of_slow_recordings_counts(fps: int) -> None:
    assert share(Viewer(film(60, fps=fps)).play().run(63_000).credit()) >= HONEST


@pytest.mark.parametrize(("late", "travel"), [(0, 10), (3_000, 900), (300, 2_500)])
def test_honest_viewing_over_a_slow_line_counts(late: int, travel: int) -> None:
    assert share(Viewer(film(60), late=late, travel=travel).play().run(80_000).credit()) >= HONEST


def test_nothing_is_lost_when_the_network_fails_in_the_middle() -> None:
    viewer = Viewer(film(60), lost=(20_000, 45_000)).play().run(100_000)
    assert share(viewer.credit()) >= HONEST


def test_pauses_and_going_back_cost_nothing() -> None:
    viewer = Viewer(film(60)).play()
    for stop in (7, 15, 31, 48):
        viewer.run(round(stop * 1000 - viewer.position))
        viewer.playing = False
        viewer.beat()
        viewer.run(4_000)
        viewer.playing = True
        viewer.beat()
    viewer.seek(20_000)
    viewer.run(45_000)
    assert share(viewer.credit()) >= HONEST


def test_who_looks_from_the_middle_to_the_end_earns_that_half() -> None:
    viewer = Viewer(film(60)).play()
    viewer.seek(30_000)
    viewer.run(33_000)
    assert viewer.credit().ranges == ((30_000, 60_000),)


def cheat(viewer: Viewer) -> float:
    return share(viewer.credit())


def test_sixteen_times_the_speed_earns_nothing() -> None:
    assert (
        cheat(Viewer(film(60), fetching=False, served=dict.fromkeys(range(15), OPENED)).play(16).run(6_000)) <= CHEATED
    )


def test_sixteen_times_the_speed_told_as_normal_earns_nothing() -> None:
    viewer = Viewer(film(600), fetching=False, served=dict.fromkeys(range(150), OPENED)).play(16).run(40_000)
    forged = tuple(replace(one, rate_percent=100) for one in viewer.beats)
    assert share(credit(replace(viewer.as_session(), beats=forged))) <= CHEATED


def test_the_fast_skim_earns_nothing() -> None:
    viewer = Viewer(film(60), fetching=False, served=dict.fromkeys(range(15), OPENED)).play(4).run(16_000)
    assert cheat(viewer) == 0
    assert {one.why for one in viewer.credit().verdicts} == {Why.FIRST, Why.FAST}


@pytest.mark.parametrize("between", [400, 900, 1_500])
def test_jumping_earns_nothing(between: int) -> None:
    viewer = Viewer(film(60), fetching=False, served=dict.fromkeys(range(15), OPENED)).play()

    def jump(one: Viewer) -> None:
        if one.clock // between != (one.clock - 100) // between and one.position < 55_000:
            one.seek(one.position + 5_000)

    assert cheat(viewer.run(15_000, jump)) <= CHEATED


def test_a_hidden_tab_earns_nothing() -> None:
    viewer = Viewer(film(60), visible=False).play().run(63_000)
    assert cheat(viewer) == 0


def test_a_tab_that_shows_no_pictures_earns_nothing() -> None:
    viewer = Viewer(film(60)).play().run(63_000)
    forged = tuple(replace(one, presented=0) for one in viewer.beats)
    assert share(credit(replace(viewer.as_session(), beats=forged))) <= CHEATED


@pytest.mark.parametrize("fps", [1, 5, 25])
def test_forged_beats_without_a_fetched_picture_earn_nothing(fps: int) -> None:
    viewer = Viewer(film(60, fps=fps), fetching=False).play()
    viewer.served.clear()
    assert cheat(viewer.run(63_000)) == 0


def test_forged_beats_ahead_of_the_release_earn_only_what_was_served() -> None:
    viewer = Viewer(film(600), fetching=False).play().run(63_000)
    assert cheat(viewer) <= sum(film(600).segments[n].duration_ms for n in viewer.served) / 600_000
    assert cheat(viewer) <= CHEATED


def test_a_whole_film_told_in_one_batch_earns_nothing() -> None:
    viewer = Viewer(film(60)).play().run(4_000)
    told = [Beat(n, OPENED + 5_000, n * 1_000, n * 1_000, 100, True, True, n * 25) for n in range(1, 61)]
    session = replace(viewer.as_session(), beats=tuple(told), served=dict.fromkeys(range(15), OPENED))
    verdicts = credit(session)
    assert verdicts.credited_ms <= 6_000
    assert Why.AHEAD in {one.why for one in verdicts.verdicts}


def test_beats_at_short_distance_do_not_add_up_the_slack() -> None:
    told = [Beat(n, OPENED + n * 100, n * 100, n * 700, 100, True, True, n * 25) for n in range(1, 85)]
    viewer = Viewer(film(60))
    session = replace(viewer.as_session(), beats=tuple(told), served=dict.fromkeys(range(15), OPENED))
    assert share(credit(session)) <= CHEATED


def test_replayed_beats_earn_nothing_new() -> None:
    viewer = Viewer(film(60)).play().run(20_000)
    once = viewer.credit()
    later = tuple(replace(one, received_at=one.received_at + 30_000) for one in viewer.beats)
    again = credit(replace(viewer.as_session(), beats=tuple(viewer.beats) + later + tuple(viewer.beats)))
    assert again.ranges == once.ranges
    assert {one.why for one in again.verdicts[len(viewer.beats) :]} == {Why.REPEATED}


def test_beats_of_one_session_earn_nothing_in_another() -> None:
    viewer = Viewer(film(60)).play().run(63_000)
    other = Viewer(film(60), session="s2", opened_at=OPENED + 70_000).as_session()
    later = tuple(replace(one, received_at=one.received_at + 70_000) for one in viewer.beats)
    assert share(credit(replace(other, beats=later))) == 0


def test_of_two_tabs_only_the_first_earns() -> None:
    first = Viewer(film(60)).play().run(63_000)
    second = Viewer(film(60), session="s2", screen="p2", opened_at=OPENED + 1_500).play().run(63_000)
    found = credit_of_person([second.as_session(), first.as_session()])
    assert share(found["s1"]) >= HONEST
    assert share(found["s2"]) <= CHEATED


def test_a_second_tab_that_claims_other_times_earns_no_more_than_the_time_that_passed() -> None:
    first = Viewer(film(60)).play().run(63_000)
    second = Viewer(film(60), session="s2", screen="p2", opened_at=OPENED + 1_500, late=20_000).play().run(90_000)
    found = credit_of_person([first.as_session(), second.as_session()])
    assert sum(one.credited_ms for one in found.values()) <= 2 * 95_000
    assert share(found["s2"]) < 0.7


def test_two_tabs_one_after_the_other_both_earn() -> None:
    first = Viewer(film(60)).play().run(63_000)
    second = Viewer(film(30), session="s2", screen="p2", opened_at=OPENED + 64_000).play().run(33_000)
    found = credit_of_person([first.as_session(), second.as_session()])
    assert share(found["s2"]) >= HONEST


def test_cameras_side_by_side_on_one_screen_earn_together_but_not_a_wall_of_them() -> None:
    sessions = [Viewer(film(30), session=f"s{n}").play().run(33_000).as_session() for n in range(6)]
    found = credit_of_person(sessions)
    assert [share(found[f"s{n}"]) >= HONEST for n in range(6)] == [True] * 4 + [False] * 2
    assert share(found["s5"]) == 0


@pytest.mark.parametrize("rate", [1, 2])
def test_the_credit_is_recomputed_from_the_log_alone(rate: float) -> None:
    viewer = Viewer(film(60)).play(rate).run(63_000)
    assert recompute(viewer.copy, lines(viewer.entries())) == viewer.credit()
