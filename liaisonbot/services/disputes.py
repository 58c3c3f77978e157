"""Disputes (纠纷) are mediated: both sides consent, sit down together, and may agree in writing (人民调解法 §3).

Everything here is between the office and the two sides: nothing of it is said in a group, and a constituent who has not
opened the private chat is not asked elsewhere. The other side is known by the name somebody typed; their consent is
noted by the office, that of the constituent is given by themselves. Without both there is neither a session nor an
agreement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from liaisonbot import masking, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import Author, Case, DisputeParty, DisputeSession
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send, StoredFile
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.reports import agreements
from liaisonbot.services import cards, casework, readers
from liaisonbot.services.doing import Answers, files_of
from liaisonbot.services.readers import Reader
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import MessageKind
from liaisonbot.workflow import Event

SESSIONS_SHOWN: Final = 4
"""The newest ones, so that nobody scrolls more than once on a phone."""


def _find(visit: Visit, number: int) -> Case:
    """The case, for somebody who may keep the record of its mediation; refused where it is no dispute."""
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_MEDIATE_DISPUTE)
    if case.kind != workflow.DISPUTE:
        raise Refused("not-a-dispute", case=number)
    return case


# --- what it looks like
# ---------------------------------------------------------------------------------------------


def dispute(visit: Visit, answers: Answers) -> None:
    """Both sides with their consent, the sessions, the agreement; and what is to be done next."""
    visit.toast()
    case = _find(visit, answers["case"])
    visit.say(_overview(visit, case), rows=_rows(visit, case), case=case.number, purpose="notice")


def _renew(visit: Visit, case: Case) -> None:
    visit.show(_overview(visit, case), rows=_rows(visit, case))


def _overview(visit: Visit, case: Case) -> Text:
    uow, number = visit.uow, case.number
    sessions = uow.disputes.sessions(number)
    agreement = uow.disputes.agreement(number)
    return Text.lines(
        Text.of("dispute-title", case=number),
        *[_side(uow, case, party) for party in _sides(uow, case)],
        None if _others(uow, number) else Text.of("dispute-no-other"),
        Text.of("dispute-sessions", n=len(sessions)) if sessions else Text.of("dispute-no-session"),
        *[_session(session) for session in sessions[-SESSIONS_SHOWN:]],
        Text.of("dispute-agreed", date=agreement.agreed_on) if agreement else None,
        Text.of("dispute-private"),
    )


def _sides(uow: UnitOfWork, case: Case) -> list[DisputeParty]:
    """Every author, asked or not, and the other side."""
    known = {party.person_id: party for party in uow.disputes.parties(case.number) if party.person_id is not None}
    own = [
        known.get(author.person_id) or DisputeParty(0, case.number, author.person_id, None, None, None, None)
        for author in uow.cases.authors(case.number)
    ]
    return [*own, *_others(uow, case.number)]


def _others(uow: UnitOfWork, number: int) -> list[DisputeParty]:
    return [party for party in uow.disputes.parties(number) if party.person_id is None and party.name]


def _side(uow: UnitOfWork, case: Case, party: DisputeParty) -> Text:
    key = "dispute-other-side" if party.person_id is None else "dispute-own-side"
    return Text(key, {"name": _name(uow, case, party), "consent": _consent(party)})


def _name(uow: UnitOfWork, case: Case, party: DisputeParty, *, unnamed: str = "dispute-constituent") -> str | Text:
    """The other side's as it was typed; a constituent's only if they gave one, else what ``unnamed`` says."""
    if party.person_id is None:
        return party.name or ""
    given = (author.name for author in uow.cases.authors(case.number) if author.person_id == party.person_id)
    return next((name for name in given if name), None) or Text.of(unnamed, case=case.number)


def _consent(party: DisputeParty) -> Text:
    if party.consents is not None:
        return Text.of("consent-given" if party.consents else "consent-refused", at=party.decided_at)
    return Text.of("consent-asked", at=party.asked_at) if party.asked_at else Text.of("consent-open")


def _session(session: DisputeSession) -> Text:
    return Text.of(
        "list-session",
        date=session.held_on,
        place=masking.shorten(session.place, 30),
        present=masking.shorten(session.present, 60),
        words=masking.shorten(" ".join(session.words.split()), 120),
    )


def _rows(visit: Visit, case: Case) -> Rows:
    uow, number = visit.uow, case.number
    buttons = [Button(Text.of("button-party"), data=f"do:party:{number}")]
    if any(party.consents is None for party in _sides(uow, case) if party.person_id is not None):
        buttons.append(Button(Text.of("button-ask-consent"), data=f"consent:ask:{number}"))
    for party in _others(uow, number):
        label = masking.shorten(party.name or "", 16)
        if party.consents is not True:
            buttons.append(Button(Text.of("button-other-consents", name=label), data=f"consent:{party.id}:1"))
        if party.consents is not False:
            buttons.append(Button(Text.of("button-other-refuses", name=label), data=f"consent:{party.id}:0"))
    if workflow.applies(case, Event.SESSION_HELD) is not None:
        buttons.append(Button(Text.of("button-session"), data=f"do:session:{number}"))
        buttons.append(Button(Text.of("button-agreement"), data=f"do:agreement:{number}"))
    if uow.disputes.agreement(number) is not None:
        buttons.append(Button(Text.of("button-agreement-again"), data=f"consent:copy:{number}"))
    return cards.in_pairs(buttons)


# --- both sides, and their consent
# ----------------------------------------------------------------------------------


def party(visit: Visit, answers: Answers) -> None:
    """Somebody of the other side, by name as it is typed. The constituent is asked whether they consent."""
    case = _find(visit, answers["case"])
    name = " ".join(answers["text"].split())[:120]
    if any(known.name == name for known in _others(visit.uow, case.number)):
        raise Refused("party-known", name=name)
    visit.uow.disputes.add_other(case.number, name)
    case = casework.advance(visit.uow, visit.desk, visit.actor, case.number, Event.PARTY_NAMED, note=name)
    _ask_constituents(visit, case)
    visit.toast()
    visit.say(_overview(visit, case), rows=_rows(visit, case), case=case.number, purpose="notice")


def _ask_constituents(visit: Visit, case: Case) -> tuple[int, int]:
    """Ask those who have not said, in private; how many were asked, and how many cannot be."""
    uow, desk = visit.uow, visit.desk
    asked = unreachable = 0
    for author in uow.cases.authors(case.number):
        mine = uow.disputes.own(case.number, author.person_id)
        if mine.consents is not None:
            continue
        if not author.reachable:
            unreachable += 1
            continue
        uow.disputes.asked(mine.id, desk.now)
        question = Text.of("ask-consent", case=case.number, deputy=cards.deputy_name(uow, case))
        _to_constituent(uow, desk, author, question, case.number, rows=_consent_rows(mine, None))
        asked += 1
    if asked:
        casework.advance(uow, desk, visit.actor, case.number, Event.CONSENT_ASKED)
    return asked, unreachable


def _to_constituent(uow: UnitOfWork, desk: Desk, author: Author, text: Text, number: int, **more: object) -> None:
    """In private only: there is no group to fall back on."""
    fields = {"priority": Priority.CONVERSATION, "case": number, "tell_if_gone": True, **more}
    uow.outbox.add(Outgoing(Send.TEXT, author.telegram_id, language=author.language, text=text, **fields), desk.now)  # type: ignore[arg-type]


def _consent_rows(party: DisputeParty, said: bool | None) -> Rows:
    """What can still be said: consent can be taken back as easily as it was given."""
    labels = {True: "button-consent", False: "button-no-consent"}
    return tuple(
        (Button(Text.of(label), data=f"consent:{party.id}:{int(value)}"),)
        for value, label in labels.items()
        if value is not said
    )


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``ask:CASE``, ``copy:CASE``, ``PARTY:1`` (consents), ``PARTY:0``."""
    pressed = re.fullmatch(r"(ask|copy|[0-9]{1,12}):([0-9]{1,15})", ":".join(rest))
    if pressed is None or not visit.place.private:
        raise Refused("old-button")
    what, number = pressed[1], int(pressed[2])
    if what == "ask":
        _press_ask(visit, number)
    elif what == "copy":
        case = _find(visit, number)
        visit.toast()
        _send_agreement(visit, case, to_all=False)
    elif number in (0, 1):
        _decide(visit, int(what), consents=bool(number))
    else:
        raise Refused("old-button")


