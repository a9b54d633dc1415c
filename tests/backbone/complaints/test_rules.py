"""Likeness, masking and codes, for any text."""

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
    assert rules.likeness(told(text), told(text, unit=2)) == 0
    assert rules.likeness(told(text), told(text, matter="window")) == 0


def test_signs_and_spaces_do_not_matter_to_likeness() -> None:
    assert rules.alike(rules.bigrams("考试员 收费！"), rules.bigrams("考试员，收费")) == 1


@given(st.text(alphabet=rules.ALPHABET, min_size=20, max_size=20))
def test_a_code_reads_the_same_however_it_is_grouped_or_mistaken(code: str) -> None:
    assert rules.plain_code(rules.grouped(code)) == code
    mistaken = code.replace("0", "o").replace("1", "l").lower()
    assert rules.plain_code(f" {mistaken} ") == code


@pytest.mark.parametrize(
    "private",
    ["13912345678", "139 1234 5678", "+8613912345678", "0431-81234567", "220102199001011234", "a.b@mail.cn"],
)
def test_numbers_that_name_a_person_are_left_out(private: str) -> None:
    kept = rules.masked(f"我是举报人，联系{private}，谢谢")
    assert private not in kept
    assert "已隐去" in kept


@pytest.mark.parametrize("harmless", ["吉A12345 在3号线", "2026年3月8日14时", "罚款200元", "第12345678号"])
def test_other_numbers_stay(harmless: str) -> None:
    assert rules.masked(harmless) == harmless
