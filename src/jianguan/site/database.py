"""The database of an installation: its roles, its extensions, and how a program gets hold of it."""

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg import sql

from jianguan.site.cluster import DURABLE, Cluster
from jianguan.site.config import APP_ROLE, DATABASE_NAME, OWNER_ROLE, Config, Secrets, config, secrets_of

EXTENSIONS = ("btree_gist", "pg_trgm")
SUPERUSER_EXTENSIONS = ("pg_stat_statements",)


def embedded_cluster(settings: Config) -> Cluster:
    """Return the embedded server of an installation, running or not."""
    return Cluster(settings.home, secrets_of(settings.home).superuser, DURABLE)


@contextlib.contextmanager
def available(settings: Config | None = None) -> Iterator[None]:
    """Keep the installation's database up while the block runs; a foreign one (``DATABASE_URL``) is left alone."""
    settings = settings or config()
    if not settings.embedded:
        yield
        return
    cluster = embedded_cluster(settings)
    with cluster.running():
        create_roles(cluster, secrets_of(settings.home))
        create_database(cluster, DATABASE_NAME)
        yield


def create_roles(cluster: Cluster, secrets: Secrets) -> None:
    """Make the two roles, or give them their passwords again. Neither is a superuser, neither escapes row security."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for role, password in ((OWNER_ROLE, secrets.owner), (APP_ROLE, secrets.app)):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            connection.execute(
                sql.SQL(
                    "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
                    " PASSWORD {password}"
                ).format(
                    verb=sql.SQL("ALTER" if known else "CREATE"),
                    role=sql.Identifier(role),
                    password=sql.Literal(password),
                )
            )


def create_database(cluster: Cluster, name: str, *, template: str = "template0") -> None:
    """Make a database owned by the owner role, with the extensions; leave an existing one as it is."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER_ROLE), sql.Identifier(template)
            )
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(APP_ROLE))
        )
    preloaded = "pg_stat_statements" in cluster.options["shared_preload_libraries"]
    with psycopg.connect(cluster.url(name), autocommit=True) as connection:
        for extension in (*EXTENSIONS, *(SUPERUSER_EXTENSIONS if preloaded else ())):
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
