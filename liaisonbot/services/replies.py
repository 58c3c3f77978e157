"""The formal reply: how it looks before it goes, and how it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from liaisonbot import workflow
from liaisonbot.errors import Refused
from liaisonbot.model import Case
from liaisonbot.outgoing import Button
from liaisonbot.permissions import Permission
from liaisonbot.services import arguments, casework, deputy_work, drafts, notices
from liaisonbot.services.doing import Answers, confirm, files_of, number_in
from liaisonbot.services.notices import News
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import ReplyClass, Stage


def _reply(visit: Visit, answers: Answers) -> None:
    case = deputy_work.answer(
        visit.uow,
        visit.desk,
        visit.actor,
        answers["case"],
        drafts.whole(visit, answers),
        reply_class=_class(answers),
        promise=_day(answers),
        files=files_of(visit, answers),
        said=_said(visit, answers),
    )
    also = [
        Button(Text.of("button-correct"), data=f"do:correct:{case.number}"),
        *promised_day_off(visit, case),
        Button(Text.of("button-save-template"), data=f"savetemplate:{case.number}"),
    ]
    sent = Text.of(f"class-{case.reply_class or ReplyClass.A}")
    day = Text.of("reply-sent-date", date=case.promise_date) if case.promise_date else ""
    confirm(
        visit, case, "done-replied", in_words=True, also=also, sent=sent, day=day, off=off_day(visit, answers) or ""
    )


def off_day(visit: Visit, answers: Answers) -> Text | None:
    """That nobody works on the promised day, for whoever promises it."""
    day = _day(answers) if answers.get("date") else None
    if day is None or visit.desk.working_days.is_working_day(day):
        return None
    return Text.of("date-off-promised", date=day, why=arguments.day_off(visit, day))


def promised_day_off(visit: Visit, case: Case) -> list[Button]:
    """The button that moves a promise from a day off to the next working day."""
    day = case.promise_date
    if day is None or visit.desk.working_days.is_working_day(day):
        return []
    working = arguments.working_day_from(visit, day)
    return [Button(Text.of("choice-next-working-day", date=working), data=f"workday:{case.number}:{working}")]


def _to_working_day(visit: Visit, rest: Sequence[str]) -> None:
    """Press it: the promise is moved, with the reason."""
    if len(rest) != 2:
        raise Refused("old-button")
    number, day = number_in(rest[0]), date.fromisoformat(arguments.date_of(visit, rest[1]))
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_RESCHEDULE)
    if case.promise_date is None or case.promise_date >= day:
        raise Refused("old-button")
    case = deputy_work.reschedule(visit.uow, visit.desk, visit.actor, number, day, Text.of("why-working-day"))
    confirm(visit, case, "done-rescheduled", in_words=True, date=day, off="")


def _class(answers: Answers) -> ReplyClass:
    return ReplyClass(answers.get("reply_class", "A"))


def _day(answers: Answers) -> date | None:
    day = answers.get("date")
    return date.fromisoformat(day) if day else None


def _said(visit: Visit, answers: Answers) -> tuple[int, int] | None:
    """The deputy's own message that holds the words: that of the dialogue, or the command itself."""
    if drafts.SAID in answers:
        chat_id, message_id = answers[drafts.SAID]
        return chat_id, message_id
    message = visit.message
    if message is None or message.command is None:
        return None
    return message.place.chat_id, message.message_id


def _preview(visit: Visit, answers: Answers) -> tuple[Text, str]:
    """Exactly what the constituent will read, and which buttons they will have."""
    case = casework.find(visit.uow, visit.actor, answers["case"], Permission.CASE_ANSWER)
    reply_class = _class(answers)
    as_answered = replace(
        case,
        stage=Stage.REPLY,
        reply_class=reply_class,
        promise_date=_day(answers) if reply_class is ReplyClass.B else None,
        attitude=None,
        result=None,
    )
    heading = notices.sentence(visit.uow, workflow.answer, News(case, as_answered, visit.actor))
    files = files_of(visit, answers)
    text = Text.lines(
        Text.of("ask-sure-reply", case=case.number),
        Text.of("preview-buttons", attitude=Text.of("attitude"), result=Text.of("result"), ratings=_ratings()),
        Text.of("preview-files", n=len(files.ids)) if files else None,
        _other_language(visit, case),
        off_day(visit, answers),
        Text.of("preview-line"),
        heading,
    )
    return text, drafts.whole(visit, answers)


def _ratings() -> Text:
    return Text.of("preview-ratings", **{f"r{level}": Text.of(f"button-rating-{level}") for level in (3, 2, 1)})


def _other_language(visit: Visit, case: Case) -> Text | None:
    """The heading is written in the reader's language; the deputy's words stay as they are."""
    others = {author.language for author in visit.uow.cases.authors(case.number)} - {visit.language}
    return Text.of("preview-language", language=Text.of(f"language-{min(others)}")) if others else None


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"workday": _to_working_day}
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"reply": _reply}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"reply": _preview}
