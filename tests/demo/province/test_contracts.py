"""The files of the synthetic province are what the contracts promise."""

from pathlib import Path

import duckdb
import pytest

from jianguan.demo.province import world
from jianguan.engines.validators import FORMS
from jianguan.facts import contract as contracts

pytestmark = pytest.mark.xdist_group("province")


def test_every_contract_of_the_province_has_its_facts() -> None:
    public = {"centre_result"}  # published results of other countries are read from real files, not made
    assert set(world.facts()) == set(contracts.contracts()) - public


@pytest.mark.parametrize("fact", world.facts())
@pytest.mark.parametrize("province", ["planted", "honest"])
def test_every_file_meets_its_contract(province: str, fact: str, request: pytest.FixtureRequest) -> None:
    connection: duckdb.DuckDBPyConnection = request.getfixturevalue(province)
    contract = contracts.contract(fact)
    described = connection.execute(f"DESCRIBE {fact}").fetchall()
    assert {row[0]: row[1].replace(",", ", ") for row in described} == {
        name: column.sql_type for name, column in contract.columns.items()
    }
    wrong = {}
    for name, column in contract.columns.items():
        tests = [f'"{name}" IS NULL'] if column.required else []
        if column.size and column.sql_type == "VARCHAR":
            tests.append(f'length("{name}") > {column.size}')
        if column.code and contracts.codes()[column.code].complete:
            known = ", ".join(f"'{code}'" for code in contracts.codes()[column.code].entries)
            tests.append(f'"{name}" NOT IN ({known})')
        if column.form:
            tests.append(f'"{name}" IS NOT NULL AND NOT ' + FORMS[column.form].sql_of(f'"{name}"'))
        tests += [f'"{name}" < {column.min}'] if column.min is not None else []
        tests += [f'"{name}" > {column.max}'] if column.max is not None else []
        for test in tests:
            wrong[test] = connection.execute(f"SELECT count(*) FROM {fact} WHERE {test}").fetchone()[0]
    for check in contract.checks:
        wrong[check.name] = connection.execute(f"SELECT count(*) FROM {fact} WHERE NOT ({check.sql})").fetchone()[0]
    keys = ", ".join(f'"{name}"' for name in contract.key)
    rows, distinct = connection.execute(f"SELECT count(*), count(DISTINCT ({keys})) FROM {fact}").fetchone()
    assert {test: count for test, count in wrong.items() if count} == {}
    assert rows == distinct


def test_rows_lie_in_the_file_of_their_day(planted_folder: Path) -> None:
    strangers = {}
    for fact in world.facts():
        contract = contracts.contract(fact)
        for file in (planted_folder / fact).glob("*.parquet"):
            count = duckdb.execute(
                f"SELECT count(*) FROM '{file}' WHERE CAST(\"{contract.day}\" AS DATE) <> DATE '{file.stem}'"
            ).fetchone()
            if count != (0,):
                strangers[file.name, fact] = count
    assert strangers == {}


def test_every_file_says_that_it_is_synthetic(planted_folder: Path) -> None:
    files = [file for fact in world.facts() for file in (planted_folder / fact).glob("*.parquet")]
    marks = {
        duckdb.execute(
            f"SELECT decode(value) FROM parquet_kv_metadata('{file}') WHERE decode(key) = 'synthetic'"
        ).fetchone()
        for file in files
    }
    assert len(files) > 100
    assert marks == {("合成数据",)}
