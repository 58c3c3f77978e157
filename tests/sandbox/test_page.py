"""The chat page in a real browser, with the real bot behind it: what a visitor does and sees."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from sandbox import Person, Room, Sandbox
from tests.support.browser import PHONE, Screen, a_browser, a_screen
from tests.support.town import Town

pytestmark = pytest.mark.browser

GROUP = "阳光小区"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as running:
        yield running


def shown(sandbox: Sandbox, group: Room, people: Sequence[Person], **roles: str) -> None:
    """Have the page show the group as the first person sees it, and everybody's phone."""
    sandbox.scene = {
        "columns": [{"chat": group.id, "viewer": people[0].id}, *({"chat": person.id} for person in people)],
        "roles": {person.id: roles.get(name) for name, person in zip(roles, people, strict=True)},
        "timezone": "Asia/Shanghai",
    }


async def neighbours(town: Town) -> Room:
    """A group with one constituent; beside it the phones of the constituent, the deputy and a staff member."""
    group = await town.group(GROUP, [town.lin, town.he])
    await town.opens(town.lin)
    shown(town.sandbox, group, [town.lin, town.wang, town.zhao], lin="constituent", wang="deputy", zhao="staff")
    return group


async def test_one_case_from_the_group_to_its_end(town: Town, browser: Browser) -> None:
    """A visitor takes a case through by clicking, and every column shows each step."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url) as screen:
        await screen.write(GROUP, "/report 3号楼门口的路灯坏了，晚上很黑")
        card = await screen.sees(GROUP, "民情 #1")
        await expect(card).to_contain_text("🔵 收集")
        await screen.sees("王芳", "有新民情")

        await screen.press("王芳", "受理", under="有新民情")
        await screen.sees("小林", "民情 #1 已受理")
        await expect(card).to_contain_text("🔵 调处")

        await screen.press("王芳", "答复")
        await screen.press("王芳", "A 已解决", under="属于哪一类")
        await screen.sees("王芳", "请写给群众的答复")
        await screen.write("王芳", "路灯修好了，\n谢谢您")
        await screen.press("王芳", "确认", under="就这样答复")
        answer = await screen.sees("小林", "有答复了")
        await expect(answer).to_contain_text("路灯修好了")

        await answer.get_by_role("button", name="😊 满意").first.click()
        await expect(screen.column("小林").locator(".toast")).to_contain_text("办理态度")
        await expect(answer).to_contain_text("办理态度：满意")
        await answer.get_by_role("button", name="😊 满意").click()
        await screen.sees("小林", "民情 #1 已办结")
        await screen.sees("王芳", "态度：满意，结果：满意")
        await expect(card).to_contain_text("已办结：群众确认")
        await expect(answer.locator(".key")).to_have_count(0)


async def test_on_a_phone_one_column_at_a_time(town: Town, browser: Browser) -> None:
    """On a phone the columns are tabs; what comes to the others is counted there. The page speaks English."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url, size=PHONE, language="en-US") as screen:
        await expect(screen.page.locator("section.column:visible")).to_have_count(1)
        await screen.write(GROUP, "/report 路灯坏了")
        await screen.sees(GROUP, "民情 #1")
        await expect(screen.page.locator("#tabs button", has_text="Deputy").locator(".count")).to_have_text("1")

        await screen.tab("Deputy")
        await expect(screen.page.locator("#tabs .count")).to_have_count(0)
        await screen.press("王芳", "受理", under="有新民情")
        await expect(screen.page.locator("#tabs button", has_text="Constituent").locator(".count")).to_have_text("1")
        await screen.tab("Constituent")
        await screen.sees("小林", "民情 #1 已受理")

        await screen.page.get_by_role("button", name="Move the clock forward").click()
        await screen.page.get_by_role("button", name="+1 week").click()
        await expect(screen.page.locator("#banner")).to_contain_text("It is now")
        assert await fits(screen), "nothing stands out to the side"


