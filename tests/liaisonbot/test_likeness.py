"""What is offered as the same matter: tuned on a small list of pairs, in Chinese and in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot import likeness

_ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "alike.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
SAME = [(one, other) for kind, one, other in _ROWS if kind == "same"]
OTHER = [(one, other) for kind, one, other in _ROWS if kind == "other"]


def offered(pairs: list[tuple[str, str]]) -> int:
    return sum(likeness.score(one, other) >= likeness.ALIKE for one, other in pairs)


def test_nearly_all_that_is_the_same_is_found_and_little_else() -> None:
    """It is only a suggestion: what is missed costs a second case, what is wrong costs a glance."""
    assert len(SAME) >= 20
    assert len(OTHER) >= 20
    found, wrong = offered(SAME), offered(OTHER)
    assert found / len(SAME) >= 0.9
    assert found / (found + wrong) >= 0.8


def test_the_order_of_two_texts_does_not_matter() -> None:
    """Whoever writes first."""
    for one, other in SAME + OTHER:
        assert likeness.score(one, other) == likeness.score(other, one)


@pytest.mark.parametrize(("one", "other"), [("", ""), ("路灯坏了", ""), ("👍", "👍"), ("的了", "的了"), ("12", "13")])
def test_texts_that_say_nothing_are_like_nothing(one: str, other: str) -> None:
    """Pictures, signs, and words that stand in every text."""
    assert likeness.score(one, other) < likeness.ALIKE


def test_another_house_is_another_matter() -> None:
    """Written in whichever figures."""
    assert likeness.score("3号楼的路灯坏了", "三号楼路灯坏了") >= likeness.ALIKE
    assert likeness.score("3号楼的路灯坏了", "五号楼的路灯坏了") < likeness.ALIKE
    assert likeness.score("Lamp at gate 3 broken", "Lamp at gate 9 broken") < likeness.ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("给3号楼加装一部电梯，老人下不来", "3号楼…电梯：老人上下楼，一直下不来"),
        ("希望装一部电梯，老人下不来", "希望3号楼装电梯，老人下不来"),
        ("3号楼希望装电梯，老人下不来", "希望装三部电梯，老人下不来"),
        ("3号楼希望装电梯，老人下不来", "希望装 2 部电梯，老人下不来"),
        ("Lamp at gate 3 broken", "Lamp at the gate broken for 5 days"),
    ],
)
def test_what_is_counted_names_no_place(one: str, other: str) -> None:
    """One lift is not house number one, and five days are no gate."""
    assert likeness.score(one, other) >= likeness.ALIKE


def test_terms_are_bounded_and_have_numbers_of_32_bits() -> None:
    """However long a text is, the index takes the same room."""
    found = likeness.numbers("小区的路灯坏了没有人来修" * 3 + "".join(chr(0x4E00 + i) for i in range(3000)))
    assert 10 < len(found) <= likeness.MOST_TERMS
    assert all(0 <= term < 2**32 for term in found)
