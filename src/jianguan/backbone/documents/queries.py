"""Reads of documents, services and acknowledgements. The first argument is the scope; row security limits as well."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from jianguan.backbone.documents.kinds import kinds
from jianguan.backbone.documents.models import (
    STANDING,
    Dispatch,
    Document,
    Draft,
    NoticeDuty,
    Receipt,
    Service,
)
from jianguan.backbone.documents.objections import Objection
from jianguan.backbone.documents.rules import Standing, standing
from jianguan.backbone.documents.signing import Said, holds
from jianguan.backbone.scope.scope import Scope
from jianguan.kit.clock import CHINA

WITHOUT_CONTENT = ("content",)


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may know of a document whose code or digest he has: never its title, text or addressees."""

    code: str
    kind: str
    number: str
    agency: str
    issued_at: dt.datetime
    sha256: str
    sm3: str
    signed: bool
    withdrawn_at: dt.datetime | None
    replaced_by: str | None
    standing: Standing


def visible(scope: Scope) -> QuerySet[Document]:
    """Documents of the scope's capacities and those served on them, newest first, without the PDF."""
    ids = scope.capacity_ids
    return (
        Document.objects.filter(Q(capacity_id__in=ids) | Q(services__recipient_id__in=ids))
        .distinct()
        .defer(*WITHOUT_CONTENT)
        .select_related("capacity__agency", "issued_by__person")
        .order_by("-issued_at", "-id")
    )


def library(scope: Scope, *, kind: str = "", words: str = "") -> QuerySet[Document]:
    """The standing documents (规范库) with the number of units served and of those that signed."""
    found = visible(scope).filter(kind__in=[kind] if kind else STANDING)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(number__icontains=words))
    return found.prefetch_related("replaced_by")


def document(scope: Scope, number: int) -> Document:
    """One document with its PDF; raises Document.DoesNotExist out of scope."""
    ids = scope.capacity_ids
    return (
        Document.objects.filter(Q(capacity_id__in=ids) | Q(services__recipient_id__in=ids))
        .distinct()
        .select_related("capacity__agency", "issued_by__person", "issued_by__post", "replaces")
        .get(pk=number)
    )


def unsigned(scope: Scope, recipients: Sequence[int]) -> QuerySet[Service]:
    """What was served on these capacities and is not signed yet, most urgent first."""
    return (
        Service.objects.filter(recipient_id__in=scope.capacity_ids & set(recipients), acknowledgement__isnull=True)
        .select_related("document", "issuer__agency", "recipient__agency")
        .defer("document__content")
        .order_by("due_at", "id")
    )


def chase_list(scope: Scope, issuer_id: int) -> QuerySet[Service]:
    """Who has not signed what this capacity issued, most overdue first."""
    return (
        Service.objects.filter(issuer_id=issuer_id, acknowledgement__isnull=True)
        .filter(issuer_id__in=scope.capacity_ids)
        .select_related("document", "recipient__agency")
        .defer("document__content")
        .order_by("due_at", "recipient__agency__order")
    )


def services_of(scope: Scope, document_id: int) -> QuerySet[Service]:
    """On whom a document was served and when each signed, the unsigned first."""
    ids = scope.capacity_ids
    return (
        Service.objects.filter(document_id=document_id)
        .filter(Q(issuer_id__in=ids) | Q(recipient_id__in=ids))
        .select_related("recipient__agency", "acknowledgement__acknowledged_by__person")
        .order_by(F("acknowledgement__acknowledged_at").asc(nulls_first=True), "recipient__agency__order")
    )


def progress(scope: Scope, document_ids: Sequence[int], now: dt.datetime) -> dict[int, dict[str, int]]:
    """Of each document: ``served``, ``signed`` and ``overdue`` units."""
    rows = (
        Service.objects.filter(document_id__in=document_ids)
        .filter(Q(issuer_id__in=scope.capacity_ids) | Q(recipient_id__in=scope.capacity_ids))
        .values("document_id")
        .annotate(
            served=Count("id"),
            signed=Count("acknowledgement"),
            overdue=Count("id", filter=Q(acknowledgement__isnull=True, due_at__lte=now)),
        )
    )
    return {row["document_id"]: {key: row[key] for key in ("served", "signed", "overdue")} for row in rows}


