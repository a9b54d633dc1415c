"""From facts to drawn records: frozen, seeded afterwards, drawn, and the same for everybody who draws again."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from builders import CITY, DAY, OFFICE, PROVINCE, at, officer, on_the_clock, place
from draws_world import discipline, frozen, give_seed, open_share, reveal_all
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.audit.models import Event
from jianguan.backbone.draws import actions, commands, drawing, freezing, queries, rules, seeds
from jianguan.backbone.draws.drawing import DrawRefused, draw_day, draw_population, enlarge
from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer, Party, PublicNumber
from jianguan.backbone.evidence.store import content, store
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.people.models import Appointment, Person
from jianguan.backbone.rules.models import Parameter, ParameterValue
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


def test_nothing_is_drawn_before_two_sources_are_there(exams: Exams) -> None:
    exams(40)
    shares = give_seed()
    population = frozen()
    assert drawn().waiting == 1
    open_share(shares[0])
    assert drawn().waiting == 1, "the other still has time"
    open_share(shares[1])
    assert drawn().draws == 1
    assert [one["title"] for one in population.draws.get().sources] == ["检查单位揭示", "上级单位揭示"]


def test_what_was_revealed_before_the_freeze_is_no_source(exams: Exams) -> None:
    exams(40)
    shares = give_seed()
    with on_the_clock(at(DAY, 18, 10)), pytest.raises(seeds.SeedRefused, match="18:30 起才能揭示"):
        seeds.reveal(by=shares[0].by, commitment=shares[0].row, number=shares[0].number, nonce="ab" * 32)
    reveal_all(shares)
    late = frozen(moment=at(DAY, 19))
    assert drawn(at(DAY, 23)).draws == 0
    assert late.draws.count() == 0, "frozen after the shares were open, it takes the sources of the next day"


def test_a_withheld_share_lets_nobody_choose(exams: Exams, tmp_path: Path) -> None:
    exams(200)
    shares = [*give_seed(), discipline()]
    population = frozen()
    reveal_all(shares[:2])
    assert drawn().draws == 0
    assert drawn(at(DAY, 19, 31)).draws == 0, "the public numbers that he cannot know are waited for"
    assert drawn(at(DAY + ONE_DAY, 17, 59)).draws == 0
    assert drawn(at(DAY + ONE_DAY, 18)).draws == 2, "none came: both samples, whether or not he reveals"
    assert {one.variant for one in population.draws.all()} == {"without:discipline", "instead:discipline"}
    assert len({one.seed for one in population.draws.all()}) == 2
    with on_the_clock(at(DAY, 19, 40)):
        assert seeds.look_at_reveals(DAY) == 1
        assert seeds.look_at_reveals(DAY) == 0
    assert Alert.objects.get(kind="draw-reveal-withheld").capacity.key == PROVINCE
    more = enlarge_of(population)
    assert more.variant == "instead:discipline"
    open_share(shares[2], at(DAY + ONE_DAY, 20))
    assert drawn(at(DAY + ONE_DAY, 20, 5)).draws == 1
    assert {one.variant: one.items.count() for one in population.draws.filter(generation=0)} == {
        "without:discipline": 10,
        "instead:discipline": 10,
        "all": 10,
    }
    assert Alert.objects.get(kind="draw-reveal-withheld").settlement
    assert drawn(at(DAY + ONE_DAY, 23)).draws == 0
    for draw in population.draws.all():
        file = tmp_path / f"{draw.pk}.txt"
        file.write_bytes(content(draw.export.sha256))
        logged = queries.logged(draw)
        assert verify_draw.verify(file, population.digest, list(logged.seeds)).ok, draw
        assert logged.event is not None


def enlarge_of(population: Population) -> Draw:
    """Ten per cent instead of five."""
    with on_the_clock(at(DAY + ONE_DAY, 19)):
        return enlarge(by=officer(OFFICE), population=population, percent=10, reason="发现问题较多")


def test_whoever_withholds_gets_a_sample_that_nobody_knew_when_he_did(exams: Exams) -> None:
    exams(200)
    shares = [*give_seed(), discipline()]
    population = frozen()
    reveal_all(shares[:2])
    open_share(shares[2], at(DAY, 20))
    assert drawn(at(DAY, 20, 5)).draws == 0, "revealed late he cannot choose either"
    type_in(at(DAY, 21, 30), "472")
    assert drawn(at(DAY, 21, 31)).draws == 1
    draw = population.draws.get()
    assert draw.variant == "all"
    told = {one["title"] for one in draw.sources}
    assert told == {*rules.PUBLIC_NUMBERS, "检查单位揭示", "上级单位揭示"}, "what came late is left out"


def type_in(moment: dt.datetime, value: str) -> None:
    """Two people of the province type in both numbers of the evening."""
    with on_the_clock(moment):
        one, two = employ(PROVINCE, "discipline-officer"), employ(PROVINCE, "centre-supervisor")
        for name in rules.PUBLIC_NUMBERS:
            number = seeds.enter_number(by=one, day=DAY, name=name, issue=str(DAY), value=value)
            seeds.confirm_number(by=two, number=number, issue=str(DAY), value=value)


def test_where_all_shares_were_opened_a_public_number_changes_nothing_whenever_it_is_drawn(exams: Exams) -> None:
    exams(40)
    shares = give_seed()
    population = frozen()
    reveal_all(shares)
    type_in(at(DAY, 21, 30), "472")
    assert drawn(at(DAY, 22)).draws == 1
    assert [one["title"] for one in population.draws.get().sources] == ["检查单位揭示", "上级单位揭示"]


def test_a_public_number_replaces_what_was_withheld_and_a_second_one_is_an_alert(exams: Exams) -> None:
    exams(40)
    shares = give_seed()
    population = frozen()
    open_share(shares[0])
    with on_the_clock(at(DAY, 21, 30)):
        one, two = employ(PROVINCE, "discipline-officer"), employ(PROVINCE, "centre-supervisor")
        told = {"day": DAY, "name": "中国福利彩票3D", "issue": str(DAY)}
        number = seeds.enter_number(by=one, value="472", **told)
        assert drawn(at(DAY, 21, 31)).draws == 0, "one person's word is no source"
        with pytest.raises(NotAllowed, match="两个人"):
            seeds.confirm_number(by=one, number=number, issue=str(DAY), value="472")
        with pytest.raises(seeds.SeedRefused, match="不一致"):
            seeds.confirm_number(by=two, number=number, issue=str(DAY), value="473")
        seeds.confirm_number(by=two, number=number, issue=str(DAY), value="472")
        with pytest.raises(seeds.SeedRefused, match="已经确认"):
            seeds.enter_number(by=two, value="999", **told)
        assert drawn(at(DAY, 21, 32)).draws == 0, "which of the two numbers counts is nobody's choice"
        other = seeds.enter_number(by=one, day=DAY, name="中国体育彩票排列3", issue=str(DAY), value="018")
        seeds.confirm_number(by=two, number=other, issue=str(DAY), value="018")
    assert drawn(at(DAY, 21, 32)).draws == 1
    assert population.draws.get().variant == "all"
    assert Alert.objects.filter(kind="draw-second-seed").count() == 1
    open_share(shares[1], at(DAY, 22))
    assert drawn(at(DAY, 22, 1)).draws == 0, "revealed after the number it changes nothing"


def test_only_the_announced_issue_counts_and_not_before_it_is_published() -> None:
    given = {"day": DAY, "name": "中国福利彩票3D", "value": "123"}
    by = employ(PROVINCE, "discipline-officer")
    with on_the_clock(at(DAY, 21, 14)), pytest.raises(seeds.SeedRefused, match="21:15 才公布"):
        seeds.enter_number(by=by, issue=str(DAY), **given)
    with on_the_clock(at(DAY, 22)):
        with pytest.raises(seeds.SeedRefused, match=f"期号填开奖日{DAY}，录入的是“2026060”"):
            seeds.enter_number(by=by, issue="2026060", **given)
        with pytest.raises(NotAllowed, match="省级"):
            seeds.enter_number(by=officer(OFFICE), issue=str(DAY), **given)
    assert not PublicNumber.objects.exists()
    with on_the_clock(at(DAY, 22)):
        assert seeds.enter_number(by=by, issue=str(DAY), **given).published_at == at(DAY, 21, 15)


def test_a_public_number_published_before_the_shares_are_closed_is_refused() -> None:
    adopt("draw.reveal-until", "22:00")
    with on_the_clock(at(DAY, 22, 30)), pytest.raises(seeds.SeedRefused, match="早于"):
        seeds.enter_number(
            by=employ(PROVINCE, "discipline-officer"), day=DAY, name="中国福利彩票3D", issue=str(DAY), value="123"
        )
    assert not PublicNumber.objects.exists()


SIGNATURE = "8d" * 48


def adopt(key: str, value: str) -> None:
    """A parameter is adopted for the province."""
    ParameterValue.objects.create(
        parameter=Parameter.objects.get(key=key),
        value=value,
        valid_from=dt.date(2020, 3, 19),
        recorded_at=at(DAY),
        reference="合成的决定",
    )


def test_a_round_of_the_beacon_typed_in_by_two_replaces_what_was_withheld(exams: Exams, tmp_path: Path) -> None:
    adopt("draw.beacon", "1")
    exams(40)
    shares = give_seed()
    population = frozen()
    open_share(shares[0])
    number = rules.beacon_round(at(DAY, 19, 30))
    randomness = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()
    told = {"round": number, "randomness": randomness, "signature": SIGNATURE}
    with on_the_clock(at(DAY, 20)):
        one, two = employ(PROVINCE, "discipline-officer"), employ(PROVINCE, "centre-supervisor")
        for wrong, why in (
            (json.dumps(told | {"round": number + 1}), "应为第"),
            (json.dumps(told | {"randomness": "00" * 32}), "不是其签名的摘要"),
            ("{", "不是完整"),
            ("[]", "签名"),
            ("签名", "十六进制"),
        ):
            with pytest.raises(seeds.SeedRefused, match=why):
                seeds.enter_beacon(by=one, day=DAY, said=wrong)
        row = seeds.enter_beacon(by=one, day=DAY, said=json.dumps(told))
        seeds.confirm_number(by=two, number=row, issue=str(number), value=SIGNATURE)
    assert drawn(at(DAY, 20, 1)).draws == 1
    draw = population.draws.get()
    file = tmp_path / "draw.txt"
    file.write_bytes(content(draw.export.sha256))
    assert verify_draw.verify(file, population.digest).ok
    assert f"beacon\t{rules.BEACON}\t{number}\t{SIGNATURE}\t{randomness}" in file.read_text()


def test_without_a_feed_no_round_of_the_beacon_is_taken() -> None:
    with on_the_clock(at(DAY, 21)), pytest.raises(seeds.SeedRefused, match="没有采纳"):
        seeds.enter_beacon(by=employ(PROVINCE, "discipline-officer"), day=DAY, said=SIGNATURE)
    assert not PublicNumber.objects.exists()


def test_a_reveal_that_does_not_fit_is_kept_and_is_an_alert(exams: Exams) -> None:
    exams(40)
    shares = give_seed()
    frozen()
    with on_the_clock(at(DAY, 18, 40)):
        row = seeds.reveal(by=shares[0].by, commitment=shares[0].row, number="99" * 32, nonce="ab" * 32)
    assert row.matches is False
    alert = Alert.objects.get(kind="draw-reveal-mismatch")
    assert (alert.capacity.key, alert.severity) == (CITY, "severe")
    open_share(shares[0])
    open_share(shares[1])
    assert drawn().draws == 1


def test_a_second_commitment_of_a_day_is_refused_and_an_alert() -> None:
    shares = give_seed()
    with on_the_clock(at(DAY, 10)), pytest.raises(seeds.SeedRefused, match="不能更换种子"):
        seeds.commit(by=shares[0].by, party=Party.CHECKING, day=DAY, digest="0" * 64)
    assert Alert.objects.get(kind="draw-second-seed").capacity.key == PROVINCE
    with on_the_clock(at(DAY, 18, 5)), pytest.raises(seeds.SeedRefused, match="封存时刻已过"):
        seeds.commit(by=officer(CITY), party=Party.CHECKING, day=DAY, digest="0" * 64)


def test_nobody_holds_the_share_of_another_party() -> None:
    with on_the_clock(at(DAY, 9)):
        for by, party in (
            (officer(OFFICE), Party.DISCIPLINE),
            (officer(OFFICE), Party.SUPERIOR),
            (employ(PROVINCE, "discipline-officer"), Party.CHECKING),
        ):
            with pytest.raises(NotAllowed):
                seeds.commit(by=by, party=party, day=DAY, digest="0" * 64)


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
