"""How Telegram reaches us and how we reach Telegram. Nothing of Telegram goes further than this folder."""

import os

# Asks python-telegram-bot for the types of its next version; without it, it warns at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")
