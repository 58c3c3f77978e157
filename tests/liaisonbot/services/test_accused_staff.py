"""A deputy who is staff of the station as well: what accuses them reaches their colleagues, and them in no way."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot.services import assigning, roles
from liaisonbot.summaries import unpacked
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.liaisonbot.services.test_exports import arrives, file_of
from tests.support.office import Office

WORDS = "代表张三收了施工队的钱，贪污受贿"


@pytest.fixture
def both(office: Office) -> Office:
    """张三 is a deputy and works at the station."""
    with office.unit() as uow:
        station = uow.stations.all()[0].id
    office.roster(Role.STAFF, "张三", DEPUTY, station)
    for who in (DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    return office


def reads(office: Office, who: int) -> bool:
    """Whether anything that accuses, or its number, ever stood in that chat."""
    return any("施工队" in sent.text or "#1" in sent.text for sent in office.chats[who])


def test_a_new_case_comes_to_the_others(both: Office) -> None:
    both.writes(ALICE, WORDS)

    assert reads(both, STAFF)
    assert not reads(both, DEPUTY)


@pytest.mark.parametrize("line", ["/unassigned", "/held", "/overdue", "/note"])
def test_no_list_has_it(both: Office, line: str) -> None:
    both.writes(ALICE, WORDS)
    both.ticks(timedelta(days=20))
    both.writes(DEPUTY, line)
    both.writes(STAFF, line)

    assert "#1" in str(both.chats[STAFF][-1].buttons)
    assert not reads(both, DEPUTY)
    assert "#1" not in str(both.chats[DEPUTY][-1].buttons)


@pytest.mark.parametrize("words", ["施工队", "#1"])
def test_no_search_finds_it(both: Office, words: str) -> None:
    both.writes(ALICE, WORDS)
    for who, found in ((STAFF, True), (DEPUTY, False)):
        both.writes(who, f"/search {words}")
        assert ("共 1 件" in both.told(who)) is found


@pytest.mark.parametrize("line", ["/case 1", "/release 1", "/falsealarm 1", "/close 1 没有的事", "/note 1 没有的事"])
def test_they_can_do_nothing_about_it(both: Office, line: str) -> None:
    """As if there were no such case."""
    both.writes(ALICE, WORDS)
    before = both.case(1)
    both.writes(DEPUTY, line)
    told = both.told(DEPUTY)
    both.writes(DEPUTY, line.replace("1", "7", 1))

    assert both.told(DEPUTY).replace("#7", "#1") == told
    assert both.case(1) == before


def test_what_is_added_to_a_case_that_is_there_already_accuses_them(both: Office) -> None:
    """They had its card as staff: it stays as it was."""
    both.writes(ALICE, "路灯坏了")
    both.writes(STAFF, "/assign 1 李四")
    both.writes(DEPUTY, "/case 1")
    both.writes(ALICE, WORDS, answering=both.last(ALICE, containing="#1"))

    assert not any("施工队" in sent.text for sent in both.chats[DEPUTY])
    assert any("施工队" in sent.text for sent in both.chats[STAFF])
    both.writes(DEPUTY, "/case 1")
    assert "没有找到民情 #1" in both.told(DEPUTY)


def test_neither_is_the_whole_of_which_it_became_part(both: Office, tmp_path: Path) -> None:
    both.writes(BOB, "施工队半夜施工")
    both.writes(STAFF, "/assign 1 李四")
    both.writes(ALICE, WORDS)
    both.writes(STAFF, "/release 2")
    both.writes(STAFF, "/merge 2 1")
    assert both.case(2).outcome == "merged"
    before = len(both.chats[DEPUTY])
    both.writes(DEPUTY, "/case 1")
    assert "没有找到民情 #1" in both.told(DEPUTY)
    both.writes(DEPUTY, "/export cases csv")
    arrives(both, tmp_path / "x.csv")

    assert "施工队" not in file_of(both, DEPUTY)[1].decode()
    assert not any("施工队" in sent.text for sent in both.chats[DEPUTY][before:])


def test_what_is_said_in_a_look_back_is_not_among_its_results_for_them(both: Office) -> None:
    both.writes(ALICE, "路灯坏了")
    both.writes(STAFF, "/assign 1 李四")
    for line in ("/accept 1", "/reply 1 修好了"):
        both.writes(OTHER_DEPUTY, line)
    for part in ("attitude", "result"):
        both.presses_data(ALICE, f"rate:1:{part}:3")
    both.ticks(timedelta(days=5))
    both.writes(STAFF, "/lookback 5")
    both.presses(STAFF, both.chats[STAFF][-1], "确认")
    both.presses_data(ALICE, "again:1:1", both.last(ALICE, containing="回头看"))
    both.writes(ALICE, WORDS, answering=both.chats[ALICE][-1])
    for who in (STAFF, DEPUTY):
        both.writes(who, "/lookback")
        both.presses(who, both.chats[who][-1], "第 1 次结果")

    assert "施工队" in both.told(STAFF)
    assert not any("施工队" in sent.text for sent in both.chats[DEPUTY])


def test_an_export_leaves_it_out(both: Office, tmp_path: Path) -> None:
    both.writes(ALICE, WORDS)
    both.writes(BOB, "路灯坏了")
    for who in (DEPUTY, STAFF):
        both.writes(who, "/export cases csv")
        arrives(both, tmp_path / "x.csv")
    theirs, others = (file_of(both, who)[1].decode() for who in (DEPUTY, STAFF))

    assert "施工队" in others
    assert "路灯坏了" in theirs
    assert "施工队" not in theirs


def test_where_nobody_else_works_at_the_station_the_owners_have_it(both: Office) -> None:
    with both.unit() as uow:
        entry = next(each for each in uow.roster.staff() if each.telegram_id == STAFF)
        uow.roster.retire(entry.id, both.now)
    both.writes(ALICE, WORDS)

    assert reads(both, OWNER)
    assert not reads(both, DEPUTY)


def test_a_false_alarm_is_a_case_like_others_to_them(both: Office) -> None:
    both.writes(ALICE, WORDS)
    both.writes(STAFF, "/falsealarm 1")
    both.writes(DEPUTY, "/case 1")

    assert "施工队" in both.told(DEPUTY)


@pytest.mark.parametrize("line", ["/held", "/unassigned", "/overdue"])
def test_what_stands_behind_it_in_a_list_is_not_lost(both: Office, line: str) -> None:
    """A whole page accuses them: they read what comes after it, and no number that counts what they do not see."""
    for n in range(9):
        both.writes(ALICE, f"{WORDS}，第{n}次")
        both.ticks(timedelta(minutes=5))
    both.writes(BOB, "代表李四贪污受贿，收了钱")
    both.ticks(timedelta(days=20))
    both.writes(DEPUTY, line)

    assert "#10" in str(both.chats[DEPUTY][-1].buttons)
    assert "共 10" not in both.told(DEPUTY)
    assert "下一页" not in str(both.chats[DEPUTY][-1].buttons)
    both.writes(STAFF, line)
    assert "共 10" in both.told(STAFF)


def test_a_proposal_that_accuses_them_is_not_read_by_them(both: Office) -> None:
    """The guard holds it: their colleague reads it, also when it changes, they read what anybody does."""
    both.writes(ALICE, "/propose 建一个监督亭")
    both.writes(ALICE, "/setproject 1 title 请查代表张三收了施工队的钱，贪污受贿")
    assert any("施工队" in sent.text for sent in both.chats[STAFF])
    for who, found in ((STAFF, True), (DEPUTY, False)):
        both.writes(who, "/project 1")
        assert ("施工队" in both.told(who)) is found
    assert not any("施工队" in sent.text for sent in both.chats[DEPUTY])


def test_no_filter_of_a_list_counts_it(both: Office) -> None:
    both.writes(ALICE, WORDS)
    both.writes(BOB, "路灯坏了")
    both.ticks(timedelta(days=20))
    for who in (STAFF, DEPUTY):
        both.writes(who, "/overdue")
        listed = both.chats[who][-1]
        n = sum("#" in label for label in listed.buttons)
        for name in ("deputy", "station", "kind", "rung"):
            both.presses_data(who, f"overdueof:{name}:any:any:any:any:any:0", listed)
            found = re.findall(r"（(\d+) 项）", str(both.chats[who][-1].buttons))
            assert sum(map(int, found)) == n, (who, name, both.chats[who][-1].buttons)


def test_a_summary_counts_it_and_does_not_name_it(both: Office) -> None:
    """The figures are the station's, the same for all; no number, list, button or file leads to it."""
    both.writes(ALICE, WORDS)
    both.writes(BOB, "路灯坏了")
    both.ticks(timedelta(days=8))
    for who in (STAFF, DEPUTY):
        both.writes(who, "/summary last")
    told = {who: both.last(who, containing="收到民情 2 件").text for who in (STAFF, DEPUTY)}
    assert "#1" in told[STAFF]
    assert "#1" not in told[DEPUTY]
    assert "#2" in told[DEPUTY]
    for who, buttons in ((STAFF, {"#1", "#2"}), (DEPUTY, {"#2"})):
        both.presses(who, both.last(who, containing="收到民情 2 件"), "是哪些")
        both.presses(who, both.last(who, containing="哪个数字"), "收到")
        listed = both.last(who, containing="</b> ")
        assert {f"#{n}" for n in (1, 2) if any(f"#{n}" in label for label in listed.buttons)} == buttons
        assert ("#1" in listed.text) is (who == STAFF)
    for form in ("xlsx", "docx"):
        both.writes(DEPUTY, f"/summary last {form}")
        content = next(sent.content for sent in reversed(both.carried) if sent.content is not None)
        assert unpacked(content.content).figures.kept == {1}


