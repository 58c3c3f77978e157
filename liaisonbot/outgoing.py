"""What we owe, in our own words: rows of the outbox. ``handlers/courier.py`` turns each into one Bot API call.

Everything a row needs is in it, so that a restart changes nothing. What depends on earlier messages (the id of a
card to be edited) is looked up when the row's turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Any, Final, Self

from liaisonbot.errors import DeliveryError
from liaisonbot.model import Attachment
from liaisonbot.texts import Text

WAKE_UP: Final = "outbox"
"""The name of the wake-up for whoever delivers: it rings after a commit that promised something."""
LIMITS: Final = "limits"
"""The key of the one reminder of limits that waits for somebody at most."""
CARD: Final = "card"
"""The purpose of the messages that show how a case stands: the newest in a chat is edited when that changes."""
COURSE: Final = "course"
"""The same with what happened to it below: a card that somebody opened to read, and that keeps what they read."""
CARDS: Final = (CARD, COURSE)
REPLY: Final = "reply"
"""The purpose of the messages in which a formal reply is read: they are edited when it is corrected."""
RECEIPT: Final = "receipt"
"""The purpose of the messages that say of a case that it is there."""
ADDED: Final = "added"
"""The purpose of the messages that say of an author's words that they were added."""
EDITED: Final = "edited"
"""That of those which say how an edited message reads now: they are edited when it is edited again soon."""
SHOWING: Final = (REPLY, EDITED)
"""Of such a message it is known which one of the case can be read in it."""


class Priority(IntEnum):
    """Which chat is served first when many wait. Within a chat the order is always that of the promises."""

    URGENT = -1
    """Somebody may be in danger."""
    ANSWER = 0
    """To a button press or a command: somebody is looking at the screen."""
    CONVERSATION = 1
    NOTICE = 2
    ANNOUNCEMENT = 3


class Send(StrEnum):
    """Which kind of call a row becomes."""

    TEXT = "text"
    EDIT = "edit"
    """New text and buttons for a message of ours. ``target`` is its id, or ``card`` names it."""
    COPY = "copy"
    """A message of somebody else, its media included, without its origin (copyMessage, copyMessages)."""
    MEDIA = "media"
    """An attachment we know by file_id or details."""
    DOCUMENT = "document"
    """A file: a small one made from ``document`` (name and text content), or a stored one that ``file`` names."""
    CALLBACK = "callback"
    """Answer a button press: nothing, a toast, or an alert."""
    REACTION = "reaction"
    MENU = "menu"
    """The command menu of one chat (setMyCommands with the scope of that chat)."""
    DELETE = "delete"
    """Take back messages of ours: ``targets``."""
    PIN = "pin"
    """Pin a message of ours, without a sound: ``target``."""
    UNPIN = "unpin"
    POLL = "poll"
    """Telegram's own poll: ``poll``, with ``text`` as the words below its question. Which id Telegram gave it stands
    in the receipt."""
    STOP_POLL = "stop_poll"
    """Close a native poll of ours, other buttons or none below it: ``target``."""
    PHOTO = "photo"
    """A stored picture that ``file`` names, with ``text`` as its caption."""


MOST_BYTES: Final = 20 * 1024 * 1024
"""Of a file that we send. Telegram takes 50 MB from a bot; but a file goes through the database and through our memory,
of which we want to need little.
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of our own making (a document, a chart, a workbook), kept once for all who get it: ``uow.files``."""

    name: str
    media_type: str
    content: bytes
    maker: str | None = None
    """Where it is still to be made, the one of ``reports.MAKERS`` who does that from ``content``: long work waits for
    the file's turn, outside any unit of work."""


@dataclass(frozen=True, slots=True)
class NativePoll:
    """Telegram's own poll, not anonymous: who voted reaches us. Lengths are Telegram's (``liaisonbot/polls.py``)."""

    question: str
    options: tuple[str, ...]
    multiple: bool = False
    hidden: bool = False
    """Telegram shows no results before it is closed (``hide_results_until_closes``)."""
    ends_at: int | None = None
    """When Telegram ends it by itself, as a timestamp: 5 to 2,628,000 seconds ahead (``close_date``)."""

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(**{**raw, "options": tuple(raw["options"])})


