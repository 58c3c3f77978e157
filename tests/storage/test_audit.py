"""Whatever is changed in a journal after it was sealed is found and named; what /forget empties is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from liaisonbot.audit import Wrong
from storage.audit import NotAHead, NotedHead, current_head
from storage.schema.sealing import erasures, seal_heads, seals
from storage.sealed import BY_TABLE, JOURNALS, SealedJournal
from storage.unit_of_work import SqlUnitOfWork
from storage.words import WORDS, Emptied, Screened
from tests.storage import histories
from tests.storage.histories import KEYS, OF_KEY, a_history, audited, found, ids, sealed_up
from tests.support.makers import NOW
from tests.support.units import a_unit

CASES, PROJECTS = OF_KEY["cases"], OF_KEY["projects"]


@pytest.fixture
def uow(sqlite_url: str) -> Iterator[SqlUnitOfWork]:
    """On SQLite: what is found does not depend on the engine, as the first test shows."""
    with a_unit(sqlite_url) as unit:
        yield unit


def test_an_audit_says_the_same_on_either_engine(database_url: str) -> None:
    """In order, changed, taken out, with other words, and forgotten."""
    with a_unit(database_url) as uow:
        person = a_history(uow)
        sealed_up(uow)
        assert not audited(uow).findings
        duty, case, project = (ids(uow, OF_KEY[key])[1] for key in ("duty", "cases", "projects"))
        histories.change(uow, OF_KEY["duty"], duty, at=NOW + timedelta(days=1))
        histories.take_out(uow, CASES, case)
        histories.change(uow, PROJECTS, project, text="别的话")
        found_before = {("duty", Wrong.CHANGED, duty), ("cases", Wrong.MISSING, case)}
        assert found(uow) == {*found_before, ("projects", Wrong.WORDS, project)}

        uow.erasure.erase(person, NOW)
        sealed_up(uow)
        assert found(uow) == found_before


@pytest.fixture
def sealed_history(uow: SqlUnitOfWork) -> SqlUnitOfWork:
    """A history with a seal on each entry."""
    a_history(uow)
    sealed_up(uow)
    return uow


def test_what_nobody_touched_is_as_it_was_sealed(sealed_history: SqlUnitOfWork) -> None:
    """Every entry of every journal is compared, and the head is the one the database says."""
    audit = audited(sealed_history)

    assert audit.findings == []
    assert {key: counts.sealed for key, counts in audit.counts.items()} == {
        sealed.key: len(ids(sealed_history, sealed)) for sealed in JOURNALS
    }
    assert audit.head == current_head(sealed_history.connection)
    assert sum(counts.waiting for counts in audit.counts.values()) == 0


def test_what_is_new_waits_for_its_seal(sealed_history: SqlUnitOfWork) -> None:
    """It is no finding, and the seals go on from where they ended."""
    a_history(sealed_history)
    waiting = audited(sealed_history)
    assert not waiting.findings
    assert waiting.counts["duty"].waiting == 5

    sealed_up(sealed_history)

    assert not audited(sealed_history).findings
    assert audited(sealed_history).counts["duty"].waiting == 0


@pytest.mark.parametrize("key", ["cases", "duty", "projects", "cycles"])
def test_an_entry_that_was_changed_is_named(sealed_history: SqlUnitOfWork, key: str) -> None:
    """With its journal, the number people know it by, and its moment."""
    sealed = OF_KEY[key]
    entry = ids(sealed_history, sealed)[2]
    subject = histories.row(sealed_history, sealed, entry)[sealed.subject.name]
    histories.change(sealed_history, sealed, entry, at=NOW + timedelta(days=1))

    finding = histories.first(audited(sealed_history))

    assert (finding.journal, finding.wrong, finding.entry, finding.subject) == (key, Wrong.CHANGED, entry, subject)
    assert finding.at == f"{NOW + timedelta(days=1):%Y-%m-%d %H:%M:%S.%f}"
    assert finding.more == 0


@pytest.mark.parametrize("sealed", [CASES, PROJECTS], ids=["cases", "projects"])
def test_words_that_were_changed_or_emptied_by_hand_are_found(
    sealed_history: SqlUnitOfWork, sealed: SealedJournal
) -> None:
    """Also when the salt was taken with them: nobody asked to be forgotten."""
    words = "note" if sealed is CASES else "text"
    wordy = [entry for entry in ids(sealed_history, sealed) if histories.row(sealed_history, sealed, entry)[words]]
    one, two = wordy[:2]
    histories.change(sealed_history, sealed, one, **{words: "别的话"})
    assert found(sealed_history) == {(sealed.key, Wrong.WORDS, one)}

    details = histories.row(sealed_history, sealed, two)["details"]
    figures = {name: value for name, value in details.items() if name == "class"}
    gone: dict[str, Any] = {words: None, "details": figures, "salt": None}
    histories.change(sealed_history, sealed, two, **gone)
    assert (sealed.key, Wrong.EMPTIED, two) in found(sealed_history)


def test_words_that_were_put_into_an_entry_without_any_are_found(sealed_history: SqlUnitOfWork) -> None:
    """Whether or not a salt comes along."""
    bare = next(
        entry for entry in ids(sealed_history, CASES) if not histories.row(sealed_history, CASES, entry)["salt"]
    )
    for salt in (None, "ab" * 16):
        histories.change(sealed_history, CASES, bare, note="他说的", salt=salt)
        assert found(sealed_history) == {("cases", Wrong.WORDS, bare)}


@pytest.mark.parametrize("key", ["cases", "duty", "projects", "cycles"])
def test_an_entry_that_was_taken_out_is_named(sealed_history: SqlUnitOfWork, key: str) -> None:
    """Its seal stays; where that goes, too, the next one does not follow, or the end is missed."""
    sealed = OF_KEY[key]
    middle, after, last = (
        ids(sealed_history, sealed)[2],
        ids(sealed_history, sealed)[3],
        ids(sealed_history, sealed)[-1],
    )
    histories.take_out(sealed_history, sealed, middle)
    assert found(sealed_history) == {(key, Wrong.MISSING, middle)}

    histories.take_seal(sealed_history, sealed, middle)
    assert found(sealed_history) == {(key, Wrong.BROKEN, after)}

    histories.take_out(sealed_history, sealed, last)
    assert (key, Wrong.MISSING, last) in found(sealed_history)


@pytest.mark.parametrize("key", ["cases", "duty", "projects", "cycles"])
def test_entries_that_changed_places_are_named(sealed_history: SqlUnitOfWork, key: str) -> None:
    """Each with the other."""
    sealed = OF_KEY[key]
    one, other = ids(sealed_history, sealed)[1:3]
    histories.change(sealed_history, sealed, one, at=NOW)  # they are no twins
    histories.swap(sealed_history, sealed, one, other)

    finding = histories.first(audited(sealed_history))

    assert (finding.wrong, finding.entry, finding.other, finding.more) == (Wrong.MOVED, one, other, 1)


@pytest.mark.parametrize("key", KEYS)
def test_an_entry_that_was_put_in_is_named(uow: SqlUnitOfWork, key: str) -> None:
    """A number that was left out, or one before all others, is filled later."""
    sealed = OF_KEY[key]
    person = a_history(uow)
    uow.erasure.erase(person, NOW)
    a_history(uow)
    gap = ids(uow, sealed)[1 if key != "restores" else 0]
    histories.take_out(uow, sealed, gap)
    sealed_up(uow)
    assert not audited(uow).findings

    histories.put_in(uow, sealed, gap, like=ids(uow, sealed)[-1])

    assert found(uow) == {(key, Wrong.PUT_IN, gap)}


def test_seals_that_were_cut_off_are_missed(sealed_history: SqlUnitOfWork) -> None:
    """With their entries or without them, since the head is kept elsewhere."""
    *_, before, last = ids(sealed_history, CASES)
    for entry in (last, before):
        histories.take_out(sealed_history, CASES, entry)
        histories.take_seal(sealed_history, CASES, entry)
    finding = histories.first(audited(sealed_history))

    assert (finding.journal, finding.wrong, finding.other) == ("cases", Wrong.CUT, 2)

    sealed_up(sealed_history)
    assert ("cases", Wrong.CUT, None) in found(sealed_history)


def test_seals_taken_from_the_end_are_no_entries_that_are_missing(sealed_history: SqlUnitOfWork) -> None:
    """The entries stand there still."""
    last = ids(sealed_history, CASES)[-1]
    histories.take_seal(sealed_history, CASES, last)

    assert found(sealed_history) == {("cases", Wrong.UNSEALED, last)}


def test_a_seal_that_was_taken_or_changed_is_named(sealed_history: SqlUnitOfWork) -> None:
    """The entries themselves are as they were."""
    one, two, *_, last = ids(sealed_history, CASES)
    histories.take_seal(sealed_history, CASES, two)
    assert found(sealed_history) == {("cases", Wrong.UNSEALED, two)}
    duty = ids(sealed_history, OF_KEY["duty"])[1]
    chosen = (seals.c.journal == "duty") & (seals.c.entry == duty)
    sealed_history.connection.execute(sa.update(seals).where(chosen).values(link=b"x" * 20))
    assert ("duty", Wrong.BROKEN, duty) in found(sealed_history)
    assert {entry for key, _, entry in found(sealed_history) if key == "duty"} == {duty}
    assert one < last


def test_a_head_that_was_changed_or_taken_is_found(sealed_history: SqlUnitOfWork) -> None:
    """Whichever of its fields."""
    cases = ids(sealed_history, CASES)
    for values in ({"entries": len(cases) - 1}, {"last": cases[-2]}, {"link": b"x" * 20}):
        before = dict(
            sealed_history.connection.execute(sa.select(seal_heads).where(seal_heads.c.journal == "cases"))
            .mappings()
            .one()
        )
        histories.change_head(sealed_history, CASES, **values)
        assert {key for key, _, _ in found(sealed_history)} == {"cases"}, values
        histories.change_head(sealed_history, CASES, **before)
    assert not audited(sealed_history).findings

    sealed_history.connection.execute(sa.delete(seal_heads))
    assert ("cases", Wrong.END, None) in found(sealed_history)


def everything(uow: SqlUnitOfWork) -> None:
    """Entries in every journal, two at least, and all of them sealed."""
    uow.erasure.erase(a_history(uow), NOW)
    a_history(uow)
    sealed_up(uow)


@contextmanager
def undone(uow: SqlUnitOfWork) -> Iterator[None]:
    """Whatever is done meanwhile."""
    uow.connection.exec_driver_sql("SAVEPOINT tampering")
    try:
        yield
    finally:
        uow.connection.exec_driver_sql("ROLLBACK TO tampering")


def test_every_journal_is_watched_on_either_engine(database_url: str) -> None:
    """An entry taken out, its seal taken, the beginning cut off with its seals, the end as well; and nothing else."""
    with a_unit(database_url) as uow:
        everything(uow)
        for sealed in JOURNALS:
            first, second, *_, last = [*ids(uow, sealed)[:2], *ids(uow, sealed)[2:], ids(uow, sealed)[-1]]
            with undone(uow):
                histories.take_out(uow, sealed, first)
                assert found(uow) == {(sealed.key, Wrong.MISSING, first)}
            with undone(uow):
                histories.take_seal(uow, sealed, first)
                assert found(uow) == {(sealed.key, Wrong.UNSEALED, first)}
            with undone(uow):
                histories.take_out(uow, sealed, first)
                histories.take_seal(uow, sealed, first)
                assert (sealed.key, Wrong.BROKEN, second) in found(uow)
            with undone(uow):
                histories.take_out(uow, sealed, last)
                histories.take_seal(uow, sealed, last)
                assert found(uow) == {(sealed.key, Wrong.CUT, None)}
        assert not audited(uow).findings


_OTHERWISE: Final = ("NULL", "5", "'[1'", "'别的'", "x'ff'", "CAST(x'ff' AS TEXT)", "1e300")
"""What somebody may put into a SQLite file by hand: no JSON, no time, no text, of any type."""


@pytest.mark.parametrize("key", KEYS)
def test_whatever_is_put_in_the_place_of_a_value_is_found_where_it_stands(uow: SqlUnitOfWork, key: str) -> None:
    """An audit that stops at it would name nothing."""
    sealed = OF_KEY[key]
    everything(uow)
    entry = next(one for one in ids(uow, sealed) if histories.row(uow, sealed, one).get("salt") or not sealed.erasable)
    before = histories.row(uow, sealed, entry)
    for column in sealed.table.columns:
        for value in _OTHERWISE if column is not sealed.id and before[column.name] is not None else ():
            with undone(uow):
                if _overwritten(uow, sealed.table, column.name, value, f"id = {entry}"):
                    assert {finding[::2] for finding in found(uow)} == {(key, entry)}, (column.name, value, before)


@pytest.mark.parametrize("table", [seals, seal_heads], ids=["seals", "heads"])
def test_whatever_is_put_in_the_place_of_a_seal_is_found(uow: SqlUnitOfWork, table: sa.Table) -> None:
    """In its journal."""
    everything(uow)
    where = "journal = 'cases'" + (f" AND entry = {ids(uow, CASES)[1]}" if table is seals else "")
    for column in table.columns:
        for value in _OTHERWISE if column.name not in {"journal", "at"} else ():
            with undone(uow):
                if _overwritten(uow, table, column.name, value, where):
                    assert {key for key, _, _ in found(uow)} == {"cases"}, (column.name, value)


def _overwritten(uow: SqlUnitOfWork, table: sa.Table, column: str, value: str, where: str) -> bool:
    """Whether the file takes it, and something else stood there before."""
    uow.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    other = f"{column} IS NOT {value} OR typeof({column}) <> typeof({value})"
    statement = f"UPDATE {table.name} SET {column} = {value} WHERE {where} AND ({other})"
    try:
        return uow.connection.exec_driver_sql(statement).rowcount == 1
    except (sa.exc.IntegrityError, UnicodeEncodeError):
        return False


# --- a head that was noted down ---------------------------------------------------------------------------------------


def test_a_noted_head_is_found_again_however_long_the_chains_have_grown(sealed_history: SqlUnitOfWork) -> None:
    """Written and read as a short word."""
    noted = NotedHead.of(str(current_head(sealed_history.connection)))
    a_history(sealed_history)
    sealed_up(sealed_history)

    assert not audited(sealed_history, noted).findings


def test_an_older_copy_is_told_by_a_noted_head(sealed_history: SqlUnitOfWork) -> None:
    """It is in order in itself, and says less than had been noted."""
    now = current_head(sealed_history.connection)
    later = NotedHead((now.counts[0] + 3, *now.counts[1:]), now.digest)

    finding = histories.first(audited(sealed_history, later))

    assert (finding.journal, finding.wrong, finding.other) == ("cases", Wrong.OLDER, 3)


def test_a_chain_that_was_made_anew_is_told_by_a_noted_head(sealed_history: SqlUnitOfWork) -> None:
    """Whoever can write to the database can seal what they have changed; they cannot change a note on paper."""
    noted = current_head(sealed_history.connection)
    histories.change(sealed_history, CASES, ids(sealed_history, CASES)[1], by_role="staff")
    for table in (seals, seal_heads):
        sealed_history.connection.execute(sa.delete(table))
    sealed_up(sealed_history)
    assert not audited(sealed_history).findings

    assert found(sealed_history, noted) == {("", Wrong.NOT_THE_SAME, None)}


@pytest.mark.parametrize("written", ["", "12", "1.2.3-xyz", "1.2.3.4.5.6.7.8-0123456789abcdef", "-0123456789abcdef"])
def test_what_is_no_head_is_refused(written: str) -> None:
    with pytest.raises(NotAHead):
        NotedHead.of(written)


# --- the right to be forgotten ----------------------------------------------------------------------------------------


def test_the_chain_survives_that_somebody_is_forgotten(uow: SqlUnitOfWork) -> None:
    """Their words and the salts go; what stays is checked as before."""
    person = a_history(uow)
    sealed_up(uow)
    wordy = [entry for entry in ids(uow, CASES) if histories.row(uow, CASES, entry)["salt"]]
    uow.erasure.erase(person, NOW)
    sealed_up(uow)

    audit = audited(uow)
    assert not audit.findings
    assert audit.counts["cases"].emptied == len(wordy)
    assert audit.counts["projects"].emptied == 5
    assert all(histories.row(uow, CASES, entry)["salt"] is None for entry in wordy)

    histories.change(uow, CASES, wordy[1], details={"class": "B"})
    assert found(uow) == {("cases", Wrong.CHANGED, wordy[1])}


def test_an_erasure_that_was_put_in_by_hand_is_sealed_and_dated(uow: SqlUnitOfWork) -> None:
    """Nobody empties an entry without leaving when."""
    person = a_history(uow)
    sealed_up(uow)
    noted = current_head(uow.connection)
    uow.erasure.erase(person, NOW)
    sealed_up(uow)

    rows = uow.connection.execute(sa.select(erasures.c.journal, erasures.c.at)).all()
    assert {row.journal for row in rows} == {"cases", "projects"}
    assert {row.at for row in rows} == {NOW}
    assert not audited(uow, noted).findings


def test_who_is_forgotten_before_the_seal_leaves_no_digest_of_words(uow: SqlUnitOfWork) -> None:
    """The entry is sealed empty."""
    person = a_history(uow)
    uow.erasure.erase(person, NOW)
    sealed_up(uow)

    assert not audited(uow).findings
    words = uow.connection.execute(sa.select(seals.c.words).where(seals.c.journal.in_(["cases", "projects"])))
    assert set(words.scalars()) == {None}


def test_short_words_cannot_be_tried_out_once_they_are_forgotten(uow: SqlUnitOfWork) -> None:
    """The same words have another digest each time, by a salt that stands nowhere else."""
    person = a_history(uow)
    for entry in ids(uow, CASES):
        histories.change(uow, CASES, entry, note="是", details={}, salt=None)
    sealed_up(uow)
    digests = list(uow.connection.execute(sa.select(seals.c.words).where(seals.c.journal == "cases")).scalars())
    salts = [histories.row(uow, CASES, entry)["salt"] for entry in ids(uow, CASES)]

    assert None not in digests
    assert len(set(digests)) == len(digests) == len(set(salts))
    uow.erasure.erase(person, NOW)
    assert {histories.row(uow, CASES, entry)["salt"] for entry in ids(uow, CASES)} == {None}
    rows = [row for table in (seals, erasures) for row in uow.connection.execute(sa.select(table))]
    everything = " ".join(map(str, rows))
    assert not any(salt and salt in everything for salt in salts)


def test_whatever_is_erased_from_a_journal_is_sealed_as_words() -> None:
    """Who has another column of a journal emptied says so where it is sealed, or an erasure would break the chain."""
    emptied = {
        column
        for rule in WORDS
        if isinstance(rule, Emptied | Screened)
        for column in rule.columns
        if column.table in BY_TABLE
    }
    declared = {column for sealed in JOURNALS for column in sealed.erasable}
    salts = {sealed.salt for sealed in JOURNALS if sealed.erasable}
    assert emptied == declared | salts


def test_a_column_that_is_added_later_changes_no_entry(uow: SqlUnitOfWork) -> None:
    """The next release may keep more of what people do; what was sealed before stays as it was."""
    a_history(uow)
    more = CASES.table.to_metadata(sa.MetaData())
    more.append_column(sa.Column("more", sa.Text))
    uow.connection.exec_driver_sql("ALTER TABLE journal ADD COLUMN more TEXT")
    erasable = {more.c[column.name]: stays for column, stays in CASES.erasable.items()}
    wider = SealedJournal("cases", more, more.c.case_number, erasable)

    before, after = (
        [sealed.content_of(row) for row in uow.connection.execute(sealed.columns.order_by(sealed.id))]
        for sealed in (CASES, wider)
    )
    assert before == after
    assert before


# --- any history, any change ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def a_sealed_connection(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Connection]:
    url = f"sqlite:///{tmp_path_factory.mktemp('history') / 'liaison.db'}"
    Path(url.removeprefix("sqlite:///")).write_bytes(sqlite_template.read_bytes())
    with a_unit(url) as uow:
        yield uow.connection


_TAMPER = ("change", "take_out", "swap", "put_in", "words")


@given(data=st.data(), length=st.integers(2, 9), page=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_any_single_change_is_found_where_it_was_made(
    a_sealed_connection: Connection, data: st.DataObject, length: int, page: int
) -> None:
    """In histories of any length, read in pages of any size; and nothing else is found."""
    connection = a_sealed_connection
    connection.exec_driver_sql("SAVEPOINT example")
    try:
        uow = SqlUnitOfWork(connection)
        a_history(uow, length)
        sealed = OF_KEY[data.draw(st.sampled_from(["cases", "duty", "projects", "cycles"]))]
        gap = data.draw(st.sampled_from(ids(uow, sealed)[:-1]))
        how = data.draw(st.sampled_from(_TAMPER))
        if how == "put_in":
            histories.take_out(uow, sealed, gap)
        sealed_up(uow)
        assert not audited(uow, page=page).findings
        touched = _tamper(uow, sealed, how, gap, data)
        findings = audited(uow, page=page).findings
        assert {finding.journal for finding in findings} == {sealed.key}
        assert {finding.entry for finding in findings} <= touched
        assert findings
    finally:
        connection.exec_driver_sql("ROLLBACK TO example")
        connection.exec_driver_sql("RELEASE example")


def _tamper(uow: SqlUnitOfWork, sealed: SealedJournal, how: str, gap: int, data: st.DataObject) -> set[int | None]:
    entry = data.draw(st.sampled_from(ids(uow, sealed)))
    if how == "put_in":
        histories.put_in(uow, sealed, gap, like=entry)
        return {gap}
    if how == "take_out":
        histories.take_out(uow, sealed, entry)
    elif how == "swap":
        other = data.draw(st.sampled_from([one for one in ids(uow, sealed) if one != entry]))
        here, there = histories.row(uow, sealed, entry), histories.row(uow, sealed, other)
        if {**here, "id": 0} == {**there, "id": 0}:
            histories.take_out(uow, sealed, entry)
        else:
            histories.swap(uow, sealed, entry, other)
        return {entry, other}
    elif how == "words" and sealed.erasable:
        histories.change(uow, sealed, entry, **{"note" if sealed is CASES else "text": data.draw(st.text(max_size=5))})
    else:
        histories.change(uow, sealed, entry, event="other", person_id=None)
    return {entry}
