"""After /forget no byte of a person is in the database's files, nor in a backup that is put back."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import time
from pathlib import Path

from sqlalchemy import insert, select

from liaisonbot.announcements import Audience, Sources, StationCard
from liaisonbot.duty import EntryEvent, EntryState
from liaisonbot.model import Attachment, Case, Group, Link, Person, Replaced, RosterEntry
from liaisonbot.office_journal import PERSONAL_EXPORT
from liaisonbot.outgoing import Outgoing, Send, StoredFile
from liaisonbot.polls import Elector, PollKind
from liaisonbot.ports import StoredUpdate
from liaisonbot.projects import CycleEvent, ProjectEvent
from liaisonbot.receptions import Reception, ReceptionState
from liaisonbot.services import indexing, receipt_codes
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Delivery, MessageKind, Rating, ReplyClass, Role, Stage
from liaisonbot.workflow import Event
from storage import erasure
from storage.backup import backup, restore
from storage.database import Database, open_database
from storage.schema import journal, metadata
from storage.schema.duty import duty_reminders
from storage.unit_of_work import SqlUnitOfWork
from tests.storage.histories import sealed_up
from tests.support import live_files
from tests.support.makers import (
    NOW,
    a_case,
    a_check,
    a_deputy,
    a_group,
    a_group_chat,
    a_letter,
    a_message,
    a_person,
    a_photo,
    a_staff_member,
    a_station,
)

ACCOUNT = 0x5A17_C0FF_EE42
NAME, PHONE = "欧阳慕容", "13912345678"
TEXTS = (
    "屋顶的裂缝一直漏水到卧室",
    "Ceiling crack above the bedroom",
    "改过的话：漏得更厉害了",
    "我同意，我家也是这样",
)
FILE = "AgACAgUAAxkBAAIBfilE"
FILE_ALWAYS = "AQADfilEuNiQuE"
NEEDLES = (NAME, PHONE, FILE, FILE_ALWAYS, *TEXTS, str(ACCOUNT))

Bare = Database[SqlUnitOfWork]


def forms_of(word: str) -> Iterator[bytes]:
    """As text, and as JSON that escapes what is not ASCII."""
    yield word.encode()
    yield json.dumps(word)[1:-1].encode()


def forms_of_account(telegram_id: int) -> Iterator[bytes]:
    """As digits, and as SQLite keeps a number."""
    yield str(telegram_id).encode()
    yield telegram_id.to_bytes(6, "big")


def found_in(folder: Path) -> set[str]:
    """Which of the needles stand in any file of the folder, in whatever form."""
    haystack = live_files.everything(folder)
    found = {word for word in NEEDLES if any(form in haystack for form in forms_of(word))}
    if any(form in haystack for form in forms_of_account(ACCOUNT)):
        found.add(str(ACCOUNT))
    return found


def a_whole_life(uow: SqlUnitOfWork) -> Person:
    """Somebody of whom there is something in every table that can hold something of a constituent."""
    station = a_station(uow)
    deputy, staff = a_deputy(uow, station=station), a_staff_member(uow, station=station)
    group = a_group(uow, station=station)
    person = uow.people.meet(ACCOUNT, "zh-hans", NOW)
    uow.people.set_language(person.id, "zh")
    uow.people.set_station(person.id, station.id)
    uow.people.set_pace(person.id, NOW, told=True)

    photo = Attachment("photo", FILE, unique_id=FILE_ALWAYS)
    letter = a_letter(TEXTS[0], sender=ACCOUNT, attachments=(photo,), media_group_id="album")
    case = a_case(uow, author=person, letter=letter, station=station, deputy=deputy, stage=Stage.FOLLOW_UP)
    uow.cases.set_author_contact(case.number, person.id, name=NAME, phone=PHONE)
    row = uow.messages.by_chat(ACCOUNT, letter.message_id)
    assert row is not None
    other = Attachment("photo", f"{FILE}-2", unique_id=f"{FILE_ALWAYS}-2")
    uow.messages.edit(row.id, TEXTS[2], NOW, files=Replaced((other,), (photo,)))
    uow.cases.update(case.number, text=TEXTS[2])
    contact = Attachment("contact", None, {"phone_number": PHONE, "first_name": NAME, "user_id": ACCOUNT})
    a_message(uow, case, letter=a_letter(None, sender=ACCOUNT, attachments=(contact,)), person=person)
    a_message(uow, case, by=Role.DEPUTY, kind=MessageKind.REPLY, text=f"{NAME}您好，{TEXTS[0]}已修好")
    a_check(uow, case, Delivery.PARTLY, person=person)
    uow.journal.add(
        case.number,
        at=NOW,
        by=Role.STAFF,
        person_id=None,
        event=Event.REOPENED,
        from_stage=Stage.CLOSED,
        to_stage=Stage.MEDIATION,
        note=f"{NAME} {PHONE}: {TEXTS[1]}",
        details={"said": TEXTS[1], "class": "A"},
    )
    shared = a_case(uow, station=station, deputy=deputy)
    joined = a_letter(TEXTS[3], sender=ACCOUNT, place=a_group_chat(group.chat_id))
    uow.cases.add_author(shared.number, person.id, joined, NOW)
    a_message(uow, shared, letter=joined, person=person)
    same = a_case(uow, author=person, letter=a_letter(TEXTS[0], sender=ACCOUNT), station=station)
    uow.merges.add(same.number, shared.number, same.stage, NOW)
    uow.verdicts.give(shared.number, person.id, NOW, attitude=3, result=1)
    uow.messages.delivered(a_message(uow, shared, by=Role.DEPUTY, text="已修好"), NOW, person.id)

    uow.links.add(Link(ACCOUNT, 5, case.number, "receipt"))
    _saved_and_asked_again(uow, person, deputy.id, case.number)
    uow.dialogues.start(ACCOUNT, person.id, "name", {"name": NAME}, "name", NOW)
    place = a_group_chat(group.chat_id)
    uow.messages.keep_loose_part(
        a_letter(None, sender=ACCOUNT, place=place, attachments=(photo,), media_group_id="loose")
    )
    uow.loose_words.add(person.id, a_letter(TEXTS[0], sender=ACCOUNT, message_id=4242, attachments=(photo,)), NOW, None)
    uow.once.claim(f"gone:{case.number}:{ACCOUNT}:2026-11-23", NOW)
    _announced_and_asked(uow, person, station.id, group, deputy.id)
    _asked_again(uow, person, case.number)
    _in_a_dispute(uow, person, case.number, deputy.telegram_id or 0)
    _looked_into(uow, person, case, deputy.id)
    _promised_and_checked(uow, person, case, deputy.id)
    _split_again(uow, person)
    _voted_and_proposed(uow, person, group, deputy.id)
    _came_to_a_reception_day(uow, person, station.id, deputy)
    _exported(uow, person, staff.telegram_id or 0)
    _in_both_queues(uow, group, deputy.telegram_id or 0, staff.telegram_id or 0, case.number)
    indexing.all_at_once(uow)
    uow.finding.owe(case.number)
    uow.searches.add(person.id, TEXTS[1], NOW)
    staff_member = uow.people.meet(staff.telegram_id or 0, "zh", NOW)
    uow.searches.add(staff_member.id, f"{NAME} {TEXTS[3]}", NOW)
    sealed_up(uow)
    return person


def _asked_again(uow: SqlUnitOfWork, person: Person, case: int) -> None:
    """A look-back asked them, and they said more than a level."""
    day = NOW.date()
    lookback = uow.lookbacks.add(NOW, by_name="李娜", station_ids=None, seed="1", size=1, since=day, until=day, pool=1)
    question = uow.lookbacks.ask(lookback.id, case, person.id, Rating.FAIR, NOW)
    uow.lookbacks.add_words(question, TEXTS[1])


def _in_a_dispute(uow: SqlUnitOfWork, person: Person, case: int, deputy: int) -> None:
    """Both sides came, one by its name only; the paper about what was agreed waits to be sent."""
    own, other = uow.disputes.own(case, person.id), uow.disputes.add_other(case, f"{NAME} 的邻居")
    for party in (own, other):
        uow.disputes.asked(party.id, NOW)
        uow.disputes.decided(party.id, True, NOW)
    uow.disputes.add_session(case, NOW.date(), f"{NAME}家", f"{NAME}（{PHONE}，{ACCOUNT}）", TEXTS[1], NOW)
    uow.disputes.add_agreement(case, NOW.date(), f"{NAME} {PHONE}: {TEXTS[0]}", NOW)
    paper = StoredFile(f"{NAME}.html", "text/html", f"{NAME} {PHONE} {ACCOUNT} {TEXTS[0]}".encode())
    file = uow.files.add(paper, NOW, case=case)
    for chat_id in (ACCOUNT, deputy):
        uow.outbox.add(Outgoing(Send.DOCUMENT, chat_id, file=file, case=case), NOW)


def _looked_into(uow: SqlUnitOfWork, person: Person, case: Case, deputy: int) -> None:
    """The guard found something in their words, a unit got the case, and somebody without Telegram got a code.

    None of these tables has a column for words of a constituent: a digest, keys of ours and our numbers. The unit's
    name and its contact are the office's.
    """
    uow.guarded.add(case.number, "accusation", "accusation", NOW, deputy_id=deputy, accused=[deputy])
    uow.guarded.settle(case.number, NOW, person.id, "right")
    unit = uow.units.save("房屋修缮中心", "王芳", {"municipal_facilities"})
    uow.handings.add(case.number, unit.id, lead=True, due=NOW.date(), now=NOW)
    uow.receipt_codes.add(receipt_codes.digest(receipt_codes.new()), case.number, person.id)


def _promised_and_checked(uow: SqlUnitOfWork, person: Person, case: Case, deputy: int) -> None:
    """A promise was made to them, and they sent a photo of what became of it."""
    pledge = uow.promises.make(case.number, deputy, NOW.date(), NOW)
    uow.promises.asked(pledge.id, NOW)
    uow.promises.keep_check(case.number, person.id, pledge.id, Delivery.PARTLY, NOW)
    check = uow.promises.check_without_photo(person.id, NOW)
    assert check is not None
    photo = a_letter(TEXTS[2], sender=ACCOUNT, attachments=(Attachment("photo", FILE),))
    uow.promises.add_photo(check.id, a_message(uow, case, letter=photo, person=person))


def _split_again(uow: SqlUnitOfWork, person: Person) -> None:
    """Their case was part of another's for a while: what they said of that one stays in it when they are out of it."""
    part = a_case(uow, author=person, letter=a_letter(TEXTS[0], sender=ACCOUNT))
    whole = a_case(uow)
    uow.merges.add(part.number, whole.number, part.stage, NOW)
    a_message(uow, whole, letter=a_letter(TEXTS[1], sender=ACCOUNT), person=person)
    uow.journal.add(
        whole.number,
        at=NOW,
        by=Role.CONSTITUENT,
        person_id=person.id,
        event=Event.REOPENED,
        from_stage=Stage.CLOSED,
        to_stage=Stage.MEDIATION,
        note=f"{NAME}: {TEXTS[3]}",
        details={"said": TEXTS[3]},
    )
    uow.merges.undo(part.number, NOW)


