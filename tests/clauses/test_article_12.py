"""Article 12: what the province owes for education."""

import pytest

from builders import PROVINCE, check, issue, judged, register, states
from jianguan.backbone.documents.models import DocumentKind
from jianguan.backbone.registrations.models import RegistrationKind
from noticing import notify, owe_notice

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-12")]

ADOPTED = {"12.1-data-pull": "quarterly"}


@pytest.mark.clause("12.1")
def test_clause_12_1_mechanism_and_platform_stand_and_data_are_pulled_in_the_adopted_quarter() -> None:
    issue(PROVINCE, DocumentKind.EDUCATION_MECHANISM, "12.1")
    register(PROVINCE, RegistrationKind.INFORMATION_PLATFORM)
    check(PROVINCE, "education-data")
    found = states("12.1", PROVINCE)
    assert {found.pop(norm) for norm in ("12.1-mechanism", "12.1-platform", "12.1-data-pull")} == {"已履行"}
    assert found == {"12.1-venue": "未定期限", "12.1-bulletin": "未定期限", "12.1-check": "未定期限"}


@pytest.mark.clause("12.1")
def test_clause_12_1_the_mechanism_is_missed_on_a_day_before_it_came_into_force() -> None:
    assert judged("12.1-mechanism", PROVINCE).state == "未履行"


@pytest.mark.clause("12.2")
def test_clause_12_2_exposure_has_no_cadence_and_an_ordered_interview_is_ordered_in_time() -> None:
    owe_notice(PROVINCE, DocumentKind.INTERVIEW_ORDER, "12.2", "finding/1")
    data = {"unit": "某企业", "reason": "未培训。", "last_day": "4月1日"}
    notify(PROVINCE, DocumentKind.INTERVIEW_ORDER, data, "finding/1")
    assert states("12.2", PROVINCE) == {
        "12.2-analysis": "未定期限",
        "12.2-exposure": "未定期限",
        "12.2-interview": "已履行",
    }
