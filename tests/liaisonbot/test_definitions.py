"""What the figures count is said once, in both languages, for everything that the JSON of a summary has."""

from __future__ import annotations

import re

from docs import figures_pages
from liaisonbot.definitions import DEFINITIONS
from liaisonbot.summary_json import as_json
from tests.support.figures import ZONE, computed


def test_every_figure_of_the_json_has_its_definition() -> None:
    told = as_json(computed(), ZONE)
    places = (place for definition in DEFINITIONS.values() for place in (definition.json or "").split(", "))
    defined = {place.partition(".")[0] for place in places if place}

    assert set(told) == defined


def test_every_definition_stands_for_something_that_is_there() -> None:
    for definition in DEFINITIONS.values():
        for path in (definition.json or "").split(", "):
            place = as_json(computed(), ZONE)
            for name in filter(None, path.split(".")):
                place = place[name]


def test_each_says_what_and_how_in_both_languages() -> None:
    for definition in DEFINITIONS.values():
        for chinese in (definition.zh, definition.counts_zh, definition.how_zh):
            assert re.search("[\u4e00-\u9fff]", chinese), definition.key
        for english in (definition.en, definition.counts_en, definition.how_en):
            assert english, definition.key
            assert not re.search("[\u4e00-\u9fff，。]", english), definition.key


def test_the_pages_are_written_from_the_data() -> None:
    """``make docs`` writes them anew."""
    for path, words in figures_pages.pages().items():
        assert path.read_text("utf-8") == words, path.name
