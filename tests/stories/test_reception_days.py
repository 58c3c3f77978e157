"""Reception days over HTTP: from the rota to the minutes, with the clock moved, and with restarts between."""

from __future__ import annotations

import re

from sqlalchemy import select

from liaisonbot.receptions import BookingState, ReceptionState
from sandbox import Person
from sandbox.model import Message
from storage.schema.duty import receptions
from tests.stories.steps import pressed
from tests.support.town import Town

LINE = "/reception 每月第一个星期一 9-11 | 服务中心二楼 | 王芳、李强 | 15"


async def a_rota(town: Town, line: str = LINE) -> int:
    """Staff make one; the first day is Monday, 7 December. The number of that day."""
    town.zhao.says(line)
    await pressed(town, town.zhao.presses(await town.zhao.told("接待日这样安排"), "确认"))
    await town.zhao.told("已安排")
    await town.settled()
    return (await days(town))[0]


async def days(town: Town) -> list[int]:
    """The numbers of the reception days: on PostgreSQL a unit that was run again has used up some."""
    return await town.read(lambda uow: list(uow.connection.execute(select(receptions.c.id).order_by("day")).scalars()))


async def visits(town: Town, day: int) -> list[int]:
    """The numbers of those who booked that day, in the order in which they did."""
    return [each.id for each in sorted(await town.read(lambda uow: uow.receptions.bookings(day)), key=lambda b: b.id)]


async def booked(town: Town, who: Person, slot: str, about: str) -> Message:
    """Through the link below the group's notice; the answer."""
    day = (await days(town))[0]
    who.says(f"/start reception_{day}")
    await pressed(town, who.presses(await who.told("点一个时间"), slot))
    await who.told("想谈什么事")
    before = who.chat.last
    who.says(about)
    return await town.sees(who.chat, "约好了", after=before)


async def test_from_the_rota_to_the_minutes(towns: Town) -> None:
    """Told ahead and on the morning, booked, reminded, heard: one matter becomes a case, and the logs know."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    day = await a_rota(town)
    await town.later(days=11)
    notice = await town.sees(group, "代表接待日：12月7日")
    assert "服务中心二楼" in notice.text
    link = town.lin.presses(notice, "预约时间")
    assert isinstance(link, str)
    assert link.endswith(f"start=reception_{day}")
    await town.opens(town.lin)
    await town.opens(town.he)
    await booked(town, town.lin, "09:15", "三号楼的路灯坏了")
    await booked(town, town.he, "09:00", "想问问食堂的事")
    await town.restart_bot()

    await town.later(days=2)
    await town.lin.told("明天是您约的接待日")
    await town.later(hours=22)
    await town.sees(group, "今天 09:00–11:00 代表接待")
    listed = await town.wang.told("今天您接待群众")
    assert listed.text.index("食堂") < listed.text.index("路灯")
    assert "林" not in listed.text
    asked = town.li.says("/reception")
    town.li.presses(await town.li.told("约了 2 位", after=asked), "12月7日")
    await town.li.told("三号楼的路灯坏了")
    await town.restart_bot()
    await town.settled()
    assert sum("代表接待" in message.text for message in group.messages if message.by_bot) == 2, "once each"

    await town.later(hours=2)
    first, second = await visits(town, day)
    town.wang.says(f"/hear {second} 现场办结 食堂下周开，当场说清楚了")
    await pressed(town, town.wang.presses(await town.wang.told("第 1 位：现场办结"), "确认"))
    answer = await town.he.told("食堂下周开")
    assert "#1 有答复了" in answer.text
    assert "满意" in " ".join(answer.labels), "and is asked what she thinks of it"
    town.wang.says(f"/hear {first} 转街道 路灯三周没亮，请街道来修")
    await pressed(town, town.wang.presses(await town.wang.told("第 2 位：转街道"), "确认"))
    told = await town.lin.told("接待日上您说的事")
    assert "#2" in told.text
    await town.wang.told("有新民情")
    town.wang.says(f"/heldday {day} 主要是路灯和食堂")
    await pressed(town, town.wang.presses(await town.wang.told("结束 12月7日"), "确认"))
    draft = await town.li.told("接待日（来了 2 位）")
    await town.settled()
    await pressed(town, town.li.presses(draft, "记一笔"))
    await town.zhao.told("的接待日已结束")
    town.zhao.presses(await town.zhao.told("的接待日已结束"), "纪要")
    minutes = await town.zhao.told("接待日纪要")
    for words in ("食堂下周开", "请街道来修", "民情 #2", "主要是路灯和食堂"):
        assert words in minutes.text
    town.wang.says("/reply 2 A 路灯修好了")
    await town.lin.told("路灯修好了")
    seen = "\n".join(m.text for m in (*group.messages, *town.wang.chat.messages, *town.li.chat.messages) if m.by_bot)
    assert "lin_private" not in seen
    assert "请街道来修" not in "\n".join(message.text for message in group.messages)


async def test_a_day_that_falls_out(towns: Town) -> None:
    """Whoever booked is told why, with another day to choose; the group that knew of it hears as well."""
    town = towns
    group = await town.group("阳光小区", [town.lin])
    day = await a_rota(town)
    await town.opens(town.lin)
    await booked(town, town.lin, "09:00", "路灯")
    await town.later(days=11)
    await town.sees(group, "代表接待日：")
    town.zhao.says(f"/cancelday {day} 代表去市里开会")
    asked = await town.zhao.told("约了的 1 位会收到通知")
    await town.restart_bot()
    await pressed(town, town.zhao.presses(asked, "确认"))
    told = await town.lin.told("代表去市里开会")
    await town.sees(group, "接待日取消")
    await pressed(town, town.lin.presses(told, "1月4日"))
    await town.settled()
    await pressed(town, town.lin.presses(await town.lin.told("点一个时间"), "10:00"))
    await pressed(town, town.lin.presses(await town.lin.told("想谈什么事"), "先不写"))
    await town.lin.told("约好了")
    await town.settled()
    following = (await days(town))[1]
    cancelled = await town.read(lambda uow: uow.receptions.get(day))
    assert cancelled is not None
    assert cancelled.state is ReceptionState.CANCELLED
    assert len(await visits(town, following)) == 1
    await town.later(days=3)
    assert not any("今天" in message.text for message in group.messages)


async def test_somebody_without_telegram_at_the_window(towns: Town) -> None:
    """Entered with their consent, heard by the deputy, followed by their code until the answer."""
    town = towns
    day = await a_rota(town)
    await town.later(days=14)
    town.zhao.says("/walkin 门口的路坑坑洼洼")
    await town.zhao.told("怎么称呼本人")
    town.zhao.says("王大爷 13800001111")
    await pressed(town, town.zhao.presses(await town.zhao.told("约一个时间"), "不约时间"))
    await pressed(town, town.zhao.presses(await town.zhao.told("本人同意登记吗"), "确认"))
    receipt = await town.zhao.told("请把凭证码交给本人")
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", receipt.text)
    assert code is not None
    await town.settled()
    (visit,) = await visits(town, day)
    town.li.says(f"/hear {visit} 转社区 请社区补路面")
    await pressed(town, town.li.presses(await town.li.told("第 1 位：转社区"), "确认"))
    await town.zhao.told("请转告本人")
    inbox = await town.li.told("有新民情")
    assert "门口的路" in inbox.text, "who heard it has it"
    town.li.says("/reply 1 A 路面补好了")
    await town.zhao.told("路面补好了")
    await town.opens(town.he)
    town.he.says(f"/case {code[0]}")
    course = await town.he.told("门口的路")
    assert "王大爷" not in course.text
    assert "13800001111" not in "\n".join(message.text for message in town.he.chat.messages)


async def test_on_the_day_the_one_who_receives_comes_first(towns: Town) -> None:
    """Of two deputies the one on reception gets what comes in that day, and not the day after."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    await a_rota(town, "/reception 2026-12-07 9-11 | 二楼 | 李强 | 15")
    await town.later(days=14)
    town.lin.writes(group, "/report 楼道的灯坏了")
    await town.li.told("楼道的灯坏了")
    town.he.writes(group, "/report 垃圾没人收")
    await town.li.told("垃圾没人收")
    await town.later(days=1)
    town.lin.writes(group, "/report 井盖松了")
    await town.wang.told("井盖松了")


