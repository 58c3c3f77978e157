"""Who is what: the roster, invitations, and the menus that go with a role."""

from __future__ import annotations

import json
import re

from tests.stories.steps import pressed, reported
from tests.support.town import ROSTER, Town


def menu(town: Town, scope: dict[str, object], language: str = "") -> list[str]:
    """The commands that Telegram would offer there."""
    commands = town.sandbox.world.commands
    return [c["command"] for c in commands.get(json.dumps(scope, sort_keys=True) + language, [])]


async def test_a_roster_import_counts_at_once(towns: Town) -> None:
    """While the bot runs: a retired deputy's cases go back to staff, and their rights and buttons end with that."""
    town = towns
    group = await town.group("阳光小区", [town.lin])
    card = await reported(town, town.lin, "路灯坏了", group)
    roster = town.folder / "new.csv"
    roster.write_text(ROSTER.replace("deputy,王芳,SUN,阳光联络站,城东,,5001,wangfang,zh\n", ""), encoding="utf-8")
    imported = await town.program("roster", "import", str(roster), "--replace")
    assert imported.code == 0, imported.err

    refused = await pressed(town, town.wang.presses_data(card, "do:accept:1"))
    assert "没有找到民情 #1" in refused.answer
    asked = town.wang.says("/inbox")
    await town.sees(town.wang.chat, "没有这个命令", after=asked)
    asked = town.wang.says("/case 1")
    await town.sees(town.wang.chat, "没有找到民情 #1", after=asked)
    await town.zhao.told("待分派的民情")
    await town.sees(group, "已交给联络站工作人员")


async def test_a_role_that_ends_takes_the_open_question_along(towns: Town) -> None:
    """Whoever was in the middle of a command hears that it is over, in answer to words as to a button; what they write
    afterwards is a report like anybody's.
    """
    town = towns
    group = await town.group("阳光小区", [town.lin])
    await reported(town, town.lin, "路灯坏了", group)
    town.wang.says("/reply 1")
    await town.wang.told("哪一类")
    others = ROSTER.replace("deputy,王芳,SUN,阳光联络站,城东,,5001,wangfang,zh\n", "")
    town.import_roster(others, replacing=True)
    town.wang.says("已经修好了")
    over = await town.wang.told("/reply 不能再用")
    assert "没有用上" in over.text

    town.import_roster()
    town.wang.says("/inbox")
    await town.wang.told("没有待办")
    town.zhao.says("/assign 1 王芳")
    await town.wang.told("有新民情")
    town.wang.says("/reply 1")
    question = await town.wang.told("哪一类")
    town.import_roster(others, replacing=True)
    await pressed(town, town.wang.presses(question, "已解决"))
    await town.wang.told("/reply 不能再用")
    town.wang.says("我家门口的井盖没了")
    await town.wang.told("已收到，民情 #2")


async def test_an_account_moves_with_the_roster(town: Town) -> None:
    """A deputy's new account has the rights, the old one none."""
    group = await town.group("阳光小区", [town.lin])
    await reported(town, town.lin, "路灯坏了", group)
    newcomer = town.sandbox.user("王芳新号", id=5099, language="zh-hans")
    await town.opens(newcomer)
    roster = town.folder / "new.csv"
    roster.write_text(ROSTER.replace(",5001,wangfang,", ",5099,,"), encoding="utf-8")
    assert (await town.program("roster", "import", str(roster))).code == 0

    newcomer.says("/accept 1")
    await newcomer.told("已受理 #1")
    asked = town.wang.says("/inbox")
    await town.sees(town.wang.chat, "没有这个命令", after=asked)


async def test_what_an_import_promises_goes_out_by_itself(towns: Town) -> None:
    """Nothing else happens in town that could wake the bot: who lost a role hears of it within seconds."""
    town = towns
    town.wang.starts()
    await town.wang.told("您好")
    await town.settled()
    roster = town.folder / "new.csv"
    roster.write_text(ROSTER.replace(",5001,wangfang,", ",5099,,"), encoding="utf-8")
    assert (await town.program("roster", "import", str(roster))).code == 0

    await town.wang.told("转到了另一个账号")
    await town.settled()
    assert "accept" not in menu(town, {"type": "chat", "chat_id": town.wang.id})


async def test_an_invitation_makes_a_deputy_once(towns: Town) -> None:
    """A link for one person: it works once, whoever comes second is told, and the menu grows with the role."""
    town = towns
    town.zhao.says("/invite deputy 何代表")
    invited = await town.zhao.told("邀请链接")
    found = re.search(r"https://t\.me/\S+", invited.text)
    assert found
    town.he.follows(found[0])
    joined = await town.he.told("您现在是代表")
    assert "何代表" in joined.text
    await town.settled()
    offered = menu(town, {"type": "chat", "chat_id": town.he.id})
    assert {"inbox", "accept", "reply", "mycases"} <= set(offered)
    assert "assign" not in offered

    town.lin.follows(found[0])
    await town.lin.told("邀请链接无效")
    town.zhao.says("/invite staff 小李")
    await town.zhao.told("工作人员由管理员邀请")
    group = await town.group("阳光小区", [town.lin])
    town.lin.writes(group, "/report 请何代表看看路灯")
    await town.he.told("有新民情")


