"""Rows of several parents, read at once and dealt out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from storage.statements import AnyRow


def grouped(rows: Iterable[AnyRow], column: str) -> Mapping[Any, list[AnyRow]]:
    """The rows by what they have in that column, in their order."""
    found: defaultdict[Any, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found
