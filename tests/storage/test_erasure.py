"""The right to be forgotten: what goes, what stays, and that a backup does not bring it back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from liaisonbot.model import Attachment, Link, Person
from liaisonbot.outgoing import Button, Outgoing, Send
from liaisonbot.ports import StoredUpdate
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, MessageKind, Role, Stage
from liaisonbot.workflow import Event
from storage import erasure, schema
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import (
    NOW,
    a_case,
    a_check,
    a_deputy,
    a_group_chat,
    a_letter,
    a_message,
    a_person,
    a_photo,
    a_telegram_id,
)

LATER = NOW + timedelta(days=1)
WORDS = "My neighbour's dog barks all night"


def owe(uow: SqlUnitOfWork, chat_id: int, *, kind: Send = Send.TEXT, **fields: object) -> None:
    uow.outbox.add(Outgoing(kind, chat_id, **fields), NOW)  # type: ignore[arg-type]


def owed_to(uow: SqlUnitOfWork) -> list[int]:
    return [row.chat_id for row in uow.connection.execute(sa.select(schema.outbox).order_by(schema.outbox.c.id))]


def received(uow: SqlUnitOfWork, update_id: int, lane: int, **event: object) -> None:
    payload = json.dumps({"update_id": update_id, "message": event})
    uow.inbox.add([StoredUpdate(update_id, lane, payload)], NOW)


def payloads(uow: SqlUnitOfWork) -> dict[int, str | None]:
    rows = uow.connection.execute(sa.select(schema.inbox.c.update_id, schema.inbox.c.payload))
    return {row.update_id: row.payload for row in rows}


def test_a_case_of_theirs_alone_keeps_its_figures_and_no_words(uow: SqlUnitOfWork) -> None:
    """What others wrote in it speaks of them too; stages, ratings and dates stay for the counts."""
    person, deputy = a_person(uow), a_deputy(uow)
    letter = a_letter(WORDS, sender=person.telegram_id, attachments=(a_photo(),))
    case = a_case(uow, author=person, letter=letter, deputy=deputy, stage=Stage.CLOSED)
    uow.cases.set_author_contact(case.number, person.id, name="王小明", phone="13800138000")
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text="Mr Wang, the dog is quiet now")
    a_check(uow, case, Delivery.FIXED, person=person)
    row = uow.messages.by_chat(person.telegram_id, letter.message_id)
    assert row is not None
    uow.messages.edit(row.id, "other words", NOW)

    numbers = uow.erasure.erase(person, LATER)

    assert numbers == [case.number]
    assert uow.cases.get(case.number) == replace(case, text=None)
    assert {(message.text, message.attachments) for message in uow.messages.of_case(case.number)} == {(None, ())}
    assert {entry.note for entry in uow.journal.of_case(case.number)} == {None}
    details = uow.connection.execute(sa.select(schema.journal.c.details)).scalars().all()
    assert {"delivery": 3} in details
    assert uow.cases.authors(case.number) == []
    assert uow.messages.by_chat(person.telegram_id, letter.message_id) is None
    assert uow.connection.execute(sa.select(schema.message_versions)).all() == []


def test_in_a_case_of_several_only_their_own_words_go(uow: SqlUnitOfWork) -> None:
    """The case goes on for the others, with what they and the office wrote."""
    first, second, deputy = a_person(uow), a_person(uow), a_deputy(uow)
    case = a_case(uow, author=first, letter=a_letter("The others' words", sender=first.telegram_id), deputy=deputy)
    letter = a_letter(WORDS, sender=second.telegram_id)
    uow.cases.add_author(case.number, second.id, letter, NOW)
    a_message(uow, case, letter=letter, person=second)
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text="To all of you")

    uow.erasure.erase(second, LATER)

    kept = uow.cases.get(case.number)
    assert kept is not None
    assert kept.text == "The others' words"
    assert [message.text for message in uow.messages.of_case(case.number)] == [
        "The others' words",
        None,
        "To all of you",
    ]
    assert [author.person_id for author in uow.cases.authors(case.number)] == [first.id]

    uow.erasure.erase(first, LATER)

    assert {message.text for message in uow.messages.of_case(case.number)} == {None}


def test_what_they_said_of_a_case_that_theirs_was_split_from_goes_too(uow: SqlUnitOfWork) -> None:
    """They are no author of it any more; the words, and the link to their message, are theirs all the same."""
    person, other = a_person(uow), a_person(uow)
    part, whole = a_case(uow, author=person), a_case(uow, author=other)
    uow.merges.add(part.number, whole.number, part.stage, NOW)
    letter = a_letter(WORDS, sender=person.telegram_id, place=a_group_chat(-5))
    a_message(uow, whole, letter=letter, person=person)
    uow.links.add(Link(-5, letter.message_id, whole.number, "relay"))
    uow.links.add(Link(-5, 2, whole.number, "card"))
    for who in (person, other):
        uow.journal.add(
            whole.number,
            at=NOW,
            by=Role.CONSTITUENT,
            person_id=who.id,
            event=Event.REOPENED,
            from_stage=Stage.CLOSED,
            to_stage=Stage.MEDIATION,
            note=f"{who.id}: {WORDS}",
            details={"said": WORDS, "attitude": 1},
        )
    uow.merges.undo(part.number, NOW)

    uow.erasure.erase(person, LATER)

    entries = [entry for entry in uow.journal.of_case(whole.number) if entry.event == Event.REOPENED]
    assert [(entry.note, entry.details) for entry in entries] == [
        (None, {"attitude": 1}),
        (f"{other.id}: {WORDS}", {"said": WORDS, "attitude": 1}),
    ]
    assert uow.connection.execute(sa.select(schema.links.c.message_id)).scalars().all() == [2]


def test_the_one_who_opened_a_shared_case_takes_its_text_along(uow: SqlUnitOfWork) -> None:
    """The words it was opened with are theirs, whoever has joined since."""
    first, second = a_person(uow), a_person(uow)
    case = a_case(uow, author=first, letter=a_letter(WORDS, sender=first.telegram_id))
    uow.cases.add_author(case.number, second.id, None, NOW)

    uow.erasure.erase(first, LATER)

    kept = uow.cases.get(case.number)
    assert kept is not None
    assert kept.text is None


def test_who_is_forgotten_is_a_stranger_afterwards(uow: SqlUnitOfWork) -> None:
    """Writing again makes somebody new of them, who has no cases and is shown the notice."""
    person = a_person(uow)
    uow.people.notice_shown(person.id, NOW)
    a_case(uow, author=person)
    uow.dialogues.start(person.telegram_id, person.id, "name", {"name": "Wang"}, "name", LATER)
    part = a_letter(
        None, sender=person.telegram_id, place=a_group_chat(-5), attachments=(a_photo(),), media_group_id="a"
    )
    uow.messages.keep_loose_part(part)

    uow.erasure.erase(person, LATER)

    assert uow.people.find(person.telegram_id) is None
    assert uow.people.get(person.id) is None
    assert uow.connection.execute(sa.select(schema.dialogues)).all() == []
    assert uow.messages.take_loose_parts(-5, "a", person.telegram_id) == []
    again = uow.people.meet(person.telegram_id, "zh", LATER)
    assert again.id != person.id
    assert again.notice_shown_at is None
    assert uow.cases.of_author(again.id) == ([], 0)


def test_a_deputy_who_is_forgotten_as_a_constituent_stays_a_deputy(uow: SqlUnitOfWork) -> None:
    """The roster is the office's record; work that is owed to them, and the links it needs, stay as well."""
    entry = a_deputy(uow, telegram_id=a_telegram_id())
    chat = entry.telegram_id or 0
    person = a_person(uow, telegram_id=chat)
    own, work = a_case(uow, author=person), a_case(uow, deputy=entry)
    a_message(uow, work, person=person, by=Role.DEPUTY, kind=MessageKind.REPLY, text="An official reply")
    owe(uow, chat, text=Text.of("receipt"), case=own.number)
    owe(uow, chat, text=Text.of("notice-new-case"), case=work.number)
    uow.links.add(Link(chat, 1, own.number, "receipt"))
    uow.links.add(Link(chat, 2, work.number, "card"))

    uow.erasure.erase(person, LATER)

    assert uow.roster.of(chat, None) == [entry]
    assert [promise.outgoing.case for promise in uow.outbox.turn(NOW, ())] == [work.number]
    assert uow.links.case_of(chat, 1) is None
    assert uow.links.case_of(chat, 2) is not None
    assert "An official reply" in {message.text for message in uow.messages.of_case(work.number)}


