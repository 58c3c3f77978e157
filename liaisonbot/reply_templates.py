"""Beginnings of formal replies, as ``data/replies.toml`` lists them: per class, most of them per category.

A blank is written 【…】, in the deputy's own templates as well.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final

from liaisonbot.vocabulary import ReplyClass


@dataclass(frozen=True, slots=True)
class Template:
    """A template that comes with the program. Without categories it fits any."""

    key: str
    reply_class: ReplyClass
    categories: frozenset[str]
    label_zh: str
    label_en: str
    zh: str
    en: str

    def label(self, language: str) -> str:
        return self.label_zh if language == "zh" else self.label_en

    def words(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def _read() -> tuple[Template, ...]:
    raw = tomllib.loads((resources.files("liaisonbot") / "data" / "replies.toml").read_text("utf-8"))
    return tuple(
        Template(
            row["key"],
            ReplyClass(row["class"]),
            frozenset(row.get("categories", ())),
            *(row[name] for name in ("label_zh", "label_en", "zh", "en")),
        )
        for row in raw["template"]
    )


TEMPLATES: Final = _read()
BY_KEY: Final = {template.key: template for template in TEMPLATES}


def fitting(reply_class: str, category: str) -> list[Template]:
    """Those of that class which fit the category; what was written for it comes first."""
    found = [template for template in TEMPLATES if template.reply_class == reply_class]
    for_it = [template for template in found if category in template.categories]
    return for_it + [template for template in found if not template.categories]


_BLANK: Final = re.compile(r"【([^【】]{1,30})】")
_DATES: Final = frozenset({"日期", "date"})


def next_blank(words: str) -> str | None:
    """The name of the first blank that is still open."""
    found = _BLANK.search(words)
    return found[1] if found else None


def filled(words: str, typed: str) -> str:
    """The same with the first blank filled. What was typed is taken as it is; it cannot open a blank anew."""
    return _BLANK.sub(lambda _: typed.replace("【", "[").replace("】", "]"), words, count=1)


def dated(words: str, day: str) -> str:
    """The same with every blank for a date filled."""
    return _BLANK.sub(lambda found: day if found[1].strip().lower() in _DATES else found[0], words)
