"""What becomes of a case in the made-up cities (``cities.py``): courses, each a table of who does what, and when.

``after``: days after the case was told. What begins with a slash is written, anything else is pressed; ``rate A R``
is pressed by every author of the case. The blanks: ``{n}`` the case, ``{day}`` the day so many days after that moment,
``{into}`` the case it is the same matter as, ``{deputy}`` the first deputy of its station, ``{other}`` another one
than the one who has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

DEPUTY, AUTHOR, STAFF, OWNER = "its deputy", "its author", "staff of its station", "the owner"


class Act(NamedTuple):
    """One thing that somebody does."""

    after: float
    who: str
    says: str
    day: int = 0


Course = tuple[Act, ...]


def _accepted(after: float = 0.9) -> Course:
    return (Act(after, DEPUTY, "/accept {n}"),)


def _answered(after: float, *, form: str = "A", ahead: int = 0) -> Course:
    if form == "B":
        return (Act(after, DEPUTY, "/reply {n} B {day} 已经安排，到期完成", ahead),)
    return (Act(after, DEPUTY, f"/reply {{n}} {form} 已经回复，请您看看"),)


def _rated(after: float, attitude: int, result: int) -> Course:
    return (Act(after, AUTHOR, f"rate {attitude} {result}"),)


def _checked(after: float, level: int) -> Course:
    return (Act(after, AUTHOR, f"check:{{n}}:{level}"),)


_SETTLED: Final = (*_accepted(), *_answered(3), *_rated(4, 3, 3))
COURSES: Final[Mapping[str, Course]] = {
    "settled": _SETTLED,
    "fair": (*_accepted(1.2), Act(2, DEPUTY, "/mediate {n} 和物业联系过了"), *_answered(6), *_rated(9, 2, 2)),
    "answered at once": (*_answered(0.1), *_rated(0.4, 3, 2)),
    "done anew": (*_accepted(), *_answered(4), *_rated(5, 3, 1), *_answered(9), *_rated(10, 2, 3)),
    "promised and kept": (*_accepted(), *_answered(3, form="B", ahead=14), *_rated(4, 3, 3), *_checked(17.5, 3)),
    "promised and not done": (
        *_accepted(),
        *_answered(3, form="B", ahead=10),
        *_rated(4, 3, 2),
        *_checked(13.6, 1),
        *_answered(16, form="B", ahead=10),
        *_rated(17, 2, 2),
        *_checked(26.6, 3),
    ),
    "promised and partly done": (*_accepted(), *_answered(2, form="B", ahead=7), *_rated(3, 3, 3), *_checked(9.6, 2)),
    "done before its day": (
        *_accepted(),
        *_answered(2, form="B", ahead=20),
        *_rated(3, 3, 3),
        Act(8, DEPUTY, "/done {n} 提前做完了"),
        *_checked(9, 3),
    ),
    "promised for a later day": (
        *_accepted(),
        *_answered(2, form="B", ahead=6),
        *_rated(3, 2, 3),
        Act(7, DEPUTY, "/followup {n} {day} 材料还没到", 12),
        *_checked(19.6, 3),
    ),
    "promised, nobody says anything": (*_accepted(), *_answered(3, form="B", ahead=8)),
    "planned": (*_accepted(), *_answered(5, form="C"), *_rated(6, 3, 2)),
    "not possible": (*_accepted(), *_answered(4, form="D"), *_rated(5, 1, 1)),
    "silent": (*_accepted(), *_answered(3)),
    "closed by its deputy": (*_accepted(), *_answered(3), Act(6, DEPUTY, "/close {n} 电话里说过没有问题")),
    "declined": (Act(1.5, DEPUTY, "/decline {n} 请拨打 12345"),),
    "withdrawn": (Act(2, AUTHOR, "/withdraw {n}"),),
    "the same matter": (Act(1, STAFF, "/merge {n} {into}"),),
    "not the same matter": (Act(1, STAFF, "/merge {n} {into}"), Act(2, STAFF, "/split {n}"), *_answered(5)),
    "told by several": (*_accepted(), *_answered(6), *_rated(7, 2, 3)),
    "told by several, badly done": (*_accepted(), *_answered(6), *_rated(7, 2, 1)),
    "reopened": (*_SETTLED, Act(9, STAFF, "/reopen {n} 又坏了"), *_answered(12), *_rated(13, 3, 3)),
    "reopened and left": (*_SETTLED, Act(8, STAFF, "/reopen {n} 还是老样子")),
    "given to another": (
        *_accepted(),
        Act(2, DEPUTY, "/transfer {n} {other} 他更熟悉"),
        *_answered(7),
        *_rated(8, 2, 2),
    ),
    "back to staff": (
        *_accepted(),
        Act(1.5, DEPUTY, "/transfer {n} staff 请重新分派"),
        Act(4, STAFF, "/assign {n} {deputy}"),
        *_answered(8),
        *_rated(9, 3, 3),
    ),
    "left to staff": (Act(1, DEPUTY, "/transfer {n} staff 不是我的片区"),),
    "asked for details": (
        *_accepted(),
        Act(1.5, DEPUTY, "/ask {n} 在几楼？"),
        Act(6, DEPUTY, "/resume {n}"),
        *_answered(9),
        *_rated(10, 3, 2),
    ),
    "waits for details": (*_accepted(), Act(1.5, DEPUTY, "/ask {n} 是哪一栋？")),
    "more time": (
        *_accepted(),
        Act(6, STAFF, "/extend {n} {day} 要等设计方案", 20),
        *_answered(22),
        *_rated(23, 3, 2),
    ),
    "too late": (*_accepted(4), *_answered(24), *_rated(25, 2, 1)),
    "too late, then more time": (
        *_accepted(),
        *_answered(23),
        *_rated(24, 3, 1),
        Act(25, STAFF, "/extend {n} {day} 返工要时间", 20),
    ),
    "forgotten": (),
    "accepted and forgotten": _accepted(1.6),
    "chased and urged": (
        *_accepted(),
        Act(5, AUTHOR, "/chase {n}"),
        Act(6, AUTHOR, "/chase {n}"),
        Act(6.5, STAFF, "/urge {n}"),
        *_answered(9),
    ),
    "sorted anew": (Act(0.5, STAFF, "/sort {n} 住房物业"), *_accepted(), *_answered(5), *_rated(6, 3, 3)),
    "a matter of business": (Act(0.5, STAFF, "/sort {n} 营商环境"), *_accepted(), *_answered(4), *_rated(5, 3, 3)),
    "of no station": (),
    "of no station at first": (Act(1, AUTHOR, "station"), *_accepted(2), *_answered(4)),
}
"""Name → course. A course goes on as long as the city does: of some cases the end is not there yet."""
