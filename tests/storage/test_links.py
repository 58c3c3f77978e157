"""Which message belongs to which case; and what is done once."""

from __future__ import annotations

from liaisonbot.model import Link
from liaisonbot.ports import UnitOfWork
from tests.support.makers import NOW, a_case


def test_a_message_belongs_to_the_first_case_it_was_linked_to(uow: UnitOfWork) -> None:
    """An answer to it finds that case, whatever is linked later."""
    first, second = a_case(uow).number, a_case(uow).number
    uow.links.add(Link(-(2**45), 2**40, first, "card"))
    uow.links.add(Link(-(2**45), 2**40, second, "relay"))

    assert uow.links.case_of(-(2**45), 2**40) == Link(-(2**45), 2**40, first, "card")
    assert uow.links.case_of(-(2**45), 1) is None


def test_the_newest_card_of_each_chat_is_the_card(uow: UnitOfWork) -> None:
    """That is the one that is edited when the case moves on."""
    case = a_case(uow).number
    for chat, message, purpose in [(1, 10, "card"), (1, 12, "card"), (1, 13, "relay"), (2, 5, "card")]:
        uow.links.add(Link(chat, message, case, purpose))

    assert uow.links.cards(case) == [Link(1, 12, case, "card"), Link(2, 5, case, "card")]


def test_cards_of_a_chat_that_moved_are_let_go(uow: UnitOfWork) -> None:
    """They cannot be edited any more; an answer to one still finds its case."""
    case = a_case(uow).number
    uow.links.add(Link(-1, 10, case, "card"))
    uow.links.add(Link(2, 5, case, "card"))

    uow.links.forget_cards(-1)

    assert uow.links.cards(case) == [Link(2, 5, case, "card")]
    found = uow.links.case_of(-1, 10)
    assert found is not None
    assert found.case == case


def test_what_is_claimed_is_claimed_once(uow: UnitOfWork) -> None:
    """Whoever comes second does nothing."""
    assert uow.once.claimed("remind:1") is False
    assert uow.once.claim("remind:1", NOW) is True
    assert uow.once.claim("remind:1", NOW) is False
    assert uow.once.claim("remind:2", NOW) is True
    assert uow.once.claimed("remind:1") is True
