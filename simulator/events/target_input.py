"""What a target gets of an event: the event, a part of it, a constant, or a text made from it.

Source: "Amazon EventBridge input transformation" (Amazon EventBridge User Guide), "InputTransformer"
(Amazon EventBridge API Reference).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.events import json_path

_VARIABLE = re.compile(r"<([A-Za-z0-9_.-]+)>")
_RESERVED = "aws.events."


@dataclass(frozen=True, slots=True)
class About:
    """What reserved variables tell of a delivery."""

    rule_arn: str
    rule_name: str
    arrived: datetime
    """When the event came to the bus."""


def payload(target: Mapping[str, Any], event: Mapping[str, Any], about: About) -> str:
    """The text that is sent: JSON, unless a template makes something else."""
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath"):
        leads_to = json_path.found(target["InputPath"], event)
        return compact(leads_to[0]) if leads_to else "null"
    if target.get("InputTransformer"):
        return _transformed(target["InputTransformer"], event, about)
    return compact(event)


def compact(value: Any) -> str:
    """JSON as EventBridge writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def wrong(target: Mapping[str, Any]) -> str | None:
    """Why PutTargets refuses a target's input; None if it doesn't."""
    name = target["Id"]
    given = [one for one in ("Input", "InputPath", "InputTransformer") if target.get(one)]
    if len(given) > 1:
        return (
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {name}."
        )
    if target.get("Input"):
        try:
            json.loads(target["Input"])
        except ValueError as error:
            return f"JSON syntax error in input for target {name}: {error}"
    if target.get("InputPath") and not json_path.valid(target["InputPath"]):
        return f"Parameter InputPath is not valid. Reason: Invalid JSON path for target {name}."
    transformer = target.get("InputTransformer") or {}
    paths = transformer.get("InputPathsMap") or {}
    for variable, path in paths.items():
        if variable.lower().startswith("aws"):
            return f"InputPathsMap keys must not start with AWS for target {name}."
        if not json_path.valid(path):
            return f"Invalid InputPathsMap for target {name}: {path} is not a valid JSON path."
    for variable in _VARIABLE.findall(transformer.get("InputTemplate", "")):
        if variable not in paths and not variable.startswith(_RESERVED):
            return (
                f"InputTemplate for target {name} contains placeholder that is undefined in "
                f"InputPathsMap: <{variable}>."
            )
    return None


def _transformed(transformer: Mapping[str, Any], event: Mapping[str, Any], about: About) -> str:
    template = transformer["InputTemplate"]
    known = _reserved(event, about)
    for name, path in (transformer.get("InputPathsMap") or {}).items():
        if leads_to := json_path.found(path, event):
            known[name] = leads_to[0]
    written, at = "", 0
    for variable in _VARIABLE.finditer(template):
        written += template[at : variable.start()]
        at = variable.end()
        written += _said(variable[1], known, quoted=_in_string(template[: variable.start()]))
    return _minified(written + template[at:])


def _reserved(event: Mapping[str, Any], about: About) -> dict[str, Any]:
    return {
        "aws.events.rule-arn": about.rule_arn,
        "aws.events.rule-name": about.rule_name,
        "aws.events.event.ingestion-time": f"{about.arrived:%Y-%m-%dT%H:%M:%SZ}",
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }


def _said(name: str, known: Mapping[str, Any], quoted: bool) -> str:
    """A value where a template has its variable; one that isn't known is an empty text.

    Inside of quotes a text is put in as it is, and JSON without its own quotes.
    """
    value = known.get(name, "")
    if not quoted:
        return compact(value)
    if isinstance(value, str):
        return compact(value)[1:-1]
    return compact(value).replace('"', "")


def _in_string(before: str) -> bool:
    """Whether what comes next stands inside of a JSON string."""
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', before)) % 2 == 1


def _minified(text: str) -> str:
    try:
        return compact(json.loads(text))
    except ValueError:
        return text
