"""How a case looks: to those who work on it, to its author, and in a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from liaisonbot import categories, guard, keyboards, masking, permissions, workflow
from liaisonbot.desk import Desk
from liaisonbot.keyboards import Screen
from liaisonbot.limits import Limit
from liaisonbot.model import Actor, Author, Case, Unit, Verdict
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.reasons import REASONS
from liaisonbot.services import asked
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Outcome, Role, Stage

EXCERPT: Final = 400
"""Characters of a case's text on a card, so that it fits a phone's screen with its course and buttons; those who work
on it get all of it below."""
GROUP_EXCERPT: Final = 60
UNITS_SUGGESTED: Final = 3


def stage_bar(case: Case) -> Text:
    """The four mechanisms, with the one the case is in marked; how it ended once it is closed."""
    return Text.of(f"outcome-{case.outcome}") if case.outcome else Text.of(f"bar-{case.stage}")


def category(case: Case) -> Text:
    return Text.of(f"category-{case.category}")


def station_name(uow: UnitOfWork, case: Case) -> str | Text:
    station = uow.stations.get(case.station_id) if case.station_id is not None else None
    return station.name if station else Text.of("no-station")


def deputy_name(uow: UnitOfWork, case: Case) -> str | Text:
    deputy = uow.roster.get(case.deputy_id) if case.deputy_id is not None else None
    return deputy.name if deputy else Text.of("no-deputy")


def own_number(uow: UnitOfWork, case: Case, author: Author) -> Text | None:
    """For an author whose own case was merged into this one: the number they know."""
    if not author.by_merge:
        return None
    parts = [part for part in parts_of(uow, case.number) if author.person_id in uow.cases.author_ids(part)]
    return Text.of("reply-own-number", own=parts[-1], case=case.number) if parts else None


def parts_of(uow: UnitOfWork, number: int) -> list[int]:
    """Those that became part of it, and their parts."""
    return [found for part in uow.merges.parts(number) for found in (part, *parts_of(uow, part))]


def to_type(command: str, numbers: Sequence[int]) -> Text:
    """The lines to type for each of these cases."""
    return Text.lines(*(Text.of("type-this", line=f"/{command} {number}") for number in numbers))


def standing_in(uow: UnitOfWork, case: Case) -> Text | None:
    """In whose place its deputy has it."""
    if case.standing_in_for is None or case.deputy_id is None:
        return None
    return Text.of("card-standing-in", absent=absent_name(uow, case), deputy=deputy_name(uow, case))


def absent_name(uow: UnitOfWork, case: Case) -> str | None:
    """The deputy on leave in whose place its deputy has it."""
    absent = uow.roster.get(case.standing_in_for) if case.standing_in_for is not None else None
    return absent.name if absent else None


def tags_line(case: Case, *, public: bool = False) -> Text | None:
    """The tags of the business climate; None without any. ``public``: without those of a private group."""
    shown = [tag for tag in case.tags if not (public and categories.is_private(tag))]
    return Text.of("card-tags", tags=listed([Text.of(f"tag-{tag}") for tag in shown])) if shown else None


def listed(texts: Sequence[Text]) -> Text:
    """One after the other in a line; at least one."""
    *before, last = texts
    return Text.of("listed", before=listed(before), last=last) if before else last


def names(found: Sequence[str], most: int = 12) -> Text | str:
    """Names in a line, as the reader's language strings them together; of more than ``most``, how many there are."""
    if not found:
        return ""
    shown = listed([Text.of("works-name", name=name) for name in found[:most]])
    return Text.of("stations-and-more", names=shown, n=len(found)) if len(found) > most else shown


def held_line(case: Case) -> Text | None:
    """For those who work on it: what the guard found in it."""
    if guard.topic_of(case.guard) is None:
        return None
    return Text.of("card-held" if case.held else "card-guarded", topic=Text.of(f"guard-name-{case.guard}"))


def units_lines(uow: UnitOfWork, desk: Desk, case: Case) -> list[Text]:
    """The units that have it now, each with its part and its day."""
    if case.stage is not Stage.MEDIATION:
        return []
    return [
        Text.of(
            "card-unit-overdue" if handing.due < desk.today else "card-unit",
            part=Text.of("unit-leads" if handing.lead else "unit-takes-part"),
            unit=handing.unit,
            date=handing.due,
        )
        for handing in uow.handings.of_case(case.number)
        if handing.open
    ]


