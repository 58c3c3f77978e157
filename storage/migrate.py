"""Brings a database up to what this program expects, and makes new migrations.

``python -m storage.migrate new "what changes"`` compares ``schema/`` with the migrations so far and writes the next
one into ``storage/migrations/versions``; read it before you commit it.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import autogenerate, command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import comparison, schema
from storage.errors import DatabaseNewer, DatabaseUnavailable, NotOurDatabase, reason
from storage.instance_lock import sole_use
from storage.lanes import lock_number
from storage.sqlite_connection import connect, overlay, unavailable
from storage.sqlite_copy import copy
from storage.urls import dialect_of, shown, sqlite_path

COPIES_KEPT = 3

_MIGRATION_LOCK = lock_number("migration")


@dataclass(frozen=True, slots=True)
class Migrations:
    """A chain of migrations, and the tables it should lead to."""

    folder: Path
    metadata: sa.MetaData

    @property
    def head(self) -> str:
        """The last revision."""
        head = self._script.get_current_head()
        if head is None:
            raise RuntimeError(f"no migrations in {self.folder}")
        return head

    def knows(self, revision: str) -> bool:
        """Whether the revision is part of the chain."""
        return any(known.revision == revision for known in self._script.walk_revisions())

    def pending(self, connection: sa.Connection, where: str) -> list[str]:
        """The revisions to apply, oldest first. Raises DatabaseNewer, or NotOurDatabase, touching nothing."""
        # Tables first: another bot may just be making them, and they come together with their revision.
        tables = sa.inspect(connection).get_table_names()
        found = current(connection)
        if found is None and tables:
            raise NotOurDatabase(where)
        if found is not None and not self.knows(found):
            raise DatabaseNewer(found, self.head)
        steps = self._script.iterate_revisions(self.head, found or "base")
        return [step.revision for step in steps if step.revision != found][::-1]

    def apply(self, connection: sa.Connection, revision: str = "head") -> None:
        """Run the migrations up to this one, within the caller's transaction."""
        command.upgrade(self.config(connection), revision)

    def config(self, connection: sa.Connection) -> Config:
        """What Alembic's commands want."""
        config = Config()
        config.set_main_option("script_location", str(self.folder).replace("%", "%%"))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        config.attributes["connection"] = connection
        config.attributes["metadata"] = self.metadata
        config.attributes["comparison"] = comparison.options(connection)
        config.cmd_opts = Namespace(quiet=True)
        return config

    @property
    def _script(self) -> ScriptDirectory:
        return ScriptDirectory(str(self.folder), file_template="%(rev)s_%(slug)s")


OURS = Migrations(Path(__file__).with_name("migrations"), schema.metadata)


def upgrade(url: str, migrations: Migrations = OURS) -> list[str]:
    """Bring the database up to date, making it first if there is none; the revisions applied, in order.

    All of them take effect, or none. On SQLite a database that holds something is copied beside itself before. Raises
    DatabaseNewer or NotOurDatabase, without touching anything, when the database is not ours to change; on SQLite
    AlreadyRunning when something is to be done while another process has the file in use.
    """
    if dialect_of(url) == "sqlite":
        return _upgrade_sqlite(sqlite_path(url), migrations)
    return _upgrade_postgres(url, migrations)


def missing(url: str, migrations: Migrations = OURS) -> list[str]:
    """The revisions that ``upgrade`` would apply. Raises what it raises; changes nothing."""
    if dialect_of(url) == "sqlite":
        return _pending_in_file(sqlite_path(url), migrations)
    from storage.postgres_connection import one_engine

    with one_engine(url) as engine, engine.begin() as connection:
        return migrations.pending(connection, shown(url))


