"""Ports for servers of the bot."""

from __future__ import annotations

import random
import socket
from contextlib import suppress


def a_port() -> int:
    """One that nobody listens on, below those that the system gives to whoever asks for any: it stays free."""
    for port in random.sample(range(20_000, 32_000), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")
