"""Rule management (规则管理): numbers, soft words, versions, gaps, the calendar, and a new text compared."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import builders
from jianguan.backbone.audit.models import Event
from jianguan.backbone.rules import queries
from jianguan.backbone.rules.models import CalendarDay
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from jianguan.rulebook import RULEBOOK
from jianguan.web.rules import comparison
from pages import FRAME, OWN, plain, statements, text
from staff import employ, visit

pytestmark = pytest.mark.usefixtures("db")
SOON = str(clock.today() + dt.timedelta(days=10))
DECISION = {"reason": "省厅会议决定", "confirm": "on", "valid_from": SOON, "number": "吉公交〔2026〕9号"}


def test_a_number_becomes_stricter_by_decision_and_never_looser() -> None:
    client = visit(builders.leader(builders.PROVINCE))
    assert "第六条（六）" in text(client.get("/rules/parameters/6.6.ratio/"))
    loose = plain(client.post("/rules/parameters/6.6.ratio/", DECISION | {"value": "3"}), status=422)
    assert "不能放宽为 3" in loose
    shown = plain(client.post("/rules/parameters/6.6.ratio/", DECISION | {"value": "8"}, follow=True))
    assert "8%" in shown
    assert "5%" in shown
    value = queries.parameter_value("6.6.ratio", None, dt.date.fromisoformat(SOON))
    assert value is not None
    assert value.value == "8"


def test_a_change_names_the_norms_and_the_units_that_it_touches() -> None:
    page = plain(visit(builders.leader(builders.CITY)).get("/rules/parameters/6.6.ratio/"))
    assert "考试音视频档案抽查" in page
    assert "执法记录仪信息抽查" in page
    assert "适用于 长春 市级及下级" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"value": "abc"}, "整数"), ({"value": ""}, "新值"), ({"value": "8", "reason": ""}, "理由")],
)
def test_a_decision_that_is_incomplete_is_refused_and_nothing_is_written(wrong: dict[str, str], says: str) -> None:
    client = visit(builders.leader(builders.PROVINCE))
    assert says in plain(client.post("/rules/parameters/6.6.ratio/", DECISION | wrong), status=422)
    assert len(queries.values_through_time("6.6.ratio")) == 1


def test_only_a_leader_decides() -> None:
    officer = visit(builders.officer(builders.PROVINCE))
    assert "作出决定" not in text(officer.get("/rules/parameters/6.6.ratio/"))
    text(officer.post("/rules/parameters/6.6.ratio/", DECISION | {"value": "8"}), status=403)
    text(visit(employ(builders.PROVINCE, "audit-admin")).get("/rules/"), status=403)


def test_a_soft_word_gets_a_number_and_loses_it_again() -> None:
    client = visit(builders.leader(builders.PROVINCE))
    today = str(clock.today())
    form = text(client.get("/rules/cadences/4.4-guidance/"))
    assert "未定期限" in form
    assert f'value="{today}"' in form
    given = DECISION | {"cadence": "monthly", "times": "2", "valid_from": today}
    assert "每月不少于2次" in plain(client.post("/rules/cadences/4.4-guidance/", given, follow=True))
    assert "没有撤销：请写明理由" in plain(client.post("/rules/cadences/4.4-guidance/withdraw/", follow=True))
    withdrawn = client.post("/rules/cadences/4.4-guidance/withdraw/", {"reason": "改由市级自定"}, follow=True)
    assert "已撤销" in plain(withdrawn)
    with scopes.within(scopes.everything()):
        assert Event.objects.filter(kind="cadence.withdrawn", reason="改由市级自定").count() == 1


def test_a_city_cannot_decide_for_the_province() -> None:
    given = DECISION | {"cadence": "monthly", "times": "1"}
    refused = visit(builders.leader(builders.CITY)).post("/rules/cadences/4.4-guidance/", given)
    assert "不能确定其周期" in plain(refused, status=422)


def test_soft_words_are_filtered_and_paged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jianguan.web.rules.cadences.PAGE", 5)
    client = visit(builders.leader(builders.PROVINCE))
    page = text(client.get("/rules/cadences/?state=open"))
    assert "start=5" in page
    assert "没有符合条件的职责" in text(client.get("/rules/cadences/?q=没有这样的词"))


def test_both_versions_and_the_defects_are_listed() -> None:
    page = plain(visit(builders.officer(builders.CITY)).get("/rules/versions/"))
    assert "吉公办字〔2018〕93号" in page
    assert "只知名称与文号" in page
    assert "职能查验终端" in page


def test_gaps_and_lint_problems_are_listed() -> None:
    page = plain(visit(builders.officer(builders.PROVINCE)).get("/rules/gaps/"))
    assert "5.6.ratio" in page
    assert "范围不一" in page


def test_the_calendar_is_corrected_with_its_notice_by_the_province_alone() -> None:
    day = f"{clock.today().year + 1}-03-10"
    form = {"is_workday": "0", "name": "合成假日", "source": "合成的通知", "reason": "按通知录入", "confirm": "on"}
    legal = visit(employ(builders.PROVINCE, "legal-officer"))
    assert "合成假日" in text(legal.post(f"/rules/calendar/{day}/", form, follow=True))
    assert not CalendarDay.objects.get(day=day).is_workday
    city = visit(employ(builders.CITY, "legal-officer"))
    assert "省级统一维护" in plain(city.post(f"/rules/calendar/{day}/", form), status=422)
    text(legal.get("/rules/calendar/yesterday/"), status=404)


def upload(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("新文本.md", content, content_type="text/markdown")}


def test_a_new_text_is_compared_word_by_word_with_what_it_touches() -> None:
    official = (RULEBOOK / "official.md").read_bytes()
    client = visit(employ(builders.PROVINCE, "legal-officer"))
    page = text(client.post("/rules/compare/", upload(official.replace(b"**5%**", b"**8%**"))))
    assert "<del>5%</del><ins>8%</ins>" in page
    assert "6.6.ratio" in page
    assert "6.6-exam" in page
    assert "两个文本没有差别" in text(client.post("/rules/compare/", upload(official)))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "没有比对"), (b"\x00\x01\x02", "二进制"), ("今天天气很好。".encode(), "没有比对")],
)
def test_what_is_no_regulation_gets_a_clear_error(content: bytes, says: str) -> None:
    client = visit(employ(builders.PROVINCE, "legal-officer"))
    assert says in plain(client.post("/rules/compare/", upload(content)), status=422)


def test_a_file_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "LARGEST", 1024 * 1024)
    client = visit(employ(builders.PROVINCE, "legal-officer"))
    assert "超过 1 MB" in plain(client.post("/rules/compare/", upload(b"a" * (1024 * 1024 + 1))), status=422)


@pytest.mark.parametrize(
    "path", ["/rules/", "/rules/cadences/", "/rules/versions/", "/rules/gaps/", "/rules/calendar/"]
)
def test_the_pages_need_a_bounded_number_of_statements(path: str) -> None:
    assert statements(visit(builders.leader(builders.PROVINCE)), path) <= FRAME + OWN
