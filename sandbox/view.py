"""How the world looks to a page: JSON about people, chats, messages and changes. Unlike `wire`, this is for people."""

from typing import TYPE_CHECKING, Any

from liaisonbot.clock import MovableClock
from sandbox import wire
from sandbox.feed import Change
from sandbox.model import Call, CallbackQuery, Chat, Message, Status, User, Wire
from sandbox.world import ANONYMOUS_ADMIN, CHANNEL_BOT, TELEGRAM

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox


def state(sandbox: "Sandbox", since: int = 0) -> Wire:
    """Users, chats, and the messages changed after ``since`` (deleted ones only if something was seen before)."""
    world = sandbox.world
    messages = (m for c in world.chats.values() for m in c.history.values() if m.seq > since or not since)
    return {
        "seq": world.feed.seq,
        "scene": sandbox.scene,
        "now": world.now().isoformat(),
        "bot": user(world.bot),
        "users": [user(someone) for someone in world.users.values() if not is_service(someone) and not someone.is_bot],
        "chats": [chat(one) for one in world.chats.values()],
        "messages": [message(one) for one in messages if since or not one.deleted],
        "commands": world.commands,
        "pending_updates": len(world.updates.pending),
    }


def is_service(someone: User) -> bool:
    """Whether this is one of Telegram's own accounts."""
    return someone.id in (ANONYMOUS_ADMIN, CHANNEL_BOT, TELEGRAM)


def user(someone: User) -> Wire:
    return someone.wire | {"name": someone.name, "deactivated": someone.deactivated}


def chat(shown: Chat) -> Wire:
    members = [id for id, member in shown.members.items() if member.status not in (Status.LEFT, Status.KICKED)]
    return shown.wire | {
        "title": shown.title or shown.wire.get("first_name", ""),
        "members": members or ([shown.user.id, shown.world.bot.id] if shown.user else []),
        "started": shown.started,
        "blocked": shown.blocked,
        "topics": [topic.wire | {"closed": topic.closed} for topic in shown.topics.values()],
        "pinned": shown.pinned,
        "keyboard": shown.keyboard,
        "upgraded_to": shown.upgraded_to.id if shown.upgraded_to else None,
    }


def message(shown: Message) -> Wire:
    """The Bot API's Message with what only clients see: reactions, earlier words, votes."""
    seq = {"seq": shown.seq, "chat_id": shown.chat.id}
    if shown.deleted:
        return seq | {"message_id": shown.id, "deleted": True}
    return wire.message(shown) | seq | {
        "kind": shown.kind,
        "by_bot": shown.by_bot,
        "reactions": [{"user": id, "emoji": emoji} for id, emoji in shown.reactions.items()],
        "versions": shown.versions,
        "hides_votes": bool(shown.poll and shown.poll.hidden and not shown.poll.closed),
        "votes": [{"user": id, "options": chosen} for id, chosen in shown.poll.votes.items()] if shown.poll else [],
        "reply_to_id": shown.reply_to.id if shown.reply_to else None,
    }  # fmt: skip


def query(pressed: CallbackQuery) -> Wire:
    return {
        "id": pressed.id,
        "user": pressed.user.id,
        "chat_id": pressed.message.chat.id,
        "message_id": pressed.message.id,
        "answered": pressed.answered,
        "text": pressed.answer,
        "alert": pressed.alert,
        "url": pressed.url,
    }


def call(made: Call) -> Wire:
    params = {key: f"<{len(v)} bytes>" if isinstance(v, bytes) else v for key, v in made.params.items()}
    return {"method": made.method, "at": made.at.isoformat(), "params": params, "error": made.error}


def change(sandbox: "Sandbox", noted: Change) -> Wire:
    """A change as an event: its kind, and the record as it is now."""
    return {"seq": noted.seq, "kind": noted.kind, "value": _value(sandbox, noted.subject)}


def _value(sandbox: "Sandbox", subject: Any) -> Any:
    match subject:
        case Message():
            return message(subject)
        case Chat():
            return chat(subject)
        case CallbackQuery():
            return query(subject)
        case MovableClock():
            return {"now": subject.now().isoformat()}
        case User() if subject is sandbox.bot:
            return {"commands": sandbox.world.commands}
        case User():
            return user(subject)
        case dict():
            return subject
        case (Chat() as where, str() as what):
            return {"chat_id": where.id, "action": what}
    return None
