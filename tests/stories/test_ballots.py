"""Ballots in the private chat, as people fill them in on a phone."""

from __future__ import annotations

from pathlib import Path

from liaisonbot import voting
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.polls import Elector, Eligible, PollKind
from liaisonbot.services import balloting, polling
from liaisonbot.vocabulary import Role
from sandbox import Person
from sandbox.model import Message
from storage.urls import dialect_of, sqlite_path
from tests.support import live_files
from tests.support.town import ROSTER, Town
from tests.support.units import a_unit

NAMES = "东街 西街 南街 北街 桥头 河边 学校 菜场 车站 公园 医院 广场 码头 书院 水塔"
PLACES = [f"{name}路灯" for name in NAMES.split()]
FIVE = ROSTER + "deputy,周洁,SUN,阳光联络站,城东,,5004,,zh\ndeputy,Ann,SUN,阳光联络站,城东,,5005,,en\n"
PROJECTS = ("社区食堂", "健身步道", "老旧电梯更换", "口袋公园", "停车位改造", "图书角")


async def opened(town: Town, person: Person, payload: str, words: str) -> Message:
    before = person.chat.last
    person.starts(payload)
    return await town.sees(person.chat, words, after=before)


async def marks(town: Town, person: Person, shown: Message, *presses: tuple[str, str]) -> None:
    """Press each, and wait for what it shows."""
    for word, then in presses:
        person.presses(shown, word)
        await town.shows(shown, then)


def code_in(message: Message) -> str:
    data = next(button.callback_data for row in message.buttons for button in row if ":edit:" in button.callback_data)
    return str(data.rsplit(":", 1)[1])


