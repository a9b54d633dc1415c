"""What was looked at decides whether a review counts: films, pictures, files, places."""

import pytest

import builders
import drawing
from builders import CITY, OFFICE, freeze, officer
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import actions, media
from jianguan.backbone.review.assigning import ReviewRefused
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.models import Finding
from reviewing import drawn, normal, uncheckable

pytestmark = pytest.mark.usefixtures("evening")


def test_a_record_without_recordings_is_a_serious_finding_and_counts_as_looked_at(pair: tuple[Actor, Actor]) -> None:
    review = uncheckable(pair[0], drawn(pair[0]))
    assert (review.verdict, review.counted, review.why_not) == ("uncheckable", True, "")
    finding = Finding.objects.get(check_record=review.check_record)
    assert finding.severity == Finding.Severity.SERIOUS
    assert "音视频未找到" in finding.text
    assert finding.provision == "6.6"


def test_a_clip_that_vanished_between_draw_and_review_is_found_missing(pair: tuple[Actor, Actor]) -> None:
    item = drawn(pair[0], media=True)
    drawing.recording_of(item, state=Recording.State.MISSING, role="考官记录仪")
    review = uncheckable(pair[0], item)
    assert "考官记录仪未找到" in Finding.objects.get(check_record=review.check_record).text


def test_what_is_still_being_fetched_is_not_judged(pair: tuple[Actor, Actor]) -> None:
    item = drawn(pair[0], media=True)
    assignment = drawing.assigned(item, pair[0])
    with pytest.raises(ReviewRefused, match="尚在调取"):
        actions.submit_review(by=pair[0], assignment=assignment, verdict="uncheckable", answers={}, remark="音视频缺失")
    drawing.recording_of(item)
    with pytest.raises(ReviewRefused, match="考试车内尚在调取"):
        actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=normal())


def test_a_review_of_a_film_nobody_watched_is_kept_and_not_counted(pair: tuple[Actor, Actor]) -> None:
    item = drawn(pair[0], media=True)
    drawing.copy_of(drawing.recording_of(item))
    assignment = drawing.assigned(item, pair[0])
    review = actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=normal())
    assert (review.counted, review.why_not) == (False, "认可观看0%，不足采纳的80%")
    assert (review.total_ms, review.credited_ms, review.required_percent) == (60_000, 0, 80)


def test_a_film_far_shorter_than_its_record_is_a_finding_and_normal_only_with_a_reason(
    pair: tuple[Actor, Actor],
) -> None:
    item = drawn(pair[0], media=True)
    drawing.copy_of(drawing.recording_of(item, claimed_ms=7_680_000))
    assignment = drawing.assigned(item, pair[0])
    with pytest.raises(ReviewRefused, match="录像1分0秒，业务记录2小时8分"):
        actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=normal())
    review = actions.submit_review(by=pair[0], assignment=assignment, verdict="general", answers=normal())
    assert "录像短于业务时长" in Finding.objects.get(check_record=review.check_record).text


def test_pictures_are_counted_when_they_were_opened(pair: tuple[Actor, Actor]) -> None:
    population = freeze(builders.CITY, "online-learner", 20)
    by = officer(CITY)
    item = drawing.item_of(drawing.draw_of(population), "合成-学员", [by], media=True)
    pictures = [drawing.recording_of(item, kind=Recording.Kind.PHOTO, role=f"抓拍{n}") for n in range(5)]
    assignment = drawing.assigned(item, by)
    for picture in (*pictures[:3], pictures[0]):
        seen = actions.note_picture(by=by, assignment=assignment, recording_id=picture.pk)
    assert seen == 3
    with pytest.raises(ReviewRefused, match="不属于本件"):
        actions.note_picture(by=by, assignment=assignment, recording_id=0)
    answers = normal("learner-review")
    review = actions.submit_review(by=by, assignment=assignment, verdict="normal", answers=answers)
    assert (review.counted, review.pictures, review.pictures_seen) == (False, 5, 3)
    actions.note_picture(by=by, assignment=assignment, recording_id=pictures[3].pk)
    better = actions.correct_review(by=by, review=review, verdict="normal", answers=answers, reason="补看照片后更正")
    assert (better.counted, better.pictures_seen, better.corrects) == (True, 4, review)


def test_an_archive_without_its_file_is_uncheckable_and_with_it_counts_when_it_was_opened(
    pair: tuple[Actor, Actor],
) -> None:
    assignment = drawing.assigned(drawn(pair[0], kind="archive"), pair[0])
    answers = normal("archive-review")
    with pytest.raises(ReviewRefused, match="档案文件未找到，结论不能是正常"):
        actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=answers)
    review = actions.submit_review(by=pair[0], assignment=assignment, verdict="uncheckable", answers={})
    assert review.counted
    assert "档案文件未找到" in Finding.objects.get(check_record=review.check_record).text
    there = drawn(pair[0], kind="archive", member="合成-2")
    page = drawing.page_of(there)
    other = drawing.assigned(there, pair[0])
    unseen = actions.submit_review(by=pair[0], assignment=other, verdict="normal", answers=answers)
    assert not unseen.counted
    actions.note_picture(by=pair[0], assignment=other, recording_id=page.pk)
    seen = actions.correct_review(by=pair[0], review=unseen, verdict="normal", answers=answers, reason="补看档案")
    assert seen.counted


@pytest.mark.parametrize(
    ("verdict", "remark", "counted"),
    [
        ("normal", "", False),
        ("normal", "检验线画面正常，公示牌与备案一致", True),
        ("uncheckable", "没有时间去看现场", False),
    ],
)
def test_a_place_counts_by_what_is_written_down_of_it(verdict: str, remark: str, counted: bool) -> None:
    by = officer(CITY)
    population = freeze(CITY, "site-by-area", 5)
    item = drawing.item_of(drawing.draw_of(population), "合成-1", [by], subject=builders.place(OFFICE))
    answers = normal("site-spot-check") if verdict == "normal" else {}
    review = actions.submit_review(
        by=by, assignment=drawing.assigned(item, by), verdict=verdict, answers=answers, remark=remark
    )
    assert (review.counted, bool(review.why_not)) == (counted, not counted)


def test_pictures_that_are_gone_are_said_once_with_their_number(pair: tuple[Actor, Actor]) -> None:
    item = drawn(pair[0], kind="online-learner", media=True)
    for number in range(3):
        drawing.recording_of(item, kind=Recording.Kind.PHOTO, state=Recording.State.MISSING, role=f"相似度 0.{number}")
    assignment = drawing.assigned(item, pair[0])
    watched = media.watched(scopes.everything(), assignment, media.media_of(item))
    assert watched.missing == ("照片3张未找到",)
    with pytest.raises(ReviewRefused, match="照片3张未找到，结论不能是正常"):
        actions.submit_review(by=pair[0], assignment=assignment, verdict="normal", answers=normal("learner-review"))
