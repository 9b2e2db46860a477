"""Graduated, priced hints: hints.md has a section a check, a paragraph a hint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from simulator.errors import BadSubmission, did_you_mean

PRICE = 1
"""Points that a hint after the first of a check costs; the first one is free."""


def read(text: str) -> dict[str, list[str]]:
    """hints.md: `## check_name`, then hints as paragraphs, from a nudge to the answer."""
    sections = re.split(r"^## +(\w+) *$", text, flags=re.MULTILINE)[1:]
    return {
        name: [part.strip() for part in body.strip().split("\n\n") if part.strip()]
        for name, body in zip(sections[::2], sections[1::2], strict=True)
    }


def take(hints: dict[str, list[str]], check: str, taken: dict[str, int]) -> dict[str, Any]:
    """The next hint of a check; `taken` counts it. The last one is shown again for nothing.

    Raises:
        BadSubmission: there are no hints for a check of that name.
    """
    if not hints.get(check):
        known = [name for name, given in hints.items() if given]
        raise BadSubmission(
            f"There are no hints for {check!r}; there are for {', '.join(known) or 'none'}."
            f"{did_you_mean(check, known)}"
        )
    before = taken.get(check, 0)
    shown = min(before, len(hints[check]) - 1)
    taken[check] = max(before, shown + 1)
    return {
        "check": check,
        "hint": hints[check][shown],
        "cost": PRICE if before == shown and shown > 0 else 0,
        "left": len(hints[check]) - shown - 1,
    }


def cost(taken: Mapping[str, int], checks: Iterable[str]) -> int:
    """Points that the hints taken for `checks` cost in all."""
    return sum(PRICE * max(0, taken.get(check, 0) - 1) for check in checks)
