"""A copy that fits together while the bot writes, and the way back, all of it or nothing."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import backup as backups
from storage import migrate
from storage.backup import backup, restore
from storage.database import Database, open_database
from storage.errors import (
    AlreadyRunning,
    DatabaseNewer,
    DatabaseUnavailable,
    NotABackup,
    TargetExists,
    TargetUnusable,
)
from storage.forgotten import remember_forgotten
from storage.schema import counters, forgotten
from storage.urls import dialect_of, sqlite_path, sqlite_url
from tests.storage import chains
from tests.storage.conftest import bare
from tests.storage.connections import connected
from tests.storage.counting import count_up, names, note, value_of
from tests.storage.test_instance_lock import another_bot
from tests.support import live_files

_LONG_AGO = datetime(2026, 3, 1, 8, tzinfo=UTC)


def put(url: str, *rows: str) -> None:
    with connected(url) as connection:
        for row in rows:
            note(row)(connection)


def content(url: str) -> set[str]:
    with connected(url) as connection:
        return names(connection)


def forget(url: str, digest: str) -> None:
    with connected(url) as connection:
        connection.execute(forgotten.insert(), {"digest": digest, "forgotten_at": _LONG_AGO})


def remembered(connection: sa.Connection) -> set[str]:
    return set(connection.execute(sa.select(forgotten.c.digest)).scalars())


def whole_folder(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in live_files.contents(folder).items() if not name.endswith(".lock")}


async def test_a_backup_made_while_the_bot_writes_is_the_state_of_one_moment(
    database: Database[sa.Connection], database_url: str, tmp_path: Path
) -> None:
    """Two counters that every unit counts up together are equal in it; the bot is not held up."""
    await database.write(note("left"))
    await database.write(note("right"))
    stop = asyncio.Event()

    def both(connection: sa.Connection) -> None:
        count_up("left")(connection)
        count_up("right")(connection)

    async def keep_writing() -> int:
        written = 0
        while not stop.is_set():
            await database.write(both)
            written += 1
        return written

    writing = asyncio.create_task(keep_writing())
    targets = [tmp_path / f"backup-{number}" for number in range(3)]
    for target in targets:
        await asyncio.to_thread(backup, database_url, target)
    stop.set()
    assert await writing > 3
    await database.close()

    for target in targets:
        restore(database_url, target)
        with connected(database_url) as connection:
            assert value_of("left")(connection) == value_of("right")(connection)
            assert migrate.differences(connection) == []


def test_a_backup_is_one_file_for_its_owner_alone(database_url: str, tmp_path: Path) -> None:
    """Nothing beside it, nothing half written left over."""
    target = tmp_path / "safe" / "today.backup"
    target.parent.mkdir()

    backup(database_url, target)

    assert [file.name for file in target.parent.iterdir()] == ["today.backup"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_backup_never_overwrites(database_url: str, tmp_path: Path) -> None:
    """Yesterday's backup is worth more than a typing mistake."""
    (tmp_path / "yesterday").write_text("precious")

    with pytest.raises(TargetExists, match="choose another name"):
        backup(database_url, tmp_path / "yesterday")

    assert (tmp_path / "yesterday").read_text() == "precious"


def test_a_backup_of_nothing_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    """It would look like one, and be none."""
    with pytest.raises(DatabaseUnavailable):
        backup(empty_database_url, tmp_path / "nothing")

    assert not (tmp_path / "nothing").exists()


def test_a_backup_to_a_folder_that_is_not_there_is_refused_in_a_sentence(database_url: str, tmp_path: Path) -> None:
    """It speaks of the file that cannot be written, not of the database, with which all is well."""
    with pytest.raises(TargetUnusable, match=r"^\S+missing/backup cannot be written \(No such file or directory\)"):
        backup(database_url, tmp_path / "missing" / "backup")


def test_a_restore_brings_back_everything_and_keeps_what_it_replaces(database_url: str, tmp_path: Path) -> None:
    """Both states are there afterwards: the old one in its place, the new one under a name that is told."""
    put(database_url, "old", "with 'quotes'\t\\and \n 群众")
    backup(database_url, tmp_path / "old.backup")
    put(database_url, "new")

    result = restore(database_url, tmp_path / "old.backup")

    assert content(database_url) == {"old", "with 'quotes'\t\\and \n 群众"}
    assert result.migrated == []
    assert result.kept is not None
    assert result.kept.stat().st_mode & 0o077 == 0
    restore(database_url, result.kept)
    assert "new" in content(database_url)


