"""What ends or removes something asks once, or can be undone: the table, walked for commands and buttons."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from datetime import timedelta

import pytest

from liaisonbot import commands, lasting, workflow
from liaisonbot.commands import Kind
from liaisonbot.lasting import Guard
from liaisonbot.projects import Phase, ProjectState
from liaisonbot.services import presses
from liaisonbot.vocabulary import Outcome, Role, Stage
from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, STAFF
from tests.support.office import Office, Sent

SCENES: dict[str, tuple[int, Callable[[Office], None], str]] = {
    "withdraw": (ALICE, lambda office: None, "/withdraw 1"),
    "decline": (DEPUTY, lambda office: None, "/decline 1 不归我们管"),
    "close": (DEPUTY, lambda office: office.writes(DEPUTY, "/reply 1 修好了"), "/close 1 联系不上"),
    "reply": (DEPUTY, lambda office: None, "/reply 1 修好了"),
    "correct": (DEPUTY, lambda office: office.writes(DEPUTY, "/reply 1 修好了"), "/correct 1 全修好了"),
    "merge": (STAFF, lambda office: office.writes(BOB, "路灯也不亮"), "/merge 1 2"),
    "duty": (DEPUTY, lambda office: None, "/duty 走访 今天 三户"),
    "reached": (STAFF, lambda office: _projects(office), "/reached 1 2026-11-23"),
    "putright": (STAFF, lambda office: _inspected(office), "/putright 1 2026-11-23"),
}
"""Who, what has to be there, and the line."""


def office_with_a_case(office: Office) -> Office:
    office.writes(ALICE, "路灯坏了")
    return office


def test_whatever_ends_a_case_by_a_command_has_a_row() -> None:
    """Somebody who adds such a command decides how a slip is kept from doing harm."""
    ending = {step.on for step in workflow.STEPS if step.becomes is Stage.CLOSED and step.when is not Stage.CLOSED}
    named = {command.name for command in commands.COMMANDS if command.event in ending}
    assert named <= set(lasting.COMMANDS)
    asked = {command.name for command in commands.COMMANDS if any(a.kind is Kind.CONFIRM for a in command.arguments)}
    assert asked - {"split"} <= set(lasting.COMMANDS), "what is worth a question is worth a row"


@pytest.mark.parametrize("name", lasting.COMMANDS)
def test_a_dialogue_asks_and_one_line_asks_or_is_undone(name: str) -> None:
    """The question is asked last; only what can be undone goes without it in one line."""
    last = commands.BY_NAME[name].arguments[-1]
    assert last.kind is Kind.CONFIRM
    assert last.guided == (lasting.COMMANDS[name].guard is Guard.UNDO)


@pytest.mark.parametrize("name", SCENES)
def test_what_one_line_did_has_its_undo_below_it(office: Office, name: str) -> None:
    """The button the table names stands below the answer."""
    who, prepare, line = SCENES[name]
    prepare(office_with_a_case(office))
    office.writes(who, line)
    undo = lasting.COMMANDS[name].undo
    assert undo is not None
    buttons = [data for sent in office.chats[who][-2:] for data in sent.buttons.values()]
    assert fnmatch.filter(buttons, f"{undo}*")


def test_every_row_of_a_command_that_is_undone_by_a_button_is_walked() -> None:
    """Nobody adds a row without its scene."""
    by_button = {name for name, row in lasting.COMMANDS.items() if row.undo and not row.undo.startswith("/")}
    assert by_button == set(SCENES)


def _shows(who: int, command: str, word: str | None = None) -> Callable[[Office], Sent]:
    """The screen that the command, and then the button with that word, leads to."""

    def screen(office: Office) -> Sent:
        office.writes(who, command)
        shown = office.last(who)
        if word is not None:
            office.presses(who, shown, word)
        return shown

    return screen


def _projects(office: Office) -> None:
    """A vote on 1 and 2 is open (P1), 3 is under way, 4 is appraised (P2), 5 waits in the reserve; all are Alice's."""
    with office.unit() as uow:
        if uow.cycles.all():
            return
        alice = uow.people.find(ALICE)
        assert alice is not None
        cycle = uow.cycles.add(
            year=2027, level="镇级", station_ids=[1], places=1, dates={}, person_id=None, now=office.now
        )
        uow.cycles.update(cycle.id, phase=Phase.VOTE)
        states = (
            ProjectState.CANDIDATE,
            ProjectState.CANDIDATE,
            ProjectState.RUNNING,
            ProjectState.DONE,
            ProjectState.PROPOSED,
        )
        for title, state in zip(("电梯", "步道", "食堂", "车棚", "长椅"), states, strict=True):
            project = uow.projects.propose(
                title=title,
                text=title,
                station_id=1,
                category="other",
                person_id=alice.id,
                by=Role.CONSTITUENT,
                cycle_id=None if state is ProjectState.PROPOSED else cycle.id,
                now=office.now,
            )
            uow.projects.update(project.number, now=office.now, state=state)
        uow.projects.add_milestone(3, office.now.date(), "开工")
    for line in ("/vote 1 24h", "/appraise 4 deputies zhenhai 7d"):
        office.writes(STAFF, line)
        office.presses(STAFF, office.last(STAFF), "确认")


