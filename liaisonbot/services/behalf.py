"""On behalf (代录): deputy or staff enter a case for somebody without Telegram, who agrees to it and gets a code.

The constituent is an author like any other, only without an account: what they would be told goes to whoever entered
the case, who tells them and passes on what they say (``notices``, ``permissions.IN_THEIR_NAME``). Name and phone are
seen by that one and by the deputy of the case. With the code anybody can follow the case's public course, and have
what is kept about its constituent erased: who holds it speaks for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.keyboards import name_of
from liaisonbot.model import Actor, Attachment, Case, Link, Person
from liaisonbot.outgoing import ADDED, RECEIPT, Button, Rows
from liaisonbot.permissions import Permission, may_for_case, may_for_station
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import (
    accusations,
    arguments,
    cards,
    casework,
    conversation,
    first_cards,
    guarding,
    guided,
    intake,
    lists,
    lookback,
    promises,
    receipt_code_visits,
    receipt_codes,
    standing_cards,
    verdicts,
)
from liaisonbot.services.doing import Answers, files_of, number_in
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, MessageKind, Rating, Role
from liaisonbot.workflow import Event

TRIES: Final = 5
"""Wrong codes that one person may try in an hour."""

_PHONE: Final = re.compile(r"\+?\d[\d\s\-]{5,18}\d")


def enter(
    visit: Visit, station_id: int, words: str, *, name: str | None, phone: str | None, files: Files | None = None
) -> tuple[Case, str]:
    """Open and route the case of somebody without Telegram, who has agreed to it; the case and its receipt code.

    Raises NotFound for a station at which the actor does not work.
    """
    uow, desk, actor = visit.uow, visit.desk, visit.actor
    if not may_for_station(actor, Permission.CASE_ENTER, station_id):
        raise NotFound("station-unknown")
    verdict = accusations.look(uow, station_id, visit.place, words)
    guarding.say_numbers(uow, desk, actor.person, visit.place, None, verdict)  # whoever sits there reads them out
    case, route = intake.new_case(uow, desk, station_id, words, "private", verdict)
    author = uow.people.absent(desk.now)
    uow.cases.add_absent_author(case.number, author, entered_by=visit.person_id, name=name, phone=phone, now=desk.now)
    if name or phone:
        case = uow.cases.update(case.number, anonymous=False)
    _keep_words(uow, desk, case, author, words, files)
    casework.record(uow, desk, actor, None, case, Event.ENTERED, rule=route.rule, details=route.details)
    guarding.note_new(uow, desk, case, verdict)
    code = receipt_codes.new()
    uow.receipt_codes.add(receipt_codes.digest(code), case.number, author)
    first_cards.promise(uow, desk, case, with_files=files is not None)
    if actor.person is not None:
        guarding.tell_new(uow, desk, case, verdict, actor.person)
    return case, code


def _keep_words(uow: UnitOfWork, desk: Desk, case: Case, author: int, words: str, files: Files | None) -> None:
    """The constituent's words and files, as theirs: the first file carries the words."""
    parts: list[dict[str, Any]] = [{"text": words}]
    if files is not None:
        parts = [
            {
                "text": words if index == 0 else None,
                "chat_id": files.chat_id,
                "message_id": message_id,
                "attachments": _nth(files.attachments, index),
                "media_group_id": files.album,
            }
            for index, message_id in enumerate(files.ids)
        ]
    for part in parts:
        uow.messages.add(
            case.number,
            at=desk.now,
            by=Role.CONSTITUENT,
            person_id=author,
            kind=MessageKind.CONVERSATION,
            opening=True,
            **part,
        )


def _nth(attachments: tuple[Attachment, ...], index: int) -> tuple[Attachment, ...]:
    return attachments[index : index + 1]


def require_station(visit: Visit) -> None:
    """Refuse who works at no station: they could not say where the case belongs."""
    if not arguments.stations_served(visit):
        raise Refused("behalf-no-station")


def _behalf(visit: Visit, answers: Answers) -> None:
    """What ``/behalf`` does once the consent was confirmed."""
    if "station" not in answers:
        raise Refused("behalf-no-station")
    name, phone = name_and_phone(answers.get("who", ""))
    case, code = enter(
        visit, answers["station"], answers["text"], name=name, phone=phone, files=files_of(visit, answers)
    )
    visit.toast()
    theirs = casework.can_read(visit.uow, visit.actor, case.number)
    receipt = Text.of(
        "behalf-receipt" if theirs else "behalf-receipt-kept",
        case=case.number,
        station=cards.station_name(visit.uow, case),
        deputy=cards.deputy_name(visit.uow, case),
        category=cards.category(case),
        code=receipt_codes.written(code),
    )
    visit.say(
        Text.lines(receipt, guarding.advice_on(case.guard) if case.held and case.guard else None),
        body=visit.desk.bot.deep_link(receipt_codes.PREFIX + code),
        rows=_receipt_rows(visit, case) if theirs else (),
        case=case.number,
        purpose=RECEIPT,
    )


