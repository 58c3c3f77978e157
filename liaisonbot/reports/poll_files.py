"""The tables of polls and of ballots: what ``export polls`` writes for people with a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from liaisonbot.reports.tables import Row, Table, joined, plain, several


def _counts(row: Row) -> str:
    """Each option with its votes, a line each."""
    counts: Sequence[Any] = row["counts"] or [None] * len(row["options"])
    return "\n".join(joined(option, n) for option, n in zip(row["options"], counts, strict=True))


def _group(group: Row) -> str:
    counts = "/".join(str(n) for n in group["counts"]) if group["counts"] is not None else None
    left = "left" if group["left"] is True else group["left"] or None
    return joined(group["title"] or group["chat_id"], group["voters"], counts, left)


def _numbers(options: Sequence[int] | None) -> str:
    return ";".join(str(option) for option in options or ())


POLLS: Final = Table(
    "polls",
    {
        **{key: plain(key) for key in ("number", "kind", "question")},
        "options": _counts,
        **{
            key: plain(key) for key in ("multiple", "sealed", "status", "opened_at", "closes_at", "closed_at", "voters")
        },
        "groups": several("groups", _group),
    },
    headings="column-polls-*",
    named={"kind": "cell-poll-*", "status": "cell-poll-*", "groups.left": "cell-group-left"},
    widths={
        **dict.fromkeys(("number", "multiple", "sealed", "voters"), 9),
        "question": 40,
        "options": 40,
        "groups": 40,
    },
)

BALLOTS: Final = Table(
    "ballots",
    {
        "poll": plain("poll"),
        "options": lambda row: _numbers(row["options"]),
        "against": lambda row: _numbers(row.get("against")),
        "receipt": plain("receipt"),
        "person": lambda row: row.get("person"),
    },
)
