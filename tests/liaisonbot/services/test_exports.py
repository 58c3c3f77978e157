"""/export: what is asked, of whom the rows are, how far it is, and where it can end. /journal: who asked for names."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from handlers.terminal import export_program
from liaisonbot.duty import EntryState
from liaisonbot.errors import OurMistake
from liaisonbot.exporting import Ending, ExportJob
from liaisonbot.polls import PollKind, PollState
from liaisonbot.reports import tables
from liaisonbot.services import exports
from liaisonbot.vocabulary import Role
from storage.urls import sqlite_url
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OWNER, STAFF
from tests.support.office import Office

OTHER_STAFF = 8899


def make(office: Office, path: Path, *, most: int = 10_000_000) -> tuple[ExportJob, list[dict[str, Any]]]:
    """What the loop does for the one whose turn it is, in this process: the program's own words are given back."""
    with office.unit() as uow:
        job = exports.begin(uow, office.desk)
    assert job is not None
    said: list[dict[str, Any]] = []
    order = {
        "url": sqlite_url(office.path),
        "zone": office.settings.locale.timezone,
        "language": job.language,
        "scoring": office.settings.duty.scoring,
        "what": job.what,
        "first": job.first and job.first.isoformat(),
        "end": job.last and (job.last + timedelta(days=1)).isoformat(),
        "stations": job.station_ids,
        "reader": job.person_id,
        "personal": job.personal,
        "drafts": False,
        "format": job.format,
        "path": str(path),
        "name": exports.name_of(job),
        "most": most,
    }
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", told)
        asyncio.run(export_program.make(order))
    said = [json.loads(line) for line in told.getvalue().splitlines()]
    return job, said


def arrives(office: Office, path: Path, **how: Any) -> list[dict[str, Any]]:
    """It is made, and its end is told."""
    job, said = make(office, path, **how)
    ending = Ending(said[-1]["ending"])
    content = path.read_bytes() if ending is Ending.MADE else None
    with office.unit() as uow:
        exports.finished(uow, office.desk, job, ending, said[-1]["done"], content)
    office.ticks()
    return said


def file_of(office: Office, who: int) -> tuple[str, bytes]:
    """The newest file they got."""
    sent = next(each for each in reversed(office.carried) if each.file is not None and each.chat_id == who)
    assert sent.content is not None
    return sent.content.name, sent.content.content


def rows_of(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def reported(office: Office, words: str, *, who: int = ALICE) -> None:
    office.writes(who, f"/report {words}")


def test_typed_without_more_it_asks_with_buttons(office: Office, tmp_path: Path) -> None:
    """What, which time, which kind of file, with names or not; then it is made."""
    reported(office, "路灯坏了")
    office.writes(STAFF, "/export")
    for word in ("民情", "本周", "Excel", "不含"):
        office.presses(STAFF, office.last(STAFF), word)

    assert "正在准备：民情 · 2026 年第 48 周 · Excel 表格" in office.told(STAFF)
    asked = office.last(STAFF)
    arrives(office, tmp_path / "x.xlsx")

    name, content = file_of(office, STAFF)
    assert name == "民情-2026-W48.xlsx"
    heads, row = rows_of(content)
    assert heads[:2] == ["编号", "阶段"]
    assert (row[0], "路灯坏了" in row) == (1, True)
    said = next(sent for sent in office.chats[STAFF] if sent.message_id == asked.message_id)
    assert said.text.startswith("✅ 好了：民情 · 2026 年第 48 周")
    assert "共 1 条" in said.text
    assert "不含姓名和电话" in said.text
    assert said.buttons == {}


@pytest.mark.parametrize(
    ("line", "window", "format"),
    [
        ("cases", None, "xlsx"),
        ("cases 2026-W47", ("2026-11-16", "2026-11-22"), "xlsx"),
        ("民情 上周 csv", ("2026-11-16", "2026-11-22"), "csv"),
        ("duty 2026年11月", ("2026-11-01", "2026-11-30"), "xlsx"),
        ("polls 2026-11-01/2026-11-05 jsonl", ("2026-11-01", "2026-11-05"), "jsonl"),
        ("cases last month csv without", ("2026-10-01", "2026-10-31"), "csv"),
    ],
)
def test_in_one_line(office: Office, line: str, window: tuple[str, str] | None, format: str) -> None:
    """A line says as much as one wants to say; the rest is as usual."""
    office.writes(STAFF, f"/export {line}")

    with office.unit() as uow:
        job = uow.export_jobs.next()
    assert job is not None
    days = None if job.first is None or job.last is None else (job.first.isoformat(), job.last.isoformat())
    assert (days, job.format, job.personal) == (window, format, False)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("rows", "没有「rows」"),
        ("cases 2026-W54", "看不懂「2026-W54」"),
        ("cases soon", "看不懂「soon」"),
        ("cases 2027-W10", "还没到"),
        ("cases 2026-W47 pdf", "没有「pdf」"),
    ],
)
def test_what_cannot_be_understood_is_answered_with_how_to_say_it(office: Office, line: str, answer: str) -> None:
    """And nothing is made."""
    office.writes(STAFF, f"/export {line}")

    assert answer in office.told(STAFF)
    with office.unit() as uow:
        assert uow.export_jobs.next() is None


