"""The grader's own test: every scenario's fixes land exactly where they say."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from simulator import catalogue
from simulator.catalogue import Play
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.score import score
from simulator.grading.verdict import Verdict
from simulator.grading.verify import verify
from simulator.hints import read
from simulator.scenario import Check


@pytest.fixture(scope="module", params=catalogue.ids())
def play(request: pytest.FixtureRequest) -> Play:
    return catalogue.load(request.param)


@pytest.fixture(scope="module")
def whole(play: Play) -> Iterator[Drill]:
    made = Drill(play, 3, Gateway())
    yield made
    made.close()


@pytest.fixture
def drill(whole: Drill) -> Iterator[Drill]:
    """Whatever a test does with it is undone."""
    with whole.fresh():
        yield whole


def with_judge(
    play: Play, name: str, judge_: Callable[[], None], stands: Mapping[str, bool]
) -> Play:
    """The scenario with one check broken by hand; all others are known to pass or to fail."""

    def known(check: Check) -> None:
        assert stands[check.name]

    checks = tuple(
        dataclasses.replace(check, judge=judge_ if check.name == name else partial(known, check))
        for check in play.checks
    )
    return dataclasses.replace(play, checks=checks)


@pytest.mark.slow
def test_every_fix_lands_exactly_where_it_says(play: Play) -> None:
    """On one seed: `make verify` tries several."""
    assert verify(play, 1) == []


def test_whoever_only_lets_time_pass_earns_nothing(play: Play, drill: Drill) -> None:
    """What the adversary holds outlives the hours that a lab's page lets pass, and one more."""
    (page,) = Path(__file__).parents[1].glob(f"labs/*/{play.id}.ipynb")
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    code = "".join(line for cell in cells if cell["cell_type"] == "code" for line in cell["source"])
    waits = re.findall(r"lab\.wait\(hours=(\d+)\)", code)
    drill.wait(timedelta(hours=sum(map(int, waits)) + 1))
    assert {each.name for each in judge(drill) if each.earned} == set()


def test_a_check_that_always_passes_or_never_does_is_found_out(
    play: Play, drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check in turn, on one account: the untouched one and the reference tell."""

    def never() -> None:
        raise AssertionError("broken by hand")

    def broken(judge_: Callable[[], None]) -> Iterator[tuple[Check, Verdict]]:
        """Each check with another judge; the others stand as they do."""
        stands = {each.name: each.verdict is Verdict.PASSED for each in judge(drill)}
        for check in play.checks:
            monkeypatch.setattr(drill, "play", with_judge(play, check.name, judge_, stands))
            yield check, {each.name: each.verdict for each in judge(drill)}[check.name]
        monkeypatch.setattr(drill, "play", play)

    for check, verdict in broken(lambda: None):
        assert verdict is Verdict.PASSED or check.needs, check.name
    apply(drill, "reference")
    for check, verdict in broken(never):
        assert verdict is Verdict.FAILED, check.name


def test_judging_leaves_no_trace(drill: Drill) -> None:
    records, facts = list(drill.account.records), dict(drill.facts)
    first, second = judge(drill), judge(drill)
    assert first == second
    assert drill.account.records == records
    assert drill.facts == facts


def test_another_seed_makes_another_account(play: Play, whole: Drill) -> None:
    """That the same one makes the same, tests/test_same_again.py shows."""
    other = Drill(play, 4, Gateway())
    try:
        assert other.account.id != whole.account.id
        assert other.learner.secret_access_key != whole.learner.secret_access_key
        assert sorted(other.hostile_addresses()) != sorted(whole.hostile_addresses())
        events = [{record["eventID"] for record in each.account.records} for each in (whole, other)]
        assert not set.intersection(*events)
    finally:
        other.close()


def test_after_the_reference_fix_the_prowling_thief_gets_nothing(play: Play, drill: Drill) -> None:
    apply(drill, "reference")
    before = len(drill.account.records)
    tries = len(drill.journal)
    drill.wait(timedelta(hours=6))
    hostile = {name for name, actor in play.scenario.principals.items() if actor.hostile}
    tried = [attempt for attempt in drill.journal[tries:] if attempt.principal in hostile]
    assert tried
    assert not [attempt for attempt in tried if attempt.succeeded]
    assert len(drill.account.records) >= before
    assert score(judge(drill)).points == play.points


def test_every_check_has_hints_from_a_nudge_to_the_way(play: Play) -> None:
    hints = read(play.text("hints.md"))
    assert set(hints) == {check.name for check in play.checks}
    assert all(len(each) >= 2 for each in hints.values())


def test_what_the_learner_is_given_holds_no_secret(play: Play) -> None:
    from simulator.classroom import Classroom
    from simulator.desk import Desk

    classroom = Classroom(seed=987654321)
    seat = classroom.start(play.id)
    given = str(Desk(classroom, seat).about())
    assert "987654321" not in given
    assert seat.drill.world.secret not in given
    secrets = [*seat.drill.hostile_addresses()]
    for name, fact in seat.drill.facts.items():
        if name.startswith("rogue_"):
            secrets.append(fact["SecretAccessKey"] if isinstance(fact, dict) else fact)
    assert len(secrets) > 3
    assert not [secret for secret in secrets if secret in given]
