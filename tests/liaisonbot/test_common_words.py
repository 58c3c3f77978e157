"""What several reports of one matter have in common, in a few words."""

from __future__ import annotations

import pytest

from liaisonbot.common_words import typical


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["光明小区电梯停了，请帮忙", "光明小区电梯停了，太吵了"], ("光明小区电梯停了",)),
        (["滨江花园停电三天了", "滨江花园又停电"], ("滨江花园", "停电")),
        (["学府路半夜飙车扰民，请帮忙", "学府路半夜飙车扰民，好几天了", "学府路半夜飙车扰民"], ("学府路半夜飙车扰民",)),
        (["street lamp broken", "The lamp in my street"], ("lamp", "street")),
    ],
)
def test_whole_pieces_are_named_and_no_cuttings(texts: list[str], words: tuple[str, ...]) -> None:
    """Of what was chosen nothing is cut once more: no 梯停了 beside 光明小区电梯."""
    assert typical(texts) == words


def test_what_half_of_them_say_is_not_what_all_have_in_common() -> None:
    """A name that two of four mention stays theirs."""
    found = typical(["路灯坏了，王小明家门口", "路灯坏了", "路灯坏了，王小明说的", "路灯坏了很久"])

    assert "路灯坏了" in found
    assert not any("王小明" in word for word in found)


@pytest.mark.parametrize("texts", [[], ["路灯坏了"], ["路灯坏了", "没有水"]])
def test_where_nothing_is_in_common_nothing_is_said(texts: list[str]) -> None:
    assert typical(texts) == ()
