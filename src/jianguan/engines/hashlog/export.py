"""The export directory (导出目录): everything needed to verify the log without the database."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from jianguan.engines.hashlog import verify_log
from jianguan.engines.hashlog.chain import Entry
from jianguan.engines.hashlog.checkpoint import Verifier
from jianguan.engines.hashlog.merkle import digest
from jianguan.engines.hashlog.verify_log import LINE_LIMIT, Problem, Verification

__all__ = ["Problem", "Verification", "check_signature", "read", "sm3_digest", "verify", "write"]


class BadExport(ValueError):
    """What shall be exported does not follow from itself: a gap in the numbers or a line that is too long."""


def sm3_digest(data: bytes) -> bytes:
    """SM3 of ``data``."""
    return digest(data, "sm3")


def check_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` is the Ed25519 signature of ``message`` by ``public``."""
    return Verifier("any", public).accepts(message, signature)


def write(
    directory: Path, *, origin: str, entries: Iterable[Entry], checkpoints: Iterable[str], keys: Iterable[Verifier]
) -> int:
    """Write the export into ``directory``, new or empty, and return the number of entries.

    ``entries`` are written as they are stored, from index 0: a row altered in the database shows in the export.
    ``checkpoints`` are signed notes, oldest first; ``keys`` the log's own key (its name is ``origin``) and those of
    co-signers. Raises BadExport on a gap or an over-long line, FileExistsError when the directory holds anything.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        msg = f"目录不是空的：{directory}"
        raise FileExistsError(msg)
    count = 0
    with (directory / "events.jsonl").open("wb") as events, (directory / "leaves.txt").open("wb") as leaves:
        for entry in entries:
            line = b'{"event":%b,"index":%d}\n' % (entry.data, entry.index)
            if entry.index != count or len(line) > LINE_LIMIT:
                msg = f"第 {count + 1} 条不能导出：序号为 {entry.index}，长度为 {len(line)} 字节"
                raise BadExport(msg)
            events.write(line)
            leaves.write(f"{entry.index} {entry.sha256.hex()} {entry.sm3.hex()} {entry.chain.hex()}\n".encode())
            count += 1
    (directory / "checkpoints").mkdir()
    numbered = 0
    for numbered, note in enumerate(checkpoints, start=1):
        (directory / "checkpoints" / f"{numbered:03d}.txt").write_bytes(note.encode())
    (directory / "keys.txt").write_bytes("".join(f"{key}\n" for key in keys).encode())
    shutil.copyfile(verify_log.__file__, directory / "verify_log.py")
    manifest = {
        "format": verify_log.FORMAT,
        "algorithms": ["sha256", "sm3"],
        "origin": origin,
        "entries": count,
        "checkpoints": numbered,
        "files": {
            path.relative_to(directory).as_posix(): _digest(path) for path in directory.rglob("*") if path.is_file()
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (directory / "MANIFEST.json").write_bytes(text.encode())
    return count


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(directory: Path) -> Iterator[Entry]:
    """Yield the entries of an export as they stand there; verify first. Raises BadExport at a malformed line."""
    events = verify_log.read_events(directory / "events.jsonl", sm3_digest)
    leaves = verify_log.read_leaves(directory / "leaves.txt")
    for event, leaf in zip(events, leaves, strict=True):
        if event.number < 0 or leaf.number < 0:
            msg = f"导出目录有无法读取的行：{directory}"
            raise BadExport(msg)
        yield Entry(event.number, event.event, leaf.leaf, leaf.sm3, leaf.chain)


def verify(directory: Path, *, keys: Iterable[Verifier] = (), known: Iterable[Path] = ()) -> Verification:
    """Verify an export; see ``verify_log.verify``. ``keys`` from a trusted source replace those of the export."""
    return verify_log.verify(
        directory, keys=[str(key) for key in keys], known=known, sm3=sm3_digest, check=check_signature
    )
