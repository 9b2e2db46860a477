"""What `Lab` returns: plain data that prints as text and shows as HTML in JupyterLab."""

from __future__ import annotations

from html import escape
from typing import Any

from simulator.widgets.markup import STYLE, markdown

_SYMBOL = {"PASSED": "✔", "FAILED": "✘", "NOT_ATTEMPTED": "·", "ERROR": "!"}


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

    def __str__(self) -> str:
        lines = []
        for phase, checks in _by_phase(self.checks).items():
            lines.append(phase.upper())
            for check in checks:
                lines.append(f"  {_SYMBOL[check['verdict']]} {check['claim']} ({_worth(check)})")
                if check["reason"]:
                    lines.append(f"      {check['reason']}")
        return "\n".join([*lines, self.total])

    __repr__ = __str__

    @property
    def total(self) -> str:
        hints = f", less {self.hint_cost} for hints" if self.hint_cost else ""
        return f"{self.score} of {self.points} points{hints}"

    def _repr_html_(self) -> str:
        rows = []
        for phase, checks in _by_phase(self.checks).items():
            rows.append(f'<tr class="phase"><th colspan="3">{escape(phase)}</th></tr>')
            rows.extend(_row(check) for check in checks)
        share = 100 * self.score // max(1, self.points)
        return (
            f'{STYLE}<div class="drill"><table>{"".join(rows)}</table>'
            f'<div class="bar"><div style="width:{share}%"></div></div>'
            f"<p><b>{escape(self.total)}</b></p></div>"
        )


class Page:
    """Markdown, shown as HTML in a notebook and as it is elsewhere."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'{STYLE}<div class="drill">{markdown(self.text)}</div>'


class Note(Page):
    """A sentence about what was done."""


class Hint(Page):
    """One hint."""

    def __init__(self, answer: dict[str, Any]) -> None:
        about = f"**Hint for `{answer['check']}`** — " if answer["check"] else ""
        price = f" This one cost {answer['cost']} point." if answer["cost"] else ""
        left = f" *{answer['left']} more, a point each.*" if answer["left"] else ""
        super().__init__(f"{about}{answer['hint']}{price}{left}")


class Briefing(Page):
    """The case, as the learner gets it."""

    def __init__(self, about: dict[str, Any]) -> None:
        found = "\n".join(f"- `{name}`: {text}" for name, text in about["findings"].items())
        facts = (
            f"*{about['pillar']} · severity {about['severity']} · about {about['minutes']} minutes · "
            f"{about['points']} points · ATT&CK {', '.join(about['attack'])}*"
        )
        parts = [f"## {about['title']}", facts, about["briefing"]]
        if found:
            parts.append(f"### What to submit\n\n{found}")
        parts.append(
            f"Your account is `{about['account_id']}` ({about['region']}); you are `{about['learner']}`."
        )
        if about["fidelity"]:
            parts.append(f"> **What is simulated:** {about['fidelity']}")
        super().__init__("\n\n".join(parts))


class Report(Page):
    """Where the case stands."""

    def __init__(self, about: dict[str, Any], answer: dict[str, Any]) -> None:
        self.results = Results(answer)
        submitted = [f"- `{name}`: {_listed(value)}" for name, value in about["submitted"].items()]
        parts = [
            f"## Report: {about['title']}",
            f"Account `{about['account_id']}`, {about['now']}.",
            "### Findings\n\n" + ("\n".join(submitted) or "Nothing was submitted."),
            f"### Verdicts\n\n{_table(self.results.checks)}",
            f"**{self.results.total}.** " + ("Solved." if self.results.solved else "Not solved yet."),
        ]
        super().__init__("\n\n".join(parts))


def _by_phase(checks: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    phases: dict[str, list[dict[str, Any]]] = {}
    for check in checks:
        phases.setdefault(check["phase"], []).append(check)
    return phases


def _row(check: dict[str, Any]) -> str:
    verdict = check["verdict"]
    reason = f'<div class="reason">{escape(check["reason"])}</div>' if check["reason"] else ""
    return (
        f'<tr class="{verdict.lower()}"><td class="mark" title="{verdict}">{_SYMBOL[verdict]}</td>'
        f'<td>{escape(check["claim"])}{reason}</td><td class="worth">{escape(_worth(check))}</td></tr>'
    )


def _worth(check: dict[str, Any]) -> str:
    earned = check["points"] if check["verdict"] == "PASSED" else 0
    return f"{earned}/{check['points']}"


def _listed(value: Any) -> str:
    values = [value] if isinstance(value, str) else value
    return ", ".join(f"`{each}`" for each in values)


def _table(checks: list[dict[str, Any]]) -> str:
    rows = [
        f"| {check['phase']} | {check['claim']} | {check['verdict']} | {_worth(check)} | {check['reason']} |"
        for check in checks
    ]
    return "\n".join(["| phase | check | verdict | points | why |", "|---|---|---|---|---|", *rows])
