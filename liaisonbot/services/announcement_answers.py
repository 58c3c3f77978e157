"""What those do who got an announcement: a deputy says that they have read it, anybody asks about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from liaisonbot.announcements import Announcement, State
from liaisonbot.errors import NotFound, Refused
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import announcement_posts as posts
from liaisonbot.services import announcement_views as views
from liaisonbot.services import arguments, intake
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text


def read(visit: Visit, post_id: int) -> None:
    """A deputy says that they have read it."""
    post = visit.uow.announcements.post(post_id)
    deputy = visit.actor.deputy
    if post is None or deputy is None or post.entry_id != deputy.id:
        raise Refused("old-button")
    announcement = visit.uow.announcements.get(post.announcement_id, lock=True)
    if post.read_at is None:
        visit.uow.announcements.note_post(post.id, read_at=visit.desk.now)
        if announcement is not None:
            posts.go_on(visit.uow, visit.desk, announcement, show=True)
    visit.toast(Text.of("toast-read"))
    visit.renew_buttons(views.question_rows(visit.desk, announcement) if announcement is not None else ())


def start_asking(visit: Visit, announcement_id: int, station_id: int | None = None) -> None:
    """The button below a post led here: the next words are a question about it."""
    announcement = _asked_about(visit.uow, announcement_id)
    dialogue = visit.uow.dialogues.start(
        visit.place.chat_id,
        visit.person_id,
        "askabout",
        {"announcement": announcement.id, "station": station_id},
        "text",
        visit.desk.now + timedelta(hours=1),
    )
    question = Text.lines(Text.of("asking-about", text=views.excerpt(announcement)), Text.of("ask-question-about"))
    visit.say(question, rows=arguments.rows(dialogue.id, [], wide=False), prompt_for=dialogue.id)


def ask(visit: Visit, answers: Answers) -> None:
    """The words become a case, an enquiry about that post; its card says which."""
    announcement = _asked_about(visit.uow, answers["announcement"])
    if visit.message is None:
        raise Refused("need-words")
    person = visit.actor.person
    own = person.station_id if person else None
    only = announcement.station_ids[0] if len(announcement.station_ids) == 1 else None
    # The group in which they pressed the button tells most.
    near = next((id_ for id_ in (answers.get("station"), own) if id_ in announcement.station_ids), only)
    intake.open_case(
        visit,
        visit.message,
        text=answers["text"],
        kind="enquiry",
        station_id=near,
        announcement_id=announcement.id,
    )


def _asked_about(uow: UnitOfWork, announcement_id: int) -> Announcement:
    announcement = uow.announcements.get(announcement_id)
    out = announcement is not None and announcement.state in (State.RUNNING, State.DONE)
    if announcement is None or not out or not views.may_be_asked_about(announcement):
        raise NotFound("announcement-not-found", id=announcement_id)
    return announcement


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"askabout": ask}
