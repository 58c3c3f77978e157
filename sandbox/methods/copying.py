"""Forwarding and copying, one message or many."""

from collections.abc import Callable
from typing import Any

from sandbox import access
from sandbox.errors import bad_request
from sandbox.methods import Params, serves
from sandbox.methods.media import album_id
from sandbox.methods.polls import copied_poll
from sandbox.methods.sending import caption_content, post
from sandbox.model import Chat, ChatType, Message, Wire
from sandbox.wire import message as message_wire
from sandbox.world import World

CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media")
CAPTIONABLE = frozenset({"photo", "video", "voice", "audio", "document", "animation"})


@serves("copyMessage")
def copy_message(world: World, p: Params) -> Wire:
    source = _source(world, p, p["message_id"], "copy")
    return {"message_id": _copy(world, _target(world, p, source), p, source).id}


@serves("forwardMessage")
def forward_message(world: World, p: Params) -> Wire:
    source = _source(world, p, p["message_id"], "forward")
    return message_wire(_forward(world, _target(world, p, source), p, source))


@serves("copyMessages")
def copy_messages(world: World, p: Params) -> list[Wire]:
    def copy(target: Chat, source: Message, album: str | None) -> Message:
        override = {"caption": ""} if p.get("remove_caption") and source.kind in CAPTIONABLE else {}
        return _copy(world, target, p | override, source, album=album)

    return _many(world, p, "copy", copy)


@serves("forwardMessages")
def forward_messages(world: World, p: Params) -> list[Wire]:
    return _many(world, p, "forward", lambda target, source, album: _forward(world, target, p, source, album=album))


def _many(world: World, p: Wire, what: str, act: Callable[[Chat, Message, str | None], Message]) -> list[Wire]:
    """Do it for all that can be found, albums staying albums; what cannot be is left out, as Telegram does."""
    if p["message_ids"] != sorted(set(p["message_ids"])):
        raise bad_request("message identifiers must be in a strictly increasing order")
    access.inside(world, p["chat_id"])
    origin = access.readable(world, p["from_chat_id"])
    sources = [found for id in p["message_ids"] if (found := world.find(origin, id)) and _can_leave(found)]
    if not sources:
        raise bad_request(f"there are no messages to {what}")
    target = _target(world, p, *sources)
    albums = {source.album: album_id(world) for source in sources if source.album}
    return [{"message_id": act(target, source, albums.get(source.album or "")).id} for source in sources]


def _target(world: World, p: Wire, *sources: Message) -> Chat:
    """The chat, if the bot may send there what each of these is."""
    for source in sources:
        access.writable(world, p["chat_id"], source.kind)
    return access.inside(world, p["chat_id"])


def _source(world: World, p: Wire, message_id: int, what: str) -> Message:
    access.inside(world, p["chat_id"])
    origin = access.readable(world, p["from_chat_id"])
    source = access.message(world, origin, message_id, f"message to {what}")
    if not _can_leave(source):
        raise bad_request("message can't be copied" if what == "copy" else "the message can't be forwarded")
    return source


def _can_leave(source: Message) -> bool:
    return not source.is_service and not source.protected


def _copy(world: World, target: Chat, p: Wire, source: Message, *, album: str | None = None) -> Message:
    content = dict(source.content)
    if "caption" in p and source.kind in CAPTIONABLE:
        for field in CAPTION_FIELDS:
            content.pop(field, None)
        content |= caption_content(world, p)
    poll = copied_poll(world, source.poll) if source.poll is not None else None
    return post(world, target, p, source.kind, content, poll=poll, album=album)


def _forward(world: World, target: Chat, p: Wire, source: Message, *, album: str | None = None) -> Message:
    origin = source.origin or _origin(source)
    return post(world, target, p, source.kind, dict(source.content), poll=source.poll, album=album, origin=origin)


def _origin(source: Message) -> Wire:
    """The Bot API's MessageOrigin of something forwarded from there."""
    about: dict[str, Any] = {"date": source.date}
    if source.chat.type is ChatType.CHANNEL:
        return {"type": "channel", "chat": source.chat.wire, "message_id": source.id, **about}
    if source.sender_chat is not None:
        return {"type": "chat", "sender_chat": source.sender_chat.wire, **about}
    assert source.sender is not None
    return {"type": "user", "sender_user": source.sender.wire, **about}
