"""Who lives in the demo: two stations, their people, and the groups they chat in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.model import Wire
from sandbox.people import Person
from sandbox.rooms import Room
from sandbox.sandbox import Sandbox

ZONE: Final = "Asia/Shanghai"
TOKEN: Final = "4242424242:demo-token-good-on-this-machine-only"
BOT_NAME: Final = "联络站小助手"
BOT_USERNAME: Final = "liaison_demo_bot"

STATIONS: Final = {"HX": ("和兴路联络站", "和兴街道"), "JY": ("金园镇联络站", "金园镇")}
HEXING, JINYUAN = "和兴小区邻里群", "金园镇村民议事群"
TOPICS: Final = ("环境卫生", "道路出行")


@dataclass(frozen=True, slots=True)
class Part:
    """One person of the demo. The id is what keeps them the same person when the demo is started again."""

    name: str
    id: int
    role: str = "constituent"
    station: str = ""
    specialties: str = ""
    language: str = "zh"
    username: str | None = None


WANG = Part("王芳", 5_100_000_001, username="wangfang")
ZHAO = Part("赵国强", 5_100_000_002)
WU = Part("吴婷", 5_100_000_003)
ZHENG = Part("郑浩", 5_100_000_004)
QIAN = Part("钱桂英", 5_100_000_005)
EMMA = Part("Emma", 5_100_000_006, language="en", username="emma_in_jinyuan")
MA = Part("马俊", 5_100_000_007)
LI = Part("李建国", 5_100_000_011, "deputy", "HX", "市政设施;住房物业;水电气热", username="lijianguo")
ZHOU = Part("周敏", 5_100_000_012, "deputy", "HX", "教育助学;医疗卫生;养老托幼", username="zhoumin")
ZHANG = Part("张志强", 5_100_000_013, "deputy", "JY", "道路交通;农业农村", username="zhangzhiqiang")
CHEN = Part("陈晓华", 5_100_000_014, "deputy", "JY", "环境卫生;生态环境", username="chenxiaohua")
LIU = Part("刘洋", 5_100_000_021, "staff", "HX", username="liuyang_hx")
SUN = Part("孙丽", 5_100_000_022, "staff", "JY", username="sunli_jy")
HE = Part("何斌", 5_100_000_031, "owner", username="hebin")

CAST: Final = (WANG, ZHAO, WU, ZHENG, QIAN, EMMA, MA, LI, ZHOU, ZHANG, CHEN, LIU, SUN, HE)
OWNERS: Final = tuple(part.id for part in CAST if part.role == "owner")
MEMBERS: Final = {HEXING: (WANG, ZHAO, WU, LI, LIU), JINYUAN: (ZHENG, QIAN, EMMA, MA, ZHANG, CHEN, SUN)}


def roster() -> str:
    """The deputies and staff as the file that `roster import` takes."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(
        ("role", "name", "station", "station_name", "area", "specialties", "telegram_id", "username", "language")
    )
    for part in CAST:
        if part.station:
            about = STATIONS[part.station]
            rows.writerow(
                (part.role, part.name, part.station, *about, part.specialties, part.id, part.username, part.language)
            )
    return file.getvalue()


def enter(sandbox: Sandbox) -> None:
    """Bring everybody into a world where nobody is yet, and make their groups; the bot is not in them."""
    people = {p: sandbox.user(p.name, id=p.id, language=p.language, username=p.username) for p in CAST}
    sandbox.group(HEXING, [people[part] for part in MEMBERS[HEXING]], owner=people[LIU])
    sandbox.forum(JINYUAN, [people[part] for part in MEMBERS[JINYUAN]], owner=people[SUN])


def person(sandbox: Sandbox, part: Part) -> Person:
    return sandbox.person(part.id)


def room(sandbox: Sandbox, title: str) -> Room:
    """The group with that title, as it is now."""
    found = [chat for chat in sandbox.world.chats.values() if chat.title == title and chat.upgraded_to is None]
    assert isinstance(found[0], Room)
    return found[0]


def scene(sandbox: Sandbox) -> Wire:
    """What the page shows first: the neighbours' group, and the phones of those whom its next case will concern."""
    roles: Mapping[int, str] = {part.id: part.role for part in CAST}
    return {
        "columns": [
            {"chat": room(sandbox, HEXING).id, "viewer": WANG.id},
            {"chat": WANG.id},
            {"chat": LI.id},
            {"chat": LIU.id},
        ],
        "roles": roles,
        "timezone": ZONE,
    }
