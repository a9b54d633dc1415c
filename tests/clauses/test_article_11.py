"""Article 11: what a city owes for its audio and video network."""

import pytest

from builders import CITY, bearers, register, states
from jianguan.backbone.registrations.models import RegistrationKind

pytestmark = [pytest.mark.usefixtures("day"), pytest.mark.xdist_group("article-11")]


@pytest.mark.clause("11")
def test_clause_11_a_centre_or_post_stands_and_its_duties_are_set_by_each_city() -> None:
    assert states("11", CITY) == {"11-centre": "未履行", "11-duty-chart": "未履行"}
    register(CITY, RegistrationKind.ESTABLISHMENT)
    assert states("11", CITY) == {"11-centre": "已履行", "11-duty-chart": "未履行"}
    register(CITY, RegistrationKind.DUTY_CHART)
    assert states("11", CITY) == {"11-centre": "已履行", "11-duty-chart": "已履行"}
    assert {"meihekou@CITY", "gongzhuling@CITY"} <= bearers("11-centre")