def _receipt_rows(visit: Visit, case: Case) -> Rows:
    """Look at it, put the sorting right, take it back."""
    own = {"sort", "withdraw"}
    undo = [button for button in cards.possible(visit.uow, visit.desk, visit.actor, case) if name_of(button) in own]
    return cards.in_pairs([cards.opening(case.number), *undo])


def name_and_phone(typed: str) -> tuple[str | None, str | None]:
    """``王大爷 13800001111``: the number is the phone, the rest the name; either may be missing."""
    found = _PHONE.search(typed)
    name = " ".join(_PHONE.sub(" ", typed).replace("，", " ").replace(",", " ").split())
    return name or None, found[0] if found else None


# --- whoever holds the code -------------------------------------------------------------------------------------------


def show_course(visit: Visit, typed: str) -> None:
    """The public course of the case with that code: what happened, and the answer; never whose case it is.

    A wrong code is answered like one that never was, and counted: who goes on guessing has to wait.
    """
    if _of_a_visit(visit, typed):
        return
    found = _find(visit, typed)
    if found is None:
        return
    _tell_course(visit, *found)


def _tell_course(visit: Visit, case: Case, code: str, person_id: int) -> None:
    hidden = _hider(visit.uow, case.number)
    answer = _answer(visit.uow, case)
    visit.show(
        Text.lines(
            cards.group_card(visit.uow, visit.desk, replace(case, text=hidden(case.text or ""))),
            Text.of("timeline-title"),
            *lists.public_course(visit, case.number, hidden),
            lists.answer_to(visit.uow, case, person_id) if _may_rate(visit, case, person_id) else None,
            Text.of("course-answer") if answer else None,
        ),
        body=hidden(answer) if answer else None,
        rows=_holder_rows(visit, case, code, person_id),
    )


def _for(visit: Visit, person_id: int) -> Visit:
    """The same visit, in the name of the one whose code was shown."""
    return replace(visit, actor=replace(visit.actor, speaks_for=person_id, by_code=True))


def _holder_rows(visit: Visit, case: Case, code: str, person_id: int) -> Rows:
    """What whoever holds the code can do in that one's name now: rate, answer the check, add words, erase."""
    uow, actor = visit.uow, _for(visit, person_id).actor
    authors = uow.cases.author_ids(case.number)
    answers: Rows = ()
    add: Rows = ()
    if _may_rate(visit, case, person_id):
        answers = lists.answer_rows(uow, case, person_id)
    if case.open and may_for_case(actor, Permission.CASE_WRITE, case, authors):
        add = ((Button(Text.of("button-code-add"), data=f"code:add:{code}"),),)
    erase_them = ((Button(Text.of("button-code-erase"), data=f"code:ask:{code}"),),)
    return (*_by_code(answers, code, _case_of(uow, code)), *add, *erase_them)


def _may_rate(visit: Visit, case: Case, person_id: int) -> bool:
    authors = visit.uow.cases.author_ids(case.number)
    return may_for_case(_for(visit, person_id).actor, Permission.CASE_RATE, case, authors)


def _case_of(uow: UnitOfWork, code: str) -> int:
    """The case for which the code was given, whatever that is part of now."""
    found = uow.receipt_codes.find(receipt_codes.digest(code))
    return found[0] if found else 0


def _by_code(rows: Rows, code: str, own: int) -> Rows:
    """The same buttons for whoever holds the code: ``code:rate:CODE:PART:LEVEL``, ``code:check:CODE:LEVEL``,
    ``code:again:CODE:LEVEL``; behind the first two the reply of which they speak, and the case where it is not the
    code's ``own``.
    """

    def by_code(button: Button) -> Button:
        return replace(button, data=_with_code(button.data or "", code, own))

    return tuple(tuple(map(by_code, row)) for row in rows)


_OF_A_REPLY: Final = {"rate": 2, "check": 1}
"""What speaks of a reply, and in how many parts it says what."""


def _with_code(data: str, code: str, own: int) -> str:
    verb, number, *rest = data.split(":")
    parts = _OF_A_REPLY.get(verb)
    if parts is not None and number != str(own):
        rest = [*rest[:parts], *(rest[parts:] or ["0"]), number]
    return ":".join(["code", verb, code, *rest])


def _hider(uow: UnitOfWork, number: int) -> Callable[[str], str]:
    """What takes identity out of words: numbers, and the names and phones that the case's authors gave."""
    given = [word for author in uow.cases.authors(number) for word in (author.name, author.phone) if word]

    def hidden(words: str) -> str:
        for word in sorted(given, key=len, reverse=True):
            words = words.replace(word, "＊＊")
        return masking.mask(words)

    return hidden