def _came_to_a_reception_day(uow: SqlUnitOfWork, person: Person, station: int, deputy: RosterEntry) -> None:
    """They came with a matter. They were a deputy once, whose log knows the chat and their photo, and was reminded."""
    day = Reception(
        0,
        None,
        station,
        NOW.date(),
        time(9),
        time(11),
        "服务中心二楼",
        15,
        (deputy.id,),
        ReceptionState.PLANNED,
        None,
        NOW,
    )
    held = uow.receptions.add(day)
    assert held is not None
    slot = held.slots()[0]
    booking = uow.receptions.book(
        held.id,
        slot,
        person.id,
        subject=f"{NAME}: {TEXTS[0]}",
        entered_by=None,
        now=NOW,
        name=NAME,
        phone=PHONE,
    )
    assert booking is not None
    uow.receptions.update_booking(booking.id, minutes=f"{NAME} {PHONE}: {TEXTS[1]}")
    uow.preferences.set(person.id, "duty_offers", False)
    photo = Sources(ACCOUNT, (7,), (Attachment("photo", FILE),))
    shown = {"chat_id": ACCOUNT, "card_id": 8, "sources": photo}
    filed = {"type": "visit", "day": NOW.date(), "state": EntryState.FILED, "now": NOW}
    entry = uow.duty.add(deputy_id=deputy.id, station_id=station, **filed, **shown)
    uow.duty.record(entry, EntryEvent.FILED, at=NOW, by=Role.DEPUTY, person_id=person.id)
    reminded = {
        "month": NOW.date(),
        "rung": "first",
        "due_at": NOW,
        "state": "sent",
        "chat_id": ACCOUNT,
        "message_id": 9,
    }
    uow.connection.execute(insert(duty_reminders), {"deputy_id": deputy.id, **reminded})
    uow.duty_reminders.spoil(ACCOUNT, NOW.date())
    uow.duty_reminders.shown(ACCOUNT, NOW.date(), 10)
    uow.duty.miss(deputy.id, NOW.date(), "congress", excused=True, text=None, person_id=person.id, now=NOW)


