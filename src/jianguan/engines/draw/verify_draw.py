"""Verify an exported draw: python verify_draw.py FILE (抽取独立核验).

Standard library only, Python 3.9 or later. It reads the export alone and shares no code with the program that wrote it:
it checks every line of the frozen manifest and its root, the sources against their commitments, computes seed, tickets,
quotas, picks and reviewers again and compares every line. Memory grows with what was drawn, not with the population.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from fractions import Fraction
from heapq import merge
from itertools import islice
from math import isqrt
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, Optional  # noqa: UP035 - runs on older interpreters too

FORMAT = "jianguan-draw/1"
MANIFEST = "jianguan-manifest/1"
MILLION = 1_000_000
CIRCLE = 1 << 256
LONGEST = 1 << 16
BAD = r"\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff"
TEXT = rf"(?! )[^{BAD}]{{1,200}}(?<! )"
WHOLE = "0|[1-9][0-9]{0,17}"
HEX = "[0-9a-f]{64}"
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00"
ROLE = "checking|discipline|superior"
RECORD = re.compile(
    rf"{TEXT}\t{TEXT}\t{TEXT}\t{TEXT}\t({MOMENT})\t(?:-|(?:sha256|sm3):{HEX})\t(0|[1-9][0-9]{{0,9}})\t([01])\n"
)
SINGLE = {
    "population": TEXT,
    "capacity": TEXT,
    "day": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "part": WHOLE,
    "frozen-at": MOMENT,
    "source": TEXT,
    "previous": f"-|{HEX}",
    "floor": WHOLE,
    "priority": WHOLE,
    "rounding": "population|stratum",
}
LISTED = {
    "earlier": (HEX, WHOLE, WHOLE, WHOLE),
    "commitment": (ROLE, HEX),
    "public": (TEXT, TEXT),
    "beacon": (TEXT, WHOLE),
    "overdue": (TEXT,),
    "reviewer": (TEXT,),
    "recusal": (TEXT, TEXT),
    "interest": (TEXT, TEXT),
}
KINDS = {"in-time": {"reveal", "public", "beacon"}, "late": {"reveal", "withheld"}}
WORDS = {
    "seed": "种子",
    "quota": "应抽数量",
    "stratum": "各层名额",
    "threshold": "风险加抽门槛",
    "pick": "抽中的记录",
    "end": "文件结尾",
}


class Wrong(Exception):
    """Something does not hold: Chinese message and line (0: none)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass
class Verification:
    """The outcome. ``problem``: the first thing that fails, at ``line``. ``draws``: label → numbers of A, B, C."""

    count: int = 0
    root: str = ""
    problem: Optional[str] = None  # noqa: UP045
    line: int = 0
    draws: dict[str, list[int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)  # announced sources that the seed does not hold

    @property
    def ok(self) -> bool:
        """Everything holds."""
        return self.problem is None

    def report(self) -> str:
        """The Chinese text shown to people."""
        if not self.ok:
            place = f"（文件第 {self.line} 行）" if self.line else ""
            return f"核验不通过：{self.problem}{place}\n"
        names = {"sole": "抽取", "without-late": "不含逾期或未揭示的抽取", "with-late": "含逾期揭示或以承诺代替的抽取"}
        heading = "核验通过，但约定的种子来源有没用的" if self.unused else "核验通过"
        lines = [f"{heading}：总体 {self.count} 条，根摘要 {self.root}"]
        for label, (floor, priority, mandatory) in self.draws.items():
            lines.append(f"{names[label]}：随机底数 {floor} 条，风险加抽 {priority} 条，必查 {mandatory} 条，逐条一致")
        lines += [f"约定的种子来源没有使用：{one}" for one in self.unused]
        return "\n".join([*lines, *(f"说明：{remark}" for remark in self.remarks)]) + "\n"

    def as_json(self) -> str:
        """The same as one JSON document."""
        return json.dumps({"ok": self.ok, **asdict(self)}, ensure_ascii=False, sort_keys=True) + "\n"


class Reader:
    """Lines of the export with their numbers."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.number = file, 0

    def line(self) -> str:
        """The next line without LF."""
        self.number += 1
        raw = self.file.readline(LONGEST)
        if not raw.endswith(b"\n"):
            raise Wrong("文件在此处中断" if len(raw) < LONGEST else "行过长", self.number)
        return decoded(raw, self.number)[:-1]


def decoded(raw: bytes, number: int) -> str:
    """UTF-8 text of a line."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Wrong("不是 UTF-8 文本", number) from None


class Tree:
    """Merkle tree hash of RFC 6962 over appended lines."""

    def __init__(self) -> None:
        self.size, self.nodes = 0, list[bytes]()

    def append(self, line: bytes) -> None:
        """Add one line, without LF."""
        sha256, nodes, size = hashlib.sha256, self.nodes, self.size
        node = sha256(b"\0" + line).digest()
        while size & 1:
            node = sha256(b"\1" + nodes.pop() + node).digest()
            size >>= 1
        nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root."""
        nodes = list(self.nodes)
        result = nodes.pop()
        while nodes:
            result = hashlib.sha256(b"\1" + nodes.pop() + result).digest()
        return result


@dataclass
class Manifest:
    """What the export says was frozen."""

    single: dict[str, str]
    listed: dict[str, list[list[str]]]
    offset: int = 0  # of the first record
    count: int = 0
    weights: int = 0
    flagged: int = 0
    root: bytes = b""
    strata: dict[str, int] = field(default_factory=dict)
    revealed: set[str] = field(default_factory=set)
    used: list[list[str]] = field(default_factory=list)  # kind and name of every source given

    def number(self, name: str) -> int:
        """A whole number of the head."""
        return int(self.single[name])

    def records(self, path: Path) -> Iterator[bytes]:
        """The lines of the records, with LF."""
        with path.open("rb") as file:
            file.seek(self.offset)
            yield from islice(file, self.count)


def fits(pattern: str, text: str) -> bool:
    """Whether all of the text is of the form."""
    return re.fullmatch(pattern, text) is not None


def read_head(reader: Reader, tree: Tree) -> Manifest:
    """Check the head of the manifest up to the line ``records``."""

    def following() -> list[str]:
        text = reader.line()
        tree.append(text.encode())
        return text.split("\t")

    if following() != [MANIFEST]:
        raise Wrong(f"清单第一行应为 {MANIFEST}", reader.number)
    single: dict[str, str] = {}
    for name, form in SINGLE.items():
        row = following()
        if row[0] != name or len(row) != 2 or not fits(form, row[1]):
            raise Wrong(f"清单的 {name} 写法有误", reader.number)
        single[name] = row[1]
    listed: dict[str, list[list[str]]] = {name: [] for name in LISTED}
    names, before = list(LISTED), [""]
    row = following()
    while row[0] != "records":
        forms = LISTED.get(row[0])
        if forms is None or len(row) != len(forms) + 1 or not all(map(fits, forms, row[1:])):
            raise Wrong(f"清单的 {row[0]} 写法有误", reader.number)
        if before[0] and names.index(row[0]) < names.index(before[0]):
            raise Wrong(f"清单的 {row[0]} 位置有误", reader.number)
        if row[0] == before[0] != "earlier" and "\t".join(row).encode() <= "\t".join(before).encode():
            raise Wrong(f"清单的 {row[0]} 未按次序排列或有重复", reader.number)
        listed[row[0]].append(row[1:])
        before = row
        row = following()
    if len(row) != 2 or not fits(WHOLE, row[1]):
        raise Wrong("清单的成员总数写法有误", reader.number)
    manifest = Manifest(single, listed, reader.file.tell(), int(row[1]))
    check_head(manifest)
    return manifest


def check_head(manifest: Manifest) -> None:
    """Check what one line alone does not show."""
    single, listed = manifest.single, manifest.listed
    try:
        date.fromisoformat(single["day"])
        datetime.fromisoformat(single["frozen-at"])
    except ValueError:
        raise Wrong("清单的日期或冻结时间不存在") from None
    if manifest.number("part") != len(listed["earlier"]) + 1:
        raise Wrong("清单的部分序号与此前部分的数目不符")
    if any(int(drawn) > int(row[1]) for row in listed["earlier"] for drawn in row[2:]):
        raise Wrong("此前部分的已抽数量超过其总数")
    if max(manifest.number("floor"), manifest.number("priority")) > MILLION:
        raise Wrong("清单的比例超过 100%")
    if len({row[0] for row in listed["commitment"]}) != len(listed["commitment"]):
        raise Wrong("同一角色有两个承诺")


def read_manifest(reader: Reader) -> Manifest:
    """Check every line of the manifest; count strata, weights and flags; compute the root."""
    tree = Tree()
    manifest = read_head(reader, tree)
    strata: dict[bytes, int] = {}
    append, full, moment = tree.append, RECORD.fullmatch, datetime.fromisoformat
    before, weights, flagged, number = b"", 0, 0, reader.number
    for raw in islice(reader.file, manifest.count):
        number += 1
        try:
            found = full(raw.decode())
        except UnicodeDecodeError:
            raise Wrong("不是 UTF-8 文本", number) from None
        if found is None:
            raise Wrong("清单成员写法有误或成员不足", number)
        try:
            moment(found[1])
        except ValueError:
            raise Wrong("清单成员的时间不存在", number) from None
        if int(found[2]) > 1_000_000_000:
            raise Wrong("风险权重超出范围", number)
        identity, stratum, _ = raw.split(b"\t", 2)
        if identity <= before:
            raise Wrong("清单成员编号重复或未按次序", number)
        before = identity
        append(raw[:-1])
        strata[stratum] = strata.get(stratum, 0) + 1
        weights += int(found[2])
        flagged += found[3] == "1"
    if number - reader.number != manifest.count:
        raise Wrong(f"清单应有 {manifest.count} 个成员，实有 {number - reader.number} 个", number)
    reader.number = number
    manifest.root, manifest.weights, manifest.flagged = tree.root(), weights, flagged
    manifest.strata = {name.decode(): strata[name] for name in sorted(strata)}
    return manifest


def check_source(manifest: Manifest, source: list[str], line: int) -> None:
    """Check a source against what the manifest announced."""
    listed = manifest.listed
    if source[0] == "reveal" and len(source) == 4 and fits(ROLE, source[1]) and all(fits(HEX, x) for x in source[2:]):
        text = "\t".join(("jianguan-commitment/1", source[1], manifest.single["day"], *source[2:]))
        if [source[1], hashlib.sha256(text.encode()).hexdigest()] not in listed["commitment"]:
            raise Wrong(f"{source[1]} 揭示的随机数与清单中的承诺不符", line)
    elif source[0] == "withheld" and len(source) == 3 and fits(ROLE, source[1]):
        if source[1:] not in listed["commitment"]:
            raise Wrong(f"{source[1]} 未揭示的承诺不是清单中的承诺", line)
    elif source[0] == "public" and len(source) == 4 and all(fits(TEXT, part) for part in source[1:]):
        if source[1:3] not in listed["public"]:
            raise Wrong("公开数字不是清单中约定的", line)
    elif source[0] == "beacon" and len(source) == 5 and fits("(?:[0-9a-f]{2}){48,96}", source[3]):
        if source[1:3] not in listed["beacon"]:
            raise Wrong("随机信标不是清单中约定的", line)
        if hashlib.sha256(bytes.fromhex(source[3])).hexdigest() != source[4]:
            raise Wrong("随机信标的随机数不是其签名的摘要", line)
    else:
        raise Wrong("种子来源写法有误", line)


def read_sources(reader: Reader, manifest: Manifest) -> tuple[dict[str, bytes], list[int]]:
    """Check sources, shares and root; return label → seed and the shares."""
    if reader.line() != "sources":
        raise Wrong("清单之后应为种子来源", reader.number)
    given: dict[str, list[str]] = {"in-time": [], "late": []}
    seen: list[list[str]] = []
    row = reader.line().split("\t")
    while row[0] in given:
        if row[0] == "in-time" and given["late"]:
            raise Wrong("种子来源未按次序排列", reader.number)
        check_source(manifest, row[1:], reader.number)
        text = "\t".join(row[1:])
        if given[row[0]] and text.encode() <= given[row[0]][-1].encode():
            raise Wrong("种子来源未按次序排列", reader.number)
        key = ["reveal", row[2]] if row[1] in {"reveal", "withheld"} else row[1:4]
        if key in seen or row[1] not in KINDS[row[0]]:
            raise Wrong("同一来源给出了两次，或逾期的不是揭示，或没有揭示的算作按时", reader.number)
        seen.append(key)
        manifest.revealed |= {row[2]} if row[1] == "reveal" else set()
        if row[1] != "withheld":
            manifest.used.append(key)
        given[row[0]].append(text)
        row = reader.line().split("\t")
    if row[0] != "shares" or len(row) != 3 or not all(fits(WHOLE, part) for part in row[1:]):
        raise Wrong("抽取比例写法有误", reader.number)
    shares = [int(part) for part in row[1:]]
    for share, name in zip(shares, ("floor", "priority")):  # noqa: B905 - runs on 3.9
        if not manifest.number(name) <= share <= MILLION:
            raise Wrong("抽取比例低于冻结时的比例或超过 100%", reader.number)
    if reader.line() != f"root\t{manifest.root.hex()}":
        raise Wrong(f"清单与所载根摘要不符，按清单应为 {manifest.root.hex()}", reader.number)
    in_time, late = given["in-time"], given["late"]
    public = any(not text.startswith("reveal\t") for text in in_time)
    opened = sum(text.startswith("reveal\t") for text in late)
    if not in_time or len(in_time) + (0 if public else opened) < 2:
        raise Wrong("种子至少要有两个来源", reader.number)
    if public or not late:
        return {"sole": seed(manifest, in_time)}, shares
    return {"without-late": seed(manifest, in_time), "with-late": seed(manifest, in_time + late)}, shares


def seed(manifest: Manifest, sources: list[str]) -> bytes:
    """HMAC of the root over day and sources."""
    text = "\n".join(("jianguan-seed/1", manifest.single["day"], *sorted(sources, key=str.encode)))
    return hmac.new(manifest.root, text.encode(), "sha256").digest()


def ticketer(key: bytes, domain: str) -> Callable[[bytes], bytes]:
    """The ticket of a message in a domain: HMAC-SHA256 with both key blocks hashed once (RFC 2104)."""
    block = key + bytes(32)
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + f"jianguan-draw/1 {domain}\n".encode())
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def ticket(message: bytes) -> bytes:
        state, result = inner.copy(), outer.copy()
        state.update(message)
        result.update(state.digest())
        return result.digest()

    return ticket


def owed(share: int, manifest: Manifest, column: int) -> int:
    """The share of all parts less what earlier parts drew."""
    earlier = manifest.listed["earlier"]
    size = manifest.count + sum(int(row[1]) for row in earlier)
    need = -(-share * size // MILLION) - sum(int(row[column]) for row in earlier)
    return min(max(need, 0), manifest.count)


def spread(manifest: Manifest, total: int, key: bytes) -> dict[str, int]:
    """Overdue strata first, then tooth after tooth around the circle."""
    given = dict.fromkeys(manifest.strata, 0)
    ticket = ticketer(key, "stratum")
    phase = {name: int.from_bytes(ticket(name.encode()), "big") for name in given}
    overdue = {row[0] for row in manifest.listed["overdue"]} & set(given)
    first = sorted(overdue, key=lambda name: (phase[name], name))[:total]
    for name in first:
        given[name] = 1
    if total == len(first):
        return given
    index = int.from_bytes(ticketer(key, "start")(b""), "big") % manifest.count
    start = ""
    for start in sorted(given):
        if index < manifest.strata[start]:
            break
        index -= manifest.strata[start]
    begin = ((index * CIRCLE + phase[start]) // manifest.strata[start], start)

    def teeth(name: str) -> Iterator[tuple[int, str]]:
        size = manifest.strata[name]
        guess = max(0, begin[0] * size // CIRCLE - 2)
        for number in range(guess, 2 * size):
            lap, tooth = divmod(number, size)
            place = (lap * CIRCLE + (tooth * CIRCLE + phase[name]) // size, name)
            if place >= begin:
                yield place

    skipped = set(first)
    left = total - len(first)
    for _, name in merge(*map(teeth, given)):
        if name in skipped:
            skipped.remove(name)
            continue
        given[name] += 1
        left -= 1
        if not left:
            break
    return given


def smallest(pairs: list[Any], size: int) -> None:
    """Keep the smallest in place."""
    pairs.sort()
    del pairs[size:]


def floor(path: Path, manifest: Manifest, key: bytes, given: dict[str, int]) -> list[tuple[bytes, bytes]]:
    """Part A: (ticket, line) in order."""
    ticket = ticketer(key, "floor")
    sizes = {name.encode(): number for name, number in given.items() if number}
    margin = 16  # below a limit are expected those needed, the margin, and half of it for each of their root
    while True:
        kept: dict[bytes, list[tuple[bytes, bytes]]] = {name: [] for name in sizes}
        limits: dict[bytes, bytes] = {}
        for name, number in sizes.items():
            wanted, members = number + margin + margin * isqrt(number) // 2, manifest.strata[name.decode()]
            limits[name] = b"\xff" * 33 if wanted >= members else (wanted * CIRCLE // members).to_bytes(32, "big")
        for raw in manifest.records(path):
            identity, stratum, _ = raw.split(b"\t", 2)
            limit = limits.get(stratum)
            if limit is None:
                continue
            drawn = ticket(identity + b"\t" + stratum)
            if drawn < limit:
                kept[stratum].append((drawn, raw))
        if all(len(kept[name]) >= number for name, number in sizes.items()):
            break
        margin *= 16  # hardly ever: too few were below the limits
    for name, pairs in kept.items():
        smallest(pairs, sizes[name])
    return sorted(pair for pairs in kept.values() for pair in pairs)


def by_risk(
    path: Path, manifest: Manifest, key: bytes, quota: int, taken: set[bytes]
) -> tuple[list[tuple[bytes, str, bytes]], Optional[Fraction], list[bytes]]:  # noqa: UP045
    """Part B as (ticket, probability, line), the threshold, and the lines of part C."""
    if not quota and not manifest.flagged:
        return [], None, []
    least = max(1, manifest.weights // (5 * manifest.count))
    most = max(least, 20 * manifest.weights // manifest.count)
    ticket = ticketer(key, "priority")
    kept: list[tuple[int, bytes, int, bytes, bytes]] = []
    flagged: list[bytes] = []
    limit: Optional[int] = None  # noqa: UP045
    for raw in manifest.records(path):
        identity, stratum, rest = raw.split(b"\t", 2)
        if identity in taken:
            continue
        if raw.endswith(b"\t1\n"):
            flagged.append(raw)
        elif quota:
            drawn = ticket(identity + b"\t" + stratum)
            weight = min(max(int(rest.rsplit(b"\t", 2)[1]), least), most)
            rank = ((int.from_bytes(drawn, "big") + 1) << 64) // weight
            if limit is not None and rank > limit:
                continue
            kept.append((rank, identity, weight, drawn, raw))
            if len(kept) > 2 * quota + 50:
                smallest(kept, quota + 1)
                limit = kept[-1][0]
    smallest(kept, quota + 1)
    threshold = None
    if quota and len(kept) > quota:
        *_, weight, drawn, _raw = kept.pop()
        threshold = Fraction(weight << 256, int.from_bytes(drawn, "big") + 1)
    one = Fraction(1)
    chances = {
        weight: ratio(one if threshold is None else min(one, weight / threshold)) for weight in {row[2] for row in kept}
    }
    return [(drawn, chances[weight], raw) for _, _, weight, drawn, raw in kept], threshold, flagged


def ratio(value: Optional[Fraction]) -> str:  # noqa: UP045
    """The text of a fraction."""
    return "-" if value is None else f"{value.numerator}/{value.denominator}"


def reviewer_of(manifest: Manifest, key: bytes) -> Callable[[bytes], str]:
    """Who reviews the record of a line."""
    ticket = ticketer(key, "reviewer")
    barred = {(row[0], row[1]) for row in manifest.listed["recusal"]}
    interested = {(row[0], row[1]) for row in manifest.listed["interest"]}
    people = [row[0] for row in manifest.listed["reviewer"]]

    def reviewer(raw: bytes) -> str:
        identity, _, site, _ = raw.decode().split("\t", 3)
        free = people
        if barred or interested:
            free = [who for who in people if (identity, who) not in barred and (site, who) not in interested]
        return min(free, key=lambda who: (ticket(f"{identity}\t{who}".encode()), who), default="-")

    return reviewer


def expected(path: Path, manifest: Manifest, shares: list[int], key: bytes, counts: list[int]) -> Iterator[str]:
    """The lines that a draw with this seed must have after its first; ``counts`` receives the numbers of A, B, C."""
    quotas = [owed(shares[0], manifest, 2), owed(shares[1], manifest, 3)]
    if manifest.single["rounding"] == "stratum":
        given = {name: -(-shares[0] * size // MILLION) for name, size in manifest.strata.items()}
        quotas[0] = sum(given.values())
    else:
        given = spread(manifest, quotas[0], key)
    yield f"quota\t{quotas[0]}\t{quotas[1]}"
    for name in sorted(given):
        yield f"stratum\t{name}\t{manifest.strata[name]}\t{given[name]}"
    random_part = floor(path, manifest, key, given)
    taken = {raw.split(b"\t", 1)[0] for _, raw in random_part}
    risk_part, threshold, flagged = by_risk(path, manifest, key, quotas[1], taken)
    yield f"threshold\t{ratio(threshold)}"
    reviewer = reviewer_of(manifest, key)
    chances = {name: ratio(Fraction(number, manifest.strata[name])) for name, number in given.items()}
    for drawn, raw in random_part:
        name, stratum = (part.decode() for part in raw.split(b"\t", 2)[:2])
        yield f"pick\tA\t{name}\t{drawn.hex()}\t{chances[stratum]}\t{reviewer(raw)}"
    for drawn, probability, raw in risk_part:
        name = raw.split(b"\t", 1)[0].decode()
        yield f"pick\tB\t{name}\t{drawn.hex()}\t{probability}\t{reviewer(raw)}"
    for raw in flagged:
        name = raw.split(b"\t", 1)[0].decode()
        yield f"pick\tC\t{name}\t-\t1/1\t{reviewer(raw)}"
    counts += [len(random_part), len(risk_part), len(flagged)]


def unused(manifest: Manifest) -> list[str]:
    """The sources that the manifest announced and the file does not use, in Chinese."""
    found = [f"{role} 的承诺" for role, _ in manifest.listed["commitment"] if ["reveal", role] not in manifest.used]
    for kind, word in (("public", "公开数字"), ("beacon", "随机信标")):
        found += [f"{word} {one[0]} {one[1]}" for one in manifest.listed[kind] if [kind, *one] not in manifest.used]
    return found


def verify(path: Path, root: Optional[str] = None, logged: Optional[list[str]] = None) -> Verification:  # noqa: UP045
    """Verify an export; ``root``: as published at the freeze; ``logged``: all seeds that the event log names for it.

    Several seeds fit one root, one for each choice among the announced sources; only the log says which one was drawn.
    Nothing is raised for a damaged file.
    """
    result = Verification()
    try:
        with path.open("rb") as file:
            reader = Reader(file)
            if reader.line() != FORMAT:
                raise Wrong(f"第一行应为 {FORMAT}", 1)
            manifest = read_manifest(reader)
            result.count, result.root = manifest.count, manifest.root.hex()
            seeds, shares = read_sources(reader, manifest)
            if root is not None and root != result.root:
                raise Wrong(f"根摘要与冻结时公布的不符：{result.root}")
            if logged is not None and {key.hex() for key in seeds.values()} != set(logged):
                raise Wrong(f"种子与事件日志所记的不符：{'、'.join(key.hex() for key in seeds.values())}")
            for label, key in seeds.items():
                compare(reader, f"seed\t{label}\t{key.hex()}")
                for line in expected(path, manifest, shares, key, result.draws.setdefault(label, [])):
                    compare(reader, line)
            compare(reader, "end")
            if file.read(1):
                raise Wrong("结尾之后还有内容", reader.number + 1)
    except Wrong as wrong:
        result.problem, result.line = wrong.message, wrong.line
        return result
    if root is None:
        result.remarks.append("根摘要取自文件本身，请与冻结时公布的根摘要核对")
    if logged is None:
        result.unused = unused(manifest)
        result.remarks.append("种子取自文件本身，请与事件日志所记的种子核对（--seed）")
    silent = sorted({row[0] for row in manifest.listed["commitment"]} - manifest.revealed)
    result.remarks += [f"{role} 作了承诺而没有揭示" for role in silent]
    return result


def compare(reader: Reader, line: str) -> None:
    """The next line must be this one."""
    found = reader.line()
    if found != line:
        kind = WORDS[line.split("\t", 1)[0]]
        shown = [text if len(text) < 120 else text[:120] + "…" for text in (found, line)]
        raise Wrong(f"{kind}与重新计算的不一致：文件为“{shown[0]}”，应为“{shown[1]}”", reader.number)


def main(arguments: Optional[list[str]] = None) -> int:  # noqa: UP045
    """Run the command line; exit codes: 0 everything holds, 1 something does not, 2 wrong use."""
    parser = argparse.ArgumentParser(description="核验导出的抽取（verify an exported draw）")
    parser.add_argument("file", type=Path, help="导出文件（the export）")
    parser.add_argument("--root", help="冻结时公布的根摘要，64 位十六进制（root published at the freeze）")
    parser.add_argument(
        "--seed", action="append", help="事件日志所记的种子，抽取两次的各给一次（seed named by the event log）"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON（print one JSON document）")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        parser.error(f"没有这个文件：{options.file}")
    if options.root is not None and not fits(HEX, options.root):
        parser.error("根摘要应为 64 位十六进制小写字符")
    if not all(fits(HEX, one) for one in options.seed or ()):
        parser.error("种子应为 64 位十六进制小写字符")
    result = verify(options.file, options.root, options.seed)
    sys.stdout.write(result.as_json() if options.json else result.report())
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