def register(
    scope: Scope, *, kind: str = "", state: str = "", words: str = "", recipient: int | None = None,
    first: dt.date | None = None, last: dt.date | None = None, own: int | None = None,
) -> QuerySet[Document]:  # fmt: skip
    """The register (文书登记) of drafted documents, newest first; days are half-open, ``own`` the issuing capacity.

    ``state``: valid, withdrawn, replaced, unsigned (a service is not signed), refused, objected.
    """
    found = visible(scope).filter(kind__in=[kind] if kind else list(kinds()))
    if words:
        found = found.filter(Q(title__icontains=words) | Q(number__icontains=words))
    if recipient is not None:
        found = found.filter(services__recipient_id=recipient)
    if own is not None:
        found = found.filter(capacity_id=own)
    if first is not None:
        found = found.filter(issued_at__gte=dt.datetime.combine(first, dt.time(), CHINA))
    if last is not None:
        found = found.filter(issued_at__lt=dt.datetime.combine(last, dt.time(), CHINA))
    service = Service.objects.filter(document=OuterRef("pk"))
    conditions = {
        "objected": Exists(Objection.objects.filter(service__document=OuterRef("pk"))),
        "refused": Exists(service.filter(refusal__isnull=False, acknowledgement__isnull=True)),
        "replaced": Q(replaced_by__isnull=False),
        "unsigned": Exists(service.filter(acknowledgement__isnull=True)),
        "valid": Q(withdrawal__isnull=True, replaced_by__isnull=True),
        "withdrawn": Q(withdrawal__isnull=False),
    }
    return found.filter(conditions[state]) if state in conditions else found


def drafts(scope: Scope, capacity_id: int, *, state: str = "") -> QuerySet[Draft]:
    """Drafts of a capacity that are not issued or dropped, those to be signed first."""
    found = Draft.objects.filter(capacity_id__in=scope.capacity_ids & {capacity_id})
    wanted = [state] if state else [Draft.State.SENT, Draft.State.WRITING]
    return found.filter(state__in=wanted).select_related("drafted_by__person").order_by("state", "-changed_at")


def draft(scope: Scope, number: int) -> Draft:
    """One draft; raises Draft.DoesNotExist out of scope."""
    found = Draft.objects.filter(capacity_id__in=scope.capacity_ids)
    return found.select_related("capacity__agency", "drafted_by__person", "document").get(pk=number)


def dispatches(scope: Scope, document_id: int) -> QuerySet[Dispatch]:
    """Where a document went outside the house."""
    found = Dispatch.objects.filter(document_id=document_id, issuer_id__in=scope.capacity_ids)
    return found.select_related("receipt__stored", "sent_by__person").order_by("recorded_at")


def receipt(scope: Scope, number: int) -> Receipt:
    """One receipt; raises Receipt.DoesNotExist out of scope."""
    return Receipt.objects.filter(issuer_id__in=scope.capacity_ids).select_related("stored").get(pk=number)


def objections(scope: Scope, *, open_only: bool = False) -> QuerySet[Objection]:
    """Objections to documents of the scope's capacities, oldest first."""
    found = Objection.objects.filter(Q(issuer_id__in=scope.capacity_ids) | Q(recipient_id__in=scope.capacity_ids))
    if open_only:
        found = found.filter(ruling__isnull=True)
    return found.select_related(
        "service__document", "recipient__agency", "raised_by__person", "ruling__document", "ruling__decided_by__person"
    ).defer("service__document__content", "ruling__document__content").order_by("raised_at")  # fmt: skip


def duties(scope: Scope, capacity_id: int) -> QuerySet[NoticeDuty]:
    """Notices that a capacity owes: not issued, or not sent to any body outside it is for; most urgent first."""
    issued = Document.objects.filter(
        Q(draft=None) | Q(draft__externals=[]) | Exists(Dispatch.objects.filter(document=OuterRef("pk"))),
        refs__ref=OuterRef("ref"), kind=OuterRef("kind"), capacity_id=OuterRef("capacity_id"), withdrawal=None,
    )  # fmt: skip
    found = NoticeDuty.objects.filter(capacity_id__in=scope.capacity_ids & {capacity_id})
    return found.filter(~Exists(issued)).order_by("due_at", "id")


def standings(document_ids: Sequence[int]) -> dict[int, Standing]:
    """How documents stand, the same to everybody who sees them; what ``verify`` tells of them too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents_standing(%s)", [list(document_ids)])
        return {
            pk: standing(withdrawn=withdrawn_at is not None, replaced=replaced_by is not None, objected=objected)
            for pk, withdrawn_at, replaced_by, objected in cursor.fetchall()
        }


def verify(*, code: str = "", sha256: str = "") -> list[Verified]:
    """What is on file under a code in its one form, or a digest; needs no scope and tells no content."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents_verify(%s, %s)", [code, sha256])
        rows = cursor.fetchall()
    return [
        Verified(
            code=code,
            kind=kind,
            number=number,
            agency=agency,
            issued_at=at,
            sha256=digest,
            sm3=sm3,
            signed=holds(note, Said(code, kind, number, at, digest, sm3)),
            withdrawn_at=withdrawn_at,
            replaced_by=replaced_by,
            standing=standing(withdrawn=withdrawn_at is not None, replaced=replaced_by is not None, objected=objected),
        )
        for code, kind, number, agency, at, digest, sm3, note, withdrawn_at, replaced_by, objected in rows
    ]
