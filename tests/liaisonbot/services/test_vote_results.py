"""The result of a deputies' vote: counted from the urn, told with its rule, published with all ballots."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaisonbot import ballots, reports
from liaisonbot.ballots import Mark
from liaisonbot.errors import RecipientGone
from liaisonbot.outgoing import Send
from liaisonbot.polls import Elector, Eligible, Poll, PollKind
from liaisonbot.services import poll_closing, polling, vote_results
from liaisonbot.services.recounting import recount
from liaisonbot.texts import LANGUAGES, catalogue
from liaisonbot.vocabulary import Role
from liaisonbot.voting import Rule
from storage.unit_of_work import SqlUnitOfWork
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import GROUP, Office, Sent

OPTIONS = ("加装路灯", "改造菜场", "修整河堤", "新建公厕")


def a_vote(
    uow: SqlUnitOfWork,
    office: Office,
    *,
    electors: int = 0,
    rule: str = "half_of_all",
    places: int = 2,
    options: Sequence[str] = OPTIONS,
) -> Poll:
    """An open one, held by staff, for the two deputies of the office and so many others."""
    draft = uow.polls.draft(
        kind=PollKind.VOTE,
        question="2027 年民生实事项目票决",
        options=options,
        sealed=True,
        secret=True,
        eligible=Eligible.LISTED,
        station_ids=[station.id for station in uow.stations.all()],
        person_id=None,
        chat_id=STAFF,
        language="zh",
        minutes=60,
        rule=Rule.preset(rule, places).to_json(),
    )
    more = [
        uow.roster.save(
            Role.DEPUTY,
            f"代表{n}",
            telegram_id=None,
            username=None,
            language="zh",
            station_ids=(),
            specialties=(),
            now=office.now,
        ).id
        for n in range(electors)
    ]
    known = [entry.id for entry in uow.roster.deputies() if entry.telegram_id is not None]
    uow.polls.enrol(draft.number, [Elector(entry_id=entry) for entry in (*known, *more)])
    return polling.open_now(uow, office.desk, draft)


def cast(uow: SqlUnitOfWork, poll: Poll, *ballots: tuple[str, str]) -> None:
    """Ballots of the first electors: the candidates approved, those refused, by their letters."""
    electors = uow.polls.electors(poll.number)
    for place, (elector, (approved, against)) in enumerate(zip(electors, ballots, strict=False)):
        assert elector.entry_id is not None
        ballot = {"options": ["abcd".index(x) for x in approved], "against": ["abcd".index(x) for x in against]}
        assert uow.urns.cast(poll.number, elector.entry_id, f"K{(place * 7919) % 9973:04}", ballot)


def close(office: Office, number: int) -> Mapping[str, Any]:
    with office.unit() as uow:
        poll = uow.polls.get(number, lock=True)
        assert poll is not None
        closed = poll_closing.close(uow, office.desk, poll)
    office.ticks()
    assert closed.result is not None
    return closed.result


def cards(office: Office, chat: int) -> list[Sent]:
    return [sent for sent in office.chats[chat] if sent.outgoing.kind is Send.PHOTO]


def plain(card: Sent) -> str:
    return card.text.replace("<b>", "").replace("</b>", "")


def lists(office: Office, chat: int) -> list[Sent]:
    return [sent for sent in office.chats[chat] if sent.outgoing.kind is Send.DOCUMENT]


def held(office: Office, *ballots: tuple[str, str], **how: Any) -> Mapping[str, Any]:
    with office.unit() as uow:
        poll = a_vote(uow, office, **how)
        cast(uow, poll, *ballots)
    return close(office, poll.number)


def test_the_card_says_who_won_with_which_votes_and_by_which_rule(office: Office) -> None:
    """Name, base, threshold with its sign, quorum and places, in words."""
    held(office, *[("ab", "c")] * 5, ("a", ""), ("abc", ""), electors=7)
    (card,) = cards(office, GROUP)
    for said in (
        "票决结果 P1",
        "当选 2 个（共 2 个名额）\n1. 加装路灯\n　　赞成 6 · 反对 0 · 弃权 0",
        "2. 改造菜场\n　　赞成 5 · 反对 0 · 弃权 1",
        "没有当选\n3. 修整河堤\n　　赞成 0 · 反对 5 · 弃权 1",
        "全体代表 9 位，投票 7 位，有效票 6 张，废票 1 张。",
        "规则：过全体代表半数",
        "得票 &gt; 全体代表的 1/2",
        "至少 5 票",
        "≥ 全体代表的 2/3",
        "名额 2 个",
        "多于名额是废票",
    ):
        assert said in plain(card)
    assert "再投一轮" not in card.text
    assert "空着" not in card.text


def test_it_reaches_groups_deputies_and_whoever_held_it_once(office: Office) -> None:
    """Nobody else, and nothing before the close."""
    with office.unit() as uow:
        poll = a_vote(uow, office)
        cast(uow, poll, ("ab", "cd"), ("ab", "cd"))
    office.ticks(timedelta(minutes=59))
    assert not any("票决" in text for text in office.all_texts())
    office.ticks(timedelta(minutes=1))
    office.ticks(timedelta(days=1))
    for chat in (GROUP, DEPUTY, OTHER_DEPUTY, STAFF):
        assert len(cards(office, chat)) == len(lists(office, chat)) == 1
    assert not office.chats[ALICE]
    with office.unit() as uow:
        (post,) = uow.polls.posts(poll.number)
        assert post.result_at is not None


def test_a_group_that_cannot_be_told_is_named(office: Office) -> None:
    """To whoever held the vote."""
    office.refuses[GROUP] = RecipientGone(GROUP)
    held(office, ("ab", "cd"), ("ab", "cd"))
    assert any("阳光小区" in sent.text and "P1" in sent.text for sent in office.chats[STAFF])


def test_a_tie_at_the_cut_off_is_told_with_the_places_that_are_left(office: Office) -> None:
    """Who won all the same stands above it."""
    result = held(office, ("ab", ""), ("ac", ""), ("ab", ""), ("ac", ""), electors=2, rule="half_of_present")
    assert (result["elected"], result["tied"]) == ([0], [])
    result = held(
        office, ("ab", ""), ("ac", ""), ("bc", ""), ("ab", ""), ("ac", ""), electors=3, rule="half_of_present"
    )
    assert (result["elected"], result["tied"]) == ([0], [1, 2])
    card = plain(cards(office, GROUP)[-1])
    assert "当选 1 个（共 2 个名额）\n1. 加装路灯" in card
    assert "票数相同，只剩 1 个名额，在它们之间再投一轮\n2. 改造菜场" in card
    assert "没有当选\n4. 新建公厕" in card


def test_places_nobody_reached_are_told(office: Office) -> None:
    """And no second round is promised where nobody tied."""
    held(office, ("a", "b"), ("a", "b"))
    assert "还有 1 个名额空着" in cards(office, GROUP)[0].text


def test_without_a_quorum_nothing_is_decided(office: Office) -> None:
    """The counts are told all the same, and so is how many were needed."""
    result = held(office, *[("ab", "")] * 5, electors=7)
    assert (result["quorate"], result["elected"], result["tied"]) == (False, [], [])
    card = plain(cards(office, GROUP)[0])
    assert "至少要 6 位代表投票，实际 5 位。这次不产生结果" in card
    assert "各候选项目得票\n1. 加装路灯" in card
    assert "当选 " not in card.split("规则")[0]


def test_of_a_vote_by_marks_only_the_marks_are_told(office: Office) -> None:
    """Nobody was against anything."""
    held(office, ("ab", ""), ("ab", ""), rule="half_of_all_pick")
    card = cards(office, GROUP)[0].text
    assert "1. 加装路灯\n　　2 票" in card
    assert "反对" not in card
    assert "圈选" in card


def test_what_the_residents_think_stands_beside_each_candidate(office: Office) -> None:
    """As it was when the vote closed."""
    with office.unit() as uow:
        poll = a_vote(uow, office)
        numbers = []
        for stars in (4, None, 1, 5):
            project = uow.projects.propose(
                title="x",
                text="x",
                station_id=None,
                category="other",
                person_id=None,
                by=Role.STAFF,
                cycle_id=None,
                now=office.now,
            )
            numbers.append(uow.projects.update(project.number, now=office.now, stars=stars).number)
        uow.polls.update(poll.number, subjects=numbers)
    assert close(office, poll.number)["stars"] == [4, None, 1, 5]
    card = cards(office, GROUP)[0].text
    assert "1. 加装路灯 ★★★★☆\n" in card
    assert "2. 改造菜场\n" in card


def test_a_rule_that_left_the_file_is_still_told(office: Office) -> None:
    """A vote keeps the one it was opened with; only its name is gone."""
    with office.unit() as uow:
        poll = a_vote(uow, office)
        rule = {**Rule.preset("half_of_all", 2).to_json(), "key": "of_last_year"}
        uow.polls.update(poll.number, rule=rule)
        cast(uow, poll, ("a", ""), ("a", ""))
    close(office, poll.number)
    assert "开始票决时定下的" in cards(office, GROUP)[0].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_holds_every_ballot_by_its_code(office: Office, language: str) -> None:
    """Sorted by code, the spoiled ones marked, and adding its columns up gives the published result."""
    result = held(office, ("ab", "c"), ("a", "bcd"), ("abc", ""), ("a", "a"), electors=2, rule="half_of_present")
    content = lists(office, GROUP)[0].outgoing.content
    assert content is not None
    with office.unit() as uow:
        poll = uow.polls.get(1)
        assert poll is not None
        from liaisonbot.services.vote_publishing import all_ballots

        made = reports.made(all_ballots(uow, poll), catalogue(language, "Asia/Shanghai"))
    heading, *rows = csv.reader(io.StringIO(made.content.decode("utf-8-sig")))
    assert heading[1:-1] == list(OPTIONS)
    codes = [row[0] for row in rows]
    assert codes == sorted(codes)
    assert len(rows) == 4
    approve, refuse, void = {"zh": ("赞成", "反对", "废票"), "en": ("for", "against", "spoiled")}[language]
    valid = [row for row in rows if row[-1] != void]
    assert len(rows) - len(valid) == result["spoiled"] == 2
    for row in result["candidates"]:
        column = [line[row["index"] + 1] for line in valid]
        assert (column.count(approve), column.count(refuse)) == (row["approved"], row["against"])
    assert {f"{approve}+{refuse}"} <= {cell for row in rows for cell in row}


def test_a_chart_of_a_vote_is_drawn_with_a_line_at_the_votes_needed(office: Office) -> None:
    """Three colours where there are three answers, one where there are marks only."""
    with office.unit() as uow:
        for rule, parts in (("half_of_all", 3), ("half_of_all_pick", 1)):
            poll = a_vote(uow, office, rule=rule)
            cast(uow, poll, ("ab", "c"), ("ab", "c"))
            result = vote_results.counted(uow, poll)
            kept = reports.charts.kept(vote_results.chart(poll, result).content)
            assert kept.threshold is not None
            assert kept.threshold[0] == result["needed"] == 2
            assert {len(bar.parts) for bar in kept.bars} == {parts}
            assert [bar.marked for bar in kept.bars] == [True, True, False, False]


def test_a_ballot_that_a_deputy_cast_by_buttons_is_counted(office: Office) -> None:
    """As they marked it, and found again under the code they were given."""
    with office.unit() as uow:
        poll = a_vote(uow, office)
        marks = (Mark.YES, Mark.NO, Mark.NONE, Mark.YES)
        for elector in uow.polls.electors(poll.number):
            assert elector.entry_id is not None
            assert uow.urns.cast(poll.number, elector.entry_id, f"K{elector.entry_id}", ballots.to_json(poll, marks))
    result = close(office, poll.number)
    rows = {row["index"]: (row["approved"], row["against"], row["abstained"]) for row in result["candidates"]}
    assert rows == {0: (2, 0, 0), 1: (0, 2, 0), 2: (0, 0, 2), 3: (2, 0, 0)}


@pytest.mark.parametrize("share", [80, 85, 95])
def test_projects_with_the_support_they_usually_have_are_chosen(office: Office, share: int) -> None:
    """Of a hundred deputies 80 to 95 were for each chosen project [S]: told as that, in the card and in the chart."""
    cast_ = [("ab" if n < share else "cd", "c" if n < share else "a") for n in range(100)]
    result = held(office, *cast_, electors=98)
    assert (result["electors"], result["needed"], result["elected"]) == (100, 51, [0, 1])
    assert [row["approved"] for row in result["candidates"]] == [share, share, 100 - share, 100 - share]
    card = plain(cards(office, GROUP)[0])
    assert f"1. 加装路灯\n　　赞成 {share} · 反对 {100 - share} · 弃权 0" in card
    with office.unit() as uow:
        poll = uow.polls.get(1)
        assert poll is not None
        assert recount(uow, 1).differences == ()
        bars = reports.charts.kept(vote_results.chart(poll, result).content)
    assert bars.whole == 100
    assert [bar.parts[0].value for bar in bars.bars] == [share, share, 100 - share, 100 - share]


_BALLOTS = st.lists(
    st.tuples(st.text("abcd", max_size=4).map(lambda s: "".join(sorted(set(s)))), st.sampled_from(["", "a", "cd"])),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(
    cast_=_BALLOTS,
    absent=st.integers(0, 4),
    rule=st.sampled_from(["half_of_all", "half_of_all_pick", "half_of_present", "most_approvals"]),
    places=st.integers(1, 4),
    data=st.data(),
)
def test_over_the_real_store_the_result_does_not_depend_on_the_order(
    cast_: list[tuple[str, str]], absent: int, rule: str, places: int, data: st.DataObject
) -> None:
    """No seats beyond the places, nobody counted twice, a second ballot of the same deputy is refused.

    What is published is what the ballots give, counted anew and by hand.
    """
    with TemporaryDirectory() as folder:
        office = Office(Path(folder))
        results = []
        for order in (cast_, data.draw(st.permutations(cast_))):
            with office.unit() as uow:
                poll = a_vote(uow, office, electors=len(cast_) + absent, rule=rule, places=places)
                cast(uow, poll, *order)
                voters = uow.urns.voted(poll.number)
                again = [uow.urns.cast(poll.number, voter, f"again{voter}", {"options": [0]}) for voter in voters]
                assert not any(again)
                results.append(vote_results.counted(uow, poll))
            published = close(office, poll.number)
            with office.unit() as uow:
                assert recount(uow, poll.number).differences == ()
            assert {name: published[name] for name in results[-1]} == results[-1]
        office.close()
    first, second = results
    valid = [
        (yes, no) for yes, no in cast_ if not set(yes) & set(no) and (rule == "most_approvals" or len(yes) <= places)
    ]
    by_hand = {place: sum(letter in yes for yes, _ in valid) for place, letter in enumerate("abcd")}
    assert {row["index"]: row["approved"] for row in first["candidates"]} == by_hand
    assert first == second
    assert first["present"] == len(cast_) <= first["electors"]
    assert len(first["elected"]) <= first["places"] == places
    assert not set(first["elected"]) & set(first["tied"])
    assert all(row["approved"] + row["against"] + row["abstained"] == first["valid"] for row in first["candidates"])
