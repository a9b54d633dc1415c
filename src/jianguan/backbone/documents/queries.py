"""Reads of documents, services and acknowledgements. The first argument is the scope; row security limits as well."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, F, Q, QuerySet

from jianguan.backbone.documents.models import STANDING, Document, Service
from jianguan.backbone.scope.scope import Scope

WITHOUT_CONTENT = ("content",)


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
