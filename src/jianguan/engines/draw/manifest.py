"""The frozen population (抽查总体清单): sorted lines, their Merkle root, their count; streamed, in bounded memory.

Every line of the text is a leaf of the tree of RFC 6962 section 2.1; the first line names the format, the head comes
before the members, so the root commits to terms, weights, reviewers and sources to come as well.
"""

import hashlib
import heapq
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from jianguan.engines.draw import header as heads
from jianguan.engines.draw import lines
from jianguan.engines.draw.header import Header
from jianguan.engines.draw.lines import BadLine, Record

BLOCK = 1 << 20
RUN = 100_000
Content = bytes | Path


class NotFrozen(ValueError):
    """The text is no longer the one that was frozen."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A frozen population; made by ``freeze`` and ``read`` only.

    ``root``: 32 bytes, also the key of the seed. ``digest``: SHA-256 of the text. ``strata``: members of each stratum.
    ``weights``: sum of the risk weights (ppm). ``mandatory``: number of flagged members. ``content``: text or its file.
    """

    header: Header
    root: bytes
    count: int
    digest: str
    strata: Mapping[str, int]
    weights: int
    mandatory: int
    content: Content

    def text(self) -> Iterator[bytes]:
        """Yield the lines without LF, head first; raise NotFrozen at the end when the text changed since."""
        state = hashlib.sha256()
        for block, found in _blocks(self.content):
            state.update(block)
            yield from found
        if state.hexdigest() != self.digest:
            msg = "清单与冻结时不一致"
            raise NotFrozen(msg)

    def members(self) -> Iterator[bytes]:
        """Yield the lines of the members, without LF; raise NotFrozen at the end when the text changed since."""
        text = self.text()
        for line in text:
            if line.startswith(b"records\t"):
                break
        return text


def freeze(header: Header, records: Iterable[Record], into: Path | None = None, *, run: int = RUN) -> Manifest:
    """Write the manifest of ``records`` and return it as read back.

    The order of the records does not matter; they are sorted in runs of ``run``, beyond one on disk. ``into``: the
    file to write; None keeps the text in memory. Raises BadLine for a bad field, a doubled id or a bad head.
    """
    encoded = (lines.write(record) for record in records)
    runs: list[Iterable[bytes]] = []
    count = 0
    with tempfile.TemporaryDirectory(dir=into.parent if into else None) as folder:
        while piece := sorted(islice(encoded, run)):
            count += len(piece)
            if len(piece) == run:
                path = Path(folder, str(len(runs)))
                path.write_bytes(b"\n".join(piece) + b"\n")
                runs.append(line for _, found in _blocks(path) for line in found)
            else:
                runs.append(piece)
        ordered = heapq.merge(*runs) if len(runs) > 1 else iter(runs[0] if runs else ())
        with into.open("w+b") if into else io.BytesIO() as target:
            target.writelines(line + b"\n" for line in heads.write(header, count))
            while piece := list(islice(ordered, 10_000)):
                target.write(b"\n".join(piece) + b"\n")
            target.seek(0)
            content: Content = into or target.read()
    return read(content)


def read(content: Content) -> Manifest:
    """Check a manifest, every line of it, and return it; raise BadLine with line and rule."""
    state, tree = hashlib.sha256(), _Tree()
    head: list[bytes] = []
    parsed: tuple[Header, int] | None = None
    strata: dict[bytes, int] = {}
    number = count = weights = mandatory = 0
    before = b""
    check, append = lines.read, tree.append
    for block, found in _blocks(content):
        state.update(block)
        for line in found:
            number += 1
            append(line)
            if parsed is None:
                head.append(line)
                if line.startswith(b"records\t"):
                    parsed = heads.read(head)
                continue
            identity, stratum, weight, flag = check(line, number)
            if identity <= before:
                rule = "unique" if identity == before else "order"
                raise BadLine(number, rule, f"编号重复或未按次序：{identity.decode()}")
            before = identity
            strata[stratum] = strata.get(stratum, 0) + 1
            count += 1
            weights += weight
            mandatory += flag
    if parsed is None:
        heads.read(head)
        raise BadLine(number, "records", "清单没有成员部分")
    if parsed[1] != count:
        raise BadLine(len(head), "count", f"清单头部记载 {parsed[1]} 个成员，实有 {count} 个")
    names = {name.decode(): size for name, size in sorted(strata.items())}
    return Manifest(parsed[0], tree.root(), count, state.hexdigest(), names, weights, mandatory, content)


def _blocks(content: Content) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield blocks of the text with the lines that end in them; raise BadLine when the last line has no LF."""
    with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as file:
        rest = b""
        while block := file.read(BLOCK):
            found = (rest + block).split(b"\n")
            rest = found.pop()
            yield block, found
        if rest:
            raise BadLine(0, "end", "最后一行没有换行符")


class _Tree:
    """Merkle tree hash of appended lines in O(log n) memory, RFC 6962 section 2.1."""

    def __init__(self) -> None:
        self.size, self.nodes = 0, list[bytes]()

    def append(self, line: bytes) -> None:
        sha256, nodes = hashlib.sha256, self.nodes
        node = sha256(b"\x00" + line).digest()
        size = self.size
        while size & 1:
            node = sha256(b"\x01" + nodes.pop() + node).digest()
            size >>= 1
        nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        *nodes, result = self.nodes or [hashlib.sha256(b"").digest()]
        for node in reversed(nodes):
            result = hashlib.sha256(b"\x01" + node + result).digest()
        return result
