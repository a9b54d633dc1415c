"""What ``jianguan regulation read | lint | diff`` print: Chinese text for people, plain data for machines."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from jianguan.engines.regulation.diff import Change, ChangeKind, Diff, Piece
from jianguan.engines.regulation.parse import NotARegulation, decode, parse
from jianguan.engines.regulation.provisions import DefectKind, Problem, Regulation
from jianguan.engines.regulation.record import record

DEFECT_NAMES = {
    DefectKind.AMBIGUOUS: "含义不明",
    DefectKind.CITATION: "引用不一",
    DefectKind.INCOMPLETE: "文本不全",
    DefectKind.MISSING: "编号缺失",
    DefectKind.NUMBERING: "编号混乱",
    DefectKind.PUNCTUATION: "标点",
    DefectKind.REPEATED: "字词重复",
    DefectKind.SCOPE_MISMATCH: "范围不一",
    DefectKind.TRUNCATED: "语句中断",
    DefectKind.VARIANT: "用词不一",
    DefectKind.WRONG_WORD: "疑似错字",
}
PROBLEM_NAMES = {
    "bearer_mismatch": "承担者不一",
    "cross_reference": "引用断裂",
    "no_bearer": "缺承担者",
    "no_population": "缺抽查总体",
    "no_quota": "缺比例要素",
    "orphan": "无规范要素",
    "scope_mismatch": "范围不一",
    "soft_word": "未定期限用词",
    "stale_norm": "要素失据",
    "text_defect": "文本缺陷",
}
SEVERITY_NAMES = {"error": "错误", "warning": "提醒", "info": "说明"}
CHANGE_NAMES = {
    ChangeKind.ADDED: "新增",
    ChangeKind.CHANGED: "修改",
    ChangeKind.REMOVED: "删除",
    ChangeKind.RENUMBERED: "条号变动",
}


LARGEST = 2 * 1024 * 1024
"""Bytes of a text that is read at all; the regulation in force has about 30 thousand."""


def read_file(path: Path) -> Regulation:
    """Read a regulation from a file. Raises NotARegulation (Chinese message; also above LARGEST) and OSError."""
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise NotARegulation(f"文件超过 {LARGEST // 1024 // 1024} MB，不像法规文本；请只给出法规正文。")
    return parse(decode(data))


def read_data(regulation: Regulation) -> dict[str, Any]:
    """The parsed text as plain data (see :class:`record.TextRecord`)."""
    data: dict[str, Any] = msgspec.to_builtins(record(regulation))
    return data


def read_text(regulation: Regulation) -> str:
    """The parsed text for people: head, chapters with their articles, defects."""
    text = record(regulation)
    lines = [
        text.title or "（没有名称）",
        f"文号 {text.number or '未写明'}　印发日期 {text.issued_on or '未写明'}",
        f"共 {text.articles} 条，履职条款 {text.operative_items} 项",
        "",
    ]
    chapter: int | None = None
    titles = {one.number: one.title for one in text.chapters}
    for article in regulation.articles:
        if article.chapter != chapter and article.chapter is not None:
            chapter = article.chapter
            lines.append(f"第{chapter}章 {titles[chapter]}")
        if article.itemised:
            lines.append(f"  {article.id}　{article.lead_in}")
        lines += [f"  {item.id}{'' if item.operative else '（非履职）'}　{item.text}" for item in article.items]
    lines += ["", f"文本缺陷 {len(text.defects)} 处（原文照录，未作改动）"]
    lines += [f"  {d.item or '全文'}　{DEFECT_NAMES[d.kind]}　“{d.quote}”　{d.note}" for d in text.defects]
    return "\n".join(lines)


def lint_data(problems: list[Problem]) -> dict[str, Any]:
    """Problems as plain data with counts by severity."""
    counts = Counter(problem.severity for problem in problems)
    return {
        "errors": counts["error"],
        "warnings": counts["warning"],
        "infos": counts["info"],
        "problems": msgspec.to_builtins(problems),
    }


def lint_text(problems: list[Problem]) -> str:
    """Problems for people, one a line, with a closing count."""
    lines = [
        f"{SEVERITY_NAMES[p.severity]}　{p.item or '全文'}　{PROBLEM_NAMES[p.kind]}　{p.message}" for p in problems
    ]
    counts = Counter(problem.severity for problem in problems)
    lines.append(f"错误 {counts['error']} 个，提醒 {counts['warning']} 个，说明 {counts['info']} 个。")
    return "\n".join(lines)


def diff_data(difference: Diff) -> dict[str, Any]:
    """A comparison as plain data."""
    data: dict[str, Any] = msgspec.to_builtins(difference)
    return data


def diff_text(difference: Diff) -> str:
    """A comparison for people; removed words stand in [-…-], added ones in {+…+}."""
    lines = [f"{name}：{old or '（无）'} → {new or '（无）'}" for name, old, new in difference.head]
    for change in difference.changes:
        lines.append(f"{CHANGE_NAMES[change.kind]}　{_place(change)}")
        if change.pieces:
            lines.append("    " + "".join(_piece(piece) for piece in change.pieces))
        for label, names in (("规范要素", change.norms), ("参数", change.parameters), ("检查表", change.checklists)):
            if names:
                lines.append(f"    涉及{label}：{'、'.join(names)}")
    counts = Counter(change.kind for change in difference.changes)
    lines.append("，".join(f"{name} {counts[kind]} 处" for kind, name in CHANGE_NAMES.items()) + "。")
    return "\n".join(lines)


def _place(change: Change) -> str:
    if change.old_id is None or change.new_id is None:
        return change.old_id or change.new_id or ""
    return change.old_id if change.old_id == change.new_id else f"{change.old_id} → {change.new_id}"


def _piece(piece: Piece) -> str:
    return {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}[piece.op].format(piece.text)
