"""Which calls to the Bot API a promise becomes. Nothing is sent here; the same promise always gives the same calls."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handlers import splitting
from liaisonbot import commands
from liaisonbot.errors import OurMistake
from liaisonbot.outgoing import Button, Outgoing, Rows, Send
from liaisonbot.texts import Catalogue
from liaisonbot.vocabulary import Role

CALLBACK_DATA_BYTES: Final = 64
TOAST_LENGTH: Final = 200
COPIES_IN_A_CALL: Final = 100
COMMAND_DESCRIPTION: Final = 256

CAPTIONED: Final = frozenset({"photo", "video", "animation", "audio", "voice", "document"})
"""Kinds that can carry words. The others get theirs as a message before them."""

_METHODS: Final[Mapping[str, tuple[str, str]]] = {
    # kind        method            parameter of the file
    "photo": ("sendPhoto", "photo"),
    "video": ("sendVideo", "video"),
    "animation": ("sendAnimation", "animation"),
    "audio": ("sendAudio", "audio"),
    "voice": ("sendVoice", "voice"),
    "document": ("sendDocument", "document"),
    "video_note": ("sendVideoNote", "video_note"),
    "sticker": ("sendSticker", "sticker"),
}
_PLACES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "location": ("sendLocation", ("latitude", "longitude")),
    "venue": ("sendVenue", ("latitude", "longitude", "title", "address")),
    "contact": ("sendContact", ("phone_number", "first_name", "last_name")),
}
_NO_PREVIEW: Final = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``file``: the parameter, and its file name, content and type."""

    method: str
    parameters: Mapping[str, Any]
    file: tuple[str, tuple[str, bytes, str]] | None = None

    @property
    def makes_a_message(self) -> bool:
        return self.method.startswith(("send", "copy"))

    def without(self, *names: str) -> Call:
        """The same without these parameters."""
        return Call(self.method, {k: v for k, v in self.parameters.items() if k not in names}, self.file)


