"""Article 14: what the province and its technology department owe for information systems."""

import pytest

from builders import PROVINCE, check, judged, register, states
from jianguan.backbone.registrations.models import RegistrationKind

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-14")]

ADOPTED = {"14.1-access-review": "monthly", "14.2-maintenance": "weekly"}
DEPARTMENT = "jilin-technology@TECHNOLOGY"


@pytest.mark.clause("14.1")
def test_clause_14_1_what_the_technology_department_registers_proves_the_duty_of_the_province() -> None:
    register(DEPARTMENT, RegistrationKind.RESPONSIBILITY_LETTER)
    register(DEPARTMENT, RegistrationKind.CONFIDENTIALITY_AGREEMENT, partner="合成的合作公司")
    check(PROVINCE, "access-review")
    found = states("14.1", PROVINCE)
    assert found["14.1-responsibility-letter"] == "已履行"
    assert found["14.1-confidentiality"] == "已履行"
    assert found["14.1-access-review"] == "已履行"


@pytest.mark.clause("14.1")
def test_clause_14_1_a_letter_that_nobody_signed_is_missed() -> None:
    assert judged("14.1-responsibility-letter", PROVINCE).state == "未履行"


@pytest.mark.clause("14.2")
def test_clause_14_2_maintenance_meets_the_adopted_week_and_requests_wait_for_their_records() -> None:
    check(PROVINCE, "database-maintenance")
    assert states("14.2", PROVINCE) == {
        "14.2-maintenance": "已履行",
        "14.2-guidance": "未定期限",
        "14.2-request": "不可证",
    }


@pytest.mark.clause("14.3")
def test_clause_14_3_data_changes_cannot_be_proven_without_their_forms() -> None:
    assert states("14.3", PROVINCE) == {"14.3-handle": "不可证", "14.3-approval": "不可证"}


@pytest.mark.clause("14.4")
def test_clause_14_4_data_queries_cannot_be_proven_without_their_forms() -> None:
    assert states("14.4", PROVINCE) == {
        "14.4-approval": "不可证",
        "14.4-execute": "未定期限",
        "14.4-handover": "不可证",
    }
