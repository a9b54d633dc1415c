"""Drafts become numbered, signed documents that two persons made; their text stays text."""

import io
import re
import zipfile
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import staff
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.documents import drafting, printing, queries, rules, signing
from jianguan.backbone.documents.actions import DocumentRefused
from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.documents.models import Authorship, Document, DocumentKind, Draft, Service
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from jianguan.kit.digests import Algorithm, hexdigest

PROVINCE, CITY = "jilin@PROVINCE", "changchun@CITY"
SAID = {
    "matter": "十月检验监管问题",
    "facts": "抽查二百件。",
    "problems": "三件照片不清。",
    "requirement": "限期整改。",
}
EVIL = '#import "x": * {{7*7}} {% raw %} =cmd|calc!A0 </w:t></w:p> <script> $x^2$ *粗* \\u{41} `raw` {table} {facts}'


class Office:
    """A supervisor who drafts and a leader who signs, of one capacity."""

    def __init__(self, key: str = PROVINCE) -> None:
        self.officer, self.leader = staff.employ(key, "centre-supervisor"), staff.employ(key, "leader")
        scopes.apply(self.leader.scope)

    def draft(self, **given: Any) -> Draft:
        scopes.apply(self.leader.scope)
        given = {"kind": DocumentKind.BULLETIN, "data": SAID, "units": [agencies.capacity(CITY)]} | given
        return drafting.draft(by=self.officer, **given)

    def issue(self, draft: Draft | None = None, **given: Any) -> Document:
        made = draft or self.draft(**given)
        scopes.apply(self.leader.scope)
        if made.state == Draft.State.WRITING:
            made = drafting.send(by=self.officer, draft=made, version=made.version)
        return drafting.issue(by=self.leader, draft=made, version=made.version, calendar=working_calendar())


@pytest.fixture
def office(db: Any) -> Office:
    return Office()


def text_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        xml = parts.read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml))


def test_a_draft_is_composed_of_what_was_filled_in_and_issued_with_number_code_and_signed_digest(
    office: Office,
) -> None:
    document = office.issue()
    year = clock.today().year
    assert document.number == f"吉林省通报〔{year}〕1号"
    assert document.title == "关于十月检验监管问题的通报"
    assert "第四条（七）" in document.body
    assert document.content is not None
    content = bytes(document.content)
    assert (document.sha256, document.sm3) == (hexdigest(content), hexdigest(content, Algorithm.SM3))
    said = signing.Said(
        document.code or "", document.kind, document.number, document.issued_at, document.sha256, document.sm3
    )
    assert signing.holds(document.note, said)
    assert Service.objects.get().recipient.key == CITY


def test_the_kinds_of_the_rule_book_are_kinds_of_documents_whose_blanks_all_exist() -> None:
    for kind in kinds().values():
        assert DocumentKind(kind.kind).label
        named = set(rules.PLACE.findall(kind.title + kind.body)) - {"basis", "date", "table"}
        assert named == set(kind.blanks)


def test_numbers_of_an_agency_kind_and_year_have_no_holes_even_across_its_capacities(office: Office) -> None:
    first, second = office.issue(), office.issue()
    acting = Office("jilin@CITY")
    third = acting.issue(units=[])
    assert [one.serial for one in (first, second, third)] == [1, 2, 3]
    notice = office.issue(kind=DocumentKind.VIOLATION_NOTICE, data=SAID | {"last_day": "12月1日"})
    assert notice.serial == 1
    draft = office.draft()
    with pytest.raises(IntegrityError, match="文号须连续"), transaction.atomic():
        Document.objects.create(
            kind=draft.kind, capacity_id=draft.capacity_id, number="跳号", title="题", sha256="0", sm3="0",
            issued_by_id=office.leader.appointment_id, issued_at=clock.now(), draft=draft, serial=9, code="X",
        )  # fmt: skip


def test_nobody_signs_what_he_drafted_in_whatever_capacity_and_the_database_says_so_too(office: Office) -> None:
    own = drafting.draft(by=office.leader, kind=DocumentKind.BULLETIN, data=SAID)
    with pytest.raises(DocumentRefused, match="拟稿人不能签发"):
        drafting.issue(by=office.leader, draft=own, version=own.version, calendar=working_calendar())
    second_post = staff.employ(PROVINCE, "leader", person_id=office.leader.person_id)
    with pytest.raises(DocumentRefused, match="换一个履职身份"):
        drafting.issue(by=second_post, draft=own, version=own.version, calendar=working_calendar())
    with pytest.raises(NotAllowed):
        drafting.issue(by=office.officer, draft=own, version=own.version, calendar=working_calendar())
    with pytest.raises(IntegrityError, match="拟稿人不能签发"), transaction.atomic():
        Document.objects.create(
            kind=own.kind, capacity_id=own.capacity_id, number="自签", title="题", sha256="0", sm3="0",
            issued_by_id=second_post.appointment_id, issued_at=clock.now(), draft=own, serial=1, code="X",
        )  # fmt: skip


