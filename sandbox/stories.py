"""What happened in the demo before it was opened: people write, the bot answers, four weeks go by in a few seconds.

Everything is done by the people of the cast, in their chats, with the clock put back; nothing is put into the bot's
database by hand. At the end a case stands in each stage, and the clock is back at the present.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sandbox import cast
from sandbox.cast import (
    CAST,
    CHEN,
    EMMA,
    HE,
    HEXING,
    JINYUAN,
    LI,
    LIU,
    MA,
    QIAN,
    SUN,
    WANG,
    WU,
    ZHANG,
    ZHAO,
    ZHENG,
    ZHOU,
    Part,
)
from sandbox.model import Message
from sandbox.people import Person
from sandbox.rooms import Room
from sandbox.sandbox import Sandbox
from sandbox.schema import Upload

PICTURES: Final = Path(__file__).parent / "data" / "pictures"
BEGINNING: Final = 28
"""So many days ago it begins."""
PATIENCE: Final = 90.0
"""Seconds without a sign of life: longer than a chart may take on a slow machine."""
Settled = Callable[[], Awaitable[None]]
DEPUTIES: Final = tuple(part for part in CAST if part.role == "deputy")

PROPOSALS: Final = {
    "办社区食堂，老人孩子中午有热饭吃": (WANG, HEXING),
    "给老楼加装电梯": (ZHAO, HEXING),
    "沿河修一条健身步道": (QIAN, JINYUAN),
    "小区里多装充电桩": (WU, HEXING),
}
"""What residents propose, and in which group."""
WANTED: Final[Mapping[str, Mapping[Part, tuple[int, ...]]]] = {
    HEXING: {WANG: (0, 1), ZHAO: (0, 1), WU: (3, 0)},
    JINYUAN: {QIAN: (2, 0), ZHENG: (2, 1), EMMA: (2,)},
}
"""What they want most, by their places in the poll."""
BALLOTS: Final[Mapping[Part, tuple[int, ...]]] = {LI: (1, 2), ZHOU: (1, 3), ZHANG: (1, 3), CHEN: (1, 3)}
"""The candidates each deputy approves."""


async def tell(sandbox: Sandbox, settled: Settled) -> None:
    """Let it all happen, from four weeks ago until now. The bot must be running and know its roster.

    ``settled`` returns once the bot has dealt with everything it heard, and said everything it owes.
    """
    past = Past(sandbox, settled)
    await past.people_arrive()
    await past.neighbours_propose_projects()
    await past.a_cover_is_mended()
    await past.deputies_vote_on_projects()
    await past.a_road_is_promised()
    await past.a_judgment_is_no_case()
    await past.a_project_begins()
    await past.a_school_gate_is_not_settled()
    await past.rubbish_is_being_seen_to()
    await past.a_smell_is_answered()
    await past.a_bus_waits_for_a_deputy()
    await past.a_project_goes_on()
    await past.a_poll_is_opened()
    await past.a_lift_has_been_reported()
    past.neighbours_chat()
    await past.the_poll_is_closed_and_another_opened()
    await past.a_reception_day_is_set()
    await past.duty_logs_are_kept()
    await past.a_deputy_reports_to_voters()
    await past.ends()


class Past:
    """Four weeks in the two stations. Each method is one story, and they follow each other in time."""

    def __init__(self, sandbox: Sandbox, settled: Settled) -> None:
        self._sandbox = sandbox
        self._settled = settled
        self._today = datetime.now(ZoneInfo(cast.ZONE)).date()

    async def people_arrive(self) -> None:
        """Almost everybody opens the bot's chat; staff add it to their groups and bind them."""
        self._on(BEGINNING, "08:30")
        people = [self._person(part) for part in CAST if part is not MA]
        for topic in cast.TOPICS:
            cast.room(self._sandbox, JINYUAN).adds_topic(topic)
        welcomes = [(person, person.starts()) for person in people]
        for person, start in welcomes:
            await person.told("", after=start, timeout=PATIENCE)
        for title, part in ((HEXING, LIU), (JINYUAN, SUN)):
            group, staff = cast.room(self._sandbox, title), self._person(part)
            await self._answer(group.adds_bot(by=staff))
            await self._answer(staff.writes(group, f"/bind {part.station}"))

    async def neighbours_propose_projects(self) -> None:
        """A cycle of livelihood projects begins: four proposals, screened, and a poll of residents in both groups."""
        self._on(27, "09:00")
        he = self._person(HE)
        await self._confirms(he, f"/newcycle {self._today.year} 区级 2 全部")
        for words, (part, title) in PROPOSALS.items():
            await self._answer(self._person(part).writes(cast.room(self._sandbox, title), f"/propose {words}"))
            await self._settled()
        self._on(27, "16:00")
        card = await self._moved_on(he)
        await self._presses(he, card, "初定筛选")
        he.presses_data(card, "screen:1:look")
        await self._settled()
        for number in range(1, len(PROPOSALS) + 1):
            await self._presses(he, card, "列为候选")
            if number < len(PROPOSALS):
                await self._presses(he, card, "下一个")
        await self._moved_on(he)
        await self._presses(he, await self._answer(he.says("/vote")), "发起居民投票")
        await self._presses(he, await he.told("民意指数", timeout=PATIENCE), "确认")
        for title, votes in WANTED.items():
            poll = await cast.room(self._sandbox, title).next_message(
                containing="最想要", by_bot=True, timeout=PATIENCE
            )
            for part, options in votes.items():
                self._person(part).votes(poll, list(options))
        await self._settled()
        self._on(26, "07:30")
        await self._command(he, "/closepoll 1")

    async def a_cover_is_mended(self) -> None:
        """From a photo in the group to a satisfied constituent."""
        self._on(26, "08:12")
        wang, group = self._person(WANG), cast.room(self._sandbox, HEXING)
        report = wang.sends_photo(
            group, "/report 3号楼前面的井盖松动了，车一压就响，昨晚差点把骑车的孩子绊倒", data=_picture("manhole")
        )
        number, deputy = await self._registered(report)
        self._on(26, "10:40")
        await self._command(deputy, f"/accept {number}")
        self._on(25, "15:05")
        await self._command(deputy, f"/mediate {number} 已联系市政养护所，今天下午派人来现场看，先放了警示锥。")
        self._on(23, "11:20")
        await self._command(
            deputy, f"/reply {number} A 井盖已更换，加装了防响垫圈，今天上午完工，我到现场看过。谢谢您及时反映！"
        )
        self._on(23, "18:32")
        await self._rates(wang, number, attitude=3, result=3)

    async def deputies_vote_on_projects(self) -> None:
        """All four deputies vote in secret; two projects are chosen, and announced with their card."""
        self._on(22, "09:00")
        he = self._person(HE)
        await self._moved_on(he)
        draft = await self._answer(he.says("/vote 24h"))
        await self._presses(he, draft, "确认")
        for part, approved in BALLOTS.items():
            deputy = self._person(part)
            slip = await deputy.told("实事项目票决", timeout=PATIENCE)
            for word in ("去投票", *(f"{place} 赞成" for place in approved), "看一遍", "确认"):
                await self._presses(deputy, slip, word)
        self._on(22, "17:00")
        await self._presses(he, draft, "现在结束")
        await self._presses(he, draft, "确认")
        await self._presses(he, await he.told("可以起草公告", timeout=PATIENCE), "起草公告")
        await self._presses(he, await he.told("点「确认」", timeout=PATIENCE), "确认")

    async def a_road_is_promised(self) -> None:
        """In private, at a station that has to be asked for; a reply of class B, whose promise is still to be kept."""
        self._on(21, "09:26")
        qian = self._person(QIAN)
        qian.sends_photo(
            qian.chat, data=_picture("pothole"), caption="村口到卫生院那段路面坑坑洼洼，下雨全是水，轮椅推不动"
        )
        number, deputy = await self._chooses_station(qian, "金园镇")
        self._on(20, "08:50")
        await self._command(deputy, f"/accept {number}")
        self._on(18, "16:15")
        done_by = self._today + timedelta(days=4)
        await self._command(
            deputy, f"/reply {number} B {done_by} 镇里已立项重铺这 600 米路面，施工队下周进场，{_day(done_by)}前完工。"
        )
        self._on(18, "19:03")
        await self._rates(qian, number, attitude=3, result=2)

    async def a_judgment_is_no_case(self) -> None:
        """Held by the guard, and redirected by staff with the reason and the right channel."""
        self._on(16, "10:11")
        zhao = self._person(ZHAO)
        zhao.says("邻居欠我八千块，法院判了他也不还，能不能请代表帮我要回来？")
        receipt = await self._asked_for_station(zhao)
        zhao.presses(receipt, "和兴")
        await self._settled()
        self._on(16, "14:30")
        liu, number = self._person(LIU), _number(receipt)
        why = "法院判决的事，代表不能代替执行。请带判决书到区法院执行局申请强制执行，或拨打 12368。"
        await self._command(liu, f"/redirect {number} {why}")
        liu.presses(await liu.told("告诉群众该找谁？", timeout=PATIENCE), "确认")
        await self._settled()

    async def a_project_begins(self) -> None:
        """The first of the two chosen ones has its unit, its target, its day and two milestones."""
        self._on(15, "10:00")
        he = self._person(HE)
        done_by, designed, built = (self._today + timedelta(days=days) for days in (150, -2, 60))
        await self._answer(he.says(f"/carry 1 区民政局 | 三个社区食堂开门，老人八折 | {done_by}"))
        await self._settled()
        sure = await self._answer(he.says(f"{designed} 选好场地\n{built} 装修完工"))
        await self._presses(he, sure, "确认")

    async def a_school_gate_is_not_settled(self) -> None:
        """A reply that did not satisfy: the case goes back, and staff hear of it."""
        self._on(13, "17:20")
        wu, group = self._person(WU), cast.room(self._sandbox, HEXING)
        report = wu.writes(group, "/report 幼儿园放学的时候门口堵得走不动，家长都站到马路中间接孩子，太危险")
        number, deputy = await self._registered(report)
        self._on(12, "09:15")
        await self._command(deputy, f"/accept {number}")
        self._on(10, "16:45")
        await self._command(deputy, f"/reply {number} A 已和幼儿园商定错峰放学，小班提前 15 分钟，保安会在门口引导。")
        self._on(9, "17:35")
        back = await self._rates(wu, number, attitude=3, result=1)
        said = wu.says("今天还是堵，保安五点就下班了，能不能画个接送区？", reply_to=back)
        heard = await deputy.told("接送区", timeout=PATIENCE)
        self._on(8, "10:05")
        answer = deputy.says(
            "您说得对。我约了交警和园方后天上午到现场看接送区怎么画，有结果马上告诉您。", reply_to=heard
        )
        await wu.told("接送区怎么画", after=said, timeout=PATIENCE)
        await self._sandbox.wait_for(lambda: answer.reactions, PATIENCE, "the sign that the answer arrived")

    async def rubbish_is_being_seen_to(self) -> None:
        """An album in a topic of the forum; in mediation."""
        self._on(7, "07:48")
        zheng, forum = self._person(ZHENG), cast.room(self._sandbox, JINYUAN)
        topic = next(topic for topic in forum.topics.values() if topic.name == "环境卫生")
        report, _ = zheng.sends_files(
            forum,
            [_upload("bins"), _upload("rubbish")],
            "/report 菜市场后面的垃圾四天没清运了，苍蝇到处飞",
            thread=topic,
        )
        number, deputy = await self._registered(report)
        self._on(6, "09:30")
        await self._command(deputy, f"/accept {number}")
        self._on(5, "11:12")
        await self._command(
            deputy, f"/mediate {number} 已约环卫所和市场管理方开碰头会：清运改为一天两次，周五前加放两组带盖垃圾桶。"
        )

    async def a_smell_is_answered(self) -> None:
        """In English; answered, and not rated yet."""
        self._on(5, "19:40")
        emma = self._person(EMMA)
        emma.says("There is a burning smell and smoke from the workshops by the river almost every night after ten.")
        number, deputy = await self._chooses_station(emma, "金园镇")
        self._on(4, "09:05")
        await self._command(deputy, f"/accept {number}")
        self._on(2, "09:30")
        await self._command(
            deputy,
            f"/reply {number} A The environment bureau checked the workshops last night. One of them burned its waste; "
            "it has to stop and put that right. The checks at night go on.",
        )

    async def a_bus_waits_for_a_deputy(self) -> None:
        """From somebody who never opened the private chat; handed to staff, and in their queue since."""
        self._on(2, "11:00")
        ma, forum = self._person(MA), cast.room(self._sandbox, JINYUAN)
        topic = next(topic for topic in forum.topics.values() if topic.name == "道路出行")
        report = ma.writes(forum, "/report 12路公交早上六点半那班取消了，镇上去县城上班的人都赶不上", thread=topic)
        number, deputy = await self._registered(report)
        self._on(2, "15:20")
        await self._command(deputy, f"/transfer {number} staff 线路由县公交公司管，我不熟悉这块，请站里另派。")

    async def a_project_goes_on(self) -> None:
        """Told to both groups and to everybody behind it; the other one still waits for its unit."""
        self._on(2, "16:00")
        he = self._person(HE)
        await self._answer(
            he.says("/progress 1 三处场地都选好了：和兴路 8 号、金园镇老供销社、河边驿站，下周开始装修。")
        )
        await self._settled()
        await self._presses(he, await he.told("点「确认」", timeout=PATIENCE), "确认")

    async def a_poll_is_opened(self) -> None:
        """By staff, in their station's group; some vote at once."""
        self._on(2, "16:10")
        await self._polls("/poll 3号楼旁边的空地，先建什么？ | 休息座椅 | 儿童滑梯 | 电动车充电棚 | 3d")
        self._vote((WANG, 2), (WU, 1), (cast.LI, 0))

    async def a_lift_has_been_reported(self) -> None:
        """Yesterday, and not accepted yet."""
        self._on(1, "20:14")
        zhao, group = self._person(ZHAO), cast.room(self._sandbox, HEXING)
        await self._registered(zhao.writes(group, "/report 5号楼电梯这个月停了三次，物业说等配件，我住11楼腿脚不好"))

    def neighbours_chat(self) -> None:
        """What neighbours write to each other is no business of the bot."""
        self._on(1, "20:31")
        wu, wang, li = self._person(WU), self._person(WANG), self._person(cast.LI)
        group = cast.room(self._sandbox, HEXING)
        lift = next(message for message in reversed(group.messages) if "电梯" in message.text and not message.by_bot)
        wu.writes(group, "我们单元也是，上周还困了一次人", reply_to=lift)
        li.writes(group, "看到了，明天一早我就处理。")
        wang.reacts(group.messages[-1], "👍")
        poll = wang.sends_poll(group, "周六楼道大扫除，几点开始？", ["上午 9 点", "下午 2 点", "下午 4 点"])
        for person, choice in ((wu, 0), (li, 1), (self._person(LIU), 0)):
            person.votes(poll, [choice])

    async def the_poll_is_closed_and_another_opened(self) -> None:
        """The result stands in the group below its chart; the next one has just begun."""
        self._on(1, "21:00")
        self._vote((ZHAO, 0), (LIU, 0), (WU, 0))
        group, liu = cast.room(self._sandbox, HEXING), self._person(LIU)
        await self._command(liu, "/closepoll P3")
        await group.next_message(containing="投票结果", by_bot=True, timeout=PATIENCE)
        self._on(1, "21:06")
        await self._polls("/poll 社区义诊，哪天方便？ | 周六上午 | 周日上午 | 7d")
        self._vote((WANG, 0), (WU, 1))
        await self._settled()

    async def _polls(self, line: str) -> None:
        await self._command(self._person(LIU), line)

    def _vote(self, *votes: tuple[Part, int]) -> None:
        """In the newest poll of the bot in the group."""
        group = cast.room(self._sandbox, HEXING)
        on = next(message for message in reversed(group.messages) if message.by_bot and message.poll is not None)
        for part, option in votes:
            self._person(part).votes(on, [option])

    async def a_reception_day_is_set(self) -> None:
        """Two deputies receive every Wednesday; somebody has booked the next one."""
        await self._confirms(self._person(LIU), "/reception 每周三 9-11 | 和兴路联络站 | 李建国、周敏 | 15")
        wang = self._person(WANG)
        await self._command(wang, "/book 1 9:15 想谈谈单元门禁的事")

    async def duty_logs_are_kept(self) -> None:
        """Two entries are confirmed and score, one waits, a draft is still offered; a household is paired."""
        self._on(1, "21:20")
        li, zhou, liu = self._person(LI), self._person(ZHOU), self._person(LIU)
        visited = self._today - timedelta(days=3)
        await self._command(li, f"/duty 走访 {visited} 走访 5 号楼三户老人，电梯停的时候帮忙买菜、取药")
        await self._command(li, f"/duty 提出建议 {visited} 建议把老楼电梯更新列入明年预算")
        waiting = await self._answer(liu.says("/duty review"))
        await self._presses(liu, waiting, "都确认")
        await self._presses(liu, waiting, "确认")
        await self._command(
            zhou, f"/duty 宣讲政策 {self._today - timedelta(days=2)} 在居民活动室讲医保新规定，来了 26 人"
        )
        await self._command(liu, "/pair H012 李建国 30")

    async def a_deputy_reports_to_voters(self) -> None:
        """Drawn from the record, put into the deputy's own words, published; two voters have judged it so far."""
        self._on(1, "21:30")
        li, liu = self._person(LI), self._person(LIU)
        await self._command(liu, "/shuzhi 李建国 今年")
        drawn = await li.told("起草好了", timeout=PATIENCE)
        await self._command(li, "/reportwords 1 6 老楼电梯的事我会接着跑，跑到修好为止。做得不够的地方，请大家直接说。")
        changed = await li.told("改好了，现在是这样", after=drawn, timeout=PATIENCE)
        await self._presses(li, changed, "改好了")
        ready = await liu.told("改好了，可以看一遍", timeout=PATIENCE)
        await self._presses(liu, ready, "预览并发布")
        await self._presses(liu, await liu.told("才会发出", after=ready, timeout=PATIENCE), "确认")
        self._vote((ZHAO, 0), (WU, 1))
        await self._settled()

    async def ends(self) -> None:
        """Now is now again, and everything that was owed has been said."""
        self._sandbox.clock.move(-self._sandbox.clock.ahead)
        await self._settled()

    # What people do over and over

    async def _registered(self, report: Message) -> tuple[int, Person]:
        """The number of the case that a message in a group has become, and its deputy, from the card below it."""
        card = await self._answer(report)
        await self._settled()
        return _number(card), self._deputy(card)

    async def _chooses_station(self, person: Person, station: str) -> tuple[int, Person]:
        """The same for a private message, once the person has said which station is theirs."""
        receipt = await self._asked_for_station(person)
        person.presses(receipt, station)
        await self._sandbox.wait_for(lambda: self._named(receipt), PATIENCE, "the name of the deputy")
        await self._settled()
        return _number(receipt), self._deputy(receipt)

    async def _asked_for_station(self, person: Person) -> Message:
        """The receipt of a private message, once the stations stand below it."""
        receipt = await person.told("#", after=person.chat.last, timeout=PATIENCE)
        await self._sandbox.wait_for(lambda: receipt.buttons, PATIENCE, "the choice of stations")
        return receipt

    async def _command(self, deputy: Person, words: str) -> None:
        await self._answer(deputy.says(words))
        await self._settled()

    async def _confirms(self, person: Person, line: str) -> None:
        """A command that asks once more before it does anything."""
        await self._presses(person, await self._answer(person.says(line)), "确认")

    async def _presses(self, person: Person, message: Message, word: str) -> None:
        person.presses(message, word)
        await self._settled()

    async def _moved_on(self, staff: Person) -> Message:
        """The cycle's card, once staff have moved the cycle into its next phase."""
        card = await self._answer(staff.says("/cycle"))
        await self._presses(staff, card, "进入")
        await self._presses(staff, card, "确认")
        return card

    async def _rates(self, person: Person, number: int, *, attitude: int, result: int) -> Message:
        """Press a button for each of the two; what the bot says to that."""
        asked = await person.told(f"#{number} 有答复", timeout=PATIENCE)
        await self._sandbox.wait_for(lambda: asked.buttons, PATIENCE, "the buttons to rate with")
        person.presses_at(asked, 1, 3 - attitude)
        await self._sandbox.wait_for(lambda: len(asked.buttons) == 3, PATIENCE, "the buttons for the result")
        person.presses_at(asked, 2, 3 - result)
        said = await person.told(f"#{number}", after=asked, timeout=PATIENCE)
        await self._settled()
        return said

    async def _answer(self, message: Message) -> Message:
        """What the bot says after a message, in the same chat."""
        chat = message.chat
        assert isinstance(chat, Room)
        return await chat.next_message(after=message, by_bot=True, timeout=PATIENCE)

    def _on(self, days_ago: int, time: str) -> None:
        """Put the clock to that time of that day, in the station's zone; only ever forward once begun."""
        hour, minute = map(int, time.split(":"))
        day = self._today - timedelta(days=days_ago)
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(cast.ZONE))
        self._sandbox.clock.set(moment.astimezone(UTC))

    def _person(self, part: Part) -> Person:
        return cast.person(self._sandbox, part)

    def _named(self, message: Message) -> Part | None:
        return next((part for part in DEPUTIES if part.name in message.text), None)

    def _deputy(self, message: Message) -> Person:
        named = self._named(message)
        assert named is not None, f"no deputy is named in {message}"
        return self._person(named)


def _number(message: Message) -> int:
    found = re.search(r"#(\d+)", message.text)
    assert found is not None, f"no case is named in {message}"
    return int(found[1])


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _picture(name: str) -> bytes:
    return (PICTURES / f"{name}.jpg").read_bytes()


def _upload(name: str) -> Upload:
    upload = Upload(_picture(name))
    upload.name, upload.mime = f"{name}.jpg", "image/jpeg"
    return upload
