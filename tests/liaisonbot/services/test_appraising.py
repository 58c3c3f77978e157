"""The three-level appraisal: who judges, by which rule, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaisonbot.incoming import Sender
from liaisonbot.outgoing import Send
from liaisonbot.polls import Elector, Eligible, Poll, PollKind, PollState
from liaisonbot.projects import ProjectState
from liaisonbot.reports import charts
from liaisonbot.services import appraisal_results, appraisal_subjects, people, roster_files, roster_import, works_views
from liaisonbot.texts import Text, catalogue
from liaisonbot.vocabulary import Rating, Role
from liaisonbot.voting import AppraisalRule
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent

DAY = timedelta(days=1)
ANOTHER = 111
"""A second account of the deputy's."""


@pytest.fixture
def office(office: Office) -> Office:
    """A project that was carried out; Alice proposed it, Bob joined it."""
    for who in (ALICE, BOB, DEPUTY, OTHER_DEPUTY, STAFF):
        office.writes(who, "/start")
    with office.unit() as uow:
        (station,) = uow.stations.all()
        person, other = uow.people.find(ALICE), uow.people.find(BOB)
        assert person is not None
        assert other is not None
        project = uow.projects.propose(
            title="老楼加装电梯",
            text="五楼的老人下不来",
            station_id=station.id,
            category="municipal_facilities",
            person_id=person.id,
            by=Role.CONSTITUENT,
            cycle_id=None,
            now=office.now,
        )
        uow.projects.support(project.number, other.id, office.now)
        uow.projects.update(
            project.number, now=office.now, state=ProjectState.DONE, unit="区住建局", target="加装电梯三部"
        )
    return office


def opened(office: Office, how: str = "deputies zhenhai 7d") -> Office:
    office.writes(STAFF, f"/appraise 1 {how}")
    office.presses(STAFF, office.last(STAFF), "确认")
    return office


def poll(office: Office) -> Poll:
    with office.unit() as uow:
        return uow.polls.of_project(1)[-1]


def counts(office: Office) -> tuple[int, ...]:
    with office.unit() as uow:
        return uow.polls.count(1).counts


def imported(office: Office, deputies: dict[str, int], *, replacing: bool = False) -> None:
    """A roster file with these deputies and their accounts; the staff stay."""
    rows = [f"deputy,{name},A,阳光联络站,{account}" for name, account in deputies.items()]
    file = "\n".join(["role,name,station,station_name,telegram_id", f"staff,王五,A,阳光联络站,{STAFF}", *rows])
    with office.unit() as uow:
        plan = roster_import.plan(uow, roster_files.read_content(file.encode()), replacing=replacing)
        roster_import.apply(uow, office.desk, plan)


def verdict(office: Office) -> Rating | None:
    with office.unit() as uow:
        project = uow.projects.get(1)
    assert project is not None
    return project.verdict


def ballot(office: Office, who: int) -> Sent:
    return office.last(who, containing="请您评一评")


def results(office: Office, chat: int) -> list[Sent]:
    return [sent for sent in office.chats[chat] if sent.outgoing.kind is Send.PHOTO]


# --- opened -----------------------------------------------------------------------------------------------------------


def test_the_whole_is_shown_before_it_goes_out(office: Office) -> None:
    """Who judges, the rule with its sign and base, how long; nothing happens before 确认."""
    office.writes(STAFF, "/appraise 1 deputies zhenhai 7d")
    for words in ("2 位代表", "镇海办法", "≥", "全体", "7 天"):
        assert words in office.told(STAFF)
    with office.unit() as uow:
        assert not [each for each in uow.polls.of_project(1) if each.state is not PollState.DRAFT]
    assert not any("请您评一评" in sent.text for sent in office.chats[DEPUTY])


