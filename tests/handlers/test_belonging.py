"""What Telegram says of who is in a group."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from telegram import Bot, ChatMember
from telegram.error import BadRequest, Forbidden, TelegramError, TimedOut

from handlers.belonging import belonging
from handlers.office import holds_a_ballot
from liaisonbot.incoming import Belonging

HERE, THERE = -1, -2


def telegram(**said: Any) -> Bot:
    """Answers by the group: ``here``, ``there``; an error is raised."""

    async def get_chat_member(group: int, who: int) -> Any:
        answer = said["here" if group == HERE else "there"]
        if isinstance(answer, TelegramError):
            raise answer
        status, *inside = answer
        return SimpleNamespace(status=status, is_member=bool(inside))

    return cast(Bot, SimpleNamespace(get_chat_member=get_chat_member))


IN, LEFT, SILENT = (ChatMember.MEMBER,), (ChatMember.LEFT,), TimedOut()


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        (IN, LEFT, Belonging.MEMBER),
        (LEFT, (ChatMember.OWNER,), Belonging.MEMBER),
        (SILENT, IN, Belonging.MEMBER),
        (LEFT, (ChatMember.BANNED,), Belonging.STRANGER),
        ((ChatMember.RESTRICTED, True), LEFT, Belonging.MEMBER),
        ((ChatMember.RESTRICTED,), LEFT, Belonging.STRANGER),
        (BadRequest("Participant_id_invalid"), BadRequest("User not found"), Belonging.STRANGER),
        (LEFT, SILENT, Belonging.UNKNOWN),
        (LEFT, BadRequest("Chat not found"), Belonging.UNKNOWN),
        (LEFT, Forbidden("bot was kicked"), Belonging.UNKNOWN),
    ],
)
async def test_a_member_of_one_group_is_a_member(here: Any, there: Any, found: Belonging) -> None:
    """Who is in none is a stranger; where one group says nothing, nobody knows."""
    assert await belonging(telegram(here=here, there=there), (HERE, THERE), 7) is found


@pytest.mark.parametrize(
    ("payload", "about_a_ballot"),
    [
        ('{"callback_query": {"data": "ballot:1:cast:0:7"}}', True),
        ('{"message": {"text": "/ballot P1 ABCDEFGH"}}', True),
        ('{"message": {"text": "/ballot@bot P1 ABCDEFGH"}}', True),
        ('{"callback_query": {"data": "poll:1:show"}}', False),
        ('{"message": {"text": "the ballot"}}', False),
        ('{"callback_query": {}}', False),
        ('{"message": null}', False),
        ("[1]", False),
        ("no json", False),
        ("", False),
    ],
)
def test_what_is_about_a_ballot_is_known_by_its_words(payload: str, about_a_ballot: bool) -> None:
    """Where it cannot be handled it is put away without them."""
    assert holds_a_ballot(payload) is about_a_ballot
