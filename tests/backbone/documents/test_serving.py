"""Service inside and outside the house: receipt, refusal, reading, objection and its re-decision by others."""

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from PIL import Image

import staff
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.decisions.actions import make_decision
from jianguan.backbone.decisions.models import DecisionKind
from jianguan.backbone.documents import actions, bulletins, drafting, objecting, owing, queries, rules, serving
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.kinds import OutsideKind
from jianguan.backbone.documents.models import Dispatch, Document, DocumentKind, Service
from jianguan.backbone.documents.objections import Ruling
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock

PROVINCE, CITY = "jilin@PROVINCE", "changchun@CITY"
SAID = {"matter": "监管问题", "facts": "抽查。", "problems": "照片不清。", "requirement": "整改。"}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n"


class Story:
    """A bulletin of the province served on a city."""

    def __init__(self) -> None:
        self.officer, self.leader = staff.employ(PROVINCE, "centre-supervisor"), staff.employ(PROVINCE, "leader")
        self.city = staff.employ(CITY, "leader")
        self.document = self.issue()
        self.service = Service.objects.get(document=self.document)

    def issue(self, **given: Any) -> Document:
        scopes.apply(self.leader.scope)
        given = {"kind": DocumentKind.BULLETIN, "data": SAID, "units": [agencies.capacity(CITY)]} | given
        draft = drafting.draft(by=self.officer, **given)
        sent = drafting.send(by=self.officer, draft=draft, version=draft.version)
        return drafting.issue(by=self.leader, draft=sent, version=sent.version, calendar=working_calendar())

    def object(self) -> Any:
        scopes.apply(self.city.scope)
        text = "第三项与事实不符，照片已于当日补拍"
        return objecting.object_to(by=self.city, service=self.service, text=text, calendar=working_calendar())


@pytest.fixture
def story(db: Any) -> Story:
    return Story()


