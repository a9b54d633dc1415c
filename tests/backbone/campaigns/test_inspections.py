"""On-site inspections: taken in once, whatever the network did; pictures by their digest."""

import datetime as dt
import io
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from PIL import Image

import builders
import campaigning
import patrolling
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.campaigns import inspections
from jianguan.backbone.campaigns.inspections import Form, InspectionRefused
from jianguan.backbone.campaigns.models import Inspection, SitePhoto, Submission
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.work.checklists import IncompleteChecklist
from jianguan.backbone.work.models import Check
from jianguan.kit.digests import hexdigest

NINE = builders.at(builders.DAY, 9)


@pytest.fixture(autouse=True)
def morning(db: object) -> Iterator[None]:
    builders.see_everything()
    with time_machine.travel(NINE, tick=False):
        yield


def taken_up() -> tuple[Actor, Inspection]:
    by = builders.officer(builders.OFFICE)
    return by, inspections.take_up(by=by, kind="patrol-on-site", subject=patrolling.seat(builders.OFFICE, "合成-1"))


def test_an_office_takes_up_one_of_its_places_and_hands_in_the_form() -> None:
    by, inspection = taken_up()
    assert inspection.checklist.key == "on-site-exam_site"
    form = campaigning.handed_in(by, inspection, exam_log="当日日志缺失")
    check = form.check_record
    assert check is not None
    assert (check.kind, check.method, check.subject, check.passed) == (
        "patrol-on-site",
        "on_site",
        inspection.subject,
        False,
    )
    assert check.checklist == inspection.checklist


def test_a_city_inspects_an_office_of_its_own_and_no_other() -> None:
    by = builders.officer(builders.CITY)
    inspection = inspections.take_up(by=by, kind="vehicle-office", checked=agencies.capacity(builders.OFFICE))
    check = campaigning.handed_in(by, inspection).check_record
    assert check is not None
    assert (check.kind, check.checked, check.subject) == ("vehicle-office", inspection.checked, None)
    with pytest.raises(InspectionRefused, match="监管范围"):
        inspections.take_up(by=by, kind="vehicle-office", checked=agencies.capacity("siping-office@VEHICLE_OFFICE"))
    with pytest.raises(InspectionRefused, match="抽取"):
        inspections.take_up(by=by, kind="covert", checked=agencies.capacity(builders.OFFICE))


def test_the_same_form_again_is_one_form_and_another_one_is_kept_beside_it() -> None:
    by, inspection = taken_up()
    number = uuid.uuid4()
    first = campaigning.handed_in(by, inspection, form=number)
    assert campaigning.handed_in(by, inspection, form=number).pk == first.pk
    second = campaigning.handed_in(by, inspection, video_clock="慢十分钟")
    assert second.in_conflict
    assert (Submission.objects.count(), Check.objects.filter(kind="patrol-on-site").count()) == (2, 1)


def test_a_form_is_refused_whole_while_something_is_missing() -> None:
    by, inspection = taken_up()
    number = uuid.uuid4()
    with pytest.raises(InspectionRefused, match="检查人没有签名"):
        inspections.submit(by=by, inspection=inspection, form=Form(number, "done", {}))
    campaigning.sign(by, inspection, number)
    with pytest.raises(InspectionRefused, match="须写明原因"):
        inspections.submit(by=by, inspection=inspection, form=Form(number, "done", {}))
    with pytest.raises(InspectionRefused, match="还有1张"):
        inspections.submit(by=by, inspection=inspection, form=Form(number, "done", {}, pictures=("ab" * 32,)))
    with pytest.raises(IncompleteChecklist):
        inspections.submit(by=by, inspection=inspection, form=Form(number, "done", {}, unsigned_reason="拒绝签名"))
    with pytest.raises(InspectionRefused, match="不是这项检查的检查人"):
        campaigning.sign(builders.officer(builders.OFFICE), inspection, number)
    assert not Submission.objects.exists()


def test_when_it_happened_is_by_the_devices_own_clock_and_never_before_it_was_given_out() -> None:
    by, inspection = taken_up()
    with time_machine.travel(NINE + dt.timedelta(hours=5), tick=False):
        number = uuid.uuid4()
        campaigning.sign(by, inspection, number)
        form = Form(number, "closed", {}, started_ago=dt.timedelta(days=400))
        made = inspections.submit(by=by, inspection=inspection, form=form)
    assert made.happened_at == inspection.assigned_at


def test_a_photo_is_kept_as_sent_and_shown_without_what_the_camera_wrote_into_it() -> None:
    by, inspection = taken_up()
    made, picture = io.BytesIO(), Image.new("RGB", (2000, 1000), "white")
    place = Image.Exif()
    place[0x010E] = "taken at a secret place"
    picture.save(made, "JPEG", exif=place)
    data = made.getvalue()
    kept = inspections.take_photo(
        by=by,
        inspection=inspection,
        form=uuid.uuid4(),
        role="photo",
        data=data,
        sha256=hexdigest(data),
        shrunk_from=("cd" * 32, 9_000_000),
    )
    assert b"".join(store().open(kept.stored.sha256)) == data
    preview = b"".join(store().open(kept.preview.sha256))
    assert b"secret place" in data
    assert b"secret place" not in preview
    assert Image.open(io.BytesIO(preview)).size == (1280, 640)
    assert kept.shrunk_from_size == 9_000_000


@pytest.mark.parametrize(
    ("data", "sha256", "why"),
    [
        (b"", hexdigest(b""), "能打开的照片"),
        (b"<svg/>", hexdigest(b"<svg/>"), "能打开的照片"),
        (patrolling.picture()[:300], hexdigest(patrolling.picture()[:300]), "能打开的照片"),
        (patrolling.picture(), "00" * 32, "摘要不一致"),
        (b"x" * (8 * 1024 * 1024 + 1), "00" * 32, "8兆"),
    ],
)
def test_what_is_no_picture_or_changed_on_the_way_is_refused(data: bytes, sha256: str, why: str) -> None:
    by, inspection = taken_up()
    with pytest.raises(InspectionRefused, match=why):
        inspections.take_photo(by=by, inspection=inspection, form=uuid.uuid4(), role="photo", data=data, sha256=sha256)
    assert not SitePhoto.objects.exists()
