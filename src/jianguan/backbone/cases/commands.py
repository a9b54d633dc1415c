"""``jianguan cases``: take a list of the ministry in, end a unit that has open cases, each as somebody in his post."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

DONE, PARTLY, MISUSED = 0, 1, 2


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    cases = verbs.add_parser("cases", help="事项：导入督办清单 / cases: take in lists of orders")
    kinds = cases.add_subparsers(dest="deed", metavar="", required=True)
    taken = kinds.add_parser("import-list", help="导入督办清单 / take in a list of orders")
    taken.add_argument("file", metavar="FILE", type=Path, help="xlsx 清单 / a workbook")
    taken.add_argument("--person", required=True, metavar="NUMBER", help="以谁的岗位：工号 / number of the person")
    taken.add_argument("--capacity", required=True, metavar="KEY", help="履职身份，如 jilin@PROVINCE / capacity")
    taken.add_argument("--refused", type=Path, metavar="FILE", help="写出退回的行 / where to write refused rows")
    taken.add_argument("--json", action="store_true", help="以 JSON 输出 / print one JSON document")
    taken.set_defaults(run=run_import)
    ended = kinds.add_parser("end-unit", help="撤销单位，列出须移交的事项 / end a unit, list what it leaves")
    ended.add_argument("unit", metavar="KEY", help="撤销的履职身份 / the capacity that ends")
    ended.add_argument(
        "--on", required=True, type=dt.date.fromisoformat, metavar="DATE", help="撤销日 / first day without"
    )
    ended.add_argument("--reason", required=True, metavar="TEXT", help="理由和依据 / why")
    ended.add_argument("--person", required=True, metavar="NUMBER", help="由谁决定：工号 / who decides: his number")
    ended.add_argument("--capacity", required=True, metavar="KEY", help="履职身份，如 jilin@PROVINCE / capacity")
    ended.add_argument("--json", action="store_true", help="以 JSON 输出 / print one JSON document")
    ended.set_defaults(run=run_end_unit)
    empty = kinds.add_parser("list-template", help="写出空白模板 / write the empty template")
    empty.add_argument("--out", required=True, type=Path, metavar="FILE", help="写到 / where to write it")
    empty.set_defaults(run=run_template, database=False)


def run_import(arguments: argparse.Namespace) -> int:
    """Take a list in; 1 when rows were refused, 2 when nobody of that name may or the file is no list."""
    from jianguan.backbone.cases import ministry  # noqa: PLC0415 - after Django is set up
    from jianguan.backbone.cases.orders import ListRefused  # noqa: PLC0415
    from jianguan.backbone.people.acting import NotAllowed  # noqa: PLC0415
    from jianguan.backbone.people.permissions import Permission  # noqa: PLC0415
    from jianguan.backbone.rules.queries import working_calendar  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415

    by = _actor(arguments.person, arguments.capacity, Permission.CASE_ISSUE)
    if by is None:
        return MISUSED
    try:
        sheet = ministry.read(arguments.file.read_bytes())
        with scopes.within(by.scope):
            listed = ministry.accept(by=by, sheet=sheet, name=arguments.file.name, calendar=working_calendar())
            wrong = [(row.number, one) for row in listed.rows.filter(case=None) for one in row.problems]
            refused = ministry.refused_rows(listed)
    except (OSError, ListRefused, NotAllowed) as failure:
        sys.stderr.write(f"{failure}\n")
        return MISUSED
    if arguments.refused and wrong:
        arguments.refused.write_bytes(refused)
    if arguments.json:
        rows = [{"row": number, **one} for number, one in wrong]
        said = {"accepted": listed.accepted, "repeated": listed.repeated, "refused": listed.refused, "rows": rows}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"立项{listed.accepted}行，此前已立项{listed.repeated}行，退回{listed.refused}行\n")
        for number, one in wrong:
            sys.stdout.write(f"第{number}行 {one['column']}（{one['rule']}）：{one['message']}\n")
    return PARTLY if listed.refused else DONE


def run_template(arguments: argparse.Namespace) -> int:
    """Write the empty template."""
    from jianguan.backbone.cases import ministry  # noqa: PLC0415

    arguments.out.write_bytes(ministry.template())
    sys.stderr.write(f"模板已写到 {arguments.out}\n")
    return DONE


def run_end_unit(arguments: argparse.Namespace) -> int:
    """End a unit by decision; 2 when nobody of that name may, no such unit stands or others are still below it."""
    from jianguan.backbone.agencies import queries as agencies  # noqa: PLC0415 - after Django is set up
    from jianguan.backbone.agencies.actions import NotDecidable  # noqa: PLC0415
    from jianguan.backbone.agencies.models import Capacity  # noqa: PLC0415
    from jianguan.backbone.cases import dissolving  # noqa: PLC0415
    from jianguan.backbone.cases.actions import CaseRefused  # noqa: PLC0415
    from jianguan.backbone.decisions.actions import ReasonMissing  # noqa: PLC0415
    from jianguan.backbone.people.acting import NotAllowed  # noqa: PLC0415
    from jianguan.backbone.people.permissions import Permission  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415

    by = _actor(arguments.person, arguments.capacity, Permission.DECISION_ADOPT)
    if by is None:
        return MISUSED
    try:
        with scopes.within(by.scope):
            unit = agencies.capacity(arguments.unit)
            made = dissolving.dissolve(by=by, capacity=unit, on=arguments.on, reason=arguments.reason)
            left = list(dissolving.left_by(unit))
    except Capacity.DoesNotExist:
        sys.stderr.write(f"没有履职身份 {arguments.unit}\n")
        return MISUSED
    except (CaseRefused, NotAllowed, NotDecidable, ReasonMissing) as failure:
        sys.stderr.write(f"{failure}\n")
        return MISUSED
    if arguments.json:
        said = {"decision": made.pk, "unit": unit.key, "from": str(arguments.on), "cases": [one.number for one in left]}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(
            f"已作出决定第 {made.pk} 号：{unit.title}自 {arguments.on} 起撤销；须移交的未办结事项{len(left)}件\n"
        )
        for one in left:
            side = "承办" if one.handler_id == unit.pk else "交办"
            sys.stdout.write(f"{one.number}（{side}）{one.title}\n")
    return DONE


def _actor(number: str, capacity: str, wanted: Any) -> Any:
    """Whoever has this number, in his post of a capacity today, one with the permission first; None without a post."""
    from jianguan.backbone.people import queries as people  # noqa: PLC0415
    from jianguan.backbone.people.models import Person  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
    from jianguan.kit import clock  # noqa: PLC0415

    today = clock.today()
    with scopes.within(scopes.everything()):
        person = Person.objects.filter(number=number).first()
        posts = people.appointments_of(person.pk, today) if person else []
        actors = [people.actor_of(one, today) for one in posts if one.post.capacity.key == capacity]
    if not actors:
        sys.stderr.write(f"工号 {number} 今天没有以 {capacity} 身份任职的岗位\n")
        return None
    return next((one for one in actors if one.may(wanted)), actors[0])
