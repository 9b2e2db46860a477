"""Unit cases beside a rule: events that it must match, and events that it must not.

    tests:
      - name: a user gets administrator rights
        expected: true
        event: {eventName: AttachUserPolicy, …}

`events: […]` instead of `event` is for a correlation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.detections.rule import BadRule, Case, Rule

SUFFIX = ".tests.yml"
"""rule.yml and rule.py have their cases in rule.tests.yml."""


def beside(path: Path) -> tuple[Case, ...]:
    """The cases in the file beside a rule; none where there is no such file.

    Raises:
        BadRule: a file that is no list of cases.
    """
    file = path.with_name(path.stem + SUFFIX)
    if not file.is_file():
        return ()
    import yaml

    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f", line {mark.line + 1}" if mark else ""
        raise BadRule(f"{file}{at}: not YAML: {getattr(error, 'problem', error)}.") from None
    tests = told.get("tests") if isinstance(told, Mapping) else None
    if not isinstance(tests, list):
        raise BadRule(f"{file}: cases are a list under `tests:`.")
    return tuple(case_of(each, f"{file}, case {number}") for number, each in enumerate(tests, 1))


def case_of(told: Any, where: str) -> Case:
    """One case. Raises BadRule: a name, an expectation or an event is missing."""
    if not isinstance(told, Mapping):
        raise BadRule(f"{where}: a case has name, expected and event.")
    events = told.get("events", [told["event"]] if "event" in told else None)
    if not isinstance(told.get("expected"), bool):
        raise BadRule(f"{where}: `expected` is true or false.")
    if not isinstance(events, list) or not all(isinstance(each, Mapping) for each in events):
        raise BadRule(f"{where}: `event` is a CloudTrail record, `events` a list of them.")
    return Case(str(told.get("name") or where), told["expected"], tuple(events))


def wrong(rule: Rule) -> Iterator[str]:
    """What the rule gets wrong of its own cases, a sentence each."""
    for case in rule.cases:
        ran = rule.run(case.events)
        if ran.broken:
            yield f"{case.name}: the rule failed at {ran.broke}"
        elif bool(ran.alerts) != case.expected:
            yield f"{case.name}: {'must match, and does not' if case.expected else 'must not match, and does'}"
