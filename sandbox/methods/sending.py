"""Messages without files: text, places, contacts, and the road all sent messages take."""

from typing import Any

from sandbox import access, contents, keyboards, limits, markup
from sandbox.entities import Entity
from sandbox.errors import bad_request
from sandbox.methods import Params, serves
from sandbox.model import Chat, Message, Poll, Wire
from sandbox.wire import message as message_wire
from sandbox.world import World


def send(world: World, p: Wire, kind: str, content: Wire, *, poll: Poll | None = None, **about: Any) -> Message:
    """Post a message of the bot as the common parameters say: chat, topic, reply, keyboard."""
    chat = access.writable(world, p["chat_id"], kind)
    return post(world, chat, p, kind, content, poll=poll, **about)


def post(world: World, chat: Chat, p: Wire, kind: str, content: Wire, **about: Any) -> Message:
    """The same for a chat that was checked already."""
    topic = access.topic(chat, p.get("message_thread_id"))
    reply_to, quote = access.answered(chat, p.get("reply_parameters"))
    inline, other = keyboards.check(p.get("reply_markup"))
    if topic is None and reply_to is not None and reply_to.topic is not None:
        topic = access.topic(chat, reply_to.topic.id)
    if p.get("protect_content"):
        about["protected"] = True
    message = world.post(
        chat, kind, content, world.bot, topic=topic, reply_to=reply_to, quote=quote, markup=inline, **about
    )
    if other is not None:
        chat.keyboard = None if "remove_keyboard" in other else other
        world.feed.add("chat", chat)
    return message


def formatted(world: World, p: Wire, key: str, entities_key: str, mode_key: str = "parse_mode") -> tuple[str, Any]:
    """A text parameter with its markup understood."""
    text, entities = markup.parse(p.get(key, ""), p.get(mode_key), p.get(entities_key))
    return text, [resolved for entity in entities if (resolved := _resolved(world, entity)) is not None]


def _resolved(world: World, entity: Entity) -> Entity | None:
    """A mention by id shows the person; Telegram drops mentions of people it does not know."""
    if entity["type"] != "text_mention":
        return entity
    user = world.users.get(entity["user"]["id"])
    return None if user is None else {**entity, "user": user.wire}


def text_content(world: World, p: Wire) -> Wire:
    """The content of a text message, refused if it is empty or too long."""
    text, entities = formatted(world, p, "text", "entities")
    if not text:
        raise bad_request("message text is empty" if not p.get("text") else "text must be non-empty")
    if len(text) > limits.TEXT:
        raise bad_request("message is too long")
    content = contents.text(text, entities)
    if p.get("link_preview_options"):
        content["link_preview_options"] = p["link_preview_options"]
    return content


def caption_content(world: World, p: Wire) -> Wire:
    text, entities = formatted(world, p, "caption", "caption_entities")
    if len(text) > limits.CAPTION:
        raise bad_request("message caption is too long")
    content = contents.caption(text, entities)
    if text and p.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    if p.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


@serves("sendMessage")
def send_message(world: World, p: Params) -> Wire:
    return message_wire(send(world, p, "text", text_content(world, p)))


@serves("sendLocation")
def send_location(world: World, p: Params) -> Wire:
    _check_place(p)
    place = contents.location(p["latitude"], p["longitude"], p.get("horizontal_accuracy"))
    return message_wire(send(world, p, "location", place))


@serves("sendVenue")
def send_venue(world: World, p: Params) -> Wire:
    _check_place(p)
    venue = contents.venue(p["latitude"], p["longitude"], p["title"], p["address"])
    return message_wire(send(world, p, "venue", venue))


@serves("sendContact")
def send_contact(world: World, p: Params) -> Wire:
    contact = contents.contact(p["phone_number"], p["first_name"], p.get("last_name", ""))
    return message_wire(send(world, p, "contact", contact))


@serves("sendChatAction")
def send_chat_action(world: World, p: Params) -> bool:
    if p["action"] not in limits.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = access.writable(world, p["chat_id"], "text")
    access.topic(chat, p.get("message_thread_id"))
    world.feed.add("action", (chat, p["action"]))
    return True


def _check_place(p: Wire) -> None:
    if not (-90 <= p["latitude"] <= 90 and -180 <= p["longitude"] <= 180):
        raise bad_request("wrong latitude or longitude specified")
