"""Submissions of people who tried: solved, in part, and with answers that aren't theirs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tools.evening.pages import blank, first_check, solution, source, unsolved

PHASES = ("detect", "contain", "eradicate", "recover")
NEIGHBOUR = 424242
"""The seed of the run that typed answers were taken from, and when that was."""
MOMENT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def solved(lab: str) -> dict[str, Any]:
    """The whole solution."""
    return solution(lab)


def untouched(lab: str) -> dict[str, Any]:
    """The lab as it was given out: it has no points."""
    return unsolved(lab)


def up_to_detect(lab: str) -> dict[str, Any]:
    """Everything found, nothing done."""
    return _up_to(lab, "detect")


def up_to_contain(lab: str) -> dict[str, Any]:
    """Stopped after containment, with the lab's unsolved cells after it."""
    return _up_to(lab, "contain")


def up_to_eradicate(lab: str) -> dict[str, Any]:
    """Everything but recovery."""
    return _up_to(lab, "eradicate")


def not_eradicated(lab: str) -> dict[str, Any]:
    """Found and contained, eradication left out, and the later cells tried all the same."""
    page = solution(lab)
    for index in range(first_check(page, "contain") + 1, first_check(page, "eradicate")):
        _blank(page, lab, index)
    return page


def typed(lab: str) -> dict[str, Any]:
    """Nothing worked out: the answers of another run, typed in as they stood there."""
    page = unsolved(lab)
    for cell in page["cells"]:
        if cell["cell_type"] == "code" and source(cell).startswith("lab.submit("):
            cell["source"] = f"lab.submit(**{_answers(lab)})"
    return page


PARTIAL = (up_to_detect, up_to_contain, not_eradicated, up_to_eradicate, typed, untouched)


def _up_to(lab: str, phase: str) -> dict[str, Any]:
    page = solution(lab)
    for index in range(first_check(page, phase) + 1, len(page["cells"])):
        _blank(page, lab, index)
    return page


def _blank(page: dict[str, Any], lab: str, index: int) -> None:
    if "solution" in page["cells"][index]["metadata"].get("tags", ()):
        page["cells"][index]["source"] = blank(lab, index)


@cache
def _answers(lab: str) -> str:
    """What the reference response submits on the neighbour's seed, as JSON, which is Python here.

    Without the evidence: no other account has those events, so that it would refuse the rest too.
    """
    from simulator import catalogue
    from simulator.account.clock import machine_time
    from simulator.drill import Drill
    from simulator.gateway.app import Gateway
    from simulator.grading.play import apply

    with machine_time(MOMENT):
        drill = Drill(catalogue.load(lab), NEIGHBOUR, Gateway())
        try:
            apply(drill, "reference")
            found = {name: given for name, given in drill.submission.items() if name != "evidence"}
        finally:
            drill.close()
    return json.dumps(found, indent=1)
