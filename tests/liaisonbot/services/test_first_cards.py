"""The first card of a new case is promised with the case, and shows it as it is when its turn comes."""

from __future__ import annotations

import json

from liaisonbot.model import Attachment
from liaisonbot.vocabulary import Role
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY, STAFF
from tests.support.office import Office


def goes_out(office: Office) -> None:
    """Telegram can be reached again."""
    office.cut_off = False
    office.ticks()


def test_the_promise_carries_no_words(office: Office) -> None:
    """It stands in the outbox with the case, for the deputy's chat; what somebody wrote stands in the case only."""
    office.cut_off = True
    office.writes(ALICE, "路灯坏了")

    with office.unit() as uow:
        owed = [promise.outgoing for promise in uow.outbox.turn(office.now, ()) if promise.outgoing.chat_id == DEPUTY]

    assert [(promise.case, promise.purpose, promise.text) for promise in owed] == [(1, "card", None)]
    assert "路灯" not in json.dumps(owed[0].to_json(), ensure_ascii=False)


def test_it_shows_the_case_as_it_is_by_then(office: Office) -> None:
    """Whoever corrected their words while it waited is read in the corrected ones."""
    office.cut_off = True
    written = office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "东门的路灯坏了", edit=True, message_id=written)
    goes_out(office)

    card = office.last(DEPUTY, containing="有新民情")
    assert "东门的路灯坏了" in card.text
    assert card.button("受理") == "do:accept:1"


def test_who_has_lost_the_case_by_then_is_not_shown_it(office: Office) -> None:
    """The words go to nobody who has no business with them any more."""
    office.cut_off = True
    office.writes(ALICE, "路灯坏了")
    office.writes(STAFF, "/assign 1 李四")
    goes_out(office)

    assert not any("有新民情" in sent.text for sent in office.chats[DEPUTY])
    assert "路灯坏了" in office.last(OTHER_DEPUTY, containing="有新民情").text


def test_a_queue_that_was_emptied_meanwhile_is_not_told_of(office: Office) -> None:
    """Staff are asked to find a deputy only while there is none."""
    with office.unit() as uow:
        (station,) = uow.stations.all()
        for deputy in uow.roster.deputies():
            uow.roster.retire(deputy.id, office.now)
    office.cut_off = True
    office.writes(ALICE, "路灯坏了")
    office.roster(Role.DEPUTY, "赵六", 13, station.id)
    office.writes(STAFF, "/assign 1 赵六")
    goes_out(office)

    assert not any("待分派的民情" in sent.text for sent in office.chats[STAFF])
    assert "路灯坏了" in office.last(13, containing="有新民情").text


def test_long_words_and_pictures_come_right_behind_it(office: Office) -> None:
    """In this order, though the card is written last."""
    photo = Attachment("photo", "file-1", {})
    office.cut_off = True
    office.writes(ALICE, "路灯坏了。" * 200, attachments=(photo,))
    goes_out(office)

    told = [sent.text for sent in office.chats[DEPUTY]]
    assert "有新民情" in told[0]
    assert told[1].endswith("路灯坏了。")
    assert len(told) == 3