def test_nothing_that_is_owed_carries_their_words(uow: SqlUnitOfWork) -> None:
    """To them, about their case, copied from their chat, or quoting them in whatever else; the rest is still owed."""
    person, deputy = a_person(uow), a_deputy(uow)
    work = deputy.telegram_id or 0
    case = a_case(uow, author=person, deputy=deputy, letter=a_letter(WORDS, sender=person.telegram_id))
    other = a_case(uow)
    chat = person.telegram_id
    owe(uow, chat, text=Text.of("receipt"))
    owe(uow, work, text=Text.of("notice-new-case"), case=case.number)
    owe(uow, work, kind=Send.EDIT, text=Text.of("card-text", text="…"), card=case.number)
    owe(uow, work, kind=Send.COPY, copy_from=chat, copy_ids=(1, 2))
    owe(uow, work, text=Text.of("heard"), acknowledge=(chat, 1))
    owe(uow, work, body=f"They said: {WORDS}.")
    owe(uow, work, text=Text.lines(Text.of("card-text", text=WORDS[:20].rstrip() + "…")), case=other.number)
    owe(uow, -5, text=Text.of("heard"), fallback=Outgoing(Send.TEXT, chat, text=Text.of("heard")))
    owe(uow, work, kind=Send.REACTION, target=1, reaction="👌", case=case.number)
    owe(uow, work, text=Text.of("notice-new-case"), body="Another dog", case=other.number)
    owe(uow, work, text=Text.of("heard"), rows=((Button(Text.of("button-accept"), data="x"),),), reply_to=chat)

    uow.erasure.erase(person, LATER)

    kept = [promise.outgoing for promise in uow.outbox.turn(NOW, ())]
    assert [(outgoing.kind, outgoing.case) for outgoing in kept] == [
        (Send.REACTION, case.number),
        (Send.TEXT, other.number),
        (Send.TEXT, None),
    ]


