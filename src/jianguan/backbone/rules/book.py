"""Write a rule book (规则库) into the tables: adds what is new, closes what changed, rewrites nothing."""

import datetime as dt
from typing import Any

import msgspec
from django.db.backends.postgresql.psycopg_any import DateRange

from jianguan.backbone.rules import rules
from jianguan.backbone.rules.models import CalendarDay, Checklist, Norm, Parameter, ParameterValue, Provision, Version
from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.workdays import seed_rows
from jianguan.engines.regulation.rulebook import RuleBook
from jianguan.engines.regulation.schema import Norm as NormRecord

CALENDAR_YEARS = range(2020, 2028)


class TextChanged(ValueError):
    """The text of a provision differs from the one on record. The message is Chinese."""


def write_versions(book: RuleBook) -> int:
    """Versions of the regulation and their repeal links."""
    known = {version.urn: version for version in Version.objects.all()}
    new = 0
    for one in book.instrument.versions:
        version = known.get(one.urn) or Version(urn=one.urn)
        wanted = {
            "title": one.title,
            "number": one.number,
            "valid": DateRange(one.in_force.since, one.in_force.until),
            "text_known": one.text_known,
        }
        if version.pk is None or any(getattr(version, name) != value for name, value in wanted.items()):
            new += version.pk is None
            for name, value in wanted.items():
                setattr(version, name, value)
            version.save()
        known[one.urn] = version
    for one in book.instrument.versions:
        if one.repealed_by and known[one.urn].repealed_by_id is None:
            Version.objects.filter(urn=one.urn).update(repealed_by=known[one.repealed_by])
    return new


def write_provisions(book: RuleBook) -> int:
    """Items and articles with their exact text, digest and defects.

    Raises TextChanged when a provision on record has another digest: a new text is a new version.
    """
    version = Version.objects.get(urn=book.instrument.urn)
    known = {one.item: one.digest for one in version.provisions.all()}
    chapters = {chapter.number: chapter.title for chapter in book.text.chapters}
    defects: dict[str, list[dict[str, str]]] = {}
    for defect in book.text.defects:
        defects.setdefault(defect.item, []).append(msgspec.to_builtins(defect))
    rows = [
        (one.id, one.article, one.chapter, one.lead_in, one.text, one.digest, one.operative) for one in book.text.items
    ]
    listed = {row[0] for row in rows}
    rows += [
        (one.id, one.number, one.chapter, "", one.text, one.digest, one.operative)
        for one in book.text.article_texts
        if not one.items and one.id not in listed
    ]
    changed = sorted(row[0] for row in rows if known.get(row[0], row[5]) != row[5])
    if changed:
        raise TextChanged(f"条款 {'、'.join(changed)} 的原文与库内不同；新的文本应作为新版本载入")
    rows.sort(key=lambda row: [int(part) for part in row[0].split(".")])
    new = [
        Provision(
            version=version,
            item=item,
            order=order,
            article=article,
            chapter=chapters.get(chapter, "") if chapter is not None else "",
            lead_in=lead_in,
            text=text,
            digest=digest,
            operative=operative and item not in book.instrument.non_operative,
            note=book.instrument.non_operative.get(item, ""),
            defects=defects.get(item, []),
        )
        for order, (item, article, chapter, lead_in, text, digest, operative) in enumerate(rows)
        if item not in known
    ]
    Provision.objects.bulk_create(new)
    return len(new)


def write_norms(book: RuleBook, today: dt.date) -> int:
    """Norms; a changed one closes the validity of its row and adds another, one that is gone is closed."""
    provisions = dict(Provision.objects.filter(version__urn=book.instrument.urn).values_list("item", "pk"))
    current = {norm.key: norm for norm in Norm.objects.order_by("key", "valid") if not norm.valid.isempty}
    changes = 0
    for order, record in enumerate(book.norms):
        wanted = _norm_fields(record, provisions, order)
        old = current.pop(record.id, None)
        since = record.in_force.since
        if old is not None:
            if all(getattr(old, name) == value for name, value in wanted.items() if name != "order") and (
                old.valid.upper == record.in_force.until
            ):
                continue
            since = max(since, today)
            _close(old, since)
        Norm.objects.create(key=record.id, valid=DateRange(since, record.in_force.until), **wanted)
        changes += 1
    for gone in current.values():
        if gone.valid.upper is None:
            _close(gone, today)
            changes += 1
    return changes


