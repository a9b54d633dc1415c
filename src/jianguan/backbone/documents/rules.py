"""Numbers, versions and deadlines of documents (文书): pure decisions on plain values."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from jianguan.engines.calendar.deadlines import start_of
from jianguan.engines.calendar.workdays import Calendar

ONE_DAY = dt.timedelta(days=1)


class Standing(StrEnum):
    """Whether an issued document still holds; the value is its Chinese word. Alphabetical."""

    OBJECTED = "有效，异议处理中"
    REPLACED = "已被替代"
    VALID = "有效"
    WITHDRAWN = "已撤回"


def standing(*, withdrawn: bool, replaced: bool, objected: bool) -> Standing:
    """How a document stands; ``objected``: an objection waits for its ruling."""
    if withdrawn:
        return Standing.WITHDRAWN
    if replaced:
        return Standing.REPLACED
    return Standing.OBJECTED if objected else Standing.VALID


def number(word: str, year: int, serial: int) -> str:
    """The number (文号) of a document: 吉考检〔2026〕第12号."""
    return f"{word}〔{year}〕第{serial}号"


def acknowledgement_due(served_at: dt.datetime, working_days: int, calendar: Calendar) -> dt.datetime:
    """First instant too late to acknowledge (签收) in time: the end of the last working day allowed."""
    last = calendar.add_working_days(served_at.date(), working_days)
    return start_of(last + ONE_DAY)


def version_problem(
    *, in_force_from: dt.date, issued_on: dt.date, replaced_from: dt.date | None, replaced_already: bool
) -> str | None:
    """Why a version cannot be issued (a Chinese sentence), or None.

    ``replaced_from`` is the day the version it replaces came into force, None when it replaces nothing.
    """
    if replaced_already:
        return "所选的旧版本已被替代，请选择现行版本"
    if replaced_from is not None and in_force_from <= replaced_from:
        return f"新版本的施行日须晚于旧版本的施行日 {replaced_from}"
    if in_force_from < issued_on:
        return "施行日不能早于印发日"
    return None


CLAUSE = re.compile(r"([0-9]+)(?:\.([0-9]+)[a-z]?)?")
PLACE = re.compile(r"\{([a-z_]+)\}")
HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、.{1,40}")
SUBHEADING = re.compile(r"（[一二三四五六七八九十]{1,3}）.{1,40}")
SENTENCE = "。；！？"
TABLE = re.compile(r"\{table([0-9]{0,3})\}")
LONGEST_TITLE, LONGEST_BODY = 120, 60_000
MOST_ROWS, MOST_ADDRESSEES, MOST_ATTACHMENTS = 2_000, 300, 100
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none that is taken for another when read aloud or typed."""
CODE_LENGTH = 12
_DIGITS = "零一二三四五六七八九"


def official_number(short: str, word: str, year: int, serial: int) -> str:
    """The number (发文字号) after GB/T 9704, 7.2.5: 长春督办〔2026〕3号, neither 第 nor leading zeros."""
    return f"{short}{word}〔{year}〕{serial}号"


def clean(text: str, *, lines: bool = False) -> str:
    """``text`` without control, format and private characters (NUL, bidirectional marks, zero-width), trimmed.

    ``lines`` keeps line ends. What remains is printed as it stands: nothing of it is ever evaluated.
    """
    kept = "".join(
        one for one in text.replace("\r\n", "\n").replace("\r", "\n") if one == "\n" or _printable(one)
    )  # fmt: skip
    return kept.strip() if lines else " ".join(kept.split("\n")).strip()


