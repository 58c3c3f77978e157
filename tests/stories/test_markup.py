"""What people type is shown as they typed it, whatever it looks like."""

from __future__ import annotations

from pathlib import Path

from tests.stories.steps import answered, reported
from tests.support.town import ROSTER, Town, a_town

NASTY = '<b>粗</b> & <a href="https://evil.example">点我</a> {case} %s "引" \'号\' \\n &lt;'


async def test_markup_in_names_and_texts_is_only_text(tmp_path: Path, sqlite_url: str) -> None:
    """Names of groups, stations, people; reports, notes, replies, reasons: shown to the letter, and nothing
    becomes a link.
    """
    async with a_town(tmp_path, sqlite_url) as town:
        town.ugly_allowed = True
        town.import_roster(
            ROSTER.replace("阳光联络站", "阳光<i>站</i>&").replace("deputy,李强", "deputy,李<b>强</b>&{deputy}")
        )
        group = await town.group("<i>小区</i> & {group}", [town.lin])
        await town.opens(town.lin)
        card = await reported(town, town.lin, NASTY, group)
        public = await town.sees(group, "#1")
        assert "阳光<i>站</i>&" in card.text
        assert NASTY in card.text
        assert NASTY[:20] in public.text

        town.wang.says("/accept 1")
        town.wang.says(f"/mediate 1 {NASTY}")
        assert NASTY in (await town.lin.told("民情 #1 有进展")).text
        said = town.wang.says(NASTY, reply_to=card)
        relayed = await town.lin.told("王芳代表（民情 #1）")
        assert NASTY in relayed.text
        town.lin.says(NASTY, reply_to=relayed)
        assert NASTY in (await town.wang.told("直接回复即可答话")).text
        await town.until(lambda: said.reactions, "the sign that it arrived")

        town.wang.says(f"/transfer 1 李<b>强</b>&{{deputy}} {NASTY}")
        told = await town.lin.told("现在由")
        assert "李<b>强</b>&{deputy}代表" in told.text
        reply = await answered(town, town.li, 1, NASTY)
        assert NASTY in reply.text
        timeline = town.li.says("/case 1")
        assert NASTY in (await town.sees(town.li.chat, "经过", after=timeline)).text
        town.li.says("/inbox")
        listed = await town.li.told("待办民情")
        assert NASTY[:20] in listed.text
        group.kicks_bot(by=town.zhao)
        lost = await town.zhao.told("机器人被移出群")
        assert "「<i>小区</i> & {group}」" in lost.text
        await town.settled()

        for chat in town.sandbox.world.chats.values():
            for message in chat.messages:
                links = [e for e in message.entities if e["type"] == "text_link"]
                assert not (message.by_bot and links), message


async def test_a_very_long_report_reaches_the_deputy_whole(town: Town) -> None:
    """In several messages where one is too short for it; the card shows its beginning."""
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    words = "".join(f"第{number}处路灯坏了。" for number in range(419))  # as much as a message takes, with the command
    card = await reported(town, town.lin, words, group)
    assert "第0处路灯坏了" in card.text
    await town.wang.told("第418处路灯坏了")
    await town.settled()
    whole = "".join(m.text for m in town.wang.chat.messages if m.id > card.id)
    assert all(f"第{number}处" in whole for number in range(419))

    await answered(town, town.wang, 1, "好" * 4000)
    heard = "".join(m.text for m in town.lin.chat.messages if m.by_bot)
    assert heard.count("好") >= 4000
