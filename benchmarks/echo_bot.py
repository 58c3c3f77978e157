"""What the project's bot is compared with: python-telegram-bot's echo bot, as its documentation begins with.

``python -m benchmarks.echo_bot URL TOKEN [--backend default|ours] [--concurrent]``
"""

from __future__ import annotations

import argparse
import logging

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from handlers.backend import Backend


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the same."""
    await update.message.reply_text(update.message.text)


def main() -> None:
    """Poll with the library's own Updater until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--backend", choices=("default", "ours"), default="default")
    parser.add_argument("--concurrent", action="store_true")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    builder = Application.builder().token(given.token).base_url(f"{given.url}/bot").concurrent_updates(given.concurrent)
    if given.backend == "ours":
        builder = builder.request(Backend()).get_updates_request(Backend(read_seconds=40))
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(timeout=30)


if __name__ == "__main__":
    main()
