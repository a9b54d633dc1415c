"""Article 5: what a city owes for vehicles and drivers."""

import pytest

import campaigning
from builders import (
    ACTING_CITY,
    CITY,
    DAY,
    OFFICE,
    at,
    bearers,
    check,
    freeze,
    judged,
    officer,
    on_the_clock,
    register,
    review,
    states,
)
from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.campaigns.inspections import take_up
from jianguan.backbone.people.models import Appointment
from jianguan.backbone.people.rosters import enter_roster
from jianguan.backbone.registrations.models import RegistrationKind

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-5")]

ADOPTED = {"5.2-office": "monthly", "5.6-archive": "monthly"}
CITIES = 12


@pytest.mark.clause("5.1")
def test_clause_5_1_the_city_centre_stands_and_the_province_acting_as_city_owes_none() -> None:
    register(CITY, RegistrationKind.ESTABLISHMENT)
    assert states("5.1", CITY) == {"5.1-establishment": "已履行", "5.1-full-time-post": "未履行"}
    assert judged("5.1-establishment", "siping@CITY").state == "未履行"
    assert len(bearers("5.1-establishment")) == CITIES
    assert ACTING_CITY not in bearers("5.1-establishment")


@pytest.mark.clause("5.2")
def test_clause_5_2_a_check_of_the_vehicle_office_meets_the_adopted_month() -> None:
    check(CITY, "vehicle-office")
    assert states("5.2", CITY) == {"5.2-office": "已履行", "5.2-venues": "未定期限"}
    assert judged("5.2-office", "siping@CITY").state == "未履行"


@pytest.mark.clause("5.3")
def test_clause_5_3_a_day_with_a_roster_is_a_day_with_a_mechanism() -> None:
    register(CITY, RegistrationKind.DUTY_CHART)
    with on_the_clock(at(DAY, 7)):
        by = officer(CITY)
        enter_roster(by=by, appointment=Appointment.objects.get(pk=by.appointment_id), day=DAY)
    assert states("5.3", CITY) == {"5.3-duty-chart": "已履行", "5.3-work-rule": "未履行", "5.3-roster": "已履行"}


@pytest.mark.clause("5.4")
def test_clause_5_4_the_link_is_registered_while_coverage_waits_for_the_camera_register() -> None:
    register(CITY, RegistrationKind.FEED_LINK)
    assert states("5.4", CITY) == {"5.4-network": "不可证", "5.4-feed": "已履行"}


@pytest.mark.clause("5.5")
def test_clause_5_5_warnings_cannot_be_proven_and_notices_have_no_cadence() -> None:
    assert states("5.5", CITY) == {"5.5-anomaly": "不可证", "5.5-notify": "未定期限"}


@pytest.mark.clause("5.6")
def test_clause_5_6_without_an_adopted_percentage_no_number_of_archives_is_enough() -> None:
    review(freeze(CITY, "archive", 100), 3)
    row = judged("5.6-archive", CITY)
    assert (row.state, row.required) == ("不可证", None)
    assert "5.6.ratio" in row.reason
    assert judged("5.6-focus", CITY).state == "未定期限"


@pytest.mark.clause("5.7")
def test_clause_5_7_verification_and_rectification_cannot_be_proven_without_cases() -> None:
    assert states("5.7", CITY) == {"5.7-verify": "不可证", "5.7-rectify": "不可证"}


@pytest.mark.clause("5.8")
def test_clause_5_8_complaints_against_a_city_cannot_be_proven_without_cases() -> None:
    assert states("5.8", CITY) == {"5.8-investigate": "不可证", "5.8-rectify": "不可证"}


@pytest.mark.clause("5.2")
def test_clause_5_2_an_inspection_of_the_office_handed_in_from_the_phone_meets_the_month_with_proof() -> None:
    with on_the_clock(at(DAY, 9)):
        by = officer(CITY)
        inspection = take_up(by=by, kind="vehicle-office", checked=agencies.capacity(OFFICE))
        form = campaigning.handed_in(by, inspection, ratio="查验区当日只抽了一成")
    row = judged("5.2-office", CITY)
    assert (row.state, row.done) == ("已履行", 1)
    assert row.proof["records"] == [f"check/{form.check_record_id}"]