def test_typed_alone_it_asks_with_buttons(office: Office) -> None:
    """Project, judges, rule, time; where residents judge, no rule by all members is offered."""
    office.writes(STAFF, "/appraise")
    office.presses(STAFF, office.last(STAFF), "老楼加装电梯")
    office.presses(STAFF, office.last(STAFF), "居民")
    assert not any("全体" in label for label in office.last(STAFF).buttons)
    office.presses(STAFF, office.last(STAFF), "参加人数")
    office.presses(STAFF, office.last(STAFF), "3 天")
    office.presses(STAFF, office.last(STAFF), "确认")
    assert poll(office).open
    assert any(sent.outgoing.kind is Send.POLL for sent in office.chats[GROUP])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/appraise 1 everybody zhenhai 7d", "看不出请谁来评"),
        ("/appraise 1 residents zhenhai 7d", "不是这里能用的评定办法"),
        ("/appraise 1 deputies zhenhai soon", "看不出评多久"),
        ("/appraise 1 deputies zhenhai 1m", "时间太短"),
        ("/appraise 1 deputies zhenhai 90d", "时间太长"),
        ("/appraise 7 deputies zhenhai 7d", "没有找到 7 号项目"),
    ],
)
def test_bad_input_is_a_sentence(office: Office, line: str, says: str) -> None:
    """Nothing is opened."""
    office.writes(STAFF, line)
    assert says in office.told(STAFF)
    with office.unit() as uow:
        assert uow.polls.of_project(1) == []


def test_one_at_a_time(office: Office) -> None:
    """A second one is refused while the first runs."""
    opened(office)
    office.writes(STAFF, "/appraise 1 deputies zhenhai 7d")
    assert "正在测评" in office.told(STAFF)


# --- judged -----------------------------------------------------------------------------------------------------------


def test_a_deputy_judges_with_one_press_and_may_change_it(office: Office) -> None:
    """The last one counts; how it was judged is seen nowhere before the end."""
    opened(office)
    office.presses(DEPUTY, ballot(office, DEPUTY), "不满意")
    assert "您评的是：不满意" in ballot(office, DEPUTY).text.replace("<b>", "").replace("</b>", "")
    office.presses_data(DEPUTY, f"judge:{poll(office).number}:1", ballot(office, DEPUTY))
    office.ticks(timedelta(seconds=10))
    shown = office.last(STAFF, containing="正在测评").text
    assert "已评 1/2" in shown
    assert "▇" not in shown
    with office.unit() as uow:
        person = uow.people.find(DEPUTY)
        assert person is not None
        answer = uow.polls.answer_of(poll(office).number, person.id)
    assert answer is not None
    assert answer.options == (1,)


def test_nobody_else_judges(office: Office) -> None:
    """Neither a constituent nor staff, nor anybody after the end, nor by a forged button."""
    opened(office)
    number = poll(office).number
    for who in (ALICE, STAFF):
        office.presses_data(who, f"judge:{number}:0")
        assert "没有" in office.toasts[-1]
    for data in (f"judge:{number}:9", f"judge:{number}:0:now", "judge:x:0", f"judge:{number}"):
        office.presses_data(DEPUTY, data, ballot(office, DEPUTY))
    with office.unit() as uow:
        assert uow.polls.answers(number) == []
    office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.ticks(8 * DAY)
    office.presses_data(OTHER_DEPUTY, f"judge:{number}:0")
    assert "测评已经结束" in office.toasts[-1]


def test_a_secret_one_is_a_ballot_with_its_receipt(office: Office) -> None:
    """Who has judged is known, what they said is not; the open buttons are of no use for it."""
    opened(office, "secret zhenhai 7d")
    number = poll(office).number
    for who in (DEPUTY, OTHER_DEPUTY):
        office.writes(who, f"/start ballot_{number}")
        office.presses(who, office.last(who), "2")
        with office.unit() as uow:
            assert who != DEPUTY or uow.urns.turnout(number) == 0
        office.presses(who, office.last(who), "确认")
        office.presses_data(who, f"judge:{number}:0")
    with office.unit() as uow:
        assert [ballot["options"] for ballot in uow.urns.ballots(number).values()] == [[1], [1]]
        assert uow.polls.answers(number) == []
    office.ticks(8 * DAY)
    assert verdict(office) is Rating.FAIR


