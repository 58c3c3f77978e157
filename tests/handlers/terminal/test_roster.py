"""``bot.py roster import|export``."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sandbox.sandbox import Sandbox
from tests.support.terminal import ROSTER, Place, with_cases
from tests.support.units import a_unit


def test_a_roster_is_imported_and_exported(furnished: Place) -> None:
    """What comes out can go in again."""
    out = furnished.folder / "out.xlsx"

    assert furnished.call("roster", "export", str(out)).code == 0
    assert "no changes" in furnished.call("roster", "import", str(out), "--replace").out


def test_a_dry_run_says_and_does_nothing(place: Place) -> None:
    """Not even a database comes into being."""
    told = place.call("roster", "import", str(place.write("roster.csv", ROSTER)), "--dry-run")

    assert told.code == 0
    assert "added: deputy 王芳 (YG)" in told.out
    assert "nothing was imported" in told.out
    assert not (place.folder / "data").exists()


def test_a_file_with_errors_is_not_imported_at_all(furnished: Place) -> None:
    """One line on standard error with every problem; one line each on standard output, to work through."""
    path = furnished.write("bad.csv", "role,name,telegram_id\ndeputy,New,1\nmayor,A,2\ndeputy,B,x\n")
    told = furnished.call("roster", "import", str(path), "--replace")

    assert told.code == 1
    assert len(told.err.splitlines()) == 1
    assert "row 3, column role" in told.err
    assert "row 4, column telegram_id" in told.err
    assert len(told.out.splitlines()) == 2
    with a_unit(furnished.database) as uow:
        assert sorted(entry.name for entry in uow.roster.all()) == ["王芳", "赵敏"]


def test_retiring_a_deputy_with_cases_needs_the_bots_name(furnished: Place) -> None:
    """Their cards are written anew with links to the bot; when Telegram cannot be asked, nothing is changed."""
    with_cases(furnished)
    told = furnished.call("roster", "import", str(furnished.folder / "roster.csv"), "--replace")

    assert told.code == 1
    assert "Telegram could not be asked (not connected (" in told.err
    assert "nothing was changed, and `bot.py check` says what is wrong" in told.err
    with a_unit(furnished.database) as uow:
        assert len(uow.roster.all()) == 3


async def test_a_deputy_who_leaves_gives_back_their_cases(furnished: Place, telegram: Sandbox) -> None:
    """Once Telegram says who the bot is."""
    furnished.api = telegram.url
    furnished.configure()
    with_cases(furnished)

    told = await asyncio.to_thread(
        furnished.call, "roster", "import", str(furnished.folder / "roster.csv"), "--replace"
    )

    assert told.code == 0
    with a_unit(furnished.database) as uow:
        cases, count = uow.cases.unassigned(None)
        assert (count, cases[0].deputy_id) == (1, None)


def test_the_calls_work_on_a_server_too(place: Place, empty_postgres_url: str) -> None:
    """Only database.url is another; the roster comes before the first start, as the README has it."""
    place.configure(f'[database]\nurl = "{empty_postgres_url}"\n')
    roster, copy, out = (str(place.folder / name) for name in ("roster.csv", "copy.zip", "out.csv"))
    place.write("roster.csv", ROSTER)

    for words in (["set-aside", "list"], ["backup", copy], ["roster", "export", out]):
        told = place.call(*words)
        assert "yet; `bot.py run` or `bot.py roster import` makes it" in told.err
    for words in (
        ["roster", "import", roster, "--dry-run"],
        ["roster", "import", roster],
        ["roster", "export", out],
        ["export", "cases"],
        ["export", "cases", "--format", "xlsx", "--out", str(place.folder / "cases.xlsx")],
        ["set-aside", "list"],
        ["backup", copy],
        ["restore", copy],
    ):
        told = place.call(*words)
        assert told.code == 0, (words, told.err)
    assert "王芳" in Path(out).read_text("utf-8-sig")
    assert "2 things to mend" not in place.call("check").err
