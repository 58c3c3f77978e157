"""Talk about a case: what somebody answers to a card or a relayed message reaches the other side, and no identity
with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Case, CaseMessage, FormerWords, Replaced
from liaisonbot.outgoing import ADDED, EDITED, Outgoing, Priority, Send
from liaisonbot.permissions import Permission, may_for_case, on_their_word
from liaisonbot.services import (
    cards,
    casework,
    corrections,
    deputy_work,
    guarding,
    merging,
    pauses,
    people,
    reaching,
    readers,
    relaying,
    sorting,
    standing_cards,
    voices,
)
from liaisonbot.services.readers import Reader
from liaisonbot.services.relaying import Files
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, Role, Stage


def answer_about(
    visit: Visit,
    message: IncomingMessage,
    number: int,
    *,
    silently: bool = False,
    after: CaseMessage | None = None,
) -> None:
    """Somebody answered a message that belongs to a case: it goes on as conversation, media included.

    ``silently``: whoever calls says where it went. ``after``: what it belongs to, such as the rest of its album.
    """
    uow = visit.uow
    whole = _where(visit, number)
    case = uow.cases.get(whole)
    if case is None:
        raise NotFound("case-not-found", case=number)
    authors = uow.cases.author_ids(whole)
    if whole != number:
        _require_still_theirs(visit, number, case)
    if not may_for_case(visit.actor, Permission.CASE_WRITE, case, authors):
        if may_for_case(visit.actor, Permission.CASE_READ, case, authors):
            raise Refused("staff-do-not-answer", case=number)
        raise NotFound("case-not-found", case=number)
    if visit.person_id in authors or on_their_word(visit.actor, Permission.CASE_WRITE, case, authors):
        visit = _in_whose_name(visit, case, number)
        elsewhere = whole != uow.merges.target(number)
        _from_author(visit, message, case, silently=silently, elsewhere=elsewhere)
    else:
        _from_deputy(visit, message, case, after)


def _where(visit: Visit, number: int) -> int:
    """The case in which the visitor speaks who answers to that one: as who works on it, else as an author."""
    whole = visit.uow.merges.target(number)
    case = visit.uow.cases.get(whole)
    if case is not None and may_for_case(visit.actor, Permission.CASE_WRITE, case, visit.uow.cases.author_ids(whole)):
        return whole
    return merging.theirs_now(visit.uow, number, visit.actor.speaks_for or visit.person_id)


def _in_whose_name(visit: Visit, case: Case, number: int) -> Visit:
    """Who passes on the words of one of several without Telegram means the one whose case they answered to."""
    names = voices.passed_on(visit.uow, visit.actor, case) & visit.uow.cases.author_ids(number)
    return replace(visit, actor=replace(visit.actor, speaks_for=min(names))) if names else visit


def _require_still_theirs(visit: Visit, number: int, whole: Case) -> None:
    """Whoever had a case that became part of another one's learns where it went."""
    part = visit.uow.cases.get(number)
    if part is None or may_for_case(visit.actor, Permission.CASE_READ, whole, visit.uow.cases.author_ids(whole.number)):
        return
    if may_for_case(visit.actor, Permission.CASE_READ, part, visit.uow.cases.author_ids(number)):
        deputy = cards.deputy_name(visit.uow, whole)
        raise Refused("goes-on-elsewhere", case=number, into=whole.number, deputy=deputy)


def _keep(visit: Visit, message: IncomingMessage, case: Case) -> int | None:
    return casework.keep(
        visit.uow,
        visit.desk,
        visit.actor,
        case,
        MessageKind.CONVERSATION,
        message.text,
        attachments=message.attachments,
        chat_id=message.place.chat_id,
        message_id=message.message_id,
        media_group_id=message.media_group_id,
    )


def _from_deputy(visit: Visit, message: IncomingMessage, case: Case, after: CaseMessage | None) -> None:
    """To every author, each where they can be reached; the deputy sees a reaction once it arrived. What belongs to a
    message that went out before (``after``) goes to those to whom that was said.
    """
    require_no_account(message)
    row = _keep(visit, message, case)
    if row is None:
        return
    heading = Text.of("relay-from-deputy", case=case.number, deputy=cards.deputy_name(visit.uow, case))
    acknowledge = (message.place.chat_id, message.message_id)
    authors = visit.uow.cases.authors(case.number)
    if not authors:
        raise Refused("author-gone", case=case.number)
    told = merging.said_to(visit.uow, after) if after is not None else None
    for author in authors:
        if told is not None and author.person_id not in told:
            continue
        reaching.to_author(
            visit.uow,
            visit.desk,
            case,
            author,
            heading,
            body=message.text,
            files=Files.of(message),
            purpose="relay",
            message=row,
            acknowledge=acknowledge,
        )