def _answer(uow: UnitOfWork, case: Case) -> str | None:
    """The newest formal reply."""
    replies = [message.text for message in uow.messages.of_case(case.number) if message.kind is MessageKind.REPLY]
    return replies[-1] if replies else None


def _of_a_visit(visit: Visit, typed: str, *, doing: str = "show") -> bool:
    """Whether the code is of a visit to a reception day that has become no case (yet); then that is done about it."""
    booking = receipt_code_visits.find(visit.uow, typed)
    if booking is None or booking.case is not None or _must_wait(visit):
        return False
    receipt_code_visits.DOING[doing](visit, booking, receipt_codes.normalised(typed) or "")
    return True


def _must_wait(visit: Visit) -> bool:
    return all(visit.uow.once.claimed(key) for key in _tries(visit))


def _tries(visit: Visit) -> list[str]:
    return [f"code:{visit.person_id}:{visit.desk.now:%Y-%m-%dT%H}:{n}" for n in range(TRIES)]


def _find(visit: Visit, typed: str) -> tuple[Case, str, int] | None:
    """The case, the code and the person it stands for; None when whoever typed it was told that there is none."""
    uow, desk = visit.uow, visit.desk
    if _must_wait(visit):
        visit.done(Text.of("code-wait", n=TRIES))
        return None
    code = receipt_codes.normalised(typed)
    found = uow.receipt_codes.find(receipt_codes.digest(code)) if code else None
    case = uow.cases.get(uow.merges.target(found[0])) if found else None
    if code is None or found is None or case is None:
        next(key for key in _tries(visit) if uow.once.claim(key, desk.now))
        visit.done(Text.of("code-unknown"))
        return None
    return case, code, found[1]


def _code_pressed(visit: Visit, rest: Sequence[str]) -> None:
    """``code:WHAT:CODE:…``: what is done in the name of the code's constituent, see ``_WITH_CODE``."""
    if len(rest) == 2 and rest[0] in receipt_code_visits.DOING and visit.place.private:
        if not _of_a_visit(visit, rest[1], doing=rest[0]):
            raise Refused("code-unknown")
        return
    act = _WITH_CODE.get(rest[0]) if len(rest) > 1 else None
    if act is None or not visit.place.private:
        raise Refused("old-button")
    found = _find(visit, rest[1])
    if found is not None:
        act(visit, *found, *rest[2:])


def _ask_once_more(visit: Visit, case: Case, code: str, person_id: int) -> None:
    visit.toast()
    rows = ((Button(Text.of("button-confirm"), data=f"code:erase:{code}"),),)
    visit.show(Text.of("ask-code-erase", case=case.number), rows=rows)


def _erase(visit: Visit, case: Case, code: str, person_id: int) -> None:
    """Erases what is kept about the code's constituent."""
    visit.toast()
    erase(visit.uow, visit.desk, person_id, code)
    visit.show(Text.of("forgotten-behalf", case=case.number))


def _rate(visit: Visit, case: Case, code: str, person_id: int, part: str = "", level: str = "", *of_reply: str) -> None:
    """As they say; both parts together move the case."""
    if level == "?":
        visit.toast(Text.of("rate-below"))
        return
    if part not in ("attitude", "result") or level not in ("0", "1", "2", "3"):
        raise Refused("old-button")
    if _of_earlier(visit, case, code, person_id, *of_reply):
        return
    acting = _for(visit, person_id)
    verdicts.rate(visit.uow, visit.desk, acting.actor, case.number, part, int(level), reply=case.which_reply)
    rating = Text.of(f"rating-{level}") if level != "0" else ""
    key = "toast-rated" if level != "0" else "toast-rating-again"
    visit.toast(Text.of(key, part=Text.of(part), rating=rating))
    after = visit.uow.cases.get(case.number) or case
    visit.renew_buttons(_holder_rows(visit, after, code, person_id))


def _of_earlier(visit: Visit, case: Case, code: str, person_id: int, reply: str = "0", of: str = "") -> bool:
    """Whether the button speaks of another reply than the newest one: of one before it, or one to the case that theirs
    was apart from, or part of, then. They read the newest, with the buttons for it.
    """
    whose = number_in(of) if of else _case_of(visit.uow, code)
    if case.replied_at is None or (whose, number_in(reply)) == (case.number, case.which_reply):
        return False
    visit.toast(Text.of("earlier-reply-shown", case=case.number), alert=True)
    _tell_course(visit, case, code, person_id)
    return True


