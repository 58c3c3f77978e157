"""The bot as a whole: its parts are made here, tied together, watched, and brought to an end."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import structlog
import telegram
from telegram.error import InvalidToken, TelegramError

from handlers import failures, logs, menus, routes
from handlers.api import BotApi
from handlers.auditing import Auditing
from handlers.backend import Backend
from handlers.clockwork import Clockwork
from handlers.comparing import Comparing
from handlers.courier import Courier
from handlers.deliver_loop import DeliverLoop
from handlers.exporting import Exporting
from handlers.handling import Handling
from handlers.indexing import Indexing
from handlers.intake import Intake
from handlers.office import Office
from handlers.polling import FIRST_PAUSE, LONGEST_PAUSE, Polling
from handlers.summarising import Drawing, Summarising
from handlers.webhook import Webhook
from liaisonbot import texts
from liaisonbot.clock import Clock, MovableClock
from liaisonbot.incoming import Bot
from liaisonbot.services.pacing import Pace
from liaisonbot.settings import Settings
from liaisonbot.texts import LANGUAGES, catalogue
from liaisonbot.working_days import working_days
from storage.audit import Audit
from storage.database import Database
from storage.erasing import Erasing
from storage.leadership import Leadership, leadership
from storage.opening import opened
from storage.sealing import Sealing
from storage.unit_of_work import SqlUnitOfWork

log = structlog.get_logger()

LEADS_WITHIN: Final = 2.0
"""So long it takes to lead, in seconds, where nobody else does."""
GRACE_SECONDS: Final = 8.0
"""So long what is in hand may take to finish once we are to end."""

T = TypeVar("T")


async def run(
    settings: Settings,
    clock: Clock,
    *,
    database: Database[SqlUnitOfWork] | None = None,
    ready: Callable[[], None] | None = None,
    stop: asyncio.Event | None = None,
    call_seconds: float = 20.0,
    log_level: int = logging.INFO,
) -> None:
    """Run the bot until SIGTERM, SIGINT or ``stop``; then finish what is in hand and return.

    ``database``: opened by the caller; else it is opened here, as ``settings`` say. ``ready`` is called when updates
    are about to be received. ``call_seconds``: how long Telegram may take over a call. Raises what stopped it
    otherwise: TokenRefused, AnotherBot, StorageError.
    """
    logs.configure(settings.telegram.token.get_secret_value(), level=log_level)
    texts.go_by(clock)
    stop = stop or asyncio.Event()
    with _signals(stop), _collector_as_before():
        if database is not None:
            await _run(settings, clock, database, ready, stop, call_seconds)
            return
        async with opened(settings.database.url, settings.locale.default_language) as own:
            await _run(settings, clock, own, ready, stop, call_seconds)


async def _run(
    settings: Settings,
    clock: Clock,
    database: Database[SqlUnitOfWork],
    ready: Callable[[], None] | None,
    stop: asyncio.Event,
    call_seconds: float,
) -> None:
    lost = asyncio.Event()
    async with _connected(settings, call_seconds) as (library, api):
        me = await _unless(stop, _introduced(library))
        if me is None:
            return
        async with leadership(settings.database.url, on_lost=lost.set) as leader:
            if await _unless(stop, leading(leader)) is None:
                return
            log.info("running", bot=me.id, database=database.dialect, mode=settings.telegram.mode)
            erasing = Erasing(database, settings.database.url)
            await _Parts(Office(database, clock, settings, me), database, library, api, erasing).live(stop, lost, ready)
    log.info("ended")


class _Parts:
    """Everything that runs, and the order in which it begins and ends."""

    def __init__(
        self,
        office: Office,
        database: Database[SqlUnitOfWork],
        library: telegram.Bot,
        api: BotApi,
        erasing: Erasing,
    ) -> None:
        settings = office.settings
        self._erasing = erasing
        self._office = office
        self._api = api
        self._application = routes.application(library, office)
        self._handling = Handling(office, self._application, library, lambda: self._delivery.few_answers())
        self._fetching = _fetching(settings, api, Intake(office, self._handling))
        courier = Courier(api, settings.locale.timezone)
        pace = Pace(limits=settings.telegram.flood_limits)
        self._delivery = DeliverLoop(office, courier, pace, self._handling.pressed)
        self._comparing = Comparing(office, self._somebody_waits)
        self._exporting = Exporting(office, self._somebody_waits)
        self._indexing = Indexing(office, self._somebody_waits)
        self._summarising = Summarising(office, self._somebody_waits)
        self._drawing = Drawing(office, self._somebody_waits)
        self._clockwork = Clockwork(office)
        self._sealing = Sealing(database, office.clock.now, self._somebody_waits)
        self._auditing = Auditing(office, Audit)

    async def live(self, stop: asyncio.Event, lost: asyncio.Event, ready: Callable[[], None] | None) -> None:
        """Until ``stop``, or until a part fails: then its error is raised, once the others have ended."""
        await self._application.initialize()
        beside = (self._comparing, self._indexing, self._summarising, self._drawing, self._exporting, self._sealing)
        inside = (self._handling, self._delivery, self._clockwork, *beside)
        inner = [asyncio.create_task(part.run()) for part in inside]
        outer = [asyncio.create_task(work) for work in self._outer_work(lost, ready)]
        forget = self._follow(self._office.clock)
        try:
            await _until_one_fails(inner + outer, stop)
        finally:
            forget()
            await self._end(inner, outer)
        _raise_first(inner + outer)

    def _somebody_waits(self) -> bool:
        """Whether an answer is still to be made out, or under way."""
        return self._handling.busy() or self._delivery.answering()

    def _outer_work(self, lost: asyncio.Event, ready: Callable[[], None] | None) -> list[Coroutine[Any, Any, None]]:
        """What ends at once when we are to end."""
        erasing = [self._erasing.run(), self._erasing.run_for_ballots()]
        return [self._receive(ready), self._publish_menus(), *erasing, self._auditing.run(), _lead_until(lost)]

    async def _receive(self, ready: Callable[[], None] | None) -> None:
        """What is in the inbox comes first: it is older than anything Telegram still has for us."""
        warm_up(self._office.settings)
        await self._handling.catch_up()
        if ready is not None:
            ready()
        await self._fetching.run()

    async def _publish_menus(self) -> None:
        await menus.show_owners(self._office)
        await menus.publish(self._api, self._office.settings)

    def _follow(self, clock: Clock) -> Callable[[], None]:
        """Whoever waits for a moment looks again when the clock is moved; what is returned ends that."""

        def moved() -> None:
            self._handling.look()
            self._delivery.look()
            self._clockwork.tick_soon()

        return clock.on_move(moved) if isinstance(clock, MovableClock) else lambda: None

    async def _end(self, inner: list[asyncio.Task[None]], outer: list[asyncio.Task[None]]) -> None:
        """No new updates; what is in hand is finished, as far as the time allows."""
        for task in outer:
            task.cancel()
        self._clockwork.stop()
        self._comparing.stop()
        self._exporting.stop()
        self._indexing.stop()
        self._summarising.stop()
        self._drawing.stop()
        self._sealing.stop()
        self._handling.stop()
        self._delivery.stop()
        _, late = await asyncio.wait(inner + outer, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        if late:
            log.warning("not everything could be finished in time")
            await asyncio.wait(late, timeout=1.0)
        await self._application.shutdown()


def warm_up(settings: Settings) -> None:
    """What is read once is read before somebody waits for it: sentences and the calendar, 0.2 s and more."""
    for language in LANGUAGES:
        catalogue(language, settings.locale.timezone)
    working_days(settings.locale.timezone)
    spare_what_stays()


def spare_what_stays() -> None:
    """What is there by now stays, and need not be gone through again and again by the collector of cycles; what comes
    and goes with each message is mostly without cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY)