def _from_author(visit: Visit, message: IncomingMessage, case: Case, *, silently: bool, elsewhere: bool) -> None:
    """To the deputy; while nobody has the case, to those who can assign it.

    ``elsewhere``: it is another case than the one they answered to, and they read which.
    """
    uow, desk = visit.uow, visit.desk
    row = _keep(visit, message, case)
    if row is None:
        return
    case = guarding.look_again(visit, case, message.text)
    deputy = guarding.deputy_to_tell(uow, desk, case)
    told: list[Reader] = [deputy] if deputy else readers.staff_for(uow, desk, case)
    told = [reader for reader in told if reader.chat_id != visit.place.chat_id]  # who passes it on has read it
    key = "relay-from-constituent" if deputy else relaying.to_staff(case)
    if visit.person_id in uow.cases.author_ids(case.number) and not visit.actor.by_code:
        share_contact(visit, message, case)
    else:
        key = "relay-on-their-word"
    heading = Text.of(key, case=case.number)
    acknowledge = (message.place.chat_id, message.message_id) if deputy else None
    for reader in told:
        files = Files.of(message)
        common = {"message": row, "acknowledge": acknowledge, "tell_if_gone": True}
        if files is not None:
            relaying.pass_files(uow, desk, case.number, reader, files, text=heading, body=message.text, **common)
        else:
            relaying.words(uow, desk, case, reader, heading, message.text, **common)
    if case.paused_since is not None:
        pauses.answered(visit, case, silently=silently)
    elif silently:
        return
    elif deputy is None:
        visit.say(Text.of("added-no-deputy", case=case.number), case=case.number, purpose=ADDED)
    elif case.stage is Stage.CLOSED:
        theirs = may_for_case(visit.actor, Permission.CASE_ASK_AGAIN, case, uow.cases.author_ids(case.number))
        rows = cards.again_rows(case) if theirs else ()  # who passes words on cannot ask for it
        visit.say(Text.of("added-closed", case=case.number), rows=rows, case=case.number)
    elif elsewhere:
        visit.say(Text.of("words-added", case=case.number), case=case.number, purpose=ADDED)


def require_no_account(message: IncomingMessage) -> None:
    """Refuse what would show a constituent the Telegram account of whoever works on their case."""
    if message.own_contact is not None:
        raise Refused("own-contact-stays")


def join_album(visit: Visit, message: IncomingMessage) -> bool:
    """Whether the message is a further part of an album that was said about a case; then it goes after the others: what
    is a note stays inside the office.
    """
    if message.media_group_id is None:
        return False
    first = visit.uow.messages.first_of_album(message.place.chat_id, message.media_group_id)
    if first is None:
        return False
    if first.kind is MessageKind.NOTE:
        files = Files.of(message)
        deputy_work.note(visit.uow, visit.desk, visit.actor, first.case, message.text, files)
    else:
        answer_about(_as_the_first_part(visit, message, first), message, first.case, after=first)
    return True


def album_key(message: IncomingMessage, holder: int, person_id: int) -> str:
    """What is claimed when an album is begun in the name of somebody without Telegram, by whoever holds their code."""
    return f"album:{message.place.chat_id}:{message.media_group_id}:{holder}:{person_id}"


def _as_the_first_part(visit: Visit, message: IncomingMessage, first: CaseMessage) -> Visit:
    """The rest of an album comes in the name in which it was begun."""
    whose = first.person_id
    if whose is None or not visit.uow.once.claimed(album_key(message, visit.person_id, whose)):
        return visit
    return replace(visit, actor=replace(visit.actor, speaks_for=whose, by_code=True))


def share_contact(visit: Visit, message: IncomingMessage, case: Case) -> bool:
    """Whether somebody shared their own contact: from now on the deputy of that case sees name and phone."""
    contact = message.own_contact
    if contact is not None:
        give_name(visit, case, contact.details.get("first_name"), contact.details.get("phone_number"))
    return contact is not None


