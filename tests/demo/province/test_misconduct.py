"""Every planted kind shows in plain SQL over the files, names its actors, and hardly ever shows in an honest one."""

import json
from pathlib import Path

import duckdb
import pytest

from jianguan.demo.province import misconduct

pytestmark = pytest.mark.xdist_group("province")

SUSPECTS = {
    # kind: (what of the actors the query names, query)
    "site_passes_too_much": (
        "code",
        """SELECT site FROM exam WHERE subject = '2' GROUP BY site
           HAVING count(*) >= 25 AND avg(CAST(result = '1' AS INT)) > 0.83""",
    ),
    "examiner_school_pair": (
        "school",
        """WITH pair AS (SELECT school, examiner, count(*) AS n FROM exam WHERE subject IN ('2', '3') GROUP BY ALL)
           SELECT school FROM pair GROUP BY school HAVING sum(n) >= 15 AND max(n) > 0.7 * sum(n)""",
    ),
    "item_never_deducted": (
        "code",
        """SELECT e.site FROM exam e LEFT JOIN exam_deduction d ON d.exam_no = e.exam_no AND d.item = '201'
           WHERE subject = '2' AND started_at >= getvariable('start') AND licence_class IN ('C1', 'C2')
           GROUP BY e.site HAVING count(DISTINCT e.exam_no) >= 50 AND count(d.exam_no) <= 1""",
    ),
    "desk_run": (
        "desk",
        """SELECT desk FROM exam WHERE subject = '1' AND started_at >= getvariable('start')
           GROUP BY desk HAVING count(*) >= 20 AND min(result) = '1' AND max(result) = '1'""",
    ),
    "mixed_manual_deductions": ("code", "SELECT site FROM exam_deduction WHERE mode = '2'"),
    "exam_not_as_drawn": ("code", "SELECT site FROM exam WHERE car <> assigned_car"),
    "few_exam_photos": (
        "code",
        "SELECT site FROM exam LEFT JOIN (SELECT exam_no, count(*) AS n FROM exam_photo GROUP BY 1) "
        "USING (exam_no) WHERE coalesce(n, 0) < 3",
    ),
    "deduction_sum_mismatch": (
        "code",
        """SELECT site FROM exam LEFT JOIN (SELECT exam_no, sum(points) AS points FROM exam_deduction GROUP BY 1)
           USING (exam_no) WHERE subject IN ('2', '3') AND coalesce(points, 0) <> deducted""",
    ),
    "exam_before_check": (
        "code",
        """SELECT e.site FROM (SELECT site, CAST(started_at AS DATE) AS day, min(started_at) AS first FROM exam
            GROUP BY ALL) e
           JOIN (SELECT site, CAST(read_at AS DATE) AS day, max(read_at) AS read FROM pre_exam_parameter GROUP BY
               ALL) p
           USING (site, day) WHERE read > first""",
    ),
    "parameter_changed": (
        "code",
        """SELECT e.site FROM exam e JOIN pre_exam_parameter p ON p.site = e.site AND p.subject = e.subject
           AND parameter = '评判参数摘要' AND CAST(read_at AS DATE) = CAST(started_at AS DATE)
           WHERE parameters_digest <> approved""",
    ),
    "examiner_over_cap": (
        "examiner",
        """WITH total AS (SELECT examiner, capacity, count(*) AS n FROM exam
               WHERE subject IN ('2', '3') AND started_at >= getvariable('start') GROUP BY ALL),
           office AS (SELECT capacity, sum(n) AS all_n, count(*) AS examiners FROM total GROUP BY capacity)
           SELECT examiner FROM total JOIN office USING (capacity)
           WHERE examiners >= 4 AND all_n >= 50 AND n > 0.75 * all_n""",
    ),
    "unqualified_examiner": (
        "examiner",
        """SELECT DISTINCT e.examiner FROM exam e JOIN account a ON a.staff = e.examiner AND a.day =
            CAST(started_at AS DATE)
           WHERE valid_until < a.day""",
    ),
    "too_fast_inspection": (
        "code",
        """SELECT agency FROM inspection WHERE vehicle_type[1] <> 'M' AND ended_at - started_at < INTERVAL 6 MINUTE
           GROUP BY agency HAVING count(*) >= 3""",
    ),
    "agency_passes_too_much": (
        "code",
        """SELECT agency FROM inspection WHERE attempt = 1 AND started_at >= getvariable('start')
           GROUP BY agency HAVING count(*) >= 60 AND avg(CAST(verdict = '1' AS INT)) >= 0.975""",
    ),
    "reused_photo": (
        "code",
        "SELECT agency FROM inspection_photo GROUP BY agency, digest HAVING count(DISTINCT inspection_no) > 1",
    ),
    "recompressed_photo": (
        "code",
        """WITH p AS (SELECT agency, inspection_no, digest, CAST('0x' || perceptual AS UBIGINT) AS bits
                      FROM inspection_photo WHERE code IN ('0111', '0112'))
           SELECT a.agency FROM p a JOIN p b ON a.agency = b.agency AND a.inspection_no < b.inspection_no
           AND a.digest <> b.digest WHERE bit_count(xor(a.bits, b.bits)) <= 5""",
    ),
    "photo_outside_window": (
        "code",
        """SELECT p.agency FROM inspection_photo p JOIN inspection i USING (inspection_no) WHERE taken_at <
            i.started_at""",
    ),
    "identical_measurements": (
        "code",
        "SELECT agency FROM inspection GROUP BY agency, measured HAVING count(DISTINCT vin) > 2",
    ),
    "failed_elsewhere_then_passed": (
        "code",
        """SELECT b.agency FROM inspection a JOIN inspection b ON a.plate = b.plate AND a.agency <> b.agency
           AND b.started_at > a.started_at AND b.started_at < a.started_at + INTERVAL 3 DAY
           WHERE a.verdict = '2' AND b.verdict = '1' AND b.attempt = 1 GROUP BY b.agency HAVING count(*) >= 4""",
    ),
    "many_trailers": (
        "tractor",
        "SELECT tractor_plate FROM inspection GROUP BY tractor_plate HAVING count(DISTINCT plate) >= 4",
    ),
    "class_surge": (
        "code",
        """SELECT agency FROM inspection GROUP BY agency
           HAVING count(*) FILTER (vehicle_type = 'B11' AND started_at >= getvariable('start')) >= 15
           AND count(*) FILTER (vehicle_type = 'B11' AND started_at >= getvariable('start'))
               >= 3 * count(*) FILTER (vehicle_type = 'B11' AND started_at < getvariable('start'))""",
    ),
    "out_of_town_jump": (
        "code",
        """WITH home AS (SELECT agency, mode(plate[2]) AS letter FROM inspection
               WHERE started_at < getvariable('start') GROUP BY agency),
           share AS (SELECT agency, started_at >= getvariable('start') AS late, count(*) AS n,
               avg(CAST(plate[2] <> letter AS INT)) AS away FROM inspection JOIN home USING (agency) GROUP BY ALL)
           SELECT b.agency FROM share a JOIN share b ON a.agency = b.agency AND b.late AND NOT a.late
           WHERE a.n >= 30 AND b.n >= 30 AND b.away > 0.35 AND b.away > 2 * a.away""",
    ),
    "out_of_place_bus": (
        "code",
        """WITH home AS (SELECT agency, mode(plate[2]) AS letter FROM inspection GROUP BY agency)
           SELECT agency FROM inspection JOIN home USING (agency) WHERE vehicle_type IN ('K11', 'K18', 'K28') AND
               plate[2] <> letter""",
    ),
    "inspector_in_two_places": (
        "inspector",
        """SELECT a.inspector FROM inspection a JOIN inspection b ON a.inspector = b.inspector AND a.agency < b.agency
           AND a.started_at < b.ended_at AND b.started_at < a.ended_at""",
    ),
    "line_two_vehicles": (
        "code",
        """SELECT agency FROM (SELECT agency, started_at < lag(ended_at) OVER (PARTITION BY agency, line ORDER BY
            started_at) AS early
           FROM inspection) WHERE early GROUP BY agency HAVING count(*) >= 3""",
    ),
    "reviewer_rubber_stamp": (
        "reviewer",
        """SELECT reviewer FROM inspection WHERE started_at >= getvariable('start') AND reviewer IS NOT NULL
            GROUP BY reviewer
           HAVING count(*) >= 30 AND median(reviewed_at - review_started_at) < INTERVAL 20 SECOND
           AND avg(CAST(decision = '1' AS INT)) > 0.99""",
    ),
    "sensitive_corrections": (
        "operator",
        """SELECT operator FROM business_correction
           WHERE field IN ('车辆识别代号', '初次登记日期', '使用性质', '强制报废期止')
           GROUP BY operator HAVING count(*) >= 4""",
    ),
    "same_operator": (
        "operator",
        """SELECT a.operator FROM business_step a JOIN business_step b USING (business_no, operator)
           WHERE a.step = '1' AND b.step = '2'""",
    ),
    "frequent_reissue": (
        "plate",
        "SELECT plate FROM licensing_business WHERE kind = 'V06' GROUP BY plate HAVING count(*) >= 3",
    ),
    "agent_many_businesses": (
        "agent",
        "SELECT agent FROM licensing_business WHERE agent IS NOT NULL GROUP BY agent HAVING count(*) >= 20",
    ),
    "county_out_of_scope": (
        "office",
        """SELECT office FROM licensing_business WHERE kind = 'V01' AND (vehicle_type[:2] IN ('K1', 'K2') OR
            usage IN ('R', 'P', 'S'))
           AND len(string_split(replace(office, 'jilin-city', 'jilincity'), '-')) = 5""",
    ),
    "check_without_pda": ("area", "SELECT area FROM vehicle_check WHERE NOT pda_recorded"),
    "body_camera_late": (
        "unit",
        "SELECT unit FROM body_camera_file WHERE CAST(uploaded_at AS DATE) > CAST(ended_at AS DATE)",
    ),
    "body_camera_missing": (
        "unit",
        """SELECT area FROM vehicle_check c ANTI JOIN body_camera_file f ON f.officer = c.checker
           AND f.started_at <= c.started_at AND f.ended_at >= c.ended_at""",
    ),
    "substitute_learner": (
        "platform",
        """SELECT platform FROM learning_snapshot WHERE faces = 1 GROUP BY platform, session_no
           HAVING count(DISTINCT face_group) > 1 AND min(score) < 0.5""",
    ),
    "shared_device": (
        "device",
        "SELECT device FROM learning_session GROUP BY device HAVING count(DISTINCT person) > 3",
    ),
    "parallel_sessions": (
        "platform",
        """SELECT a.platform FROM learning_session a JOIN learning_session b ON a.person = b.person AND
            a.session_no < b.session_no
           AND a.started_at < b.ended_at AND b.started_at < a.ended_at""",
    ),
    "recording_hole": (
        "place",
        """SELECT place FROM (SELECT place, channel, date_diff('second', ended_at, lead(started_at) OVER
               (PARTITION BY channel, CAST(started_at AS DATE) ORDER BY started_at)) AS hole FROM recording_segment)
           WHERE hole > 2500 GROUP BY place HAVING count(*) >= 3""",
    ),
    "clock_drift": ("place", "SELECT place FROM recording_segment WHERE abs(clock_drift) > 5"),
    "dormant_account": (
        "account",
        "SELECT account FROM account WHERE state = '1' AND last_login_at < day - INTERVAL 90 DAY",
    ),
    "excess_permission": ("account", "SELECT account FROM account_permission WHERE NOT template"),
    "login_outside_hours": (
        "account",
        "SELECT account FROM account_login WHERE hour(logged_in_at) < 6 OR hour(logged_in_at) >= 22",
    ),
}


