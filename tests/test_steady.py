"""What made tests fail now and then is not written again: each of these was a landing lost."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.support.numbers import numbers
from tests.support.source import Module, modules

_DIGITS: Final = re.compile(r"[\s.,]*\d{1,5}[\s.,]*")

OUTSIDE: Final = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "dt.datetime.now"}
)
MAY_ASK: Final[Mapping[str, str]] = {
    "tests/support/forked.py": "sets a process's clock by the machine's",
    "tests/liaisonbot/test_clock.py": "compares the two",
}
"""Where the machine's own time is what the test is about."""

SLEEPS: Final[Mapping[str, str]] = {
    "tests/stories/test_demo.py": "asks another process over HTTP, again and again",
}
"""Stories in which somebody sleeps, and why nothing else would do."""


def found(module: Module, node: ast.AST) -> str:
    return f"{module.path}:{node.lineno}: {ast.unparse(node).splitlines()[0]}"  # type: ignore[attr-defined]


def _said_of(node: ast.For | ast.comprehension) -> Mapping[str, list[object]]:
    """The name of the loop and what it goes through, where that is written there."""
    if not isinstance(node.target, ast.Name) or not isinstance(node.iter, ast.Tuple | ast.List):
        return {}
    return {node.target.id: [each.value for each in node.iter.elts if isinstance(each, ast.Constant)]}


def looks_for_digits(module: Module) -> Iterator[ast.AST]:
    """``"23" not in text``, also where a loop says which."""
    named: dict[str, list[object]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.For | ast.comprehension):
            named |= _said_of(node)
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.NotIn):
            continue
        if isinstance(node.comparators[0], ast.Call) and ast.unparse(node.comparators[0].func) == "numbers":
            continue
        left = node.left
        values = [left.value] if isinstance(left, ast.Constant) else named.get(ast.unparse(left), [])
        if any(isinstance(value, str) and _DIGITS.fullmatch(value) for value in values):
            yield node


def test_nobody_looks_for_bare_digits() -> None:
    """A few digits stand in an id, a moment's microseconds or a code sooner or later. `numbers` reads whole ones."""
    assert [found(module, node) for module in modules("tests") for node in looks_for_digits(module)] == []


def test_nobody_asks_what_day_it_is_outside() -> None:
    """The suite is the same on a Sunday, at midnight and next year: tests have a clock of their own, and set it."""
    wrong = [
        found(module, call)
        for module in modules("tests")
        for name, call in module.calls()
        if name in OUTSIDE and module.path not in MAY_ASK
    ]
    assert wrong == []


def test_nobody_sleeps_in_a_story() -> None:
    """How long something takes nobody knows: one waits for what is to come."""
    wrong = [
        found(module, call)
        for module in modules("tests/stories")
        for name, call in module.calls()
        if name in ("asyncio.sleep", "time.sleep", "sleep") and module.path not in SLEEPS
    ]
    assert wrong == []


def test_words_in_a_message_are_waited_for_by_shows() -> None:
    """It knows which words were there before the act; a condition written by hand does not."""
    wrong = [
        found(module, call)
        for module in modules("tests/stories", "tests/drills")
        for name, call in module.calls()
        if name.endswith(".until") and call.args and _has_words_in_a_message(call.args[0])
    ]
    assert wrong == []


def test_nobody_reads_a_folder_with_a_database_by_themselves() -> None:
    """Whoever closes a file that SQLite has open in the same process takes its locks away: `live_files` reads them."""
    wrong = [
        found(module, node)
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if any(re.search(r"\.(iterdir|r?glob)\(", ast.unparse(what)) for what in _gone_through(node))
        and ".read_bytes(" in ast.unparse(node)
    ]
    assert wrong == []


def _gone_through(node: ast.AST) -> list[ast.expr]:
    """What a loop is about."""
    if isinstance(node, ast.For):
        return [node.iter]
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        return [each.iter for each in node.generators]
    return []


def _has_words_in_a_message(condition: ast.expr) -> bool:
    return (
        isinstance(condition, ast.Lambda)
        and isinstance(condition.body, ast.Compare)
        and isinstance(condition.body.ops[0], ast.In)
        and isinstance(condition.body.left, ast.Constant)
        and ast.unparse(condition.body.comparators[0]).endswith(".text")
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("路灯：23 票（58%）", {"23", "58"}),
        ("30023 是编号", {"30023"}),
        ('{"at": "2026-11-23T02:00:00.231123Z", "on": "2026-11-23"}', set()),
        ("2026-11-23 02:00:00.231123+00:00", set()),
        ("11月23日 10:23", set()),
    ],
)
def test_whole_numbers_are_read(text: str, read: set[str]) -> None:
    """And no part of a moment or of an id is taken for one."""
    assert numbers(text) == read
