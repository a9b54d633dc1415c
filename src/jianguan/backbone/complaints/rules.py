"""Complaints (投诉举报): channels, matters, stages, who takes one up, what looks like what. Pure decisions."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from jianguan.kit.personal import IDENTITY, MOBILE, TELEPHONE, replaced
from jianguan.kit.words import Words

LONGEST_TEXT = 5000
LONGEST_PLACE = 200
LONGEST_HANDED_ON = 15_000
"""Letters of what a unit at work is told, with additions and those who were merged."""
SHORTEST_TEXT = 10
"""Letters of a report; less cannot be verified."""
MOST_PHOTOS = 6
LARGEST_PHOTO = 12 * 1024 * 1024
"""Bytes of one photo as it is sent."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
CODE_LENGTH = 20
"""Characters of a receipt code: 100 bits."""


class Channel(Words):
    """How a complaint came."""

    INTERFACE = "interface", "接口"
    LETTER = "letter", "来信"
    MEDIA = "media", "媒体"
    ONLINE = "online", "网上"
    PHONE = "phone", "来电"
    VISIT = "visit", "来访"


BY_STAFF = (Channel.PHONE, Channel.LETTER, Channel.VISIT, Channel.MEDIA, Channel.ONLINE)
"""What staff enters; ``ONLINE`` for mail and other sites."""


class EntryKind(Words):
    """What is written on a complaint after the report."""

    ADDITION = "addition", "补充情况"
    ANSWER = "answer", "答复"
    RATING = "rating", "评价"


class Satisfaction(Words):
    """What the complainant thinks of an answer."""

    DISSATISFIED = "dissatisfied", "不满意"
    FAIR = "fair", "基本满意"
    SATISFIED = "satisfied", "满意"


class Stage(Words):
    """Where a complaint stands, in the words of the complainant."""

    ANSWERED = "answered", "已答复"
    ASSIGNED = "assigned", "已受理，已交承办单位"
    DECLINED = "declined", "不予受理"
    DISPUTED = "disputed", "不满意，上级复核中"
    RECEIVED = "received", "已收到，等待受理"
    REVIEWING = "reviewing", "办理完毕，正在复核"
    WORKING = "working", "正在办理"


