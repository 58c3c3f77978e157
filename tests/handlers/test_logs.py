"""Logs: ids, kinds and places, never words and never the token."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from handlers import logs
from handlers.traces import place_of

TOKEN = "42:verysecret"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """What is configured here is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def written() -> StringIO:
    """What was written to the log."""
    return StringIO()


@pytest.fixture
def log(written: StringIO) -> structlog.stdlib.BoundLogger:
    logs.configure(TOKEN, stream=written)
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("test")
    return logger


def test_a_line_names_what_happened_to_which_id(log: structlog.stdlib.BoundLogger, written: StringIO) -> None:
    """So that it can be found, by people and by programs."""
    log.info("update set aside", update=7)

    line = written.getvalue()
    assert 'level=info event="update set aside" update=7' in line
    assert line.startswith("timestamp=20")


def test_the_token_never_appears(log: structlog.stdlib.BoundLogger, written: StringIO) -> None:
    """Wherever it stands: in our words, in a value, in another library's line, in an object's."""
    log.info(f"calling {TOKEN}", url=f"https://x/bot{TOKEN}/getMe", error=ValueError(TOKEN))
    logging.getLogger("aiohttp.client").error("cannot reach %s", f"https://x/bot{TOKEN}/getMe")
    logging.getLogger("aiohttp.client").error("cannot reach https://x/bot%s", TOKEN)

    said = written.getvalue()
    assert "verysecret" not in said
    assert said.count(logs.HIDDEN) == 5


def test_an_exception_shows_its_way_and_not_its_words(log: structlog.stdlib.BoundLogger, written: StringIO) -> None:
    """Its text may hold what somebody wrote: a database quotes the row it refuses."""
    try:
        raise ValueError("my secret diagnosis")
    except ValueError as exc:
        log.error("failed", exc_info=exc)
        logging.getLogger("asyncio").exception("Task exception was never retrieved\nfuture: %r", exc)

    said = written.getvalue()
    assert "diagnosis" not in said
    assert said.count("exception=ValueError") == 2
    assert "handlers/test_logs.py:" in said


def test_chatty_libraries_are_heard_from_warnings_on(log: structlog.stdlib.BoundLogger, written: StringIO) -> None:
    """Some write every URL, and so the token's place, at INFO."""
    logging.getLogger("httpx").info("HTTP Request: POST")

    assert written.getvalue() == ""


def test_the_place_of_an_error_is_the_innermost_line_of_ours() -> None:
    """Not the library's that it led to."""
    with pytest.raises(TypeError) as caught:
        structlog.stdlib.add_log_level()  # type: ignore[call-arg]
    with pytest.raises(ValueError) as elsewhere:
        structlog.processors.TimeStamper(fmt=None, utc=False)

    assert place_of(caught.value).startswith("TypeError at handlers.test_logs:")
    assert place_of(elsewhere.value).startswith("ValueError at handlers.test_logs:")
    assert place_of(ValueError("secret")) == "ValueError"
