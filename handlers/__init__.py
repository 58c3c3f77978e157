"""How Telegram reaches us and how we reach Telegram. Nothing of Telegram goes further than this folder."""

import os
import sys

# Asks python-telegram-bot for the types of its next version; without it, it warns at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")

if "structlog" not in sys.modules and "rich" not in sys.modules:
    # structlog loads rich, where it is installed, to draw tracebacks in colour. Ours are lines; rich takes 5 MB.
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]
