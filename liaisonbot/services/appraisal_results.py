"""What an appraisal came to: counted by its rule, told as a text with bars and as a chart, kept in the story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liaisonbot.outgoing import StoredFile
from liaisonbot.polls import Poll
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports.charts import Bar, Chart, Part
from liaisonbot.services import poll_results, works_arguments
from liaisonbot.services.appraisal_subjects import Subject
from liaisonbot.services.poll_words import LEVELS
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Rating
from liaisonbot.voter_reports import LEAST
from liaisonbot.voting import Appraisal, AppraisalRule, appraise


def counted(uow: UnitOfWork, poll: Poll) -> dict[str, Any]:
    """As ``poll_results.counted``, with who might judge, the rule and the verdict. No verdict where nobody judged."""
    assert poll.rule is not None
    found = poll_results.counted(uow, poll)
    listed = len(uow.polls.electors(poll.number))
    members = max(listed, found["voters"]) if _all_listed(poll) else found["voters"]
    judged = of_counts(AppraisalRule.from_json(poll.rule), members, found["counts"])
    return {
        **found,
        "members": members,
        "listed": _all_listed(poll),
        "rule": dict(poll.rule),
        "verdict": int(judged.verdict) if found["voters"] else None,
    }


def _all_listed(poll: Poll) -> bool:
    return poll.eligible == "listed"


def of_counts(rule: AppraisalRule, members: int, counts: list[int]) -> Appraisal:
    """The verdict over counts in the order of :data:`LEVELS`."""
    satisfied, fair, dissatisfied, abstained = counts
    return appraise(
        rule, members=members, satisfied=satisfied, fair=fair, dissatisfied=dissatisfied, abstained=abstained
    )


def _judged(result: Mapping[str, Any]) -> Appraisal:
    return of_counts(AppraisalRule.from_json(result["rule"]), result["members"], list(result["counts"]))


# --- told -------------------------------------------------------------------------------------------------------------


def lines(result: Mapping[str, Any]) -> list[Text]:
    """A line with a bar for each level, then who judged, the verdict, and the rule it follows from."""
    voters = result["voters"]
    bars = [
        Text.of(
            "appraisal-line",
            level=Text.of(f"appraisal-level-{level}"),
            bar=_blocks(n, voters),
            n=n,
            percent=poll_results.share(n, voters, 100),
        )
        for level, n in zip(LEVELS, result["counts"], strict=True)
    ]
    return [*bars, *_below(result, verdict_line(result["verdict"]))]


def _blocks(n: int, voters: int) -> str:
    filled = poll_results.share(n, voters, poll_results.BLOCKS)
    return "▇" * filled + "▁" * (poll_results.BLOCKS - filled)


def _below(result: Mapping[str, Any], verdict: Text) -> list[Text]:
    voters, members = result["voters"], result["members"]
    who = (
        Text.of("appraisal-took-part-of", n=voters, members=members)
        if result["listed"]
        else Text.of("appraisal-took-part", n=voters)
    )
    return [
        who,
        verdict,
        rule_line(AppraisalRule.from_json(result["rule"])),
        *least_lines(result),
    ]


def least_lines(result: Mapping[str, Any]) -> list[Text]:
    """Whether as many took part as should, where that is asked for. It does not change the verdict."""
    least, voters = result["rule"].get(LEAST), result["voters"]
    if not least:
        return []
    return [Text.of("report-least-reached" if voters >= least else "report-least-missed", n=voters, least=least)]


def verdict_line(verdict: int) -> Text:
    return Text.of("appraisal-verdict", verdict=Text.of(f"rating-{verdict}"))


def rule_line(rule: AppraisalRule) -> Text:
    """The rule in words, whether half itself is enough, and of what it is half."""
    return Text.of(
        "appraisal-by-rule",
        rule=Text.of(f"appraisal-rule-{rule.key}"),
        sign=works_arguments.sign_of(rule),
        part=str(rule.part),
        base=Text.of(f"appraisal-base-{rule.base}"),
    )


def story_lines(result: Mapping[str, Any]) -> list[Text]:
    return [Text.of("appraisal-story"), *lines(result)]


def text(subject: Subject, result: Mapping[str, Any], head: Text | None = None) -> Text:
    """The result as it is told; ``head``: another sentence above it, for those who stand behind it."""
    return Text.lines(head or subject.say("result"), *lines(result))


def chart(poll: Poll, subject: Subject, result: Mapping[str, Any]) -> StoredFile:
    """The same as bars, in each reader's language; the level of the verdict is marked, half is a line."""
    voters, counts = result["voters"], result["counts"]
    verdict = int(Rating.SATISFIED) - result["verdict"]
    in_chart = Text.of("appraisal-chart-verdict", verdict=Text.of(f"rating-{result['verdict']}"))
    bars = tuple(
        Bar(
            Text.of(f"appraisal-level-{level}"),
            (Part(n),),
            Text.of("poll-chart-votes", n=n, percent=poll_results.share(n, voters, 100)),
            marked=place == verdict,
        )
        for place, (level, n) in enumerate(zip(LEVELS, counts, strict=True))
    )
    return poll_results.chart_file(
        poll,
        Chart(
            subject.say("chart"),
            bars,
            below=tuple(_below(result, in_chart)),
            whole=float(max(result["members"], 1)),
        ),
    )
