"""Receipt codes on both engines, and those without Telegram in a restored backup."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from storage import erasure
from storage.schema import case_authors, cases, persons, receipt_codes
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_person


def an_absent_author(uow: SqlUnitOfWork, case: int, digest: str = "d" * 64) -> int:
    """Somebody without Telegram, entered by somebody else."""
    author = uow.people.absent(NOW)
    teller = a_person(uow)
    uow.cases.add_absent_author(case, author, entered_by=teller.id, name="王大爷", phone="138", now=NOW)
    uow.receipt_codes.add(digest, case, author)
    return author


def test_a_code_leads_to_its_case_and_person(uow: SqlUnitOfWork) -> None:
    """And nothing else does."""
    case = a_case(uow)
    author = an_absent_author(uow, case.number)

    assert uow.receipt_codes.find("d" * 64) == (case.number, author)
    assert uow.receipt_codes.find("e" * 64) is None


def test_an_author_without_an_account_is_an_author(uow: SqlUnitOfWork) -> None:
    """Listed with whom to tell; whoever speaks for them is no author."""
    case = a_case(uow)
    author = an_absent_author(uow, case.number)

    _, absent = uow.cases.authors(case.number)
    ids = uow.cases.author_ids(case.number)
    teller = uow.people.find(absent.through or 0)
    assert teller is not None
    assert (absent.person_id, absent.telegram_id, absent.name) == (author, None, "王大爷")
    assert author in ids
    assert ids.entered_by == {teller.id}
    assert teller.id not in ids


def test_who_shares_a_case_with_them_can_be_forgotten_alone(uow: SqlUnitOfWork) -> None:
    """The case is still somebody's: it is not emptied of what the absent author is told."""
    author = a_person(uow)
    case = a_case(uow, author=author)
    an_absent_author(uow, case.number)

    uow.erasure.erase(author, NOW)

    assert [left.name for left in uow.cases.authors(case.number)] == ["王大爷"]


def test_erased_by_their_code_they_stay_erased(uow: SqlUnitOfWork) -> None:
    """A backup restored later has them again, and forgets them again: their code is known by its digest."""
    case = a_case(uow)
    author = an_absent_author(uow, case.number)
    others = an_absent_author(uow, a_case(uow).number, "e" * 64)
    connection = uow.connection
    before = connection.execute(select(case_authors).where(case_authors.c.person_id == author)).one()

    assert uow.erasure.erase_absent(author, "d" * 64, NOW) == [case.number]
    assert uow.receipt_codes.find("d" * 64) is None
    connection.execute(
        case_authors.update().where(case_authors.c.person_id == author).values(name=before.name, phone=before.phone)
    )
    uow.receipt_codes.add("d" * 64, case.number, author)
    erasure.forget_again(connection)

    rows = connection.execute(select(case_authors.c.person_id, case_authors.c.name))
    names = {row.person_id: row.name for row in rows}
    assert names[author] is None
    assert names[others] == "王大爷"
    assert uow.receipt_codes.find("d" * 64) is None
    assert uow.receipt_codes.find("e" * 64) is not None


def test_nothing_of_others_goes_with_them(uow: SqlUnitOfWork) -> None:
    """Nobody's account is taken for theirs."""
    other = a_case(uow)
    author = an_absent_author(uow, a_case(uow).number)
    uow.once.claim(f"rate:{other.number}:0", NOW + timedelta(days=1))
    count = uow.connection.execute(select(persons.c.id).where(persons.c.telegram_id.isnot(None))).all()

    uow.erasure.erase_absent(author, "d" * 64, NOW)

    assert uow.once.claimed(f"rate:{other.number}:0")
    assert uow.connection.execute(select(cases.c.text).where(cases.c.number == other.number)).scalar_one()
    assert len(uow.connection.execute(select(persons.c.id).where(persons.c.telegram_id.isnot(None))).all()) == len(
        count
    )
    assert len(uow.connection.execute(select(receipt_codes.c.digest)).all()) == 0
