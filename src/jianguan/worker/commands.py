"""``jianguan worker``: the loop that runs jobs (后台作业), on procrastinate's queue in PostgreSQL."""

import argparse
import asyncio
from typing import Any


def register(verbs: Any) -> None:
    """Add the command to the parser."""
    worker = verbs.add_parser("worker", help="运行后台作业 / run background jobs")
    worker.add_argument("--once", action="store_true", help="做完现有作业即停 / stop when the queue is empty")
    worker.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """``jianguan worker``: run jobs until told to stop; a job whose worker died is run again."""
    from procrastinate.contrib.django import app  # noqa: PLC0415 - after Django is set up

    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def loop() -> None:
        async with worker_app.open_async():
            await worker_app.run_worker_async(wait=not arguments.once, delete_jobs="successful")

    asyncio.run(loop())
    return 0
