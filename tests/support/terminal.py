"""A folder with a configuration, in which calls of ``bot.py`` are made.

``place`` has only that; ``furnished`` has a roster and so a database; ``telegram`` is a sandbox that knows the token.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from sandbox.sandbox import Sandbox
from storage.urls import sqlite_path, sqlite_url
from tests.support.makers import a_case, a_deputy, a_station
from tests.support.units import a_unit

ROOT = Path(__file__).parents[2]
TOKEN = "42:TEST"
ROSTER = "role,name,station,telegram_id\ndeputy,王芳,YG,5001\nstaff,赵敏,YG,5002\n"


@dataclass
class Told:
    """How a call ended."""

    code: int
    out: str
    err: str
    raw: bytes = b""


@dataclass
class Place:
    """A folder with a configuration, in which calls are made."""

    folder: Path
    api: str = "http://127.0.0.1:9"

    def write(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    def configure(self, more: str = "") -> None:
        self.write(
            "config.toml",
            f'[telegram]\ntoken = "{TOKEN}"\napi_base_url = "{self.api}"\n[access]\nowner_ids = [1]\n{more}',
        )

    @property
    def database(self) -> str:
        return sqlite_url(self.folder / "data" / "liaison.db")

    def call(self, *words: str) -> Told:
        """In this process; what a crash would show of Python, the test would see as well."""
        result = CliRunner().invoke(bot.app, ["--config", str(self.folder / "config.toml"), *words])
        assert "Traceback" not in result.stderr
        assert TOKEN not in result.output
        return Told(
            result.exit_code, result.stdout_bytes.decode("utf-8", "replace"), result.stderr, result.stdout_bytes
        )

    def process(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """In a process of its own, in that folder, with the default configuration."""
        return subprocess.run(
            [sys.executable, ROOT / "bot.py", *words], cwd=self.folder, capture_output=True, timeout=60, check=False
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.configure()
    return place


@pytest.fixture
def furnished(place: Place, sqlite_template: Path) -> Place:
    """With a roster, in a database that was made before: to make one takes longer than what is done in it."""
    file = sqlite_path(place.database)
    file.parent.mkdir()
    shutil.copy(sqlite_template, file)
    place.write("roster.csv", ROSTER)
    assert place.call("roster", "import", str(place.folder / "roster.csv")).code == 0
    return place


def with_cases(place: Place, count: int = 1) -> None:
    with a_unit(place.database) as uow:
        station = a_station(uow)
        deputy = a_deputy(uow, station=station)
        for _ in range(count):
            a_case(uow, station=station, deputy=deputy)


@pytest.fixture
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(token=TOKEN) as sandbox:
        yield sandbox
