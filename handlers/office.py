"""The office as the handlers see it: one call runs one service in one unit of work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from liaisonbot import as_json
from liaisonbot.clock import Clock
from liaisonbot.desk import Desk
from liaisonbot.errors import LiaisonError, Refused
from liaisonbot.incoming import Bot, GroupMoved, Incoming
from liaisonbot.ports import StoredUpdate, UnitOfWork
from liaisonbot.services import balloting, frontdesk, set_aside
from liaisonbot.services.calendar_files import EnteredDays
from liaisonbot.services.frontdesk import Outcome
from liaisonbot.settings import Settings

T = TypeVar("T")
Said = TypeVar("Said", bound=Incoming)
Service = Callable[[UnitOfWork, Desk, Said], Outcome]


class Memory(Protocol):
    """What we need of the database; see ``storage.database.Database``."""

    def write(self, unit: Callable[[Any], T], *, lanes: Sequence[str] = ()) -> Awaitable[T]: ...
    def read(self, unit: Callable[[Any], T], *, unhurried: bool = False) -> Awaitable[T]: ...
    def beside(self, unit: Callable[[Any], T], *, writing: bool = False) -> Awaitable[T]: ...
    def wake(self, channel: str) -> Awaitable[Any]: ...


class DealtWithAlready(LiaisonError):
    """Somebody else has dealt with this update: nothing of it may take effect a second time."""


@dataclass(slots=True)
class InHand:
    """An update while it is being handled, and what became of it."""

    stored: StoredUpdate
    outcome: Outcome | None = None
    """None: no handler wanted it, or the one that did failed."""
    error: BaseException | None = None


class Office:
    """Runs services on what comes in. Made once; the desk is made anew for each unit of work."""

    def __init__(self, memory: Memory, clock: Clock, settings: Settings, bot: Bot) -> None:
        self.memory = memory
        self.clock = clock
        self.settings = settings
        self.bot = bot
        self._entered = EnteredDays(settings.files.calendar)
        self._in_hand: dict[int, InHand] = {}
        self.polls_seen: set[str] = set()
        """Telegram's ids of native polls that were shown to us: how they stand later is of no interest."""

    def desk(self, *, deferred: bool = False) -> Desk:
        """The desk of this moment."""
        return Desk(self.clock.now(), self.settings, self.bot, deferred, self._entered.days())

    async def write(self, unit: Callable[[UnitOfWork, Desk], T], *, lanes: Sequence[str] = ()) -> T:
        """Run the unit in a transaction; its result once that is committed."""
        desk = self.desk()
        return await self.memory.write(lambda uow: unit(uow, desk), lanes=lanes)

    # --- one update ---------------------------------------------------------------------------------------------------

    def begin(self, stored: StoredUpdate) -> InHand:
        """Take an update in hand. Ends with ``end``."""
        in_hand = self._in_hand[stored.update_id] = InHand(stored)
        return in_hand

    def end(self, in_hand: InHand) -> None:
        del self._in_hand[in_hand.stored.update_id]

    def failed(self, update_id: int, error: BaseException) -> None:
        """The handler of that update raised: python-telegram-bot keeps that from whoever called it."""
        self._in_hand[update_id].error = error

    async def handle(self, service: Service[Said], incoming: Said) -> None:
        """Run the service and check the update off, in one transaction. The one call that a handler makes.

        Where the service refuses, nothing of it stays, and the person is told why: that is a transaction of its own,
        and the update is checked off only there. So nothing is lost in between, and a savepoint is spared.
        """
        in_hand = self._in_hand[incoming.update_id]
        desk = self.desk(deferred=in_hand.stored.deferred)
        lanes = _lanes(in_hand.stored, incoming)

        def serve(uow: UnitOfWork) -> Outcome:
            outcome = service(uow, desk, incoming)
            if outcome is not Outcome.DEFERRED:
                _check_off(uow, desk, incoming.update_id)
            return outcome

        def refuse(uow: UnitOfWork) -> Outcome:
            frontdesk.refuse(uow, desk, incoming, refusal)
            _check_off(uow, desk, incoming.update_id)
            return Outcome.HANDLED

        try:
            in_hand.outcome = await self.memory.write(serve, lanes=lanes)
        except Refused as exc:
            refusal = exc
            in_hand.outcome = await self.memory.write(refuse, lanes=lanes)

    async def ignore(self, stored: StoredUpdate) -> None:
        """Check off an update that nobody wanted."""
        await self.write(lambda uow, desk: uow.inbox.handled(stored.update_id, desk.now))

    async def set_aside(self, stored: StoredUpdate, error: str, *, tell: bool = True) -> None:
        """Put away an update that cannot be handled, and have staff told once. What somebody voted is not kept."""
        emptied = holds_a_ballot(stored.payload)

        def unit(uow: UnitOfWork, desk: Desk) -> None:
            if uow.inbox.set_aside(stored.update_id, error, desk.now, emptied=emptied) and tell:
                set_aside.tell_staff(uow, desk, "update", f"u{stored.update_id}", error)

        await self.write(unit)


def holds_a_ballot(payload: str) -> bool:
    """Whether an update is a press on a ballot, or a receipt that was typed, as far as it can be read."""
    try:
        raw = as_json.read(payload)
        pressed, typed = raw.get("callback_query") or {}, raw.get("message") or {}
        return balloting.concerns(str(pressed.get("data") or typed.get("text") or ""))
    except (ValueError, AttributeError):
        return False


def _check_off(uow: UnitOfWork, desk: Desk, update_id: int) -> None:
    if not uow.inbox.handled(update_id, desk.now):
        raise DealtWithAlready(f"update {update_id}")


def _lanes(stored: StoredUpdate, incoming: Incoming) -> tuple[str, ...]:
    if isinstance(incoming, GroupMoved):
        return (lane(incoming.old_chat_id), lane(incoming.new_chat_id))
    return (lane(stored.lane),)


def lane(chat_id: int) -> str:
    """The database's name for a chat: units that name it run one after the other."""
    return f"chat:{chat_id}"
