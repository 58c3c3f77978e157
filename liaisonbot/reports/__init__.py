"""What the office gives out: files, tables, charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from liaisonbot.outgoing import StoredFile
from liaisonbot.reports import (
    agreements,
    ballot_lists,
    bulletins,
    charts,
    sheets,
    summary_book,
    summary_charts,
    vote_sheets,
    voter_papers,
)
from liaisonbot.texts import Catalogue

MAKERS: Final[Mapping[str, Callable[[bytes, Catalogue], bytes]]] = {
    agreements.MAKER: agreements.made,
    ballot_lists.MAKER: ballot_lists.made,
    bulletins.MAKER: bulletins.made,
    charts.MAKER: charts.made,
    sheets.MAKER: sheets.made,
    summary_book.MAKER: summary_book.made,
    summary_charts.MAKER: summary_charts.made,
    vote_sheets.MAKER: vote_sheets.made,
    voter_papers.MAKER: voter_papers.made,
}
"""By ``StoredFile.maker``: what is kept of a file until its turn comes, made into its bytes."""

HEAVY: Final = frozenset({bulletins.MAKER, charts.MAKER, summary_book.MAKER, summary_charts.MAKER})
"""Those that take much time or memory: they are made by a program of their own."""


def made(file: StoredFile, say: Catalogue) -> StoredFile:
    """The file as it is sent, in that language. Takes its time: never inside a unit of work."""
    if file.maker is None:
        return file
    return StoredFile(file.name, file.media_type, MAKERS[file.maker](file.content, say))
