"""Briefing, hint, note and report: Markdown that prints as text and shows as HTML."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulator.widgets.markup import STYLE, markdown
from simulator.widgets.results import Results


class Page:
    """Markdown, shown as HTML in a notebook and as it is elsewhere."""

    kind = "page"

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'{STYLE}<div class="drill {self.kind}">{markdown(self.text)}</div>'


class Note(Page):
    """A sentence about what was done."""

    kind = "note"


class Hint(Page):
    """One hint, what it cost, and how many more there are."""

    kind = "hint"

    def __init__(self, answer: dict[str, Any]) -> None:
        parts = [
            f"**Hint for `{answer['check']}`.** {answer['hint']}"
            if answer["check"]
            else answer["hint"]
        ]
        if answer["cost"]:
            parts.append(f"It cost {_points(answer['cost'])}.")
        if answer["left"]:
            more = "one more" if answer["left"] == 1 else f"{answer['left']} more"
            parts.append(
                f"*There is {more} for this check.*"
                if answer["left"] == 1
                else f"*There are {more}.*"
            )
        super().__init__(" ".join(parts))


class Briefing(Page):
    """The case, as the learner gets it."""

    def __init__(self, about: dict[str, Any]) -> None:
        facts = (
            about["pillar"],
            f"severity {about['severity']}",
            f"difficulty {about['difficulty']} of 5",
            f"about {about['minutes']} minutes",
            _points(about["points"]),
        )
        found = "\n".join(f"- `{name}`: {text}" for name, text in about["findings"].items())
        parts = [
            f"## {about['title']}",
            f"*{' · '.join(facts)}*",
            about["briefing"],
            f"**What to submit**\n\n{found}" if found else "",
            f"Your account is `{about['account_id']}` in {about['region']}. You are `{about['learner']}`.",
            f"> **What is simulated.** {about['fidelity']}" if about["fidelity"] else "",
        ]
        super().__init__("\n\n".join(filter(None, parts)))


class Report(Page):
    """Where the case stands: `results`, and what was submitted."""

    def __init__(self, about: dict[str, Any], answer: dict[str, Any]) -> None:
        self.results = Results(answer)
        now = datetime.fromisoformat(about["now"])
        given = ((name, about["submitted"].get(name)) for name in about["findings"])
        findings = "\n".join(f"- `{name}`: {_listed(value)}" for name, value in given)
        self._parts = [
            f"## Report: {about['title']}",
            f"Account `{about['account_id']}`, {now:%d %B %Y, %H:%M} UTC. "
            f"{'**Solved.**' if self.results.solved else '**Not solved yet.**'}",
            f"### Findings\n\n{findings}" if findings else "",
            "### Verdicts",
        ]
        super().__init__("\n\n".join([*filter(None, self._parts), str(self.results)]))

    def _repr_html_(self) -> str:
        above = markdown("\n\n".join(self._parts))
        return f'{STYLE}<div class="drill page">{above}{self.results.as_table()}</div>'


def _listed(value: Any, most: int = 8) -> str:
    values = [value] if isinstance(value, str) else list(value or [])
    shown = ", ".join(f"`{each}`" for each in values[:most] if each)
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return f"{shown}{more}" if shown else "nothing yet"


def _points(number: int) -> str:
    return f"{number} point" if number == 1 else f"{number} points"
