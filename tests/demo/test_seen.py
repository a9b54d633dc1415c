"""What the demonstration says was looked at could be looked at: pictures are drawn, nothing unseen is called normal."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

import builders
import drawing
from builders import at, freeze, officer, on_the_clock
from jianguan.backbone.draws.models import DrawItem
from jianguan.backbone.evidence.models import Recording
from jianguan.backbone.review import collecting, media
from jianguan.backbone.review.models import Assignment, Review
from jianguan.backbone.work.models import Finding
from jianguan.demo import films, reviews
from jianguan.demo.people import CHARACTERS

DAY = builders.DAY
UNIT = CHARACTERS[0].posts[0][0]


@pytest.fixture(autouse=True)
def everything(db: Any) -> None:
    builders.see_everything()


def drawn(kind: str, **about: Any) -> list[DrawItem]:
    with on_the_clock(at(DAY, 19)):
        draw, by = drawing.draw_of(freeze(UNIT, kind, 20)), officer(UNIT)
        return [drawing.item_of(draw, f"合成-{number}", [by], about=dict(about)) for number in range(3)]


@pytest.mark.parametrize(("kind", "gone"), [("archive", "档案文件未找到"), ("online-learner", "照片未找到")])
def test_what_nobody_can_have_seen_is_not_called_normal(kind: str, gone: str) -> None:
    drawn(kind)
    assert reviews.add_reviews(DAY, DAY + dt.timedelta(days=9)) >= 3
    assert set(Review.objects.values_list("verdict", flat=True)) == {"uncheckable"}
    assert all(gone in text for text in Finding.objects.values_list("text", flat=True))
    assert set(Finding.objects.values_list("severity", flat=True)) == {"serious"}


def test_of_a_place_it_is_written_down_what_was_seen() -> None:
    drawn("site-by-area")
    assert reviews.add_reviews(DAY, DAY + dt.timedelta(days=9)) >= 3
    assert all(len(one.check_record.remark) >= 10 for one in Review.objects.select_related("check_record"))


def test_the_snapshots_of_learners_left_to_users_are_drawn_and_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "RECORDERS", tmp_path)
    photos = [{"ref": f"photo/learning/S1/{number}.jpg", "label": "相似度"} for number in (1, 2)]
    item = drawn("online-learner", photos=photos)[0]
    assert films.draw_photos(DAY) == 3
    collecting.collect(item.pk)
    assert [one.state for one in media.media_of(item)] == [media.READY, media.READY]


def test_a_prepared_film_claims_no_more_than_it_is_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RECORDERS", tmp_path)
    told = [{"ref": "a.mp4", "kind": "fixed", "starts_at": f"{DAY} 09:00:00", "ends_at": f"{DAY} 11:08:00"}]
    item = drawn("exam-av", recordings=told)[0]
    Assignment.objects.create(
        item=item,
        kind=Assignment.Kind.FIRST,
        capacity_id=item.capacity_id,
        appointment_id=item.reviewers.get().appointment_id,
        assigned_at=at(DAY, 19),
    )
    assert films.fetch_open(DAY) == 1
    assert Recording.objects.get().claimed_ms == 24_000
