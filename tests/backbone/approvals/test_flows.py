"""Flows are data: read with clear errors, versioned, pinned; another kind of approval is another file."""

from typing import Any

import pytest
from django.utils.functional import SimpleLazyObject

from approving import ROUTE, Crew, acting, applied, crew, sign
from builders import CITY, COUNTY, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.approvals import actions, loading
from jianguan.backbone.approvals.flows import FlowRefused, lint, read, read_all
from jianguan.backbone.approvals.models import Flow as FlowRow
from jianguan.backbone.approvals.rules import State
from jianguan.engines.regulation.rulebook import load
from jianguan.rulebook import RULEBOOK

BOOK = SimpleLazyObject(lambda: load(RULEBOOK))


def test_the_flows_of_the_rule_book_name_only_what_there_is() -> None:
    provisions = {one.id for one in BOOK.text.items}
    parameters = {one.key for one in BOOK.parameters}
    flows = read_all(RULEBOOK / "flows")
    assert {one.key for one in flows} == {"data-change", "data-query"}
    assert [lint(one, provisions=provisions, parameters=parameters) for one in flows] == [[], []]


def test_what_a_flow_proves_is_what_the_norms_ask() -> None:
    proved = {kind for flow in read_all(RULEBOOK / "flows") for one in (flow, *flow.stages) for kind in one.proves}
    asked = {norm.source.partition(":")[2] for norm in BOOK.norms if (norm.source or "").startswith("approval:")}
    assert asked == proved


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("phase: approve\n    at: chosen", "phase: execute\n    at: chosen"), "第一个环节须是审批"),
        (("phase: execute\n    at: superior", "phase: approve\n    at: province\n    optional: true"), "不能省略"),
        (("key: along", "key: city"), "环节代码重复"),
        (("permission: approval.sign", "permission: approval.rubber-stamp"), "权限approval.rubber-stamp不存在"),
        (("{key: leader, word: 市级领导", "{key: office, word: 市级领导"), "席位代码重复"),
        (("word: 通知人,", "word: 通知人, named: nobody,"), "此前没有环节指定"),
        (
            (
                "{key: officer, word: 通知人",
                "{key: other, word: 复核人, permission: approval.sign}\n      - {key: officer, word: 通知人",
            ),
            "须由一人办理",
        ),
        (
            (
                "permission: approval.review}\n      - {key: leader",
                "permission: approval.review, fields: [{name: seen, label: 情况, past: true}]}\n      - {key: leader",
            ),
            "“情况”不是日期",
        ),
        (("version: 1", "version: 0"), "版本须从1起"),
        (("title: 通知沿线", "title: 通知沿线\n    branch: sea"), "分支“sea”没有说明"),
        (("version: 1", "version: 一"), "格式不对"),
        (("stages:", "color: red\nstages:"), "格式不对"),
    ],
)
def test_a_broken_flow_is_refused_with_its_place(change: tuple[str, str], words: str) -> None:
    with pytest.raises(FlowRefused, match=words):
        read(ROUTE.replace(*change))


def test_an_unknown_clause_parameter_or_form_is_named(db: Any) -> None:
    text = ROUTE.replace('provision: "8.1"', 'provision: "8.9"', 1).replace(
        "word: 路线", "word: 路线\ndocument: no-form"
    )
    text = text.replace("at: superior", "at: superior\n    deadline: deadline.never")
    with pytest.raises(FlowRefused) as refused:
        loading.write(read(text))
    assert [one[:8] for one in refused.value.problems] == ["流程的依据条款8", "时限参数dead", "没有文书种类no"]


def test_a_version_on_record_is_never_rewritten(db: Any) -> None:
    assert loading.write(read(ROUTE))
    assert not loading.write(read(ROUTE))
    with pytest.raises(FlowRefused, match="version 加一"):
        loading.write(read(ROUTE.replace("沿线单位会签", "沿线会签")))
    assert loading.write(read(ROUTE.replace("沿线单位会签", "沿线会签").replace("version: 1", "version: 2")))


def test_an_application_keeps_the_version_it_was_opened_under(db: Any) -> None:
    people: Crew = crew()
    one = applied(people.applicant)
    row = FlowRow.objects.get(key="data-change")
    text = (RULEBOOK / "flows" / "data-change.yaml").read_text(encoding="utf-8")
    assert loading.write(read(text.replace("version: 2", "version: 3").replace("业务处室分析", "业务处室初审")))
    sign(one, people.city_leader)
    assert one.flow_id == row.pk
    assert applied(officer(CITY)).flow.version == 3


def test_a_route_is_approved_on_another_flow_by_all_units_along_it_in_any_order(db: Any) -> None:
    loading.write(read(ROUTE))
    county = officer(COUNTY)
    along = ["changchun-nongan@COUNTY", "changchun-dehui@COUNTY"]
    one = actions.submit(
        by=acting(county),
        flow="route-test",
        title="农安至德惠",
        reason="剧毒化学品运输路线",
        data={},
        chosen=[agencies.capacity(key) for key in along],
    )
    sign(one, leader(along[1]))
    assert (one.state, one.stage) == (State.SIGNING, 1)
    by = acting(leader(CITY))
    early = one.seats.get(stage="city", seat="leader")
    with pytest.raises(actions.ApprovalRefused, match="还没有轮到"):
        actions.sign(by=by, application=one, version=one.version, seat=early)
    sign(one, leader(along[0]))
    sign(one, leader(CITY))
    sign(one, officer(CITY))
    assert one.state == State.EXECUTING
    sign(one, officer(CITY))
    assert one.state == State.DONE
