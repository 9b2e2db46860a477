"""What the adversary tries and whether the company works, as text and as HTML."""

from __future__ import annotations

from typing import Any

from simulator.widgets.watch import Adversary, Continuity

FIRST, SECOND = "2026-03-01T10:00:00+00:00", "2026-03-01T12:05:00+00:00"


def tried(time: str, holds: str, allowed: list[str], refused: list[str]) -> dict[str, Any]:
    return {
        "time": time,
        "holds": holds,
        "worked": bool(allowed),
        "allowed": allowed,
        "refused": refused,
    }


TRIES = [
    tried(FIRST, "a key", ["ListUsers"], []),
    tried(FIRST, "a <b>token</b>", ["ListBuckets"], []),
    tried(SECOND, "a key", [], ["ListUsers (InvalidClientTokenId)"]),
    tried(SECOND, "a <b>token</b>", ["ListBuckets"], ["GetObject (AccessDenied)"]),
]


def test_an_adversary_that_has_not_come_back_says_how_to_wait_for_it() -> None:
    shown = Adversary({"tries": [], "adapted": None})
    assert "lab.wait(hours=2)" in str(shown)
    assert "<table" not in shown._repr_html_()


def test_the_summary_tells_what_still_worked_the_last_time_and_that_it_adapted() -> None:
    shown = Adversary({"tries": TRIES, "adapted": SECOND})
    assert shown.summary == (
        "It came back 2 times, last at 01 Mar 12:05: 1 of the 2 things that it holds still worked. "
        "At 01 Mar 12:05 it found another way in."
    )
    assert "  01 Mar 12:05 refused: refused: ListUsers (InvalidClientTokenId)" not in str(shown)
    assert "  01 Mar 12:05 refused: ListUsers (InvalidClientTokenId)" in str(shown)
    assert "  01 Mar 12:05 still works: ListBuckets; refused: GetObject (AccessDenied)" in str(
        shown
    )


def test_the_table_has_a_row_a_way_and_a_column_a_visit_and_obeys_no_markup() -> None:
    html = Adversary({"tries": TRIES, "adapted": None})._repr_html_()
    assert html.count("<tr>") == 3
    assert html.count("<th>") == 4
    assert "<b>token" not in html
    assert html.count('class="bad"') == 3
    assert html.count('class="good"') == 1


def workload(runs: list[list[str]], out: int, since: str | None) -> dict[str, Any]:
    return {
        "workload": "the <i>site</i>",
        "every_minutes": 45,
        "runs": runs,
        "minutes_out": out,
        "out_since": since,
    }


def test_a_company_in_which_nothing_ran_yet_says_how_to_wait() -> None:
    answer = {"workloads": [workload([], 0, None)], "minutes": 0}
    assert "lab.wait(hours=1)" in str(Continuity(answer))


def test_an_outage_is_told_with_its_minutes_and_its_error() -> None:
    runs = [[FIRST, ""], [SECOND, "Access <Denied>"]]
    shown = Continuity({"workloads": [workload(runs, 30, SECOND)], "minutes": 30})
    assert shown.summary == ("Out now: the <i>site</i>. 30 minutes of outage since you arrived.")
    assert "the <i>site</i>: every 45 min, 30 min out" in str(shown)
    html = shown._repr_html_()
    assert "<i>" not in html
    assert "Access &lt;Denied&gt;" in html
    assert html.count("✔") == 1
    assert html.count("✘") == 1


def test_a_company_that_works_says_so() -> None:
    shown = Continuity({"workloads": [workload([[FIRST, ""]], 0, None)], "minutes": 0})
    assert shown.summary == "Everything works."
    assert "never out" in str(shown)
