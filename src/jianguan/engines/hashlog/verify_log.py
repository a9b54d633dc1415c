"""Verify an exported event log: python verify_log.py DIR (事件日志独立核验).

Standard library only, Python 3.9 or later. It reads the export alone and shares no code with the program that wrote it.
The two files of entries are read side by side; memory does not grow with their length. SM3 is checked where the
interpreter's OpenSSL has it or the caller gives it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Callable, Iterable, Iterator, NamedTuple, Optional  # noqa: UP035 - runs on older interpreters too

FORMAT = "jianguan-log-export/1"
LINE_LIMIT = 16 * 1024 * 1024
EVENT_LINE = re.compile(rb'\{"event":(\{.*\}),"index":(0|[1-9][0-9]{0,17})\}\n', re.DOTALL)
LEAF_LINE = re.compile(rb"(0|[1-9][0-9]{0,17}) ([0-9a-f]{64}) ([0-9a-f]{64}) ([0-9a-f]{64})\n")
SIGNATURE_LINE = re.compile(r"— ([^\s+]+) (\S+)")
CHECKPOINT_NAME = re.compile(r"[0-9]{3,}\.txt")
Digest = Callable[[bytes], bytes]
SignatureCheck = Callable[[bytes, bytes, bytes], bool]

ALTERED, REMOVED, INSERTED, REORDERED, TRUNCATED = "altered", "removed", "inserted", "reordered", "truncated"
INTERVAL, CHECKPOINT, UNKNOWN_KEY = "interval", "checkpoint", "unknown_key"
ORDER, INCONSISTENT, FILE = "checkpoint_order", "inconsistent", "file"
VERBS = {ALTERED: "被篡改", REMOVED: "被删除", INSERTED: "是后来插入的", REORDERED: "的次序被调换"}


@dataclass(frozen=True)
class Problem:
    """One thing wrong: kind, Chinese message, file, position of the entry from 0 where there is one."""

    kind: str
    message: str
    file: str
    index: Optional[int] = None  # noqa: UP045


@dataclass
class Verification:
    """The outcome; the first problem comes first. ``covered``: entries that a signed checkpoint vouches for."""

    entries: int = 0
    checkpoints: int = 0
    covered: int = 0
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.problems

    @property
    def first(self) -> Problem | None:
        """The first problem, if any."""
        return self.problems[0] if self.problems else None

    def report(self) -> str:
        """The Chinese text shown to people."""
        head = "核验通过" if self.ok else "核验不通过"
        lines = [
            f"{head}：记录 {self.entries} 条，检查点 {self.checkpoints} 个，其中 {self.covered} 条已由签名检查点锁定"
        ]
        lines += [f"问题：{problem.message}" for problem in self.problems]
        lines += [f"说明：{remark}" for remark in self.remarks]
        return "\n".join(lines) + "\n"

    def as_json(self) -> str:
        """The same as one JSON document."""
        return json.dumps({"ok": self.ok, **asdict(self)}, ensure_ascii=False, sort_keys=True) + "\n"


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def system_sm3() -> Digest | None:
    """SM3 of the interpreter's OpenSSL, or None."""
    try:
        hashlib.new("sm3", b"")
    except ValueError:
        return None
    return lambda data: hashlib.new("sm3", data).digest()


