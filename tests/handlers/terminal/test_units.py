"""``bot.py units import|export``."""

from __future__ import annotations

from tests.support.terminal import Place
from tests.support.units import a_unit

UNITS = "name,contact,categories\n路灯所,老周 8888,市政设施\n供电所,,水电气热\n"


def test_units_are_imported_and_exported(furnished: Place) -> None:
    """What comes out can go in again; a dry run changes nothing."""
    path, out = str(furnished.write("units.csv", UNITS)), str(furnished.folder / "out.xlsx")

    told = furnished.call("units", "import", path, "--dry-run")
    assert "added: 路灯所" in told.out
    assert "nothing was imported" in told.out
    with a_unit(furnished.database) as uow:
        assert uow.units.all() == []
    assert furnished.call("units", "import", path).code == 0
    assert "2 units written" in furnished.call("units", "export", out).out
    assert "no changes" in furnished.call("units", "import", out, "--replace").out


def test_a_file_with_errors_is_not_imported_at_all(furnished: Place) -> None:
    """One line on standard error; one line for each problem on standard output."""
    told = furnished.call("units", "import", str(furnished.write("bad.csv", UNITS + "城管局,,x\n,1,\n")))

    assert told.code == 1
    assert "row 4, column categories" in told.err
    assert "row 5, column name" in told.err
    assert len(told.out.splitlines()) == 2
    with a_unit(furnished.database) as uow:
        assert uow.units.all() == []
