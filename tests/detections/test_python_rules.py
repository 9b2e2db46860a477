"""Python rules and the cases beside rules; what is wrong with them is said where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.detections import cases, files
from simulator.detections.python_rule import rule_from, run
from simulator.detections.rule import BadRule, findings

GOOD = '''"""A rule."""

def title():
    return "A user is made"

def severity():
    return "HIGH"

def rule(event):
    return event["eventName"] == "CreateUser"

CASES = [
    {"name": "made", "expected": True, "event": {"eventName": "CreateUser"}},
    {"name": "not made", "expected": False, "event": {"eventName": "GetUser"}},
]
'''
SIGMA = "title: S\nlogsource: {product: aws, service: cloudtrail}\ndetection: {s: {eventName: CreateUser}, condition: s}\n"


def test_a_file_says_title_severity_and_cases(tmp_path: Path) -> None:
    (tmp_path / "made.py").write_text(GOOD)
    (rule,) = files.found([tmp_path])
    assert (rule.title, rule.severity, len(rule.cases)) == ("A user is made", "high", 2)
    assert list(cases.wrong(rule)) == []


def test_an_event_on_which_the_rule_fails_is_not_matched_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "made.py").write_text(GOOD)
    (rule,) = files.found([tmp_path / "made.py"])
    ran = rule.run([{"eventName": "CreateUser"}, {}])
    assert ran.alerts == ((0,),)
    assert (ran.broken, ran.broke) == (1, "line 10: KeyError: 'eventName'")


def test_a_rule_that_changes_its_event_changes_a_copy() -> None:
    event = {"eventName": "CreateUser"}
    assert run(lambda copy: copy.pop("eventName"), "", [event, event]).alerts == ((0,), (1,))
    assert event == {"eventName": "CreateUser"}


def test_a_function_is_called_by_its_docstring() -> None:
    def made(event: dict[str, str]) -> bool:
        """Somebody makes a user.

        And more.
        """
        return True

    assert rule_from(made).title == "Somebody makes a user"
    assert rule_from(lambda event: True).title == "<lambda>"


def test_cases_are_read_from_the_file_beside_a_rule(tmp_path: Path) -> None:
    (tmp_path / "made.yml").write_text(SIGMA)
    (tmp_path / "made.tests.yml").write_text(
        "tests:\n- {name: right, expected: true, event: {eventName: CreateUser}}\n"
        "- {name: too much, expected: false, event: {eventName: CreateUser}}\n"
        "- {name: too little, expected: true, event: {eventName: GetUser}}\n"
    )
    (rule,) = files.found([tmp_path])
    assert list(cases.wrong(rule)) == [
        "too much: must not match, and does",
        "too little: must match, and does not",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.py", "def rule(event:\n", "a.py, line 1: "),
        ("a.py", "x = 1\n\ny = 1 / 0\n", "a.py, line 3: ZeroDivisionError"),
        ("a.py", "def other(event): pass\n", "defines no rule"),
        ("a.py", "def rule(event): pass\nCASES = 3\n", "CASES is a list"),
        (
            "a.py",
            "def rule(event): pass\nCASES = [{}]\n",
            r"CASES\[0\]: `expected` is true or false",
        ),
        ("a.py", "def rule(event): pass\ndef severity(): return 'bad'\n", "one of informational"),
        (
            "a.py",
            "def rule(event): pass\ndef title(x): return ''\n",
            r"title\(\) takes no argument",
        ),
        ("a.txt", "", "Sigma is .yml, Python is .py"),
        ("b.tests.yml", "tests: [\n", "b.tests.yml, line 2: not YAML"),
        ("b.tests.yml", "cases: []\n", "under `tests:`"),
        ("b.tests.yml", "tests: [{expected: true}]\n", "case 1: `event` is a CloudTrail record"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / "b.yml").write_text(SIGMA)
    (tmp_path / name).write_text(text)
    with pytest.raises(BadRule, match=said):
        files.found([tmp_path / "b.yml", tmp_path / name])


def test_a_folder_without_rules_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadRule, match="holds no rule"):
        files.found([tmp_path])
    with pytest.raises(BadRule, match="There is no"):
        files.found([tmp_path / "missing"])


def test_a_finding_says_who_when_and_what() -> None:
    rule = rule_from(lambda event: event["eventName"] == "CreateUser")
    events = [
        {"eventName": "GetUser", "eventID": "1"},
        {
            "eventName": "CreateUser",
            "eventID": "2",
            "eventTime": "2026-03-01T12:00:00Z",
            "userIdentity": {"type": "Root", "arn": "arn:aws:iam::111122223333:root"},
        },
    ]
    (found,) = findings(rule, rule.run(events), events)
    assert found.as_json() == {
        "rule": "<lambda>",
        "severity": "medium",
        "events": ["2"],
        "time": "2026-03-01T12:00:00Z",
        "who": "arn:aws:iam::111122223333:root",
        "what": "CreateUser",
    }
