"""What a scenario's author says that a scanner must see: posture.json in the scenario's folder.

    {
      "fails": [
        {
          "check": "the scanner's id of a check",
          "resource": "an ARN, or its last part, with ${facts} filled in",
          "why": "what is planted there, in words",
          "when": "a fact of this seed's course"
        }
      ],
      "unseen": ["what is planted and no check looks for, in words"]
    }

`when` is optional: a fact that must be there and true, or {"fact": value}.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from simulator import catalogue

NAME = "posture.json"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One check that must fail on one resource before the fix, and not after."""

    check: str
    resource: str
    why: str

    def among(self, failed: Iterable[tuple[str, str]]) -> bool:
        """Whether it is one of these failures, given as check and ARN."""
        return any(
            check == self.check and _is(resource, self.resource) for check, resource in failed
        )


def _is(arn: str, wanted: str) -> bool:
    return arn == wanted or arn.endswith((f"/{wanted}", f":{wanted}"))


def scenarios() -> list[str]:
    """The scenarios that say what a scanner must see."""
    return [each for each in catalogue.ids() if (catalogue.FOLDER / each / NAME).exists()]


def read(folder: Path) -> dict[str, list[Any]]:
    """posture.json of a scenario's folder."""
    said: dict[str, list[Any]] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return said


def expected(folder: Path, facts: Mapping[str, Any]) -> list[Expectation]:
    """What must fail in a drill with these facts.

    Raises:
        KeyError: a resource names a fact that the drill doesn't have.
    """
    return [
        Expectation(each["check"], Template(each["resource"]).substitute(facts), each["why"])
        for each in read(folder)["fails"]
        if _applies(each.get("when"), facts)
    ]


def _applies(when: str | Mapping[str, Any] | None, facts: Mapping[str, Any]) -> bool:
    if when is None:
        return True
    if isinstance(when, str):
        return bool(facts.get(when))
    return all(facts.get(name) == value for name, value in when.items())
