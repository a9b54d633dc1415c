"""200 reviewers at once: beats every five seconds and segments as they are played, against a real server and database.

Every reviewer plays one recording at normal speed for a minute: beats every second in batches of five, a segment of
eight seconds fetched under the address that came with the answer. Reference, in the same run: authenticated POSTs
that do nothing, at the same rate. Measured where the client stands; client (one process), server and database share the
machine. CPU is counted for each of them. All data are synthetic (合成数据).
"""

import asyncio
import contextlib
import json
import os
import secrets as tokens
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

BATCH_SECONDS = 5
AHEAD_MS = 15_000
FILM_SECONDS = 300
SIZE = (320, 240)
FPS = 12


@dataclass(frozen=True)
class Scale:
    """How many reviewers, how many batches each of them sends, and within how many seconds they begin."""

    reviewers: int
    batches: int
    starting: float


FULL, SMALL = Scale(200, 12, 20.0), Scale(4, 3, 2.0)


@dataclass
class Told:
    """What one reviewer saw."""

    beats: list[float] = field(default_factory=list)
    segments: list[float] = field(default_factory=list)
    trivial: list[float] = field(default_factory=list)
    refused: int = 0
    stalls: int = 0


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def film(path: Path) -> None:
    """Draw the recording: a bar that moves."""
    import av  # noqa: PLC0415 - after the environment
    import numpy as np  # noqa: PLC0415

    with av.open(str(path), "w", format="mp4") as sink:
        pictures = sink.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "sc_threshold": "0"})
        pictures.width, pictures.height, pictures.pix_fmt, pictures.gop_size = *SIZE, "yuv420p", FPS * 2
        for number in range(FILM_SECONDS * FPS):
            pixels = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
            pixels[80:160, number * 3 % 300 :][:, :20] = (230, 40, 40)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            sink.mux(pictures.encode(frame))
        sink.mux(pictures.encode(None))


