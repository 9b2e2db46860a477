"""A simulator that fails in a replay has refused nobody: the grader says that it broke."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.catalogue import load
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import _judge, _vocabulary
from simulator.grading.replay import SimulatorFault, replay
from simulator.grading.verdict import Verdict
from simulator.scenario import Check, Phase


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    made = Drill(load("iam-leaked-key"), 3, Gateway())
    yield made
    made.close()


def unmapped(admin: Any, account_id: str) -> Iterator[Any]:
    """S3 on Outposts is no part of the account."""
    yield lambda: admin.s3control.list_regional_buckets(AccountId=account_id)
    yield admin.sts.get_caller_identity


def test_an_unsimulated_call_ends_a_replay_as_a_fault(drill: Drill) -> None:
    with pytest.raises(SimulatorFault, match="ListRegionalBuckets"):
        replay(drill, unmapped)


def test_a_check_on_such_a_replay_is_an_error_of_the_grader(drill: Drill) -> None:
    def judged(denied: Any) -> None:
        assert denied(unmapped), "it still works"

    check = Check("judged", Phase.CONTAIN, 1, "It is denied.", judged)
    verdict = _judge(check, {}, _vocabulary(drill))
    assert verdict.verdict is Verdict.ERROR
    assert "ListRegionalBuckets" in verdict.reason
    assert "not you" in verdict.reason


def test_a_fault_leaves_no_trace(drill: Drill) -> None:
    before = len(drill.account.records)
    with pytest.raises(SimulatorFault):
        replay(drill, unmapped)
    assert len(drill.account.records) == before


def test_a_refusal_is_no_fault(drill: Drill) -> None:
    def refused(developer: Any) -> None:
        developer.iam.create_user(UserName="x")

    assert replay(drill, refused).denied
