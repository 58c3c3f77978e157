"""Native polls: votes, changes of mind, closing."""

from datetime import timedelta

import pytest
from telegram import Bot

from sandbox import Impossible, Message, Person, Room, Sandbox
from tests.sandbox.conftest import Inbox, refusal


async def a_poll(bot: Bot, group: Room, **about: object) -> Message:
    await bot.send_poll(group.id, "Where shall the lamp stand?", ["路口", "公园"], is_anonymous=False, **about)  # type: ignore[arg-type]
    assert group.last is not None
    return group.last


async def test_votes_reach_the_bot_also_when_taken_back(
    bot: Bot, inbox: Inbox, alice: Person, bob: Person, group: Room
) -> None:
    """A vote that is taken back comes with no options."""
    poll = await a_poll(bot, group)
    alice.votes(poll, [0])
    bob.votes(poll, [1])
    alice.votes(poll, [1])
    bob.retracts(poll)
    updates = await inbox.fetch()

    answers = [
        (u.poll_answer.user.id, u.poll_answer.option_ids) for u in updates if u.poll_answer and u.poll_answer.user
    ]
    assert answers == [(alice.id, (0,)), (bob.id, (1,)), (alice.id, (1,)), (bob.id, ())]
    states = [[option.voter_count for option in u.poll.options] for u in updates if u.poll]
    assert states == [[1, 0], [1, 1], [0, 2], [0, 1]]


async def test_anonymous_polls_tell_only_counts(bot: Bot, inbox: Inbox, alice: Person, group: Room) -> None:
    """No poll_answer then."""
    await bot.send_poll(group.id, "Q", ["a", "b"])
    assert group.last is not None
    alice.votes(group.last, [0])

    assert await inbox.kinds() == ["poll"]


async def test_closing_tells_the_result(bot: Bot, inbox: Inbox, alice: Person, group: Room) -> None:
    """And no more votes are taken."""
    poll = await a_poll(bot, group)
    alice.votes(poll, [0])
    await inbox.fetch()

    closed = await bot.stop_poll(group.id, poll.id)
    (update,) = await inbox.fetch()

    assert closed.is_closed
    assert [option.voter_count for option in closed.options] == [1, 0]
    assert update.poll is not None
    assert update.poll.is_closed
    with pytest.raises(Impossible, match="is closed"):
        alice.votes(poll, [1])
    assert await refusal(bot.stop_poll(group.id, poll.id)) == "Poll has already been closed"
    assert await refusal(bot.stop_poll(group.id, 999)) == "Message with poll to stop not found"


async def test_a_poll_ends_when_its_time_is_over(sandbox: Sandbox, bot: Bot, inbox: Inbox, group: Room) -> None:
    """By the sandbox's clock."""
    poll = await a_poll(bot, group, open_period=3600)
    assert poll.poll is not None
    assert not poll.poll.closed

    sandbox.clock.move(timedelta(hours=2))

    assert poll.poll.closed
    assert await inbox.kinds() == ["poll"]


async def test_several_answers_only_where_allowed(bot: Bot, alice: Person, group: Room) -> None:
    """And only options there are."""
    single = await a_poll(bot, group)
    several = await a_poll(bot, group, allows_multiple_answers=True)

    alice.votes(several, [0, 1])
    with pytest.raises(Impossible, match="takes one answer"):
        alice.votes(single, [0, 1])
    with pytest.raises(Impossible, match="has the options"):
        alice.votes(single, [2])
    assert several.poll is not None
    assert several.poll.votes == {alice.id: [0, 1]}


async def test_a_forwarded_poll_is_the_same_and_a_copy_is_another(
    sandbox: Sandbox, bot: Bot, alice: Person, group: Room
) -> None:
    """As in Telegram."""
    poll = await a_poll(bot, group)
    other = sandbox.supergroup("Other", [alice], bot=True)

    await bot.forward_message(other.id, group.id, poll.id)
    forwarded = other.last
    await bot.copy_message(other.id, group.id, poll.id)
    copy = other.last

    assert forwarded is not None
    assert forwarded.poll is poll.poll
    assert copy is not None
    assert copy.poll is not poll.poll
    alice.votes(forwarded, [0])
    assert poll.poll is not None
    assert poll.poll.count(0) == 1


async def test_votes_in_other_peoples_polls_are_not_the_bots(
    sandbox: Sandbox, inbox: Inbox, alice: Person, bob: Person, group: Room
) -> None:
    """Bots hear of votes only in polls they sent."""
    group.promotes_bot()
    poll = alice.sends_poll(group, "Lunch?", ["yes", "no"])
    await inbox.fetch()
    bob.votes(poll, [0])

    assert await inbox.kinds() == []


@pytest.mark.parametrize(
    ("about", "refused"),
    [
        ({"description": "x" * 1024}, None),
        ({"description": "<b>" + "x" * 1024 + "</b>", "description_parse_mode": "HTML"}, None),
        ({"description": "x" * 1025}, "Description must not exceed 1024 characters"),
        ({"explanation": "x" * 200}, None),
        ({"explanation": "x" * 201}, "Explanation must not exceed 200 characters"),
        ({"explanation": "x\n\n\nx"}, "Explanation must not exceed 2 line feeds"),
    ],
)
async def test_what_stands_below_a_question_has_its_limits(
    bot: Bot, group: Room, about: dict[str, str], refused: str | None
) -> None:
    """They are counted after the markup is read."""
    sent = bot.send_poll(group.id, "Q", ["a", "b"], type="quiz", api_kwargs={"correct_option_ids": "[0]", **about})
    if refused is None:
        await sent
        assert group.last is not None
        assert group.last.poll is not None
    else:
        assert await refusal(sent) == refused
