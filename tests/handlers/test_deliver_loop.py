"""The deliver loop: everything that is owed arrives, in order for each chat, at a pace Telegram accepts."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers import deliver_loop
from handlers.courier import Courier
from handlers.deliver_loop import IN_FLIGHT, DeliverLoop
from handlers.office import Office
from handlers.waiting import ROOM
from liaisonbot.errors import MemoryUnavailable, TokenRefused, TryLater
from liaisonbot.outgoing import Outgoing, Priority, Receipt, Send
from liaisonbot.services import composing, delivery
from liaisonbot.services.pacing import Pace
from liaisonbot.texts import Text
from sandbox import Sandbox
from tests.handlers.conftest import an_api, eventually, going


class FakeCourier(Courier):
    """Notes what it carries; how each delivery goes is up to the test."""

    def __init__(self) -> None:
        self.carried: list[tuple[int, str]] = []
        self.under_way = self.most_under_way = 0
        self.goes: Callable[[Outgoing], Receipt] = lambda outgoing: Receipt((len(self.carried),))
        self.slowness = 0.0
        self.held: asyncio.Event | None = None
        """Until then what it holds is on its way."""
        self.holds: Callable[[Outgoing], bool] = lambda outgoing: outgoing.priority is Priority.ANNOUNCEMENT

    async def deliver(self, outgoing: Outgoing) -> Receipt:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(self.slowness)
        if self.held is not None and self.holds(outgoing):
            await self.held.wait()
        receipt = self.goes(outgoing)
        if receipt.failure is None:
            self.carried.append((outgoing.chat_id, outgoing.body or ""))
        self.under_way -= 1
        return receipt

    def of(self, chat_id: int) -> list[str]:
        return [body for chat, body in self.carried if chat == chat_id]


@pytest.fixture
def courier() -> FakeCourier:
    return FakeCourier()


@asynccontextmanager
async def delivering(office: Office, courier: Courier, *, limits: bool = False) -> AsyncIterator[DeliverLoop]:
    loop = DeliverLoop(office, courier, Pace(limits=limits))
    async with going(loop.run()):
        yield loop


async def promise(office: Office, *outgoing: Outgoing) -> None:
    def unit(uow: Any, desk: Any) -> None:
        for one in outgoing:
            uow.outbox.add(one, desk.now)

    await office.write(unit)


def a_text(chat_id: int, body: str, **more: Any) -> Outgoing:
    return Outgoing(Send.TEXT, chat_id, body=body, **more)


def an_answer(chat_id: int) -> Outgoing:
    return a_text(chat_id, "answer", priority=Priority.ANSWER)


async def nothing_owed(office: Office) -> bool:
    later = office.clock.now() + timedelta(days=1)
    return not await office.memory.read(lambda uow: uow.outbox.turn(later, ()))


async def test_what_is_promised_goes_out_at_once(office: Office, courier: FakeCourier) -> None:
    """What stood there before, and what comes; afterwards nothing is owed."""
    await promise(office, a_text(1, "before"))
    async with delivering(office, courier):
        await eventually(lambda: courier.of(1) == ["before"], "the first")
        await promise(office, a_text(1, "after"))
        await eventually(lambda: courier.of(1) == ["before", "after"], "the second")  # without a look, which is far off
        await eventually(lambda: nothing_owed(office), "the record")


async def test_after_a_restart_nothing_overtakes_what_waits_for_its_retry(office: Office, courier: FakeCourier) -> None:
    """What is new for that chat stays behind it; other chats go on."""
    await promise(office, a_text(1, "stuck"))

    def fails(uow: Any, desk: Any) -> None:
        (stuck,) = uow.outbox.turn(desk.now, ())
        uow.outbox.retry(stuck, desk.now + timedelta(seconds=1), "no answer")

    await office.write(fails)
    async with delivering(office, courier):
        await promise(office, a_text(2, "first"))
        await eventually(lambda: courier.of(2) == ["first"], "the other chat's first")
        await promise(office, a_text(1, "behind"), a_text(2, "second"))
        await eventually(lambda: courier.of(2) == ["first", "second"], "the other chat's second")
        await eventually(lambda: len(courier.of(1)) == 2, "both")

    assert courier.of(1) == ["stuck", "behind"]


async def test_what_is_taken_back_in_time_does_not_go_out(office: Office, courier: FakeCourier) -> None:
    """Also where it is in memory, behind a call that is under way: only that one cannot be called back. What was
    rewritten goes out as it is now, and what stands behind it goes on.
    """
    courier.held, courier.holds = asyncio.Event(), lambda outgoing: outgoing.body == "under way"

    def takes_back(uow: Any, desk: Any) -> None:
        for row, waiting in uow.outbox.waiting_for(1).items():
            if waiting.body in ("under way", "secret"):
                uow.outbox.drop(row)
            if waiting.body == "a secret, too":
                uow.outbox.rewrite(row, a_text(1, "something to read"))
        uow.outbox.drop_shown(7, 1, {"card"})
        uow.outbox.take_said(7, 1)

    async with delivering(office, courier):
        await promise(office, a_text(1, "under way"))
        await eventually(lambda: courier.under_way == 1, "the call")
        await promise(office, a_text(1, "secret"), a_text(1, "a secret, too"), a_text(1, "its end"))
        await promise(office, a_text(1, "a card", case=7, purpose="card"), a_text(1, "said", case=7, message=3))
        await promise(office, a_text(3, "another chat"))
        await eventually(lambda: courier.of(3) == ["another chat"], "what came last")
        await office.write(takes_back)
        courier.held.set()
        await eventually(lambda: "its end" in courier.of(1), "the end")
        await eventually(lambda: nothing_owed(office), "the record")
    assert courier.of(1) == ["under way", "something to read", "its end"]


@pytest.mark.parametrize(
    "takes_back",
    [
        lambda outbox: outbox.drop_of_case(7, "reminder:", chat=1),
        lambda outbox: outbox.drop_of_case(7, "reminder:"),
        lambda outbox: outbox.drop_keyed("reminder:a:7"),
    ],
)
async def test_what_is_void_under_its_key_does_not_go_out(
    office: Office, courier: FakeCourier, takes_back: Callable[[Any], None]
) -> None:
    """The same of reminders, which are taken back by what they are about."""
    courier.held, courier.holds = asyncio.Event(), lambda outgoing: outgoing.body == "under way"
    async with delivering(office, courier):
        await promise(office, a_text(1, "under way"))
        await eventually(lambda: courier.under_way == 1, "the call")
        await promise(office, a_text(1, "void", case=7, key="reminder:a:7"), a_text(1, "its end"))
        await promise(office, a_text(3, "another chat"))
        await eventually(lambda: courier.of(3) == ["another chat"], "what came last")
        await office.write(lambda uow, desk: takes_back(uow.outbox))
        courier.held.set()
        await eventually(lambda: "its end" in courier.of(1), "the end")
    assert courier.of(1) == ["under way", "its end"]


async def test_each_chat_gets_its_messages_in_order(office: Office, courier: FakeCourier) -> None:
    """With never more calls under way than a crash may repeat."""
    courier.slowness = 0.002
    messages = [a_text(number % 9 + 1, str(number)) for number in range(180)]
    await promise(office, *messages)
    async with delivering(office, courier):
        await promise(office, *(a_text(number % 9 + 1, str(number)) for number in range(180, 200)))
        await eventually(lambda: nothing_owed(office), "everything")

    assert len(courier.carried) == 200
    assert all(courier.of(chat) == sorted(courier.of(chat), key=int) for chat in range(1, 10))
    assert courier.most_under_way == IN_FLIGHT


async def test_an_announcement_never_takes_all_the_slots(office: Office, courier: FakeCourier) -> None:
    """However long its calls take, somebody who looks at the screen finds one free."""
    held = courier.held = asyncio.Event()
    await promise(office, *(a_text(chat, "news", priority=Priority.ANNOUNCEMENT) for chat in range(1, 41)))
    async with delivering(office, courier):
        await eventually(lambda: courier.under_way == deliver_loop.ANNOUNCED_IN_FLIGHT, "the first news")
        await promise(office, a_text(999, "answer", priority=Priority.ANSWER))
        await eventually(lambda: courier.of(999) == ["answer"], "the answer")
        assert len(courier.carried) == 1
        held.set()


async def test_further_answers_are_made_out_as_those_that_wait_go(
    office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a good many wait, one in for one out: so none has to be read back."""
    monkeypatch.setattr(deliver_loop, "GIVE_WAY_SECONDS", 60.0)
    courier.held = asyncio.Event()
    courier.holds = lambda outgoing: True
    some = IN_FLIGHT + deliver_loop.MANY_ANSWERS
    async with delivering(office, courier) as loop:
        await promise(office, *(an_answer(chat) for chat in range(2, some + 1)))
        await eventually(lambda: courier.under_way == IN_FLIGHT, "the first answers")
        await loop.few_answers()  # one too few wait
        await promise(office, an_answer(1))
        await eventually(lambda: loop.answers == deliver_loop.MANY_ANSWERS, "enough of them")
        others = [asyncio.create_task(loop.few_answers()) for _ in range(some + 1)]
        await asyncio.sleep(0)
        assert not any(other.done() for other in others)
        courier.held.set()
        await eventually(lambda: nothing_owed(office), "all of them")
        await asyncio.sleep(0)
        assert 0 < sum(other.done() for other in others) <= some, "one for each call at most"
        for other in others:
            other.cancel()


