"""From any older database to the one this program expects, or not at all."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import migrate
from storage.errors import AlreadyRunning, DatabaseNewer, DatabaseUnavailable, NotOurDatabase
from storage.migrate import Migrations
from storage.urls import sqlite_path, sqlite_url
from tests.storage import chains
from tests.storage.connections import connected
from tests.storage.test_instance_lock import another_bot
from tests.support.source import ROOT


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Migrations]:
    """The same program in three versions."""
    folder = tmp_path_factory.mktemp("chains")
    schemas = [chains.first(), chains.second(), chains.third()]
    whole = chains.chain(folder / "3", *schemas)
    older = [chains.cut(whole, folder / str(n), f"000{n}", schemas[n - 1]) for n in (1, 2)]
    return [*older, whole]


def fill(url: str) -> None:
    with connected(url) as connection:
        connection.exec_driver_sql("INSERT INTO station (id, name) VALUES (1, 'North')")
        connection.exec_driver_sql("INSERT INTO letter (id, station_id, text) VALUES (1, 1, 'The lamp is broken')")


def letters(url: str) -> list[str]:
    with connected(url) as connection:
        return list(
            connection.exec_driver_sql("SELECT l.text FROM letter l JOIN station s ON s.id = l.station_id").scalars()
        )


def revision(url: str) -> str | None:
    with connected(url) as connection:
        return migrate.current(connection)


def test_a_database_is_made_and_brought_up_step_by_step(empty_database_url: str, steps: list[Migrations]) -> None:
    """What stands in it stays in it, also where SQLite makes a table anew that others refer to."""
    assert migrate.upgrade(empty_database_url, steps[0]) == ["0001"]
    fill(empty_database_url)

    assert migrate.upgrade(empty_database_url, steps[2]) == ["0002", "0003"]
    assert migrate.upgrade(empty_database_url, steps[2]) == []

    assert letters(empty_database_url) == ["The lamp is broken"]
    with connected(empty_database_url) as connection:
        assert migrate.differences(connection, steps[2]) == []
        assert connection.exec_driver_sql("SELECT colour FROM station").scalar() == "red"


def test_a_schema_without_its_migration_is_noticed(empty_database_url: str, steps: list[Migrations]) -> None:
    """The test of our own schema rests on this."""
    migrate.upgrade(empty_database_url, steps[0])

    with connected(empty_database_url) as connection:
        assert len(migrate.differences(connection, steps[2])) == 3


def test_a_newer_database_is_refused_and_not_touched(empty_database_url: str, steps: list[Migrations]) -> None:
    """An older program would write into tables it does not know."""
    migrate.upgrade(empty_database_url, steps[2])

    with pytest.raises(DatabaseNewer, match=r"at revision 0003, .* no further than 0001") as refused:
        migrate.upgrade(empty_database_url, steps[0])

    assert (refused.value.found, refused.value.known) == ("0003", "0001")
    assert revision(empty_database_url) == "0003"


def test_somebody_elses_database_is_refused_and_not_touched(empty_database_url: str, steps: list[Migrations]) -> None:
    """A typing mistake in database.url must not put our tables among theirs."""
    with connected(empty_database_url) as connection:
        connection.exec_driver_sql("CREATE TABLE invoice (id INTEGER PRIMARY KEY)")

    with pytest.raises(NotOurDatabase):
        migrate.upgrade(empty_database_url, steps[0])

    with connected(empty_database_url) as connection:
        assert sa.inspect(connection).get_table_names() == ["invoice"]


def test_a_migration_that_fails_leaves_everything_as_it_was(
    empty_database_url: str, steps: list[Migrations], tmp_path: Path
) -> None:
    """Also what the migrations before it in the same run have done."""
    migrate.upgrade(empty_database_url, steps[0])
    fill(empty_database_url)
    broken = Migrations(tmp_path / "broken", steps[2].metadata)
    shutil.copytree(steps[2].folder, broken.folder)
    [last] = (broken.folder / "versions").glob("0003*.py")
    last.write_text(
        last.read_text().replace("def upgrade() -> None:\n", "def upgrade() -> None:\n    op.execute('nonsense')\n")
    )

    with pytest.raises((DatabaseUnavailable, sa.exc.DBAPIError)):
        migrate.upgrade(empty_database_url, broken)

    assert revision(empty_database_url) == "0001"
    assert letters(empty_database_url) == ["The lamp is broken"]
    assert migrate.upgrade(empty_database_url, steps[2]) == ["0002", "0003"]


def test_rows_that_lose_what_they_refer_to_stop_a_migration(tmp_path: Path, steps: list[Migrations]) -> None:
    """On SQLite the keys are off while tables are made anew; they are checked before it counts."""
    url = sqlite_url(tmp_path / "liaison.db")
    migrate.upgrade(url, steps[0])
    with closing(sqlite3.connect(tmp_path / "liaison.db")) as raw, raw:
        raw.execute("INSERT INTO letter (id, station_id) VALUES (1, 99)")

    with pytest.raises(DatabaseUnavailable, match="in letter"):
        migrate.upgrade(url, steps[1])

    assert revision(url) == "0001"


async def test_bots_that_start_together_migrate_once(empty_postgres_url: str, steps: list[Migrations]) -> None:
    """One does it, the others wait and find it done."""
    done = await asyncio.gather(*(asyncio.to_thread(migrate.upgrade, empty_postgres_url, steps[2]) for _ in range(4)))

    assert sorted(done) == [[], [], [], ["0001", "0002", "0003"]]


def test_tables_that_another_bot_has_just_made_are_ours(
    empty_postgres_url: str, steps: list[Migrations], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may finish between two looks: there was no revision yet, and then there are tables."""
    read = migrate.current

    def then_another_is_done(connection: sa.Connection) -> str | None:
        found = read(connection)
        monkeypatch.setattr(migrate, "current", read)
        migrate.upgrade(empty_postgres_url, steps[2])
        return found

    monkeypatch.setattr(migrate, "current", then_another_is_done)

    assert migrate.upgrade(empty_postgres_url, steps[2]) == []


