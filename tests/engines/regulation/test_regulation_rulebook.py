import datetime as dt
import json
from copy import deepcopy

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jianguan.engines.regulation.parse import parse
from jianguan.engines.regulation.report import read_data
from jianguan.engines.regulation.rulebook import (
    ConflictingValues,
    NoValueInForce,
    RuleBookError,
    load,
    value_at,
)
from jianguan.engines.regulation.schema import InForce, Parameter, ParameterValue

START = dt.date(2021, 5, 6)
SINCE = {"from": START}


def norm(id_, **more):
    provision = id_.partition("-")[0]
    base = {
        "id": id_,
        "provision": provision,
        "title": "抽查",
        "bearer": "CITY",
        "measure": "ratio",
        "source": "check:goods",
        "cadence": "daily",
        "population": "goods",
        "quota": {"parameter": "2.1.share"},
        "reading": "按当天货物计。",
        "in_force": SINCE,
        "domain": "systems",
    }
    return base | more


def value(amount, since, until=None, recorded=START, withdrawn=None):
    in_force = {"from": since} | ({"to": until} if until else {})
    base = {"value": amount, "in_force": in_force, "recorded_on": recorded, "reference": "2.1"}
    return base | ({"withdrawn_on": withdrawn} if withdrawn else {})


def capacity(id_, *superiors, since=START):
    agency, _, level = id_.partition("@")
    links = [{"to": to, "in_force": {"from": begin} | ({"to": end} if end else {})} for to, begin, end in superiors]
    return {
        "id": id_,
        "agency": agency,
        "level": level,
        "basis": "2",
        "in_force": {"from": since},
        "superiors": links,
    }


def agency(id_, code):
    return {"id": id_, "name": id_, "short": id_, "kind": "police", "codes": [{"code": code, "in_force": SINCE}]}


BOOK = {
    "instrument.yaml": {
        "urn": "test:7",
        "title": "测试省仓库管理规定",
        "number": "测仓字〔2021〕7号",
        "issued_by": "测试厅",
        "issued_on": START,
        "versions": [
            {"urn": "test:7", "title": "仓库规定", "number": "7号", "in_force": SINCE, "text_known": True},
        ],
        "non_operative": {"1": "目的", "3": "施行日期"},
    },
    "norms/2.yaml": [
        norm("2.1-share"),
        norm("2.2-check", measure="activity", cadence="soft", cadence_word="定期", quota={"at_least": 1}),
    ],
    "parameters.yaml": [
        {
            "key": "2.1.share",
            "title": "抽查比例",
            "unit": "percent",
            "direction": "floor",
            "origin": "law",
            "provision": "2.1",
            "values": [value(10, START)],
        }
    ],
    "agencies.yaml": {
        "agencies": [agency("sheng", "990000"), agency("shi", "990100")],
        "capacities": [capacity("sheng@PROVINCE"), capacity("shi@CITY", ("sheng@PROVINCE", START, None))],
    },
    "checklists/fire.yaml": {
        "id": "fire",
        "version": 1,
        "title": "消防检查表",
        "provision": "2.2",
        "object": "warehouse",
        "in_force": SINCE,
        "items": [{"id": "a", "group": "设备", "text": "灭火器在有效期内"}],
    },
    "roles.yaml": [{"id": "checker", "title": "检查员", "levels": ["CITY"], "permissions": []}],
}


@pytest.fixture
def book():
    return deepcopy(BOOK)


@pytest.fixture
def write(tmp_path, small_text):
    def _write(book):
        articles = json.dumps(read_data(parse(small_text)), ensure_ascii=False)
        (tmp_path / "articles.json").write_text(articles, encoding="utf-8")
        for name, content in book.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return tmp_path

    return _write


def problems(directory):
    with pytest.raises(RuleBookError) as caught:
        load(directory)
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_a_sound_rule_book_is_loaded(write, book):
    loaded = load(write(book))
    assert [one.id for one in loaded.norms_of("2")] == ["2.1-share", "2.2-check"]
    assert value_at(loaded.parameter("2.1.share"), START).value == 10


def test_the_shipped_rule_book_is_loaded(rulebook_directory):
    loaded = load(rulebook_directory)
    assert loaded.instrument.number == loaded.text.number == "吉公通字〔2020〕2号"
    assert value_at(loaded.parameter(loaded.norms_of("6.6")[0].quota.parameter), dt.date(2020, 3, 19)).value == 5


