"""The border on the way out: a promise becomes calls to the Bot API, and Telegram's errors become ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telegram.error import TelegramError

from handlers import calls, failures
from handlers.api import BotApi
from handlers.calls import Call
from handlers.faces import Faces
from handlers.failures import Refusal
from handlers.traces import place_of
from handlers.workshop import Workshop
from liaisonbot.errors import DeliveryError, OurMistake
from liaisonbot.outgoing import Outgoing, Receipt
from liaisonbot.texts import catalogue


class Courier:
    """Carries what is owed to Telegram, in the reader's language."""

    def __init__(self, api: BotApi, timezone: str) -> None:
        self._api = api
        self._timezone = timezone
        self._workshop = Workshop(timezone)
        self._faces = Faces()

    async def deliver(self, outgoing: Outgoing) -> Receipt:
        """Make the calls that were not made yet. Never raises: what went wrong stands in the receipt."""
        sent = list(outgoing.sent)
        poll_id, missing = None, 0
        words = catalogue(outgoing.language, self._timezone)
        try:
            for call in calls.plan(await self._with_its_file(outgoing), words):
                made = await self._make(call)
                sent += _message_ids(made)
                poll_id = poll_id or _poll_id(made)
                if call.method == "copyMessages":
                    missing += len(call.parameters["message_ids"]) - len(made)
        except DeliveryError as exc:
            return Receipt(tuple(sent), exc)
        except Exception as exc:
            return Receipt(tuple(sent), OurMistake(place_of(exc)))
        return Receipt(tuple(sent), poll_id=poll_id, missing=missing)

    async def _with_its_file(self, outgoing: Outgoing) -> Outgoing:
        """The same with its file, where that is still to be made."""
        if outgoing.content is None or outgoing.content.maker is None:
            return outgoing
        file = await self._workshop.finished(outgoing.content, outgoing.language)
        return replace(outgoing, content=file)

    async def _make(self, call: Call) -> list[Any]:
        """The messages that it made; none where it would change nothing, and is not made."""
        if self._faces.is_so_already(call):
            return []
        try:
            result = await self._api.call(call.method, call.parameters, file=call.file)
            made = _messages(result) if call.makes_a_message else []
            self._faces.went(call, _message_ids(made))
            return made
        except (TelegramError, KeyError) as exc:
            self._faces.failed(call)
            other = _other_way(call, exc)
            if other is not None:
                return await self._make(other)
            if failures.refusal(exc) is Refusal.KEPT:
                return []
            raise failures.translated(exc) from exc


def _other_way(call: Call, error: Exception) -> Call | None:
    """The call that may work where this one was refused."""
    match failures.refusal(error):
        case Refusal.WITHOUT_THREAD if "message_thread_id" in call.parameters:
            # What it answers stands in that topic, and would draw it there.
            return call.without("message_thread_id", "reply_parameters")
        case Refusal.AS_CAPTION if call.method == "editMessageText":
            words = call.parameters["text"]
            bare = call.without("text", "link_preview_options")
            return Call("editMessageCaption", {**bare.parameters, "caption": words})
    return None


def _messages(result: Any) -> list[Any]:
    return result if isinstance(result, list) else [result]


def _message_ids(made: list[Any]) -> list[int]:
    return [message["message_id"] for message in made if isinstance(message, dict)]


def _poll_id(made: list[Any]) -> str | None:
    polls = (message.get("poll") for message in made if isinstance(message, dict))
    return next((str(poll["id"]) for poll in polls if poll), None)
