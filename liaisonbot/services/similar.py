"""Me too: under the receipt a constituent is offered the open cases of their station that seem to be the same.

What is alike is only a suggestion (``liaisonbot/likeness.py``); the case joins another one when its author says so.
Others see of a case what a group may see, and nothing of whose it is; of a private matter they see nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from liaisonbot import likeness, masking
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import Attachment, Author, Case
from liaisonbot.outgoing import Button, Outgoing, Priority, Send
from liaisonbot.permissions import Permission
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import assigning, cards, casework, merging, readers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Outcome

OFFERED: Final = 3
"""At most so many, so that the offer fits a phone."""
EXCERPT: Final = 60
COMPOSED: Final = "alike"
"""With it begins ``Outgoing.composed`` of an offer."""
PRIVATE_KINDS: Final = frozenset({"accusation"})
"""Kinds whose words are for the office alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case that seems to be the same, and how alike the words are."""

    case: Case
    score: float


def search(uow: UnitOfWork, case: Case, *, private_too: bool = False) -> list[Found]:
    """The open cases of the same station that seem to tell of the same thing, likest first.

    ``private_too``: for staff, who read every case of the station anyway.
    """
    if case.station_id is None or not case.text:
        return []
    own = uow.cases.author_ids(case.number)
    score = likeness.compared_with(case.text)
    scored = (
        (score(words), number)
        for number, words in uow.terms.candidates(case.station_id, likeness.numbers(case.text))
        if number != case.number
    )
    likest = sorted((each for each in scored if each[0] >= likeness.ALIKE), reverse=True)
    alike = [Found(other, points) for points, number in likest if (other := uow.cases.get(number)) is not None]
    if private_too:
        return alike
    return [
        each
        for each in alike
        if not stays_private(uow, each.case) and own.isdisjoint(uow.cases.author_ids(each.case.number))
    ]


def stays_private(uow: UnitOfWork, case: Case) -> bool:
    """Whether nobody but its author and the office may read anything of the case: then others are never offered it."""
    return case.kind in PRIVATE_KINDS or cards.hidden(case)


@dataclass(frozen=True, slots=True)
class Compared:
    """The case whose turn it was, as it was then, and the numbers of those like it, likest first."""

    case: Case
    alike: tuple[int, ...]


def compare_next(uow: UnitOfWork) -> Compared | None:
    """Compare the case that has waited longest for it; None where none waits. It only reads: nobody who writes has to
    wait for it.
    """
    case = uow.terms.next()
    if case is None:
        return None
    found = search(uow, case) if case.open and not stays_private(uow, case) else []
    return Compared(case, tuple(each.case.number for each in found))


def offer_compared(uow: UnitOfWork, desk: Desk, compared: Compared) -> None:
    """The case was compared: from now on it is found by others, and what it is like is offered, if that still holds."""
    case = uow.terms.take(compared.case.number)
    if case is None:
        return
    if (case.text, case.station_id) != (compared.case.text, compared.case.station_id):
        uow.terms.owe(case.number)
        return
    if case.open and not stays_private(uow, case):
        offer(uow, desk, case, compared.alike)


def offer(uow: UnitOfWork, desk: Desk, case: Case, alike: Sequence[int]) -> None:
    """Offer each author of a new case those that seem to be the same; nothing where there is nothing.

    In private, where they can be reached there. In a group only what was said in a group before.
    """
    others = (other for number in alike if (other := uow.cases.get(number)) is not None)
    found = [other for other in others if _can_be_joined(uow, case, other)]
    for author in uow.cases.authors(case.number) if found else ():
        in_private = author.chat_type == "private" or author.reachable
        shown = [other for other in found if in_private or other.chat_type != "private"][:OFFERED]
        if shown and author.telegram_id is not None:
            _offer(uow, desk, case, author, shown, in_private=in_private)


def _can_be_joined(uow: UnitOfWork, case: Case, other: Case) -> bool:
    return (
        other.open
        and other.station_id == case.station_id
        and not stays_private(uow, other)
        and not _deputys_own(uow, case, other)
    )


def _deputys_own(uow: UnitOfWork, case: Case, other: Case) -> bool:
    """The deputy of the other case cannot become one of its authors."""
    deputy = uow.roster.get(other.deputy_id) if other.deputy_id is not None else None
    return deputy is not None and assigning.is_author(uow, case, deputy)


def _offer(uow: UnitOfWork, desk: Desk, case: Case, author: Author, shown: Sequence[Case], *, in_private: bool) -> None:
    for other in shown:  # a button is a promise: what was not offered cannot be joined by a forged one
        uow.once.claim(_key(case.number, other.number), desk.now)
    group = None if in_private else uow.groups.get(author.chat_id)
    _, photo = _picture(uow, author, shown, in_private=in_private)
    numbers = ",".join(str(other.number) for other in shown)
    uow.outbox.add(
        Outgoing(
            Send.MEDIA if photo else Send.TEXT,
            (in_private and author.telegram_id) or author.chat_id,
            language=author.language if in_private else readers.group_language(desk, group),
            thread_id=None if in_private else author.thread_id,
            composed=f"{COMPOSED}:{author.person_id}:{int(in_private)}:{numbers}",
            attachment=photo,
            reply_to=None if in_private else author.message_id,
            case=case.number,
            priority=Priority.CONVERSATION,
        ),
        desk.now,
    )


def compose(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """The offer, with the words of those cases that can be joined and read by others when its turn comes; None where
    there is none any more. Reads only.
    """
    _, person, private, numbers = (outgoing.composed or "").split(":")
    case = uow.cases.get(outgoing.case or 0)
    authors = uow.cases.authors(case.number) if case is not None else []
    author = next((each for each in authors if each.person_id == int(person)), None)
    if case is None or author is None or not case.open or stays_private(uow, case):
        return None
    in_private = private == "1"
    others = [other for number in numbers.split(",") if (other := uow.cases.get(int(number))) is not None]
    others = [other for other in others if in_private or other.chat_type != "private"]
    shown = [other for other in others if _can_be_joined(uow, case, other)]
    if not shown:
        return None
    files = outgoing.kind is Send.MEDIA  # else they were refused
    pictured, photo = _picture(uow, author, shown, in_private=in_private) if files else (None, None)
    return replace(
        outgoing,
        kind=Send.MEDIA if photo else Send.TEXT,
        composed=None,
        text=Text.lines(
            Text.of("similar-title", case=case.number, n=len(shown)),
            *(_line(uow, desk, other, pictured=other.number == pictured) for other in shown),
            Text.of("similar-how"),
            outgoing.text,
        ),
        attachment=photo,
        rows=[
            (Button(Text.of("button-me-too", case=other.number), data=f"metoo:{case.number}:{other.number}"),)
            for other in shown
        ],
    )


def _picture(
    uow: UnitOfWork, author: Author, shown: Sequence[Case], *, in_private: bool
) -> tuple[int | None, Attachment | None]:
    """The likest case with a photo that people have seen in a group already, and that photo: it goes above the words.

    One message with one picture: an album would push the words and buttons off a phone's screen. In a group only what
    was shown there.
    """
    for case in shown:
        found = uow.messages.public_photo(case.number) if case.guard is None else None
        if found is not None and (in_private or found[0] == author.chat_id):
            return case.number, found[1]
    return None, None


def _line(uow: UnitOfWork, desk: Desk, case: Case, *, pictured: bool) -> Text:
    """Date, what is said, where, pictures, and how far it is."""
    words = masking.shorten(" ".join(masking.mask(case.text or "").split()), EXCERPT)
    messages = [message for message in uow.messages.of_case(case.number) if message.attachments]
    photos = sum(attachment.kind == "photo" for message in messages for attachment in message.attachments)
    places = [
        str(attachment.details.get("title") or attachment.details.get("address") or "")
        for message in messages
        for attachment in message.attachments
        if attachment.kind == "venue"
    ]
    place = next((masking.shorten(masking.mask(place), 40) for place in places if place), None)
    return Text.lines(
        Text.of(
            "similar-case",
            case=case.number,
            date=case.created_at.astimezone(desk.timezone).date(),
            stage=Text.of(f"stage-{case.stage}"),
            station=cards.station_name(uow, case),
        ),
        Text.of("similar-words", text=words),
        Text.of("similar-place", place=place) if place else None,
        Text.of("similar-photo-above" if pictured else "similar-photos", n=photos) if photos else None,
    )


def _key(case: int, into: int) -> str:
    return f"offered:{case}:{into}"


def _me_too(visit: Visit, rest: Sequence[str]) -> None:
    """The author says that it is the same: their case joins the other one."""
    if len(rest) != 2 or not all(number.isascii() and number.isdecimal() and len(number) <= 15 for number in rest):
        raise Refused("old-button")
    number, into = int(rest[0]), int(rest[1])
    uow = visit.uow
    case = casework.find(uow, visit.actor, number, Permission.CASE_JOIN, lock=True)
    if visit.person_id not in uow.cases.author_ids(number) or not uow.once.claimed(_key(number, into)):
        raise Refused("old-button")
    whole = uow.cases.get(uow.merges.target(into))
    if whole is not None and _is_part_already(visit, case, whole):
        visit.toast(Text.of("toast-joined", into=whole.number))
        visit.renew_buttons(())
        return
    if not case.open:
        raise casework.not_from_here(uow, visit.desk, visit.actor, case)
    if whole is None or not whole.open or stays_private(uow, whole):
        raise Refused("similar-over", case=number, into=into)
    merging.join(uow, visit.desk, visit.actor, case, whole)
    visit.toast(Text.of("toast-joined", into=whole.number))
    visit.renew_buttons(())


def _is_part_already(visit: Visit, case: Case, whole: Case) -> bool:
    """Whether the button was pressed twice, and did it the first time."""
    joined = case.outcome is Outcome.MERGED and visit.uow.merges.target(case.number) == whole.number
    return joined and any(author.person_id == visit.person_id for author in visit.uow.cases.authors(whole.number))


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"metoo": _me_too}
"""Verbs of buttons; see ``presses.VERBS``."""
