"""Fixtures of every test. There is no other way to a database than these."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings as hypothesis

from jianguan.site.config import OWNER_ROLE
from testbed import CHECKOUT, Bed, bed_home

hypothesis.register_profile("house", deadline=None)  # the machine may be shared; speed is measured in bench/
hypothesis.load_profile("house")
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 120
WAIT_MS = 30_000


def pytest_configure(config: pytest.Config) -> None:
    """Point Django at this worker's database before any test module is imported."""
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    testbed = Bed(bed_home(), worker)
    config.stash[TESTBED] = testbed
    os.environ.update(testbed.environment(testbed.database))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the test's own thread
    import django

    django.setup()


TESTBED = pytest.StashKey[Bed]()


@pytest.fixture(scope="session")
def testbed(request: pytest.FixtureRequest) -> Iterator[Bed]:
    """The test server, with the worker's database: migrated, secured, rule book and agencies loaded."""
    bed = request.config.stash[TESTBED]
    with bed.running():
        yield bed
        close_connections()


def close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()


@pytest.fixture
def db(testbed: Bed) -> Iterator[Any]:
    """Django's connection as the application's role, in a transaction that is undone; no scope is set."""
    from django.db import connection, transaction

    with transaction.atomic():
        set_scope()
        yield connection
        if not connection.needs_rollback:
            connection.check_constraints()
        transaction.set_rollback(True)


def set_scope(*capacities: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jianguan.scope', %s, true), set_config('jianguan.person', '', true)",
            [",".join(map(str, capacities))],
        )


@pytest.fixture
def in_scope(db: Any) -> Callable[..., None]:
    """Set the capacity ids that the present transaction may see."""
    return set_scope


@pytest.fixture
def owner_db(testbed: Bed) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own as the owner of the tables, to the worker's database; undone at the end."""
    with psycopg.connect(testbed.url(OWNER_ROLE, testbed.database)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def superuser_db(testbed: Bed) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own as the server's superuser, to the worker's database; undone at the end."""
    with psycopg.connect(testbed.cluster.url(testbed.database)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def fresh_database(testbed: Bed, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, in which it may commit; Django's connections lead to it. Yields its name."""
    from django.db import connections

    name = f"test_{os.getpid()}_{testbed.worker}_own"
    testbed.copy(name)
    close_connections()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    try:
        yield name
    finally:
        close_connections()
        for alias in connections:
            connections[alias].settings_dict["NAME"] = testbed.database
        testbed.drop(name)


@pytest.fixture
def server(testbed: Bed, fresh_database: str) -> Iterator[str]:
    """The real server on a fresh database. Yields its address, without a slash at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "jianguan.site.cli", "serve", "--port", str(port)],
        cwd=CHECKOUT,
        env=os.environ | testbed.environment(fresh_database),
    )
    address = f"http://127.0.0.1:{port}"
    try:
        await_answer(address + "/ping", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def await_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the address answers; fail at once when its server has died."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server stopped with {process.returncode}"
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError as answer:
            with answer:
                pytest.fail(f"{address} answered {answer.code}: {answer.read().decode()}")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"{address} did not answer within {START_SECONDS} s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium under Playwright; its absence is a failure, never a skip."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT_MS)  # the machine may be shared: what is expected waits as long as what is done
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: run bin/install-system, or apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A new page in a profile of its own, in Chinese and in Chinese time."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()
