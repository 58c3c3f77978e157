"""Long texts in pieces that Telegram takes.

Telegram counts UTF-16 units of what is seen, after the markup is read. A piece ends where a reader would pause: at the
end of a paragraph, else of a line, a sentence, a word. Markup that is open at the cut is closed there and opened again.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024

_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9-]*)[^>]*>", re.IGNORECASE)
_PAUSES: Final = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？!?…；;][”’」』）)]*\s*|\.\s"),
    re.compile(r"[，、,\s]"),
)
_JOINERS: Final = {"\u200d", "\ufe0e", "\ufe0f", "\u20e3"}


def length(markup: str) -> int:
    """How long Telegram finds it."""
    return _units(_seen(markup))


def fits(markup: str, limit: int) -> bool:
    # Two units a character is the most; markup only makes it shorter.
    return 2 * len(markup) <= limit or length(markup) <= limit


def pieces(markup: str, limit: int = TEXT_LIMIT) -> list[str]:
    """The text in order, in as few pieces as pausing at good places allows; white space at the cuts is lost."""
    if fits(markup, limit):
        return [markup]
    marked = _Marked.read(markup)
    return [marked.slice(start, end) for start, end in _cuts(marked.text, limit)]


def _seen(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup))


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _cuts(text: str, limit: int) -> list[tuple[int, int]]:
    cuts = []
    start = 0
    while start < len(text):
        end = _longest(text, start, limit)
        if end < len(text):
            end = _pause(text, start, end)
        cuts.append((start, end))
        start = end
        while start < len(text) and text[start].isspace():
            start += 1
    return cuts


def _longest(text: str, start: int, limit: int) -> int:
    """Where the longest piece from ``start`` ends, of whole characters as people see them."""
    end, units = start, 0
    while end < len(text):
        units += 2 if text[end] > "\uffff" else 1
        if units > limit:
            break
        end += 1
    while start + 1 < end < len(text) and _belongs_to_the_one_before(text, end):
        end -= 1
    return end


def _belongs_to_the_one_before(text: str, at: int) -> bool:
    return text[at] in _JOINERS or text[at - 1] == "\u200d" or unicodedata.combining(text[at]) != 0


def _pause(text: str, start: int, end: int) -> int:
    """The last good place for a cut in the second half of the piece; its very end where there is none."""
    half = start + (end - start) // 2
    for pause in _PAUSES:
        found = [match.end() for match in pause.finditer(text, half, end)]
        if found:
            return found[-1]
    return end


@dataclass(frozen=True, slots=True)
class _Marked:
    """What is seen, and which tags stand before which character."""

    text: str
    tags: tuple[tuple[int, str, str], ...]
    """(position, name, the tag itself); the name of a closing tag begins with a slash."""

    @classmethod
    def read(cls, markup: str) -> _Marked:
        parts: list[str] = []
        tags: list[tuple[int, str, str]] = []
        position = at = 0
        for match in _TAG.finditer(markup):
            parts.append(html.unescape(markup[at : match.start()]))
            position += len(parts[-1])
            tags.append((position, match[1] + match[2].lower(), match[0]))
            at = match.end()
        parts.append(html.unescape(markup[at:]))
        return cls("".join(parts), tuple(tags))

    def slice(self, start: int, end: int) -> str:
        """That stretch as markup that stands by itself."""
        end -= len(self.text[start:end]) - len(self.text[start:end].rstrip())
        open_tags: list[tuple[str, str]] = []
        for _, name, tag in (entry for entry in self.tags if entry[0] <= start):
            _follow(open_tags, name, tag)
        out = [tag for _, tag in open_tags]
        at = start
        for position, name, tag in (entry for entry in self.tags if start < entry[0] < end):
            out += (html.escape(self.text[at:position], quote=False), tag)
            _follow(open_tags, name, tag)
            at = position
        out.append(html.escape(self.text[at:end], quote=False))
        out += (f"</{name}>" for name, _ in reversed(open_tags))
        return "".join(out)


def _follow(open_tags: list[tuple[str, str]], name: str, tag: str) -> None:
    """Keep track of what is open."""
    if not name.startswith("/"):
        open_tags.append((name, tag))
    elif open_tags and open_tags[-1][0] == name[1:]:
        open_tags.pop()
