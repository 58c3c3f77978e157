"""/handover: everything a deputy had goes to another, once, and is acknowledged; /pair: households and their visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from liaisonbot.duty import EntryState
from liaisonbot.projects import ProjectState
from liaisonbot.receptions import Reception, ReceptionState, Rota
from liaisonbot.services import assigning, handing_over
from liaisonbot.vocabulary import Role, Stage
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office


def deputies(uow: SqlUnitOfWork) -> dict[str, int]:
    return {entry.name: entry.id for entry in uow.roster.deputies()}


def everything(office: Office) -> tuple[int, int]:
    """Two cases of Zhang's (one of them the other deputy's own), a reception day with its rota, a household."""
    office.writes(ALICE, "人民路12号井盖坏了")
    office.writes(OTHER_DEPUTY, "/report 我家楼下的井盖也坏了")
    with office.unit() as uow:
        ids = deputies(uow)
        station = uow.stations.all()[0].id
        cases = [case for number in (1, 2) if (case := uow.cases.get(number))]
        for case in cases:
            assert case.deputy_id == ids["张三"]
        both = (ids["张三"],)
        rota = Rota(0, station, "FREQ=WEEKLY;BYDAY=MO", time(9), time(11), "二楼", 30, both, office.desk.today, None)
        kept = uow.receptions.add_rota(rota, person_id=None, now=office.now)
        day = date(2026, 12, 7)
        hours = (time(9), time(11), "二楼", 30, both)
        uow.receptions.add(Reception(0, kept.id, station, day, *hours, ReceptionState.PLANNED, None, office.now))
    office.writes(STAFF, "/pair H012 张三 30")
    return 1, 2


def test_everything_goes_to_the_successor(office: Office) -> None:
    """Asked first, with what goes; the author is told; a case that must not be theirs goes to staff."""
    first, own = everything(office)
    office.writes(STAFF, "/handover 张三 李四")
    asked = office.last(STAFF)
    for words in ("未办结的民情 2 件", "接待日", "结对户 1 户", "群众都会收到通知"):
        assert words in asked.text
    office.presses(STAFF, asked, "确认")

    assert "等李四确认接手" in office.last(STAFF, containing="已把张三的工作").text
    assert "其中 1 件接手人不宜办" in office.last(STAFF, containing="已把张三的工作").text
    assert "您的工作已交给李四" in office.last(DEPUTY, containing="辛苦").text
    assert "李四" in office.told(ALICE)
    with office.unit() as uow:
        ids = deputies(uow)
        moved, kept = uow.cases.get(first), uow.cases.get(own)
        assert moved is not None
        assert kept is not None
        assert (moved.deputy_id, kept.deputy_id) == (ids["李四"], None)
        assert uow.receptions.on_duty(moved.station_id or 0, date(2026, 12, 7)) == {ids["李四"]}
        assert uow.receptions.rotas()[0].deputy_ids == (ids["李四"],)
        assert [pairing.code for pairing in uow.pairings.of_deputy(ids["李四"])] == ["H012"]
        entry = [line for line in uow.journal.of_case(first) if line.rule is not None][-1]
        assert (entry.by, entry.note) == (Role.STAFF, "张三任期交接")

    yours = office.last(OTHER_DEPUTY, containing="由您接手")
    assert f"未办结的民情 1 件：#{first}" in yours.text
    office.presses(OTHER_DEPUTY, yours, "我已接手")
    assert "已确认接手" in office.told(STAFF)
    office.presses_data(OTHER_DEPUTY, "handover:1", yours)
    assert len([sent for sent in office.chats[STAFF] if "已确认接手" in sent.text]) == 1


def test_a_rota_goes_along_though_its_next_day_is_far_ahead(office: Office) -> None:
    """No day of it is planned yet, and nothing else is handed over: it is asked, done and told."""
    with office.unit() as uow:
        ids, station = deputies(uow), uow.stations.all()[0].id
        both, rule = (ids["张三"],), "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1"
        rota = Rota(0, station, rule, time(9), time(11), "二楼", 30, both, office.desk.today, None)
        uow.receptions.add_rota(rota, person_id=None, now=office.now)
    office.writes(STAFF, "/handover 张三 李四")
    assert "接待日轮值 1 个" in office.told(STAFF)
    office.presses(STAFF, office.last(STAFF), "确认")

    with office.unit() as uow:
        assert uow.receptions.rotas()[0].deputy_ids == (ids["李四"],)
    assert "接待日轮值 1 个" in office.last(OTHER_DEPUTY, containing="由您接手").text


def test_a_handover_is_told_where_a_reception_day_was_announced(office: Office) -> None:
    """The group reads who receives now, and so does whoever booked; the successor reads it in the summary alone."""
    everything(office)
    office.writes(BOB, "/book 1 9:30 路灯的事")
    office.now = datetime(2026, 12, 5, 2, tzinfo=UTC)
    office.ticks()
    assert "张三" in office.last(GROUP, containing="代表接待日：").text
    office.writes(STAFF, "/handover 张三 李四")
    told = len(office.chats[OTHER_DEPUTY])
    office.presses(STAFF, office.last(STAFF), "确认")
    assert "的接待代表换了：李四" in office.told(GROUP)
    assert "接待您的代表换了" in office.told(BOB)
    assert [sent for sent in office.chats[OTHER_DEPUTY][told:] if "接待" in sent.text] == [office.last(OTHER_DEPUTY)]


def test_however_much_it_is_each_deputy_reads_one_message(office: Office) -> None:
    """A flood of cards would bury the summary; the inbox has all of them, and each author is told."""
    for number in range(15):
        office.writes(ALICE, f"人民路{number}号井盖坏了")
    office.writes(STAFF, "/handover 张三 李四")
    before = {who: len(office.chats[who]) for who in (DEPUTY, OTHER_DEPUTY, ALICE)}
    office.presses(STAFF, office.last(STAFF), "确认")
    came = {who: office.chats[who][start:] for who, start in before.items()}
    assert len(came[DEPUTY]) == len(came[OTHER_DEPUTY]) == 1
    assert len(came[ALICE]) == 15
    assert "未办结的民情 15 件：#1 " in came[OTHER_DEPUTY][0].text
    assert came[OTHER_DEPUTY][0].text.count("#") == handing_over.NAMED
    office.presses(OTHER_DEPUTY, came[OTHER_DEPUTY][0], "看我的民情")
    assert "共 15 条" in office.last(OTHER_DEPUTY).text
    assert "我已接手" in " ".join(office.last(OTHER_DEPUTY, containing="由您接手").buttons)


def test_what_was_lent_to_a_delegate_goes_along(office: Office) -> None:
    """It comes back to nobody else, and the old deputy is not welcomed back."""
    office.roster(Role.DEPUTY, "陈静", 13, office.station())
    office.writes(ALICE, "人民路12号井盖坏了")
    last = office.desk.today + timedelta(days=3)
    office.writes(DEPUTY, f"/leave {office.desk.today} {last} 陈静")
    office.presses(DEPUTY, office.last(DEPUTY, containing="已记下"), "手上的也请陈静代办")
    office.writes(STAFF, "/handover 张三 李四")
    office.presses(STAFF, office.last(STAFF), "确认")
    for _ in range(5):
        office.ticks(timedelta(days=1))
    with office.unit() as uow:
        case = uow.cases.get(1)
        assert case is not None
        assert (case.deputy_id, case.standing_in_for) == (deputies(uow)["李四"], None)
    assert not [sent for sent in office.chats[DEPUTY] if "欢迎回来" in sent.text]


def test_for_whom_the_old_one_stood_in_the_new_one_does(office: Office) -> None:
    """Until they are back; then the case is theirs again."""
    office.roster(Role.DEPUTY, "陈静", 13, office.station())
    with office.unit() as uow:
        chen = deputies(uow)["陈静"]
    office.writes(ALICE, "人民路12号井盖坏了")
    office.writes(STAFF, "/assign 1 陈静")
    last = office.desk.today + timedelta(days=3)
    office.writes(13, f"/leave {office.desk.today} {last} 张三")
    office.presses(13, office.last(13, containing="已记下"), "手上的也请张三代办")
    office.writes(STAFF, "/handover 张三 李四")
    office.presses(STAFF, office.last(STAFF), "确认")
    with office.unit() as uow:
        case = uow.cases.get(1)
        assert case is not None
        assert (case.deputy_id, case.standing_in_for) == (deputies(uow)["李四"], chen)
    for _ in range(5):
        office.ticks(timedelta(days=1))
    with office.unit() as uow:
        case = uow.cases.get(1)
        assert case is not None
        assert (case.deputy_id, case.standing_in_for) == (chen, None)


def test_who_has_left_the_roster_already_hands_over_as_well(office: Office) -> None:
    """Cases that wait in the queue since then, the rest that still names them; nobody else's."""
    first, _ = everything(office)
    office.writes(BOB, "这件没有代表")
    with office.unit() as uow:
        uow.cases.update(3, deputy_id=None)
        old = uow.roster.get(deputies(uow)["张三"])
        assert old is not None
        assigning.release_deputy(uow, office.desk, old)
        uow.roster.retire(old.id, office.now)
    office.writes(STAFF, "/handover")
    asked = office.last(STAFF)
    assert any("张三（已离任）" in label for label in asked.buttons)
    office.presses(STAFF, asked, "张三（已离任）")
    office.presses(STAFF, office.last(STAFF), "李四")
    office.presses(STAFF, office.last(STAFF), "确认")
    yours = office.last(OTHER_DEPUTY, containing="由您接手")
    assert f"未办结的民情 1 件：#{first}" in yours.text
    assert "结对户 1 户" in yours.text
    with office.unit() as uow:
        ids = deputies(uow)
        assert [case.deputy_id for n in (1, 2, 3) if (case := uow.cases.get(n))] == [ids["李四"], None, None]
    office.writes(STAFF, "/handover 张三 李四")
    assert "没有要交接的工作" in office.told(STAFF)


