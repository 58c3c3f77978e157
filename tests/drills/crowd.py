"""Fifty and more people report hundreds of things at once; afterwards it is counted what became of it."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox import Person, Room
from sandbox.model import Message
from tests.support.town import Town

DEPUTIES = 12


@dataclass
class Crowd:
    """The people of one drill, their groups, and what they reported, in the order in which they did."""

    town: Town
    people: list[Person]
    groups: list[Room]
    deputies: list[Person]
    reports: list[Message] = field(default_factory=list)

    @classmethod
    async def gather(cls, town: Town, *, people: int, groups: int) -> Crowd:
        """Everybody is there, in bound groups of one station, and the station has many deputies."""
        everybody = [town.sandbox.user(f"居民{n}", id=20_000 + n, language="zh-hans") for n in range(people)]
        deputies = [town.sandbox.user(f"代表{n}", id=10_000 + n, language="zh-hans") for n in range(DEPUTIES)]
        for deputy in deputies:
            deputy.chat.started = True
        rows = [f"deputy,{deputy.name},MANY,众多联络站,城南,,{deputy.id},,zh" for deputy in deputies]
        header = "role,name,station,station_name,area,specialties,telegram_id,username,language"
        town.import_roster("\n".join([header, *rows, "staff,赵敏,MANY;SUN,,,,6001,,zh"]) + "\n")
        rooms = [await town.group(f"第{n}小区", everybody, station="MANY") for n in range(groups)]
        return cls(town, everybody, rooms, deputies)

    async def report(self, count: int, dice: random.Random, *, pause: float = 0.0) -> None:
        """So many reports, each from somebody else than the one before: a third in private, the others in groups.

        The first of everybody is in a group, so that their station is known mostly.
        """
        for number in range(len(self.reports), len(self.reports) + count):
            person = self.people[number % len(self.people)]
            if number >= len(self.people) and number // 7 % 3 == 0:
                self.reports.append(person.says(marked(number)))
            else:
                room = dice.choice(self.groups)
                self.reports.append(person.writes(room, f"/report {marked(number)}"))
            await asyncio.sleep(pause)

    # --- what became of it --------------------------------------------------------------------------------------------

    def receipts(self) -> dict[int, list[Message]]:
        """For each report (its place in ``reports``) the messages that answer it with a number."""
        found: dict[int, list[Message]] = {number: [] for number in range(len(self.reports))}
        place = {(report.chat.id, report.id): number for number, report in enumerate(self.reports)}
        for message in self.said():
            if message.reply_to is not None and "民情 #" in first_words(message):
                number = place.get((message.chat.id, message.reply_to.id))
                if number is not None and is_receipt(message):
                    found[number].append(message)
        return found

    def said(self) -> Iterator[Message]:
        """Everything the bot said, chat by chat, in the order of each chat."""
        for chat in self.town.sandbox.world.chats.values():
            yield from (message for message in chat.messages if message.by_bot)

    def repeated(self) -> int:
        """How many messages stand in a chat that stood there before, word for word, in answer to the same."""
        seen = Counter(
            (message.chat.id, first_words(message), message.reply_to.id if message.reply_to else None)
            for message in self.said()
        )
        return sum(times - 1 for times in seen.values())

    async def exported(self) -> list[dict[str, Any]]:
        """The cases, as ``bot.py export cases`` gives them."""
        told = await self.town.program("export", "cases")
        assert told.code == 0, told.err
        return [json.loads(line) for line in told.out.splitlines()]

    async def check_nothing_lost_nothing_twice(self) -> None:
        """Each report is one case and was answered; in every chat in the order in which it was written."""
        cases = await self.exported()
        texts = Counter(mark_of(case["text"]) for case in cases)
        assert texts == Counter(range(len(self.reports))), "every report is a case, once"
        receipts = self.receipts()
        assert [number for number, answers in receipts.items() if not answers] == [], "every report was answered"

        number_of = {mark_of(case["text"]): case["number"] for case in cases}
        for room in [*self.groups, *(person.chat for person in self.people)]:
            own = [number for number, report in enumerate(self.reports) if report.chat is room]
            numbers = [number_of[number] for number in own]
            assert numbers == sorted(numbers), f"cases are numbered as they were reported in {room}"
            answers = [receipts[number][0].id for number in own]
            assert answers == sorted(answers), f"receipts stand in the order of the reports in {room}"

        for deputy in self.deputies:
            told = [message for message in deputy.chat.messages if "有新民情" in first_words(message)]
            firsts = list(dict.fromkeys(first_words(message) for message in told))
            of_deputy = [case for case in cases if case["deputy"] == deputy.name]
            assert len(firsts) == len(of_deputy), f"{deputy.name} heard of every case"


def marked(number: int) -> str:
    return f"第{number}号路灯坏了"


def mark_of(text: str) -> int:
    return int(text.partition("号路灯")[0].removeprefix("第"))


def first_words(message: Message) -> str:
    """What it said when it was sent, however it reads now."""
    return message.versions[0] if message.versions else message.text


def is_receipt(message: Message) -> bool:
    words = first_words(message)
    return words.startswith(("✅ 已收到，民情 #", "民情 #"))