_COLLECT_EVERY: Final = 10_000
"""Objects more than before; Python's own 700 cost a twentieth of the time at full load."""


@contextmanager
def _collector_as_before() -> Iterator[None]:
    """Once the bot has ended, what it was is gone through like anything else: the demo that starts over, and tests,
    begin another in the same process.
    """
    before = gc.get_threshold()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def leading(leader: Leadership) -> int:
    """The epoch, once this process leads. Whoever looks why nothing happens finds it in the log."""
    try:
        async with asyncio.timeout(LEADS_WITHIN):
            return await leader.acquired()
    except TimeoutError:
        log.info("another process leads on this database; this one waits to take over")
        return await leader.acquired()


async def _lead_until(lost: asyncio.Event) -> None:
    await lost.wait()
    raise ConnectionError("the database connection by which this process led is lost")


async def _until_one_fails(tasks: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
    """A part that is done without an error (the menus) is no reason to end."""
    stopped = asyncio.create_task(stop.wait())
    waiting: set[asyncio.Task[Any]] = {*tasks, stopped}
    try:
        while stopped in waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if any(task.exception() is not None for task in done):
                return
    finally:
        stopped.cancel()


def _raise_first(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            while isinstance(error, BaseExceptionGroup):
                error = error.exceptions[0]
            raise error


def _fetching(settings: Settings, api: BotApi, intake: Intake) -> Polling | Webhook:
    telegram_ = settings.telegram
    if telegram_.mode == "polling":
        return Polling(api, intake)
    assert telegram_.webhook_url is not None
    assert telegram_.webhook_secret is not None
    host, port = telegram_.webhook_address
    secret = telegram_.webhook_secret.get_secret_value()
    return Webhook(api, intake, url=telegram_.webhook_url, host=host, port=port, secret=secret)


@asynccontextmanager
async def _connected(settings: Settings, call_seconds: float) -> AsyncIterator[tuple[telegram.Bot, BotApi]]:
    """The library's bot, and our own calls beside it, over one backend."""
    token = settings.telegram.token.get_secret_value()
    base = settings.telegram.api_base_url.rstrip("/")
    backend = Backend(read_seconds=call_seconds)
    library = telegram.Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=backend,
        get_updates_request=backend,
    )
    try:
        await backend.initialize()
        yield library, BotApi(backend, base, token)
    finally:
        await backend.shutdown()


async def _introduced(library: telegram.Bot) -> Bot:
    """Who we are. The network may be down when a machine starts: that is waited for. Raises TokenRefused."""
    pause = FIRST_PAUSE
    while True:
        try:
            await library.initialize()
            me = library.bot
            return Bot(me.id, me.username or "", bool(me.can_read_all_group_messages))
        except InvalidToken as exc:
            raise failures.translated(exc) from None
        except (TelegramError, KeyError) as exc:
            log.warning("Telegram does not answer", why=str(failures.translated(exc)), again_in=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of the work; None when we are to end first."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait({task})
    return None


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set ``stop``; where the loop cannot take signals (not the main thread), nothing is done."""
    loop = asyncio.get_running_loop()
    taken = []
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except (NotImplementedError, RuntimeError, ValueError):
            continue
        taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
