"""Whatever people do in however many groups: each has one vote, and counting the ballots anew gives the result."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from liaisonbot.model import Group
from liaisonbot.outgoing import Send
from liaisonbot.services.recounting import recount
from liaisonbot.vocabulary import Role
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
        office.engine.dispose()
    assert found.differences == ()
    assert found.poll.result is not None
    assert found.poll.result["voters"] == found.ballots == sum(bool(said) for said in last.values())
    assert found.poll.result["counts"] == [sum(option in said for said in last.values()) for option in range(3)]
    assert sum(group["voters"] for group in found.poll.result["groups"]) == found.poll.result["voters"]


def _posted(office: Office, group: int) -> Sent:
    return next(sent for sent in office.chats[group] if sent.outgoing.kind is Send.POLL)
