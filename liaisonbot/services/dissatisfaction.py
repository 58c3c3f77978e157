"""Whoever is dissatisfied is asked why: buttons, and words or a picture if they like.

The case has gone back to mediation already; asking holds nothing up, and whoever says nothing is asked no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from liaisonbot import workflow
from liaisonbot.errors import Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Case
from liaisonbot.permissions import Permission
from liaisonbot.reasons import REASONS
from liaisonbot.services import cards, casework, drafts, guarding, guided, readers, relaying, verdicts
from liaisonbot.services.doing import Answers, files_of, number_in, of_reply
from liaisonbot.services.readers import Reader
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import MessageKind, Stage
from liaisonbot.workflow import Event

LINK: Final = "why"
"""The purpose of the message that asks: an answer to it says why."""


def _asked(visit: Visit, number: int) -> Case:
    """The case, if it is theirs and what they say about the reply is still of use."""
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_RATE, lock=True)
    if not _to_explain(case):
        raise Refused(_INSTEAD.get((case.stage, case.rated_at is not None), "why-over"), case=number)
    return case


def _to_explain(case: Case) -> bool:
    """Whether a rating was given about which more can be said."""
    return workflow.applies(case, Event.EXPLAINED) is not None and case.rated_at is not None


_INSTEAD: Final[Mapping[tuple[Stage, bool], str]] = {
    (Stage.COLLECTION, False): "why-no-answer",
    (Stage.MEDIATION, False): "why-no-answer",
    (Stage.REPLY, False): "why-rate-first",
}
"""Stage, and whether it was rated → what to do instead of explaining."""


def check(visit: Visit, number: int) -> None:
    """Refuse before anything is asked what would be refused in the end."""
    _asked(visit, number)


def hear(visit: Visit, message: IncomingMessage, number: int, *, silently: bool = False) -> bool:
    """Whether an answer to the question was taken as the reason; else it is talk like any other."""
    case = visit.uow.cases.get(number)
    if case is None or visit.person_id not in visit.uow.cases.author_ids(number):
        return False
    if not _to_explain(case):
        return False
    said = (message.place.chat_id, message.message_id)
    _in_own_words(visit, case, message.text, Files.of(message), said, silently=silently)
    return True


def _in_own_words(
    visit: Visit,
    case: Case,
    text: str | None,
    files: Files | None,
    said: tuple[int, int],
    *,
    silently: bool = False,
) -> None:
    uow, desk = visit.uow, visit.desk
    origin: dict[str, Any] = {} if files else {"chat_id": said[0], "message_id": said[1]}
    row = casework.keep(uow, desk, visit.actor, case, MessageKind.CONVERSATION, text, files=files, **origin)
    if row is None:
        return  # Telegram may repeat an update; the first one is on record.
    case = casework.advance(uow, desk, visit.actor, case.number, Event.EXPLAINED)
    case = guarding.look_again(visit, case, text)
    heading = Text.of("why-in-words", case=case.number)
    for reader in _told(visit, case):
        if files is not None:
            relaying.pass_files(uow, desk, case.number, reader, files, text=heading, body=text)
        else:
            relaying.words(uow, desk, case, reader, heading, text)
    if not silently:
        visit.say(Text.of("why-thanks"))


def _told(visit: Visit, case: Case) -> list[Reader]:
    """The deputy and the staff, each once."""
    deputy = guarding.deputy_to_tell(visit.uow, visit.desk, case)
    all_of_them = [*([deputy] if deputy else []), *readers.staff_for(visit.uow, visit.desk, case)]
    return list({reader.chat_id: reader for reader in all_of_them}.values())


# --- the buttons, and the command
# ---------------------------------------------------------------------------------------


def _why(visit: Visit, rest: Sequence[str]) -> None:
    """A reason was chosen: it is kept, passed on, and more can be said right away."""
    (number, key), reply = of_reply(rest, 2)
    if key not in REASONS:
        raise Refused("old-button")
    case = _asked(visit, number_in(number))
    verdicts.require_newest(case, reply)
    if visit.uow.once.claim(f"why:{case.number}:{case.rated_at}:{visit.person_id}:{key}", visit.desk.now):
        _keep_reason(visit, case, key)
    if not visit.place.private:
        visit.toast(Text.of("why-noted", reason=Text.of(f"reason-{key}")))
        visit.renew_buttons(cards.group_rows(visit.desk, case.number))
        return
    visit.renew_buttons(())
    guided.begin(visit, "explain", {"case": case.number})


def _keep_reason(visit: Visit, case: Case, key: str) -> None:
    uow, desk = visit.uow, visit.desk
    reason = Text.of(f"reason-{key}")
    words = catalogue(visit.language, desk.settings.locale.timezone).plain(reason)
    casework.keep(uow, desk, visit.actor, case, MessageKind.CONVERSATION, words)
    casework.advance(uow, desk, visit.actor, case.number, Event.EXPLAINED, details={"reason": key})
    for reader in _told(visit, case):
        relaying.words(uow, desk, case, reader, Text.of("why-chosen", case=case.number, reason=reason), None)


def _explain(visit: Visit, answers: Answers) -> None:
    case = _asked(visit, answers["case"])
    text, files = answers["text"], files_of(visit, answers)
    if not text and files is None:
        visit.toast(Text.of("why-thanks"))
        return
    said = answers.get(drafts.SAID)
    message = visit.message
    if said is None and message is not None:
        said = (message.place.chat_id, message.message_id)
    _in_own_words(visit, case, text or None, files, tuple(said) if said else (visit.place.chat_id, 0))


CHECKS: Final[Mapping[str, Callable[[Visit, int], None]]] = {"explain": check}
"""See ``counter.CHECKS``."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"explain": _explain}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"why": _why}