def _voted_and_proposed(uow: SqlUnitOfWork, person: Person, group: Group, deputy: int) -> None:
    """They opened a poll and voted in it, in a group and by secret ballot; they proposed a project and joined one."""
    cycle = uow.cycles.add(year=2027, level="街道", station_ids=[], places=1, dates={}, person_id=person.id, now=NOW)
    poll = uow.polls.draft(
        kind=PollKind.QUICK,
        question="先办哪一件？",
        options=["路灯", "长椅"],
        person_id=person.id,
        chat_id=ACCOUNT,
        language="zh",
        minutes=60,
        cycle_id=cycle.id,
    )
    uow.polls.address(poll.number, [(group.chat_id, None, "")])
    uow.polls.answer(poll.number, person.id, [1], chat_id=group.chat_id, now=NOW)
    uow.polls.add_twin(uow.polls.posts(poll.number)[0].id, "5300000000000000002")
    uow.polls.hold("5300000000000000001", person.id, [0], now=NOW)
    uow.polls.enrol(poll.number, [Elector(person_id=person.id)])
    uow.urns.cast(poll.number, person.id, "K7QX", {"approved": [0]})
    project = uow.projects.propose(
        title=TEXTS[0],
        text=f"{NAME} {PHONE}: {TEXTS[1]}",
        station_id=None,
        category="other",
        person_id=person.id,
        by=Role.CONSTITUENT,
        cycle_id=cycle.id,
        now=NOW,
    )
    uow.projects.support(project.number, person.id, NOW)
    photo = Sources(ACCOUNT, (7,), (Attachment("photo", FILE),))
    uow.projects.record(
        project.number,
        ProjectEvent.PROPOSED,
        at=NOW,
        by=Role.CONSTITUENT,
        person_id=person.id,
        text=f"{NAME}: {TEXTS[2]}",
        details={"said": TEXTS[3]},
        sources=photo,
    )
    uow.projects.add_milestone(project.number, NOW.date(), "进场")
    uow.projects.add_inspection(project.number, NOW.date(), "螺丝松了", None)
    uow.projects.set_supervisors(project.number, [deputy], confirmed=True)
    uow.projects.set_ground("own", "不在辖区", NOW)
    uow.cycles.record(
        cycle.id, CycleEvent.BACK, at=NOW, by=Role.STAFF, person_id=person.id, text="还有项目没筛完", details={}
    )


