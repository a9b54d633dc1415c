"""The component set: what each component says, and what no template may contain."""

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse
from django_cotton.compiler_regex import CottonCompiler

from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.scope import Scope
from jianguan.web.navigation import ITEMS, NavItem, register, sections
from jianguan.web.states import LOOKS
from jianguan.web.templatetags import jianguan_format as formats

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "jianguan" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SPRITE = next(WEB.glob("static/vendor/tabler-icons/*/sprite.svg"))
TEN_STATES = ["已履行", "逾期履行", "不足", "未履行", "待履行", "未到期", "免除", "不可证", "存疑", "未定期限"]


def rendered(source: str, **context: object) -> str:
    return (
        engines["django"]
        .from_string(CottonCompiler().process(source))
        .render(context, RequestFactory().get("/somewhere/"))
    )


@pytest.mark.parametrize("word", TEN_STATES)
def test_a_state_badge_carries_word_class_and_icon(word: str) -> None:
    html = rendered('<c-state-badge :state="word" />', word=word)
    look = next(look for look in LOOKS if look.word == word)
    assert word in html
    assert f"jg-state-{look.css}" in html
    assert f"#{look.icon}" in html


def test_only_met_is_green_and_no_two_states_look_alike() -> None:
    css = (WEB / "static/web/components.css").read_text()
    green = [look.word for look in LOOKS if re.search(rf"\.jg-state-{look.css}[^{{]*\{{[^}}]*--jg-met\b", css)]
    assert green == ["已履行"]
    assert len({look.sign for look in LOOKS}) == len({look.icon for look in LOOKS}) == len(LOOKS) == 10


def test_a_word_that_is_no_state_is_shown_and_never_green() -> None:
    html = rendered('<c-state-badge state="未知数" />')
    assert "未知数" in html
    assert "jg-state-unprovable" in html


def test_an_open_duty_due_soon_turns_amber_and_says_so() -> None:
    assert "临期" in rendered('<c-state-badge state="待履行" :due_soon="True" />')
    assert "临期" not in rendered('<c-state-badge state="已履行" :due_soon="True" />')


def test_the_page_head_shows_the_capacity_and_is_tinted_only_when_acting() -> None:
    own = rendered('<c-page-head title="台账" capacity="吉林省 省级" />')
    acting = rendered('<c-page-head title="台账" capacity="吉林省 市级（代行）" :acting="True" />')
    assert "以 吉林省 省级身份" in own
    assert "jg-head-acting" not in own
    assert "以 吉林省 市级（代行）身份" in acting
    assert "jg-head-acting" in acting
    assert "jg-capacity-acting" in acting


def test_a_table_without_rows_shows_its_empty_state_instead() -> None:
    source = (
        '<c-table caption="督办" :columns="columns" :has_rows="rows"><tr><td>甲</td></tr>'
        '<c-slot name="empty"><c-empty-state title="没有督办" fill="上级签发后出现在这里" /></c-slot></c-table>'
    )
    full = rendered(source, columns=[{"label": "条款"}], rows=[1])
    empty = rendered(source, columns=[{"label": "条款"}], rows=[])
    assert "甲" in full
    assert "没有督办" not in full
    assert "上级签发后出现在这里" in empty
    assert "<table" not in empty


def test_a_heat_cell_is_a_link_with_its_word_for_screen_readers() -> None:
    rows = [{"label": "6.6", "cells": [{"state": "不足", "url": "/proof/1", "why": "缺2件"}, None]}]
    html = rendered(
        '<c-heat-grid caption="履职" :columns="c" :rows="r" />', c=[{"label": "长春"}, {"label": "吉林"}], r=rows
    )
    assert '<a href="/proof/1" data-drawer' in html
    assert '<span class="visually-hidden">不足</span>' in html
    assert "无此职责" in html


def test_a_checklist_offers_three_answers_and_names_the_item_in_its_error() -> None:
    items = [{"number": 3, "name": "a", "text": "设备完好", "value": "fail", "errors": ["请填写问题描述"]}]
    html = rendered('<c-checklist legend="检查" :items="items" />', items=items)
    assert html.count('type="radio"') == 3
    assert re.search(r'value="fail" checked', html)
    assert "第 3 项：请填写问题描述" in html


def test_a_confirm_dialog_demands_a_reason_and_carries_the_token() -> None:
    html = rendered('<c-confirm id="d" title="退回" action="/return" verb="退回"><p>事实</p></c-confirm>')
    assert 'name="csrfmiddlewaretoken"' in html
    assert re.search(r"<textarea[^>]* required", html)
    assert "事实" in html


