"""Reminders to file in the duty log: who is owed one, and what it says.

At each time of ``duty.remind_at`` the deputies are gone through, some at a time; for whoever's month is behind, the
rungs of the ladder become rows with their moments. What happens at such a moment is decided then: who was told, who is
away, who has filed meanwhile. Each thing is claimed in the unit that promises the message, so that whatever restarts,
and however many work on one database, nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Final

from liaisonbot import duty_ladder
from liaisonbot.desk import Desk
from liaisonbot.duty import DutyReminder, EntryState, Period, RemindedState
from liaisonbot.duty_ladder import RUNGS, TO_DEPUTIES, Fire, Rung, Tells
from liaisonbot.model import Leave
from liaisonbot.outgoing import Button, Outgoing, Receipt, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import duty_lists, duty_norms, duty_owed, quiet
from liaisonbot.services.duty_owed import OPEN
from liaisonbot.services.readers import Reader
from liaisonbot.texts import Text

AT_ONCE: Final = 100
"""What a step answers where there is more: the clock ticks again at once."""
LOOKED_AT: Final = 250
"""Deputies that are gone through in one unit."""
REMINDED: Final = 2
"""Rungs that are dealt with in one unit: some milliseconds, in which nobody else writes."""
NORM_AHEAD: Final = timedelta(days=92)
"""A norm is mentioned when its period ends so soon: in January nobody need read that fifteen days are missing."""
_BEGUN: Final = "duty-search"
_UNSENT: Final = "duty-unsent"


# --- who is owed one --------------------------------------------------------------------------------------------------


def search(uow: UnitOfWork, desk: Desk) -> int:
    """After a time to remind: the next deputies are gone through, and those who are behind get their ladder.

    After downtime the newest time counts, as long as its month is not over; those before it have passed. What lies
    before the bot's first day was never promised.
    """
    if desk.settings.duty.required_per_month == 0:
        return 0
    fire = duty_owed.last_fire(desk)
    name = f"{_BEGUN}:{fire.name}" if fire else ""
    if fire is None or uow.once.claimed(name):
        return 0
    if uow.once.claim(_BEGUN, desk.now) or duty_ladder.month_of(fire.day) != duty_ladder.month_of(desk.today):
        uow.once.claim(name, desk.now)
        return 0
    page = _next_page(uow, desk, name)
    if page is None:
        uow.once.claim(name, desk.now)
        return 0
    _owe_those_behind(uow, desk, fire, page * LOOKED_AT)
    return AT_ONCE


def _next_page(uow: UnitOfWork, desk: Desk, name: str) -> int | None:
    """The first part of the roster that nobody has gone through at that time; it is ours now."""
    pages = uow.duty_reminders.last_deputy() // LOOKED_AT + 1
    done = uow.once.claimed_among([f"{name}:{page}" for page in range(pages)])
    return next((page for page in range(pages) if f"{name}:{page}" not in done and _claim(uow, desk, name, page)), None)


def _claim(uow: UnitOfWork, desk: Desk, name: str, page: int) -> bool:
    return uow.once.claim(f"{name}:{page}", desk.now)


def _owe_those_behind(uow: UnitOfWork, desk: Desk, fire: Fire, first: int) -> None:
    """Those of that part of the roster."""
    month = duty_ladder.month_of(fire.day)
    found = uow.duty.behind(
        *Period.MONTH.around(month),
        desk.settings.duty.required_per_month,
        after=first - 1,
        until=first + LOOKED_AT - 1,
        limit=LOOKED_AT,
    )
    away = uow.leaves.on(fire.day) if found else {}
    for deputy_id, _ in found:
        _owe_ladder(uow, desk, fire, deputy_id, away.get(deputy_id))


def _owe_ladder(uow: UnitOfWork, desk: Desk, fire: Fire, deputy_id: int, leave: Leave | None) -> None:
    """Every rung at its moment. The days count from the first; for whoever is away, from the return."""
    month = duty_ladder.month_of(fire.day)
    ladder = duty_owed.ladder_of(uow, deputy_id, month)
    _try_again(uow, ladder)
    told = next((row for row in ladder if _was_read(row)), None)
    behind_us = _up_to_the_highest_read(ladder)
    base = _day_after(leave) if leave else fire.day
    if told is not None and told.sent_at is not None:
        base = told.sent_at.astimezone(desk.timezone).date()
    for rung in RUNGS.values():
        day = rung.day(desk.settings.duty, month, base)
        if day is not None and rung.key not in behind_us:
            due_at = duty_ladder.moment(max(day, fire.day), fire.hour, desk.timezone)
            uow.duty_reminders.owe(deputy_id, month, rung.key, due_at)


def _was_read(row: DutyReminder) -> bool:
    """Whether the deputy got it, whatever became of it since."""
    return row.rung in TO_DEPUTIES and row.sent_at is not None and row.state is not RemindedState.UNREACHED


def _up_to_the_highest_read(ladder: Sequence[DutyReminder]) -> Sequence[str]:
    """Rungs to the deputy that are not climbed again, whatever became of them: nobody is told the first after the
    second.
    """
    read = [TO_DEPUTIES.index(row.rung) for row in ladder if _was_read(row)]
    return TO_DEPUTIES[: max(read) + 1] if read else ()


def _try_again(uow: UnitOfWork, ladder: Sequence[DutyReminder]) -> None:
    """Whoever could not be reached, and has written to us since, can be told now."""
    closed = [row for row in ladder if row.state is RemindedState.UNREACHED]
    deputy = uow.roster.get(closed[0].deputy_id) if closed else None
    person = uow.people.find(deputy.telegram_id) if deputy and deputy.telegram_id else None
    if person is not None and person.reachable:
        for row in closed:
            uow.duty_reminders.update(row.id, state=RemindedState.DROPPED, sent_at=None)


def _day_after(leave: Leave) -> date:
    return date.fromordinal(leave.last.toordinal() + 1)


# --- what nobody took -------------------------------------------------------------------------------------------------


def take_back(uow: UnitOfWork, desk: Desk) -> int:
    """Once a day: what was promised the day before and still waits, as Telegram was out of reach, is owed again.

    Its words are of that day. Who is away, who has filed, and whether the month is over is seen anew.
    """
    if not uow.once.claim(f"{_UNSENT}:{desk.today.isoformat()}", desk.now):
        return 0
    midnight = duty_ladder.moment(desk.today, time(), desk.timezone)
    for row in uow.duty_reminders.unshown(midnight):
        if row.rung in TO_DEPUTIES and duty_owed.take_back(uow, desk, row):
            uow.duty_reminders.update(row.id, state=RemindedState.WAITING, sent_at=None, due_at=desk.now)
    return 0


# --- when the moment has come -----------------------------------------------------------------------------------------


def remind(uow: UnitOfWork, desk: Desk) -> int:
    """What is due, in nobody's quiet hours."""
    if quiet.until(desk) is not None:
        return 0
    due = uow.duty_reminders.due(desk.now, REMINDED)
    away = uow.leaves.on(desk.today) if due else {}
    for row in due:
        # An earlier one of this batch may have dealt with it.
        current = uow.duty_reminders.get(row.id, lock=True)
        if current is not None and current.state in OPEN and current.due_at <= desk.now:
            _climb(uow, desk, current, away.get(row.deputy_id))
    return AT_ONCE if due else 0


