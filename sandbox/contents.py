"""What can be in a message, in the Bot API's form: the part that is the same whoever sends it."""

from sandbox.entities import Entity, detect
from sandbox.files import File
from sandbox.model import Wire

THUMBNAIL = 320


def text(words: str, entities: list[Entity] | None = None) -> Wire:
    content: Wire = {"text": words}
    if found := detect(words, entities):
        content["entities"] = found
    return content


def caption(words: str, entities: list[Entity] | None = None) -> Wire:
    """The caption's fields, none if there is no caption."""
    if not words:
        return {}
    content: Wire = {"caption": words}
    if found := detect(words, entities):
        content["caption_entities"] = found
    return content


def media(file: File) -> Wire:
    """The file as the kind it is, with plausible measures where the sender gave none."""
    about = file.about
    match file.kind:
        case "photo":
            full = {**file.wire, "width": 1280, "height": 960, **about}
            small = {**full, "width": THUMBNAIL, "height": THUMBNAIL * full["height"] // full["width"]}
            return {"photo": [small, full]}
        case "video" | "animation":
            shape = {"width": 1280, "height": 720, "duration": 5, "mime_type": file.mime, **_name(file), **about}
            content = {file.kind: {**file.wire, **shape}}
            return content | ({"document": _document(file)} if file.kind == "animation" else {})
        case "voice":
            return {"voice": {**file.wire, "duration": 3, "mime_type": file.mime, **about}}
        case "video_note":
            return {"video_note": {**file.wire, "length": 240, "duration": 5, **about}}
        case "audio":
            return {"audio": {**file.wire, "duration": 180, "mime_type": file.mime, **_name(file), **about}}
        case "sticker":
            shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            return {"sticker": {**file.wire, **shape, "emoji": "🙂", **about}}
    return {"document": _document(file) | about}


def location(latitude: float, longitude: float, accuracy: float | None = None) -> Wire:
    place: Wire = {"latitude": latitude, "longitude": longitude}
    return {"location": place | ({} if accuracy is None else {"horizontal_accuracy": accuracy})}


def venue(latitude: float, longitude: float, title: str, address: str) -> Wire:
    """A venue; Telegram shows its location beside it."""
    place = location(latitude, longitude)
    return {"venue": {**place, "title": title, "address": address}, **place}


def contact(phone: str, first_name: str, last_name: str = "", user_id: int | None = None) -> Wire:
    card: Wire = {"phone_number": phone, "first_name": first_name}
    if last_name:
        card["last_name"] = last_name
    if user_id is not None:
        card["user_id"] = user_id
    return {"contact": card}


def _name(file: File) -> Wire:
    return {"file_name": file.name} if file.name else {}


def _document(file: File) -> Wire:
    return {**file.wire, "mime_type": file.mime, **_name(file)}