def _or_suggested(uow: UnitOfWork, case: Case, lines: list[Text]) -> list[Text]:
    """While no unit has it: those whose business its category is."""
    if lines or case.stage is not Stage.MEDIATION:
        return lines
    fitting = [Text.of("unit-name", name=unit.name) for unit in fitting_units(uow, case)]
    return [Text.of("card-units-fitting", units=listed(fitting[:UNITS_SUGGESTED]))] if fitting else []


def fitting_units(uow: UnitOfWork, case: Case) -> list[Unit]:
    """The handling units whose business its category is, but for those that said of this case that it is not."""
    returned = {handing.unit_id for handing in uow.handings.of_case(case.number) if handing.returned_at is not None}
    return [unit for unit in uow.units.all() if case.category in unit.categories and unit.id not in returned]


def head(case: Case) -> Text:
    return Text.of("card-head", case=case.number, category=category(case), kind=Text.of(f"kind-{case.kind}"))


def span(limit: Limit) -> Text:
    """How long it is, in words: two working days, three months."""
    return Text.of(f"span-{limit.unit}", n=limit.amount)


def limit(desk: Desk, case: Case, *, counted: bool = True) -> Text | None:
    """Until when what the stage asks for should be done; None where no limit runs.

    ``counted``: with the day of how many it is. A card in a group stands there for days and goes without.
    """
    if case.due_at is None or case.stage in (Stage.REPLY, Stage.CLOSED):
        return None
    if case.paused_since is not None:
        return Text.of("card-paused", date=desk.working_days.local_day(case.paused_since))
    last = desk.working_days.last_day(case.due_at)
    if case.due_at <= desk.now:
        return Text.of("card-overdue", date=last)
    if case.due_at != desk.working_days.end_of(last):
        return Text.of("card-due-at", at=case.due_at)
    due = Text.of(f"card-due-{case.stage}", date=last)
    day, total = _counted(desk, case, last)
    return Text.of("card-day", day=day, total=total, due=due) if counted and 0 < day <= total else due


def _counted(desk: Desk, case: Case, last: date) -> tuple[int, int]:
    """Which working day of its limit it is, and of how many; those on which the clock stood still are left out."""
    days, begun = desk.working_days, desk.working_days.local_day(case.stage_since)
    return days.count(begun, desk.today) - case.paused_days, days.count(begun, last) - case.paused_days


def calendar_note(desk: Desk, case: Case) -> Text | None:
    """That the limit reaches into a year whose holidays nobody knows yet."""
    return None if case.due_at is None else calendar_note_until(desk, case, desk.working_days.last_day(case.due_at))


def calendar_note_until(desk: Desk, case: Case, last: date) -> Text | None:
    """The same of any limit that began with the stage, and of its last day."""
    days = desk.working_days
    year = days.unknown_year(days.local_day(case.stage_since), last)
    return Text.of("card-unknown-year", year=year) if year is not None else None


def work_card(uow: UnitOfWork, desk: Desk, case: Case, *, contact: bool, reader: int | None = None) -> Text:
    """For those who work on it: everything needed to act.

    ``contact``: with the name or phone the constituent chose to give. The deputy of the case sees it, nobody else but
    whoever entered the case for somebody without Telegram: ``reader`` is the account of whoever reads the card.
    """
    return Text.lines(
        head(case),
        tags_line(case),
        stage_bar(case),
        whole_of(uow, case),
        where(uow, case),
        standing_in(uow, case),
        *_or_suggested(uow, case, units_lines(uow, desk, case)),
        limit(desk, case),
        held_line(case),
        calendar_note(desk, case),
        _promise(case),
        asked_about(uow, case),
        *_authors(uow.cases.authors(case.number), contact=contact, reader=reader),
        _words(speaking(uow, case)),
    )


def own_card(uow: UnitOfWork, desk: Desk, case: Case, *, opened_by_reader: bool = True) -> Text:
    """For its author. Who came to it by a merge reads the words of others as a group would: masked."""
    return Text.lines(
        head(case),
        tags_line(case),
        stage_bar(case),
        whole_of(uow, case),
        where(uow, case),
        standing_in(uow, case),
        *units_lines(uow, desk, case),
        limit(desk, case),
        calendar_note(desk, case),
        _promise(case),
        asked_about(uow, case),
        _channel(case),
        _words(case if opened_by_reader else _masked(speaking(uow, case))),
    )


