"""The daily pre-exam check (clause 6.4) through the pages, on the real database."""

import datetime as dt
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

import staff
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.audit.models import Event
from jianguan.backbone.documents.models import Document
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.subjects.models import Subject
from jianguan.backbone.work.checklists import Answer, IncompleteChecklist
from jianguan.backbone.work.checks import CheckRefused, items_of
from jianguan.backbone.work.models import Check, Finding
from jianguan.domains.licensing import actions, queries, rules
from jianguan.kit import clock
from jianguan.kit.digests import Algorithm, hexdigest

OFFICE = "changchun-office@VEHICLE_OFFICE"
APPROVED = "a" * 64


@pytest.fixture
def site(db: Any) -> Subject:
    with scopes.within(scopes.everything()):
        return Subject.objects.create(
            kind="exam_site",
            code="TEST-KC1",
            name="测试考场",
            capacity=agencies.capacity(OFFICE),
            attributes={
                "subjects": ["科目一", "科目二"],
                "desks": 20,
                "parameter_digests": {"科目二": APPROVED},
                "first_exam": "23:59",
            },
            valid=DateRange(staff.SINCE, None),
            synthetic=True,
        )


@pytest.fixture
def officer(site: Subject) -> Actor:
    actor = staff.employ(OFFICE, "office-supervisor", name="王测试")
    scopes.apply(actor.scope)
    return actor


@pytest.fixture
def client(officer: Actor) -> Client:
    return staff.visit(officer)


def answers(**changed: str | tuple[str, str]) -> dict[str, Answer]:
    """Everything normal, with some items changed; underscores in names stand for hyphens."""
    items = rules.applicable(items_of(queries.checklist(clock.today())), frozenset({"科目一", "科目二"}))
    plain = {"pass_fail": "pass", "number": "1", "text": "", "digest": APPROVED}
    given = {item.id: Answer(plain[item.answer]) for item in items}
    given["s1-desk-count"] = Answer("20")
    for name, value in changed.items():
        given[name.replace("_", "-")] = Answer(value) if isinstance(value, str) else Answer(*value)
    return given


def posted(given: dict[str, Answer]) -> dict[str, str]:
    return {item: one.value for item, one in given.items()} | {
        f"{item}-note": one.note for item, one in given.items() if one.note
    }


def test_nothing_is_answered_before_the_officer_answers_it(client: Client, site: Subject) -> None:
    page = client.get(f"/checks/sites/{site.pk}/").content.decode()
    assert "考台移动存储接口" in page
    assert "科目三" not in page
    assert " checked" not in page


def test_all_normal_fills_but_does_not_sign_and_needs_a_confirmation(client: Client, site: Subject) -> None:
    filled = client.post(f"/checks/sites/{site.pk}/", {"fill": "1"}).content.decode()
    assert filled.count(' value="pass" checked') > 10
    assert 'name="confirmed" value="1" required>' in filled
    refused = client.post(f"/checks/sites/{site.pk}/", posted(answers()))
    assert refused.status_code == 422
    assert "请核对后勾选" in refused.content.decode()
    assert not Check.objects.exists()


def test_a_signed_check_files_a_numbered_log_with_both_digests(client: Client, officer: Actor, site: Subject) -> None:
    answer = client.post(f"/checks/sites/{site.pk}/", {**posted(answers()), "confirmed": "1"}, follow=True)
    assert answer.status_code == 200
    scopes.apply(officer.scope)
    check, log = Check.objects.get(), Document.objects.get()
    assert check.passed
    assert log.number == f"考检〔{clock.today().year}〕第1号"
    content = bytes(log.content)
    assert content.startswith(b"%PDF")
    assert (log.sha256, log.sm3) == (hexdigest(content), hexdigest(content, Algorithm.SM3))
    assert client.get(f"/checks/{check.pk}/log.pdf").content == content
    assert log.number in client.get(f"/checks/{check.pk}/print/").content.decode()
    scopes.apply(officer.scope)
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"check.signed", "document.issued"} <= kinds