@pytest.mark.parametrize(("width", "letters"), [(320, 1.0), (390, 1.5), (390, 2.0)])
async def test_large_letters_and_small_phones(town: Town, browser: Browser, width: int, letters: float) -> None:
    """Words grow with what somebody has set in the browser; nothing is pushed out of reach by that."""
    await neighbours(town)
    phone = {"width": width, "height": 844}
    async with a_screen(browser, town.sandbox.url, size=phone, language="en-US") as screen:
        text = screen.column(GROUP).locator(".message .text").first
        size = "element => parseFloat(getComputedStyle(element).fontSize)"
        before = await text.evaluate(size)
        await screen.page.evaluate(f"document.documentElement.style.fontSize = '{100 * letters}%'")

        # Not at once: with reduced motion every change of style is a transition of a hundredth of a millisecond.
        await expect(text).to_have_css("font-size", f"{before * letters:g}px")
        assert await fits(screen)
        await screen.page.get_by_role("button", name="切换到中文").click(trial=True)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
async def test_on_the_smallest_phone_the_bar_is_one_line(town: Town, browser: Browser, language: str) -> None:
    """Also while others have news: the height is for what is said."""
    await neighbours(town)
    town.sandbox.scene = town.sandbox.scene | {"start_over": True}  # as in the demo: one button more
    phone = {"width": 320, "height": 568}
    async with a_screen(browser, town.sandbox.url, size=phone, language=language) as screen:
        town.he.starts()
        await expect(screen.page.locator(".news .count")).to_have_text("2")
        parts = screen.page.locator("#top .news, #top .clock, #top .tools")
        boxes = await parts.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
        assert len(boxes) == 3
        assert max(box["top"] for box in boxes) < min(box["bottom"] for box in boxes)
        assert await fits(screen)
        assert await screen.page.locator(".news .count").evaluate(_NOT_CUT_OFF, ".elsewhere"), "the number is whole"


_NOT_CUT_OFF = """(element, frame) => {
  const [inner, outer] = [element, element.closest(frame)].map(each => each.getBoundingClientRect());
  const beside = outer.left <= inner.left && inner.right <= outer.right;
  return beside && outer.top <= inner.top && inner.bottom <= outer.bottom;
}"""


async def test_how_many_chose_it_stands_beside_the_words(town: Town, browser: Browser) -> None:
    """Even when it is all of them, and with large letters."""
    group = await neighbours(town)
    town.zhao.says("/poll 几点关门？ | 十点 | 十一点")
    post = await group.next_message(containing="几点关门")
    town.lin.votes(post, [1])
    async with a_screen(browser, town.sandbox.url) as screen:
        share = screen.column(GROUP).locator(".share", has_text="100%")
        await expect(share).to_be_visible()
        assert await share.evaluate(_CLEAR_OF_THE_NEXT)
        await screen.page.evaluate("document.documentElement.style.fontSize = '200%'")
        await expect(share).to_have_css("font-size", "26px")
        assert await share.evaluate(_CLEAR_OF_THE_NEXT)


_CLEAR_OF_THE_NEXT = """element => {
  const words = document.createRange();
  words.selectNodeContents(element);
  const inOneLine = words.getClientRects().length === 1;
  const next = element.nextElementSibling.getBoundingClientRect();
  return inOneLine && words.getBoundingClientRect().right + 2 <= next.left;
}"""


async def test_the_keyboard_alone_is_enough(town: Town, browser: Browser) -> None:
    """Past the messages to where one writes; and a button that is pressed does not throw one back to the top."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url) as screen:
        await screen.write(GROUP, "/report 路灯坏了")
        card = await screen.sees("王芳", "有新民情")
        column = screen.column("王芳")
        await column.get_by_role("button", name="更多操作").focus()
        await screen.page.keyboard.press("Tab")
        await screen.page.keyboard.press("Enter")
        await expect(column.locator("textarea")).to_be_focused()

        await card.locator(".key", has_text="✋ 受理").focus()
        await screen.page.keyboard.press("Enter")
        await expect(column.locator(".key", has_text="调处")).to_be_visible()
        await expect(column.locator(".message", has_text="#1").locator(".tools")).to_be_focused()


async def fits(screen: Screen) -> bool:
    return bool(await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [1440, 1200])
async def test_news_of_others_never_cover_the_title(town: Town, browser: Browser, width: int) -> None:
    """However many others have something new, each is shown whole or not at all."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url, size={"width": width, "height": 900}, language="en-US") as screen:
        await screen.page.get_by_role("button", name="+1 week").click()
        for person in (town.he, town.alice, town.li, town.chen, town.sun, town.owner):
            person.starts()
        await expect(screen.page.locator(".news").nth(5)).to_be_attached()
        assert await screen.page.evaluate(_CLEAR) == [True, True]


