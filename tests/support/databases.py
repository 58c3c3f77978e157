"""Databases for tests: real ones, of both engines, fresh for each test.

``database_url`` is a migrated, empty database; a test that takes it runs once on SQLite and once on PostgreSQL.
``empty_database_url`` has no tables. ``sqlite_url``, ``postgres_url`` and ``empty_postgres_url`` are of one engine.

The PostgreSQL server is that of LIAISONBOT_TEST_POSTGRES_DSN, else one of our own for the whole run, started when the
first test asks for it. Where there can be none, those tests are skipped with the reason; under CI they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from filelock import FileLock
from psycopg import sql

from storage import migrate
from storage.urls import sqlite_url as url_of
from tests.support import postgres_server
from tests.support.as_new import Origin

_FOLDER = "LIAISONBOT_TEST_POSTGRES_FOLDER"
_OWNER = "LIAISONBOT_TEST_POSTGRES_OWNER"
_DSN = "LIAISONBOT_TEST_POSTGRES_DSN"


def pytest_configure(config: pytest.Config) -> None:
    """The process that began the run owns the server; xdist's workers inherit where it is."""
    if not hasattr(config, "workerinput") and _OWNER not in os.environ:
        os.environ[_FOLDER] = str(postgres_server.new_folder())
        os.environ[_OWNER] = str(os.getpid())


def pytest_unconfigure() -> None:
    if os.environ.get(_OWNER) != str(os.getpid()):
        return
    folder = Path(os.environ.pop(_FOLDER))
    del os.environ[_OWNER]
    if _DSN in os.environ and (folder / "template").exists():
        _drop(os.environ[_DSN], (folder / "template").read_text())
    postgres_server.stop(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each test once on each engine."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> str:
    """A migrated, empty database."""
    return str(request.getfixturevalue("sqlite_url" if engine == "sqlite" else "postgres_url"))


@pytest.fixture
def empty_database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table; on SQLite not even a file."""
    return url_of(tmp_path / "liaison.db") if engine == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty database in SQLite."""
    shutil.copy(sqlite_template, tmp_path / "liaison.db")
    return url_of(tmp_path / "liaison.db")


@pytest.fixture
def postgres_url(postgres_copies: Copies) -> Iterator[str]:
    """A migrated, empty database in PostgreSQL."""
    with postgres_copies.lent() as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server_url: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = _new_name()
    _create(postgres_server_url, name, "template0")
    yield _with_database(postgres_server_url, name)
    _drop(postgres_server_url, name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy from."""
    path = tmp_path_factory.mktemp("template") / "liaison.db"
    migrate.upgrade(url_of(path))
    return path


@pytest.fixture(scope="session")
def postgres_server_url() -> str:
    """The server of this run, and on it the database that always exists."""
    if _DSN in os.environ:
        return os.environ[_DSN]
    folder = Path(os.environ[_FOLDER])
    with FileLock(folder / "starting.lock"):
        if not (folder / "guardian.log").exists():
            postgres_server.spawn(folder, int(os.environ[_OWNER]))
        try:
            return postgres_server.wait_for_address(folder)
        except RuntimeError as exc:
            _no_server(str(exc))
            raise


@pytest.fixture(scope="session")
def postgres_template(postgres_server_url: str) -> str:
    """The name of a migrated database to copy from; made once for all workers."""
    folder = Path(os.environ[_FOLDER])
    name = f"{folder.name.replace('-', '_')}_template"
    with FileLock(folder / "template.lock"):
        if not (folder / "template").exists():
            _create(postgres_server_url, name, "template0")
            migrate.upgrade(_with_database(postgres_server_url, name))
            (folder / "template").write_text(name)
    return name


@pytest.fixture(scope="session")
def postgres_copies(postgres_server_url: str, postgres_template: str) -> Iterator[Copies]:
    """Copies of the migrated database, for one test after the other."""
    copies = Copies(postgres_server_url, postgres_template)
    yield copies
    copies.drop()


class Copies:
    """Copies of a template. Each is used by many tests, one at a time, and is as new for each of them."""

    def __init__(self, server: str, template: str) -> None:
        self._server = server
        self._template = template
        self._free: dict[str, Origin] = {}

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of one of them."""
        name, origin = self._free.popitem() if self._free else self._new()
        yield _with_database(self._server, name)
        if origin.restored():
            self._free[name] = origin
        else:
            _drop(self._server, name)

    def drop(self) -> None:
        for name in self._free:
            _drop(self._server, name)
        self._free.clear()

    def _new(self) -> tuple[str, Origin]:
        name = _new_name()
        _create(self._server, name, self._template)
        return name, Origin(_with_database(self._server, name))


_numbers = count(1)


def _new_name() -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    return f"liaison_{os.getpid()}_{worker}_{next(_numbers)}"


def _no_server(reason: str) -> None:
    message = f"no PostgreSQL server for the tests: {reason}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _create(server: str, name: str, template: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _with_database(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)
