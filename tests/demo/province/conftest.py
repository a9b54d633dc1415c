"""A small province of twelve days, built once with all misconduct and once without any."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from jianguan.demo import province

DAYS = 12
SCALE = 0.08
SEED = 7
LAST = dt.date(2026, 6, 14)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A view for every fact of a built province."""
    connection = duckdb.connect(config={"threads": 1})
    for fact in sorted(path for path in folder.iterdir() if path.is_dir()):
        connection.execute(f"CREATE VIEW {fact.name} AS FROM read_parquet('{fact}/*.parquet')")
    return connection


@pytest.fixture(scope="session")
def planted_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    province.build(DAYS, SEED, SCALE, folder, last=LAST, workers=1)
    return folder


@pytest.fixture(scope="session")
def honest_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("honest")
    province.build(DAYS, SEED, SCALE, folder, last=LAST, kinds=(), workers=1)
    return folder


@pytest.fixture(scope="session")
def planted(planted_folder: Path) -> duckdb.DuckDBPyConnection:
    return connect(planted_folder)


@pytest.fixture(scope="session")
def honest(honest_folder: Path) -> duckdb.DuckDBPyConnection:
    return connect(honest_folder)