def _climb(uow: UnitOfWork, desk: Desk, row: DutyReminder, leave: Leave | None) -> None:
    """One rung: told, put off, or dropped, as things stand today."""
    rung = RUNGS.get(row.rung)
    over = rung is None or desk.today > rung.ends(row.month)
    if rung is None or over or not duty_owed.behind(uow, desk, row.deputy_id, row.month):
        uow.duty_reminders.update(row.id, state=RemindedState.DROPPED)
    elif leave is not None:
        duty_owed.put_off(uow, desk, row, _day_after(leave))
    else:
        _TELL[rung.tells](uow, desk, row, rung)


def _list_for_staff(uow: UnitOfWork, desk: Desk, row: DutyReminder, rung: Rung) -> None:
    uow.duty_reminders.update(row.id, state=RemindedState.SENT, sent_at=desk.now)
    duty_owed.spoil_lists(uow, desk, row.deputy_id, row.month)


def _tell_deputy(uow: UnitOfWork, desk: Desk, row: DutyReminder, rung: Rung) -> None:
    """Of several that are due only the highest is told; the lower ones are done with it."""
    ladder = [other for other in duty_owed.ladder_of(uow, row.deputy_id, row.month) if other.rung in TO_DEPUTIES]
    place = TO_DEPUTIES.index(rung.key)
    if any(TO_DEPUTIES.index(o.rung) > place and o.state in OPEN and o.due_at <= desk.now for o in ladder):
        uow.duty_reminders.update(row.id, state=RemindedState.DROPPED)
        return
    reader = _open_chat(uow, desk, row.deputy_id)
    if reader is None:
        uow.duty_reminders.update(row.id, state=RemindedState.UNREACHED)
        return
    for other in ladder:
        if TO_DEPUTIES.index(other.rung) < place and other.state in OPEN:
            uow.duty_reminders.update(other.id, state=RemindedState.DROPPED)
    uow.duty_reminders.update(row.id, state=RemindedState.SENT, sent_at=desk.now, chat_id=reader.chat_id)
    again = any(_was_read(other) for other in ladder if other.id != row.id)
    if not again and not _was_read(row):
        _count_from_today(uow, desk, row)
    promised = Outgoing(
        Send.TEXT,
        reader.chat_id,
        language=reader.language,
        text=_words(uow, desk, row, again=again),
        rows=rows(row, last_day=desk.today == duty_ladder.last_of(row.month)),
        daytime=True,
        key=duty_owed.KEY,
        noted_as=(duty_owed.KEY, row.id),
    )
    uow.outbox.add(promised, desk.now)


def _count_from_today(uow: UnitOfWork, desk: Desk, first: DutyReminder) -> None:
    """The days count from the first message, however late it came: those that follow it are not due earlier."""
    for other in duty_owed.ladder_of(uow, first.deputy_id, first.month):
        if other.state is RemindedState.WAITING:
            rung = RUNGS[other.rung]
            duty_owed.put_off(uow, desk, other, rung.day(desk.settings.duty, first.month, desk.today))


