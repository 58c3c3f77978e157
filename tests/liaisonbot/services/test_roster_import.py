"""What a roster file does to the roster: exactly what its rows say, all or nothing, at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.model import RosterEntry
from liaisonbot.outgoing import Send
from liaisonbot.services import roster_files, roster_import
from liaisonbot.services.roster_import import Plan
from liaisonbot.settings import Settings
from liaisonbot.vocabulary import Stage
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW, a_case, a_deputy, a_person, a_staff_member, a_station
from tests.support.units import a_unit

HEADINGS = "role,name,station,station_name,area,specialties,telegram_id,username,language"
OWNER = 77
DESK = Desk(
    NOW, Settings.model_validate({"telegram": {"token": "1:x"}, "access": {"owner_ids": [OWNER]}}), Bot(1, "bot")
)


@pytest.fixture
def uow(sqlite_url: str) -> Iterator[SqlUnitOfWork]:
    with a_unit(sqlite_url) as unit:
        yield unit


def planned(uow: SqlUnitOfWork, *lines: str, replacing: bool = False) -> Plan:
    return roster_import.plan(uow, roster_files.read_content("\n".join(lines).encode()), replacing=replacing)


def imported(uow: SqlUnitOfWork, *lines: str, replacing: bool = False) -> list[str]:
    plan = planned(uow, *lines, replacing=replacing)
    roster_import.apply(uow, DESK, plan)
    return [change.sentence for change in plan.changes]


def entry(uow: SqlUnitOfWork, name: str) -> RosterEntry:
    return next(found for found in uow.roster.all() if found.name == name)


def menus(uow: SqlUnitOfWork) -> dict[int, str]:
    promises = uow.outbox.turn(NOW, ())
    return {row.outgoing.chat_id: row.outgoing.menu or "" for row in promises if row.outgoing.kind is Send.MENU}


def said(uow: SqlUnitOfWork) -> list[tuple[int, str, str]]:
    """Who is told what, in which language."""
    sent = [row.outgoing for row in uow.outbox.turn(NOW, ())]
    return [(outgoing.chat_id, outgoing.text.key, outgoing.language) for outgoing in sent if outgoing.text is not None]


def test_people_and_stations_come_into_being(uow: SqlUnitOfWork) -> None:
    """A station that has no name yet is called by its code."""
    told = imported(uow, HEADINGS, "deputy,王芳,YG;DH,阳光站;,城东,sanitation,5,,zh", "staff,赵敏,yg,,,,6,,")

    stations = {station.code: station for station in uow.stations.all()}
    assert {code: (station.name, station.area) for code, station in stations.items()} == {
        "YG": ("阳光站", "城东"),
        "DH": ("DH", "城东"),
    }
    assert entry(uow, "王芳").station_ids == {stations["YG"].id, stations["DH"].id}
    assert entry(uow, "赵敏").station_ids == {stations["YG"].id}
    assert told[0] == "station added: YG (阳光站)"
    assert "added: deputy 王芳 (YG, DH)" in told


def test_importing_again_changes_nothing(uow: SqlUnitOfWork) -> None:
    """A file can be imported as often as one likes."""
    lines = (HEADINGS, "deputy,王芳,YG,阳光站,城东,sanitation,5,@wang,zh", "staff,赵敏,YG,,,,,,")
    imported(uow, *lines)

    assert imported(uow, *lines) == []
    assert len(uow.roster.all()) == 2


def test_an_export_imported_again_changes_nothing(uow: SqlUnitOfWork, tmp_path: Path) -> None:
    """In both formats, with everything a roster can hold."""
    imported(
        uow,
        HEADINGS,
        "deputy,王芳,YG;DH,阳光站;东湖站,城东;,sanitation;housing,5000000000,@wang,zh",
        "staff,赵敏,YG,,,,,,",
    )

    for name in ("roster.csv", "roster.xlsx"):
        roster_files.write(tmp_path / name, roster_files.roster_table(uow))
        assert roster_import.plan(uow, roster_files.read(tmp_path / name), replacing=True).changes == ()


def test_a_row_replaces_what_is_stored_of_the_person(uow: SqlUnitOfWork) -> None:
    """Empty cells empty; who is not in the file stays."""
    imported(uow, HEADINGS, "deputy,A,YG,,,housing,5,,zh", "deputy,B,YG,,,,6,,")

    told = imported(uow, HEADINGS, "deputy,A,DH,,,,5,,")

    assert entry(uow, "A").specialties == frozenset()
    assert entry(uow, "A").language is None
    assert [uow.stations.get(station).code for station in entry(uow, "A").station_ids] == ["DH"]  # type: ignore[union-attr]
    assert entry(uow, "B").telegram_id == 6
    assert told[-1] == "changed: deputy A (station yg → dh, specialties housing → –, language zh → –)"


def test_a_column_that_is_not_there_changes_nothing(uow: SqlUnitOfWork) -> None:
    """A short file with new specialties must not cut everybody off from their account."""
    imported(uow, HEADINGS, "deputy,A,YG,,,housing,5,@alice,zh")

    imported(uow, "role,name,specialties", "deputy,A,health")

    found = entry(uow, "A")
    assert (found.telegram_id, found.username, found.language, len(found.station_ids)) == (5, "alice", "zh", 1)
    assert found.specialties == {"health"}


def test_a_new_telegram_id_moves_the_role_to_the_new_account(uow: SqlUnitOfWork) -> None:
    """At once: the old account is nobody, the new one the deputy, and both menus follow."""
    old, new = a_person(uow), a_person(uow)
    imported(uow, HEADINGS, f"deputy,A,YG,,,,{old.telegram_id},,")
    assert menus(uow) == {old.telegram_id: "constituent+deputy"}

    told = imported(uow, HEADINGS, f"deputy,A,YG,,,,{new.telegram_id},,")

    assert told == [f"moved: deputy A (telegram_id {old.telegram_id} → {new.telegram_id})"]
    assert uow.roster.of(old.telegram_id, None) == []
    assert [found.name for found in uow.roster.of(new.telegram_id, None)] == ["A"]
    assert menus(uow) == {old.telegram_id: "constituent", new.telegram_id: "constituent+deputy"}
    assert said(uow) == [(old.telegram_id, "role-moved", "zh")]


def test_who_loses_a_role_is_told_in_their_language(uow: SqlUnitOfWork) -> None:
    """As the roster had it of them; the menu is in that language, too."""
    old = a_person(uow)
    imported(uow, HEADINGS, f"deputy,A,YG,,,,{old.telegram_id},,en")

    imported(uow, HEADINGS, "deputy,A,YG,,,,7,,zh")

    assert said(uow) == [(old.telegram_id, "role-moved", "en")]
    assert {row.outgoing.language for row in uow.outbox.turn(NOW, ()) if row.outgoing.kind is Send.MENU} == {"en"}


def test_who_keeps_the_role_under_another_name_is_told_nothing(uow: SqlUnitOfWork) -> None:
    """Somebody is called otherwise since they married."""
    same = a_person(uow)
    imported(uow, HEADINGS, f"deputy,A,YG,,,,{same.telegram_id},,")

    imported(uow, HEADINGS, f"deputy,B,YG,,,,{same.telegram_id},,", replacing=True)

    assert said(uow) == []


def test_an_account_known_by_its_username_stays_tied(uow: SqlUnitOfWork) -> None:
    """The file names the username only; the account that wrote under it keeps the role when it is imported again."""
    imported(uow, HEADINGS, "deputy,A,YG,,,,,@alice,")
    uow.roster.of(5, "alice")

    assert imported(uow, HEADINGS, "deputy,A,YG,,,,,@alice,") == []
    assert entry(uow, "A").telegram_id == 5


def test_accounts_can_be_swapped(uow: SqlUnitOfWork) -> None:
    """Two people got each other's phones."""
    imported(uow, HEADINGS, "deputy,A,YG,,,,5,,", "deputy,B,YG,,,,6,,")

    imported(uow, HEADINGS, "deputy,A,YG,,,,6,,", "deputy,B,YG,,,,5,,")

    assert (entry(uow, "A").telegram_id, entry(uow, "B").telegram_id) == (6, 5)