def _inspected(office: Office) -> None:
    _projects(office)
    office.writes(STAFF, "/inspect 3 2026-12-31 有裂缝")


def _of_projects(who: int, line: str, *pressed: str) -> Callable[[Office], Sent]:
    """A screen of projects: a line, then what the buttons pressed one after the other carry."""

    def screen(office: Office) -> Sent:
        _projects(office)
        office.writes(who, line)
        for data in pressed:
            office.presses_data(who, data, office.last(who))
        return office.last(who)

    return screen


def _pairing(office: Office) -> Sent:
    """The card of the first household; the list, once it is ended."""
    office.writes(STAFF, "/pairings")
    office.presses_data(STAFF, "pairing:1", office.last(STAFF))
    return office.last(STAFF)


def _report(office: Office) -> Sent:
    """Staff's card of a report to voters; what stands there, once it is dropped."""
    if not any("述职" in sent.text for sent in office.chats[STAFF]):
        office.writes(STAFF, "/shuzhi 张三 2026")
    office.presses_data(STAFF, "shuzhi:1:show", office.last(STAFF))
    return office.last(STAFF)


def _paragraph(office: Office) -> Sent:
    """The deputy is asked for other words for its last paragraph."""
    _report(office)
    office.presses_data(DEPUTY, "shuzhi:1:part:6", office.last(DEPUTY))
    return office.last(DEPUTY)


SCREENS: dict[str, tuple[int, Callable[[Office], Sent]]] = {
    "droptemplate:*": (DEPUTY, _shows(DEPUTY, "/templates 1")),
    "retireunit:*": (STAFF, _shows(STAFF, "/unit 路灯所")),
    "inquiry:*:close": (STAFF, _shows(STAFF, "/inquiries", "养老服务")),
    "announce:*:undo": (STAFF, _shows(STAFF, "/announcements", "通知 1")),
    "unpair:*": (STAFF, _pairing),
    "dropduty:*": (DEPUTY, lambda office: office.last(DEPUTY)),
    "vote:*:close": (STAFF, _of_projects(STAFF, "/vote", "vote:1:open")),
    "vote:*:cancel": (STAFF, _of_projects(STAFF, "/vote", "vote:1:open")),
    "appraisal:*:close": (STAFF, _of_projects(STAFF, "/project 4", "work:4:appraise")),
    "appraisal:*:cancel": (STAFF, _of_projects(STAFF, "/project 4", "work:4:appraise")),
    "project:*:withdraw": (ALICE, _of_projects(ALICE, "/project 5")),
    "work:*:strike:*": (STAFF, _of_projects(STAFF, "/project 3", "work:3:steps", "work:3:step:1")),
    "shuzhi:*:drop": (STAFF, _report),
    "shuzhi:*:strike:*": (DEPUTY, _paragraph),
}
"""Where the button stands, and for whom."""


@pytest.mark.parametrize("button", lasting.BUTTONS)
def test_a_button_that_removes_something_asks_first(office: Office, button: str) -> None:
    """确认, and a way back."""
    office_with_a_case(office)
    office.bind_group(1)
    office.writes(DEPUTY, "/reply 1 修好了，请看看")
    office.presses(DEPUTY, office.last(DEPUTY, containing="答复已发出"), "存为模板")
    office.writes(STAFF, "/pair H012 张三 30")
    office.writes(STAFF, "/setunit 路灯所 | 95598 | -")
    office.writes(STAFF, "/inquiry 2026-12-10 养老服务")
    office.writes(STAFF, "/announce 周三停水")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(DEPUTY, "/duty 走访 今天 三户")
    assert button.partition(":")[0] in presses.VERBS
    who, screen = SCREENS[button]

    def there(sent: Sent) -> list[str]:
        return fnmatch.filter(sent.buttons.values(), button)

    shown = screen(office)
    (data,) = there(shown)
    office.presses_data(who, data, shown)
    assert shown.button("确认")
    (back,) = [label for label in shown.buttons if "确认" not in label]
    office.presses(who, shown, back)
    assert there(shown), "it is still there"
    office.presses_data(who, data, shown)
    office.presses(who, shown, "确认")
    assert not there(screen(office))


# --- taking back
# -----------------------------------------------------------------------------------------------------


