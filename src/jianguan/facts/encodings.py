"""Encodings (编码) of text files: told from the bytes; one stray byte turns no file into other words."""

import codecs
from collections.abc import Iterator
from pathlib import Path

CHUNK = 1 << 20
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
KNOWN = {"utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "big5", "utf-16", "utf-16-le", "utf-16-be", "iso8859-1"}
"""What a mapping may name, in the words of Python's codecs."""


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, a megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _mostly_utf8(path: Path) -> bool:
    """Return whether more of the lines that are not plain ASCII are UTF-8 than not."""
    sound = 0
    with path.open("rb") as file:
        while line := file.readline(CHUNK):
            if not line.isascii():
                try:
                    line.decode()
                    sound += 1
                except UnicodeError:
                    sound -= 1
    return sound > 0


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 when it or most of it is, else GB18030 when it is.

    Broken lines of a file that is mostly UTF-8 are refused as rows. What is neither is read as UTF-8, and refused.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, encoding in BOMS.items():
        if start.startswith(mark):
            return encoding
    if _decodes(path, "utf-8") or _mostly_utf8(path) or not _decodes(path, "gb18030"):
        return "utf-8"
    return "gb18030"
