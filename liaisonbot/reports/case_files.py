"""The table of the cases: what ``export cases`` writes for people with a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from liaisonbot.reports.tables import Row, Table, joined, plain, several


def _rating(part: str) -> Callable[[Row], Any]:
    return lambda row: (row["ratings"] or {}).get(part)


def _author(author: Row) -> str:
    return joined(author["name"], author["phone"])


CASES: Final = Table(
    "cases",
    {
        **{key: plain(key) for key in ("number", "stage", "outcome", "kind", "category")},
        "tags": lambda row: ";".join(row["tags"]),
        **{key: plain(key) for key in ("station", "area", "deputy", "anonymous")},
        "authors": several("authors", _author),
        "text": plain("text"),
        "attachments": lambda row: ";".join(item["kind"] for item in row["attachments"]),
        **{
            key: plain(key) for key in ("chat_type", "created_at", "due_at", "closed_at", "reply_class", "promise_date")
        },
        "attitude": _rating("attitude"),
        "result": _rating("result"),
        **{key: plain(key) for key in ("rated_at", "delivery")},
        "checks": several("checks", lambda item: joined(item["at"], item["result"])),
        "promises": several("promises", lambda item: joined(item["date"], item["ended_at"], item["ending"])),
        "chased": several("chased", joined),
        "deputies": several("deputies", lambda item: joined(item["at"], item["deputy"], item["rule"])),
        "units": several("units", lambda item: joined(item["at"], item["unit"], item["due"], item["returned_at"])),
        "history": several(
            "history",
            lambda item: joined(item["at"], item["by"], item["from"], "→", item["to"], item["outcome"], item["note"]),
        ),
        "messages": several("messages", lambda item: joined(item["at"], item["by"], f"{item['kind']}:", item["text"])),
    },
    headings="column-cases-*",
    named={
        **dict.fromkeys(("stage", "history.from", "history.to"), "stage-*"),
        **dict.fromkeys(("outcome", "history.outcome"), "outcome-*"),
        **dict.fromkeys(("history.by", "messages.by"), "role-*"),
        "category": "category-*",
        "kind": "kind-*",
        "tags": "tag-*",
        "reply_class": "class-*",
        **dict.fromkeys(("ratings.attitude", "ratings.result"), "rating-*"),
        **dict.fromkeys(("delivery", "checks.result"), "cell-delivery-*"),
        "chat_type": "cell-chat-*",
        "attachments.kind": "media-*",
        "messages.kind": "cell-message-*",
        "deputies.rule": "cell-rule-*",
        "promises.ending": "cell-ending-*",
    },
    widths={
        **dict.fromkeys(("number", "anonymous", "delivery", "attitude", "result"), 9),
        **dict.fromkeys(("text", "history", "messages"), 60),
        **dict.fromkeys(("checks", "promises", "deputies", "units"), 30),
    },
    typed=frozenset({"text", "history.note", "messages.text"}),
    personal=frozenset({"authors"}),
)
