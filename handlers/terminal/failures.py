"""What goes wrong becomes one line on standard error and an exit code: 1 failed, 2 wrong usage. Never a traceback."""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from liaisonbot.errors import DeliveryError, ImportRefused, LiaisonError, TokenRefused

_MOST_PROBLEMS: Final = 20
_TOKEN: Final = re.compile(r"\d{3,}:[\w-]{20,}", re.ASCII)


class Listing(TyperGroup):
    """A group of calls that lists each with all its help says, the Chinese too, which stands after the first stop."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for command in self.commands.values():
            command.short_help = command.short_help or command.help
        super().format_commands(ctx, formatter)


class Calls(Listing):
    """All calls of ``bot.py``: ``--config`` may stand before or after a call's own words, and errors are one line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, config_first(args))

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as exc:
            exc.message = _plainly(exc.message)
            raise
        except (typer.TyperException, typer.Exit, typer.Abort):
            raise
        except BrokenPipeError:
            _let_go_of_output()
        except KeyboardInterrupt:
            fail("interrupted")
        except LiaisonError as exc:
            fail(_sentence(exc))
        except OSError as exc:
            fail(_of_the_system(exc))
        except Exception as exc:
            # Its text stays out: it may quote a person's words, or the token.
            fail(f"something went wrong inside LiaisonBot ({_place(exc)}); please report it")


def _plainly(message: str) -> str:
    """What the library says of a wrong value, without the words of programmers."""
    return message.removeprefix("Value error, ").replace(
        "does not match the formats '%Y-%m-%d'.", "is no day; write it like 2026-11-16"
    )


def config_first(args: list[str]) -> list[str]:
    """The same words with ``--config FILE`` at the front, wherever it stood; a ``--`` ends the search."""
    ends = args.index("--") if "--" in args else len(args)
    words, given = [], []
    rest = iter(args[:ends])
    for word in rest:
        if word == "--config":
            file = next(rest, None)
            if file is None:
                raise typer.BadParameter("--config needs the name of a file")
            given += [word, file]
        elif word.startswith("--config="):
            given.append(word)
        else:
            words.append(word)
    return [*given, *words, *args[ends:]]


def fail(reason: str) -> NoReturn:
    """Say why in one line, and end with exit code 1."""
    typer.echo(_TOKEN.sub("…", " ".join(reason.split())), err=True)
    raise typer.Exit(1)


def _sentence(error: LiaisonError) -> str:
    if isinstance(error, ImportRefused):
        shown = error.problems[:_MOST_PROBLEMS]
        more = len(error.problems) - len(shown)
        return f"nothing was imported: {'; '.join(shown)}" + (f"; and {more} more" if more else "")
    if isinstance(error, TokenRefused):
        return "telegram.token: Telegram does not know it; copy it anew from @BotFather"
    if isinstance(error, DeliveryError):
        return f"Telegram could not be asked ({error}); nothing was changed, and `bot.py check` says what is wrong"
    return str(error)


_NEXT_STEPS: Final[Mapping[int | None, str]] = {
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOENT: "choose another name, or make what is missing",
    errno.ENOTDIR: "choose another folder",
    errno.EISDIR: "name a file in it",
    errno.EACCES: "see to its rights, or choose another place",
    errno.EPERM: "see to its rights, or choose another place",
    errno.EROFS: "choose a place that can be written to",
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "make room on that disk",
}
"""What to do about what the system says of a file."""


def _of_the_system(error: OSError) -> str:
    step = _NEXT_STEPS.get(error.errno, "see to that, then try again")
    return f"{error.filename or 'the system'}: {error.strerror or type(error).__name__}; {step}"


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119
    return type(error).__name__ + place


def _let_go_of_output() -> None:
    """Whoever read our output has had enough; Python must not complain about that when it flushes at the end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None
