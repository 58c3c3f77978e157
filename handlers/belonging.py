"""Whether somebody is a member of a group: only Telegram knows, and only at the border can it be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from telegram import Bot as TelegramBot
from telegram import ChatMember
from telegram.error import BadRequest, TelegramError

from handlers.office import Office
from liaisonbot.incoming import Belonging, ButtonPress, IncomingMessage
from liaisonbot.services import balloting

Said = TypeVar("Said", ButtonPress, IncomingMessage)
_INSIDE: Final = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)
_NOBODY: Final = ("participant_id_invalid", "user not found", "member not found", "user_not_participant")
"""What Telegram says of somebody it does not find there."""


async def looked_up(office: Office, bot: TelegramBot, said: Said) -> Said:
    """The same, with Telegram's word on whether the sender belongs to the groups of the ballot it is about."""
    number = balloting.asked_about(said)
    if number is None or said.sender is None:
        return said
    groups = await office.memory.read(lambda uow: balloting.groups_asked(uow, number))
    if not groups:
        return said
    return replace(said, belongs=await belonging(bot, groups, said.sender.telegram_id))


async def belonging(bot: TelegramBot, groups: Sequence[int], who: int) -> Belonging:
    """Member of one of them, of none, or nobody can tell. Never raises."""
    found = await asyncio.gather(*(_in_group(bot, group, who) for group in groups))
    if Belonging.MEMBER in found:
        return Belonging.MEMBER
    return Belonging.UNKNOWN if Belonging.UNKNOWN in found else Belonging.STRANGER


async def _in_group(bot: TelegramBot, group: int, who: int) -> Belonging:
    try:
        member = await bot.get_chat_member(group, who)
    except BadRequest as exc:
        return Belonging.STRANGER if str(exc).lower().endswith(_NOBODY) else Belonging.UNKNOWN
    except (TelegramError, KeyError):
        return Belonging.UNKNOWN
    if member.status == ChatMember.RESTRICTED:
        return Belonging.MEMBER if getattr(member, "is_member", False) else Belonging.STRANGER
    return Belonging.MEMBER if member.status in _INSIDE else Belonging.STRANGER
