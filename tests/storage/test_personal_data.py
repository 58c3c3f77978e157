"""What /mydata gives."""

from __future__ import annotations

import json
from datetime import timedelta

from liaisonbot.duty import EntryEvent, EntryState
from liaisonbot.model import Attachment, Replaced
from liaisonbot.polls import PollKind
from liaisonbot.ports import StoredUpdate
from liaisonbot.vocabulary import Delivery, MessageKind, Role, Stage
from storage import schema
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_letter, a_message, a_person, a_station

LATER = NOW + timedelta(hours=1)


def test_everything_kept_about_somebody_is_in_it(uow: SqlUnitOfWork) -> None:
    """Their settings, cases with all that was said to and fro, what was edited, and what is still under way."""
    station = a_station(uow, name="东城联络站")
    deputy = a_deputy(uow, station=station, name="王芳")
    person = a_person(uow)
    uow.people.set_station(person.id, station.id)
    photo = Attachment("photo", "file-1", unique_id="always-1")
    other = Attachment("photo", "file-2", unique_id="always-2")
    letter = a_letter("first words", sender=person.telegram_id, attachments=(photo,))
    case = a_case(uow, author=person, letter=letter, station=station, deputy=deputy, stage=Stage.CLOSED)
    uow.cases.set_author_contact(case.number, person.id, name="李明", phone=None)
    row = uow.messages.by_chat(person.telegram_id, letter.message_id)
    assert row is not None
    uow.messages.edit(row.id, "later words", LATER, files=Replaced((other,), (photo,)))
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
    first, second = (
        {"kind": "photo", "file_id": f"file-{n}", "details": {}, "unique_id": f"always-{n}"} for n in (1, 2)
    )
    assert kept["messages"][0]["earlier"] == [
        {"text": "first words", "until": LATER.isoformat(), "attachments": [first]}
    ]
    assert kept["messages"][0]["attachments"] == [second]
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
    assert [(past["role"], past["active"]) for past in data["roles_before"]] == [("deputy", False)]


def test_what_a_deputy_missed_and_prefers_is_in_it(uow: SqlUnitOfWork) -> None:
    """Meetings missed, households by code, what they prefer; nobody else's."""
    deputy, other = a_deputy(uow, name="王芳"), a_deputy(uow, name="李强")
    assert deputy.telegram_id is not None
    person = uow.people.meet(deputy.telegram_id, "zh", NOW)
    day, station = NOW.date(), a_station(uow)
    for whose in (deputy, other):
        uow.duty.miss(whose.id, day, "congress", excused=True, text="出差", person_id=person.id, now=NOW)
        uow.pairings.add(f"H{whose.id}", whose.id, station.id, 30, day, person.id, NOW)
    uow.preferences.set(person.id, "duty_offers", False)

    data = uow.erasure.everything_of(person)

    assert json.loads(json.dumps(data)) == data
    assert [missed["text"] for missed in data["meetings_missed"]] == ["出差"]
    assert [pair["code"] for pair in data["paired_households"]] == [f"H{deputy.id}"]
    assert data["preferences"] == [{"key": "duty_offers", "value": False}]


def test_words_in_a_case_that_is_theirs_no_more_are_in_it(uow: SqlUnitOfWork) -> None:
    """Since theirs was split off: what they wrote, noted and answered there; not what others did."""
    one, two = a_person(uow), a_person(uow)
    theirs, whole = a_case(uow, author=one), a_case(uow, author=two)
    uow.merges.add(theirs.number, whole.number, Stage.COLLECTION, NOW)
    uow.cases.add_author(whole.number, one.id, None, NOW)
    a_message(uow, whole, letter=a_letter("me too, gate 5", sender=one.telegram_id), person=one, at=LATER)
    uow.journal.add(
        whole.number,
        at=LATER,
        by=Role.CONSTITUENT,
        person_id=one.id,
        event="explained",
        from_stage=Stage.REPLY,
        to_stage=Stage.REPLY,
        note="nobody came",
    )
    uow.promises.keep_check(whole.number, one.id, None, Delivery.PARTLY, LATER)
    uow.connection.execute(
        schema.case_authors.delete().where(
            schema.case_authors.c.case_number == whole.number, schema.case_authors.c.person_id == one.id
        )
    )
    uow.merges.undo(theirs.number, LATER)

    data = uow.erasure.everything_of(one)

    assert json.loads(json.dumps(data)) == data
    (elsewhere,) = data["elsewhere"]
    assert elsewhere["number"] == whole.number
    assert [message["text"] for message in elsewhere["messages"]] == ["me too, gate 5"]
    assert [entry["note"] for entry in elsewhere["history"]] == ["nobody came"]
    assert elsewhere["checks"] == [{"at": LATER.isoformat(), "result": 2}]
    (own,) = data["cases"]
    assert own["merges"] == [{"into": whole.number, "at": NOW.isoformat(), "undone_at": LATER.isoformat()}]
    assert uow.erasure.everything_of(two)["elsewhere"] == []


