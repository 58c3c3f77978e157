"""What a button means: ``verb:argument:argument``. It carries ids only, and is checked like anything typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from liaisonbot import commands
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import NOTHING_SAID
from liaisonbot.outgoing import Rows
from liaisonbot.permissions import Permission
from liaisonbot.services import (
    absences,
    announcement_buttons,
    appraising,
    balloting,
    behalf,
    cards,
    casework,
    corrections,
    deputy_cards,
    dialogues,
    disputes,
    dissatisfaction,
    duty_drafts,
    duty_filing,
    duty_reminder_buttons,
    enclosures,
    exports,
    folding,
    handing_over,
    held,
    helping,
    intake,
    lists,
    lookback,
    office_records,
    overdue,
    pairings,
    placing,
    poll_desk,
    project_buttons,
    promises,
    receipts,
    reception_booking,
    reception_buttons,
    reception_minutes,
    reopening,
    replies,
    saved_templates,
    scores,
    searching,
    similar,
    sorting,
    summaries,
    summary_wishes,
    taking_back,
    unit_presses,
    units,
    verdicts,
    voices,
    vote_buttons,
    voter_reports,
    works_buttons,
)
from liaisonbot.services.doing import number_in as _number
from liaisonbot.services.doing import of_reply
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, Stage


def act(visit: Visit) -> None:
    """Do what the pressed button says; raises Refused for one that is old, forged, or somebody else's."""
    data, _, whose = (visit.press.data if visit.press else "").partition(cards.NAMING)
    if whose:
        visit = replace(visit, actor=replace(visit.actor, speaks_for=_number(whose)))
    verb, *rest = data.split(":")
    handler = VERBS.get(verb)
    if handler is None:
        raise Refused("old-button")
    handler(visit, rest)


def _exactly(rest: Sequence[str], count: int) -> Sequence[str]:
    if len(rest) != count:
        raise Refused("old-button")
    return rest


def _do(visit: Visit, rest: Sequence[str]) -> None:
    """A command with its case filled in."""
    name, number = _exactly(rest, 2)
    command = commands.BY_NAME.get(name)
    if command is None or not command.arguments or command.arguments[0].name != "case":
        raise Refused("old-button")
    if not command.is_for(visit.actor.roles):
        raise NotFound("case-not-found", case=_number(number))
    if not visit.place.private:
        raise Refused("private-please")
    dialogues.begin_anew(visit, command, {"case": _number(number)})


def _answer(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) < 2:
        raise Refused("old-button")
    dialogues.answer_with_button(visit, _number(rest[0]), ":".join(rest[1:]))
    visit.renew_buttons(())


def _cancel(visit: Visit, rest: Sequence[str]) -> None:
    dialogues.cancel(visit, _number(_exactly(rest, 1)[0]))


def _rate(visit: Visit, rest: Sequence[str]) -> None:
    """Attitude or result. The buttons are renewed in place; when both are given the case moves."""
    (number, part, level), reply = of_reply(rest, 3)
    if part not in ("attitude", "result"):
        raise Refused("old-button")
    if level == "?":
        visit.toast(Text.of("rate-below"))
        return
    given = _number(level)
    if given > 3:
        raise Refused("old-button")
    case = verdicts.rate(visit.uow, visit.desk, visit.actor, _number(number), part, given, reply=reply)
    key = "toast-rated" if given else "toast-rating-again"
    rating = Text.of(f"rating-{given}") if given else ""
    noted = Text.of(key, part=Text.of(part), rating=rating)
    whose = voices.one(visit.uow, visit.actor, case)
    said = visit.uow.verdicts.of(case.number).get(whose, NOTHING_SAID)
    waiting = case.stage is Stage.REPLY and case.rated_at is None
    others = Text.of("rated-others-waited-for", case=case.number) if waiting and said.rated else None
    if waiting and _seen_by_several(visit, case.number):
        visit.toast(others or noted, alert=others is not None)
        return
    visit.toast(noted)
    if others is not None:
        visit.say(others)
    open_parts = cards.rating_rows(case, said) if waiting and not said.rated else ()
    open_parts = cards.naming(open_parts, visit.actor.speaks_for)
    visit.renew_buttons(_with_private_button(visit, case.number, open_parts))


