"""Where recordings are fetched from (录像来源): a folder into which recorders export, and what others must offer."""

import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.conf import settings


class NotThere(LookupError):
    """The recorder has no such recording. The message is Chinese."""


class Unreachable(OSError):
    """The recorder did not answer: whether it has the recording is unknown, so it is asked again."""


class BadReference(ValueError):
    """The reference does not name a file below the recorder's folder."""


class Recorder(Protocol):
    """What every source of recordings offers; one over HTTP or GB/T 28181 would stand beside ``FolderExport``."""

    def local(self, reference: str) -> AbstractContextManager[Path]:
        """A file to read while the context lasts. Raises NotThere, Unreachable or BadReference."""


class FolderExport:
    """A folder that recorders or the centre's storage export into; references are paths relative to it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def local(self, reference: str) -> Iterator[Path]:
        """The file itself. No reference leads out of the folder, by ``..``, an absolute path or a link."""
        path = PurePosixPath(reference)
        if not reference or "\0" in reference or "\\" in reference or path.is_absolute() or ".." in path.parts:
            raise BadReference(reference)
        if not self.root.is_dir():
            raise Unreachable(f"录像导出目录不存在：{self.root.name}")
        root = self.root.resolve()
        place = (root / path).resolve()
        if not place.is_relative_to(root):
            raise BadReference(reference)
        try:
            handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError) as gone:
            raise NotThere("录像来源中没有这份录像") from gone
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise NotThere("录像来源中的这个名称不是文件")
            yield Path(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)


def recorder() -> Recorder:
    """Return the source of this installation."""
    return FolderExport(Path(settings.RECORDERS))
