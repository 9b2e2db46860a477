"""A phase is done at the learner's last change before the first check that found it done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.grading.milestones import last_change, reached
from simulator.grading.verdict import Judgement, Verdict
from simulator.scenario import Phase

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
MINE = "AKIAIOSFODNN7EXAMPLE"


def judged(*verdicts: Verdict, phase: Phase = Phase.CONTAIN) -> list[Judgement]:
    return [Judgement("a_check", phase, "It holds.", verdict, 1) for verdict in verdicts]


def call(name: str, hour: int, key: str = MINE, **more: Any) -> dict[str, Any]:
    return {
        "eventName": name,
        "eventSource": "s3.amazonaws.com",
        "eventTime": f"2026-11-02T{hour:02}:00:00Z",
        "readOnly": name.startswith(("Get", "List")),
        "userIdentity": {"accessKeyId": key},
        **more,
    }


def test_a_phase_is_done_when_all_its_checks_hold() -> None:
    found = reached({}, judged(Verdict.PASSED, Verdict.PASSED), NOON)
    assert found == {Phase.CONTAIN: NOON}
    assert reached({}, judged(Verdict.PASSED, Verdict.FAILED), NOON) == {}


def test_a_later_check_does_not_move_it() -> None:
    assert reached({Phase.CONTAIN: NOON}, judged(Verdict.PASSED), LATER) == {Phase.CONTAIN: NOON}


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.NOT_ATTEMPTED])
def test_what_no_longer_holds_is_open_again_and_other_phases_stay(verdict: Verdict) -> None:
    before = {Phase.CONTAIN: NOON, Phase.DETECT: NOON}
    again = reached(before, judged(Verdict.PASSED, verdict), LATER)
    assert again == {Phase.DETECT: NOON}
    assert reached(again, judged(Verdict.PASSED), LATER)[Phase.CONTAIN] == LATER


def test_a_grader_that_breaks_neither_closes_nor_opens_a_phase() -> None:
    broken = judged(Verdict.PASSED, Verdict.ERROR)
    assert reached({}, broken, NOON) == {}
    assert reached({Phase.CONTAIN: NOON}, broken, LATER) == {Phase.CONTAIN: NOON}


def test_the_last_change_is_the_last_call_that_changed_something() -> None:
    records = [
        call("PutObject", 1),
        call("DeleteObject", 2),
        call("GetObject", 3),
        call("DeleteBucket", 4, errorCode="AccessDenied"),
        call("DeleteBucket", 5, key="AKIASOMEBODYELSE"),
        call("DeleteBucket", 6, userIdentity={"invokedBy": "config.amazonaws.com"}),
    ]
    assert last_change(records, MINE) == datetime(2026, 11, 2, 2, tzinfo=UTC)
    assert last_change(records[2:], MINE) is None


def test_a_session_that_one_took_counts_as_oneself() -> None:
    took = call(
        "AssumeRole",
        1,
        eventSource="sts.amazonaws.com",
        readOnly=True,
        responseElements={"credentials": {"accessKeyId": "ASIASESSION"}},
    )
    other = call("PutObject", 2, key="ASIASESSION")
    assert last_change([took, other], MINE) == datetime(2026, 11, 2, 2, tzinfo=UTC)
    assert last_change([other, took], MINE) is None
