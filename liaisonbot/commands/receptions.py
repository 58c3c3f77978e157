"""Reception days (接待日): the rota, booking, and the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from liaisonbot.commands.kinds import ANYONE, CASEWORKERS, OFFICE, Argument, Command, Kind
from liaisonbot.permissions import Permission as P


def _weekday_open(answers: Mapping[str, Any]) -> bool:
    """Which week was pressed, and not yet which day of it."""
    return "every" in answers.get("when", {})


def _hours_open(answers: Mapping[str, Any]) -> bool:
    return "when" in answers and not answers["when"].get("hours")


_RECEPTION: Final = Argument("reception", Kind.RECEPTION_DAY, "ask-which-reception")
_RECEIVERS: Final = Argument("deputies", Kind.RECEIVERS, "ask-receivers", offers="receivers")

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "reception",
        CASEWORKERS,
        needs=P.RECEPTION_RECORD,
        arguments=(Argument("text", Kind.TEXT, "", optional=True),),
    ),
    Command(
        "newrota",
        OFFICE,
        menu=False,
        needs=P.RECEPTION_KEEP,
        arguments=(
            Argument("station", Kind.RECEPTION_STATION, "ask-rota-station", guided=True),
            Argument("when", Kind.ROTA_WHEN, "ask-rota-when"),
            Argument("weekday", Kind.ROTA_WEEKDAY, "ask-rota-weekday", wanted=_weekday_open),
            Argument("hours", Kind.RECEPTION_HOURS, "ask-reception-hours", wanted=_hours_open),
            Argument("place", Kind.RECEPTION_PLACE, "ask-reception-place"),
            _RECEIVERS,
            Argument("slot", Kind.SLOT_LENGTH, "ask-slot-length"),
            Argument("sure", Kind.CONFIRM, "ask-sure-newrota"),
        ),
    ),
    Command(
        "endrota",
        OFFICE,
        menu=False,
        needs=P.RECEPTION_KEEP,
        arguments=(
            Argument("rota", Kind.ROTA, "ask-which-rota"),
            Argument("sure", Kind.CONFIRM, "ask-sure-endrota"),
        ),
    ),
    Command(
        "rotareceivers",
        OFFICE,
        menu=False,
        needs=P.RECEPTION_KEEP,
        arguments=(Argument("rota", Kind.ROTA, "ask-which-rota"), _RECEIVERS),
    ),
    Command(
        "cancelday",
        OFFICE,
        menu=False,
        needs=P.RECEPTION_KEEP,
        arguments=(
            _RECEPTION,
            Argument("text", Kind.TEXT, "ask-cancelday-why", offers="unsaid"),
            Argument("sure", Kind.CONFIRM, "ask-sure-cancelday"),
        ),
    ),
    Command(
        "moveday",
        OFFICE,
        menu=False,
        needs=P.RECEPTION_KEEP,
        arguments=(
            _RECEPTION,
            Argument("date", Kind.DATE, "ask-moveday"),
            Argument("hours", Kind.RECEPTION_HOURS, "ask-moveday-hours", guided=True),
            Argument("sure", Kind.CONFIRM, "ask-sure-moveday"),
        ),
    ),
    Command(
        "receivers",
        OFFICE,
        menu=False,
        needs=P.RECEPTION_KEEP,
        arguments=(_RECEPTION, _RECEIVERS),
    ),
    Command(
        "walkin",
        CASEWORKERS,
        menu=False,
        needs=P.RECEPTION_RECORD,
        arguments=(
            Argument("reception", Kind.RECEPTION_RECORDED, "ask-which-reception"),
            Argument("text", Kind.TEXT, "ask-walkin"),
            Argument("who", Kind.CONTACT, "ask-walkin-who", guided=True),
            Argument("slot", Kind.RECEPTION_SLOT, "ask-walkin-slot", guided=True),
            Argument("consent", Kind.CONFIRM, "ask-walkin-consent"),
        ),
    ),
    Command(
        "hear",
        CASEWORKERS,
        menu=False,
        needs=P.RECEPTION_RECORD,
        arguments=(
            Argument("booking", Kind.BOOKING, "ask-which-visitor"),
            Argument("exit", Kind.RECEPTION_EXIT, "ask-visit-exit"),
            Argument("text", Kind.TEXT, "ask-visit-minutes"),
            Argument("sure", Kind.CONFIRM, "ask-sure-hear"),
        ),
    ),
    Command(
        "heldday",
        CASEWORKERS,
        menu=False,
        needs=P.RECEPTION_RECORD,
        arguments=(
            Argument("reception", Kind.RECEPTION_RECORDED, "ask-which-reception"),
            Argument("text", Kind.TEXT, "ask-held-summary", offers="unsaid"),
            Argument("sure", Kind.CONFIRM, "ask-sure-heldday"),
        ),
    ),
    Command(
        "book",
        (ANYONE,),
        needs=P.RECEPTION_BOOK,
        arguments=(
            Argument("reception", Kind.RECEPTION_DAY, "", optional=True),
            Argument("slot", Kind.RECEPTION_SLOT, "", optional=True),
            Argument("text", Kind.TEXT, "", optional=True),
        ),
    ),
    Command(
        "bookslot",
        (ANYONE,),
        menu=False,
        needs=P.RECEPTION_BOOK,
        arguments=(
            _RECEPTION,
            Argument("slot", Kind.RECEPTION_SLOT, "ask-which-slot"),
            Argument("text", Kind.TEXT, "ask-booking-about", offers="unsaid"),
        ),
    ),
    Command(
        "aboutvisit",
        (ANYONE,),
        menu=False,
        needs=P.RECEPTION_BOOK,
        arguments=(
            Argument("booking", Kind.BOOKING, "ask-which-visitor"),
            Argument("text", Kind.TEXT, "ask-booking-about"),
        ),
    ),
)
