"""Whatever a client sends as a button's data, for every verb there is: answered in words, and nothing goes wrong.

A forger may be anybody, and may name anything: what does not exist, what is not theirs, what is no number at all.
"""

from __future__ import annotations

from contextlib import suppress

import pytest

from liaisonbot.errors import Refused
from liaisonbot.incoming import ButtonPress, Place, Sender
from liaisonbot.services import frontdesk, presses
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office

ARGUMENTS = ("", ":1", ":999", ":-1", ":x", ":１", ":99999999999999999999", ":1:x", ":1:999:3", ":sure:1:²", ":1:\x00")


class Forgery:
    """An office with something of everything that most buttons are about; each press is undone again."""

    def __init__(self, office: Office) -> None:
        self._office = office
        office.writes(ALICE, "/report 路灯坏了", group=GROUP)
        office.writes(DEPUTY, "/reply 1 B 2026-12-10 周五修好")
        office.writes(STAFF, "/poll 修不修 | 修 | 不修", group=GROUP)
        office.writes(ALICE, "/propose 修一个食堂")
        office.writes(DEPUTY, "/duty 走访 2026-11-20 走访三户")

    def press(self, who: int, data: str) -> None:
        """Press, and undo it. Raises what goes wrong; a refusal is no such thing."""
        office = self._office
        press = ButtonPress(office._next_update(), "forged", Sender(who, None, "zh"), Place(who, "private"), 1, data)
        with suppress(Undone), office.unit() as uow:
            with suppress(Refused):
                frontdesk.press(uow, office.desk, press)
            raise Undone


class Undone(Exception):
    """Nothing of a forged press is to be found by the next one."""


@pytest.fixture(scope="module")
def forgery(tmp_path_factory: pytest.TempPathFactory) -> Forgery:
    office = Office(tmp_path_factory.mktemp("office"), access={"owner_ids": [OWNER]})
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    office.bind_group(station)
    return Forgery(office)


@pytest.mark.parametrize("verb", sorted(presses.VERBS))
def test_no_button_goes_wrong(forgery: Forgery, verb: str) -> None:
    """Refused or answered, for a passer-by and for the one who may do most."""
    for arguments in ARGUMENTS:
        for who in (BOB, OWNER):
            data = f"{verb}{arguments}"
            try:
                forgery.press(who, data)
            except Exception as exc:
                exc.add_note(f"{data!r} pressed by {who}")
                raise
