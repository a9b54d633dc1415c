"""The sources of a seed: two at least, none that anybody chooses, a share withheld that gains nothing."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from builders import CITY, DAY, OFFICE, PROVINCE, at, officer, on_the_clock
from draws_world import discipline, frozen, give_seed, open_share, reveal_all
from jianguan.backbone.alerts.models import Alert
from jianguan.backbone.draws import drawing, queries, rules, seeds
from jianguan.backbone.draws.drawing import draw_day, enlarge
from jianguan.backbone.draws.models import Draw, Party, PublicNumber
from jianguan.backbone.evidence.store import content
from jianguan.backbone.people.acting import NotAllowed
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
