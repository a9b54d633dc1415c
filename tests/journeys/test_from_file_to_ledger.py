"""Journey: a file of exams comes in; frozen, seeded, drawn, fetched, watched and reviewed, it fulfils clause 6.6."""

import csv
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings

import films
import recordings
from builders import DAY, OFFICE, PROVINCE, at, judged, officer, on_the_clock, open_day, place
from draws_world import EXAM, own_lake
from jianguan.backbone.draws import rules, seeds
from jianguan.backbone.draws.drawing import draw_day
from jianguan.backbone.draws.freezing import freeze_day
from jianguan.backbone.draws.models import DrawItem, DrawnReviewer, ItemRecording
from jianguan.backbone.evidence import copies
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.review import actions, assigning, collecting, media, queries
from jianguan.backbone.review.models import Assignment, Review
from jianguan.backbone.work.checklists import Answer
from jianguan.backbone.work.checks import items_of
from jianguan.facts import sources
from jianguan.site.cli import build
from screens import Screen
from staff import employ

SITTINGS, SECONDS = 20, 12
CHANNEL = "22010000001310000001"
SITTING = EXAM | {"kcdd": "K1", "kssj": f"{DAY} 09:00:00", "jssj": f"{DAY} 09:00:12"}
SEGMENT = {
    "channel": CHANNEL,
    "place": "K1",
    "started_at": f"{DAY} 09:00:00",
    "ended_at": f"{DAY} 09:00:12",
    "media_ref": "car/1.mp4",
}


def take_in(contract: str, file: Path, rows: list[dict[str, str]]) -> int:
    """Register the source and run ``jianguan facts import`` on a file of these rows; its exit code."""
    sources.register(contract, contract)
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    parsed = build().parse_args(["facts", "import", contract, str(file)])
    with on_the_clock(at(DAY, 17)):
        return int(parsed.run(parsed))


def type_in_public_numbers() -> None:
    """Two people of the province type in both numbers of the evening."""
    one, two = employ(PROVINCE, "discipline-officer"), employ(PROVINCE, "centre-supervisor")
    for name in rules.PUBLIC_NUMBERS:
        row = seeds.enter_number(by=one, day=DAY, name=name, issue=str(DAY), value="123")
        seeds.confirm_number(by=two, number=row, issue=str(DAY), value="123")


def watch(by: Actor, assignment: Assignment, traveller: Any) -> None:
    """Watch all there is at normal speed and answer what is asked."""
    ready = [one.copy for one in media.media_of(assignment.item) if one.copy is not None]
    screen = Screen(by, ready, traveller, ref=media.ref_of(assignment))
    screen.watch(SECONDS)
    screen.answer()


def submit(by: Actor, assignment: Assignment) -> Review:
    """Put every item down as normal."""
    items = items_of(queries.checklist("exam-review", DAY))
    answers = {one.id: Answer("pass") for one in items if one.answer == "pass_fail"}
    return actions.submit_review(by=by, assignment=assignment, verdict="normal", answers=answers)


@pytest.mark.clause("6.6")
def test_clause_6_6_a_file_of_exams_ends_as_a_fulfilled_duty_with_proof(
    db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "RECORDERS", tmp_path / "recorders")
    (tmp_path / "recorders" / "car").mkdir(parents=True)
    films.film(tmp_path / "recorders" / "car" / "1.mp4", seconds=SECONDS)
    with own_lake(tmp_path, monkeypatch):
        open_day()
        place(OFFICE, code="K1")
        reviewers = {one.appointment_id: one for one in (officer(OFFICE), officer(OFFICE))}
        exams = [SITTING | {"lsh": f"E{number:05d}"} for number in range(SITTINGS)]
        assert take_in("exam", tmp_path / "exams.csv", exams) == 0
        assert take_in("recording_segment", tmp_path / "segments.csv", [SEGMENT]) == 0
        with on_the_clock(at(DAY, 18)):
            assert freeze_day(DAY, kinds={"exam-av"}).members == SITTINGS
        with time_machine.travel(at(DAY, 21, 30), tick=False) as traveller:
            type_in_public_numbers()
            assert draw_day(DAY, kinds={"exam-av"}).items == 1
            assert assigning.assign_drawn() == 1
            assert [collecting.collect(one) for one in collecting.waiting(DAY)] == [1]
            item = DrawItem.objects.get()
            assert copies.make(ItemRecording.objects.get(item=item).recording_id) is not None
            assignment = Assignment.objects.get()
            by = reviewers[assignment.appointment_id]
            watch(by, assignment, traveller)
            review = submit(by, assignment)
            assert (review.counted, review.why_not, review.asked, review.right) == (True, "", 1, 1)
            assert review.credited_ms * 100 >= 90 * review.total_ms > 0
            row = judged("6.6-exam", OFFICE, as_of=at(DAY, 23))
    assert (row.state.value, row.required, row.done) == ("已履行", 1, 1)
    assert row.proof["records"] == [f"population/{item.population_id}", f"draw/{item.draw_id}"]


@pytest.mark.clause("6.6")
def test_clause_6_6_who_submits_without_watching_fulfils_nothing(
    db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_lake(tmp_path, monkeypatch):
        open_day()
        place(OFFICE, code="K1")
        by = officer(OFFICE)
        assert take_in("exam", tmp_path / "exams.csv", [SITTING | {"lsh": "E1"}]) == 0
        with on_the_clock(at(DAY, 18)):
            freeze_day(DAY, kinds={"exam-av"})
        with on_the_clock(at(DAY, 21, 30)):
            type_in_public_numbers()
            draw_day(DAY, kinds={"exam-av"})
            assigning.assign_drawn()
            item = DrawItem.objects.get()
            copy = recordings.review_copy(tmp_path, "a.mp4", capacity=OFFICE, seconds=SECONDS)
            ItemRecording.objects.create(item=item, capacity_id=item.capacity_id, recording_id=copy.recording_id)
            assert DrawnReviewer.objects.get().appointment_id == by.appointment_id
            review = submit(by, Assignment.objects.get())
            assert (review.counted, review.why_not) == (False, "认可观看0%，不足采纳的80%")
        assert judged("6.6-exam", OFFICE).state == "未履行"