def _saved_and_asked_again(uow: SqlUnitOfWork, person: Person, deputy: int, case: int) -> None:
    """The deputy saved a reply to them as a template; they asked for a closed case to be taken up again."""
    uow.reply_templates.add(
        deputy, name=NAME, reply_class=ReplyClass.A, category="other", text=f"{NAME}：{TEXTS[0]}", case=case, now=NOW
    )
    uow.reopenings.ask(case, person.id, NOW)


def _announced_and_asked(uow: SqlUnitOfWork, person: Person, station: int, group: Group, deputy: int) -> None:
    """They work here as well: they announced something, got an announcement, and asked at an inquiry."""
    sources = Sources(ACCOUNT, (7,), (Attachment("photo", FILE),))
    announcement = uow.announcements.draft(
        person_id=person.id,
        chat_id=ACCOUNT,
        language="zh",
        text="",
        sources=sources,
        station_ids=[station],
        audience=Audience.BOTH,
        at=None,
        now=NOW,
    )
    uow.announcements.address(announcement.id, [(ACCOUNT, deputy, station, "王芳"), (group.chat_id, None, station, "")])
    uow.station_cards.save(StationCard(group.chat_id, station, None, 1, "digest", pinned=True, checked_at=NOW))
    inquiry = uow.inquiries.add(person_id=person.id, topic="养老", day=NOW.date(), station_ids=[station], now=NOW)
    question = uow.inquiries.ask(inquiry.id, person_id=person.id, by=Role.CONSTITUENT, text=TEXTS[1], now=NOW)
    uow.inquiries.support(question.id, person.id, NOW)