def give_name(visit: Visit, case: Case, name: str | None, phone: str | None) -> None:
    """The constituent gives a name or a phone number: they are not anonymous any more, on this case."""
    visit.uow.cases.set_author_contact(case.number, visit.person_id, name=name, phone=phone)
    after = visit.uow.cases.update(case.number, anonymous=False)
    standing_cards.refresh_work_cards(visit.uow, visit.desk, after)
    deputy = guarding.deputy_to_tell(visit.uow, visit.desk, after)
    if deputy is not None:
        text = Text.of("contact-given", case=case.number, name=name or "", phone=phone or "")
        relaying.words(visit.uow, visit.desk, after, deputy, text, None)


def edited(visit: Visit, message: IncomingMessage) -> bool:
    """Whether it is a message of a case that was edited: the case shows the new text and picture and keeps the old
    ones; the other side is told of each edit once. Raises Refused where nothing would be left of it.
    """
    uow = visit.uow
    kept = uow.messages.by_chat(message.place.chat_id, message.message_id)
    if kept is None:
        return False
    case = uow.cases.get(kept.case)
    files = _replaced(visit, message, kept)
    changed = _words_changed(message, kept) or files is not None or kept.kind is MessageKind.REPLY
    if case is None or not changed:
        return True
    theirs = uow.merges.target(case.number)
    if kept.by is Role.CONSTITUENT and kept.person_id is not None:
        theirs = merging.theirs_now(uow, case.number, kept.person_id)
    if theirs != uow.merges.target(case.number):
        _say_in_theirs(visit, message, kept, theirs, files)
    elif case.text is not None or uow.cases.authors(case.number):  # else it was forgotten, and stays so
        _put_right(visit, message, kept, case, files)
    return True


def _words_changed(message: IncomingMessage, kept: CaseMessage) -> bool:
    return (kept.text or "") != (message.text or "")


_SLIP: Final = timedelta(minutes=10)
"""Who edits twice within so long puts a slip right: the notice says so in its place, and nobody is called again. Who
replaces a picture within so long sent the wrong one: it is not kept."""


def _replaced(visit: Visit, message: IncomingMessage, kept: CaseMessage) -> Replaced | None:
    """The file that was put in the place of another, or beside words that had none; None where it is the same."""
    file = message.file
    if file is None or any(file.is_the_file(each) for each in kept.attachments):
        return None
    first, others = kept.attachments[:1], kept.attachments[1:]  # several were collected by a dialogue
    before = _former(visit, kept)
    since = max((each.until for each in before if each.attachments is not None), default=kept.at)
    wrong = visit.desk.now - since < _SLIP
    return Replaced(now=(file, *others), former=tuple(each.trace if wrong else each for each in first))


def _former(visit: Visit, kept: CaseMessage) -> Sequence[FormerWords]:
    return visit.uow.messages.former(kept.case).get(kept.id, ())


def _put_right(visit: Visit, message: IncomingMessage, kept: CaseMessage, case: Case, files: Replaced | None) -> None:
    uow, desk = visit.uow, visit.desk
    if kept.kind is MessageKind.REPLY:
        corrections.edited(visit, message, kept)
        if files is not None:
            visit.say(Text.of("correction-of-files", case=case.number), case=case.number)
        return
    if not (message.text or kept.attachments or files):
        raise Refused("edit-without-words", case=kept.case)
    if kept.by is Role.DEPUTY and message.sender is not None:
        # Whoever lost the case speaks to its authors no more, least of all under the name of who has it now.
        theirs = replace(visit, actor=people.identify(uow, desk, message.sender))
        whole = uow.cases.get(uow.merges.target(case.number)) or case
        _require_still_theirs(theirs, case.number, whole)
        casework.find(uow, theirs.actor, whole.number, Permission.CASE_WRITE)
    old, before = kept.text, case
    own = kept.by is Role.CONSTITUENT and (case.text == old or (kept.opening and not case.text))
    if kept.by is Role.CONSTITUENT:
        whole = uow.cases.get(uow.merges.target(case.number)) or case
        same = whole.number == case.number
        first, part = own and same, None if same else case
        whole = guarding.look_again(visit, whole, message.text, opening=first, becomes_text=first, part=part)
        case = whole if same else case
    if not uow.messages.edit(kept.id, message.text, desk.now, files=files):
        return
    if kept.kind is MessageKind.NOTE:  # the office's own: the authors were never told of it, and are not now
        visit.say(Text.of("done-noted", case=kept.case), case=kept.case)
        return
    if own:
        case = uow.cases.update(case.number, text=message.text or "")
    standing_cards.refresh(uow, desk, case, before=before)
    if own and not old:
        case = sorting.by_words(uow, desk, visit.actor, case)
    case = uow.cases.get(uow.merges.target(case.number)) or case
    uow.messages.edit_told(kept.id)
    words = _words_changed(message, kept)
    if kept.by is not Role.DEPUTY:  # nobody else of the office speaks to the authors
        key = "edited-by-constituent" if words else "replaced-by-constituent"
        replaced = any(each.attachments is not None for each in _former(visit, kept))
        shown = _by_itself(message) if replaced else None
        _tell_of_edit(visit, message, kept, case, Text.of(key, case=case.number), shown)
    else:
        key = "edited-by-deputy" if words else "replaced-by-deputy"
        heading = Text.of(key, case=case.number, deputy=cards.deputy_name(uow, case))
        shown = _by_itself(message) if files is not None else None
        told = merging.said_to(uow, kept)
        for author in uow.cases.authors(case.number):
            if author.person_id in told:
                reaching.to_author(uow, desk, case, author, heading, body=message.text, files=shown, purpose="relay")
        for other, author in merging.parted_since(uow, kept):  # they read it as it was, and would go by that
            heading = Text.of(key, case=other.number, deputy=cards.deputy_name(uow, case))
            reaching.to_author(uow, desk, other, author, heading, body=message.text, files=shown, purpose="relay")


