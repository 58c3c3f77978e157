"""Deputies and staff, and the invitations by which they join."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from liaisonbot.ports import UnitOfWork
from liaisonbot.vocabulary import Outcome, Role, Stage
from storage import loads
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_staff_member, a_station, a_telegram_id


def test_an_account_is_what_the_roster_says(uow: UnitOfWork) -> None:
    """One person can be deputy and staff; somebody else is neither."""
    station, account = a_station(uow), a_telegram_id()
    deputy = a_deputy(uow, station=station, telegram_id=account, specialties={"housing", "roads_transport"})
    staff = a_staff_member(uow, station=station, telegram_id=account)

    assert uow.roster.of(account, None) == [deputy, staff]
    assert uow.roster.of(a_telegram_id(), "stranger") == []
    assert deputy.station_ids == {station.id}
    assert deputy.specialties == {"housing", "roads_transport"}


def test_who_is_known_by_username_is_tied_to_the_account_that_comes_first(uow: UnitOfWork) -> None:
    """Usernames change hands: whoever takes it later is not the deputy."""
    entry = a_deputy(uow, telegram_id=None, username="@Wang_Fang")
    account, other = a_telegram_id(), a_telegram_id()

    (tied,) = uow.roster.of(account, "wang_fang")

    assert (tied.id, tied.telegram_id, tied.just_tied) == (entry.id, account, True)
    assert uow.roster.of(other, "wang_fang") == []
    assert uow.roster.of(account, "wang_fang") == [replace(tied, just_tied=False)]


def test_an_account_that_holds_the_role_takes_no_second_entry(uow: UnitOfWork) -> None:
    """A role is held once; the name of an account is not a reason to lose the one it has."""
    account = a_telegram_id()
    mine = a_deputy(uow, telegram_id=account)
    a_deputy(uow, telegram_id=None, username="wang")

    assert uow.roster.of(account, "wang") == [mine]


def test_saving_the_same_role_and_name_replaces_what_is_stored(uow: UnitOfWork) -> None:
    """A row of the file stands for the person with that role and name."""
    old_station, new_station = a_station(uow), a_station(uow)
    before = a_deputy(uow, name="王芳", station=old_station, specialties={"housing"}, language="en")

    account = a_telegram_id()
    after = a_deputy(uow, name="王芳", station=new_station, telegram_id=account, specialties={"health"})

    assert after.id == before.id
    assert (after.telegram_id, after.language) == (account, None)
    assert (after.station_ids, after.specialties) == ({new_station.id}, {"health"})
    assert uow.roster.of(before.telegram_id or 0, None) == []


def test_an_account_holds_a_role_once(uow: UnitOfWork) -> None:
    """Given to somebody else, the account is taken from who had it; they stay in the roster by name."""
    account = a_telegram_id()
    first = a_deputy(uow, telegram_id=account, username="wang")
    second = a_deputy(uow, telegram_id=account, username="wang")

    assert uow.roster.of(account, None) == [second]
    left = uow.roster.get(first.id)
    assert left is not None
    assert (left.telegram_id, left.username) == (None, None)


def test_a_file_that_knows_the_username_only_does_not_cut_the_tie(uow: UnitOfWork) -> None:
    """The same list imported again must not lock out those who have meanwhile been tied to their accounts."""
    a_deputy(uow, name="王芳", telegram_id=None, username="wang")
    account = a_telegram_id()
    uow.roster.of(account, "wang")

    again = a_deputy(uow, name="王芳", telegram_id=None, username="Wang")
    renamed = a_deputy(uow, name="王芳", telegram_id=None, username="somebody_else")

    assert again.telegram_id == account
    assert renamed.telegram_id is None


def test_deputies_and_staff_are_listed_by_station(uow: UnitOfWork) -> None:
    """By name; those of other stations only where all are asked for."""
    here, there = a_station(uow), a_station(uow)
    second = a_deputy(uow, name="b", station=here)
    first = a_deputy(uow, name="a", station_ids={here.id, there.id})
    staff = a_staff_member(uow, station=here)

    assert uow.roster.deputies(here.id) == [first, second]
    assert uow.roster.deputies(there.id) == [first]
    assert uow.roster.deputies() == [first, second]
    assert uow.roster.staff(here.id) == uow.roster.staff() == [staff]
    assert uow.roster.staff(there.id) == []
    assert uow.roster.all() == [first, second, staff]


def test_who_has_retired_keeps_the_name_in_past_cases_only(uow: UnitOfWork) -> None:
    """They have no rights any more, and can come back by being saved again."""
    entry = a_deputy(uow, name="王芳")

    uow.roster.retire(entry.id, NOW)

    past = uow.roster.get(entry.id)
    assert past is not None
    assert past.name == "王芳"
    assert uow.roster.of(entry.telegram_id or 0, None) == uow.roster.deputies() == []
    assert uow.roster.is_empty()

    back = a_deputy(uow, name="王芳", telegram_id=entry.telegram_id)
    assert back.id == entry.id
    assert uow.roster.deputies() == [back]
    assert not uow.roster.is_empty()


def test_open_cases_are_counted_as_they_come_and_go(uow: SqlUnitOfWork) -> None:
    """Assigned, handed over, closed, reopened: the count is always that of a count made anew."""
    one, two, idle = a_deputy(uow), a_deputy(uow), a_deputy(uow)
    for stage in Stage:
        a_case(uow, deputy=one, stage=stage)
    handed_over = a_case(uow, deputy=one)
    uow.cases.update(handed_over.number, deputy_id=two.id)
    closed = a_case(uow, deputy=two, stage=Stage.CLOSED)
    uow.cases.update(closed.number, stage=Stage.MEDIATION, outcome=None, closed_at=None)
    dropped = a_case(uow, deputy=two)
    uow.cases.update(dropped.number, deputy_id=None, stage=Stage.CLOSED, outcome=Outcome.WITHDRAWN, closed_at=NOW)

    counted = uow.roster.open_counts([one.id, two.id, idle.id])

    assert counted == {one.id: 4, two.id: 2, idle.id: 0}
    loads.recount(uow.connection)
    assert uow.roster.open_counts([one.id, two.id, idle.id]) == counted


def test_an_invitation_is_good_for_one_use_and_for_its_time(uow: UnitOfWork) -> None:
    """Whoever comes second, or too late, finds what somebody with a made-up code finds: nothing."""
    station = a_station(uow)
    soon = NOW + timedelta(days=7)
    uow.invitations.add("d1", Role.DEPUTY, "王芳", station.id, NOW, soon)
    uow.invitations.add("d2", Role.STAFF, "李明", None, NOW, soon)

    assert uow.invitations.redeem("d1", NOW) == (Role.DEPUTY, "王芳", station.id)
    assert uow.invitations.redeem("d1", NOW) is None
    assert uow.invitations.redeem("d2", soon) is None
    assert uow.invitations.redeem("made up", NOW) is None


@pytest.mark.parametrize("asked", [(), (1,)])
def test_counting_for_nobody_is_no_error(uow: UnitOfWork, asked: tuple[int, ...]) -> None:
    assert uow.roster.open_counts(asked) == dict.fromkeys(asked, 0)