def edit(book, path, new):
    here = book
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = new
    return book


NORMS, PARAMETERS, AGENCIES = "norms/2.yaml", "parameters.yaml", "agencies.yaml"


@pytest.mark.parametrize(
    ("path", "new", "words"),
    [
        ((NORMS, 0), norm("2.9-share"), ["2.9-share", "条款 2.9 不在法规文本中"]),
        ((NORMS, 0, "id"), "other", ["other", "标识应以条款号"]),
        ((NORMS, 0, "quota"), {"parameter": "nowhere"}, ["2.1-share", "不存在的参数 nowhere"]),
        ((NORMS, 0, "quota"), {"parameter": "2.1.share", "at_least": 1}, ["恰好写一个"]),
        ((NORMS, 0, "deadline"), "nowhere", ["2.1-share", "deadline 引用了不存在的参数 nowhere"]),
        ((NORMS, 0, "deadline"), "2.1.share", ["不是期限单位"]),
        ((NORMS, 0, "overrides"), "2.1-none", ["2.1-none"]),
        ((NORMS, 0, "in_force"), {"from": dt.date(2020, 1, 1)}, ["早于法规施行日 2021-05-06"]),
        ((NORMS, 0, "bearer"), "KING", ["2.1-share", "KING", "bearer"]),
        ((NORMS, 0, "colour"), "red", ["2.1-share", "不认识的字段 colour"]),
        ((NORMS, 0, "provision"), 2.1, ["应为文字，实为小数", "provision"]),
        ((NORMS, 1, "cadence_word"), None, ["2.2-check", "cadence_word"]),
        ((NORMS, 1), norm("2.1-share"), ["2.1-share", "出现了 2 次"]),
        ((NORMS, 1), norm("2.1-again"), ["2.1-share", "2.1-again", "同一情形有两条规则"]),
        ((NORMS,), {"a": 1}, [NORMS, "列表"]),
        ((PARAMETERS, 0, "values"), [value(10, START), value(20, dt.date(2022, 1, 1))], ["10（", "20（", "重叠"]),
        ((PARAMETERS, 0, "values"), [], ["2.1.share", "没有任何取值"]),
        ((PARAMETERS, 0, "values"), [value("x", dt.date(2022, 1, 1), dt.date(2022, 1, 1))], ["为空"]),
        ((PARAMETERS, 0, "provision"), "7.7", ["2.1.share", "条款 7.7"]),
        ((AGENCIES, "capacities", 1, "agency"), "nobody", ["shi@CITY", "机构 nobody 不存在"]),
        ((AGENCIES, "capacities", 1), capacity("shi@CITY", ("x@PROVINCE", START, None)), ["x@PROVINCE 不存在"]),
        ((AGENCIES, "capacities", 1), capacity("shi@CITY"), ["shi@CITY", "2021-05-06 至 今 没有监管上级"]),
        (
            (AGENCIES, "capacities", 1),
            capacity("shi@CITY", ("sheng@PROVINCE", START, dt.date(2022, 1, 1))),
            ["2022-01-01 至 今 没有监管上级"],
        ),
        (
            (AGENCIES, "capacities", 1),
            capacity("shi@CITY", ("sheng@PROVINCE", START, None), ("sheng@PROVINCE", dt.date(2022, 1, 1), None)),
            ["shi@CITY", "重叠"],
        ),
        ((AGENCIES, "capacities", 0), capacity("sheng@PROVINCE", ("shi@CITY", START, None)), ["成环"]),
        ((AGENCIES, "agencies", 1), agency("shi", "990000"), ["代码 990000 同时属于 sheng 和 shi"]),
        ((AGENCIES, "agencies", 1), agency("sheng", "990100"), ["机构 sheng 出现了 2 次", "机构 shi 不存在"]),
        ((AGENCIES,), [], [AGENCIES, "agencies 和 capacities"]),
        (("instrument.yaml", "non_operative"), {"8": "?"}, ["条款 8 不在法规文本中"]),
        (("instrument.yaml", "issued_on"), "2021-13-01", ["instrument.yaml", "日期写法不对"]),
        (("checklists/fire.yaml", "provision"), "9", ["fire", "条款 9"]),
    ],
)
def test_a_broken_rule_is_named_with_its_file_and_record(write, book, path, new, words):
    told = problems(write(edit(book, path, new)))
    assert all(word in told for word in words), told
    assert path[0].partition("/")[0] in told


