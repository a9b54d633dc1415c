"""Verifiable sampling (可核验抽取): freeze, seed, draw, review order, estimate, export."""

from jianguan.engines.draw.draw import LoweredShare, Parameters, Part, Pick, Result, bounds, draw, quotas
from jianguan.engines.draw.header import Earlier, Header, Role, Rounding
from jianguan.engines.draw.lines import BadLine, Record
from jianguan.engines.draw.manifest import Manifest, NotFrozen, freeze, read
from jianguan.engines.draw.reviewers import orders
from jianguan.engines.draw.seed import (
    BadSource,
    Beacon,
    Label,
    PublicNumber,
    Reveal,
    Seed,
    Source,
    TooFewSources,
    Withheld,
    commitment,
    opens,
    seeds,
    withheld,
)

__all__ = [
    "BadLine",
    "BadSource",
    "Beacon",
    "Earlier",
    "Header",
    "Label",
    "LoweredShare",
    "Manifest",
    "NotFrozen",
    "Parameters",
    "Part",
    "Pick",
    "PublicNumber",
    "Record",
    "Result",
    "Reveal",
    "Role",
    "Rounding",
    "Seed",
    "Source",
    "TooFewSources",
    "Withheld",
    "bounds",
    "commitment",
    "draw",
    "freeze",
    "opens",
    "orders",
    "quotas",
    "read",
    "seeds",
    "withheld",
]
