"""What the tests of the pages share: the words of an answer, and how many statements a page needs."""

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

LEDGER = 22
"""Statements of one question to the ledger: the terms, then one for each measure."""
FRAME = 8
"""Statements of the frame: session, account, posts held, scope."""
SETTINGS = ("SAVEPOINT", "RELEASE", "SELECT set_config", "SELECT current_setting")
"""What reads and writes no table."""
OWN = 12
"""Statements that a page may add, however many rows it shows."""


def text(response: Any, status: int = 200) -> str:
    """The answer's words, after checking its status."""
    assert response.status_code == status, (response.status_code, response.content.decode()[:400])
    return str(response.content.decode())


def plain(response: Any, status: int = 200) -> str:
    """The answer without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(response, status)))


def statements(client: Client, path: str) -> int:
    """How many SQL statements on tables a page needs."""
    client.get(path)  # what is read once for the process is read here
    with CaptureQueriesContext(connection) as captured:
        text(client.get(path))
    return sum(not one["sql"].startswith(SETTINGS) for one in captured)