def test_ids_go_on_where_the_backup_left_off(database_url: str, tmp_path: Path) -> None:
    """A sequence that began anew would give a number out twice."""
    insert = sa.text("INSERT INTO stations (code, name) VALUES (:code, :code) RETURNING id")
    with connected(database_url) as connection:
        last = [connection.execute(insert, {"code": code}).scalar_one() for code in "abc"][-1]
    backup(database_url, tmp_path / "backup")

    restore(database_url, tmp_path / "backup")

    with connected(database_url) as connection:
        assert connection.execute(insert, {"code": "d"}).scalar_one() == last + 1


def test_a_restore_onto_nothing_keeps_nothing(empty_database_url: str, database_url: str, tmp_path: Path) -> None:
    """The usual case after a disk was lost."""
    put(database_url, "saved")
    backup(database_url, tmp_path / "backup")
    url = empty_database_url
    if dialect_of(url) == "sqlite":
        url = sqlite_url(tmp_path / "new machine" / "liaison.db")

    result = restore(url, tmp_path / "backup")

    assert result.kept is None
    assert content(url) == {"saved"}


def test_an_older_backup_is_brought_up_to_date(empty_database_url: str, tmp_path: Path) -> None:
    """By the same migrations that would have done it in place."""
    whole = chains.chain(tmp_path / "chain", chains.first(), chains.second())
    older = chains.cut(whole, tmp_path / "older", "0001", chains.first())
    migrate.upgrade(empty_database_url, older)
    with connected(empty_database_url) as connection:
        connection.exec_driver_sql("INSERT INTO station (id, name) VALUES (1, 'North')")
        connection.exec_driver_sql("INSERT INTO letter (id, station_id, text) VALUES (1, 1, 'The lamp')")
    backup(empty_database_url, tmp_path / "backup")
    migrate.upgrade(empty_database_url, whole)

    result = restore(empty_database_url, tmp_path / "backup", migrations=whole)

    assert result.migrated == ["0002"]
    with connected(empty_database_url) as connection:
        assert migrate.differences(connection, whole) == []
        row = connection.exec_driver_sql("SELECT s.colour, l.text FROM letter l JOIN station s ON s.id = l.station_id")
        assert row.all() == [("red", "The lamp")]


def test_a_newer_backup_is_refused_and_nothing_is_changed(empty_database_url: str, tmp_path: Path) -> None:
    """An older program cannot know what is in it."""
    whole = chains.chain(tmp_path / "chain", chains.first(), chains.second())
    older = chains.cut(whole, tmp_path / "older", "0001", chains.first())
    migrate.upgrade(empty_database_url, whole)
    backup(empty_database_url, tmp_path / "backup")

    with pytest.raises(DatabaseNewer, match=r"/backup is a backup of .* at revision 0002, .* no further than 0001"):
        restore(empty_database_url, tmp_path / "backup", migrations=older)

    with connected(empty_database_url) as connection:
        assert migrate.current(connection) == "0002"


def an_empty_file(path: Path, _: str) -> None:
    path.touch()


def a_letter(path: Path, _: str) -> None:
    path.write_text("Dear station, the lamp is broken.")


def somebody_elses_database(path: Path, _: str) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE invoice (id)")


