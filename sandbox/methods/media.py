"""Messages with files: single ones and albums."""

from typing import Any

from sandbox import access, contents, limits
from sandbox.errors import bad_request
from sandbox.files import File
from sandbox.methods import Params, serves
from sandbox.methods.sending import caption_content, post, send
from sandbox.model import Wire
from sandbox.schema import Upload
from sandbox.wire import message as message_wire
from sandbox.world import World

MEASURES = ("width", "height", "duration", "length", "performer", "title", "emoji")
ALBUM_FAMILY = {"photo": "visual", "video": "visual", "audio": "audio", "document": "document"}
PNG = b"\x89PNG\r\n\x1a\n"
PICTURES = (b"\xff\xd8\xff", PNG, b"GIF8", b"RIFF", b"BM")
"""What files begin with that Telegram takes as a photo: JPEG, PNG, GIF, WebP, BMP."""
WITHOUT_CAPTION = frozenset({"video_note", "sticker"})


def file_of(world: World, p: Wire, kind: str, given: Any, uploads: Wire) -> File:
    """The file a parameter means: one uploaded with the call, or one sent before."""
    if isinstance(given, str) and given.startswith("attach://"):
        name = given.removeprefix("attach://")
        if name not in uploads:
            raise bad_request(f'there is no file "{name}" in the request')
        given = uploads[name]
    if isinstance(given, Upload):
        about = {key: p[key] for key in MEASURES if key in p}
        world.files.check(kind, given)
        if kind == "photo":
            _check_picture(given)
        return world.files.add(kind, bytes(given), name=given.name, mime=given.mime, about=about)
    return world.files.named(given, kind)


def _check_picture(picture: bytes) -> None:
    """Whether it is one that becomes a photo; of how large it is only PNG is asked, in which the bot draws."""
    if not picture.startswith(PICTURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if picture.startswith(PNG) and picture[12:16] == b"IHDR":
        width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
        too_long = max(width, height) > limits.PHOTO_RATIO * min(width, height)
        if width + height > limits.PHOTO_SIDES or too_long:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _register(kind: str, name: str) -> None:
    @serves(name)
    def send_media(world: World, p: Params) -> Wire:
        access.writable(world, p["chat_id"], kind)  # before the file is kept
        content = contents.media(file_of(world, p, kind, p[kind], p.uploads))
        if kind not in WITHOUT_CAPTION:
            content |= caption_content(world, p)
        return message_wire(send(world, p, kind, content))


for _kind, _name in (
    ("photo", "sendPhoto"),
    ("video", "sendVideo"),
    ("voice", "sendVoice"),
    ("video_note", "sendVideoNote"),
    ("audio", "sendAudio"),
    ("document", "sendDocument"),
    ("animation", "sendAnimation"),
    ("sticker", "sendSticker"),
):
    _register(_kind, _name)


def input_media(world: World, item: Wire, uploads: Wire) -> tuple[str, Wire]:
    """The kind and content an InputMedia object describes."""
    kind = item["type"]
    if kind not in ALBUM_FAMILY and kind != "animation":
        raise bad_request(f"the sandbox has no {kind} in InputMedia")
    file = file_of(world, item, kind, item["media"], uploads)
    return kind, contents.media(file) | caption_content(world, item)


@serves("sendMediaGroup")
def send_media_group(world: World, p: Params) -> list[Wire]:
    families = {ALBUM_FAMILY.get(item["type"]) for item in p["media"]}
    if len(families) != 1 or None in families:
        raise bad_request("can't use the media of the specified type in the album")
    chat = access.writable(world, p["chat_id"], p["media"][0]["type"])
    parts = [input_media(world, item, p.uploads) for item in p["media"]]
    album = album_id(world)
    return [message_wire(post(world, chat, p, kind, content, album=album)) for kind, content in parts]


def album_id(world: World) -> str:
    """A new media_group_id."""
    return str(13_000_000_000_000_000 + world.number("album"))


@serves("getFile")
def get_file(world: World, p: Params) -> Wire:
    file = world.files.downloadable(p["file_id"])
    return file.wire | {"file_path": file.path}
