"""Whatever people do in however many groups: each has one vote, and counting the ballots anew gives the result."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaisonbot.model import Group
from liaisonbot.outgoing import Send
from liaisonbot.polls import Elector, Eligible, PollKind
from liaisonbot.projects import ProjectState
from liaisonbot.services import poll_closing, polling
from liaisonbot.services.recounting import recount
from liaisonbot.vocabulary import Rating, Role
from liaisonbot.voting import AppraisalRule
from tests.liaisonbot.services.conftest import STAFF
from tests.support.office import GROUP, Office, Sent

RIVER = -200
PEOPLE = range(1000, 1006)

_ACTS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from([GROUP, RIVER]), st.sets(st.integers(0, 2), max_size=3)),
    max_size=25,
)


@settings(max_examples=20, deadline=None)
@given(acts=_ACTS, multiple=st.booleans())
def test_a_recount_gives_the_published_result(acts: list[tuple[int, int, set[int]]], multiple: bool) -> None:
    """And both give what a list of everybody's last word gives."""
    with TemporaryDirectory() as folder:
        office = Office(Path(folder))
        station = office.station()
        office.roster(Role.STAFF, "王五", STAFF, station)
        office.bind_group(station)
        with office.unit() as uow:
            uow.groups.save(Group(RIVER, "河边群", "supergroup", station, None, present=True))
        office.writes(STAFF, "/poll 先修哪一处？ | 路灯 | 长椅 | 菜场")
        posted = {group: _posted(office, group) for group in (GROUP, RIVER)}
        with office.unit() as uow:
            uow.polls.update(1, multiple=multiple)
        last: dict[int, set[int]] = {}
        for who, group, options in acts:
            said = options if multiple else set(sorted(options)[:1])
            office.votes(who, posted[group], *sorted(said))
            last[who] = said
        office.writes(STAFF, "/closepoll 1")
        with office.unit() as uow:
            found = recount(uow, 1)
        office.close()
    assert found.differences == ()
    assert found.poll.result is not None
    assert found.poll.result["voters"] == found.ballots == sum(bool(said) for said in last.values())
    assert found.poll.result["counts"] == [sum(option in said for said in last.values()) for option in range(3)]
    assert sum(group["voters"] for group in found.poll.result["groups"]) == found.poll.result["voters"]


def _posted(office: Office, group: int) -> Sent:
    return next(sent for sent in office.chats[group] if sent.outgoing.kind is Send.POLL)


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize(
    ("members", "counts", "verdict"),
    [
        (182, (152, 30, 0, 0), Rating.SATISFIED),
        (193, (182, 10, 1, 0), Rating.SATISFIED),
        (29, (17, 11, 1, 0), Rating.SATISFIED),
    ],
)
def test_an_appraisal_is_recounted_too(
    tmp_path: Path, members: int, counts: tuple[int, ...], verdict: Rating, secret: bool
) -> None:
    """The worked examples of the field, from ballots to the published verdict and back."""
    office = Office(tmp_path)
    station = office.station()
    office.bind_group(station)
    deputies = [office.roster(Role.DEPUTY, f"代表{n}", 5000 + n, station) for n in range(members)]
    with office.unit() as uow:
        project = uow.projects.propose(
            title="老楼加装电梯",
            text="五楼的老人下不来",
            station_id=station,
            category="municipal_facilities",
            person_id=None,
            by=Role.STAFF,
            cycle_id=None,
            now=office.now,
        )
        uow.projects.update(project.number, now=office.now, state=ProjectState.DONE)
        draft = uow.polls.draft(
            kind=PollKind.APPRAISAL,
            question="满意吗？",
            options=("满意", "基本满意", "不满意", "弃权"),
            secret=secret,
            sealed=True,
            eligible=Eligible.LISTED,
            station_ids=(station,),
            person_id=None,
            chat_id=None,
            language="zh",
            minutes=60,
            rule=AppraisalRule.preset("zhenhai").to_json(),
            project=project.number,
        )
        uow.polls.enrol(draft.number, [Elector(entry_id=entry) for entry in deputies])
        poll = polling.open_now(uow, office.desk, draft)
        levels = [level for level, n in enumerate(counts) for _ in range(n)]
        for place, (entry, level) in enumerate(zip(deputies, levels, strict=False)):
            if secret:
                assert uow.urns.cast(poll.number, entry, f"K{place:03}", {"options": [level]})
            else:
                person = uow.people.meet(5000 + place, "zh", office.now)
                uow.polls.answer(poll.number, person.id, [level], chat_id=None, now=office.now)
        poll_closing.close(uow, office.desk, poll)
        found = recount(uow, poll.number)
        judged = uow.projects.get(project.number)
    assert judged is not None
    assert judged.verdict is verdict
    assert (found.differences, found.ballots) == ((), sum(counts))
    assert found.poll.result is not None
    assert tuple(found.poll.result["counts"]) == counts


def test_who_is_forgotten_leaves_their_vote(tmp_path: Path) -> None:
    """The counts stay as they were published, and the ballots still give them."""
    office = Office(tmp_path)
    station = office.station()
    office.roster(Role.STAFF, "王五", STAFF, station)
    office.bind_group(station)
    office.writes(STAFF, "/poll 先修哪一处？ | 路灯 | 长椅")
    for who, option in zip(PEOPLE, (0, 0, 1), strict=False):
        office.votes(who, _posted(office, GROUP), option)
    office.writes(STAFF, "/closepoll 1")
    with office.unit() as uow:
        person = uow.people.find(PEOPLE[0])
        assert person is not None
        uow.erasure.erase(person, office.now)
        found = recount(uow, 1)
    assert (found.differences, found.ballots) == ((), 3)
