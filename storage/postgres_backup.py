"""Backup of a PostgreSQL database: a zip with a manifest and one COPY stream for each table.

The format, version 1: ``manifest.json`` as in ``Manifest``; ``tables/NAME.copy``, PostgreSQL's text format, the columns
in the manifest's order. All of it is the state of one moment.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from storage.errors import DatabaseUnavailable, NotABackup, raise_instead, reason
from storage.postgres_connection import KEEPALIVE, prepare_session, unavailable
from storage.sqlite_copy import new_file
from storage.urls import libpq_url, shown

FORMAT = "liaisonbot-postgresql"
VERSION = 1
MANIFEST = "manifest.json"

_TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname"""
_SEQUENCES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' ORDER BY relname"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: str
    version: int
    revision: str
    created_at: str
    tables: dict[str, list[str]]
    """Each table's columns."""
    sequences: dict[str, tuple[int, bool]]
    """Each sequence's last value, and whether it was given out."""


def backup(url: str, target: Path) -> None:
    """See ``storage.backup.backup``."""
    try:
        with _snapshot(url) as connection:
            write(connection, target, where=shown(url))
    except psycopg.Error as exc:
        raise_instead(unavailable(url, exc), exc)
    except OSError as exc:
        raise DatabaseUnavailable(shown(url), f"{target}: {reason(exc)}") from exc


def write(connection: psycopg.Connection[Any], target: Path, *, where: str) -> None:
    """Write what this connection's transaction sees. Streamed: no table need fit into memory."""
    manifest = _describe(connection, where)
    with new_file(target) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        for table, columns in manifest.tables.items():
            with archive.open(member(table), "w", force_zip64=True) as stream:
                for piece in _copy_out(connection, table, columns):
                    stream.write(piece)


def read_manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    """Raises NotABackup when it is none that this program can read."""
    try:
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except (KeyError, TypeError, ValueError) as exc:
        raise NotABackup(path, "it has no manifest") from exc
    if manifest.format != FORMAT:
        raise NotABackup(path, "it is not of a PostgreSQL database")
    if manifest.version != VERSION:
        raise NotABackup(path, f"its format {manifest.version} is newer than this LiaisonBot")
    return manifest


def member(table: str) -> str:
    """The name of a table's stream in the archive."""
    return f"tables/{table}.copy"


@contextmanager
def _snapshot(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(libpq_url(url), application_name="liaisonbot backup", **KEEPALIVE) as connection:
        prepare_session(connection)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


def _describe(connection: psycopg.Connection[Any], where: str) -> Manifest:
    tables = dict(connection.execute(_TABLES).fetchall())
    if "alembic_version" not in tables:
        raise DatabaseUnavailable(where, "there is no LiaisonBot in it yet")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    sequences = {}
    for (name,) in connection.execute(_SEQUENCES).fetchall():
        statement = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        last = connection.execute(statement).fetchone()
        assert last is not None
        sequences[name] = (last[0], last[1])
    revision = row[0] if row else ""
    return Manifest(FORMAT, VERSION, revision, datetime.now(UTC).isoformat(), tables, sequences)


def _copy_out(connection: psycopg.Connection[Any], table: str, columns: list[str]) -> Iterator[bytes]:
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor().copy(statement) as pieces:
        for piece in pieces:
            yield bytes(piece)
