"""Graduated, priced hints: hints.md has a section a check, a paragraph a hint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.errors import BadSubmission, did_you_mean
from simulator.grading.judge import judge
from simulator.grading.verdict import Verdict

if TYPE_CHECKING:
    from simulator.drill import Drill

PRICE = 1
"""Points that a hint after the first of a check costs; the first one is free."""


def read(text: str) -> dict[str, list[str]]:
    """hints.md: `## check_name`, then hints as paragraphs, from a nudge to the answer."""
    sections = re.split(r"^## +(\w+) *$", text, flags=re.MULTILINE)[1:]
    return {
        name: [part.strip() for part in body.strip().split("\n\n") if part.strip()]
        for name, body in zip(sections[::2], sections[1::2], strict=True)
    }


def hints_for(drill: Drill, check: str | None) -> dict[str, Any]:
    """The next hint of a check, or of the first check that doesn't hold."""
    hints = read(drill.play.text("hints.md"))
    if check is None:
        open_checks = [each.name for each in judge(drill) if each.verdict is not Verdict.PASSED]
        if not open_checks:
            return {"check": None, "hint": "Everything holds. There is nothing to hint at.", "cost": 0, "left": 0}
        check = open_checks[0]
    if check not in hints:
        raise BadSubmission(
            f"There are no hints for {check!r}; there are for {', '.join(hints)}.{did_you_mean(check, hints)}"
        )
    taken = drill.hints.get(check, 0)
    shown = min(taken, len(hints[check]) - 1)
    drill.hints[check] = max(taken, shown + 1)
    return {
        "check": check,
        "hint": drill.render(hints[check][shown]),
        "cost": PRICE if taken == shown and shown > 0 else 0,
        "left": len(hints[check]) - shown - 1,
    }


def cost(taken: dict[str, int]) -> int:
    """Points that the hints taken cost in all."""
    return sum(PRICE * max(0, number - 1) for number in taken.values())
