"""The handling loop: in order within a chat, each update once, and one that fails stops nobody."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import telegram

from handlers import handling as module
from handlers import routes
from handlers.handling import LANES_AT_ONCE, Handling
from handlers.intake import as_stored
from handlers.office import Office
from liaisonbot.desk import Desk
from liaisonbot.errors import MemoryUnavailable, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import frontdesk, set_aside
from liaisonbot.services.frontdesk import Outcome
from liaisonbot.texts import Text
from sandbox import Sandbox
from tests.handlers.conftest import eventually, going

Receive = Callable[[UnitOfWork, Desk, IncomingMessage], Outcome]


def a_raw_update(update_id: int, chat_id: int = 5, text: str | None = None) -> dict[str, Any]:
    sender = {"id": abs(chat_id), "is_bot": False, "first_name": "A", "language_code": "en"}
    chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup", "first_name": "A"}
    said = {"message_id": update_id, "date": 1, "chat": chat, "from": sender, "text": text or str(update_id)}
    return {"update_id": update_id, "message": said}


class Desktop:
    """A front desk that notes what it receives, and does with it what the test says."""

    def __init__(self) -> None:
        self.received: dict[int, list[str]] = defaultdict(list)
        self.does: Receive = lambda uow, desk, message: Outcome.HANDLED

    def receive(self, uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
        outcome = self.does(uow, desk, message)
        self.received[message.place.chat_id].append(message.text or "")
        return outcome

    @property
    def all(self) -> list[str]:
        return [text for texts in self.received.values() for text in texts]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desktop:
    desk = Desktop()
    monkeypatch.setattr(frontdesk, "receive", desk.receive)
    return desk


@pytest.fixture
async def handling(office: Office, sandbox: Sandbox) -> AsyncIterator[Handling]:
    library = telegram.Bot("42:TEST", base_url=f"{sandbox.url}/bot")
    application = routes.application(library, office)
    await application.initialize()
    made = Handling(office, application, library)
    async with going(made.run()):
        yield made
    await application.shutdown()


async def store(office: Office, *raw: dict[str, Any]) -> list[Any]:
    updates = [as_stored(update) for update in raw]
    return await office.write(lambda uow, desk: uow.inbox.add(updates, desk.now))


async def pending(office: Office) -> list[int]:
    later = office.clock.now() + timedelta(days=1)
    return [update.update_id for update in await office.memory.read(lambda uow: uow.inbox.pending(later))]


async def nothing_pending(office: Office) -> bool:
    return not await pending(office)


async def only_pending(office: Office, update_id: int) -> bool:
    return await pending(office) == [update_id]


async def owed(office: Office) -> list[Outgoing]:
    now = office.clock.now()
    return [promise.outgoing for promise in await office.memory.read(lambda uow: uow.outbox.turn(now, ()))]


async def test_each_chat_is_handled_in_order_and_many_at_once(
    handling: Handling, office: Office, desk: Desktop
) -> None:
    """However they are mixed; afterwards nothing waits and no words are kept."""
    raw = [a_raw_update(number, chat_id=number % 7 + 1) for number in range(1, 201)]
    handling.take(await store(office, *raw))

    await eventually(lambda: nothing_pending(office), "the end of the queue")

    assert all(texts == sorted(texts, key=int) for texts in desk.received.values())
    assert len(desk.all) == 200


async def test_before_each_update_answers_may_go_first(office: Office, sandbox: Sandbox, desk: Desktop) -> None:
    """Nothing is handled until they let it: what waits stands in the inbox."""
    library = telegram.Bot("42:TEST", base_url=f"{sandbox.url}/bot")
    application = routes.application(library, office)
    await application.initialize()
    turns = asyncio.Semaphore(LANES_AT_ONCE + 1)
    handling = Handling(office, application, library, answers_first=turns.acquire)
    async with going(handling.run()):
        handling.take(await store(office, *(a_raw_update(number, chat_id=number) for number in range(1, 31))))
        await eventually(lambda: len(desk.all) == LANES_AT_ONCE + 1, "those who were let")
        assert turns.locked()
        for _ in range(30):
            turns.release()
        await eventually(lambda: nothing_pending(office), "the others")
    await application.shutdown()


async def test_an_update_taken_twice_takes_effect_once(handling: Handling, office: Office, desk: Desktop) -> None:
    """It may be found in the inbox while it is being handled."""
    stored = await store(office, a_raw_update(1))
    handling.take(stored)
    handling.take(stored)
    await eventually(lambda: nothing_pending(office), "the first")
    desk.does = lambda uow, desk, message: (
        (uow.outbox.add(a_text(message), desk.now) and Outcome.HANDLED) or Outcome.HANDLED
    )
    handling.take(stored)
    handling.take(await store(office, a_raw_update(2)))
    await eventually(lambda: nothing_pending(office), "the second")

    assert [outgoing.text for outgoing in await owed(office)] == [Text.of("2")]


def a_text(message: IncomingMessage) -> Outgoing:
    return Outgoing(Send.TEXT, message.place.chat_id, text=Text.of(message.text or ""))


def repeat(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
    uow.outbox.add(a_text(message), desk.now)
    return Outcome.HANDLED


async def test_a_refusal_undoes_the_unit_and_is_answered(handling: Handling, office: Office, desk: Desktop) -> None:
    """The person is told why; the update has been dealt with."""

    def refuse(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
        uow.outbox.add(a_text(message), desk.now)
        raise Refused("unknown-command")

    desk.does = refuse
    handling.take(await store(office, a_raw_update(1)))
    await eventually(lambda: nothing_pending(office), "the end")

    assert [outgoing.text for outgoing in await owed(office)] == [Text.of("unknown-command")]


async def test_what_cannot_be_handled_is_put_away_and_the_next_ones_go_on(
    handling: Handling, office: Office, desk: Desktop
) -> None:
    """In the same chat too. Staff hear of it once; the error names a place, never words."""

    def fail(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
        if message.text == "bad":
            uow.outbox.add(a_text(message), desk.now)
            raise ValueError("secret words")
        return Outcome.HANDLED

    desk.does = fail
    handling.take(await store(office, a_raw_update(1, text="bad"), a_raw_update(2, text="good")))
    await eventually(lambda: nothing_pending(office), "the end")

    assert desk.all == ["good"]
    [aside] = await office.memory.read(lambda uow: uow.set_asides.list())
    assert aside.id == 1
    assert aside.error.startswith("ValueError at handlers.test_handling:")
    assert [outgoing.text.key for outgoing in await owed(office) if outgoing.text] == ["set-aside-update"]


async def test_what_is_wrong_with_telling_staff_stops_nothing(
    handling: Handling, office: Office, desk: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update is put away all the same, and does not come back at every start."""

    def fail(*_: Any) -> Outcome:
        raise ValueError("a mistake")

    desk.does = fail
    monkeypatch.setattr(set_aside, "tell_staff", fail)
    handling.take(await store(office, a_raw_update(1)))
    await eventually(lambda: nothing_pending(office), "the end")

    assert len(await office.memory.read(lambda uow: uow.set_asides.list())) == 1


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1, "message": {"message_id": 1}},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "callback_query": {"id": "x", "from": {"id": "y"}}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 5, "type": "private"}}},
    ],
)
async def test_what_cannot_be_parsed_is_put_away(
    handling: Handling, office: Office, desk: Desktop, raw: dict[str, Any]
) -> None:
    """Whatever Telegram, or somebody in its name, sends."""
    handling.take(await store(office, raw, a_raw_update(2)))
    await eventually(lambda: nothing_pending(office), "the end")

    assert desk.all == ["2"]
    assert len(await office.memory.read(lambda uow: uow.set_asides.list())) == 1


