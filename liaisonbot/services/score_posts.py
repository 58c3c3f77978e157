"""The quarterly post to the deputies' own group: days and points of each. Off unless staff switch it on there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from liaisonbot import scoring
from liaisonbot.desk import Desk
from liaisonbot.model import Group
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import arguments, cards, groups, quiet, readers, scores
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.windows import Window, WindowKind

MORNING: Final = 9
"""The local hour of a quarter's first day from which it goes out."""
WINDOW: Final = timedelta(days=14)
"""Later than that after the quarter nobody wants to read it any more."""


def _quarterly(visit: Visit, answers: Mapping[str, Any]) -> None:
    """/quarterly in a group: from now on the scores of one's stations are posted there each quarter, or no more."""
    uow = visit.uow
    group = groups.remember(uow, visit.place)
    on = next((stations for each, stations, _ in uow.groups.posting_scores() if each.chat_id == group.chat_id), None)
    own = arguments.stations_of(visit)
    visit.toast()
    if on is not None:
        uow.groups.post_scores(group.chat_id, None, "")
        visit.say(Text.of("quarterly-off"))
        return
    last = Window.around(WindowKind.QUARTER, visit.desk.today).previous()
    uow.groups.post_scores(group.chat_id, [station.id for station in own], last.label)
    names = [Text.of("choice-station", station=station.name) for station in own]
    visit.say(Text.of("quarterly-on", stations=cards.listed(names)))


def post(uow: UnitOfWork, desk: Desk) -> int:
    """The quarter that is over, in each group that asked for it: once, whatever restarts."""
    local = desk.now.astimezone(desk.timezone)
    quarter = Window.around(WindowKind.QUARTER, desk.today).previous()
    since = desk.today - quarter.last
    if since > WINDOW or (since <= timedelta(days=1) and local.hour < MORNING) or quiet.until(desk) is not None:
        return 0
    due = [(group, stations) for group, stations, posted in uow.groups.posting_scores() if posted < quarter.label]
    for group, stations in due:
        _post(uow, desk, group, stations, quarter)
        uow.groups.post_scores(group.chat_id, stations, quarter.label)
    return len(due)


def _post(uow: UnitOfWork, desk: Desk, group: Group, stations: frozenset[int], quarter: Window) -> None:
    deputies = [deputy for deputy in uow.roster.deputies() if deputy.station_ids & stations]
    if not deputies:
        return
    lines = [
        Text.of("quarterly-line", deputy=each.deputy.name, days=each.days, points=scoring.shown(each.points))
        for each in scores.standings(uow, desk, deputies, quarter)
    ]
    text = Text.lines(Text.of("quarterly-head", window=scores.named(quarter)), *lines, Text.of("quarterly-foot"))
    language = readers.group_language(desk, group)
    uow.outbox.add(Outgoing(Send.TEXT, group.chat_id, language=language, text=text), desk.now)


PERFORM: Final[Mapping[str, Callable[[Visit, Mapping[str, Any]], None]]] = {"quarterly": _quarterly}
STEPS: Final = (post,)
