"""What the bot does without, so that it stays small."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.source import ROOT

PROGRAM = "import handlers.running, sys; print(*(name for name in sys.argv[1:] if name in sys.modules))"
HEAVY = ("rich", "pygments", "matplotlib", "numpy", "docx", "openpyxl", "xlsxwriter", "PIL")


def test_the_running_bot_loads_no_large_library_it_does_not_need() -> None:
    """Charts, documents and workbooks are made by whoever makes them; nobody draws tracebacks in colour."""
    command = [sys.executable, "-c", PROGRAM, *HEAVY]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


@pytest.mark.parametrize("call", ["--help", "polls --help"])
def test_the_command_line_can_still_help(call: str) -> None:
    """Whatever is left out for the bot's sake."""
    done = subprocess.run(
        [sys.executable, "bot.py", *call.split()], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "Usage" in done.stdout
