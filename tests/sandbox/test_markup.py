"""Telegram's HTML, and the entities it finds by itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import entities, markup
from sandbox.errors import ApiError


def spans(text: str, found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(entity["type"], entities.part(text, entity)) for entity in found]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("plain", "plain", []),
        ("<b>民情</b> 😀 <i>x</i>", "民情 😀 x", [("bold", "民情"), ("italic", "x")]),
        ("😀<code>a &lt; b</code>", "😀a < b", [("code", "a < b")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
        ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del>", "abcd", [("bold", "a"), ("italic", "b"), ("underline", "c"), ("strikethrough", "d")]),  # noqa: E501
        ('<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", [("spoiler", "x"), ("spoiler", "y")]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", "x")]),
        ("<pre>x</pre>", "x", [("pre", "x")]),
        ("a &amp;&quot;&#39;&#x4e2d;&nbsp;&", "a &\"'中&nbsp;&", []),
        ("  <b> x </b>\n", "x", [("bold", "x")]),
        ("<b></b>x", "x", []),
        ("<b>x</>", "x", [("bold", "x")]),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(source: str, text: str, found: list[tuple[str, str]]) -> None:
    """Offsets count UTF-16 code units, so an emoji counts two."""
    parsed, entities_found = markup.parse(source, "HTML", None)

    assert parsed == text
    assert spans(parsed, entities_found) == found


def test_links_keep_their_address() -> None:
    """A link's text and address are two things; a person is mentioned by id."""
    source = '<a href="https://example.org/?a=1&amp;b=2">here</a> <a href=\'tg://user?id=7\'>you</a> <a href="no">x</a>'

    _, found = markup.parse(source, "html", None)

    assert found == [
        {"type": "text_link", "url": "https://example.org/?a=1&b=2", "offset": 0, "length": 4},
        {"type": "text_mention", "user": {"id": 7}, "offset": 5, "length": 3},
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("中<div>x</div>", 'Unsupported start tag "div" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', 'tag "a"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
def test_wrong_markup_is_refused_in_telegrams_words(source: str, words: str) -> None:
    """A sandbox that forgives hides the bug until it meets Telegram."""
    with pytest.raises(ApiError) as caught:
        markup.parse(source, "HTML", None)

    assert caught.value.description.startswith("Bad Request: can't parse entities: ")
    assert words in caught.value.description


@given(st.text())
def test_whatever_is_escaped_comes_out_as_it_went_in(text: str) -> None:
    """People type anything; escaped once it must survive."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert markup.parse_html(escaped) == (text, [])


@given(st.text(alphabet="<>/ab=\"' &;i中"))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    """Never an accident of our own."""
    try:
        text, found = markup.parse(source, "HTML", None)
    except ApiError:
        return
    assert all(0 <= e["offset"] <= e["offset"] + e["length"] <= entities.utf16_length(text) for e in found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/report The lamp", [("bot_command", "/report")]),
        ("/report@liaison_demo_bot x", [("bot_command", "/report@liaison_demo_bot")]),
        ("看 /help 吧", [("bot_command", "/help")]),
        ("你好/help, /help你好", []),
        ("@liaison_demo_bot 你好", [("mention", "@liaison_demo_bot")]),
        ("@liaison_demo_bot你好", []),
        ("https://example.org/a?b=c, a@b.cn #路灯 #1", [("url", "https://example.org/a?b=c,"), ("email", "a@b.cn"), ("hashtag", "#路灯")]),  # noqa: E501
        ("和/或 3.14 a/b", []),
    ],
)  # fmt: skip
def test_telegram_finds_commands_mentions_and_links(text: str, found: list[tuple[str, str]]) -> None:
    """Chinese letters are word letters: a command or mention that touches them is none."""
    assert spans(text, entities.detect(text)) == found


def test_nothing_is_found_inside_code() -> None:
    """What stands in code is not a command."""
    text, given_entities = markup.parse("<code>/help</code> /help", "HTML", None)

    assert spans(text, entities.detect(text, given_entities)) == [("code", "/help"), ("bot_command", "/help")]
