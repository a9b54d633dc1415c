"""Records whose place nobody registered are in no population: the province hears of them until somebody answers."""

from collections.abc import Callable

import pytest

from builders import DAY, OFFICE, PROVINCE, at, on_the_clock, place
from draws_world import frozen
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.draws.freezing import freeze_due

Exams = Callable[..., None]


@pytest.mark.usefixtures("system")
def test_records_of_an_unregistered_place_are_told_to_the_province_once_until_the_place_is_registered(
    exams: Exams,
) -> None:
    exams(20)
    exams(5, first=21, capacity="")
    exams(2, first=31, capacity="changchun@CITY")
    assert frozen().size == 20
    freeze_again(18, 10)
    alert = Alert.objects.get(kind="records-unowned")
    assert (alert.capacity.key, alert.day) == (PROVINCE, DAY)
    assert alert.text == f"{DAY} 考试音视频档案有7件记录查不到应抽查的单位，未列入任何抽查总体：K2（4件）、K1（3件）。"
    place(OFFICE, code="K1")
    place(OFFICE, code="K2")
    assert frozen(moment=at(DAY, 18, 20)).size == 5
    alert.refresh_from_db()
    assert not hasattr(alert, "settlement"), "two say that they are of a city, which draws no exams"


@pytest.mark.usefixtures("system")
def test_the_alert_is_settled_when_every_record_has_a_unit(exams: Exams) -> None:
    exams(4, capacity="")
    assert frozen().state == "empty"
    place(OFFICE, code="K1")
    place(OFFICE, code="K2")
    freeze_again(18, 10)
    assert frozen(moment=at(DAY, 18, 20)).size == 4
    assert Alert.objects.get(kind="records-unowned").settlement.text.startswith("各场所均已登记")


def freeze_again(hour: int, minute: int) -> None:
    """What the clock does every five minutes."""
    with on_the_clock(at(DAY, hour, minute)):
        freeze_due(at(DAY, hour, minute))
