"""What is in memory of the outbox: in order within a lane, the most urgent first, and never past what is not here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import waiting
from handlers.waiting import PER_LANE, Waiting
from liaisonbot.outgoing import Outgoing, Priority, Promise, Send

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_promise(number: int, chat: int = 1, priority: Priority = Priority.NOTICE, **more: object) -> Promise:
    return Promise(number, Outgoing(Send.TEXT, chat, priority=priority, body=str(number), **more), 0, NOW)  # type: ignore[arg-type]


def caught_up() -> Waiting:
    waiting = Waiting()
    waiting.caught_up = True
    return waiting


def all_turns(waiting: Waiting, busy: Collection[str] = ()) -> list[int]:
    """The ids in the order in which they would go, one at a time."""
    taken = []
    for name, _ in waiting.turns(busy):
        taken.append(waiting.take(name).id)
        waiting.offer(name)
    return taken


def test_the_most_urgent_lane_goes_first_and_its_own_order_stays() -> None:
    """An answer behind a notice makes the whole lane urgent; it does not overtake."""
    held = caught_up()
    for promise in (
        a_promise(1, 7),
        a_promise(2, 8),
        a_promise(3, 8, Priority.ANSWER),
        a_promise(4, 9, Priority.CONVERSATION),
    ):
        assert held.hear(promise)

    assert all_turns(held) == [2, 3, 4, 1]
    assert not len(held)


def test_until_everything_was_looked_up_nothing_new_is_taken() -> None:
    """Something older may stand in the outbox."""
    held = Waiting()

    assert not held.hear(a_promise(2))
    held.put([a_promise(1), a_promise(2)])
    held.caught_up = True

    assert held.hear(a_promise(3))
    assert all_turns(held) == [1, 2, 3]


def test_of_a_lane_that_is_partly_here_nothing_new_is_taken() -> None:
    """What is in the outbox between would be overtaken; other lanes go on."""
    held = caught_up()
    held.put([replace(a_promise(1), more=True)])

    assert not held.hear(a_promise(9))
    assert held.hear(a_promise(10, 2))
    held.put([a_promise(2), a_promise(9)])
    assert held.hear(a_promise(11))
    assert all_turns(held) == [1, 2, 9, 10, 11]


@pytest.mark.parametrize("more", [{"card": 5}, {"not_before": NOW}])
def test_what_cannot_go_as_it_is_has_to_be_looked_up(more: dict[str, object]) -> None:
    """Which message a card is, is known only when those before it are done."""
    assert not caught_up().hear(a_promise(1, **more))


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each lane, so that little goes out that was taken back; and for all."""
    monkeypatch.setattr(waiting, "ROOM", PER_LANE + 2)
    held = caught_up()

    assert [held.hear(a_promise(number)) for number in range(PER_LANE + 1)] == [True] * PER_LANE + [False]
    assert [held.hear(a_promise(100 + chat, chat)) for chat in (2, 3, 4)] == [True, True, False]
    assert held.size == PER_LANE + 2


def test_a_lane_that_is_let_go_of_is_partly_here() -> None:
    held = caught_up()
    held.hear(a_promise(1))
    held.drop("chat:1")

    assert (len(held), held.size, held.partly) == (0, 0, {"chat:1"})
    assert not held.hear(a_promise(2))
    assert all_turns(held) == []


def test_a_lane_on_its_way_is_passed_over() -> None:
    held = caught_up()
    held.hear(a_promise(1, 1))
    held.hear(a_promise(2, 2))

    assert all_turns(held, busy={"chat:1"}) == [2]
    held.offer("chat:1")
    assert all_turns(held) == [1]


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("promise"), st.integers(1, 3), st.sampled_from(Priority)),
        st.tuples(st.just("send"), st.integers(0, 2), st.none()),
        st.tuples(st.just("fail"), st.integers(1, 3), st.none()),
        st.tuples(st.just("look"), st.integers(1, 3), st.none()),
    ),
    max_size=60,
)


@settings(max_examples=300)
@given(_steps)
def test_whatever_happens_each_chat_gets_everything_in_order(steps: list[tuple[str, int, Priority | None]]) -> None:
    """Against an outbox that is a list: heard, looked up or let go of, nothing is lost, doubled or overtaken."""
    held, outbox, sent = caught_up(), [], defaultdict(list)  # type: ignore[var-annotated]

    def look() -> None:
        for chat in (1, 2, 3):
            name = f"chat:{chat}"
            if name not in held:
                rows = [row for row in outbox if row.outgoing.chat_id == chat]
                if not rows:
                    held.partly.discard(name)
                held.put(replace(row, more=len(rows) > 4) for row in rows[:4])

    def send(most: int) -> None:
        for name, _ in held.turns(()):
            if most < 0:
                held.offer(name)
                return
            promise = held.take(name)
            outbox.remove(replace(promise, more=False))
            sent[name].append(promise.id)
            held.offer(name)
            most -= 1

    for number, (what, value, priority) in enumerate(steps):
        if what == "promise":
            promise = a_promise(number, value, priority or Priority.NOTICE)
            outbox.append(promise)
            if not held.hear(promise):
                held.partly.add(promise.outgoing.lane)
        elif what == "send":
            send(value)
        elif what == "fail":
            held.drop(f"chat:{value}")
        else:
            look()
    while outbox:
        look()
        send(100)

    promised = [(number, step[1]) for number, step in enumerate(steps) if step[0] == "promise"]
    for chat in (1, 2, 3):
        assert sent[f"chat:{chat}"] == [number for number, to in promised if to == chat]