@pytest.fixture(scope="session")
def truth(planted_folder: Path) -> dict[str, dict[str, object]]:
    document = json.loads((planted_folder / "truth.json").read_text(encoding="utf-8"))
    return {one["kind"]: one for one in document["misconduct"]}


def suspects(connection: duckdb.DuckDBPyConnection, kind: str, start: object) -> set[str]:
    connection.execute(f"SET VARIABLE start = TIMESTAMP '{start}'")
    return {row[0] for row in connection.execute(SUSPECTS[kind][1]).fetchall()}


def test_more_kinds_than_the_issue_asks_for_and_a_test_for_each() -> None:
    assert set(SUSPECTS) == set(misconduct.kinds())
    assert len(SUSPECTS) >= 25


@pytest.mark.parametrize("kind", sorted(SUSPECTS))
def test_a_planted_kind_shows_and_names_its_actors(
    kind: str,
    planted: duckdb.DuckDBPyConnection,
    honest: duckdb.DuckDBPyConnection,
    truth: dict[str, dict[str, object]],
) -> None:
    told = truth[kind]
    actors = {actor[SUSPECTS[kind][0]] for actor in told["actors"]}
    assert told["size"] > 0
    assert actors <= suspects(planted, kind, told["start"])
    assert len(suspects(honest, kind, told["start"])) <= 1
    assert not actors & suspects(honest, kind, told["start"])


@pytest.mark.parametrize("kind", sorted(SUSPECTS))
def test_truth_counts_the_records_it_lists(
    kind: str, planted_folder: Path, truth: dict[str, dict[str, object]]
) -> None:
    listed = duckdb.execute(
        f"SELECT count(*), min(fact) FROM '{planted_folder}/truth/*.parquet' WHERE kind = '{kind}'"
    ).fetchone()
    assert listed == (truth[kind]["size"], truth[kind]["fact"])


@pytest.mark.parametrize("kind", sorted(SUSPECTS))
def test_nothing_happens_before_the_start(kind: str, planted_folder: Path, truth: dict[str, dict[str, object]]) -> None:
    first = duckdb.execute(
        f"""SELECT min(filename) FROM read_parquet('{planted_folder}/truth/*.parquet', filename = true) WHERE kind
            = '{kind}'"""
    ).fetchone()[0]
    assert Path(first).stem >= str(truth[kind]["start"])
