"""Messages with files, both ways."""

from typing import Any

import pytest
from telegram import Bot, InputFile, InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo

from sandbox import Person, Room, Sandbox
from tests.sandbox.conftest import PNG, Inbox, refusal

KINDS = ["photo", "video", "voice", "video_note", "audio", "document", "animation", "sticker"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_goes_both_ways(bot: Bot, inbox: Inbox, alice: Person, private: Room, kind: str) -> None:
    """What a person sends the bot can fetch and send on; what the bot uploads is seen."""
    received = getattr(alice, f"sends_{kind}")(private, data=b"content of " + kind.encode())
    (update,) = await inbox.fetch()
    assert update.message is not None
    media = getattr(update.message, kind)
    file_id = media[-1].file_id if kind == "photo" else media.file_id

    file = await bot.get_file(file_id)
    sent_on = await getattr(bot, f"send_{kind}")(private.id, file_id)
    uploaded = await getattr(bot, f"send_{kind}")(private.id, InputFile(PNG + b"new", filename="x.bin"))

    assert received.file_id == file_id
    assert bytes(await file.download_as_bytearray()) == b"content of " + kind.encode()
    assert private.messages[-2].file_id == file_id
    assert getattr(sent_on, kind)
    assert getattr(uploaded, kind)
    assert private.messages[-1].file_id != file_id


@pytest.mark.parametrize("kind", ["location", "venue", "contact"])
async def test_places_and_contacts_reach_the_bot(inbox: Inbox, alice: Person, private: Room, kind: str) -> None:
    """With what the library needs to read them."""
    getattr(alice, f"sends_{kind}")(private)
    (update,) = await inbox.fetch()

    assert update.message is not None
    assert getattr(update.message, kind) is not None
    if kind == "contact":
        assert update.message.contact is not None
        assert update.message.contact.user_id == alice.id
    if kind == "venue":
        assert update.message.location is not None


async def test_an_album_arrives_in_parts(inbox: Inbox, alice: Person, private: Room) -> None:
    """Each part its own message and update; only the media_group_id joins them; the caption is under the first."""
    alice.sends_album(private, ["photo", "video", "photo"], "three pictures")
    messages = [update.message for update in await inbox.fetch() if update.message]

    assert len(messages) == 3
    assert len({message.media_group_id for message in messages}) == 1
    assert [message.caption for message in messages] == ["three pictures", None, None]
    assert len({message.message_id for message in messages}) == 3


async def test_the_bot_sends_an_album(bot: Bot, alice: Person, private: Room) -> None:
    """New files and old ones together."""
    known = alice.sends_photo(private)
    album: list[Any] = [
        InputMediaPhoto(str(known.file_id), caption="<i>one</i>", parse_mode="HTML"),
        InputMediaVideo(b"video"),
    ]

    sent = await bot.send_media_group(private.id, album)

    assert [message.kind for message in private.messages[-2:]] == ["photo", "video"]
    assert sent[0].caption == "one"
    assert sent[0].media_group_id == sent[1].media_group_id == private.messages[-1].album
    mixed: list[Any] = [InputMediaAudio(b"a"), InputMediaDocument(b"d")]
    assert "can't use the media" in (await refusal(bot.send_media_group(private.id, mixed))).lower()


async def test_media_can_be_exchanged(bot: Bot, private: Room) -> None:
    """A chart is replaced by a newer one in the same message."""
    sent = await bot.send_photo(private.id, PNG + b"old", "Week 1")

    await sent.edit_media(InputMediaPhoto(PNG + b"new", caption="Week 2"))

    assert private.last is not None
    assert private.last.id == sent.message_id
    assert private.last.caption == "Week 2"
    assert private.last.file_id != sent.photo[-1].file_id


async def test_files_that_are_refused(bot: Bot, alice: Person, private: Room) -> None:
    """Unknown ids, ids of another kind, addresses not to be fetched, empty and large files, photos that are none."""
    voice = str(alice.sends_voice(private).file_id)

    assert "wrong file identifier" in (await refusal(bot.send_photo(private.id, "nonsense"))).lower()
    assert "can't use file of type voice as photo" in (await refusal(bot.send_photo(private.id, voice))).lower()
    assert "failed to get http url" in (await refusal(bot.send_photo(private.id, "https://example.org/x.jpg"))).lower()
    assert "non-empty" in await refusal(bot.send_document(private.id, InputFile(b"", filename="x")))
    assert "too large" in (await refusal(bot.send_photo(private.id, bytes(11 << 20)))).lower()
    assert "image_process_failed" in (await refusal(bot.send_photo(private.id, b"%PDF-1.7"))).lower()
    for sides in ((1080, 8921), (100, 2001), (2001, 100)):
        large = PNG + b"\0\0\0\rIHDR" + b"".join(side.to_bytes(4, "big") for side in sides)
        assert "photo_invalid_dimensions" in (await refusal(bot.send_photo(private.id, large))).lower()
    pages = [InputMediaPhoto(b"%PDF-1.7"), InputMediaPhoto(b"%PDF-1.7")]
    assert "image_process_failed" in (await refusal(bot.send_media_group(private.id, pages))).lower()
    assert "wrong file_id" in (await refusal(bot.get_file("nonsense"))).lower()


async def test_names_and_types_of_documents_are_kept(bot: Bot, sandbox: Sandbox, private: Room) -> None:
    """A workbook arrives under its name."""
    sent = await bot.send_document(private.id, b"PK", filename="周报.xlsx")

    assert sent.document is not None
    assert sent.document.file_name == "周报.xlsx"
    assert sandbox.world.files.read(sandbox.world.files.by_id[sent.document.file_id]) == b"PK"
