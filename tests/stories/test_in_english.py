"""A station that works in English: whatever its people ask for, none of them reads a Chinese word."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from liaisonbot import commands
from sandbox import Person
from sandbox.model import Message
from tests.stories.steps import pressed
from tests.support.town import Town, a_town

CHINESE: Final = re.compile(r"[\u4e00-\u9fff，。；：！？（）「」、]")
ITS_OWN_NAME: Final = re.compile("中文|语言|滨河联络站|阳光联络站")
"""What somebody looks for who reads Chinese and sees English."""

ROSTER: Final = """\
role,name,station,station_name,area,specialties,telegram_id,username,language
deputy,Margaret Fairfield,HILL,Hill Station,Hill Road,education,5101,margaret,en
deputy,Bob Winter,HILL,,,,5102,,en
staff,Ann Miller,HILL,Hill Station,Hill Road,,6101,,en
"""

ASKED_BY_A_CONSTITUENT: Final = """\
/help
/mycases
/case 1
/name 1 Emma
/add 1 It is gate 3, on the left
/withdraw
/cancel
/chase 1
/chase 1
/case 99
/nonsense
/deputy Margaret Fairfield
/deputy Nobody
/sort 1
/cancel
/language xx
/privacy
/question When?
/again 1 x
/case ABCD-EFGH
/explain 1 x
/askabout 4 When?
/ballot
/propose Lifts for block 3. The old cannot climb
/projects
/project 1
/project 9
/setproject 1 title Lifts for the old blocks
/setproject 1 cost 5
/start
/report The bench is broken, too
/book
/book 1
/bookslot 1 9:15 The lamp
/aboutvisit 1 The lamp
/mydata
/language en
/forget
/cancel
"""
ASKED_BY_A_DEPUTY: Final = """\
/help
/inbox
/mediate 1 Called the lamp office
/accept 1
/ask 1 Which lamp is it?
/resume 1
/resume 1
/mediate 1 Called the lamp office
/extend 1 2026-12-31 Parts are on their way
/extend 1 2027-01-15 Again
/note 1 Call again
/followup 1 2026-12-01 Rain
/done 1
/correct 1 Other words
/dispute 1
/leave 2026-11-26 2026-11-27 none
/leave 2026-11-27 2026-11-25 none
/promises
/templates
/templates 4
/close 1 Done
/hand 1 Lamp office 2026-12-01 Mend it
/transfer 1 Nobody Please
/decline 1 Not ours
/missed 1 nothing
/party 1 Bob
/session 1 2026-11-20 Town hall | Both | They talked
/agreement 1 The lamp stays
/returned 1 Lamp office Not ours
/reply 1 D The lamp is private
/accept 77
/progress 1 Half of it stands
/inspect 1 2026-12-01 A bolt is loose
/reached 1 2026-11-20
/putright 1 2026-11-20
/offers
/duty Visit yesterday Three homes
/duty
/mylogs
/mylogs October
/score
/score 2026-Q4
/score Nobody
/pairings
"""
ASKED_BY_STAFF: Final = """\
/help
/search lamp stage:open
/search stage:frogs
/summary
/summary last week
/summary frogs
/summary 2099-W01
/unassigned
/overdue
/units
/setunit Lamp office | 555 1234 | -
/unit Lamp office
/unit Nothing
/roster
/export frogs
/export cases 2020
/journal
/held
/release 1
/assign 1 Nobody
/assign 1 Margaret Fairfield
/urge 1
/lookback
/lookback 3
/lookback 0
/inquiry 2026-12-20 Care of the elderly
/inquiries
/announcements
/poll Which road first? | East Street | West Street | sealed | 2d
/polls
/closepoll P1
/schedule 4 2026-12-01 09:00
/reword 4 Other words
/cycle
/newcycle 2027 township 3 all
/cancel
/cycledates 1 vote 2027-01-10 2027-01-20
/cycleplaces 1 5
/cyclelevel 1 county
/cycleback 1 One village was not asked
/ground It is not within our streets
/vote
/votereason P3 Two were withdrawn
/carry 1
/milestone 1 2027-03-01 The lift stands
/movemilestone 1 2027-04-01
/carriedout 1 It is done
/appraise 1
/reopenings
/reopen 1 Why not
/keepclosed 1 No
/merge 1 1
/merge 1 55
/split 1
/bind HILL
/invite owner Carol
/invite deputy Carol
/behalf The bus stop is too far
/cancel
/receptionday HILL Wednesdays 9:00
/reception
/reception now and then
/reception first Monday 9-11 | Room 2 | Margaret Fairfield | 15
/newrota every second Tuesday 2pm-4pm | Room 2 | Margaret Fairfield | 20
/endrota 1
/cancelday 1 Rain
/moveday 1 2026-12-20
/receivers 1 Nobody
/rotareceivers 1 Margaret Fairfield
/rotareceivers 99
/walkin 1 The bus stop is too far
/hear 1 street They said so
/heldday 1 Few came
/cancel
/redirect 1
/falsealarm 1
/announce No water on Wednesday
/unbind
/quarterly
/duty review
/returnduty 1 Which homes?
/score
/score 2026 Margaret Fairfield
/absence Margaret Fairfield congress 2026-11-20 excused
/absence Margaret Fairfield visit 2026-11-20 excused
/pair H012 Margaret Fairfield 30
/pair H012 Margaret Fairfield 30
/pair H013 Margaret Fairfield often
/pairings
/shuzhi Margaret Fairfield 2026-11-20 2026-11-01
/shuzhi Margaret Fairfield 2026-01-01 2026-11-20
/reportwords 1 1 Other words
/handover Margaret Fairfield Margaret Fairfield
/handover Margaret Fairfield Bob
/cancel
"""


@pytest.fixture
async def town(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Town]:
    """Nobody is slowed down in it, however much they ask for."""
    async with a_town(tmp_path, sqlite_url, intake={"messages_per_minute": 1000}) as made:
        yield made


@pytest.fixture
def people(town: Town) -> Sequence[Person]:
    """A constituent, the two deputies and staff, who have opened their chats."""
    town.import_roster(ROSTER)
    ids = {"Emma": 8201, "Margaret": 5101, "Bob": 5102, "Ann": 6101}
    made = [town.sandbox.user(name, id=number, language="en") for name, number in ids.items()]
    for person in made:
        person.starts()
    return made


def read_by(people: Sequence[Person]) -> list[str]:
    """Everything the bot has said to them, labels included."""
    said = [message for person in people for message in person.chat.messages if message.by_bot]
    return [" ".join([message.text, *message.labels]) for message in said]


def in_chinese(people: Sequence[Person]) -> list[str]:
    return [text for text in read_by(people) if CHINESE.search(ITS_OWN_NAME.sub("", text))]


async def opened(town: Town, who: Person, text: str) -> Message:
    """Somebody reports it and chooses the station."""
    asked = who.says(text)
    receipt = await town.sees(who.chat, "Received: case", after=asked)
    if "Hill Station" in receipt.labels:
        await pressed(town, who.presses(receipt, "Hill Station"))
    await town.settled()
    return receipt


async def test_every_list_and_every_refusal(town: Town, people: Sequence[Person]) -> None:
    """Each gets an answer, and each answer is English."""
    emma, margaret, bob, ann = people
    await opened(town, emma, "The lamp at gate 3 is broken")
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    name = await town.read(lambda uow: getattr(uow.roster.get(case.deputy_id or 0), "name", ""))
    deputy = margaret if name.startswith("Margaret") else bob

    for who, lines in ((emma, ASKED_BY_A_CONSTITUENT), (deputy, ASKED_BY_A_DEPUTY), (ann, ASKED_BY_STAFF)):
        for line in lines.splitlines():
            before = who.chat.last
            who.says(line)
            await who.chat.next_message(after=before, by_bot=True)
            await town.settled()

    assert in_chinese(people) == []
    unknown = [text for text in read_by(people) if "There is no such command" in text]
    assert len(unknown) == 2, "that was /nonsense, and /journal, which is for owners"


def test_every_command_is_tried() -> None:
    """What the READMEs' tables list was said above, in one line, by whom it is for."""
    lines = f"{ASKED_BY_A_CONSTITUENT}{ASKED_BY_A_DEPUTY}{ASKED_BY_STAFF}".splitlines()

    assert set(commands.BY_NAME) - {line.split()[0].removeprefix("/") for line in lines} == set()


