"""Readers: a file of any allowed form becomes a DuckDB relation of raw columns, in bounded memory.

A file is read as it stood when opened; one that changes meanwhile is refused whole. Compressed, foreign-encoded and
Excel files are first written as plain UTF-8 into a scratch folder, under limits.
"""

import codecs
import csv
import gzip
import hashlib
import io
import json
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from jianguan.facts.encodings import CHUNK, chunks, encoding_of
from jianguan.facts.excel import Suspects, sheet_to_csv
from jianguan.facts.mapping import Mapping
from jianguan.facts.unreadable import Unreadable
from jianguan.facts.validate import literal, name

MAX_COLUMNS = 2000
MAX_HEADER = 1 << 20
MAX_LINE = 4 << 20
MAX_RATIO = 200
HEAD, HOPELESS = 1 << 16, 1000
MOST_BROKEN = 100_000
"""Lines of a file that could not be split; DuckDB holds them in memory, a kilobyte each. More refuse the file whole."""
KINDS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "excel", ".xlsm": "excel", ".parquet": "parquet"}
KINDS |= {".jsonl": "json", ".ndjson": "json", ".json": "json"}


ROW, WHOLE, SOUND, TWICE = "\x1frow", "\x1fline", "\x1fsound", "\x1ftwice"
"""Columns of our own beside those of the file, which may carry no control character: number, text, forms of JSON."""
LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
BLANK = re.compile(rb"(?<=\n)\n")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is not even a row."""

    line: int
    original: bytes
    message: str


@dataclass(slots=True)
class Opened:
    """A file ready to be queried."""

    path: Path
    kind: str
    digest: str
    stamp: tuple[int, int]
    data: Path
    """What DuckDB reads: the file itself or its plain copy."""
    columns: dict[str, str] = field(default_factory=dict)
    """Raw column → DuckDB type."""
    source: str = ""
    """SQL of the relation of raw columns."""
    header_lines: int = 0
    lines: int = 0
    """Physical lines, an upper bound of the rows of a text file; rows exactly of a Parquet file."""
    encoding: str = ""
    """Of a text file: by its mark, its mapping, or what its bytes are."""
    suspects: Suspects = field(default_factory=Suspects)
    """Rows of an Excel sheet that hold a formula or an error value."""

    def numbered(self) -> str:
        """Return SQL of the same relation with ROW, counted from 1 in file order; needs one thread."""
        if self.kind == "parquet":
            scanned = f"read_parquet({literal(self.data)}, file_row_number = true)"
            return f"(SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS {name(ROW)} FROM {scanned})"
        return f"(SELECT *, row_number() OVER () AS {name(ROW)} FROM {self.source})"

    def changed(self) -> bool:
        """Return whether the file is no longer the one that was opened."""
        return stamp(self.path) != self.stamp


def stamp(path: Path) -> tuple[int, int]:
    """Return size and time of change of a file."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def open_file(connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path, mapping: Mapping | None) -> Opened:
    """Open a file of facts.

    Raises Unreadable with a Chinese message when nothing at all can be taken from it.
    """
    if not path.is_file():
        raise Unreadable(f"没有文件 {path}")
    before = stamp(path)
    if not before[0]:
        raise Unreadable("文件是空的")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    digest = digest_of_file(path)
    suffix = suffixes[-1] if suffixes else ""
    data = scratch / "given"
    data.unlink(missing_ok=True)
    data.symlink_to(path.absolute())  # a name with * or [ is a pattern to DuckDB, and would read other files
    if suffix == ".gz":
        data, suffix = _unzip(path, scratch), suffixes[-2] if len(suffixes) > 1 else ".csv"
    if suffix not in KINDS:
        shown = (suffix or path.name).encode(errors="replace").decode()
        raise Unreadable(f"不支持的文件类型 {shown}；支持 CSV、Excel、Parquet、JSON 行")
    opened = Opened(path, KINDS[suffix], digest, before, data)
    {"csv": _csv, "excel": _excel, "json": _json, "parquet": _parquet}[opened.kind](
        connection, opened, scratch, mapping
    )
    if any(CONTROL.search(column) for column in opened.columns):
        raise Unreadable("列名含控制字符")
    return opened


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unzip(path: Path, scratch: Path) -> Path:
    target = scratch / "plain"
    limit = path.stat().st_size * MAX_RATIO
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as file:
            while chunk := source.read(CHUNK):
                file.write(chunk)
                if file.tell() > limit:
                    raise Unreadable(f"压缩比超过 {MAX_RATIO} 倍，疑为压缩炸弹")
    except (OSError, EOFError, zlib.error) as failure:
        raise Unreadable("压缩文件损坏") from failure
    return target


