"""Words that a deputy need not type: templates for the reply, whose blanks are asked for one by one.

A template becomes a draft in the dialogue. It can go out as it is once no blank is open, or be replaced by one's own
words: typing always counts, and the preview has a button to say it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from liaisonbot import reply_templates
from liaisonbot.commands import Argument
from liaisonbot.errors import Refused
from liaisonbot.model import OwnTemplate
from liaisonbot.nothing import is_nothing
from liaisonbot.reply_templates import Template
from liaisonbot.services import reception_arguments
from liaisonbot.services.arguments import Choice
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import ReplyClass

Answers = dict[str, Any]

_MAY_BE_EMPTY: Final = frozenset({"plan"})
"""What one may answer with 无, or *none*."""
DRAFT: Final = "_draft"
"""The template's words, with the blanks that are open yet."""
SAID: Final = "_said"
"""The (chat, message) in which the words were typed: edited there, they are corrected everywhere."""
TEMPLATE: Final = "_template"
"""A template chosen before the question for the words came."""
PLAN_MARK: Final = "⏳"
"""With it begins what happens until the promised day, below the words of the reply."""
FEW: Final = 3
PAGE: Final = 8
_OWN: Final = "own"
_AS_IT_IS: Final = "asis"
TEMPLATES: Final = "templates"
_MORE: Final = "more"


@dataclass(frozen=True, slots=True)
class Question:
    """The same argument is asked for once more, in other words."""

    text: Text
    choices: list[Choice]
    answers: Answers
    body: str | None = None
    in_place: bool = False
    """It takes the place of the question whose button was pressed."""


Step = str | Question
"""The words that were found, or what is to be asked before."""


def offered(visit: Visit, argument: Argument, answers: Mapping[str, Any]) -> list[Choice]:
    """The buttons below the question for the words."""
    return _OFFERED[argument.offers or ""](visit, answers)


def chosen(visit: Visit, argument: Argument, answers: Answers, value: str) -> Step:
    """What follows from a button below it."""
    return _CHOSEN[argument.offers or ""](visit, answers, value)


def typed(visit: Visit, argument: Argument, answers: Answers, words: str) -> Step:
    """What follows from words that were typed: they fill the first open blank, or are the reply."""
    if argument.name in _MAY_BE_EMPTY and is_nothing(words):
        return ""
    draft = answers.pop(DRAFT, None)
    if draft is None:
        return words
    return _with_draft(visit, answers, reply_templates.filled(draft, words))


# --- templates for a reply
# --------------------------------------------------------------------------------------------


def _templates(visit: Visit, answers: Mapping[str, Any]) -> list[Choice]:
    every = _fitting(visit, answers)
    more = [(Text.of("button-more-templates"), f"{_MORE}:0")] if len(every) > FEW else []
    return [*every[:FEW], *more, (Text.of("button-own-words"), _OWN)]


def _fitting(visit: Visit, answers: Mapping[str, Any]) -> list[Choice]:
    """All templates of that class, the most fitting first: own ones for the category lead, then those for it."""
    case = visit.uow.cases.get(answers["case"])
    category = case.category if case else ""
    reply_class = answers.get("reply_class", "A")
    deputy = visit.actor.deputy
    own = [one for one in visit.uow.reply_templates.of(deputy.id) if one.reply_class == reply_class] if deputy else []
    found: list[OwnTemplate | Template] = [one for one in own if one.category == category]
    found += [one for one in reply_templates.fitting(reply_class, category) if one.categories]
    found += [one for one in own if one.category != category]
    found += [one for one in reply_templates.fitting(reply_class, category) if not one.categories]
    return [_choice(visit, one) for one in found]


def _choice(visit: Visit, one: OwnTemplate | Template) -> Choice:
    if isinstance(one, OwnTemplate):
        return Text.of("choice-own-template", name=one.name), f"own:{one.id}"
    return Text.of("choice-template", name=one.label(visit.language)), f"key:{one.key}"


def _choose_template(visit: Visit, answers: Answers, value: str) -> Step:
    what, _, which = value.partition(":")
    if what == _MORE:
        return _page(visit, answers, int(which) if which.isascii() and which.isdecimal() else 0)
    if value == _AS_IT_IS and DRAFT in answers:
        words: str = answers.pop(DRAFT)
        return words
    if value == _OWN:
        answers.pop(DRAFT, None)
        return Question(Text.of("ask-own-words", case=answers["case"]), [], answers)
    words = _words_of(visit, what, which)
    day = answers.get("date")
    if day:
        words = reply_templates.dated(words, _day(visit, day))
    return _with_draft(visit, answers, words)


