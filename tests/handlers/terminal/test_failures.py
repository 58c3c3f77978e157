"""What the system says of a file stands in our sentences in words: which file, what is wrong, what to do next."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from storage import revision
from tests.support.terminal import Place

FOLDER, NOWHERE, BELOW_A_FILE, LONG = "folder", "no/file", "roster.csv/file", "x" * 300

CALLS: Final[Mapping[tuple[str, str], str]] = {
    ("restore", FOLDER): "(Is a directory); nothing was changed, choose another file",
    ("restore", NOWHERE): "(No such file or directory); nothing was changed, choose another file",
    ("restore", LONG): "(File name too long); nothing was changed, choose another file",
    ("backup", FOLDER): "exists already and is never overwritten; choose another name",
    ("backup", NOWHERE): "cannot be written (No such file or directory); see to its folder, or choose another name",
    ("backup", BELOW_A_FILE): "cannot be written (Not a directory); see to its folder, or choose another name",
    ("backup", LONG): "cannot be written (File name too long); see to its folder, or choose another name",
    ("roster import", FOLDER): "cannot be read (Is a directory); name another file",
    ("roster import", NOWHERE): "cannot be read (No such file or directory); name another file",
    ("roster export", FOLDER): "it is a folder; name a file in it",
    ("roster export", NOWHERE): "there is no such folder; make it, or name another",
    ("roster export", LONG): "File name too long; choose a shorter name",
    ("units import", FOLDER): "cannot be read (Is a directory); name another file",
    ("units export", FOLDER): "it is a folder; name a file in it",
    ("export cases --out", BELOW_A_FILE): "there is no such folder; make it, or name another",
    ("export cases --out", LONG): "File name too long; choose a shorter name",
    ("summary --out", LONG): "File name too long; choose a shorter name",
}
"""What is called with which file, and how the sentence ends that answers."""


@pytest.mark.parametrize(("call", "file"), CALLS)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(furnished: Place, call: str, file: str) -> None:
    (furnished.folder / FOLDER).mkdir()
    told = furnished.call(*call.split(), str(furnished.folder / file))

    assert told.code == 1
    assert_a_sentence(told.err)
    assert CALLS[call, file] in told.err


def _a_folder_in_the_databases_place(place: Place) -> None:
    shutil.rmtree(place.folder / "data")
    (place.folder / "data" / "liaison.db").mkdir(parents=True)


def _a_file_in_its_folders_place(place: Place) -> None:
    shutil.rmtree(place.folder / "data")
    place.write("data", "")


def _a_folder_in_the_locks_place(place: Place) -> None:
    lock = place.folder / "data" / "liaison.db.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()


def _words_in_the_databases_place(place: Place) -> None:
    (place.folder / "data" / "liaison.db").write_text("no database, nor was it ever one")


def _a_folder_in_the_configurations_place(place: Place) -> None:
    (place.folder / "config.toml").unlink()
    (place.folder / "config.toml").mkdir()


def _a_database_with_too_long_a_name(place: Place) -> None:
    place.configure(f'[database]\nurl = "sqlite:///{LONG}.db"\n')


BROKEN: Final[tuple[Callable[[Place], None], ...]] = (
    _a_folder_in_the_databases_place,
    _a_file_in_its_folders_place,
    _a_folder_in_the_locks_place,
    _words_in_the_databases_place,
    _a_folder_in_the_configurations_place,
    _a_database_with_too_long_a_name,
)
UNREADABLE: Final[Mapping[str, str]] = {
    "roster import secret": "cannot be read (Permission denied); name another file",
    "restore secret": "(Permission denied); nothing was changed, choose another file",
    "check --config secret": "cannot be read (Permission denied); see to its rights, or name another file",
}


@pytest.mark.parametrize("call", UNREADABLE)
def test_a_file_that_others_keep_for_themselves(furnished: Place, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's, mostly. Whoever runs the tests may read everything: so it is the system that refuses here."""
    secret = furnished.write("secret", "")
    real_open = io.open

    def refusing(file: Any, *args: Any, **more: Any) -> Any:
        if Path(str(file)).name == secret.name:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return real_open(file, *args, **more)

    monkeypatch.chdir(furnished.folder)
    monkeypatch.setattr(io, "open", refusing)
    monkeypatch.setattr(os, "access", lambda path, mode, **more: Path(str(path)).name != secret.name)
    told = furnished.call(*call.split())

    assert told.code == 1
    assert UNREADABLE[call] in told.out + told.err


def test_a_database_that_another_user_made(furnished: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever called the program as root once, by mistake, reads what to do."""

    def refuse(*_: object, **more: object) -> None:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr(revision, "connect", refuse)
    for call in ("check", "run", "backup copy", "set-aside list"):
        told = furnished.call(*call.split())
        assert "see that it and its folder belong to the user who runs this, and can be written" in told.out + told.err


SAID: Final[Mapping[Callable[[Place], None], str]] = {
    _a_folder_in_the_databases_place: "is a folder; write the name of the file behind it",
    _words_in_the_databases_place: "name another file in database.url, or `bot.py restore` a backup",
    _a_database_with_too_long_a_name: "File name too long; write the name of another file",
}
"""What ``check`` says to do, in one of its lines; it goes on with what else there is to look at."""


@pytest.mark.parametrize("broken", SAID, ids=lambda broken: broken.__name__.strip("_"))
def test_check_says_what_to_do_and_goes_on(furnished: Place, broken: Callable[[Place], None]) -> None:
    """The database is one thing among several."""
    broken(furnished)
    told = furnished.call("check")

    (line,) = [line for line in told.out.splitlines() if line.startswith("wrong database: ")]
    assert SAID[broken] in line
    assert "time zone" in told.out


def test_a_configuration_with_too_long_a_name(place: Place) -> None:
    """It says what to do as well."""
    told = place.call("check", "--config", LONG)

    assert told.code == 1
    assert told.err.strip().endswith("File name too long; choose a shorter name")


REACHES_FOR_THE_DATABASE: Final = ("check", "run", "backup copy", "restore good", "roster import roster.csv")


@pytest.mark.parametrize("call", REACHES_FOR_THE_DATABASE)
@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__.strip("_"))
def test_what_stands_in_the_way_is_said_in_words(
    furnished: Place, broken: Callable[[Place], None], call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or does not stand in the way of that call."""
    monkeypatch.chdir(furnished.folder)
    with closing(sqlite3.connect(furnished.folder / "data" / "liaison.db")) as database:
        database.execute("VACUUM INTO 'good'")
    broken(furnished)
    told = furnished.call(*call.split())

    assert told.code in (0, 1)
    for line in (told.out + told.err).splitlines():
        assert_a_sentence(line)


def assert_a_sentence(said: str) -> None:
    """No number of the system's."""
    assert "Errno" not in said
    assert "something went wrong inside" not in said