EXPLAINED: Mapping[Stage, str] = {
    Stage.ANSWERED: "答复见下方。请您评价；不满意的，由上级单位复核。",
    Stage.ASSIGNED: "承办单位已经指定，会在期限前给您首次答复。",
    Stage.DECLINED: "理由见下方。您不同意的，可以要求上级单位复核。",
    Stage.DISPUTED: "您的意见已报上级单位，由没有办理过此事的人员复核。",
    Stage.RECEIVED: "受理单位会在期限前答复您是否受理。",
    Stage.REVIEWING: "承办单位已报结果，正由另外的人员复核，通过后答复您。",
    Stage.WORKING: "承办单位正在核查。",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a complaint is about: its word, an example, the domain that owns it."""

    word: str
    example: str
    domain: str


MATTERS: Mapping[str, Matter] = {
    "exam": Matter("驾驶人考试", "考试不公、收费、监控缺失", "licensing"),
    "inspection": Matter("车辆查验和检验", "替检、乱收费、不按规定查验", "licensing"),
    "window": Matter("车驾管窗口和服务站", "拖延、推诿、违规办理", "licensing"),
    "education": Matter("审验教育和网上学习", "替学、资料泄露、教育走过场", "education"),
    "road": Matter("校车、运输和施工路段", "监管不到位、违规通行", "road_order"),
    "conduct": Matter("民警和工作人员作风", "态度、廉洁、失职", "conduct"),
    "other": Matter("其他", "以上都不是", "other"),
}
OTHER = "other"
"""The matter of who found none that fits."""


def kept_here(level: str, matter: str) -> bool:
    """Whether a unit takes up what is reported of its area, or the one above does.

    13.1 gives complaints on education to cities and counties, 5.8 the others to cities, 4.8 to the province. What is
    said of the conduct of a unit is never taken up by the unit itself.
    """
    if level == "PROVINCE":
        return True
    domain = MATTERS[matter].domain
    if domain == "conduct":
        return False
    return level == "CITY" or (level == "COUNTY" and domain == "education")


def takes_up(level: str) -> bool:
    """Whether a unit of this level takes up what concerns a unit below it."""
    return level in {"PROVINCE", "CITY"}


def provision(level: str, matter: str) -> str:
    """The clause under which a unit of a level takes a complaint up: 4.8, 5.8 or 13.1."""
    if MATTERS[matter].domain == "education" and level in {"CITY", "COUNTY"}:
        return "13.1"
    return "4.8" if level == "PROVINCE" else "5.8"


def handler_refused(matter: str, *, own: bool, below: bool, reason: str) -> str:
    """Why a unit may not be given a complaint, in Chinese; empty when it may.

    ``own``: it is the unit complained of; ``below``: it stands below that unit, which reads whatever it is given.
    """
    if (own or below) and of_conduct(matter):
        return "反映工作作风的投诉不得交被投诉单位办理，也不得交其下级单位办理"
    if own and not reason.strip():
        return "交被投诉单位自己办理的，请写明理由"
    return ""


def of_conduct(matter: str) -> bool:
    """Whether a complaint is about how the unit and its people behave."""
    return MATTERS[matter].domain == "conduct"


def merge_refused(matter: str, other: str, *, same_unit: bool, unclear: bool, still_open: bool) -> str:
    """Why a complaint may not be joined to another, in Chinese; empty when it may.

    ``other`` is the matter of the one it is joined to, ``still_open`` that this one was neither answered nor declined.
    ``unclear``: one of the two names the receiving unit itself, as who does not know the unit does (不清楚具体单位).
    """
    if not still_open:
        return "要并入的那一件已有答复或不予受理，新收到的须单独受理"
    if (of_conduct(matter) or of_conduct(other)) and not (same_unit and matter == other):
        return "反映工作作风的投诉只能并入反映同一单位工作作风的投诉"
    if not (same_unit or unclear):
        return "两件投诉涉及的单位不同，不能并案"
    if matter != other and OTHER not in {matter, other}:
        return "两件投诉的事由不同，不能并案"
    return ""


_HAN = r"[\u3400-\u9fff]"
_SURNAME = (
    "(?:欧阳|上官|司马|司徒|诸葛|东方|皇甫|尉迟|公孙|慕容|夏侯|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤朴车路党查安全常温时单])"
)
_ROLES = "(?!车主|车管|路过|路人|党员|查验|安全|安检|全家|全体|全程|常客|常住|常来|高中|高校|时常|单位|单独|方面|温度)"
_NAME = rf"{_ROLES}{_SURNAME}{_HAN}{{1,2}}"
_RUNNING_ON = rf"{_ROLES}{_SURNAME}{_HAN}(?:(?![在到去来今昨前于的是有向因要反举投住家]){_HAN})?"
_ENDS = r"(?=\W|\d|$|反映|举报|投诉|住在|电话|手机|身份证)"
_PRIVATE = (
    (IDENTITY, "（身份证号已隐去）"),
    (MOBILE, "（手机号已隐去）"),
    (TELEPHONE, "（电话已隐去）"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "（邮箱已隐去）"),
    (
        re.compile(
            rf"(?<=我叫)做?(?:{_NAME}{_ENDS}|(?![他她它你您人大家车警考]){_HAN}{{2,4}}(?=\W|$)|{_RUNNING_ON})"
            rf"|(?<=我是|本人){_NAME}{_ENDS}"
            rf"|(?<=姓名)(?:\s|:|是|为|叫)*(?:{_NAME}{_ENDS}|(?<=[:\s是为叫]){_HAN}{{2,4}}{_ENDS})"
        ),
        "（姓名已隐去）",
    ),
)


def masked(text: str) -> str:
    """The text without identity numbers, telephone numbers, mail addresses and names after 我叫, 我是, 本人, 姓名.

    A name that nothing announces stays: whoever hands a text on reads it first.
    """
    for pattern, instead in _PRIVATE:
        text = replaced(text, pattern, instead)
    return text


def plain_code(typed: str) -> str:
    """A receipt code as it was given, from what somebody typed: case, spaces, dashes and look-alikes do not matter."""
    kept = re.sub(r"[\s\-—－]", "", typed.upper()[:80])
    return kept.translate(str.maketrans("OILU", "011V"))


def grouped(code: str) -> str:
    """A code in groups of four, to be read out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


_LETTERS = re.compile(r"\w")


def bigrams(text: str) -> Counter[str]:
    """Pairs of neighbouring letters, signs and spaces left out; a single letter counts as a pair."""
    letters = "".join(_LETTERS.findall(text.lower()))
    if len(letters) == 1:
        return Counter([letters])
    return Counter(letters[start : start + 2] for start in range(len(letters) - 1))


def alike(one: Counter[str], other: Counter[str]) -> float:
    """Sørensen–Dice likeness of two bags of bigrams (Dice 1945), 0 to 1; 0 when either is empty."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if one and other else 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of two complaints; ``hours`` is any common clock."""

    text: str
    place: str
    matter: str
    unit_id: int
    hours: float


SUGGESTED = 0.45
"""Likeness from which two complaints are put before somebody as perhaps the same."""
FAR_HOURS = 30 * 24
ANOTHER_UNIT, ANOTHER_MATTER = 0.85, 0.9
"""What is left of a likeness when two complaints name another unit or matter: people choose as well as they know."""


def likeness(one: Told, other: Told) -> float:
    """How alike two complaints are, 0 to 1: text for six tenths, place for a quarter, time for the rest.

    Another unit or another matter takes something off.
    """
    near = max(0.0, 1 - abs(one.hours - other.hours) / FAR_HOURS)
    text = alike(bigrams(one.text), bigrams(other.text))
    place = alike(bigrams(one.place), bigrams(other.place))
    unit = 1 if one.unit_id == other.unit_id else ANOTHER_UNIT
    matter = 1 if one.matter == other.matter else ANOTHER_MATTER
    return (0.6 * text + 0.25 * place + 0.15 * near) * unit * matter


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within so many seconds."""

    times: int
    seconds: int
    word: str


HOUR = 3600
LIMITS: Mapping[str, Limit] = {
    "report": Limit(6, HOUR, "每小时最多提交 6 件"),
    "report-all": Limit(600, HOUR, "现在提交的人很多"),
    "report-asked": Limit(2, HOUR, "不用脚本的，每小时最多提交 2 件"),
    "follow": Limit(20, 600, "查询过于频繁"),
    "follow-all": Limit(3000, 600, "现在查询的人很多"),
    "add": Limit(20, HOUR, "每小时最多补充 20 次"),
    "interface": Limit(300, HOUR, "接口每小时最多提交 300 件"),
    "verify": Limit(30, 600, "核对过于频繁"),
    "verify-all": Limit(3000, 600, "现在核对的人很多"),
}
"""By what is done; ``-all`` counts everybody together, the others one address, complaint or key."""

PROOF_BITS = 14
"""Leading zero bits asked of a visitor's browser: some tens of thousand digests, under a second on an old phone."""