def test_those_who_have_not_judged_are_reminded_once_by_day(office: Office) -> None:
    """A day before the end; not those who have."""
    opened(office)
    office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.ticks(6 * DAY + timedelta(hours=1))
    office.ticks(timedelta(hours=1))
    assert sum("还没收到您对" in sent.text for sent in office.chats[OTHER_DEPUTY]) == 1
    assert not any("还没收到您对" in sent.text for sent in office.chats[DEPUTY])
    assert not any("快结束" in sent.text for sent in office.chats[OTHER_DEPUTY]), "one reminder, not two"


def test_residents_judge_in_the_groups_and_deputies_beside_them(office: Office) -> None:
    """Everybody counts once, wherever they said it."""
    opened(office, "both residents 3d")
    native = next(sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL)
    office.votes(ALICE, native, 0)
    office.votes(BOB, native, 2)
    office.votes(DEPUTY, native, 2)
    office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.ticks(4 * DAY)
    result = poll(office).result
    assert result is not None
    assert (result["voters"], result["counts"]) == (3, [1, 0, 1, 1])


def test_a_group_and_a_deputy_read_it_in_their_own_language(office: Office) -> None:
    """Question and levels are our words; the record keeps those of the office."""
    office.writes(STAFF, "/language en", group=GROUP)
    opened(office, "residents residents 3d")
    native = next(sent.outgoing.poll for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL)
    assert native is not None
    assert native.options == ("Satisfied", "Fair", "Dissatisfied", "Abstain")
    assert native.question.endswith("Are you satisfied?")
    assert poll(office).options == ("满意", "基本满意", "不满意", "弃权")
    office.ticks(2 * DAY + timedelta(hours=8))
    assert "Are you satisfied" in office.last(GROUP, containing="ends").text


def test_a_deputys_secret_ballot_is_in_their_language(office: Office) -> None:
    """The offer in private, the list, and each page of the ballot."""
    office.writes(DEPUTY, "/language en")
    opened(office, "secret zhenhai 7d")
    offered = office.last(DEPUTY, containing="Are you satisfied")
    office.presses(DEPUTY, offered, "Vote")
    assert any("Dissatisfied" in label for label in office.last(DEPUTY).buttons)
    office.writes(DEPUTY, "/ballot")
    assert "Are you satisfied" in office.told(DEPUTY)


def reminders(office: Office, who: int) -> int:
    return sum("还没收到您对" in sent.text or "快结束" in sent.text for sent in office.chats[who])


def test_who_may_judge_in_both_ways_is_reminded_once(office: Office) -> None:
    """A deputy of the station, who could vote in the group too, gets the buttons; a resident the other reminder."""
    with office.unit() as uow:
        (station,) = uow.stations.all()
        for who in (ALICE, DEPUTY, OTHER_DEPUTY):
            person = uow.people.find(who)
            assert person is not None
            uow.people.set_station(person.id, station.id)
    opened(office, "both residents 7d")
    office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.ticks(6 * DAY + timedelta(hours=1))
    office.ticks(timedelta(hours=1))
    assert [reminders(office, who) for who in (ALICE, DEPUTY, OTHER_DEPUTY)] == [1, 0, 1]
    assert "还没收到您对" in office.told(OTHER_DEPUTY)


def test_those_who_have_not_judged_in_secret_are_reminded_once(office: Office) -> None:
    """With the way to the ballot; whoever has judged is left alone."""
    opened(office, "secret zhenhai 7d")
    number = poll(office).number
    office.writes(DEPUTY, f"/start ballot_{number}")
    office.presses(DEPUTY, office.last(DEPUTY), "2")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.ticks(6 * DAY + timedelta(hours=1))
    office.ticks(timedelta(hours=1))
    assert [reminders(office, who) for who in (DEPUTY, OTHER_DEPUTY)] == [0, 1]
    assert any(f"ballot:{number}" in data for data in office.last(OTHER_DEPUTY).buttons.values())


# --- the card ---------------------------------------------------------------------------------------------------------


def card(office: Office) -> Sent:
    return office.last(STAFF, containing="（P")


