"""`drill detect`: cases, logs and scores from a terminal, with exit codes for CI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main

EXAMPLES = Path(__file__).parents[2] / "labs" / "detections"
SIGMA = (
    "title: A user is made\nlevel: high\nlogsource: {product: aws, service: cloudtrail}\n"
    "detection: {s: {eventName: CreateUser}, condition: s}\n"
)
EVENT = {
    "eventName": "CreateUser",
    "eventID": "e-1",
    "eventTime": "2026-03-01T12:00:00Z",
    "userIdentity": {"arn": "arn:aws:iam::111122223333:user/ann"},
}


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    path = tmp_path / "made.yml"
    path.write_text(SIGMA)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "one.json").write_text(json.dumps({"Records": [EVENT]}))
    return path


def drill(*arguments: Any) -> Result:
    return CliRunner().invoke(main, ["detect", *map(str, arguments)])


def test_the_examples_pass_their_cases() -> None:
    result = drill(EXAMPLES)
    assert result.exit_code == 0, result.output
    assert "✘" not in result.output
    told = json.loads(drill(EXAMPLES, "--json").output)
    assert len(told["rules"]) >= 5
    assert all(each["cases"] >= 2 and not each["wrong"] for each in told["rules"])


def test_findings_are_told_and_fail_only_if_asked(rule: Path, tmp_path: Path) -> None:
    result = drill(rule, "--logs", tmp_path / "logs")
    assert result.exit_code == 0
    assert "2026-03-01T12:00:00Z [high] A user is made: CreateUser by arn:" in result.output
    result = drill(rule, "--logs", tmp_path / "logs", "--fail-on-findings", "--json")
    assert result.exit_code == 1
    told = json.loads(result.output)
    assert told["failed"] == ["1 findings in the logs"]
    assert told["logs"]["events"] == 1
    assert told["logs"]["findings"] == [
        {
            "rule": "A user is made",
            "severity": "high",
            "events": ["e-1"],
            "time": "2026-03-01T12:00:00Z",
            "who": "arn:aws:iam::111122223333:user/ann",
            "what": "CreateUser",
            "file": str(rule),
        }
    ]


def test_a_case_that_is_wrong_fails(rule: Path) -> None:
    rule.with_name("made.tests.yml").write_text(
        "tests: [{name: nobody, expected: false, event: {eventName: CreateUser}}]\n"
    )
    result = drill(rule)
    assert result.exit_code == 1
    assert f"✘ {rule}: nobody: must not match, and does" in result.output


def test_a_rule_whose_code_fails_on_an_event_fails(rule: Path, tmp_path: Path) -> None:
    path = rule.with_name("made.py")
    path.write_text("def rule(event):\n    return event['missing']\n")
    result = drill(path, "--logs", tmp_path / "logs")
    assert result.exit_code == 1
    assert f"{path}, line 2: KeyError: 'missing': it failed on 1 events" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("missing.yml",),
        ("made.yml", "--logs", "missing"),
        ("made.yml", "--scenario", "no-such"),
    ],
)
def test_what_cannot_be_used_is_an_error_of_its_own(
    rule: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(rule.parent)
    result = drill(*arguments)
    assert result.exit_code == 2
    assert result.output.startswith("Error: There is no ")


def test_a_rule_is_scored_on_worlds_of_a_scenario(rule: Path) -> None:
    opened = EXAMPLES / "strangers_let_in.py"
    result = drill(
        *(rule, opened, "--scenario", "s3-public-pii", "--seeds", 1, "--min-score", 90, "--json")
    )
    told = json.loads(result.output)
    assert result.exit_code == 1
    made, strangers = told["scenario"]["scores"]
    assert (made["score"], made["variants"]["the mistake"]["caught"]) == (0, 0)
    assert strangers["variants"]["the mistake"] == {"caught": 1, "occurred": 1}
    assert told["scenario"]["together"]["variants"]["the mistake"]["caught"] == 1
    assert f"{rule}: A user is made scores 0, not 90" in told["failed"]
    assert (
        "of 100 on unseen worlds"
        in drill(opened, "--scenario", "s3-public-pii", "--seeds", 1).output
    )
