"""Telegram's limits on sending, kept on our side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from liaisonbot.errors import OurMistake, TryLater
from liaisonbot.outgoing import Outgoing, Priority, Receipt, Send
from liaisonbot.services import pacing
from liaisonbot.services.pacing import Pace, Window
from sandbox import flood

GROUP, ALICE = -100, 5


def a_message(chat_id: int = ALICE) -> Outgoing:
    return Outgoing(Send.TEXT, chat_id)


def send_as_fast_as_allowed(pace: Pace, chats: list[int]) -> list[float]:
    """When each message went, with the clock jumping to whenever the next may go."""
    now, moments = 1000.0, []
    for chat in chats:
        message = a_message(chat)
        now = max(pace.free_at(message, now), pace.chat_free_at(message, now))
        pace.went(message, now)
        moments.append(now)
    return moments


def busiest(moments: list[float], seconds: float) -> int:
    return max(sum(start <= moment < start + seconds for moment in moments) for start in moments)


def test_no_second_sees_more_than_thirty_messages() -> None:
    """To however many chats they go; and no time is wasted."""
    moments = send_as_fast_as_allowed(Pace(limits=True), list(range(1, 121)))

    assert busiest(moments, 1.0) == 30
    assert moments[-1] - moments[0] < 3.5


def test_an_announcement_leaves_room_for_answers() -> None:
    """Twenty a second, evenly; an answer in the middle of it goes at once."""
    pace, now, moments = Pace(limits=True), 1000.0, []
    for chat in range(1, 101):
        post = replace(a_message(-chat), priority=Priority.ANNOUNCEMENT)
        now = pace.free_at(post, now)
        pace.went(post, now)
        moments.append(now)
        if chat % 10 == 0:
            answer = a_message(chat)
            assert pace.free_at(answer, now) == now
            pace.went(answer, now)

    assert busiest(moments, 1.0) <= 22
    assert moments[-1] - moments[0] < 5.5


def test_a_private_chat_gets_a_short_burst_and_then_one_a_second() -> None:
    """Some at once, as a receipt with its notice and buttons may need; a long queue runs into no limit, either."""
    moments = send_as_fast_as_allowed(Pace(limits=True), [ALICE] * 12)

    assert moments[2] == moments[0]
    assert busiest(moments, flood.PRIVATE[1]) == flood.PRIVATE[0]
    assert moments[-1] - moments[0] < 11


def test_a_group_gets_twenty_a_minute() -> None:
    """In any minute."""
    moments = send_as_fast_as_allowed(Pace(limits=True), [GROUP] * 45)

    assert busiest(moments, 60.0) == 20


def test_answers_to_buttons_are_not_messages() -> None:
    """Somebody is looking at a waiting circle; Telegram does not count these."""
    pace = Pace(limits=True)
    for _ in range(100):
        pace.went(a_message(), 0.0)
    answer = Outgoing(Send.CALLBACK, ALICE, callback_id="1")

    assert (pace.free_at(answer, 0.0), pace.chat_free_at(answer, 0.0)) == (0.0, 0.0)


def test_without_limits_everything_may_go_at_once() -> None:
    """For a server that has none."""
    assert len(set(send_as_fast_as_allowed(Pace(limits=False), [ALICE] * 100))) == 1


def test_a_long_message_counts_as_what_it_became() -> None:
    """Its parts use up the burst."""
    pace = Pace(limits=True)
    pace.went(a_message(), 0.0)

    pace.learn(a_message(), Receipt(tuple(range(pacing.PRIVATE[0]))), 0.5)

    assert pace.chat_free_at(a_message(), 0.6) > 0.6


def test_a_flood_that_names_no_chat_gives_all_pause() -> None:
    """And for as long as Telegram asks; one that names a chat does not."""
    pace = Pace(limits=False)
    pace.learn(a_message(), Receipt(failure=TryLater("flood", after=7, flood=True)), 0.0)
    assert pace.all_free_at(0.0) == 0.0

    pace.learn(Outgoing(Send.CALLBACK, ALICE), Receipt(failure=TryLater("flood", after=7, flood=True)), 0.0)

    assert pace.all_free_at(0.0) == 7.0
    assert pace.free_at(a_message(), 0.0) == 7.0


def test_when_nothing_is_answered_any_more_all_wait_a_little() -> None:
    """Trying every chat in turn would only put off all of them; one answer, and everything goes on."""
    pace = Pace(limits=False)
    away = Receipt(failure=TryLater("connection cut", ambiguous=True))
    for _ in range(pacing.OUTAGE - 1):
        pace.learn(a_message(), away, 0.0)
    assert pace.all_free_at(0.0) == 0.0

    pace.learn(a_message(), away, 0.0)
    pace.learn(a_message(), away, 0.0)
    assert pace.all_free_at(0.0) == 2.0
    for _ in range(100):
        pace.learn(a_message(), away, 0.0)
    assert pace.all_free_at(0.0) == pacing.LONGEST_OUTAGE_PAUSE

    pace.learn(a_message(), Receipt((1,)), 40.0)
    pace.learn(a_message(), away, 40.0)
    assert pace.all_free_at(40.0) == 40.0


@pytest.mark.parametrize("failure", [None, OurMistake("refused")])
def test_an_answer_of_any_kind_is_no_outage(failure: OurMistake | None) -> None:
    """Telegram is there and has an opinion."""
    pace = Pace(limits=False)
    away = Receipt(failure=TryLater("connection cut"))
    for _ in range(3 * pacing.OUTAGE):
        pace.learn(a_message(), away, 0.0) if _ % 2 else pace.learn(a_message(), Receipt(failure=failure), 0.0)

    assert pace.all_free_at(0.0) == 0.0


def test_chats_that_are_quiet_are_forgotten() -> None:
    """Memory does not grow with the number of people who ever wrote."""
    pace = Pace(limits=True)
    for chat in range(1, 3 * pacing._MANY_CHATS):
        pace.went(a_message(chat), float(chat))

    assert len(pace._chats) <= pacing._MANY_CHATS + 1


def test_a_window_opens_again_as_its_events_grow_old() -> None:
    """One place at a time."""
    window = Window(2, 10.0)
    window.take(0.0)
    window.take(5.0)

    assert window.free_at(6.0) == pytest.approx(10.0, abs=0.1)
    assert window.free_at(11.0) == 11.0
    assert window.idle(30.0)
