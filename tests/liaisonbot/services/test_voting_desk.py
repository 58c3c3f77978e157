"""From candidates to chosen projects: the residents' poll with its stars, the deputies' vote, its rounds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from liaisonbot.model import Group
from liaisonbot.outgoing import Send
from liaisonbot.polls import Poll, PollKind, PollState
from liaisonbot.projects import Phase, Project, ProjectEvent, ProjectState
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office, Sent

RIVER = -200
LAMP, BENCH, MARKET, LIFT = "加装路灯", "修长椅", "改造菜场", "加装电梯"
TITLES = (LAMP, BENCH, MARKET, LIFT)


def a_cycle(office: Office, phase: Phase, *titles: str, places: int = 2, stations: Collection[int] = (1,)) -> int:
    """A cycle in that phase, with candidates of these titles."""
    with office.unit() as uow:
        cycle = uow.cycles.add(
            year=2027,
            level="城东街道",
            station_ids=stations,
            places=places,
            dates={},
            person_id=None,
            now=office.now,
        )
        uow.cycles.update(cycle.id, phase=phase)
        for title in titles:
            project = uow.projects.propose(
                title=title,
                text=title,
                station_id=1,
                category="municipal_facilities",
                person_id=None,
                by=Role.STAFF,
                cycle_id=cycle.id,
                now=office.now,
            )
            uow.projects.update(project.number, now=office.now, state=ProjectState.CANDIDATE)
        return cycle.id


def deputies(office: Office, n: int) -> list[int]:
    """So many more deputies with an account; the roster numbers of all of them."""
    for number in range(n):
        office.roster(Role.DEPUTY, f"代表{number}", 300 + number, 1)
    with office.unit() as uow:
        return [entry.id for entry in uow.roster.deputies(1)]


def projects(office: Office) -> dict[str, Project]:
    with office.unit() as uow:
        return {project.title: project for project in uow.projects.find(limit=100)}


def states(office: Office) -> dict[str, ProjectState]:
    return {title: project.state for title, project in projects(office).items()}


def poll(office: Office, number: int) -> Poll:
    with office.unit() as uow:
        found = uow.polls.get(number)
    assert found is not None
    return found


def cast(office: Office, number: int, approved: Collection[int], *, voter: int, against: Collection[int] = ()) -> None:
    """A ballot goes in."""
    with office.unit() as uow:
        ballot = {"options": sorted(approved), "against": sorted(against)}
        assert uow.urns.cast(number, voter, f"{number}R{voter:04}", ballot)


def card(office: Office, who: int = STAFF) -> Sent:
    return office.last(who, containing="票决 P")


def opened(office: Office, line: str = "/vote 24h") -> Poll:
    """A deputies' vote that was drafted and confirmed."""
    office.writes(STAFF, line)
    office.presses(STAFF, office.last(STAFF, containing="草稿"), "确认")
    with office.unit() as uow:
        return uow.polls.in_state(PollState.OPEN)[0]


def story(office: Office, title: str) -> list[Any]:
    number = projects(office)[title].number
    with office.unit() as uow:
        return uow.projects.story(number, public_only=True)


# --- the residents' poll ----------------------------------------------------------------------------------------------


def test_residents_are_asked_in_the_groups_and_the_stars_stand_beside_the_projects(office: Office) -> None:
    """Several choices; the rule is printed with the turnout; the stories keep votes and stars."""
    a_cycle(office, Phase.OPINIONS, *TITLES)
    office.writes(STAFF, "/vote")
    office.presses(STAFF, office.last(STAFF, containing="意见征集"), "居民投票")
    draft = office.last(STAFF, containing="民意指数")
    assert "2027 年城东街道民生实事项目" in draft.text
    office.presses(STAFF, draft, "确认")
    posted = next(sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL)
    assert posted.outgoing.poll is not None
    assert posted.outgoing.poll.options == TITLES
    assert posted.outgoing.poll.multiple
    for voter, options in ((ALICE, (0, 1)), (BOB, (0, 3)), (103, (0,)), (104, (1,))):
        office.votes(voter, posted, *options)
    office.ticks(timedelta(days=7))

    told = next(sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.PHOTO)
    assert "加装路灯 ★★★★★：3 票（75%）" in told.text
    assert "4 人参加" in told.text
    assert "民意指数：按名次" in told.text
    found = projects(office)
    assert [(found[title].stars, found[title].support) for title in TITLES] == [(5, 3), (4, 2), (2, 0), (3, 1)]
    (entry,) = story(office, LAMP)
    assert entry.event is ProjectEvent.INDEXED
    assert entry.details == {"poll": 1, "stars": 5, "votes": 3, "voters": 4, "index": "rank"}


