"""Photos, voices … that go along with what a dialogue collects: which messages held them stands among its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from liaisonbot.commands import Command, Kind
from liaisonbot.desk import Desk
from liaisonbot.incoming import IncomingMessage
from liaisonbot.ports import UnitOfWork
from liaisonbot.services.doing import FILES
from liaisonbot.services.visit import Visit


def at_hand(visit: Visit, command: Command, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The files that came with the command's own words: they are needed when the last question is answered."""
    words = any(
        argument.kind is Kind.TEXT and argument.takes_files and argument.name in answers
        for argument in command.arguments
    )
    return {FILES: kept(visit.message)} if words and visit.message and visit.message.attachments else {}


def kept(message: IncomingMessage) -> dict[str, Any]:
    """The files of a message, as they stand among the answers."""
    return {
        "chat": message.place.chat_id,
        "ids": [message.message_id],
        "album": message.media_group_id,
        "attachments": [asdict(attachment) for attachment in message.attachments],
    }


def is_further_part(answers: Mapping[str, Any], message: IncomingMessage) -> bool:
    """Whether the message is another picture of the album whose first one was taken."""
    files = answers.get(FILES)
    return bool(files and message.media_group_id and files["album"] == message.media_group_id)


def leave_album_out(uow: UnitOfWork, desk: Desk, message: IncomingMessage) -> None:
    """The first picture of an album came with words that take none: the others, which come by themselves, are left out
    with it. Nobody meant to begin something new by them.
    """
    if message.media_group_id is not None:
        uow.once.claim(_left_out(message), desk.now)


def was_left_out(uow: UnitOfWork, message: IncomingMessage) -> bool:
    """Whether the message is a further picture of such an album, without words of its own."""
    alone = message.media_group_id is not None and not message.text and message.command is None
    return alone and uow.once.claimed(_left_out(message))


def _left_out(message: IncomingMessage) -> str:
    return f"album-left-out:{message.place.chat_id}:{message.media_group_id}"


def with_former(command: Command, former: Mapping[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    """Where files are an answer of their own they join those that came before; else they take their place."""
    if former is None or not command.keeps_files or former["chat"] != new["chat"]:
        return new
    together = {name: [*former[name], *new[name]] for name in ("ids", "attachments")}
    return {**new, **together}
