"""Files from people (收件): known by their content, bounded before they are opened, pictures drawn anew.

Nothing that could act is taken: no script in a PDF, no macro, no embedded object, no link to a template in an office
file.
"""

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS = 50_000_000
MOST_PIXELS = 80_000_000
"""Pixels that the pictures of one sending may have together, as they are unfolded (a JPEG is unfolded smaller)."""
LARGEST_SIDE = 2048
QUALITY = 85
PDF = "application/pdf"
JPEG = "image/jpeg"
OFFICE = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
    ),
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsx",
    ),
}
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|OpenAction|RichMedia|XFA)(?![A-Za-z0-9])")
"""Shorter names (/JS, /AA) come with one of these, and by chance in the bytes of any large picture."""
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
MOST_PLAIN = 64 << 20
"""Bytes to which an office file or the object streams of a PDF may unpack."""
MOST_ENTRIES = 2_000
FOREIGN = re.compile(rb'TargetMode\s*=\s*["\']External["\']')
HYPERLINK = b"/hyperlink"


NO_PHOTO = "只接受 JPG、PNG、WebP 照片，这个文件不是或已损坏"
BROKEN = (
    UnidentifiedImageError, OSError, SyntaxError, EOFError, MemoryError, ValueError, LookupError, TypeError,
    ArithmeticError, struct.error, zlib.error,
)  # fmt: skip
"""What decoders raise on a broken file; ValueError also for text or a colour profile that unpacks beyond bounds."""


class FileRefused(ValueError):
    """The file cannot be taken. The message is Chinese and shown to whoever sent it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is kept: what it is by its content; ``suffix`` with its dot."""

    data: bytes
    media_type: str
    suffix: str


def taken(data: bytes, *, limit: int) -> Taken:
    """A picture (drawn anew), PDF, Word or Excel file of at most ``limit`` bytes. Raises FileRefused."""
    if not data:
        raise FileRefused("文件是空的")
    if len(data) > limit:
        raise FileRefused(f"文件超过 {limit >> 20} MB，请压缩或分开上传")
    if data.startswith(b"%PDF-"):
        if acts(data):
            raise FileRefused("PDF 含有脚本、动作或嵌入文件，请打印扫描后上传")
        return Taken(data, PDF, ".pdf")
    if data.startswith(b"PK\x03\x04"):
        return Taken(data, *_office(data))
    return Taken(redrawn(data, "只接受照片（JPG、PNG、WebP）、PDF、Word（docx）和 Excel（xlsx）文件"), JPEG, ".jpg")


def redrawn(data: bytes, otherwise: str = NO_PHOTO) -> bytes:
    """Return a picture as JPEG, upright, at most 2048 pixels a side, without EXIF or anything else but the picture.

    Raises FileRefused for too many pixels, and with the words ``otherwise`` for what is no such picture. Takes seconds
    for the largest: hold no lock meanwhile.
    """
    with _opened(data, otherwise) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def all_redrawn(sent: Sequence[bytes]) -> list[bytes]:
    """Pictures of one sending, each as ``redrawn``; FileRefused also for too many pixels together, before any is."""
    pixels = 0
    for data in sent:
        with _opened(data, NO_PHOTO) as opened:
            pixels += opened.width * opened.height
    if pixels > MOST_PIXELS:
        raise FileRefused("几张照片的像素合计过多，请减少张数或换小一些的")
    return [redrawn(data) for data in sent]


@contextmanager
def _opened(data: bytes, otherwise: str) -> Iterator[Image.Image]:
    """A picture whose head is read and whose size is bounded; whatever its decoder then fails with is a refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > PIXELS:
                    raise FileRefused("照片像素过多，请换一张小一些的")
                opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
                yield opened
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as refusal:
        raise FileRefused("照片像素过多，请换一张小一些的") from refusal
    except BROKEN as refusal:
        raise FileRefused(otherwise) from refusal


def acts(pdf: bytes) -> bool:
    """Whether a PDF holds what a reader would run or unpack: also under escaped names and in packed object streams.

    One whose object streams unpack beyond bounds counts as such. ISO 32000-1, 7.3.5 and 7.5.7.
    """
    if ACTIVE.search(_plain(pdf)):
        return True
    room = MOST_PLAIN
    for found in STREAM.finditer(pdf):
        unpacker = zlib.decompressobj()
        try:
            inner = unpacker.decompress(pdf[found.end() :], room)
        except zlib.error:
            continue
        room -= len(inner)
        if room <= 0 or ACTIVE.search(_plain(inner)):
            return True
    return False


def _plain(names: bytes) -> bytes:
    return ESCAPED.sub(lambda hit: bytes([int(hit[1], 16)]), names)


def _office(data: bytes) -> tuple[str, str]:
    """The media type and suffix of an office file that holds nothing that acts."""
    broken = FileRefused("不是完好的 Word（docx）或 Excel（xlsx）文件")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_PLAIN:
                raise FileRefused("文件解压后过大，请分开上传")
            if any(re.search(r"vbaProject|activeX|embeddings/|macrosheets/", one.filename) for one in entries):
                raise FileRefused("文件含有宏或嵌入对象，请另存为不含宏的文件后上传")
            for one in entries:
                if one.filename.endswith(".rels") and _reaches_out(_bounded(archive, one)):
                    raise FileRefused("文件引用了外部模板或文件，请断开链接后上传")
            said = _bounded(archive, archive.getinfo("[Content_Types].xml"))
    except FileRefused:
        raise
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as failure:
        raise broken from failure
    kind = next((kind for mark, kind in OFFICE.items() if mark in said), None)
    if kind is None:
        raise broken
    return kind


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """An entry's bytes, not more than it says of itself."""
    with archive.open(entry) as file:
        return file.read(min(entry.file_size, 4 << 20))


def _reaches_out(relations: bytes) -> bool:
    """Whether an office file loads something from elsewhere when it is opened; plain hyperlinks do not."""
    return any(FOREIGN.search(one) and HYPERLINK not in one for one in relations.split(b"<Relationship "))
