"""What a source may say, and what is only counted; staged without a database."""

import datetime as dt
from pathlib import Path

import pytest

from facts.conftest import as_csv, exam
from jianguan.facts import lake, readers
from jianguan.facts.contract import contract
from jianguan.facts.pseudonyms import keys
from jianguan.facts.staging import Stage, Staged
from jianguan.facts.unreadable import Unreadable

NOW = dt.datetime(2020, 3, 3, 8, tzinfo=dt.UTC)
INSPECTION = {
    "jylsh": "J1",
    "cllx": "K33",
    "syxz": "A",
    "jyjgbh": "A1",
    "jcxdh": "1",
    "jycs": "1",
    "kssj": "2020-03-02 08:00:00",
    "jssj": "2020-03-02 08:20:00",
    "jyjl": "1",
}


def staged(folder: Path, fact: str, text: str, capacity: str = "") -> tuple[list[str], dict[str, int], list[str]]:
    """Keys of capacities of the rows taken, words counted, and reasons of the refused rows."""
    (folder / "in.csv").write_text(text)
    with lake.engine(folder / "scratch") as duck:
        opened = readers.open_file(duck, folder / "in.csv", folder, None)
        stage = Stage(duck, opened, contract(fact), None, keys(folder / "key"), now=NOW, capacity=capacity)
        list(stage.identities())
        files = [str(folder / file.path) for file in stage.write(folder / "batch", 1)]
        stage.keep_broken()
        days, warnings = stage.count(files) if files else ([], {})
        return [key for _, key, _ in days], warnings, [one.rule for one in stage.refusals()]


@pytest.mark.parametrize("counted", [Staged(accepted=1), Staged(accepted=3), Staged(accepted=1, left_out=2)])
def test_a_file_whose_rows_do_not_add_up_is_refused_whole(tmp_path: Path, counted: Staged) -> None:
    (tmp_path / "in.csv").write_text(as_csv([exam(1), exam(2)]))
    with lake.engine(tmp_path / "scratch") as duck:
        opened = readers.open_file(duck, tmp_path / "in.csv", tmp_path, None)
        stage = Stage(duck, opened, contract("exam"), None, keys(tmp_path / "key"), now=NOW)
        stage.account(Staged(accepted=1, refused=1))
        with pytest.raises(Unreadable, match="行数对不上：读到 2 行"):
            stage.account(counted)


def test_a_source_of_one_capacity_cannot_report_for_another(tmp_path: Path) -> None:
    rows = [
        exam(1, capacity="changchun@CITY"),
        exam(2, capacity="jilin@CITY"),
        exam(3, capacity=""),
    ]
    assert staged(tmp_path, "exam", as_csv(rows), "changchun@CITY")[::2] == (["changchun@CITY"], ["foreign"])


def test_a_source_of_the_whole_province_reports_for_every_capacity(tmp_path: Path) -> None:
    rows = [exam(1, capacity="changchun@CITY"), exam(2, capacity="jilin@CITY")]
    assert staged(tmp_path, "exam", as_csv(rows))[::2] == (["changchun@CITY", "jilin@CITY"], [])


def test_a_check_digit_that_is_wrong_is_counted_and_one_that_is_not_there_is_not(tmp_path: Path) -> None:
    vins = ["LSGPC54U5AF000001", "1M8GDM9AXKP042788", ""]
    rows = [INSPECTION | {"jylsh": f"J{place}", "clsbdh": vin} for place, vin in enumerate(vins)]
    assert staged(tmp_path, "inspection", as_csv(rows))[1] == {"车辆识别代号：车辆识别代号校验位不符": 1}