def a_zip_of_something(path: Path, _: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday.txt", "sun")


def a_damaged_backup(path: Path, url: str) -> None:
    backup(url, path)
    everything = bytearray(path.read_bytes())
    middle = len(everything) // 3
    everything[middle : middle + 3000] = b"\xff" * 3000
    path.write_bytes(everything)


def a_backup_cut_short(path: Path, url: str) -> None:
    backup(url, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def a_backup_of_the_other_engine(path: Path, url: str) -> None:
    if dialect_of(url) == "sqlite":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("manifest.json", "{}")
    else:
        other = path.with_suffix(".db")
        migrate.upgrade(sqlite_url(other))
        other.rename(path)


def a_backup_that_lost_a_table(path: Path, url: str) -> None:
    if dialect_of(url) != "sqlite":
        return an_empty_file(path, url)
    backup(url, path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DROP TABLE journal")
    return None


def the_database_of_another_program_that_uses_alembic(path: Path, _: str) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        other.execute("INSERT INTO alembic_version VALUES ('0001')")


def nothing_at_all(path: Path, _: str) -> None:
    path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "make",
    [
        an_empty_file,
        a_letter,
        somebody_elses_database,
        a_zip_of_something,
        a_damaged_backup,
        a_backup_cut_short,
        a_backup_of_the_other_engine,
        a_backup_that_lost_a_table,
        the_database_of_another_program_that_uses_alembic,
        nothing_at_all,
    ],
)
def test_what_is_no_backup_is_refused_and_nothing_is_changed(make: object, database_url: str, tmp_path: Path) -> None:
    """With a sentence that names the file; nothing is replaced, nothing lies about."""
    put(database_url, *(f"row {number}" for number in range(500)))
    source = tmp_path / "elsewhere" / "offered"
    source.parent.mkdir()
    make(source, database_url)  # type: ignore[operator]
    before = whole_folder(tmp_path / "elsewhere"), content(database_url), sorted(p.name for p in tmp_path.iterdir())

    with pytest.raises(NotABackup, match=r"offered is not a backup .* nothing was changed") as refused:
        restore(database_url, source)
    assert "SQL:" not in str(refused.value)

    after = (
        whole_folder(tmp_path / "elsewhere"),
        content(database_url),
        sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".lock"),
    )
    assert after == before


async def test_a_restore_waits_for_nobody_while_the_bot_runs(database_url: str, tmp_path: Path) -> None:
    """It is refused: the bot would go on with what it knew before."""
    put(database_url, "there")
    backup(database_url, tmp_path / "backup")

    if dialect_of(database_url) == "sqlite":
        with another_bot(sqlite_path(database_url)), pytest.raises(AlreadyRunning):
            restore(database_url, tmp_path / "backup")
    else:
        async with await open_database(database_url, unit_of_work=bare):
            with pytest.raises(AlreadyRunning):
                await asyncio.to_thread(restore, database_url, tmp_path / "backup")

    assert restore(database_url, tmp_path / "backup").kept is not None


def test_who_was_forgotten_since_is_forgotten_again(database_url: str, tmp_path: Path) -> None:
    """The list is carried over before anybody can see the result, and the caller erases by it."""
    put(database_url, "words of anna", "words of ben")
    forget(database_url, "earlier")
    backup(database_url, tmp_path / "backup")
    forget(database_url, "anna")

    def erase(connection: sa.Connection) -> None:
        for digest in remembered(connection):
            connection.execute(counters.delete().where(counters.c.name == f"words of {digest}"))

    result = restore(database_url, tmp_path / "backup", after_restore=erase)

    assert result.forgotten == 1
    assert content(database_url) == {"words of ben"}
    with connected(database_url) as connection:
        assert remembered(connection) == {"earlier", "anna"}
        at = connection.execute(sa.select(forgotten.c.forgotten_at).where(forgotten.c.digest == "anna")).scalar_one()
    assert at == _LONG_AGO


def test_what_the_restored_file_forgets_is_gone_from_its_bytes(sqlite_url: str, tmp_path: Path) -> None:
    """Erasing while restoring is erasing all the same."""
    put(sqlite_url, *(f"secret-{number}" for number in range(300)))
    backup(sqlite_url, tmp_path / "backup")

    result = restore(sqlite_url, tmp_path / "backup", after_restore=lambda c: c.execute(counters.delete()) and None)
    backups.remove_kept_copies(sqlite_url)

    assert result.kept is not None
    assert [name for name, content in live_files.contents(tmp_path).items() if b"secret-" in content] == ["backup"]


def test_a_lost_database_does_not_undo_an_erasure(sqlite_url: str, tmp_path: Path) -> None:
    """A file beside it remembers; a line cut off by a crash does no harm."""
    path = sqlite_path(sqlite_url)
    backup(sqlite_url, tmp_path / "backup")
    remember_forgotten(sqlite_url, "anna", _LONG_AGO)
    remember_forgotten(sqlite_url, "ben", _LONG_AGO)
    with path.with_name("liaison.db.forgotten").open("a") as beside:
        beside.write("carl 2026-0")
    path.unlink()

    result = restore(sqlite_url, tmp_path / "backup")

    assert result.forgotten == 2
    with connected(sqlite_url) as connection:
        assert remembered(connection) == {"anna", "ben"}
    assert path.with_name("liaison.db.forgotten").stat().st_mode & 0o077 == 0


def test_a_line_after_one_cut_off_is_still_read(sqlite_url: str, tmp_path: Path) -> None:
    """The crash that cut a line must not swallow the next person's."""
    backup(sqlite_url, tmp_path / "backup")
    sqlite_path(sqlite_url).with_name("liaison.db.forgotten").write_text("carl 2026-0")
    remember_forgotten(sqlite_url, "anna", _LONG_AGO)

    assert restore(sqlite_url, tmp_path / "backup").forgotten == 1


def test_a_hook_that_fails_changes_nothing(database_url: str, tmp_path: Path) -> None:
    """Better the state before than one in which somebody is remembered."""
    put(database_url, "old")
    backup(database_url, tmp_path / "backup")
    put(database_url, "new")

    def fails(_: sa.Connection) -> None:
        raise LookupError("who?")

    with pytest.raises(LookupError):
        restore(database_url, tmp_path / "backup", after_restore=fails)

    assert content(database_url) == {"old", "new"}


def test_a_database_beyond_repair_can_be_replaced(sqlite_url: str, tmp_path: Path) -> None:
    """That is what backups are for; the wreck is kept."""
    put(sqlite_url, "saved")
    backup(sqlite_url, tmp_path / "backup")
    sqlite_path(sqlite_url).write_bytes(b"garbage" * 1000)

    result = restore(sqlite_url, tmp_path / "backup")

    assert content(sqlite_url) == {"saved"}
    assert result.kept is not None
    assert result.kept.read_bytes() == b"garbage" * 1000


def test_kept_copies_can_be_removed_for_the_sake_of_who_is_forgotten(sqlite_url: str, tmp_path: Path) -> None:
    """They hold people's words as well; backups elsewhere are in the hands of who made them."""
    backup(sqlite_url, tmp_path / "backup")
    replaced = restore(sqlite_url, tmp_path / "backup").kept
    before = tmp_path / "liaison.db.before-0002-20260101T000000.000000Z.db"
    shutil.copy(tmp_path / "backup", before)

    assert set(backups.remove_kept_copies(sqlite_url)) == {replaced, before}

    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup", "liaison.db", "liaison.db.lock"]


def test_tables_that_refer_to_each_other_in_a_circle_come_back(empty_postgres_url: str, tmp_path: Path) -> None:
    """No order of loading would suit them; the keys hold again afterwards."""
    ours = chains.chain(tmp_path / "chain", chains.first())
    [step] = (ours.folder / "versions").glob("0001*.py")
    circle = "ALTER TABLE station ADD COLUMN favourite INTEGER REFERENCES letter (id)"
    step.write_text(step.read_text().replace("\n\ndef downgrade", f'    op.execute("{circle}")\n\n\ndef downgrade'))
    migrate.upgrade(empty_postgres_url, ours)
    with connected(empty_postgres_url) as connection:
        connection.exec_driver_sql("INSERT INTO station (id, name) VALUES (1, 'North')")
        connection.exec_driver_sql("INSERT INTO letter (id, station_id) VALUES (7, 1)")
        connection.exec_driver_sql("UPDATE station SET favourite = 7")
    backup(empty_postgres_url, tmp_path / "backup")

    restore(empty_postgres_url, tmp_path / "backup", migrations=ours)

    with connected(empty_postgres_url) as connection:
        assert connection.exec_driver_sql("SELECT favourite FROM station").scalar() == 7
    with pytest.raises(sa.exc.IntegrityError), connected(empty_postgres_url) as connection:
        connection.exec_driver_sql("UPDATE station SET favourite = 8")
