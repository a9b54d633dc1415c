"""``jianguan ledger`` and ``jianguan day``: one document, clear refusals."""

import json
from typing import Any

import pytest

import builders
from jianguan.backbone.ledger.commands import table, width
from jianguan.site.cli import build


def run(*words: str) -> int:
    parsed = build().parse_args(list(words))
    return int(parsed.run(parsed))


def test_json_is_one_document_with_the_fields_other_tools_read(db: Any, capsys: pytest.CaptureFixture[str]) -> None:
    builders.see_everything()
    builders.open_day()
    assert run("ledger", "--date", "2026-03-10", "--provision", "6.6", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"provision", "capacity", "period", "required", "done", "state", "reason", "proof"} <= set(rows[0])
    assert {row["provision"] for row in rows} == {"6.6"}


@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "--date", "2020-03-18"),
        ("day", "2020-03-18"),
        ("day", "gestern"),
        ("ledger", "--date", "2026-03-10", "--capacity", "nobody@CITY"),
        ("ledger", "--date", "2026-03-10", "--provision", "99"),
    ],
)
def test_wrong_use_says_why_and_ends_with_2(
    db: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(*words) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.strip()


def test_the_table_counts_two_columns_for_a_chinese_character() -> None:
    assert width("条款6.6") == 7
    assert "没有" in table([])
