"""Announcements, station cards and questions, on each engine."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.announcements import Announcement, Audience, PostState, Sources, StationCard
from liaisonbot.model import Attachment, Station
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_deputy, a_group, a_person, a_station

OLD, NEW = -700, -1_000_000_000_700


def an_announcement(uow: SqlUnitOfWork, station: Station) -> Announcement:
    return uow.announcements.draft(
        person_id=a_person(uow).id,
        chat_id=5,
        language="zh",
        text="周三停水",
        sources=Sources(5, (1, 2), (Attachment("photo", "a"), Attachment("photo", "b")), "album"),
        station_ids=[station.id],
        audience=Audience.BOTH,
        at=None,
        now=NOW,
    )


def test_it_reads_as_it_was_written(uow: SqlUnitOfWork) -> None:
    """Its files, its stations, what was changed since."""
    made = an_announcement(uow, a_station(uow))
    assert uow.announcements.get(made.id) == made
    assert uow.announcements.draft_of_album(5, "album") == made
    changed = uow.announcements.update(made.id, at=NOW, audience=Audience.GROUPS)
    assert uow.announcements.get(made.id, lock=True) == changed
    assert (changed.at, changed.audience) == (NOW, Audience.GROUPS)


def test_a_chat_gets_it_once(uow: SqlUnitOfWork) -> None:
    """Addressed twice, there is one post; the tally counts each."""
    station = a_station(uow)
    made, deputy = an_announcement(uow, station), a_deputy(uow, station=station)
    recipients = [(OLD, None, station.id, "阳光小区"), (8, deputy.id, station.id, deputy.name)]
    uow.announcements.address(made.id, recipients)
    uow.announcements.address(made.id, recipients)
    first, second = uow.announcements.posts(made.id, limit=10)
    uow.announcements.note_post(second.id, state=PostState.SENT, message_ids=(3, 4), sent_at=NOW, read_at=NOW)
    uow.announcements.skip_waiting(made.id)

    tally = uow.announcements.tally(made.id)
    assert (tally.total, tally.deputies, tally.read, tally[PostState.SKIPPED]) == (2, 1, 1, 1)
    post = uow.announcements.post(second.id)
    assert post is not None
    assert post.message_ids == (3, 4)
    assert uow.announcements.undoable(made.id, NOW - timedelta(hours=1)) == 1
    assert uow.announcements.undoable(made.id, NOW) == 0
    assert first.chat_id == OLD


def test_posts_and_cards_go_with_a_group_that_moves(uow: SqlUnitOfWork) -> None:
    """Their messages stay behind; where the new chat got it as well, that one counts. Told twice, it does no harm."""
    station = a_station(uow)
    one, two = an_announcement(uow, station), an_announcement(uow, station)
    a_group(uow, station=station, chat_id=OLD)
    for made, chats in ((one, (OLD,)), (two, (OLD, NEW))):
        uow.announcements.address(made.id, [(chat, None, station.id, "阳光小区") for chat in chats])
        for post in uow.announcements.posts(made.id, limit=5):
            uow.announcements.note_post(post.id, state=PostState.SENT, message_ids=(3,), sent_at=NOW)
    uow.station_cards.save(StationCard(OLD, station.id, None, 9, "digest", pinned=True, checked_at=NOW))

    uow.groups.moved(OLD, NEW)
    uow.groups.moved(OLD, NEW)

    assert [(post.chat_id, post.message_ids) for post in uow.announcements.posts(one.id, limit=5)] == [(NEW, ())]
    moved = {post.chat_id: post.message_ids for post in uow.announcements.posts(two.id, limit=5)}
    assert moved == {None: (), NEW: (3,)}
    (card,) = uow.station_cards.wanted()
    assert (card.chat_id, card.message_id, card.pinned) == (NEW, None, False)


def test_what_a_lost_chat_was_owed_has_failed(uow: SqlUnitOfWork) -> None:
    """What it got already stays."""
    station = a_station(uow)
    one, two = an_announcement(uow, station), an_announcement(uow, station)
    for made in (one, two):
        uow.announcements.address(made.id, [(OLD, None, station.id, "阳光小区")])
    (post,) = uow.announcements.posts(two.id, limit=5)
    uow.announcements.note_post(post.id, state=PostState.SENT)
    assert uow.announcements.lost(OLD) == [one.id]
    assert uow.announcements.tally(one.id)[PostState.FAILED] == 1
    assert uow.announcements.tally(two.id)[PostState.SENT] == 1


def test_questions_joined_take_theirs_along(uow: SqlUnitOfWork) -> None:
    """What was joined to a question that is joined goes to the same one; a person supports a question once."""
    people = [a_person(uow) for _ in range(3)]
    inquiry = uow.inquiries.add(
        person_id=people[0].id, topic="养老", day=NOW.date(), station_ids=[a_station(uow).id], now=NOW
    )
    asked = [
        uow.inquiries.ask(inquiry.id, person_id=person.id, by=Role.CONSTITUENT, text=f"问题 {person.id}", now=NOW)
        for person in people
    ]
    uow.inquiries.join(asked[2].id, asked[1].id)
    uow.inquiries.join(asked[1].id, asked[0].id)
    assert [question.joined_to for question in uow.inquiries.questions(inquiry.id)] == [None, asked[0].id, asked[0].id]
    assert uow.inquiries.support(asked[0].id, people[1].id, NOW)
    assert not uow.inquiries.support(asked[0].id, people[1].id, NOW)
    assert uow.inquiries.supporters(inquiry.id) == {asked[0].id: frozenset({people[1].id})}
    uow.inquiries.close(inquiry.id, NOW)
    assert uow.inquiries.open() == []
