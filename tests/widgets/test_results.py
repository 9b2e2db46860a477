"""Judged checks as text and as HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from simulator.widgets.results import Results, by_phase, worth

HOSTILE = "<img src=x onerror=alert(1)>\"'&</td></tr></table><script>alert(2)</script>"


def check(verdict: str = "PASSED", **more: Any) -> dict[str, Any]:
    plain = {
        "name": "key_is_dead",
        "phase": "contain",
        "claim": "The key is dead.",
        "points": 3,
        "reason": "" if verdict == "PASSED" else "It still works.",
    }
    return plain | {"verdict": verdict} | more


def results(*checks: dict[str, Any], **more: Any) -> Results:
    plain = {"score": 3, "points": 10, "hint_cost": 0}
    return Results({"checks": list(checks), **plain, **more})


class Reader(HTMLParser):
    """Which elements a browser would make, and which text it would show."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_text_has_each_phase_its_checks_their_worth_and_the_reasons() -> None:
    said = str(
        results(
            check(),
            check("FAILED", claim="The role is dead."),
            check("NOT_ATTEMPTED", phase="recover", claim="It deploys.", reason="First the key."),
            check("ERROR", phase="recover", claim="It reports.", reason="The grader broke."),
        )
    )
    assert said.splitlines() == [
        "CONTAIN",
        "  ✔ The key is dead. (3/3)",
        "  ✘ The role is dead. (0/3)",
        "      It still works.",
        "RECOVER",
        "  · It deploys. (0/3)",
        "      First the key.",
        "  ! It reports. (0/3)",
        "      The grader broke.",
        "3 of 10 points",
    ]


def test_a_notebook_without_html_shows_the_text() -> None:
    made = results(check())
    assert repr(made) == str(made)


@pytest.mark.parametrize("other", ["FAILED", "NOT_ATTEMPTED", "ERROR"])
def test_solved_means_that_every_check_passed(other: str) -> None:
    assert results(check(), check()).solved
    assert not results(check(), check(other)).solved


LINES = [
    {"what": "contain", "points": 3, "of": 10, "why": ""},
    {"what": "hints", "points": -2, "of": None, "why": "3 taken, of which 1 free"},
    {"what": "outages", "points": 0, "of": None, "why": HOSTILE},
]


def test_the_score_is_shown_as_the_sum_that_it_is() -> None:
    """It is the simulator's: nothing is computed here."""
    made = results(check(), score=7, lines=LINES[:2], times={"attack": 7500.0, "contain": None})
    assert made.total == "7 of 10 points"
    assert str(made).splitlines()[-5:] == [
        "SCORE",
        "  contain    3 of 10",
        "  hints     \N{MINUS SIGN}2        3 taken, of which 1 free",
        "On the account's clock: the attack was 2 h 05 min old when you arrived; not contained yet.",
        "7 of 10 points",
    ]


def test_html_has_the_sum_line_by_line_and_obeys_nothing_in_it() -> None:
    times = {"attack": 26 * 3600.0, "detect": 59.0, "recover": 61.0}
    page = Reader(results(check(), lines=LINES, times=times)._repr_html_())
    for shown in ("3 of 10", "\N{MINUS SIGN}2", "3 taken, of which 1 free", HOSTILE):
        assert shown in page.text
    assert "1 d 2 h old when you arrived; detected after 0 min; recovered after 1 min." in page.text
    assert page.elements.count("tr") == 2 + 1 + len(LINES)
    assert "img" not in page.elements


def test_html_shows_every_check_under_its_phase_with_what_it_earned() -> None:
    made = results(check(), check("FAILED", points=4, claim="The role is dead."))
    page = Reader(made._repr_html_())
    for shown in ("contain", "3/7", "The key is dead.", "3/3", "The role is dead.", "0/4"):
        assert shown in page.text
    assert "It still works." in page.text
    assert made.total in page.text
    assert page.elements.count("tr") == 3
    assert ("aria-label", "passed") in page.attributes
    assert ("aria-label", "failed") in page.attributes
    assert ("style", "width:30%") in page.attributes


def test_a_hostile_check_is_shown_and_not_obeyed() -> None:
    """A reason quotes what is in the account, and anybody may have written that."""
    plain = Reader(results(check("FAILED"))._repr_html_())
    hostile = check("FAILED", claim=HOSTILE, reason=HOSTILE, phase=HOSTILE)
    page = Reader(results(hostile)._repr_html_())
    assert page.elements == plain.elements
    assert page.attributes == plain.attributes
    assert page.text.count(HOSTILE) == 3


def test_nothing_to_judge_is_no_error() -> None:
    nothing = results(score=0, points=0)
    assert str(nothing) == "0 of 0 points"
    assert ("style", "width:0%") in Reader(nothing._repr_html_()).attributes


def test_phases_and_checks_keep_the_order_in_which_they_came() -> None:
    checks = [check(phase="recover"), check(phase="detect"), check(phase="recover", name="b")]
    phases = by_phase(checks)
    assert list(phases) == ["recover", "detect"]
    assert [each["name"] for each in phases["recover"]] == ["key_is_dead", "b"]


@pytest.mark.parametrize(("verdict", "earned"), [("PASSED", "3/3"), ("FAILED", "0/3")])
def test_a_check_earns_all_or_nothing(verdict: str, earned: str) -> None:
    assert worth(check(verdict)) == earned
