"""A Telegram of one's own on this machine: people and groups made at will, and the server a bot talks to."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

from liaisonbot.clock import MovableClock
from sandbox import balloting, persistence, server
from sandbox.calls import Api
from sandbox.faults import Faults
from sandbox.flood import Flood
from sandbox.model import Call, ChatType, Member, Status, User, Wire
from sandbox.people import Person
from sandbox.rooms import Room
from sandbox.waiting import wait_for
from sandbox.world import World

log = logging.getLogger(__name__)

SAVE_EVERY = 1.0


class Sandbox:
    """A local Bot API server, and the people on its other side.

        async with Sandbox() as sandbox:
            alice = sandbox.user("Alice")
            alice.starts()

    ``privacy`` is the bot's group privacy mode; ``flood`` keeps Telegram's sending limits; ``state_file`` keeps the
    world over restarts; ``history`` is how many messages are remembered, all chats together; ``patience`` is how many
    seconds without any sign of life those who wait for something let pass. Listens on the loopback interface only.
    """

    def __init__(
        self,
        *,
        token: str = "42:TEST",
        bot_username: str = "liaison_demo_bot",
        bot_name: str = "Liaison",
        port: int = 0,
        privacy: bool = True,
        flood: bool = False,
        clock: MovableClock | None = None,
        state_file: Path | None = None,
        first_update_id: int = 700_000_001,
        history: int = 100_000,
        patience: float = 5.0,
    ) -> None:
        self.token = token
        self.clock = clock or MovableClock()
        self.faults = Faults()
        self.flood = Flood(on=flood)
        self.port = port
        self._scene: Wire = {}
        self.start_over: Callable[[], None] | None = None
        """Called when somebody asks on the page to begin anew; without it the page does not offer that."""
        self._state_file = state_file
        self._saving = asyncio.Lock()
        bot = User(int(token.partition(":")[0]), bot_name, username=bot_username, is_bot=True)
        self.world = World(
            bot=bot,
            clock=self.clock,
            first_update_id=first_update_id,
            privacy=privacy,
            history=history,
            files=persistence.files_folder(state_file) if state_file else None,
            make_chat=Room,
        )
        self.world.patience = patience
        self.world.make_user = partial(Person, world=self.world)
        self.api = Api(self.world, token, faults=self.faults, limits=self.flood)
        self.app = server.build(self)
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._unclock: Callable[[], None] | None = None

    # Running

    async def start(self) -> Sandbox:
        """Load what was kept and begin to listen; ``port`` and ``url`` tell where."""
        if self._state_file is not None:
            persistence.load(self.world, self._state_file)
        self._runner = web.AppRunner(self.app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        await persistence.resume(self.world)
        self._unclock = self.clock.on_move(self._on_clock)
        self._tasks = [asyncio.create_task(self._close_polls())]
        if self._state_file is not None:
            self._tasks.append(asyncio.create_task(self._keep_saving()))
        return self

    async def save(self) -> None:
        """Keep the world as it is now, if it is kept at all, so that a crash right after this loses nothing of it."""
        if self._state_file is None:
            return
        async with self._saving:
            text = persistence.dump(self.world)
            await _to_its_end(asyncio.to_thread(persistence.write, self._state_file, text))

    async def close(self) -> None:
        """Stop listening and keep what is to be kept."""
        if self._unclock is not None:
            self._unclock()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.world.webhook.close()
        self.world.feed.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._state_file is not None:
            persistence.save(self.world, self._state_file)

    async def __aenter__(self) -> Sandbox:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """Where a bot finds this server, in place of https://api.telegram.org."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def scene(self) -> Wire:
        """What the page should show first: ``columns`` of chat and viewer, ``roles`` by person, ``timezone``.

        While it is ``preparing`` the page says so and waits. Pages that are open follow when it is set.
        """
        return self._scene

    @scene.setter
    def scene(self, scene: Wire) -> None:
        self._scene = scene
        self.world.feed.add("scene", scene)

    # People and chats

    @property
    def bot(self) -> User:
        return self.world.bot

    def user(
        self,
        first_name: str,
        *,
        language: str | None = None,
        username: str | None = None,
        last_name: str = "",
        id: int | None = None,
        phone: str = "",
    ) -> Person:
        """A new person, who has not opened the bot's chat yet."""
        user = self.world.add_user(
            first_name, id=id, last_name=last_name, username=username, language_code=language, phone=phone
        )
        assert isinstance(user, Person)
        return user

    def group(self, title: str, members: Sequence[User] = (), **about: Any) -> Room:
        """A basic group; the first member owns it. ``bot`` adds the bot, ``admin`` as an administrator."""
        return self._group(ChatType.GROUP, title, members, **about)

    def supergroup(self, title: str, members: Sequence[User] = (), **about: Any) -> Room:
        """A supergroup, which has message numbers of its own."""
        return self._group(ChatType.SUPERGROUP, title, members, **about)

    def forum(self, title: str, members: Sequence[User] = (), *, topics: Sequence[str] = (), **about: Any) -> Room:
        """A supergroup with topics."""
        forum = self._group(ChatType.SUPERGROUP, title, members, is_forum=True, **about)
        for name in topics:
            forum.adds_topic(name)
        return forum

    def channel(self, title: str, members: Sequence[User] = (), **about: Any) -> Room:
        """A channel, in whose name people can write in groups."""
        return self._group(ChatType.CHANNEL, title, members, **about)

    def _group(
        self,
        type: ChatType,
        title: str,
        members: Sequence[User],
        *,
        bot: bool = False,
        admin: bool = False,
        owner: User | None = None,
        **about: Any,
    ) -> Room:
        chat = self.world.add_chat(type, title, **about)
        assert isinstance(chat, Room)
        creator = owner or (members[0] if members else self.user("Owner"))
        chat.members[creator.id] = Member(Status.CREATOR)
        for user in members:
            chat.members.setdefault(user.id, Member(Status.MEMBER))
        if bot or admin:
            chat.adds_bot(by=creator, rights={} if admin else None)
        return chat

    def person(self, name_or_id: str | int) -> Person:
        """Somebody who is there, by id or first name."""
        users = self.world.users.values()
        found = next((u for u in users if isinstance(u, Person) and name_or_id in (u.id, u.first_name, u.name)), None)
        if found is None:
            raise LookupError(f"nobody here is called {name_or_id}")
        return found

    # Looking on

    @property
    def calls(self) -> deque[Call]:
        """The bot's latest calls, oldest first."""
        return self.api.calls

    def called(self, method: str, **params: Any) -> list[Call]:
        """The bot's calls of a method with those parameters."""
        return [c for c in self.calls if c.method == method and params.items() <= c.params.items()]

    @property
    def updates_pending(self) -> list[dict[str, Any]]:
        """What the bot has not confirmed yet."""
        return self.world.updates.parsed()

    async def wait_for(
        self,
        condition: Callable[[], Any],
        timeout: float | None = None,  # noqa: ASYNC109
        what: str = "it",
    ) -> Any:
        """Wait until the condition gives something true and return it; AssertionError says ``what`` did not come."""
        world = self.world
        seconds = timeout or world.patience
        return await wait_for(world.feed, condition, seconds=seconds, what=what, at_work=world.at_work)

    async def all_confirmed(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Wait until the bot has confirmed every update."""
        await self.wait_for(lambda: not self.world.updates.pending, timeout, "the confirmation of all updates")

    # Inside

    def _on_clock(self) -> None:
        self.world.acts += 1
        balloting.close_due(self.world)
        self.world.feed.add("clock", self.clock)

    async def _close_polls(self) -> None:
        """End polls when their time is over, to the second."""
        while True:
            await asyncio.sleep(0.5)
            balloting.close_due(self.world)

    async def _keep_saving(self) -> None:
        saved = None
        while True:
            state = (self.world.feed.seq, self.world.updates.version)
            if state != saved:
                try:
                    await self.save()
                    saved = state
                except OSError as exc:
                    log.warning("the state could not be kept and is tried again: %s", exc)  # a full disk may be emptied
            await asyncio.sleep(SAVE_EVERY)


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for the work, also when cancelled meanwhile: a thread that writes cannot be called off, only waited for."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
