"""Restore of a PostgreSQL database: one transaction, so that whatever goes wrong leaves everything as it was."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from storage import forgotten
from storage.backup import Restored
from storage.errors import AlreadyRunning, BackupNewer, NotABackup, raise_instead, reason
from storage.migrate import Migrations, current
from storage.postgres_backup import Manifest, backup, member, read_manifest
from storage.postgres_connection import IN_USE_LOCK, KEEPALIVE, prepare_session, unavailable
from storage.urls import postgres_url, shown

_PIECE = 1 << 16

# Everything in our schema but what belongs to an extension.
_EMPTY_SCHEMA = """
    DO $$
    DECLARE thing record;
    BEGIN
      FOR thing IN
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                            ELSE 'TABLE' END AS kind, oid::regclass::text AS name
        FROM pg_class c
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')
        UNION ALL
        SELECT 'ROUTINE', oid::regprocedure::text FROM pg_proc p
        WHERE pronamespace = current_schema()::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
        UNION ALL
        SELECT 'TYPE', oid::regtype::text FROM pg_type t
        WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd')
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = t.oid AND deptype = 'e')
        ORDER BY kind, name  -- so that all names are known before the first is dropped and takes others along
      LOOP
        EXECUTE 'DROP ' || thing.kind || ' IF EXISTS ' || thing.name || ' CASCADE';
      END LOOP;
    END $$"""

_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""


def restore(
    url: str, source: Path, after_restore: Callable[[sa.Connection], None], keep_in: Path, migrations: Migrations
) -> Restored:
    """See ``storage.backup.restore``."""
    with _opened(source) as archive, _alone(url) as connection:
        manifest = _require_usable(archive, source, migrations)
        kept = _keep(url, connection, keep_in)
        erased = forgotten.stored(connection)
        connection.exec_driver_sql(_EMPTY_SCHEMA)
        migrations.apply(connection, manifest.revision)
        _load(connection, archive, manifest, source)
        revisions = migrations.pending(connection, shown(url))
        migrations.apply(connection)
        added = forgotten.carry_over(connection, erased)
        after_restore(connection)
    return Restored(kept, revisions, added)


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except OSError as exc:
        raise NotABackup(source, reason(exc)) from exc
    except zipfile.BadZipFile as exc:
        raise NotABackup(source, "not a backup of a PostgreSQL database") from exc
    with archive:
        yield archive


def _require_usable(archive: zipfile.ZipFile, source: Path, migrations: Migrations) -> Manifest:
    manifest = read_manifest(archive, source)
    if not migrations.knows(manifest.revision):
        raise BackupNewer(source, manifest.revision, migrations.head)
    missing = {member(table) for table in manifest.tables} - set(archive.namelist())
    if missing:
        raise NotABackup(source, f"it lacks {min(missing)}")
    try:
        damaged = archive.testzip()
    except (zlib.error, zipfile.BadZipFile, EOFError) as exc:
        raise NotABackup(source, f"damaged: {exc}") from exc
    if damaged:
        raise NotABackup(source, f"damaged: {damaged}")
    return manifest


@contextmanager
def _alone(url: str) -> Iterator[sa.Connection]:
    """One transaction, while no bot is at work on the database."""
    engine = sa.create_engine(postgres_url(url), poolclass=sa.NullPool, connect_args=KEEPALIVE)
    try:
        with engine.connect() as connection:
            prepare_session(_driver(connection))
            # The lock belongs to the session: it outlives the transaction and ends with the connection.
            if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(IN_USE_LOCK))).scalar():
                raise AlreadyRunning(shown(url))
            yield connection
            connection.commit()
    except (sa.exc.DBAPIError, psycopg.Error) as exc:
        raise_instead(unavailable(url, exc), exc)


def _keep(url: str, connection: sa.Connection, folder: Path) -> Path | None:
    if current(connection) is None:
        return None
    name = sa.make_url(url).database or "database"
    kept = folder / f"{name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.zip"
    backup(url, kept)
    return kept


def _load(connection: sa.Connection, archive: zipfile.ZipFile, manifest: Manifest, source: Path) -> None:
    raw = _driver(connection)
    with _without_foreign_keys(raw):
        for table, columns in manifest.tables.items():
            raw.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))  # rows that migrations put there
            try:
                _copy_in(raw, archive, table, columns)
            except psycopg.DataError as exc:
                raise NotABackup(source, f"{table}: {exc.diag.message_primary}") from exc
    for name, (last, called) in manifest.sequences.items():
        raw.execute("SELECT setval(%s::regclass, %s, %s)", [sql.Identifier(name).as_string(raw), last, called])


@contextmanager
def _without_foreign_keys(raw: psycopg.Connection[Any]) -> Iterator[None]:
    """Tables refer to each other in any order: load first, then have everything checked at once."""
    keys = raw.execute(_FOREIGN_KEYS).fetchall()
    for table, name, _ in keys:
        raw.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name)))
    yield
    for table, name, definition in keys:
        raw.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.SQL(table), sql.Identifier(name), sql.SQL(definition)
            )
        )


def _copy_in(raw: psycopg.Connection[Any], archive: zipfile.ZipFile, table: str, columns: list[str]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with archive.open(member(table)) as stream, raw.cursor().copy(statement) as copy:
        while piece := stream.read(_PIECE):
            copy.write(piece)


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    return raw
