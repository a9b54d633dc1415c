"""The manual builds, names every command, and its links lead somewhere; nothing names a machine or a host."""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jianguan.site.cli import build
from testbed import CHECKOUT

DOCS = CHECKOUT / "docs"
TEXT = {".md", ".py", ".yaml", ".yml", ".toml", ".in", ".txt", ".html", ".css", ".js", ".typ", ".json", ""}
SOURCES = ("src", "tests", "docs", "bin", "bench", "requirements", ".ci")
# Written in two parts, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile("|".join(("/" + "root/", "/" + "home/[a-z]", "/" + "Users/", "/" + "work/", "C:" + r"\\")))
UNDONE = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
HOST = re.compile(r"https?://|--index-url|--extra-index-url")


def manual() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted(DOCS.rglob("*.md")))


def written_files() -> list[Path]:
    """Every text file of ours; vendored files keep the words of their authors."""
    found = [file for file in CHECKOUT.iterdir() if file.is_file() and file.suffix in TEXT]
    for folder in SOURCES:
        found += [file for file in (CHECKOUT / folder).rglob("*") if file.is_file() and file.suffix in TEXT]
    return [file for file in found if not {"vendor", "fonts", "__pycache__"} & set(file.parts)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built manual."""
    out = tmp_path_factory.mktemp("manual")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", out],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out


def test_the_manual_builds_without_a_warning(site: Path) -> None:
    assert (site / "index.html").exists()
    assert (site / "zh" / "quick-start.html").exists()


def test_a_page_of_the_manual_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = re.compile(r"""(?:<script[^>]+src|<link[^>]+href|<img[^>]+src)=["']?(https?:)?//""")
    assert [page.name for page in site.rglob("*.html") if loaded.search(page.read_text(encoding="utf-8"))] == []


def test_every_verb_of_the_makefile_is_in_the_manual() -> None:
    verbs = re.findall(r"^([a-z]+):.*## ", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(verbs) > 5
    text = manual()
    assert [verb for verb in verbs if not re.search(rf"make {verb}\b", text)] == []


def commands(parser: argparse.ArgumentParser, prefix: str = "") -> Iterator[str]:
    """Yield every sub-command that does something, such as 'log export'."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                inner = list(commands(below, f"{prefix}{name} "))
                yield from inner or [f"{prefix}{name}"]


def test_every_sub_command_is_in_the_manual_for_operators() -> None:
    known = list(commands(build()))
    assert "log verify" in known
    text = (DOCS / "zh" / "operations.md").read_text(encoding="utf-8")
    assert [command for command in known if f"jianguan {command}" not in text] == []


def links() -> Iterator[tuple[Path, str]]:
    for page in written_files():
        if page.suffix == ".md" and page.name != "official.md":
            for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
                yield page, target


def test_links_between_our_pages_lead_to_files() -> None:
    inside = [(page, target) for page, target in links() if "://" not in target]
    assert inside
    assert [(page, target) for page, target in inside if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(("what", "pattern"), [("machine path", MACHINE_PATH), ("unfinished", UNDONE)])
def test_no_file_names_a_machine_or_something_left_undone(what: str, pattern: re.Pattern[str]) -> None:
    found = []
    for file in written_files():
        text = file.read_text(encoding="utf-8")
        if (hit := pattern.search(text)) is not None or str(CHECKOUT) in text:
            found.append(f"{file.relative_to(CHECKOUT)}: {hit and hit[0]}")
    assert found == [], what


def test_the_requirements_name_no_host() -> None:
    files = sorted((CHECKOUT / "requirements").iterdir())
    assert files
    assert [file.name for file in files if HOST.search(file.read_text(encoding="utf-8"))] == []
    assert not (CHECKOUT / "uv.lock").exists()
    assert not (CHECKOUT / "package-lock.json").exists()