_TELL: Final[Mapping[Tells, Callable[[UnitOfWork, Desk, DutyReminder, Rung], None]]] = {
    Tells.DEPUTY: _tell_deputy,
    Tells.STAFF: _list_for_staff,
}


def _open_chat(uow: UnitOfWork, desk: Desk, deputy_id: int) -> Reader | None:
    """Where the deputy can be told; None where they have no account, closed the chat, or left the roster.

    Somebody who has never written to us is tried: Telegram says whether they opened the chat.
    """
    reader = duty_owed.reader_of(uow, desk, deputy_id)
    if reader is None or deputy_id not in {entry.id for entry in uow.roster.of(reader.chat_id, None)}:
        return None
    person = uow.people.find(reader.chat_id)
    return None if person is not None and not person.reachable else reader


# --- what it says -----------------------------------------------------------------------------------------------------


def _words(uow: UnitOfWork, desk: Desk, row: DutyReminder, *, again: bool) -> Text:
    """What is there, what is missing, and what comes next."""
    least, span = desk.settings.duty.required_per_month, Period.MONTH.around(row.month)
    found = uow.duty.count_by_state(row.deputy_id, *span)
    types = [
        Text.of("duty-reminder-type", type=Text.of(f"duty-type-{type_}"), n=n)
        for type_, n in _by_type(found, duty_owed.ON_RECORD).items()
    ]
    have = sum(_by_type(found, duty_owed.ON_RECORD).values())
    return Text.lines(
        Text.of("duty-reminder-again" if again else "duty-reminder", n=least - have, least=least),
        Text.of("duty-reminder-have", n=have, types=types) if have else None,
        *_unfinished(found),
        *_other_norms(uow, desk, row),
        _next(uow, desk, row),
    )


Found = Mapping[tuple[EntryState, str], int]


def _by_type(found: Found, states: Sequence[EntryState]) -> dict[str, int]:
    """How many there are of each type, in those states."""
    counts: dict[str, int] = {}
    for (state, type_), n in found.items():
        if state in states:
            counts[type_] = counts.get(type_, 0) + n
    return counts


def _unfinished(found: Found) -> Iterator[Text]:
    """What needs only a tap more: drafts, and what staff returned."""
    for state in (EntryState.DRAFT, EntryState.RETURNED):
        n = sum(_by_type(found, (state,)).values())
        if n:
            yield Text.of(f"duty-reminder-{state}", n=n)


def _other_norms(uow: UnitOfWork, desk: Desk, row: DutyReminder) -> Iterator[Text]:
    """What is missing of the quarter and, towards its end, of the year, behind a heading."""
    deputy = uow.roster.get(row.deputy_id)
    found = duty_norms.missing(uow, desk, deputy, desk.today) if deputy else []
    near = [each for each in found if each.key != duty_norms.MONTHLY and each.last - desk.today <= NORM_AHEAD]
    others = [Text.of("duty-reminder-norm", norm=duty_norms.sentence(each)) for each in near]
    if others:
        yield Text.of("duty-reminder-norms", norms=others)


def _next(uow: UnitOfWork, desk: Desk, row: DutyReminder) -> Text | None:
    """When staff will have the deputy on their list."""
    listed = [o for o in duty_owed.ladder_of(uow, row.deputy_id, row.month) if RUNGS[o.rung].tells is Tells.STAFF]
    due = next((other.due_at for other in listed if other.state in OPEN), None)
    return Text.of("duty-reminder-next", date=due.astimezone(desk.timezone).date()) if due else None


def rows(row: DutyReminder, *, last_day: bool) -> Rows:
    """The buttons below a reminder. On the month's last day there is no tomorrow for it."""
    later = [button(row, "soon"), *([] if last_day else [button(row, "tomorrow")])]
    return ([button(row, "file")], later, [button(row, "leave")])


def button(row: DutyReminder, what: str) -> Button:
    return Button(Text.of(f"button-duty-{what}"), data=f"dutyrem:{row.id}:{what}")


def _note(uow: UnitOfWork, desk: Desk, outgoing: Outgoing, receipt: Receipt) -> None:
    """In which message it stands; or that nobody could be reached."""
    assert outgoing.noted_as is not None
    reminder_id = outgoing.noted_as[1]
    if receipt.failure is not None:
        uow.duty_reminders.update(reminder_id, state=RemindedState.UNREACHED)
    elif receipt.message_ids:
        uow.duty_reminders.update(reminder_id, chat_id=outgoing.chat_id, message_id=receipt.message_ids[-1])


def work(uow: UnitOfWork, desk: Desk) -> int:
    """A step of the clock, one thing at a time, so that each unit stays short.

    What nobody took is looked at anew and the deputies are gone through; those who are due are reminded, then staff's
    lists written: everybody is known by then.
    """
    return take_back(uow, desk) or search(uow, desk) or remind(uow, desk) or duty_lists.renew(uow, desk)


STEPS: Final = (work,)
NOTED: Final = {duty_owed.KEY: _note, **duty_lists.NOTED}
