"""What the phone and the server exchange: nobody's name, nonsense refused, the worker lists what it keeps."""

import json
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

import builders
import patrolling
from jianguan.backbone.campaigns import inspections
from jianguan.backbone.campaigns.models import Inspection, SitePhoto, Submission
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.work.checks import items_of
from jianguan.kit.digests import hexdigest
from pages import plain, text
from staff import visit

NINE = builders.at(builders.DAY, 9)


@pytest.fixture(autouse=True)
def morning(db: object) -> Iterator[None]:
    builders.see_everything()
    with time_machine.travel(NINE, tick=False):
        yield


def taken_up() -> tuple[Actor, Inspection]:
    by = builders.officer(builders.OFFICE)
    return by, inspections.take_up(by=by, kind="patrol-on-site", subject=patrolling.seat(builders.OFFICE, "合成-1"))


def test_the_phone_gets_its_own_inspections_and_no_name() -> None:
    by, inspection = taken_up()
    told = visit(by).get("/onsite/assigned.json").json()
    assert [one["id"] for one in told["inspections"]] == [inspection.pk]
    assert by.person_name not in json.dumps(told, ensure_ascii=False)
    assert visit(builders.officer(builders.OFFICE)).get("/onsite/assigned.json").json()["inspections"] == []


def test_the_page_is_the_same_for_everybody_and_the_worker_keeps_only_files() -> None:
    one, other = (visit(builders.officer(builders.OFFICE)) for _ in range(2))
    assert text(one.get("/onsite/")) == text(other.get("/onsite/"))
    assert "manifest-src 'self'" in one.get("/onsite/")["Content-Security-Policy"]
    script = text(one.get("/onsite/worker.js"))
    kept = json.loads(script.split("const KEPT = ", 1)[1].split(";\n", 1)[0])
    assert all(address.startswith("/static/") for address in kept["assets"])
    assert one.get("/onsite/app.webmanifest").json()["scope"] == "/onsite/"


NONSENSE = ("", "[]", "{}", '{"inspection": "x"}', '{"inspection": null, "form": 1}', "null", "[" * 20_000)


@pytest.mark.parametrize("sent", NONSENSE)
def test_a_form_of_nonsense_is_refused_and_nothing_is_kept(sent: str) -> None:
    by, _ = taken_up()
    assert visit(by).post("/onsite/forms/", {"form": sent}).status_code in {404, 409}
    builders.see_everything()
    assert not Submission.objects.exists()


def test_a_position_without_end_is_refused_and_half_a_character_costs_nobody_his_form() -> None:
    by, inspection = taken_up()
    client, form, data = visit(by), str(uuid.uuid4()), patrolling.picture()
    signed = {"inspection": inspection.pk, "form": form, "role": "inspector", "sha256": hexdigest(data)}
    client.post("/onsite/pictures/", {**signed, "file": SimpleUploadedFile("a.jpg", data)})
    sent = {
        "inspection": inspection.pk,
        "form": form,
        "outcome": "done",
        "answers": {
            one.id: {"value": "pass" if one.answer == "pass_fail" else "3"}
            for one in items_of(inspection.checklist)
            if one.required
        },
        "remark": "一切正常\ud83d",
        "unsigned_reason": "负责人不在场",
        "position": {"latitude": 10**400, "longitude": 0, "accuracy": 0},
    }
    assert client.post("/onsite/forms/", {"form": json.dumps(sent)}).status_code == 409
    told = client.post("/onsite/forms/", {"form": json.dumps({**sent, "position": None})})
    assert told.json()["counts"] is True
    builders.see_everything()
    assert Submission.objects.get().check_record.remark == "一切正常?"


def test_a_picture_arrives_once_and_a_changed_one_may_be_tried_again() -> None:
    by, inspection = taken_up()
    client, data = visit(by), patrolling.picture()
    fields = {"inspection": inspection.pk, "form": str(uuid.uuid4()), "role": "photo", "sha256": hexdigest(data)}
    for _ in range(2):
        told = client.post("/onsite/pictures/", {**fields, "file": SimpleUploadedFile("a.jpg", data)})
        assert told.json() == {"sha256": hexdigest(data)}
    changed = client.post("/onsite/pictures/", {**fields, "file": SimpleUploadedFile("a.jpg", data + b"x")})
    assert (changed.status_code, changed.json()["again"]) == (409, True)
    builders.see_everything()
    photo = SitePhoto.objects.get()
    assert client.get(f"/inspections/pictures/{photo.pk}/")["Content-Type"] == "image/jpeg"


def test_an_officer_takes_up_an_inspection_and_finds_it_in_the_list() -> None:
    by = builders.officer(builders.OFFICE)
    place, client = patrolling.seat(builders.OFFICE, "合成-1", name="合成考场"), visit(by)
    assert "合成考场" in plain(client.get("/inspections/new/"))
    assert client.post("/inspections/new/", {"target": f"patrol-on-site:{place.pk}"}).status_code == 302
    assert "合成考场" in plain(client.get("/inspections/?state=open"))
    assert "合成考场" not in plain(client.get("/inspections/?state=done"))
    for nonsense in ("", "x:y", "patrol-on-site:0", "vehicle-office:999999", "covert:1"):
        assert client.post("/inspections/new/", {"target": nonsense}).status_code == 200
