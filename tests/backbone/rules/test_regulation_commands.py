"""``jianguan regulation`` prints text for people, one JSON document for machines, and ends with the right code."""

import json
import shutil
from pathlib import Path

import pytest

from jianguan.rulebook import RULEBOOK
from jianguan.site.cli import main

OFFICIAL = str(RULEBOOK / "official.md")


def test_read_prints_one_json_document_with_the_counts_of_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regulation", "read", OFFICIAL, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["articles"], document["operative_items"]) == (19, 51)
    assert {"id", "text", "digest"} <= document["items"][0].keys()
    assert any(defect["item"] == "4.7" for defect in document["defects"])


def test_read_prints_chinese_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regulation", "read", OFFICIAL]) == 0
    assert "共 19 条，履职条款 51 项" in capsys.readouterr().out


def test_lint_of_the_built_in_regulation_has_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regulation", "lint", OFFICIAL, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["errors"] == 0


def test_lint_ends_with_1_when_a_duty_of_the_text_has_no_norm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = shutil.copytree(RULEBOOK, tmp_path / "book", ignore=shutil.ignore_patterns("documents"))
    first = min((book / "norms").iterdir())
    first.unlink()
    assert main(["regulation", "lint", OFFICIAL, "--rulebook", str(book), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["errors"] > 0


def test_diff_of_a_text_with_itself_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regulation", "diff", OFFICIAL, OFFICIAL, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []


@pytest.mark.parametrize("text", ["今天天气很好。", ""])
def test_a_file_that_is_no_regulation_is_refused_with_2(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "letter.md"
    file.write_text(text, encoding="utf-8")
    assert main(["regulation", "read", str(file), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.strip()


def test_a_missing_file_is_refused_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regulation", "read", str(tmp_path / "none.md")]) == 2
    assert "none.md" in capsys.readouterr().err


def test_a_directory_without_a_rule_book_is_refused_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regulation", "lint", OFFICIAL, "--rulebook", str(tmp_path)]) == 2
    assert capsys.readouterr().err.strip()


@pytest.mark.parametrize("verb", ["read", "lint"])
def test_a_file_without_end_is_refused_with_2(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regulation", verb, "/dev/zero"]) == 2
    assert "超过 2 MB" in capsys.readouterr().err


def test_ten_megabytes_of_article_heads_are_refused_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "endless.md"
    file.write_text("第一条\n" * 1_000_000, encoding="utf-8")
    assert main(["regulation", "read", str(file)]) == 2
    assert "超过 2 MB" in capsys.readouterr().err
