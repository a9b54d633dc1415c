"""The sources of a seed (种子来源): commit, reveal, type in a public number and confirm it. Each once a day."""

import datetime as dt
import json
import re
from typing import Any

from django.db import IntegrityError, transaction

from jianguan.backbone.agencies import queries as agencies
from jianguan.backbone.alerts.actions import raise_alert, settle
from jianguan.backbone.alerts.models import Alert, AlertKind, Severity
from jianguan.backbone.audit import actions as audit
from jianguan.backbone.audit.events import EventKind
from jianguan.backbone.draws import rules, shares
from jianguan.backbone.draws.models import Commitment, Party, PublicNumber, PublicNumberConfirmation, Reveal
from jianguan.backbone.draws.terms import terms, timetable
from jianguan.backbone.people.acting import Actor, NotAllowed
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope.turns import one_at_a_time
from jianguan.backbone.work.models import Population
from jianguan.engines.draw import Beacon, Role, opens
from jianguan.engines.draw import Reveal as Opened
from jianguan.kit import clock

SECRET = re.compile(r"[0-9a-f]{64}")
SIGNATURE = re.compile(r"(?:[0-9a-f]{2}){48,96}")
DIGITS = re.compile(r"[0-9]{3,10}")
DISCIPLINE_ROLE = "discipline-officer"
AHEAD = 31
"""Days ahead for which a commitment may be given."""


class SeedRefused(ValueError):
    """A source of a seed cannot be taken so. The message is Chinese and shown to the user."""


def party_allowed(by: Actor, party: str) -> bool:
    """Whether an actor may hold the share of this party: discipline for discipline, units for themselves and below."""
    if by.role == DISCIPLINE_ROLE:
        return party == Party.DISCIPLINE
    if party == Party.SUPERIOR:
        return by.level in {"CITY", "PROVINCE"}
    return party == Party.CHECKING


def commit(*, by: Actor, party: str, day: dt.date, digest: str) -> Commitment:
    """Give the digest of a secret number for the draws of a day, before the populations of that day are frozen.

    The secret never reaches the server before it is revealed. Raises NotAllowed without ``draw.commit`` or for another
    party's share, SeedRefused for a second one of the day (an alert), after the freeze, or for what is no digest.
    """
    by.require(Permission.DRAW_COMMIT)
    if not party_allowed(by, party):
        raise NotAllowed("当前岗位不能以这一方的名义承诺种子")
    if not SECRET.fullmatch(digest):
        raise SeedRefused("承诺摘要应为64位十六进制小写字符")
    now = clock.now()
    if not now.date() <= day <= now.date() + dt.timedelta(days=AHEAD):
        raise SeedRefused(f"只能为今天至{AHEAD}天内的抽取承诺种子")
    if now >= timetable(day).freeze:
        raise SeedRefused("当日总体的封存时刻已过，不能再承诺；可为次日承诺")
    mine = Commitment.objects.filter(capacity_id=by.capacity_id, party=party, day=day)
    frozen = Population.objects.filter(capacity_id=by.capacity_id, day=day)
    if party == Party.CHECKING and frozen.exists() and not mine.exists():
        raise SeedRefused("本单位当日的总体已经封存，不能再承诺")
    with transaction.atomic():
        row, new = Commitment.objects.get_or_create(
            capacity_id=by.capacity_id,
            party=party,
            day=day,
            defaults={"digest": digest, "committed_by_id": by.appointment_id, "committed_at": now},
        )
        if new:
            audit.record(
                kind=EventKind.DRAW_COMMITTED,
                by=by,
                object_type="commitment",
                object_id=row.pk,
                details={"party": party, "day": str(day), "digest": digest},
            )
    if not new:
        _second_seed(by.capacity_id, day, f"{by.capacity_name}对{day}的抽取第二次承诺种子，已拒收。", f"commit:{party}")
        raise SeedRefused("当日已经承诺，不能更换种子；此次尝试已记入预警")
    return row


