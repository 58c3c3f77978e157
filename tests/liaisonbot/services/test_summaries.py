"""/summary: the figures of a week for those whose stations they are, and the cases behind each figure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot.outgoing import Send
from liaisonbot.reports import bulletins, summary_book, summary_charts
from liaisonbot.services import summary_arguments, summary_making, summary_which
from liaisonbot.summaries import CHAT, unpacked
from liaisonbot.vocabulary import Role
from tests.support.office import GROUP, Office

DEPUTY, OTHER, STAFF, HEAD, RESIDENT, NEIGHBOUR, OWNER = 11, 12, 21, 22, 1001, 1002, 9


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Two stations, each with a deputy; a staff member of one, and one of none."""
    office = Office(tmp_path, access={"owner_ids": [OWNER]})
    here, there = office.station(), office.station("B", "河边联络站")
    office.bind_group(here)
    office.roster(Role.DEPUTY, "张三", DEPUTY, here)
    office.roster(Role.DEPUTY, "李四", OTHER, there)
    office.roster(Role.STAFF, "王五", STAFF, here)
    office.roster(Role.STAFF, "赵六", HEAD)
    return office


def a_week(office: Office) -> None:
    """One case answered and rated, one that nobody takes up; then it is the next week."""
    office.writes(RESIDENT, "/report 三号楼路灯坏了", group=GROUP)
    office.writes(NEIGHBOUR, "/report 幼儿园门口没有斑马线", group=GROUP)
    office.writes(DEPUTY, "/accept 1")
    office.writes(DEPUTY, "/reply 1 灯泡换好了")
    for part in ("attitude", "result"):
        office.presses_data(RESIDENT, f"rate:1:{part}:3")
    office.ticks(timedelta(days=8))


def test_the_week_that_is_over_comes_first(office: Office) -> None:
    a_week(office)
    office.writes(STAFF, "/summary")
    told = office.last(STAFF, containing="📊")

    assert "2026 年第 48 周 · 阳光联络站" in told.text
    assert "收到民情 2 件" in told.text
    assert "首次答复 1 件，其中按时 1 件" in told.text
    assert "满意率 100%" in told.text
    assert not [sent for sent in office.chats[STAFF] if "正在统计" in sent.text]  # it has become the answer


def test_a_part_of_the_calendar_and_a_station_are_understood_in_any_order(office: Office) -> None:
    a_week(office)
    for line in ("/summary 2026-11 A", "/summary 阳光联络站 2026-11", "/summary 上月"):
        office.writes(OWNER, line)
        assert "2026 年 11 月" in office.told(OWNER)
    office.writes(OWNER, "/summary 2026-W48 B")
    assert "河边联络站" in office.told(OWNER)
    assert "收到民情 0 件" in office.told(OWNER)


def test_an_empty_week_is_reported_as_such(office: Office) -> None:
    office.writes(STAFF, "/summary 2026-W30")

    assert "没有新的民情" in office.told(STAFF)


def test_the_cases_behind_a_figure_are_listed_and_can_be_opened(office: Office) -> None:
    a_week(office)
    office.writes(STAFF, "/summary")
    office.presses(STAFF, office.last(STAFF, containing="📊"), "是哪些")
    choice = office.last(STAFF, containing="哪个数字")
    office.presses(STAFF, choice, "超过时限")
    listed = office.last(STAFF, containing="超过时限的")

    assert "#2 " in listed.text
    assert "#1 " not in listed.text
    office.presses(STAFF, listed, "#2")
    assert "幼儿园门口没有斑马线" in office.told(STAFF)


def test_staff_of_no_station_and_owners_see_all_staff_their_own(office: Office) -> None:
    a_week(office)
    for who in (HEAD, OWNER):
        office.writes(who, "/summary")
        assert "全部联络站" in office.told(who)
    office.writes(STAFF, "/summary B")
    assert "也不是您的联络站" in office.told(STAFF)
    before = len(office.chats[STAFF])
    office.presses_data(STAFF, "summary:chat:2026-W48:2")
    assert "没有您联络站的数据" in office.toasts[-1]
    assert len(office.chats[STAFF]) == before


def test_who_has_some_of_the_stations_reads_which(office: Office) -> None:
    """They are not all there are."""
    office.station("C", "山上联络站")
    office.roster(Role.STAFF, "孙七", 23, 1, 2)
    office.writes(23, "/summary 2026-W47")

    assert "阳光联络站 · 河边联络站" in office.told(23)


