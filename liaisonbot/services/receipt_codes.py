"""The codes on receipts of those without Telegram: short enough to be read out, and nothing like a case's number."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "ABCDEFGHJKMNPRSTWXYZ"
"""Letters only, since numbers are cases'; without those that are taken for others: I and L, O and Q, U and V."""
LENGTH: Final = 8
PREFIX: Final = "code_"
"""What stands before the code in ``https://t.me/<bot>?start=…``."""


def new() -> str:
    """A code nobody can guess: as many as there are seconds in eight hundred years."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def written(code: str) -> str:
    """As it stands on a receipt: in two halves. A code of another kind stays as it is."""
    return code if len(code) != LENGTH else f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def normalised(typed: str) -> str | None:
    """The code somebody typed, with whatever blanks, dashes and small letters; None if it cannot be one."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    letters = "".join(char for char in plain if not char.isspace() and char not in "-–—_.·")
    return letters if len(letters) == LENGTH and letters.isascii() and letters.isalpha() else None


def digest(code: str) -> str:
    """What we keep of it."""
    return hashlib.sha256(code.encode()).hexdigest()
