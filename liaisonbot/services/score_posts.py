"""The quarterly post to the deputies' own group: days and points of each. Off unless staff switch it on there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import ScorePosts
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import arguments, cards, groups, quiet, readers, scores
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.window_names import named
from liaisonbot.windows import Window, WindowKind

MORNING: Final = 9
"""The local hour of a quarter's first day from which it goes out."""
WINDOW: Final = timedelta(days=14)
"""Later than that after the quarter nobody wants to read it any more."""


def _quarterly(visit: Visit, answers: Mapping[str, Any]) -> None:
    """/quarterly in the deputies' own group: from now on the scores of one's stations are posted there each quarter,
    or no more. Not in a group that is bound to a station: there residents read.
    """
    uow = visit.uow
    group = groups.remember(uow, visit.place)
    own = arguments.stations_of(visit)
    on = next((each for each in uow.groups.posting_scores() if each.group.chat_id == group.chat_id), None)
    visit.toast()
    if on is not None:
        if not visit.actor.owner and not on.station_ids & {station.id for station in own}:
            raise Refused("quarterly-of-others")
        uow.groups.post_scores(group.chat_id, None)
        visit.say(Text.of("quarterly-off"))
        return
    if group.station_id is not None:
        raise Refused("quarterly-residents")
    last = Window.around(WindowKind.QUARTER, visit.desk.today).previous()
    posts = ScorePosts(group, frozenset(station.id for station in own), last.label, visit.place.thread_id)
    uow.groups.post_scores(group.chat_id, posts)
    names = [Text.of("choice-station", station=station.name) for station in own]
    visit.say(Text.of("quarterly-on", stations=cards.listed(names)))


def post(uow: UnitOfWork, desk: Desk) -> int:
    """The quarter that is over, in each group that asked for it: once, whatever restarts."""
    local = desk.now.astimezone(desk.timezone)
    quarter = Window.around(WindowKind.QUARTER, desk.today).previous()
    since = desk.today - quarter.last
    if since > WINDOW or (since <= timedelta(days=1) and local.hour < MORNING) or quiet.until(desk) is not None:
        return 0
    due = [posts for posts in uow.groups.posting_scores() if posts.posted < quarter.label]
    for posts in due:
        if posts.group.station_id is None:  # it has become a group of residents since
            _post(uow, desk, posts, quarter)
        uow.groups.post_scores(posts.group.chat_id, replace(posts, posted=quarter.label))
    return len(due)


def _post(uow: UnitOfWork, desk: Desk, posts: ScorePosts, quarter: Window) -> None:
    deputies = [deputy for deputy in uow.roster.deputies() if deputy.station_ids & posts.station_ids]
    if not deputies:
        return
    lines = [
        Text.of("quarterly-line", deputy=each.deputy.name, **scores.counted(each.days, each.points))
        for each in scores.standings(uow, desk, deputies, quarter)
    ]
    text = Text.lines(Text.of("quarterly-head", window=named(quarter)), *lines, Text.of("quarterly-foot"))
    language = readers.group_language(desk, posts.group)
    told = Outgoing(Send.TEXT, posts.group.chat_id, language=language, text=text, thread_id=posts.thread_id)
    uow.outbox.add(told, desk.now)


PERFORM: Final[Mapping[str, Callable[[Visit, Mapping[str, Any]], None]]] = {"quarterly": _quarterly}
STEPS: Final = (post,)