def test_an_area_and_a_deputy_are_asked_for_by_name(office: Office) -> None:
    """In a line, as on the command line; a colleague's deputy is nobody one knows."""
    a_week(office)
    with office.unit() as uow:
        uow.stations.save("C", "山上联络站", "城西")
    office.writes(OWNER, "/summary 2026-W48 张三")
    assert "2026 年第 48 周 · 张三" in office.last(OWNER, containing="📊").text
    assert "收到民情 2 件" in office.last(OWNER, containing="📊").text
    office.writes(OWNER, "/summary 城西 2026-W48")
    assert "2026 年第 48 周 · 城西" in office.last(OWNER, containing="📊").text
    assert "收到民情 0 件" in office.last(OWNER, containing="📊").text
    office.writes(STAFF, "/summary 张三")
    assert "张三" in office.last(STAFF, containing="📊").text
    for not_theirs in ("李四", "城西"):
        office.writes(STAFF, f"/summary {not_theirs}")
        assert f"没看懂「{not_theirs}」" in office.told(STAFF)


def test_an_area_and_a_deputy_are_chosen_with_buttons(office: Office) -> None:
    """And the files, the cases and the weeks before are theirs, too."""
    a_week(office)
    with office.unit() as uow:
        uow.stations.save("C", "山上联络站", "城西")
    office.writes(OWNER, "/summary")
    office.presses(OWNER, office.last(OWNER, containing="📊"), "联络站、片区")
    choice = office.last(OWNER, containing="哪个片区")
    assert list(choice.buttons)[:3] == ["全部联络站", "城东", "城西"]
    office.presses(OWNER, choice, "代表")
    office.presses(OWNER, office.last(OWNER, containing="哪位代表"), "张三")
    told = office.last(OWNER, containing="📊")
    assert "· 张三" in told.text
    office.presses(OWNER, told, "通报")
    assert unpacked(office.carried[-1].content.content).place == "张三"
    office.presses(OWNER, told, "是哪些")
    office.presses(OWNER, office.last(OWNER, containing="哪个数字"), "收到的")
    assert "2 件\n2026 年第 48 周 · 张三" in office.last(OWNER, containing="收到的").text
    office.presses(OWNER, told, "前一段")
    assert "2026 年第 47 周 · 张三" in office.last(OWNER, containing="📊").text


def test_staff_of_one_station_choose_among_its_deputies(office: Office) -> None:
    a_week(office)
    with office.unit() as uow:
        uow.stations.save("C", "山上联络站", "城西")
    office.writes(STAFF, "/summary")
    office.presses(STAFF, office.last(STAFF, containing="📊"), "代表")
    choice = office.last(STAFF, containing="哪位代表")

    assert "张三" in choice.buttons
    assert "李四" not in choice.buttons
    for forged in ("d2", "2", "d99", "x", "a99", "a3"):
        before = len(office.chats[STAFF])
        office.presses_data(STAFF, f"summary:chat:2026-W48:{forged}")
        assert not [sent for sent in office.chats[STAFF][before:] if "📊" in sent.text], forged


@pytest.mark.parametrize("who", [DEPUTY, RESIDENT])
def test_who_is_no_staff_gets_no_figures(office: Office, who: int) -> None:
    a_week(office)
    before = len(office.chats[STAFF])
    for words in ("/summary", "/summary 2026-W48"):
        office.writes(who, words)
    office.presses_data(who, "summary:chat:2026-W48:0")
    office.presses_data(who, "summary:which:2026-W48:0:received:0")
    for data in ("summary:which:2026-W48:0", "summary:stations:2026-W48:0:0", "summary:deputies:2026-W48:0:0"):
        office.presses_data(who, data)

    assert not [sent for sent in office.chats[who] if "📊" in sent.text or "哪" in sent.text]
    assert len(office.chats[STAFF]) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/summary 2026-W60", "日历里没有「2026-W60」"),
        ("/summary 2026-13 A", "日历里没有「2026-13」"),
        ("/summary 2026-Q5", "日历里没有「2026-Q5」"),
        ("/summary 2099-W01", "2099 年第 1 周还没开始"),
        ("/summary 2026-W47 XX", "您的联络站里没有「XX」。您能看的：A 阳光联络站"),
        ("/summary nowhere", "不是一段时间，也不是您的联络站"),
        ("/summary nowhere", "联络站：A 阳光联络站"),
        ("/summary 2026-W47 pdf", "没有 pdf 这种文件"),
        ("/summary .csv", "没有 csv 这种文件"),
    ],
)
def test_what_cannot_be_is_said_with_what_can(office: Office, line: str, said: str) -> None:
    office.writes(STAFF, line)

    assert said in office.told(STAFF)


