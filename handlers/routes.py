"""Every handler, in order: the first that wants an update gets it. Each translates, calls one service, and returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from telegram import Bot as TelegramBot
from telegram import Chat, ChatMember, ChatMemberUpdated, ChatPermissions, Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    PollAnswerHandler,
    PollHandler,
    filters,
)

from handlers import belonging, inbound
from handlers.office import Office
from liaisonbot.services import frontdesk

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member", "poll_answer", "poll")
"""What we ask Telegram for: exactly what there are handlers for."""


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """What a handler gets beside the update."""

    @property
    def office(self) -> Office:
        office: Office = self.bot_data["office"]
        return office


def application(bot: TelegramBot, office: Office) -> Application[Any, Context, Any, Any, Any, Any]:
    """python-telegram-bot's application with our handlers: it only finds the handler of an update.

    No updater, no job queue, no rate limiter, nothing of its persistence: fetching, time and sending are ours.
    """
    builder = ApplicationBuilder().bot(bot).updater(None).job_queue(None).concurrent_updates(False)
    made = builder.context_types(ContextTypes(context=Context)).build()
    made.bot_data["office"] = office
    made.add_handlers(
        [
            MessageHandler(filters.StatusUpdate.MIGRATE & filters.UpdateType.MESSAGE, on_group_moved),
            MessageHandler(filters.UpdateType.MESSAGE, on_message),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE, on_edit),
            CallbackQueryHandler(on_press),
            PollAnswerHandler(on_poll_answer),
            PollHandler(on_poll),
            ChatMemberHandler(on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        ]
    )
    made.add_error_handler(on_error)
    return made


async def on_message(update: Update, context: Context) -> None:
    """Somebody wrote or sent something."""
    assert update.message is not None
    said = inbound.message(update.message, update.update_id, context.office.bot)
    if said is not None:
        said = await belonging.looked_up(context.office, context.bot, said)
        await context.office.handle(frontdesk.receive, said)


async def on_edit(update: Update, context: Context) -> None:
    """Somebody changed what they had written."""
    assert update.edited_message is not None
    said = inbound.message(update.edited_message, update.update_id, context.office.bot)
    if said is not None:
        # Without a date of its edit, nobody sees it as edited: a preview of its link has come, or a reaction.
        touched = update.edited_message.edit_date is not None
        await context.office.handle(frontdesk.receive_edit, replace(said, touched=touched))


async def on_press(update: Update, context: Context) -> None:
    """Somebody pressed a button below one of our messages."""
    assert update.callback_query is not None
    pressed = inbound.press(update.callback_query, update.update_id)
    pressed = await belonging.looked_up(context.office, context.bot, pressed)
    await context.office.handle(frontdesk.press, pressed)


async def on_poll_answer(update: Update, context: Context) -> None:
    """Somebody voted in one of our polls in a group."""
    assert update.poll_answer is not None
    answer = inbound.poll_answer(update.poll_answer, update.update_id)
    if answer is not None:
        await context.office.handle(frontdesk.poll_answer, answer)


async def on_poll(update: Update, context: Context) -> None:
    """One of our polls as it stands, which Telegram shows with each vote; once is enough."""
    assert update.poll is not None
    await context.office.handle(frontdesk.poll_shown, inbound.poll_shown(update.poll, update.update_id))
    context.office.polls_seen.add(update.poll.id)


async def on_membership(update: Update, context: Context) -> None:
    """We were added to a chat or removed, promoted, blocked or unblocked."""
    assert update.my_chat_member is not None
    permissions = await _permissions(context.bot, update.my_chat_member)
    change = inbound.membership(update.my_chat_member, update.update_id, context.office.bot, permissions)
    if change is not None:
        await context.office.handle(frontdesk.membership, change)


async def _permissions(bot: TelegramBot, change: ChatMemberUpdated) -> ChatPermissions | None:
    """What the group lets ordinary members do, if that is what we are now, or were: only asking tells. None if that
    fails.
    """
    now, before = change.new_chat_member.status, change.old_chat_member.status
    gone = now in (ChatMember.LEFT, ChatMember.BANNED)
    if change.chat.type == Chat.PRIVATE or gone or ChatMember.MEMBER not in (now, before):
        return None
    try:
        return (await bot.get_chat(change.chat.id)).permissions
    except (TelegramError, KeyError):
        return None


async def on_group_moved(update: Update, context: Context) -> None:
    """A group became a supergroup."""
    assert update.message is not None
    move = inbound.group_moved(update.message, update.update_id)
    if move is not None:
        await context.office.handle(frontdesk.group_moved, move)


async def on_error(update: object, context: Context) -> None:
    """A handler raised. The library swallows that; the handling loop has to know."""
    if isinstance(update, Update) and context.error is not None:
        context.office.failed(update.update_id, context.error)


def lane_of(raw: Mapping[str, Any]) -> int:
    """The chat an update belongs to, else the person; 0 for one that says neither. Order is kept within a lane."""
    for kind in ALLOWED_UPDATES:
        part = raw.get(kind)
        if not isinstance(part, dict):
            continue
        below = part.get("message") if kind == "callback_query" else part
        for holder, name in ((below, "chat"), (part, "from"), (part, "user")):
            whose = holder.get(name) if isinstance(holder, dict) else None
            if isinstance(whose, dict) and isinstance(whose.get("id"), int) and abs(whose["id"]) < 2**63:
                return int(whose["id"])
    return 0
