"""Quick polls: how they are opened, watched, closed and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from liaisonbot.errors import OurMistake, RecipientGone
from liaisonbot.incoming import MembershipChange, Place, PollAnswer, PollShown, Sender
from liaisonbot.model import Group
from liaisonbot.outgoing import Outgoing, Receipt, Send
from liaisonbot.polls import PollPost, PollState, PostState
from liaisonbot.services import frontdesk, polling
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent

RIVER, MARKET = -200, -300
LINE = "/poll 先修哪一处？ | 路灯 | 长椅 | 菜场"
CAROL = 103


@pytest.fixture
def office(office: Office) -> Office:
    """Two more groups, one of another station."""
    with office.unit() as uow:
        (station,) = uow.stations.all()
        other = uow.stations.save("B", "河边联络站", "城西")
        uow.groups.save(Group(RIVER, "河边群", "supergroup", station.id, None, present=True))
        uow.groups.save(Group(MARKET, "菜场群", "supergroup", other.id, None, present=True))
    return office


def posted(office: Office, group: int) -> Sent:
    """The native poll in that group."""
    return next(sent for sent in reversed(office.chats[group]) if sent.outgoing.kind is Send.POLL)


def results(office: Office, chat: int) -> list[Sent]:
    return [sent for sent in office.chats[chat] if sent.outgoing.kind is Send.PHOTO]


def card(office: Office) -> Sent:
    return office.last(STAFF, containing="投票 P")


def test_a_line_opens_the_poll_in_every_group_of_ones_stations(office: Office) -> None:
    """Not in the groups of others; what is seen by whom stands below the question."""
    office.writes(STAFF, LINE)
    for group in (GROUP, RIVER):
        poll = posted(office, group).outgoing.poll
        assert poll is not None
        assert (poll.question, poll.options) == ("先修哪一处？", ("路灯", "长椅", "菜场"))
        assert not poll.multiple
    assert not office.chats[MARKET]
    assert "群里的人能看到谁选了什么" in posted(office, GROUP).text
    assert "不代替代表票决" in posted(office, GROUP).text
    assert "正在进行" in card(office).text
    assert "还没有人投" in card(office).text


def test_in_a_group_it_is_held_there_only(office: Office) -> None:
    """The card is in the private chat all the same."""
    office.writes(STAFF, LINE, group=RIVER)
    assert posted(office, RIVER)
    assert not office.chats[GROUP]
    assert "正在进行" in card(office).text


@pytest.mark.parametrize(("who", "group"), [(ALICE, None), (DEPUTY, None), (STAFF, MARKET), (STAFF, -999)])
def test_who_may_not_hold_a_poll_there_holds_none(office: Office, who: int, group: int | None) -> None:
    """Neither constituents nor deputies, nor staff in groups of others or of nobody."""
    office.writes(who, LINE, group=group)
    with office.unit() as uow:
        assert uow.polls.in_state(*PollState) == []
    assert not any(sent.outgoing.kind is Send.POLL for chat in office.chats.values() for sent in chat)


def test_the_card_shows_the_votes_of_all_groups_together(office: Office) -> None:
    """Each person once, where they voted last; it is edited and not sent anew."""
    office.writes(STAFF, LINE)
    before = len(office.chats[STAFF])
    office.votes(ALICE, posted(office, GROUP), 0)
    office.now += timedelta(seconds=5)
    office.votes(BOB, posted(office, RIVER), 0)
    office.now += timedelta(seconds=5)
    office.votes(ALICE, posted(office, RIVER), 1)
    assert "2 人参加" in card(office).text
    assert "路灯\n▰▰▰▰▰▱▱▱▱▱ 1 票 · 50%" in card(office).text
    office.votes(BOB, posted(office, GROUP))
    office.ticks(timedelta(seconds=30))
    assert "1 人参加" in card(office).text
    assert "长椅\n▰▰▰▰▰▰▰▰▰▰ 1 票 · 100%" in card(office).text
    assert len(office.chats[STAFF]) == before


def test_it_is_not_edited_with_every_vote(office: Office) -> None:
    """Telegram allows few edits; what came in between is shown by the clock."""
    office.writes(STAFF, LINE)
    for voter in range(1000, 1010):
        office.votes(voter, posted(office, GROUP), 0)
    assert "还没有人投" in card(office).text
    office.ticks(timedelta(seconds=30))
    assert "10 人参加" in card(office).text


def test_it_closes_at_its_time_and_the_result_goes_to_every_group_once(office: Office) -> None:
    """Below a chart, with the voters of each group and the sentence that it is no vote of the deputies."""
    office.writes(STAFF, f"{LINE} | 36h")
    office.votes(ALICE, posted(office, GROUP), 0)
    office.votes(BOB, posted(office, RIVER), 0)
    office.votes(CAROL, posted(office, RIVER), 2)
    office.ticks(timedelta(hours=35, minutes=59))
    assert results(office, GROUP) == []
    office.ticks(timedelta(minutes=1))
    office.ticks(timedelta(days=1))
    for group in (GROUP, RIVER):
        (told,) = results(office, group)
        assert "投票结果 P1" in told.text
        assert "路灯：2 票（67%）" in told.text
        assert "3 人参加" in told.text
        assert "河边群 2 人" in told.text
        assert "不代替代表票决" in told.text
        assert told.outgoing.content is not None
    assert "结束" in card(office).text
    office.votes(ALICE, posted(office, GROUP), 1)
    with office.unit() as uow:
        closed = uow.polls.get(1)
        assert closed is not None
        assert closed.result is not None
        assert closed.result["counts"] == [2, 0, 1]
        assert uow.polls.count(1).counts == (2, 0, 1)


def test_closed_by_hand_it_says_so_and_cannot_be_closed_twice(office: Office) -> None:
    """By number, with or without its letter."""
    office.writes(STAFF, LINE)
    office.writes(STAFF, "/closepoll p1")
    assert len(results(office, GROUP)) == 1
    office.writes(STAFF, "/closepoll 1")
    assert "已经结束了" in office.told(STAFF)
    assert len(results(office, GROUP)) == 1


def test_who_looks_after_its_time_finds_it_closed(office: Office) -> None:
    """Whether or not the clock came round."""
    office.writes(STAFF, f"{LINE} | 1h")
    office.now += timedelta(hours=2)
    office.writes(STAFF, "/polls")
    assert "没有正在进行的" in office.told(STAFF)
    assert len(results(office, GROUP)) == 1


def test_a_sealed_poll_shows_nothing_before_its_end(office: Office) -> None:
    """Neither on its card nor in the list; how many took part is told."""
    office.writes(STAFF, f"{LINE} | 密封 | 2d")
    poll = posted(office, GROUP).outgoing.poll
    assert poll is not None
    assert poll.hidden
    for voter in range(1000, 1007):
        office.votes(voter, posted(office, GROUP), 0)
    office.ticks(timedelta(seconds=30))
    office.writes(STAFF, "/polls")
    office.presses(STAFF, office.last(STAFF, containing="个正在进行"), "P1")
    for sent in office.chats[STAFF]:
        assert "7 票" not in sent.text
        assert "%" not in sent.text
    assert "已有 7 人投票" in card(office).text
    office.ticks(timedelta(days=2))
    assert "7 票（100%）" in results(office, GROUP)[0].text
    assert "7 票 · 100%" in card(office).text


def test_one_reminder_before_the_end(office: Office) -> None:
    """In the groups, and in private to those of the station who can be reached and have not voted. Never at night."""
    for person in (ALICE, BOB):
        office.writes(person, "/start")
        office.writes(person, "/report 楼道灯坏了", group=GROUP)
    office.writes(STAFF, f"{LINE} | 2d")
    office.votes(ALICE, posted(office, GROUP), 0)
    office.ticks(timedelta(hours=40))  # two in the morning
    office.ticks(timedelta(hours=6))
    office.ticks(timedelta(hours=1))
    told = [sent for sent in office.chats[GROUP] if "快结束了" in sent.text]
    assert len(told) == 1
    assert told[0].outgoing.reply_to == posted(office, GROUP).message_id
    assert any("快结束了" in sent.text for sent in office.chats[BOB])
    assert not any("快结束了" in sent.text for sent in office.chats[ALICE])


def test_who_has_themselves_forgotten_is_not_reminded_of_what_would_be_refused(office: Office) -> None:
    """Only of polls that were open then; of the next one they are."""
    for person in (ALICE, BOB):
        office.writes(person, "/start")
        office.writes(person, "/report 楼道灯坏了", group=GROUP)
    office.writes(STAFF, f"{LINE} | 2d")
    office.ticks(timedelta(minutes=5))
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.chats[ALICE][-1], "确认")
    office.writes(ALICE, "/start")
    office.writes(ALICE, "/report 楼道灯又坏了", group=GROUP)
    office.ticks(timedelta(hours=47))
    assert any("快结束了" in sent.text for sent in office.chats[BOB])
    assert not any("快结束了" in sent.text for sent in office.chats[ALICE])
    office.ticks(timedelta(hours=2))
    office.writes(STAFF, f"{LINE} | 2d")
    office.ticks(timedelta(hours=46))
    assert any("快结束了" in sent.text for sent in office.chats[ALICE])


def test_no_reminder_at_night_and_none_after_the_end(office: Office) -> None:
    """One whose time falls into the night comes in the morning, if the poll is still open then."""
    office.now = office.now.replace(hour=13)  # nine in the evening in Shanghai
    office.writes(STAFF, f"{LINE} | 8h")
    office.ticks(timedelta(hours=7))
    assert not any("快结束了" in text for text in office.all_texts())
    office.ticks(timedelta(hours=6))
    assert not any("快结束了" in text for text in office.all_texts())


def test_a_group_that_cannot_be_posted_in_is_named_and_the_others_go_on(office: Office) -> None:
    """Removed or not allowed to write: the reason is told to whoever holds the poll."""
    office.refuses[RIVER] = OurMistake("not enough rights to send polls to the chat")
    office.writes(STAFF, LINE)
    assert "「河边群」" in office.last(STAFF, containing="没能进").text
    assert "not enough rights" in office.last(STAFF, containing="没能进").text
    office.votes(ALICE, posted(office, GROUP), 0)
    office.refuses.clear()
    office.ticks(timedelta(days=3))
    assert len(results(office, GROUP)) == 1
    assert results(office, RIVER) == []


def test_a_group_that_removes_the_bot_in_the_middle_is_named(office: Office) -> None:
    """What was voted there counts."""
    office.writes(STAFF, LINE)
    office.votes(ALICE, posted(office, RIVER), 1)
    removed = MembershipChange(
        1, Place(RIVER, "supergroup", "河边群"), Sender(ALICE, None, "zh"), present=False, was_present=True
    )
    with office.unit() as uow:
        frontdesk.membership(uow, office.desk, removed)
    office.ticks(timedelta(days=3))
    assert "「河边群」" in office.last(STAFF, containing="没能进").text
    (told,) = results(office, GROUP)
    assert "1 人参加" in told.text
    assert results(office, RIVER) == []
    with office.unit() as uow:
        states = {post.chat_id: post.state for post in uow.polls.posts(1)}
    assert states == {GROUP: PostState.SENT, RIVER: PostState.LEFT}


def test_a_result_that_cannot_be_told_somewhere_is_named(office: Office) -> None:
    """The group was lost without our hearing of it."""
    office.writes(STAFF, LINE)
    office.refuses[RIVER] = RecipientGone(RIVER)
    office.writes(STAFF, "/closepoll 1")
    assert "「河边群」" in office.last(STAFF, containing="没能进").text
    assert len(results(office, GROUP)) == 1


def test_step_by_step_it_becomes_a_draft_that_is_looked_at_first(office: Office) -> None:
    """Question, options, then one message with everything else as buttons."""
    office.writes(STAFF, "/poll")
    office.writes(STAFF, "先修哪一处？")
    office.writes(STAFF, "路灯\n长椅")
    draft = card(office)
    assert "还没有发出" in draft.text
    assert "2 个群" in draft.text
    assert not office.chats[GROUP]
    office.presses(STAFF, draft, "单选")
    office.presses(STAFF, draft, "票数公开")
    office.presses(STAFF, draft, "3 天")
    office.presses(STAFF, draft, "选群")
    office.presses(STAFF, draft, "河边群")
    office.presses(STAFF, draft, "返回")
    assert "1 个群：阳光小区" in draft.text
    assert "7 天" in draft.text
    office.presses(STAFF, draft, "确认")
    poll = posted(office, GROUP).outgoing.poll
    assert poll is not None
    assert poll.multiple
    assert poll.hidden
    assert not office.chats[RIVER]
    assert "正在进行" in draft.text
    office.presses(STAFF, draft, "现在结束")
    office.presses(STAFF, draft, "确认")
    assert len(results(office, GROUP)) == 1
    assert "结束" in draft.text


@pytest.mark.parametrize("chosen", [(GROUP, RIVER), (RIVER,)])
def test_a_group_that_was_bound_elsewhere_meanwhile_gets_no_poll(office: Office, chosen: tuple[int, ...]) -> None:
    """The draft is of before: it is renewed and looked at once more, and goes to the groups that are ours still."""
    office.writes(STAFF, "/poll")
    office.writes(STAFF, "先修哪一处？")
    office.writes(STAFF, "路灯\n长椅")
    draft = card(office)
    with office.unit() as uow:
        if GROUP not in chosen:
            uow.polls.unaddress(1, GROUP)
        river, market = uow.groups.get(RIVER), uow.groups.get(MARKET)
        assert river is not None
        assert market is not None
        uow.groups.save(replace(river, station_id=market.station_id))
    office.presses(STAFF, draft, "确认")
    assert "有变化" in office.toasts[-1]
    assert "1 个群：阳光小区" in draft.text
    assert not office.chats[GROUP]
    office.presses(STAFF, draft, "确认")
    assert posted(office, GROUP)
    assert not office.chats[RIVER]


def test_who_works_there_no_more_watches_no_poll(office: Office) -> None:
    """The card in their chat stays as it is; what became of the poll is told to the staff who are there."""
    office.writes(STAFF, LINE)
    with office.unit() as uow:
        (station,) = (each for each in uow.stations.all() if each.code == "A")
        (entry,) = uow.roster.staff(station.id)
        uow.roster.retire(entry.id, office.now)
    office.roster(Role.STAFF, "赵六", 29, station.id)
    said = len(office.chats[STAFF])
    office.now += timedelta(seconds=10)
    office.votes(ALICE, posted(office, GROUP), 0)
    office.ticks(timedelta(minutes=1))
    assert "还没有人投" in card(office).text
    office.ticks(timedelta(days=3))
    assert "还没有人投" in card(office).text
    assert len(office.chats[STAFF]) == said
    assert len(results(office, 29)) == len(results(office, GROUP)) == 1


def test_a_draft_can_be_dropped_and_one_group_has_to_stay(office: Office) -> None:
    """Nothing has gone out."""
    office.writes(STAFF, "/poll")
    office.writes(STAFF, "先修哪一处？")
    office.writes(STAFF, "路灯 | 长椅")
    draft = card(office)
    office.presses(STAFF, draft, "选群")
    office.presses(STAFF, draft, "河边群")
    office.presses(STAFF, draft, "阳光小区")
    assert "至少要留一个群" in office.toasts[-1]
    office.presses(STAFF, draft, "返回")
    office.presses(STAFF, draft, "取消")
    assert not office.chats[GROUP]
    with office.unit() as uow:
        assert uow.polls.in_state(*PollState) == []


def test_a_poll_that_was_a_mistake_is_taken_back(office: Office) -> None:
    """Out of the groups; no result is told, now or later."""
    office.writes(STAFF, LINE)
    shown = card(office)
    office.presses(STAFF, shown, "撤销投票")
    office.presses(STAFF, shown, "确认")
    assert not any(sent.outgoing.kind is Send.POLL for sent in office.chats[GROUP])
    office.ticks(timedelta(days=4))
    assert results(office, GROUP) == []
    assert "撤销" in shown.text


@pytest.mark.parametrize(
    ("end", "ends"),
    [
        ("2026-11-25", "11月25日 20:00"),
        ("2026-11-25 18:30", "11月25日 18:30"),
        ("2026年11月25日 9点", "11月25日 09:00"),
        ("到周五", "11月27日 20:00"),
        ("until Friday", "11月27日 20:00"),
        ("2 days", "11月25日 10:00"),
        ("3个小时", "11月23日 13:00"),
    ],
)
def test_it_can_say_until_when(office: Office, end: str, ends: str) -> None:
    """Instead of how long; a day without an hour lasts until the evening."""
    office.writes(STAFF, f"{LINE} | {end}")
    assert ends in card(office).text
    assert "菜场" in card(office).text


@pytest.mark.parametrize(
    "days", ["2026-12-01 | 2026-12-02 | 2026-12-03", "周五 | 周六 | 周日", "1天 | 2天 | 3天", "张三 | 李四 | 周五"]
)
def test_days_may_be_what_is_asked_about(office: Office, days: str) -> None:
    """Then they are options like others."""
    office.writes(STAFF, f"/poll 哪个？ | {days}")
    with office.unit() as uow:
        (poll,) = uow.polls.in_state(PollState.OPEN)
    assert len(poll.options) == 3
    assert poll.minutes == 3 * 24 * 60


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/poll 先修哪里 | 路灯", "至少要有 2 个"),
        ("/poll | 路灯 | 长椅", "问题"),
        ("/poll 先修哪里 | 路灯 | 路灯 ", "写了两遍"),
        ("/poll 先修哪里 | 路灯 | 长椅 | 1m", "至少 5 分钟"),
        ("/poll 先修哪里 | 路灯 | 长椅 | 99d", "最多 30 天"),
        ("/poll 先修哪里 | " + " | ".join(f"第{n}处" for n in range(70)), "太多了"),
        ("/poll 先修哪里 | 路灯 | " + "长" * 301, "太长"),
        ("/poll " + "问" * 1001 + " | 路灯 | 长椅", "最多 1000"),
        ("/poll 先修哪里 | 路灯 | 长椅 | -3d", "至少 5 分钟"),
        ("/poll 先修哪里 | 路灯 | 长椅 | 2020-01-01", "已经过去了"),
        ("/poll 先修哪里 | 路灯 | 长椅 | 2026-11-23 09:00", "已经过去了"),
        ("/poll 先修哪里 | 路灯 | 长椅 | 密封 | 截止 2026/11/22", "已经过去了"),
        ("/poll 先修哪里 | 路灯 | 长椅 | 2027-11-22", "最多 30 天"),
        ("/closepoll 9", "没有找到投票 P9"),
        ("/closepoll 路灯", "看不出是哪个投票"),
    ],
)
def test_what_cannot_be_held_is_refused_in_words(office: Office, line: str, said: str) -> None:
    """Nothing is changed."""
    office.writes(STAFF, line)
    assert said in office.told(STAFF)
    with office.unit() as uow:
        assert uow.polls.in_state(*PollState) == []


@pytest.mark.parametrize("data", ["poll", "poll:1", "poll:1:fly", "poll:x:show", "poll:1:group:99", "poll:9:show"])
def test_a_forged_button_changes_nothing(office: Office, data: str) -> None:
    """It is answered in words."""
    office.writes(STAFF, LINE)
    office.presses_data(STAFF, data)
    assert office.toasts[-1]
    with office.unit() as uow:
        assert [poll.state for poll in uow.polls.in_state(*PollState)] == [PollState.OPEN]


def test_anothers_poll_looks_like_none(office: Office) -> None:
    """To staff of another station, and to everybody else."""
    with office.unit() as uow:
        other = uow.stations.by_code("B")
        assert other is not None
        station = other.id
    office.roster(Role.STAFF, "赵六", 22, station)
    office.writes(STAFF, LINE)
    office.writes(22, "/closepoll 1")
    assert "没有找到投票 P1" in office.told(22)
    for who in (22, ALICE):
        office.presses_data(who, "poll:1:cancel-now")
        assert "没有找到投票 P1" in office.toasts[-1]
    office.writes(22, "/polls")
    assert "还没有投票" in office.told(22)


def _unnoted(office: Office) -> tuple[str, PollPost]:
    """The poll stands in the group, and nobody has noted its id yet; that id, and the post."""
    on = posted(office, GROUP)
    with office.unit() as uow:
        post = next(post for post in uow.polls.posts(1) if post.chat_id == GROUP)
        uow.polls.note_post(post.id, state=PostState.PROMISED, telegram_poll_id=None)
    return f"native-{on.chat_id}-{on.message_id}", post


def _ends_at(office: Office, group: int) -> int:
    """When Telegram ends the poll in that group."""
    poll = posted(office, group).outgoing.poll
    assert poll is not None
    assert poll.ends_at is not None
    return poll.ends_at


def _answers(office: Office, telegram_poll_id: str, who: int, *options: int) -> None:
    with office.unit() as uow:
        answer = PollAnswer(9001, telegram_poll_id, Sender(who, None, "zh"), options)
        assert frontdesk.poll_answer(uow, office.desk, answer) is frontdesk.Outcome.HANDLED


def _shown(office: Office, telegram_poll_id: str, ends_at: int | None, options: int = 3) -> None:
    with office.unit() as uow:
        frontdesk.poll_shown(uow, office.desk, PollShown(9002, telegram_poll_id, options, ends_at))


def _counted(office: Office) -> tuple[int, ...]:
    with office.unit() as uow:
        return uow.polls.count(1).counts


def test_a_vote_that_comes_before_the_polls_id_was_noted_waits_for_it(office: Office) -> None:
    """Telegram may tell of it while our own call has not returned yet: it is not lost, and the last word counts."""
    office.writes(STAFF, LINE)
    telegram_poll_id, post = _unnoted(office)
    for option in (2, 0):
        _answers(office, telegram_poll_id, ALICE, option)
        office.now += timedelta(seconds=1)
    assert _counted(office) == (0, 0, 0)
    noted = Outgoing(Send.POLL, GROUP, noted_as=("poll", post.id))
    with office.unit() as uow:
        polling.NOTED["poll"](uow, office.desk, noted, Receipt((1,), poll_id=telegram_poll_id))
    assert _counted(office) == (1, 0, 0)


def test_a_native_poll_nobody_told_us_of_counts_where_it_stands(office: Office) -> None:
    """A call that was cut off posted it, and another was posted beside it. Telegram ends each post's poll at another
    second, and so says which one it shows; votes that came before that are counted then.
    """
    office.writes(STAFF, LINE)
    assert len({_ends_at(office, group) for group in (GROUP, RIVER)}) == 2
    _answers(office, "stray", ALICE, 1)
    _answers(office, "stray", BOB, 1)
    office.now += timedelta(seconds=5)
    office.votes(BOB, posted(office, GROUP), 0)  # their last word
    _shown(office, "stray", _ends_at(office, RIVER))
    _answers(office, "stray", CAROL, 2)
    with office.unit() as uow:
        count = uow.polls.count(1)
    assert count.counts == (1, 1, 1)
    assert {chat: here.voters for chat, here in count.groups.items()} == {GROUP: 1, RIVER: 2}
    office.ticks(timedelta(seconds=10))
    assert "两次" in card(office).text
    assert "河边群" in card(office).text
    office.ticks(timedelta(days=3))
    assert "3 人参加" in results(office, RIVER)[0].text


@pytest.mark.parametrize(("beside", "options"), [(5, 3), (0, 4)])
def test_a_poll_that_is_none_of_ours_counts_nowhere(office: Office, beside: int, options: int) -> None:
    """Somebody else used this bot's token before: its polls end at other times, or have other options. What was voted
    in them is not kept for long.
    """
    office.writes(STAFF, LINE)
    _answers(office, "foreign", ALICE, 1)
    _shown(office, "foreign", _ends_at(office, GROUP) - beside, options)
    _shown(office, "foreign", None)
    assert _counted(office) == (0, 0, 0)
    office.ticks(timedelta(days=2))
    with office.unit() as uow:
        assert uow.polls.held("foreign") == []


def test_without_an_open_poll_no_vote_is_kept(office: Office) -> None:
    """It can be none of ours."""
    office.writes(STAFF, LINE)
    office.writes(STAFF, "/closepoll 1")
    _answers(office, "late", ALICE, 1)
    with office.unit() as uow:
        assert uow.polls.held("late") == []


def test_a_vote_that_waited_does_not_count_twice_or_for_somebody_forgotten(office: Office) -> None:
    """Who asks to be forgotten takes with them what still waits."""
    office.writes(STAFF, LINE)
    _answers(office, "stray", ALICE, 1)
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert person is not None
        uow.erasure.erase(person, office.now)
    _answers(office, "stray", ALICE, 2)
    _shown(office, "stray", _ends_at(office, GROUP))
    _shown(office, "stray", _ends_at(office, GROUP))
    assert _counted(office) == (0, 0, 0)


def test_telegram_ends_what_we_cannot_stop(office: Office) -> None:
    """Soon after the end; then there is nothing left to stop."""
    office.writes(STAFF, LINE)
    end = (office.now + timedelta(days=3)).timestamp()
    assert 60 <= _ends_at(office, GROUP) - end < 660
    office.ticks(timedelta(days=4))
    assert not [sent for sent in office.carried if sent.kind is Send.STOP_POLL]


def test_a_poll_that_could_not_go_out_before_its_end_is_not_told_of_after_it(office: Office) -> None:
    """Telegram was out of reach all the time: its refusal of a poll that ends in the past is no news."""
    office.cut_off = True
    office.writes(STAFF, "/poll 先修哪一处？ | 路灯 | 长椅 | 5m")
    office.ticks(timedelta(hours=1))
    office.cut_off = False
    office.refuses[GROUP] = OurMistake("wrong poll close date specified")
    office.ticks()
    assert "没有发出去" not in "".join(sent.text for sent in office.chats[STAFF])
