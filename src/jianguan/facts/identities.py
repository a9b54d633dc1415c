"""Clear values behind pseudonyms: kept sealed in PostgreSQL, shown one at a time, every look recorded."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from jianguan.facts.models import Identity, IdentityAccess
from jianguan.facts.pseudonyms import Keys
from jianguan.facts.scoped import PROVINCE
from jianguan.kit.clock import now

CHUNK = 10_000


class ReasonMissing(ValueError):
    """Nobody looks behind a pseudonym without saying why."""


def keep(keys: Keys, pairs: Iterable[tuple[str, str]]) -> int:
    """Seal and store values by pseudonym; those known already stay as they are. Returns how many were new."""
    return sum(_keep(keys, chunk) for chunk in _chunks(pairs))


def _chunks(pairs: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
    chunk: dict[str, str] = {}
    for pseudonym, value in pairs:
        chunk[pseudonym] = value
        if len(chunk) == CHUNK:
            yield chunk
            chunk = {}
    if chunk:
        yield chunk


def _keep(keys: Keys, chunk: dict[str, str]) -> int:
    known = set(Identity.objects.filter(pseudonym__in=list(chunk)).values_list("pseudonym", flat=True))
    rows = [
        Identity(pseudonym=one, sealed=keys.seal(one, value.encode()))
        for one, value in chunk.items()
        if one not in known
    ]
    Identity.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)
    return len(rows)


def reveal(
    keys: Keys,
    pseudonym: str,
    *,
    reason: str,
    who: str,
    person_id: int | None = None,
    capacity_id: int = PROVINCE,
    at: dt.datetime | None = None,
) -> str | None:
    """Return the clear value behind a pseudonym, None when there is none; either way the look is recorded.

    Raises ReasonMissing without a reason.
    """
    if not reason.strip() or not who.strip():
        raise ReasonMissing("查看个人身份须写明查看人和理由")
    with transaction.atomic():
        found = Identity.objects.filter(pseudonym=pseudonym).first()
        with connection.cursor() as cursor:  # no RETURNING: the row may lie outside the present scope
            cursor.execute(
                "INSERT INTO facts_identityaccess (at, pseudonym, found, capacity_id, person_id, who, reason)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [at or now(), pseudonym, found is not None, capacity_id, person_id, who, reason],
            )
    return keys.open(pseudonym, bytes(found.sealed)).decode() if found else None


def looks(pseudonym: str) -> list[IdentityAccess]:
    """Return the recorded looks behind a pseudonym that the present scope may see, latest first."""
    return list(IdentityAccess.objects.filter(pseudonym=pseudonym).order_by("-id"))
