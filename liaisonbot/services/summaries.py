"""``/summary``: the figures of a week, a month, a quarter, as staff get them in the chat.

Asking makes a row; ``handlers/summarising.py`` makes what it asks for beside everything else (``summary_making.py``),
so that nobody who writes to the bot waits for it. One message says that it is being made, and becomes the answer; below
that comes the chart. Files are made the same way. Staff see their stations; owners, and staff of no station, all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import windows
from liaisonbot.errors import NotFound, Refused
from liaisonbot.permissions import Permission, may
from liaisonbot.services import figures, summary_which, summary_whose, summary_wishes
from liaisonbot.services.doing import Answers, number_in
from liaisonbot.services.summary_days import last_week
from liaisonbot.services.summary_making import FILES, SHOWN, cancel
from liaisonbot.services.summary_whose import DEPUTIES, PLACES
from liaisonbot.services.visit import Visit
from liaisonbot.summaries import CHAT, EVERYBODYS, WHICH, Whose, stations_of
from liaisonbot.texts import Text
from liaisonbot.window_names import named
from liaisonbot.windows import Window

# --- asking -----------------------------------------------------------------------------------------------------------


def _summary(visit: Visit, answers: Answers) -> None:
    """/summary: of the last week that is over, or of the named part of the calendar; of one's stations, or one. Or when
    it is to come by itself.
    """
    line = answers.get("line") or {}
    if "wish" in line:
        summary_wishes.choose(visit, line["wish"])
        return
    window = windows.read(line["window"]) if line.get("window") else last_week(visit.desk)
    if window is None:
        raise Refused("summary-no-such-window", typed=line["window"], last=last_week(visit.desk).label)
    _ask(visit, window, Whose.read(line.get("whose", "0")) or EVERYBODYS, line.get("what", CHAT))


def _ask(visit: Visit, window: Window, whose: Whose, what: str) -> None:
    _require(visit)
    if figures.begins(visit.desk, window) >= visit.desk.now:
        raise Refused("window-ahead", window=named(window))
    summary_whose.require(visit.uow, visit.actor, whose)
    own = stations_of(visit.actor)
    turned = what.startswith(summary_which.PREFIX) and visit.press is not None
    job = visit.uow.summary_jobs.ask(
        person_id=visit.person_id,
        chat_id=visit.place.chat_id,
        language=visit.language,
        window=window.label,
        whose=whose,
        station_ids=own,
        what=what,
        message_id=visit.press.message_id if turned and visit.press else None,
        now=visit.desk.now,
    )
    visit.toast(Text.of("toast-summary"))
    if not turned:
        text = Text.of("summary-working", what=Text.of(f"summary-what-{job.kind}"), window=named(window))
        visit.say(text, rows=cancel(job), noted_as=(SHOWN, job.id))


def _require(visit: Visit) -> None:
    if not may(visit.actor, Permission.SUMMARY_READ):
        raise NotFound("unknown-command")


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``summary:WHAT:WINDOW:WHOSE[:…]``; see the buttons of ``summary_making.py`` and ``summary_whose.py``."""
    _require(visit)
    if len(rest) == 2 and rest[0] == "stop":
        _stop(visit, number_in(rest[1]))
        return
    if len(rest) < 3 or (window := windows.read(rest[1])) is None:
        raise Refused("old-button")
    what, whose = rest[0], Whose.read(rest[2])
    if whose is None:
        raise Refused("old-button")
    if what in (PLACES, DEPUTIES):
        summary_whose.choose(visit, what, window, number_in(rest[3]) if len(rest) > 3 else 0)
    elif what == WHICH and len(rest) == 5 and summary_which.known(rest[3]):
        _ask(visit, window, whose, f"{summary_which.PREFIX}{rest[3]}:{number_in(rest[4])}")
    elif what == WHICH and len(rest) == 3:
        visit.toast()
        visit.say(Text.of("summary-which", window=named(window)), rows=summary_which.choice(window, whose))
    elif what == CHAT or what in FILES:
        _ask(visit, window, whose, what)
    else:
        raise Refused("old-button")


def _stop(visit: Visit, job_id: int) -> None:
    job = visit.uow.summary_jobs.get(job_id)
    if job is None or job.person_id != visit.person_id or job.behind:
        raise Refused("summary-over")
    visit.uow.summary_jobs.remove(job_id)
    visit.toast()
    visit.show(Text.of("summary-stopped"))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"summary": _summary}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"summary": _press}
