"""The office without Telegram: services over a real SQLite file, and a mailman that carries out the outbox in memory.

For tests of the services. Whole journeys go through the sandbox and the real library instead, in ``tests/stories/``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from weakref import WeakSet

import pytest
import sqlalchemy as sa

from liaisonbot import reports, texts
from liaisonbot.desk import Desk
from liaisonbot.errors import DeliveryError, FilesRefused, MessageGone, RecipientGone, Refused
from liaisonbot.incoming import (
    Belonging,
    Bot,
    ButtonPress,
    CommandCall,
    Incoming,
    IncomingMessage,
    Place,
    PollAnswer,
    QuotedMessage,
    Sender,
)
from liaisonbot.model import Attachment, Link
from liaisonbot.outgoing import SHOWING, Outgoing, Promise, Receipt, Send
from liaisonbot.services import cards, clockwork, composing, delivery, frontdesk, indexing, similar, summary_making
from liaisonbot.settings import Settings
from liaisonbot.texts import LANGUAGES, Text, catalogue
from liaisonbot.vocabulary import Role
from storage.schema import metadata
from storage.sqlite_connection import HandRun, connect, overlay
from storage.unit_of_work import SqlUnitOfWork
from tests.support.keyboards import too_many

SELDOM: dict[str, Any] = dict.fromkeys(("send_at", "two_monthly_at", "yearly_at"), "0 9 29 2 *")
"""Summaries that come by themselves do so in the tests that are about them."""
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock on a working day in Shanghai."""
GROUP = -100


@cache
def new_database() -> bytes:
    """The file of an office that knows nothing yet. Made once: making the tables takes longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        engine = sa.create_engine(f"sqlite:///{path}")
        metadata.create_all(engine)
        engine.dispose()
        return path.read_bytes()


@dataclass
class Sent:
    """A message of ours as somebody sees it now."""

    chat_id: int
    message_id: int
    outgoing: Outgoing
    text: str
    buttons: dict[str, str] = field(default_factory=dict)

    def button(self, word: str) -> str:
        """The data of the button whose label contains the word."""
        found = [data for label, data in self.buttons.items() if word in label]
        assert found, f"no button {word!r} among {list(self.buttons)}"
        return found[0]


def _poll_id(chat_id: int, message_id: int) -> str:
    """Telegram's id of the native poll in that message."""
    return f"native-{chat_id}-{message_id}"


_FILES: Final = frozenset({Send.COPY, Send.MEDIA, Send.PHOTO})

_OPEN: Final[WeakSet[Office]] = WeakSet()


@pytest.fixture(autouse=True)
def offices_closed() -> Iterator[None]:
    """A test's offices keep nothing open when it is over: some thousand of them are in one process."""
    yield
    for office in tuple(_OPEN):
        office.close()


@dataclass(frozen=True)
class _ClockOf:
    """The time as the office has it."""

    office: Office

    def now(self) -> datetime:
        return self.office.now


