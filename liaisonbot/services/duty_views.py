"""How an entry of a duty log looks: its card, its line in a list, and what many of them come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from liaisonbot import duty, masking
from liaisonbot.announcements import Sources
from liaisonbot.duty import DutyEntry, EntryEvent
from liaisonbot.outgoing import Button, Outgoing, Rows, Send
from liaisonbot.services import cards
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

_SHORT: Final = 40
"""Characters of the words in a list's line."""
HOUR: Final = 60


def card(visit: Visit, entry: DutyEntry) -> Text:
    """The whole entry, as its deputy and staff read it."""
    state = Text.of(f"duty-state-{entry.state}")
    return Text.lines(
        Text.of("duty-card", id=entry.id, state=state, deputy=None if own(visit, entry) else name(visit, entry)),
        *fields(entry),
        station(visit, entry),
        Text.of("duty-card-reason", reason=entry.reason) if entry.reason else None,
    )


def station(visit: Visit, entry: DutyEntry) -> Text | None:
    """Whose staff confirm it, where that does not go without saying: its deputy has several stations, or another."""
    deputy = visit.uow.roster.get(entry.deputy_id)
    where = visit.uow.stations.get(entry.station_id) if entry.station_id is not None else None
    if where is None or deputy is None or deputy.station_ids == {where.id}:
        return None
    return Text.of("duty-card-station", station=where.name)


def fields(entry: DutyEntry) -> list[Text]:
    """What was said of it, a line each; what was not said has none."""
    type_ = duty.TYPES.get(entry.type)
    group = Text.of(f"duty-group-{type_.group}") if type_ else ""
    lines = [
        Text.of("duty-card-type", type=type_name(entry.type), group=group),
        Text.of("duty-card-day", date=entry.day),
        Text.of("duty-card-place", place=where(entry)) if entry.place or entry.place_kind else None,
        Text.of("duty-card-hours", hours=length(entry.minutes)) if entry.minutes else None,
        Text.of("duty-card-who", who=entry.participants) if entry.participants else None,
        Text.of("duty-card-text", text=entry.text) if entry.text else None,
        Text.of("duty-card-effect", effect=entry.effect) if entry.effect else None,
        Text.of("duty-card-files", files=files(entry.sources)) if entry.sources else None,
        Text.of("duty-card-case", case=entry.case) if entry.case else None,
        Text.of("duty-card-project", number=entry.project) if entry.project else None,
    ]
    return [line for line in lines if line is not None]


def own(visit: Visit, entry: DutyEntry) -> bool:
    """Whether it is the visitor's own."""
    return visit.actor.deputy is not None and visit.actor.deputy.id == entry.deputy_id


def name(visit: Visit, entry: DutyEntry) -> str:
    """The deputy's name, as the roster has it."""
    deputy = visit.uow.roster.get(entry.deputy_id)
    return deputy.name if deputy else ""


def type_name(key: str) -> Text | str:
    """In the reader's language; a type that the data file does not know any more by its key."""
    return Text.of(f"duty-type-{key}") if key in duty.TYPES else key


def where(entry: DutyEntry) -> Text | str:
    """The kind of place, the place, or both."""
    if entry.place_kind is None:
        return entry.place or ""
    kind = Text.of(f"duty-place-{entry.place_kind}")
    return Text.of("duty-where", kind=kind, place=entry.place) if entry.place else kind


def length(minutes: int) -> Text:
    """In hours where it is half-hours, else to the minute."""
    hours, rest = divmod(minutes, HOUR)
    if hours == 0:
        return Text.of("duty-minutes", n=rest)
    if rest in (0, HOUR // 2):
        return Text.of("duty-hours", hours=f"{minutes / HOUR:g}")
    return Text.of("duty-hours-minutes", hours=str(hours), n=rest)


def month(day: date) -> Text:
    """The month that day is in."""
    return Text.of("month", year=str(day.year), name=Text.of(f"month-name-{day.month}"))


def files(sources: Sources) -> Text:
    """What goes along, by kind: photos, a voice message. Of an album not how many: its parts come one by one."""
    kinds = dict.fromkeys(attachment.kind for attachment in sources.attachments)
    return cards.listed([Text.of(f"media-{kind}") for kind in kinds])


def files_again(visit: Visit, entry: DutyEntry, sources: Sources) -> Outgoing:
    """Its photos or voice message, as they were sent."""
    heading = Outgoing(Send.TEXT, visit.place.chat_id, text=Text.of("duty-files-of", id=entry.id))
    if len(sources.ids) == 1 and sources.attachments:
        return replace(heading, kind=Send.MEDIA, attachment=sources.attachments[0])
    return replace(heading, kind=Send.COPY, copy_from=sources.chat_id, copy_ids=sources.ids)


def line(entry: DutyEntry, *, deputy: str | None = None) -> Text:
    """The entry in one line of a list; ``deputy``: whose, where the list is of several."""
    words = masking.shorten(" ".join((entry.text or "").split()), _SHORT)
    return Text.of(
        "duty-line",
        id=entry.id,
        date=entry.day,
        type=type_name(entry.type),
        state=Text.of(f"duty-mark-{entry.state}"),
        deputy=deputy,
        hours=length(entry.minutes) if entry.minutes else None,
        text=words or None,
    )


# --- what they come to ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """Entries by type, by group and by role of a deputy; each in the order of the data file, without those of none."""

    types: Mapping[str, int]
    groups: Mapping[str, int]
    roles: Mapping[str, int]
    """All four of them: it is a balance sheet."""

    @property
    def entries(self) -> int:
        return sum(self.types.values())


def totals(counts: Mapping[str, int]) -> Totals:
    """What entries by type, as ``uow.duty.count`` gives them, come to."""
    groups, roles = Counter[str](), Counter[str]()
    for key, n in counts.items():
        type_ = duty.TYPES.get(key)
        if type_ is not None:
            groups[type_.group] += n
            roles[type_.role] += n
    return Totals(
        _in_order(duty.TYPES, counts), _in_order(duty.GROUPS, groups), {key: roles[key] for key in duty.ROLES}
    )


def _in_order(keys: Iterable[str], counts: Mapping[str, int]) -> Mapping[str, int]:
    return {key: counts[key] for key in keys if counts.get(key)}


# --- buttons ----------------------------------------------------------------------------------------------------------


def rows(visit: Visit, entry: DutyEntry) -> Rows:
    """What the visitor can do about it."""
    look = Button(Text.of("button-duty-files"), data=f"duty:{entry.id}:files")
    acts, log = (_own_row(entry), (to_log(entry),)) if own(visit, entry) else ((), ())
    return tuple(row for row in (acts, (look,) if entry.sources else (), log) if row)


def to_log(entry: DutyEntry) -> Button:
    """The way to the month in which it is, in its deputy's log."""
    return Button(Text.of("button-duty-log"), data=f"mylogs:{entry.day:%Y-%m}:0")


def _own_row(entry: DutyEntry) -> tuple[Button, ...]:
    can = duty.possible(entry.state)
    change = Button(Text.of("button-duty-change"), data=f"duty:{entry.id}:change")
    drop = Button(Text.of("button-duty-drop"), data=f"dropduty:{entry.id}")
    return tuple(button for button, event in ((change, EntryEvent.CHANGED), (drop, EntryEvent.DELETED)) if event in can)
