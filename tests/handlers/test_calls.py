"""Which calls a promise becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers import calls
from handlers.calls import Call, plan
from liaisonbot.errors import OurMistake
from liaisonbot.model import Attachment
from liaisonbot.outgoing import Button, NativePoll, Outgoing, Send, StoredFile
from liaisonbot.texts import Text, catalogue

ENGLISH = catalogue("en", "Asia/Shanghai")
HELLO = Text.of("delivered")
SAID = ENGLISH.render(HELLO)
ROWS = ((Button(HELLO, data="x"), Button(HELLO, url="https://t.me/b?start=x")),)
KEYBOARD = {
    "inline_keyboard": [
        [
            {"text": ENGLISH.plain(HELLO), "callback_data": "x"},
            {"text": ENGLISH.plain(HELLO), "url": "https://t.me/b?start=x"},
        ]
    ]
}
NO_PREVIEW = {"is_disabled": True}
LONG = "\n\n".join(f"{number} " + "word " * 300 for number in range(4))


def only(outgoing: Outgoing) -> Call:
    [call] = plan(outgoing, ENGLISH)
    return call


def made(outgoing: Outgoing) -> list[tuple[str, dict[str, Any]]]:
    return [(call.method, dict(call.parameters)) for call in plan(outgoing, ENGLISH)]


def test_a_text_answers_in_its_topic_with_its_buttons() -> None:
    """And is sent without the answered message, should that be gone; no link grows a preview."""
    owed = Outgoing(Send.TEXT, 5, thread_id=3, text=HELLO, body="<b> & c", rows=ROWS, reply_to=9)

    assert made(owed) == [
        (
            "sendMessage",
            {
                "chat_id": 5,
                "message_thread_id": 3,
                "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True},
                "text": f"{SAID}\n&lt;b&gt; &amp; c",
                "parse_mode": "HTML",
                "link_preview_options": NO_PREVIEW,
                "reply_markup": KEYBOARD,
            },
        )
    ]


def test_a_question_in_a_group_opens_the_reply_box() -> None:
    """Else the answer would not reach us; buttons lead where there are some."""
    asked = Outgoing(Send.TEXT, -5, text=HELLO, force_reply=True)

    assert only(asked).parameters["reply_markup"] == {"force_reply": True, "selective": True}
    assert only(replace(asked, rows=ROWS)).parameters["reply_markup"] == KEYBOARD


def test_long_words_become_several_messages() -> None:
    """The first answers, the last has the buttons."""
    parts = plan(Outgoing(Send.TEXT, 5, text=HELLO, body=LONG, rows=ROWS, reply_to=9), ENGLISH)

    assert len(parts) == 2
    assert ["reply_parameters" in part.parameters for part in parts] == [True, False]
    assert ["reply_markup" in part.parameters for part in parts] == [False, True]


def test_a_message_that_was_interrupted_goes_on() -> None:
    """What went out is not made again."""
    whole = Outgoing(Send.TEXT, 5, text=HELLO, body=LONG)

    assert plan(replace(whole, sent=(70,)), ENGLISH) == plan(whole, ENGLISH)[1:]


def test_an_edit_replaces_words_and_buttons() -> None:
    """Of the message that was looked up."""
    assert made(Outgoing(Send.EDIT, 5, text=HELLO, target=7, rows=ROWS)) == [
        (
            "editMessageText",
            {
                "chat_id": 5,
                "message_id": 7,
                "text": SAID,
                "parse_mode": "HTML",
                "link_preview_options": NO_PREVIEW,
                "reply_markup": KEYBOARD,
            },
        )
    ]


def test_a_card_that_is_not_there_needs_no_call() -> None:
    """Nothing is owed then."""
    assert plan(Outgoing(Send.EDIT, 5, text=HELLO, card=1), ENGLISH) == []


def test_buttons_alone_can_change() -> None:
    """The words stay."""
    assert made(Outgoing(Send.EDIT, 5, target=7, rows=ROWS)) == [
        ("editMessageReplyMarkup", {"chat_id": 5, "message_id": 7, "reply_markup": KEYBOARD})
    ]


def test_an_edit_that_grew_too_long_goes_on_below() -> None:
    """The edit itself can be repeated; what was sent below it is not."""
    owed = Outgoing(Send.EDIT, 5, text=HELLO, body=LONG, target=7, rows=ROWS)

    assert [call.method for call in plan(owed, ENGLISH)] == ["editMessageText", "sendMessage"]
    assert "reply_markup" in plan(owed, ENGLISH)[1].parameters
    assert [call.method for call in plan(replace(owed, sent=(70,)), ENGLISH)] == ["editMessageText"]


def test_a_copy_without_words_keeps_its_own() -> None:
    """One call, with buttons."""
    owed = Outgoing(Send.COPY, 5, copy_from=8, copy_ids=(80,), rows=ROWS, reply_to=9)

    assert made(owed) == [
        (
            "copyMessage",
            {
                "chat_id": 5,
                "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True},
                "from_chat_id": 8,
                "message_id": 80,
                "reply_markup": KEYBOARD,
            },
        )
    ]


def test_a_copied_picture_carries_new_words() -> None:
    """Where it is known to be something that can, and they fit."""
    owed = Outgoing(Send.COPY, 5, text=HELLO, copy_from=8, copy_ids=(80,), attachment=Attachment("photo", "f"))

    assert only(owed).parameters["caption"] == SAID
    assert [call.method for call in plan(replace(owed, body=LONG), ENGLISH)][-1] == "copyMessage"


@pytest.mark.parametrize("kind", [None, "sticker", "video_note", "location", "contact"])
def test_what_cannot_carry_words_gets_them_before_it(kind: str | None) -> None:
    """Its own caption, if it has one, does not come a second time."""
    attachment = Attachment(kind, "f") if kind else None
    owed = Outgoing(Send.COPY, 5, text=HELLO, copy_from=8, copy_ids=(80,), attachment=attachment, rows=ROWS)

    words, copy = plan(owed, ENGLISH)

    assert (words.method, words.parameters["text"]) == ("sendMessage", SAID)
    assert "reply_markup" not in words.parameters
    assert (copy.method, copy.parameters["caption"]) == ("copyMessage", "")
    assert copy.parameters["reply_markup"] == KEYBOARD


def test_an_album_is_copied_whole() -> None:
    """In order, each part once; the words before it have the buttons, since an album cannot."""
    owed = Outgoing(Send.COPY, 5, thread_id=3, text=HELLO, copy_from=8, copy_ids=(82, 80, 82), rows=ROWS)

    words, album = plan(owed, ENGLISH)

    assert words.parameters["reply_markup"] == KEYBOARD
    assert album == Call(
        "copyMessages",
        {"chat_id": 5, "message_thread_id": 3, "from_chat_id": 8, "message_ids": [80, 82], "remove_caption": True},
    )


def test_very_many_copies_take_several_calls() -> None:
    """Telegram takes a hundred at once."""
    parts = plan(Outgoing(Send.COPY, 5, copy_from=8, copy_ids=tuple(range(1, 151))), ENGLISH)

    assert [len(part.parameters["message_ids"]) for part in parts] == [100, 50]


@pytest.mark.parametrize("kind", sorted(calls.CAPTIONED))
def test_a_known_file_is_sent_with_its_words(kind: str) -> None:
    """As their caption."""
    call = only(Outgoing(Send.MEDIA, 5, text=HELLO, attachment=Attachment(kind, "file-1")))

    assert call.method.lower() == f"send{kind}".replace("_", "")
    assert (call.parameters[kind], call.parameters["caption"]) == ("file-1", SAID)


@pytest.mark.parametrize(
    ("attachment", "method"),
    [
        (Attachment("sticker", "f"), "sendSticker"),
        (Attachment("video_note", "f"), "sendVideoNote"),
        (Attachment("location", details={"latitude": 1.5, "longitude": 2.5}), "sendLocation"),
        (
            Attachment("venue", details={"latitude": 1.5, "longitude": 2.5, "title": "t", "address": "a"}),
            "sendVenue",
        ),
        (Attachment("contact", details={"phone_number": "1", "first_name": "n", "user_id": 9}), "sendContact"),
    ],
)
def test_other_media_have_their_words_before_them(attachment: Attachment, method: str) -> None:
    """And only what Telegram wants to know."""
    words, thing = plan(Outgoing(Send.MEDIA, 5, text=HELLO, attachment=attachment), ENGLISH)

    assert (words.method, thing.method) == ("sendMessage", method)
    assert "caption" not in thing.parameters
    assert "user_id" not in thing.parameters


def test_a_stored_file_goes_out_as_it_is() -> None:
    """Name, type and bytes are those it was kept with."""
    stored = StoredFile("协议.docx", "application/x-test", b"PK\x00\xff")
    call = only(Outgoing(Send.DOCUMENT, 5, text=HELLO, file=1, content=stored))
    assert call.method == "sendDocument"
    assert call.file == ("document", ("协议.docx", b"PK\x00\xff", "application/x-test"))


def test_a_document_is_made_of_its_text() -> None:
    """One's own data, say."""
    call = only(Outgoing(Send.DOCUMENT, 5, text=HELLO, document=("data.json", '{"说": 1}')))

    assert call.file == ("document", ("data.json", '{"说": 1}'.encode(), "application/json"))
    assert call.parameters["caption"] == SAID


