"""The table of duty logs: what ``export duty`` writes for people with a spreadsheet."""

from __future__ import annotations

from typing import Final

from liaisonbot.reports.tables import Table, plain

_COLUMNS: Final = (
    *("id", "deputy", "station", "type", "group", "date", "hours", "place", "place_kind", "participants", "text"),
    *("effect", "case", "project", "status", "filed_at", "confirmed_by", "points"),
)
DUTY: Final = Table(
    "duty",
    {key: plain(key) for key in _COLUMNS},
    headings="column-duty-*",
    named={
        "type": "duty-type-*",
        "group": "duty-group-*",
        "place_kind": "duty-place-*",
        "status": "duty-state-*",
        "confirmed_by": "role-*",
    },
    widths={**dict.fromkeys(("id", "hours", "points", "case", "project"), 9), "text": 60, "effect": 40},
    typed=frozenset({"place", "participants", "text", "effect"}),
    personal=frozenset({"participants"}),  # who was there, by name: constituents among them
)
