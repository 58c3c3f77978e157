"""Which revision a database is at, and which this program has: asked at every start, and answered without Alembic.

Alembic takes ten megabytes and a fifth of a second to load; it is needed only where something is to be changed
(:mod:`storage.migrate`).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from storage.errors import DatabaseOlder, DatabaseUnavailable, reason
from storage.sqlite_connection import connect, overlay, unavailable
from storage.urls import dialect_of, shown, sqlite_path

VERSIONS = Path(__file__).with_name("migrations") / "versions"
_STORED = sa.text("SELECT version_num FROM alembic_version")


@cache
def newest() -> str:
    """The last revision of this program; its files are numbered (``0001_what_it_does.py``)."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def stored(connection: sa.Connection) -> str | None:
    """The database's revision; None when it has none."""
    if "alembic_version" not in sa.inspect(connection).get_table_names():
        return None
    found: str | None = connection.execute(_STORED).scalar()
    return found


def bring_up_to_date(url: str) -> list[str]:
    """Run what migrations are missing; the revisions applied. Raises what ``storage.migrate.upgrade`` raises."""
    if of(url) == newest():
        return []
    from storage import migrate

    return migrate.upgrade(url)


def require_newest(url: str) -> None:
    """For those who only look: raise DatabaseOlder where something would have to be changed first.

    Raises DatabaseNewer and NotOurDatabase as well.
    """
    found = of(url)
    if found == newest():
        return
    from storage import migrate

    if migrate.missing(url):
        raise DatabaseOlder(shown(url), found or "nothing", newest())


def is_empty(url: str) -> bool:
    """Whether nobody has made anything there yet: no file, or no table. Raises NotOurDatabase, and DatabaseUnavailable
    where that cannot be found out.
    """
    if of(url) is not None:
        return False
    from storage import migrate

    migrate.missing(url)
    return True


def of(url: str) -> str | None:
    """The database's revision as it is, whatever it is; None when it has no tables of ours."""
    if dialect_of(url) == "sqlite":
        return _of_file(sqlite_path(url))
    from storage.postgres_connection import one_engine

    with one_engine(url) as engine, engine.connect() as connection:
        return stored(connection)


def _of_file(path: Path) -> str | None:
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with closing(connect(path, read_only=True)) as raw:
            return stored(overlay(raw))
    except (sqlite3.Error, sa.exc.DBAPIError) as exc:
        raise (unavailable(path, exc) or DatabaseUnavailable(str(path), reason(exc))) from exc