def reveal(*, by: Actor, commitment: Commitment, number: str, nonce: str) -> Reveal:
    """Open a commitment once the populations are frozen; one that does not fit is kept, is no source, and is an alert.

    After the closing time it is kept as late: where no public number came, both samples are owed. Raises NotAllowed
    without ``draw.commit`` or for another unit, SeedRefused before the time, a second time or for what is no secret.
    """
    by.require(Permission.DRAW_COMMIT)
    by.require_capacity(commitment.capacity_id)
    if not party_allowed(by, commitment.party):
        raise NotAllowed("当前岗位不能以这一方的名义揭示种子")
    if not SECRET.fullmatch(number) or not SECRET.fullmatch(nonce):
        raise SeedRefused("随机数和附加数都应为64位十六进制小写字符")
    now, table = clock.now(), timetable(commitment.day)
    if now < table.reveal_from:
        raise SeedRefused(f"{table.reveal_from:%Y-%m-%d %H:%M} 起才能揭示，须在总体封存之后")
    matches = opens(commitment.digest, commitment.day, Opened(Role(commitment.party), number, nonce))
    with transaction.atomic():
        one_at_a_time(f"commitment {commitment.pk}")
        if commitment.reveals.filter(matches=True).exists():
            raise SeedRefused("该承诺已经揭示")
        row = Reveal.objects.create(
            commitment=commitment,
            capacity_id=commitment.capacity_id,
            value=number,
            nonce=nonce,
            matches=matches,
            revealed_by_id=by.appointment_id,
            revealed_at=now,
        )
        audit.record(
            kind=EventKind.DRAW_REVEALED,
            by=by,
            object_type="commitment",
            object_id=commitment.pk,
            details={"party": commitment.party, "day": str(commitment.day), "matches": matches},
        )
    if not matches:
        raise_alert(
            kind=AlertKind.DRAW_REVEAL_MISMATCH,
            capacity_id=_overseer(commitment),
            key=f"{AlertKind.DRAW_REVEAL_MISMATCH}:{row.pk}",
            text=f"{by.capacity_name}（{commitment.get_party_display()}）揭示的{commitment.day}种子与承诺不符。",
            severity=Severity.SEVERE,
            day=commitment.day,
        )
    elif now >= table.reveal_until:
        key = f"{AlertKind.DRAW_REVEAL_WITHHELD}:{commitment.pk}"
        with shares.as_system():
            for alert in Alert.objects.filter(key=key):
                settle(alert=alert, text=f"已于{now:%Y-%m-%d %H:%M}逾时揭示。")
    return row


def _overseer(commitment: Commitment) -> int:
    """Who is told about a commitment: the superior, or the province."""
    try:
        return agencies.superior(commitment.capacity_id, commitment.day).pk
    except agencies.NoSuperior:
        return agencies.province(commitment.day).pk


def _second_seed(capacity_id: int, day: dt.date, text: str, about: str) -> None:
    raise_alert(
        kind=AlertKind.DRAW_SECOND_SEED,
        capacity_id=agencies.province(day).pk,
        key=f"{AlertKind.DRAW_SECOND_SEED}:{capacity_id}:{about}:{day}",
        text=text,
        severity=Severity.SEVERE,
        day=day,
    )


def enter_number(*, by: Actor, day: dt.date, name: str, issue: str, value: str) -> PublicNumber:
    """Type in a public number of a day; it is a source once a second person has typed the same.

    Only at the province, for which it counts. When it was published is known beforehand and not typed in. Raises
    NotAllowed, SeedRefused for another name or issue than announced, before it is published, where it is published
    before the shares are closed, and (with an alert) for a second number where one is confirmed.
    """
    _require_province(by)
    if name not in rules.PUBLIC_NUMBERS:
        raise SeedRefused("只收事先公布的公开随机数：" + "、".join(rules.PUBLIC_NUMBERS))
    if not DIGITS.fullmatch(value) or not issue.strip():
        raise SeedRefused("请填写期号和开奖号码，号码只含数字")
    if issue.strip() != rules.issue_of(day):
        raise SeedRefused(f"约定的是{day}开奖的一期，期号填开奖日{rules.issue_of(day)}，录入的是“{issue.strip()}”")
    return _enter(
        by=by,
        row=PublicNumber(
            day=day,
            kind=PublicNumber.Kind.PUBLISHED,
            name=name,
            issue=issue.strip(),
            value=value,
            published_at=rules.clock_time(day, rules.PUBLIC_NUMBERS[name], clock.CHINA),
        ),
    )


def enter_beacon(*, by: Actor, day: dt.date, said: str) -> PublicNumber:
    """Type in or load the round of the beacon announced for a day: its signature in hex, or the JSON that drand gives.

    Of the JSON, round and randomness must fit the day and the signature; who signed is not checked (``Beacon``). Only
    where a beacon was adopted. Raises as ``enter_number``.
    """
    _require_province(by)
    if not terms(day).beacon():
        raise SeedRefused("没有采纳随机信标作为种子来源")
    until = timetable(day).reveal_until
    signature = _signature(said.strip(), rules.beacon_round(until))
    row = PublicNumber(
        day=day,
        kind=PublicNumber.Kind.BEACON,
        name=rules.BEACON_NAME,
        issue=str(rules.beacon_round(until)),
        value=signature,
        published_at=until,
    )
    return _enter(by=by, row=row)


