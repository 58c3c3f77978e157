"""The columns of a roster file, and what may stand in them.

A cell is text as a person typed it. What is wrong with it is said in a sentence, so that the file can be mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

from liaisonbot import categories
from liaisonbot.services.table_files import folded, said, validated, within
from liaisonbot.vocabulary import Role

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ("角色", "身份", "职务"),
    "name": ("姓名", "名字"),
    "station": ("联络站", "联络站代码", "联络站编号", "站点", "站点代码", "station code"),
    "station_name": ("联络站名称", "站点名称", "站名"),
    "area": ("区域", "片区", "服务区域", "所属区域"),
    "specialties": ("专长", "特长", "擅长领域", "擅长", "specialty"),
    "telegram_id": ("telegram编号", "电报id", "账号id", "id"),
    "username": ("用户名", "telegram用户名", "telegram username"),
    "language": ("语言",),
    "employer": ("工作单位", "所在单位", "单位"),
}
"""Every column of the file in its order, with the other headings it goes by."""

REQUIRED: Final = ("role", "name")

_ROLES: Final = {
    "deputy": Role.DEPUTY,
    "代表": Role.DEPUTY,
    "人大代表": Role.DEPUTY,
    "staff": Role.STAFF,
    "工作人员": Role.STAFF,
    "联络员": Role.STAFF,
}
_LANGUAGES: Final = {"zh": "zh", "中文": "zh", "chinese": "zh", "en": "en", "英文": "en", "英语": "en", "english": "en"}


def column_of(heading: str) -> str | None:
    """The column that a heading means, in Chinese or English; None for one that is not ours."""
    return _HEADINGS.get(folded(heading))


_HEADINGS: Final = {folded(heading): column for column, others in COLUMNS.items() for heading in (column, *others)}


# --- cells ------------------------------------------------------------------------------------------------------------


def _role(cell: str) -> Role:
    if cell.casefold() in {"owner", "管理员"}:
        raise ValueError("owners stand in access.owner_ids of the configuration; write deputy or staff")
    try:
        return _ROLES[cell.casefold()]
    except KeyError:
        raise ValueError(f"there is no role {cell!r}; write deputy (代表) or staff (工作人员)") from None


def name_in(cell: str) -> str:
    return within(120)(" ".join(cell.split()))


def _codes(cell: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(part for part in _split(cell) if part))
    for code in codes:
        if len(code) > 32 or re.search(r"\s", code):
            raise ValueError(f"{code!r} is no station code; write a short one without blanks, several with ;")
    return codes


def _parts(cell: str) -> tuple[str, ...]:
    """Several with ``;``, each in its place: an empty one stays empty."""
    return tuple(within(120)(part) for part in _split(cell)) if cell else ()


def categories_in(cell: str) -> tuple[str, ...]:
    found, unknown = [], []
    for part in _split(cell, also="、"):
        category = categories.by_name(part) if part else None
        if category:
            found.append(category.key)
        elif part:
            unknown.append(part)
    if unknown:
        raise ValueError("; ".join(map(_no_category, unknown)))
    return tuple(dict.fromkeys(found))


def _no_category(name: str) -> str:
    names = [label for entry in categories.CATEGORIES.values() for label in (entry.zh, entry.en)]
    close = [label for label in names if name.casefold() in label.casefold()] or get_close_matches(name, names, n=1)
    known = f"did you mean {close[0]}?" if close else f"there are {', '.join(categories.CATEGORIES)}"
    return f"there is no category {name!r}; {known}"


def _telegram_id(cell: str) -> int | None:
    if not cell:
        return None
    if re.fullmatch(r"[\d.]+e\+?\d+", cell, re.IGNORECASE):
        raise ValueError(f"{cell!r} lost its digits in the spreadsheet; format the column as text and type it again")
    if re.fullmatch(r"-\d+", cell):
        raise ValueError(f"{cell!r} is the id of a group; a person's id has no minus sign")
    if not re.fullmatch(r"\d{1,19}", cell, re.ASCII) or not 0 < int(cell) < 2**63:
        raise ValueError(f"{cell!r} is no Telegram id; it is a whole number (a name like @name goes under username)")
    return int(cell)


def _username(cell: str) -> str | None:
    if not cell:
        return None
    handle = re.sub(r"^(https?://)?t\.me/", "", cell, flags=re.IGNORECASE).removeprefix("@")
    if not re.fullmatch(r"[a-z]\w{2,31}", handle, re.ASCII | re.IGNORECASE):
        raise ValueError(f"{cell!r} is no Telegram username; it has letters, digits and _, such as @name")
    return handle.lower()


def _language(cell: str) -> str | None:
    if not cell:
        return None
    try:
        return _LANGUAGES[cell.casefold()]
    except KeyError:
        raise ValueError(f"there is no language {cell!r}; write zh or en") from None


def _employer(cell: str) -> str | None:
    """Where somebody works; several with ``;``."""
    return within(240)(";".join(dict.fromkeys(part for part in _split(cell) if part))) or None


def _split(cell: str, also: str = "") -> list[str]:
    return [part.strip() for part in re.split(f"[;；\n{also}]", cell)]


class RosterRow(BaseModel):
    """A row that can be imported. What its file has no column for is not among ``model_fields_set``."""

    model_config = ConfigDict(frozen=True)

    row: int
    """Its number in the spreadsheet; the headings are row 1."""
    role: Annotated[Role, BeforeValidator(_role)]
    name: Annotated[str, BeforeValidator(name_in)]
    station: Annotated[tuple[str, ...], BeforeValidator(_codes)] = ()
    station_name: Annotated[tuple[str, ...], BeforeValidator(_parts)] = ()
    area: Annotated[tuple[str, ...], BeforeValidator(_parts)] = ()
    specialties: Annotated[tuple[str, ...], BeforeValidator(categories_in)] = ()
    telegram_id: Annotated[int | None, BeforeValidator(_telegram_id)] = None
    username: Annotated[str | None, BeforeValidator(_username)] = None
    language: Annotated[str | None, BeforeValidator(_language)] = None
    employer: Annotated[str | None, BeforeValidator(_employer)] = None

    @property
    def who(self) -> str:
        return f"{self.role} {self.name}"

    def named_stations(self) -> list[tuple[str, str, str]]:
        """Code, name and area of each of its stations; empty where the file says nothing."""
        names = self.station_name or ("",) * len(self.station)
        areas = self.area if len(self.area) == len(self.station) else (self.area or ("",)) * len(self.station)
        return list(zip(self.station, names, areas, strict=True))


def read_row(number: int, cells: Mapping[str, str]) -> RosterRow | list[str]:
    """The row, or one sentence for each column that is wrong."""
    row = validated(RosterRow, number, cells, REQUIRED)
    return row if isinstance(row, list) else _lists_that_do_not_fit(row) or row


def _lists_that_do_not_fit(row: RosterRow) -> list[str]:
    stations = len(row.station)
    problems = []
    for column, given, allowed in (("station_name", row.station_name, ()), ("area", row.area, (1,))):
        if given and len(given) not in {stations, *allowed}:
            expected = f"{stations} station{'' if stations == 1 else 's'}"
            problems.append(
                said(row.row, column, f"{len(given)} for {expected}; write as many as there are codes, separated by ;")
            )
    return problems


def cells_of(values: Mapping[str, Any]) -> dict[str, str]:
    """A row of the file from values: the opposite of ``read_row``."""
    return {column: _shown(values.get(column)) for column in COLUMNS}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return ";".join(value) if isinstance(value, tuple | list) else str(value)
