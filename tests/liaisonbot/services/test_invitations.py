"""One-time links: who may make them, for whom they work, and that nobody learns why one does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.incoming import Bot
from liaisonbot.model import Actor, RosterEntry, Station
from liaisonbot.services import invitations
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Role
from storage.schema import invitations as table
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_deputy, a_person, a_staff_member, a_station
from tests.support.units import a_unit

DESK = Desk(NOW, Settings.model_validate({"telegram": {"token": "1:x"}}), Bot(1, "bot"))


@pytest.fixture
def uow(sqlite_url: str) -> Iterator[SqlUnitOfWork]:
    with a_unit(sqlite_url) as unit:
        yield unit


@pytest.fixture
def station(uow: SqlUnitOfWork) -> Station:
    return a_station(uow, code="YG")


@pytest.fixture
def staff(uow: SqlUnitOfWork, station: Station) -> Actor:
    return Actor(person=a_person(uow), staff=a_staff_member(uow, station=station))


@pytest.fixture
def owner(uow: SqlUnitOfWork) -> Actor:
    return Actor(person=a_person(uow), owner=True)


def somebody(uow: SqlUnitOfWork) -> Actor:
    return Actor(person=a_person(uow))


def as_deputy(entry: RosterEntry, uow: SqlUnitOfWork) -> Actor:
    return Actor(person=a_person(uow, telegram_id=entry.telegram_id), deputy=entry)


def refused(key: str) -> Any:
    return pytest.raises(Refused, match=f"^{key}$")


def test_whoever_opens_the_link_gets_the_role_at_once(uow: SqlUnitOfWork, staff: Actor, station: Station) -> None:
    """The name and the station are those of the invitation."""
    payload = invitations.invite(uow, DESK, staff, Role.DEPUTY, " 王  芳 ", station.id)
    guest = somebody(uow)

    entry = invitations.redeem(uow, DESK, guest, payload)

    assert guest.person is not None
    assert (entry.role, entry.name, entry.station_ids) == (Role.DEPUTY, "王 芳", {station.id})
    assert [found.name for found in uow.roster.of(guest.person.telegram_id, None)] == ["王 芳"]


def test_a_payload_fits_a_telegram_link(uow: SqlUnitOfWork, staff: Actor) -> None:
    """At most 64 characters of its alphabet, and too long to be guessed."""
    payload = invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")

    assert payload.startswith("join_")
    assert 36 <= len(payload) <= 64
    assert payload.replace("-", "").replace("_", "").isalnum()


def test_only_the_digest_of_a_code_is_kept(uow: SqlUnitOfWork, staff: Actor) -> None:
    """Whoever reads a backup cannot join with what stands in it."""
    payload = invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")
    row = uow.connection.execute(sa.select(table)).one()

    assert payload.removeprefix("join_") not in str(row)


def test_used_expired_and_unknown_are_answered_alike(uow: SqlUnitOfWork, staff: Actor) -> None:
    """Nobody learns which."""
    used = invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")
    invitations.redeem(uow, DESK, somebody(uow), used)
    late = invitations.invite(uow, DESK, staff, Role.DEPUTY, "B")
    next_week = replace(DESK, now=NOW + timedelta(days=7))

    for desk, code in ((DESK, used), (next_week, late), (DESK, "join_nonsense"), (DESK, "")):
        with refused("invitation-invalid"):
            invitations.redeem(uow, desk, somebody(uow), code)


def test_a_link_works_until_its_last_moment(uow: SqlUnitOfWork, staff: Actor) -> None:
    """Seven days, as the message says."""
    payload = invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")
    last = replace(DESK, now=NOW + timedelta(days=invitations.VALID_DAYS) - timedelta(seconds=1))

    assert invitations.redeem(uow, last, somebody(uow), payload)


def test_staff_invite_deputies_for_their_own_stations_only(uow: SqlUnitOfWork, staff: Actor) -> None:
    """Another station is answered as if there were none of that code."""
    other = a_station(uow, code="DH")

    with refused("station-unknown-code"):
        invitations.invite(uow, DESK, staff, Role.DEPUTY, "A", other.id)
    with pytest.raises(NotFound):
        invitations.invite(uow, DESK, staff, Role.DEPUTY, "A", 999)


def test_staff_are_invited_by_owners_only(uow: SqlUnitOfWork, staff: Actor, owner: Actor, station: Station) -> None:
    """Named or not, the station does not matter."""
    for station_id in (station.id, None):
        with refused("invite-staff-owners-only"):
            invitations.invite(uow, DESK, staff, Role.STAFF, "A", station_id)

    payload = invitations.invite(uow, DESK, owner, Role.STAFF, "A", station.id)
    assert invitations.redeem(uow, DESK, somebody(uow), payload).role is Role.STAFF


@pytest.mark.parametrize("role", [Role.OWNER, Role.CONSTITUENT, Role.SYSTEM])
def test_other_roles_cannot_be_given_away(uow: SqlUnitOfWork, owner: Actor, station: Station, role: Role) -> None:
    """Owners stand in the configuration."""
    with refused("invite-role"):
        invitations.invite(uow, DESK, owner, role, "A", station.id)


def test_nobody_else_invites(uow: SqlUnitOfWork, station: Station) -> None:
    """Neither constituents nor deputies."""
    deputy = as_deputy(a_deputy(uow, station=station), uow)
    for actor in (somebody(uow), deputy):
        for station_id in (station.id, None):
            with pytest.raises(Refused):
                invitations.invite(uow, DESK, actor, Role.DEPUTY, "A", station_id)


def test_the_station_need_not_be_named_where_only_one_can_be_meant(
    uow: SqlUnitOfWork, staff: Actor, owner: Actor
) -> None:
    """With several the question is asked."""
    a_station(uow, code="DH")

    assert invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")
    with refused("invite-which-station"):
        invitations.invite(uow, DESK, owner, Role.DEPUTY, "B")


@pytest.mark.parametrize("name", ["", "   ", "A" * 121])
def test_a_name_is_needed(uow: SqlUnitOfWork, staff: Actor, name: str) -> None:
    """It stands on every card."""
    with refused("invite-name"):
        invitations.invite(uow, DESK, staff, Role.DEPUTY, name)


def test_somebody_in_the_roster_is_tied_to_their_account(uow: SqlUnitOfWork, staff: Actor, station: Station) -> None:
    """What the roster says of them stays."""
    known = a_deputy(uow, station=station, name="A", telegram_id=None, specialties={"housing"}, language="en")
    guest = somebody(uow)

    entry = invitations.redeem(uow, DESK, guest, invitations.invite(uow, DESK, staff, Role.DEPUTY, "A"))

    assert guest.person is not None
    assert entry == replace(known, telegram_id=guest.person.telegram_id)


def test_nobody_takes_over_a_deputy_of_another_station(uow: SqlUnitOfWork, staff: Actor, owner: Actor) -> None:
    """Neither when the invitation is made nor when the name appears there afterwards."""
    elsewhere = a_station(uow, code="DH")
    payload = invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")
    known = a_deputy(uow, station=elsewhere, name="A")

    with refused("invite-name-taken"):
        invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")
    with refused("invitation-invalid"):
        invitations.redeem(uow, DESK, somebody(uow), payload)
    assert uow.roster.get(known.id) == known


def test_a_deputy_who_opens_somebody_elses_link_keeps_their_own_place(
    uow: SqlUnitOfWork, staff: Actor, station: Station
) -> None:
    """Else a link sent to the wrong chat would take away both."""
    payload = invitations.invite(uow, DESK, staff, Role.DEPUTY, "B")
    wrong = as_deputy(a_deputy(uow, station=station, name="A"), uow)

    with refused("invitation-role-held"):
        invitations.redeem(uow, DESK, wrong, payload)


def test_nor_does_a_deputy_become_staff_under_another_name(
    uow: SqlUnitOfWork, owner: Actor, staff: Actor, station: Station
) -> None:
    """They would read every case of the station. What is refused is not used up; under one's own name it is welcome."""
    payload = invitations.invite(uow, DESK, owner, Role.STAFF, "B", station.id)
    deputy = as_deputy(a_deputy(uow, station=station, name="A"), uow)

    with refused("invitation-role-held"):
        invitations.redeem(uow, DESK, deputy, payload)
    own = invitations.invite(uow, DESK, owner, Role.STAFF, "A", station.id)
    assert invitations.redeem(uow, DESK, deputy, own).role is Role.STAFF


def test_what_others_have_seen_works_no_more(uow: SqlUnitOfWork, staff: Actor) -> None:
    payload = invitations.invite(uow, DESK, staff, Role.DEPUTY, "A")

    assert invitations.void(uow, DESK, payload)
    assert not invitations.void(uow, DESK, payload)
    assert not invitations.void(uow, DESK, "join_nothing")
    with refused("invitation-invalid"):
        invitations.redeem(uow, DESK, somebody(uow), payload)
