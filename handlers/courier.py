"""The border on the way out: a promise becomes calls to the Bot API, and Telegram's errors become ours."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from telegram.error import TelegramError

from handlers import calls, failures
from handlers.api import BotApi
from handlers.calls import Call
from handlers.failures import Refusal
from handlers.traces import place_of
from liaisonbot import reports
from liaisonbot.errors import DeliveryError, OurMistake
from liaisonbot.outgoing import Outgoing, Receipt
from liaisonbot.texts import Catalogue, catalogue


class Courier:
    """Carries what is owed to Telegram, in the reader's language."""

    def __init__(self, api: BotApi, timezone: str) -> None:
        self._api = api
        self._timezone = timezone

    async def deliver(self, outgoing: Outgoing) -> Receipt:
        """Make the calls that were not made yet. Never raises: what went wrong stands in the receipt."""
        sent = list(outgoing.sent)
        words = catalogue(outgoing.language, self._timezone)
        try:
            for call in calls.plan(await _made(outgoing, words), words):
                sent += await self._make(call)
        except DeliveryError as exc:
            return Receipt(tuple(sent), exc)
        except Exception as exc:
            return Receipt(tuple(sent), OurMistake(place_of(exc)))
        return Receipt(tuple(sent))

    async def _make(self, call: Call) -> list[int]:
        """The ids of the messages that it made."""
        try:
            return _message_ids(call, await self._api.call(call.method, call.parameters, file=call.file))
        except (TelegramError, KeyError) as exc:
            other = _other_way(call, exc)
            if other is not None:
                return await self._make(other)
            if failures.refusal(exc) is Refusal.KEPT:
                return []
            raise failures.translated(exc) from exc


async def _made(outgoing: Outgoing, words: Catalogue) -> Outgoing:
    """The same with its file, where that is still to be made: beside the loop, so that nobody waits for it."""
    if outgoing.content is None or outgoing.content.maker is None:
        return outgoing
    return replace(outgoing, content=await asyncio.to_thread(reports.made, outgoing.content, words))


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


def _message_ids(call: Call, result: Any) -> list[int]:
    if not call.makes_a_message:
        return []
    made = result if isinstance(result, list) else [result]
    return [message["message_id"] for message in made if isinstance(message, dict)]