def test_in_a_shared_case_what_is_owed_to_the_others_stays(uow: SqlUnitOfWork) -> None:
    """The answer they wait for must not get lost; only what carries the forgotten one's words does."""
    first, second = a_person(uow), a_person(uow)
    case = a_case(uow, author=first)
    letter = a_letter(WORDS, sender=second.telegram_id)
    uow.cases.add_author(case.number, second.id, letter, NOW)
    a_message(uow, case, letter=letter, person=second)
    owe(uow, first.telegram_id, text=Text.of("notice-reply"), body="It is repaired", case=case.number)
    owe(uow, second.telegram_id, text=Text.of("notice-reply"), body="It is repaired", case=case.number)
    owe(uow, -7, text=Text.of("relay"), body=WORDS, case=case.number)

    uow.erasure.erase(second, LATER)

    assert owed_to(uow) == [first.telegram_id]


def test_a_message_of_theirs_on_its_way_to_the_deputy_stays_behind(uow: SqlUnitOfWork) -> None:
    """Known by its row or by its place in the group, however few its words; the same words of another are their own."""
    person, deputy = a_person(uow), a_deputy(uow)
    work = deputy.telegram_id or 0
    case, other = a_case(uow), a_case(uow)
    letter = a_letter("谢谢", sender=person.telegram_id, place=a_group_chat(-5))
    uow.cases.add_author(case.number, person.id, letter, NOW)
    row = a_message(uow, case, letter=letter, person=person)
    owe(uow, work, text=Text.of("relay"), case=case.number, message=row)
    owe(uow, work, kind=Send.COPY, copy_from=-5, copy_ids=(letter.message_id,), case=case.number)
    owe(uow, work, text=Text.of("relay"), acknowledge=(-5, letter.message_id), case=case.number)
    owe(uow, work, text=Text.of("relay"), body="谢谢", case=case.number)
    owe(uow, work, text=Text.of("relay"), body="谢谢", case=other.number)

    uow.erasure.erase(person, LATER)

    assert [promise.outgoing.case for promise in uow.outbox.turn(NOW, ())] == [other.number]


def test_a_word_of_theirs_that_is_also_a_key_of_ours_harms_nobody(uow: SqlUnitOfWork) -> None:
    """Sentences are stored by their keys; who wrote "notice-new-case" has not written all the notices."""
    person = a_person(uow)
    a_case(uow, author=person, letter=a_letter("notice-new-case", sender=person.telegram_id))
    owe(uow, -7, text=Text.of("notice-new-case", deputy="王芳"))

    uow.erasure.erase(person, LATER)

    assert owed_to(uow) == [-7]


