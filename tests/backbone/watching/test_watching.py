"""What the server gives out, what it takes, and what it counts: the rules hold whatever the player says."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

import builders
import recordings
from jianguan.backbone.audit.models import Event
from jianguan.backbone.evidence.models import ReviewCopy
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.watching import actions, beats, queries
from jianguan.backbone.watching.models import Beat, Challenge, SegmentGrant, WatchSession
from jianguan.backbone.watching.rules import Said
from jianguan.engines.watching import BrokenChain
from jianguan.kit import clock
from screens import LOGIN, REF, Screen
from staff import employ

NOW = dt.datetime(2026, 3, 10, 10, 0, tzinfo=clock.CHINA)


@pytest.fixture
def everything(db: Any) -> None:
    builders.see_everything()


@pytest.fixture
def copy(everything: None, tmp_path: Path) -> ReviewCopy:
    return recordings.review_copy(tmp_path, "a.mp4", capacity=builders.CITY, seconds=20)


@pytest.fixture
def reviewer(everything: None) -> Actor:
    return employ(builders.CITY, "centre-supervisor")


@pytest.fixture
def clock_of_the_test() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def screen(copy: ReviewCopy, reviewer: Actor, clock_of_the_test: Any) -> Callable[..., Screen]:
    return lambda **given: Screen(reviewer, [copy], clock_of_the_test, **given)


def test_honest_watching_is_credited_at_normal_and_at_double_speed(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.watch(20)
    assert one.credit().percent >= 90
    two = screen(ref="assignment/18") if actions.close(by=one.by, ref=REF) else None
    assert two is not None
    two.watch(10, speed=2)
    assert two.credit().percent >= 90


@pytest.mark.parametrize(
    "cheat",
    [
        {"seconds": 2, "speed": 16},
        {"seconds": 20, "fetch": False},
        {"seconds": 20, "visible": False},
        {"seconds": 20, "shown": 0},
        {"seconds": 20, "playing": False},
        {"seconds": 5, "speed": 4},
    ],
    ids=["sixteen times", "forged beats without media", "hidden", "hidden and lying", "paused", "skimmed"],
)
def test_cheats_earn_next_to_nothing(screen: Callable[..., Screen], cheat: dict[str, Any]) -> None:
    one = screen()
    one.watch(**cheat)
    assert one.credit().percent <= 5


def test_all_segments_at_once_are_not_given(screen: Callable[..., Screen], copy: ReviewCopy) -> None:
    one = screen()
    got = [n for n in range(copy.segments.count()) if one.get(n) is not None]
    assert len(got) == 2
    one.traveller.shift(2)
    assert one.get(2) is not None
    assert one.get(3) is None


def test_an_address_is_good_once_for_its_session_and_not_for_long(screen: Callable[..., Screen]) -> None:
    one = screen()
    given = actions.release(by=one.by, login=LOGIN, token=one.token, n=0)
    stranger = employ(builders.CITY, "centre-supervisor")
    with pytest.raises(actions.SessionOver):
        actions.claim(by=stranger, login=LOGIN, token=one.token, address=given.address)
    with pytest.raises(actions.SessionOver):
        actions.claim(by=one.by, login="another log-in", token=one.token, address=given.address)
    actions.claim(by=one.by, login=LOGIN, token=one.token, address=given.address)
    with pytest.raises(actions.AddressUsed):
        actions.claim(by=one.by, login=LOGIN, token=one.token, address=given.address)
    late = actions.release(by=one.by, login=LOGIN, token=one.token, n=0)
    one.traveller.shift(121)
    with pytest.raises(actions.AddressUsed):
        actions.claim(by=one.by, login=LOGIN, token=one.token, address=late.address)
    assert Event.objects.filter(kind="watching.refused").count() == 2


def test_the_same_batch_twice_is_taken_once_and_an_altered_one_is_refused_and_logged(
    screen: Callable[..., Screen],
) -> None:
    one = screen()
    said = [Said(1, 0, 0, 100, True, True, 0), Said(2, 1000, 1000, 100, True, True, 25)]
    one.traveller.shift(1)
    for _ in range(2):
        _, following = beats.take(by=one.by, login=LOGIN, token=one.token, said=said)
        assert following == 3
    assert Beat.objects.count() == 2
    altered = [said[0], Said(2, 1000, 9000, 100, True, True, 25)]
    gap = [Said(9, 2000, 2000, 100, True, True, 50)]
    backward = [Said(3, 500, 2000, 100, True, True, 50)]
    for forged in (altered, gap, backward):
        with pytest.raises(beats.BeatsRefused) as refusal:
            beats.take(by=one.by, login=LOGIN, token=one.token, said=forged)
        assert refusal.value.next_seq == 3
    assert Beat.objects.count() == 2
    assert Event.objects.filter(kind="watching.refused").count() == 3


def test_replaying_beats_into_a_later_session_earns_nothing(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.watch(20)
    recorded = [
        Said(row.seq, row.elapsed_ms, row.position_ms, row.rate_percent, row.visible, row.playing, row.frames)
        for row in Beat.objects.order_by("seq")
    ]
    actions.close(by=one.by, ref=REF)
    later = screen(ref="assignment/18")
    beats.take(by=later.by, login=LOGIN, token=later.token, said=recorded)
    assert later.credit().percent <= 5


def test_a_second_tab_ends_the_first_and_another_matter_needs_a_takeover(
    screen: Callable[..., Screen], copy: ReviewCopy
) -> None:
    first = screen()
    second = screen()
    with pytest.raises(actions.SessionOver):
        first.beat(0)
    second.beat(0)
    with pytest.raises(actions.WatchingElsewhere):
        screen(ref="assignment/18")
    second.beat(0)
    actions.open_screen(by=second.by, copies=[copy], ref="assignment/18", login=LOGIN, station="", takeover=True)
    with pytest.raises(actions.SessionOver):
        second.beat(0)
    assert WatchSession.objects.filter(closed_at__isnull=True).count() == 1


def test_a_page_loaded_again_goes_on_where_the_credit_stands(screen: Callable[..., Screen]) -> None:
    first = screen()
    first.watch(10)
    half = first.credit().credited_ms
    second = screen()
    assert second.credit().credited_ms == half
    second.watch(11, start_ms=9000)
    assert second.credit().percent >= 90


def test_a_lost_network_loses_nothing_that_was_watched(screen: Callable[..., Screen]) -> None:
    one = screen()
    for n in (0, 1):
        one.get(n)
    kept = [Said(second + 1, second * 1000, second * 1000, 100, True, True, second * 25) for second in range(8)]
    one.traveller.shift(60)
    beats.take(by=one.by, login=LOGIN, token=one.token, said=kept)
    assert one.credit().credited_ms >= 6500


def test_a_skimmed_segment_counts_only_when_it_is_fetched_again(screen: Callable[..., Screen]) -> None:
    one = screen()
    given = actions.release(by=one.by, login=LOGIN, token=one.token, n=0, skim=True)
    actions.claim(by=one.by, login=LOGIN, token=one.token, address=given.address)
    one.watch(4, fetch=False)
    assert one.credit().credited_ms == 0
    assert SegmentGrant.objects.get().skim


def test_a_check_is_drawn_into_the_picture_asked_and_answered_once(
    screen: Callable[..., Screen], copy: ReviewCopy
) -> None:
    one = screen()
    challenge = Challenge.objects.select_related("segment__stored").get()
    with pytest.raises(actions.WatchingRefused):
        beats.answer(by=one.by, login=LOGIN, token=one.token, number=challenge.pk, text=challenge.code)
    one.watch(20)
    challenge.refresh_from_db()
    assert challenge.stored is not None
    assert challenge.stored.sha256 != challenge.segment.stored.sha256
    assert challenge.asked_at is not None
    asked = [question for question in beats.questions([one.opened[0].session]) if question.number == challenge.pk]
    assert all(challenge.code not in repr(question) for question in asked)
    one.traveller.move_to(challenge.asked_at + dt.timedelta(seconds=5))
    assert beats.answer(by=one.by, login=LOGIN, token=one.token, number=challenge.pk, text=challenge.code)
    with pytest.raises(actions.WatchingRefused):
        beats.answer(by=one.by, login=LOGIN, token=one.token, number=challenge.pk, text=challenge.code)
    found = one.credit()
    assert (found.asked, found.right) == (1, 1)


@pytest.mark.parametrize(("seconds", "wrong"), [(5, True), (45, False)], ids=["wrong", "late"])
def test_a_wrong_or_late_answer_is_not_right(screen: Callable[..., Screen], seconds: int, wrong: bool) -> None:
    one = screen()
    one.watch(20)
    challenge = Challenge.objects.get()
    assert challenge.asked_at is not None
    one.traveller.move_to(challenge.asked_at + dt.timedelta(seconds=seconds))
    text = "0000" if wrong else challenge.code
    assert not beats.answer(by=one.by, login=LOGIN, token=one.token, number=challenge.pk, text=text)
    assert (one.credit().asked, one.credit().right) == (1, 0)


def test_an_altered_beat_breaks_the_chain(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.watch(5)
    last = Beat.objects.order_by("seq").last()
    assert last is not None
    Beat.objects.bulk_create(
        [
            Beat(
                session=last.session,
                capacity_id=last.capacity_id,
                seq=last.seq + 1,
                at=last.at,
                position_ms=20000,
                rate_percent=100,
                visible=True,
                playing=True,
                frames=500,
                elapsed_ms=last.elapsed_ms + 1000,
                previous=last.digest,
                digest="0" * 64,
            )
        ]
    )
    with pytest.raises(BrokenChain):
        one.credit()


def test_two_recordings_side_by_side_are_credited_together(
    everything: None, tmp_path: Path, copy: ReviewCopy, reviewer: Actor, clock_of_the_test: Any
) -> None:
    other = recordings.review_copy(tmp_path, "b.mp4", capacity=builders.CITY, seconds=20)
    screen = Screen(reviewer, [copy, other], clock_of_the_test)
    for second in range(21):
        for index, opened in enumerate(screen.opened):
            for n in range(queries.copy_of(other).segments[-1].n + 1):
                if second in (n * 4 - 2, n * 4 - 1) or (second == 0 and n < 2):
                    screen.get(n, index)
            position = min(second * 1000, copy.duration_ms)
            said = Said(second + 1, second * 1000, position, 100, True, True, second * 25)
            beats.take(by=reviewer, login=LOGIN, token=opened.token, said=[said])
        clock_of_the_test.shift(1)
    found = screen.credit()
    assert found.total_ms == copy.duration_ms + other.duration_ms
    assert found.percent >= 90
    assert all(found.ranges[one.pk] for one in (copy, other))


def test_nobody_without_the_permission_watches(copy: ReviewCopy) -> None:
    clerk = employ(builders.CITY, "legal-officer")
    with pytest.raises(PermissionError):
        actions.open_screen(by=clerk, copies=[copy], ref=REF, login=LOGIN, station="")


def test_beats_told_seldom_do_not_slip_past_the_checks(everything: None, tmp_path: Path, reviewer: Actor) -> None:
    film = recordings.review_copy(tmp_path, "long.mp4", capacity=builders.CITY, seconds=40)
    with time_machine.travel(NOW, tick=False) as traveller:
        one = Screen(reviewer, [film], traveller)
        pieces = queries.copy_of(film).segments
        got: set[int] = set()
        for position in range(0, film.duration_ms + 1, 8_000):
            got |= {piece.n for piece in pieces if piece.start_ms < position + 16_000 and one.get(piece.n) is not None}
            one.beat(position, rate=200)
            traveller.shift(4)
            one.frames += 200
        assert one.credit().percent >= 90
        assert one.credit().asked == 1


def test_who_missed_every_check_is_asked_again_when_he_watches_again(screen: Callable[..., Screen]) -> None:
    one = screen()
    one.watch(20)
    assert (one.credit().asked, one.credit().right) == (1, 0)
    actions.close(by=one.by, ref=REF)
    again = screen()
    again.watch(20)
    again.answer()
    assert (again.credit().asked, again.credit().right) == (2, 1)


def test_addresses_that_come_with_beats_do_not_tell_where_the_checks_are(
    everything: None, tmp_path: Path, reviewer: Actor
) -> None:
    film = recordings.review_copy(tmp_path, "long.mp4", capacity=builders.CITY, seconds=56)
    numbers = range(queries.copy_of(film).segments[-1].n + 1)
    checked, held = 0, 0
    with time_machine.travel(NOW, tick=False) as traveller:
        for round_ in range(6):
            one = Screen(reviewer, [film], traveller, ref=f"assignment/{round_}")
            (check,) = Challenge.objects.filter(session=one.opened[0].session).values_list("segment__n", flat=True)
            silent = set()
            for n in numbers:
                traveller.shift(10)
                session = actions.session_of(by=reviewer, login=LOGIN, token=one.token)
                if not actions.give(session, n, draw=False).address:
                    silent.add(n)
            assert check in silent
            assert one.get(check) is not None
            assert not actions.give(session, check, draw=False).address, "drawn, it is held back like the others"
            checked, held = checked + 1, held + len(silent)
            actions.close(by=reviewer, ref=one.ref)
    assert held >= checked * 3


def test_who_seeks_around_the_checks_is_asked_nothing_and_has_to_make_up_for_it(screen: Callable[..., Screen]) -> None:
    one = screen()
    check = Challenge.objects.get().segment.n
    one.watch(8, start_ms=0 if check > 2 else 12_000)
    assert (one.credit().asked, one.credit().checkable) == (0, True)
    actions.close(by=one.by, ref=REF)
    again = screen()
    again.watch(20)
    again.answer()
    assert (again.credit().asked, again.credit().right) == (1, 1)