_CLEAR = """(() => {
  const box = (element) => element.getBoundingClientRect();
  const row = box(document.querySelector(".elsewhere"));
  const shown = [...document.querySelectorAll(".news")].map(box).filter((news) => news.top < row.bottom);
  return [shown.length > 0, shown.every((news) => news.left >= box(document.querySelector(".brand")).right)];
})()"""


async def test_the_clock_brings_what_is_due(town: Town, browser: Browser) -> None:
    """A week later the deputy is pressed about a case that nobody accepted."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url) as screen:
        await screen.write(GROUP, "/report 井盖松了")
        await screen.sees("王芳", "有新民情")
        before = await screen.page.locator("#top .time").inner_text()

        await screen.page.get_by_role("button", name="+1 周").click()

        await screen.sees("王芳", "催办：民情 #1")
        assert await screen.page.locator("#top .time").inner_text() != before


async def test_a_newcomer_is_led_through_a_case(town: Town, browser: Browser) -> None:
    """The guide notices each step, fills in an example, and stays away once it was dismissed."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url, guide=True) as screen:
        step = screen.page.locator("#guide [aria-current=step]")
        await expect(step).to_contain_text("反映")
        await screen.page.get_by_role("button", name="帮我填好").click()
        await screen.column(GROUP).locator("textarea").press("Enter")
        await expect(step).to_contain_text("受理")
        await screen.press("王芳", "受理", under="有新民情")
        await expect(step).to_contain_text("答复")
        await screen.page.get_by_role("button", name="帮我填好").click()
        await screen.column("王芳").locator("textarea").press("Enter")
        await expect(step).to_contain_text("评价")
        await screen.sees("小林", "路灯已经修好")

        await screen.page.get_by_role("button", name="收起引导").click()
        await screen.page.reload()
        await expect(screen.page.locator("section.column")).to_have_count(4)
        await expect(screen.page.locator("#guide")).to_be_hidden()


async def test_a_question_in_the_group_opens_the_reply_bar(town: Town, browser: Browser) -> None:
    """Where the bot asks and needs a reply, what one writes next answers it, as in Telegram."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url) as screen:
        await screen.write(GROUP, "/report")
        await expect(screen.column(GROUP).locator(".context")).to_contain_text("请说说是什么事")
        await screen.write(GROUP, "路灯坏了")
        await screen.sees("王芳", "有新民情")


async def test_commands_are_offered(town: Town, browser: Browser) -> None:
    """A slash shows the commands of whoever writes there; the keyboard chooses one."""
    await neighbours(town)
    async with a_screen(browser, town.sandbox.url) as screen:
        field = screen.column("小林").locator("textarea")
        await field.fill("/my")
        await expect(screen.column("小林").get_by_role("option")).to_have_text(
            ["/mycases我的民情", "/mydata导出我的信息"]
        )
        await field.press("Enter")
        await screen.sees("小林", "/mycases")
        await screen.sees("小林", "还没有反映过问题")


async def test_a_command_that_is_written_out_is_the_one_that_is_sent(town: Town, browser: Browser) -> None:
    """Not a longer one that begins like it."""
    group = await town.group(GROUP, [town.lin, town.he])
    shown(town.sandbox, group, [town.lin, town.zhao], lin="constituent", zhao="staff")
    town.zhao.starts()
    await town.settled()
    async with a_screen(browser, town.sandbox.url) as screen:
        field = screen.column("赵敏").locator("textarea")
        await field.fill("/reception")
        await expect(screen.column("赵敏").get_by_role("option")).to_have_count(2)
        await field.press("Enter")
        await screen.sees("赵敏", "还没有排接待日")


async def test_a_link_to_the_bot_opens_the_private_chat(town: Town, browser: Browser) -> None:
    """“Open the private chat” under a group's card leads to the phone of whoever pressed it, and starts there."""
    group = await town.group(GROUP, [town.lin, town.he])
    shown(town.sandbox, group, [town.lin, town.wang, town.zhao], lin="constituent", wang="deputy", zhao="staff")
    async with a_screen(browser, town.sandbox.url) as screen:
        await expect(screen.column("小林").get_by_role("button", name="开始")).to_be_visible()
        await screen.write(GROUP, "/report 路灯坏了")
        await screen.press(GROUP, "打开私聊", under="民情 #1")
        await screen.sees("小林", "/start case_1")
        await screen.sees("小林", "民情 #1")
        await expect(screen.column("小林").locator("textarea")).to_be_visible()


