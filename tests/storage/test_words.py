"""No column is forgotten when somebody is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage.harmless import HARMLESS
from storage.schema import metadata
from storage.words import WORDS, Emptied
from tests.support.source import ROOT

_COVERED = frozenset(column for rule in WORDS for column in rule.columns)
_DECLARED = frozenset(column for columns in HARMLESS.values() for column in columns)


def could_hold_words(column: sa.Column[object]) -> bool:
    """Text, JSON, and numbers wide enough for an id of Telegram's; references to our own rows are none of these."""
    if column.foreign_keys:
        return False
    return isinstance(column.type, sa.String | sa.JSON | sa.BigInteger)


COLUMNS = [column for table in metadata.sorted_tables for column in table.columns if could_hold_words(column)]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_every_column_is_erased_or_declared_harmless(column: sa.Column[object]) -> None:
    """Who adds a column that can hold somebody's words or identity says what becomes of it."""
    assert column in _COVERED or column in _DECLARED, f"name {column} in storage/words.py or storage/harmless.py"
    assert not (column in _COVERED and column in _DECLARED), f"{column} is called erased and harmless"


def test_what_is_declared_harmless_is_there() -> None:
    """A column that was renamed would leave its old name behind, and nothing would watch the new one."""
    assert set(COLUMNS) >= {column for column in _DECLARED if could_hold_words(column)}
    assert all(column in column.table.columns.values() for column in _COVERED | _DECLARED)


def test_what_is_emptied_can_be_empty() -> None:
    """A column that must not be null gets what stands for nothing there."""
    for rule in WORDS:
        if isinstance(rule, Emptied):
            for column, value in rule.leaves.items():
                assert column.nullable or value is not None, column


@pytest.mark.parametrize("page", ["privacy.md", "privacy.zh.md"])
def test_the_privacy_page_names_every_table_that_is_erased(page: str) -> None:
    """Whoever asks what is kept where finds all of it."""
    words = (ROOT / "docs" / page).read_text("utf-8")
    tables = {column.table.name for rule in WORDS for column in rule.columns}
    assert {table for table in tables if f"`{table}`" not in words} == set()