async def test_a_case_with_every_turn(town: Town, people: Sequence[Person]) -> None:
    """Promised, not done, answered again, dissatisfied, closed, asked for again and reopened."""
    emma, margaret, _, ann = people
    await opened(town, emma, "Margaret Fairfield, the lamp at gate 3 is broken")
    await margaret.told("A new case for you")
    margaret.says("/reply 1 B 2026-12-01 It will be mended by then")
    promised = await emma.told("To be done by")
    await pressed(town, emma.presses_at(promised, 1, 0))
    await town.until(lambda: "change" in promised.labels[0], "the first rating")
    await pressed(town, emma.presses(promised, "Fair"))
    await emma.told("is followed up")
    await town.later(days=8)
    await pressed(town, emma.presses(await emma.told("was it really done"), "Partly"))
    emma.says("It still flickers at night")
    await margaret.told("It still flickers")
    margaret.says("/reply 1 A A new lamp is in place")
    answered = await emma.told("A new lamp is in place")
    await pressed(town, emma.presses_at(answered, 1, 2))
    await town.until(lambda: "change" in answered.labels[0], "the first rating")
    await pressed(town, emma.presses(answered, "Dissatisfied"))
    why = await emma.told("What is wrong?")
    await pressed(town, emma.presses_at(why, 0, 0))
    await town.settled()
    emma.says("Nobody told me anything")
    await ann.told("Nobody told me anything")
    margaret.says("/reply 1 C It is in the plan for next year")
    await emma.told("It is in the plan")
    ann.says("/close 1 Agreed on the phone")
    closed = await emma.told("was closed")
    await pressed(town, emma.presses(closed, "Not solved"))
    await emma.told("what is not solved yet")
    emma.says("It is dark again")
    request = await ann.told("asks for it to be reopened")
    await pressed(town, ann.presses(request, "Reopen"))
    await emma.told("reopened")
    await town.later(days=60)
    for who in (emma, margaret, ann):
        who.says("/case 1")
    await town.settled()

    assert in_chinese(people) == []