def plan(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    """The calls, in order; those after ``outgoing.sent`` are left out. Raises OurMistake for what cannot be sent."""
    calls = []
    done = len(outgoing.sent)
    for call in _PLANS[outgoing.kind](outgoing, catalogue):
        if call.makes_a_message and done:
            done -= 1
        else:
            calls.append(call)
    return calls


def _text(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    return _messages(outgoing, catalogue, with_buttons=True)


def _messages(outgoing: Outgoing, catalogue: Catalogue, *, with_buttons: bool) -> list[Call]:
    """The words as messages: the first answers what is to be answered, the last carries the buttons."""
    parts = splitting.pieces(_words(outgoing, catalogue))
    if not parts[0]:
        raise OurMistake("a message without words")
    calls = []
    for number, part in enumerate(parts):
        parameters = _to_chat(outgoing, first=number == 0)
        parameters |= {"text": part, "parse_mode": "HTML", "link_preview_options": _NO_PREVIEW}
        if with_buttons and number == len(parts) - 1:
            parameters |= _markup(outgoing, catalogue)
        calls.append(Call("sendMessage", parameters))
    return calls


def _edit(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    if outgoing.target is None:
        # There is no such card, or none any more. A group that moved on without its cards is given new ones.
        return _messages(outgoing, catalogue, with_buttons=True) if outgoing.purpose == "card" else []
    where = {"chat_id": outgoing.chat_id, "message_id": outgoing.target}
    keyboard = _keyboard(outgoing.rows, catalogue)
    words = _words(outgoing, catalogue)
    if not words:
        return [Call("editMessageReplyMarkup", where | keyboard)]
    first, *more = splitting.pieces(words)
    text = {"text": first, "parse_mode": "HTML", "link_preview_options": _NO_PREVIEW}
    if not more:
        return [Call("editMessageText", where | text | keyboard)]
    to_chat = _to_chat(outgoing, first=False) | text
    further = [to_chat | {"text": part} for part in more]
    further[-1] |= keyboard
    return [Call("editMessageText", where | text), *(Call("sendMessage", parameters) for parameters in further)]


def _copy(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    """Words first, since not everything that is copied can carry some; without words it keeps its own."""
    if outgoing.copy_from is None or not outgoing.copy_ids:
        raise OurMistake("nothing to copy")
    words = _words(outgoing, catalogue)
    ids = sorted(set(outgoing.copy_ids))
    if len(ids) == 1:
        return _copy_one(outgoing, catalogue, words, ids[0])
    calls = _messages(outgoing, catalogue, with_buttons=True) if words else []
    for start in range(0, len(ids), COPIES_IN_A_CALL):
        parameters = _to_chat(outgoing, first=False)
        parameters |= {"from_chat_id": outgoing.copy_from, "message_ids": ids[start : start + COPIES_IN_A_CALL]}
        if words:
            parameters["remove_caption"] = True
        calls.append(Call("copyMessages", parameters))
    return calls


def _copy_one(outgoing: Outgoing, catalogue: Catalogue, words: str, message_id: int) -> list[Call]:
    source = {"from_chat_id": outgoing.copy_from, "message_id": message_id}
    kind = outgoing.attachment.kind if outgoing.attachment else None
    if words and not (kind in CAPTIONED and splitting.fits(words, splitting.CAPTION_LIMIT)):
        before = _messages(outgoing, catalogue, with_buttons=False)
        bare = _to_chat(outgoing, first=False) | source | {"caption": ""}
        return [*before, Call("copyMessage", bare | _markup(outgoing, catalogue))]
    parameters = _to_chat(outgoing, first=True) | source | _markup(outgoing, catalogue)
    if words:
        parameters |= {"caption": words, "parse_mode": "HTML"}
    return [Call("copyMessage", parameters)]


def _media(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    attachment = outgoing.attachment
    if attachment is None:
        raise OurMistake("media without an attachment")
    if attachment.kind in _METHODS and attachment.file_id:
        method, name = _METHODS[attachment.kind]
        return _captioned(outgoing, catalogue, attachment.kind in CAPTIONED, method, {name: attachment.file_id})
    if attachment.kind in _PLACES:
        method, names = _PLACES[attachment.kind]
        details = {name: attachment.details[name] for name in names if attachment.details.get(name) is not None}
        return _captioned(outgoing, catalogue, False, method, details)
    raise OurMistake("media of a kind that cannot be sent")


def _document(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    if outgoing.content is not None:
        stored = outgoing.content
        return _captioned(
            outgoing,
            catalogue,
            True,
            "sendDocument",
            {},
            ("document", (stored.name, stored.content, stored.media_type)),
        )
    if outgoing.document is None:
        raise OurMistake("a document without content")
    name, content = outgoing.document
    mime_type = "application/json" if name.endswith(".json") else "text/plain"
    file = ("document", (name, content.encode(), mime_type))
    return _captioned(outgoing, catalogue, True, "sendDocument", {}, file)


def _captioned(
    outgoing: Outgoing,
    catalogue: Catalogue,
    can_carry: bool,
    method: str,
    what: Mapping[str, Any],
    file: tuple[str, tuple[str, bytes, str]] | None = None,
) -> list[Call]:
    """Something with its words as the caption where that is possible, else with the words in messages before it."""
    words = _words(outgoing, catalogue)
    as_caption = can_carry and splitting.fits(words, splitting.CAPTION_LIMIT)
    before = [] if as_caption or not words else _messages(outgoing, catalogue, with_buttons=False)
    parameters = _to_chat(outgoing, first=not before) | dict(what) | _markup(outgoing, catalogue)
    if words and as_caption:
        parameters |= {"caption": words, "parse_mode": "HTML"}
    return [*before, Call(method, parameters, file)]


def _callback(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    parameters: dict[str, Any] = {"callback_query_id": outgoing.callback_id}
    if outgoing.text is not None:
        parameters |= {"text": catalogue.plain(outgoing.text)[:TOAST_LENGTH], "show_alert": outgoing.alert}
    return [Call("answerCallbackQuery", parameters)]


def _reaction(outgoing: Outgoing, _: Catalogue) -> list[Call]:
    reaction = [{"type": "emoji", "emoji": outgoing.reaction}] if outgoing.reaction else []
    parameters = {"chat_id": outgoing.chat_id, "message_id": outgoing.target, "reaction": reaction}
    return [Call("setMessageReaction", parameters)]


def _menu(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    """One list without a language: the chat's language is known, and need not be Telegram's language of the person."""
    roles = [Role(name) for name in (outgoing.menu or "").split("+") if name]
    scope = {"type": "chat", "chat_id": outgoing.chat_id}
    return [Call("setMyCommands", {"commands": menu(roles, catalogue, group=outgoing.chat_id < 0), "scope": scope})]


def menu(roles: list[Role], catalogue: Catalogue, *, group: bool = False) -> list[dict[str, str]]:
    """Telegram's command menu for somebody with these roles."""
    return [
        {"command": name, "description": catalogue.plain(about)[:COMMAND_DESCRIPTION]}
        for name, about in commands.menu(roles, group=group)
    ]


def _delete(outgoing: Outgoing, _: Catalogue) -> list[Call]:
    return [
        Call("deleteMessage", {"chat_id": outgoing.chat_id, "message_id": message_id})
        for message_id in outgoing.targets
    ]


def _pin(outgoing: Outgoing, _: Catalogue) -> list[Call]:
    if outgoing.target is None:
        return []
    which = {"chat_id": outgoing.chat_id, "message_id": outgoing.target}
    return [Call("pinChatMessage", which | {"disable_notification": True})]


def _unpin(outgoing: Outgoing, _: Catalogue) -> list[Call]:
    if outgoing.target is None:
        return []
    return [Call("unpinChatMessage", {"chat_id": outgoing.chat_id, "message_id": outgoing.target})]


def _poll(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    if outgoing.poll is None:
        raise OurMistake("a poll without a question")
    poll = outgoing.poll
    parameters = _to_chat(outgoing, first=True) | {
        "question": poll.question,
        "options": [{"text": option} for option in poll.options],
        "is_anonymous": False,
        "allows_multiple_answers": poll.multiple,
        "allows_revoting": True,
    }
    if poll.hidden:
        parameters["hide_results_until_closes"] = True
    if poll.ends_at is not None:
        parameters["close_date"] = poll.ends_at
    words = _words(outgoing, catalogue)
    if words:
        parameters |= {"description": words, "description_parse_mode": "HTML"}
    return [Call("sendPoll", parameters | _markup(outgoing, catalogue))]


def _stop_poll(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    if outgoing.target is None:
        return []
    which = {"chat_id": outgoing.chat_id, "message_id": outgoing.target}
    return [Call("stopPoll", which | _keyboard(outgoing.rows, catalogue))]


def _photo(outgoing: Outgoing, catalogue: Catalogue) -> list[Call]:
    if outgoing.content is None:
        raise OurMistake("a picture without content")
    stored = outgoing.content
    file = ("photo", (stored.name, stored.content, stored.media_type))
    return _captioned(outgoing, catalogue, True, "sendPhoto", {}, file)


_PLANS: Final = {
    Send.TEXT: _text,
    Send.EDIT: _edit,
    Send.COPY: _copy,
    Send.MEDIA: _media,
    Send.DOCUMENT: _document,
    Send.CALLBACK: _callback,
    Send.REACTION: _reaction,
    Send.MENU: _menu,
    Send.DELETE: _delete,
    Send.PIN: _pin,
    Send.UNPIN: _unpin,
    Send.POLL: _poll,
    Send.STOP_POLL: _stop_poll,
    Send.PHOTO: _photo,
}


def _words(outgoing: Outgoing, catalogue: Catalogue) -> str:
    said = catalogue.render(outgoing.text) if outgoing.text is not None else ""
    typed = html.escape(outgoing.body, quote=False) if outgoing.body else ""
    return f"{said}\n{typed}" if said and typed else said or typed


def _to_chat(outgoing: Outgoing, *, first: bool) -> dict[str, Any]:
    where: dict[str, Any] = {"chat_id": outgoing.chat_id}
    if outgoing.thread_id is not None:
        where["message_thread_id"] = outgoing.thread_id
    if outgoing.silent:
        where["disable_notification"] = True
    if first and outgoing.reply_to is not None:
        where["reply_parameters"] = {"message_id": outgoing.reply_to, "allow_sending_without_reply": True}
    return where


def _markup(outgoing: Outgoing, catalogue: Catalogue) -> dict[str, Any]:
    if not outgoing.rows and outgoing.force_reply:
        return {"reply_markup": {"force_reply": True, "selective": True}}
    return _keyboard(outgoing.rows, catalogue)


def _keyboard(rows: Rows, catalogue: Catalogue) -> dict[str, Any]:
    if not rows:
        return {}
    return {"reply_markup": {"inline_keyboard": [[_button(button, catalogue) for button in row] for row in rows]}}


def _button(button: Button, catalogue: Catalogue) -> dict[str, str]:
    label = catalogue.plain(button.label)
    if button.url is not None:
        return {"text": label, "url": button.url}
    if button.data is None or not 1 <= len(button.data.encode()) <= CALLBACK_DATA_BYTES:
        raise OurMistake(f"the data of a button {button.label.key!r} is not of 1 to {CALLBACK_DATA_BYTES} bytes")
    return {"text": label, "callback_data": button.data}
