"""Decisions on rules against the database: who may decide what, and nothing is loosened."""

import datetime as dt
from typing import Any

import pytest

import builders
from builders import CITY, COUNTY, OFFICE, PROVINCE, leader
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.rules import queries
from jianguan.backbone.rules.actions import adopt_cadence, change_calendar_day, change_parameter, withdraw_cadence
from jianguan.backbone.rules.models import CadenceAdoption, Norm, ParameterValue
from jianguan.backbone.rules.rules import NotCompetent, NotDecidable, TooLoose
from staff import employ

SINCE = dt.date(2026, 7, 1)
SOFT = "6.2-access"
REASON = "合成的决定"


@pytest.fixture(autouse=True)
def system(db: Any) -> None:
    builders.see_everything()


def adopt(capacity: str, norm: str = SOFT, cadence: str = "monthly", times: int = 1, since: dt.date = SINCE) -> None:
    adopt_cadence(
        by=leader(capacity), norm_key=norm, cadence=cadence, times=times, valid_from=since, reason=REASON
    )  # fmt: skip


def test_a_lower_level_adopts_only_what_is_at_least_as_strict() -> None:
    adopt(PROVINCE)
    with pytest.raises(TooLoose, match="上级已采纳每月1次"):
        adopt(CITY, cadence="quarterly")
    adopt(CITY, cadence="weekly")
    found = queries.cadence(SOFT, agencies.capacity(OFFICE).pk, SINCE)
    assert found is not None
    assert found.cadence == "weekly"


def test_who_neither_bears_nor_oversees_a_norm_may_not_decide_its_cadence() -> None:
    with pytest.raises(NotCompetent, match="既不承担"):
        adopt(COUNTY)
    assert not CadenceAdoption.objects.exists()


@pytest.mark.parametrize(
    ("norm", "cadence", "times", "since"),
    [
        ("6.4-pre-exam", "weekly", 1, SINCE),
        ("no-such-norm", "weekly", 1, SINCE),
        (SOFT, "event", 1, SINCE),
        (SOFT, "monthly", 0, SINCE),
        (SOFT, "monthly", 1, dt.date(2020, 3, 18)),
    ],
)
def test_what_cannot_be_adopted_is_refused(norm: str, cadence: str, times: int, since: dt.date) -> None:
    with pytest.raises(NotDecidable):
        adopt(PROVINCE, norm, cadence, times, since)
    assert not CadenceAdoption.objects.exists()


def test_only_what_was_adopted_can_be_withdrawn() -> None:
    with pytest.raises(NotDecidable, match="没有已采纳的周期"):
        withdraw_cadence(by=leader(PROVINCE), norm_key=SOFT, valid_from=SINCE, reason=REASON)


def change(capacity: str, key: str, value: int | str | None) -> ParameterValue:
    return change_parameter(by=leader(capacity), key=key, value=value, valid_from=SINCE, reason=REASON)


def test_a_number_of_the_text_is_never_loosened_or_ended() -> None:
    for capacity in (PROVINCE, CITY):
        with pytest.raises(TooLoose, match="条文规定为 5"):
            change(capacity, "6.6.ratio", 4)
    with pytest.raises(TooLoose, match="不能终止"):
        change(PROVINCE, "6.6.ratio", None)


def test_a_lower_level_may_only_be_stricter_than_its_superior() -> None:
    change(PROVINCE, "6.6.ratio", 8)
    with pytest.raises(TooLoose, match="上级规定"):
        change(CITY, "6.6.ratio", 7)
    change(CITY, "6.6.ratio", 10)
    office, city = agencies.capacity(OFFICE).pk, agencies.capacity("siping@CITY").pk
    found = [queries.parameter_value("6.6.ratio", one, SINCE) for one in (office, city)]
    assert [one.value for one in found if one] == ["10", "8"]


def test_only_a_leader_decides_and_only_the_province_keeps_the_calendar() -> None:
    with pytest.raises(NotAllowed):
        change_parameter(
            by=builders.officer(CITY), key="6.6.ratio", value=9, valid_from=SINCE, reason=REASON
        )  # fmt: skip
    asked = {"day": SINCE, "is_workday": False, "name": "合成", "reason": REASON}
    with pytest.raises(NotDecidable, match="通知"):
        change_calendar_day(by=employ(PROVINCE, "legal-officer"), source=" ", **asked)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        change_calendar_day(by=leader(CITY), source="合成的通知", **asked)  # type: ignore[arg-type]


def test_gaps_name_a_norm_without_bearer_and_a_quota_without_population_or_number() -> None:
    before = {(gap.kind, gap.key) for gap in queries.gaps(SINCE)}
    Norm.objects.filter(key="6.6-exam").update(population="", quota_parameter="6.7.ratio")
    Norm.objects.filter(key="6.6-body-camera").update(quota_parameter="no-such-parameter")
    Norm.objects.filter(key="6.4-log").update(bearer="NOBODY")
    found = {(gap.kind, gap.key) for gap in queries.gaps(SINCE)} - before
    assert found == {("population", "6.6-exam"), ("number", "6.6-body-camera"), ("bearer", "6.4-log")}