def test_the_rule_for_the_stars_is_chosen_by_staff_and_kept_with_the_poll(office: Office) -> None:
    """By share: one star for each fifth of the voters."""
    a_cycle(office, Phase.OPINIONS, LAMP, BENCH)
    office.writes(STAFF, "/vote")
    office.presses(STAFF, office.last(STAFF, containing="意见征集"), "居民投票")
    draft = office.last(STAFF, containing="民意指数")
    office.presses(STAFF, draft, "星级算法")
    assert "按得票率" in draft.text
    office.presses(STAFF, draft, "确认")
    posted = next(sent for sent in office.chats[GROUP] if sent.outgoing.kind is Send.POLL)
    for voter in (ALICE, BOB):
        office.votes(voter, posted, 0)
    office.votes(103, posted, 1)
    office.writes(STAFF, "/closepoll 1")
    assert [projects(office)[title].stars for title in (LAMP, BENCH)] == [4, 2]


def test_thirteen_candidates_are_a_ballot_in_the_private_chat(office: Office) -> None:
    """Telegram's own polls take twelve options."""
    a_cycle(office, Phase.OPINIONS, *(f"项目{n}" for n in range(13)))
    office.writes(STAFF, "/vote")
    office.presses(STAFF, office.last(STAFF, containing="意见征集"), "居民投票")
    assert poll(office, 1).kind is PollKind.BALLOT
    assert poll(office, 1).subjects == tuple(range(1, 14))


def test_nobody_voted_and_no_stars_are_given(office: Office) -> None:
    """And nothing is written into the stories."""
    a_cycle(office, Phase.OPINIONS, LAMP, BENCH)
    office.writes(STAFF, "/vote")
    office.presses(STAFF, office.last(STAFF, containing="意见征集"), "居民投票")
    office.presses(STAFF, office.last(STAFF, containing="民意指数"), "确认")
    office.writes(STAFF, "/closepoll 1")
    assert projects(office)[LAMP].stars is None
    assert story(office, LAMP) == []


def test_a_poll_of_two_stations_goes_to_the_groups_of_both(office: Office) -> None:
    """Held by an owner, since a member of staff of one of them has no say in the other."""
    with office.unit() as uow:
        other = uow.stations.save("B", "河边联络站", "城西").id
        uow.groups.save(Group(RIVER, "河边群", "supergroup", other, None, present=True))
    a_cycle(office, Phase.OPINIONS, LAMP, BENCH, stations=(1, other))
    office.writes(STAFF, "/vote")
    assert "没有进行中的实事项目" in office.told(STAFF)
    office.writes(OWNER, "/vote")
    office.presses(OWNER, office.last(OWNER, containing="意见征集"), "居民投票")
    office.presses(OWNER, office.last(OWNER, containing="民意指数"), "确认")
    for group in (GROUP, RIVER):
        assert any(sent.outgoing.kind is Send.POLL for sent in office.chats[group])


# --- the deputies' vote -----------------------------------------------------------------------------------------------


def test_the_draft_names_candidates_rule_and_deputies(office: Office) -> None:
    """Also those who cannot vote, since the roster knows no account of theirs."""
    a_cycle(office, Phase.VOTE, *TITLES)
    office.roster(Role.DEPUTY, "赵六", None, 1)
    office.writes(STAFF, "/vote")
    office.presses(STAFF, office.last(STAFF, containing="审议票决"), "准备代表票决")
    draft = card(office)
    assert "4 个候选项目，2 个名额" in draft.text
    assert "1. 加装路灯" in draft.text
    assert "过全体代表半数" in draft.text
    assert "投票代表 2 位：" in draft.text
    assert "1 位代表还没有账号" in draft.text
    assert "赵六" in draft.text
    office.presses(STAFF, draft, "换计票规则")
    office.presses(STAFF, draft, "过到会代表半数")
    assert "过到会代表半数" in draft.text
    office.presses(STAFF, draft, "➕ 名额")
    assert "3 个名额" in draft.text
    office.presses(STAFF, draft, "确认")
    assert "正在进行" in draft.text
    assert "已投 0 位，共 2 位" in draft.text
    assert "另有 1 位代表" in draft.text
    with office.unit() as uow:
        opened = uow.polls.get(1)
        assert opened is not None
        assert opened.sealed
        assert opened.secret
        assert len(uow.polls.electors(1)) == 2


def test_a_line_says_it_all_and_is_confirmed_all_the_same(office: Office) -> None:
    """Rule, places and how long, in any order."""
    a_cycle(office, Phase.VOTE, *TITLES)
    office.writes(STAFF, "/vote 2027 取3项 half_of_present 36h")
    draft = poll(office, 1)
    assert draft.state is PollState.DRAFT
    assert draft.minutes == 36 * 60
    assert draft.rule is not None
    assert (draft.rule["key"], draft.rule["places"]) == ("half_of_present", 3)
    office.writes(STAFF, "/vote 随便")
    assert "没看懂" in office.told(STAFF)


@pytest.mark.parametrize("who", [ALICE, DEPUTY])
def test_who_does_not_hold_votes_gets_none(office: Office, who: int) -> None:
    """A forged button is answered like one of a vote that is not there."""
    a_cycle(office, Phase.VOTE, *TITLES)
    office.writes(who, "/vote 24h")
    assert not office.chats[who] or "草稿" not in office.told(who)
    vote = opened(office)
    office.presses_data(who, f"vote:{vote.number}:close-now")
    office.presses_data(who, "votes:1:vote")
    assert poll(office, vote.number).open


