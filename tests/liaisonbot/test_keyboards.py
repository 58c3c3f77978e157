"""At most five things to do below a message: every stage, every role, everything that can be the matter with a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from unittest.mock import Mock

import pytest

from liaisonbot import keyboards, workflow
from liaisonbot.desk import Desk
from liaisonbot.incoming import Bot
from liaisonbot.keyboards import ROOM, Screen, kinds, name_of
from liaisonbot.model import Actor, Case, Person, RosterEntry
from liaisonbot.outgoing import Button, Rows
from liaisonbot.services import cards
from liaisonbot.settings import Settings
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Outcome, Role, Stage
from tests.support.keyboards import too_many

CONTRACT = ("accept", "mediate", "reply", "followup", "transfer", "decline", "close")
AUTHOR, STATION = 11, 1
PROMISED = date(2026, 12, 1)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
BEFORE = NOW - timedelta(days=7)
DEPUTY = RosterEntry(5, Role.DEPUTY, "王芳", 5001, None, "zh", frozenset({STATION}))
STAFF = RosterEntry(6, Role.STAFF, "赵敏", 6001, None, "zh", frozenset({STATION}))


def a_person(id: int) -> Person:
    return Person(id, 8000 + id, "zh", None, reachable=True, notice_shown_at=NOW, station_id=STATION)


def a_case(stage: Stage, **more: Any) -> Case:
    closed = Outcome.RESOLVED if stage is Stage.CLOSED else None
    case = Case(7, STATION, stage, closed, DEPUTY.id, "roads", "suggestion", "…", "private", True, BEFORE, BEFORE, NOW)
    return replace(case, **more)


DESK = Desk(NOW, Settings(telegram={"token": "42:TEST"}), Bot(42, "liaison_bot"))
ACTORS = {
    "constituent": Actor(a_person(AUTHOR)),
    "deputy": Actor(a_person(12), deputy=DEPUTY),
    "staff": Actor(a_person(13), staff=STAFF),
    "owner": Actor(a_person(14), owner=True),
    "deputy and staff": Actor(a_person(15), deputy=DEPUTY, staff=STAFF),
}


def every_case() -> Iterator[Case]:
    """In each stage, with everything that decides about buttons on and off."""
    for stage, promised, held, guarded, paused, dispute in product(Stage, *[(False, True)] * 5):
        merged: dict[str, Any] = {"outcome": Outcome.MERGED} if stage is Stage.CLOSED and promised else {}
        yield a_case(
            stage,
            promise_date=PROMISED if promised else None,
            held=held,
            guard="official" if guarded or held else None,
            paused_since=NOW if paused else None,
            kind=workflow.DISPUTE if dispute else "suggestion",
            **merged,
        )


def uow() -> Any:
    """What is asked of the database: whose it is, and that nothing was reported as done."""
    asked = Mock()
    asked.cases.author_ids.return_value = frozenset({AUTHOR})
    asked.promises.open_of.return_value = None
    return asked


def flat(rows: Rows) -> list[Button]:
    return [button for row in rows for button in row]


@pytest.mark.parametrize("who", ACTORS)
def test_no_card_has_more_to_do_than_there_is_room_for(who: str) -> None:
    """Folded, it fits; unfolded, everything possible is there, each once, and a way back."""
    for case in every_case():
        folded, unfolded = (cards.rows(uow(), DESK, ACTORS[who], case, unfolded=unfolded) for unfolded in (False, True))
        everything = {name_of(button) for button in cards.possible(uow(), DESK, ACTORS[who], case)} | {"case"}

        assert not too_many(folded), (case.stage, kinds(flat(folded)))
        names = [name_of(button) for button in flat(unfolded)]
        assert set(names) - {"less"} == everything
        assert len(names) == len(set(names))
        assert ("more" in kinds(flat(folded))) == ("less" in names) == (len(everything) > ROOM)


def test_the_words_of_the_contract_stand_on_the_deputys_first_keyboard() -> None:
    """受理, 调处, 答复, 转交, 不予受理, 督办, 办结: where it is possible, nobody need unfold anything for it."""
    for case in every_case():
        shown = kinds(flat(cards.rows(uow(), DESK, ACTORS["deputy"], case)))
        can = {name_of(button) for button in cards.possible(uow(), DESK, ACTORS["deputy"], case)}
        assert can & set(CONTRACT) <= set(shown), (case.stage, shown)


def test_nobody_is_offered_to_press_the_deputy_twice() -> None:
    """Who may press for the office is not also offered to ask on the constituent's behalf."""
    for actor, case in product(ACTORS.values(), every_case()):
        assert not {"urge", "chase"} <= {name_of(button) for button in cards.possible(uow(), DESK, actor, case)}


def test_what_was_reported_as_done_is_not_asked_for_again() -> None:
    """📣 goes away once it was pressed."""
    case = a_case(Stage.FOLLOW_UP, promise_date=PROMISED)
    before, after = uow(), uow()
    after.promises.open_of.return_value = Mock(reported_at=NOW)

    assert "done" in kinds(cards.possible(before, DESK, ACTORS["deputy"], case))
    assert "done" not in kinds(cards.possible(after, DESK, ACTORS["deputy"], case))


def test_the_table_names_buttons_that_exist() -> None:
    """A name that no button has would keep a place free for nobody."""
    known = {button.command for button in workflow.BUTTONS} | {"case", "returned", "deputies", "stations", "name"}
    assert {(role, stage) for role in (Role.CONSTITUENT, Role.DEPUTY, Role.STAFF) for stage in Stage} == set(
        keyboards.FIRST
    )
    for role, stage in keyboards.FIRST:
        for screen in Screen:
            assert set(keyboards.first(screen, role, stage)) <= known


def test_like_things_are_one() -> None:
    """Three stars to choose from are one thing to do."""
    buttons = [Button(Text.of("button-more"), data=data) for data in ("do:accept:7", "rate:7:a:1", "rate:7:a:2", "x:1")]
    assert kinds(buttons) == ["accept", "rate", "x"]
    assert keyboards.leading(buttons, 2) == buttons[:3]
