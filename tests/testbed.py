"""The databases of the tests: one throw-away server for all workers, one template, a copy for each worker."""

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from jianguan.site.cluster import THROWAWAY, Cluster
from jianguan.site.config import APP_ROLE, OWNER_ROLE, embedded_url, secrets_of
from jianguan.site.database import create_database, create_roles

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCE = CHECKOUT / "src" / "jianguan"
KEPT_TEMPLATES = 6
# What a template depends on; it is made again when any of these changes.
INGREDIENTS = (
    "*/*/models*.py",
    "*/*/migrations/*.py",
    "facts/models.py",
    "facts/migrations/*.py",
    "*/*/loading.py",
    "*/*/actions.py",
    "rulebook/**/*.yaml",
    "demo/*.py",
    "kit/rows.py",
    "site/security.py",
    "site/settings.py",
)


def bed_home() -> Path:
    """Return the folder of the test server; runs of one checkout share it, so that the template is made once."""
    name = hashlib.sha256(f"{CHECKOUT} {os.geteuid()}".encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"jianguan-tests-{name}"


@dataclass(frozen=True)
class Bed:
    """The test server and the database of one worker."""

    home: Path
    worker: str

    @cached_property
    def cluster(self) -> Cluster:
        """Return the server: nothing on it survives a power cut, so nothing waits for the disk."""
        return Cluster(self.home, secrets_of(self.home).superuser, THROWAWAY)

    @property
    def database(self) -> str:
        """Return the worker's own database; the process number tells later runs whether it is still used."""
        return f"test_{os.getpid()}_{self.worker}"

    def url(self, role: str, database: str) -> str:
        """Return the URL under which one of the two roles reaches a database."""
        secrets = secrets_of(self.home)
        return embedded_url(self.home, role, secrets.owner if role == OWNER_ROLE else secrets.app, database)

    def environment(self, database: str) -> dict[str, str]:
        """Return the environment in which a program uses this database."""
        return {
            "JIANGUAN_HOME": str(self.home),
            "DATABASE_URL": self.url(APP_ROLE, database),
            "DATABASE_OWNER_URL": self.url(OWNER_ROLE, database),
            "DJANGO_SETTINGS_MODULE": "jianguan.site.settings",
            "JIANGUAN_DEMO": "1",
            "JIANGUAN_LOG_LEVEL": "WARNING",
        }

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Keep the server up, with this worker's database on it."""
        with self.cluster.running():
            self.copy(self.database)
            try:
                yield
            finally:
                self.drop(self.database)

    @cached_property
    def template(self) -> str:
        """Return the template of the present sources, made by the first worker that asks."""
        digest = hashlib.sha256()
        for pattern in INGREDIENTS:
            for file in sorted(SOURCE.glob(pattern)):
                digest.update(bytes(file) + file.read_bytes())
        name = f"template_{digest.hexdigest()[:16]}"
        with (self.home / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if name not in self.databases():
                create_roles(self.cluster, secrets_of(self.home))
                self.sweep()
                self.make_template(name)
        return name

    def make_template(self, name: str) -> None:
        """Migrate and load a new database under a working name, then give it its own."""
        partial = f"test_{os.getpid()}_template"
        create_database(self.cluster, partial)
        for verb in ("migrate", "load"):
            subprocess.run(
                [sys.executable, "-m", "jianguan.site.cli", verb],
                check=True,
                env=os.environ | self.environment(partial) | {"JIANGUAN_DEMO": "0"},
            )
        self.sql(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(partial), sql.Identifier(name)))

    def copy(self, name: str) -> None:
        """Make a database that equals the template."""
        create_database(self.cluster, name, template=self.template)

    def drop(self, name: str) -> None:
        """Remove a database, ending whatever still uses it."""
        self.sql(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def databases(self) -> list[str]:
        """Return the names of the server's databases, oldest first."""
        with psycopg.connect(self.cluster.url()) as connection:
            return [row[0] for row in connection.execute("SELECT datname FROM pg_database ORDER BY oid")]

    def sql(self, statement: sql.Composable) -> None:
        """Run one statement as the superuser, outside any transaction."""
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            connection.execute(statement)

    def sweep(self) -> None:
        """Drop what runs that were killed left behind, and all but the newest templates."""
        known = self.databases()
        dead = [
            name
            for name in known
            if (found := re.match(r"test_(\d+)_", name)) and not Path(f"/proc/{found[1]}").exists()
        ]
        templates = [name for name in known if name.startswith("template_")]
        for name in dead + templates[:-KEPT_TEMPLATES]:
            self.drop(name)
