"""Proof of watching (观看佐证): release of segments, beats, credit, random checks."""

from jianguan.engines.watching.checks import Answer, Check, asked_at, judge, plan_checks
from jianguan.engines.watching.credit import Credit, Session, Verdict, Why, credit, credit_of_person, recompute
from jianguan.engines.watching.log import (
    GENESIS,
    Beat,
    BrokenChain,
    Copy,
    Entry,
    Line,
    Opened,
    Released,
    Segment,
    Served,
    chain,
    lines,
    verified,
)
from jianguan.engines.watching.release import Decision, may_release, releasable

__all__ = [
    "GENESIS",
    "Answer",
    "Beat",
    "BrokenChain",
    "Check",
    "Copy",
    "Credit",
    "Decision",
    "Entry",
    "Line",
    "Opened",
    "Released",
    "Segment",
    "Served",
    "Session",
    "Verdict",
    "Why",
    "asked_at",
    "chain",
    "credit",
    "credit_of_person",
    "judge",
    "lines",
    "may_release",
    "plan_checks",
    "recompute",
    "releasable",
    "verified",
]
