"""Runs the sandbox alone: python -m sandbox --port 8081 --token 42:TEST."""

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path

from sandbox.persistence import UnreadableState
from sandbox.sandbox import Sandbox


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Telegram Bot API server.")
    parser.add_argument("--port", type=int, default=8081, help="where to listen on 127.0.0.1 (0: any free port)")
    parser.add_argument("--token", default="42:TEST", help="the token of the one bot it knows")
    parser.add_argument("--username", default="liaison_demo_bot", help="that bot's username")
    parser.add_argument("--state", type=Path, help="a file to keep the world in")
    parser.add_argument("--flood", action="store_true", help="keep Telegram's sending limits")
    parser.add_argument("--no-privacy", action="store_true", help="the bot sees everything in groups")
    return parser.parse_args()


async def run(given: argparse.Namespace) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    sandbox = Sandbox(
        token=given.token,
        bot_username=given.username,
        port=given.port,
        state_file=given.state,
        flood=given.flood,
        privacy=not given.no_privacy,
    )
    async with sandbox:
        print(f"Bot API at {sandbox.url}/bot<token>/, people at {sandbox.url}/sandbox/state", flush=True)  # noqa: T201
        await stop.wait()


if __name__ == "__main__":
    try:
        asyncio.run(run(arguments()))
    except (OSError, UnreadableState) as exc:
        raise SystemExit(f"python -m sandbox: {getattr(exc, 'strerror', None) or exc}") from None
