"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to write beside ``path``; it takes its place, replacing what was there, once the block has ended well.

    Only its owner can read it: what we write holds people's words. What is no file (``/dev/stdout``) is written to as
    it is.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder; name a file in it", str(path))
    if path.exists() and not path.is_file():
        yield path
        return
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    try:
        descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.stem}-", suffix=path.suffix)
    except OSError as exc:  # which names a file that nobody asked for
        why = f"it cannot be written here ({os.strerror(exc.errno or 0).lower()}); name a file in another folder"
        raise OSError(exc.errno, why, str(path)) from exc
    os.close(descriptor)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
