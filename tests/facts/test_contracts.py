"""Contracts and code tables: complete, consistent, and their rules are SQL that DuckDB understands."""

import duckdb
import pytest

from jianguan.facts.contract import WrongContract, codes, contract, contracts, read_contract

SMALL = """
name: small
version: 1
label: 小
source: 测试
cadence: daily
key: [number]
day: at
site: site
columns:
  number: {{label: 编号, type: text(10), required: true{more}}}
  at: {{label: 时间, type: timestamp, required: true}}
  site: {{label: 场所, type: text}}
"""


def small(more: str = "") -> bytes:
    return SMALL.format(more=more).encode()


@pytest.mark.parametrize("name", sorted(contracts()))
def test_every_row_rule_is_sql_over_the_contract_s_columns(name: str) -> None:
    found = contract(name)
    columns = ", ".join(f'NULL::{column.sql_type} AS "{key}"' for key, column in found.columns.items())
    for check in found.checks:
        verdict = duckdb.execute(f"SELECT {check.sql} FROM (SELECT {columns})").fetchone()
        assert verdict == (None,), f"{check.name} 对空值应为未知"


def test_every_chapter_s_facts_have_a_contract() -> None:
    assert {
        "exam",
        "inspection",
        "vehicle_check",
        "licensing_business",
        "recording_segment",
        "learning_session",
    } <= set(contracts())
    assert contract("exam").names()["sfzmhm"] == "person"
    assert contract("exam").names()["考试流水号"] == "exam_no"


def test_personal_identifiers_are_pseudonymous_but_plates_stay_readable() -> None:
    assert contract("exam").columns["person"].pseudonymous
    assert not contract("inspection").columns["plate"].pseudonymous


def test_the_city_gongzhuling_keeps_both_its_codes_in_succession() -> None:
    division = codes()["division"].entries
    assert division["220381"].successor == "220184"
    assert division["220381"].until == division["220184"].since
    assert sum(code.endswith("00") for code in division) == 10
    assert sum(not code.endswith("00") and not entry.successor for code, entry in division.items()) == 60


def test_unknown_facts_are_named_with_those_that_exist() -> None:
    with pytest.raises(LookupError, match=r"没有名为“nothing”的数据约定.*exam"):
        contract("nothing")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (", form: shoe_size", "校验 shoe_size 未定义"),
        (", aliases: [时间]", "别名重复 时间"),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(more: str, message: str) -> None:
    with pytest.raises(WrongContract, match=message):
        read_contract(small(more))


def test_a_contract_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        read_contract(small(", colour: red"))