def test_who_was_chosen_and_who_was_not(office: Office) -> None:
    """By more than half of all deputies, then by votes; the numbers stand in the stories."""
    a_cycle(office, Phase.VOTE, *TITLES)
    everybody = deputies(office, 3)
    vote = opened(office)
    for voter in everybody[:3]:
        cast(office, vote.number, [0, 2], voter=voter, against=[1])
    cast(office, vote.number, [0], voter=everybody[3])
    office.ticks(timedelta(hours=24))

    assert states(office) == {
        LAMP: ProjectState.CHOSEN,
        BENCH: ProjectState.NOT_CHOSEN,
        MARKET: ProjectState.CHOSEN,
        LIFT: ProjectState.NOT_CHOSEN,
    }
    (entry,) = story(office, LAMP)
    assert entry.event is ProjectEvent.ELECTED
    assert entry.details == {
        "poll": vote.number,
        "round": 1,
        "approved": 4,
        "against": 0,
        "abstained": 0,
        "electors": 5,
        "present": 4,
        "valid": 4,
        "needed": 3,
    }
    assert "可以起草公告" in office.last(STAFF, containing="下一步").text


def test_nothing_is_to_be_seen_before_the_close(office: Office) -> None:
    """Neither on the card nor in the lists, whoever asks."""
    a_cycle(office, Phase.VOTE, *TITLES)
    everybody = deputies(office, 2)
    vote = opened(office)
    for voter in everybody[:3]:
        cast(office, vote.number, [0], voter=voter)
    before = len(office.all_texts())
    office.writes(STAFF, "/vote")
    office.presses(STAFF, office.last(STAFF, containing="审议票决"), f"P{vote.number}")
    shown = [sent.text for sent in office.chats[STAFF]][-2:]
    assert before < len(office.all_texts())
    assert all("已投 3 位" in text for text in shown)
    assert not any("▰" in text or "赞成 3" in text or "3 票" in text for text in shown)
    assert story(office, LAMP) == []


def test_spoiled_ballots_count_as_present_and_for_nobody(office: Office) -> None:
    """More approvals than places spoil a ballot."""
    a_cycle(office, Phase.VOTE, *TITLES)
    everybody = deputies(office, 1)
    vote = opened(office)
    cast(office, vote.number, [0, 1, 2], voter=everybody[0])
    cast(office, vote.number, [0], voter=everybody[1])
    cast(office, vote.number, [0], voter=everybody[2])
    office.ticks(timedelta(hours=24))
    assert states(office)[LAMP] is ProjectState.CHOSEN
    assert "废票 1 张" in office.last(STAFF, containing="票决结果").text


def test_without_its_quorum_nothing_is_decided_and_it_is_held_again_with_one_button(office: Office) -> None:
    """The projects stay candidates; the second time it counts."""
    a_cycle(office, Phase.VOTE, *TITLES)
    everybody = deputies(office, 4)
    vote = opened(office)
    cast(office, vote.number, [0, 1], voter=everybody[0])
    office.ticks(timedelta(hours=24))
    assert set(states(office).values()) == {ProjectState.CANDIDATE}
    told = office.last(STAFF, containing="下一步")
    assert "没有产生结果" in told.text
    office.presses(STAFF, told, "重新票决")
    again = poll(office, vote.number + 1)
    assert again.open
    assert again.subjects == vote.subjects
    assert again.round_of is None
    for voter in everybody:
        cast(office, again.number, [0, 1], voter=voter)
    office.ticks(timedelta(hours=24))
    assert states(office)[LAMP] is ProjectState.CHOSEN
    office.presses_data(STAFF, f"vote:{vote.number}:again")
    assert poll(office, again.number).state is PollState.CLOSED
    with office.unit() as uow:
        assert uow.polls.in_state(PollState.OPEN) == []


def tie(office: Office, *, voters: int = 4) -> Poll:
    """Three deputies out of four for the lamp, and for two others as many as for each other."""
    a_cycle(office, Phase.VOTE, *TITLES)
    everybody = deputies(office, voters - 2)
    office.writes(STAFF, "/vote most_approvals 24h")
    office.presses(STAFF, office.last(STAFF, containing="草稿"), "确认")
    with office.unit() as uow:
        vote = uow.polls.in_state(PollState.OPEN)[0]
    cast(office, vote.number, [0, 1], voter=everybody[0])
    cast(office, vote.number, [0, 1], voter=everybody[1])
    cast(office, vote.number, [0, 2], voter=everybody[2])
    cast(office, vote.number, [2], voter=everybody[3])
    office.ticks(timedelta(hours=24))
    return poll(office, vote.number)


