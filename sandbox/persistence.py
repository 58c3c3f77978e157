"""The world as one JSON file, so that a demo goes on where it ended. Files lie beside it, in a folder of their own."""

import json
import os
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.files import File
from sandbox.model import Chat, ChatType, Member, Message, Poll, Status, Topic, Wire
from sandbox.updates import Pending
from sandbox.webhook import Settings
from sandbox.world import World

FORMAT = 1
SKIPPED = 1_000
"""How far all numbers go on where the sandbox was cut off: more than were given between two savings."""
USER_FIELDS = ("id", "first_name", "last_name", "username", "language_code", "phone", "is_bot", "deactivated")
CHAT_FIELDS = (
    "id", "title", "username", "is_forum", "started", "blocked", "permissions", "pinned", "keyboard", "last_id",
)  # fmt: skip
MESSAGE_FIELDS = (
    "id", "kind", "content", "date", "quote", "markup", "album", "origin", "protected", "automatic_forward",
    "edit_date", "versions", "deleted", "seq",
)  # fmt: skip
POLL_FIELDS = (
    "id", "question", "options", "anonymous", "multiple", "revoting", "type", "closed", "hidden", "extra", "close_date",
    "by_bot",
)  # fmt: skip
WORLD_FIELDS = ("box_id", "counters", "commands", "texts")


class UnreadableState(Exception):
    """The state file is not one of ours."""


def files_folder(path: Path) -> Path:
    """Where the files lie that belong to a state file."""
    return path.with_name(path.name + ".files")


def save(world: World, path: Path) -> None:
    """Keep a world in which nothing happens any more."""
    write(path, dump(world, at_rest=True))


