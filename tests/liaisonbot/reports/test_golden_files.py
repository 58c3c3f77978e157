"""The workbooks and bulletins of two made-up cities, cell by cell as they were looked at and found right."""

from __future__ import annotations

import re

import pytest

from tests.support.city import City
from tests.support.golden import FOLDER
from tests.support.golden_files import GOLDEN_FILES, GoldenFile


@pytest.mark.parametrize("golden", [each for each in GOLDEN_FILES if each.city == "small"], ids=lambda each: each.name)
def test_the_small_citys_files_read_as_they_did(small_city: City, golden: GoldenFile) -> None:
    """``python -m tests.support.golden_files`` writes them anew."""
    assert golden.written(small_city).splitlines() == golden.path.read_text("utf-8").splitlines()


def test_the_large_citys_files_read_as_they_did(large_city: City) -> None:
    """One test for all of them: the city is made once. ``python -m tests.support.golden_files`` writes them anew."""
    for golden in GOLDEN_FILES:
        if golden.city == "large":
            was = golden.path.read_text("utf-8").splitlines()
            assert golden.written(large_city).splitlines() == was, golden.name


def test_no_file_is_kept_that_nobody_compares() -> None:
    assert {*FOLDER.glob("*/*.cells")} == {golden.path for golden in GOLDEN_FILES}


@pytest.mark.parametrize("golden", GOLDEN_FILES, ids=lambda each: f"{each.city}/{each.name}")
def test_no_blank_is_left_open_in_them(golden: GoldenFile) -> None:
    """A sentence that was given nothing to fill in stands there with its braces: an empty week's did for long."""
    assert not [line for line in golden.path.read_text("utf-8").splitlines() if re.search(r"\{\w+\}|[⟦⟧]", line)]
