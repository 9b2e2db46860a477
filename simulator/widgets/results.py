"""Judged checks and their score, as text and as HTML. Nothing here decides anything."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

from simulator.durations import spoken
from simulator.widgets.markup import STYLE

SYMBOL = {"PASSED": "✔", "FAILED": "✘", "NOT_ATTEMPTED": "·", "ERROR": "!"}
"""By verdict."""
_DONE = {"detect": "detected", "contain": "contained", "recover": "recovered"}
"""What is said of a phase that is done."""


class Results:
    """Judged checks. `checks` holds them as dicts: name, phase, claim, verdict, points, reason.

    `lines` are the summands of the score, as dicts: what, points, of, why. `times` are seconds on
    the account's clock: `attack`, how old the attack was when the learner came; and by phase, how
    long after that it was done, or None.
    """

    def __init__(self, answer: dict[str, Any]) -> None:
        self.checks: list[dict[str, Any]] = answer["checks"]
        self.points: int = answer["points"]
        self.hint_cost: int = answer["hint_cost"]
        self.score: int = answer["score"]
        self.lines: list[dict[str, Any]] = answer.get("lines", [])
        self.times: dict[str, float | None] = answer.get("times", {})

    @property
    def solved(self) -> bool:
        """Whether every check holds."""
        return all(check["verdict"] == "PASSED" for check in self.checks)

    @property
    def total(self) -> str:
        """The score in words."""
        return f"{self.score} of {self.points} points"

    def __str__(self) -> str:
        lines = []
        for phase, checks in by_phase(self.checks).items():
            lines.append(phase.upper())
            for check in checks:
                lines.append(f"  {SYMBOL[check['verdict']]} {check['claim']} ({worth(check)})")
                if check["reason"]:
                    lines.append(f"      {check['reason']}")
        if self.lines:
            lines.append("SCORE")
            width = max(len(line["what"]) for line in self.lines)
            lines += [_summand(line, width) for line in self.lines]
        lines += [timed(self.times)] if self.times else []
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
            f"{self._sum()}"
            f'<div class="bar"><div style="width:{share}%"></div></div>'
            f'<div class="total">{escape(self.total)}</div>'
        )

    def _sum(self) -> str:
        if not self.lines:
            return ""
        rows = "".join(_summand_row(line) for line in self.lines)
        head = '<tr class="phase"><th colspan="2">score</th><th class="worth"></th></tr>'
        said = f'<div class="times">{escape(timed(self.times))}</div>' if self.times else ""
        return f'<table class="checks sum"><tbody>{head}{rows}</tbody></table>{said}'


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


def adds(line: dict[str, Any]) -> str:
    """What a summand adds, of what it could, "11 of 15", or what it takes."""
    number = f"\N{MINUS SIGN}{-line['points']}" if line["points"] < 0 else f"{line['points']}"
    return number if line["of"] is None else f"{number} of {line['of']}"


def timed(times: dict[str, float | None]) -> str:
    """The times of a response in a sentence; empty where there are none."""
    said = []
    for phase, took in times.items():
        after = "" if took is None else spoken(timedelta(seconds=took))
        if phase == "attack":
            said.append(f"the attack was {after} old when you arrived")
        else:
            said.append(f"{_DONE[phase]} after {after}" if after else f"not {_DONE[phase]} yet")
    return f"On the account's clock: {'; '.join(said)}." if said else ""


def _summand(line: dict[str, Any], width: int) -> str:
    number, of, possible = adds(line).partition(" of ")
    text = f"  {line['what']:<{width}}  {number:>3}{of + possible:<6}  {line['why']}"
    return text.rstrip()


def _summand_row(line: dict[str, Any]) -> str:
    return (
        f"<tr><td>{escape(line['what'])}</td><td>{escape(line['why'])}</td>"
        f'<td class="worth">{escape(adds(line))}</td></tr>'
    )


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
