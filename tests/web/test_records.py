"""Records that a proof names are shown in words with their pages, whatever room keeps them."""

import datetime as dt
import re
from pathlib import Path

import pytest
import time_machine

import builders
import jianguan.backbone
from builders import CITY, DAY, PROVINCE
from casework import ended, ordered, submitted
from jianguan.backbone.cases import restrictions
from jianguan.web.records import READERS, records
from pages import plain, text
from staff import visit

SOURCES = sorted(Path(jianguan.backbone.__file__).parent.glob("*/sources.py"))


@pytest.fixture
def day(db: object) -> object:
    """The day's tasks are open; it is long past."""
    builders.see_everything()
    builders.open_day()
    with time_machine.travel(builders.AFTER, tick=False):
        yield


def test_every_kind_of_record_that_proves_a_norm_has_its_words() -> None:
    kinds = {kind for path in SOURCES for kind in re.findall(r"'\s?([a-z-]+)/' \|\|", path.read_text("utf-8"))}
    assert {"case", "case-step", "approval", "restriction", "check"} <= kinds
    assert kinds <= set(READERS)


@pytest.mark.usefixtures("day")
def test_the_proof_of_a_case_names_the_case_and_what_was_done_and_leads_to_it() -> None:
    case = submitted(ordered(PROVINCE, CITY, "supervised", "4.6"), DAY + dt.timedelta(days=2))
    builders.see_everything()
    first = builders.judged("5.7-verify", CITY).first
    page = visit(builders.officer(CITY)).get(f"/proof/5.7-verify/{CITY}/{first}/")
    assert page.status_code == 200, plain(page, page.status_code)
    words = plain(page)
    assert f"{case.number} 合成的事项" in words
    assert f"{case.number} 提交" in words
    assert "不在当前身份可见范围" not in words
    assert re.search(r"任务 ?第 \d+ 号", words), words
    assert f'href="/cases/{case.pk}/"' in text(page)


@pytest.mark.usefixtures("day")
def test_a_restriction_is_shown_with_the_first_day_without_it_and_as_lifted() -> None:
    told = {"learner": "0123456789abcdef" * 2, "masked": "王*（尾号 123X）"}
    case = ended(submitted(ordered(PROVINCE, CITY, "substitute-learner", "13.1", data=told)))
    builders.see_everything()
    with time_machine.travel(builders.at(DAY, 18), tick=False):
        one = restrictions.impose(by=builders.leader(PROVINCE), case=case, reason="合成：替学属实")
    (shown,) = records([f"restriction/{one.pk}"])
    assert (shown["title"], shown["note"]) == (
        "现场教育限制：王*（尾号 123X）",
        "2026-03-10 起至 2029-03-10 前只限现场",
    )
    with time_machine.travel(builders.at(DAY + dt.timedelta(days=3)), tick=False):
        restrictions.lift(by=builders.leader(PROVINCE), restriction=one, reason="合成：复核后认定有误")
    (shown,) = records([f"restriction/{one.pk}"])
    assert shown["note"] == "2026-03-10 起至 2029-03-10 前只限现场，2026-03-13 解除"


@pytest.mark.usefixtures("day")
def test_a_record_out_of_scope_keeps_its_kind_and_says_so() -> None:
    case = ordered(PROVINCE, CITY, "supervised", "4.6")
    builders.see_everything()
    shown = records([f"case/{case.pk + 1}", "restriction/7", "nonsense", "case/x"])
    assert [one["title"] for one in shown] == [f"事项 {case.pk + 1}", "现场教育限制 7", "记录 ", "事项 x"]
    assert {one["note"] for one in shown} == {"不在当前身份可见范围"}
