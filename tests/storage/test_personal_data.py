"""What /mydata gives."""

from __future__ import annotations

import json
from datetime import timedelta

from liaisonbot.model import Attachment
from liaisonbot.ports import StoredUpdate
from liaisonbot.vocabulary import MessageKind, Role, Stage
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_letter, a_message, a_person, a_station

LATER = NOW + timedelta(hours=1)


def test_everything_kept_about_somebody_is_in_it(uow: SqlUnitOfWork) -> None:
    """Their settings, cases with all that was said to and fro, what was edited, and what is still under way."""
    station = a_station(uow, name="东城联络站")
    deputy = a_deputy(uow, station=station, name="王芳")
    person = a_person(uow)
    uow.people.set_station(person.id, station.id)
    photo = Attachment("photo", "file-1")
    letter = a_letter("first words", sender=person.telegram_id, attachments=(photo,))
    case = a_case(uow, author=person, letter=letter, station=station, deputy=deputy, stage=Stage.CLOSED)
    uow.cases.set_author_contact(case.number, person.id, name="李明", phone=None)
    row = uow.messages.by_chat(person.telegram_id, letter.message_id)
    assert row is not None
    uow.messages.replace_text(row.id, "later words", LATER)
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text="It is repaired", at=LATER)
    uow.dialogues.start(person.telegram_id, person.id, "report", {"text": "half a"}, "station", LATER)
    update = {"update_id": 9, "message": {"from": {"id": person.telegram_id}, "text": "on its way"}}
    uow.inbox.add([StoredUpdate(9, person.telegram_id, json.dumps(update))], NOW)

    data = uow.erasure.everything_of(person)

    assert json.loads(json.dumps(data)) == data
    assert data["person"] == {
        "telegram_id": person.telegram_id,
        "language_code": "zh-hans",
        "language": None,
        "reachable": True,
        "notice_shown_at": None,
        "first_seen_at": NOW.isoformat(),
        "station": "东城联络站",
    }
    (kept,) = data["cases"]
    assert (kept["number"], kept["deputy"], kept["station"]) == (case.number, "王芳", "东城联络站")
    assert (kept["attitude"], kept["result"], kept["given_name"]) == (3, 2, "李明")
    assert [message["text"] for message in kept["messages"]] == ["later words", "It is repaired"]
    assert kept["messages"][0]["earlier"] == [{"text": "first words", "until": LATER.isoformat()}]
    assert kept["messages"][0]["attachments"] == [{"kind": "photo", "file_id": "file-1", "details": {}}]
    assert [entry["event"] for entry in kept["history"]] == ["opened", "accepted", "answered", "rated_well"]
    assert [dialogue["answers"] for dialogue in data["dialogues"]] == [{"text": "half a"}]
    assert data["waiting"] == [update]


def test_internal_notes_and_other_peoples_words_are_not_in_it(uow: SqlUnitOfWork) -> None:
    """Of a case with several authors: one's own words and what all were told; not the talk with another."""
    one, two, deputy = a_person(uow), a_person(uow), a_deputy(uow)
    case = a_case(uow, author=one, deputy=deputy, letter=a_letter("words of one", sender=one.telegram_id))
    letter = a_letter("words of two", sender=two.telegram_id)
    uow.cases.add_author(case.number, two.id, letter, NOW)
    a_message(uow, case, letter=letter, person=two)
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.NOTE, text="internal")
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.CONVERSATION, text="Dear Mr One")
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text="to all")
    uow.journal.add(
        case.number,
        at=LATER,
        by=Role.STAFF,
        person_id=None,
        event="reopened",
        from_stage=Stage.CLOSED,
        to_stage=Stage.MEDIATION,
        note="an internal reason",
    )

    (kept,) = uow.erasure.everything_of(two)["cases"]

    assert [message["text"] for message in kept["messages"]] == ["words of two", "to all"]
    assert kept["text"] is None
    assert {entry["note"] for entry in kept["history"]} == {None}
    assert "one" not in json.dumps(kept["messages"]).replace("message_id", "").lower()


def test_somebody_who_works_here_finds_their_roles(uow: SqlUnitOfWork) -> None:
    """The roster's entries are data about them too; other people's are not."""
    deputy = a_deputy(uow, name="王芳")
    a_deputy(uow)
    person = a_person(uow, telegram_id=deputy.telegram_id)

    (deputy,) = uow.roster.of(person.telegram_id, None)
    uow.leaves.add(deputy.id, NOW.date(), NOW.date(), None, NOW)

    data = uow.erasure.everything_of(person)

    assert data["roles"] == [{"role": "deputy", "name": "王芳", "username": None, "employer": None}]
    assert [leave["first"] for leave in data["leaves"]] == [NOW.date().isoformat()]
