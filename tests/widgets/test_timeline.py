"""The picture of the timeline: where things are, and that one can read them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest

from simulator.widgets.axis import axis
from simulator.widgets.chronicle import rows_of
from simulator.widgets.marks import MOST, marks
from simulator.widgets.svg import cut, staircase, wide, wrapped
from simulator.widgets.timeline import WIDTH, layout
from tests.widgets.after_action import NIGHT, covered, deed, report, stamp

CALLS = ("CreateUser", "GetObject", "ListBuckets", "AttachUserPolicy", "PutBucketPublicAccessBlock")


def busy(seed: int) -> dict[str, Any]:
    """A report with much in it, at times drawn by chance."""
    rng = random.Random(seed)

    def deeds(number: int, begin: float, end: float, refused: float) -> list[Any]:
        times = sorted(rng.uniform(begin, end) for _ in range(number))
        return [
            deed(
                rng.choice(CALLS),
                time,
                error="AccessDenied" if rng.random() < refused else "",
                count=rng.randint(1, 200),
                weighs=rng.randint(0, 2),
            )
            for time in times
        ]

    attack = deeds(rng.randint(1, 60), 0, 90, 0.1) + deeds(rng.randint(0, 60), 425, 900, 0.6)
    phases = {
        name: (NIGHT + timedelta(minutes=rng.uniform(420, 900))).isoformat(timespec="seconds")
        for name in ("detect", "contain", "recover")
    }
    return report(
        attack={**report()["attack"], "deeds": attack},
        response=deeds(rng.randint(0, 80), 420, 900, 0.1),
        phases=phases,
    )


@pytest.mark.parametrize("seed", range(25))
def test_no_label_covers_another_and_none_leaves_the_picture(seed: int) -> None:
    drawing = layout(busy(seed))
    assert covered(drawing.labels) == []
    for label in drawing.labels:
        left, top, right, bottom = label.box
        assert left >= 0, label
        assert right <= WIDTH + 1, label
        assert top >= 0, label
        assert bottom <= drawing.y, label


def test_the_same_of_a_quiet_drill() -> None:
    """Nobody has done anything yet: one moment is all that there is to draw."""
    times = report()["times"]
    moment = {"mistake": None, "attack": None, "arrived": times["now"], "now": times["now"]}
    nothing = {"ways": [], "workloads": []}
    drawing = layout(
        report(attack=None, response=[], outages=[], phases={}, times=moment, worked=nothing)
    )
    assert covered(drawing.labels) == []
    assert any("once your DETECT checks hold" in label.text for label in drawing.labels)


def test_lanes_moments_and_outages_are_named() -> None:
    said = {label.text for label in layout(report()).labels}
    assert {"Adversary", "refused", "You", "2 h 15 min out"} <= said
    assert {"mistake", "attack begins", "you arrive"} <= said
    assert any("detected" in text for text in said)
    assert any("contained" in text for text in said)


def test_what_was_refused_is_in_a_row_of_its_own() -> None:
    """Not by colour alone: other shapes, another row, in the words that show when one points."""
    drawn = "".join(layout(report()).parts)
    assert drawn.count("<circle") == 10
    assert "GetObject, refused: AccessDenied" in drawn


def test_hours_without_events_are_left_out() -> None:
    night = datetime(2026, 11, 25, 22, tzinfo=UTC)
    times = [
        night - timedelta(days=3),
        night,
        night + timedelta(hours=1),
        night + timedelta(hours=9),
    ]
    made = axis(times, 100, 690)
    assert len(made.stretches) == 3
    places = [made.place(time) for time in times]
    assert places == sorted(places)
    assert all(one.right < other.left for one, other in pairwise(made.stretches))
    assert made.place(night + timedelta(hours=5)) == made.stretches[2].left


def test_ticks_are_round_times_inside_their_stretch() -> None:
    night = datetime(2026, 11, 25, 22, 7, tzinfo=UTC)
    (stretch,) = axis([night, night + timedelta(hours=2)], 0, 300).stretches
    ticks = list(stretch.ticks())
    assert len(ticks) > 2
    assert all(tick.minute % 30 == 0 for tick in ticks)
    assert all(stretch.begin <= tick <= stretch.end for tick in ticks)


def test_near_deeds_are_one_mark_that_names_the_weightiest() -> None:
    deeds = [
        deed("ListUsers", 0, weighs=1),
        deed("CreateUser", 1),
        deed("ListBuckets", 2, weighs=0),
        deed("GetObject", 300, count=4),
    ]
    made = marks(deeds, lambda time: (time - NIGHT).total_seconds() / 60)
    assert [mark.label() for mark in made] == ["CreateUser, ListUsers +1", "GetObject ×4"]  # noqa: RUF001
    assert made[0].told.count("\n") == 2


def test_what_is_repeated_has_one_label_and_all_its_dots() -> None:
    deeds = [deed("GetObject", 60 * turn) for turn in range(12)]
    (mark,) = marks(deeds, lambda time: (time - NIGHT).total_seconds() / 60)
    assert len(mark.dots) == 12
    assert mark.label() == "GetObject ×12"  # noqa: RUF001


def test_a_lane_has_no_more_labels_than_one_can_read() -> None:
    rng = random.Random(4)
    deeds = [deed(f"{rng.choice(CALLS)}{number}", 4 * number) for number in range(150)]
    assert len(marks(deeds, lambda time: (time - NIGHT).total_seconds() / 60)) <= MOST


@pytest.mark.parametrize("seed", range(20))
def test_labels_in_a_staircase_do_not_overlap(seed: int) -> None:
    rng = random.Random(seed)
    lane = sorted((rng.uniform(100, 690), rng.uniform(20, 260)) for _ in range(rng.randint(1, 16)))
    placed = staircase(lane, 100, 690)
    for (one, (_, width)), (other, (_, width_)) in combinations(zip(placed, lane, strict=True), 2):
        apart = one.x + width <= other.x or other.x + width_ <= one.x
        assert one.row != other.row or apart
    assert all(
        step.x >= 100 and step.x + width <= 690.1
        for step, (_, width) in zip(placed, lane, strict=True)
    )


def test_text_is_cut_and_wrapped_to_the_room_there_is() -> None:
    long = "a-bucket-with-a-very-long-name and more words"
    assert wide(cut(long, 80)) <= 80
    assert cut(long, 80).endswith("…")
    assert cut("short", 80) == "short"
    assert all(wide(each) <= 120 for each in wrapped(long, 120))


def test_a_phase_is_done_after_what_did_it_in_the_same_second() -> None:
    last = deed("DeleteAccessKey", 500)
    told = rows_of(
        report(response=[last], phases={"contain": stamp(NIGHT + timedelta(minutes=500))})
    )
    what = [each for _, _, each in told]
    assert what.index("contained") == what.index("DeleteAccessKey") + 1
