"""Article 10: what the province owes for its audio and video network."""

import pytest

from builders import DAY, PROVINCE, at, bearers, check, judged, states

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-10")]

ADOPTED = {"10.3-open-visit": "quarterly"}


@pytest.mark.clause("10.1")
def test_clause_10_1_analysis_has_no_cadence_and_warnings_wait_for_their_records() -> None:
    assert states("10.1", PROVINCE) == {
        "10.1-analysis": "未定期限",
        "10.1-warning": "不可证",
        "10.1-key-target": "不可证",
    }


@pytest.mark.clause("10.2")
def test_clause_10_2_the_daily_draw_by_area_is_owed_every_day_and_waits_for_its_records() -> None:
    row = judged("10.2-inspection-agency", PROVINCE, as_of=at(DAY, 12))
    assert (row.state, row.period, row.required) == ("不可证", DAY.isoformat(), 1)
    assert set(states("10.2", PROVINCE).values()) == {"不可证"}


@pytest.mark.clause("10.3")
def test_clause_10_3_an_open_visit_meets_the_adopted_quarter() -> None:
    assert judged("10.3-open-visit", PROVINCE, as_of=at(DAY, 12)).state == "待履行"
    check(PROVINCE, "open-visit")
    row = judged("10.3-open-visit", PROVINCE)
    assert (row.state, row.period) == ("已履行", "2026-Q1")
    assert judged("10.3-covert", PROVINCE).state == "未定期限"


@pytest.mark.clause("10.4")
def test_clause_10_4_notices_of_violations_cannot_be_proven_without_their_records() -> None:
    assert bearers("10.4-notify") == {PROVINCE}
    assert states("10.4", PROVINCE) == {"10.4-notify": "不可证"}


@pytest.mark.clause("10.5")
def test_clause_10_5_supervising_the_levels_cannot_be_proven_without_cases() -> None:
    row = judged("10.5-supervise", PROVINCE)
    assert (row.state, row.period) == ("不可证", "2026-03")
