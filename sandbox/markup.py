"""Telegram's HTML: text with tags becomes plain text and entities, and what Telegram refuses is refused.

The standard library's parser forgives what Telegram does not (unknown tags, crossing tags, a stray ``<``), so the
few rules of https://core.telegram.org/bots/api#html-style are followed here one by one.
"""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.entities import Entity, utf16_length
from sandbox.errors import ApiError, bad_request

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
}
KINDS = frozenset(SIMPLE.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "blockquote",
    "expandable_blockquote", "text_link", "text_mention", "custom_emoji", "date_time",
}  # fmt: skip
TAGS = frozenset(SIMPLE) | {"a", "blockquote", "tg-emoji", "tg-time"}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPECIAL = re.compile(r"[<&]")
ATTRIBUTE = re.compile(r"""([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)(?=[\s>])))?\s*""")


@dataclass(slots=True)
class Open:
    """A tag that waits for its end."""

    tag: str
    attributes: dict[str, str]
    offset: int
    order: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities; raises Telegram's 400 if the markup is wrong."""
    if not SPECIAL.search(source):
        return source, []
    return _Parser(source).run()


def parse(text: str, parse_mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """A text as Telegram understands it: marked up, with entities given beside it, or plain; trimmed."""
    if len(text.encode()) > 1 << 15:
        raise bad_request("text is too long")
    if not text or not parse_mode or parse_mode.lower() == "none":
        _check(text, entities or [])
        return trim(text, list(entities or ()))
    if parse_mode.lower() == "html":
        return trim(*parse_html(text))
    if parse_mode.lower() in ("markdown", "markdownv2"):
        raise bad_request("unsupported parse_mode: the sandbox understands HTML only")
    raise bad_request("unsupported parse_mode")


def _check(text: str, entities: list[Entity]) -> None:
    """Entities that came with a text stand inside it, and are of a kind there is."""
    length = utf16_length(text)
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in KINDS:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if start < 0:
            raise bad_request(f"receive an entity with incorrect offset {start}")
        if end < start:
            raise bad_request(f"receive an entity with incorrect length {entity['length']}")
        if start > length:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
        if end > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            )


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at both ends, the entities moved along; what covers nothing any more is dropped."""
    if text and (text[0].isspace() or text[-1].isspace()):
        left = utf16_length(text) - utf16_length(text.lstrip())
        text = text.strip()
        length = utf16_length(text)
        entities = [moved for entity in entities if (moved := _moved(entity, left, length)) is not None]
    return text, entities


def _moved(entity: Entity, left: int, length: int) -> Entity | None:
    start = max(0, entity["offset"] - left)
    end = min(length, entity["offset"] + entity["length"] - left)
    return {**entity, "offset": start, "length": end - start} if end > start else None


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.offset = 0
        self.open: list[Open] = []
        self.done: list[tuple[int, Entity]] = []
        self.opened = 0

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            match = SPECIAL.search(self.source, self.at)
            stop = match.start() if match else len(self.source)
            self.add(self.source[self.at : stop])
            self.at = stop
            if match is None:
                break
            if match[0] == "&":
                self.reference()
            elif self.source.startswith("</", self.at):
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise self.error(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"', at=None)
        ordered = sorted(self.done, key=lambda pair: (pair[1]["offset"], -pair[1]["length"], pair[0]))
        return "".join(self.pieces), [entity for _, entity in ordered]

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += utf16_length(text)

    def reference(self) -> None:
        match = REFERENCE.match(self.source, self.at)
        if match is None:
            self.add("&")
            self.at += 1
            return
        code = int(match[1], 16) if match[1] else int(match[2]) if match[2] else 0
        known = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
        self.add(NAMED[match[3]] if match[3] else chr(code) if known else match[0])
        self.at = match.end()

    def start_tag(self) -> None:
        begin = self.at
        name = re.compile(r"[^\s>]*").match(self.source, begin + 1)
        tag = name[0].lower() if name else ""
        if name is None or name.end() >= len(self.source):
            raise self.error("Unclosed start tag", begin)
        if tag not in TAGS:
            raise self.error(f'Unsupported start tag "{tag}"', begin)
        attributes = self.attributes(tag, name.end(), begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(Open(tag, attributes, self.offset, self.opened))
        self.opened += 1

    def attributes(self, tag: str, at: int, begin: int) -> dict[str, str]:
        """The attributes of the start tag; leaves the place behind its ``>``."""
        found: dict[str, str] = {}
        space = re.compile(r"\s*")
        at = space.match(self.source, at).end()  # type: ignore[union-attr]  # \s* matches anywhere
        while at < len(self.source) and self.source[at] != ">":
            match = ATTRIBUTE.match(self.source, at)
            if match is None:
                raise self.error(f'Empty attribute name in the tag "{tag}"', begin)
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found[match[1].lower()] = REFERENCE.sub(_decoded, value)
            at = match.end()
            if self.source.startswith("=", at):
                raise self.error(f'Unclosed start tag "{tag}"', begin)
        if at >= len(self.source):
            raise self.error(f'Unclosed start tag "{tag}"', begin)
        self.at = at + 1
        return found

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self.error("Unexpected end tag", begin)
        match = re.compile(r"</([^\s>]*)\s*(>?)").match(self.source, begin)
        if match is None or not match[2]:
            raise self.error("Unclosed end tag", begin)
        expected = self.open[-1].tag
        found = match[1].lower()
        if found and found != expected:
            raise self.error("Unmatched end tag", begin, f', expected "</{expected}>", found "</{found}>"')
        self.close(self.open.pop())
        self.at = match.end()

    def close(self, tag: Open) -> None:
        entity = self.entity_of(tag)
        if entity is not None and self.offset > tag.offset:
            self.done.append((tag.order, {**entity, "offset": tag.offset, "length": self.offset - tag.offset}))

    def entity_of(self, tag: Open) -> Entity | None:
        match tag.tag:
            case "a":
                return _link(tag.attributes.get("href") or self.text_since(tag.offset))
            case "blockquote":
                return {"type": "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"}
            case "tg-emoji":
                if not tag.attributes.get("emoji-id", "").isdigit():
                    raise self.error("Invalid custom emoji identifier specified", at=None)
                return {"type": "custom_emoji", "custom_emoji_id": tag.attributes["emoji-id"]}
            case "tg-time":
                return _time(tag.attributes)
            case "code" if self.open and self.open[-1].tag == "pre" and "class" in tag.attributes:
                self.open[-1].attributes["language"] = tag.attributes["class"].removeprefix("language-")
                return None
            case "pre" if "language" in tag.attributes:
                return {"type": "pre", "language": tag.attributes["language"]}
        return {"type": SIMPLE[tag.tag]}

    def text_since(self, offset: int) -> str:
        return "".join(self.pieces).encode("utf-16-le")[offset * 2 :].decode("utf-16-le")

    def error(self, what: str, at: int | None, rest: str = "") -> ApiError:
        where = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad_request(f"can't parse entities: {what}{where}{rest}")


def _link(href: str) -> Entity | None:
    """What ``<a>`` makes: a mention by id, a link, or nothing when the address is none (Telegram drops it silently)."""
    user = re.fullmatch(r"tg://user\?id=(\d+)", href)
    if user:
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    if not re.match(r"(?:https?|tg|ftp)://\S+$|[\w-]+(\.[\w-]+)+(/\S*)?$", href):
        return None
    return {"type": "text_link", "url": href if "://" in href else f"http://{href}/"}


def _time(attributes: dict[str, Any]) -> Entity | None:
    if not str(attributes.get("unix", "")).isdigit():
        return None
    entity = {"type": "date_time", "unix_time": int(attributes["unix"])}
    return entity | ({"date_time_format": attributes["format"]} if attributes.get("format") else {})


def _decoded(match: re.Match[str]) -> str:
    if match[3]:
        return NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code <= 0x10FFFF else match[0]