# Ed25519 after RFC 8032 section 5.1.7, points in extended coordinates.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    left, right = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    cross, product = 2 * a[3] * b[3] * _D, 2 * a[2] * b[2]
    e, f, g, h = right - left, product - cross, product + cross, right + left
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiply(factor: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


def _decode(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    odd, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE = _decode((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the 64-byte signature of ``message`` is that of the 32-byte public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _decode(public), _decode(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or _BASE is None or scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    left, right = _multiply(scalar, _BASE), _add(commitment, _multiply(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


class Tree:
    """RFC 6962 tree head of a stream of leaf hashes."""

    def __init__(self, digest: Digest) -> None:
        self.digest, self.size, self.nodes = digest, 0, list[bytes]()

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            leaf = self.digest(b"\x01" + self.nodes.pop() + leaf)
        self.nodes.append(leaf)

    def root(self) -> bytes:
        """The root hash."""
        result = b""
        for node in reversed(self.nodes):
            result = self.digest(b"\x01" + node + result) if result else node
        return result or self.digest(b"")


class Row(NamedTuple):
    """One line of a file of entries. ``leaf`` is unique to the line when it is malformed."""

    leaf: bytes
    number: int  # as the line says; -1: malformed
    sm3: bytes
    chain: bytes
    event: bytes


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while line := file.readline(LINE_LIMIT):
            yield line


def _malformed(line: bytes) -> Row:
    return Row(sha256(b"malformed" + line), -1, b"", b"", line)


def read_events(path: Path, sm3: Digest | None) -> Iterator[Row]:
    """Read events.jsonl; the leaf hashes are computed from the very bytes of each line."""
    for line in _lines(path):
        found = EVENT_LINE.fullmatch(line)
        if found is None:
            yield _malformed(line)
            continue
        data = found[1]
        yield Row(sha256(b"\x00" + data), int(found[2]), sm3(b"\x00" + data) if sm3 else b"", b"", data)


def read_leaves(path: Path) -> Iterator[Row]:
    """Read leaves.txt."""
    for line in _lines(path):
        found = LEAF_LINE.fullmatch(line)
        if found is None:
            yield _malformed(line)
            continue
        leaf, sm3, chain = (bytes.fromhex(part.decode()) for part in found.groups()[1:])
        yield Row(leaf, int(found[1]), sm3, chain, b"")


class Note(NamedTuple):
    """A checkpoint whose signature holds."""

    file: str
    size: int
    root: bytes
    sm3: bytes
    time: str


def _key(text: str) -> tuple[str, bytes, bytes]:
    name, key_id, encoded = text.strip().split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    if len(key) != 33 or key[:1] != b"\x01" or sha256(name.encode() + b"\n" + key)[:4].hex() != key_id:
        raise ValueError(text)
    return name, bytes.fromhex(key_id), key[1:]


def read_note(name: str, note: str, origin: str, keys: Iterable[str], check: SignatureCheck) -> Note | Problem:
    """Check one checkpoint: form, origin, the log's own signature and every signature of a known key."""
    try:
        text, gap, tail = note.rpartition("\n\n")
        lines = text.split("\n")
        if not gap or not tail.endswith("\n") or not all(lines) or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
            raise ValueError(name)
        root = base64.b64decode(lines[2], validate=True)
        signatures = []
        for line in tail[:-1].split("\n"):
            found = SIGNATURE_LINE.fullmatch(line)
            if found is None:
                raise ValueError(line)
            blob = base64.b64decode(found[2], validate=True)
            signatures.append((found[1], blob[:4], blob[4:]))
        extensions = dict(line.split(" ", 1) for line in lines[3:] if " " in line)
        sm3_root = base64.b64decode(extensions.get("sm3", ""), validate=True)
    except (ValueError, IndexError):
        return Problem(CHECKPOINT, f"检查点 {name} 格式被破坏", name)
    known = {(owner, key_id): public for owner, key_id, public in map(_key, keys)}
    owners = set()
    for owner, key_id, signature in signatures:
        public = known.get((owner, key_id))
        if public is None:
            continue
        if not check(public, (text + "\n").encode(), signature):
            return Problem(CHECKPOINT, f"检查点 {name} 被篡改：{owner} 的签名与内容不符", name)
        owners.add(owner)
    if origin not in owners:
        signers = "、".join(owner for owner, _, _ in signatures)
        return Problem(UNKNOWN_KEY, f"检查点 {name} 没有本日志已知密钥的签名，签名者为未知密钥：{signers}", name)
    if lines[0] != origin:
        return Problem(CHECKPOINT, f"检查点 {name} 属于另一日志“{lines[0]}”，本日志为“{origin}”", name)
    return Note(name, int(lines[1]), root, sm3_root, extensions.get("time", ""))


def _order(notes: list[Note], names: list[str]) -> Iterator[Problem]:
    for number, name in enumerate(names, start=1):
        if int(Path(name).stem) != number:
            yield Problem(ORDER, f"缺少第 {number} 个检查点，其位置上是 {name}", name)
            return
    for before, after in zip(notes, notes[1:]):  # noqa: B905, RUF007 - runs on 3.9
        if (after.size, after.time) < (before.size, before.time) or after.time < before.time:
            message = f"检查点 {before.file} 与 {after.file} 次序颠倒：{before.size} 条在前，{after.size} 条在后"
            yield Problem(ORDER, message, after.file)
            return


def _label(row: Row) -> str:
    try:
        identity = json.loads(row.event).get("id")
    except (ValueError, AttributeError, RecursionError):
        identity = None
    return "内容无法读取" if identity is None else f"事件 {identity}"


def _entry_problem(kind: str, index: int, row: Row, file: str, detail: str = "") -> Problem:
    place = f"第 {index + 1} 条" if kind == REMOVED else f"第 {index + 1} 条（{_label(row)}）"
    if kind == REMOVED and row.event:
        detail = f"，现在该位置是{_label(row)}"
    if file != "events.jsonl":
        place = f"文件 {file} 第 {index + 1} 行"
    return Problem(kind, f"{place}{VERBS[kind]}{detail}（序号 {index}）", file, index)


@dataclass
class _Scan:
    """What one pass over both files side by side finds."""

    events: int = 0
    leaves: int = 0
    differ: tuple[int, Row | None, Row | None] | None = None  # first position where the files disagree
    numbered: tuple[int, Row] | None = None  # first event line with a wrong number
    broken: tuple[int, Row] | None = None  # first leaf line that does not follow from the one before
    hints: list[tuple[int, int, Row]] = field(default_factory=list)  # the lines at the break: position, number, event
    sm3_differ: tuple[int, Row] | None = None
    event_fails: list[Note] = field(default_factory=list)
    leaf_fails: list[Note] = field(default_factory=list)
    event_passes: list[Note] = field(default_factory=list)


def _scan(directory: Path, notes: list[Note], sm3: Digest | None) -> _Scan:
    scan = _Scan()
    pending = sorted(notes, key=lambda note: note.size)
    event_tree, leaf_tree = Tree(sha256), Tree(sha256)
    event_sm3, leaf_sm3 = Tree(sm3 or sha256), Tree(sm3 or sha256)
    chain = bytes(32)

    def fits(note: Note, tree: Tree, tree_sm3: Tree) -> bool:
        same = tree.size == note.size and tree.root() == note.root
        return same and (sm3 is None or not note.sm3 or tree_sm3.root() == note.sm3)

    def settle(position: int | None) -> None:
        while pending and (position is None or pending[0].size == position):
            note = pending.pop(0)
            passed = fits(note, event_tree, event_sm3)
            (scan.event_passes if passed else scan.event_fails).append(note)
            if not fits(note, leaf_tree, leaf_sm3):
                scan.leaf_fails.append(note)

    settle(0)
    both = zip_longest(read_events(directory / "events.jsonl", sm3), read_leaves(directory / "leaves.txt"))
    for position, (event, leaf) in enumerate(both):
        if event is not None:
            scan.events += 1
            event_tree.append(event.leaf)
            event_sm3.append(event.sm3 or event.leaf)
            if event.number != position and scan.numbered is None:
                scan.numbered = (position, event)
        if leaf is not None:
            scan.leaves += 1
            leaf_tree.append(leaf.leaf)
            leaf_sm3.append(leaf.sm3 or leaf.leaf)
            if scan.broken is None and (leaf.number != position or leaf.chain != sha256(chain + leaf.leaf)):
                scan.broken = (position, event or leaf)
            chain = leaf.chain
        if scan.differ is None and (event is None or leaf is None or event.leaf != leaf.leaf):
            scan.differ = (position, event, leaf)
        if event is not None and leaf is not None:
            if scan.broken is not None and position <= scan.broken[0] + 1:
                scan.hints.append((position, event.number, event))
            if scan.sm3_differ is None and sm3 and event.leaf == leaf.leaf and event.sm3 != leaf.sm3:
                scan.sm3_differ = (position, event)
        settle(position + 1)
    settle(None)
    return scan


def _classify(
    suspect: Callable[[], Iterator[Row]], truth: Callable[[], Iterator[Row]], scan: _Scan, file: str
) -> Problem:
    """Name what happened at the first difference by counting both hashes in what follows, on either side."""
    if scan.differ is None:
        raise ValueError(file)
    position, event, leaf = scan.differ
    mine, right = (event, leaf) if file == "events.jsonl" else (leaf, event)
    if mine is None:
        missing = abs(scan.events - scan.leaves)
        return Problem(
            TRUNCATED, f"文件 {file} 自第 {position + 1} 条起被截断，少 {missing} 条（序号 {position}）", file, position
        )
    shown = mine if file == "events.jsonl" else right or mine
    if right is None:
        return _entry_problem(INSERTED, position, shown, file)
    counts = []
    for rows in (suspect(), truth()):
        count_mine = count_right = 0
        for number, row in enumerate(rows):
            if number >= position:
                count_mine += row.leaf == mine.leaf
                count_right += row.leaf == right.leaf
        counts.append((count_mine, count_right))
    surplus, missing_right = counts[0][0] > counts[1][0], counts[1][1] > counts[0][1]
    kind = {(True, True): ALTERED, (False, True): REMOVED, (True, False): INSERTED, (False, False): REORDERED}
    return _entry_problem(kind[surplus, missing_right], position, shown, file)


def _kind_by_number(hints: list[tuple[int, int, Row]]) -> str:
    """Name an edit made alike in both files from the numbers the lines carry at the break of the chain."""
    position, number, _ = hints[0]
    following = hints[1][1] if len(hints) > 1 else -1
    if number > position:
        return REORDERED if following == position else REMOVED
    return INSERTED if following in (position, number) else ALTERED


def _tree_problem(scan: _Scan) -> Problem | None:
    """Both files agree with each other; say where they leave the signed checkpoints."""
    if not scan.event_fails:
        return None
    failed = scan.event_fails[0]
    later = next((note for note in scan.event_passes if note.size >= failed.size), None)
    if later is not None:
        message = f"检查点 {failed.file} 与 {later.file} 互相矛盾：两者签名都有效，却不是同一份日志"
        return Problem(INCONSISTENT, message, failed.file)
    start = max((note.size for note in scan.event_passes), default=0)
    if scan.events < failed.size:
        missing = max(note.size for note in scan.event_fails) - scan.events
        message = (
            f"日志尾部自第 {scan.events + 1} 条起被截断，最新检查点比现有记录多 {missing} 条（序号 {scan.events}）"
        )
        return Problem(TRUNCATED, message, "events.jsonl", scan.events)
    message = f"第 {start + 1} 条至第 {failed.size} 条之间的记录与检查点 {failed.file} 不符，叶值和链值曾被重新计算"
    return Problem(INTERVAL, message, failed.file, start)


def _entry_problems(directory: Path, scan: _Scan, expected: int | None, sm3: Digest | None) -> Iterator[Problem]:
    def events() -> Iterator[Row]:
        return read_events(directory / "events.jsonl", sm3)

    def leaves() -> Iterator[Row]:
        return read_leaves(directory / "leaves.txt")

    leaves_hold = scan.broken is None and not scan.leaf_fails and expected in (None, scan.leaves)
    events_hold = scan.numbered is None and not scan.event_fails and expected in (None, scan.events)
    if scan.differ is not None:
        if scan.numbered is not None and scan.numbered[0] < scan.differ[0]:
            yield _entry_problem(ALTERED, *scan.numbered, "events.jsonl", "：序号被改")
        if events_hold and not leaves_hold:
            yield _classify(leaves, events, scan, "leaves.txt")
        else:
            yield _classify(events, leaves, scan, "events.jsonl")
        return
    if scan.broken is not None:
        position, row = scan.broken
        covered = max((note.size for note in scan.event_passes), default=0)
        if events_hold and position < covered:
            yield _entry_problem(ALTERED, position, row, "leaves.txt")
        else:
            yield _entry_problem(_kind_by_number(scan.hints), position, row, "events.jsonl", "，链值在此断开")
    elif scan.numbered is not None:
        yield _entry_problem(ALTERED, *scan.numbered, "events.jsonl", "：序号被改")
    elif scan.sm3_differ is not None:
        yield _entry_problem(ALTERED, *scan.sm3_differ, "leaves.txt")
    problem = _tree_problem(scan)
    if problem is not None:
        yield problem


def _file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _manifest_problems(
    directory: Path, manifest: dict[str, object] | None, scan: _Scan, notes: int
) -> Iterator[Problem]:
    if manifest is None:
        yield Problem(FILE, "清单 MANIFEST.json 缺失或被破坏", "MANIFEST.json")
        return
    facts = {"format": FORMAT, "algorithms": ["sha256", "sm3"], "entries": scan.events, "checkpoints": notes}
    for name, value in facts.items():
        if manifest.get(name) != value:
            yield Problem(FILE, f"清单 MANIFEST.json 的 {name} 与实际不符：应为 {value}", "MANIFEST.json")
    files = manifest.get("files")
    listed = files if isinstance(files, dict) else {}
    actual = {"events.jsonl", "leaves.txt", "keys.txt", "verify_log.py"}
    actual |= {f"checkpoints/{path.name}" for path in (directory / "checkpoints").glob("*")}
    for name in sorted(actual | set(listed)):
        if name not in actual or name not in listed or not (directory / name).is_file():
            yield Problem(FILE, f"文件 {name} 与清单不符：清单或目录中缺少它", name)
        elif _file_digest(directory / name) != listed[name]:
            yield Problem(FILE, f"文件 {name} 与清单记载的摘要不符", name)
    if set(manifest) != {*facts, "files", "origin"}:
        yield Problem(FILE, "清单 MANIFEST.json 有多余或缺少的项目", "MANIFEST.json")


def _manifest(directory: Path) -> dict[str, object] | None:
    try:
        text = (directory / "MANIFEST.json").read_bytes().decode()
        manifest = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    same = (
        isinstance(manifest, dict) and json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n" == text
    )
    return manifest if same else None


def _keys(directory: Path, given: Iterable[str], result: Verification) -> list[str]:
    texts = list(given)
    if not texts:
        try:
            texts = (directory / "keys.txt").read_bytes().decode().splitlines()
        except (OSError, ValueError):
            result.problems.append(Problem(FILE, "密钥文件 keys.txt 缺失或被破坏", "keys.txt"))
        result.remarks.append("公钥取自导出目录本身；请与主管机关公布的公钥核对：" + "；".join(texts))
    keys = []
    for text in texts:
        try:
            _key(text)
        except ValueError:
            result.problems.append(Problem(FILE, f"公钥格式有误：{text}", "keys.txt"))
        else:
            keys.append(text)
    return keys


def verify(
    directory: Path,
    *,
    keys: Iterable[str] = (),
    known: Iterable[Path] = (),
    sm3: Digest | None = None,
    check: SignatureCheck = ed25519,
) -> Verification:
    """Verify the export in ``directory``.

    ``keys``: verifier keys from a trusted source instead of keys.txt. ``known``: files of checkpoints received earlier,
    which the log must still contain. Nothing is raised for a damaged export: what is wrong stands in the result.
    """
    result = Verification()
    missing = [name for name in ("events.jsonl", "leaves.txt") if not (directory / name).is_file()]
    if missing:
        result.problems += [Problem(FILE, f"缺少文件 {name}", name) for name in missing]
        return result
    manifest = _manifest(directory)
    trusted = _keys(directory, keys, result)
    origin = str(manifest["origin"]) if manifest and "origin" in manifest else (trusted or ["+"])[0].split("+", 1)[0]
    paths = [path for path in (directory / "checkpoints").glob("*") if CHECKPOINT_NAME.fullmatch(path.name)]
    paths.sort(key=lambda path: int(path.stem))
    own: list[Note] = []
    notes: list[Note] = []
    for position, path in enumerate([*paths, *known]):
        try:
            note = read_note(path.name, path.read_bytes().decode(), origin, trusted, check)
        except (OSError, ValueError):
            note = Problem(CHECKPOINT, f"检查点 {path.name} 格式被破坏", path.name)
        if isinstance(note, Problem):
            result.problems.append(note)
            continue
        notes.append(note)
        if position < len(paths):
            own.append(note)
    result.problems += _order(own, [path.name for path in paths])
    sm3 = sm3 or system_sm3()
    if sm3 is None:
        result.remarks.append("本机没有 SM3 算法，只核对了 SHA-256")
    scan = _scan(directory, notes, sm3)
    expected = manifest.get("entries") if manifest else None
    found = list(_entry_problems(directory, scan, expected if isinstance(expected, int) else None, sm3))
    result.problems[:0] = found
    result.entries, result.checkpoints = scan.events, len(paths)
    result.covered = max((note.size for note in scan.event_passes), default=0)
    if not result.problems:
        result.problems += _manifest_problems(directory, manifest, scan, len(paths))
    if result.ok and result.covered < result.entries:
        result.remarks.append(f"最后 {result.entries - result.covered} 条尚无签名检查点锁定")
    return result


def main(arguments: list[str] | None = None, sm3: Digest | None = None, check: SignatureCheck = ed25519) -> int:
    """Run the command line; exit codes: 0 sound, 1 something is wrong, 2 wrong use."""
    parser = argparse.ArgumentParser(description="核验导出的事件日志（verify an exported event log）")
    parser.add_argument("directory", type=Path, help="导出目录（the export）")
    parser.add_argument("--key", action="append", default=[], help="可信公钥，可多次给出（trusted verifier key）")
    parser.add_argument(
        "--known", action="append", default=[], type=Path, help="以前收到的检查点文件（earlier checkpoint）"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON（print one JSON document）")
    options = parser.parse_args(arguments)
    if not options.directory.is_dir():
        parser.error(f"不是目录：{options.directory}")
    result = verify(options.directory, keys=options.key, known=options.known, sm3=sm3, check=check)
    sys.stdout.write(result.as_json() if options.json else result.report())
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