class Office:
    """Opens a fresh office in that folder. Everything it sends is rendered in both languages, so that no sentence
    is missing.
    """

    def __init__(self, folder: Path, **settings: Any) -> None:
        path = folder / "office.db"
        if not path.exists():
            path.write_bytes(new_database())
        _OPEN.add(self)
        self.path = path
        self._idle: list[tuple[HandRun, sa.Connection]] = []
        self.settings = Settings(telegram={"token": "42:TEST"}, **{"summary": SELDOM, **settings})
        self.now = MONDAY
        texts.go_by(_ClockOf(self))
        self.bot = Bot(42, "liaison_bot")
        self.chats: dict[int, list[Sent]] = defaultdict(list)
        self.toasts: list[str] = []
        self.carried: list[Outgoing] = []
        """Everything that went out, in its order."""
        self.cut_off = False
        """Telegram is out of reach: what is owed waits."""
        self.held: set[str] = set()
        """Lanes in which what is owed waits, while the others are served."""
        self.comparing = True
        """New cases are compared with others as soon as their authors were answered."""
        self.indexing = True
        """By what cases are found is kept up to date as well."""
        self.menus: dict[int, str] = {}
        """The roles whose commands each chat is offered."""
        self.refuses: dict[int, DeliveryError] = {}
        """Chats to which nothing can be sent, and why; what is asked for with ``noted_as`` is noted."""
        self.blocked: set[int] = set()
        """Who has blocked the bot, or not opened its private chat."""
        self.takes_no_files: set[int] = set()
        """Groups that forbid pictures, and people who take no voice messages."""
        self.belonging: dict[int, Belonging] = {}
        """What Telegram says at the border of who is in a ballot's groups; it is silent about everybody else."""
        self.refused_pins: DeliveryError | None = None
        self.pinned: dict[int, int] = {}
        self._message_ids: dict[int, int] = defaultdict(lambda: 1000)
        self._update_id = 1
        self._user_messages = 0

    @contextmanager
    def unit(self) -> Iterator[SqlUnitOfWork]:
        """Run as the bot runs one, on a connection like its own; what raises leaves nothing."""
        raw, connection = self._idle.pop() if self._idle else self._connected()
        raw.execute("BEGIN")
        try:
            yield SqlUnitOfWork(connection, self.settings.locale.default_language)
        except BaseException:
            raw.close()
            raise
        raw.execute("COMMIT")
        self._idle.append((raw, connection))

    def _connected(self) -> tuple[HandRun, sa.Connection]:
        raw = connect(self.path)
        raw.execute("PRAGMA synchronous = OFF")  # nobody cuts the power here
        raw.execute("PRAGMA cache_size = -500")
        return raw, overlay(raw)

    def dump(self) -> str:
        """All that is stored, as SQL."""
        with closing(connect(self.path, read_only=True)) as raw:
            return "\n".join(raw.iterdump())

    def close(self) -> None:
        """Nothing is kept open; it may go on all the same."""
        while self._idle:
            self._idle.pop()[0].close()

    @property
    def desk(self) -> Desk:
        return Desk(self.now, self.settings, self.bot)

    # --- the roster ---

    def station(self, code: str = "A", name: str = "阳光联络站") -> int:
        with self.unit() as uow:
            return uow.stations.save(code, name, "城东").id

    def roster(
        self, role: Role, name: str, telegram_id: int | None, *stations: int, specialties: tuple[str, ...] = ()
    ) -> int:
        with self.unit() as uow:
            return uow.roster.save(
                role,
                name,
                telegram_id=telegram_id,
                username=None,
                language="zh",
                station_ids=stations,
                specialties=specialties,
                now=self.now,
            ).id

    def bind_group(self, station: int, chat_id: int = GROUP) -> None:
        from liaisonbot.model import Group

        with self.unit() as uow:
            uow.groups.save(Group(chat_id, "阳光小区", "supergroup", station, None, present=True))

    # --- what people do ---

    def writes(
        self,
        who: int,
        text: str | None,
        *,
        group: int | None = None,
        answering: Sent | QuotedMessage | None = None,
        attachments: tuple[Attachment, ...] = (),
        album: str | None = None,
        mention: str | None = None,
        language: str = "zh",
        message_id: int | None = None,
        edit: bool = False,
        touched: bool = True,
    ) -> int:
        """Somebody sends a message; its id."""
        self._user_messages += 1
        message_id = message_id or self._user_messages
        place = Place(group, "supergroup", "阳光小区") if group else Place(who, "private")
        command = None
        if text and text.startswith("/"):
            name, _, rest = text[1:].partition(" ")
            command = CommandCall(name, rest)
        quoted = answering
        if isinstance(answering, Sent):
            us = Sender(42, "liaison_bot", None, is_bot=True)
            quoted = QuotedMessage(answering.message_id, us, True, answering.text)
        message = IncomingMessage(
            update_id=self._next_update(),
            place=place,
            sender=Sender(who, None, language),
            message_id=message_id,
            sent_at=self.now,
            text=text,
            command=command,
            mention=mention,
            attachments=attachments,
            media_group_id=album,
            quoted=quoted,
            belongs=self.belonging.get(who),
            touched=touched,
        )
        self._handle(message, frontdesk.receive_edit if edit else frontdesk.receive)
        return message_id

    def presses(self, who: int, on: Sent, word: str) -> None:
        """Press the button with that word; one that is not in sight is looked for behind *More…*."""
        if "更多…" in on.buttons and not any(word in label for label in on.buttons):
            self.presses_data(who, on.button("更多…"), on)
        self.presses_data(who, on.button(word), on)

    def presses_data(self, who: int, data: str, on: Sent | None = None) -> None:
        chat_id = on.chat_id if on else who
        place = Place(chat_id, "private" if chat_id > 0 else "supergroup")
        press = ButtonPress(
            self._next_update(),
            f"cb{self._update_id}",
            Sender(who, None, "zh"),
            place,
            on.message_id if on else 1,
            data,
            self.belonging.get(who),
        )
        self._handle(press, frontdesk.press)

    def votes(self, who: int, on: Sent, *options: int) -> None:
        """Vote in a native poll; no options take the vote back."""
        answer = PollAnswer(self._next_update(), _poll_id(on.chat_id, on.message_id), Sender(who, None, "zh"), options)
        self._handle(answer, frontdesk.poll_answer)

    def ticks(self, after: timedelta = timedelta()) -> None:
        self.now += after
        more = True
        while more:
            with self.unit() as uow:
                more = clockwork.tick(uow, self.desk)
        self._compare()
        self._deliver()
        self._summarise()

    def _next_update(self) -> int:
        self._update_id += 1
        return self._update_id

    def _handle(self, incoming: Incoming, receive: Any) -> None:
        try:
            with self.unit() as uow:
                receive(uow, self.desk, incoming)
        except Refused as refusal:
            with self.unit() as uow:
                frontdesk.refuse(uow, self.desk, incoming, refusal)
        self._compare()
        self._deliver()
        self._summarise()

    def _compare(self) -> None:
        """What comes after everybody was answered: new cases are compared with others."""
        more = self.comparing
        while more:
            with self.unit() as uow:
                compared = similar.compare_next(uow)
                if compared is not None:
                    similar.offer_compared(uow, self.desk, compared)
                more = compared is not None
        with self.unit() as uow:
            if self.indexing:
                indexing.all_at_once(uow)

    def _summarise(self) -> None:
        """Summaries that somebody asked for are made beside everything else: the words, then the files, which stay what
        they are made of.
        """
        more = True
        while more:
            with self.unit() as uow:
                more = self._tell_next(uow) or self._draw_next(uow)
            self._deliver()

    def _tell_next(self, uow: SqlUnitOfWork) -> bool:
        made = summary_making.make_next(uow, self.desk)
        if made is not None:
            summary_making.tell(uow, self.desk, made)
        return made is not None

    def _draw_next(self, uow: SqlUnitOfWork) -> bool:
        drawn = summary_making.draw_next(uow, self.desk)
        if drawn is not None:
            summary_making.hand_out(uow, self.desk, drawn, drawn.file)
        return drawn is not None

    # --- what they get ---

    def told(self, chat: int) -> str:
        """The newest message in that chat."""
        assert self.chats[chat], f"nothing was said in {chat}"
        return self.chats[chat][-1].text

    def last(self, chat: int, *, containing: str = "") -> Sent:
        return next(sent for sent in reversed(self.chats[chat]) if containing in sent.text)

    def all_texts(self) -> list[str]:
        return [sent.text for chat in self.chats.values() for sent in chat]

    def _deliver(self) -> None:
        """Carry out everything owed, as Telegram would; nothing while it is out of reach."""
        if self.cut_off:
            return
        while True:
            with self.unit() as uow:
                promises = uow.outbox.turn(self.now + timedelta(seconds=5), self.held)
                if not promises:
                    return
                for promise in promises:
                    asleep = delivery.put_off(self.desk, promise.outgoing)
                    if asleep is not None:
                        delivery.record(uow, self.desk, promise, asleep)
                        continue
                    if promise.outgoing.chat_id in self.blocked:
                        gone = RecipientGone("bot was blocked by the user")
                        delivery.record(uow, self.desk, promise, Receipt(failure=gone))
                        continue
                    if promise.outgoing.kind in _FILES and promise.outgoing.chat_id in self.takes_no_files:
                        refused = FilesRefused("not enough rights to send")
                        delivery.record(uow, self.desk, promise, Receipt(failure=refused))
                        continue
                    if promise.outgoing.composed is not None:
                        made = composing.compose(uow, self.desk, promise.outgoing)
                        if made is None:
                            uow.outbox.kept(promise)
                            continue
                        promise = replace(promise, outgoing=made)
                    receipt = self._receipt(uow, promise)
                    uow.outbox.kept(promise)
                    if promise.outgoing.noted_as is not None:
                        delivery.NOTED[promise.outgoing.noted_as[0]](uow, self.desk, promise.outgoing, receipt)

    def _receipt(self, uow: SqlUnitOfWork, promise: Promise) -> Receipt:
        outgoing = promise.outgoing
        if outgoing.noted_as is not None and outgoing.chat_id in self.refuses:
            return Receipt(failure=self.refuses[outgoing.chat_id])
        if outgoing.kind is Send.PIN and self.refused_pins is not None:
            return Receipt(failure=self.refused_pins)
        here = self.chats[outgoing.chat_id]
        before = len(here)
        gone = [sent for sent in here if sent.message_id in outgoing.targets]
        missing = outgoing.kind is Send.EDIT and outgoing.target not in {sent.message_id for sent in here}
        self._carry_out(uow, promise)
        for sent in gone:
            here.remove(sent)
        made = () if outgoing.kind is Send.DELETE else tuple(sent.message_id for sent in here[before:])
        poll_id = _poll_id(outgoing.chat_id, made[0]) if outgoing.kind is Send.POLL and made else None
        return Receipt(made, MessageGone("message to edit not found") if missing and not made else None, poll_id)

    def _carry_out(self, uow: SqlUnitOfWork, promise: Promise) -> None:
        outgoing = promise.outgoing
        self.carried.append(outgoing)
        if outgoing.content is not None and outgoing.content.maker not in reports.HEAVY:
            words = catalogue(outgoing.language, self.settings.locale.timezone)
            outgoing = replace(outgoing, content=reports.made(outgoing.content, words))
        text = self._render(outgoing)
        if outgoing.poll is not None:
            text = "\n".join([outgoing.poll.question, *outgoing.poll.options, text])
        if outgoing.kind is Send.CALLBACK:
            self.toasts.append(text)
            return
        if outgoing.kind is Send.MENU:
            self.menus[outgoing.chat_id] = outgoing.menu or ""
        if outgoing.kind is Send.PIN and outgoing.target is not None:
            self.pinned[outgoing.chat_id] = outgoing.target
        if outgoing.kind is Send.UNPIN:
            self.pinned.pop(outgoing.chat_id, None)
        if outgoing.kind in (Send.MENU, Send.REACTION, Send.DELETE, Send.PIN, Send.UNPIN, Send.STOP_POLL):
            return
        buttons = {
            self._plain(outgoing.language, button.label): button.data or button.url or ""
            for row in outgoing.rows
            for button in row
        }
        if outgoing.kind is Send.EDIT and outgoing.target is not None:
            for sent in self.chats[outgoing.chat_id]:
                if sent.message_id == outgoing.target:
                    sent.buttons = buttons
                    if outgoing.text is not None:
                        sent.text = text
            return
        self._message_ids[outgoing.chat_id] += 1
        message_id = self._message_ids[outgoing.chat_id]
        self.chats[outgoing.chat_id].append(Sent(outgoing.chat_id, message_id, outgoing, text, buttons))
        if outgoing.case is not None:
            shows = outgoing.message if outgoing.purpose in SHOWING else None
            uow.links.add(Link(outgoing.chat_id, message_id, outgoing.case, outgoing.purpose, shows))
        if outgoing.prompt_for is not None:
            uow.dialogues.prompted(outgoing.prompt_for, message_id)

    def _render(self, outgoing: Outgoing) -> str:
        assert not (many := too_many(outgoing.rows)), f"too much to do below one message: {many}"
        rendered = {}
        for language in LANGUAGES:
            words = catalogue(language, "Asia/Shanghai")
            text = words.render(outgoing.text) if outgoing.text else ""
            for row in outgoing.rows:
                for button in row:
                    assert words.plain(button.label).strip()
                    assert button.url or (button.data and len(button.data.encode()) <= 64)
            assert "{" not in text, text
            rendered[language] = "\n".join(part for part in (text, outgoing.body) if part)
        return rendered[outgoing.language]

    def _plain(self, language: str, label: Text) -> str:
        return catalogue(language, "Asia/Shanghai").plain(label)

    def case(self, number: int) -> Any:
        with self.unit() as uow:
            return uow.cases.get(number)

    def of_newest_reply(self, data: str) -> str:
        """What the button below the newest reply says, where ``rate:1:attitude:3`` is that below the first; other data
        is as it was.
        """
        verb, *rest = data.split(":")
        case = self.case(int(rest[0])) if verb in ("rate", "check", "why") else None
        return cards.of_its_reply(case, data) if case is not None else data
