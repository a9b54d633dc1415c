"""Style, types and imports are tests like any other, so that one command and one count say whether all is well."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from testbed import CHECKOUT

LONGEST = 400
# Files that may be longer, each with its reason.
LONG_FILES = {
    "src/jianguan/engines/draw/verify_draw.py": "goes out with every export and must run alone, so it is one file",
    "src/jianguan/engines/hashlog/verify_log.py": "goes out with every export and must run alone, so it is one file",
}
TOOLS = {
    "style": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
}


def files(*suffixes: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    found = (CHECKOUT / name for name in listed.stdout.splitlines())
    return [file for file in found if file.suffix in suffixes and file.exists()]


@pytest.mark.parametrize("gate", TOOLS)
def test_the_sources_pass(gate: str) -> None:
    program, *arguments = TOOLS[gate]
    run = subprocess.run(
        [Path(sys.executable).parent / program, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_file_is_longer_than_it_may_be() -> None:
    for file in files(".py"):
        if "migrations" in file.parts or str(file.relative_to(CHECKOUT)) in LONG_FILES:
            continue
        assert len(file.read_text().splitlines()) <= LONGEST, file


def test_no_module_is_a_catch_all() -> None:
    for file in files(".py"):
        assert file.stem not in {"utils", "helpers", "common", "misc"}, file


def test_the_requirements_name_no_host() -> None:
    for file in (CHECKOUT / "requirements").iterdir():
        assert not re.search(r"https?://|file://|--(extra-)?index-url|--find-links", file.read_text()), file


def test_every_requirement_is_pinned_with_its_hash() -> None:
    for name in ("main.txt", "dev.txt"):
        text = (CHECKOUT / "requirements" / name).read_text()
        for entry in re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", text)):
            if entry.strip():
                assert re.match(r"[\w.\-\[\],]+==\S+", entry), entry
                assert "--hash=sha256:" in entry, entry


def test_there_is_no_lock_file_that_names_hosts() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml", "package-lock.json") if (CHECKOUT / name).exists()]


def test_the_house_has_no_rules_in_signals() -> None:
    for file in files(".py"):
        if "src" in file.parts:
            assert "django.db.models.signals" not in file.read_text(), file


def test_only_the_clock_reads_the_clock() -> None:
    reading = re.compile(r"datetime\.now\(|date\.today\(|timezone\.now\b|timezone\.localdate\b|datetime\.utcnow\(")
    for file in files(".py"):
        if "src" in file.parts and "migrations" not in file.parts and file.name != "clock.py":
            assert not reading.search(file.read_text()), file


def test_make_lists_every_verb_it_knows() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    verbs = set(re.search(r"\.PHONY: (.*)", makefile)[1].split())  # type: ignore[index]
    shown = subprocess.run(["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"make (\w+)", shown)) == verbs
    assert {"setup", "run", "test", "check", "fix", "lock", "docs", "vendor", "bench", "demo", "clean"} <= verbs


def test_the_migrations_match_the_models(db: Any) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_the_system_checks_find_nothing() -> None:
    from django.core.management import call_command

    call_command("check", fail_level="WARNING")