@pytest.mark.parametrize("line", ["/summary {}", "/summary 2026-W47 {}", "/summary {} 上月"])
def test_a_station_of_others_is_answered_like_one_that_does_not_exist(office: Office, line: str) -> None:
    for station in ("河边联络站", "山里联络站"):
        office.writes(STAFF, line.format(station))
    theirs, none = (sent.text for sent in office.chats[STAFF])

    assert theirs.replace("河边联络站", "山里联络站") == none


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("W47", "2026 年第 47 周"),
        ("47周 A", "2026 年第 47 周"),
        ("第47周", "2026 年第 47 周"),
        ("11月", "2026 年 11 月"),
        ("12月", "2025 年 12 月"),
        ("Q4", "2026 年第 4 季度"),
        ("阳光联络站 四季度", "2026 年第 4 季度"),
        ("上两个月", "2026 年 9–10 月"),
        ("2026-11-01 2026-11-15", "11月1日周日至11月15日周日"),
        ("2026-11-01 to 2026-11-15 A", "11月1日周日至11月15日周日"),
    ],
)
def test_a_window_as_somebody_in_a_hurry_writes_it(office: Office, words: str, window: str) -> None:
    """Without a year it is the last one that has begun."""
    office.writes(STAFF, f"/summary {words}")

    assert window.replace(" ", "") in office.told(STAFF).replace(" ", "")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("2026-W48 xlsx", "工作小结 2026-W48 阳光联络站.xlsx"),
        ("通报 A", "一周民情办理情况通报 2026-W48 阳光联络站.docx"),
        ("Excel", "工作小结 2026-W48 阳光联络站.xlsx"),
    ],
)
def test_a_file_is_asked_for_in_the_line_as_with_the_button(office: Office, words: str, name: str) -> None:
    a_week(office)
    office.writes(STAFF, f"/summary {words}")

    stored = office.chats[STAFF][-1].outgoing.content
    assert stored is not None
    assert stored.name == name


def test_a_station_whose_code_is_a_day_is_a_station(office: Office) -> None:
    """Nobody who asks for its figures gets theirs on Sundays from then on."""
    station = office.station("SUN", "夕阳联络站")
    office.roster(Role.STAFF, "孙七", 23, station)
    office.writes(23, "/summary sun")
    assert "夕阳联络站" in office.told(23)
    office.writes(STAFF, "/summary sun")  # who has no such station

    assert "星期日" in office.told(STAFF)


def test_every_form_has_a_word(office: Office) -> None:
    assert set(summary_arguments.FORMS.values()) == {CHAT, *summary_making.FILES}


def test_who_lost_the_role_before_it_was_made_is_told_nothing_of_it(office: Office) -> None:
    """The bot was away meanwhile."""
    a_week(office)
    with office.unit() as uow:
        person = uow.people.meet(RESIDENT, None, office.now)
        asked = {"station_ids": [1], "window": "2026-W48", "language": "zh", "now": office.now}
        uow.summary_jobs.ask(person_id=person.id, chat_id=RESIDENT, what="chat", message_id=None, **asked)
    office.ticks(timedelta(minutes=1))

    assert not [sent for sent in office.chats[RESIDENT] if "📊" in sent.text]
    assert "没有这个命令" in office.told(RESIDENT)


@pytest.mark.parametrize("line", ["/summary 2026-W48", "/summary 2026-W48 xlsx"])
@pytest.mark.parametrize("loses", ["the role", "the station", "nothing"])
def test_what_waits_to_be_sent_is_looked_at_once_more(office: Office, line: str, loses: str) -> None:
    """As while Telegram is out of reach: who lost the role, or went to another station, gets no figures of it."""
    a_week(office)
    office.cut_off = True
    office.writes(STAFF, line)
    office.ticks(timedelta(minutes=1))
    if loses == "the role":
        with office.unit() as uow:
            uow.roster.retire(next(entry.id for entry in uow.roster.staff(1) if entry.name == "王五"), office.now)
    elif loses == "the station":
        office.roster(Role.STAFF, "王五", STAFF, 2)
    office.cut_off = False
    office.ticks(timedelta(minutes=1))

    figures = [sent for sent in office.chats[STAFF] if "收到民情" in sent.text] or [
        each for each in office.carried if each.content is not None
    ]
    assert bool(figures) is (loses == "nothing")
    if loses == "the role":
        assert "没有这个命令" in office.told(STAFF)
    elif loses == "the station":
        assert "没有您联络站的数据" in office.told(STAFF)


