"""Whether the bot may do something in a chat, and Telegram's words when it may not."""

from typing import TYPE_CHECKING

from sandbox.errors import ApiError, bad_request, forbidden
from sandbox.model import PRESENT, Chat, ChatType, Message, Status, Topic, User, Wire

if TYPE_CHECKING:
    from sandbox.world import World

GENERAL_TOPIC = 1
NEEDED_PERMISSION = {
    "photo": ("can_send_photos", "photos"),
    "video": ("can_send_videos", "videos"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "video_note": ("can_send_video_notes", "video notes"),
    "audio": ("can_send_audios", "audios"),
    "document": ("can_send_documents", "documents"),
    "poll": ("can_send_polls", "polls"),
    "animation": ("can_send_other_messages", "animations"),
    "sticker": ("can_send_other_messages", "stickers"),
}


def chat(world: "World", chat_id: int | str) -> Chat:
    """The chat of that id or @username, or 400."""
    if isinstance(chat_id, str):
        name = chat_id.removeprefix("@").lower()
        found = next((c for c in world.chats.values() if c.username and c.username.lower() == name), None)
    else:
        found = world.chats.get(chat_id)
        if found is None and (user := world.users.get(chat_id)) is not None and not user.is_bot:
            found = world.private_chat(user)
    if found is None:
        raise bad_request("chat not found")
    return found


def readable(world: "World", chat_id: int | str) -> Chat:
    """The chat, if the bot may look at it."""
    found = chat(world, chat_id)
    if found.type not in (ChatType.PRIVATE, ChatType.GROUP):
        _check_membership(found, world.bot)
    return found


def inside(world: "World", chat_id: int | str) -> Chat:
    """The chat, if the bot may act in it."""
    found = chat(world, chat_id)
    if found.type is ChatType.PRIVATE:
        _check_private(found)
        return found
    if found.upgraded_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=found.upgraded_to.id)
    _check_membership(found, world.bot)
    return found


def writable(world: "World", chat_id: int | str, kind: str) -> Chat:
    """The chat, if the bot may send that kind of message there."""
    found = inside(world, chat_id)
    if found.is_group:
        permission, what = NEEDED_PERMISSION.get(kind, ("can_send_messages", "text messages"))
        if not allowed(found, world.bot, permission):
            raise bad_request(f"not enough rights to send {what} to the chat")
    return found


def allowed(found: Chat, user: User, permission: str) -> bool:
    """Whether someone has a permission or right in a group: by their standing, else by the group's defaults."""
    standing = found.member(user)
    match standing.status:
        case Status.CREATOR:
            return True
        case Status.ADMINISTRATOR:
            return standing.rights.get(permission, permission.startswith("can_send"))
        case Status.RESTRICTED:
            return standing.rights.get(permission, False) and found.permissions.get(permission, False)
        case Status.MEMBER:
            return found.permissions.get(permission, False)
    return False


def topic(found: Chat, thread_id: int | None) -> Topic | None:
    """The topic to write to; where there are no topics the number means nothing, as in Telegram."""
    if not thread_id:
        return None
    if found.is_forum:
        existing = found.topics.get(thread_id) if thread_id != GENERAL_TOPIC else None
        if existing is None:
            raise bad_request("message thread not found")
        if existing.closed and not allowed(found, found.world.bot, "can_manage_topics"):
            raise bad_request("TOPIC_CLOSED")
        return existing
    if found.type is ChatType.PRIVATE:
        raise bad_request("message thread not found")
    return None


def answered(found: Chat, reply: Wire | None) -> tuple[Message | None, Wire | None]:
    """The message that reply_parameters name, and the part of it that is quoted."""
    if reply is None:
        return None, None
    if reply.get("chat_id", found.id) != found.id:
        raise bad_request("the sandbox has no replies across chats")
    message = found.world.find(found, reply["message_id"])
    if message is None:
        if reply.get("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    quote = reply.get("quote")
    if not quote:
        return message, None
    if quote not in message.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message, {"text": quote, "position": message.text.index(quote), "is_manual": True}


def message(world: "World", found: Chat, message_id: int, purpose: str) -> Message:
    """A message that can be seen, or 400 naming what it was wanted for."""
    existing = world.find(found, message_id)
    if existing is None:
        raise bad_request(f"{purpose} not found")
    return existing


def _check_private(found: Chat) -> None:
    assert found.user is not None
    if found.user.deactivated:
        raise forbidden("user is deactivated")
    if found.blocked:
        raise forbidden("bot was blocked by the user")
    if not found.started:
        raise forbidden("bot can't initiate conversation with a user")


def _check_membership(found: Chat, bot: User) -> None:
    standing = found.member(bot).status
    if standing in PRESENT:
        return
    raise _outside(found, standing)


def _outside(found: Chat, standing: Status) -> ApiError:
    kind = "group" if found.type is ChatType.GROUP else found.type.value
    if standing is Status.KICKED:
        return forbidden(f"bot was kicked from the {kind} chat")
    return forbidden(f"bot is not a member of the {kind} chat")
