"""``bot.py export cases``."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.terminal import export_files
from tests.support.makers import a_case, a_letter, a_person, a_station
from tests.support.terminal import ROOT, Place, with_cases
from tests.support.units import a_unit


def test_cases_are_one_object_a_line(furnished: Place) -> None:
    """On standard output, UTF-8 whatever the terminal thinks."""
    with_cases(furnished, 3)
    told = furnished.call("export", "cases")

    assert [json.loads(line)["number"] for line in told.out.splitlines()] == [1, 2, 3]


def test_a_window_is_of_whole_local_days(furnished: Place) -> None:
    """From the first day on, before the second, in the configured zone: 1 December begins at 16:00 UTC in Shanghai."""
    with a_unit(furnished.database) as uow:
        for hour in (15, 16):
            a_case(uow, now=datetime(2026, 11, 30, hour, 30, tzinfo=UTC))

    def numbers(*window: str) -> list[int]:
        return [json.loads(line)["number"] for line in furnished.call("export", "cases", *window).out.splitlines()]

    assert numbers("--since", "2026-12-01") == [2]
    assert numbers("--until", "2026-12-01") == [1]
    assert numbers("--since", "2026-12-01", "--until", "2026-12-02") == [2]
    assert numbers("--since", "2026-12-02") == []


@pytest.mark.parametrize("what", ["cases", "polls", "duty"])
def test_a_window_may_reach_to_the_ends_of_the_calendar_and_not_backwards(furnished: Place, what: str) -> None:
    """Days that UTC does not have any more are no reason to fail; an end before the beginning is wrong usage."""
    assert furnished.call("export", what, "--since", "0001-01-01", "--until", "9999-12-31").code == 0
    told = furnished.call("export", what, "--since", "2026-11-22", "--until", "2026-11-20")
    assert (told.code, told.out) == (2, "")
    assert "--until 2026-11-20 is not after --since 2026-11-22" in told.err


def test_an_export_goes_to_a_file_whole_or_not_at_all(furnished: Place) -> None:
    """It replaces what was there only once it is complete, and only its owner can read it."""
    with_cases(furnished)
    out = furnished.write("cases.csv", "old")

    assert furnished.call("export", "cases", "--format", "csv", "--out", str(out)).code == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    assert row["number"] == "1"
    assert out.stat().st_mode & 0o777 == 0o600
    assert furnished.call("export", "cases", "--out", str(furnished.folder / "no" / "x")).code == 1


def test_a_workbook_can_go_to_standard_output(furnished: Place) -> None:
    """For whoever pipes it on."""
    with_cases(furnished)

    assert furnished.call("export", "cases", "--format", "xlsx").raw.startswith(b"PK")


def test_a_reader_who_has_had_enough_is_no_error(furnished: Place) -> None:
    """``bot.py export cases | head -1``"""
    with_cases(furnished, 400)
    process = subprocess.Popen(
        [sys.executable, ROOT / "bot.py", "export", "cases"],
        cwd=furnished.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    complaints = process.stderr.read()

    assert (process.wait(30), complaints) == (0, b"")
    process.stderr.close()


@pytest.mark.parametrize(
    "words",
    [
        ["--week", "2026-W54"],
        ["--week", "soon"],
        ["--week", "2026-W47", "--since", "2026-11-01"],
        ["--since", "2026-11-02", "--until", "2026-11-02"],
        ["--since", "2026-02-30"],
        ["--format", "pdf"],
    ],
)
def test_wrong_words_are_answered_with_how_to_write_them(furnished: Place, words: list[str]) -> None:
    """Exit code 2, a sentence, and nothing on standard output."""
    told = furnished.call("export", "cases", *words)

    assert (told.code, told.out) == (2, "")
    assert told.err


def test_a_week_a_month_a_quarter_by_name(furnished: Place) -> None:
    """As the summaries name them; a week begins on Monday where the office is."""
    with a_unit(furnished.database) as uow:
        for day in (22, 23, 29, 30):
            a_case(uow, now=datetime(2026, 11, day, 15, 59, tzinfo=UTC))  # a minute before the day ends in Shanghai

    def numbers(window: str) -> list[int]:
        told = furnished.call("export", "cases", "--week", window)
        return [json.loads(line)["number"] for line in told.out.splitlines()]

    assert numbers("2026-W48") == [2, 3]
    assert numbers("2026-11") == [1, 2, 3, 4]
    assert numbers("2026-Q4") == [1, 2, 3, 4]
    assert numbers("2026-W49") == [4]


def test_an_empty_window_is_a_file_with_headings_and_a_sentence(furnished: Place) -> None:
    """Nobody has to wonder whether it went wrong."""
    with_cases(furnished)
    out = furnished.folder / "cases.csv"
    told = furnished.call("export", "cases", "--until", "2020-01-01", "--format", "csv", "--out", str(out))

    assert told.code == 0
    assert "there are no cases before 2020-01-01" in told.err
    (headings,) = csv.reader(io.StringIO(out.read_text("utf-8-sig")))
    assert headings[0] == "number"
    assert "there are no polls" in furnished.call("export", "polls").err


def a_case_with_a_name(place: Place) -> None:
    """Its author gave a name and a phone, and wrote both into the text."""
    with a_unit(place.database) as uow:
        person = a_person(uow)
        letter = a_letter(SAID, sender=person.telegram_id)
        case = a_case(uow, author=person, letter=letter, station=a_station(uow))
        uow.cases.set_author_contact(case.number, person.id, name="张大山", phone="13912345678")


SAID = "路灯坏了，请打 13812345678 找我"


def test_who_somebody_is_stands_in_no_export(furnished: Place) -> None:
    """In no format, nor do the numbers among the words, unless they are asked for."""
    a_case_with_a_name(furnished)
    lines = furnished.call("export", "cases").out
    table = furnished.call("export", "cases", "--format", "csv").out

    assert json.loads(lines)["text"] == json.loads(lines)["messages"][0]["text"] == "路灯坏了，请打 138******78 找我"
    for told in (lines, table):
        assert "张大山" not in told
        assert "12345678" not in told
        assert "authors" not in told
    assert "路灯坏了，请打 138" in table
    with a_unit(furnished.database) as uow:
        assert uow.office_journal.count() == 0


def test_personal_data_is_there_when_asked_for_and_asking_is_on_record(furnished: Place) -> None:
    """In every format; the journal says which days, and that it was somebody at the terminal."""
    a_case_with_a_name(furnished)
    (line,) = furnished.call("export", "cases", "--personal").out.splitlines()
    table = furnished.call("export", "cases", "--personal", "--format", "csv", "--week", "2026-11").out

    assert json.loads(line)["authors"] == [{"name": "张大山", "phone": "13912345678", "on_behalf": False}]
    (row,) = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert (row["authors"], row["text"]) == ("张大山 13912345678", SAID)
    with a_unit(furnished.database) as uow:
        second, first = uow.office_journal.newest(limit=5)
    assert (first.person_id, first.what, first.details["what"], first.details["first"]) == (
        None,
        "personal-export",
        "cases",
        None,
    )
    assert (second.details["first"], second.details["last"]) == ("2026-11-01", "2026-11-30")


def asked_for(place: Place) -> int:
    """How often personal data was, by the office's journal."""
    with a_unit(place.database) as uow:
        return uow.office_journal.count()