async def test_what_people_type_stays_text(browser: Browser) -> None:
    """Names, titles and messages are shown as they were typed; nothing in them is run or becomes a button."""
    bad = "<img src=x onerror='window.bitten=1'><script>window.bitten=1</script>"
    async with Sandbox() as sandbox:
        person = sandbox.user(f"Eve {bad}")
        group = sandbox.group(f"Group {bad}", [person], bot=True)
        message = person.writes(group, f"Look: {bad} <b>bold</b>")
        person.writes(group, f"answer {bad}", reply_to=message)
        person.writes(group, "javascript:window.bitten=1 and [x](javascript:alert(1))")
        person.sends_document(group, caption=bad, name=f"{bad}.pdf")
        person.sends_poll(group, bad, [bad, "other"])
        async with a_screen(browser, sandbox.url) as screen:
            await screen.sees("Group", f"Look: {bad} <b>bold</b>")
            await screen.page.locator(".who").first.click()
            await expect(screen.page.locator("dialog")).to_contain_text(bad)
            assert await screen.page.evaluate("window.bitten") is None
            assert await screen.page.locator("main :is(script, b b)").count() == 0
            assert await screen.page.locator("a[href^=javascript]").count() == 0


async def test_a_visitor_can_do_what_a_chat_can(browser: Browser) -> None:
    """Answer, edit, react, delete, send photos, vote, take a vote back, choose who speaks, block."""
    async with Sandbox() as sandbox:
        ann, bob = sandbox.user("Ann"), sandbox.user("Bob")
        ann.starts()
        group = sandbox.group("Yard", [ann, bob], bot=True)
        first = ann.writes(group, "When shall we clean up?")
        asked = ann.sends_poll(group, "When?", ["Morning", "Evening"])
        async with a_screen(browser, sandbox.url, language="en-US") as screen:
            await bubble_menu(screen, "Yard", "clean up", "Reply")
            await screen.write("Yard", "Saturday")
            await sandbox.wait_for(lambda: group.last is not None and group.last.reply_to is first, what="the answer")
            await expect(screen.bubble("Yard", "Saturday").locator(".quote")).to_contain_text("clean up")

            await bubble_menu(screen, "Yard", "Saturday", "Edit")
            await screen.write("Yard", "Sunday")
            await expect(screen.bubble("Yard", "Sunday")).to_contain_text("edited")

            await bubble_menu(screen, "Yard", "Sunday", "React with 🙏")
            await expect(screen.bubble("Yard", "Sunday").locator(".reaction")).to_contain_text("🙏")

            await screen.bubble("Yard", "When?").locator(".option", has_text="Evening").click()
            await expect(screen.bubble("Yard", "When?").locator(".result").last).to_contain_text("100%")
            await screen.bubble("Yard", "When?").get_by_role("button", name="Retract vote").click()
            await sandbox.wait_for(lambda: asked.poll is not None and not asked.poll.votes, what="no vote")

            photos = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": PIXEL} for n in (1, 2)]
            await screen.column("Yard").locator("input[type=file]").set_input_files(photos)
            await screen.write("Yard", "Two photos")
            await expect(screen.bubble("Yard", "Two photos").locator(".album img")).to_have_count(2)

            second = group.messages[-1]
            before = second.file_id
            await screen.bubble("Yard", "Two photos").locator(".tile").last.click(button="right")
            await screen.page.get_by_role("menuitem", name="Edit", exact=True).click()
            await screen.column("Yard").locator("input[type=file]").set_input_files(photos[:1])
            await screen.column("Yard").get_by_role("button", name="Send").click()
            await sandbox.wait_for(lambda: second.file_id != before, what="another picture")
            assert [message.caption for message in group.messages[-2:]] == ["Two photos", ""]

            await screen.column("Yard").locator(".speaker").click()
            await screen.page.locator("dialog .choice", has_text="Bob").click()
            await expect(screen.column("Yard").locator(".speaker")).to_have_attribute("title", re.compile("Bob"))
            await screen.write("Yard", "Bob here")
            await sandbox.wait_for(lambda: group.last is not None and group.last.sender is bob, what="Bob's message")
            await bubble_menu(screen, "Yard", "Bob here", "Delete")
            await expect(screen.column("Yard").get_by_text("Bob here")).to_have_count(0)

            await screen.column("Ann").get_by_role("button", name="More").click()
            await screen.page.get_by_role("menuitem", name="Block the bot").click()
            await screen.column("Ann").get_by_role("button", name="Unblock the bot").click()
            await expect(screen.column("Ann").locator("textarea")).to_be_visible()