def test_whoever_changes_a_draft_is_one_of_its_authors_and_it_is_to_be_sent_again(office: Office) -> None:
    sent = drafting.send(by=office.officer, draft=(draft := office.draft()), version=draft.version)
    changed = drafting.change(
        by=office.leader, draft=sent, version=sent.version, title="另一题", body="另一文。", units=[]
    )
    assert changed.state == Draft.State.WRITING
    with pytest.raises(DocumentRefused, match="尚未送签"):
        drafting.issue(
            by=staff.employ(PROVINCE, "leader"), draft=changed, version=changed.version, calendar=working_calendar()
        )
    again = drafting.send(by=office.officer, draft=changed, version=changed.version)
    second_post = staff.employ(PROVINCE, "leader", person_id=office.leader.person_id)
    for author in (office.leader, second_post):
        with pytest.raises(DocumentRefused, match="修改过内容的也算拟稿人"):
            drafting.issue(by=author, draft=again, version=again.version, calendar=working_calendar())
    with pytest.raises(IntegrityError, match="拟稿人不能签发"), transaction.atomic():
        Document.objects.create(
            kind=again.kind, capacity_id=again.capacity_id, number="自签", title="题", sha256="0", sm3="0",
            issued_by_id=second_post.appointment_id, issued_at=clock.now(), draft=again, serial=1, code="X",
        )  # fmt: skip
    assert [one.version for one in again.authorships.order_by("version")] == [1, 3]
    other = staff.employ(PROVINCE, "leader")
    assert drafting.issue(by=other, draft=again, version=again.version, calendar=working_calendar()).draft == again


