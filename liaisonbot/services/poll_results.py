"""What a poll came to: counted from what was voted, kept as it was published, told as a text and as a chart.

Deputies' votes and appraisals have their own ways of counting and telling; they stand beside these in ``poll_closing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.outgoing import StoredFile
from liaisonbot.polls import LONGEST_NATIVE_OPTION, Poll, PostState
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import charts
from liaisonbot.reports.charts import Bar, Chart, Part
from liaisonbot.services import opinion_index
from liaisonbot.texts import Text

BLOCKS: Final = 10
"""Blocks of a bar drawn in text; on a phone more would break the line."""
LISTED: Final = 12
"""Groups that a text lists; the others are counted together. Options as well: a phone shows them with one scroll."""
ROOM: Final = 480
"""Characters that all options of a text have together, so that it fits below its chart; each has 24 at least."""
QUESTION: Final = 300
"""Characters of a question above its result."""


def counted(uow: UnitOfWork, poll: Poll) -> dict[str, Any]:
    """Voters and counts for each option, in all and by group, as plain JSON. What is hidden is counted all the same.

    A residents' poll over candidates has their stars as well.
    """
    result = secretly_counted(uow, poll) if poll.secret else openly_counted(uow, poll)
    return opinion_index.counted(poll, result)


def openly_counted(uow: UnitOfWork, poll: Poll) -> dict[str, Any]:
    """From what each person last said, wherever it was."""
    count = uow.polls.count(poll.number)
    nothing = [0] * len(poll.options)
    groups = [
        {
            "chat_id": post.chat_id,
            "title": post.title,
            "voters": here.voters if here else 0,
            "counts": list(here.counts) if here else nothing,
            "left": post.state is PostState.LEFT,
        }
        for post in uow.polls.posts(poll.number)
        for here in [count.groups.get(post.chat_id)]
    ]
    return {"voters": count.voters, "counts": list(count.counts), "groups": groups}


def secretly_counted(uow: UnitOfWork, poll: Poll) -> dict[str, Any]:
    """From the ballots; where they came from, nobody knows."""
    ballots = uow.urns.ballots(poll.number).values()
    counts = [sum(index in ballot["options"] for ballot in ballots) for index in range(len(poll.options))]
    groups = [
        {
            "chat_id": post.chat_id,
            "title": post.title,
            "voters": None,
            "counts": None,
            "left": post.state is PostState.LEFT,
        }
        for post in uow.polls.posts(poll.number)
    ]
    return {"voters": len(ballots), "counts": counts, "groups": groups}


# --- told -------------------------------------------------------------------------------------------------------------


def lines(poll: Poll, result: Mapping[str, Any]) -> list[Text]:
    """A line for each option, with a bar of blocks, its votes and its share of the voters; of many, those ahead."""
    voters, counts = result["voters"], result["counts"]
    shown = [
        Text.of(
            "poll-option-line",
            option=option,
            bar="▰" * share(n, voters, BLOCKS) + "▱" * (BLOCKS - share(n, voters, BLOCKS)),
            n=n,
            percent=share(n, voters, 100),
            stars=opinion_index.of(result, index),
        )
        for index, option in listed(poll, ranking(counts))
        for n in [counts[index]]
    ]
    return [*shown, *more(poll, "and-more")]


def listed(poll: Poll, order: Sequence[int]) -> list[tuple[int, str]]:
    """The options that a text has room for, shortened to it: all of them as they stand on the ballot, or of many the
    first in that order.
    """
    chosen = range(len(poll.options)) if len(poll.options) <= LISTED else order[:LISTED]
    room = max(24, min(LONGEST_NATIVE_OPTION, ROOM // len(chosen)))
    return [(index, masking.shorten(poll.options[index], room)) for index in chosen]


def more(poll: Poll, key: str) -> list[Text]:
    """How many options a text leaves out, if any."""
    left_out = len(poll.options) - LISTED
    return [Text.of(key, n=left_out)] if left_out > 0 else []


def share(n: int, of: int, parts: int) -> int:
    """``n`` of ``of`` in so many parts, to the nearest; 0 of nobody."""
    return (2 * n * parts + of) // (2 * of) if of else 0


def by_group(result: Mapping[str, Any]) -> list[Text]:
    """How many voted in each group, most first; nothing where there is one group, or nobody knows."""
    groups = [group for group in result["groups"] if group["voters"]]
    if len(result["groups"]) < 2 or not groups:
        return []
    ranked = sorted(groups, key=lambda group: -group["voters"])
    shown = [
        Text.of("poll-group-line", title=group["title"] or str(group["chat_id"]), n=group["voters"])
        for group in ranked[:LISTED]
    ]
    elsewhere = result["voters"] - sum(group["voters"] for group in ranked[:LISTED])
    return [Text.of("poll-by-group"), *shown, *([Text.of("poll-elsewhere", n=elsewhere)] if elsewhere > 0 else [])]


def text(poll: Poll, result: Mapping[str, Any]) -> Text:
    """The result as it is told in a group, below its chart, which has all the options."""
    voters, counts = result["voters"], result["counts"]
    return Text.lines(
        Text.of("poll-result-title", number=poll.number, question=masking.shorten(poll.question, QUESTION)),
        *(
            Text.of(
                "poll-result-line",
                option=option,
                n=counts[index],
                percent=share(counts[index], voters, 100),
                stars=opinion_index.of(result, index),
            )
            for index, option in listed(poll, ranking(counts))
        ),
        *more(poll, "poll-rest-in-chart"),
        Text.of("poll-voters", n=result["voters"]) if result["voters"] else Text.of("poll-nobody"),
        *by_group(result),
        Text.of("poll-several-allowed") if poll.multiple and result["voters"] else None,
        opinion_index.rule_line(poll) if result["voters"] else None,
        Text.of("poll-is-opinion"),
    )


def chart(poll: Poll, result: Mapping[str, Any]) -> StoredFile:
    """The same as bars. It is drawn when its turn comes, in each reader's language."""
    voters, counts = result["voters"], result["counts"]
    most = max(counts, default=0)
    bars = tuple(
        Bar(
            Text.of("poll-chart-option", option=option, stars=opinion_index.of(result, index)),
            (Part(n),),
            Text.of("poll-chart-votes", n=n, percent=share(n, voters, 100)),
            marked=n == most > 0,
        )
        for index, (option, n) in enumerate(zip(poll.options, counts, strict=True))
    )
    rule = opinion_index.rule_line(poll) if voters else None
    return chart_file(
        poll,
        Chart(
            Text.of("poll-chart-title", number=poll.number, question=poll.question),
            bars,
            below=(Text.of("poll-voters", n=voters), *([rule] if rule else []), Text.of("poll-is-opinion")),
            whole=float(voters or 1),
        ),
    )


def chart_file(poll: Poll, drawn: Chart) -> StoredFile:
    """A chart as a file that is made when it is sent."""
    return StoredFile(f"P{poll.number}.png", charts.MEDIA_TYPE, charts.to_be_made(drawn), charts.MAKER)


def ranking(counts: Sequence[int]) -> list[int]:
    """The options by their votes, most first; equal ones in the order of the ballot."""
    return sorted(range(len(counts)), key=lambda index: (-counts[index], index))