def picture(width: int = 40) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "GPS secret"
    Image.new("RGB", (width, 30), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_recipient_signs_or_refuses_with_a_reason_and_each_reader_confirms_once(story: Story) -> None:
    scopes.apply(story.city.scope)
    with pytest.raises(DocumentRefused, match="先签收"):
        serving.confirm_reading(by=story.city, service=story.service)
    with pytest.raises(DocumentRefused, match="理由"):
        serving.refuse(by=story.city, service=story.service, reason=" ")
    refusal = serving.refuse(by=story.city, service=story.service, reason="主送单位有误")
    assert list(queries.register(story.city.scope, state="refused")) == [story.document]
    actions.acknowledge(by=story.city, service=story.service)
    assert not queries.register(story.city.scope, state="refused").exists()
    with pytest.raises(DocumentRefused, match="已经签收"):
        serving.refuse(by=story.city, service=story.service, reason="再拒")
    serving.confirm_reading(by=story.city, service=story.service)
    with pytest.raises(DocumentRefused, match="已确认"):
        serving.confirm_reading(by=story.city, service=story.service)
    scopes.apply(story.leader.scope)
    with pytest.raises(NotAllowed):
        serving.confirm_reading(by=story.leader, service=story.service)
    assert refusal.reason == "主送单位有误"
    assert story.service.readings.get().reader_id == story.city.person_id


def send(story: Story, **given: Any) -> Dispatch:
    given = {
        "body": "长春市教育局",
        "kind": OutsideKind.EDUCATION,
        "way": Dispatch.Way.POST,
        "postal_number": "XA12345678922",
        "sent_on": clock.today(),
    } | given
    return serving.dispatch(by=story.officer, document=story.document, **given)


def test_a_document_sent_outside_has_postal_number_and_a_receipt_whose_picture_is_encoded_again(story: Story) -> None:
    with pytest.raises(DocumentRefused, match="邮件号"):
        send(story, postal_number=" ")
    with pytest.raises(DocumentRefused, match="印发日期与今天之间"):
        send(story, sent_on=clock.today() + dt.timedelta(days=1))
    sent = send(story)
    with pytest.raises(DocumentRefused, match="已经送往"):
        send(story)
    slip = picture()
    with pytest.raises(DocumentRefused, match="上传"):
        serving.record_receipt(by=story.officer, dispatch=sent, received=True, name="王某", received_on=clock.today())
    receipt = serving.record_receipt(
        by=story.officer, dispatch=sent, received=True, name="王某", received_on=clock.today(), slip=slip
    )
    assert receipt.stored is not None
    assert receipt.stored.media_type == "image/jpeg"
    assert receipt.stored.size != len(slip)
    with pytest.raises(DocumentRefused, match="已登记"):
        serving.record_receipt(
            by=story.officer, dispatch=sent, received=False, name="王某", received_on=clock.today(), reason="拒收"
        )
    assert list(queries.dispatches(story.leader.scope, story.document.pk)) == [sent]


@pytest.mark.parametrize(
    "slip", [b"", b"<svg onload=alert(1)>", b"GIF89a", PDF + b"/JavaScript (x)", b"%PDF" + b"0" * (8 * 1024 * 1024)]
)
def test_a_slip_that_is_no_plain_picture_or_pdf_is_refused(story: Story, slip: bytes) -> None:
    with pytest.raises(DocumentRefused):
        serving.stored_slip(slip)


def test_a_plain_pdf_is_kept_by_its_digest(story: Story) -> None:
    assert serving.stored_slip(PDF).media_type == "application/pdf"


def test_an_objection_is_raised_once_within_the_term_by_the_recipient(story: Story) -> None:
    scopes.apply(story.leader.scope)
    with pytest.raises(NotAllowed):
        objecting.object_to(by=story.leader, service=story.service, text="异议", calendar=working_calendar())
    late = story.service.served_at + dt.timedelta(days=20)
    with time_machine.travel(late, tick=False), pytest.raises(DocumentRefused, match="届满"):
        story.object()
    story.object()
    with pytest.raises(DocumentRefused, match="已经提出"):
        story.object()


def test_an_objection_is_decided_by_others_and_the_result_is_a_document_of_its_own(story: Story) -> None:
    objection = story.object()
    scopes.apply(story.leader.scope)
    given = {"objection": objection, "outcome": Ruling.Outcome.REVOKED, "reason": "照片确于当日补拍"}
    with pytest.raises(DocumentRefused, match="未参与"):
        objecting.decide(by=story.leader, calendar=working_calendar(), **given)
    with pytest.raises(NotAllowed):
        objecting.decide(by=story.officer, calendar=working_calendar(), **given)
    other = staff.employ(PROVINCE, "leader")
    ruling = objecting.decide(by=other, calendar=working_calendar(), **given)
    assert ruling.document.kind == DocumentKind.OBJECTION_DECISION
    assert story.document.number in ruling.document.title
    assert ruling.document.services.get().recipient.key == CITY
    assert queries.verify(code=story.document.code or "")[0].withdrawn_at is not None
    with pytest.raises(DocumentRefused, match="已经处理"):
        objecting.decide(by=staff.employ(PROVINCE, "leader"), calendar=working_calendar(), **given)


def test_a_changed_document_is_replaced_by_the_decision(story: Story) -> None:
    objection = story.object()
    other = staff.employ(PROVINCE, "leader")
    scopes.apply(other.scope)
    ruling = objecting.decide(
        by=other, objection=objection, outcome=Ruling.Outcome.CHANGED, reason="删去第三项", calendar=working_calendar()
    )
    assert ruling.document.replaces == story.document
    assert queries.verify(code=story.document.code or "")[0].replaced_by == ruling.document.number


def test_what_became_of_a_document_is_told_to_every_unit_it_was_served_on_and_to_its_issuer(story: Story) -> None:
    siping = staff.employ("siping@CITY", "leader")
    units = [agencies.capacity(CITY), agencies.capacity("siping@CITY")]
    document = story.issue(data=SAID | {"matter": "另一事"}, units=units)
    story.service = Service.objects.get(document=document, recipient__key=CITY)
    objection = story.object()
    scopes.apply(siping.scope)
    assert queries.standings([document.pk]) == {document.pk: rules.Standing.OBJECTED}
    other = staff.employ(PROVINCE, "leader")
    scopes.apply(other.scope)
    ruling = objecting.decide(
        by=other, objection=objection, outcome=Ruling.Outcome.CHANGED, reason="删去第三项", calendar=working_calendar()
    )
    assert {(one.recipient.key, one.copy) for one in ruling.document.services.all()} == {
        (CITY, False),
        ("siping@CITY", True),
    }
    scopes.apply(siping.scope)
    assert queries.standings([document.pk]) == {document.pk: rules.Standing.REPLACED}
    assert queries.verify(code=document.code or "")[0].standing is rules.Standing.REPLACED
    assert list(queries.register(siping.scope, state="replaced")) == [document]


def test_a_second_objection_is_upheld_though_the_document_was_revoked_by_the_first(story: Story) -> None:
    siping = staff.employ("siping@CITY", "leader")
    units = [agencies.capacity(CITY), agencies.capacity("siping@CITY")]
    document = story.issue(data=SAID | {"matter": "另一事"}, units=units)
    raised = []
    for one in (story.city, siping):
        story.city = one
        scopes.apply(one.scope)
        story.service = Service.objects.get(document=document, recipient__key=one.capacity_key)
        raised.append(story.object())
    other = staff.employ(PROVINCE, "leader")
    scopes.apply(other.scope)
    for objection in raised:
        objecting.decide(
            by=other, objection=objection, outcome=Ruling.Outcome.REVOKED, reason="不清", calendar=working_calendar()
        )
    assert queries.standings([document.pk]) == {document.pk: rules.Standing.WITHDRAWN}
    assert not queries.objections(other.scope, open_only=True).exists()


def test_whoever_changed_the_text_does_not_decide_on_an_objection_to_it(db: Any) -> None:
    officer, signer, changer = (staff.employ(PROVINCE, one) for one in ("centre-supervisor", "leader", "leader"))
    story = Story()
    draft = drafting.draft(by=officer, kind=DocumentKind.BULLETIN, data=SAID, units=[agencies.capacity(CITY)])
    draft = drafting.change(
        by=changer, draft=draft, version=1, title="题", body="另一文。", units=[agencies.capacity(CITY)]
    )
    draft = drafting.send(by=officer, draft=draft, version=draft.version)
    document = drafting.issue(by=signer, draft=draft, version=draft.version, calendar=working_calendar())
    story.service = Service.objects.get(document=document)
    objection = story.object()
    scopes.apply(changer.scope)
    with pytest.raises(DocumentRefused, match="未参与"):
        objecting.decide(
            by=changer, objection=objection, outcome=Ruling.Outcome.UPHELD, reason="无误", calendar=working_calendar()
        )
    decision = make_decision(by=changer, kind=DecisionKind.DECIDE_OBJECTION, subject="异议", outcome={}, reason="定")
    with pytest.raises(IntegrityError, match="未参与"), transaction.atomic():
        Ruling.objects.create(
            objection=objection, capacity_id=changer.capacity_id, outcome="upheld", reason="定",
            decision=decision, document=document, decided_by_id=changer.appointment_id, decided_at=clock.now(),
        )  # fmt: skip


def test_the_database_refuses_a_ruling_by_the_signer(story: Story) -> None:
    objection = story.object()
    scopes.apply(story.leader.scope)
    decision = make_decision(
        by=story.leader, kind=DecisionKind.DECIDE_OBJECTION, subject="异议", outcome={}, reason="本人再定"
    )
    with pytest.raises(IntegrityError, match="未参与"), transaction.atomic():
        Ruling.objects.create(
            objection=objection, capacity_id=story.leader.capacity_id, outcome="upheld", reason="本人再定",
            decision=decision, document=story.document, decided_by_id=story.leader.appointment_id,
            decided_at=clock.now(),
        )  # fmt: skip


def test_a_notice_owed_is_fulfilled_by_the_document_that_names_it_and_owed_once(story: Story) -> None:
    def owe(ref: str) -> Any:
        return owing.owe(
            capacity_id=story.leader.capacity_id, kind=DocumentKind.VIOLATION_NOTICE, ref=ref, title="照片不清",
            provision="10.4", since=clock.now(), calendar=working_calendar(),
        )  # fmt: skip

    scopes.apply(story.leader.scope)
    assert owe("finding/1") == owe("finding/1")
    owe("finding/2")
    assert len(queries.duties(story.leader.scope, story.leader.capacity_id)) == 2
    data = {"matter": "检验", "problems": "照片不清。", "requirement": "查处。", "last_day": "12月1日"}
    story.issue(kind=DocumentKind.VIOLATION_NOTICE, data=data, refs=["finding/1"])
    (left,) = queries.duties(story.leader.scope, story.leader.capacity_id)
    assert left.ref == "finding/2"


def test_a_monthly_bulletin_is_composed_of_chosen_sections_and_then_edited(story: Story) -> None:
    today = clock.today()
    draft = bulletins.compose(
        by=story.officer, kind=DocumentKind.MONTHLY_BULLETIN, day=today, chosen=["document-service"],
        units=[agencies.capacity(CITY)], today=today,
    )  # fmt: skip
    assert "一、文书送达签收" in draft.body
    assert draft.tables[0]["rows"] == [["通报", "1", "0", "0", "0"]]
    with pytest.raises(DocumentRefused, match="至少选择"):
        bulletins.compose(
            by=story.officer, kind=DocumentKind.WEEKLY_BULLETIN, day=today, chosen=["没有"], units=[], today=today
        )
    sent = drafting.send(by=story.officer, draft=draft, version=draft.version)
    document = drafting.issue(by=story.leader, draft=sent, version=sent.version, calendar=working_calendar())
    assert document.title == f"{today.year}年{today.month}月监管工作月报"


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    day = dt.date(2026, 11, 1)
    assert bulletins.period_of(DocumentKind.WEEKLY_BULLETIN, day) == (dt.date(2026, 10, 26), dt.date(2026, 11, 2))
    assert bulletins.period_of(DocumentKind.MONTHLY_BULLETIN, day) == (day, dt.date(2026, 12, 1))
    words = bulletins.period_words(DocumentKind.WEEKLY_BULLETIN, dt.date(2026, 10, 26), dt.date(2026, 11, 2))
    assert words == "2026年10月26日至11月1日"
