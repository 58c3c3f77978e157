"""What the bot gets to hear: Telegram's privacy mode for groups, and the updates that follow from a message."""

from typing import TYPE_CHECKING

from sandbox import entities, wire
from sandbox.model import PRESENT, CallbackQuery, Chat, ChatType, Message, Status, User

if TYPE_CHECKING:
    from sandbox.world import World


def tell_of_message(world: "World", message: Message) -> None:
    if hears(world, message):
        kind = "channel_post" if message.chat.type is ChatType.CHANNEL else "message"
        world.updates.add(kind, wire.message(message), message.chat.id)


def tell_of_edit(world: "World", message: Message) -> None:
    if message.sender is not world.bot and hears(world, message):
        kind = "edited_channel_post" if message.chat.type is ChatType.CHANNEL else "edited_message"
        world.updates.add(kind, wire.message(message), message.chat.id)


def tell_of_reaction(world: "World", message: Message, user: User, old: list[str], new: list[str]) -> None:
    """Reactions reach administrators only; in a private chat the bot is as good as one."""
    chat = message.chat
    if chat.type is not ChatType.PRIVATE and chat.member(world.bot).status is not Status.ADMINISTRATOR:
        return
    update = {
        "chat": chat.wire,
        "message_id": message.id,
        "user": user.wire,
        "date": world.timestamp(),
        "old_reaction": wire.reactions(old),
        "new_reaction": wire.reactions(new),
    }
    world.updates.add("message_reaction", update, chat.id)


def hears(world: "World", message: Message) -> bool:
    """Whether the bot is told of a message in that chat."""
    chat = message.chat
    if chat.type is ChatType.PRIVATE:
        return not chat.blocked
    standing = chat.member(world.bot).status
    if message.kind == "left_chat_member" and message.content["left_chat_member"]["id"] == world.bot.id:
        return True
    if standing not in PRESENT:
        return False
    if not world.privacy or standing is Status.ADMINISTRATOR or chat.type is ChatType.CHANNEL:
        return True
    return _is_meant_for(world.bot, message)


def _is_meant_for(bot: User, message: Message) -> bool:
    """What gets through privacy mode: service messages, commands, answers to the bot, mentions of it."""
    if message.is_service:
        return True
    if message.reply_to is not None and message.reply_to.sender is bot:
        return True
    command = entities.command_of(message.text)
    if command is not None:
        return command[1] is None or command[1].lower() == str(bot.username).lower()
    return entities.mentions(message.text, message.entities, str(bot.username))


def can_write(chat: Chat, user: User) -> bool:
    """Whether Telegram would let the person write there."""
    if chat.type is ChatType.PRIVATE:
        return chat.user is user
    return chat.member(user).status in PRESENT


def tell_of_query(world: "World", query: CallbackQuery) -> None:
    world.updates.add("callback_query", wire.callback_query(query), query.message.chat.id)