def _press_ask(visit: Visit, number: int) -> None:
    case = _find(visit, number)
    asked, unreachable = _ask_constituents(visit, case)
    if not asked:
        raise Refused("consent-private-needed" if unreachable else "consent-nobody-to-ask", case=number)
    visit.toast(Text.of("consent-asking"))
    _renew(visit, case)


def _decide(visit: Visit, party_id: int, *, consents: bool) -> None:
    """A constituent says for themselves; the office notes what the other side said."""
    uow, desk = visit.uow, visit.desk
    found = uow.disputes.party(party_id)
    if found is None:
        raise Refused("old-button")
    if found.person_id is None:
        case = _find(visit, found.case)
        uow.disputes.decided(party_id, consents, desk.now)
        said_by_other = Event.OTHER_CONSENTED if consents else Event.OTHER_REFUSED
        case = casework.advance(uow, desk, visit.actor, case.number, said_by_other, note=found.name)
        visit.toast(Text.of("consent-noted"))
        _renew(visit, case)
        return
    number = found.case
    case = casework.find(uow, visit.actor, number, Permission.CASE_WRITE)
    if found.person_id != visit.person_id:
        raise NotFound("case-not-found", case=number)
    uow.disputes.decided(party_id, consents, desk.now)
    casework.advance(uow, desk, visit.actor, number, Event.CONSENTED if consents else Event.CONSENT_REFUSED)
    visit.toast(Text.of("consent-noted"))
    said = Text.of("you-consent" if consents else "you-refuse", case=number, deputy=cards.deputy_name(uow, case))
    visit.show(said, rows=_consent_rows(found, consents))
    key = "constituent-consents" if consents else "constituent-refuses"
    for reader in _office(uow, desk, case):
        told = Text.of(key, case=number)
        button = ((Button(Text.of("button-dispute"), data=f"do:dispute:{number}"),),)
        uow.outbox.add(
            Outgoing(Send.TEXT, reader.chat_id, language=reader.language, text=told, rows=button, case=number),
            desk.now,
        )


