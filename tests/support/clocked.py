"""The bot in a process of its own at another time: ``python -m tests.support.clocked CONFIG MOMENT``.

For journeys over weeks in which the bot is killed; ``bot.py run`` goes by the machine's clock.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from handlers import running
from liaisonbot import settings
from liaisonbot.clock import MovableClock


def main() -> None:
    clock = MovableClock()
    clock.set(datetime.fromisoformat(sys.argv[2]))
    asyncio.run(running.run(settings.load(Path(sys.argv[1])), clock))


if __name__ == "__main__":
    main()