def with_two_stations(office: Office) -> None:
    """A case at each, an entry of a duty log at each; the other station has staff of its own."""
    other = office.station("B", "滨河联络站")
    office.roster(Role.STAFF, "孙伟", OTHER_STAFF, other)
    chen = office.roster(Role.DEPUTY, "陈静", 8898, other)
    with office.unit() as uow:
        home = next(station.id for station in uow.stations.all() if station.code != "B")
        wang = next(entry.id for entry in uow.roster.deputies() if entry.telegram_id == DEPUTY)
        for station, deputy in ((home, wang), (other, chen)):
            day = date(2026, 11, 20)
            uow.duty.add(
                deputy_id=deputy, station_id=station, type="visit", day=day, state=EntryState.FILED, now=office.now
            )
        uow.people.set_station(uow.people.meet(ALICE, "zh", office.now).id, home)
        uow.people.set_station(uow.people.meet(8897, "zh", office.now).id, other)
    reported(office, "阳光的路灯")
    reported(office, "滨河的垃圾", who=8897)


@pytest.mark.parametrize("what", ["cases", "duty"])
def test_staff_get_the_rows_of_their_stations_and_owners_all(office: Office, tmp_path: Path, what: str) -> None:
    """Whatever a line says."""
    with_two_stations(office)
    found = {}
    for who in (STAFF, OTHER_STAFF, OWNER):
        office.writes(who, f"/export {what}")
        arrives(office, tmp_path / "x.xlsx")
        _, content = file_of(office, who)
        found[who] = len(rows_of(content)) - 1

    assert found == {STAFF: 1, OTHER_STAFF: 1, OWNER: 2}
    assert "只含您所在的联络站：滨河联络站" in office.last(OTHER_STAFF, containing="好了").text
    assert "只含" not in office.last(OWNER, containing="好了").text


def test_nobody_reads_the_notes_on_a_case_of_their_own(office: Office, tmp_path: Path) -> None:
    """Staff who brought a case themselves find it in no export of theirs, and are told so."""
    reported(office, "我自己的事", who=STAFF)
    reported(office, "路灯坏了")
    office.writes(STAFF, "/export cases csv")
    arrives(office, tmp_path / "x.csv")
    _, content = file_of(office, STAFF)

    assert "我自己的事" not in content.decode()
    assert "路灯坏了" in content.decode()
    assert "您自己提的民情不在里面" in office.last(STAFF, containing="好了").text


def a_case_with_a_name(office: Office) -> None:
    reported(office, "路灯坏了，请打 13812345678")
    office.writes(ALICE, "/name 1 张大山 13912345678")
    with office.unit() as uow:
        person = uow.people.find(ALICE)
        assert person is not None
        uow.cases.set_author_contact(1, person.id, name="张大山", phone="13912345678")


