"""``jianguan cases``: take a list of the ministry in from the command line, as somebody in his post; its template."""

import argparse
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
    empty = kinds.add_parser("list-template", help="写出空白模板 / write the empty template")
    empty.add_argument("--out", required=True, type=Path, metavar="FILE", help="写到 / where to write it")
    empty.set_defaults(run=run_template, database=False)


def run_import(arguments: argparse.Namespace) -> int:
    """Take a list in; 1 when rows were refused, 2 when nobody of that name may or the file is no list."""
    from jianguan.backbone.cases import ministry  # noqa: PLC0415 - after Django is set up
    from jianguan.backbone.cases.orders import ListRefused  # noqa: PLC0415
    from jianguan.backbone.people.acting import NotAllowed  # noqa: PLC0415
    from jianguan.backbone.rules.queries import working_calendar  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415

    by = _actor(arguments.person, arguments.capacity)
    if by is None:
        sys.stderr.write(f"工号 {arguments.person} 今天没有以 {arguments.capacity} 身份任职的岗位\n")
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


def _actor(number: str, capacity: str) -> Any:
    from jianguan.backbone.people import queries as people  # noqa: PLC0415
    from jianguan.backbone.people.models import Person  # noqa: PLC0415
    from jianguan.backbone.people.permissions import Permission  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
    from jianguan.kit import clock  # noqa: PLC0415

    today = clock.today()
    with scopes.within(scopes.everything()):
        person = Person.objects.filter(number=number).first()
        posts = people.appointments_of(person.pk, today) if person else []
        actors = [people.actor_of(one, today) for one in posts if one.post.capacity.key == capacity]
    return next((one for one in actors if one.may(Permission.CASE_ISSUE)), actors[0] if actors else None)