def test_before_an_upgrade_a_sqlite_file_is_copied_beside_itself(tmp_path: Path, steps: list[Migrations]) -> None:
    """The copy is the old state, whole, for its owner alone, and named for what came after it."""
    url = sqlite_url(tmp_path / "liaison.db")
    migrate.upgrade(url, steps[0])
    fill(url)
    assert migrate.copies(tmp_path / "liaison.db", "before") == []

    migrate.upgrade(url, steps[1])

    [copy] = migrate.copies(tmp_path / "liaison.db", "before")
    assert copy.name.startswith("liaison.db.before-0002-2")
    assert copy.stat().st_mode & 0o077 == 0
    assert revision(sqlite_url(copy)) == "0001"
    assert letters(sqlite_url(copy)) == ["The lamp is broken"]


def test_only_the_newest_copies_are_kept(tmp_path: Path, steps: list[Migrations]) -> None:
    """A year of upgrades does not fill the disk."""
    path = tmp_path / "liaison.db"
    migrate.upgrade(sqlite_url(path), steps[0])
    for year in range(2020, 2026):
        shutil.copy(path, tmp_path / f"liaison.db.before-0001-{year}0101T000000.000000Z.db")

    migrate.upgrade(sqlite_url(path), steps[1])

    kept = [copy.name for copy in migrate.copies(path, "before")]
    assert kept[:2] == [f"liaison.db.before-0001-{year}0101T000000.000000Z.db" for year in (2024, 2025)]
    assert [name[:22] for name in kept[2:]] == ["liaison.db.before-0002"]


def test_the_file_is_not_migrated_under_a_bot_that_runs(tmp_path: Path, steps: list[Migrations]) -> None:
    """A newer command must not change the tables of an older bot; where nothing is to change, both may go on."""
    url = sqlite_url(tmp_path / "liaison.db")
    migrate.upgrade(url, steps[0])

    with another_bot(sqlite_path(url)):
        assert migrate.upgrade(url, steps[0]) == []
        with pytest.raises(AlreadyRunning):
            migrate.upgrade(url, steps[1])

    assert revision(url) == "0001"


def test_a_migration_is_written_from_what_the_schema_says(tmp_path: Path) -> None:
    """Readable names, plain types, and both engines' defaults."""
    metadata = sa.MetaData()
    sa.Table("lamp", metadata, sa.Column("lit", sa.Boolean, server_default=sa.false()))
    chains.chain(tmp_path / "chain", metadata)

    [made] = (tmp_path / "chain" / "versions").glob("*.py")

    assert made.name == "0001_step_1.py"
    assert "server_default=sa.false()" in made.read_text()


def test_our_migrations_are_one_chain() -> None:
    """Two made beside each other have the same number, and one of them would silently be left out."""
    files = sorted((ROOT / "storage" / "migrations" / "versions").glob("[0-9]*.py"))
    stated = [re.findall(r"^(?:down_)?revision\b.*= \W*(\w+)", file.read_text("utf-8"), re.M) for file in files]

    numbers = [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [file.name[:4] for file in files] == numbers
    assert stated == [[own, before] for own, before in zip(numbers, ["None", *numbers], strict=False)]


def test_the_command_says_how_it_is_used() -> None:
    """Who forgets the message is told."""
    told = subprocess.run(
        [sys.executable, "-m", "storage.migrate"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )

    assert told.returncode == 1
    assert 'migrate new "what changes"' in told.stderr
