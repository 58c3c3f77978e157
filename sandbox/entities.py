"""Message entities: where in a text a mention, a command or a link stands, counted in UTF-16 code units."""

import re
from typing import Any

Entity = dict[str, Any]

# Word boundaries are Unicode's, as in Telegram: neither "你好/help" nor "@some_bot你好" has a command or a mention.
LINKS = (
    r"(?:https?://|tg://)[^\s<>\"]+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|cn|me|io|gov|edu)(?:/[^\s<>\"]*)?(?!\w)"
)
PATTERN = re.compile(
    r"(?P<email>(?<!\w)[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"
    rf"|(?P<url>{LINKS})"
    r"|(?P<bot_command>(?<![\w/<>])/[a-z0-9_]{1,64}(?:@[a-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<!\w)@[a-z0-9_]{2,32}(?!\w))"
    r"|(?P<hashtag>(?<!\w)#(?!\d+(?!\w))\w{1,255})",
    re.IGNORECASE,
)
COMMAND = re.compile(r"/([a-z0-9_]{1,64})(?:@([a-z0-9_]{3,32}))?(?![\w/<>@])", re.IGNORECASE)
MARKERS = re.compile(r"[/@#.]")
OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "url"})


def utf16_length(text: str) -> int:
    """How many UTF-16 code units the text takes; Telegram counts offsets in these."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def part(text: str, entity: Entity) -> str:
    """The piece of the text that an entity covers."""
    units = text.encode("utf-16-le")
    start = entity["offset"] * 2
    return units[start : start + entity["length"] * 2].decode("utf-16-le", "replace")


def detect(text: str, given: list[Entity] | None = None) -> list[Entity]:
    """The entities of a text: those given by markup, and those Telegram finds by itself outside of code and links."""
    entities = list(given or ())
    if not MARKERS.search(text):
        return entities
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in OPAQUE]
    for match in PATTERN.finditer(text):
        offset, length = utf16_length(text[: match.start()]), utf16_length(match[0])
        if all(offset + length <= low or offset >= high for low, high in taken):
            entities.append({"type": str(match.lastgroup), "offset": offset, "length": length})
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def command_of(text: str) -> tuple[str, str | None] | None:
    """The command a message starts with, and the bot it is addressed to if one is named."""
    match = COMMAND.match(text)
    return (match[1], match[2]) if match else None


def mentions(text: str, entities: list[Entity], username: str) -> bool:
    """Whether one of the entities mentions that username."""
    wanted = f"@{username}".lower()
    return any(e["type"] == "mention" and part(text, e).lower() == wanted for e in entities)