def where(uow: UnitOfWork, case: Case) -> Text:
    """Station and deputy. A closed case that never had a deputy waits for none."""
    if not case.open and case.deputy_id is None:
        return Text.of("card-where-closed", station=station_name(uow, case))
    return Text.of("card-where", station=station_name(uow, case), deputy=deputy_name(uow, case))


def _channel(case: Case) -> Text | None:
    """For its author: where to turn with what was declined because it is not for a deputy; and why one that was written
    in a group goes on here.
    """
    topic = guard.topic_of(case.guard)
    if topic is not None and case.outcome is Outcome.DECLINED:
        return Text.of(f"guard-say-{topic.key}")
    moved = topic is not None and topic.hides and case.open and case.chat_type != "private"
    return channel(topic.key, held=case.held) if topic is not None and moved else None


def channel(topic: str, *, held: bool) -> Text:
    """What the guard says of a topic: the right channel, the reason, and what comes next where staff read it first."""
    then = held and bool(guard.TOPICS[topic].then)
    return Text.lines(*(Text.of(f"guard-{part}-{topic}") for part in ("say", "why", *(("then",) if then else ()))))


def speaking(uow: UnitOfWork, case: Case) -> Case:
    """Where whoever opened it was forgotten and others stay, the words of a case that became part of it."""
    if case.text is not None:
        return case
    parts = (uow.cases.get(number) for number in uow.merges.parts(case.number))
    return replace(case, text=next((part.text for part in parts if part and part.text), None))


def _masked(case: Case) -> Case:
    return replace(case, text=masking.mask(case.text)) if case.text else case


def whole_of(uow: UnitOfWork, case: Case) -> Text | None:
    """For a case that became part of another one: in which it goes on."""
    into = uow.merges.into(case.number) if case.outcome is Outcome.MERGED else None
    return None if into is None else Text.of("card-merged-into", case=case.number, into=into)


def excerpt(case: Case, length: int) -> str | Text:
    """The beginning of what it is about, without numbers by which anybody could be found."""
    return in_one_line(masking.mask(case.text or ""), length)


def in_one_line(text: str, length: int) -> str | Text:
    """The beginning of what was written; of pictures only it is said that they are all: nothing between two quotation
    marks says nothing.
    """
    words = " ".join(text.split())
    return masking.shorten(words, length) if words else Text.of("no-words")


def whose(uow: UnitOfWork, case: Case, author: Author) -> Text | None:
    """Which of several people without Telegram is meant: the case each of them brought; None where there is one."""
    if sum(each.telegram_id is None for each in uow.cases.authors(case.number)) < 2:
        return None
    mine = uow.cases.of_author(author.person_id)[0]
    own = next((each for each in mine if _brought(uow, each, author)), case)
    return Text.of("whose-answer", case=own.number, text=excerpt(own, 20))


def _brought(uow: UnitOfWork, case: Case, author: Author) -> bool:
    """Whether it is theirs from the beginning, not by a merge."""
    return any(each.person_id == author.person_id and not each.by_merge for each in uow.cases.authors(case.number))


def _authors(authors: Sequence[Author], *, contact: bool, reader: int | None) -> list[Text]:
    """Each by the name they gave, those without Telegram each by themselves; the others in one line."""
    lines: list[Text] = []
    nameless = 0
    for author in authors:
        if (contact or _entered(author, reader)) and (author.name or author.phone):
            lines.append(_contact(author))
        elif author.telegram_id is None:
            lines.append(Text.of("card-behalf"))
        else:
            nameless += 1
    if nameless > 1 or (nameless and lines):
        return [*lines, Text.of("card-anonymous-several", n=nameless)]
    return [*lines, *[Text.of("card-anonymous")] * nameless]


def group_card(uow: UnitOfWork, desk: Desk, case: Case) -> Text:
    """For a group: no name, and every number by which somebody could be found is masked.

    Of what belongs into the private chat nothing is shown but how far it is.
    """
    if hidden(case):
        known = Text.of("guard-group-card", case=case.number)
        return Text.lines(known, stage_bar(case), where(uow, case), limit(desk, case))
    text = masking.shorten(" ".join(masking.mask(case.text or "").split()), GROUP_EXCERPT)
    return Text.lines(
        head(case),
        tags_line(case, public=True),
        stage_bar(case),
        whole_of(uow, case),
        where(uow, case),
        limit(desk, case, counted=False),
        calendar_note(desk, case),
        Text.of("group-card-text", text=text) if text else None,
    )


