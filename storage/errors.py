"""What can go wrong with the database, as a tree.

    LiaisonError
    └── StorageError            one sentence that says what is wrong and what to do next
        ├── DatabaseUnavailable     it cannot be reached, is full, damaged or busy; nothing of the unit was kept
        ├── DatabaseOlder           it has to be brought up to date first, and that is not for who only looks
        ├── DatabaseNewer           a newer LiaisonBot has written it; this one leaves it alone
        │   └── BackupNewer         so is what is to be restored
        ├── NotOurDatabase          it holds somebody else's tables
        ├── NotABackup              the file cannot be restored
        ├── TargetExists            a backup never overwrites a file
        ├── TargetUnusable          nor can it be written where there is no folder, or no right to it
        ├── AlreadyRunning          somebody else has it in use
        ├── TracesRemain            erased bytes could not be removed from the log in time
        └── LeadershipLost          another process leads by now; this one must not act as leader

``key`` and ``params`` name the same sentence for a translator.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final, NoReturn

from liaisonbot.errors import LiaisonError, MemoryUnavailable


class StorageError(LiaisonError):
    """Base of the errors of ``storage``."""

    key: ClassVar[str] = "storage-error"
    sentence: ClassVar[str]

    def __init__(self, **params: str | int) -> None:
        super().__init__(self.sentence.format(**params))
        self.params = params


def raise_instead(mine: StorageError | None, foreign: BaseException) -> NoReturn:
    """Raise our error in the place of a foreign one; the foreign one itself where we have none for it."""
    if mine is None or mine is foreign:
        raise foreign
    raise mine from foreign


def reason(error: BaseException) -> str:
    """Why, as it stands in a sentence: what the system says, without its number and the file's name."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


OTHERS_FILE: Final = "see that it and its folder belong to the user who runs this, and can be written"
"""What to do where somebody else, such as root, has made the file."""


class DatabaseUnavailable(StorageError, MemoryUnavailable):
    """The database cannot serve us now. The unit left nothing behind, unless ``outcome_unknown`` is true.

    ``outcome_unknown`` is true when the connection broke in the middle of COMMIT: only the database knows whether
    it was kept.
    """

    key = "database-unavailable"
    sentence = "The database {where} cannot be used now ({why}); {step}."

    def __init__(
        self,
        where: str,
        why: str,
        *,
        step: str | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(where=where, why=why, step=step or "see that it can be reached and has room, then try again")
        self.outcome_unknown = outcome_unknown


class DatabaseOlder(StorageError):
    """The database has to be brought up to date before it can be read."""

    key = "database-older"
    sentence = (
        "The database {where} is at revision {found}, this LiaisonBot reads {known}; "
        "`bot.py run` brings it up to date, and keeps a copy of it before."
    )

    def __init__(self, where: str, found: str, known: str) -> None:
        super().__init__(where=where, found=found, known=known)


class DatabaseNewer(StorageError):
    """The database was written by a newer program. Nothing was touched."""

    key = "database-newer"
    sentence = (
        "The database is at revision {found}, this LiaisonBot knows no further than {known}; "
        "install the newer LiaisonBot, or restore a backup made by this one."
    )

    def __init__(self, found: str, known: str, **more: str) -> None:
        super().__init__(found=found, known=known, **more)
        self.found = found
        self.known = known


class BackupNewer(DatabaseNewer):
    """The backup was made of a newer program's database. Nothing was changed."""

    key = "backup-newer"
    sentence = (
        "{path} is a backup of a database at revision {found}, this LiaisonBot knows no further than {known}; "
        "nothing was changed, restore it with the newer LiaisonBot, or choose another file."
    )

    def __init__(self, path: Path, found: str, known: str) -> None:
        super().__init__(found, known, path=str(path))
        self.path = path


class NotOurDatabase(StorageError):
    """There are tables, but no LiaisonBot made them. Nothing was touched."""

    key = "database-not-ours"
    sentence = (
        "The database {where} holds tables that are not LiaisonBot's; "
        "give LiaisonBot a database of its own in database.url."
    )

    def __init__(self, where: str) -> None:
        super().__init__(where=where)


class NotABackup(StorageError):
    """The file cannot be restored; ``why`` says what is missing. Nothing was changed."""

    key = "not-a-backup"
    sentence = "{path} is not a backup that can be restored here ({why}); nothing was changed, choose another file."

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path=str(path), why=why)
        self.path = path
        self.why = why


class TargetExists(StorageError):
    """A file of that name is there already, and stays as it is."""

    key = "backup-exists"
    sentence = "{path} exists already and is never overwritten; choose another name."

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))
        self.path = path


class TargetUnusable(StorageError):
    """Nothing can be written there."""

    key = "backup-not-writable"
    sentence = "{path} cannot be written ({why}); see to its folder, or choose another name."

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path=str(path), why=why)
        self.path = path


class AlreadyRunning(StorageError):
    """Another process has ``what`` in use; ``pid`` is its process, where known."""

    key = "already-running"
    sentence = "{what} is in use by another LiaisonBot{process}; stop that one first."

    def __init__(self, what: str, pid: int | None = None) -> None:
        super().__init__(what=what, process=f" (process {pid})" if pid else "")
        self.what = what
        self.pid = pid


class TracesRemain(StorageError):
    """Readers kept the log from being emptied; call again."""

    key = "traces-remain"
    sentence = (
        "Something has been reading the database for {seconds} s, so erased text is still in its log; "
        "try again when it is done."
    )

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds=round(seconds))


class LeadershipLost(StorageError):
    """Another process has become leader since ``epoch``."""

    key = "leadership-lost"
    sentence = "Another LiaisonBot leads by now (since epoch {epoch}); this one goes on as a worker."

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch=epoch)
        self.epoch = epoch