def _close(norm: Norm, on: dt.date) -> None:
    lower = norm.valid.lower
    norm.valid = DateRange(lower, on) if lower < on else DateRange(empty=True)
    norm.save(update_fields=["valid"])


def _norm_fields(record: NormRecord, provisions: dict[str, int], order: int) -> dict[str, Any]:
    return {
        "provision_id": provisions[record.provision],
        "title": record.title,
        "modality": record.modality,
        "bearer": record.bearer.value,
        "counterpart": record.counterpart.value if record.counterpart else "",
        "executor": record.executor.value if record.executor else "",
        "object_kind": record.object or "",
        "measure": record.measure.value if record.measure else "",
        "source": record.source or "",
        "cadence": record.cadence.value if record.cadence else "",
        "cadence_word": record.cadence_word or "",
        "at_least": record.quota.at_least if record.quota else None,
        "per_subject": record.quota is not None and record.quota.per == "subject",
        "excused_when_empty": record.excused_when_empty or "",
        "quota_parameter": (record.quota.parameter if record.quota else None) or "",
        "population": record.population or "",
        "deadline_parameter": record.deadline or "",
        "evidence": list(record.evidence),
        "reading": record.reading,
        "overrides": record.overrides or "",
        "domain": record.domain,
        "order": order,
    }


def write_parameters(book: RuleBook) -> int:
    """Parameters and their dated values; a value that ends without a successor gets an ending row."""
    known = {one.key: one for one in Parameter.objects.all()}
    held = set(ParameterValue.objects.filter(capacity=None).values_list("parameter__key", "valid_from", "recorded_at"))
    new: list[ParameterValue] = []
    for one in book.parameters:
        parameter = known.get(one.key) or Parameter(key=one.key)
        wanted = {
            "title": one.title,
            "unit": one.unit,
            "direction": one.direction,
            "origin": one.origin,
            "provision": one.provision or "",
        }
        if parameter.pk is None or any(getattr(parameter, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(parameter, name, value)
            parameter.save()
        starts = {value.in_force.since for value in one.values}
        for given in one.values:
            rules.check_value(one.unit, str(given.value))
            row = ParameterValue(
                parameter=parameter,
                value=str(given.value),
                valid_from=given.in_force.since,
                recorded_at=start_of(given.recorded_on),
                reference=given.reference,
                reason=given.reason or "",
            )
            rows = [row]
            until = given.in_force.until
            if until is not None and until not in starts:
                rows.append(
                    ParameterValue(
                        parameter=parameter,
                        value=None,
                        valid_from=until,
                        recorded_at=row.recorded_at,
                        reference=row.reference,
                        reason="到期",
                    )
                )
            new += [found for found in rows if (one.key, found.valid_from, found.recorded_at) not in held]
    ParameterValue.objects.bulk_create(new)
    return len(new)


def write_checklists(book: RuleBook) -> int:
    """Checklists; a version on record stays as it is."""
    known = set(Checklist.objects.values_list("key", "version"))
    new = [
        Checklist(
            key=one.id,
            version=one.version,
            title=one.title,
            provision=one.provision,
            object_kind=one.object,
            items=msgspec.to_builtins(one.items),
            valid_from=one.in_force.since,
        )
        for one in book.checklists
        if (one.id, one.version) not in known
    ]
    Checklist.objects.bulk_create(new)
    return len(new)


def write_calendar() -> int:
    """Seed the working-day calendar; a row that is there, edited or not, stays as it is."""
    known = set(CalendarDay.objects.values_list("day", flat=True))
    new = [
        CalendarDay(
            day=row.date, is_workday=row.is_workday, name=row.name[:60], source=row.source, confirmed=row.confirmed
        )
        for row in seed_rows(CALENDAR_YEARS)
        if row.date not in known
    ]
    CalendarDay.objects.bulk_create(new)
    return len(new)
