"""Files that many get are kept once, read when their turn comes, and never grow the outbox's rows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from liaisonbot.outgoing import Outgoing, Send, StoredFile
from storage import schema
from storage.files import MOST_BYTES
from storage.unit_of_work import SqlUnitOfWork
from tests.support.makers import NOW

CHART = StoredFile("chart.png", "image/png", bytes(range(256)) * 40)


def test_each_who_gets_it_has_all_of_it(uow: SqlUnitOfWork) -> None:
    """Byte for byte, on both engines; the row names it by number only."""
    file = uow.files.add(CHART, NOW)
    for chat in (1, 2):
        uow.outbox.add(Outgoing(Send.DOCUMENT, chat, file=file), NOW)

    promises = uow.outbox.turn(NOW, ())

    assert [promise.outgoing.content for promise in promises] == [CHART, CHART]
    payloads = uow.connection.execute(sa.select(schema.outbox.c.payload)).scalars().all()
    assert all("content" not in payload for payload in payloads)
    assert not promises[0].outgoing.at_once


def test_a_row_that_goes_back_to_wait_keeps_the_number_only(uow: SqlUnitOfWork) -> None:
    """What was read for one attempt is not written with the row."""
    file = uow.files.add(CHART, NOW)
    uow.outbox.add(Outgoing(Send.DOCUMENT, 1, file=file), NOW)
    (promise,) = uow.outbox.turn(NOW, ())

    assert Outgoing.from_json(promise.outgoing.to_json()) == Outgoing(Send.DOCUMENT, 1, file=file)
    uow.outbox.replace(promise, promise.outgoing)
    (again,) = uow.outbox.turn(NOW, ())
    assert again.outgoing.content == CHART


def test_words_before_a_file_keep_their_place(uow: SqlUnitOfWork) -> None:
    """In one chat the order is that of the promises."""
    file = uow.files.add(CHART, NOW)
    uow.outbox.add(Outgoing(Send.TEXT, 1, body="first"), NOW)
    uow.outbox.add(Outgoing(Send.DOCUMENT, 1, file=file), NOW)
    uow.outbox.add(Outgoing(Send.TEXT, 1, body="last"), NOW)

    seen = []
    while promises := uow.outbox.turn(NOW, ()):
        for promise in promises:
            seen.append(promise.outgoing.body or "file")
            uow.outbox.kept(promise)
    assert seen == ["first", "file", "last"]


def test_a_file_that_is_too_large_is_refused(uow: SqlUnitOfWork) -> None:
    """Before it is in the database."""
    with pytest.raises(ValueError, match="bytes"):
        uow.files.add(StoredFile("large.bin", "application/octet-stream", bytes(MOST_BYTES + 1)), NOW)