def _signature(said: str, number: int) -> str:
    """The signature of round ``number`` in what was typed in or loaded; raises SeedRefused."""
    told: Any = {"signature": said}
    if said.startswith("{"):
        try:
            told = json.loads(said)
        except ValueError:
            raise SeedRefused("不是完整的信标文件") from None
        if told.get("round") != number:
            raise SeedRefused(f"应为第 {number} 轮，文件为第 {told.get('round')} 轮")
    signature = told.get("signature")
    if not isinstance(signature, str) or not SIGNATURE.fullmatch(signature):
        raise SeedRefused("信标签名应为96至192位十六进制小写字符")
    if told.get("randomness", "") not in ("", Beacon(rules.BEACON, number, signature).randomness()):
        raise SeedRefused("文件中的随机数不是其签名的摘要，请重新取得")
    return signature


def _require_province(by: Actor) -> None:
    by.require(Permission.DRAW_COMMIT)
    if by.level != "PROVINCE":
        raise NotAllowed("公开随机数由省级录入和确认，全省共用")


def _enter(*, by: Actor, row: PublicNumber) -> PublicNumber:
    now = clock.now()
    if row.published_at > now:
        raise SeedRefused(f"“{row.name}”{row.published_at:%Y-%m-%d %H:%M} 才公布，还不能录入")
    if row.published_at < timetable(row.day).reveal_until:
        raise SeedRefused("公布时间早于种子揭示截止时刻，不能用作当日种子")
    if PublicNumber.objects.filter(day=row.day, name=row.name, confirmation__isnull=False).exists():
        _refused(by, row)
        _second_seed(
            by.capacity_id, row.day, f"{row.day}的“{row.name}”已经确认，又有人录入，已拒收。", f"public:{row.name}"
        )
        raise SeedRefused("当日该项公开随机数已经确认，不能更换；此次尝试已记入预警")
    row.entered_by_id, row.entered_at = by.appointment_id, now
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            audit.record(
                kind=EventKind.PUBLIC_NUMBER_ENTERED,
                by=by,
                object_type="public-number",
                object_id=row.pk,
                details=_said(row),
            )
    except IntegrityError:
        raise SeedRefused("同一期号和号码已经录入，请另一人确认") from None
    return row


def confirm_number(*, by: Actor, number: PublicNumber, issue: str, value: str) -> PublicNumberConfirmation:
    """Confirm a public number by typing it again: another person than the one who typed it first.

    Raises NotAllowed for the same person, SeedRefused when the two do not agree or one is confirmed already.
    """
    _require_province(by)
    if number.entered_by is not None and number.entered_by.person_id == by.person_id:
        raise NotAllowed("录入和确认须由两个人办理")
    if (issue.strip(), value.strip()) != (number.issue, number.value):
        _refused(by, number)
        raise SeedRefused("两次录入不一致，请与公布的期号和号码逐位核对")
    with transaction.atomic():
        one_at_a_time(f"public number {number.day} {number.name}")
        if PublicNumber.objects.filter(day=number.day, name=number.name, confirmation__isnull=False).exists():
            raise SeedRefused("当日该项公开随机数已经确认")
        row = PublicNumberConfirmation.objects.create(
            number=number, confirmed_by_id=by.appointment_id, confirmed_at=clock.now()
        )
        audit.record(
            kind=EventKind.PUBLIC_NUMBER_CONFIRMED,
            by=by,
            object_type="public-number",
            object_id=number.pk,
            details=_said(number),
        )
    return row


def _refused(by: Actor, row: PublicNumber) -> None:
    audit.record(
        kind=EventKind.PUBLIC_NUMBER_REFUSED,
        by=by,
        object_type="public-number",
        object_id=row.pk or "",
        details=_said(row),
    )


def _said(row: PublicNumber) -> dict[str, Any]:
    return {"day": str(row.day), "name": row.name, "issue": row.issue, "value": row.value}


def look_at_reveals(day: dt.date) -> int:
    """Raise an alert for every commitment of a day that was not opened in time; returns how many were new.

    Runs as the system, in the scope of every capacity, once the closing time has passed.
    """
    if clock.now() < timetable(day).reveal_until:
        return 0
    withheld = Commitment.objects.filter(day=day).exclude(reveals__matches=True).select_related("capacity__agency")
    raised = 0
    for one in withheld:
        raised += (
            raise_alert(
                kind=AlertKind.DRAW_REVEAL_WITHHELD,
                capacity_id=_overseer(one),
                key=f"{AlertKind.DRAW_REVEAL_WITHHELD}:{one.pk}",
                text=f"{one.capacity.title}（{one.get_party_display()}）逾时没有揭示{day}的抽取种子。",
                day=day,
            )
            is not None
        )
    return raised
