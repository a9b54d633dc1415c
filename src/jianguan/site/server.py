"""The web server: granian, WSGI, two workers."""

import socket
import sys
from collections.abc import Callable
from importlib.util import find_spec

from django.urls import get_resolver

WORKERS = 2
THREADS = 2
STOP_SECONDS = 5
"""How long a worker may take to finish its answers before it is ended; a stop must never hang."""


def serve(host: str, port: int, *, ready: Callable[[str], None], demo: bool = False) -> int:
    """Serve until SIGINT or SIGTERM; return 0, or 1 when the port is taken."""
    from granian import Granian  # noqa: PLC0415 - it claims signal handlers when imported for use
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    if _taken(host, port):
        ready(f"端口 {port} 已被占用，请用 --port（make run PORT=…）换一个")
        return 1
    get_resolver().url_patterns  # noqa: B018 - a door that cannot be imported stops us here, not at the first page
    server = Granian(
        "jianguan.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    server.on_startup(lambda: _announce(host, port, ready, demo=demo))
    server.serve()
    ready("已停止")
    return 0


def _taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _announce(host: str, port: int, ready: Callable[[str], None], *, demo: bool) -> None:
    ready(f"请在浏览器打开 http://{host}:{port}/")
    if demo and find_spec("jianguan.demo.people"):
        from jianguan.demo.people import LOGINS  # noqa: PLC0415 - only the demo knows its people

        ready("演示账号（合成数据）：")
        for login in LOGINS:
            ready(f"  {login}")
    sys.stderr.flush()