def test_an_account_that_goes_to_somebody_else_is_mentioned(uow: SqlUnitOfWork) -> None:
    """Who had it keeps the entry without it."""
    imported(uow, HEADINGS, "deputy,A,YG,,,,5,,")

    told = imported(uow, HEADINGS, "deputy,B,YG,,,,5,,")

    assert "changed: deputy A (the account 5 goes to B)" in told
    assert (entry(uow, "A").telegram_id, entry(uow, "B").telegram_id) == (None, 5)


def test_replacing_retires_who_is_not_in_the_file(uow: SqlUnitOfWork) -> None:
    """A deputy's open cases go back to staff, the deputy's account is an ordinary one again."""
    station = a_station(uow, code="YG")
    leaving, staying = a_deputy(uow, station=station, name="A"), a_deputy(uow, station=station, name="B")
    a_person(uow, telegram_id=leaving.telegram_id)
    staff = a_staff_member(uow, station=station, name="S")
    a_person(uow, telegram_id=staff.telegram_id)
    case = a_case(uow, station=station, deputy=leaving, stage=Stage.MEDIATION)

    told = imported(
        uow,
        HEADINGS,
        f"deputy,B,YG,,,,{staying.telegram_id},,",
        f"staff,S,YG,,,,{staff.telegram_id},,",
        replacing=True,
    )

    after = uow.cases.get(case.number)
    assert told == ["retired: deputy A"]
    assert after is not None
    assert (after.deputy_id, after.stage) == (None, Stage.MEDIATION)
    assert sorted(found.name for found in uow.roster.all()) == ["B", "S"]
    assert menus(uow) == {leaving.telegram_id: "constituent"}
    assert (leaving.telegram_id, "role-ended", "zh") in said(uow)
    assert any(staff.telegram_id == row.outgoing.chat_id for row in uow.outbox.turn(NOW, ()))


