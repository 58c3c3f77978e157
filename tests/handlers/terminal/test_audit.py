"""``bot.py audit verify``, and what ``check`` and ``restore`` say of the journals."""

from __future__ import annotations

import pytest

from liaisonbot.audit import Finding, Wrong
from storage.audit import current_head
from tests.storage import histories
from tests.storage.histories import OF_KEY, a_history, ids, sealed_up
from tests.support.makers import NOW
from tests.support.terminal import Place
from tests.support.units import a_unit

CASES = OF_KEY["cases"]


@pytest.fixture
def sealed(furnished: Place) -> Place:
    """With a history that is sealed."""
    with a_unit(furnished.database) as uow:
        a_history(uow)
        sealed_up(uow)
    return furnished


def test_journals_that_are_in_order_end_with_their_head(sealed: Place) -> None:
    """What was gone through, and a word to be noted down; given to the next check it is found again."""
    told = sealed.call("audit", "verify")

    assert told.code == 0, told.err
    assert "journal of the cases: 6 entries" in told.out
    head = told.out.splitlines()[-1].removeprefix("head: ")
    again = sealed.call("audit", "verify", "--since", head)
    assert (again.code, again.out) == (0, told.out)


def test_what_is_wrong_is_said_with_journal_number_and_moment(sealed: Place) -> None:
    """One line each; the reason of the failure in one line on standard error."""
    with a_unit(sealed.database) as uow:
        entry = ids(uow, CASES)[2]
        number = histories.row(uow, CASES, entry)["case_number"]
        histories.change(uow, CASES, entry, by_role="staff")
        histories.take_out(uow, OF_KEY["duty"], ids(uow, OF_KEY["duty"])[3])

    told = sealed.call("audit", "verify")

    assert told.code == 1
    local = f"{NOW.astimezone():%Y}"
    assert f"journal of the cases: number {entry} (case #{number}, {local}" in told.out
    assert "says something else than when it was sealed" in told.out
    assert "was taken out; it stood after" in told.out
    assert len(told.err.splitlines()) == 1
    assert "not as they were sealed" in told.err
    assert "head:" not in told.out


def test_a_word_that_is_no_head_is_wrong_usage(sealed: Place) -> None:
    assert sealed.call("audit", "verify", "--since", "yesterday").code == 2


def test_without_a_database_there_is_nothing_to_check(place: Place) -> None:
    told = place.call("audit", "verify")

    assert told.code == 1
    assert "there is no database" in told.err


def test_what_waits_and_what_was_forgotten_is_counted(furnished: Place) -> None:
    """Neither is wrong."""
    with a_unit(furnished.database) as uow:
        person = a_history(uow)
        sealed_up(uow)
        uow.erasure.erase(person, NOW)

    told = furnished.call("audit", "verify")

    assert told.code == 0
    assert "emptied by /forget" in told.out
    assert "list of emptied entries: 0 entries" in told.out
    assert "still to be sealed" in told.out


def test_a_backup_that_was_put_back_is_said(sealed: Place) -> None:
    """With the head of what it replaced; whoever noted that one finds that the database is older now."""
    copy = str(sealed.folder / "backup.db")
    assert sealed.call("backup", copy).code == 0
    with a_unit(sealed.database) as uow:
        a_history(uow)
        sealed_up(uow)
        later = str(current_head(uow.connection))
    assert sealed.call("restore", copy).code == 0

    told = sealed.call("audit", "verify")
    assert told.code == 0
    assert f"the head of the database it replaced was {later}" in told.out
    compared = sealed.call("audit", "verify", "--since", later)
    assert compared.code == 1
    assert "older copy" in compared.out


def test_check_says_how_far_the_journals_are_sealed(sealed: Place) -> None:
    told = sealed.call("check")

    assert "journals: " in told.out
    assert "sealed, head " in told.out


@pytest.mark.parametrize("wrong", Wrong)
def test_every_finding_has_its_sentence(wrong: Wrong) -> None:
    """Also where there is no number and no moment."""
    from handlers.terminal.audit import sentence
    from liaisonbot.settings import Settings

    zone = Settings(telegram={"token": "42:TEST"}).locale.zone
    full = Finding("cases", wrong, 7, 12, "2026-11-23 02:00:00.000000", 8, 2)
    for finding in (full, Finding("restores", wrong)):
        text = sentence(finding, zone)
        assert "{" not in text
        assert text.startswith("wrong ")


def test_who_was_forgotten_since_the_backup_breaks_nothing(furnished: Place) -> None:
    """Put back, the backup forgets them again, and says of which entries."""
    with a_unit(furnished.database) as uow:
        person = a_history(uow)
        sealed_up(uow)
    copy = str(furnished.folder / "backup.db")
    assert furnished.call("backup", copy).code == 0
    with a_unit(furnished.database) as uow:
        uow.erasure.erase(person, NOW)
    assert furnished.call("restore", copy).code == 0

    told = furnished.call("audit", "verify")
    assert (told.code, told.err) == (0, "")
    assert "emptied by /forget" in told.out


def test_what_is_no_json_any_more_is_named_as_well(sealed: Place) -> None:
    """Somebody who writes into the file by hand need not know what belongs there."""
    with a_unit(sealed.database) as uow:
        entry = ids(uow, CASES)[2]
        uow.connection.exec_driver_sql(f"UPDATE journal SET details = '[', at = 'gestern' WHERE id = {entry}")

    told = sealed.call("audit", "verify")

    assert told.code == 1
    assert f"number {entry} (case #" in told.out
    assert "gestern)" in told.out
