"""The pages of draws: what was frozen, whose turn it is, what was drawn, and who may see and do it."""

import datetime as dt
import functools
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from builders import CITY, DAY, OFFICE, PROVINCE, at, on_the_clock, place
from draws_world import NONCE, give_seed, own_lake, reveal_all, take_exams
from jianguan.backbone.draws import rules
from jianguan.backbone.draws.drawing import draw_day
from jianguan.backbone.draws.freezing import freeze_day
from jianguan.backbone.draws.models import Commitment, Draw, Party, PublicNumber, Recusal
from jianguan.backbone.rules.models import Parameter, ParameterValue
from jianguan.backbone.scope import scope as scopes
from jianguan.backbone.work.models import Population
from jianguan.engines.draw import Role, commitment, verify_draw
from jianguan.kit import clock
from staff import PASSWORD, account_of, employ, visit

ELSEWHERE = "yanbian-office@VEHICLE_OFFICE"


@pytest.fixture
def system(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The scope of the system, an empty lake and an empty object store."""
    with own_lake(tmp_path, monkeypatch):
        yield


@pytest.fixture
def exams(system: None, tmp_path: Path) -> Callable[..., None]:
    """Take in so many exams of a day."""
    return functools.partial(take_exams, tmp_path)


@pytest.fixture
def drawn(exams: Any) -> Population:
    """A day of 60 exams of 长春, frozen and drawn."""
    place(OFFICE, code="K1")
    exams(60)
    shares = give_seed()
    with on_the_clock(at(DAY, 18)):
        freeze_day(DAY, kinds={"exam-av", "body-camera"})
    reveal_all(shares)
    with on_the_clock(at(DAY, 19)):
        draw_day(DAY)
    return Population.objects.get(kind="exam-av", capacity__key=OFFICE)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def sheet(data: bytes) -> list[list[Any]]:
    """The rows of an Excel file."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_the_list_says_what_is_counted_what_is_unknown_and_why(drawn: Population) -> None:
    client = visit(employ(OFFICE, "office-supervisor"))
    with on_the_clock(at(DAY, 20)):
        page = text(client.get(f"/draws/?date={DAY}"))
        csv = client.get(f"/draws/list.csv?date={DAY}").content.decode()
    assert "考试音视频档案" in page
    assert "执法记录仪文件（没有登记数据源）尚未到达" in page
    assert "未知 1 个" in page
    assert drawn.digest in csv
    assert any(drawn.digest in row for row in sheet(client.get(f"/draws/list.xlsx?date={DAY}").content))


def test_a_day_before_the_regulation_leads_to_its_first_day(system: None) -> None:
    client = visit(employ(PROVINCE, "discipline-officer"))
    with on_the_clock(at(DAY, 22)):
        assert "2020-03-19" in text(client.get("/draws/?date=1949-10-01"))
        assert "2020-03-19" in text(client.get("/draws/seeds/?date=1949-10-01"))
        typed = {"day": "1949-10-01", "name": "中国福利彩票3D", "issue": "1949-10-01", "value": "123"}
        assert client.post("/draws/seeds/numbers/", typed).status_code == 422


def test_a_population_shows_its_root_its_masked_members_and_the_sources_announced(drawn: Population) -> None:
    client = visit(employ(OFFICE, "office-supervisor"))
    page = text(client.get(f"/draws/populations/{drawn.pk}/"))
    assert drawn.digest in page
    assert "检查单位承诺" in page
    assert "中国福利彩票3D" in page
    assert "尚无预警数据" in page
    assert client.get(f"/draws/populations/{drawn.pk}/manifest.txt").content.startswith(b"jianguan-manifest/1\n")
    second = text(client.get(f"/draws/populations/{drawn.pk}/?after=E00050"))
    assert "E00051" in second
    assert "E00049" not in second


def test_a_draw_says_what_it_buys_and_leaves_as_a_file_that_verifies(drawn: Population, tmp_path: Path) -> None:
    client = visit(employ(OFFICE, "office-supervisor"))
    draw = Draw.objects.get()
    page = text(client.get(f"/draws/{draw.pk}/"))
    assert "这个比例能发现什么" in page
    assert "5%" in page
    assert "随机底线" in page
    file = tmp_path / "draw.txt"
    file.write_bytes(client.get(f"/draws/{draw.pk}/draw.txt").content)
    assert verify_draw.verify(file, drawn.digest).ok
    source = client.get("/draws/verify_draw.py").content
    assert any(True for _ in tokenize.tokenize(io.BytesIO(source).readline))
    assert "抽签值" in client.get(f"/draws/{draw.pk}/items.csv").content.decode()
    (head, first, *rest) = sheet(client.get(f"/draws/{draw.pk}/items.xlsx").content)
    assert (head[0], head[-1], first[0], len(rest)) == ("次序", "抽签值", 1, draw.items.count() - 1)


def test_another_office_sees_neither_population_nor_draw_and_a_superior_sees_both(drawn: Population) -> None:
    draw = Draw.objects.get()
    addresses = (
        f"/draws/populations/{drawn.pk}/",
        f"/draws/populations/{drawn.pk}/manifest.txt",
        f"/draws/{draw.pk}/",
        f"/draws/{draw.pk}/draw.txt",
        f"/draws/{draw.pk}/items.csv",
    )
    other = visit(employ(ELSEWHERE, "office-supervisor"))
    above = visit(employ(CITY, "centre-supervisor"))
    admin = visit(employ(PROVINCE, "system-admin"))
    for address in addresses:
        assert other.get(address).status_code == 404, address
        assert above.get(address).status_code == 200, address
        assert admin.get(address).status_code == 403, address
    assert f"/draws/populations/{drawn.pk}/" not in text(other.get(f"/draws/?date={DAY}"))


def test_only_the_unit_itself_draws_more(drawn: Population) -> None:
    draw = Draw.objects.get()
    own, above = visit(employ(OFFICE, "office-supervisor")), visit(employ(CITY, "centre-supervisor"))
    given = {"percent": "20", "reason": "发现问题较多"}
    with on_the_clock(at(DAY, 20)):
        above.post(f"/draws/{draw.pk}/enlarge/", given)
        assert Draw.objects.count() == 1
        assert "扩大抽取" not in text(above.get(f"/draws/{draw.pk}/"))
        answer = own.post(f"/draws/{draw.pk}/enlarge/", given, follow=True)
    assert "新抽中 9 件" in text(answer)


def test_the_seed_goes_from_a_digest_to_a_reveal_and_says_whose_turn_it_is(system: None) -> None:
    by = employ(OFFICE, "office-supervisor")
    client = visit(by)
    digest = commitment(Role.CHECKING, DAY, "11" * 32, NONCE)
    with on_the_clock(at(DAY, 9)):
        assert "产生随机数" in text(client.get(f"/draws/seeds/?date={DAY}"))
        client.post("/draws/seeds/commit/", {"party": "checking", "day": str(DAY), "digest": digest})
        row = Commitment.objects.get()
        again = client.post(
            "/draws/seeds/commit/", {"party": "checking", "day": str(DAY), "digest": "0" * 64}, follow=True
        )
        assert "不能更换种子" in text(again)
    with on_the_clock(at(DAY, 18, 40)):
        client = visit(employ(OFFICE, "office-supervisor"))
        page = text(client.get(f"/draws/seeds/?date={DAY}"))
        assert "轮到 检查单位 在 19:30 前揭示" in page
        client.post(f"/draws/seeds/{row.pk}/reveal/", {"number": "11" * 32, "nonce": NONCE})
        assert "已揭示" in text(client.get(f"/draws/seeds/?date={DAY}"))
    with on_the_clock(at(DAY, 21)):
        client = visit(employ(OFFICE, "office-supervisor"))
        assert "来源不足两个" in text(client.get(f"/draws/seeds/?date={DAY}"))
        assert "录入公开随机数</h2>" not in text(client.get(f"/draws/seeds/?date={DAY}"))


def test_a_public_number_is_typed_by_one_and_confirmed_by_another_who_does_not_see_it(system: None) -> None:
    one, two = visit(employ(PROVINCE, "discipline-officer")), visit(employ(PROVINCE, "centre-supervisor"))
    given = {
        "day": str(DAY),
        "name": "中国福利彩票3D",
        "issue": str(DAY),
        "value": "47215",
    }
    with on_the_clock(at(DAY, 21, 30)):
        assert one.post("/draws/seeds/numbers/", given | {"value": "四七二"}).status_code == 422
        one.post("/draws/seeds/numbers/", given)
        number = PublicNumber.objects.get()
        assert "47215" not in text(two.get(f"/draws/seeds/?date={DAY}"))
        wrong = two.post(
            f"/draws/seeds/numbers/{number.pk}/confirm/", {"issue": str(DAY), "value": "47216"}, follow=True
        )
        assert "两次录入不一致" in text(wrong)
        two.post(f"/draws/seeds/numbers/{number.pk}/confirm/", {"issue": str(DAY), "value": "47215"})
        assert "47215" in text(two.get(f"/draws/seeds/?date={DAY}"))


def test_a_round_of_the_beacon_is_typed_in_where_a_feed_is_adopted(system: None) -> None:
    client = visit(employ(PROVINCE, "discipline-officer"))
    given = {"day": str(DAY), "said": "8d" * 48}
    with on_the_clock(at(DAY, 20)):
        assert "录入随机信标" not in text(client.get(f"/draws/seeds/?date={DAY}"))
        assert client.post("/draws/seeds/beacon/", given).status_code == 422
        ParameterValue.objects.create(
            parameter=Parameter.objects.get(key="draw.beacon"),
            value="1",
            valid_from=dt.date(2020, 3, 19),
            recorded_at=at(DAY),
            reference="合成的决定",
        )
        assert str(rules.beacon_round(at(DAY, 19, 30))) in text(client.get(f"/draws/seeds/?date={DAY}"))
        assert client.post("/draws/seeds/beacon/", given | {"said": "8d"}).status_code == 422
        client.post("/draws/seeds/beacon/", given)
        assert "8d" * 48 in text(client.get(f"/draws/seeds/?date={DAY}"))
    assert PublicNumber.objects.get().name == rules.BEACON_NAME


def test_recusals_are_declared_and_ended_by_somebody_else(system: None) -> None:
    site = place(OFFICE, code="K1")
    one, two = employ(OFFICE, "office-supervisor"), employ(OFFICE, "office-supervisor")
    mine, other = visit(one), visit(two)
    given = {"appointment": str(one.appointment_id), "subject": str(site.pk), "doer": "", "reason": "亲属在此任职"}
    assert mine.post("/draws/recusals/", given | {"subject": ""}).status_code == 422
    mine.post("/draws/recusals/", given)
    row = Recusal.objects.get()
    assert "亲属在此任职" in text(mine.get("/draws/recusals/"))
    mine.post(f"/draws/recusals/{row.pk}/end/", {"reason": "已经离职"})
    assert Recusal.objects.count() == 1
    other.post(f"/draws/recusals/{row.pk}/end/", {"reason": "已经离职"})
    assert "已终止" in text(mine.get("/draws/recusals/"))


def test_an_early_freeze_is_offered_until_the_shares_may_be_open(exams: Any) -> None:
    exams(20, arrived=at(DAY, 12))
    client = visit(employ(OFFICE, "office-supervisor"))
    with on_the_clock(at(DAY, 13)):
        assert "提前封存" in text(client.get("/draws/"))
        answer = client.post("/draws/freeze/", {"kind": "exam-av"}, follow=True)
        assert "已封存“考试音视频档案”" in text(answer)
    with on_the_clock(at(DAY, 18, 45)):
        client = visit(employ(OFFICE, "office-supervisor"))
        assert "提前封存今日总体" not in text(client.get("/draws/"))
        assert "没有封存" in text(client.post("/draws/freeze/", {"kind": "body-camera"}, follow=True))


def test_rotation_lists_when_each_site_last_came_up(drawn: Population) -> None:
    page = text(visit(employ(CITY, "centre-supervisor")).get("/draws/rotation/?kind=exam-av"))
    assert "K1" in page
    assert "累计抽中" in page


def test_the_browser_makes_the_digest_the_server_expects_with_and_without_its_own_sha256(
    server: str, page: Any
) -> None:
    with scopes.within(scopes.everything()):
        by = employ(OFFICE, "office-supervisor")
        account_of(by.person_id)
    page.goto(server + "/login")
    page.fill("input[name=username]", f"user{by.person_id}")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    for days, subtle in ((1, True), (2, False)):
        day = clock.today() + dt.timedelta(days=days)
        if not subtle:
            page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
        page.goto(f"{server}/draws/seeds/?date={day}")
        with page.expect_download() as kept:
            page.click("[data-make]")
        secret = Path(kept.value.path()).read_text(encoding="utf-8")
        number, nonce = re.findall(r"(?:随机数|附加数) ([0-9a-f]{64})", secret)
        page.click("form[data-commit] button[type=submit]")
        page.wait_for_selector("text=已承诺")
        with scopes.within(scopes.everything()):
            row = Commitment.objects.get(party=Party.CHECKING, day=day)
        assert row.digest == commitment(Role.CHECKING, day, number, nonce)
