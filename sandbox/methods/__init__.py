"""The Bot API methods the sandbox serves, one module per family; each is a function of the world and its parameters."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.errors import not_found
from sandbox.model import Wire


class Params(dict[str, Any]):
    """A call's checked parameters, and the files that came with it."""

    uploads: dict[str, Any]

    def __init__(self, values: Wire, uploads: Wire) -> None:
        super().__init__(values)
        self.uploads = uploads


Method = Callable[[Any, Params], Any | Awaitable[Any]]
SERVED: dict[str, Method] = {}


class Raw(str):
    """A result that is JSON already."""


def serves(name: str) -> Callable[[Method], Method]:
    """Register a function under the method's name in the Bot API."""

    def register(method: Method) -> Method:
        SERVED[name] = method
        return method

    return register


def find(name: str) -> Method:
    """The method of that name; 404 if the sandbox has none."""
    method = SERVED.get(name)
    if method is None:
        raise not_found(f"the sandbox does not serve {name}")
    return method


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
