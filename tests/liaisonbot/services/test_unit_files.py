"""The file of handling units: all or nothing, with row and column of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from liaisonbot.errors import ImportRefused
from liaisonbot.services import unit_files
from storage.unit_of_work import SqlUnitOfWork


def imported(uow: SqlUnitOfWork, *lines: str, replacing: bool = False) -> list[str]:
    plan = unit_files.plan(uow, unit_files.read_content("\n".join(lines).encode()), replacing=replacing)
    unit_files.apply(uow, plan)
    return [change.sentence for change in plan.changes]


def test_units_come_into_being_change_and_leave(uow: SqlUnitOfWork) -> None:
    """By name; a column the file does not have leaves what is stored; who is missing stays unless told otherwise."""
    assert imported(uow, "名称,联系方式,类别", "路灯所,老周 8888,市政设施；水电气热", "供电所,,utilities") == [
        "added: 路灯所 (老周 8888, municipal_facilities;utilities)",
        "added: 供电所 (utilities)",
    ]
    assert imported(uow, "name,contact", "路灯所,老李") == ["changed: 路灯所 (contact 老周 8888 → 老李)"]
    (_, lamps) = uow.units.all()
    assert (lamps.contact, lamps.categories) == ("老李", {"municipal_facilities", "utilities"})
    assert imported(uow, "name", "供电所", replacing=True) == ["retired: 路灯所"]
    assert [unit.name for unit in uow.units.all()] == ["供电所"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_comes_out_goes_in_again(uow: SqlUnitOfWork, tmp_path: Path, suffix: str) -> None:
    """Unchanged, whatever a spreadsheet would make of the cells."""
    uow.units.save("路灯所", "+86 138 0000 0000", ["utilities", "municipal_facilities"])
    uow.units.save("Water Works", "", [])
    path = tmp_path / f"units.{suffix}"
    unit_files.write(path, unit_files.units_table(uow))
    file = unit_files.read(path)

    assert unit_files.plan(uow, file, replacing=True).changes == ()
    assert {row.contact for row in file.rows} == {"+86 138 0000 0000", ""}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (("name,categories", "路灯所,修灯"), "row 2, column categories: there is no category '修灯'"),
        (("name,contact", ",8888"), "row 2, column name: is empty"),
        (("name", "路灯所", "路灯所"), "row 3, column name: 路灯所 stands in row 2 already"),
        (("contact", "8888"), "row 1: the column name is missing"),
        (("name,contact", f"路灯所,{'9' * 241}"), "row 2, column contact: it is longer than 240 characters"),
        (("name",), "the file has no rows"),
    ],
)
def test_what_is_wrong_is_named(lines: tuple[str, ...], problem: str) -> None:
    """Row and column, so that the file can be mended."""
    with pytest.raises(ImportRefused, match=problem.replace("?", r"\?")):
        unit_files.read_content("\n".join(lines).encode())


def test_all_problems_are_found_at_once() -> None:
    """Nobody imports a file six times."""
    with pytest.raises(ImportRefused) as refusal:
        unit_files.read_content("name,categories\n,x\n路灯所,\n路灯所,".encode())
    assert len(refusal.value.problems) == 3
