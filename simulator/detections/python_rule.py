"""Rules in Python: a file with `rule(event) -> bool`, and `title()` and `severity()` if it wants to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from simulator.detections.cases import case_of
from simulator.detections.faults import place
from simulator.detections.rule import BadRule, Case, Event, Ran, Rule

SEVERITIES = ("informational", "low", "medium", "high", "critical")
"""Sigma's levels."""


def rule_in(path: Path, cases: tuple[Case, ...] = ()) -> Rule:
    """The rule that a Python file holds, with the cases that its CASES lists.

    Raises:
        BadRule: the file can't be run, or defines no `rule`.
    """
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    try:
        source = path.read_text(encoding="utf-8")
        code = compile(source, str(path), "exec")
        exec(code, module.__dict__)  # noqa: S102 - running the learner's own file is the purpose
    except SyntaxError as error:
        raise BadRule(f"{path}, line {error.lineno}: {error.msg}.") from None
    except Exception as error:
        raise BadRule(f"{path}, {place(error, str(path))}: the file can't be run.") from None
    asked = getattr(module, "rule", None)
    if not callable(asked):
        raise BadRule(f"{path} defines no rule: write `def rule(event): return …`.")
    told = getattr(module, "CASES", [])
    if not isinstance(told, (list, tuple)):
        raise BadRule(f"{path}: CASES is a list of cases, not {type(told).__name__}.")
    own = tuple(case_of(each, f"{path}, CASES[{place_}]") for place_, each in enumerate(told))
    title = _said(module, "title", path.stem, path)
    severity = _said(module, "severity", "medium", path).lower()
    if severity not in SEVERITIES:
        raise BadRule(f"{path}: severity() is one of {', '.join(SEVERITIES)}, not {severity!r}.")
    return Rule(title, severity, str(path), partial(run, asked, str(path)), own + cases)


def rule_from(function: Callable[[Any], Any]) -> Rule:
    """A function of a notebook as a rule: its docstring's first line is the title."""
    name = getattr(function, "__name__", "rule")
    first = (function.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    code = getattr(function, "__code__", None)
    source = code.co_filename if code else ""
    return Rule(first or name, "medium", "", partial(run, function, source))


def run(rule: Callable[[Any], Any], source: str, events: Sequence[Event]) -> Ran:
    """Ask about each event, a copy of it. One on which the rule fails isn't matched."""
    alerts, broken, broke = [], 0, ""
    for number, event in enumerate(events):
        try:
            matched = bool(rule(json.loads(json.dumps(event))))
        except Exception as error:
            broken += 1
            broke = broke or place(error, source)
        else:
            if matched:
                alerts.append((number,))
    return Ran(tuple(alerts), broken, broke)


def _said(module: ModuleType, name: str, otherwise: str, path: Path) -> str:
    asked = getattr(module, name, None)
    if asked is None:
        return otherwise
    try:
        return str(asked())
    except Exception as error:
        raise BadRule(f"{path}, {place(error, str(path))}: {name}() takes no argument.") from None