def _text(opened: Opened, scratch: Path, encoding: str) -> None:
    encoding = encoding or encoding_of(opened.data)
    try:
        known = codecs.lookup(encoding).name
    except LookupError:
        raise Unreadable(f"不认识编码 {encoding}") from None
    opened.encoding = known
    if known != "utf-8":
        target = scratch / "utf8"
        try:
            with (
                opened.data.open(encoding=known, newline="") as source,
                target.open("w", encoding="utf-8", newline="") as file,
            ):
                while chunk := source.read(CHUNK):
                    file.write(chunk)
        except UnicodeError as failure:
            raise Unreadable(f"文件不是 {encoding} 编码") from failure
        opened.data = target
    opened.lines = 0
    last = b"\n"
    for part in chunks(opened.data):
        opened.lines += part.count(b"\n") + part.count(b"\r") - part.count(b"\r\n")  # old Macs end lines with \r alone
        last = part[-1:]
    opened.lines += last not in {b"\n", b"\r"}


def _header(opened: Opened, mapping: Mapping | None) -> tuple[list[str], str]:
    skip = mapping.skip if mapping else 0
    with opened.data.open("rb") as file:
        head = file.read(MAX_HEADER)
    lines = io.StringIO(head.decode("utf-8-sig", "replace"), newline="").readlines()[skip:]
    if not lines:
        raise Unreadable("文件没有表头")
    if not lines[0].endswith(("\n", "\r")) and len(head) == MAX_HEADER:
        raise Unreadable("表头过长：一行超过一兆字节")
    delimiter = mapping.delimiter if mapping and mapping.delimiter else max(",\t;|", key=lines[0].count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = next(reader)
    except csv.Error as failure:
        raise Unreadable("表头无法拆分成列：一列过长，或引号不配对") from failure
    if not any(title.strip() for title in header):
        raise Unreadable(f"第 {skip + reader.line_num} 行应为表头，却是空行")
    opened.header_lines = skip + reader.line_num
    return header, delimiter


def _level(opened: Opened, scratch: Path) -> None:
    """Put plain lines in the place of header lines that quotation marks join: DuckDB skips records, not lines."""
    with opened.data.open("rb") as source:
        head = LINES.findall(source.read(2 * MAX_HEADER))[: opened.header_lines]
        if opened.header_lines == 1 or not any(b'"' in line for line in head):
            return
        end = b"\r\n" if head[-1].endswith(b"\r\n") else head[-1][-1:]
        source.seek(sum(map(len, head)))
        target = scratch / "level"
        with target.open("wb") as file:
            file.write((b"x" + end) * opened.header_lines)
            shutil.copyfileobj(source, file, CHUNK)
    opened.data = target


def _csv(connection: duckdb.DuckDBPyConnection, opened: Opened, scratch: Path, mapping: Mapping | None) -> None:
    _text(opened, scratch, mapping.encoding if mapping else "")
    header, delimiter = _header(opened, mapping)
    if len(header) > MAX_COLUMNS:
        raise Unreadable(f"有 {len(header)} 列，超过 {MAX_COLUMNS} 列")
    trimmed = [title.strip() or f"列{place}" for place, title in enumerate(header, 1)]
    lower = [title.lower() for title in trimmed]  # to DuckDB, Note and note are one column
    if twice := sorted({title for title in trimmed if lower.count(title.lower()) > 1}):
        raise Unreadable(f"表头重复：{'、'.join(twice[:5])}")
    opened.columns = dict.fromkeys(trimmed, "VARCHAR")
    _level(opened, scratch)
    fields = ", ".join(f"{literal(title)}: 'VARCHAR'" for title in trimmed)
    opened.source = (
        f"read_csv({literal(opened.data)}, auto_detect = false, header = false, skip = {opened.header_lines},"
        f" delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{fields}}}, ignore_errors = true,"
        f" store_rejects = true, rejects_limit = 0, strict_mode = true, max_line_size = {MAX_LINE})"
    )
    if opened.data.stat().st_size > HEAD:
        _look_at_the_head(connection, opened, scratch, opened.source)


def _look_at_the_head(connection: duckdb.DuckDBPyConnection, opened: Opened, scratch: Path, source: str) -> None:
    """Raise Unreadable when none of the first thousands of lines is a row: DuckDB would remember all that follow.

    It takes fifteen kilobytes a line until it has looked at a whole block, so that few lines must do.
    """
    head = scratch / "head"
    with opened.data.open("rb") as file:
        head.write_bytes(file.read(HEAD))
    first = source.replace(literal(opened.data), literal(head))
    if connection.execute(f"SELECT * FROM {first} LIMIT 1").fetchone() is None:
        row = connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()
        if row and row[0] > HOPELESS:
            raise Unreadable(f"文件开头逾 {HOPELESS} 行没有一行能拆分成列，请核对分隔符、引号和列数后重新导出")
    forget_broken_lines(connection)
    head.unlink()


def keep_broken_lines(connection: duckdb.DuckDBPyConnection, opened: Opened) -> int:
    """Put what the latest scan of a text file could not split into columns into a table that may spill to disk.

    Returns how many records there are. Raises Unreadable when there are more than MOST_BROKEN.
    """
    if opened.kind == "parquet":
        return 0
    connection.execute(
        "CREATE OR REPLACE TABLE broken AS SELECT line, min(line_byte_position) AS position,"
        " any_value(error_type) AS kind, max(octet_length(encode(csv_line))) AS length"
        " FROM reject_errors WHERE scan_id = (SELECT max(scan_id) FROM reject_errors) GROUP BY line"
    )
    forget_broken_lines(connection)
    row = connection.execute("SELECT count(*) FROM broken").fetchone()
    found = int(row[0]) if row else 0
    if found > MOST_BROKEN:
        raise Unreadable(f"超过 {MOST_BROKEN} 行无法拆分成列，请核对分隔符、引号和列数后重新导出")
    return found


def broken_lines(connection: duckdb.DuckDBPyConnection, opened: Opened) -> Iterator[Broken]:
    """Yield the lines that were kept, in order, with the bytes as they stand.

    A quotation mark that is never closed swallows lines; each of them counts, for those that follow as well.
    """
    swallowed = 0
    with connection.cursor() as cursor, opened.data.open("rb") as file:
        cursor.execute("SELECT line, position, kind, length FROM broken ORDER BY line")
        while rows := cursor.fetchmany(BROKEN_AT_ONCE):
            for line, position, kind, length in rows:
                file.seek(position - 1)
                original = (file.read(length) if length else file.readline()).strip(b"\r\n")
                message = BROKEN.get(str(kind), f"行无法拆分成列（{kind}）")
                parts = original.splitlines() or [original]
                for below, part in enumerate(parts):
                    yield Broken(line + swallowed + below, part, message)
                swallowed += len(parts) - 1


def blank_lines(opened: Opened) -> int:
    """Count the lines of a text file that hold nothing, which DuckDB passes over when there are several columns."""
    blank, before = 0, b"\n"
    for part in chunks(opened.data):
        ends = (before + part).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        blank += len(BLANK.findall(ends))
        before = b"\n" if ends.endswith(b"\n") else b"x"
    return blank


BROKEN_AT_ONCE = 1000
BROKEN = {
    "INVALID ENCODING": "编码错误：不是合规的 UTF-8",
    "LINE SIZE OVER MAXIMUM": "行过长",
    "MISSING COLUMNS": "列数不足",
    "TOO MANY COLUMNS": "列数过多",
    "UNQUOTED VALUE": "引号不配对",
}


def forget_broken_lines(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty the tables of rejects before a scan whose rejects shall be read."""
    connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")


def _excel(connection: duckdb.DuckDBPyConnection, opened: Opened, scratch: Path, mapping: Mapping | None) -> None:
    target = scratch / "sheet.csv"
    opened.suspects = sheet_to_csv(opened.path, target, mapping.sheet if mapping else "")
    opened.data = target
    _csv(connection, opened, scratch, mapping)
    opened.encoding = ""  # of our own copy
    inside = opened.header_lines - (mapping.skip if mapping else 0) - 1  # line breaks within cells of the header
    opened.header_lines -= inside  # from here on, rows of the sheet count
    opened.lines -= inside


def _json(connection: duckdb.DuckDBPyConnection, opened: Opened, scratch: Path, mapping: Mapping | None) -> None:
    _text(opened, scratch, mapping.encoding if mapping else "")
    lines = (
        f"read_csv({literal(opened.data)}, auto_detect = false, header = false, delim = '\x1f', quote = '',"
        f" escape = '', columns = {{'line': 'VARCHAR'}}, ignore_errors = true, store_rejects = true, rejects_limit = 0,"
        f" max_line_size = {MAX_LINE})"
    )
    if opened.data.stat().st_size > HEAD:
        _look_at_the_head(connection, opened, scratch, lines)
    sound = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END"
    judged = f"(SELECT line, {sound} AS sound FROM {lines})"
    cursor = connection.execute(f"SELECT DISTINCT CASE WHEN sound THEN json_keys(line) END FROM {judged}")
    keys: set[str] = set()
    twice = False
    while found := cursor.fetchmany(100):
        for one in [row[0] for row in found if row[0]]:
            keys.update(one)
            twice = twice or len(set(one)) < len(one)
            if len(keys) > MAX_COLUMNS:
                raise Unreadable(f"超过 {MAX_COLUMNS} 列")
    if not keys:
        raise Unreadable("没有一个 JSON 对象")
    lower = Counter(key.lower() for key in keys)  # to DuckDB, Note and note are one column
    if twice_meant := sorted(key for key in keys if lower[key.lower()] > 1):
        raise Unreadable(f"列名只有大小写不同：{'、'.join(twice_meant[:5])}")
    opened.columns = dict.fromkeys(sorted(keys), "VARCHAR")
    repeats = "CASE WHEN sound THEN len(list_distinct(json_keys(line))) < len(json_keys(line)) ELSE false END"
    paths = ", ".join(literal("$." + json.dumps(key, ensure_ascii=False)) for key in opened.columns)
    picked = ", ".join(f"_v[{place}] AS {name(key)}" for place, key in enumerate(opened.columns, 1))
    opened.source = (
        f"(SELECT {picked}, line AS {name(WHOLE)}, sound AS {name(SOUND)}, {repeats if twice else 'false'} AS"
        f" {name(TWICE)} FROM (SELECT line, sound, CASE WHEN sound THEN json_extract_string(line, [{paths}]) END AS _v"
        f" FROM {judged}))"
    )


def _parquet(connection: duckdb.DuckDBPyConnection, opened: Opened, scratch: Path, mapping: Mapping | None) -> None:
    opened.source = f"read_parquet({literal(opened.data)})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {opened.source}").fetchall()
        counted = connection.execute(f"SELECT count(*) FROM {opened.source}").fetchone()
    except duckdb.Error as failure:
        raise Unreadable("不是可读的 Parquet 文件") from failure
    if len(described) > MAX_COLUMNS:
        raise Unreadable(f"有 {len(described)} 列，超过 {MAX_COLUMNS} 列")
    opened.columns = {row[0]: str(row[1]) for row in described}
    opened.lines = counted[0] if counted else 0
