"""The source as the tests of its shape read it: files, imports, strings."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

_HIDDEN_BUT_OURS: Final = {".ci", ".gitignore"}
_MADE_BY_RUNNING: Final = {"data", "test-results", "benchmarks/results", "config.toml"}


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file: where it is, and what stands in it."""

    path: str
    """From the project's folder on, such as ``storage/urls.py``."""
    tree: ast.Module

    @property
    def name(self) -> str:
        """As it is imported: ``storage.urls``."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def imports(self) -> Iterator[str]:
        """The full names of the modules it imports, wherever in the file that stands."""
        return _imported(ast.walk(self.tree))

    def loads(self) -> Iterator[str]:
        """Those of them that it needs to be loaded itself, not only once a function runs."""
        return _imported(self.tree.body)

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the name that is called, as written: ``Refused``, ``Text.of``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    def strings(self) -> Iterator[str]:
        """Every string constant; of an f-string its ``template``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield template(node)


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module
            yield from (f"{module}.{name.name}" for name in node.names)


def template(string: ast.JoinedStr) -> str:
    """An f-string with ``*`` for every blank: ``stage-*``."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in string.values)


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """The modules of these packages, those below them included; ``bot.py`` for the file of that name."""
    paths = [path for package in packages for path in _files_of(ROOT / package)]
    return tuple(Module(path.relative_to(ROOT).as_posix(), ast.parse(path.read_bytes())) for path in sorted(paths))


def _files_of(place: Path) -> Iterator[Path]:
    return iter([place]) if place.is_file() else place.rglob("*.py")


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the project: no environment, no caches, nothing that running the bot has made."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name not in _HIDDEN_BUT_OURS
        if hidden or path.name == "__pycache__" or path.relative_to(ROOT).as_posix() in _MADE_BY_RUNNING:
            continue
        if path.is_dir():
            yield from project_files(path)
        else:
            yield path
