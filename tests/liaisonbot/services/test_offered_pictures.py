"""Which picture comes with the offer of a like case: one that was seen in a group, and holds nothing private."""

from __future__ import annotations

import pytest

from liaisonbot.model import Attachment
from liaisonbot.outgoing import Send
from tests.liaisonbot.services.conftest import ALICE, BOB, STAFF
from tests.support.office import GROUP, Office, Sent

PHOTO = Attachment("photo", "file-of-the-lamp")
OTHER_GROUP = -200
LAMP, SAME = "三号楼门口的路灯坏了，晚上看不见路", "三号楼门口路灯坏了，晚上看不见"


def reported_with_a_photo(office: Office, *, group: int | None) -> None:
    office.writes(ALICE, f"/report {LAMP}", group=group, attachments=(PHOTO,))


def offered(office: Office, chat: int) -> Sent:
    return office.last(chat, containing="是同一件就点一下")


def test_seen_in_the_group_it_is_shown(office: Office) -> None:
    """In private, where it was posted in a group; and in that same group."""
    reported_with_a_photo(office, group=GROUP)
    office.writes(BOB, SAME)
    assert offered(office, BOB).outgoing.attachment == PHOTO
    office.writes(103, f"/report {SAME}", group=GROUP)
    assert offered(office, GROUP).outgoing.attachment == PHOTO


@pytest.mark.parametrize("guard", [None, "emergency"])
def test_what_the_guard_found_something_in_is_not(office: Office, guard: str | None) -> None:
    """Even where the case itself may be offered."""
    reported_with_a_photo(office, group=GROUP)
    with office.unit() as uow:
        uow.cases.update(1, guard=guard)
    office.writes(BOB, SAME)
    assert (offered(office, BOB).outgoing.kind is Send.MEDIA) == (guard is None)


def test_neither_what_was_sent_in_private_nor_in_another_group(office: Office) -> None:
    """A group sees what it saw before."""
    reported_with_a_photo(office, group=None)
    office.writes(BOB, SAME)
    assert offered(office, BOB).outgoing.kind is Send.TEXT
    office.bind_group(1, OTHER_GROUP)
    office.writes(104, f"/report {LAMP}", group=OTHER_GROUP, attachments=(PHOTO,))
    office.writes(103, f"/report {SAME}", group=GROUP)
    assert offered(office, GROUP).outgoing.kind is Send.TEXT


def test_a_deputy_or_staff_see_no_more_by_it(office: Office) -> None:
    """It is offered to authors only."""
    reported_with_a_photo(office, group=GROUP)
    office.writes(BOB, SAME)
    assert not any("是同一件就点一下" in sent.text for sent in office.chats[STAFF])