@dataclass(frozen=True, slots=True)
class Due:
    """One of the limits a reminder is about: enough to say it by itself, and as a line among others."""

    case: int
    thing: str
    """What has the limit: of two rungs of one ladder that wait, only the later one is told."""
    claim: str
    """The key under which that rung of that limit is told once."""
    rung: str
    height: int
    """Of the rung: the higher ones come first."""
    text: Text
    """The whole sentence; a line has the same blanks."""

    def to_json(self) -> dict[str, Any]:
        return {**{name: getattr(self, name) for name in self.__dataclass_fields__}, "text": self.text.to_json()}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(**{**raw, "text": Text.from_json(raw["text"])})


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: a label, and either ``data`` (at most 64 bytes) or ``url``."""

    label: Text
    data: str | None = None
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label.to_json(), "data": self.data, "url": self.url}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(Text.from_json(raw["label"]), raw["data"], raw["url"])


Rows = Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One promise. Fields that do not concern its kind stay at their defaults."""

    kind: Send
    chat_id: int
    language: str = "zh"
    thread_id: int | None = None
    text: Text | None = None
    composed: str | None = None
    """Its words and buttons are made when its turn comes, and show what is so then: it begins with a name in
    ``composing.COMPOSE``."""
    body: str | None = None
    """Words somebody typed that stand below ``text``: shown whole, in further messages if they do not fit one."""
    rows: Rows = ()
    reply_to: int | None = None
    """Answer this message of the chat; sent without it should it be gone."""
    force_reply: bool = False
    """Ask Telegram to open the reply box: in groups a dialogue's answer reaches us only as a reply."""
    target: int | None = None
    targets: tuple[int, ...] = ()
    card: int | None = None
    """EDIT: the newest card of this case in this chat (link purpose ``card``), found when the turn comes. Where there
    is none, a row whose own purpose is ``card`` becomes a new one; any other is void."""
    copy_from: int | None = None
    copy_ids: tuple[int, ...] = ()
    attachment: Attachment | None = None
    document: tuple[str, str] | None = None
    file: int | None = None
    """DOCUMENT, PHOTO: the stored file, by its number; read when the row's turn comes."""
    content: StoredFile | None = None
    """That file, once it was read. It is never kept with the row."""
    callback_id: str | None = None
    alert: bool = False
    reaction: str | None = None
    poll: NativePoll | None = None
    menu: str | None = None
    """MENU: the roles whose commands the chat shows, joined by ``+``."""

    # What is done with how it went
    case: int | None = None
    """Sent messages become links to this case."""
    purpose: str = "notice"
    """The purpose of that link."""
    message: int | None = None
    """The case message (row id) this delivers; its delivery is noted there."""
    person: int | None = None
    """The author (person id) whom it tells: of several, each delivery is noted by itself."""
    acknowledge: tuple[int, int] | None = None
    """(chat, message) of whoever waits to hear that it arrived: gets a reaction, or the reason in words."""
    fallback: Outgoing | None = None
    """Goes out instead when nobody is there: the same words in the group. EDIT: when the message cannot be edited."""
    tell_if_gone: bool = False
    """When nobody is there and no fallback helps, the case's deputy and staff are told."""
    prompt_for: int | None = None
    """The dialogue that asks this; the sent message's id is noted as its prompt."""
    noted_as: tuple[str, int] | None = None
    """Who is told how it went, whichever way: a name in ``delivery.NOTED``, and the row it concerns. What cannot be
    sent stands in that row then, and is not set aside."""

    # When, and before whom
    priority: Priority = Priority.NOTICE
    not_before: datetime | None = None
    daytime: bool = False
    """A reminder: where its turn comes in quiet hours, after an outage or a restart, it waits for the morning."""
    silent: bool = False
    """It comes without a sound: nobody need look at once."""
    key: str | None = None
    """A later row with the same key and chat replaces this one while it still waits."""
    due: tuple[Due, ...] = ()
    """A reminder of limits: what it is about, so that others can join it, and what holds no longer is taken out."""

    # How far it got
    sent: tuple[int, ...] = ()
    """The messages it became before it was interrupted: it goes on after them, so that they are not repeated."""

    @property
    def at_once(self) -> bool:
        """Whether it can go out as it is, once its turn has come: nothing is to be looked up or waited for."""
        return self.card is None and self.not_before is None and self.file is None

    @property
    def lane(self) -> str:
        """Rows of one lane go out one after the other."""
        return f"callback:{self.callback_id}" if self.kind is Send.CALLBACK else f"chat:{self.chat_id}"

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the defaults; ``from_json`` gives an equal value back."""
        raw: dict[str, Any] = {}
        for name, default, value in zip(_NAMES, _DEFAULTS, _VALUES(self), strict=True):
            if value is default or value == default:
                continue
            encode = _ENCODE.get(name)
            raw[name] = value if encode is None else encode(value)
        return raw

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        return cls(**{name: _DECODE.get(name, _same)(value) for name, value in raw.items()})


def _same(value: Any) -> Any:
    return value


_NAMES = tuple(name for name in Outgoing.__dataclass_fields__ if name != "content")
_DEFAULTS = tuple(Outgoing.__dataclass_fields__[name].default for name in _NAMES)
"""By field; what has none is always written."""
_VALUES = attrgetter(*_NAMES)
_ENCODE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "kind": str,
    "priority": int,
    "text": lambda text: text.to_json(),
    "rows": lambda rows: [[button.to_json() for button in row] for row in rows],
    "attachment": asdict,
    "not_before": datetime.isoformat,
    "fallback": Outgoing.to_json,
    "poll": asdict,
    "due": lambda due: [each.to_json() for each in due],
}
_DECODE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "kind": Send,
    "priority": Priority,
    "text": Text.from_json,
    "rows": lambda rows: tuple(tuple(Button.from_json(button) for button in row) for row in rows),
    "attachment": lambda raw: Attachment(**raw),
    "not_before": datetime.fromisoformat,
    "fallback": Outgoing.from_json,
    "copy_ids": tuple,
    "document": tuple,
    "acknowledge": tuple,
    "sent": tuple,
    "targets": tuple,
    "noted_as": tuple,
    "poll": NativePoll.from_json,
    "due": lambda raw: tuple(Due.from_json(each) for each in raw),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """An outbox row whose turn has come, with what was looked up for it."""

    id: int
    outgoing: Outgoing
    attempts: int
    promised_at: datetime
    retry_at: datetime | None = None
    more: bool = False
    """Others may stand behind it in its lane that were not read."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """News of a lane: something that waits there is not owed any more, or says something else now. Whoever has read it
    before reads it again.
    """

    lane: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """How far a promise was kept: the messages it became (several for a long text or an album), and what stopped it."""

    message_ids: tuple[int, ...] = ()
    failure: DeliveryError | None = None
    """None: it was kept in full."""
    poll_id: str | None = None
    """Telegram's id of the native poll that was sent."""
    missing: int = 0
    """Parts of an album that were deleted before they could be copied: Telegram leaves them out without a word."""