@pytest.mark.parametrize("how", ["deputies zhenhai 7d", "both residents 7d", "secret zhenhai 7d"])
def test_the_card_renews_itself_while_votes_come_in(office: Office, how: str) -> None:
    """In whichever way it was judged; the turnout, and no level. At the end it is the result."""
    opened(office, how)
    number = poll(office).number
    shown = card(office)
    if "secret" in how:
        office.writes(DEPUTY, f"/start ballot_{number}")
        office.presses(DEPUTY, office.last(DEPUTY), "2")
        office.presses(DEPUTY, office.last(DEPUTY), "确认")
    else:
        office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.ticks(timedelta(seconds=10))
    assert "已评 1" in shown.text
    if "both" in how:
        native = next(sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL)
        office.votes(ALICE, native, 0)
        office.ticks(timedelta(seconds=10))
        assert "已评 2" in shown.text
    assert "▇" not in shown.text
    office.ticks(8 * DAY)
    assert "结论：" in shown.text
    assert not shown.buttons


def test_an_appraisal_by_mistake_is_cancelled(office: Office) -> None:
    """It asks once; nothing is counted or told, its ballots say so, and another one can be opened."""
    opened(office, "both residents 7d")
    office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.presses(STAFF, card(office), "撤销测评")
    assert poll(office).open
    office.presses(STAFF, office.last(STAFF), "确认")
    assert poll(office).state is PollState.CANCELLED
    assert "已撤销" in card(office).text
    office.presses_data(OTHER_DEPUTY, f"judge:{poll(office).number}:0")
    assert "已经撤销" in office.toasts[-1]
    office.ticks(8 * DAY)
    assert verdict(office) is None
    assert results(office, GROUP) == []
    opened(office)
    assert poll(office).open


# --- the end ----------------------------------------------------------------------------------------------------------


def test_at_its_end_everybody_is_told_at_once_with_the_rule(office: Office) -> None:
    """Groups, those who stand behind it, whoever opened it; the story keeps it."""
    opened(office)
    for who in (DEPUTY, OTHER_DEPUTY):
        office.presses(who, ballot(office, who), "弃权" if who == OTHER_DEPUTY else "满意")
    office.ticks(8 * DAY)
    assert verdict(office) is Rating.SATISFIED
    for chat in (GROUP, ALICE, BOB, STAFF, DEPUTY, OTHER_DEPUTY):
        assert len(results(office, chat)) == 1
        for words in ("应评 2 人，参加 2 人", "镇海办法", "≥"):
            assert words in results(office, chat)[0].text
    assert "您提的或支持的 1 号项目" in results(office, ALICE)[0].text
    with office.unit() as uow:
        project = uow.projects.get(1)
        assert project is not None
        said = catalogue("zh", "Asia/Shanghai").plain(Text.lines(*works_views.lines(uow, office.desk, project)))
    assert "结论：<b>满意</b>" in said


def test_no_markup_is_drawn_in_the_chart(office: Office) -> None:
    """A picture shows a tag as it is written."""
    opened(office)
    office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.ticks(8 * DAY)
    sent = results(office, GROUP)[0].outgoing
    assert sent.content is not None
    for language in ("zh", "en"):
        drawing = charts.Drawing.of(charts.kept(sent.content.content), catalogue(language, "Asia/Shanghai"))
        assert not any("<" in line for line in [drawing.title, *drawing.below])


def test_staff_close_it_by_hand(office: Office) -> None:
    """It asks once; the verdict follows from what was judged until then."""
    opened(office, "deputies zhenhai_strict 7d")
    office.presses(DEPUTY, ballot(office, DEPUTY), "弃权")
    office.presses_data(DEPUTY, f"judge:{poll(office).number}:0", ballot(office, DEPUTY))
    office.presses(STAFF, office.last(STAFF, containing="正在测评"), "提前结束")
    assert poll(office).open
    office.presses(STAFF, office.last(STAFF), "确认")
    assert not poll(office).open
    assert verdict(office) is Rating.DISSATISFIED, "half of all is not more than half"