def _check(visit: Visit, case: Case, code: str, person_id: int, level: str = "", *of_reply: str) -> None:
    """Whether what was promised is done, as they see it."""
    if level not in ("1", "2", "3"):
        raise Refused("old-button")
    if _of_earlier(visit, case, code, person_id, *of_reply):
        return
    acting = _for(visit, person_id)
    promises.answer(acting, case.number, Delivery(int(level)), reply=case.which_reply)
    after = visit.uow.cases.get(case.number) or case
    visit.renew_buttons(_holder_rows(visit, after, code, person_id))


def _again(visit: Visit, case: Case, code: str, person_id: int, level: str = "") -> None:
    """How they see it now, asked by a look-back."""
    if level not in ("1", "2", "3"):
        raise Refused("old-button")
    question = visit.uow.lookbacks.question_about(case.number, person_id)
    if question is None:
        raise Refused("old-button")
    lookback.say_now(_for(visit, person_id), question, Rating(int(level)))
    _tell_course(visit, case, code, person_id)


def _ask_for_words(visit: Visit, case: Case, code: str, person_id: int) -> None:
    """What they say is asked for; the dialogue keeps the code as a digest only."""
    casework.find(visit.uow, _for(visit, person_id).actor, case.number, Permission.CASE_WRITE)
    answers = {"holder": receipt_codes.digest(code)}
    guided.begin(visit, "add", answers)


def _add(visit: Visit, answers: Answers) -> None:
    """What ``/add`` does: words for a case of one's own, or (by the code's digest) of somebody without Telegram."""
    message = visit.message
    if message is None:
        raise Refused("need-words")
    message = replace(message, text=answers["text"] or None, command=None, quoted=None)
    if "holder" not in answers:
        _add_to(visit, message, answers["case"])
        return
    found = visit.uow.receipt_codes.find(answers["holder"])
    if found is None:
        raise Refused("code-unknown")
    if message.media_group_id is not None:
        visit.uow.once.claim(conversation.album_key(message, visit.person_id, found[1]), visit.desk.now)
    _add_to(_for(visit, found[1]), message, visit.uow.merges.target(found[0]))


def _in_their_name(visit: Visit, message: IncomingMessage, number: int) -> Visit:
    """Whoever has a case as its deputy that they entered for somebody without Telegram adds what that one says, with
    the rest of its album: what they say themselves is an answer to its card.
    """
    case = visit.uow.cases.get(visit.uow.merges.target(number))
    if case is None or not visit.actor.handles(case) or visit.actor.speaks_for is not None:
        return visit
    authors = visit.uow.cases.authors(case.number)
    entered = {each.person_id for each in authors if each.telegram_id is None and each.through == visit.telegram_id}
    if not entered:
        return visit
    whose = min(entered & visit.uow.cases.author_ids(number) or entered)
    if message.media_group_id is not None:
        visit.uow.once.claim(conversation.album_key(message, visit.person_id, whose), visit.desk.now)
    return replace(visit, actor=replace(visit.actor, speaks_for=whose))


_THEIR_TURN: Final = frozenset({RECEIPT, ADDED})
"""What says that their words came, or asks for more of them: an answer to it is theirs, whoever passes it on."""


def in_whose_name(visit: Visit, message: IncomingMessage, link: Link) -> Visit:
    """The visit of whoever answers that message of ours: with a case that they entered and have as its deputy, they
    speak as its deputy but where it is the author's turn.
    """
    theirs = visit.place.private and link.purpose in _THEIR_TURN  # in a group it was another author's turn
    return _in_their_name(visit, message, link.case) if theirs else visit


def _add_to(visit: Visit, message: IncomingMessage, number: int) -> None:
    visit = _in_their_name(visit, message, number)
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_WRITE)
    if not case.open:
        raise casework.not_from_here(visit.uow, visit.desk, visit.actor, case)
    conversation.answer_about(replace(visit, message=message), message, number, silently=True)
    visit.toast()
    # Who has but a code could say no more by answering: that goes by the code, with its button.
    visit.say(Text.of("words-added", case=number), case=None if visit.actor.by_code else number, purpose=ADDED)


_WITH_CODE: Final[Mapping[str, Callable[..., None]]] = {
    "ask": _ask_once_more,
    "erase": _erase,
    "rate": _rate,
    "check": _check,
    "again": _again,
    "add": _ask_for_words,
}


def erase(uow: UnitOfWork, desk: Desk, person_id: int, code: str) -> None:
    """Erase somebody without Telegram, as ``/forget`` does: an open case of theirs alone ends as withdrawn."""
    numbers = uow.erasure.erase_absent(person_id, receipt_codes.digest(code), desk.now)
    themselves = Actor(Person.without_account(person_id))
    for number in numbers:
        case = uow.cases.get(number)
        if case is None:
            continue
        if case.open and len(uow.cases.author_ids(number)) == 1:
            case = casework.advance(uow, desk, themselves, number, Event.WITHDRAWN)
        standing_cards.refresh(uow, desk, case)


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"behalf": _behalf, "add": _add}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"code": _code_pressed}