def test_asking_for_a_file_that_cannot_be_written_is_one_line(furnished: Place) -> None:
    """Exit code 1; what is asked for on record was asked for all the same."""
    with_cases(furnished)
    told = furnished.call("export", "cases", "--personal", "--out", str(furnished.folder / "no" / "cases.csv"))

    assert (told.code, told.out) == (1, "")
    assert len(told.err.splitlines()) == 1
    assert asked_for(furnished) == 1


def test_who_asks_is_on_record_when_it_fails_half_way(furnished: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written by then may have been read; of the file nothing stays."""
    a_case_with_a_name(furnished)

    def breaks(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_files.tables, "write_csv", breaks)
    told = furnished.call(
        "export", "cases", "--personal", "--format", "csv", "--out", str(furnished.folder / "names.csv")
    )

    assert told.code == 1
    assert asked_for(furnished) == 1
    assert list(furnished.folder.glob("*names*")) == []


def test_who_only_asks_brings_no_database_up_to_date(furnished: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """With personal data or without: that is for the bot, which makes a copy before."""
    monkeypatch.setattr("storage.revision.newest", lambda: "9999")
    monkeypatch.setattr("storage.migrate.missing", lambda url: ["9999"])
    for more in ((), ("--personal",)):
        told = furnished.call("export", "cases", *more)
        assert (told.code, told.out) == (1, "")
        assert "brings it up to date" in told.err
    assert asked_for(furnished) == 0


def test_whoever_reads_line_by_line_finds_one_object_in_each(furnished: Place) -> None:
    """Some take the separators of Unicode for the end of a line, and JSON lets them stand among words."""
    said = "一\u2028二\u2029三\x85四"
    with a_unit(furnished.database) as uow:
        a_case(uow, letter=a_letter(said))
    (line,) = furnished.call("export", "cases").out.splitlines()

    assert json.loads(line)["text"] == said


def test_whoever_ends_it_leaves_nothing_behind(furnished: Place) -> None:
    """As by Ctrl-C: at the next row, exit code 1, one line, and no file with people's words."""
    with_cases(furnished, 1000)  # more than a pipe holds, whatever the system
    process = subprocess.Popen(
        [sys.executable, ROOT / "bot.py", "export", "cases"],
        cwd=furnished.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline()  # it writes on until the pipe is full, and waits
    process.send_signal(signal.SIGTERM)
    # Python hears of a signal when its main thread gets to run: read on before, and all may be written by then.
    while catches(process.pid, signal.SIGTERM):
        os.sched_yield()
    out, complaints = process.communicate(timeout=60)

    assert (process.returncode, complaints) == (1, b"interrupted; nothing of it was kept\n")
    assert out.count(b"\n") < 999


def catches(pid: int, number: signal.Signals) -> bool:
    """Whether that process still has a handler of its own for the signal; ours goes once the signal has come."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"^SigCgt:\s*(\w+)$", status.read_text(), re.M) if status.exists() else None
    return found is not None and bool(int(found[1], 16) >> (number - 1) & 1)


def test_what_is_no_file_is_written_to_and_not_replaced(furnished: Place, tmp_path: Path) -> None:
    """``/dev/null`` stays what it is."""
    with_cases(furnished)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert furnished.call("export", "cases", "--out", str(pipe)).code == 0
        assert reader.stdout is not None
        assert json.loads(reader.stdout.read())["number"] == 1
    assert pipe.is_fifo()


def test_more_cases_than_a_sheet_holds_are_refused_before_the_first_is_written(
    furnished: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits minutes for that."""
    with_cases(furnished, 3)
    monkeypatch.setattr(export_files.tables, "MOST_SHEET_ROWS", 3)
    monkeypatch.setattr(export_files, "rows", lambda *_: pytest.fail("nothing is read"))
    told = furnished.call("export", "cases", "--format", "xlsx", "--out", str(furnished.folder / "cases.xlsx"))

    assert told.code == 1
    assert "a worksheet holds 2 rows" in told.err
