"""JSON through our door is what the standard library makes of it, and nothing that people write is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import as_json

LAMP = "路灯坏了"
HALF = "\ud83d"
"""The first half of a character: Telegram cuts names and texts by such halves now and then."""

anything = st.text() | st.text(st.characters(categories=["Cs", "Cc", "Lo"]))
"""Halves of characters and control characters among it."""
plain = st.none() | st.booleans() | st.integers() | st.integers(2**63, 2**90) | st.floats(allow_nan=False) | anything
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(anything, inner), max_leaves=12)


class Colour(StrEnum):
    RED = "red"


class Rank(IntEnum):
    FIRST = -1


@given(values)
def test_what_is_written_is_read_as_it_was(value: Any) -> None:
    """By us and by the standard library, in the order it had; NUL is escaped, and UTF-8 has bytes for all of it."""
    written = as_json.text(value)

    assert as_json.read(written) == json.loads(written) == value
    assert list(_names(as_json.read(written))) == list(_names(value))
    assert "\0" not in written
    written.encode()


def _names(value: Any) -> Any:
    match value:
        case dict():
            for name, inner in value.items():
                yield name
                yield from _names(inner)
        case list():
            for inner in value:
                yield from _names(inner)


@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_old_rows_are_read(value: Any, ascii_only: bool, indent: int | None) -> None:
    """What the standard library wrote, escaped or not, with spaces or without."""
    written = json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    assert as_json.read(written) == value
    if ascii_only:
        assert as_json.read(written.encode()) == value


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", "01", "nan", "1.", '"\\x"', "[1] x", "\ufeff[]", '"a\tb"', "not JSON", '"\udc80', "\udc80"],
)
@pytest.mark.parametrize("form", [str, lambda text: text.encode(errors="surrogatepass")])
def test_what_is_no_json_is_a_value_error(text: str, form: Callable[[str], str | bytes]) -> None:
    """As the standard library has it: whoever reads what may be broken catches that one."""
    try:
        told = json.loads(form(text))
    except ValueError:
        with pytest.raises(ValueError):
            as_json.read(form(text))
    else:
        assert as_json.read(form(text)) == told


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "-0", "-0.0", '{"a": 1, "a": 2}', "1e23"])
def test_odd_numbers_and_names_are_read_alike(text: str) -> None:
    assert repr(as_json.read(text)) == repr(json.loads(text))


def test_deep_nests_are_read() -> None:
    """Deeper than the quick parser goes; and far too deep is what it was."""
    deep = "[" * 500 + "]" * 500

    assert as_json.read(deep) == json.loads(deep)
    assert as_json.text(json.loads(deep)) == deep
    with pytest.raises(RecursionError):
        as_json.read("[" * 100_000 + "]" * 100_000)


@pytest.mark.parametrize(
    "value", [{1: 2}, {True: 1}, (1, (2,)), Colour.RED, {Colour.RED: Rank.FIRST}, [Rank.FIRST], 2**70, float("nan")]
)
def test_our_own_values_are_written_alike(value: Any) -> None:
    """Numbers and members as names, tuples, numbers of more than 64 bits."""
    assert as_json.text(value) == json.dumps(value, separators=(",", ":"))


def test_words_are_kept_as_they_are_spelled() -> None:
    """In a third of the bytes that escapes would take; and nothing is put between."""
    assert as_json.text({"text": LAMP, "n": [1, 2]}) == f'{{"text":"{LAMP}","n":[1,2]}}'


def test_halves_of_characters_are_kept_and_not_sent() -> None:
    """Kept they stay what they are. Telegram would refuse the whole call: there they become question marks."""
    assert as_json.text([HALF + LAMP]) == json.dumps([HALF + LAMP])
    assert as_json.read(as_json.text({HALF: LAMP + HALF})) == {HALF: LAMP + HALF}
    assert as_json.data([HALF + LAMP]).decode() == f'["?{LAMP}"]'


@pytest.mark.parametrize("value", [object(), [as_json]])
def test_what_json_has_no_form_for_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        as_json.text(value)
