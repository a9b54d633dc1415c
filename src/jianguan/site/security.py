"""Row security and append-only tables, derived from what the models declare and written into the database."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models, transaction
from psycopg import sql

from jianguan.kit.rows import RowScope, conditions

PREFIX = "jianguan_"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION jianguan_scope() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(string_to_array(nullif(current_setting('jianguan.scope', true), ''), ',')::bigint[], '{}'::bigint[])
$$;
CREATE OR REPLACE FUNCTION jianguan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% 只能追加，不能 %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""


class UnsafeRole(RuntimeError):
    """The application's role could escape row security."""


def own_models() -> list[type[models.Model]]:
    """Return every table-backed model of our own rooms, those made for row history and many-to-many included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_config.name.startswith("jianguan.") and not model._meta.proxy and model._meta.managed
    ]


def declared_scope(model: type[models.Model]) -> RowScope | None:
    """Return the SQL conditions on a model's rows, None when they are open.

    A history table takes the scope of the model it follows, a hidden many-to-many table that of its two ends.
    Raises ValueError when nothing, or nothing usable, is declared.
    """
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is not None and "row_scope" not in model.__dict__:
        scope = declared_scope(tracked)
        here, there = f"{model._meta.db_table}.", f"{tracked._meta.db_table}."
        return scope and RowScope(using=scope.using.replace(there, here), check=scope.check.replace(there, here))
    if isinstance(owner := model._meta.auto_created, type):
        if declared_scope(owner) is not None:
            raise ValueError("a many-to-many between scoped rows needs an explicit through model with a row_scope")
        return None
    if not hasattr(model, "row_scope"):
        raise ValueError("row_scope is missing")
    scope = conditions(model.row_scope)
    if isinstance(model.row_scope, tuple):
        known = {field.column for field in model._meta.local_concrete_fields}
        if unknown := set(model.row_scope) - known:
            raise ValueError(f"row_scope names unknown columns: {', '.join(sorted(unknown))}")
    return scope


def is_append_only(model: type[models.Model]) -> bool:
    """Return whether rows of the model are only ever added."""
    return bool(getattr(model, "append_only", False)) or hasattr(model, "pgh_tracked_model")


def statements(role: str) -> Iterator[sql.Composable]:
    """Yield the SQL that gives ``role`` what it needs and nothing more; the same statements may run again."""
    app = sql.Identifier(role)
    yield sql.SQL(FUNCTIONS)
    for kind in ("TABLES", "SEQUENCES"):
        yield sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA public FROM {}").format(sql.SQL(kind), app)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app)
    yield sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(app)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app)
    yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(app)
    for model in own_models():
        table = sql.Identifier(model._meta.db_table)
        yield from _append_only(table, app, wanted=is_append_only(model))
        yield from _row_security(table, app, declared_scope(model))


def _append_only(table: sql.Identifier, app: sql.Identifier, *, wanted: bool) -> Iterator[sql.Composable]:
    trigger = sql.Identifier(f"{PREFIX}append_only")
    yield sql.SQL("DROP TRIGGER IF EXISTS {} ON {}").format(trigger, table)
    if wanted:
        yield sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(table, app)
        yield sql.SQL(
            "CREATE TRIGGER {} BEFORE UPDATE OR DELETE OR TRUNCATE ON {}"
            " FOR EACH STATEMENT EXECUTE FUNCTION jianguan_refuse_change()"
        ).format(trigger, table)
        yield sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}").format(table, trigger)


def _row_security(table: sql.Identifier, app: sql.Identifier, scope: RowScope | None) -> Iterator[sql.Composable]:
    verbs = ("select", "insert", "update", "delete")
    for verb in verbs:
        yield sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(sql.Identifier(PREFIX + verb), table)
    if scope is None:
        yield sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(table)
        return
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table)
    read = sql.SQL("USING ({})").format(sql.SQL(scope.using))
    old = sql.SQL("USING ({})").format(sql.SQL(scope.check))
    new = sql.SQL("WITH CHECK ({})").format(sql.SQL(scope.check))
    for verb, condition in zip(verbs, (read, new, sql.SQL("{} {}").format(old, new), old), strict=True):
        yield sql.SQL("CREATE POLICY {} ON {} FOR {} TO {} {}").format(
            sql.Identifier(PREFIX + verb), table, sql.SQL(verb), app, condition
        )


def apply(*, using: str = "owner") -> None:
    """Write grants, triggers and policies of all models into the database, as the owner, in one transaction."""
    role = connections["default"].settings_dict["USER"]
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)


def verify(*, using: str = "default") -> None:
    """Raise UnsafeRole when the application's role is a superuser, escapes row security or owns a table."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        (powerful,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        (owned,) = cursor.fetchone()
    if powerful or owned:
        raise UnsafeRole("应用数据库角色不得是超级用户、表所有者，也不得绕过行级安全")
