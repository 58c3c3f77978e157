"""Every sentence of both languages goes once to the sandbox over HTTP, by the real courier, with plausible blanks.

Journeys show sentences where they belong, but no run of them meets all; here a sentence that Telegram would refuse,
cut off or show with its blanks open is found, whoever would have been the first to read it.
"""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from handlers.api import BotApi
from handlers.courier import Courier
from liaisonbot import commands
from liaisonbot.outgoing import Button, Outgoing, Send
from liaisonbot.texts import LANGUAGES, Text, catalogue
from liaisonbot.vocabulary import Role
from sandbox import Person, Sandbox
from sandbox.model import Message
from tests.support.town import UGLY
from tests.test_sentences import blanks, sentences, speakers

ZONE: Final = "Asia/Shanghai"

SAID: Final[Mapping[str, Mapping[str, Any]]] = {
    # blank        what may stand in it
    "about": {"zh": "三号门的路灯坏了两周", "en": "The lamp at gate 3 is broken"},
    "absent": {"zh": "欧阳建国", "en": "Margaret Fairfield"},
    "area": {"zh": "阳光街道", "en": "Sunshine Road"},
    "bot": {"zh": "liaison_demo_bot", "en": "liaison_demo_bot"},
    "code": {"zh": "ABCD-EFGH", "en": "ABCD-EFGH"},
    "contact": {"zh": "刘科长 0571-12345678", "en": "Mr Liu 0571-12345678"},
    "delegate": {"zh": "王小芳", "en": "Alice Winter"},
    "deputy": {"zh": "欧阳建国", "en": "Margaret Fairfield"},
    "error": {"zh": "Bad Request: message is too long", "en": "Bad Request: message is too long"},
    "group": {"zh": "阳光小区业主群", "en": "Sunshine Road neighbours"},
    "name": {"zh": "欧阳建国", "en": "Margaret Fairfield"},
    "names": {"zh": "王小芳、欧阳建国", "en": "Alice Winter, Margaret Fairfield"},
    "phone": {"zh": "138****1111", "en": "138****1111"},
    "station": {"zh": "阳光街道联络站", "en": "Sunshine Road"},
    "stations": {"zh": "阳光街道联络站、滨河联络站", "en": "Sunshine Road, Riverside"},
    "text": {"zh": "楼下噪音 > 60 分贝 & 天天到半夜", "en": "Noise > 60 dB & every night"},
    "topic": {"zh": "养老服务", "en": "Care of the elderly"},
    "typed": {"zh": "路灯<三号>", "en": "lamp <3>"},
    "unit": {"zh": "区住建局", "en": "Housing office"},
    "units": {"zh": "区住建局（主办）、街道办", "en": "Housing office (leads), street office"},
    "words": {"zh": "修好了，没两天又坏了", "en": "Mended, and broken again two days later"},
}
KNOWN: Final[Mapping[str, Any]] = {
    "attitude": Text.of("rating-3"),
    "category": Text.of("category-roads_transport"),
    "class": Text.of("class-B"),
    "kind": Text.of("kind-help"),
    "outcome": Text.of("outcome-resolved"),
    "rating": Text.of("rating-2"),
    "reason": Text.of("reason-too_slow"),
    "reply_class": Text.of("class-B"),
    "result": Text.of("rating-2"),
    "role": Text.of("role-deputy"),
    "stage": Text.of("stage-mediation"),
    "state": Text.of("promises-due"),
    "language": Text.of("language-en"),
    "command": "reply",
    "seed": "4711",
}
DAYS: Final = ("accept_by", "date", "day_of", "first", "last", "reply_by", "since", "until")
MOMENTS: Final = ("at",)
NUMBERS: Final = ("case", "into", "id", "number")

ALERT_LENGTH: Final = 200
"""What Telegram shows at most when a press is answered."""
LABEL_COLUMNS: Final = 44
"""What a button as wide as a phone shows; a Chinese character takes two."""


def spoken(key: str, language: str, n: int) -> Text:
    """The sentence with its blanks filled as the office might."""
    forms = sentences(language).get(key, ())
    return Text(key, {blank: filling(blank, language, n) for blank in blanks(forms)})