async def test_what_a_group_said_before_it_became_a_supergroup_can_be_voted_in(browser: Browser) -> None:
    """It is read on in the new group; message numbers begin anew there, and are not mixed up."""
    async with Sandbox() as sandbox:
        ann = sandbox.user("Ann")
        group = sandbox.group("Yard", [ann])
        asked = ann.sends_poll(group, "When?", ["Morning", "Evening"])
        new = group.upgrades()
        ann.writes(new, "hello")
        sandbox.scene = {"columns": [{"chat": new.id, "viewer": ann.id}]}
        async with a_screen(browser, sandbox.url, language="en-US") as screen:
            await screen.bubble("Yard", "When?").locator(".bubble").click(button="right")
            await expect(screen.page.get_by_role("menu")).to_be_visible()
            await expect(screen.page.get_by_role("menuitem", name="Reply")).to_have_count(0)
            await screen.page.keyboard.press("Escape")
            await screen.bubble("Yard", "When?").locator(".option", has_text="Evening").click()
            await sandbox.wait_for(lambda: asked.poll is not None and asked.poll.votes == {ann.id: [1]}, what="a vote")
            await expect(screen.bubble("Yard", "When?").locator(".result").last).to_contain_text("100%")


@pytest.mark.parametrize("count", range(2, 11))
async def test_an_album_has_no_holes(browser: Browser, count: int) -> None:
    """However many pictures it has, each row of them goes from one side to the other."""
    async with Sandbox() as sandbox:
        ann = sandbox.user("Ann")
        ann.starts()
        ann.sends_album(ann.chat, ["photo"] * count, "Look")
        async with a_screen(browser, sandbox.url) as screen:
            await expect((await screen.sees("Ann", "Look")).locator(".tile")).to_have_count(count)
            assert await screen.page.evaluate(_FILLED)


_FILLED = """(() => {
  const box = (element) => element.getBoundingClientRect();
  const album = document.querySelector(".album");
  const tiles = [...album.children].map(box);
  return [...new Set(tiles.map(({ top }) => top))].every(
    (row) => Math.max(...tiles.filter(({ top }) => top === row).map(({ right }) => right)) >= box(album).right - 1);
})()"""


async def test_a_vote_for_nothing_cannot_be_cast(browser: Browser) -> None:
    """Where several answers may be ticked, there is something to send once one of them is."""
    async with Sandbox() as sandbox:
        ann = sandbox.user("Ann")
        ann.starts()
        about = {"chat_id": ann.id, "question": "When?", "options": [{"text": "Morning"}, {"text": "Evening"}]}
        answer = await sandbox.api.call("sendPoll", about | {"allows_multiple_answers": True}, {})
        assert answer.status == 200
        async with a_screen(browser, sandbox.url, language="en-US") as screen:
            poll = await screen.sees("Ann", "When?")
            send = poll.get_by_role("button", name="Vote", exact=True)
            await expect(send).to_be_disabled()
            await poll.get_by_label("Evening").check()
            await send.click()
            await expect(poll.locator(".result").last).to_contain_text("100%")


async def bubble_menu(screen: Screen, name: str, words: str, entry: str) -> None:
    await screen.bubble(name, words).locator(".bubble").click(button="right")
    await screen.page.get_by_role("menuitem", name=entry, exact=True).click()


