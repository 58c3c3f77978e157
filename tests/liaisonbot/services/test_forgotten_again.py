"""A backup was put back after somebody was forgotten: what they had open ends, as it did then."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from liaisonbot.vocabulary import Outcome, Stage
from storage import erasure, schema
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY
from tests.support.office import Office


def forgotten_again(office: Office, who: int) -> None:
    """As ``bot.py restore`` does it: the backup knows their case, and that they were forgotten since."""
    with office.unit() as uow:
        digest = erasure.digest(uow.connection, who)
        row = {"digest": digest, "forgotten_at": office.now + timedelta(hours=1)}
        uow.connection.execute(sa.insert(schema.forgotten), row)
        erasure.forget_again(uow.connection)


def test_an_open_case_of_theirs_alone_ends_as_withdrawn(office: Office) -> None:
    """Its deputy is told, once; a case of somebody else stays as it was."""
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "水管坏了")
    forgotten_again(office, ALICE)
    office.ticks()

    case = office.case(1)
    assert (case.stage, case.outcome, case.text) == (Stage.CLOSED, Outcome.WITHDRAWN, None)
    assert office.case(2).open
    told = [sent.text for sent in office.chats[DEPUTY] if "撤回" in sent.text and "#1" in sent.text]
    assert told
    assert "路灯" not in "".join(told)
    before = {who: len(chat) for who, chat in office.chats.items()}
    office.ticks(timedelta(minutes=5))
    assert {who: len(chat) for who, chat in office.chats.items()} == before


def test_a_case_that_somebody_else_has_as_well_goes_on(office: Office) -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "路灯坏了")
    with office.unit() as uow:
        uow.cases.add_author(1, uow.people.find(BOB).id, None, office.now)  # type: ignore[union-attr]
    forgotten_again(office, ALICE)
    office.ticks()

    assert office.case(1).open
