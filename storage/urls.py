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
    path = Path(name).resolve()
    if _is_folder(path):
        raise ConfigurationError(f"database.url: {path} is a folder; write the name of the file behind it")
    return path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as exc:  # such as a name that is too long
        raise ConfigurationError(f"database.url: {path}: {exc.strerror}; write the name of another file") from None


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def postgres_url(url: str) -> sa.URL:
    """The URL with the driver we use."""
    return _understood(url).set(drivername="postgresql+psycopg")


def libpq_url(url: str) -> str:
    """The URL as psycopg itself takes it."""
    return _as_libpq(_understood(url))


def shown(url: str) -> str:
    """The URL as it may stand in a message: without the password."""
    return _parse(url).render_as_string(hide_password=True)


def _understood(url: str) -> sa.URL:
    """One whose parameters behind the ? PostgreSQL's library knows."""
    import psycopg  # only where there is a PostgreSQL
    from psycopg.conninfo import conninfo_to_dict

    parsed = _parse(url)
    try:
        conninfo_to_dict(_as_libpq(parsed))
    except psycopg.Error:
        raise _unreadable() from None
    return parsed


def _as_libpq(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise _unreadable() from None
    if parsed.password is not None and _has_a_bare_at(url):
        raise _unreadable()
    return parsed


def _has_a_bare_at(url: str) -> bool:
    """Whether the password was taken apart at an @ that is its own: what is behind that would be shown as the host."""
    _, _, password = url.partition("://")[2].partition(":")
    return password.count("@") > 1


def _unreadable() -> ConfigurationError:
    # The text itself stays out of the message: it may hold a password.
    how = "in a password write %40 for @, %3A for :, %2F for /, and behind a ? what PostgreSQL knows"
    return ConfigurationError(f"database.url cannot be read as a URL; {_HOW_TO_WRITE_IT}; {how}")
