"""Kinds of documents that are drafted and signed (文书种类), read from the rule book; their words are data."""

import functools
from collections.abc import Mapping
from typing import Literal

import msgspec
import yaml
from django.db import models

from jianguan.rulebook import RULEBOOK

FILE = RULEBOOK / "documents" / "kinds.yaml"


class OutsideKind(models.TextChoices):
    """Bodies outside the house. Alphabetical."""

    EDUCATION = "education", "教育行政部门"
    ENTERPRISE = "enterprise", "企业"
    MARKET = "market", "市场监管部门"
    OTHER = "other", "其他单位"
    TRANSPORT = "transport", "交通运输部门"


class Blank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to fill in; ``long`` may have several paragraphs."""

    name: str
    label: str
    long: bool = False


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind as the rule book says it; the head of ``kinds.yaml`` explains every key."""

    kind: str
    word: str
    layout: Literal["file", "form", "letter", "report"]
    signs: Literal["leader", "drafter"]
    title: str
    fields: tuple[Blank, ...]
    body: str
    provision: str = ""
    provision_at: Mapping[str, str] = {}
    objection: bool = False

    def basis(self, level: str) -> str:
        """The clause on which a capacity of a level issues it unless it says another; '' where none is usual."""
        return self.provision_at.get(level, self.provision)

    @property
    def blanks(self) -> dict[str, str]:
        """Names and labels of what is filled in."""
        return {one.name: one.label for one in self.fields}


@functools.cache
def kinds() -> dict[str, Kind]:
    """All kinds by their code."""
    found = msgspec.convert(yaml.safe_load(FILE.read_text(encoding="utf-8")), list[Kind])
    return {one.kind: one for one in found}