@pytest.mark.parametrize("raw", [{"update_id": 1}, {"update_id": 1, "something_of_2031": {"x": 1}}])
async def test_what_nobody_wants_is_checked_off(
    handling: Handling, office: Office, desk: Desktop, raw: dict[str, Any]
) -> None:
    """It is no error."""
    handling.take(await store(office, raw))
    await eventually(lambda: nothing_pending(office), "the end")

    assert await office.memory.read(lambda uow: uow.set_asides.list()) == []


async def test_what_telegram_notes_down_itself_is_checked_off(
    handling: Handling, office: Office, desk: Desktop
) -> None:
    """Nobody said it."""
    raw = a_raw_update(1)
    del raw["message"]["text"]
    handling.take(await store(office, raw | {"message": raw["message"] | {"new_chat_title": "x"}}))

    await eventually(lambda: nothing_pending(office), "the end")
    assert desk.all == []


async def test_a_slowed_down_update_comes_back(
    handling: Handling, office: Office, desk: Desktop, sandbox: Sandbox
) -> None:
    """When its time has come, or the clock is moved to it; it is known then, and nothing waits for it meanwhile."""
    seen = []

    def slow_down(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
        seen.append((message.text, desk.deferred))
        if message.text == "1" and not desk.deferred:
            uow.inbox.defer(message.update_id, desk.now + timedelta(minutes=5))
            return Outcome.DEFERRED
        return Outcome.HANDLED

    desk.does = slow_down
    handling.take(await store(office, a_raw_update(1), a_raw_update(2)))
    await eventually(lambda: only_pending(office, 1), "the second, on record")
    assert len(seen) == 2

    sandbox.clock.move(timedelta(minutes=6))
    handling.look()

    await eventually(lambda: nothing_pending(office), "the first")
    assert seen == [("1", False), ("2", False), ("1", True)]


async def test_a_short_pause_needs_nobody_s_help(handling: Handling, office: Office, desk: Desktop) -> None:
    """The loop wakes by itself."""

    def slow_down(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> Outcome:
        if desk.deferred:
            return Outcome.HANDLED
        uow.inbox.defer(message.update_id, desk.now + timedelta(seconds=0.3))
        return Outcome.DEFERRED

    desk.does = slow_down
    handling.take(await store(office, a_raw_update(1)))

    await eventually(lambda: nothing_pending(office), "the update")


async def test_what_was_stored_before_a_crash_is_handled(
    handling: Handling, office: Office, desk: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, in order."""
    monkeypatch.setattr(module, "PAGE", 7)
    await store(office, *(a_raw_update(number) for number in range(1, 31)))

    await handling.catch_up()
    await eventually(lambda: nothing_pending(office), "the end")

    assert desk.all == [str(number) for number in range(1, 31)]


async def test_there_is_only_so_much_room(
    handling: Handling, office: Office, desk: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever brings more waits: the inbox and Telegram keep it meanwhile."""
    monkeypatch.setattr(module, "ROOM", 3)
    handling.take(await store(office, *(a_raw_update(number) for number in range(1, 6))))
    waiting = asyncio.create_task(handling.room())
    await asyncio.sleep(0)
    assert not waiting.done()

    await asyncio.wait_for(waiting, 5)

    await eventually(lambda: nothing_pending(office), "the end")


async def test_a_database_that_is_away_is_waited_for(
    handling: Handling, office: Office, desk: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chat waits with its first update: nothing is put away, nothing overtakes."""
    monkeypatch.setattr(module, "PAUSE_WITHOUT_MEMORY", 0.05)
    stored = await store(office, a_raw_update(1), a_raw_update(2))
    write, failures = office.memory.write, [1, 2, 3]

    async def sometimes(unit: Callable[[Any], Any], **more: Any) -> Any:
        if failures:
            failures.pop()
            raise MemoryUnavailable("away")
        return await write(unit, **more)

    monkeypatch.setattr(office.memory, "write", sometimes)
    handling.take(stored)
    await eventually(lambda: nothing_pending(office), "the end")

    assert desk.all == ["1", "2"]
    assert await office.memory.read(lambda uow: uow.set_asides.list()) == []


async def test_at_the_end_what_is_in_hand_is_finished(office: Office, sandbox: Sandbox, desk: Desktop) -> None:
    """And what waits stays in the inbox."""
    library = telegram.Bot("42:TEST", base_url=f"{sandbox.url}/bot")
    application = routes.application(library, office)
    await application.initialize()
    handling = Handling(office, application, library)
    handling.take(await store(office, *(a_raw_update(number) for number in range(1, 51))))

    running = asyncio.create_task(handling.run())
    await eventually(lambda: desk.all, "the first")
    handling.stop()
    await asyncio.wait_for(running, 5)
    await application.shutdown()

    left = await pending(office)
    assert left
    assert [*map(int, desk.all), *left] == list(range(1, 51))


def test_the_kinds_we_ask_for_are_the_kinds_we_handle(office: Office) -> None:
    """Telegram need not send what nobody wants."""
    application = routes.application(telegram.Bot("42:TEST"), office)
    samples = {
        "message": a_raw_update(1)["message"],
        "edited_message": a_raw_update(1)["message"],
        "callback_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "A"}, "chat_instance": "c"},
        "my_chat_member": json.loads(
            '{"chat": {"id": 5, "type": "private"}, "from": {"id": 5, "is_bot": false, "first_name": "A"}, "date": 1,'
            '"old_chat_member": {"status": "left", "user": {"id": 42, "is_bot": true, "first_name": "B"}},'
            '"new_chat_member": {"status": "left", "user": {"id": 42, "is_bot": true, "first_name": "B"}}}'
        ),
    }
    samples["poll_answer"] = {
        "poll_id": "7",
        "user": {"id": 5, "is_bot": False, "first_name": "A"},
        "option_ids": [0],
        "option_persistent_ids": ["0"],
    }
    samples["poll"] = {
        "id": "7",
        "question": "Which day?",
        "options": [{"text": "Monday", "voter_count": 1, "persistent_id": "0"}],
        "total_voter_count": 1,
        "is_closed": True,
        "is_anonymous": False,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    for kind in routes.ALLOWED_UPDATES:
        update = telegram.Update.de_json({"update_id": 1, kind: samples[kind]}, None)
        assert any(handler.check_update(update) for handler in application.handlers[0]), kind
