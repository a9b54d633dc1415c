"""Article 8: what a city owes for the order of the roads."""

import pytest

from builders import ACTING_CITY, CITY, PROVINCE, bearers, check, judged, states

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-8")]

ADOPTED = {"8.2-check": "monthly"}


@pytest.mark.clause("8.1")
def test_clause_8_1_approval_notice_and_filing_of_toxic_routes_wait_for_their_records() -> None:
    assert states("8.1", CITY) == {"8.1-approve": "不可证", "8.1-notify": "不可证", "8.1-filing": "不可证"}
    assert states("8.1", PROVINCE) == {"8.1-filing-received": "不可证"}


@pytest.mark.clause("8.1")
def test_clause_8_1_the_province_acting_as_city_owes_the_notice_to_counties_but_no_filing_to_itself() -> None:
    assert ACTING_CITY in bearers("8.1-notify")
    assert ACTING_CITY not in bearers("8.1-filing")


@pytest.mark.clause("8.2")
def test_clause_8_2_checking_road_works_meets_the_adopted_month_of_each_city_by_itself() -> None:
    check(CITY, "road-work")
    assert states("8.2", CITY) == {"8.2-check": "已履行", "8.2-divert": "未定期限"}
    assert judged("8.2-check", "yanbian@CITY").state == "未履行"
