"""What waits for staff in the duty logs (/duty review): confirmed, one or a page of them, or returned.

Nobody confirms their own: such an entry stands in the list, and is left to others.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import duty
from liaisonbot.duty import DutyEntry, EntryEvent, EntryState
from liaisonbot.errors import NotFound, Refused
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may
from liaisonbot.services import cards, duty_log, duty_telling, duty_views, guided, paging
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

PAGE: Final = 6
_E: Final = EntryEvent
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


# --- what waits -------------------------------------------------------------------------------------------------------


def show(visit: Visit, offset: int = 0) -> None:
    """The entries that wait, oldest first, a page at a time; each can be opened, and the page confirmed."""
    require_staff(visit)
    visit.toast()
    _list(visit, offset)


def _list(visit: Visit, offset: int) -> None:
    page, total = _waiting(visit, offset)
    if not page and offset:
        _list(visit, 0)
        return
    if not page:
        visit.show(Text.of("duty-review-empty"))
        return
    lines = [duty_views.line(entry, deputy=duty_views.name(visit, entry)) for entry in page]
    visit.show(Text.lines(Text.of("duty-review-title", n=total), *lines), rows=_page_rows(visit, page, offset, total))


def _waiting(visit: Visit, offset: int) -> tuple[list[DutyEntry], int]:
    stations = None if visit.actor.owner else sorted(visit.actor.staff.station_ids if visit.actor.staff else ())
    return visit.uow.duty.waiting(stations, offset=offset, limit=PAGE)


def require_staff(visit: Visit) -> None:
    if not may(visit.actor, Permission.DUTY_REVIEW):
        raise NotFound("duty-nothing-here")
    if not visit.place.private:
        raise Refused("private-please")


def _page_rows(visit: Visit, page: Sequence[DutyEntry], offset: int, total: int) -> Rows:
    opening = [Button(Text.of("choice-duty", id=entry.id), data=f"dutyreview:{entry.id}:{offset}") for entry in page]
    mine = [entry for entry in page if _may_decide(visit, entry)]
    every = Button(Text.of("button-duty-confirm-page", n=len(mine)), data=f"confirmduties:{_written(mine)}")
    return (
        *cards.in_pairs(opening, 3),
        *paging.turns("dutyreview", offset, PAGE, total),
        *(((every,),) if mine else ()),
    )


def _may_decide(visit: Visit, entry: DutyEntry) -> bool:
    return duty_log.role_of(visit.uow, visit.actor, Permission.DUTY_REVIEW, entry) is not None


def _turn(visit: Visit, rest: Sequence[str]) -> None:
    """``dutyreview:OFFSET``: a page; ``dutyreview:N:OFFSET``: one entry, in the list's place."""
    if len(rest) not in (1, 2):
        raise Refused("old-button")
    if len(rest) == 1:
        show(visit, number_in(rest[0]))
        return
    require_staff(visit)
    entry = duty_log.find(visit.uow, visit.actor, number_in(rest[0]), duty_log.READ)
    visit.toast()
    _show_one(visit, entry, number_in(rest[1]))


def _show_one(visit: Visit, entry: DutyEntry, offset: int) -> None:
    visit.show(duty_views.card(visit, entry), rows=_rows(visit, entry, offset))


def _rows(visit: Visit, entry: DutyEntry, offset: int) -> Rows:
    possible = duty.possible(entry.state) if _may_decide(visit, entry) else frozenset()
    buttons = [
        Button(Text.of(label), data=f"{verb}:{entry.id}:{offset}{tail}")
        for event, label, verb, tail in (
            (_E.CONFIRMED, "button-duty-confirm", "confirmduty", f":{_digest([entry])}"),
            (_E.RETURNED, "button-duty-return", "returnduty", ""),
            (_E.UNCONFIRMED, "button-duty-unconfirm", "unconfirmduty", ""),
        )
        if event in possible
    ]
    look = [Button(Text.of("button-duty-files"), data=f"duty:{entry.id}:files")] if entry.sources else []
    back = Button(Text.of("button-duty-list"), data=f"dutyreview:{offset}")
    return (*cards.in_pairs(buttons), (*look, back))


# --- one --------------------------------------------------------------------------------------------------------------


