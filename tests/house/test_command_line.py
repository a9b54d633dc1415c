"""The console command explains itself in Chinese and English, and its exit codes are those of the design."""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import sql

from conftest import await_answer
from jianguan.site.cli import Parser, build, main
from testbed import Bed


def parsers(parser: argparse.ArgumentParser, name: str = "jianguan") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb, found in action.choices.items():
                yield from parsers(found, f"{name} {verb}")


def test_every_help_text_is_chinese_and_english() -> None:
    bilingual = re.compile(r"[\u4e00-\u9fff].*/ .*[A-Za-z]")
    for name, parser in parsers(build()):
        assert isinstance(parser, Parser), name
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for choice in action._choices_actions:
                    assert bilingual.search(choice.help or ""), f"{name} {choice.dest}"
            else:
                assert bilingual.search(action.help or ""), f"{name} {action.dest}"


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["serve", "--port", "0"], ["serve", "--port", "web"]])
def test_wrong_use_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "用法错误" in printed.err


def test_help_is_printed_and_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert "一键启动" in capsys.readouterr().out


def test_up_serves_and_leaves_nothing_behind_when_it_is_ended(testbed: Bed, fresh_database: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "jianguan.site.cli", "up", "--port", str(port)],
        env=os.environ | testbed.environment(fresh_database),
        stderr=subprocess.PIPE,
    )
    try:
        await_answer(f"http://127.0.0.1:{port}/ping", process)
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()
    assert f"http://127.0.0.1:{port}/" in said.decode()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5)


def test_a_taken_port_is_said_and_not_a_traceback(testbed: Bed, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 1
    assert "已被占用" in capsys.readouterr().err


def test_pages_carry_the_strict_headers(server: str) -> None:
    with urllib.request.urlopen(f"{server}/ping", timeout=30) as answer:  # noqa: S310 - our own server
        headers: Any = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'self'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_browser_shows_the_servers_answer(server: str, page: Any) -> None:
    page.goto(f"{server}/ping")
    assert page.inner_text("body") == "ok"


def test_a_lost_database_is_said_in_chinese_and_found_again(server: str, fresh_database: str, testbed: Bed) -> None:
    name = sql.Identifier(fresh_database)
    testbed.sql(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    testbed.sql(
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
            sql.Literal(fresh_database)
        )
    )
    with pytest.raises(urllib.error.HTTPError) as lost:
        urllib.request.urlopen(f"{server}/ping", timeout=30)  # noqa: S310 - our own server
    with lost.value as answer:
        assert answer.code == 503
        assert "数据库暂时无法连接" in answer.read().decode()
    testbed.sql(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    with urllib.request.urlopen(f"{server}/ping", timeout=30) as answer:  # noqa: S310 - our own server
        assert answer.status == 200
