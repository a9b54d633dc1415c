"""What a regulation and its rule book leave open: orphan items, missing bearers, undefined words, broken references."""

import re
from collections.abc import Iterator
from typing import Literal

from jianguan.engines.regulation.book import RuleBook
from jianguan.engines.regulation.defects import find_defects, passages
from jianguan.engines.regulation.preamble import NUMERALS, chinese_number
from jianguan.engines.regulation.provisions import DefectKind, Problem, Regulation
from jianguan.engines.regulation.schema import Level, Measure, Norm

_SOFT_WORD = re.compile("不定期|(?<![制规约确])定期(?!限)|适时|及时")
_SHARE = re.compile(r"不(?:少于|低于|得少于|得低于)(\d+)[%％]")
_REFERENCE = re.compile(rf"(?<!》)第([{NUMERALS}]+|\d+)条(?:第[{NUMERALS}]+款)?(?:第?[（(]([{NUMERALS}]+)[）)]项?)?")
_CHAPTER_REFERENCE = re.compile(rf"(?<!》)第([{NUMERALS}]+|\d+)章")

Severity = Literal["error", "warning", "info"]


def lint(regulation: Regulation, rulebook: RuleBook | None = None) -> list[Problem]:
    """Every problem of the text, and with a rule book those between text and norms, in the order of the text.

    Kinds: ``orphan`` (no norm and not marked non-operative), ``no_bearer``, ``bearer_mismatch`` (the text
    names another level), ``no_population`` (a quota that
    does not say of what), ``no_quota`` (a percentage of the text that no ratio norm carries), ``soft_word``
    (定期 不定期 适时 及时: every occurrence; ``info`` when a norm of the item carries the word), ``cross_reference``,
    ``scope_mismatch``, ``stale_norm`` (a norm of a provision the text does not have), ``text_defect``.
    """
    found = [*_bearers(regulation), *_soft_words(regulation, rulebook), *_references(regulation), *_defects(regulation)]
    if rulebook is not None:
        found += [*_orphans(regulation, rulebook), *_norms(regulation, rulebook), *_shares(regulation, rulebook)]
    order = {id_: n for n, (id_, _) in enumerate(passages(regulation))}
    return sorted(found, key=lambda problem: order.get(problem.item, -1))


def has_errors(problems: list[Problem]) -> bool:
    """Whether any problem is an error."""
    return any(problem.severity == "error" for problem in problems)


def _problem(kind: str, item: str, severity: Severity, message: str) -> Problem:
    return Problem(kind=kind, item=item, message=message, severity=severity)


def _orphans(regulation: Regulation, rulebook: RuleBook) -> Iterator[Problem]:
    """Items without a norm. An operative one is an error, a framework one a warning."""
    mapped = {norm.provision for norm in rulebook.norms}
    excused = rulebook.instrument.non_operative
    for item in regulation.items:
        names = {item.id, str(item.article)}
        if names & mapped or names & excused.keys():
            continue
        if item.operative:
            yield _problem("orphan", item.id, "error", f"条款 {item.id} 没有任何规范要素，也没有标明不设要素的理由。")
        else:
            yield _problem("orphan", item.id, "warning", f"条款 {item.id} 未标明为非履职条款，也没有规范要素。")


def _bearers(regulation: Regulation) -> Iterator[Problem]:
    """Duties whose lead-in names no level."""
    for item in regulation.operative_items:
        if not item.levels:
            yield _problem("no_bearer", item.id, "warning", f"条款 {item.id} 的原文没有写明由哪一级履行。")


