"""What an installation may set from its environment, and the secrets it generates for itself."""

import fcntl
import functools
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, IPvAnyNetwork
from pydantic_settings import BaseSettings, SettingsConfigDict

OWNER_ROLE = "jianguan_owner"
APP_ROLE = "jianguan_app"
DATABASE_NAME = "jianguan"


def default_home() -> Path:
    """Return ``var/`` of the checkout this package lies in, or of the working directory when it is installed."""
    checkout = Path(__file__).resolve().parents[3]
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "var"


class Config(BaseSettings):
    """Environment variables; every name starts with ``JIANGUAN_`` but the two database URLs."""

    model_config = SettingsConfigDict(env_prefix="JIANGUAN_", extra="ignore")

    home: Path = Field(default_factory=default_home, description="where the embedded database and secrets live")
    database_url: str | None = Field(
        default=None, validation_alias="DATABASE_URL", description="role of the application"
    )
    database_owner_url: str | None = Field(
        default=None, validation_alias="DATABASE_OWNER_URL", description="role that owns the tables and migrates them"
    )
    demo: bool = Field(default=False, description="synthetic data (合成数据), no second factor, plain HTTP")
    plain_http: bool = Field(default=False, description="served without TLS: cookies are not marked Secure")
    debug: bool = Field(default=False, description="Django's debug pages")
    allowed_hosts: list[str] = Field(default=["localhost", "127.0.0.1", "[::1]"], description="host names served")
    trusted_proxies: list[IPvAnyNetwork] = Field(
        default=[], description="addresses or networks of reverse proxies whose X-Forwarded-For is believed"
    )
    recorders: Path | None = Field(default=None, description="folder that recorders export into; default: below home")
    secret_key: str | None = Field(default=None, description="replaces the generated signing key")
    log_level: str = Field(default="INFO", description="level of the log on standard error")

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url is None


@functools.cache
def config() -> Config:
    """Read the environment once."""
    return Config()


@dataclass(frozen=True, slots=True)
class Secrets:
    """Generated on first use, kept in ``secrets.json`` with mode 0600."""

    secret_key: str
    superuser: str
    owner: str
    app: str


@functools.cache
def secrets_of(home: Path) -> Secrets:
    """Read the secrets of an installation; generate what is missing, one process at a time."""
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / "secrets.json", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        known = json.loads(text) if text.strip() else {}
        full = {name: known.get(name) or secrets.token_urlsafe(36) for name in Secrets.__dataclass_fields__}
        if full != known:
            file.seek(0)
            file.truncate()
            file.write(json.dumps(full, indent=1))
            file.flush()
            os.fsync(file.fileno())
    return Secrets(**full)


def socket_folder(home: Path) -> Path:
    """Return the folder of the embedded server's socket; short, because a socket's path may have 107 bytes only."""
    return Path("/tmp") / ("jianguan-" + hashlib.sha256(bytes(home.resolve())).hexdigest()[:16])  # noqa: S108 - 0700


def embedded_url(home: Path, role: str, password: str, database: str = DATABASE_NAME) -> str:
    """Return the URL under which a role reaches a database of the embedded server."""
    return f"postgresql://{role}:{password}@/{database}?host={socket_folder(home)}"


def database_urls(settings: Config) -> tuple[str, str]:
    """Return the URLs of the application role and of the owner.

    Raises ValueError when only one of ``DATABASE_URL`` and ``DATABASE_OWNER_URL`` is set.
    """
    if (settings.database_url is None) != (settings.database_owner_url is None):
        raise ValueError("DATABASE_URL 与 DATABASE_OWNER_URL 须同时设置 / set both or none")
    if settings.database_url and settings.database_owner_url:
        return settings.database_url, settings.database_owner_url
    known = secrets_of(settings.home)
    return (
        embedded_url(settings.home, APP_ROLE, known.app),
        embedded_url(settings.home, OWNER_ROLE, known.owner),
    )


def django_database(url: str) -> dict[str, Any]:
    """Turn a ``postgresql://`` URL into an entry of Django's DATABASES.

    Raises ValueError for any other scheme: PostgreSQL is the only dialect.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"只支持 PostgreSQL / PostgreSQL is the only dialect: {parts.scheme}")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
