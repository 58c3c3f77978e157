"""Merging and splitting lose no author and no message, whatever happens in whatever order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from liaisonbot.vocabulary import Outcome, Role, Stage
from storage.unit_of_work import SqlUnitOfWork
from tests.support.office import Office

DEPUTY, OTHER, STAFF = 11, 12, 21
CASES = 5
_offices: list[Office] = []
_people = [1000]


def shared_office() -> Office:
    """One database for all examples: each has people and cases of its own."""
    if not _offices:
        office = Office(Path(tempfile.mkdtemp()), intake={"messages_per_minute": 1000})
        station = office.station()
        office.roster(Role.DEPUTY, "张三", DEPUTY, station)
        office.roster(Role.DEPUTY, "李四", OTHER, station)
        office.roster(Role.STAFF, "王五", STAFF, station)
        _offices.append(office)
    return _offices[0]


which = st.integers(0, CASES - 1)
events = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), which, which),
        st.tuples(st.just("me too"), which, which),
        st.tuples(st.just("split"), which, which),
        st.tuples(st.just("says"), which, which),
        st.tuples(st.just("reply"), which, which),
        st.tuples(st.just("rates"), which, which),
        st.tuples(st.just("withdraws"), which, which),
    ),
    max_size=14,
)


class Model:
    """What must be true, kept beside the office in the simplest way."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people = [_people[0] + place for place in range(CASES)]
        _people[0] += CASES
        self.said: set[str] = set()
        self.left: set[int] = set()
        """Who withdrew: they leave the case they share, take no part in what it goes into, and add nothing to it."""
        self.numbers: list[int] = []
        for place, who in enumerate(self.people):
            text = f"{who}号井盖坏了 {place}"
            office.writes(who, text)
            self.said.add(text)
            with office.unit() as uow:
                (case,) = uow.cases.of_author(uow.people.meet(who, None, office.now).id)[0]
            self.numbers.append(case.number)

    def does(self, what: str, one: int, other: int) -> None:
        office, who, number, into = self.office, self.people[one], self.numbers[one], self.numbers[other]
        office.now += timedelta(seconds=1)
        match what:
            case "merge":
                office.writes(STAFF, f"/merge {number} {into}")
            case "me too":
                with office.unit() as uow:
                    uow.once.claim(f"offered:{number}:{into}", office.now)
                office.presses_data(who, f"metoo:{number}:{into}")
            case "split":
                office.writes(STAFF, f"/split {number}")
            case "says" if who not in self.left:
                text = f"补充 {who} {len(self.said)}"
                office.writes(who, text, answering=office.last(who, containing=f"#{number}"))
                self.said.add(text)
            case "reply":
                for deputy in (DEPUTY, OTHER):
                    office.writes(deputy, f"/reply #{number} 已办好")
            case "rates":
                for part in ("attitude", "result"):
                    office.presses_data(who, f"rate:{into}:{part}:{1 + one % 3}")
            case "withdraws":
                before = self._told_of(who)
                office.writes(who, f"/withdraw {into}")
                if before - self._told_of(who):
                    self.left.add(who)

    def _told_of(self, who: int) -> set[int]:
        """The cases of which they hear: one withdraws from the whole, whichever of its numbers one names."""
        with self.office.unit() as uow:
            return {
                number
                for number in self.numbers
                if any(author.telegram_id == who for author in uow.cases.authors(number))
            }

    def holds(self) -> None:
        with self.office.unit() as uow:
            for place, number in enumerate(self.numbers):
                self._author_has_it(uow, self.people[place], number)
            kept = {message.text for number in self._all_numbers(uow) for message in uow.messages.of_case(number)}
            assert self.said <= kept
            for number in self.numbers:
                self._pointer_and_stage_agree(uow, number)
                self._journal_is_whole(uow, number)

    def _all_numbers(self, uow: SqlUnitOfWork) -> set[int]:
        """With those opened meanwhile, by words in answer to the word that a case was withdrawn already."""
        people = [person for who in self.people if (person := uow.people.find(who)) is not None]
        return {*self.numbers, *(case.number for person in people for case in uow.cases.of_author(person.id)[0])}

    def _author_has_it(self, uow: SqlUnitOfWork, who: int, number: int) -> None:
        """Whoever wrote a case is its author, and of every case it became part of; and of no other."""
        person = uow.people.find(who)
        assert person is not None
        if who in self.left:
            return
        chain = [number]
        while (further := uow.merges.into(chain[-1])) is not None:
            chain.append(further)
        for one in chain:
            assert person.id in uow.cases.author_ids(one)
        for other in set(self.numbers) - set(chain):
            assert person.id not in uow.cases.author_ids(other)

    def _pointer_and_stage_agree(self, uow: SqlUnitOfWork, number: int) -> None:
        case = uow.cases.get(number)
        assert case is not None
        assert (case.outcome is Outcome.MERGED) == (uow.merges.into(number) is not None)
        assert (case.stage is Stage.CLOSED) == (case.outcome is not None)

    def _journal_is_whole(self, uow: SqlUnitOfWork, number: int) -> None:
        entries = uow.journal.of_case(number)
        assert [entry.from_stage for entry in entries[1:]] == [entry.to_stage for entry in entries[:-1]]


@contextmanager
def a_model() -> Iterator[Model]:
    yield Model(shared_office())


@given(events)
@example([("withdraws", 0, 0), ("says", 0, 0), ("says", 0, 0)])  # in answer to what we said of the first words
@example([("withdraws", 0, 0), ("withdraws", 0, 0), ("says", 0, 0)])  # in answer to the word that they have
@example([("merge", 1, 0), ("withdraws", 1, 1), ("merge", 0, 2)])  # with the number that was merged
@settings(max_examples=60, deadline=None)
def test_no_author_and_no_message_is_lost(moves: list[tuple[str, int, int]]) -> None:
    """Each author keeps their case and is told of the one it went into; each word said is kept with one of them."""
    with a_model() as model:
        for move in moves:
            model.does(*move)
            model.holds()


@given(st.permutations(range(1, CASES)), st.permutations(range(1, CASES)))
@settings(max_examples=15, deadline=None)
def test_splitting_all_that_was_merged_leads_back(merged: list[int], split: list[int]) -> None:
    """In whatever order: the authors are as before."""
    with a_model() as model:
        for place in merged:
            model.does("merge", place, 0)
        with model.office.unit() as uow:
            assert len(uow.cases.authors(model.numbers[0])) == CASES
        for place in split:
            model.does("split", place, 0)
        with model.office.unit() as uow:
            for number, who in zip(model.numbers, model.people, strict=True):
                assert [author.telegram_id for author in uow.cases.authors(number)] == [who]
                case = uow.cases.get(number)
                assert case is not None
                assert case.stage is Stage.COLLECTION