def test_names_and_numbers_are_in_it_only_when_that_is_confirmed(office: Office, tmp_path: Path) -> None:
    """In one line as well; before it is confirmed nothing is made, and nothing is on record."""
    a_case_with_a_name(office)
    office.writes(STAFF, "/export cases csv")
    arrives(office, tmp_path / "x.csv")
    _, without = file_of(office, STAFF)
    office.writes(STAFF, "/export cases 2026-11 csv personal")
    asked = office.last(STAFF)
    assert "⚠️ 这份文件会含个人信息：民情，2026 年 11 月" in asked.text
    with office.unit() as uow:
        assert (uow.export_jobs.next(), uow.office_journal.count()) == (None, 0)
    office.presses(STAFF, asked, "确认")
    arrives(office, tmp_path / "y.csv")
    _, content = file_of(office, STAFF)

    text = without.decode("utf-8-sig")
    assert "路灯坏了，请打 138" in text
    assert not any(word in text for word in ("12345678", "张大山"))
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row["反映人"] == "张大山 13912345678"
    assert "13812345678" in row["内容"]
    assert "已记入办公日志" in office.last(STAFF, containing="好了").text


def test_owners_read_who_asked_for_personal_data(office: Office) -> None:
    """By name, with the days and the kind of file; nobody else can."""
    office.writes(OWNER, "/journal")
    assert "是空的" in office.told(OWNER)
    office.writes(STAFF, "/export cases 2026-11 csv personal")
    office.presses(STAFF, office.last(STAFF), "确认")

    office.writes(OWNER, "/journal")
    with office.unit() as uow:
        name = next(entry.name for entry in uow.roster.staff() if entry.telegram_id == STAFF)
    assert f"{name}：民情，2026 年 11 月，CSV 表格，" in office.told(OWNER)
    office.writes(STAFF, "/journal")
    assert "民情，2026" not in office.told(STAFF)


def test_polls_have_nothing_about_anybody_so_nobody_is_asked(office: Office) -> None:
    """One question less."""
    office.writes(STAFF, "/export polls")
    with office.unit() as uow:
        job = uow.export_jobs.next()
        assert job is not None
        uow.export_jobs.remove(job.id)
    office.writes(STAFF, "/export")
    for word in ("投票", "全部", "CSV"):
        office.presses(STAFF, office.last(STAFF), word)
    assert "正在准备：投票 · 全部时间 · CSV 表格" in office.told(STAFF)


def test_its_progress_is_edited_into_the_one_message(office: Office) -> None:
    """Where it can be cancelled; a further file has to wait until then."""
    office.writes(STAFF, "/export cases")
    with office.unit() as uow:
        job = exports.begin(uow, office.desk)
        assert job is not None
        exports.progressed(uow, office.desk, job, 1200, 54000)
    office.ticks()
    shown = office.last(STAFF, containing="正在写")
    assert "已写 1,200 / 54,000 条" in shown.text
    office.writes(STAFF, "/export duty")
    assert "还有一份文件在准备" in office.told(STAFF)

    office.presses(STAFF, shown, "取消")
    assert shown.text.startswith("已取消：民情")
    with office.unit() as uow:
        assert not exports.is_wanted(uow, job)
        exports.finished(uow, office.desk, job, Ending.MADE, 1, b"x")
    office.ticks()
    assert not any(each.file for each in office.carried)
    office.presses_data(STAFF, f"export:stop:{job.id}", shown)
    assert "已经不在准备了" in office.all_texts()[-1] or "已经不在准备了" in "".join(office.toasts)


def test_nobody_cancels_what_somebody_else_asked_for(office: Office) -> None:
    """Numbers can be guessed."""
    office.writes(STAFF, "/export cases")
    with office.unit() as uow:
        job = uow.export_jobs.next()
        assert job is not None
    office.presses_data(OWNER, f"export:stop:{job.id}")
    office.presses_data(ALICE, f"export:stop:{job.id}")
    with office.unit() as uow:
        assert uow.export_jobs.next() == job


def test_a_file_that_is_too_large_is_refused_with_the_ways_out(office: Office, tmp_path: Path) -> None:
    """A shorter time, or the call that gives all of it on the machine."""
    reported(office, "路灯坏了")
    office.writes(STAFF, "/export cases 2026-W48 csv")
    said = arrives(office, tmp_path / "x.csv", most=100)

    assert said[-1]["ending"] == "too-large"
    told = office.last(STAFF, containing="超过 20 MB").text
    assert "bot.py export cases --since 2026-11-23 --until 2026-11-30 --format csv --out cases.csv" in told
    with office.unit() as uow:
        assert uow.export_jobs.of(1) is None