def _seen_by_several(visit: Visit, number: int) -> bool:
    """Whether other authors read the same buttons: then they stay for them, and do not show what one of them said."""
    return not visit.place.private and len(visit.uow.cases.authors(number)) > 1


def _with_private_button(visit: Visit, number: int, rows: Rows) -> Rows:
    """In a group the button that opens the private chat stays below the others."""
    return rows if visit.place.private else (*rows, *cards.group_rows(visit.desk, number))


def _check(visit: Visit, rest: Sequence[str]) -> None:
    (number, level), reply = of_reply(rest, 2)
    if _number(level) not in (1, 2, 3):
        raise Refused("old-button")
    promises.answer(visit, _number(number), Delivery(_number(level)), reply=reply)
    if not _seen_by_several(visit, _number(number)):
        visit.renew_buttons(_with_private_button(visit, _number(number), ()))


def _page(visit: Visit, rest: Sequence[str]) -> None:
    name, offset = _exactly(rest, 2)
    if name not in lists.LISTS:
        raise Refused("old-button")
    lists.show_list(visit, name, _number(offset))


def _timeline(visit: Visit, rest: Sequence[str]) -> None:
    number, offset = _exactly(rest, 2)
    visit.toast()
    lists.show_case(visit, _number(number), _number(offset))


def _station(visit: Visit, rest: Sequence[str]) -> None:
    number, station_id = _exactly(rest, 2)
    case = intake.choose_station(visit.uow, visit.desk, visit.actor, _number(number), _number(station_id))
    visit.toast()
    intake.show_receipt(visit, case)
    visit.uow.terms.owe(case.number)


def _stations(visit: Visit, rest: Sequence[str]) -> None:
    """The stations, to choose another one for a new case."""
    number, offset = _exactly(rest, 2)
    case = casework.find(visit.uow, visit.actor, _number(number), Permission.CASE_CHOOSE)
    if case.stage is not Stage.COLLECTION:
        raise Refused("station-known", case=case.number, station=cards.station_name(visit.uow, case))
    intake.require_not_shared(visit.uow, case)
    visit.toast()
    rows = receipts.station_rows(visit.uow, case, _number(offset))
    visit.show(Text.of("ask-station", case=case.number), rows=rows, case=case.number)


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "do": _do,
    "ans": _answer,
    "cancel": _cancel,
    "rate": _rate,
    "check": _check,
    "page": _page,
    "timeline": _timeline,
    "station": _station,
    "stations": _stations,
    **enclosures.VERBS,
    **folding.VERBS,
    **held.VERBS,
    **helping.VERBS,
    **searching.VERBS,
    **similar.VERBS,
    **saved_templates.VERBS,
    **corrections.VERBS,
    **replies.VERBS,
    **taking_back.VERBS,
    **dissatisfaction.VERBS,
    **reopening.VERBS,
    **placing.VERBS,
    **deputy_cards.VERBS,
    **absences.VERBS,
    **overdue.VERBS,
    **units.VERBS,
    **unit_presses.VERBS,
    **promises.VERBS,
    **disputes.VERBS,
    **lookback.VERBS,
    **sorting.VERBS,
    **behalf.VERBS,
    **announcement_buttons.VERBS,
    **poll_desk.VERBS,
    **project_buttons.VERBS,
    **balloting.VERBS,
    **vote_buttons.VERBS,
    **appraising.VERBS,
    **works_buttons.VERBS,
    **reception_booking.VERBS,
    **reception_buttons.VERBS,
    **reception_minutes.VERBS,
    **duty_reminder_buttons.VERBS,
    **duty_filing.VERBS,
    **duty_drafts.VERBS,
    **handing_over.VERBS,
    **pairings.VERBS,
    **scores.VERBS,
    **summaries.VERBS,
    **summary_wishes.VERBS,
    **voter_reports.VERBS,
    **exports.VERBS,
    **office_records.VERBS,
}
