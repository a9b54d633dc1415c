"""``probe`` in a process of its own: a decoder that hangs, crashes or eats memory takes nobody with it."""

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from jianguan.engines.media.probing import LIMITS, Limits, Probe, Problem, probe

PROGRAM = "import sys; from jianguan.engines.media import apart; apart.main(*sys.argv[1:])"
WAIT = 3
"""Seconds of waiting for each second of CPU time allowed: the machine may be busy."""


def probe_apart(path: Path, limits: Limits = LIMITS) -> Probe:
    """Probe in a process with bounded CPU time and memory: for files from outside. Never raises.

    Says ``GAVE_UP`` when the bounds did not suffice or the decoder died.
    """
    command = [sys.executable, "-c", PROGRAM, str(path), json.dumps(asdict(limits))]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=limits.cpu_seconds * WAIT, check=True)  # noqa: S603
        told = json.loads(ended.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return Probe(problems=(Problem.GAVE_UP,))
    lists = {
        "key_frames_ms": tuple(told["key_frames_ms"]),
        "gaps": tuple((start, end) for start, end in told["gaps"]),
        "problems": tuple(Problem(one) for one in told["problems"]),
    }
    return Probe(**{**told, **lists})


def main(path: str, limits: str) -> None:
    """Bind this process to the limits, probe, and write the answer as JSON."""
    bounds = Limits(**json.loads(limits))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(asdict(probe(Path(path), bounds)), sys.stdout)
