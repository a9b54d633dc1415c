"""A million cases searched by any word in them, as the application's role under row security.

Words of every kind are looked for as the list page does it, as the province, a city and an office: rare, frequent, one
letter, several, numbers, plates, words that never stand together, words that stand nowhere; then narrowed to a unit,
to a month, and to a state that no case is in. Reference, in the same run: a case read by its id.
All cases are synthetic (合成数据).
"""

import datetime as dt
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SMALL, FULL = 20_000, 1_000_000
CHUNK = 10_000
ROUNDS = 5
PAGE = 50
SCOPES = {"province": "jilin@PROVINCE", "city": "changchun@CITY", "office": "changchun-office@VEHICLE_OFFICE"}
PLACES = (
    "第一考场",
    "第二考场",
    "科目三候考区",
    "机动车查验区",
    "业务大厅",
    "登记服务站",
    "审验教育点",
    "检验检测线",
    "档案室",
    "综合窗口",
)
FACTS = (
    "监控画面被遮挡", "音视频资料缺失", "执法记录仪未全程开启", "考试评判参数与核准值不一致", "查验照片重复使用",
    "外廓尺寸未按规定测量", "档案资料未及时归档", "账号权限与岗位不符", "异地车辆集中办理", "学员照片疑似非本人",
    "窗口人员推诿拖延", "收费标准未公示", "检验合格率明显高于同地区", "重点车辆未逐项查验", "考试员未经随机抽取",
)  # fmt: skip
ORDERS = ("请于期限内核查并报结果", "请立即整改", "请调取原始录像核实", "请说明情况并附佐证材料", "请举一反三开展自查")
ANSWERS = (
    "经调取录像核实，情况属实，已责令当事人停岗学习", "经现场勘查，设备老化，已更换镜头并重新标定",
    "经逐人比对，未发现异常", "情况部分属实，已补录资料并约谈负责人", "已完成整改，附前后对比照片",
)  # fmt: skip
PEOPLE = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "".join(map(chr, range(0x4E00, 0x4E00 + 2_000)))
"""Letters of names: each stands in about one case in a thousand."""

CASES = """
INSERT INTO cases_case (id, kind, flow, number, title, text, provision, severity, issuer_id, handler_id, origin, data,
    locked, state, supervision, version, opened_at, closed_at, synthetic)
SELECT g, 'rectification', 1, '合成整改〔2020〕' || g || '号', place || fact, place || fact || '，涉及车辆吉A' ||
        lpad((g * 7919 %% 100000)::text, 5, '0') || '，当事人' || who || '，' || ask, '5.7', 'general', o.superior_id,
    o.capacity_id, '抽查复核', '{}', false, 'closed', 0, 3, t, t, true
FROM (
    SELECT g, '2020-03-19 09:00+08'::timestamptz + g * interval '3 minutes' AS t,
        (%(places)s::text[])[1 + (h & 1023) %% 10] AS place, (%(facts)s::text[])[1 + (h >> 10 & 1023) %% 15] AS fact,
        (%(orders)s::text[])[1 + (h >> 20 & 1023) %% 5] AS ask, substr(%(people)s, 1 + (h >> 30 & 1023)::int %% 20, 1)
            || substr(%(given)s, 1 + (h >> 40 & 1048575)::int %% 2000, 1)
            || substr(%(given)s, 1 + (g / 500 %% 2000)::int, 1) AS who
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) g, hashint8extended(g, 20201123) h
) made
JOIN (SELECT capacity_id, superior_id, row_number() OVER (ORDER BY capacity_id) - 1 AS n, count(*) OVER () AS all
      FROM agencies_oversight WHERE valid @> DATE '2020-06-01') o ON o.n = (hashint8extended(g, 7) & 1048575) %% o.all
"""
STEPS = """
INSERT INTO cases_step (case_id, version, verb, from_state, to_state, side, capacity_id, text, data, state_digest, at)
SELECT c.id, v.version, v.verb, '', v.state, v.side, CASE v.side WHEN 'issuer' THEN c.issuer_id ELSE c.handler_id END,
    CASE v.verb WHEN 'submit' THEN (%(answers)s::text[])[1 + c.id * 11 %% 5] WHEN 'close' THEN '同意办结' ELSE '' END,
    '{}', '', c.opened_at
FROM cases_case c CROSS JOIN (VALUES (1, 'open', 'opened', 'issuer'), (2, 'submit', 'submitted', 'handler'),
    (3, 'close', 'closed', 'issuer')) v(version, verb, state, side)
WHERE c.id BETWEEN %(first)s AND %(last)s
"""
WORDS = """
INSERT INTO cases_casewords (case_id, words, seen_by, spans)
SELECT c.id, cases_words(cases_text(c.id)), ARRAY[c.issuer_id, c.handler_id], cases_spans(c.id) FROM cases_case c
WHERE c.id BETWEEN %(first)s AND %(last)s
"""
TABLES = ("cases_case", "cases_step", "cases_casewords")


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def asked(count: int, chance: random.Random) -> dict[str, list[str]]:
    """What is looked for, by kind; every word is looked for once a round, none twice in one."""
    ids = [chance.randrange(1, count + 1) for _ in range(20)]
    names = [chance.choice(PEOPLE) + chance.choice(GIVEN) for _ in range(20)]
    return {
        "frequent": ["考场", "检验", "核实", "当事人", "请", "同意办结", "涉及车辆", "整改"],
        "one_letter": ["车", "员", "第", "吉", *chance.sample(GIVEN, 8)],
        "phrase": [*FACTS, *ANSWERS],
        "several": [f"{chance.choice(PLACES)} {chance.choice(FACTS)} {chance.choice(ORDERS)[2:6]}" for _ in range(20)],
        "person": names,
        "person_and_word": [f"{name} {chance.choice(PLACES)}" for name in names],
        "number": [f"合成整改〔2020〕{one}号" for one in ids],
        "plate": [f"吉A{one * 7919 % 100000:05}" for one in ids],
        # Each stands in one case of five to ten, and a case holds one place and one answer.
        "never_together": ["第一考场 第二考场", "业务大厅 档案室 综合窗口", "未发现异常 已更换镜头", "查验区 候考区"],
        "nowhere": ["龘龘", "校车", "zzz", "吉Z99999", "高铁 航班"],
    }


