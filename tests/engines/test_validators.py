"""Validators: published vectors hold, and the SQL of a form says what its Python says."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jianguan.engines.validators import FORMS
from jianguan.engines.validators.forms import PROVINCES, RIC_DIGITS, RIC_WEIGHTS, USCC_ALPHABET, VIN_ALPHABET

GOOD = {
    "identity_card": ["11010519491231002X"],
    "uscc": ["91350100M000100Y43"],
    "organisation": ["M000100Y4"],
    "vin": ["1M8GDM9AXKP042788"],
    "vin_check": ["1M8GDM9AXKP042788", "11111111111111111", "LFV2A2157A3067571", "LSGPC54U5AF051075"],
    "plate": ["吉A12345", "吉AF1234", "吉AD12345", "吉B12345F", "吉C1234挂", "吉D1234学", "吉E1234警"],
    "mobile": ["13800138000"],
    "gb28181": ["22010000001320000001"],
    "office": ["220100000400"],
    "sha256": ["0" * 64],
    "hash64": ["00ff00ff00ff00ff"],
}
BAD = {
    "identity_card": ["110105194912310020", "11010519491331002X", "11010519491231002x", "1101051949123100", ""],
    "uscc": ["91350100M000100Y44", "91350100M000100I43", "9135"],
    "organisation": ["M000100Y5", "M000100Y-4"],
    "vin": ["1M8GDM9AXKP04278", "1M8GDM9AXKP04278O"],
    "vin_check": ["1M8GDM9A0KP042788"],
    "plate": ["吉AI2345", "吉A1234", "ABC123", "吉A1234O", "吉Z123456789"],
    "mobile": ["12800138000", "1380013800"],
    "gb28181": ["2201000000132000001"],
    "office": ["2201"],
    "sha256": ["G" * 64],
    "hash64": ["0"],
}


CONNECTION = duckdb.connect(config={"threads": 1})
NUMBERS = "".join(f", {form.number_of('v')} AS n_{key}" for key, form in FORMS.items() if form.number)
ALL = ", ".join(form.sql_of("v", f"n_{key}") for key, form in FORMS.items())


def in_sql(values: list[str]) -> dict[str, list[bool]]:
    """Judge every value by every form, in one query."""
    rows = CONNECTION.execute(
        f"SELECT {ALL} FROM (SELECT v{NUMBERS} FROM (SELECT unnest(?) AS v))", [values]
    ).fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(FORMS)}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_published_vectors_hold_and_their_corruptions_do_not(form: str) -> None:
    assert [FORMS[form].holds(value) for value in GOOD[form]] == [True] * len(GOOD[form])
    assert [FORMS[form].holds(value) for value in BAD[form]] == [False] * len(BAD[form])
    assert in_sql(GOOD[form] + BAD[form])[form] == [True] * len(GOOD[form]) + [False] * len(BAD[form])


def with_check_digit(body: str) -> str:
    return body + RIC_DIGITS[sum(w * int(c) for w, c in zip(RIC_WEIGHTS, body, strict=True)) % 11]


digits = st.text("0123456789", min_size=17, max_size=17)
candidates = st.one_of(
    st.text(max_size=20).filter(lambda text: "\x00" not in text and text.isprintable()),
    digits.map(with_check_digit),
    st.dates().map(lambda day: with_check_digit(f"220102{day:%Y%m%d}".replace(" ", "0").zfill(14)[:14] + "001")),
    st.text(VIN_ALPHABET, min_size=17, max_size=17),
    st.text(USCC_ALPHABET, min_size=18, max_size=18),
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=9, max_size=9),
    st.text(PROVINCES[:3] + "ABDIO0159挂学警", min_size=6, max_size=8),
)


@settings(max_examples=25)
@given(st.lists(candidates, min_size=1, max_size=40))
def test_sql_and_python_agree_on_any_text(values: list[str]) -> None:
    assert in_sql(values) == {name: [form.holds(value) for value in values] for name, form in FORMS.items()}
