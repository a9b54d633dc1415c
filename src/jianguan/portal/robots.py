"""Against robots, with no outside service: the browser proves some work; without script a sum is asked instead."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing

from jianguan.backbone.complaints import counting
from jianguan.backbone.complaints.rules import PROOF_BITS
from jianguan.kit import clock

SALT = "jianguan.portal.robots"
LASTS = 3 * 3600
"""Seconds a form may be filled in."""
DIGITS = "零一二三四五六七八九"


class RobotRefused(ValueError):
    """No proof that a person filled the form in. The message is Chinese and shown to the visitor."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a form carries: the word the browser works on, how hard, and the sum for those without script."""

    token: str
    bits: int
    question: str


def challenge() -> Challenge:
    """A new challenge, good for one form."""
    one, other = 1 + secrets.randbelow(9), 1 + secrets.randbelow(9)
    token = signing.dumps(
        {"n": secrets.token_urlsafe(12), "a": one, "b": other, "t": clock.now().isoformat()}, salt=SALT
    )
    return Challenge(token, PROOF_BITS, f"{DIGITS[one]}加{DIGITS[other]}等于几")


def passed(token: str, proof: str, answer: str) -> str:
    """How a form showed that a person sent it: ``proof`` by work, ``asked`` by the sum.

    A challenge counts once. Raises RobotRefused for one that is false, too old, used, or without either.
    """
    try:
        given = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature as forged:
        raise RobotRefused("页面停留过久，请重新提交一次") from forged
    if proof and len(proof) <= 20 and _worked(f"{token}:{proof}"):
        how = "proof"
    elif _number(answer) == given["a"] + given["b"]:
        how = "asked"
    else:
        raise RobotRefused("请回答页面下方的算式，再提交一次")
    if not counting.first_use(given["n"], dt.datetime.fromisoformat(given["t"])):
        raise RobotRefused("这份内容已经提交过；如果没有记下查询码，请重新填写提交")
    return how


def _worked(text: str) -> bool:
    digest = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return digest >> (256 - PROOF_BITS) == 0


def _number(answer: str) -> int:
    """What was answered: digits, full-width ones too, or one Chinese word up to eighteen; -1 for anything else."""
    text = answer.strip()[:6]
    if text.isdecimal():
        return int(text)
    if text.startswith("十"):
        text = "一" + text
    tens, ten, ones = text.rpartition("十")
    if (tens or ones) and all(one in DIGITS for one in tens + ones) and len(tens) <= 1 and len(ones) <= 1:
        return (DIGITS.index(tens) * 10 if ten else 0) + (DIGITS.index(ones) if ones else 0)
    return -1
