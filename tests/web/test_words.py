"""Stored names that people would meet have Chinese words."""

import ast
from pathlib import Path

import pytest

import jianguan
from jianguan.backbone.people.acting import NotAllowed
from jianguan.backbone.people.permission_words import WORDS
from jianguan.backbone.people.permissions import Permission
from jianguan.engines.regulation.rulebook import load
from jianguan.rulebook import RULEBOOK
from jianguan.web.words import OBJECTS, SOURCES
from staff import employ

SOURCE = Path(jianguan.__file__).parent


def test_every_permission_has_a_word() -> None:
    assert {str(one) for one in Permission} - WORDS.keys() == set()


def test_every_source_of_a_norm_has_a_word() -> None:
    rooms = {norm.source.partition(":")[0] for norm in load(RULEBOOK).norms if norm.source}
    assert rooms
    assert rooms - SOURCES.keys() == set()


def test_every_object_of_an_event_has_a_word() -> None:
    named = {
        node.value.value
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "object_type" and isinstance(node.value, ast.Constant)
    }
    assert "check" in named
    assert named - OBJECTS.keys() == set()


@pytest.mark.usefixtures("db")
def test_a_refusal_names_the_permission_in_chinese() -> None:
    officer = employ("changchun-office@VEHICLE_OFFICE", "office-supervisor")
    with pytest.raises(NotAllowed, match="没有“查看审计”权限"):
        officer.require(Permission.AUDIT_READ)