def test_a_withdrawal_by_mistake_is_taken_back(office: Office) -> None:
    """The case is where it was, its limit runs on, and the deputy is told."""
    office_with_a_case(office)
    office.writes(DEPUTY, "/accept 1")
    before = office.case(1)
    office.now += timedelta(hours=1)
    office.writes(ALICE, "/withdraw 1")
    assert office.case(1).outcome is Outcome.WITHDRAWN
    office.now += timedelta(minutes=5)
    office.presses(ALICE, office.last(ALICE), "恢复")
    after = office.case(1)
    assert (after.stage, after.outcome, after.closed_at) == (Stage.MEDIATION, None, None)
    assert (after.due_at, after.stage_since, after.deputy_id) == (before.due_at, before.stage_since, before.deputy_id)
    assert "点错了" in office.last(DEPUTY, containing="已经恢复").text
    assert "仍在「调处」" in office.told(ALICE)
    with office.unit() as uow:
        (exported,) = read_cases(uow.connection, since=None, until=None)
    assert [step["to"] for step in exported["history"]] == ["collection", "mediation", "closed", "mediation"]


@pytest.mark.parametrize("line", ["/ask 1 在哪里？", "/extend 1 2026-12-25 等配件"])
def test_pause_and_extension_outlive_a_slip(office: Office, line: str) -> None:
    """What the clock was told before counts after it, too."""
    office_with_a_case(office)
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, line)
    before = office.case(1)
    office.now += timedelta(hours=2)
    office.writes(ALICE, "/withdraw 1")
    office.presses(ALICE, office.last(ALICE), "恢复")
    after = office.case(1)
    for name in ("due_at", "reply_due_at", "paused_since", "paused_days", "extended_to", "stage_since"):
        assert getattr(after, name) == getattr(before, name), name


def test_what_the_guard_holds_is_held_after_a_slip(office: Office) -> None:
    """Withdrawing and taking that back is no way around staff."""
    office_with_a_case(office)
    office.writes(ALICE, "我要举报张局长贪污受贿")
    assert office.case(2).held
    office.writes(ALICE, "/withdraw 2")
    office.presses(ALICE, office.last(ALICE), "恢复")
    assert office.case(2).held


def test_a_promise_goes_on_when_closing_was_a_slip(office: Office) -> None:
    """The ledger's line is the same one, not another."""
    office_with_a_case(office)
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 单位正在修")
    with office.unit() as uow:
        line = uow.promises.open_of(1)
    office.writes(DEPUTY, "/close 1 点错")
    with office.unit() as uow:
        assert uow.promises.open_of(1) is None
    office.presses(DEPUTY, office.last(DEPUTY, containing="已办结"), "恢复")
    assert office.case(1).stage is Stage.REPLY
    with office.unit() as uow:
        assert uow.promises.open_of(1) == line
    assert "点错" in office.last(ALICE, containing="没有办结").text


def test_nobody_else_and_nobody_later_takes_it_back(office: Office) -> None:
    """Minutes later it is for the staff; a case that was resolved has nothing to take back."""
    office_with_a_case(office)
    office.writes(ALICE, "/withdraw 1")
    done = office.last(ALICE)
    office.presses_data(DEPUTY, "takeback:1")
    assert "没有可以恢复的" in office.toasts[-1]
    office.presses_data(BOB, "takeback:1")
    assert "没有找到" in office.toasts[-1]
    office.now += timedelta(minutes=11)
    office.presses(ALICE, done, "恢复")
    assert "过了 10 分钟" in office.toasts[-1]
    assert office.case(1).stage is Stage.CLOSED


# --- which of the two it was
# --------------------------------------------------------------------------------------------


def test_staff_are_told_what_was_rated(office: Office) -> None:
    """Not *one or the other*: the rating, or the answer to the check."""
    office_with_a_case(office)
    office.writes(DEPUTY, "/reply 1 修好了")
    read = office.last(ALICE, containing="有答复了")
    office.presses_data(ALICE, "rate:1:attitude:3", read)
    office.presses_data(ALICE, "rate:1:result:1", read)
    told = office.last(STAFF, containing="群众不满意").text
    assert "态度 满意" in told
    assert "结果 不满意" in told


@pytest.mark.parametrize("answer", ["部分落实", "未落实"])
def test_staff_and_deputy_are_told_how_far_it_was_done(office: Office, answer: str) -> None:
    """With the rating the reply had."""
    office_with_a_case(office)
    office.writes(DEPUTY, "/reply 1 B 2026-12-10 单位正在修")
    read = office.last(ALICE, containing="有答复了")
    office.presses(ALICE, read, "😊 满意")
    office.presses(ALICE, read, "😊 满意")
    office.writes(DEPUTY, "/done 1")
    office.presses(ALICE, office.last(ALICE), answer)
    told = office.last(STAFF, containing="之前对答复的评价").text
    assert answer in told
    assert "态度 满意，结果 满意" in told
    assert answer in office.last(DEPUTY, containing="退回调处").text
