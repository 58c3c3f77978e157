"""``bot.py set-aside …``, ``backup`` and ``restore``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from liaisonbot.ports import StoredUpdate
from storage.instance_lock import sole_use
from tests.support.makers import NOW
from tests.support.terminal import ROOT, Place, with_cases
from tests.support.units import a_unit


@pytest.fixture
def with_something_aside(furnished: Place) -> Place:
    with a_unit(furnished.database) as uow:
        uow.inbox.add([StoredUpdate(77, 5, '{"update_id":77,"message":{"text":"路灯坏了"}}')], NOW)
        uow.inbox.set_aside(77, "ValueError at inbound.py:12", NOW)
    return furnished


def test_what_was_set_aside_is_listed_without_words(with_something_aside: Place) -> None:
    """Over somebody's shoulder nobody's words are to be read; ``show`` has them."""
    listed = with_something_aside.call("set-aside", "list")
    shown = with_something_aside.call("set-aside", "show", "u77")

    assert listed.out.startswith("u77\t")
    assert "ValueError at inbound.py:12" in listed.out
    assert "路灯" not in listed.out
    assert json.loads(shown.out)["message"]["text"] == "路灯坏了"


def test_what_was_set_aside_can_be_tried_again(with_something_aside: Place) -> None:
    """It is new in the inbox; a second retry has nothing to put back."""
    assert with_something_aside.call("set-aside", "retry", "u77").code == 0
    with a_unit(with_something_aside.database) as uow:
        assert [update.update_id for update in uow.inbox.pending(NOW)] == [77]
    assert with_something_aside.call("set-aside", "retry", "u77").code == 1


def test_what_was_set_aside_can_be_dropped(with_something_aside: Place) -> None:
    """For good."""
    assert with_something_aside.call("set-aside", "drop", "u77").code == 0
    assert with_something_aside.call("set-aside", "show", "u77").code == 1
    assert with_something_aside.call("set-aside", "list").out == ""


@pytest.mark.parametrize("name", ["u1", "m1", "77", "x", "u-1", "u99999999999999999999", "ü"])
def test_a_name_that_is_none_is_refused(with_something_aside: Place, name: str) -> None:
    """In words."""
    for call in ("show", "retry", "drop"):
        told = with_something_aside.call("set-aside", call, name)
        assert told.code == 1
        assert "set-aside list" in told.err


def test_a_backup_is_put_back(furnished: Place) -> None:
    """What it replaces is kept, and a backup overwrites nothing."""
    copy = str(furnished.folder / "copy.db")
    assert furnished.call("backup", copy).code == 0
    assert furnished.call("backup", copy).code == 1
    with_cases(furnished)

    told = furnished.call("restore", copy)

    assert told.code == 0
    assert "is kept in" in told.out
    assert furnished.call("export", "cases").out == ""


def test_what_is_no_backup_is_refused(furnished: Place) -> None:
    """And nothing is changed."""
    for name in ("roster.csv", "nothing.db"):
        told = furnished.call("restore", str(furnished.folder / name))
        assert told.code == 1
        assert len(told.err.splitlines()) == 1


def test_a_copy_that_only_a_newer_program_can_put_back_says_so(furnished: Place) -> None:
    """It is made all the same, since it may be needed; whoever relies on it learns at once, and when restoring."""
    with a_unit(furnished.database) as uow:
        uow.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    copy = furnished.folder / "copy.db"

    made = furnished.call("backup", str(copy))
    refused = furnished.call("restore", str(copy))

    assert made.code == 0
    assert copy.exists()
    assert "at revision 9999" in made.err
    assert "only the newer LiaisonBot can restore this copy" in made.err
    assert refused.code == 1
    assert refused.err.startswith(f"{copy} is a backup of a database at revision 9999, ")
    assert "nothing was changed" in refused.err
    assert len(refused.err.splitlines()) == 1


def test_nothing_is_put_back_under_a_running_bot(furnished: Place) -> None:
    """It would go on writing into the old file."""
    copy = str(furnished.folder / "copy.db")
    furnished.call("backup", copy)
    script = (
        "import sys; from pathlib import Path; from storage.instance_lock import sole_use\n"
        "with sole_use(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(furnished.folder / "data" / "liaison.db")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        told = furnished.call("restore", copy)
        assert told.code == 1
        assert str(holder.pid) in told.err
    finally:
        holder.communicate()
    with sole_use(furnished.folder / "data" / "liaison.db"):
        pass
