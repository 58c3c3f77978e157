"""The formal reply: how it looks before it goes, and how it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from liaisonbot import workflow
from liaisonbot.model import Case
from liaisonbot.outgoing import Button
from liaisonbot.permissions import Permission
from liaisonbot.services import casework, drafts, notices
from liaisonbot.services.doing import Answers, confirm, files_of
from liaisonbot.services.notices import News
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import ReplyClass, Stage


def _reply(visit: Visit, answers: Answers) -> None:
    case = casework.answer(
        visit.uow,
        visit.desk,
        visit.actor,
        answers["case"],
        whole(visit, answers),
        reply_class=_class(answers),
        promise=_day(answers),
        files=files_of(visit, answers),
        said=_said(visit, answers),
    )
    also = [
        Button(Text.of("button-correct"), data=f"do:correct:{case.number}"),
        Button(Text.of("button-save-template"), data=f"savetemplate:{case.number}"),
    ]
    confirm(visit, case, "done-replied", in_words=True, also=also)


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


def whole(visit: Visit, answers: Answers) -> str:
    """The words as the constituent reads them: the reply, and below it what happens until the promised day."""
    plan = (answers.get("plan") or "").strip()
    words: str = answers["text"]
    if not plan:
        return words
    said = catalogue(visit.language, visit.desk.settings.locale.timezone).plain(Text.of("reply-plan", plan=plan))
    return f"{words}\n\n{said}"


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
        Text.of("preview-line"),
        heading,
    )
    return text, whole(visit, answers)


def _ratings() -> Text:
    return Text.of("preview-ratings", **{f"r{level}": Text.of(f"button-rating-{level}") for level in (3, 2, 1)})


def _other_language(visit: Visit, case: Case) -> Text | None:
    """The heading is written in the reader's language; the deputy's words stay as they are."""
    others = {author.language for author in visit.uow.cases.authors(case.number)} - {visit.language}
    return Text.of("preview-language", language=Text.of(f"language-{min(others)}")) if others else None


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"reply": _reply}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"reply": _preview}