def test_two_tied(office: Office) -> None:
    """The lamp is chosen at once; bench and market wait for the second round, which one of them wins."""
    first = tie(office)
    assert states(office) == {
        LAMP: ProjectState.CHOSEN,
        BENCH: ProjectState.CANDIDATE,
        MARKET: ProjectState.CANDIDATE,
        LIFT: ProjectState.NOT_CHOSEN,
    }
    told = office.last(STAFF, containing="下一步")
    assert "剩 1 个名额" in told.text
    office.presses(STAFF, told, "下一轮")
    second = poll(office, first.number + 1)
    assert second.open
    assert second.round_of == first.number
    assert second.options == (BENCH, MARKET)
    assert second.rule is not None
    assert second.rule["places"] == 1
    assert "第 2 轮" in card(office).text
    with office.unit() as uow:
        voters = [elector.entry_id for elector in uow.polls.electors(second.number)]
    for voter in voters[:3]:
        assert voter is not None
        cast(office, second.number, [1], voter=voter)
    office.ticks(timedelta(hours=24))
    assert states(office)[MARKET] is ProjectState.CHOSEN
    assert states(office)[BENCH] is ProjectState.NOT_CHOSEN
    told = office.last(STAFF, containing="下一步")
    assert "2 轮合计选出 2 项" in told.text
    assert LAMP in told.text
    assert MARKET in told.text
    assert story(office, MARKET)[-1].details["round"] == 2


def test_tied_again_and_a_third_round(office: Office) -> None:
    """Repeatable until it is decided; one of the rounds can miss its quorum and is held again as that round."""
    first = tie(office)
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "下一轮")
    second = poll(office, first.number + 1)
    with office.unit() as uow:
        voters = [elector.entry_id or 0 for elector in uow.polls.electors(second.number)]
    cast(office, second.number, [0], voter=voters[0])
    cast(office, second.number, [1], voter=voters[1])
    office.ticks(timedelta(hours=24))
    assert states(office)[BENCH] is states(office)[MARKET] is ProjectState.CANDIDATE
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "下一轮")
    third = poll(office, second.number + 1)
    assert third.round_of == second.number
    cast(office, third.number, [0], voter=voters[0])
    office.ticks(timedelta(hours=24))
    assert states(office)[BENCH] is ProjectState.CHOSEN
    assert "3 轮合计选出 2 项" in office.last(STAFF, containing="下一步").text


def test_what_the_guard_holds_since_waits_with_its_further_round(office: Office) -> None:
    """Who tied may get another title meanwhile; nobody votes on what nobody may read."""
    tie(office)
    with office.unit() as uow:
        uow.projects.update(projects(office)[BENCH].number, now=office.now, guard="accusation")
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "下一轮")
    assert "暂不公开" in office.toasts[-1]
    with office.unit() as uow:
        assert uow.polls.in_state(PollState.OPEN) == []


def test_three_tied_for_two_places(office: Office) -> None:
    """All three go into the second round, for both places."""
    a_cycle(office, Phase.VOTE, LAMP, BENCH, MARKET)
    everybody = deputies(office, 1)
    office.writes(STAFF, "/vote most_approvals 24h")
    office.presses(STAFF, office.last(STAFF, containing="草稿"), "确认")
    for place, voter in enumerate(everybody):
        cast(office, 1, [place], voter=voter)
    office.ticks(timedelta(hours=24))
    assert set(states(office).values()) == {ProjectState.CANDIDATE}
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "下一轮")
    second = poll(office, 2)
    assert len(second.subjects) == 3
    assert second.rule is not None
    assert second.rule["places"] == 2


def test_too_few_candidates_need_a_reason_that_is_printed(office: Office) -> None:
    """Nothing is opened before it is given; it stands on the card and with the result."""
    a_cycle(office, Phase.VOTE, LAMP, BENCH)
    office.writes(STAFF, "/vote 24h")
    draft = card(office)
    assert "不是差额票决" in draft.text
    office.presses(STAFF, draft, "确认")
    assert poll(office, 1).state is PollState.DRAFT
    assert "写明理由" in office.told(STAFF)
    office.writes(STAFF, "今年只有两个项目通过筛选")
    draft = card(office)
    assert "没有差额的理由：今年只有两个项目通过筛选" in draft.text
    office.presses(STAFF, draft, "确认")
    assert poll(office, 1).open
    with office.unit() as uow:
        voters = [elector.entry_id or 0 for elector in uow.polls.electors(1)]
    for voter in voters:
        cast(office, 1, [0, 1], voter=voter)
    office.ticks(timedelta(hours=24))
    assert "没有差额的理由：今年只有两个项目通过筛选" in office.last(DEPUTY, containing="票决结果").text
    assert states(office) == {LAMP: ProjectState.CHOSEN, BENCH: ProjectState.CHOSEN}


def test_a_deputy_who_leaves_the_roster_meanwhile_is_counted_all_the_same(office: Office) -> None:
    """The list is made at the opening: of a secret vote nobody knows whose ballot would have to be taken out."""
    a_cycle(office, Phase.VOTE, *TITLES)
    everybody = deputies(office, 1)
    vote = opened(office)
    with office.unit() as uow:
        uow.roster.retire(everybody[0], office.now)
    for voter in everybody[1:]:
        cast(office, vote.number, [0], voter=voter)
    office.ticks(timedelta(hours=24))
    result = poll(office, vote.number).result
    assert result is not None
    assert (result["electors"], result["present"]) == (3, 2)
    assert states(office)[LAMP] is ProjectState.CHOSEN


