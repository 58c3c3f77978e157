"""Filing in the duty log: /duty in one line or step by step, changed until staff confirm it, deleted after a question.

Everything an entry holds stands in the answers of its dialogue until it is filed, so that a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final

from liaisonbot import duty
from liaisonbot.announcements import Sources
from liaisonbot.commands.duty import REVIEW
from liaisonbot.duty import DutyEntry, EntryEvent, EntryState, possible
from liaisonbot.errors import Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.outgoing import Button
from liaisonbot.permissions import Permission, may
from liaisonbot.services import duty_arguments, duty_log, duty_logs, duty_review, duty_views, guided
from liaisonbot.services.doing import FILES, Answers, files_of, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

STATION: Final = "station"
"""Among the answers of a deputy of several stations: the one whose staff confirm the entry; empty until it is said."""
ENTRY: Final = "_entry"
"""The number of the entry that is being changed, among the answers; none: a new one."""
_E: Final = EntryEvent


# --- filing -----------------------------------------------------------------------------------------------------------


def file(visit: Visit, answers: Answers) -> None:
    """/duty: filed at once; its card says so, with what can still be changed. /duty review: what waits for staff."""
    if answers["type"] == REVIEW:
        duty_review.show(visit)
        return
    deputy = visit.actor.deputy
    if deputy is None:
        raise Refused("duty-only-deputies")
    day, fields = date.fromisoformat(answers["day"]), fields_of(visit, answers)
    if ENTRY in answers:
        entry, said = _changed(visit, answers[ENTRY], {"type": answers["type"], "day": day, **fields})
    else:
        duty_arguments.check_day(visit.desk, day)
        type_ = answers["type"]
        entry = duty_log.make(visit.uow, visit.desk, visit.actor, deputy, _E.FILED, type=type_, day=day, **fields)
        said = "duty-filed"
    visit.toast()
    visit.say(Text.lines(Text.of(said), duty_views.card(visit, entry)), rows=duty_views.rows(visit, entry))


def _changed(visit: Visit, entry_id: int, changes: dict[str, Any]) -> tuple[DutyEntry, str]:
    """A draft or what was returned is filed with that; what waits for staff is changed."""
    uow, desk = visit.uow, visit.desk
    before = duty_log.find(uow, visit.actor, entry_id, duty_log.NEEDS[_E.CHANGED], lock=True)
    if changes["day"] != before.day:
        duty_arguments.check_day(desk, changes["day"])
        if before.origin and uow.duty.of_origin(before.deputy_id, changes["day"], before.origin):
            raise Refused("duty-there-already", date=changes["day"])
    event = _E.FILED if _E.FILED in possible(before.state) else _E.CHANGED
    said = {EntryState.RETURNED: "duty-filed-again", EntryState.DRAFT: "duty-filed"}.get(before.state, "duty-changed")
    return duty_log.advance(uow, desk, visit.actor, entry_id, event, changes=changes), said


def fields_of(visit: Visit, answers: Answers) -> dict[str, Any]:
    """The fields of an entry, but for type and day, as the answers say them."""
    files = files_of(visit, answers)
    place_kind, place = _place_of(answers)
    what, _, number = (answers.get("link") or "").partition(":")
    return {
        "minutes": answers.get("time") or None,
        "place_kind": place_kind,
        "place": place,
        "participants": answers.get("participants") or None,
        "text": answers.get("text") or None,
        "effect": answers.get("effect") or None,
        "sources": Sources(files.chat_id, files.ids, files.attachments, files.album) if files else None,
        "case": int(number) if what == duty_arguments.CASE else None,
        "project": int(number) if what == duty_arguments.PROJECT else None,
        **({"station_id": answers[STATION]} if answers.get(STATION) else {}),
    }


def _place_of(answers: Answers) -> tuple[str | None, str | None]:
    """The kind of place and its name: whoever writes a name where the kind is asked for has said that."""
    said = answers.get("place_kind") or None
    if said in duty.PLACES:
        return said, answers.get("spot") or None
    return None, said


def answers_of(entry: DutyEntry) -> dict[str, Any]:
    """The answers that say the same as the entry."""
    answers: dict[str, Any] = {
        "type": entry.type,
        "day": entry.day.isoformat(),
        "text": entry.text or "",
        "time": entry.minutes or "",
        "place_kind": entry.place_kind or entry.place or "",
        "participants": entry.participants or "",
        "effect": entry.effect or "",
        "link": _link_of(entry),
        ENTRY: entry.id,
    }
    if entry.place_kind is not None:
        answers["spot"] = entry.place or ""
    if entry.sources is not None:
        answers[FILES] = {
            "chat": entry.sources.chat_id,
            "ids": list(entry.sources.ids),
            "album": entry.sources.album,
            "attachments": [asdict(attachment) for attachment in entry.sources.attachments],
        }
    return answers


def _link_of(entry: DutyEntry) -> str:
    if entry.case is not None:
        return f"{duty_arguments.CASE}:{entry.case}"
    return f"{duty_arguments.PROJECT}:{entry.project}" if entry.project is not None else ""


def preview(visit: Visit, answers: Answers) -> tuple[Text, str | None]:
    """The entry as it will be filed: its words stand among the rest, and not once more below."""
    entry = _as_it_will_be(visit, answers)
    returned = visit.uow.duty.get(answers[ENTRY]) if ENTRY in answers else None
    reason = returned.reason if returned is not None and duty_views.own(visit, returned) else None
    return Text.lines(
        Text.of("ask-sure-duty"),
        *duty_views.fields(entry),
        duty_views.station(visit, entry) if STATION in answers else None,
        Text.of("duty-card-reason", reason=reason) if reason else None,
    ), None


def _as_it_will_be(visit: Visit, answers: Answers) -> DutyEntry:
    empty = dict.fromkeys(DutyEntry.__dataclass_fields__)
    said = {"type": answers["type"], "day": date.fromisoformat(answers["day"]), **fields_of(visit, answers)}
    deputy = visit.actor.deputy
    if deputy is not None:
        of_itself = duty_log.station_for(visit.uow, deputy, said["case"], said["project"])
        said = {"deputy_id": deputy.id, "station_id": of_itself, **said}
    return DutyEntry(**{**empty, **said})


def correct(visit: Visit, entry: DutyEntry) -> None:
    """Begin the dialogue with everything the entry says, at its preview: any of it can be said anew."""
    if _E.CHANGED not in possible(entry.state):
        raise duty_log.refusal(entry)
    several = {STATION: entry.station_id or ""} if _of_several(visit) else {}
    guided.begin(visit, "duty", {**answers_of(entry), **several})


def _of_several(visit: Visit) -> bool:
    return visit.actor.deputy is not None and len(visit.actor.deputy.station_ids) > 1


def join_album(visit: Visit, message: IncomingMessage) -> bool:
    """Whether the message is a further picture of an album that is part of an entry; then it goes along."""
    deputy = visit.actor.deputy
    if message.media_group_id is None or not message.place.private or deputy is None:
        return False
    found = visit.uow.duty.of_album(deputy.id, message.media_group_id)
    if found is None or found.sources is None or _E.CHANGED not in possible(found.state):
        return False
    sources = replace(
        found.sources,
        ids=(*found.sources.ids, message.message_id),
        attachments=(*found.sources.attachments, *message.attachments),
    )
    visit.uow.duty.update(found.id, sources=sources)
    return True


# --- the buttons below an entry ---------------------------------------------------------------------------------------


def _show(visit: Visit, entry: DutyEntry) -> None:
    """Its card, where the button was."""
    visit.toast()
    visit.show(duty_views.card(visit, entry), rows=duty_views.rows(visit, entry))


def _change(visit: Visit, entry: DutyEntry) -> None:
    if not duty_views.own(visit, entry):
        raise Refused("old-button")
    correct(visit, entry)


def _show_files(visit: Visit, entry: DutyEntry) -> None:
    """The photos or the voice message once more, as they were sent."""
    if entry.sources is None:
        raise Refused("duty-no-files")
    visit.toast()
    visit.promise(duty_views.files_again(visit, entry, entry.sources))


def goes_without_saying(visit: Visit, answers: Answers) -> dict[str, Any]:
    """Who has no log of their own looks at what waits; a deputy of several stations can say for which it is."""
    staff = visit.actor.deputy is None and may(visit.actor, Permission.DUTY_REVIEW)
    if staff and not answers:
        return {"type": REVIEW}
    return {STATION: ""} if _of_several(visit) else {}


def require_own_log(visit: Visit) -> None:
    """Before anybody is asked anything: a log is kept by its deputy."""
    if visit.actor.deputy is None:
        raise Refused("duty-only-deputies")


ACTIONS: Final[Mapping[str, Callable[[Visit, DutyEntry], None]]] = {
    "show": _show,
    "change": _change,
    "files": _show_files,
}


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """``duty:N:ACTION``."""
    if len(rest) != 2 or rest[1] not in ACTIONS or not visit.place.private:
        raise Refused("old-button")
    ACTIONS[rest[1]](visit, duty_log.find(visit.uow, visit.actor, number_in(rest[0]), duty_log.READ))


def _drop(visit: Visit, rest: Sequence[str]) -> None:
    """``dropduty:N[:yes]``: asks first; the journal keeps what was deleted."""
    if len(rest) not in (1, 2) or rest[1:] not in ([], ["yes"]) or not visit.place.private:
        raise Refused("old-button")
    entry = duty_log.find(visit.uow, visit.actor, number_in(rest[0]), duty_log.NEEDS[_E.DELETED])
    if _E.DELETED not in possible(entry.state):
        raise duty_log.refusal(entry)
    visit.toast()
    if rest[1:]:
        duty_log.advance(visit.uow, visit.desk, visit.actor, entry.id, _E.DELETED)
        visit.show(Text.of("duty-dropped", id=entry.id), rows=((duty_views.to_log(entry),),))
        return
    sure = Button(Text.of("button-confirm"), data=f"dropduty:{entry.id}:yes")
    back = Button(Text.of("button-cancel"), data=f"duty:{entry.id}:show")
    visit.show(Text.lines(Text.of("ask-sure-drop-duty"), *duty_views.fields(entry)), rows=((sure, back),))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {
    "duty": file,
    **duty_review.PERFORM,
    **duty_logs.PERFORM,
}
PREVIEW: Final[Mapping[str, Callable[[Visit, Answers], tuple[Text, str | None]]]] = {"duty": preview}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "duty": _press,
    "dropduty": _drop,
    **duty_review.VERBS,
    **duty_logs.VERBS,
}