def _words_of(visit: Visit, what: str, which: str) -> str:
    if what == "key" and which in reply_templates.BY_KEY:
        return reply_templates.BY_KEY[which].words(visit.language)
    deputy = visit.actor.deputy
    if what == "own" and deputy is not None and which.isascii() and which.isdecimal() and len(which) <= 15:
        template = visit.uow.reply_templates.get(deputy.id, int(which))
        if template is not None:
            return template.text
    raise Refused("template-gone")


def _page(visit: Visit, answers: Answers, offset: int) -> Question:
    every = _fitting(visit, answers)
    page = every[offset : offset + PAGE]
    further = [(Text.of("button-more-templates"), f"{_MORE}:{offset + PAGE}")] if offset + PAGE < len(every) else []
    choices = [*page, *further, (Text.of("button-own-words"), _OWN)]
    return Question(Text.of("ask-template", case=answers["case"]), choices, answers)


def _with_draft(visit: Visit, answers: Answers, words: str) -> Step:
    """The words, or the question for the first blank that is open in them."""
    blank = reply_templates.next_blank(words)
    if blank is None:
        answers.pop(SAID, None)
        return words
    answers[DRAFT] = words
    return Question(Text.of("ask-blank", blank=blank), [(Text.of("button-own-words"), _OWN)], answers, body=words)


def unfinished(visit: Visit, answers: Answers, words: str) -> Question | None:
    """The question for the first blank that is open in words that came with a command; None where none is."""
    step = _with_draft(visit, {"reply_class": ReplyClass.A.value, **answers}, words)
    if not isinstance(step, Question):
        return None
    return replace(step, choices=[*step.choices, (Text.of("button-as-it-is"), _AS_IT_IS)])


def _day(visit: Visit, day: str) -> str:
    said = Text.of("template-date", date=date.fromisoformat(day))
    return catalogue(visit.language, visit.desk.settings.locale.timezone).plain(said)


# --- what happens until the promised day
# --------------------------------------------------------------------------------


def whole(visit: Visit, answers: Mapping[str, Any]) -> str:
    """The words as the constituent reads them: the reply, and below it what happens until the promised day."""
    plan = (answers.get("plan") or "").strip()
    words: str = answers["text"]
    if not plan or answers.get("reply_class") != ReplyClass.B:
        return words
    if not plan.startswith(PLAN_MARK):  # one that stood there before has it
        said = Text.of("reply-plan", plan=plan)
        plan = catalogue(visit.language, visit.desk.settings.locale.timezone).plain(said)
    return f"{words}\n\n{plan}"


def plan_of(text: str) -> str:
    """What a reply says about the time until the promised day, with its mark; empty where it says nothing."""
    at = text.rfind(f"\n\n{PLAN_MARK}")
    return text[at:].strip() if at >= 0 else ""


def without_plan(text: str) -> str:
    """The words of a reply alone."""
    plan = plan_of(text)
    return text[: -len(plan)].rstrip() if plan else text


def _no_plan(visit: Visit, answers: Mapping[str, Any]) -> list[Choice]:
    return [(Text.of("button-no-plan"), "none")]


def _choose_no_plan(visit: Visit, answers: Answers, value: str) -> Step:
    return ""


# --- nothing more to say
# ------------------------------------------------------------------------------------------------


def _enough(visit: Visit, answers: Mapping[str, Any]) -> list[Choice]:
    return [(Text.of("button-enough"), "enough")]


# --- words that one may leave out
# ---------------------------------------------------------------------------------------


def _unsaid(visit: Visit, answers: Mapping[str, Any]) -> list[Choice]:
    return [(Text.of("button-leave-out"), "none")]


def _choose_unsaid(visit: Visit, answers: Answers, value: str) -> Step:
    return ""


# --- who receives
# ------------------------------------------------------------------------------------------------------


def _receivers(visit: Visit, answers: Mapping[str, Any]) -> list[Choice]:
    return reception_arguments.offer_receivers(visit, answers)


def _choose_receiver(visit: Visit, answers: Answers, value: str) -> Step:
    ready = reception_arguments.press_receiver(visit, answers, value)
    if ready is not None:
        return ready
    return Question(Text.of("ask-receivers"), _receivers(visit, answers), answers, in_place=True)


def _choose_enough(visit: Visit, answers: Answers, value: str) -> Step:
    return ""


_OFFERED: Final[Mapping[str, Callable[[Visit, Mapping[str, Any]], list[Choice]]]] = {
    TEMPLATES: _templates,
    "plan": _no_plan,
    "enough": _enough,
    "unsaid": _unsaid,
    "receivers": _receivers,
}
_CHOSEN: Final[Mapping[str, Callable[[Visit, Answers, str], Step]]] = {
    TEMPLATES: _choose_template,
    "plan": _choose_no_plan,
    "enough": _choose_enough,
    "unsaid": _choose_unsaid,
    "receivers": _choose_receiver,
}
