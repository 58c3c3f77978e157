"""What there is in the sandbox: people, chats, messages, polls, files. Plain records; what can be done is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world import World

Wire = dict[str, Any]

SERVICE_KINDS = frozenset(
    [
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "group_chat_created",
        "supergroup_chat_created",
        "pinned_message",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
    ]
)


class ChatType(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Status(StrEnum):
    """How someone stands to a chat."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


PRESENT = frozenset({Status.CREATOR, Status.ADMINISTRATOR, Status.MEMBER, Status.RESTRICTED})


@dataclass(eq=False)
class User:
    """Somebody with a Telegram account, or a bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    language_code: str | None = None
    phone: str = ""
    is_bot: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def wire(self) -> Wire:
        """The Bot API's User."""
        wire: Wire = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.last_name:
            wire["last_name"] = self.last_name
        if self.username:
            wire["username"] = self.username
        if self.language_code:
            wire["language_code"] = self.language_code
        return wire


@dataclass(slots=True)
class Member:
    """Somebody's standing in a group, with an administrator's rights or a restricted member's permissions."""

    status: Status
    rights: dict[str, bool] = field(default_factory=dict)
    anonymous: bool = False
    title: str = ""


@dataclass(slots=True)
class Topic:
    """A forum's topic; its id is that of the message which created it."""

    id: int
    name: str
    icon_color: int
    created: Message | None = None
    closed: bool = False
    icon_custom_emoji_id: str = ""

    @property
    def wire(self) -> Wire:
        wire: Wire = {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}
        return wire | ({"icon_custom_emoji_id": self.icon_custom_emoji_id} if self.icon_custom_emoji_id else {})


@dataclass(eq=False)
class Chat:
    """A private chat with the bot, a group, or a channel, and what was said in it as far as it is remembered."""

    world: World = field(repr=False)
    id: int
    type: ChatType
    title: str = ""
    username: str | None = None
    user: User | None = None
    is_forum: bool = False
    started: bool = False
    blocked: bool = False
    permissions: dict[str, bool] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    topics: dict[int, Topic] = field(default_factory=dict, repr=False)
    history: dict[int, Message] = field(default_factory=dict, repr=False)
    pinned: list[int] = field(default_factory=list)
    keyboard: Wire | None = field(default=None, repr=False)
    upgraded_to: Chat | None = field(default=None, repr=False)
    last_id: int = 0

    @property
    def is_group(self) -> bool:
        return self.type in (ChatType.GROUP, ChatType.SUPERGROUP)

    @property
    def wire(self) -> Wire:
        """The Bot API's Chat."""
        wire: Wire = {"id": self.id, "type": self.type.value}
        if self.user is not None:
            wire["first_name"] = self.user.first_name
            if self.user.last_name:
                wire["last_name"] = self.user.last_name
            if self.user.username:
                wire["username"] = self.user.username
            return wire
        wire["title"] = self.title
        if self.username:
            wire["username"] = self.username
        if self.is_forum:
            wire["is_forum"] = True
        return wire

    def member(self, user: User) -> Member:
        """The user's standing; strangers have left."""
        return self.members.get(user.id) or Member(Status.LEFT)

    @property
    def messages(self) -> list[Message]:
        """What can be read in the chat now, oldest first; deleted messages are gone."""
        return [message for message in self.history.values() if not message.deleted]

    @property
    def last(self) -> Message | None:
        """The newest message that can be read."""
        return next((message for message in reversed(self.history.values()) if not message.deleted), None)