async def test_the_page_waits_for_the_server_to_come_back(browser: Browser) -> None:
    """While the demo is stopped the page says so; when it is there again, the page goes on by itself."""
    sandbox = await Sandbox().start()
    sandbox.user("Ann").starts()
    async with a_screen(browser, sandbox.url) as screen:
        await screen.sees("Ann", "/start")
        await sandbox.close()
        await expect(screen.page.locator("#banner")).to_contain_text("演示已经停止")
        screen.errors.clear()  # the browser complains, rightly, that nobody answered

        async with Sandbox(port=sandbox.port) as again:
            ann = again.user("Ann")
            ann.says("I am back")
            await screen.sees("Ann", "I am back")
            await expect(screen.page.locator("#banner")).to_be_hidden()
            screen.errors.clear()


async def test_what_did_not_get_through_is_not_lost(browser: Browser) -> None:
    """The words stand in the field again, with what they answer, and can be sent once more."""
    async with Sandbox() as sandbox:
        ann = sandbox.user("Ann")
        ann.starts()
        async with a_screen(browser, sandbox.url) as screen:
            await screen.sees("Ann", "/start")
            await bubble_menu(screen, "Ann", "/start", "回复")
            await screen.page.route("**/sandbox/write", lambda route: route.abort())
            await screen.write("Ann", "路灯坏了")
            await expect(screen.column("Ann").locator(".toast")).to_contain_text("没有发出去")
            field = screen.column("Ann").locator("textarea")
            await expect(field).to_have_value("路灯坏了")
            screen.errors.clear()  # the browser complains, rightly, that nobody answered

            await screen.page.unroute("**/sandbox/write")
            await field.press("Enter")
            await expect((await screen.sees("Ann", "路灯坏了")).locator(".quote")).to_contain_text("/start")
            await expect(field).to_have_value("")


async def test_the_page_waits_until_the_examples_are_there(browser: Browser) -> None:
    """Whoever opens it early, or starts over, sees what is proposed as soon as it is there, and disturbs nothing."""
    async with Sandbox() as sandbox:
        sandbox.scene = {"preparing": True}
        async with a_screen(browser, sandbox.url) as screen:
            banner = screen.page.locator("#banner")
            await expect(banner).to_contain_text("正在准备示例")
            ann, bob = sandbox.user("Ann"), sandbox.user("Bob")
            ann.says("That was me")
            await screen.sees("Ann", "That was me")
            assert not await screen.page.evaluate(_CAN_BE_USED)

            sandbox.clock.set(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
            ann.says("At ten in Shanghai")
            await screen.sees("Ann", "At ten in Shanghai")
            sandbox.world.post(sandbox.user("Carol").chat, "text", {"text": "An example"}, sandbox.bot)
            await expect(screen.page.locator(".news")).to_have_count(1)
            proposed = {"columns": [{"chat": bob.id}, {"chat": ann.id}], "roles": {bob.id: "deputy"}}
            sandbox.scene = proposed | {"start_over": True, "timezone": "Asia/Shanghai"}

            await expect(banner).to_be_hidden()
            await expect(screen.bubble("Ann", "At ten").locator("time")).to_have_text("10:00")
            await expect(screen.page.locator("section.column .role")).to_have_text(["代表", "群众"])
            await screen.page.get_by_role("button", name="重新开始").wait_for()
            await expect(screen.page.locator(".news")).to_have_count(0)
            assert await screen.page.evaluate(_CAN_BE_USED)


_CAN_BE_USED = "[...document.querySelectorAll('textarea, #top button')].every((one) => !one.closest('[inert]'))"


async def test_both_languages_have_the_same_words(browser: Browser) -> None:
    """Every sentence of the page exists in Chinese and in English, with the same blanks, and can be switched."""
    async with Sandbox() as sandbox:
        sandbox.user("Ann")
        async with a_screen(browser, sandbox.url) as screen:
            words = await screen.page.evaluate("import('/page/words.js').then((module) => module.WORDS)")
            blanks = {
                language: {key: sorted(re.findall(r"{\w+}", text)) for key, text in texts.items()}
                for language, texts in words.items()
            }
            assert blanks["zh"] == blanks["en"]

            await screen.page.get_by_role("button", name="Switch to English").click()
            await expect(screen.page.locator("h1")).to_have_text(words["en"]["title"])
            await screen.page.reload()
            await expect(screen.page.locator("h1")).to_have_text(words["en"]["title"])