async def test_two_who_press_the_same_time(towns: Town) -> None:
    """One has it; the other hears it and chooses another."""
    town = towns
    day = await a_rota(town)
    await town.opens(town.lin)
    await town.opens(town.he)
    said = [(who, who.says(f"/book {day} 9:00 {what}")) for who, what in ((town.lin, "路灯"), (town.he, "食堂"))]
    answers = [await person.told("9:00", after=words) for person, words in said]
    await town.settled()
    bookings = await town.read(lambda uow: uow.receptions.bookings(day))
    assert [each.state for each in bookings] == [BookingState.BOOKED]
    assert sorted("约好了" in answer.text for answer in answers) == [False, True]
    assert any("刚被别人约了" in answer.text for answer in answers)


async def test_in_english(town: Town) -> None:
    """Made, told, booked, heard: whoever reads English reads no Chinese."""
    town.import_roster(
        "role,name,station,station_name,area,telegram_id,language\n"
        "deputy,Margaret Fairfield,HILL,Hill Station,Hillside,5101,en\n"
        "staff,Ann Lee,HILL,Hill Station,Hillside,6101,en\n"
    )
    margaret = town.sandbox.user("Margaret", id=5101, language="en")
    ann = town.sandbox.user("Ann", id=6101, language="en")
    for person in (margaret, ann):
        person.starts()
    await town.opens(town.alice)
    ann.says("/reception first Monday 9-11 | Room 2 | Margaret Fairfield | 15")
    asked = await ann.told("Is that right?")
    assert "first Monday of the month" in asked.text
    await pressed(town, ann.presses(asked, "Confirm"))
    town.alice.says("/book 1 9:15 The lamp at gate 3 is broken")
    await town.alice.told("Booked")
    await town.later(days=13)
    await town.alice.told("tomorrow")
    await town.later(hours=23)
    await margaret.told("You receive people today")
    margaret.says("/hear 1 street It goes to the street office")
    await pressed(town, margaret.presses(await margaret.told("Visitor 1"), "Confirm"))
    await town.alice.told("reception day")
    margaret.says("/heldday 1 A calm day")
    await pressed(town, margaret.presses(await margaret.told("End the reception day"), "Confirm"))
    await margaret.told("is over")
    ann.says("/reception")
    await town.settled()
    for person in (margaret, ann, town.alice):
        said = [" ".join([m.text, *m.labels]) for m in person.chat.messages if m.by_bot]
        assert not [text for text in said if re.search(r"[\u4e00-\u9fff]", text.replace("中文", ""))]
