"""200 reviewers at once: beats every five seconds and segments as they are played, against a real server and database.

Every reviewer plays one recording at normal speed: beats every second in batches of five seconds, a segment released
and fetched every four. Reference, in the same run: as many authenticated POSTs that do nothing, at the same pace.
Measured where the client stands; client, server and database share the machine. All data are synthetic (合成数据).
"""

import http.client
import json
import os
import secrets as tokens
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

BATCH_SECONDS = 5
FILM_SECONDS = 70
SIZE = (320, 240)
FPS = 12


@dataclass(frozen=True)
class Scale:
    """How many reviewers, and how many batches each of them sends."""

    reviewers: int
    batches: int


FULL, SMALL = Scale(200, 12), Scale(4, 2)


@dataclass
class Told:
    """What one reviewer saw."""

    beats: list[float] = field(default_factory=list)
    segments: list[float] = field(default_factory=list)
    trivial: list[float] = field(default_factory=list)
    sent: int = 0
    refused: int = 0


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
    """A log-in with its cookie, its connection and its own film to watch."""

    def __init__(self, port: int, cookie: str, ticket: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.csrf = tokens.token_hex(16)
        self.cookie = f"sessionid={cookie}; csrftoken={self.csrf}"
        self.ticket = ticket
        self.told = Told()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes, float]:
        """Status, body and seconds of one request."""
        given = {"Cookie": self.cookie, "X-CSRFToken": self.csrf, **headers}
        if body is not None:
            given["Content-Type"] = "application/json"
        begin = time.perf_counter()
        self.connection.request(method, path, json.dumps(body).encode() if body is not None else None, given)
        answer = self.connection.getresponse()
        data = answer.read()
        return answer.status, data, time.perf_counter() - begin

    def open(self) -> None:
        """Open the screen."""
        status, data, _ = self.ask("POST", "/watching/open/", {"ticket": self.ticket})
        assert status == 200, data[:300]
        said = json.loads(data)["sessions"][0]
        self.token, self.segments, self.began = said["token"], said["segments"], time.perf_counter()

    def fetch(self, n: int) -> bool:
        """Have a segment released and fetch it; False when the server makes us wait."""
        begin = time.perf_counter()
        status, data, _ = self.ask("POST", "/watching/release/", {"token": self.token, "n": n})
        given = json.loads(data)
        if status == 200 and given["address"]:
            headers = {"X-Watch-Address": given["address"], "X-Watch-Token": self.token}
            status, data, _ = self.ask("GET", "/watching/segment/", **headers)
            self.told.refused += status != 200
            self.told.segments.append(time.perf_counter() - begin)
            return True
        self.told.refused += status != 200
        return False

    def watch(self, batches: int, start: threading.Barrier, offset: float) -> None:
        """Play in real time."""
        start.wait()
        time.sleep(offset)
        self.open()
        self.fetch(0)
        self.fetch(1)
        got, seq = 2, 0
        played_from = self.began
        for batch in range(batches):
            due = played_from + (batch + 1) * BATCH_SECONDS
            while time.perf_counter() < due:
                position = (time.perf_counter() - played_from) * 1000
                if got < len(self.segments) and self.segments[got][0] < position + 8000:
                    got += self.fetch(got)
                time.sleep(max(0.0, min(0.5, due - time.perf_counter())))
            beats = []
            for second in range(batch * BATCH_SECONDS, (batch + 1) * BATCH_SECONDS):
                seq += 1
                beats.append([seq, second * 1000, second * 1000, 100, True, True, second * FPS])
            body = {"sessions": [{"token": self.token, "beats": beats}], "credit": batch % 2 == 1}
            status, data, seconds = self.ask("POST", "/watching/beats/", body)
            self.told.beats.append(seconds)
            if status == 200 and json.loads(data)["next"] == [seq + 1]:
                self.told.sent += len(beats)
            else:
                self.told.refused += 1

    def trifle(self, batches: int, start: threading.Barrier, offset: float) -> None:
        """The reference: the same log-in asks for next to nothing at the same pace."""
        start.wait()
        time.sleep(offset)
        for _ in range(batches):
            body = {"token": "x" * 43, "number": 1, "text": ""}
            status, data, seconds = self.ask("POST", "/watching/answer/", body)
            assert status == 409, data[:300]
            self.told.trivial.append(seconds)
            time.sleep(max(0.0, BATCH_SECONDS - seconds))


def all_at_once(crowd: list[Reviewer], name: str, batches: int) -> None:
    """Let every reviewer run, begun at even distances within one batch."""
    start = threading.Barrier(len(crowd))
    threads = [
        threading.Thread(target=getattr(one, name), args=(batches, start, BATCH_SECONDS * index / len(crowd)))
        for index, one in enumerate(crowd)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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
            crowd.append(Reviewer(port, session.session_key or "", ticket))
    return crowd


def measure(home: Path, scale: Scale) -> dict[str, Any]:
    """Start the server, let the reviewers watch, then the reference."""
    from jianguan.backbone.scope import scope as scopes  # noqa: PLC0415
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
        all_at_once(crowd, "trifle", 1)  # connections and caches
        for one in crowd:
            one.told.trivial.clear()
        all_at_once(crowd, "watch", scale.batches)
        all_at_once(crowd, "trifle", max(2, scale.batches // 2))
    finally:
        server.terminate()
        server.wait(timeout=60)
    with scopes.within(scopes.everything()):
        kept = Beat.objects.count()
    beats, segments, trivial = (
        [value for one in crowd for value in getattr(one.told, name)] for name in ("beats", "segments", "trivial")
    )
    sent = sum(one.told.sent for one in crowd)
    said = scale.reviewers * scale.batches * BATCH_SECONDS
    p95, reference = quantile(beats, 0.95), quantile(trivial, 0.95)
    return {
        "name": "watching",
        "figures": {
            "reviewers": scale.reviewers,
            "seconds": scale.batches * BATCH_SECONDS,
            "beats_said": said,
            "beats_acknowledged": sent,
            "beats_kept": kept,
            "refused": sum(one.told.refused for one in crowd),
            "batch_p50_ms": round(quantile(beats, 0.5) * 1000, 1),
            "batch_p95_ms": round(p95 * 1000, 1),
            "batch_max_ms": round(max(beats) * 1000, 1),
            "segments": len(segments),
            "segment_p50_ms": round(quantile(segments, 0.5) * 1000, 1),
            "segment_p95_ms": round(quantile(segments, 0.95) * 1000, 1),
        },
        "references": {
            "trivial_p50_ms": round(quantile(trivial, 0.5) * 1000, 1),
            "trivial_p95_ms": round(reference * 1000, 1),
        },
        "ratios": {
            "batch_p95_seconds": {"value": round(p95, 3), "at_most": 1.0},
            "beats_lost": {"value": said - kept, "at_most": 0},
        },
    }


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
            return measure(home, scale)
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
