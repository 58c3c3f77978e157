"""The movable clock of the demo and the tests."""

from datetime import UTC, datetime, timedelta

import pytest

from liaisonbot.clock import MovableClock, SystemClock


def test_the_time_is_told_in_utc() -> None:
    """A moment without a zone could be stored as the wrong hour."""
    assert SystemClock().now().utcoffset() == timedelta(0)
    assert MovableClock().now().utcoffset() == timedelta(0)


def test_a_clock_put_forward_runs_on_from_there() -> None:
    """Moving is not stopping."""
    clock = MovableClock()

    clock.move(timedelta(days=3))

    assert timedelta(days=3) == clock.ahead
    first = clock.now()
    assert timedelta(0) <= first - datetime.now(UTC) - timedelta(days=2, hours=23) < timedelta(hours=2)
    assert clock.now() >= first


def test_a_clock_can_be_set_to_a_moment() -> None:
    """Tests of a given week need that week."""
    clock = MovableClock()
    monday = datetime(2026, 11, 2, 9, tzinfo=UTC)

    clock.set(monday)

    assert timedelta(0) <= clock.now() - monday < timedelta(seconds=5)


def test_a_moment_without_a_zone_is_refused() -> None:
    """It would be read in whatever zone the machine happens to stand."""
    with pytest.raises(ValueError, match="time zone"):
        MovableClock().set(datetime(2026, 11, 2, 9))  # noqa: DTZ001


def test_those_who_sleep_are_told_of_a_move() -> None:
    """Else a reminder that came due by moving the clock would wait for its old alarm."""
    clock = MovableClock()
    seen: list[datetime] = []
    forget = clock.on_move(lambda: seen.append(clock.now()))

    clock.move(timedelta(hours=1))
    clock.set(clock.now() + timedelta(hours=1))
    forget()
    forget()
    clock.move(timedelta(hours=1))

    assert len(seen) == 2
    assert seen[0] < seen[1]