# --- whose role as a deputy has ended ---------------------------------------------------------------------------------


@pytest.fixture(params=["张三", "张三（站务）"])
def former(request: pytest.FixtureRequest, office: Office) -> Office:
    """张三 was a deputy, and works at the station now: under the same name, or, with the same account, another one."""
    for who in (DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    with office.unit() as uow:
        station = uow.stations.all()[0].id
        before = roles.held(uow)
        entry = next(each for each in uow.roster.deputies() if each.telegram_id == DEPUTY)
        assigning.release_deputy(uow, office.desk, entry)
        uow.roster.retire(entry.id, office.now)
        roles.follow(uow, office.desk, before)
    office.roster(Role.STAFF, request.param, DEPUTY, station)
    return office


def test_what_accuses_a_former_deputy_is_not_read_by_them_as_staff(former: Office) -> None:
    former.writes(ALICE, WORDS)
    former.writes(DEPUTY, "/case 1")
    former.writes(DEPUTY, "/held")

    assert reads(former, STAFF)
    assert not any("施工队" in sent.text for sent in former.chats[DEPUTY])
    assert "#1" not in str(former.chats[DEPUTY][-1].buttons)


def test_what_accused_them_while_they_were_a_deputy_stays_hidden(office: Office) -> None:
    for who in (DEPUTY, STAFF, OWNER):
        office.writes(who, "/start")
    office.writes(ALICE, WORDS)
    with office.unit() as uow:
        station = uow.stations.all()[0].id
        before = roles.held(uow)
        entry = next(each for each in uow.roster.deputies() if each.telegram_id == DEPUTY)
        uow.roster.retire(entry.id, office.now)
        roles.follow(uow, office.desk, before)
    office.roster(Role.STAFF, "张站长", DEPUTY, station)
    for line in ("/case 1", "/search 贪污", "/release 1"):
        office.writes(DEPUTY, line)
    office.writes(ALICE, "还有一笔钱", answering=office.last(ALICE, containing="#1"))

    assert not any("施工队" in sent.text or "还有一笔钱" in sent.text for sent in office.chats[DEPUTY])
    assert office.case(1).held


def test_a_namesake_of_the_station_could_be_meant(office: Office) -> None:
    """Whoever says it need not know who is a deputy: it is not for the one of that name who works there."""
    other = office.station("B", "滨江联络站")
    office.roster(Role.STAFF, "赵六", 41, other)
    office.roster(Role.DEPUTY, "赵六", 42, office.station())
    for who in (41, OWNER):
        office.writes(who, "/start")
    with office.unit() as uow:
        uow.people.set_station(uow.people.meet(ALICE, "zh", office.now).id, other)
    office.writes(ALICE, "代表赵六收了施工队的钱，贪污受贿")

    assert any("施工队" in sent.text for sent in office.chats[OWNER])
    assert not any("施工队" in sent.text for sent in office.chats[41])


# --- staff who are no deputy ------------------------------------------------------------------------------------------

COLLEAGUE = 22
AGAINST_STAFF = "工作人员王五收红包，贪污受贿"


@pytest.fixture
def colleagues(office: Office) -> Office:
    """王五 and 钱九 work at the station; neither is a deputy."""
    with office.unit() as uow:
        station = uow.stations.all()[0].id
    office.roster(Role.STAFF, "钱九", COLLEAGUE, station)
    for who in (STAFF, COLLEAGUE, OWNER):
        office.writes(who, "/start")
    return office


@pytest.mark.parametrize("line", ["/unassigned", "/held", "/case 1", "/release 1", "/search 红包"])
def test_staff_do_not_read_what_names_and_accuses_them(colleagues: Office, line: str) -> None:
    """Their colleague has it, with all that can be done about it."""
    colleagues.writes(ALICE, AGAINST_STAFF)
    colleagues.writes(STAFF, line)
    colleagues.writes(COLLEAGUE, "/case 1")

    assert "红包" in colleagues.told(COLLEAGUE)
    assert not any("工作人员王五" in sent.text for sent in colleagues.chats[STAFF])


@pytest.mark.parametrize(
    "words",
    [
        "工作人员王五告诉我路灯有问题",
        "我把材料交给了王五，他收了",
        "王五，您好，楼道灯坏了，物业推诿",
        "王五金店门口的路灯有问题",
    ],
)
def test_staff_who_are_named_in_passing_are_not_accused(colleagues: Office, words: str) -> None:
    """People name whom they spoke to: it is a case like others, and its author is not sent to the prosecutors."""
    colleagues.writes(ALICE, words)

    assert not any("12388" in sent.text for sent in colleagues.chats[ALICE])
    with colleagues.unit() as uow:
        assert uow.cases.get(1).guard is None  # type: ignore[union-attr]


def test_where_nobody_else_works_there_the_owners_have_it(office: Office) -> None:
    for who in (STAFF, OWNER):
        office.writes(who, "/start")
    office.writes(ALICE, AGAINST_STAFF)

    assert any("红包" in sent.text for sent in office.chats[OWNER])
    assert not any("红包" in sent.text for sent in office.chats[STAFF])


@pytest.mark.parametrize("line", ["/release 1", "/assign 1 张三"])
def test_a_deputy_whom_it_names_as_staff_does_not_get_it(colleagues: Office, line: str) -> None:
    """The roster may have another name of theirs for each role: it is one account."""
    with colleagues.unit() as uow:
        station = uow.stations.all()[0].id
    colleagues.roster(Role.STAFF, "张站长", DEPUTY, station)
    colleagues.writes(DEPUTY, "/start")
    colleagues.writes(ALICE, "工作人员张站长收路灯工程的红包，贪污受贿")
    colleagues.writes(COLLEAGUE, "/release 1")
    colleagues.writes(COLLEAGUE, line)

    assert colleagues.case(1).deputy_id is not None
    assert not any("红包" in sent.text for sent in colleagues.chats[DEPUTY])


def test_who_finds_their_own_name_in_what_was_missed_can_say_so(colleagues: Office) -> None:
    """It counts under their name; from then on it is their colleague's."""
    colleagues.writes(ALICE, "王五昨天又来过，路灯还是坏的")
    colleagues.writes(STAFF, "/missed 1 accusation")

    assert "记下了" in colleagues.told(STAFF)
    assert colleagues.case(1).held
    assert "路灯" in colleagues.last(COLLEAGUE, containing="等工作人员看").text
    colleagues.writes(STAFF, "/case 1")
    assert "没有找到" in colleagues.told(STAFF)


@pytest.mark.parametrize("action", ["edit", "edit-title", "show-all:1", "withdraw", "categories:0", "open"])
def test_a_proposal_that_accuses_them_is_not_theirs_to_keep(colleagues: Office, action: str) -> None:
    """No press shows them its words, lets everybody read it, or ends it; their colleague can do all of that."""
    colleagues.writes(ALICE, "/propose 工作人员王五收红包，贪污受贿，请修路")
    colleagues.writes(STAFF, "/project 1")
    assert not any("project:1" in data for data in colleagues.chats[STAFF][-1].buttons.values())
    colleagues.presses_data(STAFF, f"project:1:{action}", colleagues.chats[STAFF][-1])
    for label in ("确认", "✅ 确认"):
        if label in colleagues.chats[STAFF][-1].buttons:
            colleagues.presses(STAFF, colleagues.chats[STAFF][-1], label)

    assert not any("红包" in sent.text for sent in colleagues.chats[STAFF])
    colleagues.writes(COLLEAGUE, "/project 1")
    assert "暂不公开" in colleagues.told(COLLEAGUE)
    assert "project:1:withdraw" in colleagues.chats[COLLEAGUE][-1].buttons.values()


# --- who comes to the station later -----------------------------------------------------------------------------------


@pytest.mark.parametrize("came", ["new to the roster", "from another station"])
def test_who_works_there_since_does_not_read_what_accused_them_before(colleagues: Office, came: str) -> None:
    """When it was written the station had nobody of that name; who is new and is not named reads it like anybody."""
    river = colleagues.station("B", "滨河联络站")
    if came != "new to the roster":
        colleagues.roster(Role.STAFF, "孙伟", 41, river)
    with colleagues.unit() as uow:
        uow.people.set_station(uow.people.meet(ALICE, "zh", colleagues.now).id, 1)
    colleagues.writes(ALICE, "工作人员孙伟收红包，贪污受贿")
    colleagues.writes(STAFF, "/case 1")
    assert "红包" in colleagues.told(STAFF)
    with colleagues.unit() as uow:
        before = roles.held(uow)
    colleagues.roster(Role.STAFF, "孙伟", 41, 1)
    colleagues.roster(Role.STAFF, "周八", 42, 1)
    with colleagues.unit() as uow:
        roles.follow(uow, colleagues.desk, before)
    for who in (41, 42):
        colleagues.writes(who, "/start")
        for line in ("/case 1", "/held", "/search 红包"):
            colleagues.writes(who, line)

    assert not any("孙伟收红包" in sent.text for sent in colleagues.chats[41])
    assert any("孙伟收红包" in sent.text for sent in colleagues.chats[42])
    with colleagues.unit() as uow:
        assert len(uow.guarded.of_case(1)) == 1