def test_a_deputy_on_leave_votes_like_the_others(office: Office) -> None:
    """Leave hands over cases, not votes."""
    a_cycle(office, Phase.VOTE, *TITLES)
    with office.unit() as uow:
        entry = uow.roster.deputies(1)[0]
        uow.leaves.add(entry.id, office.now.date(), office.now.date() + timedelta(days=9), None, office.now)
    vote = opened(office)
    with office.unit() as uow:
        assert uow.polls.is_elector(vote.number, entry_id=entry.id)


def test_nobody_could_vote(office: Office) -> None:
    """Then nothing is opened."""
    a_cycle(office, Phase.VOTE, *TITLES)
    with office.unit() as uow:
        for entry in uow.roster.deputies(1):
            uow.roster.retire(entry.id, office.now)
    office.writes(STAFF, "/vote 24h")
    office.presses(STAFF, card(office), "确认")
    assert "没有人能投票" in "".join(office.toasts) + office.told(STAFF)
    assert poll(office, 1).state is PollState.DRAFT


def test_a_candidate_withdrawn_before_the_opening_renews_the_ballot(office: Office) -> None:
    """Staff look at it again before it goes out."""
    a_cycle(office, Phase.VOTE, *TITLES)
    office.writes(STAFF, "/vote 24h")
    with office.unit() as uow:
        uow.projects.update(4, now=office.now, state=ProjectState.WITHDRAWN)
    draft = card(office)
    office.presses(STAFF, draft, "确认")
    assert poll(office, 1).state is PollState.DRAFT
    assert LIFT not in draft.text
    office.presses(STAFF, draft, "确认")
    assert poll(office, 1).options == (LAMP, BENCH, MARKET)
    assert poll(office, 1).open


def test_a_title_changed_before_the_opening_renews_the_ballot(office: Office) -> None:
    """Nobody votes on a title that the project has no more."""
    a_cycle(office, Phase.VOTE, *TITLES)
    office.writes(STAFF, "/vote 24h")
    office.writes(STAFF, "/setproject 1 标题 西门加装路灯")
    office.presses(STAFF, office.last(STAFF, containing="草稿"), "确认")
    assert poll(office, 1).state is PollState.DRAFT
    assert poll(office, 1).options[0] == "西门加装路灯"
    office.presses(STAFF, card(office), "确认")
    assert poll(office, 1).open


def test_what_changed_among_the_candidates_renews_the_residents_poll(office: Office) -> None:
    """One was withdrawn, one has another title: the draft is looked at once more. So it is refused what a new draft
    would be: while such a poll goes on already.
    """
    a_cycle(office, Phase.OPINIONS, *TITLES)
    office.presses_data(STAFF, "votes:1:opinions")
    draft = office.last(STAFF, containing="民意指数")
    office.writes(STAFF, "/setproject 1 标题 西门加装路灯")
    office.presses_data(STAFF, "project:2:withdraw-now")
    office.presses(STAFF, draft, "确认")
    assert "有变化" in office.toasts[-1]
    assert (poll(office, 1).options, poll(office, 1).subjects) == (("西门加装路灯", MARKET, LIFT), (1, 3, 4))
    assert not any(sent.outgoing.kind is Send.POLL for sent in office.chats[GROUP])
    office.presses_data(OWNER, "votes:1:opinions")
    office.presses(STAFF, draft, "确认")
    office.presses(OWNER, office.last(OWNER, containing="民意指数"), "确认")
    assert "P1" in office.toasts[-1]
    assert poll(office, 2).state is PollState.DRAFT


@pytest.mark.parametrize("line", ["/setproject 1 标题 别的", "/setproject 1 内容 别的", "/setproject 1 预算 1亿元"])
def test_what_is_voted_on_stays_as_it_is_until_the_vote_is_over(office: Office, line: str) -> None:
    """Neither its proposer nor staff change it meanwhile; they are told until when."""
    a_cycle(office, Phase.VOTE, *TITLES)
    opened(office)
    before = projects(office)[LAMP]
    office.writes(STAFF, line)
    assert "正在投票（P1）" in office.told(STAFF)
    office.presses_data(STAFF, "project:1:title")
    assert "正在投票（P1）" in office.toasts[-1]
    assert projects(office)[LAMP] == before


def test_the_result_of_who_works_there_no_more_is_told_to_the_staff(office: Office) -> None:
    """With what comes next; whoever held the vote and has left reads nothing of it."""
    a_cycle(office, Phase.VOTE, *TITLES)
    opened(office)
    with office.unit() as uow:
        (entry,) = uow.roster.staff(1)
        uow.roster.retire(entry.id, office.now)
    office.roster(Role.STAFF, "赵六", 29, 1)
    said = len(office.chats[STAFF])
    office.ticks(timedelta(days=2))
    assert len(office.chats[STAFF]) == said
    assert any(sent.outgoing.kind is Send.PHOTO for sent in office.chats[29])
    office.presses(29, office.last(29), "重新票决")
    assert poll(office, 2).open


