"""Two made-up cities, a small one and a large one: whole offices in which everything happens that a summary counts.

Both are the same each time they are made: the clock is set by hand, what is by chance comes from a seed, everything
goes through the office's own doors into a real store. The small one has two stations and a dozen cases in two weeks;
the large one six stations in three areas and some hundred cases from the end of August on, over the National Day, with
cases at midnights, on holidays and on days worked in their place.

``small_city`` and ``large_city`` are fixtures; what they give is only to be read. ``City.summary`` is the summary of a
window that staff get, or ``bot.py summary`` writes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from filelock import FileLock

from liaisonbot.projects import ProjectEvent
from liaisonbot.services import poll_closing, polling
from tests.support.city import DAY, City, a_city, at
from tests.support.city_courses import COURSES

# --- the small one ----------------------------------------------------------------------------------------------------


def small(folder: Path) -> City:
    """Two stations, three deputies, a dozen cases in two weeks."""
    begins = date(2026, 11, 9)
    city = a_city(folder, at(begins, 8))
    city.station("YG", "阳光联络站", "城东")
    city.station("HB", "河边联络站", "城东")
    city.deputy("张敏", "YG", specialties=("roads_transport",))
    city.deputy("李伟", "HB")
    city.deputy("王芳", "YG", "HB")
    told = (
        (9, 9, "YG", "group", "三号楼门口的路灯坏了，晚上很黑", "settled"),
        (9, 11, "YG", "private", "斑马线磨掉了，请帮忙重新画", "promised and not done"),
        (10, 15, "HB", "private", "河边的垃圾没人清", "done anew"),
        (11, 8, "HB", "on_behalf", "王大爷家停水两天了", "accepted and forgotten"),
        (12, 20, "YG", "group", "物业不作为，电梯坏了一个月", "reopened and left"),
        (16, 0, "YG", "private", "建议在广场加两张长椅", "planned"),
        (16, 10, "HB", "group", "菜市场门口占道摆摊", "declined"),
        (17, 9, "YG", "private", "开店审批太慢，跑了五趟，手续多", "a matter of business"),
        (18, 14, "HB", "private", "幼儿园门口堵车", "chased and urged"),
        (20, 22, "YG", "private", "小区门口的路面坑洼", "forgotten"),
        (22, 23, "HB", "group", "谢谢代表，公厕修好了", "answered at once"),
    )
    for place, (day, hour, code, way, words, course) in enumerate(told):
        moment = at(date(2026, 11, day), hour, 59 if hour == 23 else 0)
        city.tells(moment, 8_000_000_001 + place, words, course, station=code, way=way)
    city.tells(
        at(date(2026, 11, 17), 10),
        8_000_000_101,
        "滨江花园停电三天了",
        "told by several",
        station="HB",
        key="power",
    )
    city.tells(
        at(date(2026, 11, 17), 12), 8_000_000_102, "滨江花园又停电", "the same matter", station="HB", into="power"
    )
    city.files(at(date(2026, 11, 13)), "张敏", "visit", 1, "走访三户")
    city.files(at(date(2026, 11, 18)), "张敏", "reception", 0, "接待五人")
    city.files(at(date(2026, 11, 19)), "王芳", "training", 8, "补登：听了一天课")
    city.reviews(at(date(2026, 11, 20), 16))
    city.asks(at(date(2026, 11, 17), 9), "先修哪里？", ("YG",), days=3, voters=9)
    city.asks(at(date(2026, 11, 20), 9), "几点开会？", ("YG", "HB"), days=5, voters=4, sealed=True)
    city.proposes(at(date(2026, 11, 12)), 8_000_000_001, "YG", "老小区加装电梯")
    city.lives(begins)
    return city


# --- the large one ----------------------------------------------------------------------------------------------------

BEGINS: Final = date(2026, 8, 31)
STATIONS: Final = (
    ("YG", "阳光联络站", "城东"),
    ("HB", "河边联络站", "城东"),
    ("SS", "山上联络站", "城西"),
    ("XF", "幸福联络站", "城西"),
    ("NC", "农场联络站", "城南"),
    ("XZ", "新镇联络站", "城南"),
)
"""At the last one nothing happens until a deputy comes."""
DEPUTIES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("张敏", ("YG",), ("roads_transport", "utilities")),
    ("李伟", ("YG",), ("housing",)),
    ("王芳", ("YG", "HB"), ("education",)),
    ("赵强", ("HB",), ("sanitation", "environment")),
    ("陈静", ("HB",), ()),
    ("杨洋", ("SS",), ("health",)),
    ("周涛", ("SS", "XF"), ("business_climate",)),
    ("吴梅", ("XF",), ("elderly_child_care",)),
    ("孙丽", ("NC",), ("farming_village",)),
    ("钱进", ("NC",), ()),
)
GOES, COMES = "钱进", "何新"
"""One leaves the roster in October, one comes in November."""
PLACES: Final = ("建设路", "和平里", "光明小区", "滨江花园", "东门", "老街", "新村", "学府路")
WORDS: Final = (
    "{place}的路灯坏了，晚上很黑",
    "{place}路面坑洼，请帮忙修一修",
    "{place}的垃圾好几天没人清，太差了",
    "{place}半夜施工噪音扰民，投诉",
    "{place}停水两天了，求助",
    "{place}的物业收费不合理，投诉",
    "请问{place}小学的学区怎么划分",
    "{place}社区卫生服务站挂号太难",
    "咨询一下医保报销要哪些材料",
    "公司拖欠工资三个月，请帮帮忙",
    "建议在{place}办老年食堂",
    "{place}的水渠堵了，灌溉不了农田",
    "困难家庭想申请临时救助",
    "建议给{place}的图书馆延长时间",
    "{place}消防通道被占了，很危险",
    "超市不给退款，投诉",
    "{place}占道经营，走不了路",
    "办事大厅窗口排队太久",
    "开店的审批太慢，跑了五趟",
    "执法队乱罚款，生意没法做",
    "办营业执照环节多，手续多",
    "有人说不信市场，招商不欢迎外地企业，思想保守",
    "谢谢代表，{place}的公厕修好了",
    "{place}的事不知道该找谁",
)
HOT: Final = (
    ("YG", date(2026, 9, 14), "滨江花园三号楼漏水", 3, "told by several"),
    ("HB", date(2026, 10, 9), "和平里的河道又黑又臭", 5, "told by several, badly done"),
    ("SS", date(2026, 11, 3), "老街的公交站撤了", 4, "told by several"),
    ("YG", date(2026, 11, 16), "光明小区电梯停了", 6, "told by several"),
    ("XF", date(2026, 11, 18), "学府路半夜飙车扰民", 3, "told by several"),
)
"""Matters that several people tell of: where, from when on, what, how many, what becomes of it."""
EDGES: Final = (
    (at(date(2026, 11, 16), 0), "settled"),
    (at(date(2026, 11, 22), 23, 59, 59), "forgotten"),
    (at(date(2026, 11, 15), 23, 59, 59), "answered at once"),
    (at(date(2026, 9, 20), 12), "settled"),
    (at(date(2026, 9, 25), 12), "settled"),
    (at(date(2026, 9, 30), 23, 59, 59), "settled"),
    (at(date(2026, 10, 1), 0), "fair"),
    (at(date(2026, 10, 4), 12), "too late"),
    (at(date(2026, 10, 7), 23, 59), "silent"),
    (at(date(2026, 10, 10), 9), "settled"),
    (at(date(2026, 10, 11), 9), "more time"),
    (at(date(2026, 10, 31), 23, 59, 59), "promised and kept"),
)
"""On the first and the last moment of weeks and months, on holidays, on Sundays and Saturdays that are worked."""
COMMON: Final = tuple(name for name in COURSES if not name.startswith(("told by", "the same", "not the same", "of no")))
CASES: Final = 170


def large(folder: Path) -> City:
    """Six stations in three areas, ten deputies, some two hundred cases in twelve weeks."""
    city, chance = a_city(folder, at(BEGINS, 8)), random.Random(20261123)
    for code, name, area in STATIONS:
        city.station(code, name, area)
    for name, codes, specialties in DEPUTIES:
        city.deputy(name, *codes, specialties=specialties)
    city.later(at(date(2026, 10, 20), 17), lambda: city.leaves(GOES))
    city.later(at(date(2026, 11, 18), 8), lambda: city.deputy(COMES, "XZ"))
    author = 8_000_000_000
    for place in range(CASES):
        day = BEGINS + timedelta(days=chance.randrange(84))
        moment = at(day, chance.randrange(7, 23), chance.randrange(60), chance.randrange(60))
        words = WORDS[place % len(WORDS)].format(place=PLACES[chance.randrange(len(PLACES))])
        code = STATIONS[chance.randrange(5)][0]
        way = ("private", "private", "group", "group", "on_behalf")[chance.randrange(5)]
        course = COMMON[place % len(COMMON)]
        if way == "on_behalf":
            course = ("accepted and forgotten", "closed by its deputy")[place % 2]
        city.tells(moment, author + place % 120, words, course, station=code, way=way)
    for place, (moment, course) in enumerate(EDGES):
        code = STATIONS[place % 5][0]
        city.tells(moment, author + 200 + place, f"{PLACES[place % 8]}的井盖响", course, station=code)
    for place, (code, day, words, people_, course) in enumerate(HOT):
        for one in range(people_):
            city.tells(
                at(day, 9) + timedelta(hours=5 * one),
                author + 300 + 10 * place + one,
                f"{words}，{('请帮忙', '太吵了', '好几天了')[one % 3]}",
                "the same matter" if one else course,
                station=code,
                **({"into": words} if one else {"key": words}),
            )
    city.tells(
        at(date(2026, 11, 4)), author + 400, "老街的站牌歪了", "not the same matter", station="SS", into=HOT[2][2]
    )
    for place, course in enumerate(("of no station", "of no station", "of no station at first")):
        moment = at(date(2026, 11, 12 + 3 * place), 13)
        city.tells(moment, author + 500 + place, "门口的树倒了", course, station=None)
    _duty(city, chance)
    _polls(city)
    _projects(city)
    city.lives(BEGINS)
    return city


def _duty(city: City, chance: random.Random) -> None:
    kinds = ("visit", "reception", "training", "inspection", "mediation", "policy")
    for week in range(12):
        for place, (name, _, _) in enumerate(DEPUTIES):
            if (week + place) % 3 == 0:
                continue
            moment = at(BEGINS + timedelta(days=7 * week + chance.randrange(7)), 19, chance.randrange(60))
            ago = chance.choice((0, 0, 1, 2, 9))
            city.files(moment, name, kinds[chance.randrange(len(kinds))], ago, "记了一笔")
        city.reviews(at(BEGINS + timedelta(days=7 * week + 4), 16))


def _polls(city: City) -> None:
    city.asks(at(date(2026, 9, 7)), "凉亭建在哪里？", ("YG", "HB"), days=5, voters=15)
    city.asks(at(date(2026, 10, 29)), "健身器材要哪几样？", ("SS",), days=7, voters=8)
    city.asks(
        at(date(2026, 11, 9)), "=班车几点发？", ("NC",), days=9, voters=11, ends=poll_closing.close, after=8 * DAY
    )
    city.asks(at(date(2026, 11, 13)), "作废的问题", ("XF",), days=9, voters=2, ends=polling.cancel, after=4 * DAY)
    city.asks(at(date(2026, 11, 19)), "停车位怎么分？", ("YG",), days=14, voters=12, sealed=True)
    city.asks(
        at(date(2026, 11, 21)),
        "要不要装充电桩，装在地下车库还是门口的空地上，一起说说看",
        ("YG", "SS", "NC"),
        days=6,
        voters=6,
    )


def _projects(city: City) -> None:
    city.proposes(at(date(2026, 8, 31), 9), 8_000_000_003, "YG", "老街改造排水管网")
    city.begins_a_cycle(at(date(2026, 9, 1), 9))
    ideas = (
        ("YG", "老小区加装电梯"),
        ("HB", "河边步道照明"),
        ("SS", "社区卫生站扩建"),
        ("XF", "幸福食堂"),
        ("NC", "机耕路硬化"),
        ("NC", "村口候车亭"),
    )
    for place, (code, words) in enumerate(ideas):
        city.proposes(at(date(2026, 9, 3 + 2 * place)), 8_000_000_010 + place, code, words)
    city.moves_the_cycle_on(at(date(2026, 10, 8)))
    for number in (2, 3, 4, 5):
        city.moves(at(date(2026, 10, 12 + number)), number, ProjectEvent.SCREENED)
    city.moves(at(date(2026, 10, 20)), 6, ProjectEvent.EXCLUDED, ground="burden")
    city.moves(at(date(2026, 10, 21)), 7, ProjectEvent.JOINED, joined_to=6)
    city.moves_the_cycle_on(at(date(2026, 11, 2)))
    city.proposes(at(date(2026, 11, 20)), 8_000_000_030, "SS", "山上修一条盘山步道")


# --- for tests --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Only to be read."""
    return _opened("small", small, tmp_path_factory)


@pytest.fixture(scope="session")
def large_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Only to be read."""
    return _opened("large", large, tmp_path_factory)


def _opened(name: str, make: Callable[[Path], City], folders: pytest.TempPathFactory) -> City:
    """Made by the process of a run that needs it first; the others find it there."""
    base = folders.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"city-{name}"
    with FileLock(f"{folder}.lock"):
        if not (folder / "whole").exists():
            folder.mkdir()
            make(folder).office.close()
            (folder / "whole").touch()
    return City.found(folder)
