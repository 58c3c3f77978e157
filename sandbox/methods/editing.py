"""Editing, deleting, pinning and reacting to messages that are there."""

from sandbox import access, audience, keyboards, limits
from sandbox.errors import bad_request
from sandbox.methods import Params, serves
from sandbox.methods.media import input_media
from sandbox.methods.sending import caption_content, text_content
from sandbox.model import Chat, ChatType, Message, Wire
from sandbox.wire import message as message_wire
from sandbox.world import World

CAPTIONABLE = frozenset({"photo", "video", "voice", "audio", "document", "animation"})
CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@serves("editMessageText")
def edit_message_text(world: World, p: Params) -> Wire:
    message = _own(world, p)
    if "text" not in p:
        raise bad_request("message text is empty")
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, text_content(world, p), p)


@serves("editMessageCaption")
def edit_message_caption(world: World, p: Params) -> Wire:
    message = _own(world, p)
    if message.kind not in CAPTIONABLE:
        raise bad_request("there is no caption in the message to edit")
    content = {key: value for key, value in message.content.items() if key not in CAPTION_FIELDS}
    return _edit(world, message, content | caption_content(world, p), p)


@serves("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, p: Params) -> Wire:
    message = _own(world, p)
    return _edit(world, message, message.content, p)


@serves("editMessageMedia")
def edit_message_media(world: World, p: Params) -> Wire:
    message = _own(world, p)
    if message.kind != "text" and message.kind not in CAPTIONABLE:
        raise bad_request("message can't be edited")
    kind, content = input_media(world, p["media"], p.uploads)
    if message.album and kind not in ("photo", "video") and kind != message.kind:
        raise bad_request("can't use the media of the specified type in the album")
    message.kind = kind
    return _edit(world, message, content, p)


def _own(world: World, p: Wire) -> Message:
    """The bot's message that is to be edited."""
    if "inline_message_id" in p:
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in p or "message_id" not in p:
        raise bad_request("message identifier is not specified")
    chat = access.inside(world, p["chat_id"])
    message = access.message(world, chat, p["message_id"], "message to edit")
    if message.sender is not world.bot or message.is_service or message.origin is not None:
        raise bad_request("message can't be edited")
    return message


def _edit(world: World, message: Message, content: Wire, p: Wire) -> Wire:
    markup, other = keyboards.check(p.get("reply_markup"))
    if other is not None:
        raise bad_request("inline keyboard expected")
    if content == message.content and markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    world.edit(message, content, markup=markup)
    return message_wire(message)


@serves("deleteMessage")
def delete_message(world: World, p: Params) -> bool:
    chat = access.inside(world, p["chat_id"])
    message = access.message(world, chat, p["message_id"], "message to delete")
    if not _deletable(world, chat, message):
        raise bad_request("message can't be deleted for everyone")
    world.delete(message)
    return True


@serves("deleteMessages")
def delete_messages(world: World, p: Params) -> bool:
    chat = access.inside(world, p["chat_id"])
    for message_id in p["message_ids"]:
        message = world.find(chat, message_id)
        if message is not None and _deletable(world, chat, message):
            world.delete(message)
    return True


def _deletable(world: World, chat: Chat, message: Message) -> bool:
    """Others' messages in groups need the right; everything else goes within two days."""
    young = world.timestamp() - message.date < limits.DELETION_WINDOW.total_seconds()
    if chat.type is ChatType.PRIVATE or message.sender is world.bot:
        return young
    return access.allowed(chat, world.bot, "can_delete_messages")


@serves("pinChatMessage")
def pin_chat_message(world: World, p: Params) -> bool:
    chat = _pinnable(world, p)
    message = access.message(world, chat, p["message_id"], "message to pin")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    world.feed.add("chat", chat)
    world.serve(chat, "pinned_message", message_wire(message, with_reply=False), world.bot, topic=message.topic)
    return True


@serves("unpinChatMessage")
def unpin_chat_message(world: World, p: Params) -> bool:
    chat = _pinnable(world, p)
    message_id = p.get("message_id", chat.pinned[-1] if chat.pinned else None)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    world.feed.add("chat", chat)
    return True


@serves("unpinAllChatMessages")
def unpin_all_chat_messages(world: World, p: Params) -> bool:
    chat = _pinnable(world, p)
    chat.pinned.clear()
    world.feed.add("chat", chat)
    return True


def _pinnable(world: World, p: Wire) -> Chat:
    chat = access.inside(world, p["chat_id"])
    if chat.is_group and not access.allowed(chat, world.bot, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@serves("setMessageReaction")
def set_message_reaction(world: World, p: Params) -> bool:
    chat = access.inside(world, p["chat_id"])
    message = access.message(world, chat, p["message_id"], "message to react")
    if message.is_service:
        raise bad_request("message can't be reacted")
    if len(p.get("reaction", [])) > limits.BOT_REACTIONS:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(reaction["type"] != "emoji" for reaction in p.get("reaction", [])):
        raise bad_request("REACTION_INVALID")
    react(world, message, world.bot.id, [reaction["emoji"] for reaction in p.get("reaction", [])])
    return True


def react(world: World, message: Message, user_id: int, emoji: list[str]) -> None:
    """Set somebody's reactions to a message; the bot hears of people's if it may."""
    old = message.reactions.pop(user_id, [])
    if emoji:
        message.reactions[user_id] = emoji
    world.changed(message)
    if user_id != world.bot.id:
        audience.tell_of_reaction(world, message, world.users[user_id], old, emoji)