def test_what_is_of_another_station_stays_for_a_successor_there(office: Office) -> None:
    """The successor does not serve it; whoever hands over does not work for it."""
    office.writes(ALICE, "人民路12号井盖坏了")
    with office.unit() as uow:
        old = uow.roster.get(deputies(uow)["张三"])
        assert old is not None
        here = min(old.station_ids)
    there = office.station("B", "滨河联络站")
    office.roster(Role.DEPUTY, "张三", DEPUTY, there)
    with office.unit() as uow:
        old = uow.roster.get(deputies(uow)["张三"])
        assert old is not None
        uow.roster.save(
            Role.DEPUTY,
            old.name,
            telegram_id=old.telegram_id,
            username=old.username,
            language=old.language,
            station_ids={here, *old.station_ids},
            specialties=old.specialties,
            now=office.now,
        )
        other = max({here, *old.station_ids} - {here})
        staff = uow.people.meet(STAFF, "zh", office.now).id
        for code, station in (("H1", here), ("H2", other)):
            uow.pairings.add(code, old.id, station, 30, office.desk.today, staff, office.now)
    office.writes(STAFF, "/handover 张三 李四")
    asked = office.last(STAFF)
    assert "结对户 1 户" in asked.text
    office.presses(STAFF, asked, "确认")
    with office.unit() as uow:
        ids = deputies(uow)
        assert [pair.code for pair in uow.pairings.of_deputy(ids["李四"])] == ["H1"]
        assert [pair.code for pair in uow.pairings.of_deputy(ids["张三"])] == ["H2"]


