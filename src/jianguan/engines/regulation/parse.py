"""Read the text of a regulation (法规) as it really is: broken lines, bold markers, dashes, mixed widths.

The lines are first joined into one stream that remembers where lines began. Chapter (章), article (条) and
item (项) markers are then told from mere references by three things: the number that is due next, the line
start, and what stands before and after the marker.
"""

import json
import re
from typing import NamedTuple

from jianguan.engines.regulation.preamble import NUMERALS, chinese_number, document_number, issued_on, title
from jianguan.engines.regulation.provisions import Article, Chapter, Defect, DefectKind, Item, Regulation, digest
from jianguan.engines.regulation.schema import Level

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]|\\*\\*|__")
_LINE_MARK = re.compile(r"^(?:[#>]+\s*|[-*+•·](?:\s+|$))+")  # headings, quotes, list dashes
_PAGE_NUMBER = re.compile(r"[-—－–]+\s*\d{1,4}\s*[-—－–]+")
_GAP = re.compile(r"(?<![!-~])\s+|\s+(?![!-~])")  # blanks beside a Chinese character are typography
_TOKEN = re.compile(rf"第([{NUMERALS}]+|\d{{1,4}})([编章节条])|[（(]([{NUMERALS}]+)[)）]")
_SENTENCE_END = "。；！？：;:"
_REFERENCE_TAIL = "的之、，至款项和或及与"  # no heading is followed by these
_LIKELY_REFERENCE_TAIL = "规中第所到"  # a heading only after a finished sentence
_ITEM_REFERENCE_TAIL = "的之、，至款项和或及与目"

