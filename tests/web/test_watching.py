"""The door of the player: cookie, token and address together, nonsense refused, nothing kept."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import builders
import drawing
import recordings
from jianguan.backbone.draws.models import ItemRecording
from jianguan.backbone.evidence.models import Clip, Recording
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.watching import queries
from jianguan.backbone.watching.models import Beat, Challenge, SegmentGrant, WatchSession
from pages import plain, text
from staff import employ, visit

BEAT = [1, 0, 0, 100, True, True, 0]


@pytest.fixture
def reviewer(db: Any) -> Actor:
    builders.see_everything()
    return builders.officer(builders.CITY)


@pytest.fixture
def recording(reviewer: Actor, tmp_path: Path) -> Recording:
    return recordings.review_copy(tmp_path, "a.mp4", capacity=builders.CITY, seconds=12).recording


@pytest.fixture
def client(reviewer: Actor) -> Client:
    return visit(reviewer)


def config(client: Client, recording: Recording, query: str = "") -> dict[str, Any]:
    """What the page gives to the player."""
    page = text(client.get(f"/watching/{recording.pk}/{query}"))
    found = re.search(r'data-player="([^"]*)"', page)
    assert found is not None
    return dict(json.loads(found[1].replace("&quot;", '"')))


def call(client: Client, name: str, body: Any, status: int = 200) -> dict[str, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post(f"/watching/{name}/", raw, content_type="application/json")
    assert response.status_code == status, response.content.decode()
    assert response["Cache-Control"] == "no-store"
    return dict(response.json())


def opened(client: Client, recording: Recording) -> str:
    said = call(client, "open", {"ticket": config(client, recording)["ticket"]})
    return str(said["sessions"][0]["token"])


def fetch(client: Client, address: str, token: str) -> Any:
    return client.get("/watching/segment/", headers={"X-Watch-Address": address, "X-Watch-Token": token})


def test_the_page_may_play_from_a_blob_and_no_other_page_may(client: Client, recording: Recording) -> None:
    assert "media-src blob:" in client.get(f"/watching/{recording.pk}/")["Content-Security-Policy"]
    assert "blob:" not in client.get("/")["Content-Security-Policy"].partition("media-src")[2]


def test_segments_are_handed_out_once_and_never_kept(client: Client, recording: Recording) -> None:
    token = opened(client, recording)
    given = call(client, "release", {"token": token, "n": 0})
    first = fetch(client, given["address"], token)
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-store"
    assert first.content[4:8] == b"ftyp"
    assert fetch(client, given["address"], token).status_code == 403
    assert SegmentGrant.objects.get().served_at is not None


def test_an_address_is_useless_to_anybody_else(client: Client, recording: Recording) -> None:
    token = opened(client, recording)
    given = call(client, "release", {"token": token, "n": 0})
    colleague = visit(employ(builders.CITY, "centre-supervisor"))
    for guess in (token, "x" * 43):
        assert fetch(colleague, given["address"], guess).status_code == 403
    assert call(colleague, "release", {"token": token, "n": 1}, 409)["closed"]
    assert call(colleague, "beats", {"sessions": [{"token": token, "beats": [BEAT]}]}, 409)["closed"]
    assert not Beat.objects.exists()
    assert fetch(client, given["address"], token).status_code == 200


def test_a_token_is_good_with_its_log_in_only(client: Client, recording: Recording, reviewer: Actor) -> None:
    token = opened(client, recording)
    again = Client()
    again.force_login(client.get("/").wsgi_request.user, backend="django.contrib.auth.backends.ModelBackend")
    assert call(again, "release", {"token": token, "n": 0}, 409)["closed"]


def test_beats_come_in_batches_and_the_answer_tells_the_credit(client: Client, recording: Recording) -> None:
    token = opened(client, recording)
    batch = {"sessions": [{"token": token, "beats": [BEAT, [2, 900, 900, 100, True, True, 20]]}], "credit": True}
    said = call(client, "beats", batch)
    assert said["next"] == [3]
    assert said["credit"]["totalMs"] > 11_000
    assert call(client, "beats", batch)["next"] == [3]
    assert Beat.objects.count() == 2
    gap = {"sessions": [{"token": token, "beats": [[9, 1000, 1000, 100, True, True, 25]]}]}
    assert call(client, "beats", gap, 409)["next"] == 3


def open_free(client: Client, recording: Recording) -> tuple[str, int]:
    """Open until a segment is not held back as if it had a check; token and segment."""
    for _ in range(30):
        token = opened(client, recording)
        session = WatchSession.objects.select_related("copy").latest("pk")
        free = [n for n in (0, 2) if queries.gives_nothing_away(session, n)]
        if free:
            return token, free[0]
    raise AssertionError("every segment is held back")


def test_the_address_of_the_next_segment_comes_with_the_answer_to_beats(client: Client, recording: Recording) -> None:
    token, free = open_free(client, recording)
    said = call(client, "beats", {"sessions": [{"token": token, "beats": [BEAT], "want": free}], "late": True})
    assert fetch(client, said["addresses"][0], token).status_code == 200
    assert fetch(client, said["addresses"][0], token).status_code == 403
    assert said["late"] == {str(recording.review_copy.pk): []}
    assert said["credit"] is None


def test_beats_give_no_address_of_a_segment_with_a_check_drawn_or_not(client: Client, recording: Recording) -> None:
    token = opened(client, recording)
    checked = Challenge.objects.get().segment.n
    said = call(client, "beats", {"sessions": [{"token": token, "beats": [BEAT], "want": checked}]})
    assert said["addresses"] == [""]
    assert call(client, "release", {"token": token, "n": checked})["address"]
    again = call(client, "beats", {"sessions": [{"token": token, "beats": [], "want": checked}]})
    assert again["addresses"] == [""]


def test_a_session_is_given_no_more_than_its_budget_with_beats_either(client: Client, recording: Recording) -> None:
    token, free = open_free(client, recording)
    for n in {0, 1, 2} - {free}:
        assert call(client, "release", {"token": token, "n": n})["address"]
    said = call(client, "beats", {"sessions": [{"token": token, "beats": [], "want": free}]})
    assert said["addresses"] == [""]
    assert call(client, "beats", {"sessions": [{"token": token, "beats": [], "want": 99}]}, 422)["reason"]


@pytest.mark.parametrize("name", ["open", "release", "beats", "answer", "clip"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"token": 1}',
        b'{"ticket": "", "sessions": [], "token": "", "n": -1}',
        b'{"token": "aaaaaaaaaaaaaaaaaaaaaaaa", "n": 1e99}',
        b'{"ticket": "a\\u0000b"}',
        b'{"sessions": [{"token": "aaaaaaaaaaaaaaaaaaaaaaaa", "beats": [[1]]}]}',
        b"[" * 100_000,
    ],
    ids=range(11),
)
def test_nonsense_is_refused_and_nothing_is_written(client: Client, name: str, body: bytes) -> None:
    call(client, name, body, 400)
    assert not WatchSession.objects.exists()


def test_too_large_a_body_is_refused(client: Client) -> None:
    assert call(client, "beats", b" " * (300 << 10), 413)["reason"]


def test_a_forged_ticket_or_that_of_another_opens_nothing(client: Client, recording: Recording) -> None:
    ticket = config(client, recording)["ticket"]
    call(client, "open", {"ticket": ticket[:-3] + "abc"}, 403)
    call(visit(employ(builders.CITY, "centre-supervisor")), "open", {"ticket": ticket}, 403)
    assert not WatchSession.objects.exists()


def test_nobody_out_of_scope_sees_a_recording(recording: Recording) -> None:
    stranger = visit(builders.officer("siping@CITY"))
    assert stranger.get(f"/watching/{recording.pk}/").status_code == 404
    call(stranger, "clip", {"recording": recording.pk, "from_ms": 0, "to_ms": 0, "reason": "合成的理由"}, 404)


def test_a_vanished_recording_says_so_and_is_not_played(client: Client, tmp_path: Path) -> None:
    gone = recordings.fetched(tmp_path, "gone.mp4", capacity=builders.CITY)
    page = plain(client.get(f"/watching/{gone.pk}/"))
    assert "未找到" in page
    assert "来源中已没有这份录像" in page
    assert "播放控制" not in page


def test_a_recording_whose_copy_is_not_made_yet_shows_how_far_it_is(client: Client, tmp_path: Path) -> None:
    import films

    films.film(tmp_path / "b.mp4", seconds=2)
    fresh = recordings.fetched(tmp_path, "b.mp4", capacity=builders.CITY)
    assert f"/watching/{fresh.pk}/copying/" in text(client.get(f"/watching/{fresh.pk}/"))
    assert "排队中" in plain(client.get(f"/watching/{fresh.pk}/copying/"))


def test_a_photo_carries_the_viewers_mark(client: Client, tmp_path: Path) -> None:
    import films

    original = films.picture(tmp_path / "p.png").read_bytes()
    photo = recordings.fetched(tmp_path, "p.png", capacity=builders.CITY, kind=Recording.Kind.PHOTO)
    assert photo.state == Recording.State.FETCHED
    response = client.get(f"/watching/{photo.pk}/photo/")
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "no-store"
    assert response.content != original


def test_a_clip_is_kept_shown_and_exported_with_a_reason(client: Client, recording: Recording) -> None:
    made = call(client, "clip", {"recording": recording.pk, "from_ms": 1000, "to_ms": 3000, "reason": "考官离岗"})
    shown = client.get(f"/watching/clips/{made['clip']}/")
    assert "考官离岗" in plain(shown)
    where = Clip.objects.get(pk=made["clip"]).from_ms
    assert f'href="/watching/{recording.pk}/?at={where}"' in text(shown)
    assert config(client, recording, f"?at={where}")["startMs"] == where
    assert config(client, recording, "?at=x")["startMs"] is None
    assert client.post(f"/watching/clips/{made['clip']}/export/", {"reason": ""}).status_code == 422
    packed = client.post(f"/watching/clips/{made['clip']}/export/", {"reason": "移送案件使用"})
    assert packed["Content-Type"] == "application/zip"
    still = call(client, "clip", {"recording": recording.pk, "from_ms": 1000, "to_ms": 1000, "reason": "观看截图"})
    assert client.get(f"/watching/clips/{still['clip']}/still/")["Content-Type"] == "image/jpeg"
    assert call(client, "clip", {"recording": recording.pk, "from_ms": 0, "to_ms": 61_000, "reason": "太长了"}, 422)


def test_who_is_still_to_look_himself_sees_no_clip_of_another(client: Client, recording: Recording) -> None:
    made = call(client, "clip", {"recording": recording.pk, "from_ms": 1000, "to_ms": 3000, "reason": "考官离岗"})
    second = employ(builders.CITY, "centre-supervisor")
    blind, where = visit(second), f"/watching/{recording.pk}/"
    draw = drawing.draw_of(builders.freeze(builders.CITY, "exam-av", 20))
    drawing.assigned(drawing.item_of(draw, "合成-0", [second]), second)
    assert "考官离岗" in plain(blind.get(where)), "a record without recordings hides nothing"
    item = drawing.item_of(draw, "合成-1", [second])
    ItemRecording.objects.create(item=item, capacity_id=item.capacity_id, recording=recording, role="考试车内")
    drawing.assigned(item, second)
    assert "考官离岗" not in plain(blind.get(where))
    assert blind.get(f"/watching/clips/{made['clip']}/").status_code == 404
    assert "考官离岗" in plain(client.get(where))
