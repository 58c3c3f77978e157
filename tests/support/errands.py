"""What people of a random town set out to do: courses of many steps, which by mere chance nobody would ever finish.

An errand is a generator of acts; it looks at the town as it is when its turn comes, and is left where it cannot go on.
Several are under way at a time, and everything else that happens in the town happens between their steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tests.support.acts import Act

if TYPE_CHECKING:
    from tests.support.random_town import RandomTown

Course = Iterator[Act]
SURE: Final = "确认/Confirm"
AT_ONCE: Final = 3
"""So many are under way."""


class Errands:
    """Which errands are under way in a town. ``begun``, ``done``: how many of each, by name."""

    def __init__(self, town: RandomTown, only: Sequence[str] = ()) -> None:
        self._town = town
        self._only = only
        self._under_way: list[tuple[str, Course]] = []
        self.begun: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def next(self) -> Act | None:
        """The next step of one of them."""
        dice = self._town.dice
        if len(self._under_way) < min(AT_ONCE, len(self._only or ERRANDS)):
            under_way = {name for name, _ in self._under_way}
            name = dice.choice([name for name in self._only or ERRANDS if name not in under_way])
            self.begun[name] += 1
            self._under_way.append((name, ERRANDS[name](self._town)))
        at = dice.randrange(len(self._under_way))
        name, course = self._under_way[at]
        act = next(course, None)
        if act is None:
            self.done[name] += 1
            del self._under_way[at]
        return act


def says(town: RandomTown, who: int, line: str) -> Act:
    return Act("writes", who, town.filled(line, who))


def sure(who: int) -> Act:
    return Act("pushes", who, SURE)


def pushes(who: int, words: str) -> Act:
    return Act("pushes", who, words)


def waits(hours: float) -> Act:
    return Act("waits", 0, str(hours))


# --- who there is -----------------------------------------------------------------------------------------------------


def _open(town: RandomTown, *stages: str) -> int | None:
    """A case in one of these stages that has a deputy and an author who can be asked."""
    facts = town.oracle.facts
    found = [
        number
        for number, case in facts.cases.items()
        if case[4] in stages and facts.held_by.get(case[1] or 0) is not None and town.authors_of(number)
    ]
    return town.dice.choice(found) if found else None


def _deputy(town: RandomTown, number: int) -> int | None:
    """Whoever has it now."""
    case = town.oracle.facts.cases.get(number)
    return town.oracle.facts.held_by.get(case[1] or 0) if case is not None else None


def _staff(town: RandomTown, number: int) -> int:
    facts = town.oracle.facts
    station = facts.cases[number][0]
    return town.dice.choice([who for who, at in facts.staff.items() if station in at] or [town.owner])


def _stage(town: RandomTown, number: int) -> str:
    return str(town.oracle.facts.cases[number][4])


def _held(town: RandomTown, number: int, line: str) -> Course:
    """Whoever has the case says so, and means it."""
    who = _deputy(town, number)
    if who is not None:
        yield says(town, who, line.replace("{n}", str(number)))
        yield sure(who)


def _rates(town: RandomTown, number: int, level: int) -> Course:
    for who in town.authors_of(number):
        for part in ("attitude", "result"):
            yield Act("forges", who, town.of_newest_reply(f"rate:{number}:{part}:{level}"))


def _a_reported_case(town: RandomTown) -> Iterator[Act]:
    """A new one; those who begin with it look for it by its author."""
    who = town.dice.choice(town.constituents)
    yield says(town, who, "{v}")
    station = "station:" if town.dice.random() < 0.8 else "跳过/Skip"
    yield pushes(who, station)


# --- cases ------------------------------------------------------------------------------------------------------------


def promised(town: RandomTown) -> Course:
    """Answered with a date, rated well, looked after, and checked."""
    dice = town.dice
    number = _open(town, "collection", "mediation")
    if number is None:
        yield from _a_reported_case(town)
        return
    yield from _held(town, number, "/accept {n}")
    day = town.desk.today + timedelta(days=dice.choice((2, 5, 9, 20)))
    yield from _held(town, number, f"/reply {{n}} B {day} {{w}}")
    if dice.random() < 0.8:
        yield from _rates(town, number, dice.choice((2, 3, 3)))
    else:
        yield waits(24 * 12)
    if dice.random() < 0.4:
        yield from _held(town, number, f"/followup {{n}} {day + timedelta(days=4)} {{w}}")
    if dice.random() < 0.4:
        yield from _held(town, number, "/done {n} {w}")
    yield waits(24 * dice.choice((1, 6, 21)))
    if dice.random() < 0.3:
        yield says(town, _staff(town, number), "/promises")
    if dice.random() < 0.3:
        yield from _held(town, number, "/done {n} {w}")
    level = dice.choice((1, 2, 3, 3))
    for who in town.authors_of(number):
        yield Act("forges", who, town.of_newest_reply(f"check:{number}:{level}"))
        if level < 3 and dice.random() < 0.5:
            yield says(town, who, f"/explain {number} {{w}}")
    if _stage(town, number) == "follow_up":
        yield waits(24 * 40)
    if _stage(town, number) == "mediation":
        yield from _held(town, number, "/reply {n} A {w}")
        yield from _rates(town, number, 3)


def answered(town: RandomTown) -> Course:
    """Answered, rated; then doubted, looked back upon, opened again."""
    dice = town.dice
    number = _open(town, "collection", "mediation", "reply")
    if number is None:
        yield from _a_reported_case(town)
        return
    if _stage(town, number) == "collection":
        yield from _held(town, number, "/accept {n}")
    if dice.random() < 0.4:
        yield from _held(town, number, "/mediate {n} {w}")
    if _stage(town, number) != "reply":
        yield from _held(town, number, f"/reply {{n}} {dice.choice('ACD')} {{w}}")
    yield from _rates(town, number, dice.choice((1, 2, 3, 3, 3)))
    if _stage(town, number) == "mediation":
        authors = town.authors_of(number)
        yield pushes(dice.choice(authors), "why:")
        yield from _held(town, number, "/reply {n} A {w}")
        yield from _rates(town, number, 3)
    for who in town.authors_of(number):
        if dice.random() < 0.3:
            yield says(town, who, f"/again {number} {{w}}")
            staff = _staff(town, number)
            yield says(town, staff, dice.choice((f"/reopen {number} {{w}}", f"/keepclosed {number} {{w}}")))


def looked_back(town: RandomTown) -> Course:
    """A sample of closed cases, asked about once more."""
    dice = town.dice
    closed = [number for number, case in town.oracle.facts.cases.items() if case[4] == "closed"]
    if not closed:
        yield from answered(town)
        return
    who = _staff(town, dice.choice(closed))
    yield waits(24 * 2)
    yield says(town, who, dice.choice(("/lookback 5", "/lookback 3 4711")))
    yield sure(who)
    for author in town.constituents:
        if town.has_button(author, "lookback:") and dice.random() < 0.7:
            yield pushes(author, "lookback:")
    yield says(town, who, "/lookback")
    yield pushes(who, "结果/result")


def together(town: RandomTown) -> Course:
    """Two cases become one, are spoken in and answered, and two again; each is edited afterwards."""
    dice = town.dice
    number = _open(town, "collection", "mediation", "reply", "follow_up")
    if number is None:
        yield from _a_reported_case(town)
        return
    station = town.oracle.facts.cases[number][0]
    others = [one for one, case in town.oracle.facts.cases.items() if case[0] == station and one != number]
    if not others:
        return
    into = dice.choice(others)
    staff = _staff(town, number)
    yield says(town, staff, f"/merge {number} {into}")
    yield sure(staff)
    for _ in range(dice.randrange(3)):
        one = dice.choice((number, into))
        authors = town.authors_of(one)
        if authors:
            who = dice.choice(authors)
            yield dice.choice(
                (says(town, who, f"/add {one} {{w}}"), town.an_edit_of(who) or says(town, who, f"/case {one}"))
            )
    for line in dice.sample(("/accept {n}", "/mediate {n} {w}", "/reply {n} A {w}", "/ask {n} {w}"), 2):
        yield from _held(town, into, line)
    if dice.random() < 0.4:
        yield from _rates(town, into, dice.choice((1, 3)))
    yield says(town, staff, f"/split {number}")
    yield sure(staff)
    for _ in range(dice.randrange(1, 4)):
        one = dice.choice((number, into))
        authors = town.authors_of(one)
        if authors:
            who = dice.choice(authors)
            yield town.an_edit_of(who) or says(town, who, f"/add {one} {{w}}")
    yield from _held(town, number, "/reply {n} A {w}")
    yield from _rates(town, number, 3)


def disputed(town: RandomTown) -> Course:
    """Two sides, their consent, sessions, an agreement."""
    dice = town.dice
    number = _open(town, "mediation") or _open(town, "collection")
    if number is None:
        yield from _a_reported_case(town)
        return
    yield from _held(town, number, "/accept {n}")
    who = _deputy(town, number)
    if who is None:
        return
    yield says(town, who, f"/sort {number} 纠纷")
    yield says(town, who, f"/party {number} {{w}}")
    yield says(town, who, f"/dispute {number}")
    for words in dice.sample(("consent", "dispute", "party", "asks", "other"), 3):
        yield pushes(who, words)
    for author in town.authors_of(number):
        yield pushes(author, dice.choice(("consent", "同意/agree", "不同意/not agree")))
    yield from _held(town, number, "/session {n} {past} | {w} | {w} | {w}")
    yield from _held(town, number, "/agreement {n} {w}")
    yield from _held(town, number, "/reply {n} A {w}")
    yield from _rates(town, number, 3)


def handed(town: RandomTown) -> Course:
    """To a unit, and back from it."""
    dice = town.dice
    number = _open(town, "mediation") or _open(town, "collection")
    yield says(town, town.owner, f"/setunit 路灯所{dice.randrange(3)} | {{w}} | 其他")
    if number is None:
        return
    yield from _held(town, number, "/accept {n}")
    day = town.desk.today + timedelta(days=dice.choice((2, 7)))
    yield from _held(town, number, f"/hand {{n}} 路灯所{dice.randrange(3)} {day} {{w}}")
    yield waits(24 * dice.choice((1, 10)))
    if dice.random() < 0.5:
        yield from _held(town, number, f"/returned {{n}} 路灯所{dice.randrange(3)} {{w}}")
    yield from _held(town, number, "/mediate {n} {w}")
    yield from _held(town, number, "/reply {n} A {w}")


def behind_the_counter(town: RandomTown) -> Course:
    """Entered for somebody without Telegram, who comes back with a receipt code."""
    dice = town.dice
    who = dice.choice((*town.deputies, *town.staff))
    yield says(town, who, "/behalf {v}")
    if dice.random() < 0.5:
        yield pushes(who, "不留/without")
    else:
        yield says(town, who, "王大爷 {phone}")
    yield pushes(who, "ans:")
    yield sure(who)
    if town.codes:
        visitor = dice.choice(town.constituents)
        yield says(town, visitor, "/case {code}")
        yield pushes(visitor, dice.choice(("code", "补充/add", "rate")))
        yield says(town, visitor, "{w}")


# --- who has it -------------------------------------------------------------------------------------------------------


def away(town: RandomTown) -> Course:
    """A deputy is away, somebody stands in, comes back; or their role ends, and another takes over."""
    dice = town.dice
    who, other = dice.sample(list(town.deputies), 2)
    names = town.deputies
    today = town.desk.today
    kind = dice.choice(("leave", "leave", "term", "moves"))
    if kind == "leave":
        last = today + timedelta(days=dice.choice((0, 3, 12)))
        yield says(town, who, f"/leave {today} {last} {names[other]}")
        yield sure(who)
        yield says(town, other, "/inbox")
        number = _open(town, "collection", "mediation")
        if number is not None:
            yield from _held(town, number, "/mediate {n} {w}")
            yield from _held(town, number, "/reply {n} A {w}")
        yield waits(24 * dice.choice((1, 4, 13)))
        yield says(town, who, "/leave")
        yield pushes(who, dice.choice(("leave", "ans:", "back")))
        yield says(town, who, "/inbox")
    elif kind == "term":
        yield says(town, town.owner, f"/handover {names[who]} {names[other]}")
        yield sure(town.owner)
        yield Act("roster", who, "deputy leaves")
        yield says(town, other, "/inbox")
        yield waits(24)
        yield Act("roster", who, "deputy comes")
    else:
        yield Act("roster", who, "deputy moves", None, dice.choice(("A", "B", "A;B")))
        yield waits(24)
        yield Act("roster", who, "deputy comes")


# --- what deputies do -------------------------------------------------------------------------------------------------


def on_duty(town: RandomTown) -> Course:
    """Entries of the duty log: filed, reviewed, returned, put right; drafts taken or not."""
    dice = town.dice
    who, staff = dice.choice(list(town.deputies)), dice.choice(list(town.staff))
    for _ in range(dice.randrange(1, 4)):
        yield says(town, who, f"/duty {dice.choice(('走访', '座谈', '接待选民', '视察'))} {{past}} {{w}}")
        yield sure(who)
    if town.has_button(who, "draft:"):
        yield pushes(who, dice.choice(("记一笔/Log", "draft:", "都记/all")))
        yield sure(who)
    yield says(town, staff, "/duty review")
    yield pushes(staff, "dutyreview:")
    yield pushes(staff, dice.choice(("confirmduty:", "confirmduty:", "都确认/all", "退回/Return")))
    if dice.random() < 0.5:
        yield says(town, staff, "{w}")
    yield sure(staff)
    if dice.random() < 0.3:
        yield pushes(staff, "unconfirmduty:")
    yield says(town, who, "/mylogs")
    yield pushes(who, dice.choice(("duty:", "去改/Change", "删/Delete")))
    yield says(town, who, dice.choice(("/score", "/offers", "{w}", "/mylogs")))
    if dice.random() < 0.4:
        yield says(town, staff, f"/absence {town.deputies[who]} 常委会 {{past}} {dice.choice(('请假', '无故'))} {{w}}")
        yield Act("writes", staff, "/quarterly", None, ("group", dice.choice(list(town.groups))))


def reported_to_voters(town: RandomTown) -> Course:
    """A report drawn up, changed, published, judged."""
    dice = town.dice
    who = dice.choice(list(town.deputies))
    staff = dice.choice((*town.staff, town.owner))
    yield says(town, staff, f"/shuzhi {town.deputies[who]} 今年")
    number = town.newest("voter_reports")
    if number:
        yield says(town, who, f"/reportwords {number} {dice.randrange(3)} {{w}}")
        yield pushes(who, "改好了/Done/ready")
    yield pushes(staff, "预览/Preview")
    yield sure(staff)
    yield from _votes(town, 4)
    yield waits(24 * 4)


# --- the office -------------------------------------------------------------------------------------------------------


def announced(town: RandomTown) -> Course:
    """To the groups, at once or later; reworded; asked about."""
    dice = town.dice
    staff = dice.choice((*town.staff, town.owner))
    yield says(town, staff, "/announce {w}")
    number = town.newest("announcements")
    if dice.random() < 0.3:
        yield says(town, staff, f"/reword {number} {{w}}")
    if dice.random() < 0.3:
        yield says(town, staff, f"/schedule {number} {town.desk.today + timedelta(days=2)} 9:00")
    yield sure(staff)
    yield says(town, dice.choice(town.constituents), f"/askabout {number} {{v}}")
    yield waits(24 * 3)
    yield says(town, staff, "/announcements")


def inquired(town: RandomTown) -> Course:
    """Questions for an inquiry; others ask the same; it ends."""
    dice = town.dice
    staff = dice.choice((*town.staff, town.owner))
    yield says(town, staff, f"/inquiry {town.desk.today + timedelta(days=dice.choice((9, 20)))} {{w}}")
    yield sure(staff)
    number = town.newest("inquiries")
    yield pushes(staff, "征集/Ask")
    yield sure(staff)
    for who in dice.sample(town.constituents, 3):
        yield says(town, who, f"/question {number} {{v}}")
        if town.has_button(who, "same:"):
            yield pushes(who, "same:")
    yield says(town, staff, "/inquiries")
    yield pushes(staff, "inquiry:")
    yield pushes(staff, dice.choice(("结束/End", "刷新/Refresh", "inquiry:")))
    yield sure(staff)
    yield waits(24 * dice.choice((2, 12)))


def polled(town: RandomTown) -> Course:
    """A quick poll; votes changed and taken back; closed by somebody or by the clock."""
    dice = town.dice
    staff = dice.choice((*town.staff, town.owner))
    sealed = dice.choice(("", " | sealed"))
    yield says(town, staff, "/poll {w} | 修 | 不修" + sealed + dice.choice(("", " | 36h")))
    yield sure(staff)
    yield from _votes(town, 8)
    yield says(town, staff, "/polls")
    number = town.newest("polls")
    if dice.random() < 0.5:
        yield says(town, staff, f"/closepoll {number}")
        yield sure(staff)
    else:
        yield waits(24 * 4)
    yield from _votes(town, 2)


def _votes(town: RandomTown, most: int) -> Course:
    for _ in range(most):
        act = town.a_vote()
        if act is not None:
            yield act


def received(town: RandomTown) -> Course:
    """A reception day: booked, visited, heard, written down."""
    dice = town.dice
    days = town.reception_days()
    if not days:
        yield says(town, town.staff_of_a, "/newrota")
        return
    day = dice.choice(days[:2])
    for who in dice.sample(town.constituents, 2):
        yield says(town, who, f"/bookslot {day} {dice.choice(('9:00', '9:15', '9:30', '10:00'))} {{v}}")
    booking = town.newest("bookings")
    if booking and dice.random() < 0.3:
        yield says(town, dice.choice(town.constituents), f"/aboutvisit {booking} {{w}}")
    receiver = dice.choice(list(town.deputies)[:2])
    if dice.random() < 0.15:
        yield says(town, town.staff_of_a, f"/cancelday {day} {{w}}")
        yield sure(town.staff_of_a)
        return
    if dice.random() < 0.15:
        yield says(town, town.staff_of_a, f"/moveday {day} {town.desk.today + timedelta(days=3)} 14-16")
        yield sure(town.staff_of_a)
    yield Act("waits_for", 0, str(day))
    yield says(town, receiver, "/walkin {v}")
    yield pushes(receiver, "不留/without")
    yield pushes(receiver, "ans:")
    yield sure(receiver)
    for booking in town.bookings_of(day):
        exit_ = dice.choice(("现场办结", "转社区", "转街道", "建议", "上级代表"))
        yield says(town, receiver, f"/hear {booking} {exit_} {{w}}")
        yield sure(receiver)
    yield says(town, receiver, f"/heldday {day} {{w}}")
    yield sure(receiver)


# --- livelihood projects ----------------------------------------------------------------------------------------------


def _cycle_card(town: RandomTown, who: int, press: str) -> Course:
    yield says(town, who, "/cycle")
    yield pushes(who, press)
    yield sure(who)


def chosen(town: RandomTown) -> Course:
    """A whole cycle: proposed, screened, wanted, voted for, announced, carried out, judged."""
    dice, who = town.dice, town.owner
    yield says(town, who, f"/newcycle {2027 + town.newest('cycles')} 镇级 {dice.choice((1, 1, 2))} all")
    yield sure(who)
    for person in dice.sample(town.constituents, 3):
        yield says(town, person, "/propose {v}")
        yield pushes(person, "阳光")
    for person in dice.sample(town.constituents, 2):
        yield says(town, person, f"/project {town.newest('projects')}")
        yield pushes(person, "支持/Support")
    yield from _cycle_card(town, who, "进入「项目初定」/Initial selection")
    yield pushes(who, "初定筛选/Screen")
    yield pushes(who, "screen:")
    for _ in range(len(town.projects_in("proposed")) + 1):
        if dice.random() < 0.9:
            yield pushes(who, "列为候选/candidate")
        else:
            yield pushes(who, "不纳入/Not")
            yield pushes(who, "screen:")
            yield sure(who)
        yield pushes(who, "下一个/Next")
    for _ in town.projects_in("proposed"):
        yield says(town, who, "/cycle")
        yield pushes(who, "初定筛选/Screen")
        yield pushes(who, "screen:")
        yield pushes(who, "列为候选/candidate")
    yield from _cycle_card(town, who, "进入「意见征集」/Residents")
    yield says(town, who, "/vote")
    yield pushes(who, "发起居民投票/residents")
    yield sure(who)
    yield from _votes(town, 6)
    yield waits(24 * 8)
    yield from _cycle_card(town, who, "进入「审议票决」/Deliberation")
    yield says(town, who, f"/vote {dice.choice(('', 'most_approvals '))}24h")
    yield sure(who)
    for deputy in town.deputies:
        yield says(town, deputy, "/ballot")
        yield pushes(deputy, f"P{town.newest('polls')}/去投票/vote")
        for place in range(1, 4):
            if dice.random() < 0.6:
                yield pushes(deputy, f"{place} 赞成/{place} For/{place} Approve")
        yield pushes(deputy, "看一遍/Look")
        yield sure(deputy)
    yield waits(25)
    if town.has_button(who, "下一轮"):
        yield pushes(who, "下一轮")
        yield waits(25)
    yield pushes(who, "起草公告/announcement")
    yield sure(who)
    yield from carried(town)


def carried(town: RandomTown) -> Course:
    """What was chosen is carried out, supervised, and judged."""
    dice, who = town.dice, town.owner
    found = town.projects_in("chosen", "running", "done")
    if not found:
        return
    k = dice.choice(found)
    day = town.desk.today + timedelta(days=60)
    yield says(town, who, f"/carry {k} 区住建局 | {{w}} | {day}")
    yield pushes(who, "先不写/No milestones")
    yield sure(who)
    yield says(town, who, f"/milestone {k} {town.desk.today + timedelta(days=5)} {{w}}")
    yield says(town, who, f"/progress {k} {{w}}")
    yield sure(who)
    deputy = dice.choice(list(town.deputies))
    yield says(town, dice.choice((who, deputy)), f"/inspect {k} {town.desk.today + timedelta(days=3)} {{w}}")
    yield waits(24 * 6)
    yield says(town, who, "/putright")
    yield pushes(who, "ans:")
    yield pushes(who, "ans:")
    yield sure(who)
    yield says(town, who, "/reached")
    yield pushes(who, "ans:")
    yield pushes(who, "ans:")
    yield sure(who)
    yield says(town, who, f"/carriedout {k} {{w}}")
    yield sure(who)
    yield says(town, who, f"/appraise {k} {dice.choice(('deputies', 'residents'))} zhenhai 3d")
    yield sure(who)
    for deputy in town.deputies:
        yield pushes(deputy, "appraise:/judge:/满意/Satisfied")
    yield from _votes(town, 3)
    yield waits(24 * 4)
    yield from _cycle_card(town, who, "进入「/Go on")


def forgotten(town: RandomTown) -> Course:
    """Somebody takes everything back, and comes again."""
    who = town.dice.choice(town.constituents[6:])
    yield says(town, who, "/mydata")
    yield says(town, who, "/forget")
    yield sure(who)
    yield waits(1)
    yield says(town, who, "/start")


ERRANDS: Final[dict[str, Callable[[RandomTown], Course]]] = {
    "promised": promised,
    "promised again": promised,
    "answered": answered,
    "answered again": answered,
    "looked back": looked_back,
    "together": together,
    "together again": together,
    "disputed": disputed,
    "handed": handed,
    "behalf": behind_the_counter,
    "away": away,
    "away again": away,
    "on duty": on_duty,
    "to voters": reported_to_voters,
    "announced": announced,
    "inquired": inquired,
    "polled": polled,
    "received": received,
    "chosen": chosen,
    "carried": carried,
    "forgotten": forgotten,
}
