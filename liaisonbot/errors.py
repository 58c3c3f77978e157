"""What can go wrong, as a tree.

LiaisonError
├── Refused               somebody asked for what cannot be done; they are told why, nothing is changed
│   ├── NotFound          it does not exist, or it is not theirs: the two are answered alike
│   └── Doubtful          a part of a line cannot be read: it is asked about, the rest of the line is kept
├── ConfigurationError    the configuration cannot be used as it stands
├── ImportRefused         a file to import has errors; carries every one of them
└── DeliveryError         a promised message did not go out
    ├── TryLater          Telegram asks for patience, or is out of reach
    ├── RecipientGone     blocked, never started, or the bot was removed
    │   └── FilesRefused  the group lets us write, and not send what it was
    ├── MessageGone       the message to be edited was deleted, or cannot be edited
    ├── RecipientMoved    the group was upgraded and has a new id
    ├── OurMistake        Telegram refuses the message as such; sending it again cannot help
    └── TokenRefused      the token is wrong or revoked: nothing can be sent at all
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liaisonbot.texts import Param


class LiaisonError(Exception):
    """Base of everything LiaisonBot raises on purpose."""


class Refused(LiaisonError):
    """Somebody asked for what cannot be done. ``key`` and ``params`` name the sentence they are told."""

    def __init__(self, key: str, **params: Param) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


class NotFound(Refused):
    """Not there, or not theirs to see. One sentence for both, so that nobody learns which."""

    def __init__(self, key: str = "not-found", **params: Param) -> None:
        super().__init__(key, **params)


class Doubtful(Refused):
    """A part of a line cannot be read. ``left`` is what goes on behind it, so that nobody types that twice."""

    def __init__(self, key: str, left: str, **params: Param) -> None:
        super().__init__(key, **params)
        self.left = left


class ConfigurationError(LiaisonError):
    """The configuration cannot be used; the message names the key and what to write there.

    ``problems`` holds one sentence for each key at fault.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ImportRefused(LiaisonError):
    """A file was not imported. ``problems`` holds one sentence for each row and column at fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class MemoryUnavailable(LiaisonError):
    """What the office remembers cannot be read or written now. Whoever meets this tries again a little later."""


class DeliveryError(LiaisonError):
    """A promised message did not go out."""


class TryLater(DeliveryError):
    """Not now. ``after`` is how many seconds Telegram asks us to wait, or None where it does not say.

    ``flood`` is true when it is Telegram's sending limit that we met. ``ambiguous`` is true when the call may
    have been carried out all the same (the answer was lost): sending again can repeat the message.
    """

    def __init__(
        self, reason: str, *, after: float | None = None, flood: bool = False, ambiguous: bool = False
    ) -> None:
        super().__init__(reason)
        self.after = after
        self.flood = flood
        self.ambiguous = ambiguous


class RecipientGone(DeliveryError):
    """Nobody is there: blocked, never started, deactivated, or the bot was removed from the group."""


class FilesRefused(RecipientGone):
    """The group lets us write, and forbids pictures, voices or whatever was to be sent."""


class RecipientMoved(DeliveryError):
    """The group became a supergroup; ``new_chat_id`` is where it lives now."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__(f"moved to {new_chat_id}")
        self.new_chat_id = new_chat_id


class MessageGone(DeliveryError):
    """The message to be edited is not there any more, or cannot be edited."""


class OurMistake(DeliveryError):
    """Telegram refuses this message as such. It is set aside and staff are told."""


class TokenRefused(DeliveryError):
    """Telegram does not know this token (401 or 404). The bot stops and says so."""
