"""Likeness, masking and codes, for any text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.backbone.complaints import rules
from jianguan.backbone.complaints.rules import Told

WORDS = st.text(alphabet="考试员车辆检验收费 ，。abc123", max_size=60)


def told(text: str, place: str = "第一考场", hours: float = 0.0, unit: int = 1, matter: str = "exam") -> Told:
    return Told(text, place, matter, unit, hours)


@given(WORDS, WORDS)
def test_likeness_is_symmetric_between_nothing_and_all(one: str, other: str) -> None:
    there, back = rules.likeness(told(one), told(other)), rules.likeness(told(other), told(one))
    assert there == back
    assert 0 <= there <= 1


@given(WORDS.filter(rules.bigrams))
def test_the_same_words_at_the_same_place_and_time_are_all_alike(text: str) -> None:
    assert rules.likeness(told(text), told(text)) == pytest.approx(1)


@given(WORDS.filter(rules.bigrams))
def test_another_unit_or_matter_makes_two_complaints_less_alike_but_does_not_hide_one(text: str) -> None:
    for other in (told(text, unit=2), told(text, matter="other"), told(text, unit=2, matter="other")):
        assert rules.SUGGESTED < rules.likeness(told(text), other) < 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"still_open": False}, "须单独受理"),
        ({"same_unit": False}, "涉及的单位不同"),
        ({"same_unit": False, "unclear": True}, ""),
        ({"other": "window"}, "事由不同"),
        ({"other": "other"}, ""),
        ({"matter": "conduct", "other": "conduct"}, ""),
        ({"matter": "conduct", "other": "other"}, "反映工作作风"),
        ({"matter": "other", "other": "conduct"}, "反映工作作风"),
        ({"matter": "conduct", "other": "conduct", "same_unit": False, "unclear": True}, "反映工作作风"),
    ],
)
def test_one_joins_another_of_the_same_that_is_still_open(change: dict[str, Any], words: str) -> None:
    asked = {"matter": "exam", "other": "exam", "same_unit": True, "unclear": False, "still_open": True} | change
    refused = rules.merge_refused(asked.pop("matter"), asked.pop("other"), **asked)
    assert words in refused
    assert bool(refused) == bool(words)


def test_signs_and_spaces_do_not_matter_to_likeness() -> None:
    assert rules.alike(rules.bigrams("考试员 收费！"), rules.bigrams("考试员，收费")) == 1


@given(st.text(alphabet=rules.ALPHABET, min_size=20, max_size=20))
def test_a_code_reads_the_same_however_it_is_grouped_or_mistaken(code: str) -> None:
    assert rules.plain_code(rules.grouped(code)) == code
    mistaken = code.replace("0", "o").replace("1", "l").lower()
    assert rules.plain_code(f" {mistaken} ") == code


@pytest.mark.parametrize(
    "private",
    [
        "13912345678",
        "139 1234 5678",
        "139—1234—5678",
        "+8613912345678",
        "１３９１２３４５６７８",
        "0431-81234567",
        "043181234567",
        "0431 8123 4567",
        "（0431）81234567",
        "220102199001011234",
        "220102 19900101 1234",
        "２２０１０２ １９９００１０１ １２３Ｘ",
        "a.b@mail.cn",
    ],
)
def test_numbers_that_name_a_person_are_left_out(private: str) -> None:
    kept = rules.masked(f"我是举报人，联系{private}，谢谢")
    assert private not in kept
    assert "已隐去" in kept


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我叫李四，今天去考试", "李四"),
        ("我叫李四反映考场收费", "李四"),
        ("我叫李小明来考试", "李小明"),
        ("我叫做欧阳小明。", "欧阳小明"),
        ("我叫巴特尔，", "巴特尔"),
        ("我是张三丰，昨天", "张三丰"),
        ("我是王五 手机", "王五"),
        ("本人赵六，反映", "赵六"),
        ("本人姓名：孙七", "孙七"),
        ("姓名 周八\n电话", "周八"),
    ],
)
def test_a_name_after_the_words_that_announce_it_is_left_out(said: str, name: str) -> None:
    kept = rules.masked(said)
    assert name not in kept
    assert kept.count("（姓名已隐去）") == 1


def test_what_follows_a_name_stays() -> None:
    assert rules.masked("我叫李四在考场看见") == "我叫（姓名已隐去）在考场看见"
    assert rules.masked("本人赵六，反映") == "本人（姓名已隐去），反映"


@pytest.mark.parametrize(
    "harmless",
    [
        "吉A12345 在3号线",
        "2026年3月8日14时",
        "罚款200元",
        "第12345678号",
        "我是考生，上午考试",
        "我是车主，来验车",
        "我是路过的，",
        "我叫他重考，他不肯",
        "我叫车管所的人来看",
        "本人于三月八日考试",
        "本人在考场，看见",
        "姓名和身份证都登记了",
    ],
)
def test_other_numbers_stay(harmless: str) -> None:
    assert rules.masked(harmless) == harmless