def test_the_result_goes_to_those_who_may_go_on_with_it(office: Office) -> None:
    """Of a cycle for two stations: staff of one of them alone could press none of its buttons. Where nobody has both,
    the owners hear of it.
    """
    with office.unit() as uow:
        second = uow.stations.save("B", "河边联络站", "城西").id
    a_cycle(office, Phase.VOTE, *TITLES, stations=(1, second))
    held_by = office.roster(Role.STAFF, "赵六", 29, 1, second)
    office.roster(Role.STAFF, "孙七", 28, second)
    office.writes(29, "/vote 24h")
    office.presses(29, office.last(29, containing="草稿"), "确认")
    said = len(office.chats[29])
    with office.unit() as uow:
        uow.roster.retire(held_by, office.now)
    office.ticks(timedelta(days=2))
    assert len(office.chats[29]) == said
    assert not office.chats[STAFF]
    assert not office.chats[28]
    office.presses(OWNER, office.last(OWNER), "重新票决")
    assert poll(office, 2).open


def test_closed_and_cancelled_by_staff_after_being_asked(office: Office) -> None:
    """Cancelled, nothing is counted and another can be prepared."""
    a_cycle(office, Phase.VOTE, *TITLES)
    vote = opened(office)
    office.presses(STAFF, card(office), "撤销")
    office.presses(STAFF, card(office), "确认")
    assert poll(office, vote.number).state is PollState.CANCELLED
    second = opened(office)
    cast(office, second.number, [0], voter=1)
    cast(office, second.number, [0], voter=2)
    office.presses(STAFF, card(office), "现在结束")
    office.presses(STAFF, card(office), "确认")
    assert poll(office, second.number).state is PollState.CLOSED
    assert states(office)[LAMP] is ProjectState.CHOSEN


@pytest.mark.parametrize(
    ("phase", "data", "says"),
    [
        (Phase.SCREENING, "votes:1:vote", "进入「审议票决」这一步"),
        (Phase.SCREENING, "votes:1:opinions", "进入「意见征集」这一步"),
        (Phase.OPINIONS, "votes:1:vote", "进入「审议票决」这一步"),
        (Phase.VOTE, "votes:9:vote", "没有找到这一轮"),
        (Phase.VOTE, "votes:1:nonsense", "按钮"),
        (Phase.VOTE, "vote:9:show", "没有找到投票"),
    ],
)
def test_what_is_not_possible_is_refused_in_words(office: Office, phase: Phase, data: str, says: str) -> None:
    """And nothing is made."""
    a_cycle(office, phase, *TITLES)
    office.writes(STAFF, "/vote")
    office.presses_data(STAFF, data)
    assert says in office.toasts[-1] + office.told(STAFF)
    with office.unit() as uow:
        assert uow.polls.in_state(*PollState) == []


@pytest.mark.parametrize(("phase", "action"), [(Phase.OPINIONS, "opinions"), (Phase.VOTE, "vote")])
def test_nobody_votes_on_what_the_guard_holds(office: Office, phase: Phase, action: str) -> None:
    """A title that was changed to something nobody may read stops the poll; nothing of it is shown."""
    a_cycle(office, phase, *TITLES)
    with office.unit() as uow:
        uow.projects.update(1, now=office.now, guard="accusation")
    office.presses_data(STAFF, f"votes:1:{action}")
    assert "不能上选票" in office.toasts[-1]
    with office.unit() as uow:
        assert uow.polls.in_state(*PollState) == []


def test_the_list_of_a_cycle(office: Office) -> None:
    """What a cycle's screen says where it has no vote yet."""
    a_cycle(office, Phase.SCREENING, LAMP)
    office.writes(STAFF, "/vote")
    assert "1 个候选项目，2 个名额" in office.told(STAFF)
    assert "用 /cycle 往下走" in office.told(STAFF)


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda office: None, "现在可以请代表票决"),
        (lambda office: opened(office), "代表正在票决 P1"),
        (lambda office: (opened(office), office.ticks(timedelta(hours=24))), "票决 P1 还没有定下来"),
    ],
)
def test_the_screen_says_what_goes_on_and_leads_back(office: Office, prepare: Any, says: str) -> None:
    """Not that the deputies can vote while they do."""
    a_cycle(office, Phase.VOTE, *TITLES)
    prepare(office)
    office.writes(STAFF, "/vote")
    assert says in office.told(STAFF)
    office.presses(STAFF, office.last(STAFF), "返回")
    assert "民生实事项目 2027 年" in office.told(STAFF)


