"""By what cases are found (see ``liaisonbot/finding.py``), and what people looked for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, false

from storage.schema.base import UtcDateTime, metadata
from storage.schema.base import key as _key

found_by = Table(
    "found_by",
    metadata,
    # Which cases of a block of neighbouring numbers have the term: see storage/finding.py.
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("cases", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_found_by_block", found_by.c.block, found_by.c.term)

unindexed = Table(
    "unindexed",
    metadata,
    # Cases whose words have changed since they were indexed: done once those who wait for an answer have theirs. One
    # row for each change, so that whoever takes a case up knows whether something came meanwhile.
    _key(),
    Column("case_number", BigInteger, nullable=False),
    Column("anew", Boolean, nullable=False, server_default=false()),  # words went: not only such as came
)
Index("ix_unindexed_case_number", unindexed.c.case_number)

searches = Table(
    "searches",
    metadata,
    # The pages of a search are turned by buttons, which cannot carry its words.
    _key(),
    Column("person_id", ForeignKey("persons.id"), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # an old button must not fit a new search
)
Index("ix_searches_person_id", searches.c.person_id)
Index("ix_searches_at", searches.c.at)
