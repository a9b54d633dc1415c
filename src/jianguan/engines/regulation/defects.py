"""Faults of the text itself (文本缺陷), found by general rules and two small tables; nothing is repaired."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from jianguan.engines.regulation.provisions import Article, Defect, DefectKind, Item, Regulation

_FINISHED = re.compile(r"[。；！？][”’》）)]?$")
_REPEATED = re.compile(r"([\u4e00-\u9fff]{2,6})\1")
_HALF_WIDTH = re.compile(r"\([\u4e00-\u9fff]+\)|(?<=[\u4e00-\u9fff])[,;:](?=[\u4e00-\u9fff])")
_IN_FORCE = re.compile("施行|生效")
_CITED = re.compile(r"《([^》]+)》[（(]([\u4e00-\u9fff]{2,10}[〔［\[]\d{4}[〕］\]]\d+号)[）)]")
_TIER = "(?:[省市州县乡]级?|部级?|车管所)"
_TIERS = re.compile(rf"({_TIER}(?:、{_TIER})+)三级")


class _Suspect(NamedTuple):
    """A wording that is very likely a slip, and what was probably meant."""

    pattern: str
    probably: str
    kind: DefectKind = DefectKind.WRONG_WORD


# Confusable words: sound-alikes and dropped characters that a spelling check by dictionary does not see.
_SUSPECTS = (
    _Suspect(r"职能(?:查验|检查|检验|监控)?终端", "“职能”疑为“智能”"),
    _Suspect(r"相关细心", "“细心”疑为“信息”"),
    _Suspect(r"完成有效", "“完成”疑为“完整”"),
    _Suspect(r"监督岗严格执行", "“监督岗”疑为“监督各地”或有漏字"),
    _Suspect(r"校运输企业", "疑漏“车”字，应为“校车运输企业”"),
    _Suspect(r"送至科技部(?!门)", "疑漏“门”字，应为“科技部门”"),
    _Suspect(r"信息查询及时反馈", "“查询”与“及时”之间疑漏标点"),
    _Suspect(
        r"\d+年内再次申请[^；。]{0,20}并应当采用现场教育形式",
        "可读作年内不得再申请，也可读作再申请只能现场教育",
        DefectKind.AMBIGUOUS,
    ),
)

# Spellings of one word; where a text uses both, the rarer ones are reported.
_VARIANTS = (("明查暗访", "明察暗访"), ("巡察", "巡查"), ("记分", "计分"), ("账号", "帐号"))


class _Contrast(NamedTuple):
    """Two terms of different extent that provisions use for the same object."""

    wide: str
    narrow: str
    about: str  # both must speak of this


_CONTRASTS = (_Contrast("危险化学品", "剧毒化学品", "路线"),)


def find_defects(regulation: Regulation) -> list[Defect]:
    """Every fault of the text in the order of the provisions, the parser's anomalies included."""
    found = list(regulation.anomalies)
    for rule in (_unfinished, _repeated, _suspects, _widths, _variants, _contrasts, _tiers, _citations, _whole):
        found.extend(rule(regulation))
    order = {id_: n for n, id_ in enumerate(i for a in regulation.articles for i in [a.id, *(x.id for x in a.items)])}
    return sorted(dict.fromkeys(found), key=lambda defect: order.get(defect.item, -1))


def passages(regulation: Regulation) -> Iterator[tuple[str, str]]:
    """Id and text of every passage once: lead-ins under the article's id, then items."""
    for article in regulation.articles:
        if article.itemised:
            yield article.id, article.lead_in
        for item in article.items:
            yield item.id, item.text


def _unfinished(regulation: Regulation) -> Iterator[Defect]:
    """Items that stop in the middle of a sentence, or whose article ends with a semicolon."""
    for article in regulation.articles:
        for item in article.items:
            last = item is article.items[-1]
            tail = item.text[-12:]
            if not _FINISHED.search(item.text):
                yield _defect(item, DefectKind.TRUNCATED, tail, "句子没有写完，也没有句号或分号。")
            elif last and item.text.endswith("；"):
                yield _defect(item, DefectKind.PUNCTUATION, tail, "本条最后一项以分号结尾，其后可能有缺漏。")
            elif not last and article.itemised and item.text.endswith("。") and _closes_early(article, item):
                yield _defect(item, DefectKind.PUNCTUATION, tail, "中间一项以句号结尾，与其他各项不一致。")


def _closes_early(article: Article, item: Item) -> bool:
    """Whether the other items before the last all end with a semicolon."""
    others = [other for other in article.items[:-1] if other is not item]
    return bool(others) and all(other.text.endswith("；") for other in others)


