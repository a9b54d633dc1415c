"""The window copy holds the current inspections once, bucketed by plate; the command line takes in and reports."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builders import at, on_the_clock
from facts.conftest import as_csv, exam
from jianguan.facts import jobs, lake, places, sources, staging, upkeep
from jianguan.facts.contract import contract
from jianguan.facts.models import Batch, Source

Take = Callable[..., Any]


def inspection(number: int, **other: str) -> dict[str, str]:
    return {
        "jylsh": f"J{number}",
        "hphm": f"吉A{number:05}",
        "hpzl": "02",
        "cllx": "K33",
        "syxz": "A",
        "jyjgbh": "A1",
        "jcxdh": "1",
        "jycs": "1",
        "kssj": "2020-03-02 08:00:00",
        "jssj": "2020-03-02 08:20:00",
        "jyjl": "1",
    } | other


def test_the_window_copy_holds_every_current_inspection_once_by_plate(take: Take) -> None:
    take(as_csv([inspection(number) for number in range(40)]), fact="inspection")
    take(as_csv([inspection(3, jyjl="2")]), fact="inspection")
    assert dict(upkeep.all_("inspection")) == {"机动车安全技术检验": "2 个文件合并为 1 个"}
    found = []
    for bucket in range(upkeep.BUCKETS):
        window = upkeep.window(places.lake(), "inspection", bucket)
        found += duckdb.sql(f"SELECT inspection_no, plate, verdict FROM ({window})").fetchall()
    assert len(found) == len({plate for _, plate, _ in found}) == 40
    assert ("J3", "吉A00003", "2") in found


def test_the_command_takes_files_in_and_says_so_in_one_document(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from jianguan.site.cli import build

    sources.register("exam", "exam")
    path = tmp_path / "exam.csv"
    path.write_text(as_csv([exam(1), exam(2, kskm="9")]))
    arguments = build().parse_args(["facts", "import", "exam", str(path), "--json"])
    assert arguments.run(arguments) == 1
    (answer,) = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["refused"], answer["first_refusals"][0]["line"]) == (1, 1, 3)
    arguments = build().parse_args(["facts", "import", "nothing", str(path)])
    assert arguments.run(arguments) == 2


def test_a_source_nobody_registered_brings_nothing_and_is_not_registered_by_the_way(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from jianguan.site.cli import build

    path = tmp_path / "exam.csv"
    path.write_text(as_csv([exam(1)]))
    for words in (["import", "exam", str(path), "--source", "exma"], ["import", "exam", str(tmp_path / "none.csv")]):
        arguments = build().parse_args(["facts", *words])
        assert arguments.run(arguments) == 2
        assert "jianguan source add exam" in capsys.readouterr().err
    arguments = build().parse_args(["token", "issue", "exam", "--source", "exma"])
    assert arguments.run(arguments) == 2
    assert (Source.objects.count(), Batch.objects.count()) == (0, 0)


def test_the_nightly_job_removes_files_that_a_merge_replaced_more_than_a_week_ago_and_no_record(
    take: Take, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    def files() -> int:
        return len(list((places.lake() / "exam").rglob("*.parquet"))) - len(
            list((places.lake() / "exam" / lake.SUPERSEDED).glob("*.parquet"))
        )

    with on_the_clock(at(dt.date(2020, 3, 3))):
        take(as_csv([exam(1), exam(2)]))
        take(as_csv([exam(2, kcdd="K2")]))
        upkeep.compact(lake.Table(places.lake(), contract("exam")))
    assert files() == 3, "those before the merge stay for a week"
    jobs.look_after_the_lake(timestamp=0)
    assert files() == 1
    assert [row["site"] for row in rows(all_=True)] == ["K1", "K1", "K2"]


def test_every_version_of_a_record_can_be_read(take: Take, capsys: pytest.CaptureFixture[str]) -> None:
    from jianguan.site.cli import build

    def asked(*words: str) -> int:
        arguments = build().parse_args(["facts", "history", *words])
        return int(arguments.run(arguments))

    take(as_csv([exam(1), exam(2)]), name="one.csv")
    take(as_csv([exam(1, kcdd="K2")]), name="two.csv")
    take(as_csv([exam(1, kcdd="K3")]), name="three.csv", source=sources.register("other", "exam"))
    capsys.readouterr()
    assert asked("exam", "E1", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    told = [(one["state"], one["file"], one["record"]["site"]) for one in found]
    assert told == [("与其他数据源冲突", "three.csv", "K3"), ("现行", "two.csv", "K2"), ("已更正", "one.csv", "K1")]
    assert "张三" not in str(found), "people stay pseudonyms"
    assert asked("exam", "E1") == 0
    assert "现行" in capsys.readouterr().err
    assert asked("exam", "E9") == 1
    assert asked("exam", "E1", "E2") == 2
    assert asked("nothing", "E1") == 2


def test_a_batch_too_large_to_be_sorted_on_arrival_is_sorted_by_the_nightly_job(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sites() -> list[str]:
        (file,) = lake.Table(places.lake(), contract("exam")).files(None, None)
        return [site for (site,) in duckdb.sql(f"SELECT site FROM read_parquet('{file}')").fetchall()]

    monkeypatch.setattr(staging, "SORTED_ROWS", 5)
    take(as_csv([exam(number, kcdd=f"K{9 - number}") for number in range(8)]))
    assert sites() == [f"K{9 - number}" for number in range(8)]
    jobs.look_after_the_lake(timestamp=0)
    assert sites() == sorted(f"K{9 - number}" for number in range(8))
    assert not any(path.name != ".lock" for path in places.scratch().iterdir()), "nothing is left in scratch"
