"""Judged checks, as text and as HTML. Nothing here decides anything."""

from __future__ import annotations

from html import escape
from typing import Any

from simulator.widgets.markup import STYLE

SYMBOL = {"PASSED": "✔", "FAILED": "✘", "NOT_ATTEMPTED": "·", "ERROR": "!"}
"""By verdict."""


class Results:
    """Judged checks. `checks` holds them as dicts: name, phase, claim, verdict, points, reason."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.checks: list[dict[str, Any]] = answer["checks"]
        self.points: int = answer["points"]
        self.hint_cost: int = answer["hint_cost"]
        self.score: int = answer["score"]

    @property
    def solved(self) -> bool:
        """Whether every check holds."""
        return all(check["verdict"] == "PASSED" for check in self.checks)

    @property
    def total(self) -> str:
        """The score in words."""
        hints = f" ({self.hint_cost} spent on hints)" if self.hint_cost else ""
        return f"{self.score} of {self.points} points{hints}"

    def __str__(self) -> str:
        lines = []
        for phase, checks in by_phase(self.checks).items():
            lines.append(phase.upper())
            for check in checks:
                lines.append(f"  {SYMBOL[check['verdict']]} {check['claim']} ({worth(check)})")
                if check["reason"]:
                    lines.append(f"      {check['reason']}")
        return "\n".join([*lines, self.total])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'{STYLE}<div class="drill">{self.as_table()}</div>'

    def as_table(self) -> str:
        """The table and the score in HTML, to stand inside `<div class="drill">`."""
        rows = []
        for phase, checks in by_phase(self.checks).items():
            earned = sum(check["points"] for check in checks if check["verdict"] == "PASSED")
            possible = sum(check["points"] for check in checks)
            rows.append(
                f'<tr class="phase"><th colspan="2">{escape(phase)}</th>'
                f'<th class="worth">{earned}/{possible}</th></tr>'
            )
            rows.extend(_row(check) for check in checks)
        share = 100 * self.score // max(1, self.points)
        return (
            f'<table class="checks"><tbody>{"".join(rows)}</tbody></table>'
            f'<div class="bar"><div style="width:{share}%"></div></div>'
            f'<div class="total">{escape(self.total)}</div>'
        )


def by_phase(checks: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The checks under their phases, in the order they came."""
    phases: dict[str, list[dict[str, Any]]] = {}
    for check in checks:
        phases.setdefault(check["phase"], []).append(check)
    return phases


def worth(check: dict[str, Any]) -> str:
    """Points earned of points possible."""
    earned = check["points"] if check["verdict"] == "PASSED" else 0
    return f"{earned}/{check['points']}"


def _row(check: dict[str, Any]) -> str:
    verdict = check["verdict"]
    reason = f'<div class="reason">{escape(check["reason"])}</div>' if check["reason"] else ""
    spoken = verdict.replace("_", " ").lower()
    return (
        f'<tr class="{verdict.lower()}">'
        f'<td class="mark" title="{spoken}" aria-label="{spoken}">{SYMBOL[verdict]}</td>'
        f"<td>{escape(check['claim'])}{reason}</td>"
        f'<td class="worth">{escape(worth(check))}</td></tr>'
    )
