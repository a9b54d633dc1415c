"""Draft (拟稿), send for signature (送签), return, drop and issue (签发) documents. Nobody signs what he wrote."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from jianguan.backbone.agencies.models import Capacity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.documents import printing, rules, serving
from jianguan.backbone.documents.actions import DocumentRefused, file_document
from jianguan.backbone.documents.kinds import Kind, OutsideKind, kinds
from jianguan.backbone.documents.models import Authorship, Document, DocumentKind, DocumentRef, Draft, Withdrawal
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.engines.calendar.workdays import Calendar
from jianguan.kit import clock

NOT_FILLED = "（待填写）"
ENDS = {Draft.State.DROPPED: EventKind.DOCUMENT_DROPPED, Draft.State.WRITING: EventKind.DOCUMENT_RETURNED}
OPEN = (Draft.State.WRITING, Draft.State.SENT)


def kind_of(code: str) -> Kind:
    """The kind as the rule book says it; raises DocumentRefused for one that is not drafted."""
    found = kinds().get(code)
    if found is None:
        raise DocumentRefused(f"没有这类可以拟制的文书：{code}")
    return found


def draft(
    *,
    by: Actor,
    kind: DocumentKind,
    data: Mapping[str, str],
    units: Iterable[Capacity] = (),
    copied: Iterable[Capacity] = (),
    externals: Sequence[Mapping[str, str]] = (),
    refs: Sequence[str] = (),
    provision: str = "",
    tables: Sequence[Mapping[str, Any]] = (),
    attachments: Sequence[str] = (),
    title: str = "",
    body: str = "",
    note: str = "",
) -> Draft:
    """Write a draft of the capacity acted in; title and body are made of ``data`` unless given.

    ``units``: main addressees (主送), ``copied``: those that get a copy (抄送), ``externals``: bodies outside the house
    as ``{"name", "kind"}``, ``refs``: what it is about as TYPE/ID. Raises NotAllowed without the permission,
    DocumentRefused for an unknown kind, an empty text, an addressee it cannot have, or too much of anything.
    """
    by.require(Permission.DOCUMENT_DRAFT)
    form = kind_of(kind)
    given = {name: rules.clean(str(value), lines=True) for name, value in data.items()}
    basis = provision or form.basis(by.level)
    values = {name: given.get(name) or NOT_FILLED for name in form.blanks} | {"basis": rules.clause_words(basis)}
    now = clock.now()
    with transaction.atomic():
        made = Draft(kind=kind, capacity_id=by.capacity_id, drafted_by_id=by.appointment_id, drafted_at=now)
        _write(
            made,
            by=by,
            title=title or rules.filled(form.title, values),
            body=body or rules.filled(form.body, values),
            tables=tables,
            attachments=attachments,
            units=units,
            copied=copied,
            externals=externals,
            note=note,
        )
        made.provision, made.refs, made.data = basis, list(dict.fromkeys(refs)), given
        made.save(force_insert=True)
        _sign_text(made, by)
        _record(made, by, EventKind.DOCUMENT_DRAFTED)
    return made


def change(
    *,
    by: Actor,
    draft: Draft,
    version: int,
    title: str,
    body: str,
    units: Iterable[Capacity],
    copied: Iterable[Capacity] = (),
    externals: Sequence[Mapping[str, str]] = (),
    attachments: Sequence[str] = (),
    note: str = "",
    tables: Sequence[Mapping[str, Any]] | None = None,
) -> Draft:
    """Change a draft that is not issued; ``version`` is the one the person saw, ``tables`` None keeps them.

    One that was sent for signature is to be sent again, and whoever changed it cannot sign it. Raises as ``draft``,
    and DocumentRefused when somebody else changed it in the meantime.
    """
    with transaction.atomic():
        held = _held(by, draft, version)
        _write(
            held,
            by=by,
            title=title,
            body=body,
            tables=held.tables if tables is None else tables,
            attachments=attachments,
            units=units,
            copied=copied,
            externals=externals,
            note=note,
        )
        held.state = Draft.State.WRITING
        _sign_text(held, by)
        held.save()
        _record(held, by, EventKind.DOCUMENT_DRAFTED)
    return held


def send(*, by: Actor, draft: Draft, version: int) -> Draft:
    """Send a draft for signature (送签). Raises as ``change``, DocumentRefused while something is not filled in."""
    with transaction.atomic():
        held = _held(by, draft, version)
        if problem := _open_places(held):
            raise DocumentRefused(problem)
        held.state, held.remark = Draft.State.SENT, ""
        held.save()
        _record(held, by, EventKind.DOCUMENT_SENT)
    return held


def give_back(*, by: Actor, draft: Draft, version: int, reason: str) -> Draft:
    """Return a draft to be rewritten (退回修改), with the reason, by somebody who could sign it."""
    with transaction.atomic():
        return _put(_held(by, draft, version, Permission.DOCUMENT_ISSUE), by, Draft.State.WRITING, reason)


def drop(*, by: Actor, draft: Draft, version: int, reason: str) -> Draft:
    """Drop a draft (作废), with the reason."""
    with transaction.atomic():
        return _put(_held(by, draft, version), by, Draft.State.DROPPED, reason)


def issue(
    *, by: Actor, draft: Draft, version: int, calendar: Calendar, replaces: Document | None = None
) -> Document:  # fmt: skip
    """Sign and issue (签发) a draft: number it, typeset it, sign its digests, and serve it on its units.

    Raises NotAllowed without the permission, DocumentRefused when the rules forbid it: a document that needs a leader
    is signed as it was sent for signature, and never by one of its authors, in whatever capacity; nothing is left to
    be filled in.
    """
    form = kind_of(draft.kind)
    by.require(Permission.DOCUMENT_ISSUE if form.signs == "leader" else Permission.DOCUMENT_DRAFT)
    with transaction.atomic():
        held = _held(by, draft, version, Permission.DOCUMENT_READ)
        is_author = by.person_id in authors(held)
        leads = by.may(Permission.DOCUMENT_ISSUE)
        sent = held.state == Draft.State.SENT
        problem = rules.signing_problem(signs=form.signs, leads=leads, is_author=is_author, sent=sent) or _open_places(
            held
        )
        if problem:
            raise DocumentRefused(problem)
        if replaces is not None and replaces.capacity_id not in by.scope:
            raise DocumentRefused("只能替代本单位监管范围内的文书")
        now = clock.now()
        serial, number = _next_number(held, form, now.year)
        code = rules.code_of(secrets.randbits(5 * rules.CODE_LENGTH))
        data = printing.printed(held, number=number, day=now.date(), code=code, signer=by.person_name)
        document = file_document(
            by=by,
            kind=DocumentKind(held.kind),
            number=number,
            title=held.title,
            body=held.body,
            data={"printed": data, "template": printing.template_digest(data)},
            content=printing.pdf(data),
            provision=held.provision,
            replaces=replaces,
            issued_at=now,
            draft=held,
            serial=serial,
            code=code,
        )
        DocumentRef.objects.bulk_create(
            DocumentRef(document=document, capacity_id=by.capacity_id, ref=one) for one in held.refs
        )
        held.state = Draft.State.ISSUED
        held.save()
        units = Capacity.objects.filter(pk__in=[*held.units, *held.copied]).select_related("agency")
        serving.serve(by=by, document=document, recipients=units, copied=held.copied, calendar=calendar)
    return document


def withdraw(*, by: Actor, document: Document, reason: str) -> Withdrawal:
    """Withdraw (撤回) a document of the capacity acted in, or of one below; whoever verifies it is told.

    Raises NotAllowed without the permission, DocumentRefused without a reason, out of scope, or when it is withdrawn.
    """
    by.require(Permission.DOCUMENT_ISSUE)
    if not reason.strip():
        raise DocumentRefused("请写明撤回的理由")
    if document.capacity_id not in by.scope:
        raise DocumentRefused("只能撤回本单位监管范围内的文书")
    with transaction.atomic():
        made, new = Withdrawal.objects.get_or_create(
            document=document,
            defaults={
                "issuer_id": document.capacity_id,
                "reason": rules.clean(reason)[:300],
                "withdrawn_by_id": by.appointment_id,
                "withdrawn_at": clock.now(),
            },
        )
        if not new:
            raise DocumentRefused("该文书已经撤回")
        audit.record(
            kind=EventKind.DOCUMENT_WITHDRAWN,
            by=by,
            object_type="document",
            object_id=document.pk,
            norm=document.provision,
            reason=made.reason,
            details={"number": document.number},
        )
    return made


def authors(draft: Draft) -> set[int]:
    """Ids of the persons who wrote any version of a draft."""
    wrote = set(Authorship.objects.filter(draft=draft).values_list("person_id", flat=True))
    return wrote | {draft.drafted_by.person_id}


def others_who_wrote(draft: Draft) -> list[str]:
    """Names of those who changed a draft besides its drafter, in the order of their first change."""
    wrote = Authorship.objects.filter(draft=draft).exclude(person_id=draft.drafted_by.person_id)
    return list(dict.fromkeys(wrote.order_by("version").values_list("person__name", flat=True)))


def _sign_text(made: Draft, by: Actor) -> None:
    """Put down who wrote the present version; the database takes no other change of the text."""
    Authorship.objects.create(
        draft=made,
        capacity_id=made.capacity_id,
        version=made.version,
        appointment_id=by.appointment_id,
        person_id=by.person_id,
        at=made.changed_at,
    )


def _held(by: Actor, draft: Draft, version: int, permission: Permission = Permission.DOCUMENT_DRAFT) -> Draft:
    by.require(permission)
    by.require_capacity(draft.capacity_id)
    held = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if held.state not in OPEN:
        raise DocumentRefused(f"该拟稿{held.get_state_display()}，不能再改")
    if held.version != version:
        raise DocumentRefused("他人已修改该拟稿，您的内容没有保存，请刷新后再办")
    held.version += 1
    held.changed_at = clock.now()
    return held


def _write(
    made: Draft,
    *,
    by: Actor,
    title: str,
    body: str,
    tables: Sequence[Mapping[str, Any]],
    attachments: Sequence[str],
    units: Iterable[Capacity],
    copied: Iterable[Capacity],
    externals: Sequence[Mapping[str, str]],
    note: str,
) -> None:
    """Put cleaned content into a draft; raises DocumentRefused when it cannot be kept."""
    main, copies = list(units), list(copied)
    outside = [
        {"name": rules.clean(str(one["name"]))[:120], "kind": OutsideKind(one["kind"]).value} for one in externals
    ]
    made.title, made.body = rules.clean(title), rules.clean(body, lines=True)
    made.tables = [_clean_table(one) for one in tables]
    made.attachments = [name for one in attachments if (name := rules.clean(one)[:200])]
    problem = rules.draft_problem(
        title=made.title,
        body=made.body,
        tables=made.tables,
        addressees=len(main) + len(copies) + len(outside),
        attachments=made.attachments,
    ) or serving.addressee_problem(by, kind_of(made.kind), [*main, *copies])
    if problem:
        raise DocumentRefused(problem)
    made.units = [one.pk for one in main]
    made.copied = [one.pk for one in copies if one not in main]
    made.externals = [one for one in outside if one["name"]]
    made.note = rules.clean(note)[:200]
    made.changed_at = clock.now()


def _clean_table(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "caption": rules.clean(str(table.get("caption", ""))),
        "columns": [rules.clean(str(one)) for one in table.get("columns", ())],
        "widths": [int(one) for one in table.get("widths", ())],
        "rows": [[rules.clean(str(one), lines=True) for one in row] for row in table.get("rows", ())],
    }


def _open_places(held: Draft) -> str | None:
    return "还有内容待填写" if NOT_FILLED in held.title + held.body else None


def _put(held: Draft, by: Actor, state: Draft.State, reason: str) -> Draft:
    if not reason.strip():
        raise DocumentRefused("请写明理由")
    held.state, held.remark = state, rules.clean(reason)[:300]
    held.save()
    _record(held, by, ENDS[state], held.remark)
    return held


def _next_number(held: Draft, form: Kind, year: int) -> tuple[int, str]:
    """The next number of the agency's documents of the kind in the year; held until the transaction ends."""
    agency = held.capacity.agency
    one_at_a_time(f"document {agency.pk} {held.kind} {year}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents_last_serial(%s, %s, %s)", [agency.pk, held.kind, year])
        serial = cursor.fetchone()[0] + 1
    return serial, rules.official_number(agency.short, form.word, year, serial)


def _record(held: Draft, by: Actor, event: EventKind, reason: str = "") -> None:
    audit.record(
        kind=event,
        by=by,
        object_type="draft",
        object_id=held.pk,
        norm=held.provision,
        reason=reason,
        after={"title": held.title, "body": held.body, "version": held.version},
        details={"kind": held.kind, "title": held.title, "version": held.version},
    )