def test_all_problems_are_told_at_once(write, book):
    book[NORMS] = [norm("2.8-a"), norm("2.9-b", colour="red")]
    del book[PARAMETERS]
    told = problems(write(book))
    assert all(word in told for word in ("2.8", "colour", "parameters.yaml：文件不存在"))


def test_an_override_settles_two_rules_for_one_case(write, book):
    book[NORMS].append(norm("2.1-stricter", overrides="2.1-share"))
    assert len(load(write(book)).norms) == 3


def test_two_rules_one_after_the_other_do_not_collide(write, book):
    change = dt.date(2023, 1, 1)
    book[NORMS][0]["in_force"] = {"from": START, "to": change}
    book[NORMS].append(norm("2.1-later", in_force={"from": change}))
    assert len(load(write(book)).norms) == 3


def test_a_key_written_twice_is_not_silently_overwritten(write, book):
    directory = write(book)
    with (directory / NORMS).open("a", encoding="utf-8") as file:
        file.write("- id: 2.1-x\n  title: 一\n  title: 二\n")
    assert "键 title" in problems(directory)


def test_a_text_that_was_tampered_with_is_refused(write, book):
    directory = write(book)
    articles = directory / "articles.json"
    articles.write_text(articles.read_text(encoding="utf-8").replace("10%", "1%"), encoding="utf-8")
    assert "摘要" in problems(directory)


@pytest.mark.parametrize(("name", "content"), [("articles.json", "{"), (NORMS, "- [\n"), (AGENCIES, "\x00")])
def test_a_damaged_file_is_named(write, book, name, content):
    directory = write(book)
    (directory / name).write_text(content, encoding="utf-8")
    assert name in problems(directory)


def test_a_missing_directory_is_a_clear_error(tmp_path):
    assert "没有这个规则库目录" in problems(tmp_path / "nowhere")


# --- two clocks --------------------------------------------------------------------------------------------


def parameter(*values):
    return Parameter(key="k", title="比例", unit="percent", direction="floor", origin="law", values=list(values))


def at(amount, since, until=None, recorded=START, withdrawn=None):
    return ParameterValue(
        value=amount,
        in_force=InForce(since=since, until=until),
        recorded_on=recorded,
        withdrawn_on=withdrawn,
        reference="2.1",
    )


JULY_1, JULY_5, JULY_10 = (dt.date(2024, 7, day) for day in (1, 5, 10))


def test_a_change_recorded_later_keeps_both_readings():
    share = parameter(at(5, START, JULY_1), at(8, JULY_1, recorded=JULY_10))
    assert value_at(share, JULY_5).value == 8
    assert value_at(share, JULY_5, known_on=JULY_10).value == 8
    assert value_at(share, JULY_5, known_on=JULY_5).value == 5
    assert value_at(share, dt.date(2024, 6, 30)).value == 5


def test_a_correction_replaces_a_value_only_from_the_day_it_was_recorded():
    share = parameter(at(5, START, withdrawn=JULY_10), at(8, START, recorded=JULY_10))
    assert value_at(share, JULY_1).value == 8
    assert value_at(share, JULY_1, known_on=JULY_5).value == 5


def test_two_values_at_once_are_an_error_that_names_both():
    with pytest.raises(ConflictingValues, match=r"5（.*8（"):
        value_at(parameter(at(5, START), at(8, JULY_1)), JULY_5)


def test_before_the_first_value_there_is_none():
    with pytest.raises(NoValueInForce, match="2021-05-05"):
        value_at(parameter(at(5, START)), dt.date(2021, 5, 5))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=6, unique=True), st.integers(0, 800), st.integers(0, 800))
def test_adjoining_values_give_exactly_one_answer_on_every_day_as_known_on_every_day(steps, on, known_on):
    starts = [START, *(START + dt.timedelta(days=step) for step in sorted(steps))]
    values = [
        at(n, since, until, recorded=since + dt.timedelta(days=n) if n else since)
        for n, (since, until) in enumerate(zip(starts, [*starts[1:], None], strict=True))
    ]
    day, seen = START + dt.timedelta(days=on), START + dt.timedelta(days=known_on)
    expected = max(n for n, since in enumerate(starts) if since <= day and values[n].recorded_on <= seen)
    assert value_at(parameter(*values), day, known_on=seen).value == expected