def test_projects_go_along_where_there_is_something_to_supervise(office: Office) -> None:
    """One that is done stays with whom it was, and does not keep the rest from going."""
    with office.unit() as uow:
        ids, station = deputies(uow), uow.stations.all()[0].id
        made = [a_project(uow, office, station, state) for state in (ProjectState.RUNNING, ProjectState.DONE)]
        for number in made:
            uow.projects.set_supervisors(number, [ids["张三"]], confirmed=True)
    office.writes(STAFF, "/handover 张三 李四")
    asked = office.last(STAFF)
    assert "监督的民生实事项目 1 个" in asked.text
    office.presses(STAFF, asked, "确认")
    with office.unit() as uow:
        assert uow.projects.supervised_by(ids["李四"]) == made[:1]
        assert uow.projects.supervised_by(ids["张三"]) == made[1:]


def a_project(uow: SqlUnitOfWork, office: Office, station: int, state: ProjectState) -> int:
    project = uow.projects.propose(
        title="口袋公园",
        text="空地改成公园",
        station_id=station,
        category="municipal",
        person_id=uow.people.meet(ALICE, "zh", office.now).id,
        by=Role.CONSTITUENT,
        cycle_id=None,
        now=office.now,
    )
    uow.projects.update(project.number, now=office.now, state=state)
    return project.number


