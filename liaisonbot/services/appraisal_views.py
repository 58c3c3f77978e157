"""How an appraisal looks: the deputy's ballot, and the card of whoever holds it.

Until its end the card shows the turnout and nothing else; then it shows what was told to everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.outgoing import Button, Rows
from liaisonbot.polls import Eligible, Poll, PollState
from liaisonbot.ports import UnitOfWork
from liaisonbot.projects import Project
from liaisonbot.services import appraisal_results, appraisal_subjects, cards, poll_views, project_names
from liaisonbot.services.poll_words import LEVELS
from liaisonbot.texts import Text
from liaisonbot.voter_reports import LEAST
from liaisonbot.voting import AppraisalRule


def named(project: Project) -> dict[str, str | int | Text]:
    return {"number": project.number, "title": project_names.title(project)}


def project_of(uow: UnitOfWork, poll: Poll) -> Project:
    """The project that is judged. An appraisal is never without one."""
    project = uow.projects.get(poll.project or 0)
    if project is None:
        raise ValueError(f"P{poll.number} is an appraisal of no project")
    return project


# --- the ballot -------------------------------------------------------------------------------------------------------


def ballot(poll: Poll, project: Project, *, chosen: int | None = None, again: bool = False) -> Text:
    """What is judged, until when, and who gets to know what."""
    return Text.lines(
        Text.of("appraisal-again" if again else "appraisal-ballot", **named(project)),
        Text.of(
            "works-carried-short", unit=masking.mask(project.unit or ""), target=masking.mask(project.target or "")
        ),
        rule_line(poll),
        Text.of("appraisal-until", at=poll.closes_at),
        Text.of("appraisal-seen"),
        Text.of("appraisal-you-said", level=Text.of(f"appraisal-level-{LEVELS[chosen]}"))
        if chosen is not None
        else None,
    )


def rule_line(poll: Poll) -> Text:
    """The rule it is counted by, as it was when it was opened."""
    return appraisal_results.rule_line(AppraisalRule.from_json(poll.rule or {}))


def least_line(poll: Poll) -> Text | None:
    """How many voters there should be, where that is asked for."""
    least = (poll.rule or {}).get(LEAST)
    return Text.of("report-least", n=least) if least else None


def below(poll: Poll) -> Text:
    """What stands below the question of a native one: until when, who sees what, and by which rule it is judged."""
    return Text.lines(
        Text.of("poll-until", number=poll.number, at=poll.closes_at),
        Text.of("poll-seen-sealed"),
        Text.of("poll-one-vote"),
        rule_line(poll),
        least_line(poll),
    )


def ballot_rows(poll: Poll, chosen: int | None) -> Rows:
    """A button for each level, the one chosen with a tick."""
    buttons = [
        Button(
            Text.of(
                "choice-level-on" if place == chosen else "choice-level", level=Text.of(f"appraisal-level-{level}")
            ),
            data=f"judge:{poll.number}:{place}",
        )
        for place, level in enumerate(LEVELS)
    ]
    return cards.in_pairs(buttons)


# --- the card ---------------------------------------------------------------------------------------------------------


def card(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    """The one message in which it is watched and read."""
    return CARDS.get(poll.state, _going_on)(uow, desk, poll)


def _going_on(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    turnout = poll_views.turnout(uow, poll)
    electors = len(uow.polls.electors(poll.number))
    which = poll_views.standing(poll, desk)
    return Text.lines(
        appraisal_subjects.of(uow, poll).say(which, poll=poll.number),
        Text.of("appraisal-until", at=poll.closes_at),
        Text.of("appraisal-turnout-of", n=turnout, members=electors)
        if poll.eligible is Eligible.LISTED
        else Text.of("appraisal-turnout", n=turnout),
        rule_line(poll),
        least_line(poll),
        Text.of("votes-hidden"),
    )


def _result(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    subject, result = appraisal_subjects.of(uow, poll), poll.result or {}
    if result.get("verdict") is None:
        return subject.say("nobody")
    return appraisal_results.text(subject, result)


def _cancelled(uow: UnitOfWork, desk: Desk, poll: Poll) -> Text:
    return appraisal_subjects.of(uow, poll).say("cancelled", poll=poll.number)


CARDS: Final[Mapping[PollState, Callable[[UnitOfWork, Desk, Poll], Text]]] = {
    PollState.CLOSED: _result,
    PollState.CANCELLED: _cancelled,
}


def button(poll: Poll, key: str, action: str) -> Button:
    return Button(Text.of(key), data=f"appraisal:{poll.number}:{action}")


def card_rows(uow: UnitOfWork, desk: Desk, poll: Poll) -> Rows:
    """What can be done with it now."""
    if not poll.open:
        return ()
    return ((button(poll, "button-appraisal-close", "close"), button(poll, "button-appraisal-cancel", "cancel")),)


def sure_rows(poll: Poll, action: str) -> Rows:
    """Nothing is closed or cancelled by a slip."""
    return ((button(poll, "button-confirm", action), button(poll, "button-back", "show")),)
