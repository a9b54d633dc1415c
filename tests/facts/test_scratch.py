"""What did not fit into memory holds clear identifiers: nobody else may read it, and none of it outlives a crash."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from jianguan.facts import places, scratch

DIES = """
import os, signal, django
django.setup()
from jianguan.facts.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "spill").write_text("11010519491231002X")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_stays(home: Path) -> None:
    environment = os.environ | {"JIANGUAN_HOME": str(home)}
    died = subprocess.run([sys.executable, "-c", DIES], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert [path.read_text() for path in places.scratch().glob("*/spill")] == ["11010519491231002X"]
    with scratch.scratch_folder() as mine:
        assert list(places.scratch().glob("*/spill")) == []
        assert scratch.sweep() == 0, "a folder in use is not swept"
        assert mine.is_dir()
    assert not mine.exists()


def test_only_the_user_of_the_program_may_look_into_it(home: Path) -> None:
    with scratch.scratch_folder() as mine:
        assert mine.stat().st_mode & 0o077 == 0
        assert places.scratch().stat().st_mode & 0o077 == 0
