"""The application's role is weak, rows out of scope do not exist for it, and history cannot be changed."""

from typing import Any

import psycopg
import pytest
from django.db import connection, models

from jianguan.site import security
from jianguan.site.config import APP_ROLE, OWNER_ROLE
from testbed import Bed

pytestmark = pytest.mark.usefixtures("testbed")


def scoped() -> list[type[models.Model]]:
    return [model for model in security.own_models() if security.declared_scope(model) is not None]


def append_only() -> list[type[models.Model]]:
    return [model for model in security.own_models() if security.is_append_only(model)]


def test_neither_role_is_a_superuser_or_escapes_row_security(superuser_db: psycopg.Connection[Any]) -> None:
    rows = superuser_db.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = ANY(%s)",
        [[APP_ROLE, OWNER_ROLE]],
    ).fetchall()
    assert sorted(rows) == [(APP_ROLE, False, False, False, False), (OWNER_ROLE, False, False, False, False)]


def test_the_application_owns_no_table(superuser_db: psycopg.Connection[Any]) -> None:
    owners = superuser_db.execute(
        "SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'"
    ).fetchall()
    assert owners == [(OWNER_ROLE,)]


def test_the_application_is_refused_when_its_role_is_the_owner(db: Any) -> None:
    security.verify()
    with pytest.raises(security.UnsafeRole):
        security.verify(using="owner")


def test_every_scoped_table_is_empty_without_a_scope(db: Any) -> None:
    assert scoped()
    for model in scoped():
        assert not model._base_manager.exists(), model._meta.label


def test_every_scoped_table_has_row_security_on(superuser_db: psycopg.Connection[Any]) -> None:
    for model in scoped():
        found = superuser_db.execute(
            "SELECT relrowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) FROM pg_class c"
            " WHERE oid = %s::regclass",
            [model._meta.db_table],
        ).fetchone()
        assert found == (True, 4), model._meta.label


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_history_cannot_be_changed_even_by_the_owner(owner_db: psycopg.Connection[Any], verb: str) -> None:
    assert append_only()
    for model in append_only():
        table, column = model._meta.db_table, model._meta.pk.column
        statement = {
            "UPDATE": f'UPDATE "{table}" SET "{column}" = "{column}"',  # noqa: S608 - names of our own tables
            "DELETE": f'DELETE FROM "{table}"',  # noqa: S608 - names of our own tables
            "TRUNCATE": f'TRUNCATE "{table}" CASCADE',
        }[verb]
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation), owner_db.transaction():
            owner_db.execute(statement)


def test_the_application_may_not_empty_a_table_nor_touch_the_migrations(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(c.oid, 'TRUNCATE')"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT has_table_privilege('django_migrations', 'INSERT, UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)


def test_applying_security_again_changes_nothing(testbed: Bed, superuser_db: psycopg.Connection[Any]) -> None:
    question = (
        "SELECT polrelid::regclass::text, polname::text, pg_get_expr(polqual, polrelid),"
        " pg_get_expr(polwithcheck, polrelid) FROM pg_policy ORDER BY 1, 2"
    )
    before = superuser_db.execute(question).fetchall()
    superuser_db.rollback()
    security.apply()
    assert superuser_db.execute(question).fetchall() == before
