"""Every room has the same furniture, a README of about ten lines, and files of about 400 lines at most."""

import ast
from pathlib import Path

import pytest

from testbed import CHECKOUT

SOURCE = CHECKOUT / "src" / "jianguan"
LONGEST_FILE, LONGEST_README = 400, 25
FURNITURE = {
    "__init__",
    "actions",
    "apps",
    "commands",
    "jobs",
    "loading",
    "models",
    "queries",
    "rules",
    "sources",
}
DOMAIN_FURNITURE = FURNITURE | {"contracts", "detectors", "populations"}
# A room may split one piece by what it is about; each split is named here with the piece it belongs to.
SPLIT = {
    "alerts": {"feeds": "actions: raise and settle alerts about feeds"},
    "approvals": {
        "applying": "actions: apply, correct, withdraw",
        "chasing": "actions: alerts about stages that nobody finishes",
        "filling": "rules: what is filled in",
        "flows": "rules: flows as the rule book writes them",
        "planning": "queries: seats and deadlines of a round",
        "printing": "actions: issue the printed form",
        "stepping": "actions: write a step",
    },
    "audit": {"events": "rules: names of events", "sealing": "actions: place and sign events"},
    "cases": {
        "attachments": "actions: lay files to steps",
        "deadlines": "actions: set deadlines of cases",
        "dissolving": "actions: end a unit that may have open cases",
        "followups": "models: rechecks, restrictions, lists of the ministry",
        "ladder": "actions: notices of deadlines, rung by rung",
        "ministry": "actions: take lists of the ministry in",
        "orders": "rules: read a list of the ministry",
        "rechecks": "actions: draw closed cases and look at them again",
        "restrictions": "actions: learners who may only learn on site",
        "paperwork": "actions: draft the documents that acts of a case call for",
        "routing": "actions: who works on a case, and decisions on it",
        "search": "queries: find cases by the words in them",
    },
    "complaints": {
        "counting": "actions: count and limit how often somebody does something",
        "handling": "actions: what units do with a complaint",
        "identity": "actions: seal and open who complained",
        "interface_keys": "actions: keys of systems that report",
        "open_data": "queries: what everybody may be told",
        "photos": "rules: photos from strangers, drawn anew",
        "waiting": "actions: alerts about complaints that nobody takes up",
    },
    "documents": {
        "bulletins": "actions: compose monthly and weekly bulletins",
        "drafting": "actions: draft, sign and withdraw",
        "kinds": "rules: kinds of documents as the rule book says them",
        "objecting": "actions: object and decide again",
        "objections": "models: objections and what others decided on them",
        "owing": "actions: owe a notice",
        "printing": "queries: what is printed, and the files made of it",
        "sections": "sources: where rooms say what bulletins are made of",
        "serving": "actions: serve, refuse, read, send outside",
        "signing": "rules: sign and check what a document says of itself",
    },
    "registrations": {"data_sources": "actions: register, change and close sources of facts"},
    "evidence": {
        "clips": "actions: cut, keep and export clips and stills",
        "copies": "actions: make review copies",
        "fetching": "actions: fetch recordings from where they lie",
        "intake": "rules: which files of people are taken, pictures drawn anew",
        "problems": "rules: Chinese words of what is wrong with a recording",
        "recorders": "queries: where recordings are fetched from",
        "store": "actions and queries on objects: bytes by their digest",
    },
    "draws": {
        "drawing": "actions: draw, enlarge, write items and reviewers",
        "feeds": "queries: what has arrived of the facts of a frame",
        "frames": "sources: where domains say what is drawn from",
        "framing": "queries: read a frame from the lake",
        "freezing": "actions: freeze populations in bulk",
        "keeping": "actions: put manifests and exports into the object store",
        "manifests": "queries: read back what was frozen",
        "seeds": "actions on the sources of a seed",
        "shares": "queries: what has come of the sources of a seed",
        "terms": "queries: on which terms a day is drawn",
        "unowned": "actions: tell of records that no unit answers for",
    },
    "campaigns": {
        "drawing": "actions: draw a campaign",
        "inspections": "actions on on-site inspections",
    },
    "ledger": {
        "proof": "queries: the records behind one cell",
        "reasons": "rules: one Chinese sentence for each judged row",
        "relations": "queries: the records of all rooms put together",
        "rows": "queries: what they return, in words",
        "states": "rules: the decision of a state as SQL",
    },
    "people": {
        "accounts": "actions on log-ins",
        "acting": "rules: the actor and what he may do",
        "passwords": "rules: strength of a password",
        "permission_words": "rules: Chinese words of permissions",
        "permissions": "rules: names of permissions",
        "roles": "queries: roles of the rule book",
        "rosters": "actions on rosters",
    },
    "review": {
        "again": "actions: further looks from above",
        "assigning": "actions: who looks at which drawn record",
        "collecting": "actions: fetch what belongs to drawn records",
        "media": "queries: what there is to look at and what was looked at",
        "quota": "actions: tell superiors of unfinished quotas",
    },
    "rules": {"book": "actions: write the rule book into the tables"},
    "scope": {"scope": "the room's matter: what a request may see", "turns": "actions: let one act at a time"},
    "watching": {"beats": "actions: take beats, ask checks, judge answers"},
    "work": {
        "checklists": "rules: answers of a check list",
        "checks": "actions on checks",
        "owed": "queries: who owes what when",
        "planning": "queries: how the database plans statements over many rows",
        "tasks": "actions: write tasks in bulk",
    },
}
LONG_FILES = {
    "engines/draw/verify_draw.py": "copied into every export; must run alone, on the standard library, in one file",
    "engines/hashlog/verify_log.py": "copied into every export; must run alone, on the standard library, in one file",
}
BANNED_NAMES = {"utils", "util", "helpers", "common", "misc", "signals", "receivers"}


