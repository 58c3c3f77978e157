"""How many had voted at each local midnight, whatever people did later: figures of a past week do not change.

Votes are changed and taken back, and of a secret ballot no hour is kept. So before the first act of a new day the
number is kept as it stood (``polls.Poll.day_ends`` says whether it is that); every other vote costs a comparison. From
one act to the next nothing changes, so the number that was kept holds for every midnight between them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from liaisonbot.desk import Desk
from liaisonbot.polls import Poll
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import poll_views

_DAY: Final = timedelta(days=1)


def day_ends(desk: Desk) -> datetime:
    """The next midnight where the stations are: until then nothing has to be kept for a poll in which something was
    done just now.
    """
    return desk.begin(desk.today + _DAY)


def before_an_act(uow: UnitOfWork, desk: Desk, poll: Poll) -> None:
    """Somebody is about to vote in it, to vote otherwise, or to take their vote back."""
    if poll.day_ends is not None and desk.now < poll.day_ends:
        return
    uow.polls.keep_turnout(poll.number, desk.begin(desk.today), poll_views.turnout(uow, poll))
    uow.polls.update(poll.number, day_ends=day_ends(desk))
