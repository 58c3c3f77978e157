"""The state of a small Telegram: who there is, what was said, and what the bot is yet to hear of it."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from liaisonbot.clock import MovableClock
from sandbox import access, audience, wire
from sandbox.errors import Impossible
from sandbox.feed import Feed
from sandbox.files import FileStore
from sandbox.model import CallbackQuery, Chat, ChatType, Member, Message, Poll, Status, Topic, User, Wire
from sandbox.updates import UpdateQueue
from sandbox.webhook import Webhook

ANONYMOUS_ADMIN = 1087968824
CHANNEL_BOT = 136817688
TELEGRAM = 777000
FIRST_USER = 5_000_000_001
FIRST_GROUP = -4_000_000_001
FIRST_SUPERGROUP = -1_002_000_000_001


class World:
    """Everything the sandbox knows. All changes go through here, so that the feed and the bot hear of them."""

    def __init__(
        self,
        *,
        bot: User,
        clock: MovableClock,
        first_update_id: int = 700_000_001,
        privacy: bool = True,
        history: int = 100_000,
        files: Path | None = None,
        make_user: Callable[..., User] = User,
        make_chat: Callable[..., Chat] = Chat,
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.privacy = privacy
        self.history = history
        self.patience = 5.0
        """Seconds in which nothing happens that those who wait for something let pass, unless they say otherwise."""
        self.at_work: Callable[[], bool] = lambda: False
        """Whether the bot is busy with something that is not to be seen here."""
        self.acts = 0
        """How often somebody other than the bot has done something, or the clock was moved."""
        self.given: dict[Message, tuple[int, int]] = {}
        """What those who waited were given: after how many acts it was last, and how many former versions it had."""
        self.make_user = make_user
        self.make_chat = make_chat
        self.files = FileStore(files)
        self.feed = Feed()
        self.updates = UpdateQueue(clock, first_update_id)
        self.webhook = Webhook(self.updates)
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.polls: dict[str, Poll] = {}
        self.poll_messages: dict[str, list[Message]] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.commands: dict[str, list[Wire]] = {}
        self.texts: dict[str, str] = {}
        self.menu_buttons: dict[int, Wire] = {}
        self.box_id = 0
        self._order: deque[Message] = deque()
        self.counters: dict[str, int] = {}
        self.skipped = 0
        """How far those go on that were not in use yet."""
        for service in (
            User(ANONYMOUS_ADMIN, "Group", username="GroupAnonymousBot", is_bot=True),
            User(CHANNEL_BOT, "Channel", username="Channel_Bot", is_bot=True),
            User(TELEGRAM, "Telegram"),
        ):
            self.users[service.id] = service

    # Time and numbers

    def now(self) -> datetime:
        return self.clock.now()

    def timestamp(self) -> int:
        return int(self.clock.now().timestamp())

    def number(self, what: str, first: int = 1) -> int:
        """The next number of its kind."""
        self.counters[what] = self.counters.get(what, first - 1 + self.skipped) + 1
        return self.counters[what]

    # People and chats

    def add_user(self, first_name: str, *, id: int | None = None, **about: Any) -> User:
        """A new person; an id that is taken is refused."""
        chosen = id if id is not None else self._free("user", FIRST_USER, 1, self.users)
        if chosen in self.users:
            raise Impossible(f"user id {chosen} is taken by {self.users[chosen].name}")
        user = self.make_user(id=chosen, first_name=first_name, **about)
        self.users[chosen] = user
        self.feed.add("user", user)
        return user

    def add_chat(self, type: ChatType, title: str, *, id: int | None = None, **about: Any) -> Chat:
        """A new group, supergroup or channel."""
        first = FIRST_GROUP if type is ChatType.GROUP else FIRST_SUPERGROUP
        chosen = id if id is not None else self._free(type.value, first, -1, self.chats)
        if chosen in self.chats:
            raise Impossible(f"chat id {chosen} is taken by {self.chats[chosen].title}")
        chat = self.make_chat(world=self, id=chosen, type=type, title=title, **about)
        if chat.is_group:
            chat.permissions = dict(wire.GROUP_DEFAULTS)
        if chat.is_forum:
            chat.last_id = access.GENERAL_TOPIC  # no topic of its own has that number
        self.chats[chosen] = chat
        self.feed.add("chat", chat)
        return chat

    def private_chat(self, user: User) -> Chat:
        """The person's chat with the bot; it exists before it is started, as in a search result."""
        chat = self.chats.get(user.id)
        if chat is None:
            chat = self.make_chat(world=self, id=user.id, type=ChatType.PRIVATE, user=user)
            self.chats[user.id] = chat
            self.feed.add("chat", chat)
        return chat

    def _free(self, what: str, first: int, step: int, taken: dict[int, Any]) -> int:
        candidate = first + step * (self.number(f"{what} id") - 1)
        while candidate in taken:
            candidate += step
        return candidate

    # Messages

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count for themselves; all other chats share the bot's one box."""
        if chat.type in (ChatType.SUPERGROUP, ChatType.CHANNEL):
            chat.last_id += 1
            return chat.last_id
        self.box_id += 1
        return self.box_id

    def post(self, chat: Chat, kind: str, content: Wire, sender: User | None, **about: Any) -> Message:
        """Put a message into the chat; the bot hears of it if it may."""
        message = Message(self.next_message_id(chat), chat, kind, content, self.timestamp(), sender, **about)
        self.remember(message)
        self.changed(message)
        if sender is not self.bot:
            self.acts += 1
            audience.tell_of_message(self, message)
        return message

    def serve(self, chat: Chat, kind: str, value: Any, by: User | None, **about: Any) -> Message:
        """A service message: somebody joined, a topic was made."""
        return self.post(chat, kind, {kind: value}, by, **about)

    def edit(
        self, message: Message, content: Wire, *, markup: Wire | None, kind: str | None = None, silently: bool = False
    ) -> None:
        """Give the message new content, of another ``kind`` if one is named; the former words are remembered."""
        if content != message.content:
            message.versions.append(message.text)
            message.content = content
            message.kind = kind or message.kind
        message.markup = markup
        message.edit_date = self.timestamp()
        self.changed(message)
        if not silently:
            audience.tell_of_edit(self, message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
        self.changed(message)

    def changed(self, message: Message) -> None:
        message.seq = self.feed.add("message", message)

    def find(self, chat: Chat, message_id: int) -> Message | None:
        """A message that is there and was not deleted."""
        message = chat.history.get(message_id)
        return None if message is None or message.deleted else message

    def remember(self, message: Message) -> None:
        """Keep the message in its chat's history; the oldest of all is forgotten when there are too many."""
        message.chat.history[message.id] = message
        self._order.append(message)
        if message.poll is not None:
            self.polls[message.poll.id] = message.poll
            self.poll_messages.setdefault(message.poll.id, []).append(message)
        if len(self._order) > self.history:
            self._forget(self._order.popleft())

    def _forget(self, oldest: Message) -> None:
        oldest.chat.history.pop(oldest.id, None)
        self.given.pop(oldest, None)
        oldest.reply_to = None  # else a long conversation of answers would be kept alive by its end
        if oldest.poll is not None:
            shown = self.poll_messages[oldest.poll.id]
            shown.remove(oldest)
            if not shown:
                del self.poll_messages[oldest.poll.id], self.polls[oldest.poll.id]

    # Membership

    def set_member(self, chat: Chat, user: User, new: Member, by: User) -> None:
        """Change somebody's standing; the bot hears of its own, and as an administrator of others' if it asked."""
        old = chat.member(user)
        chat.members[user.id] = new
        self.acts += by is not self.bot
        self.feed.add("chat", chat)
        change = wire.membership(chat, by, user, old, new, self.timestamp())
        if user is self.bot:
            self.updates.add("my_chat_member", change, chat.id)
        elif chat.member(self.bot).status is Status.ADMINISTRATOR:
            self.updates.add("chat_member", change, chat.id)

    def block(self, chat: Chat, *, blocked: bool) -> None:
        """The person of a private chat blocks the bot, or lets it write again."""
        if chat.blocked == blocked or chat.user is None:
            return
        old, new = Member(Status.MEMBER), Member(Status.KICKED)
        if not blocked:
            old, new = new, old
        chat.blocked = blocked
        self.acts += 1
        self.feed.add("chat", chat)
        change = wire.membership(chat, chat.user, self.bot, old, new, self.timestamp())
        self.updates.add("my_chat_member", change, chat.id)

    # Topics

    def add_topic(self, chat: Chat, name: str, by: User, icon_color: int = 0x6FB9F0) -> Topic:
        topic = Topic(0, name, icon_color)
        value = {"name": name, "icon_color": icon_color}
        topic.id = chat.last_id + 1
        topic.created = self.serve(chat, "forum_topic_created", value, by, topic=topic)
        chat.topics[topic.id] = topic
        return topic