def main(home: Path, count: int) -> dict[str, Any]:
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
        built = build(count)
        return measure(count, built)


def build(count: int) -> dict[str, float]:
    """Lay the cases down in bulk, with triggers at rest, their words by the function the triggers call."""
    from django.db import connections  # noqa: PLC0415

    given = {
        "places": list(PLACES), "facts": list(FACTS), "orders": list(ORDERS), "answers": list(ANSWERS),
        "people": PEOPLE, "given": GIVEN,
    }  # fmt: skip

    def owner(statement: str, **more: object) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute(statement, given | more if more else None)

    def words(first: int) -> None:
        owner(WORDS, first=first, last=min(count, first + CHUNK - 1))
        connections["owner"].close()

    begun = time.perf_counter()
    for table in TABLES:
        owner(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner("DROP INDEX case_words")
    owner(CASES, first=1, last=count)
    owner(STEPS, first=1, last=count)
    owner(f"SELECT setval('cases_case_id_seq', {count})")
    laid = time.perf_counter() - begun
    say(f"事项 {count} 件，{laid:.0f} 秒")
    begun = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, _ in enumerate(pool.map(words, range(1, count + 1, CHUNK)), 1):
            if number % 10 == 0:
                spent = time.perf_counter() - begun
                say(
                    f"检索词 {min(count, number * CHUNK)}/{count}，还需约 {spent * (count / number / CHUNK - 1):.0f} 秒"
                )
    worded = time.perf_counter() - begun
    begun = time.perf_counter()
    owner("CREATE INDEX case_words ON cases_casewords USING gin (spans, seen_by, words) WITH (fastupdate = off)")
    indexed = time.perf_counter() - begun
    say(f"检索词 {worded:.0f} 秒，索引 {indexed:.0f} 秒")
    for table in TABLES:
        owner(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner(f"VACUUM ANALYZE {table}")
    return {"cases_seconds": round(laid, 1), "words_seconds": round(worded, 1), "index_seconds": round(indexed, 1)}


def percentile(values: Sequence[float], percent: int) -> float:
    """A percentile of measured milliseconds."""
    return round(sorted(values)[min(len(values) - 1, len(values) * percent // 100)], 2)


def measure(count: int, built: dict[str, float]) -> dict[str, Any]:
    """Look for every word as every unit, and read cases by their id between."""
    from django.db import connection  # noqa: PLC0415

    from jianguan.backbone.agencies import queries as agencies  # noqa: PLC0415
    from jianguan.backbone.cases.queries import Asked, board, visible  # noqa: PLC0415
    from jianguan.backbone.cases.search import LOOKED_AT, narrowed  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
    from jianguan.kit import clock  # noqa: PLC0415

    chance = random.Random(20_201_123)  # noqa: S311 - which words to look for
    times: dict[str, list[float]] = {}
    by_id: list[float] = []
    found: dict[str, int] = {}

    def page(scope: Any, words: str, narrowing: Asked) -> list[Any]:
        fitting = board(scope, narrowing)
        ids, _ = narrowed(words, fitting, below=None, limit=PAGE, looked_at=LOOKED_AT)
        return list(fitting.filter(pk__in=ids)) if ids else []

    def one_by_id(scope: Any, number: int) -> Any:
        return visible(scope).filter(pk=number).first()

    def timed(call: Callable[..., Any], *given: object) -> tuple[float, Any]:
        begun = time.perf_counter()
        value = call(*given)
        return (time.perf_counter() - begun) * 1000, value

    with scopes.within(scopes.everything()):
        seats = {
            name: scopes.of(agencies.subtree(agencies.capacity(key).pk, clock.today())) for name, key in SCOPES.items()
        }
        office = agencies.capacity(SCOPES["office"]).pk
    month = dt.date(2020, 4, 1)
    narrowings = {
        "to_a_unit": Asked(unit=office),
        "to_a_month": Asked(since=month, until=month + dt.timedelta(days=29)),
        "to_an_empty_state": Asked(state="assigned"),
    }
    for turn in range(ROUNDS):
        for name, scope in seats.items():
            with scopes.within(scope):
                sought = asked(count, chance)
                searches = [(kind, one, Asked()) for kind, words in sought.items() for one in words]
                searches += [
                    (kind, one, narrowing)
                    for kind, narrowing in narrowings.items()
                    for one in (*sought["frequent"], *FACTS[:4])
                ]
                for kind, one, narrowing in searches:
                    spent, rows = timed(page, scope, one, narrowing)
                    times.setdefault(f"{name}: {kind}", []).append(spent)
                    found[f"{name}: {kind}"] = found.get(f"{name}: {kind}", 0) + len(rows)
                    by_id.append(timed(one_by_id, scope, chance.randrange(1, count + 1))[0])
        say(f"第 {turn + 1} 轮")
    for kind in ("frequent", "phrase", "several", "number", "plate", "to_a_unit"):
        assert found[f"province: {kind}"] > 0, kind
    assert not any(
        number for name, number in found.items() if name.endswith(("nowhere", "never_together", "to_an_empty_state"))
    ), found
    every = [spent for spans in times.values() for spent in spans]
    plain = [spent for name, spans in times.items() if not name.endswith(tuple(narrowings)) for spent in spans]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('case_words'), pg_total_relation_size('cases_casewords')")
        index, table = cursor.fetchone()
    return {
        "name": "search",
        "figures": {
            "cases": count,
            "searches": len(every),
            "p50_ms": round(statistics.median(every), 2),
            "p95_ms": percentile(every, 95),
            "p99_ms": percentile(every, 99),
            "not_narrowed_p95_ms": percentile(plain, 95),
            "longest_ms": round(max(every), 1),
            "by_kind_p95_ms": {name: percentile(spans, 95) for name, spans in sorted(times.items())},
            "found": found,
            "index_mb": index >> 20,
            "words_with_index_mb": table >> 20,
            **built,
        },
        "references": {"by_id_p50_ms": round(statistics.median(by_id), 2), "by_id_p95_ms": percentile(by_id, 95)},
        "ratios": {
            "p95_ms": {"value": percentile(every, 95), "at_most": 300},
            "slowest_kind_p95_ms": {"value": max(percentile(spans, 95) for spans in times.values()), "at_most": 300},
            "not_narrowed_p95_over_by_id": {
                "value": round(percentile(plain, 95) / percentile(by_id, 95), 1),
                "at_most": 15,
            },
        },
    }


def run() -> int:
    """Measure in a throw-away folder; 1 when a bound is broken. ``--small``: few cases, to see that it works."""
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
