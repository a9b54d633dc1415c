"""``jianguan facts``: take files in, show what came, look after the lake."""

import argparse
import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Any

DONE, PARTLY, MISUSED = 0, 1, 2
MOST_DAYS = 3660


def _days(text: str) -> int:
    """Of no day at all everything would have come."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"须为 1 至 {MOST_DAYS} 天")
    return int(text)


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    facts = verbs.add_parser("facts", help="事实数据：导入、到达情况、数据湖 / facts: import, status, lake")
    kinds = facts.add_subparsers(dest="facts_verb", metavar="", required=True)

    take = kinds.add_parser("import", help="导入文件 / take files in")
    take.add_argument("contract", metavar="CONTRACT", help="数据约定，例如 exam / contract, such as exam")
    take.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="CSV、Excel、Parquet、JSON 行文件 / CSV, Excel, Parquet or JSON lines",
    )
    take.add_argument("--source", help="数据源标识，默认与约定同名 / key of the source, by default the contract's name")
    take.add_argument("--mapping", type=Path, help="映射文件 / mapping file")
    take.add_argument(
        "--day", type=dt.date.fromisoformat, help="文件所报日期；当日无业务时须写明 / the day an empty file is about"
    )
    take.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / one JSON document only")
    take.set_defaults(run=run_import)

    status = kinds.add_parser("status", help="到达情况与退回 / what came and what was refused")
    status.add_argument("--days", type=_days, default=7, help="最近几天，默认 7 / latest days, 7 by default")
    status.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / one JSON document only")
    status.set_defaults(run=run_status)

    watch = kinds.add_parser("watch", help="监视投递目录 / watch a drop folder")
    watch.add_argument(
        "folder", metavar="DIR", type=Path, help="其下每个数据约定一个子目录 / with one sub-folder a contract"
    )
    watch.add_argument("--every", type=float, default=5, help="每隔几秒看一次，默认 5 / seconds between two looks")
    watch.add_argument(
        "--once", action="store_true", help="只看一次，收有 .ready 标记的文件 / one look, takes files marked .ready"
    )
    watch.set_defaults(run=run_watch)

    history = kinds.add_parser("history", help="一条记录的各个版本 / every version of a record")
    history.add_argument("contract", metavar="CONTRACT", help="数据约定，例如 exam / contract, such as exam")
    history.add_argument("key", metavar="KEY", nargs="+", help="主键，按约定的次序 / its key, in the contract's order")
    history.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / one JSON document only")
    history.set_defaults(run=run_history)

    compact = kinds.add_parser(
        "compact", help="合并小文件，重建窗口副本 / merge small files, rebuild the window copies"
    )
    compact.add_argument("contract", metavar="CONTRACT", nargs="?", help="默认全部 / all by default")
    compact.set_defaults(run=run_compact)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress of a command


def _print(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1))  # noqa: T201 - the command's answer


def run_import(arguments: argparse.Namespace) -> int:
    """``jianguan facts import``: 0 all rows taken, 1 some refused, 2 no such contract or mapping."""
    from jianguan.facts import ingest, sources  # noqa: PLC0415 - after Django is set up
    from jianguan.facts.mapping import WrongMapping, read_mapping  # noqa: PLC0415
    from jianguan.facts.models import BatchState  # noqa: PLC0415

    try:
        mapping = read_mapping(arguments.mapping) if arguments.mapping else None
        origin = sources.registered(arguments.source or arguments.contract, arguments.contract)
        results = []
        for place, path in enumerate(arguments.files, 1):
            _say(f"（{place}/{len(arguments.files)}）{path.name} …")
            batch = ingest.take_in(arguments.contract, path, source=origin, mapping=mapping, day=arguments.day)
            results.append(_batch(batch))
            _say(_sentence(results[-1]))
    except (LookupError, OSError, ValueError, WrongMapping) as wrong:
        _say(str(wrong.args[0] if isinstance(wrong, LookupError) else wrong))
        return MISUSED
    if arguments.json:
        _print(results)
    whole = all(one["state"] == BatchState.COMMITTED and not one["refused"] for one in results)
    return DONE if whole else PARTLY


def _batch(batch: Any) -> dict[str, Any]:
    from jianguan.facts.ingest import refusals_of  # noqa: PLC0415 - after Django is set up

    return {
        "batch": batch.uuid.hex,
        "contract": batch.contract,
        "source": batch.source.key,
        "file": batch.file_name,
        "encoding": batch.encoding,
        "state": batch.state,
        "accepted": batch.accepted,
        "refused": batch.refused,
        "left_out": batch.left_out,
        "superseding": batch.superseding,
        "warnings": batch.warnings,
        "unused_columns": batch.unused,
        "reason": batch.reason,
        "first_refusals": refusals_of(batch, 20),
    }


def _sentence(one: dict[str, Any]) -> str:
    if one["reason"]:
        return f"整批退回：{one['reason']}"
    parts = [f"收录 {one['accepted']} 行", f"退回 {one['refused']} 行"]
    parts += [f"略去 {one['left_out']} 行"] if one["left_out"] else []
    parts += [f"更正 {one['superseding']} 行"] if one["superseding"] else []
    parts += [f"未采用的列：{'、'.join(one['unused_columns'][:10])}"] if one["unused_columns"] else []
    parts += [f"按 {one['encoding'].upper()} 编码读取"] if one["encoding"] else []
    return "，".join(parts)


def run_status(arguments: argparse.Namespace) -> int:
    """``jianguan facts status``: 0 everything due has come whole, 1 otherwise."""
    from jianguan.facts import arrivals  # noqa: PLC0415 - after Django is set up
    from jianguan.kit.clock import today  # noqa: PLC0415

    last = today() - dt.timedelta(days=1)
    rows = [
        {
            "source": one.source.key,
            "contract": one.source.contract,
            "day": one.day.isoformat(),
            "state": arrivals.STANDING_WORDS[one.standing],
            "rows": one.rows,
            "usual": one.usual,
            "refused": one.refused,
            "conflicting": one.conflicting,
            "due": one.due.isoformat(),
            "late_hours": round(one.late.total_seconds() / 3600, 1) if one.late else None,
        }
        for one in arrivals.board(last - dt.timedelta(days=arguments.days - 1), last)
    ]
    if arguments.json:
        _print(rows)
    else:
        for row in rows:
            late = f"，迟 {row['late_hours']} 小时" if row["late_hours"] else ""
            _say(f"{row['day']} {row['source']} {row['state']} {row['rows']} 行，退回 {row['refused']} 行{late}")
    return DONE if all(row["state"] == "已到" for row in rows) else PARTLY


def run_history(arguments: argparse.Namespace) -> int:
    """``jianguan facts history``: 0 found, 1 no such record, 2 no such contract or key."""
    from jianguan.facts import catalogue, ingest, lake, places  # noqa: PLC0415 - after Django is set up
    from jianguan.facts.models import Batch  # noqa: PLC0415
    from jianguan.facts.scratch import scratch_folder  # noqa: PLC0415
    from jianguan.facts.validate import CONFLICT, MARKS  # noqa: PLC0415

    try:
        about = ingest.contract(arguments.contract)
        with scratch_folder() as scratch, lake.engine(scratch) as duck:
            found = catalogue.versions(duck, places.lake(), about, arguments.key)
    except (LookupError, ValueError) as wrong:
        _say(str(wrong.args[0]))
        return MISUSED
    batches = Batch.objects.select_related("source").in_bulk([int(str(row[lake.BATCH])) for row in found])
    answer: list[dict[str, Any]] = []
    current = False
    for row in found:
        batch = batches[int(str(row.pop(lake.BATCH)))]
        marks = [one for one in str(row.pop(MARKS) or "").split(",") if one]
        state = "与其他数据源冲突" if CONFLICT in marks else "已更正" if current else "现行"
        current = current or CONFLICT not in marks
        about_it = {"state": state, "batch": batch.uuid.hex, "source": batch.source.key, "file": batch.file_name}
        received = batch.received_at.isoformat()
        values = {key: value if value is None else str(value) for key, value in row.items()}
        answer.append(about_it | {"received": received, "marks": marks, "record": values})
    if arguments.json:
        _print(answer)
    elif not answer:
        _say("没有这条记录")
    else:
        for one in answer:
            _say(f"{one['state']} {one['received']} {one['source']} {one['file']}")
            for key, value in one["record"].items():
                label = about.columns[key].label if key in about.columns else key
                _say(f"  {label}：{'—' if value is None else value}")
    return DONE if answer else PARTLY


def run_watch(arguments: argparse.Namespace) -> int:
    """``jianguan facts watch``: until interrupted; 2 when there is no such folder."""
    from jianguan.facts import dropfolder, ingest  # noqa: PLC0415 - after Django is set up

    if not arguments.folder.is_dir():
        _say(f"没有目录 {arguments.folder}")
        return MISUSED
    ingest.recover_all()
    seen: dropfolder.Seen = {}
    while True:
        dropfolder.look(arguments.folder, seen, _say)
        if arguments.once:
            return DONE
        time.sleep(arguments.every)


def run_compact(arguments: argparse.Namespace) -> int:
    """``jianguan facts compact``: 0 done, 2 when there is no such contract."""
    from jianguan.facts import ingest, upkeep  # noqa: PLC0415 - after Django is set up

    ingest.recover_all()
    try:
        for name, words in upkeep.all_(arguments.contract or ""):
            _say(f"{name}：{words}")
    except LookupError as wrong:
        _say(str(wrong.args[0]))
        return MISUSED
    return DONE
