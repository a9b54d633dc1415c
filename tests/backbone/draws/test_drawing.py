"""From facts to drawn records: frozen, seeded afterwards, drawn, and the same for everybody who draws again."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from builders import CITY, DAY, OFFICE, PROVINCE, at, officer, on_the_clock, place
from draws_world import frozen, give_seed, reveal_all
from jianguan.backbone.audit.models import Event
from jianguan.backbone.draws import actions, commands, drawing, freezing, seeds
from jianguan.backbone.draws.drawing import DrawRefused, draw_day, draw_population, enlarge
from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer
from jianguan.backbone.evidence.store import store
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.people.models import Appointment, Person
from jianguan.backbone.work.models import Population
from jianguan.engines.draw import verify_draw
from staff import employ

pytestmark = pytest.mark.usefixtures("system")
Exams = Callable[..., None]
ONE_DAY = dt.timedelta(days=1)


def drawn(moment: dt.datetime | None = None, day: dt.date = DAY) -> drawing.Drawn:
    with on_the_clock(moment or at(DAY, 19)):
        return draw_day(day, kinds={"exam-av"})


def test_five_percent_of_212_sittings_are_eleven_records_with_what_is_known_of_them(exams: Exams) -> None:
    exams(212)
    shares = give_seed()
    population = frozen()
    assert (population.state, population.size, population.part) == ("counted", 212, 0)
    reveal_all(shares)
    assert (drawn().items, drawn().items) == (11, 0), "safe to run again"
    draw = Draw.objects.get()
    items = list(DrawItem.objects.all())
    assert (draw.variant, draw.floor, len(items), {item.part for item in items}) == ("all", 11, 11, {"A"})
    assert items[0].about["summary"][0][0] == "考试科目", "in the order of the record"
    assert items[0].line.split("\t")[0] == items[0].member
    assert "11010519491231002X" not in str(items[0].about) + items[0].line
    assert Event.objects.filter(kind="draw.made").get().details["draws"][f"{OFFICE}/0/all/0"][0] == population.digest


def test_the_stored_export_is_verified_by_another_process_and_refuses_another_root(
    exams: Exams, tmp_path: Path
) -> None:
    exams(40)
    shares = give_seed()
    population = frozen()
    reveal_all(shares)
    drawn()
    draw = Draw.objects.get()
    file = tmp_path / "draw.txt"
    file.write_bytes(b"".join(store().open(draw.export.sha256)))
    command = [sys.executable, "-I", verify_draw.__file__, str(file), "--root"]
    good = subprocess.run([*command, population.digest], capture_output=True, text=True, check=False)
    assert (good.returncode, "核验通过" in good.stdout) == (0, True), good.stdout
    assert subprocess.run([*command, "0" * 64], capture_output=True, check=False).returncode == 1


def test_what_arrives_after_the_freeze_makes_a_further_part_and_the_quota_is_over_the_sum(exams: Exams) -> None:
    exams(30)
    shares = give_seed()
    frozen()
    exams(30, first=31, arrived=at(DAY + ONE_DAY, 9))
    again = give_seed(DAY + ONE_DAY)
    part = frozen(moment=at(DAY + ONE_DAY, 18))
    assert (part.part, part.size, part.why[:4]) == (1, 30, "封存后到")
    reveal_all([*shares, *again])
    assert drawn(at(DAY + ONE_DAY, 19)).draws == 2
    assert [one.items.count() for one in Draw.objects.order_by("population__part")] == [2, 1], "5 % of 60 are 3"
    assert Draw.objects.get(population=part).parameters["seed_day"] == str(DAY + ONE_DAY)
    assert frozen(moment=at(DAY + ONE_DAY, 18, 20)).pk == part.pk, "nothing new, nothing frozen"


def test_none_unknown_and_partly_arrived_are_three_different_days(exams: Exams) -> None:
    assert frozen().state == "unknown"
    unknown = Population.objects.get(capacity__key=OFFICE, kind="exam-av")
    assert "驾驶人考试" in unknown.why
    exams(0, arrived=at(DAY + ONE_DAY, 9))
    known = frozen(moment=at(DAY + ONE_DAY, 18))
    assert (known.part, known.state, known.size) == (1, "empty", 0)


def test_enlarging_keeps_every_pick_and_is_refused_to_others(exams: Exams) -> None:
    exams(100)
    shares = give_seed()
    population = frozen()
    with on_the_clock(at(DAY, 18, 5)), pytest.raises(DrawRefused, match="还没有抽取"):
        enlarge(by=shares[0].by, population=population, percent=20, reason="发现问题较多")
    reveal_all(shares)
    drawn()
    before = set(DrawItem.objects.values_list("member", flat=True))
    with on_the_clock(at(DAY, 20)):
        with pytest.raises(NotAllowed):
            enlarge(by=officer(CITY), population=population, percent=20, reason="发现问题较多")
        with pytest.raises(DrawRefused, match="高于"):
            enlarge(by=shares[0].by, population=population, percent=5, reason="发现问题较多")
        more = enlarge(by=shares[0].by, population=population, percent=20, reason="发现问题较多")
    assert (more.generation, more.floor, more.items.count()) == (1, 20, 15)
    assert before < set(DrawItem.objects.values_list("member", flat=True))
    assert Event.objects.get(kind="draw.enlarged").reason == "发现问题较多"


def test_whoever_did_the_business_or_declared_an_interest_does_not_review_it(exams: Exams) -> None:
    one, two, three = (officer(OFFICE) for _ in range(3))
    doer = Person.objects.get(pk=one.person_id).number
    site = place(OFFICE, code="K1")
    with on_the_clock(at(DAY, 9)):
        actions.declare_recusal(
            by=two, appointment=Appointment.objects.get(pk=two.appointment_id), subject=site, doer="", reason="亲属在此"
        )
    exams(60, examiner=doer)
    shares = give_seed()
    frozen()
    reveal_all(shares)
    drawn()
    for item in DrawItem.objects.all():
        chosen = set(DrawnReviewer.objects.filter(item=item).values_list("appointment_id", flat=True))
        assert one.appointment_id not in chosen
        assert (two.appointment_id in chosen) == (item.subject_id != site.pk)
        assert three.appointment_id in chosen
    recusal = actions.standing(two.capacity_id).get()
    with on_the_clock(at(DAY, 20)):
        with pytest.raises(NotAllowed, match="本人"):
            actions.end_recusal(by=two, recusal=recusal, reason="已经调离")
        actions.end_recusal(by=three, recusal=recusal, reason="已经调离")
    assert not actions.standing(two.capacity_id).exists()


def test_an_early_freeze_belongs_to_the_unit_and_what_comes_after_becomes_a_further_part(exams: Exams) -> None:
    exams(20, arrived=at(DAY, 12))
    by = officer(OFFICE)
    with on_the_clock(at(DAY, 13)):
        early = actions.freeze_now(by=by, kind="exam-av", day=DAY)
        assert early.size == 20
        with pytest.raises(actions.FreezeRefused, match="没有新到达"):
            actions.freeze_now(by=by, kind="exam-av", day=DAY)
        with pytest.raises(NotAllowed, match="没有"):
            actions.freeze_now(by=by, kind="archive", day=DAY)
    exams(10, first=21, arrived=at(DAY, 16))
    assert frozen().part == 1
    with on_the_clock(at(DAY, 18, 45)), pytest.raises(actions.FreezeRefused, match="已开始揭示"):
        actions.freeze_now(by=by, kind="exam-av", day=DAY)


def test_one_person_of_a_unit_alone_gets_every_item_and_nobody_is_left_when_he_did_it(exams: Exams) -> None:
    exams(1)
    shares = give_seed()
    population = frozen()
    reveal_all(shares)
    drawn()
    assert [row.appointment_id for row in DrawnReviewer.objects.all()] == [shares[0].by.appointment_id]
    assert draw_population(population)[0].items.get().probability == "1/1"


@pytest.mark.clause("10.2")
def test_the_province_draws_an_agency_and_an_exam_site_of_every_area() -> None:
    for number, (unit, kind) in enumerate(
        (unit, kind)
        for unit in (OFFICE, "yanbian-office@VEHICLE_OFFICE")
        for kind in ("exam_site", "inspection_agency", "inspection_agency")
    ):
        place(unit, kind, f"合成-{number}")
    with on_the_clock(at(DAY, 18)):
        freezing.freeze_day(DAY, kinds={"site-by-area"})
    population = Population.objects.get(kind="site-by-area")
    assert (population.capacity.key, population.size) == (PROVINCE, 6)
    with on_the_clock(at(DAY, 21, 30)):
        one, two = employ(PROVINCE, "discipline-officer"), employ(PROVINCE, "centre-supervisor")
        for name in ("中国福利彩票3D", "中国体育彩票排列3"):
            number_row = seeds.enter_number(by=one, day=DAY, name=name, issue=str(DAY), value="123")
            seeds.confirm_number(by=two, number=number_row, issue=str(DAY), value="123")
        draw_day(DAY)
    strata = sorted(DrawItem.objects.values_list("stratum", flat=True))
    assert strata == [
        "changchun@CITY/exam_site",
        "changchun@CITY/inspection_agency",
        "yanbian@CITY/exam_site",
        "yanbian@CITY/inspection_agency",
    ]


def test_the_day_freezes_and_draws_by_command_and_may_run_again(
    exams: Exams, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    exams(40)
    shares = give_seed()
    with on_the_clock(at(DAY, 18)):
        assert freezing.freeze_due(at(DAY, 17, 59)).populations == 0
        assert freezing.freeze_due(at(DAY, 18)).states["counted"] == 1
    reveal_all(shares)
    with on_the_clock(at(DAY, 19)):
        assert drawing.draw_due(at(DAY, 19)).draws == 1
        assert drawing.draw_due(at(DAY, 19)).draws == 0
    out = tmp_path / "latest.txt"
    from jianguan.site.cli import build

    parsed = build().parse_args(["draw", "export", "--latest", "--out", str(out)])
    assert commands.run_export(parsed) == 0
    assert commands.run_verify(build().parse_args(["draw", "verify", str(out)])) == 0
    seed, event = Draw.objects.get().seed, Event.objects.get(kind="draw.made")
    told = capsys.readouterr().out
    assert f"第 {event.pk} 条" in told
    assert f"--seed {seed}" in told
    assert commands.run_verify(build().parse_args(["draw", "verify", str(out), "--seed", seed])) == 0
    assert commands.run_verify(build().parse_args(["draw", "verify", str(out), "--seed", "0" * 64])) == 1
    assert "核验通过" in capsys.readouterr().out
    out.write_bytes(out.read_bytes().replace(b"E00001", b"E99999"))
    assert commands.run_verify(build().parse_args(["draw", "verify", str(out)])) == 1