def test_the_sessions_of_a_dispute_and_what_one_entered_for_others_are_in_it(uow: SqlUnitOfWork) -> None:
    """A party reads what is kept of the talks; who entered a case for somebody reads that they did, not for whom."""
    person, without = a_person(uow), a_person(uow)
    case = a_case(uow, author=person, kind="dispute")
    uow.disputes.own(case.number, person.id)
    uow.disputes.add_session(case.number, NOW.date(), "hall", "both sides", "they agreed to meet again", NOW)
    entered = a_case(uow)
    uow.cases.add_absent_author(entered.number, without.id, entered_by=person.id, name="李奶奶", phone=None, now=NOW)

    data = uow.erasure.everything_of(person)

    (own,) = data["cases"]
    assert own["sessions"] == [
        {"on": NOW.date().isoformat(), "place": "hall", "present": "both sides", "words": "they agreed to meet again"}
    ]
    assert data["entered_for_others"] == [
        {"case_number": entered.number, "joined_at": NOW.isoformat(), "consent_at": NOW.isoformat()}
    ]
    assert "李奶奶" not in json.dumps(data, ensure_ascii=False)


def test_what_one_supports_is_in_it_as_anybody_reads_it(uow: SqlUnitOfWork) -> None:
    """A title that the guard holds is its proposer's and staff's to read; numbers are nobody's."""
    person, proposer = a_person(uow), a_person(uow)
    for title, topic in (("Lift, ask 13812345678", None), ("They took money", "accusation")):
        project = uow.projects.propose(
            title=title,
            text=title,
            station_id=None,
            category="housing",
            person_id=proposer.id,
            by=Role.CONSTITUENT,
            cycle_id=None,
            now=NOW,
        )
        uow.projects.update(project.number, now=NOW, guard=topic)
        uow.projects.support(project.number, person.id, NOW)

    data = uow.erasure.everything_of(person)

    assert [each["title"] for each in data["projects_supported"]] == ["Lift, ask 138******78", None]
    assert [each["title"] for each in uow.erasure.everything_of(proposer)["projects_proposed"]] == [
        "Lift, ask 13812345678",
        "They took money",
    ]


def test_that_one_has_voted_in_secret_is_in_it_and_nothing_more(uow: SqlUnitOfWork) -> None:
    """Nobody could say what; a deputy's vote is the roster's entry's."""
    person, deputy = a_person(uow, telegram_id=5001), a_deputy(uow, station=a_station(uow), telegram_id=5001)
    for kind, voter in ((PollKind.BALLOT, person.id), (PollKind.VOTE, deputy.id), (PollKind.BALLOT, person.id + 1)):
        poll = uow.polls.draft(
            kind=kind,
            question=f"{kind}?",
            options=("a", "b"),
            secret=True,
            person_id=None,
            chat_id=None,
            language="zh",
            minutes=5,
        )
        uow.urns.cast(poll.number, voter, "ABCDEFGH", {"options": [0]})

    data = uow.erasure.everything_of(person)

    assert data["voted_in_secret"] == [{"poll": 1, "question": "ballot?"}, {"poll": 2, "question": "vote?"}]
    assert "ABCDEFGH" not in json.dumps(data)


def test_a_deputys_own_log_is_in_it(uow: SqlUnitOfWork) -> None:
    """With what was deleted, as the journal keeps it; nobody else's."""
    person, station = a_person(uow, telegram_id=5001), a_station(uow)
    mine, other = a_deputy(uow, station=station, telegram_id=5001), a_deputy(uow, station=station, telegram_id=5002)
    for deputy, text in ((mine, "三户"), (other, "别人的")):
        entry = uow.duty.add(
            deputy_id=deputy.id,
            station_id=station.id,
            type="visit",
            day=NOW.date(),
            state=EntryState.FILED,
            now=NOW,
            text=text,
        )
        uow.duty.record(entry, EntryEvent.FILED, at=NOW, by=Role.DEPUTY, person_id=None, details={"words": text})
        uow.duty.keep_past(entry, NOW + timedelta(days=1))

    data = uow.erasure.everything_of(person)

    assert [(each["type"], each["text"], each["state"]) for each in data["duty_log"]] == [("visit", "三户", "filed")]
    assert [each["details"] for each in data["duty_log_journal"]] == [{"words": "三户"}]
    assert [(past["type"], past["state"]) for past in data["duty_log_before"]] == [("visit", "filed")]
    assert "别人的" not in json.dumps(data, ensure_ascii=False)
