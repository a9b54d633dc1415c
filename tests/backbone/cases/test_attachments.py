"""Attachments: known by content, drawn anew, bounded; laid to one's own latest step; seen with the case."""

import io
import zipfile
import zlib
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from PIL import Image

from builders import CITY, OFFICE, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import attachments, routing
from jianguan.backbone.cases.actions import open_case, take
from jianguan.backbone.cases.attachments import AttachmentRefused, attach, kept_name
from jianguan.backbone.cases.models import Attachment, Case
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.evidence.intake import OFFICE as OFFICE_KINDS
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
WORD, EXCEL = OFFICE_KINDS


def picture(form: str = "JPEG", **given: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, form, **given)
    return out.getvalue()


def office(mark: bytes = WORD, **entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types><Override ContentType='" + mark + b"'/></Types>")
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def packed(inner: bytes) -> bytes:
    return PDF + b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + zlib.compress(inner) + b"\nendstream\n"


@pytest.fixture
def office_officer(db: Any) -> Actor:
    return officer(OFFICE)


@pytest.fixture
def case(office_officer: Actor) -> Case:
    """A case in the hands of the office, signed for."""
    city = officer(CITY)
    scopes.apply(city.scope)
    made = open_case(by=city, kind="rectification", title="遮挡", text="三号通道", provision="5.7", origin="抽查复核")
    to = agencies.capacity(OFFICE)
    routing.assign(by=city, case=made, version=1, handler=to, calendar=working_calendar())
    scopes.apply(office_officer.scope)
    take(by=office_officer, case=made, verb=Verb.RECEIVE, version=2)
    return made


def test_a_picture_is_drawn_anew_and_laid_to_the_step_just_taken(case: Case, office_officer: Actor) -> None:
    exif = Image.Exif()
    exif[0x010F] = "相机".encode().decode()
    sent = picture(exif=exif)
    step = take(by=office_officer, case=case, verb=Verb.WORK, version=3, text="已清理")
    made = attach(by=office_officer, case=case, file=sent, name="现场.png", step=step)
    assert made.name == "现场.jpg"
    assert made.stored.media_type == "image/jpeg"
    kept = b"".join(store().open(made.stored.sha256))
    assert b"Exif" in sent
    assert b"Exif" not in kept
    assert list(step.attachments.all()) == [made]


@pytest.mark.parametrize(
    ("data", "ending"),
    [(PDF, ".pdf"), (office(), ".docx"), (office(EXCEL), ".xlsx"), (packed(b"/Type /Page"), ".pdf")],
)
def test_plain_documents_are_kept_as_they_are(case: Case, office_officer: Actor, data: bytes, ending: str) -> None:
    made = attach(by=office_officer, case=case, file=data, name="整改报告.exe")
    assert made.name == f"整改报告{ending}"
    assert b"".join(store().open(made.stored.sha256)) == data
    assert made.step.verb == Verb.NOTE


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"MZ\x90\x00", "只接受"),
        (b"<svg onload=alert(1)>", "只接受"),
        (b"<html><script>", "只接受"),
        (b"GIF89a", "只接受"),
        (PDF + b"<< /S /JavaScript /JS (app.alert(1)) >>", "脚本"),
        (PDF + b"<< /S /J#61vaScript >>", "脚本"),
        (packed(b"<< /S /Launch /F (cmd.exe) >>"), "脚本"),
        (office(word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"), "宏"),
        (office(word__embeddings__oleObject1=b"x"), "嵌入对象"),
        (
            office(
                **{"word__.rels": b'<Relationship Type="attachedTemplate" Target="http://x" TargetMode="External"/>'}
            ),
            "外部模板",
        ),
        (office(b"application/zip"), "完好"),
        (b"PK\x03\x04" + b"0" * 40, "完好"),
        (office(word__document=b"0" * (70 << 20)), "过大"),
        (picture() + b"0" * attachments.LARGEST, "超过 20 MB"),
    ],
)
def test_what_acts_or_is_none_of_these_is_refused_with_its_name_and_reason(
    case: Case, office_officer: Actor, data: bytes, words: str
) -> None:
    with pytest.raises(AttachmentRefused, match=f"材料.*{words}"):
        attach(by=office_officer, case=case, file=data, name="材料.pdf")
    assert not Attachment.objects.exists()
    assert case.steps.count() == 3


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("D:\\资料\\a.bat", "a.pdf"),
        ('=HYPERLINK("evil")', "HYPERLINK(_evil_).pdf"),
        ("=cmd|'calc'!A0.xlsx", "cmd_'calc'!A0.pdf"),
        ("<script>alert(1)</script>.pdf", "script_.pdf"),
        ("...", "附件.pdf"),
        ("照\x00片\u202egpj.exe", "照片gpj.pdf"),
        ("字" * 300 + ".pdf", "字" * 80 + ".pdf"),
    ],
)
def test_a_name_keeps_no_path_formula_or_hidden_sign(sent: str, kept: str) -> None:
    assert kept_name(sent, ".pdf") == kept


def test_only_ones_own_latest_step_takes_files(case: Case, office_officer: Actor) -> None:
    first = take(by=office_officer, case=case, verb=Verb.WORK, version=3, text="已清理")
    take(by=office_officer, case=case, verb=Verb.WORK, version=4, text="又清理")
    with pytest.raises(AttachmentRefused, match="本人刚办理"):
        attach(by=office_officer, case=case, file=PDF, name="a.pdf", step=first)
    colleague = officer(OFFICE)
    with pytest.raises(AttachmentRefused, match="本人刚办理"):
        attach(by=colleague, case=case, file=PDF, name="a.pdf", step=case.steps.get(version=5))


def test_an_attachment_is_never_changed_and_seen_only_with_its_case(case: Case, office_officer: Actor) -> None:
    made = attach(by=office_officer, case=case, file=PDF, name="a.pdf")
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        Attachment.objects.filter(pk=made.pk).update(name="b.pdf")
    scopes.apply(officer("siping@CITY").scope)
    assert not Attachment.objects.exists()
    scopes.apply(officer(CITY).scope)
    assert Attachment.objects.get() == made
    with pytest.raises(ProgrammingError), transaction.atomic():
        Attachment.objects.create(case_id=case.pk, step_id=_foreign(case), name="x", stored=made.stored)


def _foreign(case: Case) -> int:
    """The step that another unit took on the case; the scope is left at one that has nothing to do with either."""
    step = case.steps.get(version=1).pk
    scopes.apply(officer("siping@CITY").scope)
    return step
