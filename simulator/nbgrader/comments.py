"""What stands below a task's points: the verdicts that they follow from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.grading.result import Outcome, Result
from simulator.grading.verdict import Verdict
from simulator.nbgrader.source import DEDUCTIONS, grade_id

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#|!~$&])")
_SIGNS = {Verdict.PASSED: "✔", Verdict.FAILED: "✘", Verdict.NOT_ATTEMPTED: "·", Verdict.ERROR: "!"}


def comments(result: Result) -> dict[str, str]:
    """The comment on each task, by its grade_id, as Markdown.

    Names of things in the account are the learner's choice: what looks like markup is made text.
    """
    said: dict[str, list[str]] = {}
    for check in result.checks:
        sign = _SIGNS[Verdict(check["verdict"])]
        reason = f": {check['reason']}" if check["reason"] else ""
        line = f"{sign} {str(check['claim']).rstrip('.')}{reason} ({check['points']})"
        said.setdefault(grade_id(str(check["phase"])), []).append(line)
    said[DEDUCTIONS] = [*_taken(result), *_outcome(result)]
    return {name: "\n".join(map(_item, lines)) for name, lines in said.items()}


def _item(line: str) -> str:
    return "- " + _MARKUP.sub(r"\\\1", " ".join(line.split()))


def _taken(result: Result) -> Iterator[str]:
    for line in result.lines:
        if line["of"] is None:
            yield f"{line['what']}: {line['points']} ({line['why']})"


def _outcome(result: Result) -> Iterator[str]:
    if result.outcome is not Outcome.RAN or result.said:
        yield f"The run: {result.outcome}. {result.said}".strip()
