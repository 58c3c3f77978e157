"""Groups and private chats as tests and the page use them: who comes and goes, and waiting for messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import Impossible
from sandbox.model import PRESENT, Chat, ChatType, Member, Message, Status, Topic, User
from sandbox.waiting import wait_for
from sandbox.wire import ADMIN_RIGHTS

if TYPE_CHECKING:
    from sandbox.people import Person

USUAL_RIGHTS = dict.fromkeys(
    (
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    ),
    True,
)
SHOWN_ON_FAILURE = 12


@dataclass(eq=False)
class Room(Chat):
    """A chat with the verbs of those in it."""

    # Members

    def joins(self, user: User, *, by: User | None = None) -> Message:
        """Somebody comes in, by themselves or added by another."""
        self._must_be_group()
        self.world.set_member(self, user, Member(Status.MEMBER), by or user)
        return self.world.serve(self, "new_chat_members", [user.wire], by or user)

    def leaves(self, user: User, *, by: User | None = None) -> Message:
        """Somebody goes, by themselves or thrown out."""
        self._must_be_group()
        status = Status.KICKED if by is not None and by is not user else Status.LEFT
        self.world.set_member(self, user, Member(status), by or user)
        return self.world.serve(self, "left_chat_member", user.wire, by or user)

    def promotes(self, user: User, *, by: User | None = None, anonymous: bool = False, **rights: bool) -> None:
        """Make somebody an administrator; named rights are given or taken, the usual ones are there."""
        self._set(user, Member(Status.ADMINISTRATOR, self._rights(rights), anonymous), by)

    def demotes(self, user: User, *, by: User | None = None) -> None:
        self._set(user, Member(Status.MEMBER), by)

    def restricts(self, user: User, *, by: User | None = None, **permissions: bool) -> None:
        """Leave somebody only some permissions, such as can_send_messages=False."""
        self._set(user, Member(Status.RESTRICTED, self.permissions | permissions), by)

    # The bot

    def adds_bot(self, *, by: User | None = None, rights: dict[str, bool] | None = None) -> Message:
        """Add the bot, as an administrator if rights are given."""
        message = self.joins(self.world.bot, by=by or self.owner)
        if rights is not None:
            self.promotes_bot(by=by, **rights)
        return message

    def kicks_bot(self, *, by: User | None = None) -> Message:
        return self.leaves(self.world.bot, by=by or self.owner)

    def promotes_bot(self, *, by: User | None = None, **rights: bool) -> None:
        self.promotes(self.world.bot, by=by, **rights)

    def demotes_bot(self, *, by: User | None = None) -> None:
        self.demotes(self.world.bot, by=by)

    @property
    def has_bot(self) -> bool:
        return self.member(self.world.bot).status in PRESENT

    @property
    def owner(self) -> User:
        """Who made the group."""
        creator = next((id for id, member in self.members.items() if member.status is Status.CREATOR), None)
        if creator is None:
            raise Impossible(f"{self.title} has no owner")
        return self.world.users[creator]

    # The group itself

    def upgrades(self, *, by: User | None = None) -> Room:
        """The group becomes a supergroup with another id; the old one takes no more messages."""
        if self.type is not ChatType.GROUP or self.upgraded_to is not None:
            raise Impossible(f"{self.title} is no basic group")
        new = self.world.add_chat(ChatType.SUPERGROUP, self.title)
        assert isinstance(new, Room)
        new.members = dict(self.members)
        new.permissions = dict(self.permissions)
        actor = by or self.owner
        self.upgraded_to = new
        self.world.serve(self, "migrate_to_chat_id", new.id, actor)
        self.world.serve(new, "migrate_from_chat_id", self.id, actor)
        self.world.feed.add("chat", self)
        return new

    def renames(self, title: str, *, by: User | None = None) -> Message:
        self.title = title
        self.world.feed.add("chat", self)
        return self.world.serve(self, "new_chat_title", title, by or self.owner)

    def adds_topic(self, name: str, *, by: User | None = None) -> Topic:
        if not self.is_forum:
            raise Impossible(f"{self.title} has no topics")
        return self.world.add_topic(self, name, by or self.owner)

    # Waiting

    async def next_message(
        self,
        *,
        after: Message | int | None = None,
        containing: str = "",
        by: Person | User | None = None,
        by_bot: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 - a test's patience is part of what it says
    ) -> Message:
        """Wait for a message newer than ``after`` with those words; the newest that fits.

        A message that somebody who waited was given already does not answer what was done since then, unless the words
        have come into it anew: whoever only wants it again asks `stands`. Raises AssertionError with the chat's last
        messages if it does not come.
        """
        oldest = after.id if isinstance(after, Message) else after or 0
        author = self.world.bot if by_bot else by

        def fits(message: Message) -> bool:
            return (
                message.id > oldest
                and not message.deleted
                and containing in message.text
                and (author is None or message.sender is author)
                and self._is_news(message, containing)
            )

        def newest() -> Message | None:
            return next((message for message in reversed(self.history.values()) if fits(message)), None)

        what = f"a message{' of the bot' if by_bot else ''} containing {containing!r} in {self}"
        return self._gives(
            await wait_for(
                self.world.feed,
                newest,
                seconds=timeout or self.world.patience,
                what=what,
                show=self.transcript,
                at_work=self.world.at_work,
            )
        )

    async def reads(self, message: Message, words: str) -> Message:
        """Wait until that message has those words; if it had them when it was given to somebody before the latest act,
        until they come into it anew.
        """
        return self._gives(
            await wait_for(
                self.world.feed,
                lambda: message if words in message.text and self._is_news(message, words) else None,
                seconds=self.world.patience,
                what=f"{words!r} in {message}",
                show=self.transcript,
                at_work=self.world.at_work,
            )
        )

    def stands(self, words: str) -> Message:
        """The newest message of the bot that stands here now with those words; raises AssertionError without one."""
        own = (message for message in reversed(self.messages) if message.by_bot and words in message.text)
        found = next(own, None)
        assert found is not None, f"nothing with {words!r} stands in {self}\n{self.transcript()}"
        return found

    def transcript(self, last: int = SHOWN_ON_FAILURE) -> str:
        """The chat's last messages, one a line."""
        return "\n".join(f"  {message}" for message in self.messages[-last:]) or "  (nothing was written)"

    def __str__(self) -> str:
        return self.title or f"the private chat of {self.user.name if self.user else 'nobody'}"

    # Inside

    def _is_news(self, message: Message, words: str) -> bool:
        """Whether those words are more than what somebody who waited was given before the latest act."""
        acts, versions = self.world.given.get(message, (self.world.acts, 0))
        since = (*message.versions[versions:], message.text)
        return acts == self.world.acts or not all(words in text for text in since)

    def _gives(self, message: Message) -> Message:
        self.world.given[message] = (self.world.acts, len(message.versions))
        return message

    def _set(self, user: User, new: Member, by: User | None) -> None:
        self._must_be_group()
        if self.member(user).status not in PRESENT:
            raise Impossible(f"{user.name} is not in {self.title}")
        self.world.set_member(self, user, new, by or self.owner)

    def _must_be_group(self) -> None:
        if self.type is ChatType.PRIVATE:
            raise Impossible("a private chat has no members")

    @staticmethod
    def _rights(given: dict[str, bool]) -> dict[str, bool]:
        unknown = given.keys() - set(ADMIN_RIGHTS)
        if unknown:
            raise Impossible(f"there are no rights {sorted(unknown)}; there are {list(ADMIN_RIGHTS)}")
        return USUAL_RIGHTS | given
