"""Article 9: what a county owes for the order of the roads."""

import pytest

from builders import ACTING_CITY, CITY, COUNTY, bearers, check, judged, states

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-9")]

ADOPTED = {"9.1-check": "monthly", "9.3-check": "monthly"}
CITIES_AND_THE_PROVINCE_ACTING = 13


@pytest.mark.clause("9.1")
def test_clause_9_1_school_buses_are_checked_while_copies_have_no_cadence() -> None:
    check(COUNTY, "school-bus")
    assert states("9.1", COUNTY) == {"9.1-check": "已履行", "9.1-violation": "不可证", "9.1-copy": "未定期限"}


@pytest.mark.clause("9.2")
def test_clause_9_2_routes_of_meihekou_are_approved_by_the_province_acting_as_city() -> None:
    assert len(bearers("9.2-approve")) == CITIES_AND_THE_PROVINCE_ACTING
    assert ACTING_CITY in bearers("9.2-approve")
    assert states("9.2", "meihekou@COUNTY") == {"9.2-route": "不可证", "9.2-filing": "不可证"}
    assert states("9.2", CITY) == {"9.2-approve": "不可证", "9.2-filing-received": "不可证"}


@pytest.mark.clause("9.3")
def test_clause_9_3_a_check_of_road_works_counts_for_the_county_that_made_it_only() -> None:
    check(COUNTY, "road-work")
    assert states("9.3", COUNTY) == {"9.3-check": "已履行", "9.3-divert": "未定期限"}
    assert judged("9.3-check", "meihekou@COUNTY").state == "未履行"
