"""Loads the agencies of the rule book."""

from collections.abc import Callable

import msgspec
import yaml

from jianguan.backbone.agencies.actions import load_agencies
from jianguan.engines.regulation.schema import AgencyFile
from jianguan.rulebook import RULEBOOK

ORDER = 10


def load(demo: bool, report: Callable[[str], None]) -> None:
    """Bring ``agencies.yaml`` in; a second time changes nothing."""
    text = (RULEBOOK / "agencies.yaml").read_text(encoding="utf-8")
    seed = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), AgencyFile)
    new = load_agencies(seed=seed)
    report(f"机构 {len(seed.agencies)} 个、履职身份 {len(seed.capacities)} 个（新增 {new}）")
