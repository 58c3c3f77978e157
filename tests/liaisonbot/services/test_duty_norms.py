"""What is missing: against the entries a month, and the norms that hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liaisonbot.duty import EntryState
from liaisonbot.services import duty_norms
from liaisonbot.texts import LANGUAGES, catalogue
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import DEPUTY
from tests.support.office import Office

DAY = date(2026, 11, 25)


def missing(office: Office, *filed: tuple[str, date, EntryState]) -> dict[str, tuple[int, int]]:
    """What is there and what is lacking, by key, once these entries are filed."""
    with office.unit() as uow:
        (deputy,) = [each for each in uow.roster.deputies() if each.telegram_id == DEPUTY]
        for type_, day, state in filed:
            confirmed: dict[str, Any] = {"confirmed_by": Role.STAFF} if state is EntryState.CONFIRMED else {}
            returned: dict[str, Any] = {"reason": "?"} if state is EntryState.RETURNED else {}
            uow.duty.add(
                deputy_id=deputy.id, station_id=None, type=type_, day=day, state=state, now=office.now,
                **confirmed, **returned,
            )  # fmt: skip
        found = duty_norms.missing(uow, office.desk, deputy, DAY)
    for language in LANGUAGES:
        for each in found:
            assert str(each.lacking) in catalogue(language, "UTC").plain(duty_norms.sentence(each))
    return {each.key: (each.have, each.lacking) for each in found}


def test_nothing_is_filed(office: Office) -> None:
    """The shortest period first."""
    found = missing(office)
    assert found == {
        "required_per_month": (0, 2),
        "group_activity": (0, 1),
        "reception_days": (0, 2),
        "duty_days": (0, 15),
    }
    assert list(found) == ["required_per_month", "group_activity", "reception_days", "duty_days"]


def test_only_what_is_on_record_counts_and_only_in_its_period(office: Office) -> None:
    """Neither drafts nor what was returned; two receptions of one day are one day."""
    filed, confirmed, day = EntryState.FILED, EntryState.CONFIRMED, date(2026, 11, 3)
    found = missing(
        office,
        ("reception", day, filed),
        ("reception", day, confirmed),
        ("group", date(2026, 10, 1), confirmed),
        ("group", date(2026, 9, 30), filed),
        ("visit", DAY, EntryState.DRAFT),
        ("visit", DAY, EntryState.RETURNED),
        ("visit", date(2025, 12, 31), filed),
    )
    assert found == {"reception_days": (1, 1), "duty_days": (3, 12)}


@pytest.mark.parametrize("norms", [(), ("duty_days",)])
def test_only_the_norms_that_hold(tmp_path: Path, norms: tuple[str, ...]) -> None:
    """``duty.norms`` and ``duty.required_per_month`` say which; 0 a month is none."""
    office = Office(tmp_path, duty={"norms": norms, "required_per_month": 0})
    office.roster(Role.DEPUTY, "张三", DEPUTY, office.station())
    assert set(missing(office)) == set(norms)
