"""The next record on the review desk: how long the server needs for the part of the page that changes.

A reviewer with a queue of drawn records, each with a film's review copy, five pictures and a business summary, walks
through it as the desk's script does. Reference, in the same run: a trivial page behind the same log-in. Measured at
the client of a real server on a throw-away database; client, server and database share the machine. All data are
synthetic (合成数据).
"""

import datetime as dt
import http.client
import json
import os
import secrets as tokens
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CAPACITY = "changchun-office@VEHICLE_OFFICE"
PICTURES, SECONDS, PIECE = 5, 600, 4


@dataclass(frozen=True)
class Scale:
    """How many records wait, and how often the walk is made."""

    records: int
    rounds: int


FULL, SMALL = Scale(100, 3), Scale(5, 1)


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def lay_down(scale: Scale) -> tuple[str, list[int]]:
    """Make the reviewer and his queue; return the key of his session and the numbers of his assignments."""
    from django.conf import settings  # noqa: PLC0415 - after the environment
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.db.backends.postgresql.psycopg_any import DateRange  # noqa: PLC0415

    from jianguan.backbone.agencies import queries as agencies  # noqa: PLC0415
    from jianguan.backbone.draws.models import Draw, DrawItem, DrawnReviewer, ItemRecording  # noqa: PLC0415
    from jianguan.backbone.evidence.models import Recording, ReviewCopy, ReviewSegment, StoredObject  # noqa: PLC0415
    from jianguan.backbone.people.accounts import create_account  # noqa: PLC0415
    from jianguan.backbone.people.models import Appointment, Person, Post  # noqa: PLC0415
    from jianguan.backbone.review.assigning import assign_drawn  # noqa: PLC0415
    from jianguan.backbone.review.models import Assignment  # noqa: PLC0415
    from jianguan.backbone.work.actions import freeze_population  # noqa: PLC0415
    from jianguan.kit import clock  # noqa: PLC0415

    now, today = clock.now(), clock.today()
    seat = agencies.capacity(CAPACITY)
    valid = DateRange(dt.date(2020, 3, 19), None)
    person = Person.objects.create(name="合成人员", number="bench", home=seat, synthetic=True)
    post = Post.objects.create(capacity=seat, title="合成岗位", role="office-supervisor", valid=valid)
    held = Appointment.objects.create(post=post, person=person, capacity=seat, valid=valid)
    account = create_account(
        by=None, person=person, username="bench", password=tokens.token_hex(16) + "Aa-", second_factor_required=False
    )
    population = freeze_population(
        by=None,
        capacity_id=seat.pk,
        kind="exam-av",
        day=today,
        members=[str(n) for n in range(2000)],
        source="合成数据",
    )
    stored = StoredObject.objects.create(sha256="0" * 64, sm3="0" * 64, size=1, media_type="video/mp4", stored_at=now)
    draw = Draw.objects.create(
        population=population, capacity=seat, algorithm="bench", seed="0" * 64, sources={}, parameters={},
        floor=scale.records, export=stored, drawn_at=now,
    )  # fmt: skip
    summary = [[f"项目{n}", "合成数据"] for n in range(16)]
    for number in range(scale.records):
        item = DrawItem.objects.create(
            draw=draw, population=population, capacity=seat, member=f"合成-{number}", stratum="合成考场",
            line="\t".join(("x",) * 5 + ("sha256:0", "1", "0")), part="A", position=number + 1, ticket="",
            probability="1/20", happened_at=now, about={"summary": summary, "persons": {"考生": "0" * 32}},
        )  # fmt: skip
        DrawnReviewer.objects.create(item=item, capacity=seat, position=1, appointment=held)
        for place in range(PICTURES + 1):
            film = place == 0
            recording = Recording.objects.create(
                capacity=seat, kind="fixed" if film else "photo", source_ref=f"bench/{number}/{place}", state="fetched",
                stored=stored, duration_ms=SECONDS * 1000 if film else 0, starts_at=now, fetched_at=now,
            )  # fmt: skip
            ItemRecording.objects.create(item=item, capacity=seat, recording=recording, role="考试车内")
            if film:
                copy = ReviewCopy.objects.create(
                    recording=recording, capacity=seat, init=stored, mime="video/mp4", duration_ms=SECONDS * 1000,
                    frames_per_1000s=25_000, made_at=now,
                )  # fmt: skip
                ReviewSegment.objects.bulk_create(
                    ReviewSegment(
                        copy=copy,
                        capacity=seat,
                        n=n,
                        start_ms=n * PIECE * 1000,
                        duration_ms=PIECE * 1000,
                        stored=stored,
                    )
                    for n in range(SECONDS // PIECE)
                )
    assign_drawn()
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["appointment"] = held.pk
    session.save()
    queue = Assignment.objects.filter(appointment=held).order_by("item__position")
    return str(session.session_key), list(queue.values_list("pk", flat=True))


class Browser:
    """One connection with the log-in's cookie."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": f"sessionid={cookie}", "X-Part": "item"}

    def seconds(self, address: str) -> float:
        """How long an answer takes until its last byte."""
        began = time.perf_counter()
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        if answer.status != http.client.OK:
            raise RuntimeError(f"{address} answered {answer.status}: {body[:200]!r}")
        return took


def measure(port: int, cookie: str, queue: list[int], scale: Scale) -> dict[str, Any]:
    """Walk through the queue; before each record the trivial page."""
    browser = Browser(port, cookie)
    browser.seconds(f"/review/items/{queue[0]}/")  # templates are compiled once
    records, trivial = [], []
    for _ in range(scale.rounds):
        for number in queue:
            trivial.append(browser.seconds("/posts"))
            records.append(browser.seconds(f"/review/items/{number}/"))
    return {"records": sorted(records), "trivial": sorted(trivial)}


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the sorted values lie, milliseconds."""
    return round(values[min(len(values) - 1, int(len(values) * share))] * 1000, 1)


def main(home: Path, scale: Scale) -> dict[str, Any]:
    """Make the database, start the server, measure."""
    from jianguan.site.cluster import THROWAWAY, Cluster  # noqa: PLC0415 - the environment comes first
    from jianguan.site.config import APP_ROLE, OWNER_ROLE, embedded_url, secrets_of  # noqa: PLC0415
    from jianguan.site.database import create_database, create_roles  # noqa: PLC0415

    secrets = secrets_of(home)
    cluster = Cluster(home, secrets.superuser, THROWAWAY)
    with cluster.running():
        create_roles(cluster, secrets)
        create_database(cluster, "bench")
        os.environ["DATABASE_URL"] = embedded_url(home, APP_ROLE, secrets.app, "bench")
        os.environ["DATABASE_OWNER_URL"] = embedded_url(home, OWNER_ROLE, secrets.owner, "bench")
        import django  # noqa: PLC0415

        django.setup()
        from django.db import connections  # noqa: PLC0415

        from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
        from jianguan.site import commands  # noqa: PLC0415

        commands.migrate()
        commands.load(demo=False, report=say)
        with scopes.within(scopes.everything()):
            cookie, queue = lay_down(scale)
        connections.close_all()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = subprocess.Popen([sys.executable, "-m", "jianguan.site.cli", "serve", "--port", str(port)])
        try:
            wait_for(port, server)
            found = measure(port, cookie, queue, scale)
        finally:
            server.terminate()
            server.wait(timeout=60)
    records, trivial = found["records"], found["trivial"]
    return {
        "name": "review",
        "figures": {
            "records": len(records),
            "median_ms": round(statistics.median(records) * 1000, 1),
            "p95_ms": percentile(records, 0.95),
            "worst_ms": percentile(records, 1),
        },
        "references": {
            "trivial_median_ms": round(statistics.median(trivial) * 1000, 1),
            "trivial_p95_ms": percentile(trivial, 0.95),
        },
        "ratios": {"next_record_p95_ms": {"value": percentile(records, 0.95), "at_most": 200}},
    }


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped with {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer")


def run() -> int:
    """Measure in a throw-away folder; 1 when a bound is broken. ``--small``: a few records, to see that it works."""
    home = Path(tempfile.mkdtemp(prefix="jianguan-bench-"))
    home.chmod(0o755)  # the server's own user must reach it
    os.environ |= {
        "JIANGUAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "jianguan.site.settings", "JIANGUAN_PLAIN_HTTP": "true",
    }  # fmt: skip
    os.environ.setdefault("JIANGUAN_LOG_LEVEL", "WARNING")
    try:
        found = main(home, SMALL if "--small" in sys.argv else FULL)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=None if "--json" in sys.argv else 2))
    kept = all(ratio["value"] <= ratio["at_most"] for ratio in found["ratios"].values())
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(run())