class Reviewer:
    """A log-in with its cookie, its connection and its own matter to watch. Plain HTTP/1.1, as cheap as can be."""

    def __init__(self, port: int, number: int, cookie: str, ticket: str) -> None:
        self.port, self.number, self.ticket = port, number, ticket
        self.person_id, self.copy = 0, None  # filled in by ``crowd_of``
        csrf = tokens.token_hex(16)
        self.always = f"Host: 127.0.0.1\r\nCookie: sessionid={cookie}; csrftoken={csrf}\r\nX-CSRFToken: {csrf}\r\n"
        self.told = Told()

    async def connect(self) -> None:
        """Open the connection that is kept."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, path: str, body: Any = None, headers: str = "") -> tuple[int, bytes, float]:
        """Status, body and seconds of one request: POST with a body, GET without."""
        data = b"" if body is None else json.dumps(body).encode()
        kind = "" if body is None else f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n"
        method = "GET" if body is None else "POST"
        begin = time.perf_counter()
        self.writer.write(f"{method} {path} HTTP/1.1\r\n{self.always}{headers}{kind}\r\n".encode() + data)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        answer = await self.reader.readexactly(length)
        return int(head[9:12]), answer, time.perf_counter() - begin

    async def released(self, n: int) -> None:
        """Ask for a segment by itself, as at the beginning of play, and fetch it."""
        status, data, _ = await self.ask("/watching/release/", {"token": self.token, "n": n})
        address = json.loads(data)["address"] if status == 200 else ""
        if address:
            await self.fetch(n, address)
        else:
            self.told.refused += 1

    async def fetch(self, n: int, address: str) -> None:
        """Fetch a segment under its address."""
        headers = f"X-Watch-Address: {address}\r\nX-Watch-Token: {self.token}\r\n"
        status, _, seconds = await self.ask("/watching/segment/", headers=headers)
        self.told.refused += status != 200
        self.told.segments.append(seconds)
        self.got.add(n)

    async def watch(self, scale: Scale) -> None:
        """Play in real time, at normal speed."""
        await asyncio.sleep(scale.starting * self.number / scale.reviewers)
        status, data, _ = await self.ask("/watching/open/", {"ticket": self.ticket})
        assert status == 200, data[:300]
        opened = time.perf_counter()
        said = json.loads(data)["sessions"][0]
        self.token, segments, self.got = said["token"], said["segments"], set[int]()
        await self.released(0)
        began = time.perf_counter()
        await self.released(1)
        seq = 0
        for batch in range(scale.batches):
            await asyncio.sleep(began + (batch + 1) * BATCH_SECONDS - time.perf_counter())
            beats = []
            for second in range(batch * BATCH_SECONDS, (batch + 1) * BATCH_SECONDS):
                seq += 1
                client_ms = round((began - opened + second) * 1000)
                beats.append([seq, client_ms, second * 1000, 100, True, True, second * FPS])
            at_ms = (batch + 1) * BATCH_SECONDS * 1000
            ahead = [n for n, (start, _) in enumerate(segments) if start < at_ms + AHEAD_MS and n not in self.got]
            self.told.stalls += any(segments[n][0] < at_ms for n in ahead)
            one = {"token": self.token, "beats": beats, "want": ahead[0] if ahead else None}
            status, data, seconds = await self.ask("/watching/beats/", {"sessions": [one], "late": batch % 2 == 1})
            self.told.beats.append(seconds)
            answer = json.loads(data) if status == 200 else {}
            if answer.get("next") != [seq + 1]:
                self.told.refused += 1
            elif answer["addresses"][0]:
                await self.fetch(ahead[0], answer["addresses"][0])
            elif ahead:  # a check is drawn into this one first
                await self.released(ahead[0])

    async def trifle(self, scale: Scale, rounds: int, every: float) -> None:
        """The reference: the same log-in asks for next to nothing."""
        begin = time.perf_counter() + every * self.number / scale.reviewers
        for number in range(rounds):
            await asyncio.sleep(begin + number * every - time.perf_counter())
            body = {"token": "x" * 43, "number": 1, "text": ""}
            status, data, seconds = await self.ask("/watching/answer/", body)
            assert status == 409, data[:300]
            self.told.trivial.append(seconds)


async def all_at_once(crowd: list[Reviewer], scale: Scale, server: int, database: int) -> dict[str, float]:
    """Warm up, let everybody watch, then the reference at the same rate; CPU milliseconds a request of each."""
    for one in crowd:
        await one.connect()
    await asyncio.gather(*(one.trifle(scale, 2, BATCH_SECONDS) for one in crowd))
    for one in crowd:
        one.told.trivial.clear()
    found = {}
    marks = [(time.process_time(), cpu_seconds(server), cpu_seconds(database))]
    await asyncio.gather(*(one.watch(scale) for one in crowd))
    marks.append((time.process_time(), cpu_seconds(server), cpu_seconds(database)))
    asked = sum(len(one.told.beats) + len(one.told.segments) for one in crowd)
    seconds = scale.batches * BATCH_SECONDS
    rounds = max(2, scale.batches // 2)
    await asyncio.gather(*(one.trifle(scale, rounds, seconds * scale.reviewers / asked) for one in crowd))
    marks.append((time.process_time(), cpu_seconds(server), cpu_seconds(database)))
    for name, first, last, requests in (
        ("watching", marks[0], marks[1], asked),
        ("trivial", marks[1], marks[2], rounds * scale.reviewers),
    ):
        for place, part in enumerate(("generator", "server", "database")):
            found[f"{name}_{part}_cpu_ms"] = round((last[place] - first[place]) / requests * 1000, 2)
    found["generator_cpu_percent"] = round((marks[1][0] - marks[0][0]) / (seconds + scale.starting) * 100, 1)
    return found


def cpu_seconds(root: int) -> float:
    """CPU seconds used so far by a process and its living descendants."""
    parents, used = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                used[int(entry.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def below(number: int) -> bool:
        while number not in (root, 0):
            number = parents.get(number, 0)
        return number == root

    return sum(seconds for number, seconds in used.items() if below(number))


def quantile(values: list[float], share: float) -> float:
    """The value that ``share`` of all do not exceed, seconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def crowd_of(home: Path, scale: Scale, port: int) -> list[Reviewer]:
    """Employ the reviewers, sign them in, and give each a recording of his own to watch."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.core import signing  # noqa: PLC0415
    from django.db.backends.postgresql.psycopg_any import DateRange  # noqa: PLC0415

    from jianguan.backbone.agencies import queries as agencies  # noqa: PLC0415
    from jianguan.backbone.evidence import copies, fetching  # noqa: PLC0415
    from jianguan.backbone.evidence.models import Recording  # noqa: PLC0415
    from jianguan.backbone.evidence.recorders import FolderExport  # noqa: PLC0415
    from jianguan.backbone.people import accounts  # noqa: PLC0415
    from jianguan.backbone.people.models import Appointment, Person, Post  # noqa: PLC0415
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
    from jianguan.kit import clock  # noqa: PLC0415
    from jianguan.web.watching.player import SALT  # noqa: PLC0415

    film(home / "film.mp4")
    since = DateRange(clock.today().replace(day=1, month=1), None)
    with scopes.within(scopes.everything()):
        seat = agencies.capacity("changchun@CITY")
        wanted = fetching.Wanted(capacity_id=seat.pk, kind=Recording.Kind.FIXED, reference="film.mp4")
        recording = fetching.fetch(wanted, source=FolderExport(home))
        copy = copies.make(recording.pk)
        assert copy is not None
        crowd = []
        for number in range(scale.reviewers):
            person = Person.objects.create(name=f"合成{number}", number=f"B{number:05}", home=seat, synthetic=True)
            post = Post.objects.create(capacity=seat, title=f"复核{number}", role="centre-supervisor", valid=since)
            seated = Appointment.objects.create(post=post, person=person, capacity=seat, valid=since)
            account = accounts.create_account(
                by=None,
                person=person,
                username=f"bench{number}",
                password=tokens.token_urlsafe(16),
                second_factor_required=False,
            )
            session = SessionStore()
            session[SESSION_KEY] = str(account.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = account.get_session_auth_hash()
            session.create()
            ticket = signing.dumps([seated.pk, f"bench/{number}", [copy.pk]], salt=SALT)
            crowd.append(Reviewer(port, number, session.session_key or "", ticket))
            crowd[-1].person_id, crowd[-1].copy = person.pk, copy
    return crowd


def measure(home: Path, scale: Scale, database: int) -> dict[str, Any]:
    """Start the server, let the reviewers watch, then the reference."""
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
    from jianguan.backbone.watching import queries  # noqa: PLC0415
    from jianguan.backbone.watching.models import Beat  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    crowd = crowd_of(home, scale, port)
    server = subprocess.Popen([sys.executable, "-m", "jianguan.site.cli", "serve", "--port", str(port)])
    try:
        deadline = time.monotonic() + 120
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert server.poll() is None, "the server stopped"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.2)
        say(f"{scale.reviewers} 人同时观看 {scale.batches * BATCH_SECONDS} 秒")
        used = asyncio.run(all_at_once(crowd, scale, server.pid, database))
    finally:
        server.terminate()
        server.wait(timeout=60)
    played = (scale.batches * BATCH_SECONDS - 1) * 1000
    with scopes.within(scopes.everything()) as everything:
        kept = Beat.objects.count()
        credited = [
            queries.credit_of(
                everything, person_id=one.person_id, ref=f"bench/{one.number}", copies=[one.copy]
            ).credited_ms
            for one in crowd
        ]
    beats, segments, trivial = (
        [value for one in crowd for value in getattr(one.told, name)] for name in ("beats", "segments", "trivial")
    )
    said = scale.reviewers * scale.batches * BATCH_SECONDS
    p95, p95_segments, reference = (quantile(values, 0.95) for values in (beats, segments, trivial))
    return {
        "name": "watching",
        "figures": {
            "reviewers": scale.reviewers,
            "seconds": scale.batches * BATCH_SECONDS,
            "beats_said": said,
            "beats_kept": kept,
            "refused": sum(one.told.refused for one in crowd),
            "stalls": sum(one.told.stalls for one in crowd),
            "batch_p50_ms": round(quantile(beats, 0.5) * 1000, 1),
            "batch_p95_ms": round(p95 * 1000, 1),
            "batch_max_ms": round(max(beats) * 1000, 1),
            "segments": len(segments),
            "segment_p50_ms": round(quantile(segments, 0.5) * 1000, 1),
            "segment_p95_ms": round(p95_segments * 1000, 1),
            **used,
        },
        "references": {
            "trivial_p50_ms": round(quantile(trivial, 0.5) * 1000, 1),
            "trivial_p95_ms": round(reference * 1000, 1),
        },
        "ratios": {
            "cpu_of_trivial": {
                "value": round(cost(used, "watching") / cost(used, "trivial"), 2),
                "at_most": 2.5,
            },
            "batch_p95_seconds": {"value": round(p95, 3), "at_most": 1.0},
            "segment_p95_seconds": {"value": round(p95_segments, 3), "at_most": 1.0},
            "batch_p95_of_trivial": {"value": round(p95 / reference, 2), "at_most": 10.0},
            "beats_lost": {"value": said - kept, "at_most": 0},
            "refused": {"value": sum(one.told.refused for one in crowd), "at_most": 0},
            "credited_share_least": {"value": round(min(credited) / played, 3), "at_least": 0.9},
        },
    }


def cost(used: dict[str, float], name: str) -> float:
    """CPU milliseconds of server and database for one request."""
    return used[f"{name}_server_cpu_ms"] + used[f"{name}_database_cpu_ms"]


def main(home: Path, scale: Scale) -> dict[str, Any]:
    """Make the database, then measure in it."""
    from jianguan.site.cluster import THROWAWAY, Cluster  # noqa: PLC0415 - the environment comes first
    from jianguan.site.config import APP_ROLE, OWNER_ROLE, embedded_url, secrets_of  # noqa: PLC0415
    from jianguan.site.database import create_database, create_roles  # noqa: PLC0415

    known = secrets_of(home)
    cluster = Cluster(home, known.superuser, THROWAWAY)
    with cluster.running():
        create_roles(cluster, known)
        create_database(cluster, "bench")
        os.environ["DATABASE_URL"] = embedded_url(home, APP_ROLE, known.app, "bench")
        os.environ["DATABASE_OWNER_URL"] = embedded_url(home, OWNER_ROLE, known.owner, "bench")
        import django  # noqa: PLC0415

        django.setup()
        from django.db import connections  # noqa: PLC0415

        from jianguan.site import commands  # noqa: PLC0415

        commands.migrate()
        commands.load(demo=False, report=say)
        try:
            return measure(home, scale, cluster.pid() or 0)
        finally:
            connections.close_all()


def run() -> int:
    """Measure in a throw-away folder; 1 when a bound is broken. ``--small``: a few reviewers, to see that it works."""
    home = Path(tempfile.mkdtemp(prefix="jianguan-bench-"))
    home.chmod(0o755)  # the server's own user must reach it
    os.environ |= {"JIANGUAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "jianguan.site.settings"}
    os.environ |= {"JIANGUAN_PLAIN_HTTP": "1"}
    os.environ.setdefault("JIANGUAN_LOG_LEVEL", "ERROR")
    try:
        found = main(home, SMALL if "--small" in sys.argv else FULL)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(found, ensure_ascii=False, indent=None if "--json" in sys.argv else 2))
    kept = all(
        ratio["value"] <= ratio.get("at_most", ratio["value"]) and ratio["value"] >= ratio.get("at_least", 0)
        for ratio in found["ratios"].values()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(run())