def test_a_button_press_is_answered() -> None:
    """With nothing, a toast or an alert, never longer than Telegram takes."""
    assert made(Outgoing(Send.CALLBACK, 5, callback_id="c")) == [("answerCallbackQuery", {"callback_query_id": "c"})]
    alert = only(Outgoing(Send.CALLBACK, 5, callback_id="c", text=Text.lines(*[HELLO] * 100), alert=True))
    assert len(alert.parameters["text"]) == calls.TOAST_LENGTH
    assert alert.parameters["show_alert"] is True


def test_a_reaction_is_set() -> None:
    """Or taken back."""
    call = only(Outgoing(Send.REACTION, 5, target=7, reaction="👌"))
    assert call.parameters["reaction"] == [{"type": "emoji", "emoji": "👌"}]
    assert only(Outgoing(Send.REACTION, 5, target=7)).parameters["reaction"] == []


def test_a_menu_shows_the_commands_of_its_roles() -> None:
    """To that chat only, in its language."""
    deputy = only(Outgoing(Send.MENU, 5, menu="deputy+constituent"))
    nobody = only(Outgoing(Send.MENU, 5, menu="constituent"))

    assert deputy.parameters["scope"] == {"type": "chat", "chat_id": 5}
    names = {command["command"] for command in deputy.parameters["commands"]}
    assert {"inbox", "report"} < names
    assert "inbox" not in {command["command"] for command in nobody.parameters["commands"]}


