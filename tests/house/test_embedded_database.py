"""The embedded database starts whoever we are, is shared, and comes back after a kill -9 of everything."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from jianguan.site.cluster import THROWAWAY, Cluster, ClusterFailed
from jianguan.site.config import Config, database_urls, django_database, secrets_of, socket_folder
from jianguan.site.database import available

# A killed process is not a power cut: what was handed to the system is there, so only the commit must be waited for.
KILLABLE = THROWAWAY | {"synchronous_commit": "on"}
PROGRAM = """
import os, sys
from pathlib import Path
import psycopg
from jianguan.site.cluster import DURABLE, Cluster
if len(sys.argv) > 2:
    os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
with Cluster(Path(sys.argv[1]), "secret", DURABLE).running():
    with psycopg.connect(Cluster(Path(sys.argv[1]), "secret").url()) as connection:
        print(connection.execute("SELECT current_user").fetchone()[0], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that every user may enter, as a checkout usually is."""
    folder = Path(tempfile.mkdtemp(prefix="jianguan-house-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
    shutil.rmtree(socket_folder(folder), ignore_errors=True)


@pytest.fixture
def cluster(home: Path) -> Iterator[Cluster]:
    made = Cluster(home, "secret", KILLABLE)
    yield made
    made.stop()


def processes_of(cluster: Cluster) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").resolve(strict=True) == cluster.data:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def ask(cluster: Cluster, question: str) -> object:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def start_program(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_second_start_takes_what_the_first_one_made(cluster: Cluster) -> None:
    with cluster.running():
        ask(cluster, "CREATE TABLE kept AS SELECT 1 AS one")
    assert cluster.pid() is None
    with cluster.running():
        assert ask(cluster, "SELECT one FROM kept") == 1


def test_it_comes_back_after_every_process_was_killed(cluster: Cluster) -> None:
    cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT 1 AS one")
    killed = processes_of(cluster)
    assert killed
    for process in killed:
        with suppress(ProcessLookupError):  # the last to go may have ended with the others
            os.kill(process, signal.SIGKILL)
    with cluster.running():
        assert ask(cluster, "SELECT one FROM kept") == 1


def test_it_comes_back_after_its_main_process_alone_was_killed(cluster: Cluster) -> None:
    cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT 1 AS one")
    main = cluster.pid()
    assert main
    os.kill(main, signal.SIGKILL)
    with cluster.running():
        assert cluster.pid() != main
        assert ask(cluster, "SELECT one FROM kept") == 1


def test_a_process_file_that_names_a_stranger_does_not_stop_it(cluster: Cluster) -> None:
    with cluster.running():
        pass
    stale = f"{os.getpid()}\n{cluster.data}\n1\n5432\n{socket_folder(cluster.home)}\n\n 1 1\nready   \n"
    (cluster.data / "postmaster.pid").write_text(stale)
    (socket_folder(cluster.home) / ".s.PGSQL.5432.lock").write_text(stale)
    assert cluster.pid() is None
    with cluster.running():
        assert ask(cluster, "SELECT 1") == 1


def test_a_half_made_data_directory_is_made_again(cluster: Cluster) -> None:
    cluster.data.mkdir()
    (cluster.data / "base").mkdir()
    with cluster.running():
        assert ask(cluster, "SELECT 1") == 1


def test_the_last_program_stops_it_and_not_the_first(cluster: Cluster, home: Path) -> None:
    with start_program(home) as other:
        assert other.stdout
        assert other.stdout.readline() == "postgres\n"
        with cluster.running():
            pass
        assert cluster.pid() is not None
        other.communicate("")
    assert cluster.pid() is None


def test_a_server_whose_program_was_killed_is_taken_over_and_stopped(cluster: Cluster, home: Path) -> None:
    with start_program(home) as other:
        assert other.stdout
        assert other.stdout.readline() == "postgres\n"
        other.kill()
    orphan = cluster.pid()
    assert orphan is not None
    with cluster.running():
        assert cluster.pid() == orphan
    assert cluster.pid() is None


def test_it_starts_for_an_ordinary_user(home: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    os.chown(home, nobody, -1)
    with start_program(home, *([str(nobody)] if os.geteuid() == 0 else [])) as program:
        output, _ = program.communicate("")
    assert (output, program.returncode) == ("postgres\n", 0)
    assert (home / "postgres" / "data").stat().st_uid == nobody


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_root_keeps_it_elsewhere_when_the_servers_user_cannot_reach_the_checkout(cluster: Cluster, home: Path) -> None:
    home.chmod(0o700)
    with cluster.running():
        assert ask(cluster, "SELECT 1") == 1
    assert home not in cluster.folder.parents
    assert home.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(cluster.folder)


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    with cluster.running(), pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(Cluster(cluster.home, "guess").url())


def test_a_server_that_cannot_start_says_why_in_chinese(cluster: Cluster) -> None:
    with cluster.running():
        pass
    broken = Cluster(cluster.home, "secret", {**THROWAWAY, "no_such_option": "1"})
    with pytest.raises(ClusterFailed, match=r"内置数据库启动失败(.|\n)*no_such_option"):
        broken.start()


def test_the_secrets_are_made_once_and_nobody_else_reads_them(home: Path) -> None:
    first = secrets_of(home)
    secrets_of.cache_clear()
    assert secrets_of(home) == first
    assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len({first.app, first.owner, first.superuser, first.secret_key}) == 4


def test_the_two_roles_reach_the_embedded_database(home: Path) -> None:
    settings = Config(home=home, _env_file=None)
    settings.database_url = settings.database_owner_url = None
    with available(settings):
        for url, role in zip(database_urls(settings), ("jianguan_app", "jianguan_owner"), strict=True):
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT current_user::text").fetchone() == (role,)


def test_an_own_database_needs_both_addresses_and_must_be_postgresql(home: Path) -> None:
    settings = Config(home=home)
    settings.database_url, settings.database_owner_url = "postgresql://a:b%2F@db.internal:5433/jg?sslmode=require", None
    with pytest.raises(ValueError, match="DATABASE_OWNER_URL"):
        database_urls(settings)
    found = django_database(settings.database_url)
    assert (found["HOST"], found["PORT"], found["NAME"], found["PASSWORD"]) == ("db.internal", "5433", "jg", "b/")
    assert found["OPTIONS"] == {"sslmode": "require"}
    with pytest.raises(ValueError, match="PostgreSQL"):
        django_database("mysql://a:b@host/name")
