"""What a deputies' vote (票决) came to: counted from the ballots in the urn alone, told with the rule applied.

A ballot in the urn is ``{"options": [approved …], "against": [refused …]}``, by places on the ballot from 0. Where
the result goes: ``vote_publishing``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from liaisonbot import voting
from liaisonbot.outgoing import StoredFile
from liaisonbot.polls import Poll, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports.charts import Bar, Chart, Part
from liaisonbot.services import poll_results, vote_notes
from liaisonbot.texts import Text
from liaisonbot.voting import Ballot, Base, Comparison, Form, Rule

SIGNS: Final = {Comparison.MORE: ">", Comparison.AT_LEAST: "≥"}
COLOURS: Final = {"approved": "first", "against": "second", "abstained": "third"}


Result = Mapping[str, Any]


# --- counted ----------------------------------------------------------------------------------------------------------


def counted(uow: UnitOfWork, poll: Poll) -> dict[str, Any]:
    """The result as plain JSON: how many took part, each candidate's votes, who won or tied, the 民意指数 of then."""
    ballots = [ballot_of(raw) for raw in uow.urns.ballots(poll.number).values()]
    result = voting.count(rule_of(poll), len(poll.options), len(uow.polls.electors(poll.number)), ballots)
    rows = [
        {"index": row.index, "approved": row.approved, "against": row.against, "abstained": row.abstained}
        for row in result.candidates
    ]
    return {
        "voters": result.present,
        "counts": [row["approved"] for row in sorted(rows, key=lambda row: row["index"])],
        "groups": [
            {
                "chat_id": post.chat_id,
                "title": post.title,
                "voters": None,
                "counts": None,
                "left": post.state is PostState.LEFT,
            }
            for post in uow.polls.posts(poll.number)
        ],
        "electors": result.electors,
        "present": result.present,
        "valid": result.valid,
        "spoiled": result.spoiled,
        "quorate": result.quorate,
        "needed": result.needed,
        "places": result.rule.places,
        "candidates": rows,
        "elected": list(result.elected),
        "tied": list(result.tied),
        "stars": _stars(uow, poll),
    }


def rule_of(poll: Poll) -> Rule:
    """The rule the vote was opened with."""
    if poll.rule is None:
        raise ValueError(f"P{poll.number} is a vote without a rule")
    return Rule.from_json(poll.rule)


def ballot_of(raw: Mapping[str, Any]) -> Ballot:
    """The ballot as it lies in the urn."""
    return Ballot(frozenset(raw["options"]), frozenset(raw.get("against", ())))


def _stars(uow: UnitOfWork, poll: Poll) -> list[int | None]:
    found = [uow.projects.get(number) for number in poll.subjects]
    return [project.stars if project is not None else None for project in found]


def places_left(result: Result) -> int:
    """Places that nobody has won yet; a second round decides them, if there is a tie."""
    return int(result["places"]) - len(result["elected"])


# --- told -------------------------------------------------------------------------------------------------------------


def text(uow: UnitOfWork, poll: Poll, result: Result) -> Text:
    """The result card, below its chart: who won and with how many votes, how many took part, and the rule in words."""
    return Text.lines(
        Text.of("vote-result-title", number=poll.number, question=poll.question),
        _no_quorum(poll, result),
        *_candidates(poll, result),
        _unfilled(result),
        turnout(result),
        *rule_lines(rule_of(poll), result),
        *vote_notes.lines(poll),
    )


def _no_quorum(poll: Poll, result: Result) -> Text | None:
    if result["quorate"]:
        return None
    needed = math.ceil(rule_of(poll).quorum * result["electors"])
    return Text.of("vote-result-no-quorum", needed=needed, present=result["present"])


def _candidates(poll: Poll, result: Result) -> list[Text]:
    """All of them in up to three parts, each with its heading: won, tied at the cut-off, not chosen."""
    won, tied = set(result["elected"]), set(result["tied"])
    rest = {row["index"] for row in result["candidates"]} - won - tied
    left, places = places_left(result), result["places"]
    parts: tuple[tuple[Text, Collection[int]], ...] = (
        (Text.of("vote-result-won", n=len(won), places=Text.counted("places", places)), won),
        (Text.of("vote-result-tied", n=left), tied),
        (Text.of("vote-result-not-won" if result["quorate"] else "vote-result-counts"), rest),
    )
    return [line for heading, part in parts if part for line in (heading, *_lines(poll, result, part))]


