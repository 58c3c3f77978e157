"""What a vote leaves in SQLite's files: no page from before, and no byte that depends on who cast which ballot."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.polls import PollKind, PollState
from liaisonbot.ports import StoredUpdate
from liaisonbot.texts import Text
from storage.database import Database, open_database
from storage.unit_of_work import SqlUnitOfWork
from storage.urls import sqlite_path
from storage.urns import TABLES
from tests.support import live_files
from tests.support.makers import NOW

VOTERS = range(5001, 5041)
CODES = [f"{first}{second}CDEFGH" for first in "ABCDEFGH" for second in "JKMNP"]
SHUFFLED = [*CODES[17:], *CODES[:17]]


def a_poll(uow: SqlUnitOfWork) -> int:
    poll = uow.polls.draft(
        kind=PollKind.VOTE,
        question="票决",
        options=("路灯", "长椅"),
        secret=True,
        person_id=None,
        chat_id=None,
        language="zh",
        minutes=60,
    )
    changes = {"state": PollState.OPEN, "opened_at": NOW, "closes_at": NOW + timedelta(hours=1)}
    return uow.polls.update(poll.number, **changes).number


def pressed(uow: SqlUnitOfWork, update_id: int, voter: int, now: datetime) -> None:
    """The press is stored as Telegram gave it."""
    uow.inbox.add([StoredUpdate(update_id, voter, json.dumps({"data": f"ballot:1:cast:0:{update_id}"}))], now)


def handled(uow: SqlUnitOfWork, poll: int, update_id: int, voter: int, code: str, now: datetime) -> None:
    """The ballot goes in, and its receipt is promised."""
    assert uow.urns.cast(poll, voter, code, {"approved": [CODES.index(code) % 2], "against": []})
    uow.inbox.handled(update_id, now)
    uow.outbox.add(Outgoing(Send.TEXT, voter, text=Text.of("ballot-receipt", code=code)), now)


def sent(uow: SqlUnitOfWork, now: datetime) -> None:
    for promise in uow.outbox.turn(now, ()):
        uow.outbox.kept(promise)


async def votes(database: Database[SqlUnitOfWork], codes: Sequence[str]) -> None:
    """Each as it happens, by the same people at the same moments; ``codes`` says who cast which."""
    poll = await database.write(a_poll)
    for place, (voter, code) in enumerate(zip(VOTERS, codes, strict=True), 1):
        now = NOW + timedelta(seconds=place)
        await database.write(partial(pressed, update_id=place, voter=voter, now=now))
        await database.write(partial(handled, poll=poll, update_id=place, voter=voter, code=code, now=now))
        await database.write(partial(sent, now=now))


async def files_after(url: str, folder: Path, codes: Sequence[str], *, over: bool = False) -> dict[str, bytes]:
    """The files, by how their names end, once the traces were cleared."""
    folder.mkdir()
    shutil.copy(sqlite_path(url), folder / "office.db")
    here = f"sqlite:///{folder / 'office.db'}"
    async with await open_database(here, unit_of_work=SqlUnitOfWork) as database:
        await votes(database, codes)
        if over:
            await database.write(lambda uow: uow.urns.clear_traces(thoroughly=True))
        await database.erase_traces(of=TABLES)
        return {name.removeprefix("office.db"): content for name, content in live_files.contents(folder).items()}


async def test_a_vote_leaves_no_page_from_before(sqlite_url: str, tmp_path: Path) -> None:
    """The log is empty, and each code stands once, in the urn: not in what waited to be handled, or to be sent."""
    left = await files_after(sqlite_url, tmp_path / "one", CODES)
    assert left["-wal"] == b""
    assert [left[""].count(code.encode()) for code in CODES] == [1] * len(CODES)
    assert b"ballot:1:cast" not in left[""]


@pytest.mark.parametrize("over", [False, True])
async def test_no_byte_depends_on_who_cast_which_ballot(sqlite_url: str, tmp_path: Path, over: bool) -> None:
    """Neither while the vote is open nor after its end; in whichever order the ballots came."""
    one = await files_after(sqlite_url, tmp_path / "one", CODES, over=over)
    another = await files_after(sqlite_url, tmp_path / "another", SHUFFLED, over=over)
    assert one[""].count(CODES[0].encode()) == 1
    pairs = zip(one[""], another[""], strict=True)
    assert [place for place, (here, there) in enumerate(pairs) if here != there] == []


async def test_two_presses_at_once_are_one_vote(database_url: str) -> None:
    """On either engine: one of them goes in, the other hears that the vote is cast; other voters are not held up."""
    async with await open_database(database_url, unit_of_work=SqlUnitOfWork) as database:
        poll = await database.write(a_poll)
        ballot = {"approved": [0], "against": []}
        votes = [(voter, code) for voter in (1, 2, 3) for code in ("A", "B", "C")]
        went_in = await asyncio.gather(
            *(
                database.write(lambda uow, who=who, code=code: uow.urns.cast(poll, who, f"{code}{who}", ballot))
                for who, code in votes
            )
        )
        assert sum(went_in) == 3
        assert await database.read(lambda uow: uow.urns.voted(poll)) == (1, 2, 3)
        assert sorted(code[1] for code in await database.read(lambda uow: uow.urns.ballots(poll))) == ["1", "2", "3"]