def test_where_nobody_judged_there_is_no_verdict(office: Office) -> None:
    """Only whoever opened it is told, and may open another one."""
    opened(office)
    office.ticks(8 * DAY)
    assert verdict(office) is None
    assert "没有人评" in office.told(STAFF)
    assert results(office, GROUP) == []
    opened(office)
    assert poll(office).open


# --- the worked examples of the field ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "members", "counts", "expected"),
    [
        ("zhenhai", 182, [152, 30, 0, 0], Rating.SATISFIED),
        ("zhenhai_strict", 182, [152, 30, 0, 0], Rating.SATISFIED),
        ("zhenhai", 193, [182, 10, 1, 0], Rating.SATISFIED),
        ("zhenhai", 29, [17, 11, 1, 0], Rating.SATISFIED),
        ("zhenhai_strict", 29, [17, 11, 1, 0], Rating.SATISFIED),
        ("zhenhai", 58, [17, 11, 1, 0], Rating.DISSATISFIED),
        ("zhenhai", 56, [17, 11, 1, 0], Rating.FAIR),
        ("zhenhai_strict", 56, [17, 11, 1, 0], Rating.DISSATISFIED),
        ("residents", 4, [2, 0, 1, 1], Rating.SATISFIED),
    ],
)
def test_worked_examples(office: Office, key: str, members: int, counts: list[int], expected: Rating) -> None:
    """From ballots in the database to the text that is told, in both languages."""
    with office.unit() as uow:
        (station,) = uow.stations.all()
        made = uow.polls.draft(
            kind=PollKind.APPRAISAL,
            question="满意吗？",
            options=["满意", "基本满意", "不满意", "弃权"],
            secret=True,
            sealed=True,
            eligible=Eligible.LISTED,
            person_id=None,
            chat_id=None,
            language="zh",
            minutes=60,
            rule=AppraisalRule.preset(key).to_json(),
            project=1,
        )

        assert made.kind is PollKind.APPRAISAL
        assert made.eligible is Eligible.LISTED
        entries = [
            uow.roster.save(
                Role.DEPUTY,
                f"代表{n}",
                telegram_id=None,
                username=None,
                language=None,
                station_ids=[station.id],
                specialties=[],
                now=office.now,
            ).id
            for n in range(members)
        ]
        uow.polls.enrol(made.number, [Elector(entry_id=entry) for entry in entries])
        voter = iter(entries)
        for level, n in enumerate(counts):
            for one in range(n):
                uow.urns.cast(made.number, next(voter), f"{level}-{one}", {"options": [level]})
        result = appraisal_results.counted(uow, made)
        project = uow.projects.get(1)
        assert project is not None
    assert (result["counts"], result["members"], result["verdict"]) == (counts, members, int(expected))
    for language in ("zh", "en"):
        said = catalogue(language, "Asia/Shanghai").plain(
            appraisal_results.text(appraisal_subjects.of_project(project), result)
        )
        assert all(str(n) in said for n in counts)


def test_who_had_themselves_forgotten_judges_once_all_the_same(office: Office) -> None:
    """What they said before counts, and is nobody's: a second judgement would be a second vote."""
    opened(office)
    asked = ballot(office, DEPUTY)
    office.presses_data(DEPUTY, asked.button("不满意"), asked)
    office.now += timedelta(minutes=1)
    office.writes(DEPUTY, "/forget")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.now += timedelta(minutes=1)
    office.presses_data(DEPUTY, asked.button("不满意"), asked)
    assert "/forget" in office.toasts[-1]
    office.presses_data(DEPUTY, "ballot:1:open")
    assert "/forget" in office.toasts[-1]
    with office.unit() as uow:
        assert uow.polls.count(1).counts == (0, 0, 1, 0)