def _office(uow: UnitOfWork, desk: Desk, case: Case) -> list[Reader]:
    """The deputy of the case; its staff, while there is none."""
    deputy = readers.deputy_of(uow, desk, case)
    return [deputy] if deputy else readers.staff_for(uow, desk, case)


def _check_agreement(visit: Visit, case: Case) -> None:
    """Refuse at once what would be refused once it was written out."""
    _require_consent(visit.uow, _find(visit, case.number))


def _require_consent(uow: UnitOfWork, case: Case) -> None:
    """Both sides have agreed to the mediation, every one of them, and both sides are there."""
    sides = _sides(uow, case)
    missing = [_side(uow, case, party) for party in sides if party.consents is not True]
    if not _others(uow, case.number):
        missing.append(Text.of("dispute-no-other"))
    if missing:
        raise Refused("dispute-consent-missing", case=case.number, who=Text.lines(*missing))


# --- sessions, and the agreement
# ------------------------------------------------------------------------------------


def session(visit: Visit, answers: Answers) -> None:
    """Both sides sat down: when, where, who was there, what was said."""
    uow, desk = visit.uow, visit.desk
    case = _find(visit, answers["case"])
    _require_consent(uow, case)
    case = casework.advance(uow, desk, visit.actor, case.number, Event.SESSION_HELD)
    held_on = date.fromisoformat(answers["day"])
    uow.disputes.add_session(case.number, held_on, answers["place"], answers["present"], answers["text"], desk.now)
    files = files_of(visit, answers)
    if files is not None:
        casework.keep(uow, desk, visit.actor, case, MessageKind.NOTE, None, files=files)
    visit.toast()
    visit.say(_overview(visit, case), rows=_rows(visit, case), case=case.number, purpose="notice")


