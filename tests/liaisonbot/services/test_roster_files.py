"""Roster files as people make them: everything that is wrong is named with row and column, or nothing is wrong."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from liaisonbot.errors import ImportRefused
from liaisonbot.services import roster_files, table_files
from liaisonbot.services.roster_columns import COLUMNS
from liaisonbot.services.roster_files import RosterFile
from liaisonbot.vocabulary import Role

HEADINGS = "role,name,station,station_name,area,specialties,telegram_id,username,language"
ZH_HEADINGS = "角色,姓名,联络站,联络站名称,区域,专长,Telegram编号,用户名,语言"


def read(*lines: str, encoding: str = "utf-8") -> RosterFile:
    return roster_files.read_content("\n".join(lines).encode(encoding))


def problems(*lines: str) -> list[str]:
    with pytest.raises(ImportRefused) as refusal:
        read(*lines)
    return refusal.value.problems


def a_workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_full_row_is_understood() -> None:
    """Every column of the contract."""
    (row,) = read(HEADINGS, "deputy,王芳,YG;DH,阳光站;东湖站,城东,sanitation;道路交通,5000000001,@Wang_Fang,zh").rows

    assert (row.role, row.name, row.telegram_id, row.username, row.language) == (
        Role.DEPUTY,
        "王芳",
        5_000_000_001,
        "wang_fang",
        "zh",
    )
    assert row.specialties == ("sanitation", "roads_transport")
    assert row.named_stations() == [("YG", "阳光站", "城东"), ("DH", "东湖站", "城东")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_file_is_read_however_it_was_saved(encoding: str) -> None:
    """Excel in China writes GB18030 where it says CSV, and UTF-16 where it says Unicode."""
    (row,) = read(ZH_HEADINGS, "工作人员,赵敏,YG,阳光站,,,,,中文", encoding=encoding).rows

    assert (row.role, row.name, row.language) == (Role.STAFF, "赵敏", "zh")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_delimiter_of_a_spreadsheet_is_recognised(delimiter: str) -> None:
    """Also with cells full of semicolons."""
    header = delimiter.join(["role", "name", "station", "specialties"])
    (row,) = read(header, delimiter.join(["deputy", "Li", '"YG;DH;XC"', '"housing；health；education"'])).rows

    assert row.station == ("YG", "DH", "XC")
    assert row.specialties == ("housing", "health", "education")


def test_a_workbook_is_read() -> None:
    """Numbers stay the numbers they are, empty rows do not matter, and the row numbers are the sheet's."""
    content = a_workbook(
        ["角色", "姓名", "联络站", "telegram_id"],
        ["代表", "王芳", "YG", 7_000_000_000],
        [],
        ["代表", "李强", 12, 7_000_000_001.0],
    )

    rows = roster_files.read_content(content).rows

    assert [(row.row, row.name, row.station, row.telegram_id) for row in rows] == [
        (2, "王芳", ("YG",), 7_000_000_000),
        (4, "李强", ("12",), 7_000_000_001),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("mayor,A,YG,,,,,,", "row 2, column role: there is no role 'mayor'"),
        ("owner,A,YG,,,,,,", "row 2, column role: owners stand in access.owner_ids"),
        (",A,YG,,,,,,", "row 2, column role: is empty"),
        ("deputy,,YG,,,,,,", "row 2, column name: is empty"),
        (f"deputy,{'A' * 121},YG,,,,,,", "row 2, column name: it is longer than 120"),
        ("deputy,A,sunny road,,,,,,", "row 2, column station: 'sunny road' is no station code"),
        ("deputy,A,YG;DH,Sun,,,,,", "row 2, column station_name: 1 for 2 stations"),
        ("deputy,A,YG,,East;West,,,,", "row 2, column area: 2 for 1 station;"),
        ("deputy,A,YG,,,教育,,,", "row 2, column specialties: there is no category '教育'; did you mean 教育助学?"),
        ("deputy,A,YG,,,knitting,,,", "row 2, column specialties: there is no category 'knitting'"),
        ("deputy,A,YG,,,,alice,,", "row 2, column telegram_id: 'alice' is no Telegram id"),
        ("deputy,A,YG,,,,-100123,,", "row 2, column telegram_id: '-100123' is the id of a group"),
        ("deputy,A,YG,,,,1.23E+09,,", "row 2, column telegram_id: '1.23E+09' lost its digits"),
        ("deputy,A,YG,,,,9223372036854775808,,", "row 2, column telegram_id"),
        ("deputy,A,YG,,,,,no spaces,", "row 2, column username: 'no spaces' is no Telegram username"),
        ("deputy,A,YG,,,,,,fr", "row 2, column language: there is no language 'fr'; write zh or en"),
    ],
)
def test_what_is_wrong_is_named_with_row_and_column(line: str, told: str) -> None:
    """Whoever keeps the file should find the cell at once."""
    (problem,) = problems(HEADINGS, line)

    assert problem.startswith(told)


