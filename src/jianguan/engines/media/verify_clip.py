"""Verify evidence clips: python verify_clip.py DIR (证据片段独立核验).

Standard library only, Python 3.9 or later. ``DIR`` holds clips and, for each, a manifest ``NAME.manifest.json`` that
names the clip. Checked: the manifest is in its one byte form, the clip has the size and the digests it says, and each
manifest follows the one before it. SM3 is checked where the interpreter's OpenSSL has it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "jianguan-clip/1"
GENESIS = "0" * 64
SUFFIX = ".manifest.json"
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 1024 * 1024
HEX = re.compile(r"[0-9a-f]{64}")
NUMBERS = ("size", "in_ms", "out_ms", "asked_from_ms", "asked_to_ms")
TEXTS = ("clip", "camera", "reviewer", "reason", "made_at")


class BadManifest(ValueError):
    """A document that is no manifest; the message is shown to people."""


@dataclass
class Outcome:
    """What was found: clips checked, problems and remarks in Chinese."""

    clips: int = 0
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Something was checked and nothing is wrong."""
        return self.clips > 0 and not self.problems

    def report(self) -> str:
        """The text shown to people."""
        lines = [f"{'核验通过' if self.ok else '核验不通过'}：片段 {self.clips} 个"]
        lines += [f"问题：{problem}" for problem in self.problems]
        lines += [f"说明：{remark}" for remark in self.remarks]
        return "\n".join(lines) + "\n"


def canonical(document: dict[str, Any]) -> bytes:
    """Return sorted-key, separator-free UTF-8 JSON; raise BadManifest on floats and other types."""
    _check(document)
    try:
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadManifest("含有无效字符") from None


def digest(document: dict[str, Any]) -> str:
    """Return SHA-256 of the canonical form: what the next manifest names as ``previous``."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _check(value: object) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _check(item)
            if not isinstance(key, str):
                raise BadManifest("键不是文字")
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item)
    elif value is not None and not isinstance(value, (bool, int, str)):
        raise BadManifest("含有小数或其他无唯一写法的值")


def read(data: bytes) -> dict[str, Any]:
    """Return a manifest from its bytes; raise BadManifest when it is none or not in its one byte form."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise BadManifest("不是 JSON") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadManifest(f"格式不是 {FORMAT}")
    if canonical(document) != data:
        raise BadManifest("不是规范写法，内容可能被改动")
    for name in ("sha256", "sm3", "previous"):
        if not isinstance(document.get(name), str) or not HEX.fullmatch(document[name]):
            raise BadManifest(f"{name} 不是摘要")
    for name in NUMBERS:
        if type(document.get(name)) is not int:
            raise BadManifest(f"{name} 不是整数")
    for name in TEXTS:
        if not isinstance(document.get(name), str):
            raise BadManifest(f"{name} 不是文字")
    if not 0 <= document["in_ms"] < document["out_ms"]:
        raise BadManifest("入点不早于出点")
    if "/" in document["clip"] or "\\" in document["clip"] or document["clip"] in {"", ".", ".."}:
        raise BadManifest("片段文件名不可用")
    return document


def digests(path: Path, names: list[str]) -> tuple[int, dict[str, str]]:
    """Return size and the digests named of a file."""
    states = {name: hashlib.new(name) for name in names}
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            for state in states.values():
                state.update(chunk)
    return size, {name: state.hexdigest() for name, state in states.items()}


def verify(folder: Path) -> Outcome:
    """Check every manifest of a folder with its clip, and the chain among them."""
    outcome = Outcome()
    names = [name for name in ("sha256", "sm3") if name in hashlib.algorithms_available]
    if "sm3" not in names:
        outcome.remarks.append("本机 Python 不支持 SM3，只核对了 SHA-256")
    known: dict[str, str] = {}
    followers: dict[str, str] = {}
    for path in sorted(folder.glob("*" + SUFFIX)):
        outcome.clips += 1
        try:
            if path.stat().st_size > LARGEST_MANIFEST:
                raise BadManifest("文件过大")
            document = read(path.read_bytes())
        except (BadManifest, OSError) as failure:
            outcome.problems.append(f"{path.name}：{failure}")
            continue
        _clip(folder, path.name, document, names, outcome)
        known[digest(document)] = path.name
        previous = document["previous"]
        if previous in followers:
            outcome.problems.append(f"{path.name} 与 {followers[previous]} 接在同一份证明之后")
        followers.setdefault(previous, path.name)
    starts = [(previous, name) for previous, name in followers.items() if previous not in known]
    for previous, name in starts:
        if previous != GENESIS:
            place = outcome.problems if len(starts) > 1 else outcome.remarks
            place.append(f"{name} 所接的前一份证明 {previous[:16]}… 不在此处")
    if outcome.clips == 0:
        outcome.problems.append("没有找到片段证明")
    return outcome


def _clip(folder: Path, name: str, document: dict[str, Any], names: list[str], outcome: Outcome) -> None:
    clip = folder / document["clip"]
    if not clip.is_file():
        outcome.problems.append(f"{name}：片段 {document['clip']} 不在此处")
        return
    size, found = digests(clip, names)
    if size != document["size"]:
        outcome.problems.append(f"{name}：片段大小为 {size} 字节，证明写的是 {document['size']}")
    for algorithm, value in found.items():
        if value != document[algorithm]:
            outcome.problems.append(f"{name}：片段的 {algorithm.upper()} 摘要不符")


def main(arguments: list[str] | None = None) -> int:
    """Verify the folder given; 0 passed, 1 failed, 2 wrong use."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or not Path(given[0]).is_dir():
        sys.stderr.write("用法：python verify_clip.py 目录\n")
        return 2
    outcome = verify(Path(given[0]))
    sys.stdout.write(outcome.report())
    return 0 if outcome.ok else 1


if __name__ == "__main__":
    sys.exit(main())