def current(connection: sa.Connection) -> str | None:
    """The database's revision; None when it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def lacking(connection: sa.Connection, migrations: Migrations = OURS) -> list[str]:
    """The tables that this database, said to be up to date, does not have."""
    return sorted(migrations.metadata.tables.keys() - set(sa.inspect(connection).get_table_names()))


def differences(connection: sa.Connection, migrations: Migrations = OURS) -> list[str]:
    """What the tables of this database lack, or have too much, compared with the schema: one line each."""
    context = MigrationContext.configure(connection, opts=comparison.options(connection))
    return [repr(change) for change in autogenerate.compare_metadata(context, migrations.metadata)]


def new(message: str, migrations: Migrations = OURS) -> Path:
    """Write the next migration, from what the schema has and the migrations so far do not."""
    with tempfile.TemporaryDirectory() as folder, sqlite_transaction(Path(folder) / "compared.db") as connection:
        numbers = [0, *(int(known.revision) for known in migrations._script.walk_revisions())]
        if len(numbers) > 1:
            migrations.apply(connection)
        made = command.revision(
            migrations.config(connection), message, autogenerate=True, rev_id=f"{max(numbers) + 1:04d}"
        )
        assert made is not None
        assert not isinstance(made, list)
        return Path(made.path)


@contextmanager
def sqlite_transaction(path: Path) -> Iterator[sa.Connection]:
    """One transaction over the whole file, with foreign keys checked at its end.

    A migration makes a changed table anew; with the keys on, dropping the old one would delete what refers to it.
    """
    with closing(connect(path)) as raw:
        connection = overlay(raw)
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("BEGIN IMMEDIATE")
        try:
            # Alembic, and everybody else, finds a transaction open and leaves its end to us.
            connection.begin()
            raw.lent = True
            yield connection
            _require_whole_references(raw)
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise


def copies(path: Path, kind: str) -> list[Path]:
    """The copies of this kind kept beside the database, oldest first."""
    found = path.parent.glob(f"{path.name}.{kind}-*.db")
    return sorted(found, key=lambda copy: copy.name.rsplit("-", 1)[-1])


def copy_name(path: Path, kind: str) -> Path:
    """A name beside the database for a copy made now."""
    return path.with_name(f"{path.name}.{kind}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.db")


def _upgrade_sqlite(path: Path, migrations: Migrations) -> list[str]:
    try:
        if not _pending_in_file(path, migrations):
            return []
        with sole_use(path):
            steps = _pending_in_file(path, migrations)
            if steps and _holds_something(path):
                _keep_copy(path, steps[-1])
            with sqlite_transaction(path) as connection:
                migrations.apply(connection)
            return steps
    except (sqlite3.Error, sa.exc.DBAPIError, OSError) as exc:
        raise (unavailable(path, exc) or DatabaseUnavailable(str(path), reason(exc))) from exc


def _pending_in_file(path: Path, migrations: Migrations) -> list[str]:
    if not _holds_something(path):
        return migrations.pending(_empty(), str(path))
    with closing(connect(path, read_only=True)) as raw:
        return migrations.pending(overlay(raw), str(path))


def _empty() -> sa.Connection:
    return overlay(sqlite3.connect(":memory:", isolation_level=None))


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _keep_copy(path: Path, revision: str) -> None:
    copy(path, copy_name(path, f"before-{revision}"))
    for old in copies(path, "before")[:-COPIES_KEPT]:
        old.unlink()


def _require_whole_references(raw: sqlite3.Connection) -> None:
    broken = raw.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise sqlite3.IntegrityError(f"rows without what they refer to, in {tables}")


def _upgrade_postgres(url: str, migrations: Migrations) -> list[str]:
    from storage.postgres_connection import one_engine

    if not missing(url, migrations):
        return []
    with one_engine(url) as engine, engine.begin() as connection:
        # Others who start now wait here, and then find nothing left to do.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        steps = migrations.pending(connection, shown(url))
        migrations.apply(connection)
        return steps


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "new":
        sys.exit('usage: python -m storage.migrate new "what changes"')
    sys.stdout.write(f"{new(sys.argv[2])}\n")
