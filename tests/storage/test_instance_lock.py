"""One bot per file, across processes, also after the worst end."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from storage.errors import AlreadyRunning, DatabaseUnavailable
from storage.instance_lock import sole_use
from storage.urls import sqlite_path, sqlite_url

_HOLD = """
    import sys, time
    from pathlib import Path
    from storage.instance_lock import sole_use
    with sole_use(Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(60)
"""


@contextmanager
def another_bot(database: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the file's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_HOLD), str(database)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_second_bot_is_refused_with_a_sentence_that_names_the_first(tmp_path: Path) -> None:
    """It says what is in use, by which process, and what to do."""
    with (
        another_bot(tmp_path / "liaison.db") as first,
        pytest.raises(AlreadyRunning, match=f"process {first.pid}.*stop that one first") as refused,
        sole_use(tmp_path / "liaison.db"),
    ):
        pass

    assert refused.value.pid == first.pid


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_where_nothing_can_be_written_room_is_not_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The sentence says what to see to: that it can be written there."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(FileLock, "acquire", refused)
    with pytest.raises(DatabaseUnavailable, match=r"and can be written\.$"), sole_use(tmp_path / "liaison.db"):
        pass


def test_after_kill_9_the_file_is_free(tmp_path: Path) -> None:
    """Nobody has to remove a stale lock by hand."""
    with another_bot(tmp_path / "liaison.db") as first:
        first.kill()
        first.wait()

        with sole_use(tmp_path / "liaison.db"):
            assert (tmp_path / "liaison.db.lock").read_text() == str(os.getpid())


def test_bots_on_other_files_are_no_hindrance(tmp_path: Path) -> None:
    """Two stations on one machine."""
    with another_bot(tmp_path / "one.db"), sole_use(tmp_path / "two.db"):
        pass


def test_the_bot_itself_may_take_the_lock_again(tmp_path: Path) -> None:
    """It migrates while it holds the file; giving the inner one back does not free the file."""
    with sole_use(tmp_path / "liaison.db"):
        with sole_use(tmp_path / "liaison.db"):
            pass
        probe = [sys.executable, "-c", textwrap.dedent(_HOLD), str(tmp_path / "liaison.db")]
        refused = subprocess.run(probe, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)

    assert "AlreadyRunning" in refused.stderr


def test_a_file_is_the_same_under_another_name(tmp_path: Path) -> None:
    """A configuration that names it by a symbolic link, or through a linked folder, means the same bot."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "liaison.db").touch()
    (tmp_path / "linked.db").symlink_to("data/liaison.db")
    (tmp_path / "current").symlink_to("data")

    with another_bot(tmp_path / "data" / "liaison.db"):
        for name in ("linked.db", "current/liaison.db", "data/../data/liaison.db"):
            with pytest.raises(AlreadyRunning), sole_use(sqlite_path(sqlite_url(tmp_path / name))):
                pass