@pytest.mark.parametrize("data", ["summary:stations:2026-W48:0:0", "summary:which:2026-W48:0"])
@pytest.mark.parametrize("who", [DEPUTY, RESIDENT])
def test_who_is_no_staff_is_offered_no_choice(office: Office, who: int, data: str) -> None:
    before = len(office.chats[who])
    office.presses_data(who, data)

    assert len(office.chats[who]) == before
    assert "没有这个命令" in office.toasts[-1]


def test_one_that_was_cancelled_is_not_sent(office: Office) -> None:
    """As long as it is being counted."""
    with office.unit() as uow:
        person = uow.people.meet(STAFF, None, office.now)
        job = uow.summary_jobs.ask(
            person_id=person.id,
            chat_id=STAFF,
            language="zh",
            window="2026-W47",
            station_ids=[1],
            what="chat",
            now=office.now,
            message_id=None,
        )
    office.presses_data(STAFF, f"summary:stop:{job.id}")
    office.ticks(timedelta(minutes=1))

    assert not [sent for sent in office.chats[STAFF] if "📊" in sent.text]


def test_the_chart_comes_below_the_text_with_words_for_who_does_not_see_it(office: Office) -> None:
    a_week(office)
    office.writes(STAFF, "/summary")
    told, chart = office.chats[STAFF][-2:]

    assert "📊" in told.text
    assert chart.outgoing.kind is Send.PHOTO
    assert "收到 2 件，办结 1 件；期末未办结 1 件。态度满意率 100%。" in chart.text
    stored = chart.outgoing.content
    assert stored is not None
    assert (stored.name, stored.maker) == ("工作小结 2026-W48 阳光联络站.png", summary_charts.MAKER)
    assert not unpacked(stored.content).figures.cases  # of a week in a large city they would be megabytes


def test_an_empty_week_has_no_chart(office: Office) -> None:
    office.writes(STAFF, "/summary 2026-W30")

    assert not [sent for sent in office.chats[STAFF] if sent.outgoing.kind is Send.PHOTO]


def test_the_bulletin_can_be_asked_for(office: Office) -> None:
    a_week(office)
    office.writes(STAFF, "/summary")
    office.presses(STAFF, office.last(STAFF, containing="📊"), "通报")
    sent = office.chats[STAFF][-1]

    assert office.last(STAFF, containing="📎").text == "📎 情况通报（2026 年第 48 周）做好了，见下面的文件。"
    assert sent.outgoing.kind is Send.DOCUMENT
    stored = sent.outgoing.content
    assert stored is not None
    assert (stored.name, stored.maker) == ("一周民情办理情况通报 2026-W48 阳光联络站.docx", bulletins.MAKER)


def test_the_workbook_is_asked_for_below_the_figures(office: Office) -> None:
    """It is made in the reader's language when its turn comes, by a program of its own."""
    a_week(office)
    office.writes(STAFF, "/summary")
    office.presses(STAFF, office.last(STAFF, containing="📊"), "数据表")

    assert office.last(STAFF, containing="📎").text == "📎 数据表（2026 年第 48 周）做好了，见下面的文件。"
    (sent,) = [out for out in office.carried if out.kind is Send.DOCUMENT and out.chat_id == STAFF]
    assert sent.content is not None
    assert (sent.content.name, sent.content.maker) == ("工作小结 2026-W48 阳光联络站.xlsx", summary_book.MAKER)
    assert unpacked(sent.content.content).figures.received == (1, 2)


def test_of_a_file_that_has_arrived_nothing_is_kept(office: Office) -> None:
    a_week(office)
    office.writes(STAFF, "/summary")
    office.presses(STAFF, office.last(STAFF, containing="📊"), "数据表")
    sent = office.chats[STAFF][-1]

    assert sent.outgoing.file is not None
    with office.unit() as uow:
        assert uow.files.get(sent.outgoing.file) is None
        assert uow.summary_jobs.next(office.now) is uow.summary_jobs.next(office.now, drawn=True) is None