_FRAME_CHAPTERS = {"总则", "附则"}
_DUTY = re.compile("应当|必须|不得|负责")
_EVERYBODY = re.compile("^(?:各级|任何|所有|一切)")
_SUBJECT_LEVEL = re.compile(r"([省市县](?:、[省市县])*)(?:[一二三两]|)级|(各级)|(车管所|车辆管理所)|(科技部门)")
_LEVEL_OF = {"省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY}


class NotARegulation(ValueError):
    """The input is not the text of a regulation. The message is Chinese and says why."""


class _Mark(NamedTuple):
    """A structural marker in the stream."""

    kind: str  # 编 章 节 条 项
    number: int
    start: int
    end: int
    printed: str


def decode(data: bytes) -> str:
    """Text of a file: UTF-8 (with or without BOM), else GB 18030.

    Raises :class:`NotARegulation` for an empty or binary file.
    """
    if not data.strip():
        raise NotARegulation("文件是空的，没有可读的法规文本。")
    if b"\x00" in data:
        raise NotARegulation("这是二进制文件，不是法规文本；请另存为 UTF-8 纯文本后再读。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotARegulation("文件既不是 UTF-8 也不是 GB 18030 编码的文本，可能是二进制文件。")


def parse(text: str) -> Regulation:
    """Read a regulation of the form 第…条, （一）.

    An article is **operative** when it stands outside 总则 and 附则, its lead-in (or, without items, its text)
    lays down a duty (应当, 必须, 不得, 负责), and it does not address everybody at once (各级…, 任何…), as
    article 16 of the Jilin rules does. Each item of an operative article is an operative item; an operative
    article without items counts as one. For 吉公通字〔2020〕2号 that is 51.

    A text cut off in the middle is read as far as it goes; what is missing becomes a defect.
    Raises :class:`NotARegulation` when no article can be found.
    """
    _refuse_foreign(text)
    stream, starts = _stream(text)
    marks, anomalies = _marks(stream, starts)
    first_articles = [mark.number for mark in marks if mark.kind == "条"]
    if not first_articles:
        raise NotARegulation("没有找到“第…条”，这不是法规文本，或者文本在第一条之前就中断了。")
    if len(first_articles) == 1 and first_articles[0] != 1:
        raise NotARegulation(f"只找到孤立的“第{first_articles[0]}条”，没有第一条，这不像法规文本。")
    body_end = _annex(stream, starts, next(mark.end for mark in marks if mark.kind == "条"))
    marks = [mark for mark in marks if mark.start < body_end]
    chapters, articles = _build(stream[:body_end], marks)
    head = marks[0].start
    preamble = stream[:head]
    lines = [stream[begin:end] for begin, end in _spans(sorted(start for start in starts if start < head), head)]
    return Regulation(
        title=title(preamble, lines),
        number=document_number(preamble),
        issued_on=issued_on(preamble),
        preamble=preamble,
        chapters=chapters,
        articles=articles,
        anomalies=anomalies,
    )


def _refuse_foreign(text: str) -> None:
    """Raise for what is plainly another kind of file."""
    stripped = text.strip("\ufeff \t\r\n")
    if not stripped:
        raise NotARegulation("文件是空的，没有可读的法规文本。")
    if "\x00" in text or text.count("\ufffd") * 100 > len(text):
        raise NotARegulation("这是二进制文件，不是法规文本；请另存为 UTF-8 纯文本后再读。")
    if stripped[0] in "{[":
        try:
            json.loads(stripped)
        except ValueError:
            pass
        else:
            raise NotARegulation("这是 JSON 数据，不是法规文本。")
    if stripped[:200].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise NotARegulation("这是网页或 XML 文件，不是法规文本；请另存为纯文本后再读。")


def _stream(text: str) -> tuple[str, set[int]]:
    """Join the lines without gaps; also return the offsets at which a line began."""
    stream: list[str] = []
    starts: set[int] = set()
    length = 0
    for raw in _INVISIBLE.sub("", text).splitlines():
        line = _LINE_MARK.sub("", raw.strip()).strip().strip("*")
        if not line or _PAGE_NUMBER.fullmatch(line):
            continue
        line = re.sub(r"\s+", " ", _GAP.sub("", line))
        starts.add(length)
        stream.append(line)
        length += len(line)
    return "".join(stream), starts


class _Marker:
    """Walks through the candidate markers and keeps those that are structure, not reference."""

    def __init__(self, stream: str, starts: set[int]) -> None:
        self.stream = stream
        self.starts = starts
        self.marks: list[_Mark] = []
        self.anomalies: list[Defect] = []
        self.article = 0
        self.item = 0
        self.headings = {"编": 0, "章": 0, "节": 0}
        self.after_heading = False

    def offer(self, match: re.Match[str]) -> None:
        """Decide about one candidate."""
        kind = match[2] or "项"
        number = chinese_number(match[1] or match[3])
        if number is None:
            return
        before = self.stream[match.start() - 1] if match.start() else ""
        after = self.stream[match.end() : match.end() + 1]
        line = match.start() in self.starts
        accepted = {"条": self._article, "项": self._item}.get(kind, self._heading)(kind, number, before, after, line)
        if accepted:
            self.marks.append(_Mark(kind, number, match.start(), match.end(), match[0]))

    def _article(self, kind: str, number: int, before: str, after: str, line: bool) -> bool:
        ended = before in _SENTENCE_END or self.after_heading or not self.article
        if _refers(after, firmly=(line and ended) or self.after_heading):
            return False
        at_boundary = line or before in "。；" or self.after_heading
        if number == self.article + 1:
            accepted = at_boundary
        elif number > self.article:
            accepted = line and ended
            if accepted:
                missing = _range("第", self.article + 1, number - 1, "条")
                self._anomaly(str(number), DefectKind.MISSING, missing, f"第{number}条之前缺少{missing}。")
        else:
            if line and ended:
                note = f"第{self.article}条之后又出现第{number}条，按正文保留，未另立一条。"
                self._anomaly(str(self.article), DefectKind.NUMBERING, f"第{number}条", note)
            return False
        if accepted:
            self.article, self.item, self.after_heading = number, 0, False
        return accepted

    def _item(self, kind: str, number: int, before: str, after: str, line: bool) -> bool:
        if not self.article or self.after_heading or (after and after in _ITEM_REFERENCE_TAIL) or before in "第款条":
            return False
        at_boundary = line or before in _SENTENCE_END
        item = f"{self.article}.{number}"
        if number == self.item + 1:
            accepted = at_boundary or number > 1
        elif number > self.item:
            accepted = line
            if accepted:
                missing = _range("第", self.item + 1, number - 1, "项")
                self._anomaly(item, DefectKind.MISSING, missing, f"第{self.article}条缺少{missing}。")
        else:
            if line and before in _SENTENCE_END:
                note = f"第{self.article}条第{self.item}项之后又出现第{number}项，按正文保留，未另立一项。"
                self._anomaly(f"{self.article}.{self.item}", DefectKind.NUMBERING, f"第{number}项", note)
            return False
        if accepted:
            self.item = number
        return accepted

    def _heading(self, kind: str, number: int, before: str, after: str, line: bool) -> bool:
        ended = before in _SENTENCE_END or self.after_heading or not self.article
        if _refers(after, firmly=line and ended):
            return False
        due = self.headings[kind] + 1
        if not self.article and number == 1 and self.headings[kind]:  # a table of contents came before
            self.marks.clear()
            self.headings = dict.fromkeys(self.headings, 0)
        elif number == due or (number == 1 and kind == "节"):
            if not (line or before in "。；"):
                return False
        elif not (line and ended and number > due):
            return False
        elif kind == "章":
            missing = _range("第", due, number - 1, "章")
            self._anomaly("", DefectKind.MISSING, missing, f"第{number}章之前缺少{missing}。")
        self.headings[kind] = number
        if kind != "节":
            self.headings["节"] = 0
        self.after_heading = True
        return True

    def _anomaly(self, item: str, kind: DefectKind, quote: str, note: str) -> None:
        self.anomalies.append(Defect(item=item, kind=kind, quote=quote, note=note))


def _marks(stream: str, starts: set[int]) -> tuple[list[_Mark], list[Defect]]:
    """The structural markers of the stream in order, and what was odd about their numbers."""
    marker = _Marker(stream, starts)
    for match in _TOKEN.finditer(stream):
        marker.offer(match)
    return marker.marks, marker.anomalies


def _refers(after: str, *, firmly: bool) -> bool:
    """Whether the character after 第…条 makes it a reference; ``firmly`` when a heading may stand here."""
    return bool(after) and after in (_REFERENCE_TAIL if firmly else _REFERENCE_TAIL + _LIKELY_REFERENCE_TAIL)


def _range(prefix: str, first: int, last: int, unit: str) -> str:
    return f"{prefix}{first}{unit}" if first == last else f"{prefix}{first}{unit}至{prefix}{last}{unit}"


def _spans(starts: list[int], end: int) -> list[tuple[int, int]]:
    """Pairs of start and end from a sorted list of starts."""
    return list(zip(starts, [*starts[1:], end], strict=True)) if starts else []


def _annex(stream: str, starts: set[int], after: int) -> int:
    """Offset where annexes (附件) begin after the articles, else the end."""
    annexes = [s for s in starts if s > after and stream.startswith("附件", s) and stream[s - 1] == "。"]
    return min(annexes, default=len(stream))


def _build(stream: str, marks: list[_Mark]) -> tuple[list[Chapter], list[Article]]:
    """Cut the stream at the markers."""
    chapters: list[Chapter] = []
    articles: list[Article] = []
    section: str | None = None
    ends = [mark.start for mark in marks[1:]] + [len(stream)]
    position = 0
    while position < len(marks):
        mark, body = marks[position], stream[marks[position].end : ends[position]]
        position += 1
        if mark.kind == "章":
            chapters.append(Chapter(number=mark.number, title=body.strip()))
            section = None
        elif mark.kind == "节":
            section = body.strip()
        elif mark.kind == "条":
            pieces: list[tuple[_Mark, str]] = []
            while position < len(marks) and marks[position].kind == "项":
                pieces.append((marks[position], stream[marks[position].end : ends[position]]))
                position += 1
            articles.append(_article(mark, body, pieces, chapters[-1] if chapters else None, section))
    return chapters, articles


def _article(
    mark: _Mark, lead_in: str, pieces: list[tuple[_Mark, str]], chapter: Chapter | None, section: str | None
) -> Article:
    number = chapter.number if chapter else None
    frame = chapter is not None and chapter.title in _FRAME_CHAPTERS
    operative = not frame and bool(_DUTY.search(lead_in)) and not _EVERYBODY.match(lead_in)
    levels = _levels(lead_in)

    def item(id_: str, ordinal: int | None, marker: str, opening: str, text: str) -> Item:
        return Item(
            id=id_,
            article=mark.number,
            number=ordinal,
            marker=marker,
            chapter=number,
            levels=levels,
            lead_in=opening,
            text=text,
            digest=digest(text),
            operative=operative,
        )

    id_ = str(mark.number)
    items = [item(f"{id_}.{m.number}", m.number, m.printed, lead_in, text) for m, text in pieces]
    whole = lead_in + "".join(m.printed + text for m, text in pieces)
    return Article(
        id=id_,
        number=mark.number,
        chapter=number,
        section=section,
        lead_in=lead_in,
        text=whole,
        digest=digest(whole),
        operative=operative,
        items=items or [item(id_, None, "", "", lead_in)],
    )


def _levels(lead_in: str) -> list[Level]:
    """Bearer levels named as the subject of 应当."""
    subject, duty, _ = lead_in.partition("应当")
    if not duty:
        return []
    levels: list[Level] = []
    for match in _SUBJECT_LEVEL.finditer(subject.rpartition("，")[2]):
        if match[1]:
            levels += [_LEVEL_OF[character] for character in match[1].split("、")]
        elif match[2]:
            levels += _LEVEL_OF.values()
        else:
            levels.append(Level.VEHICLE_OFFICE if match[3] else Level.TECHNOLOGY)
    return list(dict.fromkeys(levels))
