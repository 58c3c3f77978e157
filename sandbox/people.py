"""People in the sandbox: what they do in their Telegram clients, as methods. Used by tests, the page and the demo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sandbox import audience, balloting, contents, limits
from sandbox.errors import Impossible
from sandbox.methods.editing import react
from sandbox.methods.media import album_id
from sandbox.model import Button, CallbackQuery, Chat, ChatType, Message, Poll, Topic, User, Wire
from sandbox.rooms import Room
from sandbox.schema import Upload
from sandbox.world import ANONYMOUS_ADMIN, CHANNEL_BOT

if TYPE_CHECKING:
    from sandbox.world import World

QUERIES_KEPT = 10_000
WORDS = ("text", "entities", "caption", "caption_entities")
REPLACEABLE = ("photo", "video", "animation", "document", "audio")
"""In whose place a client puts another of them."""
ALBUMS_OF = {"photo": ("photo", "video"), "video": ("photo", "video"), "document": ("document",), "audio": ("audio",)}
"""What can stand in an album beside what."""
SAMPLE = b"a file made up by the sandbox"


def kind_of(mime: str) -> str:
    """How a client would send a file of that type."""
    return {"image/jpeg": "photo", "image/png": "photo", "image/webp": "photo", "video/mp4": "video"}.get(
        mime, "audio" if mime in ("audio/mpeg", "audio/mp4") else "voice" if mime.startswith("audio/") else "document"
    )


def in_parts(text: str) -> Iterator[str]:
    """A text as a client sends it: one too long for a message in several, broken between lines or words if possible."""
    text = text.strip()
    while len(text) > limits.TEXT:
        end = max(text.rfind(gap, limits.TEXT // 2, limits.TEXT) for gap in "\n ")
        part = text[: end if end > 0 else limits.TEXT]
        yield part
        text = text[len(part) :].strip()
    yield text


def button_with(message: Message, word: str) -> Button:
    """The button meant by a word: "满意" is the label "😀 满意" rather than "不满意"."""
    buttons = [button for row in message.buttons for button in row]
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    alone = re.compile(rf"\W*{re.escape(word)}\W*")
    found: list[Button] = []
    for pattern in (alone.fullmatch, whole.search, re.compile(re.escape(word)).search):
        found = [button for button in buttons if pattern(button.text)]
        if found:
            break
    if len(found) != 1:
        raise Impossible(f"{len(found)} buttons under {message} are meant by {word!r}; there are {message.labels}")
    return found[0]


@dataclass(eq=False)
class Person(User):
    """Somebody with a Telegram client. What a client would not let them do raises Impossible."""

    world: World = field(default=None, repr=False)  # type: ignore[assignment]  # set by the sandbox that makes them

    @property
    def chat(self) -> Room:
        """The private chat with the bot."""
        return self.world.private_chat(self)  # type: ignore[return-value]  # the sandbox makes rooms

    # Private chat

    def starts(self, payload: str | None = None) -> Message:
        """Press Start, with a link's payload if there is one; lifts a block, as Telegram's Restart does."""
        self.unblocks()
        return self.writes(self.chat, f"/start {payload}" if payload else "/start")

    def follows(self, url: str) -> Message:
        """Open a link to the bot (https://t.me/<bot>?start=…) and press Start."""
        parts = urlsplit(url)
        if parts.netloc not in ("t.me", "telegram.me") or parts.path.strip("/") != self.world.bot.username:
            raise Impossible(f"{url} does not lead to the bot")
        payloads = parse_qs(parts.query).get("start")
        return self.starts(payloads[0] if payloads else None)

    def blocks(self) -> None:
        """Stop the bot: it can no longer write, and hears of it."""
        self.world.block(self.chat, blocked=True)

    def unblocks(self) -> None:
        self.world.block(self.chat, blocked=False)

    def deactivates(self) -> None:
        """Delete the Telegram account."""
        self.deactivated = True
        self.world.feed.add("user", self)

    # Writing

    def says(self, text: str, **about: Any) -> Message:
        """Write to the bot in private."""
        return self.writes(self.chat, text, **about)

    def writes(self, chat: Chat, text: str, **about: Any) -> Message:
        """Write a text; ``reply_to`` a message, in a ``thread`` (topic), ``anonymously`` or ``as_channel``."""
        if len(text.strip()) > limits.TEXT:
            raise Impossible(f"a message takes {limits.TEXT} characters at most; clients send more in several")
        return self._posts(chat, "text", contents.text(text.strip()), **about)

    def sends_photo(self, chat: Chat, caption: str = "", *, data: bytes = SAMPLE, **about: Any) -> Message:
        return self._sends("photo", chat, caption, data, **about)

    def sends_video(self, chat: Chat, caption: str = "", *, data: bytes = SAMPLE, **about: Any) -> Message:
        return self._sends("video", chat, caption, data, **about)

    def sends_voice(self, chat: Chat, caption: str = "", *, data: bytes = SAMPLE, **about: Any) -> Message:
        return self._sends("voice", chat, caption, data, **about)

    def sends_audio(self, chat: Chat, caption: str = "", *, data: bytes = SAMPLE, **about: Any) -> Message:
        return self._sends("audio", chat, caption, data, **about)

    def sends_document(
        self, chat: Chat, caption: str = "", *, data: bytes = SAMPLE, name: str = "letter.pdf", **about: Any
    ) -> Message:
        return self._sends("document", chat, caption, data, name=name, **about)

    def sends_animation(self, chat: Chat, caption: str = "", *, data: bytes = SAMPLE, **about: Any) -> Message:
        return self._sends("animation", chat, caption, data, **about)

    def sends_video_note(self, chat: Chat, *, data: bytes = SAMPLE, **about: Any) -> Message:
        return self._sends("video_note", chat, "", data, **about)

    def sends_sticker(self, chat: Chat, *, data: bytes = SAMPLE, **about: Any) -> Message:
        return self._sends("sticker", chat, "", data, **about)

    def sends_album(self, chat: Chat, kinds: list[str], caption: str = "", **about: Any) -> list[Message]:
        """Several photos, videos, audios or documents in one go; the caption stands under the first."""
        album = album_id(self.world)
        captions = [caption] + [""] * (len(kinds) - 1)
        return [
            self._sends(kind, chat, words, SAMPLE, album=album, **about)
            for kind, words in zip(kinds, captions, strict=True)
        ]

    def sends_files(
        self, chat: Chat, uploads: list[Upload], caption: str = "", *, kind: str | None = None, **about: Any
    ) -> list[Message]:
        """Send files from outside, each as what its type says unless a kind is named; several make an album."""
        album = album_id(self.world) if len(uploads) > 1 else None
        captions = [caption] + [""] * (len(uploads) - 1)
        return [
            self._sends(
                kind or kind_of(upload.mime), chat, words, bytes(upload),
                name=upload.name, mime=upload.mime, album=album, **about,
            )
            for upload, words in zip(uploads, captions, strict=True)
        ]  # fmt: skip

    def sends_location(
        self, chat: Chat, latitude: float = 31.2304, longitude: float = 121.4737, **about: Any
    ) -> Message:
        return self._posts(chat, "location", contents.location(latitude, longitude), **about)

    def sends_venue(
        self,
        chat: Chat,
        title: str = "Park",
        address: str = "1 Long Road",
        at: tuple[float, float] = (31.2, 121.5),
        **about: Any,
    ) -> Message:
        return self._posts(chat, "venue", contents.venue(*at, title, address), **about)

    def sends_contact(self, chat: Chat, *, own: bool = True, phone: str = "", name: str = "", **about: Any) -> Message:
        """Share a phone number: one's own, or somebody else's."""
        if own:
            card = contents.contact(
                self.phone or f"+86138{self.id % 10**8:08}", self.first_name, self.last_name, self.id
            )
        else:
            card = contents.contact(phone or "+8613900000000", name or "Somebody")
        return self._posts(chat, "contact", card, **about)

    def sends_poll(self, chat: Chat, question: str, options: list[str], **about: Any) -> Message:
        """A poll of one's own, in which the bot does not hear of votes."""
        poll = Poll(f"user-{self.world.number('poll')}", question, options, by_bot=False)
        return self._posts(chat, "poll", {}, poll=poll, **about)

    def forwards(self, message: Message, chat: Chat) -> Message:
        """Forward a message, its origin shown."""
        origin = {"type": "user", "sender_user": (message.sender or self).wire, "date": message.date}
        return self._posts(
            chat, message.kind, dict(message.content), origin=message.origin or origin, poll=message.poll
        )

    # Acting on messages

    def edits(self, message: Message, text: str) -> Message:
        """Change the words of one's own message."""
        self._must_be_own(message)
        former = {k: v for k, v in message.content.items() if k not in WORDS}
        new = contents.text(text) if message.kind == "text" else contents.caption(text)
        self.world.acts += 1
        self.world.edit(message, former | new, markup=message.markup)
        return message

    def replaces(
        self,
        message: Message,
        kind: str = "photo",
        caption: str | None = None,
        *,
        data: bytes = SAMPLE,
        name: str = "",
        mime: str = "",
    ) -> Message:
        """Put another photo, video … in the place of the one in one's own message, or add one to words.

        The words stay as they are unless others are given.
        """
        self._must_be_own(message)
        if message.kind != "text" and message.kind not in REPLACEABLE:
            raise Impossible(f"what a {message.kind} holds cannot be replaced")
        if kind not in (ALBUMS_OF.get(message.kind, ()) if message.album else REPLACEABLE):
            raise Impossible(f"a {kind} cannot take the place of {message}")
        file = self.world.files.add(kind, data, name=name, mime=mime)
        words = message.text if caption is None else caption
        self.world.acts += 1
        self.world.edit(message, contents.media(file) | contents.caption(words), markup=message.markup, kind=kind)
        return message

    def deletes(self, message: Message) -> None:
        """Delete a message for everyone; Telegram tells bots nothing of it."""
        self.world.acts += 1
        self.world.delete(message)

    def reacts(self, message: Message, *emoji: str) -> None:
        """Put reactions on a message instead of those one had; none takes them back."""
        self._must_see(message.chat)
        self.world.acts += 1
        react(self.world, message, self.id, list(emoji))

    def presses(self, message: Message, word: str) -> CallbackQuery | str:
        """Press the one button whose label contains the word; a whole word counts before a part of one.

        A callback button returns the query, which shows the bot's answer when it comes; a link returns its address.
        """
        return self._press(message, button_with(message, word))

    def _press(self, message: Message, button: Button) -> CallbackQuery | str:
        self._must_see(message.chat)
        if button.callback_data is not None:
            return self.presses_data(message, button.callback_data)
        return button.url or button.copy_text or ""

    def presses_at(self, message: Message, row: int, column: int) -> CallbackQuery | str:
        """Press the button at that place; what comes back is as with `presses`."""
        return self._press(message, message.buttons[row][column])

    def presses_data(self, message: Message, data: str) -> CallbackQuery:
        """Send a callback query with any data, as a forged or outdated client could."""
        self._must_see(message.chat)
        world = self.world
        id = str(4_200_000_000_000_000_000 + world.number("query"))
        query = CallbackQuery(id, self, message, data, world.now())
        world.queries[id] = query
        world.acts += 1
        if len(world.queries) > QUERIES_KEPT:
            del world.queries[next(iter(world.queries))]
        world.feed.add("query", query)
        audience.tell_of_query(world, query)
        return query

    def taps(self, label: str) -> Message:
        """Tap a button of the reply keyboard in the private chat: sends its text, or the contact it asks for."""
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        buttons: list[Wire] = [b if isinstance(b, dict) else {"text": b} for row in rows for b in row]
        found = [button for button in buttons if label in button["text"]]
        if len(found) != 1:
            raise Impossible(f"{len(found)} keys of {[b['text'] for b in buttons]} contain {label!r}")
        if (self.chat.keyboard or {}).get("one_time_keyboard"):
            self.chat.keyboard = None
        if found[0].get("request_contact"):
            return self.sends_contact(self.chat)
        if found[0].get("request_location"):
            return self.sends_location(self.chat)
        return self.says(found[0]["text"])

    def votes(self, message: Message, options: list[int]) -> None:
        """Vote in a poll; an earlier vote is replaced. It can be one from before the group became a supergroup."""
        self._must_read(message.chat)
        if message.poll is None:
            raise Impossible(f"{message} is no poll")
        self.world.acts += 1
        balloting.vote(self.world, message.poll, self, options)

    def retracts(self, message: Message) -> None:
        """Take a vote back."""
        self.votes(message, [])

    # Groups

    def joins(self, group: Room) -> Message:
        return group.joins(self)

    def leaves(self, group: Room) -> Message:
        return group.leaves(self)

    # Seeing

    def sees(self, chat: Chat | None = None) -> list[str]:
        """What one reads in a chat (the private one if none is named), oldest first."""
        return [message.text or f"<{message.kind}>" for message in (chat or self.chat).messages]

    async def told(
        self,
        words: str,
        *,
        chat: Room | None = None,
        after: Message | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Message:
        """Wait until the bot has written those words in the chat; the newest such message, edits counted.

        As with `Room.next_message`, what one was given before does not answer what was done since. Raises
        AssertionError with the chat's last messages if it does not come.
        """
        return await (chat or self.chat).next_message(after=after, containing=words, by_bot=True, timeout=timeout)

    # Inside

    def _posts(
        self,
        chat: Chat,
        kind: str,
        content: Wire,
        *,
        reply_to: Message | None = None,
        thread: Topic | int | None = None,
        anonymously: bool = False,
        as_channel: Chat | None = None,
        **about: Any,
    ) -> Message:
        self._must_see(chat)
        self._open(chat)
        sender, sender_chat = self._shown_as(chat, anonymously, as_channel)
        topic = self._topic(chat, thread) or (reply_to.topic if reply_to is not None else None)
        return self.world.post(
            chat, kind, content, sender, sender_chat=sender_chat, reply_to=reply_to, topic=topic, **about
        )

    def _sends(
        self, kind: str, chat: Chat, caption: str, data: bytes, *, name: str = "", mime: str = "", **about: Any
    ) -> Message:
        self._must_see(chat)
        if len(caption) > limits.CAPTION:
            raise Impossible(f"a caption takes {limits.CAPTION} characters at most")
        file = self.world.files.add(kind, data, name=name, mime=mime)
        return self._posts(chat, kind, contents.media(file) | contents.caption(caption), **about)

    def _open(self, chat: Chat) -> None:
        if chat.type is not ChatType.PRIVATE:
            return
        if chat.blocked:
            raise Impossible(f"{self.name} has blocked the bot")
        if not chat.started:
            chat.started = True
            self.world.feed.add("chat", chat)

    def _must_read(self, chat: Chat) -> None:
        """Also the history of a former group: to vote Telegram's clients need no more (TDLib, set_poll_answer)."""
        while chat.upgraded_to is not None:
            chat = chat.upgraded_to
        self._must_see(chat)

    def _must_be_own(self, message: Message) -> None:
        if message.sender is not self:
            raise Impossible(f"{self.name} did not write {message}")

    def _must_see(self, chat: Chat) -> None:
        if chat.upgraded_to is not None:
            raise Impossible(f"{chat.title} has become a supergroup: use what upgrades() returned")
        if not audience.can_write(chat, self):
            raise Impossible(f"{self.name} is not in {chat.title or 'that private chat'}")

    def _shown_as(self, chat: Chat, anonymously: bool, channel: Chat | None) -> tuple[User | None, Chat | None]:
        if chat.type is ChatType.CHANNEL:
            return None, chat
        if channel is not None:
            return self.world.users[CHANNEL_BOT], channel
        if anonymously:
            return self.world.users[ANONYMOUS_ADMIN], chat
        return self, None

    @staticmethod
    def _topic(chat: Chat, thread: Topic | int | None) -> Topic | None:
        if thread is None or isinstance(thread, Topic):
            return thread
        if thread not in chat.topics:
            raise Impossible(f"{chat.title} has no topic {thread}")
        return chat.topics[thread]
