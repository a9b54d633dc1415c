"""Where facts lie on disk; set by the site, below the home of the installation."""

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