def _decided(event: EntryEvent, said: str) -> Callable[[Visit, Sequence[str]], None]:
    """``VERB:N:OFFSET[:DIGEST]``: what was changed since it was shown is shown again, and not decided about."""

    def decide(visit: Visit, rest: Sequence[str]) -> None:
        if len(rest) not in (2, 3) or not visit.place.private:
            raise Refused("old-button")
        shown = duty_log.find(visit.uow, visit.actor, number_in(rest[0]), duty_log.NEEDS[event], lock=True)
        if rest[2:] and shown.state is EntryState.FILED and _digest([shown]) != rest[2]:
            visit.toast(Text.of("duty-entry-changed", id=shown.id), alert=True)
            _show_one(visit, shown, number_in(rest[1]))
            return
        after = duty_log.advance(visit.uow, visit.desk, visit.actor, number_in(rest[0]), event)
        duty_telling.confirmed(visit.uow, visit.desk, after.deputy_id)
        visit.toast(Text.of(said, id=after.id))
        _show_one(visit, after, number_in(rest[1]))

    return decide


def send_back(visit: Visit, answers: Answers) -> None:
    """/returnduty N TEXT: the deputy reads why, with a button that leads to the entry to correct it."""
    entry = duty_log.advance(visit.uow, visit.desk, visit.actor, answers["entry"], _E.RETURNED, text=answers["text"])
    duty_telling.returned(visit.uow, visit.desk, entry)
    visit.toast()
    next_one = Button(Text.of("button-duty-list"), data="dutyreview:0")
    said = Text.of("duty-sent-back", id=entry.id, deputy=duty_views.name(visit, entry))
    visit.say(said, rows=((next_one,),))


# --- a page -----------------------------------------------------------------------------------------------------------


def _written(entries: Sequence[DutyEntry]) -> str:
    """Which entries, and a digest of what they say: what is changed meanwhile is not confirmed unread."""
    numbers = ".".join(_in_36(entry.id) for entry in entries)
    return f"{numbers}:{_digest(entries)}"


def _digest(entries: Sequence[DutyEntry]) -> str:
    return _in_36(zlib.crc32("\n".join(map(repr, entries)).encode()))


def _in_36(number: int) -> str:
    written = ""
    while number or not written:
        number, digit = divmod(number, len(_DIGITS))
        written = _DIGITS[digit] + written
    return written


def _confirm_page(visit: Visit, rest: Sequence[str]) -> None:
    """``confirmduties:NUMBERS:DIGEST[:yes]``: asks first, with all of them in sight."""
    require_staff(visit)
    if len(rest) not in (2, 3) or rest[2:] not in ([], ["yes"]):
        raise Refused("old-button")
    found = [visit.uow.duty.get(number, lock=True) for number in _numbers(rest[0])]
    entries = [entry for entry in found if entry and entry.state is EntryState.FILED and _may_decide(visit, entry)]
    if len(entries) != len(found) or _digest(entries) != rest[1]:
        visit.toast(Text.of("duty-review-changed"), alert=True)
        _list(visit, 0)
        return
    if rest[2:]:
        _confirm_all(visit, entries)
        return
    visit.toast()
    lines = [duty_views.line(entry, deputy=duty_views.name(visit, entry)) for entry in entries]
    sure = Button(Text.of("button-confirm"), data=f"confirmduties:{rest[0]}:{rest[1]}:yes")
    back = Button(Text.of("button-cancel"), data="dutyreview:0")
    visit.show(Text.lines(Text.of("ask-sure-duty-page", n=len(entries)), *lines), rows=((sure, back),))


def _confirm_all(visit: Visit, entries: Sequence[DutyEntry]) -> None:
    for entry in entries:
        duty_log.advance(visit.uow, visit.desk, visit.actor, entry.id, _E.CONFIRMED)
    for deputy_id in sorted({entry.deputy_id for entry in entries}):
        duty_telling.confirmed(visit.uow, visit.desk, deputy_id)
    visit.toast()
    _, left = _waiting(visit, 0)
    more = Button(Text.of("button-duty-list"), data="dutyreview:0")
    visit.show(Text.of("duty-page-confirmed", n=len(entries), left=left), rows=((more,),) if left else ())


def _numbers(written: str) -> list[int]:
    words = written.split(".")
    if len(words) > PAGE or not all(word and len(word) <= 10 and set(word) <= set(_DIGITS) for word in words):
        raise Refused("old-button")
    return [int(word, 36) for word in words]


def _ask_reason(visit: Visit, rest: Sequence[str]) -> None:
    if len(rest) != 2 or not visit.place.private:
        raise Refused("old-button")
    entry = duty_log.find(visit.uow, visit.actor, number_in(rest[0]), Permission.DUTY_REVIEW)
    if _E.RETURNED not in duty.possible(entry.state):
        raise duty_log.refusal(entry)
    guided.begin(visit, "returnduty", {"entry": entry.id})


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"returnduty": send_back}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "dutyreview": _turn,
    "confirmduty": _decided(_E.CONFIRMED, "toast-duty-confirmed"),
    "unconfirmduty": _decided(_E.UNCONFIRMED, "toast-duty-unconfirmed"),
    "returnduty": _ask_reason,
    "confirmduties": _confirm_page,
}