def test_an_empty_window_has_its_headings_and_a_sentence(office: Office, tmp_path: Path) -> None:
    """A file of lines would be empty: there is none then."""
    office.writes(STAFF, "/export cases 2025-11")
    arrives(office, tmp_path / "x.xlsx")
    assert len(rows_of(file_of(office, STAFF)[1])) == 1
    assert "文件里只有表头" in office.last(STAFF, containing="✅").text

    office.writes(STAFF, "/export cases 2025-11 jsonl")
    arrives(office, tmp_path / "x.jsonl")
    assert "所以没有文件" in office.last(STAFF, containing="✅").text


def test_what_failed_is_told_and_so_is_what_could_not_be_sent(office: Office, tmp_path: Path) -> None:
    """Nobody waits for ever; nothing of it is kept."""
    office.writes(STAFF, "/export cases")
    with office.unit() as uow:
        job = exports.begin(uow, office.desk)
        assert job is not None
        exports.finished(uow, office.desk, job, Ending.FAILED)
    office.ticks()
    assert "没有做成：民情" in office.last(STAFF, containing="没有做成").text

    office.writes(STAFF, "/export cases")
    job, said = make(office, tmp_path / "x.xlsx")
    with office.unit() as uow:
        exports.finished(uow, office.desk, job, Ending.MADE, said[-1]["done"], b"PK")
    office.refuses[STAFF] = OurMistake("no")
    office.ticks()
    assert "没有发出去" in office.last(STAFF, containing="没有发出去").text
    with office.unit() as uow:
        assert uow.export_jobs.next() is None


def test_what_is_too_large_as_text_comes_packed(office: Office, tmp_path: Path) -> None:
    """A zip with the file in it, named as it would be."""
    for number in range(20):
        reported(office, f"路灯坏了，第 {number} 盏")
    folder = tmp_path / "made"
    folder.mkdir()
    office.writes(STAFF, "/export cases 2026-W48 jsonl")
    job, said = make(office, folder / "x.jsonl", most=10_000)
    assert said[-1] == {"done": 20, "total": 20, "ending": "made", "packed": True}
    content = (folder / "x.jsonl.zip").read_bytes()
    with office.unit() as uow:
        exports.finished(uow, office.desk, job, Ending.MADE, 20, content, packed=True)
    office.ticks()

    name, sent = file_of(office, STAFF)
    assert name == "民情-2026-W48.jsonl.zip"
    with zipfile.ZipFile(io.BytesIO(sent)) as packed:
        assert packed.namelist() == ["民情-2026-W48.jsonl"]
        assert len(packed.read("民情-2026-W48.jsonl").splitlines()) == 20
    assert "压缩成了 zip" in office.last(STAFF, containing="好了").text


def test_a_workbook_that_is_too_large_is_refused_with_csv_as_a_way_out(office: Office, tmp_path: Path) -> None:
    """It is packed already; names and phones stay asked for in the call."""
    reported(office, "路灯坏了")
    office.writes(STAFF, "/export cases 2026-W48 xlsx personal")
    office.presses(STAFF, office.last(STAFF), "确认")
    said = arrives(office, tmp_path / "x.xlsx", most=1000)

    assert said[-1]["ending"] == "too-large"
    told = office.last(STAFF, containing="超过 20 MB").text
    assert "或改要 CSV 表格" in told
    assert "--personal --format xlsx --out cases.xlsx" in told


