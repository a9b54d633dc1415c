"""The province as a whole: the same for a seed, wide honest variation, sites that the platform knows."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from jianguan.demo import province
from jianguan.demo.province import sites, volumes

pytestmark = pytest.mark.xdist_group("province")

LAST = dt.date(2026, 6, 14)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_workers(tmp_path: Path) -> None:
    for name, workers in (("one", 1), ("two", 2)):
        province.build(4, 3, 0.02, tmp_path / name, last=LAST, workers=workers)
    one = digests(tmp_path / "one")
    assert len(one) > 80
    assert one == digests(tmp_path / "two")


def test_another_seed_gives_other_rows(tmp_path: Path) -> None:
    for seed in (3, 4):
        province.build(1, seed, 0.01, tmp_path / str(seed), last=dt.date(2026, 6, 12), workers=1)
    same = digests(tmp_path / "3").items() & digests(tmp_path / "4").items()
    assert {name.split("/")[0] for name, _ in same} <= {"channel"}


def test_a_day_comes_out_the_same_when_more_days_are_built_before_it(tmp_path: Path) -> None:
    day = dt.date(2026, 6, 12)
    province.build(1, 3, 0.01, tmp_path / "alone", last=day, kinds=(), workers=1)
    province.build(5, 3, 0.01, tmp_path / "late", last=day, kinds=(), workers=1)
    name = f"inspection/{day}.parquet"
    assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "late" / name).read_bytes()


def test_truth_names_the_period_and_all_rows(planted_folder: Path, planted: duckdb.DuckDBPyConnection) -> None:
    truth = json.loads((planted_folder / "truth.json").read_text(encoding="utf-8"))
    assert (truth["synthetic"], truth["first"], truth["last"]) == (True, "2026-06-03", "2026-06-14")
    counted = {fact: planted.execute(f"SELECT count(*) FROM {fact}").fetchone()[0] for fact in truth["rows"]}
    assert counted == truth["rows"]


def test_a_nominal_day_has_the_shape_of_the_province() -> None:
    day = dt.date(2026, 6, 16)
    rows = volumes.volume(day, 1.0, volumes.calendar([day])).rows
    assert 7000 < rows["inspection"] < 9500
    assert 6500 < rows["exam"] < 10000
    assert 4500 < rows["learning"] < 5500


def test_holidays_and_weekends_are_quiet() -> None:
    days = [dt.date(2026, 6, 16), dt.date(2026, 6, 14), dt.date(2026, 2, 17)]  # Tuesday, Sunday, Spring Festival
    workdays = volumes.calendar(days)
    tuesday, sunday, festival = (volumes.volume(day, 1.0, workdays).rows for day in days)
    assert sunday["exam"] == festival["exam"] == 0
    assert festival["inspection"] < sunday["inspection"] < tuesday["inspection"]


def test_honest_sites_differ_more_than_chance(honest: duckdb.DuckDBPyConnection) -> None:
    # Chi-square over degrees of freedom of pass rates; 1 when only chance is at work.
    spread, cells = honest.execute("""
        WITH rate AS (SELECT subject, avg(CAST(result = '1' AS INT)) AS p FROM exam GROUP BY subject),
        cell AS (SELECT site, subject, count(*) AS n, sum(CAST(result = '1' AS INT)) AS x FROM exam GROUP BY ALL)
        SELECT avg((x - n * p) ** 2 / (n * p * (1 - p))), count(*) FROM cell JOIN rate USING (subject) WHERE n >= 20
    """).fetchone()
    assert cells > 30
    assert 1.5 < spread < 12


def test_pass_rates_are_those_of_a_real_province(honest: duckdb.DuckDBPyConnection) -> None:
    rates = "SELECT subject, avg(CAST(result = '1' AS INT)) FROM exam GROUP BY subject"
    exams = dict(honest.execute(rates).fetchall())
    passed = "SELECT avg(CAST(verdict = '1' AS INT)) FROM inspection WHERE attempt = 1"
    first = honest.execute(passed).fetchone()[0]
    assert {subject: round(rate, 1) for subject, rate in exams.items()} == {"1": 0.8, "2": 0.6, "3": 0.6, "4": 0.9}
    assert 0.78 < first < 0.9


def test_deductions_add_up_and_scores_decide(honest: duckdb.DuckDBPyConnection) -> None:
    wrong = honest.execute("""
        SELECT count(*) FROM exam e LEFT JOIN (SELECT exam_no, sum(points) AS points FROM exam_deduction GROUP BY
            1) d USING (exam_no)
        WHERE subject IN ('2', '3') AND coalesce(points, 0) <> deducted
           OR (score >= CASE WHEN subject = '2' AND licence_class IN ('C1', 'C2', 'C5', 'D', 'E') THEN 80 ELSE 90
               END) <> (result = '1')
    """).fetchone()
    assert wrong == (0,)


def test_nobody_is_in_two_places_and_no_line_holds_two_vehicles(honest: duckdb.DuckDBPyConnection) -> None:
    for who in ("inspector", "(agency || line)"):
        overlaps = honest.execute(f"""
            SELECT count(*) FROM (
                SELECT started_at < lag(ended_at) OVER (PARTITION BY {who} ORDER BY started_at) AS early FROM
                    inspection)
            WHERE early
        """).fetchone()
        assert overlaps == (0,)


def test_exam_sites_are_known_to_the_platform(planted: duckdb.DuckDBPyConnection) -> None:
    known = {site.code for site in sites.sites(LAST).exam_sites}
    used = {row[0] for row in planted.execute("SELECT DISTINCT site FROM exam").fetchall()}
    assert used <= known
    assert {"YS-changchun-office-KC1", "YS-changchun-office-KC2", "YS-changchun-nongan-office-KC1"} <= used


@pytest.mark.parametrize(
    ("arguments", "word"),
    [((0, 1, 0.1), "天数"), ((1, 1, 0), "规模"), ((1, 1, 11), "规模")],
)
def test_senseless_arguments_are_refused(arguments: tuple[int, int, float], word: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=word):
        province.build(*arguments, tmp_path)


def test_unknown_misconduct_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="没有这种预置违规：bribery"):
        province.build(1, 1, 0.01, tmp_path, kinds=("bribery",))