def filling(blank: str, language: str, n: int) -> Any:
    if blank in SAID:
        return SAID[blank][language]
    if blank in KNOWN:
        return KNOWN[blank]
    if blank in DAYS:
        return date(2026, 12, 31)
    if blank in MOMENTS:
        return datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    return 100128 if blank in NUMBERS else n


@pytest.fixture
def courier(api: BotApi) -> Courier:
    return Courier(api, ZONE)


@pytest.fixture
def reader(sandbox: Sandbox) -> Person:
    """Somebody who has opened the private chat."""
    reader = sandbox.user("Reader")
    reader.starts()
    return reader


@pytest.mark.parametrize("n", [1, 7])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_as_a_message(courier: Courier, reader: Person, language: str, n: int) -> None:
    """Telegram takes the markup, what people typed stands there as they typed it, and no blank is open."""
    wrong = {}
    for key in catalogue(language, ZONE).keys - {"blank"}:
        text = spoken(key, language, n)
        receipt = await courier.deliver(Outgoing(Send.TEXT, reader.id, language=language, text=text))
        said = reader.chat.last
        if (
            receipt.failure
            or len(receipt.message_ids) != 1
            or UGLY.search(said.text)
            or not _typed_is_there(text, said)
        ):
            wrong[key] = receipt.failure or said.text

    assert wrong == {}


def _typed_is_there(text: Text, message: Message) -> bool:
    return all(value in message.text for name, value in text.params.items() if name in ("text", "typed"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_as_the_label_of_a_button(courier: Courier, reader: Person, language: str) -> None:
    """Alone in its row it is read to its end on a phone, and arrives as it was meant."""
    labels = [key for key in sentences(language) if key.startswith("button-")]
    rows = [(Button(spoken(key, language, 7), data="x"),) for key in labels]
    for first in range(0, len(rows), 50):
        some = tuple(rows[first : first + 50])
        await courier.deliver(Outgoing(Send.TEXT, reader.id, language=language, text=Text.of("rate-below"), rows=some))
        meant = [catalogue(language, ZONE).plain(button.label) for (button,) in some]
        assert reader.chat.last.labels == meant
        assert {label: columns(label) for label in meant if columns(label) > LABEL_COLUMNS} == {}


def columns(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in label)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_as_the_answer_to_a_press(courier: Courier, reader: Person, language: str) -> None:
    """A refusal and a toast are read to their end: Telegram shows 200 characters."""
    await courier.deliver(
        Outgoing(Send.TEXT, reader.id, language=language, text=Text.of("rate-below"), rows=((BUTTON,),))
    )
    shown = reader.chat.last
    cut = {}
    for key in sorted(set(answers()) & catalogue(language, ZONE).keys):
        text = spoken(key, language, 7)
        query = reader.presses_data(shown, "x")
        receipt = await courier.deliver(
            Outgoing(Send.CALLBACK, reader.id, language=language, text=text, callback_id=query.id, alert=True)
        )
        assert receipt.failure is None, key
        meant = catalogue(language, ZONE).plain(text)
        if query.answer != meant:
            cut[key] = f"{len(meant)}: {meant}"

    assert cut == {}


BUTTON: Final = Button(Text.of("button-confirm"), data="x")


def answers() -> Iterator[str]:
    """The sentences that are said where a button was pressed: refusals, toasts, and that something is done."""
    for module in speakers():
        for name, call in module.calls():
            if name in ("Refused", "NotFound") or name.endswith((".toast", ".done")):
                yield from (
                    part.value
                    for given in call.args[:1]
                    for part in ast.walk(given)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_as_the_menu_of_commands(api: BotApi, courier: Courier, reader: Person, language: str) -> None:
    """Each command with its line, whole."""
    roles = "+".join((Role.CONSTITUENT, Role.DEPUTY, Role.STAFF, Role.OWNER))
    await courier.deliver(Outgoing(Send.MENU, reader.id, language=language, menu=roles))

    shown = await api.call("getMyCommands", {"scope": {"type": "chat", "chat_id": reader.id}})
    meant = {name: catalogue(language, ZONE).plain(about) for name, about in commands.menu(list(Role))}
    assert {line["command"]: line["description"] for line in shown}.items() <= meant.items()
    assert len(shown) > len(commands.BY_NAME) / 2
