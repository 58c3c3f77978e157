"""Long texts in pieces that Telegram takes."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import splitting
from sandbox import markup


def words_of(pieces: list[str]) -> str:
    """What is left of a text when white space does not count."""
    return "".join("".join(markup.parse_html(piece)[0].split()) for piece in pieces)


def test_a_short_text_stays_as_it_is() -> None:
    """To the letter."""
    assert splitting.pieces("<b>A</b> &amp; b") == ["<b>A</b> &amp; b"]
    assert splitting.pieces("") == [""]


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("one two three\n\nfour five six", 20, ["one two three", "four five six"]),
        ("line one\nline two\nline three", 20, ["line one\nline two", "line three"]),
        ("A sentence. And another one here", 20, ["A sentence.", "And another one here"]),
        ("路灯坏了。请尽快派人来修。谢谢", 8, ["路灯坏了。", "请尽快派人来修。", "谢谢"]),
        ("several words without an end", 15, ["several words", "without an end"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
    ],
)
def test_a_piece_ends_where_a_reader_would_pause(text: str, limit: int, pieces: list[str]) -> None:
    """At a paragraph, else a line, a sentence, a word; inside a word only when there is no other way."""
    assert splitting.pieces(text, limit) == pieces


def test_length_is_what_telegram_counts() -> None:
    """UTF-16 units of what is seen: markup counts nothing, an emoji two."""
    assert splitting.length("<b>a&lt;</b>🎉") == 4
    assert splitting.pieces("🎉" * 6, 10) == ["🎉" * 5, "🎉"]


def test_what_people_see_as_one_character_stays_whole() -> None:
    """A family is five code points."""
    family = "👨‍👩‍👧"
    assert splitting.pieces(family * 2, 10) == [family, family]
    assert splitting.pieces("xxxxe\u0301", 5) == ["xxxx", "e\u0301"]


def test_markup_open_at_the_cut_is_closed_and_opened_again() -> None:
    """Each piece stands by itself."""
    text = '<b>bold <a href="https://x">link one\nlink two</a> bold</b> plain'

    assert splitting.pieces(text, 17) == [
        '<b>bold <a href="https://x">link one</a></b>',
        '<b><a href="https://x">link two</a> bold</b>',
        "plain",
    ]


@given(st.text(alphabet=st.sampled_from("ab 。.\n<&>🎉路\u0301\u200d"), min_size=1, max_size=300), st.integers(8, 60))
def test_nothing_that_was_written_gets_lost(text: str, limit: int) -> None:
    """Whatever it is: every piece fits, is understood by Telegram, and together they say the same."""
    pieces = splitting.pieces(f"<b>{html.escape(text, quote=False)}</b>", limit)

    assert all(splitting.length(piece) <= limit for piece in pieces)
    assert words_of(pieces) == "".join(text.split())
