"""Nonsense in addresses and forms: an answer that says so, never an error."""

from typing import Any

import pytest
from django.test import Client

import builders
from pages import text
from staff import employ, visit

pytestmark = pytest.mark.usefixtures("db")

HUGE = "9" * 30
LONG = "9" * 5000
SIGNED = {"reason": "省厅会议决定", "confirm": "on"}


@pytest.fixture
def officer(db: Any) -> Client:
    return visit(builders.officer(builders.PROVINCE))


@pytest.mark.parametrize(
    "address",
    [
        "/agencies/?start=²",
        "/checks/?date=0001-01-01",
        "/checks/?start=²",
        "/checks/history/?before=2026-01-01T00:00:00%2B08:00_²",
        f"/checks/history/?before=2026-01-01T00:00:00%2B08:00_{LONG}",
        "/checks/history/?day=0001-01-01",
        "/checks/history/?site=²",
        f"/checks/history/?site={HUGE}",
        "/norms/?before=²",
        f"/norms/?before={HUGE}",
        f"/norms/chase/?start={HUGE}",
        f"/people/?capacity={LONG}",
        f"/people/posts/?capacity={LONG}",
        f"/people/posts/?after={HUGE}",
        "/proof/5.3/changchun@CITY/?date=9999-12-31",
        "/provisions/?date=9999-12-31",
        "/provisions/?date=9999-12-31&period=week",
        "/provisions/?date=9999-12-31&period=month",
        "/provisions/?date=9999-12-31&to=9999-12-31&period=span",
        "/provisions/?date=1900-01-01",
        "/provisions/?date=9999-99-99",
        "/provisions/text/?start=²",
        "/registrations/?before=²",
        "/registrations/gaps/?start=²",
        f"/rosters/?capacity={LONG}",
        "/rosters/?date=0001-01-01",
        "/rosters/?date=9999-12-31",
        "/rules/cadences/?start=²",
        "/rules/calendar/?year=²²²²",
    ],
)
def test_numbers_and_days_that_are_none_are_passed_over(officer: Client, address: str) -> None:
    text(officer.get(address))


def test_a_search_to_the_end_of_time_is_answered() -> None:
    auditor = visit(employ(builders.PROVINCE, "audit-admin"))
    text(auditor.get("/audit/?to=9999-12-31"))
    assert auditor.get("/audit/export.csv?from=0001-01-01&to=9999-12-31").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/people/?q=%00", "/people/?%00=a", "/norms/?kind=%00", "/capacities/%00/", "/provisions/%00/", "/login?next=%00"],
)
def test_a_nul_character_in_an_address_is_a_bad_request(officer: Client, address: str) -> None:
    assert "没有保存任何内容" in text(officer.get(address), status=400)


def test_a_nul_character_in_a_form_is_a_bad_request() -> None:
    leader = visit(builders.leader(builders.PROVINCE))
    asked = SIGNED | {"value": "8", "valid_from": "2026-12-31", "number": "\0"}
    text(leader.post("/rules/parameters/6.6.ratio/", asked), status=400)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1949-09-30", "2100-01-01"])
def test_nothing_is_decided_issued_or_planned_for_a_day_that_nobody_means(day: str) -> None:
    leader = visit(builders.leader(builders.PROVINCE))
    text(leader.post("/rules/parameters/6.6.ratio/", SIGNED | {"value": "8", "valid_from": day}), status=422)
    adopted = SIGNED | {"cadence": "yearly", "times": "1", "valid_from": day}
    text(leader.post("/rules/cadences/4.4-guidance/", adopted), status=422)
    norm = {"kind": "norm", "title": "规范", "body": "正文", "in_force_from": day, "levels": "CITY"}
    text(leader.post("/norms/new/", norm), status=422)
    registered = {"kind": "establishment", "title": "机构", "valid_from": "2026-11-02", "valid_to": day}
    text(visit(builders.officer(builders.PROVINCE)).post("/registrations/new/", registered), status=422)


@pytest.mark.parametrize("value", ["²", "٨", "8²", "８", "-1", "1e1", "8.0"])
def test_a_parameter_is_written_in_plain_digits(value: str) -> None:
    leader = visit(builders.leader(builders.PROVINCE))
    asked = SIGNED | {"value": value, "valid_from": "2026-12-31"}
    assert "整数" in text(leader.post("/rules/parameters/6.6.ratio/", asked), status=422)


def test_more_text_than_a_form_may_carry_is_called_too_long_with_what_to_do(officer: Client) -> None:
    page = text(officer.post("/cases/new/", {"text": "长" * 1_200_000}), status=413)
    assert "内容过长" in page
    assert "超过 2.5 MB，没有保存任何内容" in page
