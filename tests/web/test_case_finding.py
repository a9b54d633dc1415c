"""What a person looks for among cases and approvals: a filled page, the same as the export; requests for data."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from approving import applied, crew
from builders import CITY, OFFICE, at, officer, on_the_clock
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.cases import queries
from jianguan.backbone.cases import search as searches
from jianguan.backbone.cases.actions import open_case
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.rules import Verb
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from jianguan.web.cases import lists
from jianguan.web.spreadsheet import cell
from pages import plain
from staff import visit

pytestmark = pytest.mark.usefixtures("db")
OLD, NEW = dt.date(2026, 10, 1), dt.date(2026, 10, 20)


def opened(by: Actor, day: dt.date, count: int) -> None:
    scopes.apply(by.scope)
    with on_the_clock(at(day, 9)):
        for number in range(count):
            open_case(
                by=by, kind="anomaly", title=f"检验数据雷同 {day:%m%d}-{number}", text="请核查", provision="5.5",
                origin="合成来源",
            )  # fmt: skip


def test_a_search_with_a_filter_shows_what_its_export_holds() -> None:
    city = officer(CITY)
    opened(city, OLD, 8)
    opened(city, NEW, 60)
    client, asked = visit(city), "?q=检验&until=2026-10-05"
    page = plain(client.get(reverse("cases-all") + asked))
    table = client.get(reverse("cases-export") + asked).content.decode("utf-8-sig")
    assert len(set(re.findall(r"检验数据雷同 1001-\d+", page))) == 8
    assert len(table.splitlines()) == 9
    assert "下一页" not in page


def test_pages_of_a_search_with_a_filter_leave_nothing_out_and_repeat_nothing() -> None:
    city = officer(CITY)
    for day in (OLD, NEW, OLD + dt.timedelta(days=40)):
        opened(city, day, 5)
    fitting = queries.board(city.scope, queries.Asked(until=NEW))
    scopes.apply(city.scope)
    below, met = None, []
    for _ in range(5):
        ids, below = searches.narrowed("雷同", fitting, below=below, limit=3, looked_at=1000)
        met += ids
        if below is None:
            break
    assert met == list(fitting.values_list("pk", flat=True))
    ids, below = searches.narrowed("雷同", fitting, below=None, limit=3, looked_at=1)
    assert (ids, below) == ([], Case.objects.order_by("-pk")[3].pk)


def test_a_search_that_stops_says_so_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    city = officer(CITY)
    opened(city, OLD, 2)
    opened(city, NEW, 60)
    monkeypatch.setattr(lists, "LOOKED_AT", 10)
    client = visit(city)
    page = client.get(reverse("cases-all") + "?q=检验&until=2026-10-05").content.decode()
    assert "继续向前查找" in page
    following = re.search(r'href="(\?[^"]*before=\d+[^"]*)">继续向前查找', page)
    assert following is not None
    assert "1001-0" in plain(client.get(reverse("cases-all") + following[1].replace("&amp;", "&")))


def test_approvals_that_wait_are_named_among_my_cases_and_found_by_the_same_words() -> None:
    people = crew()
    one = applied(people.applicant)
    client = visit(people.city_leader)
    page = client.get(reverse("cases")).content.decode()
    assert "另有 1 件审批等我办理" in plain(client.get(reverse("cases")))
    assert f'href="{reverse("approvals")}"' in page
    found = client.get(reverse("cases-all") + f"?q={one.number}").content.decode()
    way = re.search(r'href="([^"]*approvals[^"]*)">在审批中查找同样的字词', found)
    assert way is not None
    assert one.number in plain(client.get(way[1].replace("&amp;", "&")))


@pytest.mark.clause("15.2")
def test_a_request_for_data_is_opened_on_the_page_and_kept_by_its_first_receiver() -> None:
    city, office = visit(officer(CITY)), visit(officer(OFFICE))
    sent = city.post(
        reverse("case-new") + "?kind=maintenance",
        {
            "kind": "maintenance", "title": "更正车辆使用性质", "text": "请更正吉A12345的使用性质",
            "provision": "15.2", "severity": "general", "handler": agencies.capacity(OFFICE).pk,
        },
    )  # fmt: skip
    assert sent.status_code == 302
    case = Case.objects.get(kind="maintenance")
    assert case.locked
    for verb in (Verb.REFUSE, Verb.TRANSFER):
        assert f"act-{verb.value}" not in office.get(reverse("case", args=[case.pk])).content.decode()
    answer = office.post(
        reverse("case-act", args=[case.pk, "refuse"]), {"version": case.version, "text": "不归本单位管"}
    )
    assert answer.status_code == 422
    assert "首接单位不得退回或转办" in plain(answer, 422)


@pytest.mark.parametrize("formula", ["=1+1", "＝1+1", "﹦1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula_whatever_the_width_of_its_sign(formula: str) -> None:
    assert cell(formula) == f"'{formula}"
    assert cell("第1=2项") == "第1=2项"
