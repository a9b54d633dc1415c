"""Article 17: 梅河口 and 公主岭 work as cities; for their county duties the province acts as the city."""

import datetime as dt
from typing import Any

import pytest

from jianguan.backbone.agencies import actions, queries, rules
from jianguan.backbone.agencies.models import Agency, Capacity
from jianguan.backbone.agencies.rules import Act, Bearing
from staff import employ

pytestmark = [pytest.mark.clause("17"), pytest.mark.usefixtures("db")]

TODAY = dt.date(2026, 11, 23)
ARTICLE_17 = ("meihekou", "gongzhuling")


def key_of(level: str, counterpart: str | None, on: dt.date = TODAY) -> set[str]:
    return set(Capacity.objects.filter(pk__in=queries.bearer_ids(level, counterpart, on)).values_list("key", flat=True))


@pytest.mark.parametrize("agency", ARTICLE_17)
def test_their_city_capacity_reports_to_the_province(agency: str) -> None:
    assert queries.superior(queries.capacity(f"{agency}@CITY").pk, TODAY).key == "jilin@PROVINCE"


@pytest.mark.parametrize("agency", ARTICLE_17)
def test_the_next_level_up_of_their_county_capacity_is_the_province_acting_as_city(agency: str) -> None:
    superior = queries.superior(queries.capacity(f"{agency}@COUNTY").pk, TODAY)
    assert (superior.key, superior.mode) == ("jilin@CITY", "acting")


@pytest.mark.clause("9.2")
def test_the_filing_over_5_tonnes_of_meihekou_goes_to_the_province_acting_as_city() -> None:
    county = queries.capacity("meihekou@COUNTY")
    parent = queries.administrative_parent_at(county.agency_id, TODAY)
    assert parent is not None
    assert parent.slug == "tonghua"
    assert queries.superior(county.pk, TODAY).title == "吉林省 市级（代行）"


def test_the_acting_city_exists_only_as_superior_of_the_two_county_capacities() -> None:
    acting = queries.capacity("jilin@CITY")
    below = queries.subtree(acting.pk, TODAY) - {acting.pk}
    assert set(Capacity.objects.filter(pk__in=below).values_list("key", flat=True)) == {
        "meihekou@COUNTY",
        "gongzhuling@COUNTY",
    }
    assert queries.superior(acting.pk, TODAY).key == "jilin@PROVINCE"


@pytest.mark.parametrize("counterpart", [None, "PROVINCE", "VEHICLE_OFFICE", "CITY"])
def test_a_city_norm_without_county_counterpart_binds_twelve_and_not_the_acting_city(counterpart: str | None) -> None:
    bound = key_of("CITY", counterpart)
    assert len(bound) == 12
    assert "jilin@CITY" not in bound
    assert {"meihekou@CITY", "gongzhuling@CITY", "changbaishan@CITY"} <= bound


def test_a_city_norm_toward_counties_binds_thirteen_with_the_acting_city() -> None:
    bound = key_of("CITY", "COUNTY")
    assert len(bound) == 13
    assert bound - key_of("CITY", None) == {"jilin@CITY"}


@pytest.mark.parametrize("level", ["PROVINCE", "CITY", "COUNTY", "VEHICLE_OFFICE", "TECHNOLOGY", "REFERENCE"])
@pytest.mark.parametrize("counterpart", [None, "PROVINCE", "CITY", "COUNTY", "VEHICLE_OFFICE"])
def test_the_rule_and_the_query_choose_the_same_bearers(level: str, counterpart: str | None) -> None:
    branches = queries.tree(TODAY)
    plain = [
        Bearing(
            key=branch.capacity.key,
            level=branch.capacity.level,
            mode=branch.capacity.mode,
            oversees=frozenset(one.capacity.level for one in branches if one.superior_id == branch.capacity.pk),
        )
        for branch in branches
    ]
    assert rules.bearers(level, counterpart, plain) == key_of(level, counterpart)


