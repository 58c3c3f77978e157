"""A reply that was sent is put right: where it was read it now reads so, marked, and the old words are kept.

It stays the same reply: its limits run on and no rating is lost. Whoever has rated it can change the rating.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from liaisonbot import commands, masking, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.limits import Part
from liaisonbot.model import NOTHING_SAID, Actor, Author, Case, CaseMessage, Link, Verdict
from liaisonbot.outgoing import REPLY, Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    arguments,
    cards,
    case_limits,
    casework,
    drafts,
    merging,
    notices,
    people,
    reaching,
    replies,
    verdicts,
    voices,
)
from liaisonbot.services.doing import Answers, confirm, number_in, of_reply
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, Rating, ReplyClass, Stage
from liaisonbot.workflow import Event

PARTS: Final = ("attitude", "result")


def correct(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    number: int,
    text: str,
    *,
    reply_class: ReplyClass | None = None,
    promise: date | None = None,
) -> Case:
    """Put the newest reply right, for every author: its words, and its class and date where they are given.

    Raises Refused where there is none, where it is too late, or where somebody goes by the class already.
    """
    case, reply = _correctable(uow, desk, actor, number)
    changes = _changes(desk, case, reply_class, promise)
    if reply.text == text and not changes:
        raise Refused("correction-same", case=number)
    if reply.text != text:
        uow.messages.edit(reply.id, text, desk.now)
    told = merging.said_to(uow, reply)
    for author in uow.cases.authors(number):
        words = text if author.person_id in told else masking.mask(text)  # it was written to others, before they came
        _renew(uow, desk, replace(case, **changes), author, reply.id, words)
    # No reply to their case any more, but they have read its words; class and date are nothing to them now.
    for other, author in merging.parted_since(uow, reply) if reply.text != text else ():
        heading = Text.of("edited-by-deputy", case=other.number, deputy=cards.deputy_name(uow, case))
        reaching.to_author(uow, desk, other, author, heading, body=text, purpose="relay")
    day = changes.get("promise_date")
    details = {"class": str(changes["reply_class"]), "promise": day.isoformat() if day else None} if changes else None
    return casework.advance(uow, desk, actor, number, Event.CORRECTED, changes=changes, details=details)


def _changes(desk: Desk, case: Case, reply_class: ReplyClass | None, promise: date | None) -> dict[str, Any]:
    """What becomes of class and date. Once somebody rated, the case goes by them: they stay as they are."""
    wanted = reply_class or case.reply_class or ReplyClass.A
    day = (promise or case.promise_date) if wanted is ReplyClass.B else None
    if (wanted, day) == (case.reply_class, case.promise_date):
        return {}
    if not _class_open(case):
        raise Refused("correction-of-words-only", case=case.number, stage=Text.of(f"stage-{case.stage}"))
    if day is None and wanted is ReplyClass.B:
        raise Refused("class-b-needs-date", case=case.number)
    if day is not None and day != case.promise_date:
        case_limits.not_past(desk, day)
    return {"reply_class": wanted, "promise_date": day}


def _class_open(case: Case) -> bool:
    return case.stage is Stage.REPLY and case.reply_class is not None


def stands(visit: Visit, number: int) -> dict[str, Any]:
    """What of the reply is kept unless it is said anew; nothing where it cannot be corrected."""
    try:
        case, reply = _correctable(visit.uow, visit.desk, visit.actor, number)
    except Refused:
        return {}
    kept: dict[str, Any] = {"reply_class": str(case.reply_class or ReplyClass.A)}
    if case.reply_class is ReplyClass.B and case.promise_date is not None:
        kept |= {"date": case.promise_date.isoformat(), "plan": drafts.plan_of(reply.text or "")}
    return kept


def _correctable(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> tuple[Case, CaseMessage]:
    case = casework.find(uow, actor, number, Permission.CASE_CORRECT)
    reply = newest_reply(uow, number)
    if reply is None or reply.text is None:
        raise Refused("nothing-to-correct", case=number)
    if case.stage not in workflow.ANSWERED:
        raise casework.not_from_here(uow, desk, actor, case)
    if not uow.cases.authors(number):
        raise Refused("author-gone", case=number)
    days = desk.settings.cases.reopen_days
    if case.closed_at is not None and desk.now > desk.working_days.limit(case.closed_at, days):
        raise Refused("correction-too-late", case=number, n=days)
    return case, reply


def _check(visit: Visit, case: Case) -> None:
    """Refuse where there is nothing to put right, or it is too late for that."""
    _correctable(visit.uow, visit.desk, visit.actor, case.number)


def newest_reply(uow: UnitOfWork, number: int) -> CaseMessage | None:
    """The reply that counts now."""
    replies = [message for message in uow.messages.of_case(number) if message.kind is MessageKind.REPLY]
    return replies[-1] if replies else None


# --- what the authors read
# ---------------------------------------------------------------------------------------------


def heading(uow: UnitOfWork, case: Case, said: Verdict, at: datetime) -> Text:
    """Above the corrected words: the mark, the class, the promise, and how to rate."""
    promised = case.reply_class is ReplyClass.B and case.promise_date is not None
    rate = "corrected-rate-anew" if said.rated else "corrected-rate" if case.stage is Stage.REPLY else None
    return Text.lines(
        Text.of("corrected-reply", case=case.number, at=at),
        Text.of(
            "corrected-by",
            deputy=cards.deputy_name(uow, case),
            reply_class=Text.of(f"class-{case.reply_class or ReplyClass.A}"),
        ),
        Text.of("card-promise", date=case.promise_date) if promised else None,
        Text.of(rate) if rate else None,
    )


def _rows(case: Case, said: Verdict) -> Rows:
    if said.rated:
        return anew_rows(case, said)
    return cards.rating_rows(case, said) if case.stage is Stage.REPLY else ()


def anew_rows(case: Case, said: Verdict) -> Rows:
    """Each part with what that author gave, and the three levels to choose another."""
    rows: list[tuple[Button, ...]] = []
    for part in PARTS:
        given = getattr(said, part)
        head = Text.of("button-rated-now", part=Text.of(part), rating=Text.of(f"rating-{given}"))
        rows.append((Button(head, data=f"rateanew:{case.number}:{part}:?"),))
        levels = [(Text.of(f"button-rating-{n}"), f"rateanew:{case.number}:{part}:{n}") for n in (3, 2, 1)]
        rows.append(tuple(Button(label, data=cards.of_its_reply(case, data)) for label, data in levels))
    return tuple(rows)


def _renew(uow: UnitOfWork, desk: Desk, case: Case, author: Author, row: int, words: str) -> None:
    """Edit where they read it. Where nobody knows such a message, or it is gone, they are told anew."""
    said = uow.verdicts.of(case.number).get(author.person_id, NOTHING_SAID)
    text = Text.lines(heading(uow, case, said, desk.now), cards.own_number(uow, case, author))
    if author.telegram_id is None:  # whoever tells them has told the first words already
        rows = _rows(case, said)
        reaching.to_author(uow, desk, case, author, text, rows=rows, body=words, purpose=REPLY, message=row)
        return
    private = reaching.in_private(
        case,
        author,
        text,
        body=words,
        rows=_rows(case, said),
        purpose=REPLY,
        message=row,
        priority=Priority.CONVERSATION,
        key=notices.reply_key(row, author),
    )
    public = reaching.in_group(uow, desk, author, private)
    shown = uow.links.showing(case.number, row)
    edited = [
        _edit_where_it_stands(uow, desk, anew, [link for link in shown if link.chat_id == anew.chat_id])
        for anew in (private, public)
        if anew is not None
    ]
    if any(edited):
        return
    if public is None:
        uow.outbox.add(private, desk.now)
    else:
        uow.outbox.add(replace(private, fallback=public) if author.reachable else public, desk.now)


def _edit_where_it_stands(uow: UnitOfWork, desk: Desk, anew: Outgoing, shown: Sequence[Link]) -> bool:
    """Whether it was read in that chat. Of a long one, which was several messages, the last becomes the whole."""
    told_here = sum(author.chat_id == anew.chat_id for author in uow.cases.authors(anew.case or 0))
    wholes = shown[-max(1, told_here) :]
    for link in shown[: -len(wholes)] if wholes else ():
        _edit(uow, desk, anew, link, text=Text.of("reply-part-corrected"), body=None, rows=(), fallback=None)
    for link in wholes:
        _edit(uow, desk, anew, link, fallback=replace(anew, key=None))
    return bool(shown)


def _edit(uow: UnitOfWork, desk: Desk, anew: Outgoing, link: Link, **more: object) -> None:
    edit = replace(anew, kind=Send.EDIT, target=link.message_id, reply_to=None, key=f"reply:{link.message_id}")
    uow.outbox.add(replace(edit, **more), desk.now)  # type: ignore[arg-type]


# --- by command, by button, by editing
# ---------------------------------------------------------------------------------


def _correct(visit: Visit, answers: Answers) -> None:
    reply_class, day = _said_anew(answers)
    case = correct(
        visit.uow,
        visit.desk,
        visit.actor,
        answers["case"],
        drafts.whole(visit, answers),
        reply_class=reply_class,
        promise=day,
    )
    also = [Button(Text.of("button-correct"), data=f"do:correct:{case.number}")]
    confirm(visit, case, "done-corrected", in_words=True, also=also)


def _said_anew(answers: Answers) -> tuple[ReplyClass | None, date | None]:
    day, letter = answers.get("date"), answers.get("reply_class")
    return ReplyClass(letter) if letter else None, date.fromisoformat(day) if day else None


def _preview(visit: Visit, answers: Answers) -> tuple[Text, str]:
    case, _ = _correctable(visit.uow, visit.desk, visit.actor, answers["case"])
    case = replace(case, **_changes(visit.desk, case, *_said_anew(answers)))
    ask = Text.lines(Text.of("ask-sure-correction", case=case.number), replies.off_day(visit, answers))
    words = drafts.whole(visit, answers)
    first = min(visit.uow.cases.author_ids(case.number))
    said = visit.uow.verdicts.of(case.number).get(first, NOTHING_SAID)
    return Text.lines(ask, Text.of("preview-line"), heading(visit.uow, case, said, visit.desk.now)), words


def edited(visit: Visit, message: IncomingMessage, kept: CaseMessage) -> None:
    """The deputy edited the message in which they had typed the reply."""
    if message.sender is None or kept.text is None:
        return
    actor = people.identify(visit.uow, visit.desk, message.sender)
    visit = replace(visit, actor=actor)
    said: Answers = _typed(visit, message, kept) if message.command is not None else {"text": message.text}
    words = str(said.get("text") or "").strip()
    doubt = said.get(arguments.DOUBT)
    if not words or (doubt is not None and doubt.argument == "date"):  # the class was asked for, and stands
        raise Refused("correction-unclear", case=kept.case)
    plan = drafts.plan_of(kept.text)
    text = f"{words}\n\n{plan}" if plan else words
    reply = newest_reply(visit.uow, kept.case)
    reply_class, day = _said_anew(said)
    if text == kept.text and _class_stands(visit.uow.cases.get(kept.case), reply_class, day):
        return
    if reply is None or reply.id != kept.id:
        raise Refused("correction-old-reply", case=kept.case)
    case = correct(visit.uow, visit.desk, actor, kept.case, text, reply_class=reply_class, promise=day)
    visit.say(Text.of("done-corrected", case=case.number), case=case.number)


def _class_stands(case: Case | None, reply_class: ReplyClass | None, day: date | None) -> bool:
    return case is None or (reply_class in (None, case.reply_class) and day in (None, case.promise_date))


def _typed(visit: Visit, message: IncomingMessage, kept: CaseMessage) -> Answers:
    """What a ``/reply`` line says: the words, and the class and the date if they stand before them."""
    line = message.command.rest.strip() if message.command else ""
    named = line.split(maxsplit=1)[:1] in ([str(kept.case)], [f"#{kept.case}"])
    try:
        return arguments.parse(visit, commands.BY_NAME["reply"], line, implied_case=None if named else kept.case)
    except Refused:
        return {}


# --- another rating
# ----------------------------------------------------------------------------------------------------


def rate_anew(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, part: str, level: int, *, reply: int) -> Case:
    """Change one part of a rating, after a correction and as long as the window for ratings is open.

    Dissatisfied sends a case that waits in follow-up back; one that is closed stays so, and can be reopened.
    """
    case = casework.find(uow, actor, number, Permission.CASE_RATE, lock=True)
    if case.stage is Stage.REPLY:
        return verdicts.rate(uow, desk, actor, number, part, level, reply=reply)
    whose = voices.one(uow, actor, case)
    said = uow.verdicts.of(number).get(whose)
    corrected = _corrected_at(uow, number)
    over = Refused("rating-over", case=number, stage=Text.of(f"stage-{case.stage}"))
    if said is None or not said.rated or corrected is None:
        raise over
    if case.stage not in (Stage.FOLLOW_UP, Stage.CLOSED) or desk.now > _window(desk, case, corrected):
        raise over
    verdicts.require_newest(case, reply)
    if getattr(said, part) == level:
        return case
    uow.verdicts.give(number, whose, desk.now, **{part: level})
    worst = verdicts.worst(uow, number)
    badly = level == Rating.DISSATISFIED and case.stage is Stage.FOLLOW_UP
    event = Event.RATED_BADLY if badly else Event.RATED_ANEW
    details = {name: int(rating) for name, rating in worst.items() if rating}
    return casework.advance(uow, desk, actor, number, event, changes={**worst, "rated_at": desk.now}, details=details)


def _window(desk: Desk, case: Case, since: datetime) -> datetime:
    return desk.limit(Part.RATING, case.category).ends(desk.working_days, since)


def _corrected_at(uow: UnitOfWork, number: int) -> datetime | None:
    """When the reply that counts now was corrected last."""
    at = None
    for entry in uow.journal.of_case(number):
        if entry.event == Event.ANSWERED:
            at = None
        elif entry.event == Event.CORRECTED:
            at = entry.at
    return at


def _rate_anew(visit: Visit, rest: Sequence[str]) -> None:
    (number, part, level), reply = of_reply(rest, 3)
    if part not in PARTS:
        raise Refused("old-button")
    if level == "?":
        visit.toast(Text.of("rate-below"))
        return
    if level not in ("1", "2", "3"):
        raise Refused("old-button")
    case = rate_anew(visit.uow, visit.desk, visit.actor, number_in(number), part, int(level), reply=reply)
    visit.toast(Text.of("toast-rated", part=Text.of(part), rating=Text.of(f"rating-{level}")))
    whose = voices.one(visit.uow, visit.actor, case)
    said = visit.uow.verdicts.of(case.number).get(whose, NOTHING_SAID)
    rows = _rows(case, said) if case.stage in workflow.ANSWERED else ()
    visit.renew_buttons(rows if visit.place.private else (*rows, *cards.group_rows(visit.desk, case.number)))


ALSO_CHECKED: Final[Mapping[str, Callable[[Visit, Case], None]]] = {"correct": _check}
"""See ``counter.ALSO_CHECKED``."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"correct": _correct}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"correct": _preview}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"rateanew": _rate_anew}
