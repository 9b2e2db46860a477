"""Briefing, hint and note: Markdown that prints as text and shows as HTML."""

from __future__ import annotations

from typing import Any

from simulator.widgets.markup import STYLE, markdown


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


def _points(number: int) -> str:
    return f"{number} point" if number == 1 else f"{number} points"
