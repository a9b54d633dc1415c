"""What stands before the first chapter: title, document number (文号), date; and Chinese numbers."""

import datetime as dt
import re

NUMERALS = "零〇一二两三四五六七八九十百千"
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}

_TITLE_WORD = re.compile(
    r"(?:细则|办法|条例|规定|规则|规范|制度|准则|标准|守则|意见|方案|章程|法)(?:[（(][^）)]*[）)])?$"
)
_NOTICE_TITLE = re.compile(r"关于(?:印发|发布|公布|修订|修改)[^《]{0,20}《(.+?)》的?(?:通知|决定|公告|令)")
_NUMBER = re.compile(
    r"(?:^|[^\u4e00-\u9fff])(?:[\u4e00-\u9fff]*(?:通知|公告|决定|规定|办法|细则|条例))?"
    r"([\u4e00-\u9fff]{2,10}?[〔［\[]\d{4}[〕］\]]第?\d+号)"
)
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CHINESE_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


def chinese_number(word: str) -> int | None:
    """Value of a Chinese or Arabic whole number below 10 000 (一百九十九 = 199); None when it is none."""
    if word.isascii():
        return int(word) if word.isdigit() else None
    total, digit = 0, 0
    for character in word:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        elif digit:
            return None
        else:
            digit = _DIGITS[character]
    return (total + digit) or None


def title(preamble: str, lines: list[str]) -> str:
    """Title of the instrument itself, not of the notice that carries it; '' when there is none."""
    notice = _NOTICE_TITLE.search(preamble)
    if notice:
        return notice[1]
    joined = ""
    for line in reversed(lines):
        if line == "目录":
            continue
        joined = line + joined
        if _TITLE_WORD.search(joined) and len(joined) > 4:
            return joined
    return next((line for line in lines[:1] if not re.search("[。；，：]", line)), "")


def document_number(preamble: str) -> str | None:
    """Document number (文号) of the instrument itself: the first that is named."""
    match = _NUMBER.search(preamble)
    return match[1] if match else None


def issued_on(preamble: str) -> dt.date | None:
    """Last date of the preamble; None when there is none or it is impossible."""
    found = [(m.start(), int(m[1]), int(m[2]), int(m[3])) for m in _DATE.finditer(preamble)]
    for m in _CHINESE_DATE.finditer(preamble):
        year = int("".join(str(_DIGITS.get(character, 0)) for character in m[1]))
        found.append((m.start(), year, chinese_number(m[2]) or 0, chinese_number(m[3]) or 0))
    if not found:
        return None
    _, year, month, day = max(found)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