def _norms(regulation: Regulation, rulebook: RuleBook) -> Iterator[Problem]:
    """Norms of unknown provisions, without a bearer that exists, or with a share of nothing."""
    items = {item.id: item for item in regulation.items}
    acting = {capacity.level for capacity in rulebook.agencies.capacities}
    shares = {parameter.key for parameter in rulebook.parameters if parameter.unit == "percent"}
    for norm in rulebook.norms:
        if norm.provision not in regulation.provision_ids:
            message = f"规范要素 {norm.id} 所属的条款 {norm.provision} 在这份文本中不存在。"
            yield _problem("stale_norm", norm.provision, "error", message)
            continue
        if norm.bearer not in acting:
            message = f"规范要素 {norm.id} 的承担者 {norm.bearer} 没有任何机构担任。"
            yield _problem("no_bearer", norm.provision, "error", message)
        item = items.get(norm.provision)
        if item is not None and item.levels and not _bears(norm, item.levels):
            message = f"规范要素 {norm.id} 的承担者 {norm.bearer} 与原文所写的 {'、'.join(item.levels)} 不一致。"
            yield _problem("bearer_mismatch", norm.provision, "warning", message)
        share = norm.quota is not None and norm.quota.parameter in shares
        if (norm.measure is Measure.RATIO or share) and not norm.population:
            message = f"规范要素 {norm.id} 按比例要求数量，但没有说明总体是什么。"
            yield _problem("no_population", norm.provision, "error", message)


def _bears(norm: Norm, levels: list[Level]) -> bool:
    """Whether the bearer is one the text names; departments and reference bearers stand for their level."""
    return norm.bearer in levels or norm.bearer in (Level.TECHNOLOGY, Level.REFERENCE)


def _shares(regulation: Regulation, rulebook: RuleBook) -> Iterator[Problem]:
    """Percentages of the text that no ratio norm of the item carries."""
    for id_, text in passages(regulation):
        ratio = any(norm.measure is Measure.RATIO for norm in rulebook.norms_of(id_))
        for match in _SHARE.finditer(text):
            if not ratio:
                message = f"条款 {id_} 写有“{match[0]}”，但没有按比例计量的规范要素。"
                yield _problem("no_quota", id_, "error", message)


def _soft_words(regulation: Regulation, rulebook: RuleBook | None) -> Iterator[Problem]:
    """Every 定期, 不定期, 适时, 及时: the law gives no number, a decision must."""
    for id_, text in passages(regulation):
        norms = rulebook.norms_of(id_) if rulebook is not None else []
        for match in _SOFT_WORD.finditer(text):
            word = match[0]
            quote = text[max(0, match.start() - 8) : match.end() + 8]
            carriers = [norm.id for norm in norms if norm.cadence_word and word == norm.cadence_word]
            if carriers:
                message = f"“{word}”没有期限（…{quote}…），由规范要素 {'、'.join(carriers)} 载明，待采纳周期。"
            elif rulebook is None:
                message = f"“{word}”没有期限（…{quote}…）。"
            else:
                message = f"“{word}”没有期限（…{quote}…），本条款没有规范要素载明这个用词。"
            yield _problem("soft_word", id_, "info" if carriers else "warning", message)


def _references(regulation: Regulation) -> Iterator[Problem]:
    """第…条 and 第…章 of this text that do not exist; after 《…》 another instrument is meant."""
    articles = {article.number for article in regulation.articles}
    chapters = {chapter.number for chapter in regulation.chapters}
    for id_, text in passages(regulation):
        for match in _REFERENCE.finditer(text):
            number, ordinal = chinese_number(match[1]), chinese_number(match[2]) if match[2] else None
            wanted = f"{number}.{ordinal}" if ordinal is not None else str(number)
            if number not in articles or wanted not in regulation.provision_ids:
                message = f"条款 {id_} 引用“{match[0]}”，本文没有这一条款。"
                yield _problem("cross_reference", id_, "error", message)
        for match in _CHAPTER_REFERENCE.finditer(text):
            if chinese_number(match[1]) not in chapters:
                message = f"条款 {id_} 引用“{match[0]}”，本文没有这一章。"
                yield _problem("cross_reference", id_, "error", message)


def _defects(regulation: Regulation) -> Iterator[Problem]:
    """Faults of the text itself."""
    for defect in find_defects(regulation):
        kind = "scope_mismatch" if defect.kind is DefectKind.SCOPE_MISMATCH else "text_defect"
        quote = f"“{defect.quote}”" if defect.quote else "文本"
        yield _problem(kind, defect.item, "warning", f"{quote}：{defect.note}")
