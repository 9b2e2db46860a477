"""`lab.detect`: a Sigma rule is run by the simulator, a Python rule here, on events without labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.detections import cases, python_rule, trial
from simulator.detections.rule import BadRule, Rule, findings
from simulator.notebook.client import Client
from simulator.widgets.detected import Detected


def detect(client: Client, rule: str | Path | Callable[[dict[str, Any]], Any]) -> Detected:
    """Ask the simulator. Raises BadRule, and what it answers."""
    if callable(rule):
        return _here(client, python_rule.rule_from(rule))
    if isinstance(rule, str) and "\n" in rule:
        return Detected(client.post("/lab/detect", {"rule": rule}))
    path = Path(rule)
    if path.suffix == ".py" and path.is_file():
        return _here(client, python_rule.rule_in(path))
    if path.suffix not in {".yml", ".yaml"} or not path.is_file():
        raise BadRule(
            f"{path} is no rule: give the path of a Sigma file (.yml) or a Python file (.py), Sigma "
            "as text, or a function."
        )
    return Detected(client.post("/lab/detect", {"rule": path.read_text(encoding="utf-8")}))


def _here(client: Client, rule: Rule) -> Detected:
    wrong = list(cases.wrong(rule))
    given = client.post("/lab/detect", {})
    events = given["events"]
    ran = rule.run(events)
    outcome = trial.tried(rule.run, trial.seen(given["unseen"]))
    answer = client.post("/lab/detect", {"alerts": outcome.alerts})
    broke = ran.broke or outcome.broke
    if broke:
        wrong.append(f"The rule's own code failed on {ran.broken + outcome.broken} events: {broke}")
    found = [each.as_json() for each in findings(rule, ran, events)]
    return Detected({"title": rule.title, "findings": found, "wrong": wrong, **answer})