def _exported(uow: SqlUnitOfWork, person: Person, staff: int) -> None:
    """They asked for an export once; one that a colleague asked for has read their words, and is on its way."""
    asked = {"what": "cases", "first": None, "last": None, "format": "csv", "personal": True, "station_ids": None}
    uow.export_jobs.ask(person_id=person.id, chat_id=ACCOUNT, language="zh", message_id=11, now=NOW, **asked)
    uow.office_journal.add(NOW, person.id, Role.STAFF, PERSONAL_EXPORT, {"what": "cases"})
    which = {"window": "2026-W47", "station_ids": None, "what": "chat"}
    uow.summary_jobs.ask(person_id=person.id, chat_id=ACCOUNT, language="zh", message_id=13, now=NOW, **which)
    colleague = a_person(uow, telegram_id=staff)
    job = uow.export_jobs.ask(person_id=colleague.id, chat_id=staff, language="zh", message_id=12, now=NOW, **asked)
    file = uow.files.add(StoredFile("cases.csv", "text/csv", f"{NAME},{PHONE},{TEXTS[0]}".encode()), NOW)
    uow.export_jobs.update(job.id, state="made", file_id=file)
    uow.outbox.add(Outgoing(Send.DOCUMENT, staff, file=file), NOW)


def _in_both_queues(uow: SqlUnitOfWork, group: Group, deputy: int, staff: int, case: int) -> None:
    me = {"id": ACCOUNT, "first_name": NAME}
    said = {"message_id": 1, "from": me, "chat": {"id": ACCOUNT}, "text": TEXTS[1], "caption": TEXTS[0]}
    answer = {"message_id": 2, "from": {"id": 1}, "chat": {"id": group.chat_id}, "reply_to_message": said, "text": "y"}
    for number, (lane, message) in enumerate([(ACCOUNT, said), (group.chat_id, said), (group.chat_id, answer)] * 2):
        payload = json.dumps({"update_id": number, "message": message}, ensure_ascii=number < 3)
        uow.inbox.add([StoredUpdate(number, lane, payload)], NOW)
    uow.inbox.handled(0, NOW)
    uow.inbox.set_aside(4, "ValueError at intake:1", NOW)
    for outgoing in (
        Outgoing(Send.TEXT, ACCOUNT, text=Text.of("receipt"), case=case),
        Outgoing(Send.TEXT, deputy, text=Text.of("card-text", text=TEXTS[0]), body=TEXTS[1], case=case),
        Outgoing(Send.COPY, staff, copy_from=ACCOUNT, copy_ids=(1,), key=f"album:{case}:{ACCOUNT}:x"),
        Outgoing(Send.TEXT, staff, body=f"{TEXTS[1]} {NAME} {PHONE}"),
    ):
        uow.outbox.add(outgoing, NOW)


def a_crowd(uow: SqlUnitOfWork, count: int) -> list[Person]:
    """Others, whose rows grow here and there after they were written: full pages are split, and rows move."""
    dice = random.Random(2)
    people: list[Person] = []
    for telegram_id in dice.sample(range(ACCOUNT + 1, ACCOUNT + 10**9), count):
        people.append(a_person(uow, telegram_id=telegram_id))
        words = f"crowd-{telegram_id} " * dice.randint(1, 20)
        a_case(uow, author=people[-1], letter=a_letter(words, sender=telegram_id, attachments=(a_photo(),)))
        if dice.random() < 0.3:
            _say_more(uow, dice.choice(people), dice)
    return people


def _say_more(uow: SqlUnitOfWork, person: Person, dice: random.Random) -> None:
    (case,), _ = uow.cases.of_author(person.id)
    row = uow.messages.of_case(case.number)[0]
    uow.messages.edit(row.id, f"crowd-{person.telegram_id} " * dice.randint(1, 60), NOW)
    uow.cases.update(case.number, text=f"crowd-{person.telegram_id} " * dice.randint(1, 60))