def _repeated(regulation: Regulation) -> Iterator[Defect]:
    for id_, text in passages(regulation):
        for match in _REPEATED.finditer(text):
            quote = text[max(0, match.start() - 6) : match.end() + 4]
            yield Defect(item=id_, kind=DefectKind.REPEATED, quote=quote, note=f"“{match[1]}”连写了两遍。")


def _suspects(regulation: Regulation) -> Iterator[Defect]:
    for id_, text in passages(regulation):
        for suspect in _SUSPECTS:
            for match in re.finditer(suspect.pattern, text):
                yield Defect(item=id_, kind=suspect.kind, quote=match[0], note=f"{suspect.probably}；原文照录。")


def _widths(regulation: Regulation) -> Iterator[Defect]:
    """Half-width item numbers among full-width ones, half-width punctuation inside Chinese."""
    mixed = len({item.marker[0] for item in regulation.items if item.marker}) > 1
    for item in regulation.items:
        if mixed and item.marker.startswith("("):
            yield _defect(item, DefectKind.NUMBERING, item.marker, "项号用了半角括号，与其他各项的全角括号混用。")
    for id_, text in passages(regulation):
        for match in _HALF_WIDTH.finditer(text):
            yield Defect(item=id_, kind=DefectKind.PUNCTUATION, quote=match[0], note="中文里用了半角标点。")


def _variants(regulation: Regulation) -> Iterator[Defect]:
    for spellings in _VARIANTS:
        places = {word: [id_ for id_, text in passages(regulation) if word in text] for word in spellings}
        usual = max(spellings, key=lambda word: len(places[word]))
        for word in spellings:
            if word != usual and places[usual]:
                note = f"此处写作“{word}”，第{'、'.join(places[usual])}处写作“{usual}”。"
                for id_ in places[word]:
                    yield Defect(item=id_, kind=DefectKind.VARIANT, quote=word, note=note)


def _contrasts(regulation: Regulation) -> Iterator[Defect]:
    """The wide term in one provision, the narrow one in others, about the same object."""
    for contrast in _CONTRASTS:
        about = [(id_, text) for id_, text in passages(regulation) if contrast.about in text]
        wide = [id_ for id_, text in about if contrast.wide in text]
        narrow = [id_ for id_, text in about if contrast.narrow in text and contrast.wide not in text]
        for here, there, mine, other in (
            (wide, narrow, contrast.wide, contrast.narrow),
            (narrow, wide, contrast.narrow, contrast.wide),
        ):
            for id_ in here if there else []:
                note = f"此处为“{mine}”，{'、'.join(there)} 为“{other}”，同一“{contrast.about}”事项范围不一。"
                yield Defect(item=id_, kind=DefectKind.SCOPE_MISMATCH, quote=mine, note=note)


def _tiers(regulation: Regulation) -> Iterator[Defect]:
    """Different lists of 'three levels' in one text."""
    lists: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for id_, text in passages(regulation):
        for match in _TIERS.finditer(text):
            names = [name.removesuffix("级") for name in match[1].split("、")]
            lists["、".join(names)].append((id_, match[0]))
    if len(lists) > 1:
        quotes = "；".join(f"{id_} “{quote}”" for places in lists.values() for id_, quote in places)
        for id_, quote in [place for places in lists.values() for place in places]:
            note = f"“三级”所指不一：{quotes}。"
            yield Defect(item=id_, kind=DefectKind.SCOPE_MISMATCH, quote=quote, note=note)


def _citations(regulation: Regulation) -> Iterator[Defect]:
    """One document number cited under two titles."""
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for id_, text in [("", regulation.preamble), *passages(regulation)]:
        for match in _CITED.finditer(text):
            titles[match[2]].setdefault(match[1], id_)
    for number, named in titles.items():
        if len(named) > 1:
            note = f"{number} 在文中有两个名称：{'、'.join(f'《{title}》' for title in named)}。"
            title, id_ = list(named.items())[-1]
            yield Defect(item=id_, kind=DefectKind.CITATION, quote=f"《{title}》", note=note)


def _whole(regulation: Regulation) -> Iterator[Defect]:
    """What the text as a whole lacks."""
    if not regulation.title:
        yield Defect(item="", kind=DefectKind.INCOMPLETE, quote="", note="没有找到法规名称。")
    if regulation.articles[0].number == 1 and not any(_IN_FORCE.search(a.text) for a in regulation.articles):
        note = f"没有施行日期条款，文本可能在第{regulation.articles[-1].number}条之后中断。"
        last = regulation.items[-1]
        yield Defect(item=last.id, kind=DefectKind.INCOMPLETE, quote=last.text[-12:], note=note)


def _defect(item: Item, kind: DefectKind, quote: str, note: str) -> Defect:
    return Defect(item=item.id, kind=kind, quote=quote, note=note)