def test_while_it_is_voted_on_a_project_cannot_be_withdrawn(office: Office) -> None:
    """What people vote on stays; afterwards it is its proposer's again."""
    a_cycle(office, Phase.VOTE, *TITLES)
    office.writes(ALICE, "/start")
    with office.unit() as uow:
        alice = uow.people.find(ALICE)
        assert alice is not None
        uow.projects.update(1, now=office.now, person_id=alice.id)
    opened(office)
    for who, data in ((ALICE, "withdraw"), (ALICE, "withdraw-now"), (STAFF, "withdraw-now")):
        office.presses_data(who, f"project:1:{data}")
        assert "正在投票（P1）" in office.toasts[-1]
    assert states(office)[LAMP] is ProjectState.CANDIDATE
    office.ticks(timedelta(hours=24))
    office.presses_data(ALICE, "project:1:withdraw-now")
    assert states(office)[LAMP] is ProjectState.WITHDRAWN


def test_whoever_cannot_be_reached_is_named_once(office: Office) -> None:
    """With the comma of the reader's language."""
    a_cycle(office, Phase.VOTE, *TITLES)
    for number, name in ((401, "周一"), (402, "吴二")):
        office.roster(Role.DEPUTY, name, number, 1)
    office.writes(STAFF, "/language en")
    office.writes(STAFF, "/vote 24h")
    assert "吴二, 周一" in office.last(STAFF, containing="(draft)").text
    office.presses(STAFF, office.last(STAFF, containing="(draft)"), "Confirm")
    (told,) = [sent.text for sent in office.chats[STAFF] if "not opened the private chat" in sent.text]
    assert "吴二, 周一" in told


# --- the announcement -------------------------------------------------------------------------------------------------


def decided(office: Office) -> None:
    """Lamp and market are chosen; Alice proposed the lamp, Bob stands behind the bench."""
    a_cycle(office, Phase.VOTE, *TITLES)
    for who in (ALICE, BOB):
        office.writes(who, "/start")
    with office.unit() as uow:
        alice, bob = uow.people.find(ALICE), uow.people.find(BOB)
        assert alice is not None
        assert bob is not None
        uow.projects.update(1, now=office.now, person_id=alice.id)
        uow.projects.support(2, bob.id, office.now)
    everybody = deputies(office, 2)
    vote = opened(office)
    for voter in everybody[:3]:
        cast(office, vote.number, [0, 2], voter=voter)
    office.ticks(timedelta(hours=24))


def test_the_result_is_announced_once_staff_have_read_and_changed_it(office: Office) -> None:
    """Words, card and document are drafted; then groups read it, those behind the candidates hear of theirs."""
    decided(office)
    assert not office.chats[ALICE] or "当选" not in office.told(ALICE)
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "起草公告")
    document = next(sent for sent in office.chats[STAFF] if "公告的文档" in sent.text)
    assert document.outgoing.content is not None
    assert document.outgoing.content.content.startswith(b"PK")
    shown = office.last(STAFF, containing="票决结果公告")
    assert shown.outgoing.kind is Send.PHOTO
    assert "当选项目 2 个" in shown.text
    assert "1. 加装路灯" in shown.text
    assert "赞成 3 · 反对 0 · 弃权 0" in shown.text
    assert not any("票决结果公告" in sent.text for sent in office.chats[GROUP])

    control = office.last(STAFF, containing="点「确认」")
    office.presses(STAFF, control, "改文字")
    office.writes(STAFF, "票决结果：路灯和菜场当选。")
    control = office.last(STAFF, containing="点「确认」")
    office.presses(STAFF, control, "确认")
    assert "路灯和菜场当选" in office.last(GROUP, containing="票决结果：").text
    assert "「加装路灯」当选了：赞成 3 票" in office.last(ALICE, containing="您提的").text
    assert "「修长椅」这次没有当选：赞成 0 票" in office.last(BOB, containing="您提的").text
    with office.unit() as uow:
        cycle = uow.cycles.get(1)
    assert cycle is not None
    assert cycle.phase is Phase.IMPLEMENTATION


def seen(office: Office, chat: int) -> list[tuple[Send, str]]:
    """What was sent to that chat about the vote, in order."""
    return [
        (sent.outgoing.kind, sent.text.splitlines()[0])
        for sent in office.chats[chat]
        if "票决" in sent.text or "选票" in sent.text or "新的一步" in sent.text
    ]


def test_the_groups_read_the_result_once_in_the_announcement_with_all_ballots_below_it(office: Office) -> None:
    """At the close it is for those who could vote, and whoever held it. No new phase is told before its reason."""
    decided(office)
    assert seen(office, GROUP) == []
    assert [kind for kind, _ in seen(office, DEPUTY)].count(Send.PHOTO) == 1
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "起草公告")
    office.presses(STAFF, office.last(STAFF, containing="点「确认」"), "确认")
    office.ticks(timedelta(minutes=1))
    (card, _), (listed, words) = seen(office, GROUP)
    assert (card, listed) == (Send.PHOTO, Send.DOCUMENT)
    assert "P1 的全部选票" in words
    assert "监督实施" in office.told(DEPUTY)


