"""The pages of cases: whose turn it is, what each post may do, forestalled acts, lists, the tree, figures."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from builders import CITY, COUNTY, OFFICE, PROVINCE, leader, officer
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import open_case, submit, take
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.rules.queries import working_calendar
from jianguan.backbone.scope import scope as scopes
from jianguan.kit import clock
from pages import plain, statements, text
from staff import visit

pytestmark = pytest.mark.usefixtures("db")


def opened(by: Actor, **given: Any) -> Case:
    scopes.apply(by.scope)
    given = {
        "kind": "rectification",
        "title": "考场监控遮挡",
        "text": "第一考场三号通道被遮挡",
        "provision": "5.7",
    } | given
    return open_case(by=by, origin="抽查复核", **given)


def assigned(by: Actor, handler: str = OFFICE, **given: Any) -> Case:
    case = opened(by, **given)
    unit = agencies.capacity(handler)
    routing.assign(by=by, case=case, version=1, handler=unit, calendar=working_calendar())
    return case


def submitted(by: Actor) -> Case:
    case, office = assigned(by), officer(OFFICE)
    scopes.apply(office.scope)
    take(by=office, case=case, verb=Verb.RECEIVE, version=2)
    submit(by=office, case=case, version=3, outcome="done", text="已清理遮挡物，见照片")
    return case


def at(case: Case) -> str:
    return reverse("case", args=[case.pk])


def act(client: Client, case: Case, verb: Verb, version: int | None = None, **given: Any) -> Any:
    data = {"version": version or case.version} | given
    return client.post(reverse("case-act", args=[case.pk, verb.value]), data)


def offered(client: Client, case: Case) -> list[str]:
    return re.findall(r'id="act-([a-z-]+)"', text(client.get(at(case))))


def test_a_case_goes_to_its_end_on_the_page_and_each_side_sees_whose_turn_it_is() -> None:
    city, office, reviewer = visit(officer(CITY)), visit(officer(OFFICE)), visit(officer(CITY))
    case = opened(officer(CITY))
    assert offered(city, case)[0] == "assign"
    handler = agencies.capacity(OFFICE).pk
    assert act(city, case, Verb.ASSIGN, handler=handler).status_code == 302
    case.refresh_from_db()
    assert "轮到本单位" in plain(office.get(at(case)))
    assert "轮到本单位" not in plain(city.get(at(case)))
    assert "整改时限 10 个工作日" in plain(office.get(at(case)))
    act(office, case, Verb.RECEIVE)
    act(office, case, Verb.SUBMIT, 3, outcome="done", text="已清理，见照片")
    act(reviewer, case, Verb.PASS, 4, text="现场核实，已清除")
    act(reviewer, case, Verb.CLOSE, 5)
    page = plain(city.get(at(case)))
    assert "已办结" in page
    assert "现场核实，已清除" in page
    assert "已整改" in page


def test_only_what_is_possible_now_is_offered() -> None:
    case = assigned(officer(CITY))
    assert "receive" in offered(visit(officer(OFFICE)), case)
    assert "submit" not in offered(visit(officer(OFFICE)), case)
    assert "receive" not in offered(visit(officer(CITY)), case)
    assert {"reopen", "decide-extension", "hand-over"}.isdisjoint(offered(visit(officer(CITY)), case))
    assert "hand-over" in offered(visit(leader(CITY)), case)
    assert visit(officer(COUNTY)).get(at(case)).status_code == 404


def test_whoever_comes_second_is_told_who_was_first_and_keeps_what_he_typed() -> None:
    case = submitted(officer(CITY))
    first, second = visit(officer(CITY)), visit(officer(CITY))
    act(first, case, Verb.NOTE, text="请补充照片")
    late = act(second, case, Verb.PASS, text="现场看过，同意")
    page = text(late, 409)
    assert "补充情况" in page
    assert "您的内容没有提交" in page
    assert "现场看过，同意" in page
    assert "data-open" in page
    case.refresh_from_db()
    again = re.search(r'<input[^>]*id="pass-version"[^>]*>', page)
    assert again is not None
    assert f'value="{case.version}"' in again[0]


def test_what_the_rules_refuse_says_why() -> None:
    case = submitted(officer(CITY))
    page = plain(act(visit(officer(CITY)), case, Verb.PASS, text=" "), 422)
    assert "请更正后再提交" in page
    assert "现为“提交”" in plain(act(visit(officer(CITY)), case, Verb.CLOSE), 422)
    assert act(visit(officer(CITY)), case, Verb.HAND_OVER, text="移交").status_code in {403, 422}


def test_more_time_is_asked_for_and_decided_by_a_leader_with_a_new_day() -> None:
    case = submitted(officer(CITY))
    act(visit(officer(CITY)), case, Verb.RETURN, text="照片不清，请重新提交")
    case.refresh_from_db()
    later = clock.today() + dt.timedelta(days=60)
    act(visit(officer(OFFICE)), case, Verb.REQUEST_EXTENSION, text="配件未到货", wished=later.isoformat())
    case.refresh_from_db()
    head = visit(leader(CITY))
    assert re.search(r"待决定 1", plain(head.get(reverse("cases"))))
    answer = act(head, case, Verb.DECIDE_EXTENSION, granted="1", text="情况属实", last_day=later.isoformat())
    assert answer.status_code == 302
    page = plain(head.get(at(case)))
    assert "同意延期" in page
    assert f"希望延至 {later}" in page
    assert case.deadlines.count() == 3


def test_other_units_are_asked_told_and_split_to_as_children_of_one_clock() -> None:
    province, city = officer(PROVINCE), officer(CITY)
    case = assigned(province, CITY, kind="supervised")
    page = visit(city)
    act(page, case, Verb.RECEIVE)
    case.refresh_from_db()
    office, county = agencies.capacity(OFFICE), agencies.capacity(COUNTY)
    act(page, case, Verb.COPY, units=[county.pk], text="请知悉")
    case.refresh_from_db()
    assert act(page, case, Verb.SPLIT, units=[office.pk, county.pk], text="分头核查").status_code == 302
    tree = plain(visit(officer(PROVINCE)).get(at(case)))
    assert tree.count("督办〔") >= 3
    scopes.apply(scopes.everything())
    child = case.children.get(handler=office)
    seen = plain(visit(officer(OFFICE)).get(at(child)))
    assert "签收" in seen
    assert re.search(r"抄送我的 1", plain(visit(officer(COUNTY)).get(reverse("cases"))))


def test_my_cases_open_where_something_waits_the_most_urgent_first() -> None:
    city = officer(CITY)
    assigned(city, title="晚到的")
    with_day = opened(city, title="急的")
    day = clock.today()
    unit = agencies.capacity(OFFICE)
    routing.assign(by=city, case=with_day, version=1, handler=unit, calendar=working_calendar(), last_day=day)
    page = plain(visit(officer(OFFICE)).get(reverse("cases")))
    assert page.index("急的") < page.index("晚到的")
    assert re.search(r"待签收 2", page)
    assert re.search(r"我交办的 2", plain(visit(officer(CITY)).get(reverse("cases"))))
    assert "没有待复核" in plain(visit(officer(CITY)).get(reverse("cases") + "?part=review"))


def test_the_list_narrows_and_exports_without_formulas() -> None:
    city = officer(CITY)
    assigned(city, title='=HYPERLINK("http://x")', provision="6.6")
    assigned(city, kind="anomaly", title="异常数据")
    client = visit(officer(CITY))
    everything = plain(client.get(reverse("cases-all")))
    assert "异常数据" in everything
    assert "HYPERLINK" in everything
    assert "HYPERLINK" not in plain(client.get(reverse("cases-all") + "?kind=anomaly"))
    assert "异常数据" not in plain(client.get(reverse("cases-all") + "?provision=6.6"))
    assert "没有符合条件的事项" in plain(client.get(reverse("cases-all") + "?state=closed"))
    assert "异常数据" in plain(client.get(reverse("cases-all") + "?kind=nonsense&unit=x&since=y&state=z&mark=q"))
    table = client.get(reverse("cases-export")).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in table
    assert len(table.splitlines()) == 3


def test_a_list_and_a_case_need_few_statements_however_many_rows() -> None:
    city = officer(CITY)
    client = visit(officer(CITY))
    assigned(city)
    few = statements(client, reverse("cases-all"))
    for _ in range(4):
        assigned(city)
    assert statements(client, reverse("cases-all")) <= few