@pytest.mark.parametrize("away", [False, True], ids=["moved", "off the roster meanwhile"])
@pytest.mark.parametrize("how", ["deputies zhenhai 7d", "both residents 7d"])
def test_who_had_themselves_forgotten_gives_no_second_voice_from_another_account(
    office: Office, how: str, away: bool
) -> None:
    """Their entry keeps that its voice was given, while what was said is nobody's: neither in private nor in a group
    does another account of theirs give a second, nor is it asked to.
    """
    opened(office, how)
    office.presses_data(DEPUTY, "judge:1:2")
    if away:
        imported(office, {"李四": OTHER_DEPUTY}, replacing=True)
    office.now += timedelta(minutes=1)
    office.writes(DEPUTY, "/forget")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    imported(office, {"张三": ANOTHER})
    office.writes(ANOTHER, "/start")
    office.presses_data(ANOTHER, "judge:1:0")
    assert "/forget" in office.toasts[-1]
    for native in (sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL):
        office.votes(ANOTHER, native, 0)
    assert counts(office) == (0, 0, 1, 0)
    office.ticks(6 * DAY + timedelta(hours=1))
    assert not any("还没收到您" in sent.text for sent in office.chats[ANOTHER])
    office.presses_data(OTHER_DEPUTY, "judge:1:0")
    assert counts(office) == (1, 0, 1, 0)


def test_a_voice_given_in_a_group_before_the_account_was_known_is_no_second_one(office: Office) -> None:
    """A deputy judges, has themselves forgotten, and votes in the group from an account nobody knows: once the roster
    says whose it is, one voice counts.
    """
    opened(office, "both residents 7d")
    office.presses_data(DEPUTY, "judge:1:2")
    office.writes(DEPUTY, "/forget")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    native = next(sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL)
    office.votes(ANOTHER, native, 0)
    assert counts(office) == (1, 0, 1, 0)
    imported(office, {"张三": ANOTHER})
    assert counts(office) == (0, 0, 1, 0)


def test_who_has_taken_a_judgement_back_before_they_were_forgotten_judges_from_another_account(office: Office) -> None:
    """Nothing of theirs counts, so it is their only voice."""
    opened(office, "both residents 7d")
    native = next(sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL)
    office.votes(DEPUTY, native, 0)
    office.votes(DEPUTY, native)
    office.writes(DEPUTY, "/forget")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    imported(office, {"张三": ANOTHER})
    office.writes(ANOTHER, "/start")
    office.presses_data(ANOTHER, "judge:1:0")
    assert counts(office) == (1, 0, 0, 0)


def test_who_is_about_to_be_forgotten_reads_what_becomes_of_their_votes(office: Office) -> None:
    """Only while something is being voted on that concerns them."""
    office.writes(DEPUTY, "/forget")
    assert "投票" not in office.told(DEPUTY)
    office.writes(DEPUTY, "/cancel")
    opened(office)
    office.writes(DEPUTY, "/forget")
    assert "不能再投" in office.told(DEPUTY)
    office.writes(ALICE, "/forget")
    assert "不能再投" not in office.told(ALICE)


def test_who_has_another_account_meanwhile_has_judged_once(office: Office) -> None:
    """The answer goes along with the deputy, who can change it from the new account: there is no second voter."""
    opened(office)
    asked = ballot(office, DEPUTY)
    office.presses_data(DEPUTY, asked.button("不满意"), asked)
    imported(office, {"张三": ANOTHER})
    assert counts(office) == (0, 0, 1, 0)
    office.writes(ANOTHER, "/start")
    office.presses_data(ANOTHER, "judge:1:0")
    office.presses_data(DEPUTY, "judge:1:2")
    assert counts(office) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        [{"张三": ANOTHER}, {"张三": DEPUTY}],
        [{"张三": OTHER_DEPUTY, "李四": DEPUTY}],
        [{"张三": OTHER_DEPUTY, "李四": ANOTHER}],
        [{"张三": ANOTHER, "李四": DEPUTY}],
    ],
    ids=["back again", "exchanged", "passed on", "passed on the other way"],
)
def test_no_judgement_is_lost_by_accounts_that_change(office: Office, changes: list[dict[str, int]]) -> None:
    """A slip in the roster is put right, or two accounts were exchanged: both have judged, and judge no second time."""
    opened(office)
    office.presses_data(DEPUTY, "judge:1:2")
    office.presses_data(OTHER_DEPUTY, "judge:1:0")
    for accounts in changes:
        imported(office, accounts)
        assert counts(office) == (1, 0, 1, 0)
    with office.unit() as uow:
        entries = {entry.name: entry.telegram_id for entry in uow.roster.deputies()}
    office.presses_data(entries["张三"] or 0, "judge:1:3")
    assert counts(office) == (1, 0, 0, 1)


