"""What a review must hold, when it counts, who looks next, how far two people agree: decisions on plain values."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

NORMAL, GENERAL, SERIOUS, UNCHECKABLE = "normal", "general", "serious", "uncheckable"
VERDICTS = {NORMAL: "正常", GENERAL: "一般问题", SERIOUS: "严重问题", UNCHECKABLE: "无法核查"}
RECORD_ITEM, OTHER_ITEM = "record-complete", "other"
"""Items that every review checklist has: the record is whole and plays; anything else that was seen."""
SYNTHETIC_PROOF = "合成数据，无观看日志"
"""Stands where the digest of the log of watching stands, for reviews of the demonstration: nobody watched anything."""
SHORTEST_WORDS = 4
SHORTEST_ACCOUNT = 10
"""Characters that say what was seen of a place."""
LONGEST_NOTE = 200
MOST_MARKS = 100
SHORT_PERCENT = 90
"""A recording shorter than so much of what the business record claims is short of it (录像短于业务时长)."""
SECOND_DOMAIN = b"jianguan review second/1\n"


@dataclass(frozen=True, slots=True)
class Desk:
    """How a kind of population is looked at.

    ``needs``: what must be there to be looked at – 'video', 'photo', 'file' (pages of an archive, kept as pictures) –
    or nothing: a place, of which what was seen must be put down.
    """

    title: str
    record: str
    provision: str
    checklist: str
    method: str
    needs: str = ""


DESKS: Mapping[str, Desk] = {
    "exam-av": Desk("考试音视频", "考试", "6.6", "exam-review", "video", "video"),
    "body-camera": Desk("执法记录仪", "记录仪文件", "6.6", "body-camera-review", "video", "video"),
    "inspection-area": Desk("查验区音视频", "查验车辆", "6.7", "inspection-review", "video", "video"),
    "archive": Desk("业务档案", "业务档案", "5.6", "archive-review", "file", "file"),
    "online-learner": Desk("网络教育照片", "学习驾驶人", "13.1", "learner-review", "data", "photo"),
    "site-by-area": Desk("检验机构和考场", "场所", "10.2", "site-spot-check", "video"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody drawn to look at a record. ``fit``: holds a post today that may sign checks."""

    appointment_id: int
    person_id: int
    on_duty: bool
    fit: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """What was there to look at and what was looked at, milliseconds and pictures.

    ``checkable``: a film is long enough that whoever watches it is asked. ``missing``: what was sought and not found or
    does not play, in words. ``short``: what is shorter than the business record claims, with both lengths.
    ``pending``: what is still being fetched.
    """

    total_ms: int = 0
    credited_ms: int = 0
    asked: int = 0
    right: int = 0
    checkable: bool = False
    pictures: int = 0
    seen: int = 0
    missing: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    proof: str = ""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing at all that could be looked at."""
        return self.total_ms == 0 and self.pictures == 0


def first_fit(order: Iterable[Candidate], without: Collection[int] = ()) -> Candidate | None:
    """The first of the drawn order who can look today: those on duty before the others; ``without`` are persons."""
    fit = [one for one in order if one.fit and one.person_id not in without]
    return next((one for one in fit if one.on_duty), fit[0] if fit else None)


def why_recused(
    *,
    number: str,
    in_unit: bool,
    doers: Collection[str],
    site: int | None,
    declared: Iterable[tuple[int | None, str]],
) -> str:
    """Why a person of that number may not look into a record of another unit, in Chinese; '' when he may.

    ``doers``: numbers of those who did the business. ``declared``: interests that stand, each a site or a doer.
    """
    if in_unit:
        return "不得以另一履职身份复核本人办理的事项"
    if number in doers:
        return "不得复核本人经办的事项"
    if any((subject is not None and subject == site) or doer in doers for subject, doer in declared):
        return "已申报回避该场所或经办人，不得复核"
    return ""


def enough(part: int, whole: int, percent: int) -> bool:
    """Whether ``part`` is at least ``percent`` percent of ``whole``; of nothing, everything was seen."""
    return part * 100 >= percent * whole


def length_in_words(ms: int) -> str:
    """Milliseconds as 2小时8分, 8分24秒 or 24秒."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}小时{minutes}分"
    return f"{minutes}分{seconds}秒" if minutes else f"{seconds}秒"


