"""The event log: append, place in the tree, sign, export, verify from files alone."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from jianguan.backbone.audit import actions, queries, sealing
from jianguan.backbone.audit.events import TITLES, EventKind
from jianguan.backbone.audit.models import Checkpoint, Event, Leaf
from jianguan.backbone.people.permissions import Permission
from jianguan.backbone.scope import scope as scopes


@pytest.fixture
def log(db):
    """Three events, in the scope of the system."""
    with scopes.within(scopes.everything()):
        for number in range(3):
            actions.record(
                kind=EventKind.RULEBOOK_LOADED,
                by=None,
                object_type="version",
                object_id=number,
                reason="首次载入",
                after={"n": number},
            )
        yield


def test_every_event_gets_one_place_in_order(log):
    sealing.seal()
    placed = list(Leaf.objects.order_by("index").values_list("index", flat=True))
    assert placed == list(range(Event.objects.count()))
    assert sealing.place_events() == 0


def test_a_checkpoint_goes_on_from_the_one_before(log):
    first = sealing.seal()
    assert sealing.seal() == first, "nothing new, no new checkpoint"
    actions.record(kind=EventKind.LOGOUT, by=None)
    second = sealing.seal()
    assert second.size == first.size + 1
    assert queries.verify().ok


def test_the_signing_key_is_readable_by_its_owner_only(log, settings_home):
    sealing.seal()
    assert (settings_home / "log-signing.key").stat().st_mode & 0o077 == 0


@pytest.fixture
def settings_home():
    from django.conf import settings

    return Path(settings.LOG_KEY_FILE).parent


def test_an_export_verifies_without_the_database_or_the_program(log, tmp_path):
    directory = tmp_path / "log"
    count = sealing.export(directory)
    assert count == Event.objects.count()
    alone = subprocess.run(
        [sys.executable, "-I", str(directory / "verify_log.py"), str(directory)],
        capture_output=True,
        text=True,
        env={"LANG": "C.UTF-8"},
        check=False,
    )
    assert alone.returncode == 0, alone.stdout + alone.stderr
    assert "核验通过" in alone.stdout


def test_an_altered_line_is_named(log, tmp_path):
    directory = tmp_path / "log"
    sealing.export(directory)
    lines = (directory / "events.jsonl").read_text("utf-8").splitlines(keepends=True)
    position = next(number for number, line in enumerate(lines) if "首次载入" in line)
    lines[position] = lines[position].replace("首次载入", "再次载入")
    (directory / "events.jsonl").write_text("".join(lines), "utf-8")
    outcome = sealing_verify(directory)
    assert not outcome["ok"]
    assert outcome["problems"][0]["kind"] == "altered"
    assert outcome["problems"][0]["index"] == position


def sealing_verify(directory):
    run = subprocess.run(
        [sys.executable, "-m", "jianguan.site.cli", "log", "verify", str(directory), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    return json.loads(run.stdout)


def test_not_even_the_owner_of_the_tables_changes_an_event(owner_db):
    for statement in (
        "UPDATE audit_event SET reason = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
        "DELETE FROM audit_leaf",
        "UPDATE audit_checkpoint SET note = 'x'",
    ):
        with pytest.raises(psycopg.Error), owner_db.transaction():
            owner_db.execute(statement)


def test_a_row_changed_behind_the_triggers_shows_in_the_verification(fresh_database, testbed):
    with scopes.within(scopes.everything()):
        actions.record(kind=EventKind.LOGOUT, by=None, reason="真实理由")
        sealing.seal()
        index = Leaf.objects.latest("index").index
    with psycopg.connect(testbed.cluster.url(fresh_database)) as superuser:
        superuser.execute("ALTER TABLE audit_event DISABLE TRIGGER ALL")
        superuser.execute("UPDATE audit_event SET reason = '改过的理由' WHERE reason = '真实理由'")
    outcome = queries.verify()
    assert not outcome.ok
    assert outcome.first.index == index
    assert "被篡改" in outcome.first.message


def test_events_of_others_are_out_of_sight(log, in_scope):
    in_scope(1)
    assert not Event.objects.exists()
    assert queries.search(scopes.of([1]), queries.EventFilter()) == []


def test_search_pages_by_key_and_finds_by_word(log):
    scope = scopes.everything()
    found = queries.search(scope, queries.EventFilter(text="首次载入"), limit=2)
    assert len(found) == 3, "one more than the page, to know that there is a next one"
    rest = queries.search(scope, queries.EventFilter(text="首次载入"), before=found[1].pk, limit=2)
    assert [event.pk for event in rest] == [found[2].pk]


@pytest.mark.parametrize("names", [EventKind, Permission])
def test_the_lists_of_names_are_alphabetical(names):
    assert [member.name for member in names] == sorted(member.name for member in names)


def test_a_checkpoint_carries_both_digests(log):
    point = sealing.seal()
    assert "\nsm3 " in point.note
    assert len(point.sha256) == len(point.sm3) == 64
    assert point.sha256 != point.sm3
    assert Checkpoint.objects.count() == 1


def test_every_event_has_a_chinese_title():
    assert set(TITLES) == set(EventKind)
    assert len(set(TITLES.values())) == len(TITLES)
