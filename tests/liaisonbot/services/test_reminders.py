"""Whatever the order of events, restarts, outages and clock jumps: no notice twice, none at night, none in vain."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from liaisonbot.outgoing import Promise
from liaisonbot.services import chasing, ladder, pauses
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import Office


class StrictOffice(Office):
    """Looks at every reminder in the moment in which it is sent."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.sent: Counter[tuple[object, ...]] = Counter()
        self.wrong: list[str] = []
        self.happenings = 0
        """What somebody did, and moves of the clock: where there was none in between, a tick finds nothing new."""
        self.lists: list[tuple[int, int]] = []
        """After which of them each reminder of limits went, and to whom."""

    def _carry_out(self, uow: SqlUnitOfWork, promise: Promise) -> None:
        outgoing = promise.outgoing
        if outgoing.daytime and outgoing.text is not None:
            text = outgoing.text if outgoing.text.key != "lines" else outgoing.text.params["lines"][0]
            hours = self.settings.duty.quiet
            if hours is not None and self.now.astimezone(self.desk.timezone).time() in hours:
                self.wrong.append(f"{text.key} at night: {self.now}")
            if outgoing.due:
                self.lists.append((self.happenings, outgoing.chat_id))
            elif outgoing.case is not None:
                self._look(uow, outgoing.chat_id, outgoing.case, text.key, text.params)
            for due in outgoing.due:
                self._look(uow, outgoing.chat_id, due.case, due.text.key, due.text.params)
        super()._carry_out(uow, promise)

    def _look(self, uow: SqlUnitOfWork, chat: int, number: int, key: str, blanks: Mapping[str, object]) -> None:
        case = uow.cases.get(number)
        assert case is not None
        date, unit = blanks.get("date"), blanks.get("unit")
        if not case.open:
            self.wrong.append(f"{key} after #{number} was closed")
        if key.startswith("ladder-unit"):
            self.sent[chat, number, key, date, unit] += 1
            if case.paused_since is not None or (unit, date) not in [
                (handing.unit, handing.due) for handing in uow.handings.of_case(number) if handing.open
            ]:
                self.wrong.append(f"{key} of {date} while {unit} has not got #{number} until then")
        if key.startswith("ladder-reply"):
            self.sent[chat, number, key, date] += 1
            due = case.reply_due_at and self.desk.working_days.last_day(case.reply_due_at)
            if case.paused_since is not None or case.replied_at is not None or due != date:
                self.wrong.append(f"{key} of {date} while #{number} is due on {due}, paused: {case.paused_since}")
        if key.startswith("ladder-case"):
            self.sent[chat, number, key, date] += 1
            due = case.due_at and self.desk.working_days.last_day(case.due_at)
            if case.paused_since is not None or due != date:
                self.wrong.append(f"{key} of {date} while #{number} is due on {due}, paused: {case.paused_since}")
            if case.deputy_id is not None and chat in (DEPUTY, OTHER_DEPUTY):
                deputy = uow.roster.get(case.deputy_id)
                if deputy is not None and deputy.telegram_id != chat:
                    self.wrong.append(f"{key} to a deputy who has not got #{number}")


@cache
def the_office() -> StrictOffice:
    """One for all examples: each opens a case of its own."""
    office = StrictOffice(Path(tempfile.mkdtemp()), access={"owner_ids": [OWNER]})
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    office.roster(Role.DEPUTY, "李四", OTHER_DEPUTY, station)
    office.roster(Role.STAFF, "王五", STAFF, station)
    for unit in ("路灯所", "市政公司"):
        office.writes(STAFF, f"/setunit {unit} | 8888 | municipal_facilities")
    return office


LINES: Final = {
    "accept": (DEPUTY, "/accept {n}"),
    "ask": (DEPUTY, "/ask {n} 在哪里？"),
    "resume": (DEPUTY, "/resume {n}"),
    "mediate": (DEPUTY, "/mediate {n} 联系了"),
    "extend": (STAFF, "/extend {n} {day} 要等配件"),
    "hand": (STAFF, "/hand {n} 路灯所;市政公司 {soon} 请修"),
    "hand again": (DEPUTY, "/hand {n} 路灯所 {day} 请再修"),
    "return": (STAFF, "/returned {n} 路灯所 不归我们"),
    "to the other": (STAFF, "/assign {n} 李四"),
    "back": (STAFF, "/assign {n} 张三"),
    "to nobody": (STAFF, "/transfer {n} staff 待定"),
    "reply": (DEPUTY, "/reply {n} 修好了"),
    "chase": (ALICE, "/chase {n}"),
    "withdraw": (ALICE, "/withdraw {n}"),
}
hours = st.integers(-30, 240).map(lambda by: ("hours", by))
acts = st.sampled_from(sorted(LINES)).map(lambda name: ("line", name))
others = st.sampled_from(["tick", "cut off", "hold deputy", "hold staff", "back again", "answer", "rate badly"]).map(
    lambda name: (name, None)
)
days = st.lists(st.one_of(hours, hours, acts, others), min_size=4, max_size=30)


