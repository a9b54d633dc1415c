"""The console command ``jianguan``. Rooms add their own sub-commands in ``commands.py``; nothing lists them here."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence

DONE, PARTLY, MISUSED = 0, 1, 2
DESCRIPTION = "监管：交通管理业务监督平台 / Jianguan: supervision of traffic-police work"


class Parser(argparse.ArgumentParser):
    """A parser whose own words are in both languages too."""

    def __init__(self, **options: object) -> None:
        options["add_help"] = False
        super().__init__(**options)  # type: ignore[arg-type]
        self._optionals.title = "选项 / options"
        self._positionals.title = "参数 / arguments"
        self.add_argument("-h", "--help", action="help", help="显示帮助 / show this help")

    def format_help(self) -> str:
        """Return the help text with the word usage in both languages."""
        return super().format_help().replace("usage:", "用法 / usage:", 1)

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print how the command is used and what was wrong, and exit with 2."""
        self.print_usage(sys.stderr)
        self.exit(MISUSED, f"{self.prog}：用法错误 / wrong use: {message}\n")


def build() -> Parser:
    """Return the parser with the sub-commands of the site and of every room and door."""
    from jianguan.site import commands, rooms  # noqa: PLC0415 - after Django is set up

    parser = Parser(prog="jianguan", description=DESCRIPTION)
    verbs = parser.add_subparsers(title="命令 / commands", metavar="", dest="verb", required=True, parser_class=Parser)
    commands.register(verbs)
    for module in rooms.modules("commands"):
        module.register(verbs)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 done with refusals or a failed check, 2 wrong use.

    A room's command sets ``run`` (called with the parsed arguments, returns the exit code) and, when it needs no
    database, ``database=False``.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the embedded database is stopped too
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jianguan.site.settings")
    if given[:1] == ["up"] and "--demo" in given:
        os.environ["JIANGUAN_DEMO"] = "1"

    import django  # noqa: PLC0415 - the environment decides the settings first

    from jianguan.site.cluster import ClusterFailed  # noqa: PLC0415
    from jianguan.site.database import available  # noqa: PLC0415

    django.setup()
    if given[:1] == ["django"]:  # Django's own options are none of ours
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        with available():
            execute_from_command_line(["jianguan django", *given[1:]])
        return DONE
    parsed = build().parse_args(given)
    try:
        if not getattr(parsed, "database", True):
            return int(parsed.run(parsed))
        with available():
            return int(parsed.run(parsed))
    except ClusterFailed as failure:
        print(failure, file=sys.stderr)  # noqa: T201 - the command's own voice
        return PARTLY
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
