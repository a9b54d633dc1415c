"""An empty lake of each test's own, and files of exams in the form of an interface export."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

EXAM = {
    "lsh": "E1",
    "sfzmhm": "11010519491231002X",
    "xm": "张三",
    "kskm": "2",
    "kscx": "C1",
    "kscs": "1",
    "jxdm": "S1",
    "kcdd": "K1",
    "ksy1": "X1",
    "kssj": "2020-03-02 08:00:00",
    "jssj": "2020-03-02 08:20:00",
    "kscj": "90",
    "kfhj": "10",
    "ksjg": "1",
}


@pytest.fixture
def home(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an installation whose lake is empty."""
    from django.conf import settings

    from jianguan.backbone.scope import scope as scopes

    monkeypatch.setattr(settings, "JIANGUAN_HOME", tmp_path / "home")
    scopes.apply(scopes.everything())
    return tmp_path / "home"


def exam(number: int, **other: str) -> dict[str, str]:
    """An exam in the words of the interface."""
    return EXAM | {"lsh": f"E{number}"} | other


def as_csv(rows: list[dict[str, str]]) -> str:
    """Rows as plain CSV with the header of the first."""
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]) + "\n"


@pytest.fixture
def take(home: Path, tmp_path: Path) -> Callable[..., Any]:
    """Take a file in; ``content`` is text or bytes."""
    from jianguan.facts import ingest, sources

    def taken(content: str | bytes, name: str = "exam.csv", fact: str = "exam", **options: Any) -> Any:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        origin = options.pop("source", None) or sources.register(f"{fact}-source", fact)
        return ingest.take_in(fact, path, source=origin, **options)

    return taken


@pytest.fixture
def rows(home: Path) -> Callable[..., list[dict[str, Any]]]:
    """Current records of a fact, ordered by key."""
    from jianguan.facts import places
    from jianguan.facts.catalogue import select
    from jianguan.facts.contract import contract

    def current(fact: str = "exam", version: int | None = None, *, all_: bool = False) -> list[dict[str, Any]]:
        sql = select(places.lake(), fact, None, None, version, all_=all_)
        cursor = duckdb.execute(f"SELECT * FROM ({sql}) ORDER BY {', '.join(contract(fact).key)}, _batch")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return current
