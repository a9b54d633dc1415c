"""From facts to drawn records: frozen, seeded afterwards, drawn, and the same for everybody who draws again."""

from collections.abc import Callable

import pytest

from builders import DAY, at, on_the_clock
from draws_world import frozen, give_seed, reveal_all
from jianguan.backbone.draws.drawing import draw_day
from jianguan.backbone.draws.models import Draw, DrawItem

pytestmark = pytest.mark.usefixtures("system")
Exams = Callable[..., None]


def test_five_percent_of_212_sittings_are_eleven_records_with_what_is_known_of_them(exams: Exams) -> None:
    exams(212)
    shares = give_seed(DAY)
    population = frozen()
    assert (population.state, population.size, population.part) == ("counted", 212, 0)
    reveal_all(shares)
    with on_the_clock(at(DAY, 19)):
        assert draw_day(DAY, kinds={"exam-av"}).items == 11
        assert draw_day(DAY, kinds={"exam-av"}).items == 0, "safe to run again"
    draw = Draw.objects.get()
    items = list(DrawItem.objects.all())
    assert (draw.variant, draw.floor, len(items), {item.part for item in items}) == ("all", 11, 11, {"A"})
    assert items[0].about["summary"]["考试科目"].startswith("科目二")
    assert items[0].line.startswith(items[0].member)
    assert "110105" not in str(items[0].about)
