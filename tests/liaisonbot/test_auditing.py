"""Who hears of it when the journals are not as they were sealed, and how often."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot.audit import Finding, Wrong
from liaisonbot.services import auditing
from tests.support.office import MONDAY, Office

OWNER = 900


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, access={"owner_ids": [OWNER]})


def _found(office: Office, *findings: Finding) -> None:
    with office.unit() as uow:
        auditing.tell_owners(uow, office.desk, findings)
    office.ticks()


def test_owners_hear_of_a_broken_journal_once(office: Office) -> None:
    """With the case's number; something new is told again, what was told is not."""
    changed = Finding("cases", Wrong.CHANGED, 7, 12)
    _found(office, changed)
    assert "#12" in office.told(OWNER)
    assert "bot.py audit verify" in office.told(OWNER)

    _found(office, changed)
    assert len(office.chats[OWNER]) == 1
    _found(office, changed, Finding("duty", Wrong.MISSING, 3, 1))
    assert len(office.chats[OWNER]) == 2
    assert "#12" not in office.told(OWNER)


def test_it_is_due_once_a_night(office: Office) -> None:
    """From three o'clock on, local time."""
    office.now = MONDAY + timedelta(hours=16)  # two o'clock at night
    with office.unit() as uow:
        assert not auditing.is_due(uow, office.desk)
        office.now += timedelta(hours=1)
        assert auditing.is_due(uow, office.desk)
        office.now += timedelta(hours=20)
        assert not auditing.is_due(uow, office.desk)
        office.now += timedelta(hours=4)
        assert auditing.is_due(uow, office.desk)
