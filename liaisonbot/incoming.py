"""What reaches us, in our own words. ``handlers/inbound.py`` makes these; no Telegram type goes further."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from liaisonbot.model import Attachment

_CODE: Final = re.compile("[A-Za-z0-9_-]{1,64}")
"""What Telegram lets a link carry as ``?start=…``."""
WAKE_UP: Final = "inbox"
"""The name of the wake-up for whoever handles: it rings after a commit that put an update back."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. The id is Telegram's (64-bit)."""

    telegram_id: int
    username: str | None
    language_code: str | None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The chat something happened in."""

    chat_id: int
    type: str
    """``private``, ``group`` or ``supergroup``."""
    title: str | None = None
    thread_id: int | None = None
    """The topic of a forum, to be kept in every answer."""

    @property
    def private(self) -> bool:
        return self.type == "private"


class Belonging(StrEnum):
    """What Telegram said when it was asked whether somebody is in a group."""

    MEMBER = "member"
    STRANGER = "stranger"
    UNKNOWN = "unknown"
    """It did not answer."""


@dataclass(frozen=True, slots=True)
class QuotedMessage:
    """The message that somebody answered with Telegram's reply."""

    message_id: int
    sender: Sender | None
    """None for anonymous admins and channels."""
    from_us: bool
    text: str | None
    attachments: tuple[Attachment, ...] = ()
    media_group_id: str | None = None

    @property
    def can_be_kept(self) -> bool:
        """Whether there is something in it that a case can hold."""
        return bool(self.text or self.attachments)


@dataclass(frozen=True, slots=True)
class CommandCall:
    """``/name rest`` as typed, in a text or a caption. ``rest`` keeps its line breaks."""

    name: str
    rest: str
    to_us: bool = False
    """It names us: ``/name@ourbot``."""

    @property
    def words(self) -> str:
        """What somebody said with it; a link's code behind ``/start`` is nothing that was said."""
        return "" if self.name == "start" and _CODE.fullmatch(self.rest) else self.rest


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message, new or edited."""

    update_id: int
    place: Place
    sender: Sender | None
    """None when it was written anonymously (as the group, or as a channel)."""
    message_id: int
    sent_at: datetime
    text: str | None
    """Text or caption."""
    command: CommandCall | None = None
    mention: str | None = None
    """The words beside ``@ourbot`` in a group, when the message mentions us and is no command."""
    attachments: tuple[Attachment, ...] = ()
    media_group_id: str | None = None
    quoted: QuotedMessage | None = None
    unsupported: str | None = None
    """Telegram's name of a kind of content that a case cannot hold (poll, dice, story …)."""
    via_start_button: bool = False
    belongs: Belonging | None = None
    """To the groups of the ballot it opens; None where nobody had to ask."""
    touched: bool = True
    """Of an edited one: somebody edited it. A link's preview or a reaction makes Telegram say a message again, too."""

    @property
    def file(self) -> Attachment | None:
        """The photo, voice, document … it is: what stays the same unless somebody puts another in its place."""
        return next((each for each in self.attachments if each.file_id is not None), None)

    @property
    def own_contact(self) -> Attachment | None:
        """The sender's own contact card, which names their Telegram account."""
        sender = self.sender.telegram_id if self.sender is not None else None
        return next((each for each in self.attachments if sender is not None and each.shows_account(sender)), None)


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A button below one of our messages. ``data`` is what we once put there, or what somebody forged."""

    update_id: int
    callback_id: str
    sender: Sender
    place: Place | None
    """None when the message is too old for Telegram to say where it stands."""
    message_id: int | None
    data: str
    belongs: Belonging | None = None
    """To the groups of the ballot it is about; None where nobody had to ask."""


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """The bot's own standing in a chat changed."""

    update_id: int
    place: Place
    by: Sender | None
    present: bool
    """Whether the bot is in the chat now; in a private chat: whether it may write (not blocked)."""
    was_present: bool
    administrator: bool = False
    may_send: bool = True
    might_send: bool = True
    """Whether it might write there before."""
    may_send_media: bool = True
    reads_everything: bool = False
    """Privacy mode is off, or the bot is an administrator: it sees all messages of the group."""


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """A group became a supergroup."""

    update_id: int
    old_chat_id: int
    new_chat_id: int


@dataclass(frozen=True, slots=True)
class PollAnswer:
    """Somebody voted in a native poll of ours, changed their vote, or took it back (no options)."""

    update_id: int
    telegram_poll_id: str
    sender: Sender
    options: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PollShown:
    """A native poll of ours as Telegram has it now. Its counts are left out: ours count."""

    update_id: int
    telegram_poll_id: str
    options: int
    """So many there are to choose from."""
    ends_at: int | None
    """When Telegram ends it by itself, as a timestamp."""


Incoming = IncomingMessage | ButtonPress | MembershipChange | GroupMoved | PollAnswer | PollShown


@dataclass(frozen=True, slots=True)
class Bot:
    """Who we are on Telegram, from getMe."""

    id: int
    username: str
    reads_all_group_messages: bool = False

    def deep_link(self, payload: str) -> str:
        return f"https://t.me/{self.username}?start={payload}"
