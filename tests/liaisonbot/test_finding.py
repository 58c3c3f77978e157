"""What a text is found by: by substring in Chinese, by word in other scripts, in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import finding
from liaisonbot.finding import Phrase, Wanted, phrases

LAMP = "小区东门 3 号楼的路灯坏了，报修电话没人接。The lamps at gate 12 were leaking."


@pytest.mark.parametrize(
    "typed",
    [
        *("路灯", "灯坏", "路", "小区东门", "3号楼", "３号楼", "路燈壞了", "路灯 坏了", "电话"),
        *("lamp", "LAMPS", "leak", "Leaking", "12", "gate 12", "Gate, lamp", "ｌａｍｐ"),
    ],
)
def test_what_stands_in_a_text_is_found(typed: str) -> None:
    """By any part in Chinese, one character as well; by whole words in English, whatever their size and ending."""
    assert Wanted(phrases(typed)).found_in([LAMP])
    assert all(phrase.terms <= finding.terms([LAMP]) for phrase in phrases(typed))


@pytest.mark.parametrize("typed", ["路坏", "门灯", "lam", "amp", "1", "2", "13号楼", "水", "路灯 水", "leaf"])
def test_what_does_not_stand_there_is_not(typed: str) -> None:
    """Characters that stand apart, parts of words and of figures, one word of two."""
    assert not Wanted(phrases(typed)).found_in([LAMP])


@pytest.mark.parametrize(
    "words",
    [
        "house houses housing housed",
        "tree trees",
        "building buildings build builds",
        "hole holes",
        "bus buses",
        "glass glasses",
        "stop stops stopped stopping",
        "party parties",
        "try tries tried trying",
        "speed speeds speeding",
        "light lights lighting lighted",
        "noise noises",
        "control controls controlled",
        "use uses",
        "fee fees",
        "bed beds",
        "string strings",
    ],
)
def test_a_word_is_found_by_all_its_forms(words: str) -> None:
    """And the index, which gives only candidates, has one term for all of them."""
    forms = words.split()
    for text in forms:
        for typed in forms:
            assert Phrase(typed).found_in(f"the {text}.") is not None, (typed, text)
            assert Phrase(typed).terms <= finding.terms([text]), (typed, text)


@pytest.mark.parametrize(("typed", "text"), [("lamp", "lamppost"), ("us", "bus"), ("tax", "taxi"), ("car", "carpet")])
def test_a_part_of_a_word_is_not_the_word(typed: str, text: str) -> None:
    """In scripts that have blanks."""
    assert Phrase(typed).found_in(text) is None


def test_a_word_is_found_behind_one_that_only_begins_like_it() -> None:
    """Such a one does not end the search."""
    hit = Phrase("party").found_in("partition; the parties")
    assert hit is not None
    assert hit.text[hit.start : hit.end] == "parties"


def test_the_place_of_a_hit_is_that_in_the_text_as_it_was_written() -> None:
    """Also behind what folds to nothing, or to more than one letter."""
    hit = Phrase("路灯").found_in("㎏\u200bＡ：那盏路燈啊")
    assert hit is not None
    assert hit.text[hit.start : hit.end] == "路燈"


def test_words_may_stand_in_different_texts_of_a_case() -> None:
    """The report and the answer belong together."""
    assert Wanted(phrases("路灯 已修好")).found_in(["路灯坏了", "已修好，谢谢"])


def test_signs_alone_are_no_words() -> None:
    """Nothing is looked for then."""
    assert phrases("，。 !? 🔥 --") == ()


@given(st.text(alphabet="路灯坏了水管的a1 lamp，。\n燈", max_size=30), st.data())
def test_every_piece_of_chinese_is_found_by_its_terms(text: str, data: st.DataObject) -> None:
    """What the index gives must never lack a case whose words have it."""
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    for phrase in phrases(piece):
        if phrase.found_in(text):
            assert phrase.terms <= finding.terms([text])
