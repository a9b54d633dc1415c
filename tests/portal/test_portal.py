"""The public's pages: report, code, follow, add, rate; robots and floods are kept out, nothing personal leaks."""

import datetime as dt
import hashlib
import io
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from PIL import Image

from builders import CITY, OFFICE, at, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.complaints import handling
from jianguan.backbone.complaints.models import Complaint, Count, Photo
from jianguan.backbone.complaints.photos import PhotoRefused, redrawn
from jianguan.backbone.complaints.rules import LIMITS, PROOF_BITS
from jianguan.backbone.evidence.store import store
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.site.config import OWNER_ROLE
from pages import plain, text
from staff import visit

MONDAY = dt.date(2026, 3, 9)
CODE = re.compile(r'id="code">([0-9A-Z-]{24})<')


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> None:
    """Undone at the end, but where the test has a server of its own."""
    if "server" not in request.fixturenames:
        request.getfixturevalue("db")


def proof(token: str) -> str:
    """What the visitor's browser finds."""
    for number in range(2_000_000):
        digest = hashlib.sha256(f"{token}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - PROOF_BITS) == 0:
            return str(number)
    raise AssertionError("no proof found")


def challenge(client: Client) -> tuple[str, str]:
    """The token of the form and its question."""
    page = text(client.get(reverse("portal-report")))
    token = re.search(r'name="challenge" value="([^"]+)"', page)
    question = re.search(r"([一二三四五六七八九])加([一二三四五六七八九])等于几", page)
    assert token
    assert question
    return token[1], str(sum("零一二三四五六七八九".index(one) for one in question.groups()))


def send(client: Client, *, scripted: bool = True, **changed: Any) -> Any:
    token, answer = challenge(client)
    given = {
        "matter": "exam",
        "unit": OFFICE,
        "text": "考试员让学员重考了一次，没有录像。",
        "place": "第一考场",
        "name": "王小明",
        "contact": "13912345678",
        "challenge": token,
        "proof": proof(token) if scripted else "",
        "answer": "" if scripted else answer,
    }
    return client.post(reverse("portal-report"), given | changed)


def reported(client: Client, **changed: Any) -> str:
    found = CODE.search(text(send(client, **changed)))
    assert found
    return found[1]


def jpeg(size: tuple[int, int] = (300, 200), form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "maker-of-the-camera"
    exif[0x8825] = {1: "N", 2: (43.0, 53.0, 1.0)}
    Image.new("RGB", size, "red").save(out, form, exif=exif)
    return out.getvalue()


def upload(data: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def one_complaint() -> Complaint:
    with scopes.within(scopes.everything()):
        return Complaint.objects.select_related("receiver").latest("pk")


def test_a_report_is_answered_with_a_code_that_leads_to_it_from_another_device() -> None:
    code = reported(Client())
    other = Client()
    answer = other.post(reverse("portal-follow"), {"code": code.lower().replace("-", " ")})
    assert answer["Location"] == reverse("portal-mine")
    page = plain(other.get(reverse("portal-mine")))
    assert "已收到，等待受理" in page
    assert "考试员让学员重考了一次" in page
    assert "王小明" not in page


def test_the_code_stands_in_no_address_no_table_and_no_session() -> None:
    from django.contrib.sessions.models import Session

    client = Client()
    code = reported(client)
    assert client.post(reverse("portal-follow"), {"code": code})["Location"] == reverse("portal-mine")
    plain_code = code.replace("-", "")
    with scopes.within(scopes.everything()):
        kept = repr([list(model.objects.values()) for model in (Complaint, Event, Count)])
        kept += repr([one.get_decoded() for one in Session.objects.all()])
    assert code not in kept
    assert plain_code not in kept
    assert "127.0.0.1" not in repr(list(Count.objects.values()))
    assert "no-store" in client.get(reverse("portal-mine"))["Cache-Control"]


def test_without_script_a_sum_is_enough_and_without_either_nothing_is_taken() -> None:
    assert reported(Client(), scripted=False)
    before = Complaint.objects.count()
    refused = send(Client(), scripted=False, answer="99")
    assert "请回答页面下方的算式" in text(refused, 422)
    assert "考试员让学员重考了一次" in text(refused, 422), "what was typed is kept"
    assert Complaint.objects.count() == before


def test_a_proof_counts_once() -> None:
    client = Client()
    token, _ = challenge(client)
    given = {"challenge": token, "proof": proof(token)}
    assert reported(client, **given)
    assert "已经提交过" in text(send(Client(), **given), 422)


def test_a_forged_or_old_form_is_refused() -> None:
    assert "停留过久" in text(send(Client(), challenge="forged:token", proof="1"), 422)
    client = Client()
    with on_the_clock(at(MONDAY, 9)):
        token, _ = challenge(client)
    with on_the_clock(at(MONDAY, 13)):
        assert "停留过久" in text(send(client, challenge=token, proof=proof(token)), 422)


def test_too_many_reports_from_one_address_wait_and_others_do_not() -> None:
    with on_the_clock(at(MONDAY, 9)):
        for _ in range(LIMITS["report"].times):
            reported(Client())
        refused = send(Client())
        assert "请在 60 分钟后再试" in text(refused, 429)
        assert refused["Retry-After"] == "3600"
        assert "考试员让学员重考了一次" in text(refused, 429), "what was typed is kept"
        assert reported(Client(REMOTE_ADDR="10.0.0.9"))
    with on_the_clock(at(MONDAY, 10)):
        assert reported(Client())


def test_codes_cannot_be_tried_out() -> None:
    client = Client()
    with on_the_clock(at(MONDAY, 9)):
        for _ in range(LIMITS["follow"].times):
            assert "没有这个查询码" in text(client.post(reverse("portal-follow"), {"code": "0" * 20}), 422)
        code = reported(Client(REMOTE_ADDR="10.0.0.9"))
        assert client.post(reverse("portal-follow"), {"code": code}).status_code == 429


def test_nothing_is_taken_without_the_forgery_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    for name in ("portal-report", "portal-follow", "portal-add", "portal-rate"):
        assert strict.post(reverse(name), {}).status_code == 403


def test_pages_of_a_complaint_need_the_session_that_followed_it() -> None:
    code = reported(Client(), photos=[upload(jpeg())])
    stranger = Client()
    assert stranger.get(reverse("portal-mine"))["Location"] == reverse("portal-follow")
    with scopes.within(scopes.everything()):
        number = Photo.objects.latest("pk").pk
    assert stranger.get(reverse("portal-photo", args=[number])).status_code == 404
    stranger.post(reverse("portal-follow"), {"code": code})
    assert stranger.get(reverse("portal-photo", args=[number]))["Content-Type"] == "image/jpeg"
    stranger.post(reverse("portal-leave"))
    assert stranger.get(reverse("portal-photo", args=[number])).status_code == 404


def test_photos_are_drawn_anew_without_what_the_camera_wrote() -> None:
    reported(Client(), photos=[upload(jpeg()), upload(jpeg(form="PNG"), "b.png")])
    with scopes.within(scopes.everything()):
        kept = [b"".join(store().open(one.stored.sha256)) for one in one_complaint().photos.select_related("stored")]
    assert len(kept) == 2
    for data in kept:
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert dict(image.getexif()) == {}
        assert b"maker-of-the-camera" not in data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?php system($_GET[0]); ?>",
        b"GIF89a" + b"\0" * 40,
        b"%PDF-1.4",
        jpeg()[:200],
        b"\xff\xd8\xff\xe0" + b"\0" * 500,
    ],
    ids=["empty", "svg", "script", "gif", "pdf", "cut", "noise"],
)
def test_a_file_that_is_no_photo_by_its_content_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoRefused, match="只接受"):
        redrawn([data])