async def test_an_invitation_expires(town: Town) -> None:
    """After a week it is worth nothing."""
    town.owner.says("/invite staff 小李 RIVER")
    invited = await town.owner.told("邀请链接")
    found = re.search(r"https://t\.me/\S+", invited.text)
    assert found
    await town.later(days=8)
    town.he.follows(found[0])
    await town.he.told("邀请链接无效")


async def test_an_invitation_shown_in_a_group_lets_nobody_in(towns: Town) -> None:
    """Who is in a hurry sends it where they are, and everybody there could take the place."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    town.zhao.says("/invite deputy 何代表")
    invited = await town.zhao.told("邀请链接")
    found = re.search(r"\?start=(\S+)", invited.text)
    assert found
    town.he.writes(group, f"/start@{town.sandbox.world.bot.username} {found[1]}")
    await town.sees(group, "已经作废")
    town.lin.says(f"/start {found[1]}")
    await town.lin.told("邀请链接无效")

    town.lin.writes(group, f"/start@{town.sandbox.world.bot.username} {found[1]}")
    await town.sees(group, "请在私聊里用")


async def test_the_menus_are_right_for_chat_and_language(town: Town) -> None:
    """What Telegram offers beside the text field: in private, in groups, in both languages, and to each by their
    role.
    """
    private, groups = {"type": "all_private_chats"}, {"type": "all_group_chats"}
    await town.until(lambda: menu(town, groups, "en"), "the menus")
    for language in ("", "zh", "en"):
        assert {"report", "mycases", "forget"} <= set(menu(town, private, language))
        assert "inbox" not in menu(town, private, language)
        assert "report" in menu(town, groups, language)
        assert "mycases" not in menu(town, groups, language)
    about = town.sandbox.world.commands[json.dumps(private, sort_keys=True) + "zh"]
    assert any("民情" in command["description"] for command in about)

    for person, has, lacks in (
        (town.wang, "accept", "assign"),
        (town.zhao, "assign", "accept"),
        (town.lin, "mycases", "inbox"),
    ):
        person.starts()
        await person.told("您好")
        await town.settled()
        offered = menu(town, {"type": "chat", "chat_id": person.id})
        assert has in offered
        assert lacks not in offered


async def test_a_menu_speaks_the_language_that_was_chosen(towns: Town) -> None:
    """With /language it changes at once, as everything else does."""
    town = towns
    scope = json.dumps({"type": "chat", "chat_id": town.wang.id}, sort_keys=True)

    def about(name: str) -> str:
        return next(c["description"] for c in town.sandbox.world.commands[scope] if c["command"] == name)

    town.wang.starts()
    await town.wang.told("您好")
    await town.settled()
    assert about("inbox") == "待办民情"
    town.wang.says("/language en")
    await town.wang.told("English from now on")
    await town.settled()

    assert about("inbox") == "cases that wait for you"


async def test_a_menu_grows_with_a_role_that_a_username_brings(towns: Town) -> None:
    """The roster knows a deputy by username alone; they wrote to the bot long before, and write again."""
    town = towns
    await town.opens(town.lin)
    scope = {"type": "chat", "chat_id": town.lin.id}
    assert "inbox" not in menu(town, scope)
    town.import_roster(ROSTER + "deputy,林芬,SUN,阳光联络站,城东,,,lin_private,\n")
    town.lin.says("/inbox")
    await town.lin.told("没有待办")
    await town.settled()

    assert "inbox" in menu(town, scope)


async def test_a_menu_follows_the_roster_s_language(towns: Town) -> None:
    """An import says that a deputy reads English, so that is what the next menu speaks."""
    town = towns
    town.wang.starts()
    await town.wang.told("您好")
    await town.settled()
    scope = json.dumps({"type": "chat", "chat_id": town.wang.id}, sort_keys=True)
    town.import_roster(ROSTER.replace("wangfang,zh", "wangfang,en"))
    await town.settled()

    described = {c["command"]: c["description"] for c in town.sandbox.world.commands[scope]}
    assert described["inbox"] == "cases that wait for you"


async def test_an_owner_made_in_the_configuration_has_the_owners_menu(towns: Town) -> None:
    """The README's way: write to the bot, find one's own id with /mydata, write it down, start the bot again."""
    town = towns
    town.he.starts()
    await town.he.told("您好")
    await town.settled()
    assert "roster" not in menu(town, {"type": "chat", "chat_id": town.he.id})
    town.configure("access", owner_ids=[town.owner.id, town.he.id])
    await town.restart_bot()

    def has_it() -> bool:
        return {"roster", "journal", "mycases"} <= set(menu(town, {"type": "chat", "chat_id": town.he.id}))

    await town.until(has_it, "the owner's menu")


async def test_help_shows_one_s_own_commands_only(town: Town) -> None:
    """Nobody reads of what they may not do."""
    for person, has, lacks in (
        (town.lin, "/mycases", "/inbox"),
        (town.wang, "/inbox", "/assign"),
        (town.zhao, "/assign", "/accept"),
    ):
        asked = person.says("/help")
        shown = await person.chat.next_message(after=asked, by_bot=True, containing="/")
        assert has in shown.text
        assert lacks not in shown.text
