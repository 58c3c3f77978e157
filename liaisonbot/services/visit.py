"""Somebody stands at the desk: who acts, where, and how they are answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from liaisonbot.desk import Desk
from liaisonbot.incoming import ButtonPress, IncomingMessage, Place
from liaisonbot.model import Actor
from liaisonbot.outgoing import Outgoing, Priority, Rows, Send
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import muted
from liaisonbot.texts import Text


@dataclass(frozen=True, slots=True)
class Visit:
    """One update's worth of conversation. Answers go to where the update came from, in the reader's language."""

    uow: UnitOfWork
    desk: Desk
    actor: Actor
    place: Place
    language: str
    message: IncomingMessage | None = None
    press: ButtonPress | None = None
    toasted: list[str] = field(default_factory=list)
    """The presses that were answered."""

    @property
    def person_id(self) -> int:
        """The acting person's row id. Every visit has one: only the clock has none, and it does not visit."""
        if self.actor.person is None:
            raise TypeError("nobody is visiting")
        return self.actor.person.id

    @property
    def telegram_id(self) -> int | None:
        """The acting person's account."""
        return self.actor.person.telegram_id if self.actor.person else None

    def say(self, text: Text, *, rows: Rows = (), **more: Any) -> None:
        """Answer with a message of its own; ``more`` are fields of :class:`Outgoing`."""
        reply_to = self.message.message_id if self.message and not self.place.private else None
        fields = {"reply_to": reply_to, "priority": Priority.ANSWER, **more}
        answer = Outgoing(Send.TEXT, self.place.chat_id, text=text, rows=rows, **fields)
        self.promise(muted.or_in_private(self.desk, self.actor.person, answer))

    def show(self, text: Text, *, rows: Rows = (), **more: Any) -> None:
        """Answer where the button was pressed: the message with the button becomes this. Else like ``say``."""
        if self.press is None or self.press.message_id is None:
            self.say(text, rows=rows, **more)
            return
        self.promise(
            Outgoing(
                Send.EDIT,
                self.place.chat_id,
                text=text,
                rows=rows,
                target=self.press.message_id,
                priority=Priority.ANSWER,
                key=_edit_of(self.press.message_id),
                **more,
            )
        )

    def renew_buttons(self, rows: Rows) -> None:
        """Other buttons, or none, below the message whose button was pressed; its words stay.

        What ``show`` has put in its place is left as it is.
        """
        if self.press is None or self.press.message_id is None:
            return
        place, target = self.place.chat_id, self.press.message_id
        waiting = self.uow.outbox.waiting(place, _edit_of(target), self.desk.now)
        if waiting is None or (waiting.text is None and waiting.composed is None):
            renewed = Outgoing(Send.EDIT, place, target=target, rows=rows, priority=Priority.ANSWER)
            self.promise(replace(renewed, key=_edit_of(target)))

    def toast(self, text: Text | None = None, *, alert: bool = False) -> None:
        """Answer the button press itself: Telegram shows a waiting circle until we do."""
        if self.press is None or (text is None and self.toasted):
            return
        self.toasted.append(self.press.callback_id)
        self.promise(
            Outgoing(
                Send.CALLBACK,
                self.place.chat_id,
                text=text,
                callback_id=self.press.callback_id,
                alert=alert,
                priority=Priority.ANSWER,
            )
        )

    def done(self, text: Text, *, rows: Rows = (), **more: Any) -> None:
        """Say that it is done: a toast for a button, a message for a command."""
        if self.press is not None:
            self.toast(text)
        else:
            self.say(text, rows=rows, **more)

    def promise(self, outgoing: Outgoing) -> None:
        """Put it in the outbox, in this visit's language and topic."""
        self.uow.outbox.add(_with_place(outgoing, self.language, self.place.thread_id), self.desk.now)


def _edit_of(message_id: int) -> str:
    """The key of what a message becomes: of two that wait, the later one counts."""
    return f"edit:{message_id}"


def _with_place(outgoing: Outgoing, language: str, thread_id: int | None) -> Outgoing:
    return replace(outgoing, language=language, thread_id=thread_id)
