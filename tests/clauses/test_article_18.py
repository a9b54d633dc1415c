"""Article 18: forest and railway police carry the rules out by reference and stand outside the tree."""

import datetime as dt

import pytest

from jianguan.backbone.agencies import queries
from jianguan.backbone.agencies.models import Capacity

pytestmark = [pytest.mark.clause("18"), pytest.mark.usefixtures("db")]

TODAY = dt.date(2026, 11, 23)


def test_forest_and_five_railway_offices_stand_outside_the_tree() -> None:
    outside = Capacity.objects.filter(level="REFERENCE")
    assert sorted(one.agency.kind for one in outside) == ["forest", *["railway"] * 5]
    for one in outside:
        with pytest.raises(queries.NoSuperior):
            queries.superior(one.pk, TODAY)
    province = queries.subtree(queries.capacity("jilin@PROVINCE").pk, TODAY)
    assert province.isdisjoint(outside.values_list("pk", flat=True))


@pytest.mark.parametrize("level", ["PROVINCE", "CITY", "COUNTY", "VEHICLE_OFFICE", "TECHNOLOGY"])
def test_they_bear_no_norm_of_the_territorial_levels(level: str) -> None:
    outside = set(Capacity.objects.filter(level="REFERENCE").values_list("pk", flat=True))
    assert outside.isdisjoint(queries.bearer_ids(level, "COUNTY", TODAY))