def test_more_rows_than_a_sheet_holds_are_known_before_the_first_is_written(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits minutes for that."""
    monkeypatch.setattr(tables, "MOST_SHEET_ROWS", 2)
    for number in range(2):
        reported(office, f"路灯坏了 {number}")
    office.writes(STAFF, "/export cases")
    said = arrives(office, tmp_path / "x.xlsx")

    assert (said[-1]["ending"], said[-1]["done"]) == ("too-many-rows", 0)
    assert "一张表放不下" in office.last(STAFF, containing="放不下").text


def test_a_draft_is_the_deputys_alone(office: Office, tmp_path: Path) -> None:
    """Staff and owners learn of an entry when it is filed."""
    with_two_stations(office)
    with office.unit() as uow:
        wang = next(entry for entry in uow.roster.deputies() if entry.telegram_id == DEPUTY)
        uow.duty.add(
            deputy_id=wang.id, station_id=min(wang.station_ids), type="visit", day=date(2026, 11, 21),
            state=EntryState.DRAFT, now=office.now, text="还没想好",
        )  # fmt: skip
    for who in (STAFF, OWNER):
        office.writes(who, "/export duty csv")
        said = arrives(office, tmp_path / "x.csv")
        assert said[-1]["total"] == said[-1]["done"]
        assert "还没想好" not in file_of(office, who)[1].decode()
        assert "草稿不在里面" in office.last(who, containing="好了").text


@pytest.mark.parametrize("when", ["before it is made", "while it is made", "while it waits to be sent"])
def test_who_works_here_no_more_gets_no_file(office: Office, tmp_path: Path, when: str) -> None:
    """A role counts when the file goes out, not when it was asked for."""
    reported(office, "路灯坏了")
    office.writes(STAFF, "/export cases csv")
    with office.unit() as uow:
        entry = next(each for each in uow.roster.staff() if each.telegram_id == STAFF)
    if when == "before it is made":
        with office.unit() as uow:
            uow.roster.retire(entry.id, office.now)
            assert exports.begin(uow, office.desk) is None
    elif when == "while it waits to be sent":
        office.cut_off = True
        arrives(office, tmp_path / "x.csv")
        with office.unit() as uow:
            uow.roster.retire(entry.id, office.now)
        office.cut_off = False
    else:
        job, said = make(office, tmp_path / "x.csv")
        with office.unit() as uow:
            uow.roster.retire(entry.id, office.now)
            exports.finished(uow, office.desk, job, Ending.MADE, said[-1]["done"], (tmp_path / "x.csv").read_bytes())
    office.ticks()

    assert "没有做：民情" in office.last(STAFF, containing="没有做").text
    assert not any(each.content for each in office.carried)
    with office.unit() as uow:
        person = uow.people.find(STAFF)
        assert person is not None
        assert uow.export_jobs.of(person.id) is None
        assert uow.files.get(1) is None


def test_a_file_on_its_way_is_said_to_be(office: Office, tmp_path: Path) -> None:
    """Neither can it be cancelled any more, nor is it still being made."""
    reported(office, "路灯坏了")
    office.writes(STAFF, "/export cases csv")
    shown = office.last(STAFF, containing="正在准备")
    job, said = make(office, tmp_path / "x.csv")
    with office.unit() as uow:
        exports.finished(uow, office.desk, job, Ending.MADE, said[-1]["done"], b"x")
    office.held.add(str(STAFF))
    office.presses_data(STAFF, f"export:stop:{job.id}", shown)
    assert "正在发给您" in office.toasts[-1]


def test_sealed_polls_stay_shut_in_every_format(office: Office, tmp_path: Path) -> None:
    """As long as they are open, whoever asks."""
    with office.unit() as uow:
        station = uow.stations.all()[0].id
        poll = uow.polls.draft(
            kind=PollKind.QUICK, question="修哪条路？", options=["东路", "西路"], person_id=None, chat_id=None,
            language="zh", minutes=60, sealed=True, station_ids=[station],
        )  # fmt: skip
        uow.polls.update(
            poll.number, state=PollState.OPEN, opened_at=office.now, closes_at=office.now + timedelta(hours=1)
        )
        for voter in range(3):
            person = uow.people.meet(7000 + voter, "zh", office.now)
            uow.polls.answer(poll.number, person.id, [0], chat_id=None, now=office.now)
    for format in ("csv", "jsonl"):
        office.writes(STAFF, f"/export polls {format}")
        arrives(office, tmp_path / f"x.{format}")
        content = file_of(office, STAFF)[1].decode("utf-8-sig")
        if format == "csv":
            (row,) = csv.DictReader(io.StringIO(content))
            assert row["选项和票数"].splitlines() == ["东路", "西路"]
        else:
            assert json.loads(content)["counts"] is None


def test_constituents_and_deputies_cannot_export(office: Office) -> None:
    """It is answered like any word that means nothing to them."""
    for who in (ALICE, DEPUTY):
        office.writes(who, "/export cases")
        office.writes(who, "/journal")
    with office.unit() as uow:
        assert uow.export_jobs.next() is None
