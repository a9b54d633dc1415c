"""An attacker in a city's scope who commands the application's connection: what is the province's stays so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from facts.conftest import as_csv, exam
from jianguan.backbone.people.acting import Actor
from jianguan.backbone.scope import scope as scopes
from jianguan.facts import identities, ingest, places, sources, tokens
from jianguan.facts.models import Batch, BatchDay, Identity, IdentityAccess, Quarantine, Source
from staff import employ

Take = Callable[..., Any]
TABLES = {
    "facts_batch": "reason = 'x'",
    "facts_batchday": "rows = 0",
    "facts_quarantine": "message = 'x'",
    "facts_source": "token_digest = 'x'",
}


@pytest.fixture
def provincial(take: Take) -> Batch:
    """A batch for the whole province with a refused row and a look behind a pseudonym."""
    batch: Batch = take(as_csv([exam(1), exam(2, kskm="9")]), source=sources.register("whole", "exam"))
    pseudonym = Identity.objects.values_list("pseudonym", flat=True)[0]
    identities.reveal(places.secret(), pseudonym, reason="核对考生", who="省级民警")
    return batch


def changed(statement: str) -> int:
    """Rows a statement changed; 0 when it was refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount
    except ProgrammingError:
        return 0


@pytest.mark.parametrize("role", ["centre-supervisor", "audit-admin"])
def test_a_city_neither_sees_nor_changes_what_belongs_to_the_whole_province(provincial: Batch, role: str) -> None:
    city = employ("changchun@CITY", role)
    with scopes.within(city.scope):
        assert not Quarantine.objects.exists()
        assert not IdentityAccess.objects.exists()
        for table, assignment in TABLES.items():
            assert changed(f"UPDATE {table} SET {assignment}") == 0, table
            assert changed(f"DELETE FROM {table}") == 0, table
        assert changed("INSERT INTO facts_source (key, name, contract, capacity_id, capacity_key, token_digest)"
                       " VALUES ('forged', 'x', 'exam', -1, '', '')") == 0  # fmt: skip
        assert changed("DELETE FROM facts_identity") == 0
    assert (Source.objects.get().token_digest, Batch.objects.get().reason, BatchDay.objects.get().rows) == ("", "", 1)
    assert (Quarantine.objects.count(), IdentityAccess.objects.count(), Identity.objects.count()) == (1, 1, 2)


def test_a_city_sees_what_came_because_its_ledger_rests_on_it(provincial: Batch) -> None:
    with scopes.within(employ("changchun@CITY", "centre-supervisor").scope):
        assert Batch.objects.get(pk=provincial.pk).accepted == 1
        assert BatchDay.objects.get().rows == 1


def test_a_city_cannot_move_its_own_rows_to_the_province_nor_to_another_city(take: Take) -> None:
    city, other = (employ(key, "centre-supervisor") for key in ("changchun@CITY", "jilin-city@CITY"))
    take(as_csv([exam(1, kskm="9")]), source=sources.register("own", "exam", capacity_id=city.capacity_id))
    with scopes.within(city.scope):
        assert Quarantine.objects.count() == 1
        for to in (-1, 0, other.capacity_id):
            assert changed(f"UPDATE facts_quarantine SET capacity_id = {to}") == 0
            assert changed(f"UPDATE facts_source SET capacity_id = {to}") == 0
    with scopes.within(other.scope):
        assert not Quarantine.objects.exists()


def test_posts_of_the_province_see_and_repair_it(provincial: Batch) -> None:
    province: Actor = employ("jilin@PROVINCE", "centre-supervisor")
    with scopes.within(province.scope):
        assert Quarantine.objects.count() == IdentityAccess.objects.count() == 1
        assert changed("UPDATE facts_quarantine SET message = message") == 1


def test_without_any_scope_system_code_writes_for_its_source_only(provincial: Batch) -> None:
    scopes.apply(scopes.NOTHING)
    tokens.issue(provincial.source)
    assert Source.objects.get().token_digest
    assert [row["rule"] for row in ingest.refusals_of(provincial, 9)] == ["code"]
    assert not Quarantine.objects.exists(), "the scope is as narrow as before"
