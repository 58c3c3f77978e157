"""What ``database.url`` says: which engine, where, and how to name it without its password."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from liaisonbot.errors import ConfigurationError

Dialect = Literal["sqlite", "postgresql"]

_HOW_TO_WRITE_IT = "write sqlite:///PATH or postgresql://USER@HOST/NAME"


def dialect_of(url: str) -> Dialect:
    """Which engine the URL asks for. Raises ConfigurationError for any other."""
    name = _parse(url).get_backend_name()
    if name == "sqlite":
        return "sqlite"
    if name == "postgresql":
        return "postgresql"
    raise ConfigurationError(f"database.url: {name} is not supported; {_HOW_TO_WRITE_IT}")


def sqlite_path(url: str) -> Path:
    """The file of a SQLite URL, by its one real name: what stands beside it must not depend on how it was reached."""
    name = _parse(url).database
    if not name or name == ":memory:":
        raise ConfigurationError("database.url: a database in memory would forget everything; write sqlite:///PATH")
    return Path(name).resolve()


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def postgres_url(url: str) -> sa.URL:
    """The URL with the driver we use."""
    return _parse(url).set(drivername="postgresql+psycopg")


def libpq_url(url: str) -> str:
    """The URL as psycopg itself takes it."""
    return _parse(url).set(drivername="postgresql").render_as_string(hide_password=False)


def shown(url: str) -> str:
    """The URL as it may stand in a message: without the password."""
    return _parse(url).render_as_string(hide_password=True)


def _parse(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except ArgumentError:
        # The text itself stays out of the message: it may hold a password.
        raise ConfigurationError(f"database.url cannot be read as a URL; {_HOW_TO_WRITE_IT}") from None
