"""Taking inspections in over HTTP, by a real server, against ``facts import`` of the same files.

Both check, pseudonymise, write and commit, with PostgreSQL, into a lake of their own. Figures are CPU seconds of the
process that does it (the server's workers; the importing process after its start), because the machine may be shared;
wall seconds stand beside. PostgreSQL and the sender are counted for neither. All rows are synthetic (合成数据).
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from ingest import MAKE

FILES, ROWS = 2, 50_000
KINDS = {"jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
FACT = "inspection"
JIANGUAN = [sys.executable, "-m", "jianguan.site.cli"]
IMPORT = """
import sys, time, django
from pathlib import Path
django.setup()
from jianguan.facts import ingest, sources
origin = sources.register(sys.argv[1], "inspection")
begun, spent = time.perf_counter(), time.process_time()
for path in sys.argv[2:]:
    batch = ingest.take_in("inspection", Path(path), source=origin)
    assert batch.accepted == int(batch.file_name.split("-")[1]) and not batch.refused, batch.reason
print(time.perf_counter() - begun, time.process_time() - spent)
"""


def make(folder: Path) -> None:
    """Write the same rows as JSON lines and as Parquet, in as many files as there will be requests."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"CREATE TABLE made AS SELECT * FROM ({MAKE}) LIMIT {FILES * ROWS}")
        for number in range(FILES):
            part = f"SELECT * FROM made LIMIT {ROWS} OFFSET {number * ROWS}"
            connection.execute(f"COPY ({part}) TO '{folder}/{number}-{ROWS}-.parquet' (FORMAT parquet)")
            connection.execute(f"COPY ({part}) TO '{folder}/{number}-{ROWS}-.jsonl' (FORMAT json)")


def cpu_of(pid: int) -> float:
    """CPU seconds that a process and those below it have spent so far."""
    ticks, children = os.sysconf("SC_CLK_TCK"), Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / ticks + sum(cpu_of(int(child)) for child in children)


def over_http(folder: Path, kind: str, environment: dict[str, str]) -> tuple[float, float]:
    """Start the server, post every file, stop it; return wall and CPU seconds of the requests."""
    issued = subprocess.run(
        [*JIANGUAN, "token", "issue", FACT, "--source", f"http-{kind}"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([*JIANGUAN, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        _await(server, port)
        begun, spent = time.perf_counter(), cpu_of(server.pid)
        for path in sorted(folder.glob(f"*.{kind}")):
            _post(port, path, KINDS[kind], issued.stdout.strip())
        return time.perf_counter() - begun, cpu_of(server.pid) - spent
    finally:
        server.terminate()
        server.wait()


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    while True:
        assert server.poll() is None, "the server did not start"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/ping")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()


def _post(port: int, path: Path, kind: str, token: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{path.name}", "Content-Type": kind}
    connection.request("POST", f"/api/v1/facts/{FACT}", path.read_bytes(), headers)
    answer = json.loads(connection.getresponse().read())
    assert answer.get("accepted") == ROWS, answer
    connection.close()


def from_files(folder: Path, kind: str, environment: dict[str, str]) -> tuple[float, float]:
    """Import the same files in a process of its own; return wall and CPU seconds after its start."""
    paths = [str(path) for path in sorted(folder.glob(f"*.{kind}"))]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, f"file-{kind}", *paths],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu


def run() -> dict[str, object]:
    """Make a database of its own, then measure."""
    from jianguan.site.cluster import Cluster  # noqa: PLC0415
    from jianguan.site.config import APP_ROLE, OWNER_ROLE, embedded_url, secrets_of  # noqa: PLC0415
    from jianguan.site.database import create_database, create_roles  # noqa: PLC0415

    figures: dict[str, float] = {"rows": FILES * ROWS, "requests": FILES}
    references: dict[str, float] = {}
    ratios: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        secrets = secrets_of(folder)
        cluster = Cluster(folder, secrets.superuser)
        with cluster.running():
            create_roles(cluster, secrets)
            create_database(cluster, "bench")
            environment = os.environ | {
                "DATABASE_URL": embedded_url(folder, APP_ROLE, secrets.app, "bench"),
                "DATABASE_OWNER_URL": embedded_url(folder, OWNER_ROLE, secrets.owner, "bench"),
                "DJANGO_SETTINGS_MODULE": "jianguan.site.settings",
                "JIANGUAN_PLAIN_HTTP": "1",
                "JIANGUAN_ALLOWED_HOSTS": '["127.0.0.1"]',
                "JIANGUAN_LOG_LEVEL": "WARNING",
            }
            subprocess.run([*JIANGUAN, "migrate"], env=environment, check=True, stdout=sys.stderr)
            make(folder)
            for kind in KINDS:
                print(f"{kind} …", file=sys.stderr, flush=True)
                homes = {
                    way: environment | {"JIANGUAN_HOME": str(folder / f"{way}-{kind}")} for way in ("http", "file")
                }
                wall, cpu = over_http(folder, kind, homes["http"])
                file_wall, file_cpu = from_files(folder, kind, homes["file"])
                figures |= {
                    f"{kind}_wall_s": round(wall, 2),
                    f"{kind}_cpu_s": round(cpu, 2),
                    f"{kind}_rows_per_s": round(FILES * ROWS / wall),
                }
                references |= {f"{kind}_file_wall_s": round(file_wall, 2), f"{kind}_file_cpu_s": round(file_cpu, 2)}
                ratios[f"{kind}_cpu"] = {"value": round(cpu / file_cpu, 2), "at_most": 2}
                ratios[f"{kind}_wall"] = {"value": round(wall / file_wall, 2), "at_most": 2}
    return {"name": "ingest_http", "figures": figures, "references": references, "ratios": ratios}


def main() -> int:
    """Print the figures; 1 when a bound is broken."""
    found = run()
    print(json.dumps(found, ensure_ascii=False, indent=None if "--json" in sys.argv else 2))
    ratios: dict[str, dict[str, float]] = found["ratios"]  # type: ignore[assignment]
    return 0 if all(ratio["value"] <= ratio["at_most"] for ratio in ratios.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
