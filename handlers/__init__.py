"""How Telegram reaches us and how we reach Telegram. Nothing of Telegram goes further than this folder."""