def test_missing_items_are_named_and_nothing_is_written(client: Client, officer: Actor, site: Subject) -> None:
    given = answers()
    del given["s1-jammer"]
    given["equipment-clock"] = Answer("很快")
    answer = client.post(f"/checks/sites/{site.pk}/", {**posted(given), "confirmed": "1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“信号屏蔽设备工作正常”为必查项，尚未填写" in text
    assert "须填不小于零的数" in text
    scopes.apply(officer.scope)
    assert not Check.objects.exists()
    assert not Document.objects.exists()


def test_an_abnormal_item_needs_words_and_becomes_a_finding(officer: Actor, site: Subject) -> None:
    with pytest.raises(IncompleteChecklist, match="必须写明情况"):
        actions.sign_pre_exam(by=officer, site=site, answers=answers(s1_jammer="fail"))
    check, log = actions.sign_pre_exam(by=officer, site=site, answers=answers(s1_jammer=("fail", "二号屏蔽器无电")))
    assert check.passed is False
    assert [(one.item, one.provision) for one in Finding.objects.all()] == [("s1-jammer", "6.4")]
    assert "1 项异常" in str(log.data["conclusion"])


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        ("s2_parameter_digest", "b" * 64, "与核准的参数集不一致"),
        ("s1_desk_count", "19", "备案 20 台"),
        ("equipment_clock", "6", "允许 5 秒"),
    ],
)
def test_a_value_that_differs_from_what_is_on_file_is_a_finding(
    officer: Actor, site: Subject, item: str, value: str, words: str
) -> None:
    check, _ = actions.sign_pre_exam(by=officer, site=site, answers=answers(**{item: value}))
    assert check.passed is False
    assert words in Finding.objects.get().text


def test_a_site_is_checked_once_a_day(officer: Actor, site: Subject) -> None:
    actions.sign_pre_exam(by=officer, site=site, answers=answers())
    with pytest.raises(CheckRefused, match="已经检查签字"):
        actions.sign_pre_exam(by=officer, site=site, answers=answers())


def test_another_office_cannot_sign(officer: Actor, site: Subject) -> None:
    stranger = staff.employ("siping-office@VEHICLE_OFFICE", "office-supervisor")
    with pytest.raises(NotAllowed, match="不能代其他身份办理"):
        actions.sign_pre_exam(by=stranger, site=site, answers=answers())


def test_a_correction_is_a_new_check_and_both_stay(officer: Actor, site: Subject) -> None:
    first, log = actions.sign_pre_exam(by=officer, site=site, answers=answers())
    with pytest.raises(CheckRefused, match="理由"):
        actions.correct_pre_exam(by=officer, check=first, answers=answers(), reason="错")
    second, newer = actions.correct_pre_exam(
        by=officer, check=first, answers=answers(s2_field=("fail", "三号桩杆移位")), reason="复看发现桩杆移位"
    )
    assert second.corrects == first
    assert newer.replaces == log
    assert set(Check.objects.values_list("passed", flat=True)) == {True, False}
    assert list(queries.effective(officer.scope)) == [second]
    with pytest.raises(CheckRefused, match="已经更正过"):
        actions.correct_pre_exam(by=officer, check=first, answers=answers(), reason="再更正一次")


def test_the_state_of_a_site_follows_the_first_exam() -> None:
    due = dt.datetime(2026, 11, 23, 8, 30, tzinfo=clock.CHINA)
    before, after = due - dt.timedelta(minutes=1), due
    state = rules.site_state
    assert state(holds_exam=True, signed_at=None, passed=None, due=due, now=before) is rules.SiteState.DUE
    assert state(holds_exam=True, signed_at=None, passed=None, due=due, now=after) is rules.SiteState.MISSED
    assert state(holds_exam=True, signed_at=before, passed=True, due=due, now=after) is rules.SiteState.PASSED
    assert state(holds_exam=True, signed_at=after, passed=True, due=due, now=after) is rules.SiteState.LATE
    assert state(holds_exam=False, signed_at=None, passed=None, due=due, now=after) is rules.SiteState.NO_EXAM


def test_the_history_filters_by_result(client: Client, officer: Actor, site: Subject) -> None:
    scopes.apply(officer.scope)
    check, _ = actions.sign_pre_exam(by=officer, site=site, answers=answers(s1_jammer=("fail", "二号屏蔽器无电")))
    assert f"/checks/{check.pk}/" in client.get("/checks/history/?result=failed").content.decode()
    assert f"/checks/{check.pk}/" not in client.get("/checks/history/?result=passed").content.decode()