def test_the_database_takes_no_change_of_a_text_without_its_author_or_while_it_waits_for_signature(
    office: Office,
) -> None:
    draft = office.draft()
    with pytest.raises(IntegrityError, match="记明修改人"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(body="改", version=2)
    Authorship.objects.create(
        draft=draft, capacity_id=draft.capacity_id, version=2, at=clock.now(),
        appointment_id=office.leader.appointment_id, person_id=office.leader.person_id,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="重新送签"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(body="改", version=2, state="sent")
    assert Draft.objects.filter(pk=draft.pk).update(body="改", version=2) == 1


def test_a_verification_report_is_signed_by_the_one_who_verified(office: Office) -> None:
    data = {"matter": "一号考场", "process": "调取录像。", "finding": "遮挡属实。", "conclusion": "属实。"}
    draft = office.draft(kind=DocumentKind.VERIFICATION_REPORT, data=data, units=[])
    document = drafting.issue(by=office.officer, draft=draft, version=draft.version, calendar=working_calendar())
    assert document.title == "关于一号考场的核查报告"


def test_what_is_not_filled_in_is_not_sent_or_signed_and_an_empty_body_is_refused(office: Office) -> None:
    draft = office.draft(data={"matter": "题"})
    with pytest.raises(DocumentRefused, match="待填写"):
        drafting.send(by=office.officer, draft=draft, version=draft.version)
    with pytest.raises(DocumentRefused, match="待填写"):
        office.issue(draft)
    for body in ("", " \n\u200b\u202e\x00 "):
        with pytest.raises(DocumentRefused, match="标题和正文"):
            drafting.change(by=office.officer, draft=draft, version=draft.version, title="题", body=body, units=[])


def test_a_document_for_a_leader_is_issued_only_as_it_was_sent_for_signature(office: Office) -> None:
    draft = office.draft()
    with pytest.raises(DocumentRefused, match="尚未送签"):
        drafting.issue(by=office.leader, draft=draft, version=draft.version, calendar=working_calendar())
    sent = drafting.send(by=office.officer, draft=draft, version=draft.version)
    with pytest.raises(DocumentRefused, match="他人已修改"):
        drafting.issue(by=office.leader, draft=sent, version=draft.version, calendar=working_calendar())
    back = drafting.give_back(by=office.leader, draft=sent, version=sent.version, reason="数字须核对")
    with pytest.raises(DocumentRefused, match="尚未送签"):
        drafting.issue(by=office.leader, draft=back, version=back.version, calendar=working_calendar())
    assert office.issue(back).draft == draft


def test_of_two_who_change_a_draft_the_second_is_told_and_an_issued_one_never_changes(office: Office) -> None:
    draft = office.draft()
    sent = drafting.send(by=office.officer, draft=draft, version=1)
    with pytest.raises(DocumentRefused, match="他人已修改"):
        drafting.change(by=office.officer, draft=draft, version=1, title="题", body="文", units=[])
    back = drafting.give_back(by=office.leader, draft=sent, version=sent.version, reason="数字须核对")
    assert (back.state, back.remark) == (Draft.State.WRITING, "数字须核对")
    office.issue(back)
    with pytest.raises(DocumentRefused, match="不能再改"):
        drafting.drop(by=office.officer, draft=back, version=back.version, reason="不要了")
    with pytest.raises(IntegrityError, match="不能再改"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(title="改", version=9)


def test_orders_go_down_only_while_letters_and_reports_may_go_up(db: Any) -> None:
    city = Office(CITY)
    with pytest.raises(DocumentRefused, match="监管范围以外"):
        city.draft(units=[agencies.capacity(PROVINCE)])
    with pytest.raises(DocumentRefused, match="本单位"):
        city.draft(units=[agencies.capacity(CITY)])
    data = {"matter": "考场监控", "problem": "遮挡。", "measures": "已清除。", "next": "每日检查。"}
    report = city.issue(kind=DocumentKind.RECTIFICATION_REPORT, data=data, units=[agencies.capacity(PROVINCE)])
    province = staff.employ(PROVINCE, "leader")
    scopes.apply(province.scope)
    assert queries.document(province.scope, report.pk) == report


def test_markup_of_every_language_stays_text_in_pdf_and_word(office: Office) -> None:
    evil = EVIL + "\x00\x07\u202e\u200f"
    fields = dict.fromkeys(SAID, evil)
    table = {"caption": evil, "columns": [evil, "乙"], "rows": [[evil, "x" * 300]]}
    document = office.issue(
        data=fields, title=EVIL[:100], tables=[table], attachments=[evil] * 30, note=evil,
        externals=[{"name": evil[:60], "kind": "education"}],
    )  # fmt: skip
    data = printing.data_of(document)
    assert "\x00" not in str(data)
    assert "\u202e" not in str(data)
    word = text_of(printing.word(data))
    assert "{{7*7}}" in word
    assert "&lt;/w:t&gt;" in word
    assert "#import" in word
    assert word.count("49") == 0
    assert document.content is not None
    assert bytes(document.content).startswith(b"%PDF-")
    assert len(printing.pages(data)) >= 3


def test_long_tables_and_many_recipients_are_typeset_and_too_much_is_refused(office: Office) -> None:
    rows = [[f"第{number}行", "内容" * 20, "备注"] for number in range(400)]
    units = [agencies.capacity(key) for key in (CITY, "siping@CITY", "tonghua@CITY", "baishan@CITY")]
    document = office.issue(
        tables=[{"caption": "清单", "columns": ["甲", "乙", "丙"], "rows": rows}],
        units=units,
        externals=[{"name": f"某县教育局第{number}办公室", "kind": "education"} for number in range(100)],
    )
    assert len(printing.pages(printing.data_of(document))) > 10
    with pytest.raises(DocumentRefused, match="行"):
        office.draft(tables=[{"columns": ["甲"], "rows": [["1"]] * 2001}])
    with pytest.raises(DocumentRefused, match="列数"):
        office.draft(tables=[{"columns": ["甲"], "rows": [["1", "2"]]}])
    with pytest.raises(DocumentRefused, match="不能超过"):
        office.draft(body="长" * 60_001)


def test_anybody_with_the_code_or_the_file_learns_what_is_on_file_and_whether_it_still_holds(office: Office) -> None:
    document = office.issue()
    stranger = staff.employ("siping@CITY", "leader")
    scopes.apply(stranger.scope)
    typed = (document.code or "").lower().replace("-", " ")
    (found,) = queries.verify(code=rules.read_code(typed))
    assert (found.number, found.signed, found.withdrawn_at) == (document.number, True, None)
    assert queries.verify(sha256=document.sha256) == [found]
    assert queries.verify(sha256="0" * 64) == []
    scopes.apply(office.leader.scope)
    drafting.withdraw(by=office.leader, document=document, reason="数字有误")
    with pytest.raises(DocumentRefused, match="已经撤回"):
        drafting.withdraw(by=office.leader, document=document, reason="再撤")
    assert queries.verify(code=document.code or "")[0].withdrawn_at is not None


def test_a_changed_record_no_longer_carries_our_signature(office: Office, owner_db: Any) -> None:
    document = office.issue()
    said = signing.Said(document.code or "", document.kind, document.number, document.issued_at, "f" * 64, document.sm3)
    assert not signing.holds(document.note, said)
    assert not signing.holds("no note", said)


def test_the_register_filters_by_kind_state_words_and_recipient(office: Office) -> None:
    first = office.issue()
    office.issue(kind=DocumentKind.GUIDANCE, data={"matter": "查处", "facts": "无。", "measures": "严查。"}, units=[])
    scope = office.leader.scope
    assert list(queries.register(scope, kind="bulletin")) == [first]
    assert list(queries.register(scope, state="unsigned")) == [first]
    assert list(queries.register(scope, words="指导")) == list(queries.register(scope, kind="guidance"))
    assert list(queries.register(scope, recipient=agencies.capacity(CITY).pk)) == [first]
    assert not queries.register(scope, state="withdrawn").exists()


def test_a_document_made_for_an_acting_capacity_says_so(db: Any) -> None:
    acting = Office("jilin@CITY")
    data = printing.data_of(acting.issue(units=[]))
    assert "代行" in data["note"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM documents_document")
        assert cursor.fetchone()[0] == 1