def shortfall(measured_ms: int, claimed_ms: int | None) -> str:
    """How a recording falls short of what the business record claims, with both lengths; '' where it does not."""
    if not claimed_ms or enough(measured_ms, claimed_ms, SHORT_PERCENT):
        return ""
    return f"录像短于业务时长：录像{length_in_words(measured_ms)}，业务记录{length_in_words(claimed_ms)}"


def why_not_counted(watched: Watched, verdict: str, percent: int, *, account: bool = False) -> str:
    """Why a review does not count towards the quota, in Chinese; '' when it counts.

    A record that was sought and is not there was looked at: the adopted reading counts it, with a serious finding.
    Where there is nothing to watch or open – a place – it counts by ``account``: every item of the checklist was
    answered and what was seen is written down. Where nothing was looked at nothing counts.
    """
    if watched.nothing:
        return "" if watched.missing else _why_no_account(verdict, account=account)
    if not enough(watched.credited_ms, watched.total_ms, percent):
        share = watched.credited_ms * 100 // watched.total_ms
        return f"认可观看{share}%，不足采纳的{percent}%"
    if not enough(watched.seen, watched.pictures, percent):
        return f"已看照片{watched.seen}张，应看{watched.pictures}张的{percent}%"
    return _why_not_answered(watched)


def _why_no_account(verdict: str, *, account: bool) -> str:
    if verdict == UNCHECKABLE:
        return "没有核查，也没有查找过的材料"
    return "" if account else f"检查表须逐项填写，并在备注或检查项中写明所见，不少于{SHORTEST_ACCOUNT}个字"


def _why_not_answered(watched: Watched) -> str:
    if watched.checkable and not watched.asked:
        return "画面核对未出现或被跳过，一次也没有作答；请重新打开本件，连续播放并作答"
    if watched.asked and (not watched.right or watched.right * 2 < watched.asked):
        return f"画面核对{watched.asked}次只答对{watched.right}次"
    return ""


def accounts(values: Iterable[str], words: Iterable[str]) -> bool:
    """Whether a checklist tells what was seen: ``values`` of all its items filled, ``words`` long enough together."""
    return all(value.strip() for value in values) and sum(len(word.strip()) for word in words) >= SHORTEST_ACCOUNT


def problems(verdict: str, watched: Watched, failed: Collection[str], remark: str) -> list[str]:
    """Why a review cannot be submitted so, as Chinese sentences. ``failed`` are the items put down as abnormal."""
    if verdict not in VERDICTS:
        return ["请选择结论：正常、一般问题、严重问题或无法核查"]
    found = []
    if watched.pending:
        found.append(f"{'、'.join(watched.pending)}尚在调取，取到或确认缺失后再提交")
    if verdict == NORMAL and watched.missing:
        found.append(f"{'、'.join(watched.missing)}，结论不能是正常")
    if verdict == NORMAL and watched.short and len(remark.strip()) < SHORTEST_WORDS:
        found.append(f"{'；'.join(watched.short)}；结论为正常的，须在备注中写明理由")
    if verdict == NORMAL and failed:
        found.append(f"有{len(failed)}项异常，结论不能是正常")
    seen = failed or watched.missing or watched.short
    if verdict in {GENERAL, SERIOUS} and not seen and len(remark.strip()) < SHORTEST_WORDS:
        found.append("结论为有问题的，须在检查表中标出异常项，或在备注中写明情况")
    if verdict == UNCHECKABLE and not watched.missing and len(remark.strip()) < SHORTEST_WORDS:
        found.append("音视频齐全而无法核查的，须在备注中写明原因")
    return found


