"""Drawn items with their reviewers, and what reviewers write."""

import builders
import drawing
from builders import DAY, OFFICE, at, freeze
from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import actions, queries
from jianguan.backbone.review.models import Assignment, Review
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.checks import items_of

EVENING = at(DAY, 19)


def drawn(*reviewers: Actor, kind: str = "exam-av", media: bool = False, member: str = "合成-1") -> DrawItem:
    """A drawn record of the day."""
    population = builders.Population.objects.filter(kind=kind, day=DAY).first() or freeze(OFFICE, kind, 20)
    return drawing.item_of(drawing.draw_of(population), member, reviewers, media=media)


def normal(kind: str = "exam-review") -> dict[str, Answer]:
    """Every item answered as normal."""
    checklist = queries.checklist(kind, DAY)
    return {item.id: Answer("pass") for item in items_of(checklist) if item.answer == "pass_fail"}


def uncheckable(by: Actor, item: DrawItem, kind: str = Assignment.Kind.FIRST) -> Review:
    """A review of a record whose recordings are not to be found."""
    assignment = drawing.assigned(item, by, kind)
    return actions.submit_review(by=by, assignment=assignment, verdict="uncheckable", answers={}, remark="音视频缺失")


def archive(by: Actor, *others: Actor) -> Assignment:
    """A drawn archive of one scanned page."""
    item = drawn(by, *others, kind="archive")
    drawing.page_of(item)
    return drawing.assigned(item, by)


# --- who looks
