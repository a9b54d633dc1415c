"""Provisions × agencies (条款履职), a provision's page, and the proof behind every cell."""

import csv
import io

import pytest
import time_machine

import builders
from jianguan.web.provisions.marking import pieces
from jianguan.web.spreadsheet import cell
from pages import FRAME, LEDGER, OWN, plain, statements, text
from staff import employ, visit

pytestmark = pytest.mark.usefixtures("day")
WHEN = f"date={builders.DAY}"


@pytest.fixture
def day(db: object) -> object:
    """The day's tasks are open; the office had 212 exams and reviewed nine; it is long past."""
    builders.see_everything()
    builders.open_day()
    builders.review(builders.freeze(builders.OFFICE, "exam-av", 212), 9)
    with time_machine.travel(builders.AFTER, tick=False):
        yield


def test_the_heat_map_shows_the_worst_state_of_every_direct_subordinate_and_opens_the_proof() -> None:
    client = visit(builders.officer(builders.CITY))
    page = text(client.get(f"/provisions/?{WHEN}"))
    assert "长春车管所" in page
    assert f"/proof/6.6/{builders.OFFICE}/?period=day&amp;{WHEN}" in page
    assert "南关" in page
    assert f"/capacities/{builders.PROVINCE}/" not in page


def test_filters_narrow_the_map_and_what_matches_nothing_says_what_would_fill_it() -> None:
    client = visit(builders.officer(builders.CITY))
    short = text(client.get(f"/provisions/?{WHEN}&state=不足"))
    assert "/provisions/6.6/" in short
    assert "/provisions/6.4/" not in short
    assert "没有符合条件的格子" in text(client.get(f"/provisions/?{WHEN}&q=没有这样的词"))
    offices = text(client.get(f"/provisions/?{WHEN}&level=VEHICLE_OFFICE"))
    assert "/provisions/5.1/" not in offices


def test_a_cell_proves_itself_from_the_figure_to_the_records() -> None:
    client = visit(builders.officer(builders.PROVINCE))
    proof = client.get(f"/proof/6.6-exam/{builders.OFFICE}/{builders.DAY}/", headers={"HX-Request": "true"})
    words = plain(proof)
    assert "<html" not in text(proof)
    assert "9 / 11" in words
    assert "应抽11件，已审9件，缺2件" in words
    assert "抽查比例 5%，自 2020-03-19 起" in words
    assert "212 件" in words
    assert words.count("提交复核结论") == 9
    assert "履职证明" in text(client.get(f"/proof/6.6-exam/{builders.OFFICE}/{builders.DAY}/"))
    assert "考试音视频档案抽查" in plain(client.get(f"/proof/6.6/{builders.OFFICE}/?{WHEN}"))


@pytest.mark.parametrize(
    "path",
    [
        "/proof/6.6-exam/jilin-city-office@VEHICLE_OFFICE/2026-03-10/",
        "/proof/6.6/jilin-city-office@VEHICLE_OFFICE/?date=2026-03-10",
        "/proof/6.6-exam/changchun-office@VEHICLE_OFFICE/nonsense/",
        "/proof/6.6-exam/changchun-office@VEHICLE_OFFICE/2019-01-01/",
        "/proof/nothing/changchun-office@VEHICLE_OFFICE/2026-03-10/",
        "/provisions/99.9/",
    ],
)
def test_what_is_out_of_scope_or_does_not_exist_is_not_found(path: str) -> None:
    text(visit(builders.officer(builders.CITY)).get(path), status=404)


def test_administrators_are_refused() -> None:
    text(visit(employ("jilin@PROVINCE", "system-admin")).get("/provisions/"), status=403)


@pytest.mark.parametrize(
    "query", ["period=week", "period=month", "period=span&to=2026-03-12", "period=x&date=y", "date=1999-01-01"]
)
def test_any_period_can_be_asked_for(query: str) -> None:
    client = visit(builders.officer(builders.OFFICE))
    base = "" if "date" in query else f"{WHEN}&"
    assert "条款履职" in text(client.get(f"/provisions/?{base}{query}"))


def test_the_rows_and_their_download_agree_and_carry_no_formula() -> None:
    client = visit(builders.officer(builders.CITY))
    page = plain(client.get(f"/provisions/rows/?{WHEN}&state=不足&level=all"))
    assert "共 1 行" in page
    export = client.get(f"/provisions/export.csv?{WHEN}&state=不足&level=all").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(export)))
    assert [row[1] for row in rows[1:]] == ["6.6-exam"]
    assert cell("=1+1") == "'=1+1"
    assert cell("@cmd") == "'@cmd"
    assert cell("梅河口@COUNTY") == "梅河口@COUNTY"


def test_a_provision_shows_its_text_unaltered_with_its_defects_marked() -> None:
    client = visit(builders.officer(builders.CITY))
    page = text(client.get("/provisions/6.7/"))
    assert "<mark>相关细心</mark>" in page
    assert "“细心”疑为“信息”" in page
    assert "每日" in page
    marked = pieces("甲乙丙丁", ["乙丙", "丙", "戊"])
    assert "".join(piece.text for piece in marked) == "甲乙丙丁"
    assert [piece.defects for piece in marked] == [(), (1,), (1, 2), ()]


@pytest.mark.clause("7.2")
def test_the_mismatch_of_7_2_and_8_1_is_said_on_both_pages() -> None:
    client = visit(builders.officer(builders.PROVINCE))
    for item, quote in (("7.2", "危险化学品"), ("8.1", "剧毒化学品")):
        page = text(client.get(f"/provisions/{item}/"))
        assert "范围不一" in page
        assert f"<mark>{quote}</mark>" in page


def test_a_provision_names_its_bearers_in_scope_and_how_each_does() -> None:
    with time_machine.travel(builders.at(builders.DAY, 22), tick=False):
        page = plain(visit(builders.officer(builders.CITY)).get("/provisions/6.6/"))
    assert "长春车管所 车管所" in page
    assert "考试音视频和记录仪每日抽查比例" in page
    assert "5%" in page
    assert "吉林市车管所" not in page


def test_an_article_with_items_leads_to_its_items() -> None:
    page = text(visit(builders.officer(builders.CITY)).get("/provisions/8/", follow=True))
    assert "/provisions/8.1/" in page
    assert "/provisions/6.1/" not in page


def test_the_whole_province_in_one_map_needs_a_bounded_number_of_statements() -> None:
    client = visit(builders.officer(builders.PROVINCE))
    path = f"/provisions/?{WHEN}&level=all"
    assert statements(client, path) <= FRAME + LEDGER + OWN
    assert "长春车管所" in text(client.get(path))
