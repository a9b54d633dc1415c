"""``jianguan regulation read FILE | lint FILE | diff OLD NEW``: a regulation's text, without the database."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jianguan.engines.regulation import report
from jianguan.engines.regulation.book import RuleBook
from jianguan.engines.regulation.diff import diff
from jianguan.engines.regulation.lint import has_errors, lint
from jianguan.engines.regulation.parse import NotARegulation
from jianguan.engines.regulation.rulebook import RuleBookError, load
from jianguan.rulebook import RULEBOOK

DONE, FAILED, MISUSED = 0, 1, 2


def register(verbs: Any) -> None:
    """Add the commands to the parser."""
    regulation = verbs.add_parser("regulation", help="规章文本：读取、检查、比较 / a regulation: read, lint, compare")
    actions = regulation.add_subparsers(title="动作 / actions", metavar="", dest="action", required=True)

    read = actions.add_parser("read", help="读出章、条、项及文本缺陷 / parse into articles, items and defects")
    read.add_argument("file", type=Path, help="规章文件（.md 或 .txt） / the regulation's file")
    _finish(read, run_read)

    check = actions.add_parser("lint", help="对照规则库查缺漏 / look for gaps against the rule book")
    check.add_argument("file", type=Path, help="规章文件（.md 或 .txt） / the regulation's file")
    _rule_book(check)
    _finish(check, run_lint)

    compare = actions.add_parser("diff", help="比较两个版本及所涉规则 / compare two versions and what they touch")
    compare.add_argument("old", type=Path, help="旧版本 / the old version")
    compare.add_argument("new", type=Path, help="新版本 / the new version")
    _rule_book(compare)
    _finish(compare, run_diff)


def _rule_book(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rulebook", type=Path, default=RULEBOOK, help="规则库目录 / the rule book's directory (default: the built-in)"
    )


def _finish(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 文档 / print one JSON document")
    parser.set_defaults(run=_guarded(run), database=False)


def _guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Turn a file that cannot be read, or is no regulation or rule book, into a message and exit code 2."""

    def guarded(arguments: argparse.Namespace) -> int:
        try:
            return run(arguments)
        except OSError as problem:
            sys.stderr.write(f"无法读取文件 / cannot read: {problem.filename}：{problem.strerror}\n")
        except (NotARegulation, RuleBookError) as problem:
            sys.stderr.write(f"{problem}\n")
        return MISUSED

    return guarded


def _print(arguments: argparse.Namespace, data: dict[str, Any], text: str) -> None:
    sys.stdout.write((json.dumps(data, ensure_ascii=False, indent=1) if arguments.json else text) + "\n")


def _book(arguments: argparse.Namespace) -> RuleBook:
    return load(arguments.rulebook)


def run_read(arguments: argparse.Namespace) -> int:
    """``jianguan regulation read``: the text as it is, its defects kept as data."""
    regulation = report.read_file(arguments.file)
    _print(arguments, report.read_data(regulation), report.read_text(regulation))
    return DONE


def run_lint(arguments: argparse.Namespace) -> int:
    """``jianguan regulation lint``: 1 when an error was found, 0 when there are only warnings."""
    problems = lint(report.read_file(arguments.file), _book(arguments))
    _print(arguments, report.lint_data(problems), report.lint_text(problems))
    return FAILED if has_errors(problems) else DONE


def run_diff(arguments: argparse.Namespace) -> int:
    """``jianguan regulation diff``: changed provisions, and the norms, parameters and checklists they touch."""
    difference = diff(report.read_file(arguments.old), report.read_file(arguments.new), _book(arguments))
    _print(arguments, report.diff_data(difference), report.diff_text(difference))
    return DONE