def rooms(*floors: str) -> list[Path]:
    """Folders of rooms: those that hold Python files."""
    return sorted(
        room for floor in floors for room in (SOURCE / floor).iterdir() if room.is_dir() and any(room.glob("*.py"))
    )


def python_files() -> list[Path]:
    return sorted(
        file
        for folder in (SOURCE, CHECKOUT / "tests", CHECKOUT / "bench")
        for file in folder.rglob("*.py")
        if "migrations" not in file.parts
    )


@pytest.mark.parametrize("room", rooms("backbone", "domains"), ids=lambda room: room.name)
def test_a_room_holds_its_furniture_and_nothing_else(room: Path) -> None:
    allowed = FURNITURE if room.parent.name == "backbone" else DOMAIN_FURNITURE
    assert {file.stem for file in room.glob("*.py")} - allowed - set(SPLIT.get(room.name, {})) == set()


def test_every_named_split_still_exists() -> None:
    gone = [
        f"{room}/{name}"
        for room in SPLIT
        for name in SPLIT[room]
        if not (SOURCE / "backbone" / room / f"{name}.py").exists()
    ]
    assert gone == []


@pytest.mark.parametrize("room", rooms("backbone", "domains", "engines"), ids=lambda room: room.name)
def test_a_room_says_in_ten_lines_what_it_is(room: Path) -> None:
    lines = (room / "README.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert 4 <= len(lines) <= LONGEST_README


@pytest.mark.parametrize("floor", ["demo", "kit", "rulebook/jilin-2020", "site", "web", "worker"])
def test_every_door_says_what_it_is(floor: str) -> None:
    assert (SOURCE / floor / "README.md").read_text(encoding="utf-8").startswith("# ")


def test_files_are_short() -> None:
    long = {
        str(file.relative_to(SOURCE if file.is_relative_to(SOURCE) else CHECKOUT))
        for file in python_files()
        if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    }
    assert long == set(LONG_FILES)


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [str(file) for file in python_files() if file.stem in BANNED_NAMES] == []


def test_no_room_has_signals_or_rules_in_save() -> None:
    found = []
    for file in python_files():
        if not file.is_relative_to(SOURCE):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            imported = isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("django.dispatch", "django.db.models.signals")
            )
            saved = isinstance(node, ast.FunctionDef) and node.name == "save"
            if imported or saved:
                found.append(f"{file.relative_to(SOURCE)}:{node.lineno}")
    assert found == []
