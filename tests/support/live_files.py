"""The bytes of files that SQLite has open in this process, such as the database of a bot that a test runs.

They are read by another program: when a process closes a file, however it had opened it, the system takes away all
locks that it holds on it, those of SQLite too. Then others may remove the log, or cut off what is mapped into memory.
"""

from __future__ import annotations

import subprocess
from pathlib import Path


def contents(folder: Path, pattern: str = "*") -> dict[str, bytes]:
    """What stands in the files of the folder, by their names. One that is removed meanwhile is left out."""
    found = {}
    for file in sorted(folder.glob(pattern)):
        read = subprocess.run(["cat", "--", file], capture_output=True, check=False)
        if read.returncode == 0:
            found[file.name] = read.stdout
        else:
            assert not file.exists(), read.stderr.decode()
    return found


def everything(folder: Path) -> bytes:
    """The same in a row."""
    return b"\n".join(contents(folder).values())