def test_all_problems_are_named_at_once() -> None:
    """A file is mended in one go."""
    told = problems(HEADINGS, "mayor,,YG,,,x,y,,fr", "deputy,A,YG,,,,,,", "deputy,B,YG,,,,z,,")

    assert [line.split(":")[0] for line in told] == [
        "row 2, column name",
        "row 2, column role",
        "row 2, column specialties",
        "row 2, column telegram_id",
        "row 2, column language",
        "row 4, column telegram_id",
    ]


def test_the_same_person_or_account_twice_is_noticed() -> None:
    """Within a role; somebody can be deputy and staff."""
    told = problems(
        HEADINGS,
        "deputy,A,YG,,,,5,@alice,",
        "staff,A,YG,,,,5,@alice,",
        "deputy,A,YG,,,,6,,",
        "deputy,B,YG,,,,5,,",
        "deputy,C,YG,,,,,Alice,",
    )

    assert told == [
        "row 4, column name: A stands in row 2 already, as deputy",
        "row 5, column telegram_id: 5 stands in row 2 already, as deputy",
        "row 6, column username: alice stands in row 2 already, as deputy",
    ]


def test_a_station_has_one_name() -> None:
    """Else the last row would win in secret; codes are compared without case."""
    (told,) = problems(HEADINGS, "deputy,A,YG,Sun,,,5,,", "deputy,B,yg,Moon,,,6,,")

    assert told == "row 3, column station_name: yg is 'Moon' here and 'Sun' in row 2"


def test_headings_are_checked() -> None:
    """What is missing, doubled or nearly right is said; what is unknown is left out and mentioned."""
    assert problems("name,station", "A,YG") == ["row 1: the column role is missing; write role or 角色 above it"]
    assert problems("role,name,姓名", "deputy,A,B") == ["row 1, column name: stands there twice; take one of them out"]
    assert problems("role,name,telegramm_id", "deputy,A,5") == ["row 1, column telegramm_id: did you mean telegram_id?"]
    assert read("role,name,station,username,备注", "deputy,A,YG,@alice,x").warnings == (
        "the column 备注 is not known and was left out",
    )


def test_who_cannot_be_reached_is_mentioned() -> None:
    """They can be invited later, so it is no error."""
    warnings = read(HEADINGS, "deputy,A,,,,,,,").warnings

    assert "neither telegram_id nor username" in warnings[0]
    assert "no station" in warnings[1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the column role is missing"),
        (HEADINGS.encode(), "no rows"),
        (b"\xd0\xcf\x11\xe0 old excel", ".xls"),
        (b"PK\x03\x04 no workbook", "no XLSX workbook"),
        (b"\xff\xfe\x00", "no text"),
        (b"role,name\n\xff\xff\xff,x", "no text"),
        (b'role,name\ndeputy,"A' + b"x" * 200_000, "no CSV"),
    ],
)
def test_what_is_no_roster_is_refused_in_words(content: bytes, told: str) -> None:
    """Whatever somebody picked by mistake."""
    with pytest.raises(ImportRefused) as refusal:
        roster_files.read_content(content)

    assert told in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(ImportRefused, match=r"nobody\.csv cannot be read"):
        roster_files.read(tmp_path / "nobody.csv")


@pytest.mark.parametrize("name", ["roster.csv", "roster.xlsx"])
def test_no_cell_becomes_a_formula(tmp_path: Path, name: str) -> None:
    """A name like =HYPERLINK(…) stays a name, in the spreadsheet and when it comes back."""
    row = dict.fromkeys(COLUMNS, "") | {"role": "deputy", "name": '=HYPERLINK("x")', "station": "YG"}

    roster_files.write(tmp_path / name, [row])

    assert b"<f>" not in (tmp_path / name).read_bytes()
    assert roster_files.read(tmp_path / name).rows[0].name == '=HYPERLINK("x")'


def test_a_cell_below_no_heading_is_named() -> None:
    """A comma too many puts everything in the wrong place; what is empty does not matter."""
    assert problems("role,name,station", "deputy,A,YG,,7000000000", "mayor,B,YG") == [
        "row 2, column E: no heading stands above it; empty the cell, or write a heading",
        *problems("role,name,station", "deputy,A,YG", "mayor,B,YG"),
    ]
    assert "column D" in problems("role,name,station,", "deputy,A,YG,x")[0]
    assert len(read("role,name,station,,", "deputy,A,YG,,,").rows) == 1
    assert [table_files.letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
