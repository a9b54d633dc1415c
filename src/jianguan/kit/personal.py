"""Numbers of persons in free text: identity (身份证号), mobile and telephone numbers, in the ways people write them."""

import re
from collections.abc import Callable

GAP = r"[ \t\u3000—–-]?"
"""What may stand between groups of digits."""
IDENTITY = re.compile(
    rf"(?<!\d)(?:[1-9](?:{GAP}\d){{5}}{GAP}(?:1{GAP}9|2{GAP}0)(?:{GAP}\d){{9}}{GAP}[\dXx]"
    r"|\d{17}[\dXx]|\d{15})(?!\d)"
)
"""18 characters (GB 11643-1999), in groups or together, or the 15 digits of before."""
MOBILE = re.compile(rf"(?<!\d)(?:\+?86{GAP})?1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)")
TELEPHONE = re.compile(rf"(?<!\d)\(?0\d{{2,3}}\)?{GAP}\d{{3,4}}{GAP}\d{{4}}(?!\d)")
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width signs (全角) and their plain ones, letter for letter."""


def holds(text: str, *patterns: re.Pattern[str]) -> bool:
    """Whether one of the patterns occurs, full-width signs read as plain ones."""
    plain = text.translate(_NARROW)
    return any(pattern.search(plain) for pattern in patterns)


def replaced(text: str, pattern: re.Pattern[str], instead: str | Callable[[str], str]) -> str:
    """The text with ``instead``, or its answer to the occurrence, in the place of each; all else as it was written.

    Occurrences are found with full-width signs read as plain ones, and given as they were written.
    """
    for one in reversed(list(pattern.finditer(text.translate(_NARROW)))):
        written = text[one.start() : one.end()]
        text = text[: one.start()] + (instead if isinstance(instead, str) else instead(written)) + text[one.end() :]
    return text