@pytest.mark.parametrize(
    "owed",
    [
        Outgoing(Send.TEXT, 5),
        Outgoing(Send.COPY, 5, copy_from=8),
        Outgoing(Send.COPY, 5, copy_ids=(1,)),
        Outgoing(Send.MEDIA, 5),
        Outgoing(Send.MEDIA, 5, attachment=Attachment("telegraph", "f")),
        Outgoing(Send.MEDIA, 5, attachment=Attachment("photo")),
        Outgoing(Send.DOCUMENT, 5),
        Outgoing(Send.POLL, -5),
        Outgoing(Send.PHOTO, 5),
        Outgoing(Send.TEXT, 5, text=HELLO, rows=((Button(HELLO, data="說" * 22),),)),
        Outgoing(Send.TEXT, 5, text=HELLO, rows=((Button(HELLO, data=""),),)),
        Outgoing(Send.TEXT, 5, text=HELLO, rows=((Button(HELLO),),)),
    ],
)
def test_what_cannot_be_sent_is_found_before_it_is_tried(owed: Outgoing) -> None:
    """A button's data beyond 64 bytes, a promise without content: our mistake, and told as such."""
    with pytest.raises(OurMistake):
        plan(owed, ENGLISH)


def test_what_is_taken_back_and_what_is_pinned() -> None:
    """Each message by itself, so that one that is gone does not hide the others; a pin makes no sound."""
    assert made(Outgoing(Send.DELETE, -5, targets=(7, 8))) == [
        ("deleteMessage", {"chat_id": -5, "message_id": 7}),
        ("deleteMessage", {"chat_id": -5, "message_id": 8}),
    ]
    pinned = {"chat_id": -5, "message_id": 7, "disable_notification": True}
    assert made(Outgoing(Send.PIN, -5, target=7)) == [("pinChatMessage", pinned)]
    assert made(Outgoing(Send.UNPIN, -5, target=7)) == [("unpinChatMessage", {"chat_id": -5, "message_id": 7})]


@pytest.mark.parametrize("kind", [Send.DELETE, Send.PIN, Send.UNPIN])
def test_in_a_chat_that_moved_there_is_nothing_to_take_back(kind: Send) -> None:
    """Message ids of the old chat mean nothing in the new one."""
    assert made(Outgoing(kind, -5)) == []


def test_a_native_poll_is_not_anonymous_and_can_be_changed() -> None:
    """Who votes where has to reach us; a vote can be changed and taken back."""
    poll = NativePoll("Which?", ("Lamps", "Benches"), multiple=True, hidden=True)
    call = only(Outgoing(Send.POLL, -5, text=HELLO, poll=poll))
    assert call.method == "sendPoll"
    assert call.parameters == {
        "chat_id": -5,
        "question": "Which?",
        "options": [{"text": "Lamps"}, {"text": "Benches"}],
        "is_anonymous": False,
        "allows_multiple_answers": True,
        "allows_revoting": True,
        "hide_results_until_closes": True,
        "description": SAID,
        "description_parse_mode": "HTML",
    }


def test_a_poll_is_stopped_where_it_stands() -> None:
    """In a group that moved its message cannot be named any more."""
    assert made(Outgoing(Send.STOP_POLL, -5, target=7)) == [("stopPoll", {"chat_id": -5, "message_id": 7})]
    assert made(Outgoing(Send.STOP_POLL, -5)) == []


def test_a_stored_picture_is_shown_as_a_picture() -> None:
    """With its words as the caption."""
    stored = StoredFile("result.png", "image/png", b"PNG")
    call = only(Outgoing(Send.PHOTO, 5, text=HELLO, file=1, content=stored))
    assert (call.method, call.file) == ("sendPhoto", ("photo", ("result.png", b"PNG", "image/png")))
    assert call.parameters["caption"] == SAID