def test_a_running_job_asks_for_news_and_a_finished_one_does_not() -> None:
    source = '<c-job-panel id="j" title="重算" :state="s" poll_url="/poll" cancel_url="/stop" result_url="/result" />'
    running, done = (rendered(source, s=state) for state in ("running", "done"))
    assert 'hx-get="/poll"' in running
    assert "取消" in running
    assert "hx-get" not in done
    assert "/result" in done


def test_text_from_users_is_escaped_by_every_component_that_shows_it() -> None:
    evil = "<q onclick=x>"
    for source in (
        '<c-stat :label="x" :value="x" url="/" />',
        '<c-proof :title="x" :sentence="x" />',
        '<c-state-badge state="不足" :why="x" />',
        '<c-masked-name :name="x" />',
        '<c-term :text="x" :definition="x" />',
        '<c-empty-state :title="x" :fill="x" />',
    ):
        assert "<q" not in rendered(source, x=evil), source


def test_no_template_has_inline_style_script_or_handler() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=", text), path
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|javascript:", text), path
        assert not re.search(r"\s(on[a-z]+|hx-on[\w:-]*|hx-vals\s*=\s*['\"]js:)\s*=", text), path


def test_every_icon_named_anywhere_is_in_the_sprite() -> None:
    have = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    used = {look.icon for look in LOOKS} | {item.icon for item in ITEMS.values()}
    for path in TEMPLATES:
        text = path.read_text()
        used |= set(re.findall(r'<c-icon name="([a-z0-9-]+)"', text)) | set(re.findall(r'\sicon="([a-z0-9-]+)"', text))
        for computed in re.findall(r'<c-icon name="(\{%.*?)"', text):
            used |= set(re.findall(r"%\}([a-z-]+)\{", computed))
    assert used - have == set()


def test_the_sprite_the_icon_component_points_to_exists() -> None:
    assert str(SPRITE.relative_to(WEB / "static")) in rendered('<c-icon name="check" />')


def test_vendored_files_are_those_of_their_digest_lists() -> None:
    lists = [path for path in ROOT.glob("*/**/SHA256SUMS") if ".venv" not in path.parts]
    assert len(lists) == 6
    for digests in lists:
        listed = dict(reversed(line.split("  ", 1)) for line in digests.read_text().splitlines())
        found = {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in digests.parent.iterdir()
            if file != digests
        }
        assert found == listed, digests
        assert "LICENSE" in found or "LICENSE_FONT" in found, digests


def acting_with(*permissions: Permission) -> Actor:
    return Actor(
        person_id=1,
        person_name="测试员",
        appointment_id=1,
        post_id=1,
        post_title="岗位",
        role="role",
        capacity_id=1,
        capacity_key="key",
        capacity_name="吉林省 省级",
        level="province",
        mode="own",
        permissions=frozenset(permissions),
        scope=Scope(),
    )


def test_the_sidebar_shows_only_what_the_actor_may_open_and_lights_up_where_he_is() -> None:
    def items(*permissions: Permission) -> dict[str, bool]:
        shown = sections(acting_with(*permissions), reverse("audit"))
        return {item["label"]: item["active"] for section in shown for item in section["items"]}

    assert sections(None, "/") == []
    assert "审计" not in items()
    assert items(Permission.AUDIT_READ)["审计"] is True


def test_the_sidebar_refuses_an_unknown_section() -> None:
    with pytest.raises(ValueError, match="别处"):
        register(NavItem("别处", 1, "页", "check", "nowhere"))


def test_dates_and_times_are_written_in_chinese_time() -> None:
    moment = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    assert formats.cn_datetime(moment) == "2026-11-23（周一） 09:05"
    assert formats.cn_date(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == "2026-11-23（周一）"
    assert formats.cn_date(None) == formats.cn_datetime(None) == formats.number(None) == formats.percent(None) == "—"


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), "2026-11-23（周一）"),
        (date(2026, 11, 23), date(2026, 11, 29), "2026年第48周（11-23 至 11-29）"),
        (date(2026, 11, 1), date(2026, 11, 30), "2026年11月"),
        (date(2026, 10, 1), date(2026, 12, 31), "2026年第4季度"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        (date(2026, 11, 2), date(2026, 11, 10), "2026-11-02 至 2026-11-10"),
        (date(2026, 2, 1), date(2026, 4, 30), "2026-02-01 至 2026-04-30"),
    ],
)
def test_a_period_is_named_by_its_kind(first: date, last: date, label: str) -> None:
    assert formats.cn_period(first, last) == label


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("张", "张"),
        ("张三", "张*"),
        ("张小明", "张*明"),
        ("欧阳震华", "欧阳**"),
        ("阿依努尔·买买提", "阿依**·***"),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert formats.masked_name(name) == masked


def test_numbers_are_grouped_and_unknown_is_not_zero() -> None:
    assert formats.number(12345) == "12,345"
    assert formats.number(0) == "0"
    assert formats.percent(0.0524) == "5.2%"