def test_who_does_not_answer_is_asked_once_more(office: Office) -> None:
    """After three days, by day; staff hear of it."""
    everything(office)
    office.writes(STAFF, "/handover 张三 李四")
    office.presses(STAFF, office.last(STAFF), "确认")
    for _ in range(5):
        office.ticks(timedelta(days=1))
    assert len([sent for sent in office.chats[OTHER_DEPUTY] if "还没有确认接手" in sent.text]) == 1
    assert len([sent for sent in office.chats[STAFF] if "已再次提醒" in sent.text]) == 1


def test_what_cannot_be_handed_over(office: Office) -> None:
    """To oneself, from somebody with nothing, by somebody else than staff, to another station: nothing is changed."""
    office.writes(STAFF, "/handover 张三 张三")
    assert "不能是同一位" in office.told(STAFF)
    office.writes(STAFF, "/handover 李四 张三")
    assert "没有要交接的工作" in office.told(STAFF)
    everything(office)
    office.roster(Role.DEPUTY, "陈静", 13, office.station("B", "滨河联络站"))
    office.writes(STAFF, "/handover 张三 陈静")
    assert "名册里没有" in office.told(STAFF)
    office.writes(DEPUTY, "/handover 张三 李四")
    office.presses_data(ALICE, "handover:1")
    with office.unit() as uow:
        case = uow.cases.get(1)
        assert case is not None
        assert case.deputy_id == deputies(uow)["张三"]
        assert uow.handovers.get(1) is None
        assert case.stage is Stage.COLLECTION


# --- households -------------------------------------------------------------------------------------------------------


def test_a_household_is_visited_and_the_log_keeps_it(office: Office) -> None:
    """The deputy is reminded when a visit is due, once, not on leave; a visit is an entry of the duty log."""
    office.writes(STAFF, "/pair")
    office.writes(STAFF, "h012")
    office.presses(STAFF, office.last(STAFF), "张三")
    office.presses(STAFF, office.last(STAFF), "30 天一次")
    assert "已结对：H012 · 张三" in office.last(STAFF).text
    assert "每 30 天走访一次" in office.last(DEPUTY).text

    office.ticks(timedelta(days=31))
    office.ticks(timedelta(hours=1))
    due = [sent for sent in office.chats[DEPUTY] if "该去结对户 H012" in sent.text]
    assert len(due) == 1
    office.writes(STAFF, "/pairings")
    assert "⚠️ H012 · 张三" in office.last(STAFF).text
    office.presses(DEPUTY, due[0], "今天走访了")
    office.presses(DEPUTY, office.last(DEPUTY, containing="记进履职"), "记一笔")

    with office.unit() as uow:
        (entry,) = uow.duty.of_deputy(
            deputies(uow)["张三"], office.desk.today, office.desk.today, states=(EntryState.FILED,)
        )
        assert (entry.type, entry.text) == ("pairing", "结对户 H012：走访结对户")
    office.writes(DEPUTY, "/pairings")
    mine = office.last(DEPUTY)
    assert "⚠️" not in mine.text
    assert "上次" in mine.text
    office.ticks(timedelta(days=20))
    assert len([sent for sent in office.chats[DEPUTY] if "该去结对户" in sent.text]) == 1


def test_a_pair_is_ended_after_a_question(office: Office) -> None:
    """The deputy is told; nobody else can end it, and a code is no phone number."""
    office.writes(STAFF, "/pair H012 张三 30")
    office.presses_data(DEPUTY, "unpair:1:yes")
    office.presses_data(BOB, "pairing:1")
    office.writes(STAFF, "/pairings")
    office.presses(STAFF, office.last(STAFF), "H012")
    office.presses(STAFF, office.last(STAFF), "解除结对")
    office.presses(STAFF, office.last(STAFF), "取消")
    office.presses(STAFF, office.last(STAFF), "解除结对")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert "已解除结对" in office.last(STAFF).text
    assert "已解除结对" in office.last(DEPUTY).text
    office.writes(STAFF, "/pairings")
    assert "还没有结对户" in office.last(STAFF).text
    for line, told in (
        ("/pair 13912345678 张三 30", "编号只能用"),
        ("/pair H013 张三 每周", "天数"),
        ("/pair H013 张三 999", "天数"),
    ):
        office.writes(STAFF, line)
        assert told in office.told(STAFF)
    office.writes(STAFF, "/cancel")


