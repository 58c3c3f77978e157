"""The published list of a deputies' vote: every ballot under its receipt code, for a spreadsheet or a pencil.

It is sorted by code, so that a deputy finds their own, and nothing in it says whose a ballot is or when it was cast.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from liaisonbot import as_json
from liaisonbot.outgoing import StoredFile
from liaisonbot.spreadsheets import neutralised
from liaisonbot.texts import Catalogue, Text

MAKER: Final = "ballots"
MEDIA_TYPE: Final = "text/csv"

MARKS: Final = ("approved", "against", "neither")


def to_be_made(
    options: Sequence[str], ballots: Mapping[str, Mapping[str, Any]], spoiled: Collection[str], form: str
) -> bytes:
    """What is kept of it until its turn comes. ``ballots``: by receipt code; ``spoiled``: the codes of void ones."""
    rows = [
        [code, sorted(ballot["options"]), sorted(ballot.get("against", ())), code in spoiled]
        for code, ballot in sorted(ballots.items())
    ]
    return as_json.text({"options": list(options), "rows": rows, "form": form}).encode()


def made(kept: bytes, say: Catalogue) -> bytes:
    """The table in one language, UTF-8 with the mark by which Excel knows it."""
    raw = as_json.read(kept)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    heading = [say.plain(Text.of("ballots-receipt")), *raw["options"], say.plain(Text.of("ballots-valid"))]
    writer.writerow([neutralised(cell) for cell in heading])
    said = {name: f"{raw['form']}-{name}" for name in MARKS}
    marks = {name: say.plain(Text.of(f"ballots-{mark}")) for name, mark in said.items()}
    valid = {False: say.plain(Text.of("ballots-counts")), True: say.plain(Text.of("ballots-spoiled"))}
    for code, approved, against, spoiled in raw["rows"]:
        cells = [_mark(index, approved, against, marks) for index in range(len(raw["options"]))]
        writer.writerow([neutralised(code), *cells, valid[spoiled]])
    return file.getvalue().encode("utf-8-sig")


def _mark(index: int, approved: Collection[int], against: Collection[int], marks: Mapping[str, str]) -> str:
    """A ballot that says both about a candidate shows both: that is why it is void."""
    said = [marks[name] for name, where in (("approved", approved), ("against", against)) if index in where]
    return "+".join(said) or marks["neither"]


def file(number: int, content: bytes) -> StoredFile:
    """The list of the vote of that number, as a file that is made when it is sent."""
    return StoredFile(f"P{number}-ballots.csv", MEDIA_TYPE, content, MAKER)