def test_the_move_of_gongzhuling_in_june_2020_changes_its_administrative_parent_and_code_and_nothing_else() -> None:
    agency = Agency.objects.get(slug="gongzhuling")
    before, after = dt.date(2020, 6, 18), dt.date(2020, 6, 19)
    parents = [queries.administrative_parent_at(agency.pk, day) for day in (before, after)]
    assert [parent and parent.slug for parent in parents] == ["siping", "changchun"]
    assert [queries.code_at(agency.pk, day) for day in (before, after)] == ["220381", "220184"]
    for level, superior in (("CITY", "jilin@PROVINCE"), ("COUNTY", "jilin@CITY")):
        capacity = queries.capacity(f"gongzhuling@{level}")
        assert {queries.superior(capacity.pk, day).key for day in (before, after, TODAY)} == {superior}
    assert key_of("CITY", "COUNTY", before) == key_of("CITY", "COUNTY", after)


def test_a_decision_moving_the_administration_leaves_oversight_alone() -> None:
    leader = employ("jilin@PROVINCE", "leader")
    agency, parent = Agency.objects.get(slug="meihekou"), Agency.objects.get(slug="changchun")
    day = dt.date(2027, 1, 1)
    overseen = queries.superior(queries.capacity("meihekou@COUNTY").pk, day)
    actions.move_administrative_parent(by=leader, agency=agency, parent=parent, on=day, basis="合成的划转决定")
    assert queries.administrative_parent_at(agency.pk, day) == parent
    assert queries.administrative_parent_at(agency.pk, day - dt.timedelta(days=1)) != parent
    assert queries.superior(queries.capacity("meihekou@COUNTY").pk, day) == overseen


def test_a_recorded_decision_ends_the_article_17_capacity_of_gongzhuling() -> None:
    leader = employ("jilin@PROVINCE", "leader")
    day = dt.date(2027, 1, 1)
    county = queries.capacity("gongzhuling@COUNTY")
    actions.transfer(
        by=leader, capacity=county, superior=queries.capacity("changchun@CITY"), on=day, basis="合成的移交决定"
    )
    for office in ("gongzhuling-office@VEHICLE_OFFICE", "gongzhuling-technology@TECHNOLOGY"):
        actions.transfer(
            by=leader,
            capacity=queries.capacity(office),
            superior=queries.capacity("changchun@CITY"),
            on=day,
            basis="合成的移交决定",
        )
    actions.end_capacity(by=leader, capacity=queries.capacity("gongzhuling@CITY"), on=day, basis="合成的终止决定")
    assert queries.superior(county.pk, day).key == "changchun@CITY"
    assert queries.superior(county.pk, day - dt.timedelta(days=1)).key == "jilin@CITY"
    assert len(key_of("CITY", None, day)) == 11
    assert len(key_of("CITY", None, day - dt.timedelta(days=1))) == 12


def test_nobody_reviews_in_a_superior_capacity_what_he_did_in_a_lower_one() -> None:
    county = queries.capacity("meihekou@COUNTY").pk
    acting, province = queries.capacity("jilin@CITY").pk, queries.capacity("jilin@PROVINCE").pk
    person, colleague = 7, 8
    assert rules.may_review(person, acting, [Act(person, county)]) == "不得以另一履职身份复核本人办理的事项"
    assert rules.may_review(person, province, [Act(colleague, county), Act(person, acting)]) is not None
    assert rules.may_review(person, county, [Act(person, county)]) == "不得复核本人办理的事项"
    assert rules.may_review(person, province, [Act(colleague, county)]) is None


def test_one_person_acts_in_two_capacities_one_at_a_time(in_scope: Any) -> None:
    city = employ("meihekou@CITY", "centre-supervisor")
    county = employ("meihekou@COUNTY", "brigade-officer", person_id=city.person_id)
    assert city.person_id == county.person_id
    assert city.capacity_id not in county.scope
    assert county.capacity_id not in city.scope, "the county capacity is supervised by the province, not by the city"
