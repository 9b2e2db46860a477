"""The account's clock follows the machine's at a distance, and can be moved on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.account.clock import Clock, real_now

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A machine's clock, set by hand."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> Clock:
    return Clock(machine)


def test_it_shows_the_machines_time_until_it_is_moved() -> None:
    before = real_now()
    assert before <= Clock().now() <= real_now()
    assert before.tzinfo is UTC


def test_it_keeps_its_distance(clock: Clock, machine: Machine) -> None:
    assert clock.advance(2 * HOUR) == NOON + 2 * HOUR
    machine.time += HOUR
    assert clock.now() == NOON + 3 * HOUR
    clock.advance(HOUR)
    assert clock.now() == NOON + 4 * HOUR


def test_it_never_goes_back(clock: Clock) -> None:
    clock.advance(timedelta())
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(-timedelta(microseconds=1))
    assert clock.now() == NOON


def test_it_knows_what_it_showed_before_each_move(clock: Clock, machine: Machine) -> None:
    machine.time += HOUR
    clock.advance(10 * HOUR)
    machine.time += HOUR
    clock.advance(100 * HOUR)
    assert clock.at(NOON) == NOON
    assert clock.at(NOON + 1.5 * HOUR) == NOON + 11.5 * HOUR
    assert clock.at(NOON + 2 * HOUR) == NOON + 112 * HOUR == clock.now()


def test_a_pinned_clock_stands_still_until_its_hand_is_moved(
    clock: Clock, machine: Machine
) -> None:
    with clock.pinned(NOON - HOUR):
        machine.time += HOUR
        assert clock.is_pinned
        assert clock.now() == NOON - HOUR
        clock.pin(NOON)
        assert clock.now() == NOON
    assert not clock.is_pinned
    assert clock.now() == NOON + HOUR


def test_a_pin_within_a_pin_gives_the_outer_one_back(clock: Clock) -> None:
    with clock.pinned(NOON - 2 * HOUR):
        with clock.pinned(NOON - HOUR):
            pass
        assert clock.now() == NOON - 2 * HOUR


def test_a_pin_ends_with_an_error_too(clock: Clock) -> None:
    with pytest.raises(KeyError), clock.pinned(NOON - HOUR):
        raise KeyError
    assert clock.now() == NOON


def test_only_a_pinned_clock_has_a_hand_to_move(clock: Clock) -> None:
    with pytest.raises(RuntimeError, match=r"inside `with clock\.pinned"):
        clock.pin(NOON)


def test_a_saved_clock_is_restored_as_often_as_wanted(clock: Clock) -> None:
    clock.advance(HOUR)
    saved = clock.save()
    for _ in range(2):
        clock.advance(HOUR)
        clock.restore(saved)
        assert clock.now() == NOON + HOUR


def test_it_goes_on_from_a_moment_that_one_goes_back_to(clock: Clock, machine: Machine) -> None:
    """What it showed before is still known: a URL's age is counted from when it was signed."""
    machine.time += HOUR
    clock.advance(10 * HOUR)
    machine.time += HOUR
    clock.turn_back(NOON + 1.5 * HOUR)
    assert clock.now() == NOON + 1.5 * HOUR
    machine.time += HOUR
    assert clock.now() == NOON + 2.5 * HOUR
    assert clock.at(NOON + 1.5 * HOUR) == NOON + 11.5 * HOUR
    assert clock.at(NOON + 2 * HOUR) == NOON + 1.5 * HOUR


def test_a_signature_of_now_is_taken_for_one_of_now() -> None:
    """Dated in whole seconds, in the past that is played, and right after time was moved."""
    machine = datetime(2026, 11, 2, 12, 0, 0, 400_000, tzinfo=UTC)
    clock = Clock(lambda: machine)
    with clock.pinned(machine - timedelta(days=3)):
        assert clock.at(clock.signing_time()) == clock.now()
    assert clock.signing_time() == machine
    clock.advance(timedelta(hours=5))
    dated = clock.signing_time().replace(microsecond=0)
    assert abs(clock.at(dated) - clock.now()) <= timedelta(seconds=1)
    with clock.pinned(clock.now() + timedelta(hours=2)):
        assert clock.at(clock.signing_time()) == clock.now()
