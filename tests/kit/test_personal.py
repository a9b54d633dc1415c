"""Numbers of persons are found however they are written, and nothing else of a text changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianguan.kit.personal import IDENTITY, MOBILE, TELEPHONE, holds, replaced


@pytest.mark.parametrize(
    "written",
    [
        "220102199001011234",
        "22010219900101123x",
        "220102 19900101 1234",
        "220102—1990—0101—1234",
        "２２０１０２　１９９００１０１　１２３Ｘ",
        "ID220102199001011234",
        "220102900101123",
    ],
)
def test_identity_numbers_are_found(written: str) -> None:
    assert holds(f"证件{written}。", IDENTITY)
    assert "0101" not in replaced(f"证件{written}。", IDENTITY, "＊")


@pytest.mark.parametrize("written", ["13912345678", "+86 139 1234 5678", "139-1234-5678", "１３９１２３４５６７８"])
def test_mobile_numbers_are_found(written: str) -> None:
    assert replaced(f"请拨{written}，谢谢", MOBILE, "＊") == "请拨＊，谢谢"


def test_what_is_replaced_is_given_as_it_was_written() -> None:
    given_over: list[str] = []
    replaced("电话（０４３１）81234567", TELEPHONE, lambda one: given_over.append(one) or "")
    assert given_over == ["（０４３１）81234567"]


@pytest.mark.parametrize(
    "other", ["吉A12345", "2026-02-28", "LSVAA4187E2123456", "20260308123456", "1234567890123456789"]
)
def test_other_numbers_are_not(other: str) -> None:
    assert not holds(other, IDENTITY, MOBILE)


@given(st.text())
def test_what_is_put_back_as_it_was_leaves_the_text_as_it_was(text: str) -> None:
    for pattern in (IDENTITY, MOBILE, TELEPHONE):
        assert replaced(text, pattern, lambda one: one) == text
