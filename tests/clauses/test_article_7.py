"""Article 7: what the province owes for the order of the roads."""

import pytest

from builders import PROVINCE, bearers, check, judged, states

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-7")]

ADOPTED = {"7.1-monitor": "weekly"}


@pytest.mark.clause("7.1")
def test_clause_7_1_monitoring_key_vehicles_meets_the_adopted_week() -> None:
    assert judged("7.1-monitor", PROVINCE).state == "未履行"
    check(PROVINCE, "key-vehicle-monitoring")
    row = judged("7.1-monitor", PROVINCE)
    assert (row.state, row.period) == ("已履行", "2026-W11")
    assert judged("7.1-guide", PROVINCE).state == "未定期限"


@pytest.mark.clause("7.2")
def test_clause_7_2_approving_routes_is_the_provinces_and_cannot_be_proven_without_cases() -> None:
    assert bearers("7.2-approve") == bearers("7.2-notify") == {PROVINCE}
    assert states("7.2", PROVINCE) == {"7.2-approve": "不可证", "7.2-notify": "不可证"}