def hidden(case: Case) -> bool:
    """Whether nothing of what is said in the case may stand in a group."""
    topic = guard.topic_of(case.guard)
    return topic is not None and topic.hides


def group_rows(desk: Desk, number: int) -> Rows:
    """The button that opens the private chat with the bot at that case."""
    return ((Button(Text.of("button-private"), url=desk.bot.deep_link(f"case_{number}")),),)


def asked_about(uow: UnitOfWork, case: Case) -> Text | None:
    """The announcement that it asks about."""
    announcement = uow.announcements.get(case.announcement_id) if case.announcement_id is not None else None
    if announcement is None:
        return None
    return Text.of("card-asks-about", id=announcement.id, text=in_one_line(announcement.text, GROUP_EXCERPT))


def _promise(case: Case) -> Text | None:
    if case.promise_date is None or case.stage not in (Stage.REPLY, Stage.FOLLOW_UP):
        return None
    return Text.of("card-promise", date=case.promise_date)


def _entered(author: Author, reader: int | None) -> bool:
    """Whether that reader entered the case for an author without Telegram."""
    return author.telegram_id is None and author.through is not None and author.through == reader


def _contact(author: Author) -> Text:
    key = "card-contact" if author.telegram_id is not None else "card-behalf-contact"
    return Text.of(key, name=author.name or "", phone=author.phone or "")


def _words(case: Case) -> Text:
    if case.text is None:
        return Text.of("card-forgotten")
    return Text.of("card-text", text=masking.shorten(case.text, EXCERPT)) if case.text else Text.of("card-media-only")


def rows(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case, *, unfolded: bool = False) -> Rows:
    """What the actor may do with the case now, as buttons below its card: the likeliest first, the rest behind More."""
    buttons = [*possible(uow, desk, actor, case), opening(case.number)]
    return below(uow, actor, case, Screen.CARD, buttons, unfolded=unfolded)


def below(
    uow: UnitOfWork,
    actor: Actor,
    case: Case,
    screen: Screen,
    buttons: Sequence[Button],
    *more: int,
    room: int = keyboards.ROOM,
    unfolded: bool = False,
) -> Rows:
    """Those buttons in the order that the table of keyboards has for the screen, and for what the actor is to the case.

    ``more``: further numbers by which the keyboard can be made again. ``room``: what is left for things to do.
    """
    names = keyboards.first(screen, _part_in(uow, actor, case), case.stage)
    return fold(buttons, names, ":".join(map(str, (screen, case.number, *more))), room=room, unfolded=unfolded)


def fold(buttons: Sequence[Button], names: Sequence[str], made_by: str, *, room: int, unfolded: bool) -> Rows:
    """As many as there is room for, and *More…*; or all of them, and *Less*.

    ``made_by``: how the keyboard is made again, see ``services/folding.py``.
    """
    ordered = keyboards.in_order(buttons, names)
    if len(ordered) <= room or len(keyboards.kinds(ordered)) <= room:
        return in_pairs(ordered)
    if unfolded:
        return (*in_pairs(ordered), (Button(Text.of("button-less"), data=f"less:{made_by}"),))
    return in_pairs([*keyboards.leading(ordered, room - 1), Button(Text.of("button-more"), data=f"more:{made_by}")])


def possible(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case) -> list[Button]:
    """What the actor may do with the case now: from the table of stages, that of rights, and what makes sense yet."""
    authors, untimely = uow.cases.author_ids(case.number), asked.untimely(uow, desk, case)
    rights = permissions.rights(actor, case, authors)
    found = {
        button.command: Button(Text.of(button.label), data=f"do:{button.command}:{case.number}")
        for button, step in workflow.buttons_for(case)
        if button.event not in untimely and step.needs in rights
    }
    if "done" in found and _reported(uow, case):
        del found["done"]
    if "urge" in found:  # who presses the deputy for the office need not also ask on somebody's behalf
        found.pop("chase", None)
    own = actor.person is not None and actor.person.id in authors
    if Permission.CASE_PROPOSE in rights and not own:
        return [*found.values(), *_idea(uow, case)]
    return list(found.values())