def test_their_updates_are_blank_and_those_of_others_stay(uow: SqlUnitOfWork) -> None:
    """One that is new is still handled, as nothing; one that was set aside is done with."""
    person, other = a_person(uow), a_person(uow)
    me, them = {"id": person.telegram_id}, {"id": other.telegram_id}
    received(uow, 1, person.telegram_id, **{"from": me, "chat": me, "text": WORDS})
    received(uow, 2, -5, **{"from": me, "chat": {"id": -5}, "text": WORDS})
    received(uow, 3, -5, **{"from": me, "chat": {"id": -5}, "text": WORDS})
    received(uow, 4, -5, **{"from": them, "chat": {"id": -5}, "text": "Hello", "message_id": person.telegram_id})
    uow.inbox.set_aside(3, "KeyError at intake:1", NOW)
    uow.inbox.add([StoredUpdate(5, -5, f"not JSON {person.telegram_id}")], NOW)

    uow.erasure.erase(person, LATER)

    kept = payloads(uow)
    assert [json.loads(kept[n] or "") for n in (1, 2, 5)] == [{"update_id": n} for n in (1, 2, 5)]
    assert kept[3] is None
    assert "Hello" in (kept[4] or "")
    assert [update.lane for update in uow.inbox.pending(NOW)] == [0, 0, -5, 0]
    assert uow.inbox.handled(1, LATER)
    assert uow.set_asides.list() == []


def test_what_others_quoted_of_them_is_cut_out(uow: SqlUnitOfWork) -> None:
    """Somebody's answer to their message waits to be handled: the answer stays, the quotation goes."""
    person, other = a_person(uow), a_person(uow)
    quoted = {"message_id": 1, "from": {"id": person.telegram_id}, "text": WORDS, "chat": {"id": -5}}
    received(
        uow,
        1,
        -5,
        **{
            "from": {"id": other.telegram_id},
            "chat": {"id": -5},
            "text": "I hear it too",
            "reply_to_message": quoted,
            "quote": {"text": WORDS},
            "entities": [{"type": "text_mention", "user": {"id": person.telegram_id}}, {"type": "bold"}],
        },
    )

    uow.erasure.erase(person, LATER)

    (stored,) = payloads(uow).values()
    message = json.loads(stored or "")["message"]
    assert message["text"] == "I hear it too"
    assert message["entities"] == [{"type": "bold"}]
    assert WORDS not in (stored or "")


def test_what_stays_of_an_answer_may_hold_half_a_character(uow: SqlUnitOfWork) -> None:
    """Telegram cuts names and texts by such halves, which UTF-8 has no bytes for."""
    person, other = a_person(uow), a_person(uow)
    quoted = {"from": {"id": person.telegram_id}, "text": WORDS}
    received(uow, 1, -5, **{"from": {"id": other.telegram_id}, "text": "I hear it \ud83d", "reply_to_message": quoted})

    uow.erasure.erase(person, LATER)

    (stored,) = payloads(uow).values()
    assert json.loads(stored or "")["message"]["text"] == "I hear it \ud83d"


def test_handled_updates_do_not_say_who_wrote_them(uow: SqlUnitOfWork) -> None:
    """Their rows stay for a week; the lane they were in is the person's own chat."""
    person = a_person(uow)
    received(uow, 1, person.telegram_id, text="x")
    uow.inbox.handled(1, NOW)

    uow.erasure.erase(person, LATER)

    assert uow.connection.execute(sa.select(schema.inbox.c.lane)).scalars().all() == [0]


def test_what_is_done_once_for_their_chat_is_not_on_record(uow: SqlUnitOfWork) -> None:
    """Keys may name a chat; one in which the same digits are part of another number stays."""
    person = a_person(uow)
    mine, others = f"gone:12:{person.telegram_id}:2026-11-23", f"gone:12:1{person.telegram_id}:2026-11-23"
    for key in (mine, others):
        uow.once.claim(key, NOW)

    uow.erasure.erase(person, LATER)

    assert [uow.once.claimed(key) for key in (mine, others)] == [False, True]


