"""What people are told about their data, what they can see of it, and how it goes."""

from __future__ import annotations

import json
from pathlib import Path

from sandbox import Person
from tests.stories.steps import answered, pressed, rated, reported
from tests.support import live_files
from tests.support.town import Town

SECRET = "独一无二的秘密路灯"
NAME = "林某某独特称呼"


def traces(folder: Path, *words: str | bytes) -> list[str]:
    """Which files of the database still hold one of these, as text or as SQLite keeps numbers."""
    sought = {word: word.encode() if isinstance(word, str) else word for word in words}
    contents = live_files.contents(folder, "liaison.db*")
    return [f"{name}: {word!r}" for name, content in contents.items() for word, raw in sought.items() if raw in content]


def with_a_long_number(town: Town) -> Person:
    """Somebody whose Telegram number cannot stand anywhere by chance."""
    return town.sandbox.user("林独特", id=7_654_321_098, username="lin_dute_2026", language="zh-hans")


def of(person: Person) -> tuple[str | bytes, ...]:
    return str(person.id), person.id.to_bytes(6, "big"), person.id.to_bytes(8, "big"), "lin_dute_2026", "林独特"


async def test_the_notice_comes_exactly_once(town: Town) -> None:
    """With the first contact, whatever that is; /privacy shows it again."""
    town.lin.says("路灯坏了")
    await town.lin.told("民情 #1")
    town.lin.starts()
    town.lin.says("下水道也堵了")
    await town.lin.told("民情 #2")
    await town.settled()
    shown = [text for text in town.lin.sees() if "隐私说明" in text]
    assert len(shown) == 1
    for promise in ("保存什么", "谁能看", "30 个工作日", "境外", "/mydata", "/forget"):
        assert promise in shown[0]

    again = town.lin.says("/privacy")
    await town.sees(town.lin.chat, "隐私说明", after=again)


async def test_in_a_group_the_receipt_points_to_the_notice(town: Town) -> None:
    """The notice itself comes when the private chat is opened, and only then."""
    group = await town.group("阳光小区", [town.lin])
    await reported(town, town.lin, "路灯坏了", group)
    card = await town.sees(group, "民情 #1")
    assert "您的信息如何保管" in card.text
    url = town.lin.presses(card, "打开私聊")
    town.lin.follows(str(url))
    await town.lin.told("隐私说明")
    town.lin.follows(str(url))
    await town.settled()
    assert sum("隐私说明" in text for text in town.lin.sees()) == 1


async def test_my_data_is_a_document(town: Town) -> None:
    """JSON, with everything that was said, and nobody else's words."""
    group = await town.group("阳光小区", [town.lin, town.he])
    await town.opens(town.lin)
    card = await reported(town, town.lin, SECRET, group)
    await reported(town, town.he, "别人的事", group, to=town.li)
    town.wang.says("马上去看", reply_to=card)
    town.lin.says("谢谢您", reply_to=await town.lin.told("马上去看"))
    await town.wang.told("谢谢您")
    reply = await answered(town, town.wang, 1)
    await rated(town, town.lin, reply, "满意", "满意")
    await town.lin.told("已办结")

    town.lin.says("/mydata")
    document = await town.lin.told("您的全部信息")
    assert document.kind == "document"
    files = town.sandbox.world.files
    text = files.read(files.named(document.file_id or "", "document")).decode()
    data = json.loads(text)
    assert data
    assert SECRET in text
    assert "谢谢您" in text
    assert str(town.lin.id) in text
    assert "别人的事" not in text


async def test_forgetting_leaves_no_byte(town: Town) -> None:
    """Within ten seconds nothing of words, name and number is in the database's files; the group's card says so too."""
    lin = with_a_long_number(town)
    group = await town.group("阳光小区", [lin, town.he])
    await town.opens(lin)
    card = await reported(town, lin, SECRET, group)
    public = await town.sees(group, "民情 #1")
    own = next(m for m in group.messages if m.sender is lin)
    lin.edits(own, f"/report {SECRET}又改过")
    await town.shows(public, "又改过")
    town.wang.says("马上去看", reply_to=card)
    lin.says(f"{SECRET}在东门", reply_to=await lin.told("马上去看"))
    lin.says(f"/name 1 {NAME}")
    await town.shows(card, NAME)
    lin.sends_photo(lin.chat, SECRET, reply_to=lin.chat.stands("马上去看"))
    await town.until(lambda: any(m.kind == "photo" for m in town.wang.chat.messages), "the picture")
    await reported(town, town.he, "别人的事", group, to=town.li)
    await town.settled()
    assert traces(town.folder, SECRET), "it was there"

    lin.says("/forget")
    sure = await lin.told("真的要删除您的全部信息吗")
    await pressed(town, lin.presses(sure, "确认"))
    await lin.told("您的信息已全部删除")
    await town.shows(public, "内容已按本人要求删除")
    await town.shows(card, "内容已按本人要求删除")
    await town.wang.told("已由群众撤回")
    for shown in (public, card):
        assert SECRET not in shown.text
        assert NAME not in shown.text

    async def gone() -> bool:
        return not traces(town.folder, SECRET, NAME, "在东门", *of(lin))

    await town.eventually(gone, f"the end of {traces(town.folder, SECRET, NAME, *of(lin))}", within=10)
    assert traces(town.folder, "别人的事"), "others' words stay"
    exported = (await town.program("export", "cases")).out.splitlines()
    forgotten = next(case for line in exported if (case := json.loads(line))["number"] == 1)
    assert forgotten["text"] is None
    assert forgotten["outcome"] == "withdrawn"
    assert (await town.program("audit", "verify")).code == 0, "the journals are as they were sealed but for that"
    told = town.wang.says("/case 1")
    timeline = await town.sees(town.wang.chat, "经过", after=told)
    assert "已按本人要求删除" in timeline.text


async def test_a_restored_backup_forgets_again(town: Town) -> None:
    """Who was forgotten after the backup was made is forgotten in what comes back."""
    lin = with_a_long_number(town)
    group = await town.group("阳光小区", [lin, town.he])
    await reported(town, lin, SECRET, group)
    await reported(town, town.he, "别人的事", group, to=town.li)
    await town.settled()
    backup = town.folder / "monday.backup"
    assert (await town.program("backup", str(backup))).code == 0
    await town.opens(lin)
    lin.says("/forget")
    await pressed(town, lin.presses(await lin.told("真的要删除"), "确认"))
    await lin.told("您的信息已全部删除")
    await town.settled()

    await town.stop_bot()
    restored = await town.program("restore", str(backup))
    assert restored.code == 0, restored.err
    assert "1 erasures" in restored.out
    assert not [trace for trace in traces(town.folder, SECRET, *of(lin)) if trace.startswith("liaison.db:")]
    town.refusals.add("message is not modified")  # the card reads so already, which the bot of the backup cannot know
    await town.start_bot()
    asked = town.li.says("/case 2")
    await town.sees(town.li.chat, "别人的事", after=asked)