def _idea(uow: UnitOfWork, case: Case) -> list[Button]:
    """For those who work on it: a proposal for a livelihood project can be made of it, once."""
    if hidden(case) or uow.projects.of_case(case.number) is not None:
        return []
    return [Button(Text.of("button-idea"), data=f"idea:{case.number}")]


def opening(number: int) -> Button:
    """Shows the case with its course."""
    return Button(Text.of("button-timeline"), data=f"do:case:{number}")


def _reported(uow: UnitOfWork, case: Case) -> bool:
    """Whether the deputy has said already that what was promised is done."""
    pledge = uow.promises.open_of(case.number)
    return pledge is not None and pledge.reported_at is not None


def _part_in(uow: UnitOfWork, actor: Actor, case: Case) -> Role:
    """What the actor is to the case."""
    if actor.deputy is not None and actor.deputy.id == case.deputy_id:
        return Role.DEPUTY
    if actor.person is not None and actor.person.id in uow.cases.author_ids(case.number):
        return Role.CONSTITUENT
    return Role.STAFF if actor.works_here else Role.CONSTITUENT


def in_pairs(buttons: Sequence[Button], width: int = 2) -> Rows:
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def rating_rows(case: Case, said: Verdict | None = None) -> Rows:
    """Attitude, then result: three buttons each; what was given already is one line that can be taken back.

    ``said``: what that one of several authors has given; else what the case has.
    """
    given = said if said is not None else case
    return (
        *_part(case, "attitude", given.attitude),
        *_part(case, "result", given.result),
    )


def _part(case: Case, part: str, given: int | None) -> Rows:
    number = case.number
    if given is not None:
        label = Text.of("button-rated", part=Text.of(part), rating=Text.of(f"rating-{given}"))
        return ((Button(label, data=of_its_reply(case, f"rate:{number}:{part}:0")),),)
    levels = [(Text.of(f"button-rating-{level}"), f"rate:{number}:{part}:{level}") for level in (3, 2, 1)]
    return (
        (Button(Text.of("button-rate-head", part=Text.of(part)), data=f"rate:{number}:{part}:?"),),
        tuple(Button(label, data=of_its_reply(case, data)) for label, data in levels),
    )


def check_rows(case: Case) -> Rows:
    levels = [(Text.of(f"button-check-{level}"), f"check:{case.number}:{level}") for level in (3, 2, 1)]
    return tuple((Button(label, data=of_its_reply(case, data)),) for label, data in levels)


def of_its_reply(case: Case, data: str) -> str:
    """A button's data with the reply of which it speaks: pressed after a newer one, it says nothing of that. The first
    reply goes without.
    """
    return f"{data}:{case.which_reply}" if case.which_reply else data


def look_back_rows(question: int) -> Rows:
    """For that question of a look-back, by its id: it says whose answer it is."""
    return tuple((Button(Text.of(f"button-rating-{level}"), data=f"again:{question}:{level}"),) for level in (3, 2, 1))


NAMING: Final = "@"
"""Behind it a button's data names the author without Telegram whose answer it is."""
_ANSWERS: Final = ("rate:", "check:", "why:")


def naming(rows: Rows, person_id: int | None) -> Rows:
    """The same buttons, each of which says whose answer it is; as they are where nobody is named."""
    if person_id is None:
        return rows
    return tuple(
        tuple(
            replace(button, data=f"{button.data}{NAMING}{person_id}")
            if button.data is not None and button.data.startswith(_ANSWERS)
            else button
            for button in row
        )
        for row in rows
    )


def reason_rows(case: Case) -> Rows:
    """Why not satisfied: a button for each reason."""
    reasons = [(Text.of(f"reason-{key}"), f"why:{case.number}:{key}") for key in REASONS]
    return in_pairs([Button(label, data=of_its_reply(case, data)) for label, data in reasons])


def again_rows(case: Case) -> Rows:
    """For the author of a case that was closed too early."""
    return ((Button(Text.of("button-not-solved"), data=f"do:again:{case.number}"),),)


def taken_up_rows(case: Case) -> Rows:
    """The same for staff, whom its author has told so."""
    return ((Button(Text.of("button-not-solved"), data=f"do:reopen:{case.number}"),),)