@pytest.mark.parametrize("planned", [False, True])
def test_a_result_that_two_have_drafted_is_announced_once(office: Office, planned: bool) -> None:
    """The second is told so; one that was to go out later is cancelled when its time comes."""
    decided(office)
    for who in (OWNER, STAFF):
        office.presses_data(who, "votes:1:announce")
    second = office.last(OWNER, containing="点「确认」")
    if planned:
        with office.unit() as uow:
            uow.announcements.update(1, at=office.now + timedelta(hours=2))
        office.presses_data(OWNER, "announce:1:show", second)
        office.presses(OWNER, second, "确认")
    office.presses(STAFF, office.last(STAFF, containing="点「确认」"), "确认")
    office.ticks(timedelta(minutes=1))
    if not planned:
        office.presses(OWNER, second, "确认")
        assert "公告过了" in office.toasts[-1]
    office.ticks(timedelta(hours=3))
    assert [kind for kind, _ in seen(office, GROUP)] == [Send.PHOTO, Send.DOCUMENT]
    assert not planned or ("取消" in second.text and "公告过了" in office.told(OWNER))


def test_an_announcement_of_a_former_result_does_not_go_out(office: Office) -> None:
    """Its draft was left lying while the cycle went back and was voted in anew."""
    decided(office)
    office.presses_data(STAFF, "votes:1:announce")
    left = office.last(STAFF, containing="点「确认」")
    with office.unit() as uow:
        former = uow.polls.get(1)
        assert former is not None
        again = uow.polls.draft(
            kind=former.kind,
            question=former.question,
            options=former.options,
            sealed=True,
            secret=True,
            person_id=None,
            chat_id=STAFF,
            language="zh",
            minutes=60,
            station_ids=former.station_ids,
            rule=former.rule,
            cycle_id=former.cycle_id,
            subjects=former.subjects,
        )
        changes = {"state": PollState.CLOSED, "opened_at": office.now, "closed_at": office.now}
        uow.polls.update(again.number, result=former.result, **changes)
    office.presses(STAFF, left, "确认")
    assert "以前的票决结果" in office.toasts[-1]
    assert seen(office, GROUP) == []


@pytest.mark.parametrize(
    ("language", "says"),
    [("zh", ("选票留在群里", "「监督实施」")), ("en", ("ballots stay in the groups", "one step back"))],
)
def test_what_stays_once_it_is_taken_back_is_said_with_the_way_back(
    office: Office, language: str, says: tuple[str, str]
) -> None:
    """Before and after; one step back it is drafted again, and moves the cycle on again."""
    decided(office)
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "起草公告")
    office.presses(STAFF, office.last(STAFF, containing="点「确认」"), "确认")
    office.ticks(timedelta(minutes=1))
    shown = office.last(STAFF, containing="通知 1")
    office.writes(STAFF, f"/language {language}")
    office.presses_data(STAFF, "announce:1:show", shown)
    assert says[0] not in shown.text
    office.presses_data(STAFF, "announce:1:undo", shown)
    assert all(words in shown.text for words in (*says, "/cycleback 1"))
    office.presses_data(STAFF, "announce:1:undo-now", shown)
    office.ticks(timedelta(minutes=1))
    assert all(words in shown.text for words in (*says, "/cycleback 1"))
    office.presses_data(STAFF, "cycle:1:back", shown)
    office.writes(STAFF, "公告有错字")
    with office.unit() as uow:
        cycle = uow.cycles.get(1)
    assert cycle is not None
    assert cycle.phase is Phase.ANNOUNCEMENT
    office.writes(STAFF, "/language zh")
    office.presses_data(STAFF, "votes:1:announce")
    office.presses(STAFF, office.last(STAFF, containing="点「确认」"), "确认")
    with office.unit() as uow:
        cycle = uow.cycles.get(1)
    assert cycle is not None
    assert cycle.phase is Phase.IMPLEMENTATION


def test_nothing_is_announced_before_it_is_decided(office: Office) -> None:
    """A tie has to be broken first."""
    tie(office)
    office.presses_data(STAFF, "votes:1:announce")
    assert "还没有结果" in "".join(office.toasts) + office.told(STAFF)


def test_the_announcement_of_two_rounds_tells_both(office: Office) -> None:
    """Who won in the second round stands with the votes of both."""
    tie(office)
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "下一轮")
    cast(office, 2, [1], voter=1)
    office.ticks(timedelta(hours=24))
    office.presses(STAFF, office.last(STAFF, containing="下一步"), "起草公告")
    shown = office.last(STAFF, containing="票决结果公告")
    assert "第 2 轮：" in shown.text
    assert "；第 2 轮赞成 1" in shown.text
    office.presses(STAFF, office.last(STAFF, containing="点「确认」"), "确认")
    office.ticks(timedelta(minutes=1))
    assert [words[:2] for kind, words in seen(office, GROUP) if kind is Send.DOCUMENT] == ["P1", "P2"]
    office.presses_data(STAFF, "votes:1:announce")
    assert "已经公告过了" in "".join(office.toasts) + office.told(STAFF)