async def test_no_byte_of_somebody_who_was_forgotten_is_left(sqlite_url: str, tmp_path: Path) -> None:
    """Neither in the file nor in its log, in whatever table it stood, as text, as JSON or as a number."""
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        person = await database.write(a_whole_life)
        assert found_in(tmp_path) == set(NEEDLES)

        await database.write(lambda uow: uow.erasure.erase(person, NOW))
        await database.erase_traces()

        assert found_in(tmp_path) == set()
        again = await database.read(lambda uow: uow.export_jobs.next())
        assert again is not None  # what a colleague asked for is made anew, without them
        assert again.person_id != person.id
    assert found_in(tmp_path) == set()


async def test_no_byte_of_a_salt_is_left(sqlite_url: str, tmp_path: Path) -> None:
    """With it, and the digest in the seal, short words could be tried out."""
    salts = select(journal.c.salt).where(journal.c.salt.isnot(None))
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        person = await database.write(a_whole_life)
        before = set(await database.read(lambda uow: uow.connection.execute(salts).scalars().all()))

        await database.write(lambda uow: uow.erasure.erase(person, NOW))
        await database.erase_traces()

        kept = set(await database.read(lambda uow: uow.connection.execute(salts).scalars().all()))
        haystack = live_files.everything(tmp_path)
    gone = before - kept
    assert gone
    assert not [salt for salt in gone if salt.encode() in haystack]


async def test_the_life_of_the_test_leaves_no_table_out(sqlite_url: str) -> None:
    """Who adds a table that a constituent leaves something in adds it to the test above."""
    of_the_office = {"roster_specialties", "invitations", "forgotten", "secrets", "leader"}
    of_the_office |= {"leaves"}  # days, and the numbers of deputies in the roster: of those who work here, no words
    of_the_office |= {"case_pasts", "closings"}  # stages, limits and keys of a case, counts: no words, nobody's number
    of_the_office |= {"duty_pasts", "project_pasts", "poll_turnouts"}  # the same of what the office does, and counts
    of_the_office |= {"rotas", "voter_reports", "handovers", "pairings"}  # of deputies; a household is a code
    of_the_office |= {"erasures", "restores"}  # numbers of entries, and where the chains of their seals ended
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        await database.write(a_whole_life)

        left_out = [
            table.name
            for table in metadata.sorted_tables
            if table.name not in of_the_office
            and not await database.read(lambda uow, table=table: uow.connection.execute(table.select()).first())
        ]
        assert left_out == []


async def test_rows_that_moved_left_no_copy_behind(sqlite_url: str, tmp_path: Path) -> None:
    """SQLite does not overwrite the copies that rows leave in a page when it is split, whatever becomes of the rows."""
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        people = await database.write(lambda uow: a_crowd(uow, 400))
        gone, stay = people[::3], people[1::3]
        for person in gone:
            await database.write(lambda uow, person=person: uow.erasure.erase(person, NOW))
        await database.erase_traces()

        haystack = live_files.everything(tmp_path)
        for person in gone:
            assert f"crowd-{person.telegram_id}".encode() not in haystack
            assert all(form not in haystack for form in forms_of_account(person.telegram_id))
        assert all(f"crowd-{person.telegram_id}".encode() in haystack for person in stay)


async def test_a_backup_that_is_put_back_forgets_again(sqlite_url: str, tmp_path: Path) -> None:
    """It was made before; what is in it of the person is gone before anybody can see it."""
    elsewhere = tmp_path.parent / f"{tmp_path.name}-backups"
    elsewhere.mkdir()
    async with await open_database(sqlite_url, unit_of_work=SqlUnitOfWork) as database:
        person = await database.write(a_whole_life)
        backup(sqlite_url, elsewhere / "before.db")
        await database.write(lambda uow: uow.erasure.erase(person, NOW))
        await database.erase_traces()
    assert found_in(elsewhere) == set(NEEDLES)

    restore(sqlite_url, elsewhere / "before.db", after_restore=erasure.forget_again)

    assert found_in(tmp_path) == set()
