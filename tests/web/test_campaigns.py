"""Campaigns on the page: organised, frozen, drawn, published; an attacker on the checked side finds nothing."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

import builders
import campaigning
from jianguan.backbone.campaigns import drawing
from jianguan.backbone.campaigns.models import Campaign, Publication
from jianguan.backbone.draws.models import Draw
from jianguan.backbone.work.models import Check
from jianguan.kit import clock
from pages import plain, text
from staff import employ, visit

NINE = builders.at(builders.DAY, 9)


@pytest.fixture(autouse=True)
def morning(db: object) -> Iterator[None]:
    builders.see_everything()
    with time_machine.travel(NINE, tick=False):
        yield


def asked(**given: object) -> dict[str, object]:
    """A form of a campaign."""
    return {
        "title": "检验机构专项检查",
        "purpose": "核查检验机构按标准检验",
        "kind": "open-visit",
        "provision": "10.3",
        "target_kind": "inspection_agency",
        "percent": "",
        "count": "2",
        "inspectors": "2",
        "first": builders.DAY.isoformat(),
        "last": (builders.DAY + dt.timedelta(days=5)).isoformat(),
        "embargo": "",
    } | given


def test_a_campaign_goes_from_the_form_to_the_published_results() -> None:
    campaigning.places(6)
    by, other = builders.officer(builders.PROVINCE), builders.officer(builders.PROVINCE)
    client, leader = visit(by), visit(builders.leader(builders.PROVINCE))
    campaigning.commit(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=1), tick=False):
        made = client.post("/campaigns/new/", asked(area=by.capacity_id))
        page = plain(client.get(made["Location"]))
        assert "6 个中抽 2 个" in page
        frozen = plain(client.post(f"{made['Location']}freeze/", follow=True))
        assert "已封存" in frozen
        assert "由平台自动抽取" in frozen
        assert client.post(f"{made['Location']}draw/").status_code == 404
    builders.see_everything()
    with time_machine.travel(NINE + dt.timedelta(minutes=2), tick=False):
        campaigning.reveal(builders.DAY)
    with time_machine.travel(NINE + dt.timedelta(minutes=3), tick=False):
        assert drawing.draw_due(clock.now()) == 1
        assert "可复算的文件" in plain(client.get(made["Location"]))
        assert client.get(f"{made['Location']}draw.txt").content.startswith(b"jianguan-draw")
        assert "还有2个" in plain(leader.post(f"{made['Location']}publish/", follow=True))
        builders.see_everything()
        for inspection in Campaign.objects.get().inspections.all():
            campaigning.handed_in(campaigning.lead(inspection), inspection, "closed")
        assert "结果已公布" in plain(leader.post(f"{made['Location']}publish/", follow=True))
        builders.see_everything()
        published = Publication.objects.get()
        anybody = visit(employ("siping@CITY", "centre-supervisor"))
        assert "停业或无人" in plain(anybody.get(f"/campaigns/published/{published.pk}/"))
        assert anybody.get(made["Location"]).status_code == 404
    assert other.capacity_id == by.capacity_id


@pytest.mark.parametrize(
    ("wrong", "why"), [({"purpose": "查"}, "目的"), ({"percent": "5"}, "只填一项"), ({"kind": "covert"}, "保密期")]
)
def test_a_form_that_does_not_hold_says_why(wrong: dict[str, str], why: str) -> None:
    by = builders.officer(builders.PROVINCE)
    assert why in plain(visit(by).post("/campaigns/new/", asked(area=by.capacity_id, **wrong)), 422)


def test_an_attacker_on_the_checked_side_finds_nothing_of_an_undercover_campaign() -> None:
    campaigning.places(3)
    by, _ = builders.officer(builders.PROVINCE), builders.officer(builders.PROVINCE)
    made = campaigning.drawn(by, campaigning.covert(count=3))
    with time_machine.travel(NINE + dt.timedelta(hours=1), tick=False):
        forms = [campaigning.handed_in(campaigning.lead(one), one, fees="搭车收费") for one in made]
    campaign, draw = Campaign.objects.get(), Draw.objects.get()
    photo = made[0].photos.get(role="inspector")
    insiders = [builders.officer(builders.OFFICE), builders.leader(builders.OFFICE), builders.officer(builders.CITY)]
    secrets = ("暗访行动", "搭车收费", draw.seed, photo.stored.sha256)
    for insider in insiders:
        client = visit(insider)
        for address in (
            "/",
            "/campaigns/",
            "/inspections/",
            "/inspections/?state=done",
            "/checks/history/",
            "/provisions/",
            "/alerts/",
            "/onsite/assigned.json",
        ):
            answer = client.get(address)
            if answer.status_code == 200:
                page = answer.content.decode()
                assert [one for one in secrets if one in page] == [], (address, insider.role)
        for address in (
            f"/campaigns/{campaign.pk}/",
            f"/campaigns/{campaign.pk}/draw.txt",
            f"/inspections/{made[0].pk}/",
            f"/inspections/pictures/{photo.pk}/",
            f"/checks/{forms[0].check_record_id}/",
        ):
            assert client.get(address).status_code == 404, (address, insider.role)
    builders.see_everything()
    assert Check.objects.filter(kind="covert").count() == 3
    assert "搭车收费" in text(visit(by).get(f"/inspections/{made[0].pk}/"))
