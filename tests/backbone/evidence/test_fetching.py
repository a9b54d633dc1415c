"""Recordings come in whole or with the proof that they could not be had; nothing leads out of the recorder's folder."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import builders
import films
import recordings
from jianguan.backbone.audit.models import Event
from jianguan.backbone.evidence import copies, fetching, problems
from jianguan.backbone.evidence.models import CopyWork, Recording, ReviewCopy, ReviewSegment
from jianguan.backbone.evidence.recorders import BadReference, FolderExport, NotThere, Unreachable
from jianguan.backbone.evidence.store import store

CITY = builders.CITY


@pytest.fixture(autouse=True)
def everything(db: Any) -> None:
    builders.see_everything()


def test_a_clip_is_fetched_with_its_digests_and_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "site-1").mkdir()
    film = films.film(tmp_path / "site-1" / "a.mp4", seconds=5)
    recording = recordings.fetched(tmp_path, "site-1/a.mp4", capacity=CITY)
    assert recording.state == Recording.State.FETCHED
    assert recording.stored is not None
    assert b"".join(store().open(recording.stored.sha256)) == film.read_bytes()
    assert abs(recording.duration_ms - 5000) < 100
    assert recording.probe["codec"] == "h264"
    assert Event.objects.filter(kind="recording.fetched", object_id=str(recording.pk)).count() == 1


def test_what_the_record_claims_is_kept_beside_what_was_measured(tmp_path: Path) -> None:
    films.film(tmp_path / "a.mp4", seconds=5)
    claimed = recordings.BEGAN + dt.timedelta(hours=2, minutes=8)
    recording = recordings.fetched(tmp_path, "a.mp4", capacity=CITY, ends_at=claimed)
    assert recording.claimed_ms == 7_680_000
    assert abs(recording.duration_ms - 5000) < 100
    films.film(tmp_path / "b.mp4", seconds=5)
    assert recordings.fetched(tmp_path, "b.mp4", capacity=CITY).claimed_ms is None


def test_fetching_again_returns_what_is_here(tmp_path: Path) -> None:
    films.film(tmp_path / "a.mp4", seconds=2)
    first = recordings.fetched(tmp_path, "a.mp4", capacity=CITY)
    (tmp_path / "a.mp4").unlink()
    assert recordings.fetched(tmp_path, "a.mp4", capacity=CITY, again=True) == first
    assert Recording.objects.count() == 1


def test_one_name_at_two_units_is_two_recordings_over_the_same_bytes(tmp_path: Path) -> None:
    films.film(tmp_path / "a.mp4", seconds=2)
    here = recordings.fetched(tmp_path, "a.mp4", capacity=CITY)
    there = recordings.fetched(tmp_path, "a.mp4", capacity="siping@CITY")
    assert (there.capacity.key, there.stored, there.attempt) == ("siping@CITY", here.stored, 1)
    assert there != here


def test_a_clip_that_vanished_is_missing_and_found_later_by_a_new_attempt(tmp_path: Path) -> None:
    gone = recordings.fetched(tmp_path, "gone.mp4", capacity=CITY)
    assert (gone.state, gone.problems, gone.attempt) == (Recording.State.MISSING, [problems.GONE], 1)
    assert recordings.fetched(tmp_path, "gone.mp4", capacity=CITY) == gone
    films.film(tmp_path / "gone.mp4", seconds=2)
    found = recordings.fetched(tmp_path, "gone.mp4", capacity=CITY, again=True)
    assert (found.state, found.attempt) == (Recording.State.FETCHED, 2)
    assert Recording.objects.get(pk=gone.pk).state == Recording.State.MISSING


@pytest.mark.parametrize(
    ("name", "code"), [("empty.mp4", "empty"), ("text.mp4", "unreadable"), ("short.mp4", "truncated")]
)
def test_bad_media_say_what_is_wrong_in_chinese(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("这不是录像" * 100, encoding="utf-8")
    films.shortened(films.film(tmp_path / "whole.mp4", seconds=6), tmp_path / "short.mp4", 0.4)
    recording = recordings.fetched(tmp_path, name, capacity=CITY)
    assert recording.state == Recording.State.UNREADABLE
    assert code in recording.problems
    words = problems.in_words(recording.problems)
    assert words
    assert not any("其他问题" in word for word in words)


def test_a_device_clock_that_is_off_is_named(tmp_path: Path) -> None:
    films.film(tmp_path / "a.mp4", seconds=2, created="2026-03-10T01:07:00Z")
    recording = recordings.fetched(tmp_path, "a.mp4", capacity=CITY)
    assert recording.state == Recording.State.FETCHED
    assert problems.CLOCK_SHIFTED in recording.problems


@pytest.mark.parametrize("reference", ["../s.mp4", "/etc/passwd", "a/../../s.mp4", "", "a\0b", "..\\s.mp4"])
def test_no_reference_leads_out_of_the_folder(tmp_path: Path, reference: str) -> None:
    folder = tmp_path / "recorders"
    folder.mkdir()
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    with pytest.raises(BadReference), FolderExport(folder).local(reference):
        pass


def test_a_link_out_of_the_folder_and_a_pipe_are_no_recordings(tmp_path: Path) -> None:
    folder = tmp_path / "recorders"
    folder.mkdir()
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    (folder / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    os.mkfifo(folder / "pipe.mp4")
    with pytest.raises(BadReference), FolderExport(folder).local("link.mp4"):
        pass
    with pytest.raises(NotThere), FolderExport(folder).local("pipe.mp4"):
        pass
    found = recordings.fetched(folder, "link.mp4", capacity=CITY)
    assert (found.state, found.stored) == (Recording.State.MISSING, None)


def test_a_recorder_that_does_not_answer_proves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        recordings.fetched(tmp_path / "not-mounted", "a.mp4", capacity=CITY)
    assert not Recording.objects.exists()


def test_fetching_queues_the_review_copy_in_the_same_transaction(tmp_path: Path) -> None:
    films.film(tmp_path / "a.mp4", seconds=2)
    recording = recordings.fetched(tmp_path, "a.mp4", capacity=CITY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND args->>'recording_id' = %s",
            [fetching.COPY_TASK, str(recording.pk)],
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(("codec", "transcoded"), [("libx264", False), ("libx265", True)])
def test_a_review_copy_holds_the_whole_recording_and_is_made_once(tmp_path: Path, codec: str, transcoded: bool) -> None:
    films.film(tmp_path / "a.mp4", seconds=9, codec=codec)
    recording = recordings.fetched(tmp_path, "a.mp4", capacity=CITY)
    copy = copies.make(recording.pk)
    assert copy is not None
    assert copy.transcoded is transcoded
    pieces = list(ReviewSegment.objects.filter(copy=copy).order_by("n"))
    assert [piece.n for piece in pieces] == list(range(len(pieces)))
    assert sum(piece.duration_ms for piece in pieces) == copy.duration_ms
    assert abs(copy.duration_ms - recording.duration_ms) < 200
    assert all(store().exists(piece.stored.sha256) for piece in pieces)
    work = CopyWork.objects.get(recording=recording)
    assert (work.state, work.done_ms) == (CopyWork.State.DONE, copy.duration_ms)
    assert copies.make(recording.pk) == copy
    assert ReviewCopy.objects.filter(recording=recording).count() == 1


def test_nothing_is_made_of_a_recording_that_is_missing(tmp_path: Path) -> None:
    assert copies.make(recordings.fetched(tmp_path, "gone.mp4", capacity=CITY).pk) is None


def test_what_a_job_is_given_comes_back_the_same(tmp_path: Path) -> None:
    given = recordings.wanted("a.mp4", capacity=CITY, clock_offset_ms=-1500)
    assert fetching.from_job(fetching.to_job(given)) == given