def test_a_picture_too_large_to_unfold_is_refused_before_it_is() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < 1 << 20
    with pytest.raises(PhotoRefused, match="像素过多"):
        redrawn([out.getvalue()])


def chunked(kind: bytes, body: bytes) -> bytes:
    """A PNG with a chunk of its own after the head."""
    plain_png = jpeg((20, 20), "PNG")
    chunk = len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    return plain_png[:33] + chunk + plain_png[33:]


FLOOD = zlib.compress(b"a" * 30_000_000)


@pytest.mark.parametrize(
    "data",
    [
        chunked(b"zTXt", b"k\0\0" + FLOOD),
        chunked(b"iTXt", b"k\0\1\0\0\0" + FLOOD),
        chunked(b"iCCP", b"k\0\0" + FLOOD),
    ],
    ids=["zTXt", "iTXt", "iCCP"],
)
def test_a_picture_whose_text_or_profile_unpacks_beyond_bounds_is_refused_and_not_an_error(data: bytes) -> None:
    assert "只接受 JPG" in text(send(Client(), photos=[upload(data, "a.png")]), 422)


def test_photos_too_large_together_are_refused_before_any_is_unfolded() -> None:
    out = io.BytesIO()
    Image.new("1", (7000, 7000)).save(out, "PNG")
    refused = send(Client(), photos=[upload(out.getvalue(), f"{n}.png") for n in range(6)])
    assert "像素合计过多" in text(refused, 422)


def test_what_was_tried_counts_even_where_it_ends_in_an_error(tmp_path: Path) -> None:
    (tmp_path / "objects").write_text("a file where a folder should be")
    broken = Client(raise_request_exception=False)
    with override_settings(OBJECT_STORE=tmp_path / "objects"), on_the_clock(at(MONDAY, 9)):
        found = [send(broken, photos=[upload(jpeg())]).status_code for _ in range(LIMITS["report"].times + 1)]
    assert found == [500] * LIMITS["report"].times + [429]