def test_one_that_is_too_large_to_be_sent_is_told_with_what_to_do(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary_making, "MOST_BYTES", 10)
    a_week(office)
    office.writes(STAFF, "/summary")
    told = office.last(STAFF, containing="📊")
    office.presses(STAFF, told, "数据表")

    assert "太大，发不出来。请选短一点的时间" in office.told(STAFF)
    assert "📊" in told.text, "the figures stand where they stood"


def test_a_cancel_that_comes_too_late_says_so_and_leaves_the_answer(office: Office) -> None:
    """The words are there, the chart is not yet: what is pressed then was an old button."""
    with office.unit() as uow:
        person = uow.people.meet(STAFF, None, office.now)
        job = uow.summary_jobs.ask(
            person_id=person.id, chat_id=STAFF, language="zh", window="2026-W47", station_ids=[1], what="+png",
            now=office.now, message_id=1,
        )  # fmt: skip
    office.presses_data(STAFF, f"summary:stop:{job.id}")

    assert "已经做好了" in office.toasts[-1]
    assert not [sent for sent in office.chats[STAFF] if "已取消" in sent.text]


def test_each_part_of_a_figure_says_which_cases_it_counts(office: Office) -> None:
    """Received, by kind: the complaint is one of the two."""
    a_week(office)
    office.writes(STAFF, "/summary")
    office.presses(STAFF, office.last(STAFF, containing="📊"), "是哪些")
    office.presses(STAFF, office.last(STAFF, containing="哪个数字"), "收到的")
    office.presses(STAFF, office.last(STAFF, containing="收到的"), "按类别")
    split = office.last(STAFF, containing="按类别")
    assert {"道路交通 1", "市政设施 1"} <= set(split.buttons)
    office.presses(STAFF, split, "道路交通")
    listed = office.last(STAFF, containing="收到的 · 道路交通")

    assert "#2 " in listed.text
    assert "#1 " not in listed.text
    assert all(len(data.encode()) <= 64 for data in listed.buttons.values())


def test_every_figure_and_each_of_its_parts_can_be_asked_for(office: Office) -> None:
    """In the window with the longest name, too: a button of Telegram's holds 64 bytes."""
    a_week(office)
    office.writes(OWNER, "/summary 2026-11-01/2026-11-30")
    office.presses(OWNER, office.last(OWNER, containing="📊"), "是哪些")
    shown = office.last(OWNER, containing="哪个数字")
    for asked in (*summary_which.FIGURES, *summary_which.SPLITS):
        office.presses_data(OWNER, f"summary:which:2026-11-01/2026-11-30:0:{asked}:0", shown)
        assert " 件\n" in shown.text, asked
        for label, data in list(shown.buttons.items()):
            if f":{asked}." in data:
                office.presses_data(OWNER, data, shown)
                assert shown.text.splitlines()[0].endswith(f"{label.rpartition(' ')[0]}</b> {label.split()[-1]} 件"), (
                    data
                )


def test_what_was_merged_in_an_earlier_week_stands_among_the_cases_of_a_hot_issue(office: Office) -> None:
    """The matter grew this week: all of its cases are listed, and counted nowhere else."""
    office.writes(RESIDENT, "/report 三号楼路灯坏了三天", group=GROUP)
    office.writes(NEIGHBOUR, "/report 三号楼路灯坏了很久", group=GROUP)
    office.writes(STAFF, "/merge 2 1")
    office.ticks(timedelta(days=8))
    office.writes(1003, "/report 三号楼路灯坏了没人修", group=GROUP)
    office.writes(STAFF, "/merge 3 1")
    office.ticks(timedelta(days=8))
    office.writes(STAFF, "/summary last")
    assert "收到民情 1 件" in office.last(STAFF, containing="📊").text
    office.presses(STAFF, office.last(STAFF, containing="📊"), "是哪些")
    office.presses(STAFF, office.last(STAFF, containing="哪个数字"), "热点问题")
    listed = office.last(STAFF, containing="热点问题")

    assert "3 件" in listed.text
    assert all(f"#{number} " in listed.text for number in (1, 2, 3))


@pytest.mark.parametrize("asked", ["kind.99", "kind.x", "nothing", "nothing.1", "deputy.1234567890123", "kind.-1", "."])
def test_what_no_button_asks_for_is_an_old_button(office: Office, asked: str) -> None:
    a_week(office)
    office.writes(OWNER, "/summary")
    shown = office.last(OWNER, containing="📊")
    office.presses_data(OWNER, f"summary:which:2026-W48:0:{asked}:0", shown)

    assert "📊" in shown.text
    assert "过时" in office.toasts[-1]
