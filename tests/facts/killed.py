"""Take files in, in children of a process that has started already; each child may be killed at any moment.

Every line of the input names files, a tab between; the answer is the child's number. The child says ``done`` when it
has taken all of them in. After an empty line it is waited for, and ``over`` is the answer.
"""

import os
import sys
from pathlib import Path

import django


def say(word: object) -> None:
    """Write a line at once, past all buffers a fork would copy."""
    os.write(1, f"{word}\n".encode())


if __name__ == "__main__":
    django.setup()
    from jianguan.facts import ingest, sources

    say("ready")
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            origin = sources.register("killed", "exam")
            for path in line.rstrip("\n").split("\t"):
                ingest.take_in("exam", Path(path), source=origin)
            say("done")
            os._exit(0)
        say(child)
        sys.stdin.readline()
        os.waitpid(child, 0)
        say("over")
