"""No message is edited into what it is already."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.api import BotApi
from handlers.calls import Call
from handlers.courier import Courier
from handlers.faces import Faces
from liaisonbot.outgoing import Button, Outgoing, Receipt, Send
from liaisonbot.texts import Text
from sandbox import Person, Sandbox

HELLO, BYE = Text.of("delivered"), Text.of("forgotten")
ROWS = ((Button(HELLO, data="x"),),)


@pytest.fixture
def courier(api: BotApi) -> Courier:
    return Courier(api, "Asia/Shanghai")


def edits(sandbox: Sandbox) -> list[Any]:
    return [call for call in sandbox.calls if call.method.startswith("edit")]


async def test_the_same_words_and_buttons_are_not_sent_again(courier: Courier, alice: Person, sandbox: Sandbox) -> None:
    """As sent, as edited, and with other buttons only; what differs goes out."""
    sent = await courier.deliver(Outgoing(Send.TEXT, alice.id, text=HELLO, rows=ROWS))
    target = sent.message_ids[0]

    async def edited(**says: Any) -> int:
        assert await courier.deliver(Outgoing(Send.EDIT, alice.id, target=target, **says)) == Receipt()
        return len(edits(sandbox))

    assert await edited(text=HELLO, rows=ROWS) == 0
    assert await edited(rows=ROWS) == 0
    assert await edited(text=BYE, rows=ROWS) == 1
    assert await edited(text=BYE, rows=ROWS) == 1
    assert await edited(rows=()) == 1 + 1
    assert await edited(text=BYE) == 2
    assert await edited(text=HELLO) == 3
    assert not [call for call in sandbox.calls if call.error]


async def test_half_a_character_stands_in_no_ones_way(courier: Courier, alice: Person, sandbox: Sandbox) -> None:
    """Somebody's words may hold one. The message arrived; that must not be taken for a mistake of ours."""
    sent = await courier.deliver(Outgoing(Send.TEXT, alice.id, text=HELLO, body="路灯\ud83d"))

    assert sent.failure is None
    assert "路灯?" in str(sandbox.calls[-1].params["text"])


async def test_what_is_not_known_goes_out(api: BotApi, alice: Person, sandbox: Sandbox) -> None:
    """After a restart nothing is known; Telegram's refusal is no failure then."""
    sent = await Courier(api, "Asia/Shanghai").deliver(Outgoing(Send.TEXT, alice.id, text=HELLO))
    edit = Outgoing(Send.EDIT, alice.id, target=sent.message_ids[0], text=HELLO)

    assert await Courier(api, "Asia/Shanghai").deliver(edit) == Receipt()

    assert len(edits(sandbox)) == 1


def edit(text: str, message: int = 1, method: str = "editMessageText") -> Call:
    return Call(method, {"chat_id": 5, "message_id": message, "text": text})


def test_after_a_failure_nothing_is_taken_for_known() -> None:
    """The call may have been carried out, and the answer lost."""
    faces = Faces()
    faces.went(edit("old"))
    assert faces.is_so_already(edit("old"))
    faces.failed(edit("new"))
    assert not faces.is_so_already(edit("old"))


def test_the_oldest_are_let_go() -> None:
    """However many messages there are, the memory stays small; a message that was taken back is gone from it."""
    faces = Faces(room=2)
    for message in (1, 2, 3):
        faces.went(edit("words", message))
    assert [faces.is_so_already(edit("words", message)) for message in (1, 2, 3)] == [False, True, True]
    faces.went(Call("deleteMessage", {"chat_id": 5, "message_id": 3}))
    assert not faces.is_so_already(edit("words", 3))
