"""``bot.py run`` and ``bot.py demo``: what stays until it is told to end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from handlers.terminal.office import Terminal
from liaisonbot.clock import SystemClock


def run(terminal: Terminal) -> None:
    """Run the bot until it is told to end. Raises what stopped it otherwise."""
    from handlers import running

    asyncio.run(running.run(terminal.settings, SystemClock()))


def demo(port: int, data: Path | None) -> None:
    """Run server, page and bot on this machine until told to end."""
    from sandbox import demo

    demo.demo(port, data)