async def test_whoever_stops_waiting_as_a_call_ends_goes_on(
    office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both may happen within one turn of the event loop."""
    monkeypatch.setattr(deliver_loop, "GIVE_WAY_SECONDS", 0.0)
    async with delivering(office, courier) as loop:
        for _ in range(5):
            await promise(office, *(an_answer(chat) for chat in range(1, 60)))
            while loop.answering():
                await asyncio.gather(*(loop.few_answers() for _ in range(3)))
                await asyncio.sleep(0)

    assert not loop._behind


async def test_where_telegram_s_limits_hold_answers_up_nobody_waits_for_them(
    office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty a second and no more, however long others give way."""
    monkeypatch.setattr(deliver_loop, "GIVE_WAY_SECONDS", 60.0)
    async with delivering(office, courier, limits=True) as loop:
        await promise(office, *(an_answer(chat) for chat in range(1, 100)))
        await eventually(lambda: len(courier.carried) == 30, "a second's worth")
        assert loop.answers >= deliver_loop.MANY_ANSWERS
        await loop.few_answers()


async def test_nobody_gives_way_for_long(office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where calls hang, what comes in is taken in all the same."""
    monkeypatch.setattr(deliver_loop, "GIVE_WAY_SECONDS", 0.001)
    held = courier.held = asyncio.Event()
    courier.holds = lambda outgoing: True
    async with delivering(office, courier) as loop:
        await promise(office, *(an_answer(chat) for chat in range(1, 100)))
        await eventually(
            lambda: courier.under_way == IN_FLIGHT and loop.answers >= deliver_loop.MANY_ANSWERS, "a good many"
        )
        await loop.few_answers()
        assert not courier.carried
        held.set()


async def test_one_talkative_chat_holds_up_nobody(
    office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many answers wait there for their turn, and many chats for something else; those to others go as they come."""
    monkeypatch.setattr(deliver_loop, "GIVE_WAY_SECONDS", 60.0)
    held = courier.held = asyncio.Event()
    courier.holds = lambda outgoing: True
    async with delivering(office, courier) as loop:
        await promise(office, *(an_answer(1) for _ in range(20)))
        await promise(office, *(a_text(chat, "news", priority=Priority.ANNOUNCEMENT) for chat in range(2, 60)))
        await eventually(lambda: courier.under_way > 1 and loop.answers == 19, "the first of them")
        await loop.few_answers()
        held.set()


async def test_the_most_urgent_chat_is_served_first(office: Office, courier: FakeCourier) -> None:
    """An announcement to many does not keep somebody waiting who looks at the screen."""
    courier.slowness = 0.005
    await promise(office, *(a_text(chat, "news", priority=Priority.ANNOUNCEMENT) for chat in range(1, 401)))
    async with delivering(office, courier):
        await eventually(lambda: courier.carried, "the first news")
        await promise(office, a_text(999, "answer", priority=Priority.ANSWER))
        await eventually(lambda: courier.of(999), "the answer")

    assert len(courier.carried) < 300


async def test_notices_go_by_ones_while_many_are_about_to_be_answered(office: Office, courier: FakeCourier) -> None:
    """Whoever looks at the screen comes first; nobody is forgotten over it."""
    pressed = [True]
    loop = DeliverLoop(office, courier, Pace(limits=False), lambda: pressed[0])
    await promise(office, *(a_text(chat, "notice") for chat in range(1, 41)))
    async with going(loop.run()):
        await eventually(lambda: courier.carried, "the first notice")
        await promise(office, *(a_text(chat, "answer", priority=Priority.ANSWER) for chat in range(101, 121)))
        await eventually(lambda: len([body for _, body in courier.carried if body == "answer"]) == 20, "the answers")
        assert len([body for _, body in courier.carried if body == "notice"]) < 20
        pressed[0] = False
        await eventually(lambda: nothing_owed(office), "the notices")

    assert len(courier.carried) == 60


async def test_memory_stays_small_however_much_is_owed(office: Office, courier: FakeCourier) -> None:
    """Only a window of it is held, and what one look brings; all of it arrives."""
    held = []
    await promise(office, *(a_text(chat, str(part)) for chat in range(1, 301) for part in range(3)))
    async with delivering(office, courier) as loop:
        courier.goes = lambda outgoing: held.append(loop._waiting.size) or Receipt((1,))  # type: ignore[func-returns-value]
        await eventually(lambda: nothing_owed(office), "everything", seconds=30)

    assert len(courier.carried) == 900
    assert max(held) <= ROOM + 3 * deliver_loop.LANES_IN_A_LOOK


async def test_a_chat_that_has_to_wait_holds_up_nobody_else(office: Office, courier: FakeCourier) -> None:
    """And its own messages stay in order."""
    failures = [1, 2]

    def goes(outgoing: Outgoing) -> Receipt:
        if outgoing.chat_id == 1 and failures:
            failures.pop()
            return Receipt(failure=TryLater("flood", after=0.2, flood=True))
        return Receipt((1,))

    courier.goes = goes
    await promise(office, a_text(1, "a"), a_text(1, "b"), a_text(2, "c"))
    async with delivering(office, courier):
        await eventually(lambda: courier.of(1) == ["a", "b"], "the one that had to wait")
    assert [body for _, body in courier.carried] == ["c", "a", "b"]


async def test_limits_slow_down_one_chat_only(office: Office, courier: FakeCourier) -> None:
    """Twenty a minute for a group; private chats go on."""
    await promise(office, *(a_text(-1, str(number)) for number in range(30)))
    await promise(office, a_text(5, "private"))
    async with delivering(office, courier, limits=True):
        await eventually(lambda: len(courier.of(-1)) == 20, "the group's share")
        await eventually(lambda: courier.of(5), "the private chat")
        await promise(office, a_text(6, "another"))
        await eventually(lambda: courier.of(6), "another private chat")

    assert len(courier.of(-1)) == 20


async def test_what_is_due_later_goes_out_then(office: Office, courier: FakeCourier, sandbox: Sandbox) -> None:
    """By the office's clock, which can be moved."""
    now = office.clock.now()
    await promise(office, a_text(1, "soon", not_before=now + timedelta(seconds=0.3)))
    await promise(office, a_text(2, "later", not_before=now + timedelta(hours=1)))
    async with delivering(office, courier) as loop:
        await eventually(lambda: courier.of(1), "what is due soon")
        assert courier.of(2) == []
        sandbox.clock.move(timedelta(hours=2))
        loop.look()
        await eventually(lambda: courier.of(2), "what is due later")


async def test_what_was_sent_is_recorded_once_the_database_is_back(
    office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must not be sent again because nobody could write down that it was."""
    await promise(office, a_text(1, "once"))
    write, failures = office.memory.write, [1, 2, 3]

    async def sometimes(unit: Callable[[Any], Any], **more: Any) -> Any:
        if failures:
            failures.pop()
            raise MemoryUnavailable("away")
        return await write(unit, **more)

    monkeypatch.setattr(office.memory, "write", sometimes)
    async with delivering(office, courier):
        await eventually(lambda: nothing_owed(office), "the record")

    assert courier.of(1) == ["once"]


async def test_a_mistake_in_what_follows_does_not_send_it_again(
    office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The least is remembered: that it went out."""
    await promise(office, a_text(1, "once"), a_text(1, "next"))

    def fail(*_: Any) -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr(delivery, "record", fail)
    async with delivering(office, courier):
        await eventually(lambda: nothing_owed(office), "the record")

    assert courier.of(1) == ["once", "next"]


async def test_a_refused_token_ends_the_loop(office: Office, courier: FakeCourier) -> None:
    """Everything stays owed."""
    courier.goes = lambda outgoing: Receipt(failure=TokenRefused("no such token"))
    await promise(office, a_text(1, "a"))
    loop = DeliverLoop(office, courier, Pace(limits=False))

    with pytest.raises(TokenRefused):
        await asyncio.wait_for(loop.run(), 5)

    assert not await nothing_owed(office)


async def test_at_the_end_what_is_under_way_is_finished(office: Office, courier: FakeCourier) -> None:
    """And recorded; what waits stays owed."""
    courier.slowness = 0.05
    await promise(office, *(a_text(chat, str(chat)) for chat in range(1, 21)))
    loop = DeliverLoop(office, courier, Pace(limits=False))
    running = asyncio.create_task(loop.run())
    await eventually(lambda: courier.under_way == IN_FLIGHT, "the first calls")

    loop.stop()
    await asyncio.wait_for(running, 5)

    now = office.clock.now()
    left = await office.memory.read(lambda uow: uow.outbox.turn(now, ()))
    assert len(courier.carried) + len(left) == 20
    assert len(courier.carried) == IN_FLIGHT


@pytest.mark.parametrize("fault", ["429", "502", "hang", "cut_before", "cut_after"])
async def test_with_faults_everything_arrives_in_order(
    office: Office, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """One call in ten fails. Only where the answer was lost can a message come twice; the two stand together then."""
    monkeypatch.setattr(delivery, "pause", lambda attempts: 0.02)
    people = [sandbox.user(f"P{number}") for number in range(6)]
    for person in people:
        person.starts()
    sandbox.faults.rate(fault, 0.1, seed=3, retry_after=1, seconds=5)
    text = Text.of("delivered")
    await promise(office, *(Outgoing(Send.TEXT, people[n % 6].id, text=text, body=str(n)) for n in range(60)))

    # What is not to be repeated must not be given up because the machine is slow.
    read_seconds = 0.2 if fault == "hang" else 30.0
    async with an_api(sandbox.url, read_seconds=read_seconds) as api, delivering(office, Courier(api, "Asia/Shanghai")):
        await eventually(lambda: nothing_owed(office), "everything", seconds=30)

    assert sandbox.faults.struck[fault] > 0
    seen: dict[int, list[int]] = defaultdict(list)
    for person in people:
        seen[person.id] = [int((message.text or "").splitlines()[-1]) for message in person.chat.messages[1:]]
    for number, person in enumerate(people):
        assert sorted(set(seen[person.id])) == list(range(number, 60, 6))
        assert seen[person.id] == sorted(seen[person.id])
        if fault not in ("cut_after", "hang"):
            assert len(seen[person.id]) == len(set(seen[person.id]))


async def test_a_card_is_written_when_its_turn_comes(
    office: Office, courier: FakeCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is void by then is not sent, one that cannot be written is set aside; what stands behind goes on."""

    def compose(uow: Any, desk: Any, outgoing: Outgoing) -> Outgoing | None:
        written = {5: replace(outgoing, body="as it is now", composed=None), 6: None}
        return written[outgoing.chat_id]

    monkeypatch.setattr(composing, "compose", compose)
    cards = [Outgoing(Send.TEXT, chat, composed="deputy") for chat in (5, 6, 7)]
    await promise(office, *cards, *(a_text(chat, "behind") for chat in (5, 6, 7)))
    async with delivering(office, courier):
        await eventually(lambda: nothing_owed(office), "everything")

    assert courier.of(5) == ["as it is now", "behind"]
    assert courier.of(6) == ["behind"]
    assert courier.of(7) == ["behind"]
    assert len(await office.memory.read(lambda uow: uow.set_asides.list())) == 1


def test_few_are_in_doubt_after_a_crash() -> None:
    """The promise of the decision record."""
    assert deliver_loop.IN_FLIGHT == 8


async def test_a_reminder_is_not_sent_at_night(office: Office, courier: FakeCourier, sandbox: Sandbox) -> None:
    """What was promised by day and could not be sent goes out in the morning; other messages are not held by it."""
    sandbox.clock.set(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))  # eleven at night in Shanghai
    await promise(office, a_text(5, "reminder", daytime=True), a_text(5, "talk"))
    async with delivering(office, courier) as loop:
        await eventually(lambda: courier.of(5), "the talk")
        assert courier.of(5) == ["talk"]
        sandbox.clock.move(timedelta(hours=8, minutes=31))
        loop.look()
        await eventually(lambda: len(courier.of(5)) == 2, "the reminder")
    assert courier.of(5) == ["talk", "reminder"]
