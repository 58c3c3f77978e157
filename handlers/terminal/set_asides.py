"""``bot.py set-aside list|show|retry|drop``: updates and messages that could not be handled or sent."""

from __future__ import annotations

import json
from collections.abc import Callable

import typer

from handlers.terminal.office import Terminal
from liaisonbot.errors import LiaisonError
from liaisonbot.ports import SetAside, UnitOfWork


class NoSuchSetAside(LiaisonError):
    """Nothing of that name was set aside."""

    def __init__(self, name: str) -> None:
        super().__init__(f"nothing called {name} was set aside; `bot.py set-aside list` names them")


def list_all(terminal: Terminal) -> None:
    """One line each, without anybody's words."""
    found = terminal.read(lambda uow: uow.set_asides.list())
    for item in found:
        typer.echo(f"{name_of(item)}\t{item.at:%Y-%m-%d %H:%M:%S}Z\t{item.kind}\t{item.error}")
    if not found:
        typer.echo("nothing is set aside", err=True)


def show(terminal: Terminal, name: str) -> None:
    """Everything about one of them, what people wrote included: this is the owner's own terminal."""
    item = terminal.read(lambda uow: uow.set_asides.get(name))
    if item is None:
        raise NoSuchSetAside(name)
    typer.echo(f"{name_of(item)}: {item.kind}, set aside {item.at:%Y-%m-%d %H:%M:%S}Z: {item.error}", err=True)
    typer.echo(_readable(item.payload))


def retry(terminal: Terminal, name: str) -> None:
    """Put it back; a running bot takes it up soon, another one when it starts."""
    _change(terminal, name, lambda uow: uow.set_asides.retry(name))
    typer.echo(f"{name} was put back; if `bot.py set-aside list` still names it in a minute, it failed again")


def drop(terminal: Terminal, name: str) -> None:
    """Forget it for good."""
    _change(terminal, name, lambda uow: uow.set_asides.drop(name))
    typer.echo(f"{name} was dropped")


def name_of(item: SetAside) -> str:
    """What it is called in the other calls."""
    return f"{item.kind[0]}{item.id}"


def _change(terminal: Terminal, name: str, unit: Callable[[UnitOfWork], bool]) -> None:
    terminal.require_database()
    if not terminal.write(unit):
        raise NoSuchSetAside(name)


def _readable(payload: str) -> str:
    try:
        return json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except ValueError:
        return payload