@dataclass(slots=True, frozen=True)
class Button:
    """One button under a message."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    copy_text: str | None = None

    @classmethod
    def of(cls, wire: Wire) -> Button:
        return cls(wire["text"], wire.get("callback_data"), wire.get("url"), wire.get("copy_text", {}).get("text"))


@dataclass(eq=False, slots=True)
class Message:
    """A message in a chat. ``content`` is the part of the Bot API's Message that says what is in it."""

    id: int
    chat: Chat
    kind: str
    content: Wire
    date: int
    sender: User | None = None
    sender_chat: Chat | None = None
    reply_to: Message | None = field(default=None, repr=False)
    quote: Wire | None = None
    topic: Topic | None = None
    markup: Wire | None = None
    poll: Poll | None = None
    album: str | None = None
    origin: Wire | None = None
    protected: bool = False
    automatic_forward: bool = False
    edit_date: int | None = None
    versions: list[str] = field(default_factory=list)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    deleted: bool = False
    seq: int = 0

    @property
    def text(self) -> str:
        """What is written in it: the text, the caption, or a poll's question; empty if nothing is."""
        return self.content.get("text") or self.content.get("caption") or (self.poll.question if self.poll else "")

    @property
    def caption(self) -> str:
        return str(self.content.get("caption", ""))

    @property
    def entities(self) -> list[Wire]:
        return self.content.get("entities") or self.content.get("caption_entities") or []

    @property
    def file_id(self) -> str | None:
        """The file in it, if there is one; of a photo the largest size."""
        media = self.content.get(self.kind)
        if isinstance(media, list):
            media = media[-1]
        return media.get("file_id") if isinstance(media, dict) else None

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline keyboard, row by row."""
        rows = self.markup["inline_keyboard"] if self.markup else []
        return [[Button.of(button) for button in row] for row in rows]

    @property
    def labels(self) -> list[str]:
        """What the buttons say, in reading order."""
        return [button.text for row in self.buttons for button in row]

    @property
    def thread_id(self) -> int | None:
        return self.topic.id if self.topic else None

    @property
    def is_service(self) -> bool:
        return self.kind in SERVICE_KINDS

    @property
    def by_bot(self) -> bool:
        return self.sender is self.chat.world.bot and self.sender_chat is None

    def __str__(self) -> str:
        who = self.sender_chat.title if self.sender_chat else self.sender.name if self.sender else "channel"
        what = self.text or f"<{self.kind}>"
        return f"#{self.id} {who}: {what}" + (f"  [{' | '.join(self.labels)}]" if self.markup else "")


@dataclass(eq=False, slots=True)
class Poll:
    """A native poll and the votes cast in it, by person."""

    id: str
    question: str
    options: list[str]
    anonymous: bool = True
    multiple: bool = False
    revoting: bool = True
    type: str = "regular"
    closed: bool = False
    hidden: bool = False
    """Results are shown only once it is closed."""
    extra: Wire = field(default_factory=dict)
    close_date: int | None = None
    by_bot: bool = True
    votes: dict[int, list[int]] = field(default_factory=dict)

    def count(self, option: int) -> int:
        return sum(option in chosen for chosen in self.votes.values())

    @property
    def wire(self) -> Wire:
        """The Bot API's Poll."""
        wire: Wire = {
            "id": self.id,
            "question": self.question,
            "options": [
                {"persistent_id": str(index), "text": text, "voter_count": self.count(index)}
                for index, text in enumerate(self.options)
            ],
            "total_voter_count": len(self.votes),
            "is_closed": self.closed,
            "is_anonymous": self.anonymous,
            "type": self.type,
            "allows_multiple_answers": self.multiple,
            "allows_revoting": self.revoting,
            "members_only": False,
            **self.extra,
        }
        if self.close_date is not None:
            wire["close_date"] = self.close_date
        return wire


@dataclass(eq=False, slots=True)
class CallbackQuery:
    """A press on a button that waits for the bot's answer."""

    id: str
    user: User
    message: Message
    data: str
    at: datetime
    answered: bool = False
    answer: str = ""
    alert: bool = False
    url: str = ""


@dataclass(slots=True)
class Call:
    """One call of the bot, as it was asked and answered: what the tests look at."""

    method: str
    params: Wire
    at: datetime
    result: Any = None
    error: str | None = None
    chat_id: int | None = None
