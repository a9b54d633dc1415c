"""What the ledger counts of reviews: drawn at random, watched enough, every owed sample, every part of a population."""

from typing import Any

import pytest

import builders
import drawing
from builders import DAY, OFFICE, at, freeze, judged, officer, on_the_clock
from jianguan.backbone.draws.models import Draw, DrawItem
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import actions, queries
from jianguan.backbone.review.models import Review
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.models import Population, PopulationState

NORM = "6.6-exam"


@pytest.fixture
def by(db: Any) -> Actor:
    """A reviewer of an office whose tasks of the day are open."""
    builders.see_everything()
    builders.open_day()
    return officer(OFFICE)


def look(by: Actor, item: DrawItem) -> None:
    """Review a record whose recordings are not to be found."""
    with on_the_clock(at(DAY, 20)):
        actions.submit_review(
            by=by, assignment=drawing.assigned(item, by), verdict="uncheckable", answers={}, remark="音视频缺失"
        )


def floor(draw: Draw, by: Actor, *members: str, part: str = DrawItem.Part.FLOOR) -> list[DrawItem]:
    return [drawing.item_of(draw, member, [by], part=part) for member in members]


@pytest.mark.clause("6.6")
def test_clause_6_6_a_population_without_a_draw_counts_nothing_and_says_so(by: Actor) -> None:
    freeze(OFFICE, "exam-av", 20)
    row = judged(NORM, OFFICE)
    assert (row.state, row.required, row.done) == ("未履行", 1, 0)
    assert "尚未抽取，未经抽取的查看不计" in row.reason


@pytest.mark.clause("6.6")
def test_clause_6_6_the_risk_part_does_not_fill_the_random_floor(by: Actor) -> None:
    draw = drawing.draw_of(freeze(OFFICE, "exam-av", 20))
    (risk,) = floor(draw, by, "合成-1", part=DrawItem.Part.PRIORITY)
    (random,) = floor(draw, by, "合成-2")
    look(by, risk)
    assert judged(NORM, OFFICE).state == "未履行"
    look(by, random)
    assert judged(NORM, OFFICE).state == "已履行"


@pytest.mark.clause("6.6")
def test_clause_6_6_a_film_that_was_not_watched_is_short(by: Actor) -> None:
    draw = drawing.draw_of(freeze(OFFICE, "exam-av", 20))
    item = drawing.item_of(draw, "合成-1", [by], media=True)
    drawing.copy_of(drawing.recording_of(item))
    with on_the_clock(at(DAY, 20)):
        review = actions.submit_review(
            by=by,
            assignment=drawing.assigned(item, by),
            verdict="uncheckable",
            answers={},
            remark="没有认真看",
        )
    assert not review.counted
    assert judged(NORM, OFFICE).state == "未履行"


@pytest.mark.clause("6.6")
def test_clause_6_6_a_review_corrected_to_not_counted_counts_no_longer(by: Actor) -> None:
    (item,) = floor(drawing.draw_of(freeze(OFFICE, "exam-av", 20)), by, "合成-1")
    look(by, item)
    assert judged(NORM, OFFICE).state == "已履行"
    drawing.copy_of(drawing.recording_of(item))
    with on_the_clock(at(DAY, 21)):
        actions.correct_review(
            by=by,
            review=Review.objects.get(),
            verdict="uncheckable",
            answers={},
            reason="录像已经找到",
            remark="没有认真看",
        )
        (progress,) = queries.progress(scopes.everything(), DAY, DAY)
    assert (progress.owed, progress.done) == (1, 0)
    assert judged(NORM, OFFICE).state == "未履行"


@pytest.mark.clause("6.6")
def test_clause_6_6_where_a_share_was_withheld_both_samples_are_owed(by: Actor) -> None:
    population = freeze(OFFICE, "exam-av", 40)
    first, second = drawing.draw_of(population), drawing.draw_of(population, "without:superior")
    shared, one = floor(first, by, "合成-1", "合成-2")
    drawing.item_of(second, "合成-1", [by])
    (other,) = floor(second, by, "合成-3")
    look(by, shared)
    look(by, one)
    row = judged(NORM, OFFICE)
    assert (row.state, row.required, row.done) == ("不足", 2, 1)
    look(by, other)
    assert judged(NORM, OFFICE).done == 2
    assert judged(NORM, OFFICE).state == "已履行"


@pytest.mark.clause("6.6")
def test_clause_6_6_the_quota_is_over_the_sum_of_the_parts(by: Actor) -> None:
    population = freeze(OFFICE, "exam-av", 20)
    late = Population.objects.create(
        capacity=population.capacity, kind="exam-av", day=DAY, part=1, state=PopulationState.COUNTED, size=5,
        source="合成", frozen_at=at(DAY, 21),
    )  # fmt: skip
    (item,) = floor(drawing.draw_of(population), by, "合成-1")
    look(by, item)
    row = judged(NORM, OFFICE)
    assert (row.state, row.required, row.done) == ("不足", 2, 1)
    (more,) = floor(drawing.draw_of(late), by, "合成-21")
    look(by, more)
    assert judged(NORM, OFFICE).state == "已履行"


@pytest.mark.clause("6.6")
def test_clause_6_6_an_enlarged_draw_lets_nobody_leave_out_what_was_drawn_first(by: Actor) -> None:
    population = freeze(OFFICE, "exam-av", 20)
    (first,) = floor(drawing.draw_of(population), by, "合成-1")
    (more,) = floor(drawing.draw_of(population, generation=1), by, "合成-2")
    look(by, more)
    row = judged(NORM, OFFICE)
    assert (row.state, row.required, row.done) == ("未履行", 1, 0), "one is owed, and it was not this one"
    look(by, first)
    assert judged(NORM, OFFICE).state == "已履行"
