"""The liaison stations."""

from __future__ import annotations

from liaisonbot.ports import UnitOfWork


def test_a_station_is_found_by_its_code_however_it_is_typed(uow: UnitOfWork) -> None:
    """``/bind dc01`` is what people type on a phone."""
    station = uow.stations.save("DC01", "东城联络站", "东城")

    assert uow.stations.by_code(" dc01 ") == station
    assert uow.stations.by_code("dc02") is None
    assert uow.stations.get(station.id) == station


def test_codes_of_other_scripts_are_compared_alike(uow: UnitOfWork) -> None:
    """Also where SQLite itself would not know lower case from upper."""
    station = uow.stations.save("ÖST", "East", "")

    assert uow.stations.by_code("öst") == station


def test_saving_a_known_code_changes_name_and_area(uow: UnitOfWork) -> None:
    """The same station, under the code it has."""
    first = uow.stations.save("DC01", "东城联络站", "东城")
    second = uow.stations.save("dc01", "东城第一联络站", "东城区")

    assert (second.id, second.code) == (first.id, "DC01")
    assert uow.stations.all() == [second]


def test_stations_are_listed_by_code(uow: UnitOfWork) -> None:
    for code in ("B", "C", "A"):
        uow.stations.save(code, code, "")

    assert [station.code for station in uow.stations.all()] == ["A", "B", "C"]


def test_what_was_read_in_a_unit_is_read_anew_after_a_change(uow: UnitOfWork) -> None:
    """A list of all is asked for at each receipt; within a unit it is read once."""
    first = uow.stations.save("A", "North", "")
    assert uow.stations.all() == [first]
    second = uow.stations.save("B", "South", "")
    assert uow.stations.all() == [first, second]
    uow.stations.set_reception(first.id, "Mondays")
    assert [station.reception for station in uow.stations.all()] == ["Mondays", second.reception]
