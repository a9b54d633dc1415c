"""Scratch (暂存): folders for what does not fit into memory. They hold clear identifiers, so none outlives its work.

Each is readable by the program's user alone and locked while in use; one without a lock was left by a process that
died, and goes as soon as anybody asks for a folder, or within a minute.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jianguan.facts import places

LOCK = ".lock"
PRIVATE = 0o700


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder of one's own, and remove it afterwards."""
    with _alone() as home:
        _sweep(home)
        folder = Path(tempfile.mkdtemp(dir=home))
        mine = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if mine:
            mine.close()


def sweep() -> int:
    """Remove the folders of processes that died; return how many there were."""
    with _alone() as home:
        return _sweep(home)


def _sweep(home: Path) -> int:
    left = 0
    for folder in [path for path in home.iterdir() if path.is_dir()]:
        if lock := _lock(folder):
            shutil.rmtree(folder, ignore_errors=True)
            lock.close()
            left += 1
    return left


@contextmanager
def _alone() -> Iterator[Path]:
    """Hold the home of all folders: none is made while another process looks for dead ones."""
    home = places.scratch()
    home.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    home.chmod(PRIVATE)
    with (home / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield home


def _lock(folder: Path) -> IO[str] | None:
    """Lock a folder; None when another process, or another thread, works in it."""
    file = (folder / LOCK).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