def back_again(office: StrictOffice) -> None:
    office.cut_off = False
    office.held.clear()
    office.ticks()


def do(office: StrictOffice, number: int, what: str, more: Any) -> None:
    office.happenings += what not in ("tick", "cut off", "hold deputy", "hold staff", "back again")
    match what:
        case "hours":
            office.now += timedelta(hours=more)
            office.ticks()
        case "tick":
            office.ticks()
        case "cut off":
            office.cut_off = True
        case "hold deputy":  # what was promised goes out to the others only
            office.held.add(f"chat:{DEPUTY}")
        case "hold staff":
            office.held.add(f"chat:{STAFF}")
        case "back again":
            back_again(office)
        case "line":
            who, line = LINES[more]
            days = {name: (office.now + timedelta(days=by)).date() for name, by in (("day", 20), ("soon", 2))}
            office.writes(who, line.format(n=number, **days))
        case "answer":
            asked = [sent for sent in office.chats[ALICE] if f"#{number}" in sent.text]
            if asked:
                office.writes(ALICE, "三号楼", answering=asked[-1])
        case "rate badly":
            for part in ("attitude", "result"):
                office.presses_data(ALICE, f"rate:{number}:{part}:1")


@given(days)
@settings(max_examples=60, deadline=None)
def test_reminders_come_once_by_day_and_while_they_hold(steps: list[tuple[str, Any]]) -> None:
    """Each rung of each limit once to each reader, all that a tick finds in one message; none in quiet hours; none of a
    case that is closed, waits, has another limit by now, or is somebody else's.
    """
    office = the_office()
    back_again(office)
    office.wrong.clear()
    office.sent.clear()
    office.lists.clear()
    office.writes(ALICE, "路灯坏了")
    with office.unit() as uow:
        ((case, *_), _) = uow.cases.of_author(uow.people.find(ALICE).id)  # type: ignore[union-attr]
    for what, more in steps:
        do(office, case.number, what, more)
    back_again(office)
    office.happenings += 1
    office.writes(ALICE, f"/withdraw {case.number}")
    office.ticks(timedelta(days=1))

    assert office.wrong == []
    assert [key for key, times in office.sent.items() if times > 1] == []
    assert [key for key, times in Counter(office.lists).items() if times > 1] == []


@given(days, st.lists(st.sampled_from(["accept", "to the other", "reply", "ask", "withdraw"]), max_size=6))
@settings(max_examples=25, deadline=None)
def test_after_downtime_each_reader_has_one_message(before: list[tuple[str, Any]], meanwhile: list[str]) -> None:
    """Whatever happened before, and while Telegram was out of reach: in the morning each has one message at most, with
    what holds and is theirs.
    """
    office = the_office()
    back_again(office)
    office.wrong.clear()
    office.sent.clear()
    numbers = []
    for _ in range(4):
        office.writes(ALICE, "路灯坏了")
        with office.unit() as uow:
            ((case, *_), _) = uow.cases.of_author(uow.people.find(ALICE).id)  # type: ignore[union-attr]
        numbers.append(case.number)
    for what, more in before:
        do(office, numbers[0], what, more)
    office.held.clear()
    office.cut_off = True
    for day in range(8):
        office.ticks(timedelta(days=1))
        for name in meanwhile[day : day + 1]:
            who, line = LINES[name]
            office.writes(who, line.format(n=numbers[day % 4]))
    office.lists.clear()
    office.now = office.now.replace(hour=2) + timedelta(days=1)
    office.cut_off = False
    office.ticks()

    assert office.wrong == []
    assert [chat for chat, times in Counter(chat for _, chat in office.lists).items() if times > 1] == []
    for number in numbers:
        office.writes(ALICE, f"/withdraw {number}")


def test_the_clocks_steps_of_this_part_are_all_quiet_at_night(tmp_path: Path) -> None:
    """Each does nothing at all in quiet hours, whatever is due."""
    office = StrictOffice(tmp_path)
    station = office.station()
    office.roster(Role.DEPUTY, "张三", DEPUTY, station)
    office.writes(ALICE, "路灯坏了")
    office.now += timedelta(days=30, hours=14)
    with office.unit() as uow:
        for step in (ladder.climb, *pauses.STEPS, *chasing.STEPS):
            assert step(uow, office.desk) == 0
