"""What stands below a task's points."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from markdown_it import MarkdownIt

from simulator.grading.result import Outcome, Result
from simulator.nbgrader.comments import comments
from simulator.nbgrader.source import DEDUCTIONS

Results = Callable[..., Result]


def test_each_phases_verdicts_stand_with_their_points_and_reasons(result: Results) -> None:
    checks = (
        {"phase": "detect", "verdict": "PASSED", "points": 3, "claim": "One.", "reason": ""},
        {"phase": "detect", "verdict": "FAILED", "points": 4, "claim": "Two.", "reason": "No."},
        {"phase": "learn", "verdict": "NOT_ATTEMPTED", "points": 1, "claim": "3.", "reason": "?"},
        {"phase": "learn", "verdict": "ERROR", "points": 1, "claim": "4.", "reason": "?"},
    )
    said = comments(result(checks=checks))
    assert said["points-detect"].splitlines() == ["- ✔ One \\(3\\)", "- ✘ Two: No. \\(4\\)"]
    assert said["points-learn"].splitlines() == ["- · 3: ? \\(1\\)", r"- \! 4: ? \(1\)"]


def test_what_was_taken_off_stands_with_why_and_so_does_a_run_that_stopped(
    result: Results,
) -> None:
    said = comments(result(taken=2, outcome=Outcome.STOPPED, said="Memory ran out."))
    assert said[DEDUCTIONS].splitlines() == [
        r"- hints: -2 \(some\)",
        "- The run: stopped. Memory ran out.",
    ]
    assert comments(result())[DEDUCTIONS] == r"- hints: 0 \(some\)"


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](http://example.net/x.png)",
        "&lt;b&gt;",
        "`code` **bold** # no heading",
        "a\n\n# heading\n\n<b>bold</b>",
        "\\<b>",
    ],
)
def test_names_of_a_learners_choice_are_text_and_no_markup(result: Results, name: str) -> None:
    check = {"phase": "learn", "verdict": "FAILED", "points": 1, "claim": "It.", "reason": name}
    said = comments(result(checks=(check,)))["points-learn"]
    item = MarkdownIt("commonmark", {"html": True}).parse(said)
    assert [each.type for each in item if each.tag not in ("ul", "li", "p")] == ["inline"]
    (inline,) = (each for each in item if each.type == "inline")
    assert {each.type for each in inline.children or ()} <= {"text", "text_special"}
    shown = "".join(each.content for each in inline.children or ())
    assert " ".join(name.split()) in shown
