"""Agencies (机构): the tree of supervision, an agency through time, article 17 said plainly, a capacity's ledger."""

import pytest
import time_machine

import builders
from pages import FRAME, LEDGER, OWN, plain, statements, text
from staff import employ, visit

pytestmark = pytest.mark.usefixtures("day")


@pytest.fixture
def day(db: object) -> object:
    """Ten o'clock of a day whose tasks are open."""
    builders.see_everything()
    builders.open_day()
    with time_machine.travel(builders.at(builders.DAY, 10), tick=False):
        yield


def test_the_tree_follows_supervision_and_holds_only_what_is_below() -> None:
    page = text(visit(builders.officer(builders.CITY)).get("/agencies/?depth=all"))
    assert builders.OFFICE in page
    assert "siping@CITY" not in page
    province = plain(visit(builders.officer(builders.PROVINCE)).get("/agencies/?q=公主岭"))
    assert "吉林省 市级（代行）" in province
    assert "长春" in province


@pytest.mark.clause("17")
def test_article_17_is_said_plainly() -> None:
    client = visit(builders.officer(builders.PROVINCE))
    moved = plain(client.get("/agencies/gongzhuling/"))
    assert "公主岭 县级的监管上级是吉林省 市级（代行）（第十七条）" in moved
    assert "不报给行政隶属的长春" in moved
    assert "220381" in moved
    assert "220184" in moved
    assert "四平市公安局交通警察支队" in moved
    assert "只对由其监管的县级身份承担市级职责" in plain(client.get("/agencies/jilin/"))


def test_posts_are_filled_or_vacant_and_names_are_masked() -> None:
    employ(builders.CITY, "leader", name="欧阳震华")
    page = plain(visit(builders.officer(builders.CITY)).get("/agencies/changchun/"))
    assert "欧阳**" in page
    assert "欧阳震华" not in page
    assert "今天的职责" in page


@pytest.mark.parametrize("path", ["/agencies/siping/", "/capacities/siping@CITY/", "/agencies/nowhere/"])
def test_other_agencies_are_not_found(path: str) -> None:
    text(visit(builders.officer(builders.CITY)).get(path), status=404)


def test_a_capacity_shows_its_ledger_a_year_of_one_norm_and_its_subordinates() -> None:
    client = visit(builders.officer(builders.CITY))
    page = plain(client.get(f"/capacities/{builders.CITY}/?norm=5.1-establishment"))
    assert "2026年 · " in page
    assert "12月" in page
    assert "长春车管所" in page
    narrowed = plain(client.get(f"/capacities/{builders.CITY}/?state=已履行"))
    assert "没有符合条件的职责" in narrowed


def test_the_pages_need_a_bounded_number_of_statements() -> None:
    client = visit(builders.officer(builders.PROVINCE))
    assert statements(client, "/agencies/?depth=all") <= FRAME + LEDGER + OWN
    assert statements(client, "/agencies/changchun/") <= FRAME + LEDGER + OWN
    assert statements(client, f"/capacities/{builders.CITY}/") <= FRAME + 2 * LEDGER + OWN