@pytest.mark.parametrize("account", [ANOTHER, DEPUTY])
def test_who_was_off_the_roster_meanwhile_has_judged_once(office: Office, account: int) -> None:
    """Their judgement counts while they are away. Back again, it is theirs, from whichever account; once the poll is
    over nothing is kept of it.
    """
    opened(office)
    office.presses_data(DEPUTY, "judge:1:2")
    imported(office, {"李四": OTHER_DEPUTY}, replacing=True)
    assert counts(office) == (0, 0, 1, 0)
    imported(office, {"张三": account})
    office.writes(account, "/start")
    office.presses_data(account, "judge:1:0")
    assert counts(office) == (1, 0, 0, 0)
    imported(office, {"李四": OTHER_DEPUTY}, replacing=True)
    office.ticks(8 * DAY)
    imported(office, {"李四": OTHER_DEPUTY})
    with office.unit() as uow:
        assert uow.once.claimed_under("answered-with") == []


def test_whom_a_username_brings_back_has_judged_once(office: Office) -> None:
    """The roster knows a deputy's new account by its username alone: once it writes, their judgement is its own."""
    opened(office)
    office.presses_data(DEPUTY, "judge:1:2")
    file = "role,name,station,station_name,telegram_id,username\ndeputy,张三,A,阳光联络站,,zhangsan_new"
    with office.unit() as uow:
        roster_import.apply(uow, office.desk, roster_import.plan(uow, roster_files.read_content(file.encode())))
    assert counts(office) == (0, 0, 1, 0)
    with office.unit() as uow:
        people.identify(uow, office.desk, Sender(ANOTHER, "zhangsan_new", "zh"))
    assert counts(office) == (0, 0, 1, 0)
    office.presses_data(ANOTHER, "judge:1:0")
    assert counts(office) == (1, 0, 0, 0)


def test_who_could_not_judge_any_more_is_not_reminded(office: Office) -> None:
    """They had themselves forgotten meanwhile: what they may have said counts, and they would be refused."""
    opened(office)
    office.now += timedelta(minutes=1)
    office.writes(DEPUTY, "/forget")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.now += timedelta(minutes=1)
    office.writes(DEPUTY, "/start")
    office.ticks(6 * DAY + timedelta(hours=1))
    assert not any("还没收到您" in sent.text for sent in office.chats[DEPUTY])
    assert any("还没收到您" in sent.text for sent in office.chats[OTHER_DEPUTY])


def test_numbers_are_masked_on_a_deputys_ballot(office: Office) -> None:
    """In the name of the unit, and in what was aimed at, as in the public story."""
    with office.unit() as uow:
        uow.projects.update(1, now=office.now, unit="区住建局13812345678", target="三部，找13912345678")
    opened(office)
    asked = ballot(office, DEPUTY).text
    assert "区住建局138******78" in asked
    assert "12345678" not in asked


@pytest.mark.parametrize(("takes_back", "offered"), [(False, True), (True, False)])
def test_who_took_their_judgement_back_took_no_part(office: Office, takes_back: bool, offered: bool) -> None:
    """Neither in the figures nor in what is offered to the duty log."""
    opened(office)
    office.presses_data(DEPUTY, "judge:1:0")
    office.presses_data(OTHER_DEPUTY, "judge:1:0")
    if takes_back:
        office.presses_data(DEPUTY, "ballot:1:cast:0:0")
    office.ticks(7 * DAY)
    office.ticks(timedelta(minutes=1))
    assert any("记进履职" in sent.text for sent in office.chats[DEPUTY]) is offered
    with office.unit() as uow:
        assert uow.polls.count(1).voters == 1 + offered
