"""The answer key is what the grader takes, and is the same for a seed whenever it is asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from simulator import catalogue
from simulator.account.clock import machine_time
from simulator.answers.key import key
from simulator.answers.told import text
from simulator.cli import main
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.verdict import Verdict
from simulator.roster import Member, Roster
from simulator.roster import text as roster_text
from simulator.scenario import Phase
from simulator.submission import hand_in

ID = "iam-leaked-key"
TODAY = datetime(2027, 2, 3, 10, tzinfo=UTC)
LATER = datetime(2027, 3, 1, 16, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    with machine_time(TODAY):
        return key(catalogue.load(ID), 631)


def answers(of: dict[str, Any]) -> dict[str, Any]:
    return {each["finding"]: each["answer"] for each in of["answers"]}


def events(of: dict[str, Any]) -> list[Any]:
    (evidence,) = [each for each in of["answers"] if each["finding"] == "evidence"]
    return sorted((each["name"], each["what"]) for each in evidence["events"])


def test_what_it_says_to_submit_earns_every_point_of_detection(told: dict[str, Any]) -> None:
    with machine_time(TODAY):
        drill = Drill(catalogue.load(ID), 631, Gateway())
        try:
            hand_in(drill, answers(told))
            assert {each.verdict for each in judge(drill, Phase.DETECT)} == {Verdict.PASSED}
            assert not drill.accused
        finally:
            drill.close()


def test_it_is_the_same_on_another_day(told: dict[str, Any]) -> None:
    """Ids of events are not; what they are of, and when, is."""
    with machine_time(LATER):
        later = key(catalogue.load(ID), 631)
    assert answers(later) | {"evidence": []} == answers(told) | {"evidence": []}
    assert events(later) == events(told) != []
    assert later["ways"] == told["ways"]
    assert later["attack_before_arrival"] == told["attack_before_arrival"]


def test_an_answer_that_is_a_time_is_told_from_the_learners_arrival() -> None:
    with machine_time(TODAY):
        first = key(catalogue.load("s3-public-pii"), 632)
    with machine_time(LATER):
        later = key(catalogue.load("s3-public-pii"), 632)
    before, after = (
        next(each for each in told["answers"] if each["finding"] == "last_read")
        for told in (first, later)
    )
    assert before["answer"] != after["answer"]
    assert before["before_arrival"] > 0
    assert abs(before["before_arrival"] - after["before_arrival"]) <= 1
    assert "before arrival, in a lab that is begun now" in text(first)


def test_another_seed_has_other_answers_and_its_own_course(told: dict[str, Any]) -> None:
    keys = [key(catalogue.load(ID), seed) for seed in (633, 634, 635)]
    assert len({json.dumps(answers(each)) for each in [told, *keys]}) == 4
    for each in [told, *keys]:
        held = {way["name"] for way in each["ways"]}
        elsewhere = {way["name"] for way in each["ways_elsewhere"]}
        assert held
        assert not held & elsewhere
        assert held | elsewhere == {way.name for way in catalogue.load(ID).ways}


def test_points_and_wrong_fixes_are_those_that_the_grader_has(told: dict[str, Any]) -> None:
    play = catalogue.load(ID)
    assert told["points"] == told["score"] == play.points
    assert sum(check["points"] for check in told["checks"]) == play.points
    wrong = {fix["name"]: fix["fails"] for fix in told["wrong_fixes"]}
    assert "reference" not in wrong
    for name, fails in wrong.items():
        assert dict(play.fixes[name].fails) == fails != {}
        assert not play.fixes[name].when or told["facts"].get(play.fixes[name].when) != ""


def test_no_secret_key_and_no_whole_file_is_in_it(told: dict[str, Any]) -> None:
    said = json.dumps(told)
    assert "SecretAccessKey" not in said
    assert "-----BEGIN" not in said
    assert "ci_key" not in told["facts"]


def test_as_text_it_names_every_answer_check_and_wrong_fix(told: dict[str, Any]) -> None:
    said = text(told)
    assert all(len(line) <= 160 for line in said.splitlines())
    for each in told["answers"]:
        for one in [each["answer"]] if isinstance(each["answer"], str) else each["answer"]:
            assert one in said
    for each in [*told["checks"], *told["wrong_fixes"]]:
        assert each["name"] in said
    assert "GetFederationToken" in said


def peek(*words: str) -> Result:
    return CliRunner().invoke(main, ["peek", ID, *words], env={"DRILL_ROSTER": None})


def test_a_learners_seed_is_looked_up_in_the_roster(tmp_path: Path, told: dict[str, Any]) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(roster_text(Roster([Member("ann", "token-of-ann", 631)])))
    for named in ("ann", "token-of-ann"):
        said = json.loads(peek("--roster", str(roster), "--learner", named, "--json").output)
        assert said["seed"] == 631
        assert answers(said)["key"] == answers(told)["key"]
    refused = peek("--roster", str(roster), "--learner", "anne")
    assert refused.exit_code == 1
    assert "Did you mean 'ann'?" in refused.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--learner", "ann"), "--roster"),
        (("--learner", "ann", "--seed", "3"), "not both"),
        (("--roster", "gone.csv", "--learner", "ann"), "can't be read as a roster"),
    ],
)
def test_whose_seed_is_meant_must_be_clear(words: tuple[str, ...], said: str) -> None:
    result = peek(*words)
    assert result.exit_code == 1
    assert said in result.output
