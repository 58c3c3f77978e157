"""How the summaries of both made-up cities read, as text and as JSON: kept in ``tests/golden``, compared exactly.

``python -m tests.support.golden`` writes them anew. Read what has changed before you commit it: a figure of a past
week is never another one without a reason.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from handlers.terminal import summary as terminal
from liaisonbot import texts, windows
from liaisonbot.clock import MovableClock, SystemClock
from liaisonbot.desk import Desk
from storage.unit_of_work import SqlUnitOfWork
from tests.support import cities
from tests.support.city import NOW, ZONE, City

FOLDER: Final = Path(__file__).parents[1] / "golden"
MADE: Final[Mapping[str, Callable[[Path], City]]] = {"small": cities.small, "large": cities.large}


@contextmanager
def in_their_year() -> Iterator[None]:
    """Days of this year are said without it: it is the cities', whenever the tests run."""
    clock = MovableClock()
    clock.set(NOW)
    texts.go_by(clock)
    try:
        yield
    finally:
        texts.go_by(SystemClock())


@dataclass(frozen=True, slots=True)
class Golden:
    """A summary as it was once read and found right."""

    city: str
    window: str
    form: str
    language: str = "zh"
    whose: Mapping[str, str] = field(default_factory=dict)
    which: bool = False
    """With the numbers of the cases behind the figures."""

    @property
    def name(self) -> str:
        """Of its file, below the folder of its city."""
        of = "".join(f".{kind}-{name}" if name.isascii() else f".{kind}" for kind, name in self.whose.items())
        ending = {"text": f"{self.language}.txt", "json": "json"}[self.form]
        return f"{self.window.replace('/', '_')}{of}.{ending}"

    @property
    def path(self) -> Path:
        return FOLDER / self.city / self.name

    def written(self, city: City) -> str:
        """What ``bot.py summary`` writes of it now."""
        with city.office.unit() as uow:
            return self.of(uow, city.office.desk)

    def of(self, uow: SqlUnitOfWork, desk: Desk) -> str:
        """The same, read from there."""
        window = windows.read(self.window)
        assert window is not None, self.window
        asked = terminal.Asked(self.language, str(ZONE), which=self.which)
        return terminal.WRITTEN[self.form](terminal.made(uow, desk, window, self.whose), asked).decode()


def _read(city: str, window: str, *languages: str, which: bool = False, **whose: str) -> Iterator[Golden]:
    for language in languages:
        yield Golden(city, window, "text", language, whose)
    yield Golden(city, window, "json", whose=whose, which=which)


GOLDEN: Final = (
    *_read("small", "2026-W47", "zh", "en", which=True),
    *_read("small", "2026-W46", "zh"),
    *_read("small", "2026-11", "en"),
    *_read("small", "2026-W30", "zh", "en"),
    *_read("large", "2026-W47", "zh", "en", which=True),
    *_read("large", "2026-W41", "zh"),
    *_read("large", "2026-10", "zh", "en"),
    *_read("large", "2026-09/10", "zh"),
    *_read("large", "2026-Q3", "en"),
    *_read("large", "2026-Q4", "zh"),
    *_read("large", "2026", "zh"),
    *_read("large", "2026-10-01/2026-10-11", "zh", "en"),
    *_read("large", "2026-W47", "zh", which=True, station="YG"),
    *_read("large", "2026-W47", "en", station="XZ"),
    *_read("large", "2026-10", "zh", area="城西"),
    *_read("large", "2026-W47", "zh", which=True, deputy="王芳"),
    *_read("large", "2026-10", "en", deputy="钱进"),
)
"""Every kind of window, whole ones and such that are not over, of all and of one station, area and deputy."""


class Kept(Protocol):
    """What a made-up city's summary becomes, and where that is kept."""

    @property
    def city(self) -> str: ...
    @property
    def path(self) -> Path: ...
    def written(self, city: City) -> str: ...


def write(kept: Sequence[Kept]) -> None:
    """All of them anew."""
    for name, make in MADE.items():
        with tempfile.TemporaryDirectory() as folder:
            city = make(Path(folder))
            for golden in kept:
                if golden.city == name:
                    golden.path.parent.mkdir(parents=True, exist_ok=True)
                    golden.path.write_text(golden.written(city), "utf-8")


if __name__ == "__main__":
    write(GOLDEN)