def agreement(visit: Visit, answers: Answers) -> None:
    """The written agreement goes to whoever mediates and to the constituents, as words and as a document to sign."""
    uow, desk = visit.uow, visit.desk
    case = _find(visit, answers["case"])
    _require_consent(uow, case)
    case = casework.advance(uow, desk, visit.actor, case.number, Event.AGREED)
    uow.disputes.add_agreement(case.number, desk.today, answers["text"], desk.now)
    visit.toast()
    _send_agreement(visit, case, to_all=True)


def _send_agreement(visit: Visit, case: Case, *, to_all: bool) -> None:
    """To whoever asks; to everybody it concerns: the deputy, and the constituents who consent."""
    uow, desk = visit.uow, visit.desk
    agreed = uow.disputes.agreement(case.number)
    if agreed is None or not agreed.terms:
        raise Refused("agreement-none", case=case.number)
    told = {visit.place.chat_id: visit.language}
    if to_all:
        told |= {reader.chat_id: reader.language for reader in _office(uow, desk, case)}
        consenting = {side.person_id for side in uow.disputes.parties(case.number) if side.consents}
        told |= {
            author.telegram_id: author.language
            for author in uow.cases.authors(case.number)
            if author.person_id in consenting and author.reachable and author.telegram_id is not None
        }
    stored = {language: _document(visit, case, language) for language in sorted(set(told.values()))}
    for chat_id, language in told.items():
        common = Outgoing(Send.TEXT, chat_id, language=language, case=case.number, priority=Priority.CONVERSATION)
        _send_one(uow, desk, common, case, stored[language])


def _send_one(uow: UnitOfWork, desk: Desk, common: Outgoing, case: Case, file: int) -> None:
    agreed = uow.disputes.agreement(case.number)
    if agreed is None:
        return
    sides = [party for party in _sides(uow, case) if party.consents]
    words = Text.lines(
        Text.of("agreement-heading", case=case.number, date=agreed.agreed_on),
        *[Text("agreement-party", {"name": _name(uow, case, party)}) for party in sides],
        Text.of("agreement-mediator", deputy=cards.deputy_name(uow, case)),
        Text.of("agreement-terms"),
    )
    uow.outbox.add(replace(common, text=words, body=agreed.terms, tell_if_gone=True), desk.now)
    caption = Text.of("agreement-document", case=case.number)
    uow.outbox.add(replace(common, kind=Send.DOCUMENT, text=caption, file=file), desk.now)


def _document(visit: Visit, case: Case, language: str) -> int:
    """The agreement as a document in that language, kept until everybody has it. It is made when its turn comes."""
    uow, desk = visit.uow, visit.desk
    agreed = uow.disputes.agreement(case.number)
    say = catalogue(language, desk.settings.locale.timezone)
    paper = agreements.Paper(
        case=case.number,
        station=cards.station_name(uow, case),
        mediator=cards.deputy_name(uow, case),
        parties=tuple(
            (
                _name(uow, case, party, unnamed="paper-unnamed"),
                party.person_id is None,
                (party.decided_at or desk.now).astimezone(desk.timezone).date(),
            )
            for party in _sides(uow, case)
            if party.consents
        ),
        sessions=tuple((held.held_on, held.place) for held in uow.disputes.sessions(case.number)),
        agreed_on=agreed.agreed_on if agreed else desk.today,
        terms=agreed.terms if agreed else "",
        made_at=desk.now,
    )
    name = f"{say.plain(Text.of('paper-file', case=case.number))}.docx"
    file = StoredFile(name, agreements.MEDIA_TYPE, agreements.to_be_made(paper), agreements.MAKER)
    return uow.files.add(file, desk.now, case=case.number)


ALSO_CHECKED: Final[Mapping[str, Callable[[Visit, Case], None]]] = {"agreement": _check_agreement}
"""See ``counter.ALSO_CHECKED``."""
PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "dispute": dispute,
    "party": party,
    "session": session,
    "agreement": agreement,
}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"consent": _press}