def write(path: Path, text: str) -> None:
    """Put the text in the file's place in one step, so that a crash leaves the old or the new, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def dump(world: World, *, at_rest: bool = False) -> str:
    """The world as text. While it is not ``at_rest``, more may have happened than stands there."""
    state = {
        "format": FORMAT,
        "at_rest": at_rest,
        "clock_ahead": world.clock.ahead.total_seconds(),
        "seq": world.feed.seq,
        **{name: getattr(world, name) for name in WORLD_FIELDS},
        "skipped": world.skipped,
        "menu_buttons": list(world.menu_buttons.items()),
        "users": [_fields(user, USER_FIELDS) for user in world.users.values()],
        "polls": [_fields(p, POLL_FIELDS) | {"votes": list(p.votes.items())} for p in world.polls.values()],
        "chats": [_chat(chat) for chat in world.chats.values()],
        "files": [asdict(file) for file in world.files.by_id.values()],
        "last_file": world.files.last,
        "updates": _updates(world),
    }
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))


def load(world: World, path: Path) -> None:
    """Put what was saved into a fresh world; nothing if there is no such file yet."""
    if not path.exists():
        return
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        known = state["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as exc:
        raise UnreadableState(f"{path} is not a sandbox's state") from exc
    if not known:
        raise UnreadableState(f"{path} was written by another version of the sandbox")
    try:
        _restore(world, state)
    except (LookupError, TypeError, ValueError) as exc:
        raise UnreadableState(f"{path} is damaged") from exc


async def resume(world: World) -> None:
    """Take up again what needs a running loop: the webhook that was set."""
    settings = world.webhook.settings
    if settings.url:
        await world.webhook.set(settings.url, settings.secret, settings.max_connections)


def _fields(record: Any, names: tuple[str, ...]) -> Wire:
    return {name: getattr(record, name) for name in names}


def _chat(chat: Chat) -> Wire:
    return _fields(chat, CHAT_FIELDS) | {
        "type": chat.type.value,
        "user": chat.user.id if chat.user else None,
        "upgraded_to": chat.upgraded_to.id if chat.upgraded_to else None,
        "members": [[id, m.status.value, m.rights, m.anonymous, m.title] for id, m in chat.members.items()],
        "topics": [[t.id, t.name, t.icon_color, t.closed] for t in chat.topics.values()],
        "messages": [_message(message) for message in chat.history.values()],
    }


def _message(message: Message) -> Wire:
    return _fields(message, MESSAGE_FIELDS) | {
        "sender": message.sender.id if message.sender else None,
        "sender_chat": message.sender_chat.id if message.sender_chat else None,
        "reply_to": message.reply_to.id if message.reply_to else None,
        "topic": message.topic.id if message.topic else None,
        "poll": message.poll.id if message.poll else None,
        "reactions": list(message.reactions.items()),
    }


def _updates(world: World) -> Wire:
    queue, webhook = world.updates, world.webhook.settings
    return {
        "next_id": queue.next_id,
        "allowed": sorted(queue.allowed),
        "webhook": [webhook.url, webhook.secret, webhook.max_connections],
        "pending": [[u.id, u.kind, u.text, u.key, u.expires.isoformat()] for u in queue.pending.values()],
    }


def _restore(world: World, state: Wire) -> None:
    world.clock.move(timedelta(seconds=state["clock_ahead"]) - world.clock.ahead)
    world.feed.seq = state["seq"]
    for name in WORLD_FIELDS:
        setattr(world, name, state[name])
    world.skipped = state.get("skipped", 0)
    world.menu_buttons = dict(state["menu_buttons"])
    for user in state["users"]:
        _restore_user(world, user)
    world.polls = {p["id"]: Poll(**p | {"votes": dict(p["votes"])}) for p in state["polls"]}
    for file in state["files"]:
        world.files.put(File(**file))
    world.files.last = max(world.files.last, state.get("last_file", 0))
    for chat in state["chats"]:
        world.chats[chat["id"]] = _restored_chat(world, chat)
    for chat in state["chats"]:
        _restore_contents(world, world.chats[chat["id"]], chat)
    for message in sorted((m for c in world.chats.values() for m in c.history.values()), key=lambda m: m.seq):
        world.remember(message)
    _restore_updates(world, state["updates"])
    if not state.get("at_rest"):
        _skip_numbers(world)


def _skip_numbers(world: World) -> None:
    """A bot has seen what happened after the last saving: under the same number nothing new may come."""
    world.updates.next_id += SKIPPED
    world.box_id += SKIPPED
    world.files.last += SKIPPED
    for name in world.counters:
        world.counters[name] += SKIPPED
    world.skipped += SKIPPED
    for chat in world.chats.values():
        chat.last_id += SKIPPED


def _restore_user(world: World, about: Wire) -> None:
    if about["id"] not in world.users:  # the bot and Telegram's own accounts are there already
        world.users[about["id"]] = world.make_user(**about)


def _restored_chat(world: World, about: Wire) -> Chat:
    chat = world.make_chat(
        world=world,
        type=ChatType(about["type"]),
        user=world.users[about["user"]] if about["user"] else None,
        **{name: about[name] for name in CHAT_FIELDS},
    )
    for id, status, rights, anonymous, title in about["members"]:
        chat.members[id] = Member(Status(status), rights, anonymous, title)
    for id, name, icon_color, closed in about["topics"]:
        chat.topics[id] = Topic(id, name, icon_color, closed=closed)
    return chat


def _restore_contents(world: World, chat: Chat, about: Wire) -> None:
    chat.upgraded_to = world.chats.get(about["upgraded_to"])
    for saved in about["messages"]:
        message = Message(
            chat=chat,
            sender=world.users.get(saved["sender"]),
            sender_chat=world.chats.get(saved["sender_chat"]),
            reply_to=chat.history.get(saved["reply_to"]),
            topic=chat.topics.get(saved["topic"]),
            poll=world.polls.get(saved["poll"]),
            reactions=dict(saved["reactions"]),
            **{name: saved[name] for name in MESSAGE_FIELDS},
        )
        chat.history[message.id] = message
    for topic in chat.topics.values():
        topic.created = chat.history.get(topic.id)


def _restore_updates(world: World, about: Wire) -> None:
    queue = world.updates
    queue.next_id = max(queue.next_id, about["next_id"])
    queue.allowed = frozenset(about["allowed"])
    world.webhook.settings = Settings(*about["webhook"])
    for id, kind, text, key, expires in about["pending"]:
        queue.pending[id] = Pending(id, kind, text, key, datetime.fromisoformat(expires))