def _lines(poll: Poll, result: Result, part: Collection[int]) -> list[Text]:
    """Most approvals first."""
    form = rule_of(poll).form
    return [
        Text.of(
            f"vote-candidate-{form}",
            place=row["index"] + 1,
            option=poll.options[row["index"]],
            stars=stars_of(result, row["index"]),
            n=row["approved"],
            against=row["against"],
            abstained=row["abstained"],
        )
        for row in result["candidates"]
        if row["index"] in part
    ]


def stars_of(result: Result, index: int) -> str:
    """``★★★★☆``, or nothing where the residents were not asked."""
    stars: Sequence[int | None] = result["stars"]
    number = stars[index] if index < len(stars) else None
    return "" if number is None else "★" * number + "☆" * (voting.STARS - number)


def _whole(poll: Poll, result: Result) -> int:
    """How many votes fill a bar: as many as the threshold is a part of, so that bars and threshold can be compared."""
    return max(_of(rule_of(poll).base, result), int(result["valid"]), int(result["needed"]), 1)


def _of(base: Base, result: Result) -> int:
    return int({Base.ALL: result["electors"], Base.PRESENT: result["present"], Base.CAST: result["valid"]}[base])


def _unfilled(result: Result) -> Text | None:
    """Places for which too few votes were given; with a tie, a second round decides them."""
    if not result["quorate"] or result["tied"] or not places_left(result):
        return None
    return Text.of("vote-result-unfilled", n=places_left(result))


def turnout(result: Result) -> Text:
    """How many could vote and did, and how many ballots were spoiled."""
    return Text.of(
        "vote-result-turnout",
        n=result["electors"],
        present=result["present"],
        valid=result["valid"],
        spoiled=result["spoiled"],
    )


def rule_lines(rule: Rule, result: Result | None = None) -> list[Text]:
    """The rule in words; with a result also how many votes it came to."""
    of_nothing = not rule.threshold and rule.comparison is Comparison.MORE
    lines = [
        _named(rule),
        Text.of(f"vote-form-{rule.form}"),
        Text.of("vote-needs-any") if of_nothing else _threshold(rule),
        Text.of("vote-needs-votes", n=result["needed"]) if result is not None else None,
        Text.of("vote-quorum", part=str(rule.quorum)) if rule.quorum else None,
        Text.of("vote-places", n=rule.places),
        Text.of("vote-limited") if rule.limited else None,
    ]
    return [line for line in lines if line is not None]


def _named(rule: Rule) -> Text:
    """By its name, unless that has left the file since."""
    if rule.key in voting.rules():
        return Text.of("vote-result-rule", rule=Text.of(f"vote-rule-{rule.key}"))
    return Text.of("vote-result-own-rule")


def _threshold(rule: Rule) -> Text:
    base = Text.of(f"vote-base-{rule.base}")
    return Text.of("vote-needs", base=base, sign=SIGNS[rule.comparison], part=str(rule.threshold))


# --- drawn ------------------------------------------------------------------------------------------------------------


def chart(poll: Poll, result: Result) -> StoredFile:
    """The same as bars: approved, against and abstained, with a line at the votes that were needed."""
    form = rule_of(poll).form
    shown = tuple(COLOURS) if form is Form.EACH else ("approved",)
    legend = [(Text.of("vote-chart-elected"), "marked")] if result["elected"] else []
    legend += [(Text.of(f"vote-chart-{name}"), COLOURS[name]) for name in shown]
    drawn = Chart(
        Text.of("poll-chart-title", number=poll.number, question=poll.question),
        tuple(_chart_bar(poll, result, row, shown) for row in result["candidates"]),
        below=(turnout(result), *rule_lines(rule_of(poll), result)),
        legend=tuple(legend),
        whole=float(_whole(poll, result)),
        threshold=(float(result["needed"]), Text.of("vote-chart-needed", n=result["needed"])),
    )
    return poll_results.chart_file(poll, drawn)


def _chart_bar(poll: Poll, result: Result, row: Mapping[str, int], shown: Sequence[str]) -> Bar:
    option, stars = poll.options[row["index"]], stars_of(result, row["index"])
    note = "vote-chart-votes-each" if len(shown) > 1 else "vote-chart-votes-pick"
    return Bar(
        Text.of("vote-chart-option", option=option, stars=stars),
        tuple(Part(row[name], COLOURS[name]) for name in shown),
        Text.of(note, n=row["approved"], against=row["against"], abstained=row["abstained"]),
        marked=row["index"] in result["elected"],
    )