def test_links_to_their_messages_go_and_those_of_the_office_stay(uow: SqlUnitOfWork) -> None:
    """The deputy goes on working on the case; which message of the group was theirs nobody knows any more."""
    person = a_person(uow)
    letter = a_letter(WORDS, sender=person.telegram_id, place=a_group_chat(-5))
    case = a_case(uow, author=person, letter=letter)
    for link in (
        Link(-5, letter.message_id, case.number, "relay"),
        Link(-5, 2, case.number, "origin"),
        Link(person.telegram_id, 3, case.number, "receipt"),
        Link(-5, 4, case.number, "card"),
    ):
        uow.links.add(link)

    uow.erasure.erase(person, LATER)

    assert uow.connection.execute(sa.select(schema.links.c.message_id)).scalars().all() == [4]


def test_a_dialogue_of_somebody_else_with_their_words_in_it_ends(uow: SqlUnitOfWork) -> None:
    """A staff member is about to register their message for them; another dialogue goes on."""
    person, one, two = a_person(uow), a_person(uow), a_person(uow)
    a_case(uow, author=person, letter=a_letter(WORDS, sender=person.telegram_id))
    uow.dialogues.start(one.telegram_id, one.id, "report", {"text": WORDS}, "station", LATER)
    uow.dialogues.start(two.telegram_id, two.id, "report", {"text": "A lamp"}, "station", LATER)

    uow.erasure.erase(person, LATER)

    assert uow.dialogues.current(one.telegram_id, one.id, NOW) is None
    assert uow.dialogues.current(two.telegram_id, two.id, NOW) is not None


def test_a_restored_backup_forgets_again_who_asked_for_it(uow: SqlUnitOfWork) -> None:
    """Whoever asked after the backup was made is in it; who came back since is somebody new, and stays."""
    before, returned, stays = a_person(uow), a_person(uow, now=LATER), a_person(uow)
    case = a_case(uow, author=before, letter=a_letter(WORDS, sender=before.telegram_id))
    for person in (before, returned):
        digest = erasure.digest(uow.connection, person.telegram_id)
        row = {"digest": digest, "forgotten_at": NOW + timedelta(hours=1)}
        uow.connection.execute(sa.insert(schema.forgotten), row)

    erasure.forget_again(uow.connection)

    assert uow.people.find(before.telegram_id) is None
    kept = uow.cases.get(case.number)
    assert kept is not None
    assert kept.text is None
    assert uow.people.find(returned.telegram_id) == returned
    assert uow.people.find(stays.telegram_id) == stays


def test_the_record_of_the_forgotten_names_nobody(uow: SqlUnitOfWork) -> None:
    """A digest with the database's own key: nobody who has the list alone can try out all accounts."""
    person = a_person(uow)
    uow.erasure.erase(person, LATER)
    other = Person(0, a_telegram_id(), None, None, False, None, None)

    (row,) = uow.connection.execute(sa.select(schema.forgotten)).all()

    assert row.digest == erasure.digest(uow.connection, person.telegram_id)
    assert row.digest != erasure.digest(uow.connection, other.telegram_id)
    uow.connection.execute(sa.update(schema.secrets).values(value="00" * 32))
    assert row.digest != erasure.digest(uow.connection, person.telegram_id)


def test_somebody_without_any_case_can_be_forgotten_too(uow: SqlUnitOfWork) -> None:
    person = a_person(uow)

    assert uow.erasure.erase(person, LATER) == []
    assert uow.erasure.erase(uow.people.meet(person.telegram_id, None, LATER), LATER + timedelta(days=1)) == []
    assert uow.connection.execute(sa.select(sa.func.count()).select_from(schema.forgotten)).scalar_one() == 1


def test_a_shared_contact_is_their_words_too(uow: SqlUnitOfWork) -> None:
    """Name and phone stand in the details of an attachment, not in a text."""
    person = a_person(uow)
    contact = Attachment("contact", None, {"phone_number": "13800138000", "first_name": "王小明"})
    case = a_case(uow, author=person, letter=a_letter(None, sender=person.telegram_id, attachments=(contact,)))
    owe(uow, -7, kind=Send.MEDIA, attachment=contact, case=None)

    uow.erasure.erase(person, LATER)

    assert owed_to(uow) == []
    assert [message.attachments for message in uow.messages.of_case(case.number)] == [()]