def merged_then_handed_over(office: Office) -> None:
    """Two of Zhang's cases are one when Zhang hands over."""
    office.writes(ALICE, "小区东门的路灯坏了好几天了")
    office.writes(BOB, "东门的路灯坏了，好几天没人修")
    office.writes(STAFF, "/merge 2 1")
    office.now += timedelta(hours=1)
    office.writes(STAFF, "/handover 张三 李四")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.now += timedelta(hours=1)


def test_what_was_merged_before_and_is_split_afterwards_is_the_successors(office: Office) -> None:
    """Nothing comes back to who has handed over; the journal says from whom it came."""
    merged_then_handed_over(office)
    office.writes(STAFF, "/split 2")
    with office.unit() as uow:
        ids = deputies(uow)
        assert office.case(1).deputy_id == office.case(2).deputy_id == ids["李四"]
        line = [line for line in uow.journal.of_case(2) if line.rule is not None][-1]
        assert line.deputy_id == ids["李四"]
    assert "#2" in office.last(OTHER_DEPUTY, containing="拆出来").text
    assert not any("拆出来" in sent.text for sent in office.chats[DEPUTY])


def test_handed_over_twice_it_is_the_last_ones(office: Office) -> None:
    """Each handover since the merge counts, in their order."""
    merged_then_handed_over(office)
    office.writes(STAFF, "/handover 李四 张三")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(STAFF, "/split 2")
    with office.unit() as uow:
        assert office.case(2).deputy_id == deputies(uow)["张三"]


def test_split_off_a_case_of_the_successors_own_waits_for_staff(office: Office) -> None:
    """As it would have, had it been open at the handover."""
    office.writes(ALICE, "小区东门的路灯坏了好几天了")
    office.writes(OTHER_DEPUTY, "/report 东门的路灯坏了，好几天没人修")
    office.writes(STAFF, "/merge 2 1")
    office.now += timedelta(hours=1)
    office.writes(STAFF, "/handover 张三 李四")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.writes(STAFF, "/split 2")
    assert office.case(2).deputy_id is None


def test_who_made_it_and_has_left_is_told_nothing_more_of_it(office: Office) -> None:
    """The staff of the successor's station hear that it arrived."""
    everything(office)
    office.writes(STAFF, "/handover 张三 李四")
    office.presses(STAFF, office.last(STAFF), "确认")
    office.roster(Role.STAFF, "周七", 77, 1)
    with office.unit() as uow:
        (entry,) = uow.roster.of(STAFF, None)
        uow.roster.retire(entry.id, office.now)
    before = len(office.chats[STAFF])
    office.presses_data(OTHER_DEPUTY, "handover:1")
    assert len(office.chats[STAFF]) == before
    assert "李四" in office.told(77)


def test_what_a_delegate_lent_on_is_handed_over_as_well(office: Office) -> None:
    """Wherever it is looked after meanwhile, it is the old deputy's."""
    office.roster(Role.DEPUTY, "孙八", 78, 1)
    office.roster(Role.DEPUTY, "周九", 79, 1)
    office.writes(ALICE, "人民路12号井盖坏了")
    office.writes(DEPUTY, "/leave 2026-11-23 2026-12-04 李四")
    office.presses(DEPUTY, office.last(DEPUTY), "手上的也请")
    office.writes(OTHER_DEPUTY, "/leave 2026-11-23 2026-11-26 孙八")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "确认")
    office.presses(OTHER_DEPUTY, office.last(OTHER_DEPUTY), "手上的也请")
    office.writes(STAFF, "/handover 张三 周九")
    office.presses(STAFF, office.last(STAFF), "确认")
    with office.unit() as uow:
        assert uow.cases.get(1).deputy_id == deputies(uow)["周九"]  # type: ignore[union-attr]
