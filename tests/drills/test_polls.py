"""The poll drill: SIGKILL in the middle of hundreds of votes, and again while the result is told. No vote is lost."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.deliver_loop import IN_FLIGHT
from liaisonbot.polls import PollState
from sandbox import Person, Room
from sandbox.model import Message
from tests.support.programs import BotProcess
from tests.support.town import Town

VOTES = 300
PEOPLE = 60
GROUPS = 3
OPTIONS = 4
QUESTION = "先修哪一处？"
LINE = f"/poll {QUESTION} | 路灯 | 长椅 | 菜场 | 河堤"

pytestmark = [pytest.mark.drill, pytest.mark.timeout(300)]


@pytest.mark.parametrize("round_", range(6))
async def test_killed_among_votes_and_while_it_closes(sqlite_url: str, tmp_path: Path, round_: int) -> None:
    """Each person's last act counts, and each group has the one result: the same in all of them.

    In even rounds the second kill comes once the close is on record, before anything of it was told; then no group may
    have two. In odd rounds it comes among the calls that tell of it: those in flight may be repeated, word for word.
    """
    await _Drill(Town(tmp_path, sqlite_url), random.Random(f"poll {round_}")).run(among_calls=bool(round_ % 2))


@pytest.mark.parametrize("round_", range(6))
async def test_killed_while_it_is_posted(sqlite_url: str, tmp_path: Path, round_: int) -> None:
    """A kill among the calls that post it can leave a second native poll in a group, of which nobody told us.

    What people vote there counts like what they vote in the one beside it. In even rounds there is one for certain: the
    answer to the call never comes.
    """
    await _Drill(Town(tmp_path, sqlite_url), random.Random(f"posts {round_}")).run(
        among_calls=False, among_posts=True, unanswered=not round_ % 2
    )


class _Drill:
    def __init__(self, town: Town, dice: random.Random) -> None:
        self.town, self.dice = town, dice
        self.rooms: list[Room] = []
        self.last: dict[int, list[int]] = {}
        self.cast = 0

    async def run(self, *, among_calls: bool, among_posts: bool = False, unanswered: bool = False) -> None:
        town = self.town
        try:
            await town.sandbox.start()
            town.import_roster()
            process = await town.start_process()
            people = [town.sandbox.user(f"居民{n}", id=20_000 + n, language="zh-hans") for n in range(PEOPLE)]
            self.rooms = [await town.group(f"第{n}小区", people) for n in range(GROUPS)]
            posts = self.dice.randint(1, GROUPS)
            if unanswered:
                town.sandbox.faults.add("mute_after", "sendPoll")
            town.zhao.says(LINE)
            if among_posts:
                await self._until(lambda: len(self._posted()) >= posts, process)
                process = await self._killed(process)
            for room in self.rooms:
                await room.next_message(containing=QUESTION, by_bot=True)
            await town.zhao.told("正在进行")
            await town.settled()
            posted = self._posted()
            assert len(posted) >= GROUPS + unanswered

            voting = asyncio.create_task(self._vote(people, posted))
            middle = self.dice.randrange(VOTES // 4, VOTES)
            await self._until(lambda: self.cast >= middle, process)
            process = await self._killed(process)
            await voting
            await town.settled(within=60)

            begun = len(town.sandbox.calls)
            town.zhao.says("/closepoll P1")
            if among_calls:
                moment = begun + self.dice.randrange(1, 3 * GROUPS)
                await self._until(lambda: len(town.sandbox.calls) >= moment, process)
            else:
                await town.eventually(self._closed, "the close")
            process = await self._killed(process)
            await town.settled(within=60)
            await self._check(repeats=IN_FLIGHT if among_calls else 0)
            assert "Traceback" not in process.said()
            # A kill between a call and its record repeats the call: the poll is closed already then.
            town.refusals |= {"poll has already been closed", "message is not modified"}
            town.examine()
        finally:
            await town.close()

    async def _vote(self, people: list[Person], posted: list[Message]) -> None:
        """One in six takes their vote back, wherever it was."""
        for number in range(VOTES):
            person, on = people[number % len(people)], self.dice.choice(posted)
            options = [] if self.dice.randrange(6) == 0 else [self.dice.randrange(OPTIONS)]
            person.votes(on, options)
            self.last[person.id] = options
            self.cast += 1
            await asyncio.sleep(0.002)

    def _posted(self) -> list[Message]:
        """Every native poll that stands in a group, also those nobody told us of."""
        return [message for room in self.rooms for message in room.messages if message.poll]

    async def _until(self, condition: Callable[[], bool], process: BotProcess) -> None:
        async with asyncio.timeout(60):
            while not condition():
                assert process.running
                await asyncio.sleep(0.001)

    async def _killed(self, process: BotProcess) -> BotProcess:
        await process.kill()
        return await self.town.start_process()

    async def _closed(self) -> bool:
        poll = await self.town.read(lambda uow: uow.polls.get(1))
        return poll is not None and poll.state is PollState.CLOSED

    async def _check(self, repeats: int) -> None:
        counts = [sum(option in options for options in self.last.values()) for option in range(OPTIONS)]
        told = await self.town.program("export", "polls")
        (row,) = map(json.loads, told.out.splitlines())
        assert row["counts"] == counts
        assert row["voters"] == sum(bool(options) for options in self.last.values())
        assert sum(group["voters"] for group in row["groups"]) == row["voters"]
        ballots = await self.town.program("export", "polls", "--ballots")
        assert len(ballots.out.splitlines()) == row["voters"]
        assert (await self.town.program("polls", "recount", "P1")).code == 0
        said = [[m.text for m in room.messages if m.by_bot and "投票结果" in m.text] for room in self.rooms]
        assert all(said), "every group has its result"
        assert len({text for texts in said for text in texts}) == 1, "and it is the same in all"
        again = sum(len(texts) - 1 for texts in said)
        assert again <= repeats, f"{again} results stand there twice"
        assert f"{row['voters']} 人参加" in said[0][0]
