"""The site's own commands: up, migrate, serve, django."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import call_command

from jianguan.site import rooms, security


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    up = verbs.add_parser("up", help="一键启动：数据库、规则库、网页 / start everything and serve")
    up.add_argument("--demo", action="store_true", help="载入合成数据 / load the synthetic province")
    _address(up)
    up.set_defaults(run=run_up)

    migrate = verbs.add_parser("migrate", help="更新表结构与行级安全 / migrate the tables and row security")
    migrate.set_defaults(run=run_migrate)

    load = verbs.add_parser("load", help="载入规则库与机构 / load the rule book and the agencies")
    load.add_argument("--demo", action="store_true", help="载入合成数据 / load the synthetic province")
    load.set_defaults(run=run_load)

    serve = verbs.add_parser("serve", help="只启动网页服务 / serve the web pages only")
    _address(serve)
    serve.set_defaults(run=run_serve)

    verbs.add_parser("django", help="Django 管理命令 / Django's management commands", add_help=False)


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8000, help="端口，默认 8000 / port, 8000 by default")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址 / address to listen on")


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError("端口须在 1–65535 之间 / a port lies between 1 and 65535")
    return number


def say(line: str) -> None:
    """Print one line of progress on standard error."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress of a command


def migrate() -> None:
    """Bring tables, grants, triggers and policies up to date, as the owner; then prove the application's role weak."""
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    call_command("pgtrigger", "install", "--database", "owner", verbosity=0)
    security.apply()
    security.verify()


def load(*, demo: bool, report: Callable[[str], None]) -> None:
    """Run every room's ``loading.load(demo, report)`` in the order of its ``ORDER``; each may run again."""
    for module in sorted(rooms.modules("loading"), key=lambda found: (found.ORDER, found.__name__)):
        module.load(demo, report)


def run_migrate(arguments: argparse.Namespace) -> int:
    """``jianguan migrate``."""
    migrate()
    say("表结构与行级安全已更新")
    return 0


def run_load(arguments: argparse.Namespace) -> int:
    """``jianguan load``."""
    load(demo=arguments.demo, report=say)
    return 0


def run_serve(arguments: argparse.Namespace) -> int:
    """``jianguan serve``."""
    from jianguan.site.server import serve  # noqa: PLC0415 - granian is loaded only to serve

    return serve(arguments.host, arguments.port, ready=say)


def run_up(arguments: argparse.Namespace) -> int:
    """``jianguan up``: the database runs already; migrate, load, run jobs beside, serve."""
    from jianguan.site.server import serve  # noqa: PLC0415 - granian is loaded only to serve

    say("数据库已就绪")
    migrate()
    say("表结构与行级安全已更新")
    load(demo=arguments.demo, report=say)
    with beside("worker"), beside("demo", "load", "--follow") if arguments.demo else contextlib.nullcontext():
        return serve(arguments.host, arguments.port, ready=say, demo=arguments.demo)


@contextlib.contextmanager
def beside(*words: str) -> Iterator[None]:
    """Run ``jianguan WORDS`` beside; it ends with the block, and with us should we be killed."""
    command = ["/usr/bin/setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "jianguan.site.cli", *words]
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - fixed arguments
    try:
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)  # and whatever it started
        process.wait()