def deviations(verdict: str, watched: Watched, failed: Collection[str], remark: str) -> dict[str, str]:
    """What a review finds besides the items put down as abnormal: missing, short, and what only the remark says."""
    found = {}
    if watched.missing:
        found[RECORD_ITEM] = "；".join(watched.missing)
    elif verdict == UNCHECKABLE:
        found[RECORD_ITEM] = remark.strip()
    elif verdict in {GENERAL, SERIOUS} and not failed and remark.strip():
        found[OTHER_ITEM] = remark.strip()
    if watched.short and verdict != NORMAL and RECORD_ITEM not in failed:
        found[RECORD_ITEM] = "；".join(text for text in (found.get(RECORD_ITEM, ""), *watched.short) if text)
    return found


def marks_of(given: Iterable[Mapping[str, object]], recordings: Collection[int]) -> list[dict[str, object]]:
    """Time marks as they are stored: of recordings of the record alone, notes cut to length. Raises ValueError."""
    found: list[dict[str, object]] = []
    for one in given:
        recording, at_ms, clip = one.get("recording"), one.get("at_ms"), one.get("clip")
        if not isinstance(recording, int) or recording not in recordings:
            raise ValueError("时间标记所指的录像不属于本件")
        if not isinstance(at_ms, int) or isinstance(at_ms, bool) or at_ms < 0:
            raise ValueError("时间标记的位置不是毫秒数")
        found.append(
            {
                "recording": recording,
                "at_ms": at_ms,
                "note": str(one.get("note") or "").strip()[:LONGEST_NOTE],
                "clip": clip if isinstance(clip, int) else None,
                "item": str(one.get("item") or "")[:60],
            }
        )
    if len(found) > MOST_MARKS:
        raise ValueError(f"时间标记不能多于{MOST_MARKS}个")
    return found


def second_slice(seed: bytes, members: Iterable[str], percent: int) -> frozenset[str]:
    """The records that a second person looks at: ``percent`` percent of the drawn ones, rounded up, by HMAC-SHA-256.

    The seed is that of the draw, in a domain of its own, so that the slice is fixed before any verdict and repeatable.
    """
    listed = sorted(set(members))
    tickets = {one: hmac.digest(seed, SECOND_DOMAIN + one.encode(), hashlib.sha256) for one in listed}
    listed.sort(key=lambda one: (tickets[one], one))
    return frozenset(listed[: -(-percent * len(listed) // 100)])


def disagree(first: str, second: str) -> bool:
    """Whether two verdicts on one record contradict each other."""
    return first != second


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two looks at the same records agree. ``kappa`` None: too few pairs, or chance alone explains all.

    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20.
    """

    pairs: int
    same: int
    kappa: Fraction | None

    @property
    def percent(self) -> int | None:
        """Agreeing pairs in whole percent, None without a pair."""
        return self.same * 100 // self.pairs if self.pairs else None

    @property
    def coefficient(self) -> float | None:
        """Kappa as pages write it."""
        return None if self.kappa is None else float(self.kappa)


def agreement(pairs: Sequence[tuple[str, str]], least: int) -> Agreement:
    """Agreement of (own, other) verdicts; no kappa from fewer than ``least`` pairs."""
    total = len(pairs)
    same = sum(own == other for own, other in pairs)
    if total < max(least, 1):
        return Agreement(total, same, None)
    observed = Fraction(same, total)
    words = {verdict for pair in pairs for verdict in pair}
    by_chance = sum(
        (
            Fraction(sum(own == word for own, _ in pairs), total) * Fraction(sum(o == word for _, o in pairs), total)
            for word in words
        ),
        Fraction(0),
    )
    if by_chance == 1:
        return Agreement(total, same, None)
    return Agreement(total, same, (observed - by_chance) / (1 - by_chance))
