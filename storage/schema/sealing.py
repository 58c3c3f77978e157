"""The journals' hash chains: a seal for each entry, where each chain ends, and which entries /forget emptied.

``storage/sealed.py`` says which journals there are and what a seal covers.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, UniqueConstraint

from storage.schema.base import UtcDateTime, key, metadata

seals = Table(
    "seals",
    metadata,
    Column("journal", String(12), primary_key=True),
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", BigInteger, nullable=False),  # the number people know it by: of the case, of the project …
    Column("content", LargeBinary(20), nullable=False),  # digest of the entry
    Column("words", LargeBinary(20)),  # salted digest of what /forget empties; null: there were no words
    Column("link", LargeBinary(20), nullable=False),  # digest of the link before and of all this
    sqlite_with_rowid=False,
)

seal_heads = Table(
    "seal_heads",
    metadata,
    # Where each chain ends: what is cut off at the end is missed here.
    Column("journal", String(12), primary_key=True),
    Column("entries", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("link", LargeBinary(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    # A journal, too: entries that have lost their words since somebody asked to be forgotten.
    key(),
    Column("journal", String(12), nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("journal", "entry"),
)

restores = Table(
    "restores",
    metadata,
    # A journal, too: backups that were put back, and where the chains stood in the database that one replaced.
    key(),
    Column("head", String(240), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
