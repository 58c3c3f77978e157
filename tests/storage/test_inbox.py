"""Updates, stored before Telegram may forget them."""

from __future__ import annotations

from datetime import timedelta

from liaisonbot.ports import StoredUpdate, UnitOfWork
from tests.support.makers import NOW

SOON = NOW + timedelta(minutes=1)


def an_update(update_id: int, lane: int = 5, payload: str = '{"update_id":1}') -> StoredUpdate:
    return StoredUpdate(update_id, lane, payload)


def test_a_repeated_update_is_ignored(uow: UnitOfWork) -> None:
    """Telegram repeats what was not confirmed; only what is new comes back, in its order."""
    uow.inbox.add([an_update(7), an_update(8)], NOW)

    new = uow.inbox.add([an_update(8), an_update(9), an_update(9), an_update(10)], NOW)

    assert [update.update_id for update in new] == [9, 10]
    assert [update.update_id for update in uow.inbox.pending(NOW)] == [7, 8, 9, 10]


def test_nothing_to_store_is_no_trouble(uow: UnitOfWork) -> None:
    """A long poll that brought nothing."""
    assert uow.inbox.add([], NOW) == []


def test_pending_updates_come_page_by_page(uow: UnitOfWork) -> None:
    """Oldest first, each once, whatever lies in the inbox after a long standstill."""
    stored = [an_update(number, lane=-(2**40)) for number in range(2**40, 2**40 + 5)]
    uow.inbox.add(stored, NOW)

    first = uow.inbox.pending(NOW, limit=3)
    rest = uow.inbox.pending(NOW, after=first[-1].update_id, limit=3)

    assert [*first, *rest] == stored


def test_a_handled_update_keeps_no_words_and_is_handled_once(uow: UnitOfWork) -> None:
    """Its id stays, so that a repetition is known; a second handler learns that it is too late."""
    uow.inbox.add([an_update(1, payload='{"text":"secret"}')], NOW)

    assert uow.inbox.handled(1, NOW) is True
    assert uow.inbox.handled(1, NOW) is False
    assert uow.inbox.pending(SOON) == []
    assert uow.inbox.add([an_update(1)], NOW) == []


def test_a_slowed_down_update_comes_back_when_its_time_has_come(uow: UnitOfWork) -> None:
    """And is known as such, so that it is not slowed down twice."""
    uow.inbox.add([an_update(1), an_update(2)], NOW)
    uow.inbox.defer(1, SOON)

    assert [update.update_id for update in uow.inbox.pending(NOW)] == [2]
    assert uow.inbox.next_deferred() == SOON
    later = uow.inbox.pending(SOON)
    assert [(update.update_id, update.deferred) for update in later] == [(1, True), (2, False)]

    uow.inbox.handled(1, SOON)

    assert uow.inbox.next_deferred() is None


def test_what_cannot_be_handled_is_put_away_once(uow: UnitOfWork) -> None:
    """It waits with its error for somebody to look at it."""
    uow.inbox.add([an_update(1, payload='{"odd":1}')], NOW)

    assert uow.inbox.set_aside(1, "KeyError at x:1", NOW) is True
    assert uow.inbox.set_aside(1, "again", NOW) is False
    assert uow.inbox.pending(NOW) == []
    kept = uow.set_asides.get("u1")
    assert kept is not None
    assert (kept.kind, kept.id, kept.at, kept.error, kept.payload) == ("update", 1, NOW, "KeyError at x:1", '{"odd":1}')


def test_only_handled_updates_are_purged(uow: UnitOfWork) -> None:
    """What waits, and what was put away, stays however old it is."""
    uow.inbox.add([an_update(number) for number in range(1, 5)], NOW)
    uow.inbox.handled(1, NOW)
    uow.inbox.handled(2, SOON)
    uow.inbox.set_aside(3, "error", NOW)

    assert uow.inbox.purge(SOON) == 1
    assert [update.update_id for update in uow.inbox.add([an_update(1), an_update(2), an_update(3)], NOW)] == [1]


def test_what_somebody_voted_is_not_kept_when_it_cannot_be_handled(uow: UnitOfWork) -> None:
    """That it could not be is; neither what it said nor whose it was."""
    uow.inbox.add([an_update(1, payload='{"odd":1}')], NOW)

    assert uow.inbox.set_aside(1, "KeyError at x:1", NOW, emptied=True) is True
    kept = uow.set_asides.get("u1")
    assert kept is not None
    assert (kept.error, kept.payload) == ("KeyError at x:1", "")