def _say_in_theirs(
    visit: Visit, message: IncomingMessage, kept: CaseMessage, number: int, files: Replaced | None
) -> None:
    """An author edits what they said while their case was part of another one, from which it was split since: what it
    says now is said in their own case, to whoever has that, picture included. The other one keeps what was said in it.
    """
    uow, desk = visit.uow, visit.desk
    case = uow.cases.get(number)
    if case is None or case.text is None:
        return
    if not (message.text or kept.attachments or files):
        raise Refused("edit-without-words", case=number)
    case = guarding.look_again(visit, case, message.text)
    uow.messages.say_anew(kept.id, number, message.text, desk.now, files=files)
    here = uow.messages.by_chat(message.place.chat_id, message.message_id)
    if here is None:
        return
    uow.messages.edit_told(here.id)
    alone = guarding.deputy_to_tell(uow, desk, case)
    key = relaying.to_staff(case) if alone is None else "relay-from-constituent"
    _tell_of_edit(visit, message, here, case, Text.of(key, case=number), _by_itself(message))


def _by_itself(message: IncomingMessage) -> Files | None:
    """Its picture as it is now, without those of its album."""
    files = Files.of(message)
    return replace(files, album=None) if files is not None else None


def _tell_of_edit(
    visit: Visit, message: IncomingMessage, kept: CaseMessage, case: Case, heading: Text, files: Files | None
) -> None:
    """To the deputy; while nobody has the case, to those who can assign it. Who edited sees a reaction once the deputy
    has it; that the staff will see it they are told in words, as of what they add, once for each slip.

    Once a picture was replaced, what is told of the message has the picture with it (``files``): the one that waited to
    be told, or stood there, may have been another.
    """
    uow, desk = visit.uow, visit.desk
    deputy = guarding.deputy_to_tell(uow, desk, case)
    slip = kept.edit_told and kept.edited_at is not None and desk.now - kept.edited_at < _SLIP
    shown = uow.links.showing(case.number, kept.id, EDITED) if slip else []
    for reader in [deputy] if deputy else readers.staff_for(uow, desk, case):
        anew = Outgoing(
            Send.TEXT,
            reader.chat_id,
            language=reader.language,
            text=heading,
            body=message.text,
            case=case.number,
            purpose=EDITED,
            message=kept.id,
            acknowledge=(message.place.chat_id, message.message_id) if deputy else None,
            tell_if_gone=True,
            priority=Priority.CONVERSATION,
            key=f"edited:{kept.id}",
        )
        here = [link.message_id for link in shown if link.chat_id == reader.chat_id]
        if files is not None:
            if here:  # the newest one shows what is not so any more; nobody is called again
                uow.outbox.add(Outgoing(Send.DELETE, reader.chat_id, targets=(here[-1],)), desk.now)
            anew = replace(relaying.with_files(desk, anew, files), key=anew.key, silent=bool(here))
        elif len(here) == 1:  # a long one, which was several messages, is told anew
            anew = replace(anew, kind=Send.EDIT, target=here[0], fallback=replace(anew, key=None))
        uow.outbox.add(anew, desk.now)
    if deputy is None and not slip:
        visit.say(Text.of("edited-no-deputy", case=case.number), case=case.number, purpose=ADDED)
