"""What is asked of ``jianguan facts`` in a way that makes no sense is refused in words, and is no good news."""

from pathlib import Path

import pytest

from jianguan.site.cli import main


@pytest.mark.parametrize("days", ["0", "-3", "100000000", "七"])
def test_of_no_day_at_all_nothing_is_said_to_have_come(
    home: Path, days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["facts", "status", f"--days={days}"])
    assert (left.value.code, "须为 1 至 3660 天" in capsys.readouterr().err) == (2, True)


def test_a_fact_or_record_that_is_not_there_is_said_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "compact", "nosuch"]) == 2
    assert "没有名为“nosuch”的数据约定" in capsys.readouterr().err
    assert main(["facts", "history", "exam", "E1"]) == 1
    assert capsys.readouterr().err == "没有这条记录\n"
