"""What a notebook imports: a drill, its evidence, its grade."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.errors import DrillError
from simulator.notebook import embedded, guard
from simulator.notebook.client import Client
from simulator.widgets.results import Briefing, Hint, Note, Report, Results

if TYPE_CHECKING:
    import pandas as pd

_embedded: dict[str, embedded.Embedded] = {}
"""Simulators that this process started, by scenario."""


class Unsolved(AssertionError):
    """The lab is not solved: what nbval sees in the last cell."""


class Lab:
    """One scenario in its own simulated account.

    With DRILL_URL (and DRILL_TOKEN) in the environment it is served from there, else by a
    simulator that this process starts for itself. Making the same Lab again finds it as it is.

    Raises:
        UnknownScenario: no scenario of that id.
        CannotServe: the simulator could not be started or reached.
    """

    def __init__(self, scenario_id: str) -> None:
        url, token = os.environ.get("DRILL_URL", ""), os.environ.get("DRILL_TOKEN", "")
        if not url:
            child = _embedded.get(scenario_id)
            if child is None or not child.alive:
                child = _embedded[scenario_id] = embedded.start(scenario_id)
            url, token = child.announcement["control"], child.announcement["token"]
        learner = os.environ.get("DRILL_LEARNER", "")
        seat = Client(url, token).post("/labs", {"scenario": scenario_id, "learner": learner})
        self._client = Client(url, seat["lab"])
        self._about = seat
        guard.protect(seat["endpoint"], seat["region"], seat["credentials"])

    @property
    def account_id(self) -> str:
        return str(self._about["account_id"])

    @property
    def region(self) -> str:
        return str(self._about["region"])

    @property
    def now(self) -> datetime:
        """The account's time, aware UTC."""
        return datetime.fromisoformat(self._client.get("/lab")["now"])

    def briefing(self) -> Briefing:
        """What happened, what is asked, and what must keep working."""
        return Briefing(self._about)

    def trail(self, *, days: float = 90) -> pd.DataFrame:
        """The account's management events as a pandas frame, oldest first.

        It is what LookupEvents returns: one row an event, `record` being the whole of it.
        """
        from simulator.notebook.trail import trail

        return trail(self.now, timedelta(days=days))

    def files(self) -> dict[str, str]:
        """Files that came with the case, by path."""
        return dict(self._about["files"])

    def submit(self, **found: str | list[str]) -> Note:
        """Hand in what you found. An answer given again replaces the earlier one.

        Raises:
            BadSubmission: an answer nobody asked for, or an event that doesn't exist. Nothing
                that was submitted before is lost.
        """
        plain = {name: value if isinstance(value, str) else list(value) for name, value in found.items()}
        kept = self._client.post("/lab/submit", {"answers": plain})["submitted"]
        return Note(f"Submitted: {', '.join(sorted(kept))}." if kept else "Nothing submitted.")

    def check(self, phase: str | None = None) -> Results:
        """Judge the account as it is now: all checks, or those of one phase. It never raises."""
        return Results(self._client.post("/lab/check", {"phase": phase}))

    def hint(self, check: str | None = None) -> Hint:
        """The next hint. The first one for a check is free, each further one costs a point."""
        return Hint(self._client.post("/lab/hint", {"check": check}))

    def wait(self, **duration: float) -> Note:
        """Let the account's time pass, in timedelta's words: `wait(hours=1)`."""
        seconds = timedelta(**duration).total_seconds()
        answer = self._client.post("/lab/wait", {"seconds": seconds})
        return Note(f"It is now {answer['now']}. Meanwhile {answer['calls']} API calls were made.")

    def settings(self, system: str | None = None, **values: str) -> dict[str, dict[str, str]]:
        """Configuration of the company's systems outside AWS; with values, change one of them."""
        if system is None:
            current: dict[str, dict[str, str]] = self._client.get("/lab")["settings"]
            return current
        changed: dict[str, dict[str, str]] = self._client.post(
            "/lab/configure", {"system": system, "values": values}
        )["settings"]
        return changed

    def reset(self) -> Note:
        """Begin again: account, submissions and hints as at the start."""
        self._about |= self._client.post("/lab/reset", {})
        guard.protect(self._about["endpoint"], self.region, self._about["credentials"])
        return Note("Everything is as it was at the start.")

    def report(self) -> Report:
        """Where the case stands: verdicts, score, what was submitted."""
        return Report(self._client.get("/lab"), self._client.post("/lab/check", {"phase": None}))

    def finish(self) -> Results:
        """The last cell: fails when the lab is not solved.

        Raises:
            Unsolved: some check does not hold; the message lists them.
        """
        results = self.check()
        if not results.solved:
            raise Unsolved(f"Not solved yet.\n{results}")
        return results


__all__ = ["DrillError", "Lab", "Unsolved"]
