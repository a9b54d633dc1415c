"""A province-year of the ledger in a throw-away database, as the application's role under row security.

More vehicle offices than the province has are added, so that the year holds at least 90 × 51 × 365 cells
(norm × capacity × period). Everything generated is synthetic (合成数据). Reference: one bare sequential scan of the
same rows by the owner of the tables.
"""

import datetime as dt
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Scale:
    """How much is measured: vehicle offices beyond those of the province, days, and the cells that must come out."""

    extra: int
    first: dt.date
    last: dt.date
    least_cells: int


FULL = Scale(115, dt.date(2025, 1, 1), dt.date(2025, 12, 31), 90 * 51 * 365)
SMALL = Scale(2, dt.date(2025, 6, 2), dt.date(2025, 6, 4), 90 * 51 * 3 // 2)

OFFICES = [
    """
    INSERT INTO agencies_agency (slug, name, short, kind, "order")
    SELECT 'bench-office-' || i, '合成车管所' || i, '合成' || i, 'vehicle_office', 10000 + i
    FROM generate_series(1, %(extra)s) i
    """,
    """
    INSERT INTO agencies_capacity (key, agency_id, level, mode, basis, valid)
    SELECT slug || '@VEHICLE_OFFICE', id, 'VEHICLE_OFFICE', 'own', '2', daterange('2020-03-19', NULL)
    FROM agencies_agency WHERE slug LIKE 'bench-office-%%'
    """,
    """
    INSERT INTO agencies_oversight (capacity_id, superior_id, valid, basis)
    SELECT c.id, (SELECT id FROM agencies_capacity WHERE key = 'changchun@CITY'), c.valid, '2'
    FROM agencies_capacity c WHERE c.key LIKE 'bench-office-%%'
    """,
]

SITES = [
    # Two exam sites an office.
    """
    INSERT INTO subjects_subject (kind, code, name, capacity_id, address, attributes, valid, synthetic)
    SELECT 'exam_site', 'bench-' || c.id || '-' || i, '合成考场', c.id, '', '{}', daterange('2020-03-19', NULL), true
    FROM agencies_capacity c CROSS JOIN generate_series(1, 2) i WHERE c.level = 'VEHICLE_OFFICE'
    """,
]

RECORDS = [
    # One standing fact of every kind for 19 capacities in 20.
    """
    INSERT INTO registrations_registration (capacity_id, kind, title, number, valid, details, ended_reason, recorded_at,
        synthetic)
    SELECT DISTINCT t.capacity_id, split_part(n.source, ':', 2), n.title, '', daterange('2020-03-19', NULL),
        '{}'::jsonb, '', '2020-03-19 00:00+08'::timestamptz, true
    FROM work_task t JOIN rules_norm n ON n.id = t.norm_id
    WHERE n.source LIKE 'registration:%%' AND n.measure = 'presence' AND t.capacity_id %% 20 <> 0
    """,
    # One act for 19 daily duties in 20 (at each site where owed per site), signed half an hour later, one in 50 not
    # before the next day.
    """
    INSERT INTO work_check (kind, method, capacity_id, subject_id, happened_at, signed_at, passed, answers, remark)
    SELECT split_part(n.source, ':', 2), 'on_site', t.capacity_id, s.id, t.opens_at + interval '7 hours',
        t.opens_at + CASE WHEN (t.id %% 50) = 0 THEN interval '30 hours' ELSE interval '7.5 hours' END, true, '{}', ''
    FROM work_task t JOIN rules_norm n ON n.id = t.norm_id
    LEFT JOIN subjects_subject s ON n.per_subject AND s.capacity_id = t.capacity_id AND s.kind = n.object_kind
    WHERE n.source LIKE 'check:%%' AND n.measure = 'activity' AND t.id %% 20 <> 0
    """,
    # A frame for every ratio: 18 in 20 counted, one empty, one unknown.
    """
    INSERT INTO work_population (capacity_id, kind, day, part, state, size, digest, source, why, frozen_at)
    SELECT t.capacity_id, split_part(n.source, ':', 2), lower(t.period), 0,
        CASE t.id %% 20 WHEN 0 THEN 'unknown' WHEN 1 THEN 'empty' ELSE 'counted' END,
        CASE t.id %% 20 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE 10 + (t.id * 7919) %% 190 END, '', '合成数据', '',
        t.opens_at + interval '20 hours'
    FROM work_task t JOIN rules_norm n ON n.id = t.norm_id WHERE n.measure = 'ratio' ON CONFLICT DO NOTHING
    """,
    # One person a capacity, who looks at everything.
    """
    INSERT INTO people_person (name, number, is_police, phone, home_id, synthetic)
    SELECT '合成人员', 'bench-' || id, true, '', id, true FROM agencies_capacity
    """,
    """
    INSERT INTO people_post (capacity_id, title, role, full_time, duties, valid)
    SELECT id, '合成岗位', 'office-supervisor', true, '', daterange('2020-03-19', NULL) FROM agencies_capacity
    """,
    """
    INSERT INTO people_appointment (post_id, person_id, capacity_id, valid)
    SELECT o.id, p.id, o.capacity_id, o.valid FROM people_post o JOIN people_person p ON p.home_id = o.capacity_id
    """,
    # A draw of every counted frame: the quota and one more at random, two fewer for one frame in ten.
    """
    INSERT INTO evidence_storedobject (sha256, sm3, size, media_type, stored_at)
    VALUES (repeat('0', 64), repeat('0', 64), 1, 'text/plain', '2020-03-19 00:00+08')
    """,
    """
    INSERT INTO draws_draw (population_id, capacity_id, variant, generation, algorithm, seed, sources, parameters,
        floor, priority, mandatory, export_id, drawn_at)
    SELECT p.id, p.capacity_id, 'all', 0, 'bench', repeat('0', 64), '{}', '{}',
        GREATEST(0, (5 * p.size + 99) / 100 + CASE WHEN p.id %% 10 = 0 THEN -2 ELSE 1 END), 0, 0,
        (SELECT id FROM evidence_storedobject LIMIT 1), p.frozen_at
    FROM work_population p WHERE p.state = 'counted'
    """,
    """
    INSERT INTO draws_drawitem (draw_id, population_id, capacity_id, member, stratum, line, part, position, ticket,
        probability, about)
    SELECT d.id, d.population_id, d.capacity_id, 'bench-' || i, '', '', 'A', i, '', '1/20', '{}'
    FROM draws_draw d CROSS JOIN LATERAL generate_series(1, d.floor) i
    """,
    """
    INSERT INTO review_assignment (item_id, kind, capacity_id, appointment_id, reason, assigned_at)
    SELECT i.id, 'first', i.capacity_id, a.id, '', d.drawn_at
    FROM draws_drawitem i JOIN draws_draw d ON d.id = i.draw_id
    JOIN people_appointment a ON a.capacity_id = i.capacity_id
    """,
    # Reviews, one in twenty watched too little to count.
    """
    INSERT INTO work_check (kind, method, capacity_id, population_id, happened_at, signed_at, passed, answers, remark)
    SELECT 'exam-review', 'video', i.capacity_id, i.population_id, d.drawn_at + interval '1 hour',
        d.drawn_at + interval '2 hours', true, '{}', i.id::text
    FROM draws_drawitem i JOIN draws_draw d ON d.id = i.draw_id
    """,
    """
    INSERT INTO review_review (assignment_id, item_id, capacity_id, check_id, verdict, total_ms, credited_ms, pictures,
        pictures_seen, required_percent, asked, "right", proof, marks, counted, why_not, submitted_at, reason)
    SELECT a.id, a.item_id, a.capacity_id, c.id, 'normal', 60000, 60000, 0, 0, 80, 1, 1, '', '[]', c.id %% 20 <> 0,
        CASE WHEN c.id %% 20 = 0 THEN '认可观看不足' ELSE '' END, c.signed_at, ''
    FROM work_check c JOIN review_assignment a ON a.item_id = c.remark::bigint
    WHERE c.kind = 'exam-review'
    """,
]
TRIGGERS = ("review_assignment", "review_review")
"""Tables whose triggers rest while the rows are laid down in bulk; what they check holds by construction."""
TABLES = (
    "subjects_subject",
    "work_task",
    "work_check",
    "work_population",
    "registrations_registration",
    "draws_draw",
    "draws_drawitem",
    "review_assignment",
    "review_review",
)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds a call takes, and what it returns."""
    begin = time.perf_counter()
    value = call()
    return time.perf_counter() - begin, value


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def main(home: Path, scale: Scale) -> dict[str, Any]:
    """Make the database, then measure in it."""
    from jianguan.site.cluster import THROWAWAY, Cluster  # noqa: PLC0415 - the environment comes first
    from jianguan.site.config import APP_ROLE, OWNER_ROLE, embedded_url, secrets_of  # noqa: PLC0415
    from jianguan.site.database import create_database, create_roles  # noqa: PLC0415

    secrets = secrets_of(home)
    cluster = Cluster(home, secrets.superuser, THROWAWAY)
    with cluster.running():
        create_roles(cluster, secrets)
        create_database(cluster, "bench")
        os.environ["DATABASE_URL"] = embedded_url(home, APP_ROLE, secrets.app, "bench")
        os.environ["DATABASE_OWNER_URL"] = embedded_url(home, OWNER_ROLE, secrets.owner, "bench")
        import django  # noqa: PLC0415

        django.setup()
        from jianguan.site import commands  # noqa: PLC0415

        commands.migrate()
        commands.load(demo=False, report=say)
        return measure(scale)


def measure(scale: Scale) -> dict[str, Any]:
    """Build the year, compute it, and scan the same rows."""
    from django.db import connection, connections  # noqa: PLC0415

    from jianguan.backbone.ledger.queries import heat, ledger  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
    from jianguan.backbone.work.actions import open_tasks  # noqa: PLC0415
    from jianguan.engines.calendar.deadlines import start_of  # noqa: PLC0415

    def build(statements: list[str]) -> None:
        with scopes.within(scopes.everything()), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, {"extra": scale.extra})

    def rest(verb: str) -> None:
        with connections["owner"].cursor() as cursor:
            for table in TRIGGERS:
                cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")

    span = {"first": scale.first, "last": scale.last}
    middle = scale.first + (scale.last - scale.first) // 2
    build(OFFICES)
    build(SITES)  # in a scope that holds the new offices
    with scopes.within(scopes.everything()):
        open_seconds, opened = timed(lambda: open_tasks(**span))
    say(f"开立任务 {opened} 项，{open_seconds:.1f} 秒")
    rest("DISABLE")
    build(RECORDS)
    rest("ENABLE")
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
    as_of = start_of(scale.last + dt.timedelta(days=60))
    states: dict[str, int] = {}

    def year() -> int:
        for row in ledger(scope, **span, as_of=as_of):
            states[row.state.value] = states.get(row.state.value, 0) + 1
        return sum(states.values())

    with scopes.within(scopes.everything()) as scope:
        processor = time.process_time()
        year_seconds, cells = timed(year)
        processor = time.process_time() - processor
        say(f"全年台账 {cells} 格，{year_seconds:.1f} 秒")
        day_seconds, day_rows = timed(lambda: sum(1 for _ in ledger(scope, first=middle, last=middle, as_of=as_of)))
        heat_seconds, heat_cells = timed(lambda: len(heat(scope, **span, as_of=as_of)))
    rows: dict[str, int] = {}

    def scan() -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off")
            for table in TABLES:
                cursor.execute(f"SELECT count(*) FROM {table}")
                rows[table] = cursor.fetchone()[0]

    scan_seconds, _ = timed(scan)
    assert cells >= scale.least_cells, f"{cells} cells are fewer than {scale.least_cells}"
    return {
        "name": "ledger",
        "figures": {
            "cells": cells,
            "rows": rows,
            "states": states,
            "open_tasks_seconds": round(open_seconds, 2),
            "year_seconds": round(year_seconds, 2),
            "year_client_processor_seconds": round(processor, 2),
            "day_seconds": round(day_seconds, 3),
            "day_rows": day_rows,
            "heat_year_seconds": round(heat_seconds, 2),
            "heat_cells": heat_cells,
        },
        "references": {"sequential_scan_seconds": round(scan_seconds, 3), "least_cells": scale.least_cells},
        "ratios": {
            "year_seconds": {"value": round(year_seconds, 2), "at_most": 60},
            "day_seconds": {"value": round(day_seconds, 3), "at_most": 2},
            "cells_over_least": {"value": round(cells / scale.least_cells, 3), "at_least": 1},
        },
    }


def run() -> int:
    """Measure in a throw-away folder; 1 when a bound is broken. ``--small``: a few days, to see that it works."""
    home = Path(tempfile.mkdtemp(prefix="jianguan-bench-"))
    home.chmod(0o755)  # the server's own user must reach it
    os.environ |= {"JIANGUAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "jianguan.site.settings"}
    os.environ.setdefault("JIANGUAN_LOG_LEVEL", "WARNING")
    try:
        found = main(home, SMALL if "--small" in sys.argv else FULL)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=None if "--json" in sys.argv else 2))
    kept = all(
        ratio["value"] <= ratio.get("at_most", ratio["value"]) and ratio["value"] >= ratio.get("at_least", 0)
        for ratio in found["ratios"].values()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(run())