async def test_fifteen_options_on_two_pages(towns: Town) -> None:
    """Three members vote, one changes their mind, somebody who is no member may not; the bot starts anew meanwhile."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he, town.alice], kind="supergroup")
    town.zhao.says(f"/poll 先修哪几处？ | {' | '.join(PLACES)} | 多选 | 无记名 | 群成员 | 3d")
    invitation = await town.sees(group, "先修哪几处")
    card = await town.sees(town.zhao.chat, "正在进行")
    assert "只有绑定群的成员可以投" in invitation.text
    assert invitation.buttons[0][0].url is not None
    payload = invitation.buttons[0][0].url.partition("start=")[2]

    lin = await opened(town, town.lin, payload, "第 1 页，共 2 页")
    await marks(town, town.lin, lin, ("2. 西街路灯", "已选 1 项"), ("下一页", "第 2 页"), ("15. 水塔路灯", "已选 2 项"))
    await town.restart_bot()
    await marks(town, town.lin, lin, ("看一遍", "2. 西街路灯\n15. 水塔路灯"), ("确认", "投进去了"))

    he = await opened(town, town.he, payload, "第 1 页，共 2 页")
    await marks(town, town.he, he, ("1. 东街路灯", "已选 1 项"), ("看一遍", "1. 东街路灯"), ("确认", "您的回执码"))
    code = code_in(he)
    await marks(town, town.he, he, ("改票", "已选 1 项"), ("3. 南街路灯", "已选 2 项"), ("看一遍", "还没有换上"))
    await marks(town, town.he, he, ("确认", "改好了"))
    assert code_in(he) == code

    alice = await opened(town, town.alice, payload, "Page 1 of 2")
    await marks(town, town.alice, alice, ("2. 西街路灯", "1 chosen"), ("see it", "not cast yet"), ("Confirm", "is in"))
    await opened(town, town.chen, payload, "您不在群里")
    await town.shows(card, "已有 3 人投票")
    assert " 票 ·" not in card.text
    with a_unit(town.database_url) as uow:
        found = sorted(ballot["options"] for ballot in uow.urns.ballots(1).values())
    assert found == [[0, 2], [1], [1, 14]]

    await town.later(days=4)
    told = await town.sees(group, "投票结果 P1")
    assert "西街路灯：2 票" in told.text
    assert "3 人参加" in told.text
    asked = town.he.says(f"/ballot P1 {code}")
    await town.sees(town.he.chat, "1. 东街路灯\n3. 南街路灯", after=asked)


async def test_telegram_does_not_say_who_is_a_member(town: Town) -> None:
    """The choice stands in the message; the same press works a moment later."""
    town.refusals |= {"Bad Gateway"}
    await town.group("阳光小区", [town.lin], kind="supergroup")
    town.zhao.says("/poll 先修哪里？ | 东街 | 西街 | 群成员 | 3d")
    await town.settled()
    lin = await opened(town, town.lin, "ballot_1", "选一项")
    await marks(town, town.lin, lin, ("西街", "还没有投出"))
    town.sandbox.faults.answer(502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}, "getChatMember")
    town.lin.presses(lin, "确认")
    await town.settled()
    assert "还没有投出" in lin.text
    await marks(town, town.lin, lin, ("确认", "记下了"))


def a_vote(town: Town) -> None:
    """Five deputies, two places; each is offered the ballot."""
    desk = Desk(town.clock.now(), town.settings, Bot(town.sandbox.bot.id, town.sandbox.bot.username or ""))

    with a_unit(town.database_url) as uow:
        for entry in uow.roster.all():
            if entry.role is Role.DEPUTY and entry.telegram_id is not None:
                uow.people.meet(entry.telegram_id, "zh-hans", desk.now)
                uow.people.set_reachable(entry.telegram_id, True)
        poll = uow.polls.draft(
            kind=PollKind.VOTE,
            question="票决今年的民生实事",
            options=PROJECTS,
            sealed=True,
            secret=True,
            eligible=Eligible.LISTED,
            person_id=None,
            chat_id=None,
            language="zh",
            minutes=24 * 60,
            rule=voting.Rule.preset("half_of_all", 2).to_json(),
        )
        deputies = [entry for entry in uow.roster.all() if entry.role is Role.DEPUTY]
        uow.polls.enrol(poll.number, [Elector(entry_id=entry.id) for entry in deputies])
        poll = polling.open_now(uow, desk, poll)
        balloting.offer(uow, desk, poll)


def urn(town: Town) -> dict[str, object]:
    with a_unit(town.database_url) as uow:
        return dict(uow.urns.ballots(1))


async def test_five_deputies_vote_and_one_ballot_is_spoiled(towns: Town) -> None:
    """Killed between two presses nothing that was cast is lost; no file says whose ballot it is."""
    town = towns
    town.refusals |= {"query is too old", "message is not modified"}  # a kill: what was under way is sent again
    await town.stop_bot()
    town.import_roster(FIVE)
    process = await town.start_process()
    zhou = town.sandbox.user("周洁", id=5004, language="zh-hans")
    ann = town.sandbox.user("Ann", id=5005, language="en")
    five = [town.wang, town.li, town.chen, zhou, ann]
    for person in (zhou, ann):
        person.chat.started = True
    a_vote(town)
    slips = [await town.sees(person.chat, "票决今年的民生实事") for person in five]
    codes = []
    for person, slip in list(zip(five, slips, strict=True))[:4]:
        await marks(town, person, slip, ("去投票", "赞成 0"), ("1 赞成", "赞成 1"), ("2 赞成", "赞成 2"))
        if person is town.li:
            await process.kill()
            person.presses(slip, "3 反对")
            process = await town.start_process()
            await town.shows(slip, "反对 1")
        if person is town.chen:
            await marks(town, person, slip, ("4 赞成", "赞成 3"), ("看一遍", "会作废"))
        else:
            await marks(town, person, slip, ("看一遍", "还没有投出"))
        await marks(town, person, slip, ("确认", "回执码"))
        codes.append(code_in(slip))
    await marks(town, ann, slips[4], ("Vote", "0 for"), ("6 Against", "1 against"), ("see it", "not cast yet"))
    await process.kill()
    ann.presses(slips[4], "Confirm")
    process = await town.start_process()
    await town.shows(slips[4], "receipt code")
    codes.append(code_in(slips[4]))
    assert set(urn(town)) == set(codes)
    await town.settled()
    if dialect_of(town.database_url) == "sqlite":
        await no_trace(town, sqlite_path(town.database_url), codes)
    await process.kill()
    await town.start_bot()


async def no_trace(town: Town, file: Path, codes: list[str]) -> None:
    """Within seconds each code stands in the files once: in the urn."""

    def found() -> list[int]:
        files = live_files.contents(file.parent, f"{file.name}*")
        content = b"".join(each for name, each in files.items() if not name.endswith("-shm"))
        return [content.count(code.encode()) for code in codes]

    async def once_each() -> bool:
        return found() == [1] * len(codes)

    await town.eventually(once_each, f"that each code stands there once, not {found()} times")
