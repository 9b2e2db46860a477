"""Briefing, hint and note as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from simulator.widgets.markup import markdown
from simulator.widgets.pages import Briefing, Hint, Note

ABOUT = {
    "title": "The key in the commit",
    "pillar": "Identity and access management",
    "severity": "high",
    "difficulty": 2,
    "minutes": 60,
    "points": 41,
    "briefing": "At 9 the *phone* rang.",
    "findings": {"key": "the key that leaked", "evidence": "events that prove it"},
    "account_id": "111122223333",
    "region": "eu-west-1",
    "learner": "arn:aws:iam::111122223333:user/responder",
    "fidelity": "Nobody calls back.",
    "now": "2026-11-02T12:00:00+00:00",
    "submitted": {},
}
HOSTILE = "`</code><script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3))"


def hint(**more: Any) -> str:
    return str(Hint({"check": "key_is_dead", "hint": "Look.", "cost": 0, "left": 2} | more))


def is_harmless(html: str) -> bool:
    return not re.search(r"<(script|img)|href=.javascript", html)


def test_a_briefing_says_what_happened_what_is_asked_and_who_you_are() -> None:
    said = str(Briefing(ABOUT))
    assert said.startswith("## The key in the commit\n")
    for part in (
        "Identity and access management · severity high · difficulty 2 of 5 · about 60 minutes",
        "41 points",
        "At 9 the *phone* rang.",
        "- `key`: the key that leaked\n- `evidence`: events that prove it",
        "`111122223333` in eu-west-1",
        "`arn:aws:iam::111122223333:user/responder`",
        "**What is simulated.** Nobody calls back.",
    ):
        assert part in said


def test_a_briefing_leaves_out_what_a_scenario_does_not_have() -> None:
    said = str(Briefing({**ABOUT, "findings": {}, "fidelity": ""}))
    assert "What to submit" not in said
    assert "What is simulated" not in said


def test_a_page_is_html_in_a_notebook_and_markdown_elsewhere() -> None:
    page = Briefing(ABOUT)
    assert repr(page) == str(page)
    html = page._repr_html_()
    assert "<h2>The key in the commit</h2>" in html
    assert "<em>phone</em>" in html
    assert "<li><code>key</code>: the key that leaked</li>" in html


def test_a_hint_names_its_check_its_cost_and_how_many_are_left() -> None:
    assert hint() == "**Hint for `key_is_dead`.** Look. *There are 2 more.*"
    assert hint(left=1).endswith("*There is one more for this check.*")
    assert hint(left=0) == "**Hint for `key_is_dead`.** Look."
    assert "It cost 1 point." in hint(cost=1)
    assert "It cost 2 points." in hint(cost=2)
    assert hint(check=None, left=0, hint="Every check holds already.") == (
        "Every check holds already."
    )


@pytest.mark.parametrize(
    "page",
    [
        Note(HOSTILE),
        Hint({"check": "key", "hint": HOSTILE, "cost": 0, "left": 0}),
        Briefing({**ABOUT, "title": HOSTILE, "briefing": HOSTILE, "findings": {"key": HOSTILE}}),
    ],
    ids=["note", "hint", "briefing"],
)
def test_hostile_text_is_shown_and_not_obeyed(page: Note) -> None:
    html = page._repr_html_()
    assert is_harmless(html)
    assert "&lt;script&gt;" in html


def test_html_of_a_table_and_of_raw_html() -> None:
    assert "<th>a</th>" in markdown("| a |\n|---|\n| 1 |")
    assert markdown("<b>bold</b>") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"


def test_without_markdown_it_the_text_stands_as_it_is(kernels: Callable[..., Any]) -> None:
    html = kernels().run(f"""
    import sys
    sys.modules["markdown_it"] = None
    from simulator.widgets.pages import Note
    Note({HOSTILE!r})._repr_html_()""")
    assert "<pre" in html
    assert is_harmless(html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