def test_nobody_waits_for_the_report_of_somebody_else(server: str, fresh_database: str, testbed: Any) -> None:
    session = requests.Session()
    page = session.get(f"{server}/portal/report/", timeout=30).text
    token = re.search(r'name="challenge" value="([^"]+)"', page)
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert secret
    given = {
        "matter": "exam", "unit": OFFICE, "text": "考试员让学员重考了一次，没有录像。",
        "challenge": token[1], "proof": proof(token[1]), "csrfmiddlewaretoken": secret[1],
    }  # fmt: skip
    with psycopg.connect(testbed.url(OWNER_ROLE, fresh_database)) as other, ThreadPoolExecutor(1) as one:
        other.execute("LOCK TABLE complaints_complaint IN EXCLUSIVE MODE")
        sent = one.submit(session.post, f"{server}/portal/report/", data=given, timeout=60)
        waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'complaints_complaint'::regclass AND NOT granted"
        with psycopg.connect(testbed.url(OWNER_ROLE, fresh_database), autocommit=True) as third:
            while not third.execute(waiting).fetchone()[0]:  # type: ignore[index]
                assert not sent.done(), sent.result().text
            counts = third.execute("SELECT who FROM complaints_count FOR UPDATE NOWAIT").fetchall()
        other.rollback()
        assert sent.result().status_code == 200
    assert len(counts) == 3, "the address, everybody and the challenge"


def test_an_officer_may_open_the_public_pages_in_his_own_browser() -> None:
    builder = visit(officer(CITY))
    assert reported(builder)
    assert "已收到，等待受理" in plain(builder.get(reverse("portal-mine")))


def test_a_refused_photo_keeps_the_form_and_takes_nothing() -> None:
    before = Complaint.objects.count()
    assert "只接受 JPG" in text(send(Client(), photos=[upload(b"no photo")]), 422)
    assert "照片最多 6 张" in text(send(Client(), photos=[upload(jpeg())] * 7), 422)
    assert Complaint.objects.count() == before


def test_script_in_what_is_typed_stays_words() -> None:
    client = Client()
    reported(client, text="<script>alert('考试')</script>考试员态度恶劣", place="=1+1")
    page = text(client.get(reverse("portal-mine")))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_clock_is_seen_and_so_is_that_it_ran_out() -> None:
    client = Client()
    with on_the_clock(at(MONDAY, 9)):
        receipt = text(send(client))
        assert "2026-03-10" in receipt
    with on_the_clock(at(MONDAY + dt.timedelta(days=2), 0, 1)):
        code = CODE.search(receipt)
        assert code
        client.post(reverse("portal-follow"), {"code": code[1]})
        assert "已超期" in plain(client.get(reverse("portal-mine")))


def test_adding_and_rating_through_the_pages() -> None:
    client = Client()
    reported(client)
    client.post(reverse("portal-add"), {"text": "还有一位学员也看到了", "photos": [upload(jpeg())]})
    assert "还有一位学员也看到了" in plain(client.get(reverse("portal-mine")))
    assert "请写明补充的情况" in text(client.post(reverse("portal-add"), {"text": " "}), 422)
    city = officer(CITY)
    scopes.apply(city.scope)
    handling.decline(by=city, complaint=one_complaint(), text="不属于交管部门职责，请另行反映")
    assert "不予受理" in plain(client.get(reverse("portal-mine")))
    short = client.post(reverse("portal-rate"), {"satisfaction": "dissatisfied", "text": "不服"})
    assert "请写明哪里不满意" in text(short, 422)
    client.post(reverse("portal-rate"), {"satisfaction": "dissatisfied", "text": "这就是车管所的事情，请受理"})
    assert "上级复核中" in plain(client.get(reverse("portal-mine")))
    assert "没有提交" in text(client.post(reverse("portal-rate"), {"satisfaction": "fair"}), 422)


def test_who_handles_it_inside_is_not_told() -> None:
    client = Client()
    reported(client)
    city = officer(CITY)
    scopes.apply(city.scope)
    handling.accept(
        by=city,
        complaint=one_complaint(),
        handler=agencies.capacity(OFFICE),
        text="已受理",
        calendar=working_calendar(),
    )
    page = plain(client.get(reverse("portal-mine")))
    assert "已交承办单位" in page
    assert city.person_name not in page
    assert "〔" not in page, "no inner number of the case"


def test_pages_load_nothing_from_elsewhere_and_hold_no_inline_script() -> None:
    for name in ("portal", "portal-report", "portal-follow"):
        response = Client().get(reverse(name))
        page = text(response)
        assert not re.search(r"https?://(?!127)|<script(?![^>]+src)|style=|\son\w+=", page)
        assert "script-src 'self'" in response["Content-Security-Policy"]


def test_megabytes_of_text_are_refused_whole() -> None:
    before = Complaint.objects.count()
    assert send(Client(), text="长" * 1_200_000).status_code == 413
    assert "不超过 5000 字" in text(send(Client(), text="长" * 6000), 422)
    assert Complaint.objects.count() == before