def test_cases_go_to_the_staff_there_will_be(uow: SqlUnitOfWork) -> None:
    """One file exchanges everybody: nobody who leaves with the deputy reads their cases, the new ones do at once."""
    station = a_station(uow, code="YG")
    leaving = a_deputy(uow, station=station, name="A")
    old, new = a_staff_member(uow, station=station, name="S"), a_person(uow)
    for entry in (leaving, old):
        a_person(uow, telegram_id=entry.telegram_id)
    a_case(uow, station=station, deputy=leaving, stage=Stage.MEDIATION)

    imported(uow, HEADINGS, f"staff,T,YG,,,,{new.telegram_id},,", replacing=True)

    promised = [row.outgoing for row in uow.outbox.turn(NOW, ()) if row.outgoing.kind is not Send.MENU]
    to_old = [one.text.key if one.text else None for one in promised if one.chat_id == old.telegram_id]
    assert to_old == ["role-ended"]
    assert len([one for one in promised if one.chat_id == new.telegram_id]) == 1


def test_a_plan_changes_nothing(uow: SqlUnitOfWork) -> None:
    """That is what a dry run shows."""
    plan = planned(uow, HEADINGS, "deputy,A,YG,,,,5,,")

    assert [change.what for change in plan.changes] == ["station added", "added"]
    assert uow.roster.is_empty()
    assert uow.stations.all() == []


def test_menus_go_only_where_the_private_chat_is_open(uow: SqlUnitOfWork) -> None:
    """Telegram refuses the others; they get their menu with /start. An owner's menu keeps the owner's commands."""
    a_person(uow, telegram_id=OWNER)
    stranger = a_person(uow, reachable=False)

    imported(
        uow, HEADINGS, f"deputy,A,YG,,,,{OWNER},,", f"deputy,B,YG,,,,{stranger.telegram_id},,", "deputy,C,YG,,,,8,,"
    )

    assert menus(uow) == {OWNER: "constituent+deputy+owner"}


def test_a_station_changes_its_name_where_the_file_has_one(uow: SqlUnitOfWork) -> None:
    """An empty cell leaves it."""
    imported(uow, HEADINGS, "deputy,A,YG,阳光站,城东,,5,,")

    assert imported(uow, HEADINGS, "deputy,A,yg,朝阳站,,,5,,") == ["station changed: YG (name 阳光站 → 朝阳站)"]
    assert [(station.name, station.area) for station in uow.stations.all()] == [("朝阳站", "城东")]


def test_where_a_deputy_works_comes_from_the_file_and_goes_into_it(uow: SqlUnitOfWork) -> None:
    """Several units with a semicolon; a file without the column leaves what is stored; an export has it."""
    rows = ("role,name,station,工作单位", "deputy,王芳,YG,自来水公司； 供电所")
    imported(uow, *rows)
    (entry,) = uow.roster.deputies()
    assert entry.employer == "自来水公司;供电所"
    imported(uow, "role,name,station", "deputy,王芳,YG")
    (entry,) = uow.roster.deputies()
    assert entry.employer == "自来水公司;供电所"
    assert roster_files.roster_table(uow)[0]["employer"] == "自来水公司;供电所"
    imported(uow, "role,name,station,employer", "deputy,王芳,YG,")
    assert uow.roster.deputies()[0].employer is None
