"""Results, submissions and traces as grading makes them, made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from simulator.grading.result import Cell, Outcome, Result
from simulator.grading.traces import CellTrace, Traces

LAB = "iam-leaked-key"
HOSTILE = "<img src=x onerror=alert(1)>\"'&</td></table></pre><script>alert(2)</script>"


@dataclass(frozen=True, slots=True)
class Handed:
    """A submission, as `HandedIn` has it."""

    learner: str
    lab: str = LAB
    source: str = ""
    problem: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    traces: Traces | None = None


def check(name: str = "stolen_key_is_dead", verdict: str = "PASSED", **more: Any) -> dict[str, Any]:
    told = {
        "name": name,
        "phase": "contain",
        "claim": f"It holds: {name}.",
        "points": 4,
        "reason": {"FAILED": "It still works.", "NOT_ATTEMPTED": "Nothing was tried."}.get(
            verdict, ""
        ),
    }
    return told | {"verdict": verdict} | more


def result(learner: str = "ada", lab: str = LAB, *checks: dict[str, Any], **more: Any) -> Result:
    """A result whose points are its checks'."""
    given = checks or (check(),)
    told: dict[str, Any] = {
        "seed": 1,
        "key": "",
        "outcome": Outcome.RAN,
        "points": sum(each["points"] for each in given if each["verdict"] == "PASSED"),
        "possible": sum(each["points"] for each in given),
        "checks": given,
        "cells": (Cell(2, "passed"), Cell(4, "passed")),
        "times": {"contain": 600.0},
    }
    return Result(learner=learner, lab=lab, **(told | more))


def unrun(outcome: Outcome, learner: str = "ada", lab: str = LAB, said: str = "") -> Result:
    return Result(learner, lab, 1, "", outcome, said)


def traced(
    codes: Iterable[str], *, size: int = 200, counts: Iterable[int | None] = (), **more: Any
) -> Traces:
    """Traces of a notebook: a cell of the learner's own for each digest, run one after the other."""
    digests = list(codes)
    numbers = list(counts) or list(range(1, len(digests) + 1))
    cells = tuple(
        CellTrace(2 * place, code, size, False, count, count is not None)
        for place, (code, count) in enumerate(zip(digests, numbers, strict=True))
    )
    return Traces("", "", cells, **more)


class Reader(HTMLParser):
    """Which elements a browser would make, and which text it would show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data
