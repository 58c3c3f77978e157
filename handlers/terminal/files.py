"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liaisonbot.errors import LiaisonError


class Unwritable(LiaisonError):
    """No file can be written there."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to write beside ``path``; it takes its place, replacing what was there, once the block has ended well.

    Only its owner can read it: what we write holds people's words. What is no file (``/dev/stdout``) is written to as
    it is. Raises Unwritable.
    """
    if path.is_dir():
        raise Unwritable(path, "it is a folder; name a file in it")
    if path.exists() and not path.is_file():
        yield path
        return
    if not path.absolute().parent.is_dir():
        raise Unwritable(path.parent, "there is no such folder; make it, or name another")
    try:
        descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.stem}-", suffix=path.suffix)
    except OSError as exc:  # which names a file that nobody asked for
        why = f"it cannot be written here ({os.strerror(exc.errno or 0).lower()}); name a file in another folder"
        raise Unwritable(path, why) from exc
    os.close(descriptor)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
