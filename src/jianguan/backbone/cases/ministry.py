"""Lists of matters that the ministry or a superior ordered (督办清单, clauses 4.6 and 5.7), taken in from Excel.

Every good row becomes a case of kind 督办 with a child for each unit named; every bad one stays readable with row,
column and rule, and can be downloaded, mended and sent again. A row that has a case never gets a second one.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence

import xlsxwriter
from django.db import transaction

from jianguan.backbone.agencies.models import Agency, Capacity, CapacityLevel, CapacityMode, Oversight
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.cases import routing
from jianguan.backbone.cases.actions import CaseRefused, open_case, take
from jianguan.backbone.cases.followups import OrderList, OrderRow
from jianguan.backbone.cases.models import Case
from jianguan.backbone.cases.orders import COLUMNS, FIRST_COLUMN, Order, Problem, Sheet, read
from jianguan.backbone.cases.rules import Severity, Verb
from jianguan.backbone.documents.rules import clean
from jianguan.backbone.evidence.actions import keep
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.rules.queries import is_provision
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROVISIONS = {"PROVINCE": "4.6"}
"""What a level follows up under where a row names no clause; all other levels 5.7."""
LEVELS = (CapacityLevel.CITY, CapacityLevel.COUNTY, CapacityLevel.VEHICLE_OFFICE, CapacityLevel.TECHNOLOGY)
LONGEST_CELL = 32_000
EXAMPLE = (
    "1",
    "考试过程异常",
    "某考场科目二通过率异常偏高，请核查",
    "长春",
    "2026-12-31",
    "一般",
    "4.6",
    "部局通报",
    "",
)

__all__ = ["accept", "read", "refused_rows", "template"]


def accept(*, by: Actor, sheet: Sheet, name: str, calendar: Calendar) -> OrderList:
    """Take a list in: a case for every good row, the bad ones kept apart; all of it or nothing.

    The same list again is the same: rows that have a case are counted as such. A file sent a second time without
    anything new returns what became of it first. Raises NotAllowed without ``case.issue``.
    """
    by.require(Permission.CASE_ISSUE)
    title = clean(name)[:120] or "督办清单"
    with transaction.atomic():
        one_at_a_time(f"orders {by.capacity_id}")
        units = _units(by)
        judged = [_judged(order, units, by) for order in sheet.orders]
        known = _known(by, [order.key for order, _, _ in judged])
        stored = keep(sheet.file, MEDIA_TYPE)
        made: dict[str, Case] = {}
        rows: list[OrderRow] = []
        repeated = 0
        for order, named, problems in judged:
            if not problems and order.key in known | made.keys():
                repeated += 1
                continue
            if not problems:
                try:
                    with transaction.atomic():
                        made[order.key] = _open(by, order, named, title, calendar)
                except CaseRefused as refused:
                    problems.append(Problem(FIRST_COLUMN, "case", str(refused)))
            rows.append(_row(by, order, problems, made.get(order.key)))
        earlier = OrderList.objects.filter(capacity_id=by.capacity_id, stored=stored).order_by("pk").first()
        if not made and earlier is not None:
            return earlier
        listed = OrderList.objects.create(
            capacity_id=by.capacity_id,
            name=title,
            stored=stored,
            sheet=sheet.title[:60],
            accepted=len(made),
            repeated=repeated,
            refused=len(rows) - len(made),
            by_id=by.appointment_id,
            at=clock.now(),
        )
        for row in rows:
            row.order_list = listed
        OrderRow.objects.bulk_create(rows)
        audit.record(
            kind=EventKind.ORDER_LIST_IMPORTED,
            by=by,
            object_type="order-list",
            object_id=listed.pk,
            norm=_provision(by, ""),
            details={
                "name": title,
                "sha256": stored.sha256,
                "accepted": listed.accepted,
                "repeated": repeated,
                "refused": listed.refused,
            },
        )
    return listed


def _units(by: Actor) -> dict[str, Capacity]:
    """Every name, short name, code and key under which a unit of the scope may be named; those right below first."""
    today = clock.today()
    below = set(
        Oversight.objects.filter(superior_id=by.capacity_id, valid__contains=today).values_list(
            "capacity_id", flat=True
        )
    )
    found = Capacity.objects.filter(pk__in=by.scope.capacity_ids, mode=CapacityMode.OWN, valid__contains=today)
    order = {level.value: number for number, level in enumerate(LEVELS)}
    nearest = sorted(
        found.select_related("agency").prefetch_related("agency__codes"),
        key=lambda one: (one.pk != by.capacity_id, one.pk not in below, order.get(one.level, len(order)), one.key),
    )
    units: dict[str, Capacity] = {}
    for one in nearest:
        for word in (one.key, *_names(one.agency, today)):
            units.setdefault(word, one)
    return units


def _names(agency: Agency, on: dt.date) -> list[str]:
    short = agency.short
    codes = [one.code for one in agency.codes.all() if on in one.valid]
    endings = () if short.endswith(("省", "市", "州", "县", "区", "所")) else ("市", "县", "区", "州")
    return [agency.name, short, *(f"{short}{ending}" for ending in endings), *codes]


def _judged(order: Order, units: Mapping[str, Capacity], by: Actor) -> tuple[Order, list[Capacity], list[Problem]]:
    """A row with the units it names and everything that is wrong with it."""
    problems = list(order.problems)
    named: dict[int, Capacity] = {}
    for word in order.units:
        if (unit := units.get(word)) is None:
            problems.append(Problem("unit", "known", f"“{word[:40]}”不是本单位监管范围内的现有单位"))
        else:
            named[unit.pk] = unit
    if order.last_day is not None and order.last_day < clock.today():
        problems.append(Problem("last_day", "future", f"办结期限 {order.last_day} 已过"))
    misformed = any(one.column == "provision" for one in problems)
    if order.provision and not misformed and not is_provision(order.provision, clock.today()):
        problems.append(Problem("provision", "known", f"现行规则库中没有条款 {order.provision}"))
    return order, list(named.values()), problems


def _known(by: Actor, keys: Sequence[str]) -> set[str]:
    rows = OrderRow.objects.filter(capacity_id=by.capacity_id, key__in=keys, case__isnull=False)
    return set(rows.values_list("key", flat=True))


def _open(by: Actor, order: Order, named: Sequence[Capacity], title: str, calendar: Calendar) -> Case:
    """The case of a row, in the hands of the unit that took the list in, with a child for each other unit named."""
    own = Capacity.objects.get(pk=by.capacity_id)
    others = [one for one in named if one.pk != own.pk]
    case = open_case(
        by=by,
        kind="supervised",
        title=order.title,
        text=order.text,
        provision=_provision(by, order.provision),
        origin=f"{order.origin or title[:80]} 第{order.number}行"[:120],
        handler=own,
        severity=Severity(order.severity),
        data={"source_number": order.source_number} if order.source_number else {},
    )
    routing.assign(by=by, case=case, version=case.version, handler=own, calendar=calendar, last_day=order.last_day)
    if others:
        take(by=by, case=case, verb=Verb.RECEIVE, version=case.version)
        text = f"按清单交{'、'.join(one.agency.short for one in others)}办理"
        routing.split(by=by, case=case, version=case.version, handlers=others, text=text, calendar=calendar)
    return case


def _provision(by: Actor, typed: str) -> str:
    return typed or PROVISIONS.get(by.level, "5.7")


def _row(by: Actor, order: Order, problems: Sequence[Problem], case: Case | None) -> OrderRow:
    return OrderRow(
        capacity_id=by.capacity_id,
        number=order.number,
        key=order.key,
        values=dict(order.values),
        problems=[{"column": COLUMNS[one.column].word, "rule": one.rule, "message": one.message} for one in problems],
        case=case,
    )


def template() -> bytes:
    """An empty list as a workbook: the heads, one example, what each column wants."""
    return _workbook([one.word for one in COLUMNS.values()], [EXAMPLE], notes=[one.wants for one in COLUMNS.values()])


def refused_rows(listed: OrderList) -> bytes:
    """The rows of a list that were refused, as a workbook with what is wrong; mended, it can be sent again."""
    rows = []
    for row in listed.rows.filter(case=None).order_by("number"):
        wrong = "；".join(f"{one['column']}：{one['message']}" for one in row.problems)
        rows.append([*(str(row.values.get(key, "")) for key in COLUMNS), str(row.number), wrong])
    return _workbook([*(one.word for one in COLUMNS.values()), "原行号", "退回原因"], rows)


def _workbook(heads: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> bytes:
    """A workbook of text alone: no cell is ever a formula, a link or a number."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("督办清单")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet.set_column(0, len(heads) - 1, 18, text)
        sheet.freeze_panes(1, 0)
        for column, word in enumerate(heads):
            sheet.write_string(0, column, word, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value[:LONGEST_CELL], text)
        if notes:
            page = book.add_worksheet("填写说明")
            page.set_column(0, 0, 14)
            page.set_column(1, 1, 70)
            for number, (word, note) in enumerate(zip(heads, notes, strict=True)):
                page.write_string(number, 0, word)
                page.write_string(number, 1, note)
    return out.getvalue()
