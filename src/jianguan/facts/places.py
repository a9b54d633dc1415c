"""Where facts lie on disk; set by the site, below the home of the installation."""

import os
from pathlib import Path

from django.conf import settings

from jianguan.facts.pseudonyms import Keys, keys


def home() -> Path:
    """Return the folder of the installation."""
    return Path(settings.JIANGUAN_HOME)


def lake() -> Path:
    """Return the folder of the lake."""
    return home() / "lake"


def quarantine() -> Path:
    """Return the folder of the side files with all refused rows."""
    return home() / "quarantine"


def drop() -> Path:
    """Return the drop folder; it exists only where somebody made it."""
    return home() / "drop"


def scratch() -> Path:
    """Return the folder for what does not fit into memory."""
    return home() / "scratch"


def secret() -> Keys:
    """Return the keys of pseudonyms and sealing; their file lies outside the lake."""
    home().mkdir(parents=True, exist_ok=True)
    return keys(home() / "facts.key")


def readable(file_name: str) -> str:
    """The name of a file as text; one that is not UTF-8 was most likely written as GB18030."""
    try:
        file_name.encode()
    except UnicodeEncodeError:
        return os.fsencode(file_name).decode("gb18030", "replace")
    return file_name