def _printable(one: str) -> bool:
    return one == "\t" or unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def filled(template: str, values: Mapping[str, str]) -> str:
    """``template`` with every ``{name}`` replaced by its value, once: what values say is not read again."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), template)


def blocks(body: str, tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The blocks of a body: headings, sub-headings, paragraphs, tables.

    A line ``{table2}`` is the place of the second table, ``{table}`` that of all not placed yet; what has no place
    comes last.
    """
    found: list[dict[str, Any]] = []
    waiting = {number: {"kind": "table"} | dict(one) for number, one in enumerate(tables, start=1)}
    for line in (one.strip() for one in body.split("\n")):
        if place := TABLE.fullmatch(line):
            wanted = [int(place[1])] if place[1] else list(waiting)
            found += [waiting.pop(number) for number in wanted if number in waiting]
        elif line:
            ends = line[-1] in SENTENCE
            kind = "paragraph"
            if not ends and HEADING.fullmatch(line):
                kind = "heading"
            elif not ends and SUBHEADING.fullmatch(line):
                kind = "subheading"
            found.append({"kind": kind, "text": line})
    return found + list(waiting.values())


def clause_words(provision: str) -> str:
    """'4.7' as the law writes it: 第四条（七）; the provision itself when it has no such form."""
    found = CLAUSE.fullmatch(provision)
    if found is None:
        return provision
    item = f"（{_numeral(int(found[2]))}）" if found[2] else ""
    return f"第{_numeral(int(found[1]))}条{item}"


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def day_words(day: dt.date) -> str:
    """2026年11月3日: Arabic numerals without leading zeros (GB/T 9704, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def code_of(number: int) -> str:
    """A verification code (验证码) from 60 random bits: XXXX-XXXX-XXXX."""
    letters = "".join(CODE_LETTERS[(number >> (5 * place)) & 31] for place in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def read_code(typed: str) -> str:
    """A code as somebody types it – small letters, spaces, O for 0 – in its one form; '' when it is none."""
    plain = re.sub(r"[\s\-—]", "", typed).upper().translate(str.maketrans("OIL", "011"))
    if len(plain) != CODE_LENGTH or any(one not in CODE_LETTERS for one in plain):
        return ""
    return "-".join(plain[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def draft_problem(
    *, title: str, body: str, tables: Sequence[Mapping[str, Any]], addressees: int, attachments: Sequence[str]
) -> str | None:
    """Why a draft cannot be kept (a Chinese sentence), or None."""
    rows = [(len(one.get("columns", ())), row) for one in tables for row in one.get("rows", ())]
    problems = {
        "标题和正文都须填写": not title or not body,
        "标题不能超过120个字": len(title) > LONGEST_TITLE,
        f"正文不能超过{LONGEST_BODY}个字，请把明细放进附件": len(body) > LONGEST_BODY,
        f"受文单位不能多于{MOST_ADDRESSEES}个": addressees > MOST_ADDRESSEES,
        f"附件不能多于{MOST_ATTACHMENTS}个": len(attachments) > MOST_ATTACHMENTS,
        f"表格不能超过{MOST_ROWS}行，请把明细放进附件": len(rows) > MOST_ROWS,
        "表格每行的列数须与表头一致": any(columns != len(row) for columns, row in rows),
    }
    return next((words for words, holds in problems.items() if holds), None)


def signing_problem(*, signs: str, leads: bool, is_author: bool, sent: bool) -> str | None:
    """Why somebody cannot sign a draft (a Chinese sentence), or None.

    ``leads``: he may issue documents; ``is_author``: he drafted or changed it; ``sent``: the draft was sent for
    signature and neither given back nor changed since.
    """
    if signs == "leader" and not leads:
        return "该类文书须由领导签发"
    if signs == "leader" and is_author:
        return (
            "拟稿人不能签发本人拟制的文书，换一个履职身份也不可以；修改过内容的也算拟稿人，请退回修改或由其他领导签发"
        )
    if signs == "leader" and not sent:
        return "该拟稿尚未送签，请先由拟稿单位送签"
    return None


def objection_problem(
    *, allowed: bool, withdrawn: bool, now: dt.datetime, due_at: dt.datetime, raised: bool
) -> str | None:
    """Why a recipient cannot object (异议), or None. ``due_at`` is the first instant too late."""
    if not allowed:
        return "该类文书不适用异议"
    if withdrawn:
        return "该文书已经撤回，无须异议"
    if raised:
        return "本单位已经提出异议"
    if now >= due_at:
        last = (due_at.astimezone(now.tzinfo) - dt.timedelta(microseconds=1)).date()
        return f"异议期限已于 {last} 届满"
    return None
